// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the objects of a policy to the tables that judgement reads; refuses
 * what only shows in the whole.
 *
 *	index		tenants, devices, links, plans and sites get arrays
 *	names		unique, noun by noun
 *	bindings	(device, source address) -> site, nobody's twice
 *	realms		in one realm an address belongs to one tenant
 *	links		what plans promise fits into them (link.c)
 *	users		address -> user
 *	services	inside the sites of their owner; what shares an address
 *	matches		what rules and grants come to (expand.c)
 *	classifiers	how they are found (classifier.c)
 *
 * In a fork only the tenants that were replaced have steps to go.
 */

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "classifier.h"
#include "complain.h"
#include "expand.h"

/* One prefix of one site, while bindings are checked. */
struct tg_binding {
	struct tg_prefix prefix;
	struct tg_site *site;
	const void *space;	/* the device or the realm */
};

static int tg_order_tenants(const void *a, const void *b, const void *context)
{
	const struct tg_policy *policy = context;

	return strcmp(policy->tenants[*(const u32 *)a]->name,
		      policy->tenants[*(const u32 *)b]->name);
}

static int tg_compile_index(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_tenant *tenant;
	struct tg_device *device;
	struct tg_link *link;
	struct tg_plan *plan;
	struct tg_site *site;
	u32 nsites = 0;

	policy->tenants = tg_arena_alloc(&policy->arena, policy->ntenants,
					 sizeof(*policy->tenants));
	policy->classifiers = tg_arena_alloc(&policy->arena, policy->ntenants,
					     sizeof(*policy->classifiers));
	policy->is_replaced = tg_arena_alloc(&policy->arena, BITS_TO_LONGS(policy->ntenants),
					     sizeof(*policy->is_replaced));
	policy->devices = tg_arena_alloc(&policy->arena, policy->ndevices,
					 sizeof(*policy->devices));
	policy->sites = tg_arena_alloc(&policy->arena, policy->nsites, sizeof(*policy->sites));
	policy->by_name = tg_arena_alloc(&policy->arena, policy->ntenants,
					 sizeof(*policy->by_name));
	policy->links = tg_arena_alloc(&policy->arena, policy->nlinks, sizeof(*policy->links));
	policy->plans = tg_arena_alloc(&policy->arena, policy->nplans + 1, sizeof(*policy->plans));
	if (!policy->tenants || !policy->classifiers || !policy->by_name ||
	    !policy->is_replaced || !policy->devices || !policy->links || !policy->plans ||
	    !policy->sites)
		return tg_complain_memory(why);
	for (tenant = policy->tenant_list; tenant; tenant = tenant->next) {
		policy->tenants[tenant->index] = tenant;
		policy->by_name[tenant->index] = tenant->index;
		for (site = tenant->sites; site; site = site->next) {
			site->index = nsites;
			policy->sites[nsites++] = site;
		}
	}
	for (device = policy->device_list; device; device = device->next)
		policy->devices[device->index] = device;
	for (link = policy->link_list; link; link = link->next)
		policy->links[link->number] = link;
	for (plan = policy->plan_list; plan; plan = plan->next)
		policy->plans[plan->number] = plan;
	sort_r(policy->by_name, policy->ntenants, sizeof(*policy->by_name), tg_order_tenants,
	       NULL, policy);
	return 0;
}

static int tg_order_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Are the names of a list unique? The list's objects begin with next, and have name. */
#define tg_check_unique(noun, owner, list, count, why) ({			\
	const char **_names = kvmalloc_array((count) + 1, sizeof(*_names),	\
					     GFP_KERNEL_ACCOUNT);		\
	typeof(list) _o;							\
	u32 _n = 0;								\
										\
	for (_o = (list); _names && _o; _o = _o->next)				\
		_names[_n++] = _o->name;					\
	tg_check_names(noun, owner, _names, _n, why);				\
})

/* Frees @names. */
static int tg_check_names(const char *noun, const char *owner, const char **names, u32 count,
			  struct tg_complaint *why)
{
	int err = 0;
	u32 i;

