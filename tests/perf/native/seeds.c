// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets like those of ClassBench (D. E. Taylor and J. S. Turner, "ClassBench: A
 * Packet Classification Benchmark", INFOCOM 2005, IEEE/ACM Transactions on
 * Networking 15(3), 2007), in its three flavours.
 *
 * As there, a filter draws a protocol with a pair of port classes (wildcard WC,
 * high HI, low LO, arbitrary range AR, exact EM) and a pair of prefix lengths,
 * and its addresses are walks down two binary trees, some nodes of which have
 * one child and the others two of unequal weight. The frequencies are those
 * counted in public sets made from the seeds acl1, fw1 and ipc1 with 10,000
 * filters each (repository neurocuts/neurocuts, folder classbench), the rare
 * ones left out. Chance of two children is chosen so that the number of
 * distinct prefixes is about theirs. Scope, smoothing and the correlation of
 * source with destination are not modelled.
 *
 * Filters with longer prefixes come first, so that none hides a narrower one.
 */

#include <stdlib.h>
#include <string.h>

#include "set.h"

enum port_class { WC, HI, LO, AR, EM };

struct lengths {
	u8 src;
	u8 dst;
	u16 weight;
};

struct ports {
	u8 proto;
	u8 source;
	u8 destination;
	u16 weight;
};

struct seed {
	struct lengths lengths[24];
	struct ports ports[16];
	u16 popular[12];	/* exact ports, the most frequent first */
	u8 forks[2];		/* percent of nodes with two children: source, destination */
};

#define HEAVY	75	/* percent of walks that take the heavier of two children */

