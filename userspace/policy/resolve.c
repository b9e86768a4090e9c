// SPDX-License-Identifier: GPL-2.0-only
/*
 * From names to objects.
 *
 * A name in a tenant's file is looked up among what that file defines (roles,
 * users, servers), then among the tenant's sites, then among the shared
 * services that the provider lists for the tenant. Names of other tenants mean
 * nothing there.
 */
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "names.h"
#include "pool.h"
#include "reader.h"
#include "values.h"

/* What a name stands for in a tenant. */
struct meaning {
	uint8_t type;		/* enum tenantgate_selector_type */
	const char *name;
	const char *what;	/* "the user" */
	const struct origin *origin;
	void *object;
};

struct resolver {
	struct tg_policy_file *policy;
	struct diagnostics *diag;
	struct name_index realms;
	struct name_index plans;
	struct name_index windows;
	struct name_index services;
	struct name_index tenants;
	/* of the tenant in hand */
	struct policy_tenant *tenant;
	struct name_index names;
	struct meaning *meanings;
	size_t nmeanings;
};

static bool out_of_memory(struct resolver *r)
{
	diagnostics_error(r->diag, NULL, "there is not enough memory to check the policy");
	return false;
}

static bool is_platform(const struct resolver *r)
{
	return r->tenant == r->policy->tenants;
}

#define INDEX_ALL(r, index, array, count)						\
({											\
	bool made = name_index_init(&(r)->index, count);				\
											\
	for (uint32_t at_ = 0; made && at_ < (count); at_++)					\
		name_index_add(&(r)->index, (array)[at_].name, &(array)[at_]);	\
	made;										\
})

static bool index_policy(struct resolver *r)
{
	struct tg_policy_file *policy = r->policy;
	struct policy_tenant *platform = policy->tenants;

	return INDEX_ALL(r, realms, policy->realms, policy->nrealms) &&
	       INDEX_ALL(r, plans, policy->plans, policy->nplans) &&
	       INDEX_ALL(r, windows, policy->windows, policy->nwindows) &&
	       INDEX_ALL(r, tenants, policy->tenants, policy->ntenants) &&
	       INDEX_ALL(r, services, platform->services, platform->nservices);
}

/* Looks a name up in one array; on failure says what is there instead. */
#define FIND(r, index, array, count, ref, what)						\
({											\
	void *found = name_index_find(&(r)->index, (ref)->text);			\
											\
	if (!found) {									\
		struct nearest near = nearest_begin((ref)->text);			\
											\
		for (uint32_t at_ = 0; at_ < (count); at_++)				\
			nearest_offer(&near, (array)[at_].name);			\
		diagnostics_error((r)->diag, &(ref)->origin, "there is no %s %s", what,	\
				  QUOTE((ref)->text));					\
		diagnostics_expected((r)->diag, "a %s that the provider's file defines", what);	\
		diagnostics_suggest((r)->diag, near.best);				\
	}										\
	found;										\
})

/* Gives numbers to all objects and ties them to their owners. */
static bool number_objects(struct resolver *r)
{
	struct tg_policy_file *policy = r->policy;
	uint64_t sites = 0, services = 0, users = 0, roles = 0;
	uint32_t t, i;

	for (i = 0; i < policy->nrealms; i++)
		policy->realms[i].id = i;
	for (i = 0; i < policy->nlinks; i++)
		policy->links[i].id = i;
	for (i = 0; i < policy->nwindows; i++)
		policy->windows[i].id = i;
	for (i = 0; i < policy->nplans; i++)
		policy->plans[i].id = i;
	for (t = 0; t < policy->ntenants; t++) {
		struct policy_tenant *tenant = &policy->tenants[t];

		tenant->id = t;
		tenant->first.service = (uint32_t)services;
		tenant->first.user = (uint32_t)users;
		tenant->first.role = (uint32_t)roles;
		for (i = 0; i < tenant->nsites; i++) {
			tenant->sites[i].id = (uint32_t)sites++;
			tenant->sites[i].tenant = tenant;
			if (!t)
				tenant->sites[i].kind = TENANTGATE_SITE_KIND_PLATFORM;
		}
		for (i = 0; i < tenant->nservices; i++) {
			tenant->services[i].number = i;
			tenant->services[i].tenant = tenant;
		}
		for (i = 0; i < tenant->nusers; i++)
			tenant->users[i].number = i;
		for (i = 0; i < tenant->nroles; i++)
			tenant->roles[i].number = i;
		services += tenant->nservices;
		users += tenant->nusers;
		roles += tenant->nroles;
	}
	if (sites <= TENANTGATE_ID_MAX && services <= TENANTGATE_ID_MAX &&
	    users <= TENANTGATE_ID_MAX && roles <= TENANTGATE_ID_MAX)
		return true;
	diagnostics_error(r->diag, NULL,
			  "all tenants together have more than %u sites, services, users or roles",
			  TENANTGATE_ID_MAX);
	return false;
}