	if (!names)
		return tg_complain_memory(why);
	sort(names, count, sizeof(*names), tg_order_names, NULL);
	for (i = 1; i < count && !err; i++)
		if (!strcmp(names[i - 1], names[i]))
			err = owner ? tg_complain(why, "tenant '%s': %s '%s' is there twice",
						  owner, noun, names[i]) :
				      tg_complain(why, "%s '%s' is there twice", noun, names[i]);
	kvfree(names);
	return err;
}

static int tg_compile_names(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_tenant *t;
	int err = 0;

	if (!policy->forked)
		err = tg_check_unique("tenant", NULL, policy->tenant_list, policy->ntenants, why);
	if (!policy->forked && !err)
		err = tg_check_unique("realm", NULL, policy->realms, policy->nrealms, why);
	if (!policy->forked && !err)
		err = tg_check_unique("link", NULL, policy->link_list, policy->nlinks, why);
	if (!policy->forked && !err)
		err = tg_check_unique("plan", NULL, policy->plan_list, policy->nplans, why);
	if (!policy->forked && !err)
		err = tg_check_unique("window", NULL, policy->window_list, policy->nwindows, why);
	for (t = policy->tenant_list; t && !err; t = t->next) {
		err = tg_check_unique("site", t->name, t->sites, t->nsites, why);
		if (!err)
			err = tg_check_unique("service", t->name, t->services, t->nservices, why);
		if (!err)
			err = tg_check_unique("role", t->name, t->roles, t->nroles, why);
		if (!err)
			err = tg_check_unique("user", t->name, t->users, t->nusers, why);
		if (!err)
			err = tg_check_unique("rule", t->name, t->rules, t->nrules, why);
		if (!err)
			err = tg_check_unique("grant", t->name, t->grants, t->ngrants, why);
		cond_resched();
	}
	return err;
}

static int tg_order_bindings(const void *a, const void *b)
{
	const struct tg_binding *x = a, *y = b;
	int order;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	order = tg_addr_cmp(&x->prefix.addr, &y->prefix.addr);
	return order ? order : (int)x->prefix.len - (int)y->prefix.len;
}

/*
 * In sorted order a prefix overlaps with an earlier one exactly when it lies
 * inside the longest one that is still open; nesting is bounded by lengths.
 * Two tenants' prefixes must not overlap at all, so it is enough to look at
 * the outermost open one: everything inside it has its tenant.
 */
static int tg_check_overlap(const struct tg_policy *policy, const struct tg_binding *b, u32 count,
			    bool device, struct tg_complaint *why)
{
	const struct tg_binding *outer = NULL;
	char text[TG_ADDR_TEXT];
	u32 i;

	for (i = 0; i < count; i++) {
		if (!outer || outer->space != b[i].space ||
		    !tg_prefix_has(&outer->prefix, &b[i].prefix.addr)) {
			outer = &b[i];
			continue;
		}
		if (outer->site->tenant != b[i].site->tenant)
			return tg_complain(why,
					   "site '%s' of tenant '%s': prefix %s overlaps with site '%s' of tenant '%s' %s '%s'",
					   b[i].site->name, tg_site_tenant(policy, b[i].site)->name,
					   tg_prefix_text(&b[i].prefix, text),
					   outer->site->name, tg_site_tenant(policy, outer->site)->name,
					   device ? "on device" : "in realm",
					   device ? b[i].site->device->name :
						    b[i].site->realm->name);
		if (device && !tg_order_bindings(&b[i - 1], &b[i]))
			return tg_complain(why,
					   "site '%s' of tenant '%s': prefix %s is bound twice on device '%s'",
					   b[i].site->name, tg_site_tenant(policy, b[i].site)->name,
					   tg_prefix_text(&b[i].prefix, text),
					   b[i].site->device->name);
	}
	return 0;
}

