// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random policies.
 *
 * The world is small on purpose: a few hundred addresses and a dozen ports, so
 * that prefixes nest and touch, services share addresses and rules shadow each
 * other all the time. Each tenant has a block of addresses in each realm; the
 * same block is another tenant's in another realm. A small part of what is
 * generated breaks a rule, so that refusals are compared too.
 */

#include <string.h>

#include "generate.h"

/* splitmix64, https://prng.di.unimi.it/splitmix64.c */
uint64_t or_random(struct or_random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

int or_below(struct or_random *r, int n)
{
	return n > 0 ? (int)(or_random(r) % (unsigned int)n) : 0;
}

bool or_chance(struct or_random *r, int percent)
{
	return or_below(r, 100) < percent;
}

int or_bytes(const struct or_addr *a)
{
	return a->family == 4 ? 4 : 16;
}

/* The address after, or before, an address; wraps round. */
void or_step(struct or_addr *a, int by)
{
	int i = or_bytes(a);

	while (i--) {
		a->byte[i] += by;
		if (a->byte[i] != (by > 0 ? 0 : 0xff))
			return;
	}
}

static void or_cut(struct or_prefix *p)
{
	int i;

	for (i = p->len; i < 8 * or_bytes(&p->addr); i++)
		p->addr.byte[i / 8] &= ~(0x80 >> (i % 8));
}

/* An address of a block; low bits come from a small range. */
static void or_block_addr(struct or_random *r, struct or_addr *a, int block, int family)
{
	memset(a, 0, sizeof(*a));
	a->family = family;
	if (family == 4) {
		a->byte[0] = 10;
		a->byte[1] = block;
		a->byte[2] = or_below(r, 2);
		a->byte[3] = or_random(r);
	} else if (or_chance(r, 92)) {
		a->byte[0] = 0xfd;
		a->byte[3] = block;
		a->byte[7] = or_below(r, 2);
		a->byte[14] = or_below(r, 2);
		a->byte[15] = or_random(r);
	} else {
		/* Looks like an IPv4 address in IPv6 form, and is none. */
		a->byte[11] = or_chance(r, 50) ? 0xfe : 0;
		a->byte[9] = a->byte[11] ? 0 : 1;
		a->byte[10] = a->byte[11] ? 0xff : 0;
		a->byte[12] = 10;
		a->byte[13] = block;
		a->byte[15] = or_random(r);
	}
}

static void or_block_prefix(struct or_random *r, struct or_prefix *p, int block)
{
	static const int len4[] = { 16, 22, 23, 24, 24, 25, 26, 28, 30, 31, 32 };
	static const int len6[] = { 56, 63, 64, 65, 111, 112, 118, 120, 121, 124, 127, 128 };

	or_block_addr(r, &p->addr, block, or_chance(r, 60) ? 4 : 6);
	if (p->addr.family == 4)
		p->len = len4[or_below(r, sizeof(len4) / sizeof(*len4))];
	else if (p->addr.byte[0])
		p->len = len6[or_below(r, sizeof(len6) / sizeof(*len6))];
	else
		p->len = 112 + or_below(r, 17);
	or_cut(p);
}

/* Any part of a prefix; a single address for @host. */
static void or_part_of(struct or_random *r, struct or_prefix *part, const struct or_prefix *p,
		       bool host)
{
	int bits = 8 * or_bytes(&p->addr), i;
	int first = or_below(r, 4);

	*part = *p;
	part->len = host || or_chance(r, 20) ? bits : p->len + or_below(r, bits - p->len + 1);
	for (i = p->len; i < bits; i++)
		/* The first and the last address more often, and only low bits. */
		if (first == 1 || (first > 1 && i >= bits - 9 && or_chance(r, 50)))
			part->addr.byte[i / 8] |= 0x80 >> (i % 8);
	or_cut(part);
}

static void or_random_port(struct or_random *r, struct or_port *port)
{
	static const int protos[] = { 6, 6, 6, 17, 17, 132, 33, 136 };
	static const int others[] = { 47, 50, 58, 6, 17 };
	static const int ports[] = { 0, 22, 80, 81, 443, 443, 1000, 1010, 65534, 65535 };
	int i = or_below(r, 100);

	*port = (struct or_port){ .type = OR_NONE, .code = OR_NONE, .source_max = 65535,
				  .max = 65535, .class = or_below(r, 3) };
	if (i < 6) {
		port->kind = OR_PORT_ANY;
	} else if (i < 16) {
		port->kind = OR_PORT_PROTO;
		port->proto = others[or_below(r, 5)];
	} else if (i < 36) {
		port->kind = OR_PORT_ICMP;
		if (or_chance(r, 70))
			port->type = or_chance(r, 60) ? 8 : 1 + or_below(r, 4);
		if (port->type != OR_NONE && or_chance(r, 30))
			port->code = or_below(r, 3);
	} else {
		port->kind = OR_PORT_RANGE;
		port->proto = protos[or_below(r, 8)];
		port->min = ports[or_below(r, 10)];
		port->max = port->min;
		if (or_chance(r, 40))
			port->max += or_below(r, 65536 - port->min > 20 ? 20 :
					      65536 - port->min);
		if (or_chance(r, 10)) {
			port->source_min = 1000;
			port->source_max = 1000 + or_below(r, 3);
		}
	}
}

static int or_random_ports(struct or_random *r, struct or_port *port, int most)
{
	int i, n = or_below(r, most + 1);

	for (i = 0; i < n; i++)
		or_random_port(r, &port[i]);
	return n;
}

static int or_block_of(int tenant, int realm)
{
	return (tenant + realm) % OR_TENANTS;
}

static bool or_equal(const struct or_prefix *a, const struct or_prefix *b)
{
	return a->len == b->len && a->addr.family == b->addr.family &&
	       !memcmp(a->addr.byte, b->addr.byte, sizeof(a->addr.byte));
}

/* Is a prefix already bound on the device of a site? */
static bool or_is_bound(const struct or_policy *p, const struct or_site *site,
			const struct or_prefix *prefix)
{
	int s, i;

	for (s = 0; s < p->nsites; s++)
		for (i = 0; i < p->site[s].nprefixes; i++)
			if (p->site[s].device == site->device &&
			    or_equal(&p->site[s].prefix[i], prefix))
				return true;
	return false;
}

static bool or_is_taken(const struct or_policy *p, int tenant, const struct or_prefix *addr)
{
	int u, i;

	for (u = 0; u < p->nusers; u++)
		for (i = 0; i < p->user[u].naddrs; i++)
			if (p->user[u].tenant == tenant && or_equal(&p->user[u].addr[i], addr))
				return true;
	return false;
}

static void or_generate_sites(struct or_random *r, struct or_policy *p, int tenant)
{
	int n = 1 + or_below(r, 3), n_prefixes, i;

	if (!tenant && or_chance(r, 10))
		return;
	while (n-- && p->nsites < OR_SITES) {
		struct or_site *s = &p->site[p->nsites++];

		s->tenant = tenant;
		s->device = or_below(r, p->ndevices);
		if (p->device[s->device].uplink && !or_chance(r, 1))
			s->device = 0;
		s->realm = p->device[s->device].realm;
		n_prefixes = 1 + or_below(r, 3);
		for (i = 0; i < n_prefixes; i++) {
			do {
				or_block_prefix(r, &s->prefix[i], or_below(r, 200) ?
						or_block_of(tenant, s->realm) :
						or_below(r, OR_TENANTS));
			} while (or_is_bound(p, s, &s->prefix[i]) && or_below(r, 200));
			s->nprefixes++;
		}
	}
}

/* A prefix of one of a tenant's sites, or NULL. */
static const struct or_prefix *or_home(struct or_random *r, const struct or_policy *p, int tenant)
{
	const struct or_site *mine[OR_SITES];
	int s, n = 0;

	for (s = 0; s < p->nsites; s++)
		if (p->site[s].tenant == tenant)
			mine[n++] = &p->site[s];
	if (!n)
		return NULL;
	s = or_below(r, n);
	return &mine[s]->prefix[or_below(r, mine[s]->nprefixes)];
}

/* An address of a tenant's, or now and then of somebody else's. */
static void or_inner(struct or_random *r, const struct or_policy *p, int tenant,
		     struct or_prefix *to, bool host)
{
	const struct or_prefix *home = or_home(r, p, or_below(r, 500) ? tenant :
					       or_below(r, p->ntenants));

	if (home)
		or_part_of(r, to, home, host);
	else
		or_block_prefix(r, to, OR_TENANTS);
}

static void or_service_addr(struct or_random *r, const struct or_policy *p,
			    const struct or_service *s, struct or_prefix *to)
{
	int other = or_below(r, p->nservices);

	if (or_chance(r, 30) && p->service[other].tenant == s->tenant &&
	    p->service[other].naddrs) {
		*to = p->service[other].addr[or_below(r, p->service[other].naddrs)];
	} else if (!s->tenant && (or_chance(r, 25) || !or_home(r, p, 0))) {
		/* On the gateway itself. */
		or_block_addr(r, &to->addr, 200, or_chance(r, 60) ? 4 : 6);
		to->len = 8 * or_bytes(&to->addr);
	} else {
		or_inner(r, p, s->tenant, to, or_chance(r, 70));
	}
}

static void or_generate_services(struct or_random *r, struct or_policy *p, int tenant)
{
	int n = tenant ? or_below(r, 4) : 1 + or_below(r, 6), i;
	bool internet = !tenant && or_chance(r, 80);

	while (n-- && p->nservices < OR_SERVICES) {
		struct or_service *s = &p->service[p->nservices];

		s->tenant = tenant;
		s->internet = internet;
		if (!internet) {
			s->naddrs = 1 + or_below(r, 3);
			for (i = 0; i < s->naddrs; i++)
				or_service_addr(r, p, s, &s->addr[i]);
			s->nports = or_random_ports(r, s->port, 3);
		}
		internet = false;
		p->nservices++;
	}
}

static void or_generate_people(struct or_random *r, struct or_policy *p, int tenant)
{
	int n = or_below(r, 3), first = p->nroles, tries = 0, i;

	if (!or_home(r, p, tenant))
		return;
	while (n-- && p->nroles < OR_ROLES)
		p->role[p->nroles++].tenant = tenant;
	n = or_below(r, 5);
	while (n-- && p->nusers < OR_USERS) {
		struct or_user *u = &p->user[p->nusers++];

		u->tenant = tenant;
		while (!u->naddrs || (u->naddrs < OR_ADDRS && or_chance(r, 30))) {
			or_inner(r, p, tenant, &u->addr[u->naddrs], or_below(r, 1000));
			if (or_is_taken(p, tenant, &u->addr[u->naddrs]) && or_below(r, 100)) {
				if (++tries > 20)
					break;
				continue;
			}
			u->naddrs++;
		}
		u->npcs = or_below(r, 3);
		for (i = 0; i < u->npcs; i++)
			or_inner(r, p, tenant, &u->pc[i], or_below(r, 1000));
		for (i = first; i < p->nroles; i++)
			u->role[i] = or_chance(r, 50);
	}
}

static void or_generate_grants(struct or_random *r, struct or_policy *p, int tenant)
{
	int s, first = p->ngrants, other;

	for (s = 0; s < p->nservices && p->ngrants < OR_GRANTS; s++)
		if (!p->service[s].tenant && or_chance(r, 45)) {
			/* In any order: the first grant of an address decides. */
			other = first + or_below(r, p->ngrants - first + 1);
			p->grant[p->ngrants++] = p->grant[other];
			p->grant[other] = (struct or_grant){ tenant, s };
		}
}

/* One of the tenant's objects of a kind; OR_NONE when there is none. */
#define or_own(r, p, owner, object, count) ({				\
	int _mine[64], _n = 0, _i;					\
									\
	for (_i = 0; _i < (p)->count; _i++)				\
		if ((p)->object[_i].tenant == (owner))			\
			_mine[_n++] = _i;				\
	_n ? _mine[or_below(r, _n)] : OR_NONE;				\
})

