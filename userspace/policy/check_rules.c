// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules that cannot do what they say: that can never match, that an earlier
 * rule leaves nothing for, or that are too many.
 */
#include <string.h>

#include "diagnostics.h"
#include "reader.h"
#include "values.h"

/* Pairs of rules of one tenant to compare at most when looking for shadows. */
#define PAIRS_MAX	(4 * 1024 * 1024)

struct ports {
	const struct policy_port *list;
	uint32_t count;		/* everything when 0 */
};

/* The ports that a rule means for one of its destinations. */
static struct ports ports_of(const struct policy_rule *rule, const struct policy_selector *to)
{
	if (!rule->nports && to->type == TENANTGATE_SELECTOR_TYPE_SERVICE)
		return (struct ports){ to->service->ports, to->service->nports };
	return (struct ports){ rule->ports, rule->nports };
}

static bool port_covers(const struct policy_port *outer, const struct policy_port *inner)
{
	if (!outer->proto)
		return true;
	if (outer->proto != inner->proto)
		return false;
	if (outer->has_ports &&
	    (!inner->has_ports || inner->min < outer->min || inner->max > outer->max))
		return false;
	if (outer->has_type && (!inner->has_type || inner->type != outer->type))
		return false;
	return !outer->has_code || (inner->has_code && inner->code == outer->code);
}

static bool ports_cover(struct ports outer, struct ports inner)
{
	static const struct policy_port any;
	uint32_t i, k;

	if (!outer.count)
		return true;
	if (!inner.count)
		inner = (struct ports){ &any, 1 };
	for (i = 0; i < inner.count; i++) {
		for (k = 0; k < outer.count; k++)
			if (port_covers(&outer.list[k], &inner.list[i]))
				break;
		if (k == outer.count)
			return false;
	}
	return true;
}

static bool user_is_in(const struct policy_user *user, const struct policy_role *role)
{
	uint32_t i;

	for (i = 0; i < user->nroles; i++)
		if (user->roles[i] == role)
			return true;
	return false;
}

static bool is_shared(const struct policy_tenant *tenant, const struct policy_selector *s)
{
	return s->type == TENANTGATE_SELECTOR_TYPE_SERVICE && s->service->tenant != tenant;
}

/* Does everything that @inner stands for lie in what @outer stands for? */
static bool selector_covers(const struct policy_tenant *tenant,
			    const struct policy_selector *outer,
			    const struct policy_selector *inner)
{
	if (outer->type == TENANTGATE_SELECTOR_TYPE_ANY)
		return !is_shared(tenant, inner) &&
		       !(inner->type == TENANTGATE_SELECTOR_TYPE_SERVICE &&
			 inner->service->kind == TENANTGATE_SERVICE_KIND_INTERNET);
	if (outer->type == TENANTGATE_SELECTOR_TYPE_ROLE &&
	    inner->type == TENANTGATE_SELECTOR_TYPE_USER)
		return user_is_in(inner->user, outer->role);
	if (outer->type != inner->type)
		return false;
	switch (outer->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		return outer->role == inner->role;
	case TENANTGATE_SELECTOR_TYPE_USER:
		return outer->user == inner->user;
	case TENANTGATE_SELECTOR_TYPE_SITE:
		return outer->site == inner->site;
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		return outer->service == inner->service;
	case TENANTGATE_SELECTOR_TYPE_PREFIX:
		return values_prefix_contains(&outer->prefix, &inner->prefix);
	default:
		return true;
	}
}

static bool sources_cover(const struct policy_tenant *tenant, const struct policy_rule *outer,
			  const struct policy_rule *inner)
{
	static const struct policy_selector any = { .type = TENANTGATE_SELECTOR_TYPE_ANY };
	const struct policy_selector *o = outer->nfrom ? outer->from : &any;
	const struct policy_selector *n = inner->nfrom ? inner->from : &any;
	uint32_t outers = outer->nfrom ? outer->nfrom : 1;
	uint32_t inners = inner->nfrom ? inner->nfrom : 1, i, k;

	for (i = 0; i < inners; i++) {
		for (k = 0; k < outers; k++)
			if (selector_covers(tenant, &o[k], &n[i]))
				break;
		if (k == outers)
			return false;
	}
	return true;
}

