// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rules and services come to.
 *
 * A rule names sources, destinations and ports; each source and destination
 * comes to one or more ends (an address range, a site, a set of roles), and
 * every combination of a source end, a destination end and a port is a match.
 * Expanding runs twice, once to count and once to write.
 */

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "complain.h"
#include "expand.h"

/* One side of a match. */
struct tg_side {
	struct tg_addr addr;
	struct tg_addr mask;
	u64 roles;
	u32 user;
	u32 site;
	u8 scope;
};

/* Where matches go, or how many there would be. */
struct tg_expansion {
	struct tg_tenant *tenant;
	struct tg_rule *rule;
	struct tg_match *matches;	/* NULL while counting */
	struct tg_outcome *outcomes;	/* likewise */
	u32 count;
	u32 steps;			/* pairs of ends looked at, whether they match or not */
	struct tg_side source;
	struct tg_complaint *why;
};

/* What may be looked at, and how much before others may run. */
#define TG_MAX_STEPS	(4 * TENANTGATE_MAX_MATCHES)
#define TG_STEPS	4096

static int tg_expand_step(struct tg_expansion *x)
{
	if (++x->steps > TG_MAX_STEPS)
		return tg_complain(x->why, "rule '%s' of tenant '%s': sources and destinations come to too many pairs",
				   x->rule->name, x->tenant->name);
	if (x->steps % TG_STEPS == 0)
		cond_resched();
	return 0;
}

static const struct tg_port tg_any_port = {
	.proto = TG_PROTO_ANY,
	.sport_max = 0xffff,
	.max = 0xffff,
};

static int tg_emit_match(struct tg_expansion *x, const struct tg_side *dst,
			 const struct tg_port *port)
{
	struct tg_match *m;

	if (x->count >= TENANTGATE_MAX_MATCHES)
		return tg_complain(x->why, "tenant '%s': rules come to more than %u matches",
				   x->tenant->name, TENANTGATE_MAX_MATCHES);
	if (x->matches) {
		m = &x->matches[x->count];
		m->src = x->source.addr;
		m->src_mask = x->source.mask;
		m->dst = dst->addr;
		m->dst_mask = dst->mask;
		m->roles = x->source.roles;
		/* Only one of the two sides can name a user, see own-pc. */
		m->user = dst->user ? dst->user : x->source.user;
		m->src_site = x->source.site;
		m->dst_site = dst->site;
		m->port = *port;
		m->src_scope = x->source.scope;
		m->dst_scope = dst->scope;
		x->outcomes[x->count] = tg_outcome(x->rule, port->class);
	}
	x->count++;
	return 0;
}

/* All ports of a rule with one source and one destination. */
static int tg_expand_ports(struct tg_expansion *x, const struct tg_side *dst,
			   const struct tg_service *service)
{
	const struct tg_port *ports = x->rule->terms->ports;
	u32 i, count = x->rule->terms->nports;
	int err = tg_expand_step(x);

	if (err)
		return err;
	if (!count && service) {
		ports = service->ports;
		count = service->nports;
	}
	if (!count) {
		ports = &tg_any_port;
		count = 1;
	}
	for (i = 0; i < count && !err; i++)
		err = tg_emit_match(x, dst, &ports[i]);
	return err;
}

static void tg_side_prefix(struct tg_side *side, const struct tg_prefix *prefix)
{
	side->addr = prefix->addr;
	side->mask = tg_mask(prefix->len);
}

/* A service seen from the tenant whose rules these are. */
static u8 tg_service_scope(const struct tg_tenant *tenant, const struct tg_service *service)
{
	if (service->kind == TENANTGATE_SERVICE_KIND_INTERNET)
		return TG_SCOPE_INTERNET;
	return service->tenant == tenant ? TG_SCOPE_OWN : TG_SCOPE_PLATFORM;
}

static int tg_expand_addrs(struct tg_expansion *x, struct tg_side dst,
			   const struct tg_prefix *prefixes, u32 count,
			   const struct tg_service *service)
{
	int err = 0;
	u32 i;

	for (i = 0; i < count && !err; i++) {
		tg_side_prefix(&dst, &prefixes[i]);
		err = tg_expand_ports(x, &dst, service);
	}
	return err;
}