static int or_usable_service(struct or_random *r, const struct or_policy *p, int tenant)
{
	int listed[OR_GRANTS], n = 0, g;

	if (or_below(r, 1000) == 0)
		return or_own(r, p, 0, service, nservices);
	if (tenant && or_chance(r, 60)) {
		for (g = 0; g < p->ngrants; g++)
			if (p->grant[g].tenant == tenant)
				listed[n++] = p->grant[g].service;
		if (n)
			return listed[or_below(r, n)];
	}
	return or_own(r, p, tenant, service, nservices);
}

static bool or_random_selector(struct or_random *r, const struct or_policy *p, int tenant,
			       bool source, struct or_selector *s)
{
	static const enum or_selector_type from[] = {
		OR_ANY, OR_ROLE, OR_ROLE, OR_USER, OR_SITE, OR_PREFIX, OR_SERVICE,
	};
	static const enum or_selector_type to[] = {
		OR_ANY, OR_ROLE, OR_USER, OR_SITE, OR_PREFIX, OR_SERVICE, OR_SERVICE,
		OR_SERVICE, OR_OWN_PC,
	};

	memset(s, 0, sizeof(*s));
	s->type = source ? from[or_below(r, 7)] : to[or_below(r, 9)];
	switch (s->type) {
	case OR_ROLE:
		s->which = or_own(r, p, tenant, role, nroles);
		break;
	case OR_USER:
		s->which = or_own(r, p, tenant, user, nusers);
		break;
	case OR_SITE:
		s->which = or_own(r, p, tenant, site, nsites);
		break;
	case OR_SERVICE:
		s->which = or_usable_service(r, p, tenant);
		if (s->which != OR_NONE && source && p->service[s->which].internet)
			return false;
		break;
	case OR_PREFIX:
		/* Another's addresses make sense too: they just never match. */
		if (or_chance(r, 70) && or_home(r, p, tenant))
			or_part_of(r, &s->prefix, or_home(r, p, tenant), or_chance(r, 30));
		else
			or_block_prefix(r, &s->prefix, or_below(r, OR_TENANTS));
		break;
	default:
		break;
	}
	return s->which != OR_NONE;
}