/* Is there nothing left for @inner behind @outer? */
static bool covers(const struct policy_tenant *tenant, const struct policy_rule *outer,
		   const struct policy_rule *inner)
{
	uint32_t i, k;

	for (i = 0; i < inner->nto; i++) {
		for (k = 0; k < outer->nto; k++)
			if (selector_covers(tenant, &outer->to[k], &inner->to[i]) &&
			    ports_cover(ports_of(outer, &outer->to[k]),
					ports_of(inner, &inner->to[i])))
				break;
		if (k == outer->nto)
			return false;
	}
	return sources_cover(tenant, outer, inner);
}

/*
 * With very many rules only the first ones are compared with all others: they
 * are those that shadow most, and a check must not take minutes.
 */
static void check_shadows(const struct policy_tenant *tenant, struct diagnostics *diag)
{
	uint32_t window = tenant->nrules, i, k;

	if ((uint64_t)tenant->nrules * tenant->nrules > PAIRS_MAX)
		window = PAIRS_MAX / tenant->nrules;
	for (i = 1; i < tenant->nrules; i++) {
		const struct policy_rule *rule = &tenant->rules[i], *earlier;

		for (k = 0; k < i && k < window; k++) {
			earlier = &tenant->rules[k];
			if (!rule->nto || !covers(tenant, earlier, rule))
				continue;
			diagnostics_warning(diag, &rule->origin,
				"this rule is never reached: all it means is decided in line %u (%s)",
				earlier->origin.line,
				QUOTE(earlier->name ? earlier->name : ""));
			break;
		}
	}
}

/* Could one of the sources be a user who has an own PC? */
static bool has_own_pc(const struct policy_tenant *tenant, const struct policy_rule *rule)
{
	uint32_t i, k;

	for (i = 0; i < rule->nfrom; i++) {
		const struct policy_selector *s = &rule->from[i];

		if (s->type == TENANTGATE_SELECTOR_TYPE_USER && s->user->npcs)
			return true;
		if (s->type == TENANTGATE_SELECTOR_TYPE_ROLE)
			for (k = 0; k < s->role->nusers; k++)
				if (s->role->users[k]->npcs)
					return true;
		if (s->type != TENANTGATE_SELECTOR_TYPE_USER &&
		    s->type != TENANTGATE_SELECTOR_TYPE_ROLE)
			break;
	}
	if (rule->nfrom && i == rule->nfrom)
		return false;
	for (k = 0; k < tenant->nusers; k++)
		if (tenant->users[k].npcs)
			return true;
	return false;
}

static void check_ends(const struct policy_tenant *tenant, const struct policy_rule *rule,
		       bool platform, struct diagnostics *diag)
{
	uint32_t shared_from = 0, shared_to = 0, i;

	for (i = 0; i < rule->nfrom; i++)
		shared_from += is_shared(tenant, &rule->from[i]);
	for (i = 0; i < rule->nto; i++)
		shared_to += is_shared(tenant, &rule->to[i]);
	if (!platform && shared_from && shared_from == rule->nfrom &&
	    shared_to && shared_to == rule->nto) {
		diagnostics_error(diag, &rule->origin,
				  "both ends of this rule are outside the company: \"%s\" and \"%s\"",
				  rule->from[0].text, rule->to[0].text);
		diagnostics_expected(diag,
			"at least one end among this tenant's people, sites and servers");
	}
	for (i = 0; !platform && i < rule->nto; i++) {
		if (rule->to[i].type != TENANTGATE_SELECTOR_TYPE_OWN_PC || has_own_pc(tenant, rule))
			continue;
		diagnostics_warning(diag, &rule->to[i].origin,
			"nobody this rule is for has an own PC, so it does nothing");
		diagnostics_expected(diag,
			"users with a \"pc\", such as {address: 10.1.1.2, pc: 192.168.1.31}");
	}
}