/* A device is in one VRF at a time, so all its sites are in one realm. */
static int tg_check_device_realm(const struct tg_policy *policy, const struct tg_binding *b,
				 u32 count, struct tg_complaint *why)
{
	u32 i;

	for (i = 1; i < count && b[i].site->device == b->site->device; i++)
		if (b[i].site->realm != b->site->realm)
			return tg_complain(why,
					   "site '%s' of tenant '%s': device '%s' is in realm '%s', as site '%s' of tenant '%s' says, not in realm '%s'",
					   b[i].site->name, tg_site_tenant(policy, b[i].site)->name,
					   b->site->device->name, b->site->realm->name,
					   b->site->name, tg_site_tenant(policy, b->site)->name,
					   b[i].site->realm->name);
	return 0;
}

/* The tables of all devices; @b is sorted by device. */
static int tg_compile_devices(struct tg_policy *policy, const struct tg_binding *b, u32 count,
			      struct tg_lpm_entry *entries, struct tg_complaint *why)
{
	u32 i, n;

	for (i = 0; i < count; i += n) {
		struct tg_device *device = b[i].site->device;
		bool several = false;

		if (tg_check_device_realm(policy, &b[i], count - i, why))
			return -EINVAL;
		for (n = 0; i + n < count && b[i + n].site->device == device; n++) {
			entries[n].prefix = b[i + n].prefix;
			entries[n].value = b[i + n].site->index;
			entries[n].owner = b[i + n].site->tenant;
			several |= b[i + n].site->tenant != b[i].site->tenant;
		}
		device->sole = several ? TG_NO_TENANT : b[i].site->tenant;
		if (tg_lpm_build(&device->sites, &policy->arena, entries, n))
			return tg_complain_memory(why);
		cond_resched();
	}
	return 0;
}

/* A table that says in or out; @b is sorted by address only. */
static int tg_compile_union(struct tg_lpm *lpm, struct tg_arena *arena, const struct tg_binding *b,
			    u32 count, struct tg_lpm_entry *entries, struct tg_complaint *why)
{
	u32 i, n = 0;

	for (i = 0; i < count; i++) {
		if (i && !tg_order_bindings(&b[i - 1], &b[i]))
			continue;
		entries[n].prefix = b[i].prefix;
		entries[n].value = 0;
		entries[n++].owner = 0;
	}
	return tg_lpm_build(lpm, arena, entries, n) ? tg_complain_memory(why) : 0;
}

static void tg_collect_bindings(struct tg_policy *policy, struct tg_binding *b)
{
	u32 i, k;

	for (i = 0; i < policy->nsites; i++)
		for (k = 0; k < policy->sites[i]->nprefixes; k++, b++) {
			b->site = policy->sites[i];
			b->prefix = b->site->prefixes[k];
			b->space = b->site->device;
		}
}

