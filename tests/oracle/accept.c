// SPDX-License-Identifier: GPL-2.0-only
/* Which policies make sense, read as a person would read the rules for them. */

#include <string.h>

#include "oracle.h"

static int or_bits(const struct or_prefix *p)
{
	return p->addr.family == 4 ? 32 : 128;
}

/* One prefix lies inside the other or they are disjoint. */
static bool or_inside(const struct or_prefix *inner, const struct or_prefix *outer)
{
	return inner->len >= outer->len && oracle_in(&inner->addr, outer);
}

static bool or_overlap(const struct or_prefix *a, const struct or_prefix *b)
{
	return or_inside(a, b) || or_inside(b, a);
}

static bool or_same(const struct or_prefix *a, const struct or_prefix *b)
{
	return or_inside(a, b) && or_inside(b, a);
}

/* Every address of a prefix, in whichever of the tenant's sites: else each half by itself. */
static bool or_in_a_site_of(const struct or_policy *p, int tenant, const struct or_prefix *prefix)
{
	struct or_prefix half = *prefix;
	bool near = false;
	int s, i;

	for (s = 0; s < p->nsites; s++)
		for (i = 0; i < p->site[s].nprefixes; i++) {
			if (p->site[s].tenant != tenant)
				continue;
			if (or_inside(prefix, &p->site[s].prefix[i]))
				return true;
			near |= or_inside(&p->site[s].prefix[i], prefix);
		}
	if (!near || prefix->len == or_bits(prefix))
		return false;
	half.len++;
	if (!or_in_a_site_of(p, tenant, &half))
		return false;
	half.addr.byte[prefix->len / 8] |= 0x80 >> (prefix->len % 8);
	return or_in_a_site_of(p, tenant, &half);
}

static bool or_in_a_site(const struct or_policy *p, const struct or_prefix *prefix)
{
	int t;

	for (t = 0; t < p->ntenants; t++)
		if (or_in_a_site_of(p, t, prefix))
			return true;
	return false;
}

static const char *or_compare_bindings(const struct or_policy *p, int a, int i, int b, int k)
{
	const struct or_site *x = &p->site[a], *y = &p->site[b];

	if (x->tenant != y->tenant) {
		if (x->device == y->device && or_overlap(&x->prefix[i], &y->prefix[k]))
			return "two tenants' prefixes overlap on a device";
		if (x->realm == y->realm && or_overlap(&x->prefix[i], &y->prefix[k]))
			return "two tenants' prefixes overlap in a realm";
		return NULL;
	}
	if (x->device == y->device && or_same(&x->prefix[i], &y->prefix[k]))
		return "a prefix is bound twice on a device";
	return NULL;
}

static const char *or_check_bindings(const struct or_policy *p)
{
	int a, b, i, k;
	const char *why;

	for (a = 0; a < p->nsites; a++) {
		if (p->device[p->site[a].device].uplink)
			return "a site on an uplink";
		for (b = 0; b <= a; b++)
			for (i = 0; i < p->site[a].nprefixes; i++)
				for (k = 0; k < (a == b ? i : p->site[b].nprefixes); k++) {
					why = or_compare_bindings(p, a, i, b, k);
					if (why)
						return why;
				}
	}
	return NULL;
}

static const char *or_check_user(const struct or_policy *p, int u)
{
	const struct or_user *user = &p->user[u];
	int i, v, k;

	for (i = 0; i < user->naddrs; i++) {
		if (user->addr[i].len != or_bits(&user->addr[i]))
			return "a user's address is a range";
		if (!or_in_a_site_of(p, user->tenant, &user->addr[i]))
			return "a user's address is outside the tenant's sites";
		for (v = 0; v <= u; v++)
			for (k = 0; k < (v == u ? i : p->user[v].naddrs); k++)
				if (p->user[v].tenant == user->tenant &&
				    or_same(&user->addr[i], &p->user[v].addr[k]))
					return "two users have one address";
	}
	for (i = 0; i < user->npcs; i++) {
		if (user->pc[i].len != or_bits(&user->pc[i]))
			return "an own computer's address is a range";
		if (!or_in_a_site_of(p, user->tenant, &user->pc[i]))
			return "an own computer is outside the tenant's sites";
	}
	return NULL;
}

static const char *or_check_service(const struct or_policy *p, const struct or_service *s)
{
	int i;

	for (i = 0; i < s->naddrs; i++) {
		if (or_in_a_site_of(p, s->tenant, &s->addr[i]))
			continue;
		if (s->tenant)
			return "a server is outside the tenant's sites";
		if (s->addr[i].len != or_bits(&s->addr[i]))
			return "a range of the platform's is outside its sites";
		/* An address of the gateway itself, which is nobody's site. */
		if (or_in_a_site(p, &s->addr[i]))
			return "a service of the platform has a tenant's address";
	}
	return NULL;
}

static const char *or_check_selectors(const struct or_policy *p, int tenant,
				      const struct or_selector *s, int count)
{
	int i, g;

	for (i = 0; i < count; i++) {
		bool listed = false;

		if (s[i].type != OR_SERVICE || p->service[s[i].which].tenant == tenant)
			continue;
		for (g = 0; g < p->ngrants; g++)
			listed |= p->grant[g].tenant == tenant &&
				  p->grant[g].service == s[i].which;
		if (!listed)
			return "a rule names a service that is not listed";
	}
	return NULL;
}

/**
 * oracle_accepts - does a policy make sense?
 * @p: the policy
 * @why: why not
 *
 * Looks only at what shows in the whole; single values are taken to be right.
 *
 * Return: true when it does.
 */
bool oracle_accepts(const struct or_policy *p, const char **why)
{
	int i;

	*why = or_check_bindings(p);
	for (i = 0; i < p->nusers && !*why; i++)
		*why = or_check_user(p, i);
	for (i = 0; i < p->nservices && !*why; i++)
		*why = or_check_service(p, &p->service[i]);
	for (i = 0; i < p->nrules && !*why; i++) {
		const struct or_rule *r = &p->rule[i];

		*why = or_check_selectors(p, r->tenant, r->source, r->nsources);
		if (!*why)
			*why = or_check_selectors(p, r->tenant, r->destination, r->ndestinations);
	}
	return !*why;
}