static const struct seed seeds[FLAVOURS] = {
	[FLAVOUR_ACL] = {
		.lengths = {
			{ 32, 32, 2868 }, { 31, 32, 1376 }, { 32, 31, 1255 }, { 31, 31, 441 },
			{ 32, 30, 378 }, { 23, 32, 338 }, { 32, 22, 324 }, { 31, 22, 207 },
			{ 30, 32, 203 }, { 31, 23, 192 }, { 24, 31, 170 }, { 32, 24, 163 },
			{ 32, 21, 117 }, { 30, 22, 105 }, { 30, 23, 102 }, { 24, 32, 91 },
			{ 31, 25, 79 }, { 32, 25, 77 }, { 32, 23, 46 }, { 29, 23, 54 },
			{ 31, 21, 53 }, { 23, 16, 51 }, { 23, 31, 48 }, { 25, 32, 45 },
		},
		.ports = {
			{ TG_PROTO_TCP, WC, EM, 5794 }, { TG_PROTO_TCP, WC, WC, 1633 },
			{ TG_PROTO_TCP, WC, AR, 1110 }, { TG_PROTO_ANY, WC, WC, 815 },
			{ TG_PROTO_ICMP, WC, WC, 296 }, { TG_PROTO_UDP, WC, EM, 108 },
			{ TG_PROTO_UDP, WC, AR, 18 },
		},
		.popular = { 1521, 1526, 1221, 1433, 135, 1525, 14753, 1711, 1724, 1704, 1717,
			     1708 },
		.forks = { 48, 36 },
	},
	[FLAVOUR_FW] = {
		.lengths = {
			{ 0, 31, 1767 }, { 0, 32, 1373 }, { 1, 32, 1044 }, { 1, 31, 659 },
			{ 0, 30, 515 }, { 31, 0, 437 }, { 32, 0, 361 }, { 32, 1, 276 },
			{ 2, 32, 251 }, { 30, 0, 210 }, { 31, 1, 183 }, { 32, 32, 175 },
			{ 31, 32, 90 }, { 32, 31, 86 }, { 0, 0, 80 }, { 1, 0, 73 },
			{ 0, 1, 69 }, { 32, 2, 68 }, { 27, 0, 59 }, { 28, 0, 58 },
			{ 29, 0, 56 }, { 21, 0, 55 }, { 22, 0, 53 }, { 23, 0, 47 },
		},
		.ports = {
			{ TG_PROTO_TCP, WC, EM, 4177 }, { TG_PROTO_UDP, WC, EM, 1293 },
			{ TG_PROTO_UDP, EM, WC, 997 }, { TG_PROTO_TCP, WC, WC, 806 },
			{ 47, WC, WC, 449 }, { TG_PROTO_TCP, HI, HI, 366 },
			{ TG_PROTO_ICMP, WC, WC, 342 }, { TG_PROTO_UDP, EM, EM, 245 },
			{ TG_PROTO_UDP, HI, HI, 203 }, { TG_PROTO_UDP, EM, HI, 194 },
			{ TG_PROTO_UDP, HI, EM, 187 }, { TG_PROTO_ANY, WC, WC, 107 },
			{ TG_PROTO_UDP, AR, HI, 7 }, { TG_PROTO_UDP, HI, AR, 6 },
		},
		.popular = { 22, 80, 25, 53, 123, 544, 2105, 21, 750, 161, 443, 23 },
		.forks = { 60, 64 },
	},
	[FLAVOUR_IPC] = {
		.lengths = {
			{ 32, 32, 663 }, { 31, 32, 357 }, { 23, 32, 318 }, { 24, 32, 257 },
			{ 23, 24, 238 }, { 32, 31, 235 }, { 25, 32, 188 }, { 24, 31, 181 },
			{ 0, 31, 178 }, { 24, 24, 167 }, { 0, 32, 152 }, { 24, 23, 148 },
			{ 25, 31, 145 }, { 32, 24, 144 }, { 23, 25, 141 }, { 1, 32, 137 },
			{ 24, 25, 134 }, { 32, 25, 133 }, { 23, 0, 128 }, { 24, 0, 114 },
			{ 25, 23, 112 }, { 25, 24, 110 }, { 23, 26, 105 }, { 22, 25, 97 },
		},
		.ports = {
			{ TG_PROTO_ANY, WC, WC, 3125 }, { TG_PROTO_UDP, WC, EM, 2077 },
			{ TG_PROTO_TCP, WC, EM, 1322 }, { TG_PROTO_UDP, EM, WC, 808 },
			{ TG_PROTO_TCP, EM, WC, 762 }, { TG_PROTO_UDP, WC, HI, 572 },
			{ TG_PROTO_TCP, WC, WC, 214 }, { TG_PROTO_TCP, WC, AR, 169 },
			{ TG_PROTO_TCP, AR, WC, 143 }, { TG_PROTO_ICMP, WC, WC, 108 },
			{ TG_PROTO_UDP, WC, AR, 58 }, { TG_PROTO_UDP, EM, EM, 32 },
			{ TG_PROTO_UDP, AR, WC, 30 }, { TG_PROTO_UDP, HI, WC, 29 },
			{ 47, WC, WC, 24 }, { TG_PROTO_UDP, WC, WC, 21 },
		},
		.popular = { 69, 514, 80, 9003, 53, 25, 1433, 137, 162, 143, 113, 161 },
		.forks = { 46, 50 },
	},
};

static const struct lengths *draw_lengths(const struct seed *seed, struct rng *r)
{
	u32 total = 0, i, at;

	for (i = 0; i < 24; i++)
		total += seed->lengths[i].weight;
	at = rng_below(r, total);
	for (i = 0; at >= seed->lengths[i].weight; i++)
		at -= seed->lengths[i].weight;
	return &seed->lengths[i];
}

static const struct ports *draw_ports(const struct seed *seed, struct rng *r)
{
	u32 total = 0, i, at;

	for (i = 0; i < 16; i++)
		total += seed->ports[i].weight;
	at = rng_below(r, total);
	for (i = 0; at >= seed->ports[i].weight; i++)
		at -= seed->ports[i].weight;
	return &seed->ports[i];
}