static int tg_expand_service(struct tg_expansion *x, const struct tg_service *service)
{
	struct tg_side dst = { .scope = tg_service_scope(x->tenant, service) };

	if (service->kind == TENANTGATE_SERVICE_KIND_INTERNET)
		return tg_expand_ports(x, &dst, NULL);
	if (service->tenant->platform)
		dst.scope |= TG_SCOPE_GATEWAY;
	return tg_expand_addrs(x, dst, service->prefixes, service->nprefixes, service);
}

/* The own computers of all users; the classifier sees to whose turn it is. */
static int tg_expand_own_pcs(struct tg_expansion *x)
{
	struct tg_side dst = { .scope = TG_SCOPE_OWN };
	const struct tg_user *user;
	int err = 0;

	for (user = x->tenant->users; user && !err; user = user->next) {
		err = tg_expand_step(x);
		if (err || (x->source.user && x->source.user != user->id))
			continue;
		dst.user = user->id;
		err = tg_expand_addrs(x, dst, user->pcs, user->npcs, NULL);
	}
	return err;
}

static int tg_expand_role_addrs(struct tg_expansion *x, const struct tg_role *role)
{
	const struct tg_side dst = { .scope = TG_SCOPE_OWN };
	const struct tg_user *user;
	int err = 0;

	for (user = x->tenant->users; user && !err; user = user->next) {
		err = tg_expand_step(x);
		if (!err && (user->roles & (1ULL << role->bit)))
			err = tg_expand_addrs(x, dst, user->addrs, user->naddrs, NULL);
	}
	return err;
}

static int tg_expand_destination(struct tg_expansion *x, const struct tg_selector *s)
{
	struct tg_side dst = { .scope = TG_SCOPE_OWN };

	switch (s->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		return tg_expand_role_addrs(x, s->role);
	case TENANTGATE_SELECTOR_TYPE_USER:
		return tg_expand_addrs(x, dst, s->user->addrs, s->user->naddrs, NULL);
	case TENANTGATE_SELECTOR_TYPE_SITE:
		dst.site = s->site->index + 1;
		return tg_expand_ports(x, &dst, NULL);
	case TENANTGATE_SELECTOR_TYPE_PREFIX:
		return tg_expand_addrs(x, dst, &s->prefix, 1, NULL);
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		return tg_expand_service(x, s->service);
	case TENANTGATE_SELECTOR_TYPE_OWN_PC:
		return tg_expand_own_pcs(x);
	default:
		return tg_expand_ports(x, &dst, NULL);
	}
}

static int tg_expand_destinations(struct tg_expansion *x)
{
	static const struct tg_selector any = { .type = TENANTGATE_SELECTOR_TYPE_ANY };
	int err = 0;
	u32 i;

	if (!x->rule->terms->ndestinations)
		return tg_expand_destination(x, &any);
	for (i = 0; i < x->rule->terms->ndestinations && !err; i++)
		err = tg_expand_destination(x, &x->rule->terms->destinations[i]);
	return err;
}

static int tg_expand_source(struct tg_expansion *x, const struct tg_selector *s)
{
	int err = 0;
	u32 i;

	memset(&x->source, 0, sizeof(x->source));
	x->source.scope = TG_SCOPE_OWN;
	switch (s->type) {
	case TENANTGATE_SELECTOR_TYPE_USER:
		x->source.user = s->user->id;
		break;
	case TENANTGATE_SELECTOR_TYPE_SITE:
		x->source.site = s->site->index + 1;
		break;
	case TENANTGATE_SELECTOR_TYPE_PREFIX:
		tg_side_prefix(&x->source, &s->prefix);
		break;
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		x->source.scope = tg_service_scope(x->tenant, s->service);
		for (i = 0; i < s->service->nprefixes && !err; i++) {
			tg_side_prefix(&x->source, &s->service->prefixes[i]);
			err = tg_expand_destinations(x);
		}
		return err;
	default:
		break;
	}
	return tg_expand_destinations(x);
}