static void resolve_plan(struct resolver *r, struct policy_plan *plan)
{
	struct tg_policy_file *policy = r->policy;
	uint32_t i;

	for (i = 0; i < plan->nduring; i++)
		plan->during[i].window = FIND(r, windows, policy->windows, policy->nwindows,
					      &plan->during[i].window_name, "window");
}

static void resolve_sites(struct resolver *r)
{
	struct tg_policy_file *policy = r->policy;
	uint32_t i;

	for (i = 0; i < r->tenant->nsites; i++) {
		struct policy_site *site = &r->tenant->sites[i];

		site->realm = policy->realms;
		if (site->realm_name.text)
			site->realm = FIND(r, realms, policy->realms, policy->nrealms,
					   &site->realm_name, "realm");
	}
	if (r->tenant->plan_name.text)
		r->tenant->plan = FIND(r, plans, policy->plans, policy->nplans,
				       &r->tenant->plan_name, "plan");
}

static void resolve_grants(struct resolver *r)
{
	struct policy_tenant *platform = r->policy->tenants, *tenant = r->tenant;
	uint32_t i, n, kept = 0;

	for (i = 0; i < tenant->ngrants; i++) {
		struct policy_grant *grant = &tenant->grants[i];

		grant->service = FIND(r, services, platform->services, platform->nservices,
				      &grant->name, "shared service");
		if (!grant->service)
			continue;
		for (n = 0; n < kept && tenant->grants[n].service != grant->service; n++)
			;
		if (n == kept) {
			tenant->grants[kept++] = *grant;
			continue;
		}
		diagnostics_error(r->diag, &grant->name.origin, "%s is listed twice here",
				  QUOTE(grant->name.text));
		diagnostics_expected(r->diag, "each service once");
	}
	tenant->ngrants = kept;
}

/* Adds a meaning; returns the one that has the name already, if any. */
static struct meaning *add_meaning(struct resolver *r, uint8_t type, const char *what,
				   const char *name, const struct origin *origin, void *object)
{
	struct meaning *meaning = &r->meanings[r->nmeanings];
	struct meaning *old;

	*meaning = (struct meaning){ type, name, what, origin, object };
	old = name_index_add(&r->names, name, meaning);
	if (!old)
		r->nmeanings++;
	return old;
}

/* A name in two of roles, users and servers. */
static void add_own(struct resolver *r, uint8_t type, const char *what, const char *name,
		    const struct origin *origin, void *object)
{
	struct meaning *old = add_meaning(r, type, what, name, origin, object);

	if (!old)
		return;
	diagnostics_error(r->diag, origin, "%s is already the name of %s in line %u",
			  QUOTE(name), old->what, old->origin->line);
	diagnostics_expected(r->diag, "another name, since rules could mean either");
}

/* A site or shared service that the tenant's own name hides. */
static void add_given(struct resolver *r, uint8_t type, const char *what, const char *name,
		      const struct origin *origin, void *object)
{
	struct meaning *old = add_meaning(r, type, what, name, origin, object);

	if (!old)
		return;
	diagnostics_warning(r->diag, old->origin, "%s %s hides %s of the same name from the rules",
			    old->what, QUOTE(name), what);
}

static void add_meanings(struct resolver *r)
{
	struct policy_tenant *t = r->tenant;
	uint32_t i;

	for (i = 0; i < t->nroles; i++)
		add_own(r, TENANTGATE_SELECTOR_TYPE_ROLE, "the role", t->roles[i].name,
			&t->roles[i].origin, &t->roles[i]);
	for (i = 0; i < t->nusers; i++)
		add_own(r, TENANTGATE_SELECTOR_TYPE_USER, "the user", t->users[i].name,
			&t->users[i].origin, &t->users[i]);
	for (i = 0; i < t->nservices; i++)
		add_own(r, TENANTGATE_SELECTOR_TYPE_SERVICE,
			is_platform(r) ? "the service" : "the server", t->services[i].name,
			&t->services[i].origin, &t->services[i]);
	for (i = 0; i < t->nsites; i++)
		add_given(r, TENANTGATE_SELECTOR_TYPE_SITE, "the site", t->sites[i].name,
			  &t->sites[i].origin, &t->sites[i]);
	for (i = 0; i < t->ngrants; i++) {
		struct policy_service *service = t->grants[i].service;

		add_given(r, TENANTGATE_SELECTOR_TYPE_SERVICE, "the shared service",
			  service->name, &t->grants[i].name.origin, service);
	}
}

static bool begin_tenant(struct resolver *r, struct policy_tenant *t)
{
	size_t count = (size_t)t->nroles + t->nusers + t->nservices + t->nsites + t->ngrants;

	r->tenant = t;
	r->nmeanings = 0;
	r->meanings = calloc(count + 1, sizeof(*r->meanings));
	return r->meanings && name_index_init(&r->names, count);
}

