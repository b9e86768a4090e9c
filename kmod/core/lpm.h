/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Longest-prefix match by binary search.
 *
 * Prefixes are nested or disjoint, so they cut the address space into ranges
 * inside which the longest match is the same. The table holds the first
 * address of each range with its value, in order; a look-up finds the last
 * range that begins at or before the address. With n prefixes there are at
 * most 2n + 1 ranges, 24 bytes each, and a look-up reads log2(2n + 1) of them.
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
 */
struct tg_lpm_range {
	struct tg_addr first;
	u32 value;
};

/**
 * struct tg_lpm - the table
 * @ranges: in order; the first begins at address 0
 * @count: their number, 0 for an empty table
 */
struct tg_lpm {
	struct tg_lpm_range *ranges;
	u32 count;
};

/**
 * struct tg_lpm_entry - one prefix to put into a table
 * @prefix: the prefix, exact (see tg_prefix_is_exact())
 * @value: its value, not %TG_LPM_NONE
 */
struct tg_lpm_entry {
	struct tg_prefix prefix;
	u32 value;
};

int tg_lpm_build(struct tg_lpm *lpm, struct tg_arena *arena, struct tg_lpm_entry *entries,
		 u32 count);
u32 tg_lpm_find(const struct tg_lpm *lpm, const struct tg_addr *addr);
bool tg_lpm_covers(const struct tg_lpm *lpm, const struct tg_addr *first,
		   const struct tg_addr *last);

#endif