static int or_random_selectors(struct or_random *r, const struct or_policy *p, int tenant,
			       bool source, struct or_selector *s)
{
	int tries = or_below(r, 4), n = 0;

	while (tries--)
		if (or_random_selector(r, p, tenant, source, &s[n]))
			n++;
	return n;
}

static void or_generate_rules(struct or_random *r, struct or_policy *p, int tenant)
{
	int n = or_below(r, 6);

	while (n-- && p->nrules < OR_RULES) {
		struct or_rule *rule = &p->rule[p->nrules++];

		rule->tenant = tenant;
		rule->verdict = or_chance(r, 50) ? OR_ALLOW :
				or_chance(r, 50) ? OR_DENY : OR_REJECT;
		rule->nsources = or_random_selectors(r, p, tenant, true, rule->source);
		rule->ndestinations = or_random_selectors(r, p, tenant, false,
							  rule->destination);
		rule->nports = or_random_ports(r, rule->port, or_chance(r, 50) ? 0 : 3);
	}
}

static void or_generate_devices(struct or_random *r, struct or_policy *p)
{
	int uplinks = or_below(r, 3), bound = 1 + or_below(r, 5), i;

	p->nrealms = 1 + or_below(r, OR_REALMS);
	for (i = 0; i < bound; i++)
		p->device[p->ndevices++].realm = or_below(r, p->nrealms);
	for (i = 0; i < uplinks; i++)
		p->device[p->ndevices++].uplink = true;
}

void or_generate_policy(struct or_random *r, struct or_policy *p)
{
	int i;

	memset(p, 0, sizeof(*p));
	or_generate_devices(r, p);
	p->ntenants = 2 + or_below(r, OR_TENANTS - 1);
	for (i = 0; i < p->ntenants; i++)
		or_generate_sites(r, p, i);
	for (i = 0; i < p->ntenants; i++) {
		p->tenant[i].mode = or_below(r, 2);
		or_generate_services(r, p, i);
		or_generate_people(r, p, i);
		if (i)
			or_generate_grants(r, p, i);
		or_generate_rules(r, p, i);
	}
	p->ngateway_ports = or_random_ports(r, p->gateway_port, OR_PORTS);
	p->nmanagement = or_below(r, 3);
	for (i = 0; i < p->nmanagement; i++) {
		struct or_management *m = &p->management[i];

		m->nfrom = 1;
		if (!or_chance(r, 60) || !or_home(r, p, or_below(r, p->ntenants)))
			or_block_prefix(r, &m->from[0], or_below(r, OR_TENANTS + 1));
		else
			or_inner(r, p, or_below(r, p->ntenants), &m->from[0], false);
		m->nports = or_random_ports(r, m->port, 2);
	}
}