static void end_tenant(struct resolver *r)
{
	name_index_free(&r->names);
	free(r->meanings);
	r->meanings = NULL;
}

/* Says that a name means nothing here, and why, as far as is known. */
static void unknown_name(struct resolver *r, const struct policy_name *name, const char *expected)
{
	static const char *const words[] = { "any", "internet", "own-pc", "any-other-tenant" };
	struct nearest nearest = nearest_begin(name->text);
	size_t i;

	if (name_index_find(&r->services, name->text)) {
		diagnostics_error(r->diag, &name->origin,
				  "the operator does not list the shared service %s for %s",
				  QUOTE(name->text), QUOTE(r->tenant->name));
		diagnostics_expected(r->diag,
				     "one of this tenant's services; the operator can list %s there",
				     name->text);
		return;
	}
	if (name_index_find(&r->tenants, name->text)) {
		diagnostics_error(r->diag, &name->origin,
				  "%s is a tenant, and no rule can reach from one tenant to another",
				  QUOTE(name->text));
		diagnostics_expected(r->diag, "%s", expected);
		return;
	}
	for (i = 0; i < r->nmeanings; i++)
		nearest_offer(&nearest, r->meanings[i].name);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_offer(&nearest, words[i]);
	diagnostics_error(r->diag, &name->origin, "nothing here is called %s", QUOTE(name->text));
	diagnostics_expected(r->diag, "%s", expected);
	diagnostics_suggest(r->diag, nearest.best);
}

static void resolve_role(struct resolver *r, struct policy_role *role)
{
	struct pool *pool = r->policy->pool;
	uint32_t i;

	role->users = pool_alloc(pool, role->nmembers, sizeof(struct policy_user *));
	if (!role->users) {
		out_of_memory(r);
		return;
	}
	for (i = 0; i < role->nmembers; i++) {
		const struct policy_name *name = &role->members[i];
		struct meaning *m = name_index_find(&r->names, name->text);
		struct policy_user *user = m ? m->object : NULL;

		if (!m) {
			unknown_name(r, name, "one of the users");
		} else if (m->type != TENANTGATE_SELECTOR_TYPE_USER) {
			diagnostics_error(r->diag, &name->origin,
					  "%s is not a user but %s of this name",
					  QUOTE(name->text), m->what);
			diagnostics_expected(r->diag, "one of the users");
		} else if (user->nroles && user->roles[user->nroles - 1] == role) {
			diagnostics_warning(r->diag, &name->origin, "%s is already in this role",
					    QUOTE(name->text));
		} else {
			if (!user->roles)
				user->roles = pool_alloc(pool, r->tenant->nroles,
							 sizeof(struct policy_role *));
			if (!user->roles) {
				out_of_memory(r);
				return;
			}
			user->roles[user->nroles++] = role;
			role->users[role->nusers++] = user;
		}
	}
}

static void set_selector(struct policy_selector *s, const struct meaning *m)
{
	s->type = m->type;
	switch (m->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		s->role = m->object;
		break;
	case TENANTGATE_SELECTOR_TYPE_USER:
		s->user = m->object;
		break;
	case TENANTGATE_SELECTOR_TYPE_SITE:
		s->site = m->object;
		break;
	default:
		s->service = m->object;
		break;
	}
}

static void resolve_selector(struct resolver *r, struct policy_selector *s, bool source)
{
	const char *expected = is_platform(r) ? "a site or service of the platform, or any" :
		source ? "a role, user, site, server or service, a prefix, or any" :
		"a server, service, site, user or role, a prefix, own-pc, internet or any";
	struct policy_name name = { s->text, s->origin };
	struct meaning *m;

	if (s->type == TENANTGATE_SELECTOR_TYPE_PREFIX || !strcmp(s->text, "any"))
		return;
	if (!strcmp(s->text, "own-pc")) {
		s->type = TENANTGATE_SELECTOR_TYPE_OWN_PC;
		if (!source && !is_platform(r))
			return;
		diagnostics_error(r->diag, &s->origin, source ?
				  "own-pc is where a user wants to go, it cannot be \"from\"" :
				  "the platform has no users, so nobody has an own-pc here");
		diagnostics_expected(r->diag, "%s", expected);
		return;
	}
	if (source && !strcmp(s->text, "internet")) {
		diagnostics_error(r->diag, &s->origin,
				  "nothing from the internet can be let in by a rule");
		diagnostics_expected(r->diag, "%s", expected);
		return;
	}
	m = name_index_find(&r->names, s->text);
	if (!m) {
		unknown_name(r, &name, expected);
		return;
	}
	set_selector(s, m);
}