static int tg_compile_bindings(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_lpm_entry *entries;
	struct tg_binding *b;
	u32 i, native, count = 0;
	int err;

	for (i = 0; i < policy->nsites; i++)
		count += policy->sites[i]->nprefixes;
	b = kvmalloc_array(count + 1, sizeof(*b), GFP_KERNEL_ACCOUNT);
	entries = kvmalloc_array(count + 1, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	err = b && entries ? 0 : tg_complain_memory(why);
	if (!err) {
		tg_collect_bindings(policy, b);
		sort(b, count, sizeof(*b), tg_order_bindings, NULL);
		err = tg_check_overlap(policy, b, count, true, why);
	}
	if (!err)
		err = tg_compile_devices(policy, b, count, entries, why);
	if (!err) {
		for (i = 0; i < count; i++)
			b[i].space = b[i].site->realm;
		sort(b, count, sizeof(*b), tg_order_bindings, NULL);
		err = tg_check_overlap(policy, b, count, false, why);
	}
	if (!err) {
		for (i = 0; i < count; i++)
			b[i].space = NULL;
		sort(b, count, sizeof(*b), tg_order_bindings, NULL);
		err = tg_compile_union(&policy->everywhere, &policy->arena, b, count, entries,
				       why);
	}
	if (!err) {
		for (i = 0, native = 0; i < count; i++)
			if (!b[i].site->realm->device)
				b[native++] = b[i];
		err = tg_compile_union(&policy->native, &policy->arena, b, native, entries, why);
	}
	kvfree(entries);
	kvfree(b);
	return err;
}

/* One table of all a tenant's site prefixes; only in or out matters. */
static int tg_compile_own(struct tg_arena *scratch, struct tg_tenant *tenant,
			  struct tg_complaint *why)
{
	struct tg_binding *b;
	struct tg_lpm_entry *entries;
	struct tg_site *site;
	u32 i, n = 0, count = 0;
	int err;

	for (site = tenant->sites; site; site = site->next)
		count += site->nprefixes;
	b = kvmalloc_array(count + 1, sizeof(*b), GFP_KERNEL_ACCOUNT);
	entries = kvmalloc_array(count + 1, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	tenant->own = tg_arena_alloc(scratch, 1, sizeof(*tenant->own));
	err = b && entries && tenant->own ? 0 : tg_complain_memory(why);
	for (site = tenant->sites; site && !err; site = site->next)
		for (i = 0; i < site->nprefixes; i++)
			b[n++] = (struct tg_binding){ .prefix = site->prefixes[i] };
	if (!err) {
		sort(b, count, sizeof(*b), tg_order_bindings, NULL);
		err = tg_compile_union(tenant->own, scratch, b, count, entries, why);
	}
	kvfree(entries);
	kvfree(b);
	return err;
}

/* Is every address of a prefix in some site of a tenant? */
static bool tg_tenant_has(const struct tg_tenant *tenant, const struct tg_prefix *prefix)
{
	struct tg_addr last = tg_prefix_last(prefix);

	return tg_lpm_covers(tenant->own, &prefix->addr, &last);
}

static int tg_order_user_addrs(const void *a, const void *b)
{
	const struct tg_user_addr *x = a, *y = b;

	return tg_addr_cmp(&x->addr, &y->addr);
}

static int tg_check_user(const struct tg_tenant *tenant, const struct tg_user *user,
			 const struct tg_prefix *addr, const char *what,
			 struct tg_complaint *why)
{
	char text[TG_ADDR_TEXT];

	if (!tg_prefix_is_host(addr))
		return tg_complain(why, "user '%s' of tenant '%s': %s %s is not a single address",
				   user->name, tenant->name, what, tg_prefix_text(addr, text));
	if (!tg_tenant_has(tenant, addr))
		return tg_complain(why, "user '%s' of tenant '%s': %s %s is in none of its sites",
				   user->name, tenant->name, what, tg_prefix_text(addr, text));
	return 0;
}

static int tg_compile_users(struct tg_arena *arena, struct tg_tenant *tenant,
			    struct tg_complaint *why)
{
	struct tg_user *user;
	char text[TG_ADDR_TEXT];
	u32 i, n = 0;
	int err;

	for (user = tenant->users; user; user = user->next)
		n += user->naddrs;
	tenant->user_addrs = tg_arena_alloc(arena, n, sizeof(*tenant->user_addrs));
	if (!tenant->user_addrs)
		return tg_complain_memory(why);
	tenant->nuser_addrs = n;
	n = 0;
	for (user = tenant->users; user; user = user->next) {
		for (i = 0; i < user->naddrs; i++) {
			err = tg_check_user(tenant, user, &user->addrs[i], "address", why);
			if (err)
				return err;
			tenant->user_addrs[n].addr = user->addrs[i].addr;
			tenant->user_addrs[n++].user = user;
		}
		cond_resched();
		for (i = 0; i < user->npcs; i++) {
			err = tg_check_user(tenant, user, &user->pcs[i], "pc", why);
			if (err)
				return err;
		}
	}
	sort(tenant->user_addrs, n, sizeof(*tenant->user_addrs), tg_order_user_addrs, NULL);
	for (i = 1; i < n; i++) {
		const struct tg_user_addr *a = &tenant->user_addrs[i];
		const struct tg_prefix prefix = { a->addr, 128 };

		if (tg_addr_equal(&a->addr, &a[-1].addr))
			return tg_complain(why, "user '%s' of tenant '%s': address %s is also user '%s''s",
					   a->user->name, tenant->name,
					   tg_prefix_text(&prefix, text), a[-1].user->name);
	}
	return 0;
}

/**
 * tg_tenant_user_at - the user that has an address
 * @tenant: the tenant
 * @addr: the address
 *
 * Context: any.
 * Return: the user or NULL.
 */
struct tg_user *tg_tenant_user_at(const struct tg_tenant *tenant, const struct tg_addr *addr)
{
	u32 low = 0, high = tenant->nuser_addrs;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		int order = tg_addr_cmp(&tenant->user_addrs[middle].addr, addr);

		if (!order)
			return tenant->user_addrs[middle].user;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int tg_check_service(const struct tg_policy *policy, const struct tg_service *service,
			    struct tg_complaint *why)
{
	const struct tg_tenant *owner = service->tenant;
	char text[TG_ADDR_TEXT];
	u32 i;

	for (i = 0; i < service->nprefixes; i++) {
		const struct tg_prefix *p = &service->prefixes[i];

		if (tg_tenant_has(owner, p))
			continue;
		/* A shared tool on the gateway itself has an address of no site. */
		if (owner->platform && tg_prefix_is_host(p) &&
		    tg_lpm_find(&policy->everywhere, &p->addr) == TG_LPM_NONE)
			continue;
		return tg_complain(why, "service '%s' of '%s': address %s is in none of its sites",
				   service->name, owner->name, tg_prefix_text(p, text));
	}
	return 0;
}

static int tg_compile_rules(struct tg_arena *arena, struct tg_tenant *tenant,
			    struct tg_complaint *why)
{
	struct tg_classifier_facts facts;
	struct tg_complaint refusal;
	struct tg_match *matches;
	int err;

	tg_classifier_free(tenant->classifier);
	tenant->classifier = NULL;
	err = tg_expand_rules(arena, tenant, &matches, why);
	if (err)
		return err;
	err = tg_classifier_build(&tenant->classifier, matches, tenant->nmatches,
				  tg_arena_left(arena), &refusal);
	kvfree(matches);
	if (err) {
		tg_complain(why, "tenant '%s': %s", tenant->name, refusal.text);
		return err;
	}
	tg_classifier_facts(tenant->classifier, &facts);
	tg_arena_charge(arena, facts.bytes);
	return 0;
}

static int tg_compile_tenant(struct tg_policy *policy, struct tg_tenant *tenant,
			     struct tg_complaint *why)
{
	struct tg_arena *arena = tg_tenant_arena(policy, tenant);
	struct tg_service *service;
	int err;

	if (tenant->nrules > tenant->limits.max_rules)
		return tg_complain(why, "tenant '%s': more than %u rules", tenant->name,
				   tenant->limits.max_rules);
	err = tg_compile_own(&policy->scratch, tenant, why);
	if (err)
		return err;
	for (service = tenant->services; service; service = service->next) {
		err = tg_check_service(policy, service, why);
		if (err)
			return err;
	}
	err = tg_compile_users(arena, tenant, why);
	if (!err)
		err = tg_compile_rules(arena, tenant, why);
	policy->classifiers[tenant->index] = tenant->classifier;
	return err;
}

/**
 * tg_policy_compile - finish a policy
 * @policy: the policy; of no use but to be cleared when this fails
 * @why: why it was refused
 *
 * Context: may sleep, and takes time in proportion to the policy.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int tg_policy_compile(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_tenant *tenant;
	int err;

	err = policy->forked ? 0 : tg_compile_index(policy, why);
	if (!err)
		err = tg_compile_names(policy, why);
	if (!err && !policy->forked)
		err = tg_compile_bindings(policy, why);
	if (!err && !policy->forked)
		err = tg_compile_links(policy, why);
	if (!err && !policy->forked)
		err = tg_compile_shared(policy, why);
	for (tenant = policy->tenant_list; tenant && !err; tenant = tenant->next) {
		err = tg_compile_tenant(policy, tenant, why);
		cond_resched();
	}
	return err;
}
