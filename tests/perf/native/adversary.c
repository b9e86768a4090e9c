// SPDX-License-Identifier: GPL-2.0-only
/* Sets made to be hard: what a tenant could write to slow its own look-ups. */

#include "set.h"

static void add_wild(struct set *set, u32 rules, struct rng *r)
{
	struct tg_match m;

	while (set->count < rules) {
		m = set_match();
		m.port.proto = rng_in(r, 50) ? TG_PROTO_TCP : TG_PROTO_UDP;
		m.port.min = m.port.max = rng_below(r, 65536);
		set_add(set, &m);
	}
}

static void draw_overlapping(u16 *first, u16 *last, struct rng *r)
{
	u32 a = rng_below(r, 65536), b = rng_below(r, 65536);

	*first = a < b ? a : b;
	*last = a < b ? b : a;
}

static void add_ranges(struct set *set, u32 rules, struct rng *r)
{
	struct tg_match m;

	while (set->count < rules) {
		m = set_match();
		m.port.proto = rng_in(r, 50) ? TG_PROTO_TCP : TG_PROTO_UDP;
		draw_overlapping(&m.port.sport_min, &m.port.sport_max, r);
		draw_overlapping(&m.port.min, &m.port.max, r);
		set_add(set, &m);
	}
}

/* Long prefixes first: a packet for the widest one must pass all the others. */
static void add_nested(struct set *set, u32 rules, struct rng *r)
{
	u32 source = rng_next(r), destination = rng_next(r);
	u32 sum, len;

	for (sum = 65; sum-- > 0;) {
		for (len = sum > 32 ? sum - 32 : 0; len <= 32 && len <= sum; len++) {
			struct tg_match m = set_match();

			if (set->count == rules)
				return;
			set_prefix(&m.src, &m.src_mask, source, len);
			set_prefix(&m.dst, &m.dst_mask, destination, sum - len);
			m.port.proto = TG_PROTO_TCP;
			set_add(set, &m);
		}
	}
}

/**
 * adversary_generate - make a set that is hard
 * @set: an empty set, named
 * @kind: in which way
 * @rules: how many; of nested prefixes there are 1089
 * @number: another set for another number
 */
void adversary_generate(struct set *set, enum adversary kind, u32 rules, u64 number)
{
	struct rng r = { rng_mix(number) + kind };

	switch (kind) {
	case ADVERSARY_WILD:
		add_wild(set, rules, &r);
		break;
	case ADVERSARY_RANGES:
		add_ranges(set, rules, &r);
		break;
	default:
		add_nested(set, rules, &r);
		break;
	}
}
