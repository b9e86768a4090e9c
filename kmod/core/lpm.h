/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Longest-prefix match.
 *
 * Prefixes are nested or disjoint, so they cut the address space into ranges
 * inside which the longest match is the same. The table holds the first
 * address of each range with its value, in order; a look-up finds the last
 * range that begins at or before the address. With n prefixes there are at
 * most 2n + 1 ranges, 24 bytes each.
 *
 * What the prefixes span is cut into about as many equal pieces as there are
 * ranges, and an index says in which range each piece begins. Prefixes that lie
 * evenly, as those of tenants do, take one step in the index and one or two
 * among the ranges; however they lie it is never more than a binary search.
 */
#ifndef _TG_CORE_LPM_H
#define _TG_CORE_LPM_H

#include "arena.h"
#include "types.h"

#define TG_LPM_NONE	0xffffffffU

/**
 * struct tg_lpm_range - addresses with one value
 * @first: first of them; the next range begins behind the last
 * @value: their value, or %TG_LPM_NONE
 * @owner: what came with the value, so that nobody has to look it up
 */
struct tg_lpm_range {
	struct tg_addr first;
	u32 value;
	u32 owner;
};

/**
 * struct tg_lpm_index - where to begin looking
 * @base: first IPv4 address of all prefixes, or first half of the first IPv6 one
 * @shift: a piece is 1 << @shift of these
 * @pieces: their number, 0 when no prefix is of this family
 * @at: the range that a piece begins in; one more for the end
 */
struct tg_lpm_index {
	u64 base;
	u8 shift;
	u32 pieces;
	u32 *at;
};

/**
 * struct tg_lpm - the table
 * @ranges: in order; the first begins at address 0
 * @count: their number, 0 for an empty table
 * @v4: index of IPv4 addresses
 * @v6: index of IPv6 addresses
 */
struct tg_lpm {
	struct tg_lpm_range *ranges;
	u32 count;
	struct tg_lpm_index v4;
	struct tg_lpm_index v6;
};

/**
 * struct tg_lpm_entry - one prefix to put into a table
 * @prefix: the prefix, exact (see tg_prefix_is_exact())
 * @value: its value, not %TG_LPM_NONE
 * @owner: what comes with it; the same where the value is the same
 */
struct tg_lpm_entry {
	struct tg_prefix prefix;
	u32 value;
	u32 owner;
};

int tg_lpm_build(struct tg_lpm *lpm, struct tg_arena *arena, struct tg_lpm_entry *entries,
		 u32 count);
const struct tg_lpm_range *tg_lpm_range_of(const struct tg_lpm *lpm,
					   const struct tg_addr *addr);
u32 tg_lpm_find(const struct tg_lpm *lpm, const struct tg_addr *addr);
bool tg_lpm_covers(const struct tg_lpm *lpm, const struct tg_addr *first,
		   const struct tg_addr *last);

#endif