static void resolve_rules(struct resolver *r)
{
	uint32_t i, k;

	for (i = 0; i < r->tenant->nrules; i++) {
		struct policy_rule *rule = &r->tenant->rules[i];

		for (k = 0; k < rule->nfrom; k++)
			resolve_selector(r, &rule->from[k], true);
		for (k = 0; k < rule->nto; k++)
			resolve_selector(r, &rule->to[k], false);
	}
}

/* What should be a name or an address in a test is neither. */
static void unknown_end(struct resolver *r, const struct policy_name *name, const char *expected)
{
	struct policy_prefix unused_address;
	struct complaint why = { 0 };

	if (!values_looks_like_address(name->text)) {
		unknown_name(r, name, expected);
		return;
	}
	values_address(name->text, &unused_address, &why);
	diagnostics_error(r->diag, &name->origin, "%s", why.message);
	diagnostics_expected(r->diag, "%s", expected);
}

static void resolve_test_to(struct resolver *r, struct policy_test *test)
{
	struct meaning *m = name_index_find(&r->names, test->to.text);
	struct complaint unused = { 0 };
	struct policy_service *shared;

	if (!strcmp(test->to.text, "any-other-tenant")) {
		test->to_kind = POLICY_TEST_TO_OTHER_TENANT;
	} else if (!strcmp(test->to.text, "own-pc")) {
		test->to_kind = POLICY_TEST_TO_OWN_PC;
	} else if (m && m->type == TENANTGATE_SELECTOR_TYPE_SERVICE) {
		test->to_kind = POLICY_TEST_TO_SERVICE;
		test->service = m->object;
	} else if (m && m->type == TENANTGATE_SELECTOR_TYPE_USER) {
		test->to_kind = POLICY_TEST_TO_USER;
		test->to_user = m->object;
	} else if (!m && (shared = name_index_find(&r->services, test->to.text))) {
		/* Not listed for the tenant: a test may well expect that this is denied. */
		test->to_kind = POLICY_TEST_TO_SERVICE;
		test->service = shared;
	} else if (values_address(test->to.text, &test->to_address, &unused)) {
		test->to_kind = POLICY_TEST_TO_ADDRESS;
		test->to_address.origin = test->to.origin;
	} else {
		unknown_end(r, &test->to,
			    "a server, service, user or address, own-pc or any-other-tenant");
	}
}

static void resolve_test(struct resolver *r, struct policy_test *test)
{
	struct complaint unused = { 0 };
	struct meaning *m;

	if (!test->who.text || !test->to.text)
		return;
	m = name_index_find(&r->names, test->who.text);
	if (m && m->type == TENANTGATE_SELECTOR_TYPE_USER)
		test->user = m->object;
	else if (values_address(test->who.text, &test->address, &unused))
		test->address.origin = test->who.origin;
	else
		unknown_end(r, &test->who, "a user or an address");
	resolve_test_to(r, test);
	if (!test->from.text)
		return;
	m = name_index_find(&r->names, test->from.text);
	if (m && m->type == TENANTGATE_SELECTOR_TYPE_SITE)
		test->site = m->object;
	else
		unknown_name(r, &test->from, "one of this tenant's sites");
}

static bool resolve_tenant(struct resolver *r, struct policy_tenant *tenant)
{
	uint32_t i;

	if (!begin_tenant(r, tenant)) {
		end_tenant(r);
		return out_of_memory(r);
	}
	resolve_sites(r);
	resolve_grants(r);
	add_meanings(r);
	for (i = 0; i < tenant->nroles; i++)
		resolve_role(r, &tenant->roles[i]);
	resolve_rules(r);
	for (i = 0; i < tenant->ntests; i++)
		resolve_test(r, &tenant->tests[i]);
	end_tenant(r);
	if (resolve_rule_names(tenant, r->policy->pool, r->diag))
		return true;
	return out_of_memory(r);
}

/**
 * resolve_policy - turn the names of a policy into pointers to objects
 * @policy: the policy as it was read
 * @diag: errors are added here
 *
 * Return: false when it makes no sense to look at the policy any further.
 */
bool resolve_policy(struct tg_policy_file *policy, struct diagnostics *diag)
{
	struct resolver r = { .policy = policy, .diag = diag };
	bool fine = index_policy(&r);
	uint32_t i;

	if (!fine)
		out_of_memory(&r);
	fine = fine && number_objects(&r);
	for (i = 0; fine && i < policy->nplans; i++)
		resolve_plan(&r, &policy->plans[i]);
	for (i = 0; fine && i < policy->ntenants; i++)
		fine = resolve_tenant(&r, &policy->tenants[i]);
	name_index_free(&r.realms);
	name_index_free(&r.plans);
	name_index_free(&r.windows);
	name_index_free(&r.services);
	name_index_free(&r.tenants);
	return fine;
}
