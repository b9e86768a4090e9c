/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules and headers as the candidates read them: five fields of IPv4 in 32
 * bytes. What a match asks beside is asked of the match itself.
 */
#ifndef _TG_PERF_FIVE_H
#define _TG_PERF_FIVE_H

#include "peer.h"

enum five_field {
	FIVE_SRC,
	FIVE_DST,
	FIVE_SPORT,
	FIVE_DPORT,
	FIVE_PROTO,
	FIVE_FIELDS
};

/**
 * struct five_rule - a match
 * @addr: source in the upper half, destination in the lower
 * @mask: what of it counts
 * @dport: first and last destination port, or ICMP type and code
 * @sport: first and last source port
 * @proto: 0 for any
 * @who: the match asks for more
 * @index: its place in the set
 */
struct five_rule {
	u64 addr;
	u64 mask;
	u16 dport[2];
	u16 sport[2];
	u8 proto;
	bool who;
	u32 index;
};

/**
 * struct five_key - a header
 * @value: by field
 * @is_asked: the header has this field; rules' ranges of others do not matter
 * @addr: as in struct five_rule
 */
struct five_key {
	u32 value[FIVE_FIELDS];
	bool is_asked[FIVE_FIELDS];
	u64 addr;
};

/**
 * struct five - a set
 * @rules: the first one has the highest priority
 * @matches: the set's
 * @count: their number
 */
struct five {
	struct five_rule *rules;
	const struct tg_match *matches;
	u32 count;
};

void five_begin(struct five *five, const struct set *set);
void five_end(struct five *five);
void five_range(const struct five_rule *rule, enum five_field field, u32 *first, u32 *last);

static inline void five_key(struct five_key *key, const struct header *h)
{
	const struct tg_packet *k = &h->packet;
	const bool ports = tg_proto_has_ports(k->proto), icmp = tg_proto_is_icmp(k->proto);

	*key = (struct five_key){
		.value = { k->saddr.lo, k->daddr.lo, ports ? k->sport : 0,
			   ports ? k->dport : icmp ? k->icmp : 0, k->proto },
		.is_asked = { true, true, ports, ports || icmp, true },
		.addr = k->saddr.lo << 32 | (u32)k->daddr.lo,
	};
}

static inline bool five_fits(const struct five *five, const struct five_rule *r,
			     const struct five_key *key, const struct header *h)
{
	if ((r->addr ^ key->addr) & r->mask)
		return false;
	if (r->proto && r->proto != key->value[FIVE_PROTO])
		return false;
	if (key->is_asked[FIVE_DPORT] && (key->value[FIVE_DPORT] < r->dport[0] ||
					  key->value[FIVE_DPORT] > r->dport[1]))
		return false;
	if (key->is_asked[FIVE_SPORT] && (key->value[FIVE_SPORT] < r->sport[0] ||
					  key->value[FIVE_SPORT] > r->sport[1]))
		return false;
	return !r->who || tg_match_first(&five->matches[r->index], 1, &h->question);
}

/* The ways of a peer that looks up one header at a time with @one. */
#define FIVE_WAYS(id, one)							\
static u32 id##_find_at(const struct trace *trace, void *index, u32 at)		\
{										\
	return one(index, &trace->headers[at]);					\
}										\
										\
static void id##_find(const struct lookups *l)					\
{										\
	look_up_each(l, id##_find_at, 0);					\
}										\
										\
static void id##_find_of_tenants(const struct lookups *l)			\
{										\
	look_up_each(l, id##_find_at, LOOK_UP_OF_TENANTS);			\
}										\
										\
static const struct way id##_ways[] = {						\
	{ #id, NULL, id##_find, id##_find_of_tenants },				\
};										\
										\
const struct peer peer_##id = {							\
	.name = #id,								\
	.build = id##_build,							\
	.drop = id##_drop,							\
	.ways = id##_ways,							\
	.nways = 1,								\
	.builds = true,								\
}

#endif