/* The shape of the tree is a hash of the path: nothing of it is kept in memory. */
static u32 walk(u64 tree, u32 forks, u32 len, struct rng *r)
{
	u32 addr = 0, depth;

	for (depth = 0; depth < len; depth++) {
		u64 node = rng_mix(tree ^ ((u64)depth << 32 | addr) * 0x9e3779b97f4a7c15ULL);
		u32 bit = node & 1;

		if ((node >> 8) % 100 < forks && !rng_in(r, HEAVY))
			bit ^= 1;
		addr |= bit << (31 - depth);
	}
	return addr;
}

static void draw_range(const struct seed *seed, u32 class, u16 *first, u16 *last, struct rng *r)
{
	u32 rank;

	*first = 0;
	*last = 65535;
	switch (class) {
	case HI:
		*first = 1024;
		break;
	case LO:
		*last = 1023;
		break;
	case AR:
		*first = 1000 + 100 * rng_below(r, 34);
		*last = *first + 1 + rng_below(r, 99);
		break;
	case EM:
		/* Each port is a fifth less frequent than the one before it; few are rare ones. */
		for (rank = 0; rank < 11 && rng_in(r, 80); rank++)
			;
		*first = rng_in(r, 90) ? seed->popular[rank] : 1024 + rng_below(r, 64);
		*last = *first;
		break;
	}
}

static u64 fingerprint(const struct tg_match *m)
{
	u64 h = rng_mix(m->src.lo ^ rng_mix(m->src_mask.lo));

	h = rng_mix(h ^ m->dst.lo) + rng_mix(m->dst_mask.lo ^ 1);
	h = rng_mix(h ^ ((u64)m->port.sport_min << 48 | (u64)m->port.sport_max << 32 |
			 (u64)m->port.min << 16 | m->port.max));
	return rng_mix(h ^ m->port.proto) | 1;
}

/* Remember a match; false when it was there. */
static bool is_new(u64 *seen, u64 mask, const struct tg_match *m)
{
	u64 h = fingerprint(m), i = h & mask;

	for (; seen[i]; i = (i + 1) & mask)
		if (seen[i] == h)
			return false;
	seen[i] = h;
	return true;
}

static int longer_first(const void *a, const void *b)
{
	const struct tg_match *x = a, *y = b;
	int left = set_prefix_len(&x->src_mask) + set_prefix_len(&x->dst_mask);
	int right = set_prefix_len(&y->src_mask) + set_prefix_len(&y->dst_mask);

	if (left != right)
		return right - left;
	return fingerprint(x) < fingerprint(y) ? -1 : fingerprint(x) > fingerprint(y);
}

/**
 * seeds_generate - make a set like those of ClassBench
 * @set: an empty set, named
 * @flavour: which of its flavours
 * @rules: how many, without repetition; a few may be missing in a large set
 * @number: another set for another number
 */
void seeds_generate(struct set *set, enum flavour flavour, u32 rules, u64 number)
{
	const struct seed *seed = &seeds[flavour];
	struct rng r = { number * FLAVOURS + flavour };
	u64 tree = rng_next(&r), mask = 1, tries;
	u64 *seen;

	while (mask < 2ULL * rules)
		mask *= 2;
	seen = need(calloc(mask, sizeof(*seen)));
	for (tries = 0; set->count < rules && tries < 20ULL * rules; tries++) {
		const struct lengths *lengths = draw_lengths(seed, &r);
		const struct ports *ports = draw_ports(seed, &r);
		struct tg_match m = set_match();

		set_prefix(&m.src, &m.src_mask,
			   walk(tree, seed->forks[0], lengths->src, &r), lengths->src);
		set_prefix(&m.dst, &m.dst_mask,
			   walk(~tree, seed->forks[1], lengths->dst, &r), lengths->dst);
		m.port.proto = ports->proto;
		draw_range(seed, ports->source, &m.port.sport_min, &m.port.sport_max, &r);
		draw_range(seed, ports->destination, &m.port.min, &m.port.max, &r);
		if (is_new(seen, mask - 1, &m))
			set_add(set, &m);
	}
	free(seen);
	qsort(set->matches, set->count, sizeof(*set->matches), longer_first);
}
