// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets such as tenants with telework have: people in roles, branch offices and
 * partners reach services, servers and networks.
 *
 * Nothing is published about such sets; shares are a guess, and are all here.
 * Matches for one server come before those for networks, and what everybody
 * may do comes last, as an administrator writes them.
 */

#include <stdlib.h>

#include "set.h"

/* The tenant: its sites are /20 of 10.0.0.0/8, the first one has the servers. */
struct tenant {
	u32 sites;
	u32 roles;
	u32 servers;
	u64 number;
};

struct offer {
	u8 proto;
	u16 first;
	u16 last;
	u8 weight;
};

static const struct offer offers[] = {
	{ TG_PROTO_TCP, 443, 443, 28 },
	{ TG_PROTO_TCP, 445, 445, 12 },
	{ TG_PROTO_TCP, 3389, 3389, 14 },
	{ TG_PROTO_TCP, 22, 22, 6 },
	{ TG_PROTO_TCP, 1433, 1433, 4 },
	{ TG_PROTO_TCP, 8000, 8099, 5 },
	{ TG_PROTO_TCP, 49152, 65535, 3 },
	{ TG_PROTO_UDP, 53, 53, 6 },
	{ TG_PROTO_UDP, 3389, 3389, 5 },
	{ TG_PROTO_UDP, 5060, 5061, 3 },
	{ TG_PROTO_UDP, 10000, 20000, 4 },
	{ TG_PROTO_UDP, 49152, 65535, 3 },
	{ TG_PROTO_ICMP, 8 * 256, 8 * 256 + 255, 4 },
	{ TG_PROTO_ANY, 0, 65535, 3 },
};

static u32 site_addr(const struct tenant *t, u32 site)
{
	return 10U << 24 | (u32)(rng_mix(t->number * SET_SITES + site) & 0xfff) << 12;
}

static void draw_source(struct tg_match *m, const struct tenant *t, struct rng *r)
{
	u32 at = rng_below(r, 100);
	u32 site = rng_below(r, t->sites);

	m->src_scope = TG_SCOPE_OWN;
	if (at < 50) {
		m->roles = 1ULL << rng_below(r, t->roles);
		if (rng_in(r, 20))
			m->roles |= 1ULL << rng_below(r, t->roles);
	} else if (at < 65) {
		m->src_site = site + 1;
	} else if (at < 90) {
		set_prefix(&m->src, &m->src_mask, site_addr(t, site) + rng_below(r, 4096),
			   rng_in(r, 30) ? 32 : rng_between(r, 22, 28));
	} else if (at < 95) {
		m->user = 1 + rng_below(r, SET_USERS);
	} else {
		m->src_scope |= TG_SCOPE_PLATFORM;
	}
}

/* What a destination is worth in the order of matches: lower comes first. */
static u32 draw_destination(struct tg_match *m, const struct tenant *t, struct rng *r)
{
	u32 at = rng_below(r, 100);
	u32 site = rng_below(r, t->sites);

	m->dst_scope = TG_SCOPE_OWN;
	if (at < 55) {
		set_prefix(&m->dst, &m->dst_mask,
			   site_addr(t, 0) + 256 + rng_below(r, t->servers), 32);
		return 0;
	}
	if (at < 75) {
		set_prefix(&m->dst, &m->dst_mask, site_addr(t, site) + rng_below(r, 4096),
			   rng_between(r, 24, 29));
		return 1;
	}
	if (at < 88) {
		m->dst_site = site + 1;
		return 2;
	}
	if (at < 95) {
		m->dst_scope = TG_SCOPE_INTERNET;
		if (rng_in(r, 60))
			set_prefix(&m->dst, &m->dst_mask, rng_next(r), rng_between(r, 16, 24));
		return 3;
	}
	m->dst_scope = TG_SCOPE_PLATFORM | TG_SCOPE_GATEWAY;
	return 4;
}

static void draw_offer(struct tg_match *m, struct rng *r)
{
	const struct offer *offer = offers;
	u32 at = rng_below(r, 100);

	for (; at >= offer->weight; offer++)
		at -= offer->weight;
	m->port.proto = offer->proto;
	m->port.min = offer->first;
	m->port.max = offer->last;
}

/**
 * telework_generate - make the set of a tenant with telework
 * @set: an empty set, named
 * @rules: how many
 * @number: the tenant; another one has another set
 */
void telework_generate(struct set *set, u32 rules, u64 number)
{
	struct rng r = { rng_mix(number + 1) };
	struct tenant t = {
		.sites = rng_between(&r, 3, SET_SITES),
		.roles = rng_between(&r, 6, SET_ROLES),
		.servers = 8 + rules / 6,
		.number = number,
	};
	struct tg_match *drawn = need(calloc(rules, sizeof(*drawn)));
	u8 *worth = need(calloc(rules, sizeof(*worth)));
	u32 i, w;

	set->identity = true;
	for (i = 0; i < rules; i++) {
		drawn[i] = set_match();
		draw_source(&drawn[i], &t, &r);
		worth[i] = draw_destination(&drawn[i], &t, &r);
		draw_offer(&drawn[i], &r);
	}
	for (w = 0; w < 5; w++)
		for (i = 0; i < rules; i++)
			if (worth[i] == w)
				set_add(set, &drawn[i]);
	free(drawn);
	free(worth);
}
