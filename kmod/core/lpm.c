// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest-prefix match by binary search.
 *
 * Building walks the prefixes in order of their first address, the shorter
 * one first, with a stack of those that are open: an entry opens a range with
 * its value, and where it ends the range of the one around it goes on. At
 * most one prefix of each length can be open, so the stack is bounded.
 *
 *	10.0.0.0/8 = a, 10.1.0.0/16 = b:
 *
 *	0          10.0.0.0     10.1.0.0     10.2.0.0     11.0.0.0
 *	|  none    |  a         |  b         |  a         |  none ...
 */

#include <linux/errno.h>
#include <linux/sort.h>

#include "lpm.h"

#define TG_LPM_DEPTH	129

struct tg_lpm_builder {
	struct tg_lpm *lpm;
	const struct tg_lpm_entry *open[TG_LPM_DEPTH];
	u32 depth;
};

static int tg_lpm_order(const void *a, const void *b)
{
	const struct tg_lpm_entry *x = a, *y = b;
	int order = tg_addr_cmp(&x->prefix.addr, &y->prefix.addr);

	return order ? order : (int)x->prefix.len - (int)y->prefix.len;
}

/* A range begins here; one that would be empty is replaced. */
static void tg_lpm_emit(struct tg_lpm *lpm, const struct tg_addr *first, u32 value)
{
	if (lpm->count && tg_addr_equal(&lpm->ranges[lpm->count - 1].first, first))
		lpm->count--;
	if (lpm->count && lpm->ranges[lpm->count - 1].value == value)
		return;
	lpm->ranges[lpm->count].first = *first;
	lpm->ranges[lpm->count].value = value;
	lpm->count++;
}

static bool tg_addr_next(struct tg_addr *a)
{
	if (++a->lo == 0)
		return ++a->hi != 0;
	return true;
}

/* Close what ends before an address; with NULL, everything. */
static void tg_lpm_close(struct tg_lpm_builder *b, const struct tg_addr *before)
{
	while (b->depth) {
		struct tg_addr next = tg_prefix_last(&b->open[b->depth - 1]->prefix);

		if (before && tg_addr_cmp(&next, before) >= 0)
			return;
		b->depth--;
		if (tg_addr_next(&next))
			tg_lpm_emit(b->lpm, &next,
				    b->depth ? b->open[b->depth - 1]->value : TG_LPM_NONE);
	}
}

/**
 * tg_lpm_build - make a table
 * @lpm: the table
 * @arena: where it is put
 * @entries: the prefixes, in any order; sorted here
 * @count: their number
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EEXIST when a prefix is there twice.
 */
int tg_lpm_build(struct tg_lpm *lpm, struct tg_arena *arena, struct tg_lpm_entry *entries,
		 u32 count)
{
	struct tg_lpm_builder b = { .lpm = lpm };
	struct tg_addr zero = { 0, 0 };
	u32 i;

	lpm->count = 0;
	lpm->ranges = NULL;
	if (!count)
		return 0;
	lpm->ranges = tg_arena_alloc(arena, 2 * (size_t)count + 1, sizeof(*lpm->ranges));
	if (!lpm->ranges)
		return -ENOMEM;
	sort(entries, count, sizeof(*entries), tg_lpm_order, NULL);
	tg_lpm_emit(lpm, &zero, TG_LPM_NONE);
	for (i = 0; i < count; i++) {
		const struct tg_prefix *p = &entries[i].prefix;

		if (i && !tg_lpm_order(&entries[i - 1], &entries[i])) {
			lpm->count = 0;
			return -EEXIST;
		}
		tg_lpm_close(&b, &p->addr);
		tg_lpm_emit(lpm, &p->addr, entries[i].value);
		b.open[b.depth++] = &entries[i];
	}
	tg_lpm_close(&b, NULL);
	return 0;
}

/* The range that an address is in; the table is not empty. */
static u32 tg_lpm_index(const struct tg_lpm *lpm, const struct tg_addr *addr)
{
	u32 low = 0, high = lpm->count;

	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;

		if (tg_addr_cmp(&lpm->ranges[middle].first, addr) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/**
 * tg_lpm_find - the value of the longest prefix that has an address
 * @lpm: the table
 * @addr: the address
 *
 * Context: any.
 * Return: the value, or %TG_LPM_NONE.
 */
u32 tg_lpm_find(const struct tg_lpm *lpm, const struct tg_addr *addr)
{
	return lpm->count ? lpm->ranges[tg_lpm_index(lpm, addr)].value : TG_LPM_NONE;
}

/**
 * tg_lpm_covers - is every address from one to another in a prefix?
 * @lpm: a table in which all prefixes have one value, so that prefixes side
 *	by side are one range
 * @first: the first address
 * @last: the last address
 *
 * Context: any.
 * Return: true when it is.
 */
bool tg_lpm_covers(const struct tg_lpm *lpm, const struct tg_addr *first,
		   const struct tg_addr *last)
{
	u32 i;

	if (!lpm->count)
		return false;
	i = tg_lpm_index(lpm, first);
	return lpm->ranges[i].value != TG_LPM_NONE &&
	       (i + 1 == lpm->count || tg_addr_cmp(last, &lpm->ranges[i + 1].first) < 0);
}