static int tg_expand_sources(struct tg_expansion *x)
{
	static const struct tg_selector any = { .type = TENANTGATE_SELECTOR_TYPE_ANY };
	const struct tg_rule *rule = x->rule;
	u64 roles = 0;
	int err = 0;
	u32 i;

	if (!rule->terms->nsources)
		return tg_expand_source(x, &any);
	/* All roles together are one source. */
	for (i = 0; i < rule->terms->nsources; i++)
		if (rule->terms->sources[i].type == TENANTGATE_SELECTOR_TYPE_ROLE)
			roles |= 1ULL << rule->terms->sources[i].role->bit;
	if (roles) {
		memset(&x->source, 0, sizeof(x->source));
		x->source.scope = TG_SCOPE_OWN;
		x->source.roles = roles;
		err = tg_expand_destinations(x);
	}
	for (i = 0; i < rule->terms->nsources && !err; i++)
		if (rule->terms->sources[i].type != TENANTGATE_SELECTOR_TYPE_ROLE)
			err = tg_expand_source(x, &rule->terms->sources[i]);
	return err;
}

static int tg_expand_list(struct tg_expansion *x, struct tg_rule *rules)
{
	struct tg_rule *rule;
	int err = 0;

	for (rule = rules; rule && !err; rule = rule->next) {
		x->rule = rule;
		err = tg_expand_sources(x);
		cond_resched();
	}
	return err;
}

static int tg_order_granted(const void *a, const void *b)
{
	const struct tg_service *x = *(const struct tg_service *const *)a;
	const struct tg_service *y = *(const struct tg_service *const *)b;

	return x == y ? 0 : x < y ? -1 : 1;
}

static int tg_compile_granted(struct tg_arena *arena, struct tg_tenant *tenant,
			      struct tg_complaint *why)
{
	const struct tg_rule *grant;
	u32 n = 0;

	tenant->granted = tg_arena_alloc(arena, tenant->ngrants, sizeof(*tenant->granted));
	if (!tenant->granted)
		return tg_complain_memory(why);
	for (grant = tenant->grants; grant; grant = grant->next)
		tenant->granted[n++] = grant->terms->destinations[0].service;
	sort(tenant->granted, n, sizeof(*tenant->granted), tg_order_granted, NULL);
	return 0;
}

/**
 * tg_tenant_is_granted - does the provider list a service for a tenant?
 * @tenant: the tenant
 * @service: a service of the platform
 *
 * Context: any.
 * Return: true when it does.
 */
bool tg_tenant_is_granted(const struct tg_tenant *tenant, const struct tg_service *service)
{
	u32 low = 0, high = tenant->ngrants;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (tenant->granted[middle] == service)
			return true;
		if (tenant->granted[middle] < service)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A rule may name a shared service only when it is listed for the tenant. */
static int tg_check_granted(const struct tg_tenant *tenant, const struct tg_rule *rule,
			    const struct tg_selector *selectors, u32 count,
			    struct tg_complaint *why)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (selectors[i].type == TENANTGATE_SELECTOR_TYPE_SERVICE &&
		    selectors[i].service->tenant != tenant &&
		    !tg_tenant_is_granted(tenant, selectors[i].service))
			return tg_complain(why, "rule '%s' of tenant '%s': service '%s' is not listed for the tenant",
					   rule->name, tenant->name, selectors[i].service->name);
	return 0;
}