static void check_empty_roles(const struct policy_selector *list, uint32_t count,
			      struct diagnostics *diag)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (list[i].type == TENANTGATE_SELECTOR_TYPE_ROLE && !list[i].role->nmembers)
			diagnostics_warning(diag, &list[i].origin,
					    "nobody is in the role %s, so this rule is for nobody",
					    QUOTE(list[i].text));
}

/* How many ends a destination comes to in the kernel, times its ports. */
static uint64_t matches_of_destination(const struct policy_tenant *tenant,
				       const struct policy_rule *rule,
				       const struct policy_selector *to)
{
	struct ports ports = ports_of(rule, to);
	uint64_t ends = 1;
	uint32_t i;

	switch (to->type) {
	case TENANTGATE_SELECTOR_TYPE_USER:
		ends = to->user->naddresses;
		break;
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		for (ends = 0, i = 0; i < to->role->nusers; i++)
			ends += to->role->users[i]->naddresses;
		break;
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		if (to->service->kind == TENANTGATE_SERVICE_KIND_HOSTS)
			ends = to->service->naddresses;
		break;
	case TENANTGATE_SELECTOR_TYPE_OWN_PC:
		for (ends = 0, i = 0; i < tenant->nusers; i++)
			ends += tenant->users[i].npcs;
		break;
	default:
		break;
	}
	return ends * (ports.count ? ports.count : 1);
}

/* The same arithmetic as in kmod/core/expand.c. */
static uint64_t matches_of_rule(const struct policy_tenant *tenant,
				const struct policy_rule *rule)
{
	uint64_t sources = 0, destinations = 0;
	bool roles = false;
	uint32_t i;

	for (i = 0; i < rule->nfrom; i++) {
		if (rule->from[i].type == TENANTGATE_SELECTOR_TYPE_ROLE)
			roles = true;
		else if (rule->from[i].type == TENANTGATE_SELECTOR_TYPE_SERVICE)
			sources += rule->from[i].service->naddresses;
		else
			sources++;
	}
	sources += roles || !rule->nfrom;
	for (i = 0; i < rule->nto; i++)
		destinations += matches_of_destination(tenant, rule, &rule->to[i]);
	return sources * destinations;
}

static void check_limits(const struct policy_tenant *tenant, struct diagnostics *diag)
{
	uint32_t limit = tenant->plan && tenant->plan->rules ? tenant->plan->rules :
			 TENANTGATE_MAX_RULES;
	uint64_t matches = 0;
	uint32_t i;

	if (tenant->nrules > limit) {
		diagnostics_error(diag, &tenant->rules[limit].origin,
				  "the tenant %s has %u rules, its plan allows %u",
				  QUOTE(tenant->name), tenant->nrules, limit);
		diagnostics_expected(diag, "fewer rules, or a larger plan from the operator");
	}
	for (i = 0; i < tenant->nrules && matches <= TENANTGATE_MAX_MATCHES; i++)
		matches += matches_of_rule(tenant, &tenant->rules[i]);
	if (matches <= TENANTGATE_MAX_MATCHES)
		return;
	diagnostics_error(diag, &tenant->rules[i - 1].origin,
			  "up to here the rules of %s come to %llu combinations of source, destination and port",
			  QUOTE(tenant->name), (unsigned long long)matches);
	diagnostics_expected(diag, "at most %u; prefixes and roles need fewer than lists of users",
			     TENANTGATE_MAX_MATCHES);
}

/**
 * check_rules - check the rules of a tenant
 * @policy: the policy, resolved
 * @tenant: the tenant
 * @diag: errors and warnings are added here
 */
void check_rules(const struct tg_policy_file *policy, const struct policy_tenant *tenant,
		 struct diagnostics *diag)
{
	uint32_t i;

	for (i = 0; i < tenant->nrules; i++) {
		check_ends(tenant, &tenant->rules[i], tenant == policy->tenants, diag);
		check_empty_roles(tenant->rules[i].from, tenant->rules[i].nfrom, diag);
		check_empty_roles(tenant->rules[i].to, tenant->rules[i].nto, diag);
	}
	check_limits(tenant, diag);
	/* After an error rules may not mean what they say. */
	if (!diag->errors)
		check_shadows(tenant, diag);
}