/* Memory for what has been counted; the matches are not in the arena, but bounded by it. */
static int tg_expand_alloc(struct tg_arena *arena, struct tg_expansion *x)
{
	if (x->count > tg_arena_left(arena) / sizeof(*x->matches))
		return tg_complain_memory(x->why);
	x->matches = kvmalloc_array(x->count + 1, sizeof(*x->matches),
				    GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	x->outcomes = tg_arena_alloc(arena, x->count, sizeof(*x->outcomes));
	if (!x->matches || !x->outcomes)
		return tg_complain_memory(x->why);
	x->count = 0;
	x->steps = 0;
	return 0;
}

/**
 * tg_expand_rules - make the matches of a tenant, and their outcomes
 * @arena: where the tenant lives
 * @tenant: the tenant; sites are indexed
 * @matches: the matches, struct tg_tenant.nmatches of them; for kvfree(), NULL on refusal
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int tg_expand_rules(struct tg_arena *arena, struct tg_tenant *tenant,
		    struct tg_match **matches, struct tg_complaint *why)
{
	struct tg_expansion x = { .tenant = tenant, .why = why };
	struct tg_rule *rule;
	int err, pass;

	err = tg_compile_granted(arena, tenant, why);
	for (rule = tenant->rules; rule && !err; rule = rule->next) {
		err = tg_check_granted(tenant, rule, rule->terms->sources, rule->terms->nsources, why);
		if (!err)
			err = tg_check_granted(tenant, rule, rule->terms->destinations,
					       rule->terms->ndestinations, why);
		cond_resched();
	}
	for (pass = 0; pass < 2 && !err; pass++) {
		if (pass)
			err = tg_expand_alloc(arena, &x);
		if (!err)
			err = tg_expand_list(&x, tenant->rules);
		if (!err)
			err = tg_expand_list(&x, tenant->grants);
	}
	if (err) {
		kvfree(x.matches);
		x.matches = NULL;
		x.count = 0;
	}
	*matches = x.matches;
	tenant->outcomes = x.outcomes;
	tenant->nmatches = x.count;
	return err;
}

/* One address prefix of one shared service. */
struct tg_shared_addr {
	struct tg_prefix prefix;
	struct tg_service *service;
};

static int tg_order_shared(const void *a, const void *b)
{
	const struct tg_shared_addr *x = a, *y = b;
	int order = tg_addr_cmp(&x->prefix.addr, &y->prefix.addr);

	return order ? order : (int)x->prefix.len - (int)y->prefix.len;
}

/* The group that a prefix lies in, among those before it in order. */
static struct tg_shared *tg_shared_outer(struct tg_shared *groups,
					 const struct tg_lpm_entry *entries, u32 last,
					 const struct tg_prefix *prefix)
{
	struct tg_shared *outer = &groups[last];

	while (outer && !tg_prefix_has(&entries[outer - groups].prefix, &prefix->addr))
		outer = outer->outer;
	return outer;
}

static int tg_group_shared(struct tg_policy *policy, const struct tg_shared_addr *addrs, u32 count,
			   struct tg_lpm_entry *entries, struct tg_complaint *why)
{
	struct tg_service **services = tg_arena_alloc(&policy->arena, count, sizeof(*services));
	char text[TG_ADDR_TEXT];
	u32 i, n = 0;

	policy->shared_at = tg_arena_alloc(&policy->arena, count, sizeof(*policy->shared_at));
	if (!services || !policy->shared_at)
		return tg_complain_memory(why);
	for (i = 0; i < count; i++) {
		struct tg_shared *group;

		services[i] = addrs[i].service;
		if (!i || tg_order_shared(&addrs[i - 1], &addrs[i])) {
			group = &policy->shared_at[n];
			group->services = &services[i];
			group->outer = n ? tg_shared_outer(policy->shared_at, entries, n - 1,
							   &addrs[i].prefix) : NULL;
			entries[n].prefix = addrs[i].prefix;
			entries[n].owner = 0;
			entries[n].value = n;
			n++;
		}
		group = &policy->shared_at[n - 1];
		if (++group->count > TG_MAX_SHARED)
			return tg_complain(why, "service '%s': more than %u services have address %s",
					   addrs[i].service->name, TG_MAX_SHARED,
					   tg_prefix_text(&addrs[i].prefix, text));
	}
	return tg_lpm_build(&policy->shared, &policy->arena, entries, n) ?
	       tg_complain_memory(why) : 0;
}

/**
 * tg_compile_shared - which of the platform's services have which address
 * @policy: the policy
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int tg_compile_shared(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_lpm_entry *entries;
	struct tg_shared_addr *addrs;
	struct tg_service *s;
	u32 i, count = 0;
	int err;

	for (s = policy->platform->services; s; s = s->next)
		count += s->nprefixes;
	addrs = kvmalloc_array(count + 1, sizeof(*addrs), GFP_KERNEL_ACCOUNT);
	entries = kvmalloc_array(count + 1, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	err = addrs && entries ? 0 : tg_complain_memory(why);
	if (!err) {
		count = 0;
		for (s = policy->platform->services; s; s = s->next)
			for (i = 0; i < s->nprefixes; i++) {
				addrs[count].prefix = s->prefixes[i];
				addrs[count++].service = s;
			}
		sort(addrs, count, sizeof(*addrs), tg_order_shared, NULL);
		err = tg_group_shared(policy, addrs, count, entries, why);
	}
	kvfree(entries);
	kvfree(addrs);
	return err;
}
