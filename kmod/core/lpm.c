// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest-prefix match.
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
#include <linux/kernel.h>
#include <linux/limits.h>
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
static void tg_lpm_emit(struct tg_lpm *lpm, const struct tg_addr *first,
			const struct tg_lpm_entry *entry)
{
	u32 value = entry ? entry->value : TG_LPM_NONE;

	if (lpm->count && tg_addr_equal(&lpm->ranges[lpm->count - 1].first, first))
		lpm->count--;
	if (lpm->count && lpm->ranges[lpm->count - 1].value == value)
		return;
	lpm->ranges[lpm->count++] = (struct tg_lpm_range){
		.first = *first,
		.value = value,
		.owner = entry ? entry->owner : 0,
	};
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
			tg_lpm_emit(b->lpm, &next, b->depth ? b->open[b->depth - 1] : NULL);
	}
}

/* The range that an address is in, if it is among these. */
static u32 tg_lpm_search(const struct tg_lpm *lpm, u32 low, u32 high, const struct tg_addr *addr)
{
	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;

		if (tg_addr_cmp(&lpm->ranges[middle].first, addr) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* What an index looks at of an address. */
static u64 tg_lpm_key(const struct tg_addr *addr, bool v4)
{
	return v4 ? (u32)addr->lo : addr->hi;
}

static struct tg_addr tg_lpm_addr(u64 key, bool v4)
{
	return v4 ? tg_addr_v4(key) : (struct tg_addr){ key, 0 };
}

/* The span of the prefixes of one family; false when there are none. */
static bool tg_lpm_span(const struct tg_lpm_entry *entries, u32 count, bool v4, u64 *first,
			u64 *last)
{
	const struct tg_addr v4_first = tg_addr_v4(0);
	struct tg_addr end;
	u32 i;

	*first = U64_MAX;
	*last = 0;
	for (i = 0; i < count; i++) {
		const struct tg_prefix *p = &entries[i].prefix;

		if (v4 && p->len < TG_V4_PREFIX && tg_prefix_has(p, &v4_first)) {
			/* A short prefix of IPv6 that has IPv4 in it. */
			*first = 0;
			*last = U32_MAX;
		}
		if ((p->len >= TG_V4_PREFIX && tg_addr_is_v4(&p->addr)) != v4)
			continue;
		end = tg_prefix_last(p);
		*first = min(*first, tg_lpm_key(&p->addr, v4));
		*last = max(*last, tg_lpm_key(&end, v4));
	}
	return *first <= *last;
}

static int tg_lpm_make_index(struct tg_lpm *lpm, struct tg_arena *arena, bool v4,
			     const struct tg_lpm_entry *entries, u32 count)
{
	struct tg_lpm_index *index = v4 ? &lpm->v4 : &lpm->v6;
	struct tg_addr addr;
	u64 first, last;
	u32 i;

	*index = (struct tg_lpm_index){};
	if (!tg_lpm_span(entries, count, v4, &first, &last))
		return 0;
	while ((last - first) >> index->shift > lpm->count)
		index->shift++;
	index->base = first;
	index->pieces = ((last - first) >> index->shift) + 1;
	index->at = tg_arena_alloc(arena, index->pieces + 1, sizeof(*index->at));
	if (!index->at)
		return -ENOMEM;
	for (i = 0; i < index->pieces; i++) {
		addr = tg_lpm_addr(first + ((u64)i << index->shift), v4);
		index->at[i] = tg_lpm_search(lpm, 0, lpm->count, &addr);
	}
	index->at[i] = lpm->count - 1;
	return 0;
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
	int err;
	u32 i;

	*lpm = (struct tg_lpm){};
	if (!count)
		return 0;
	lpm->ranges = tg_arena_alloc(arena, 2 * (size_t)count + 1, sizeof(*lpm->ranges));
	if (!lpm->ranges)
		return -ENOMEM;
	sort(entries, count, sizeof(*entries), tg_lpm_order, NULL);
	tg_lpm_emit(lpm, &zero, NULL);
	for (i = 0; i < count; i++) {
		const struct tg_prefix *p = &entries[i].prefix;

		if (i && !tg_lpm_order(&entries[i - 1], &entries[i])) {
			lpm->count = 0;
			return -EEXIST;
		}
		tg_lpm_close(&b, &p->addr);
		tg_lpm_emit(lpm, &p->addr, &entries[i]);
		b.open[b.depth++] = &entries[i];
	}
	tg_lpm_close(&b, NULL);
	err = tg_lpm_make_index(lpm, arena, true, entries, count);
	return err ?: tg_lpm_make_index(lpm, arena, false, entries, count);
}

/**
 * tg_lpm_range_of - the range that an address is in
 * @lpm: the table
 * @addr: the address
 *
 * Context: any.
 * Return: the range, whose value is that of the longest prefix that has the address;
 * NULL when none has it.
 */
const struct tg_lpm_range *tg_lpm_range_of(const struct tg_lpm *lpm,
					   const struct tg_addr *addr)
{
	bool v4 = tg_addr_is_v4(addr);
	const struct tg_lpm_index *index = v4 ? &lpm->v4 : &lpm->v6;
	u64 key = tg_lpm_key(addr, v4);
	u64 piece = (key - index->base) >> index->shift;
	const struct tg_lpm_range *range;

	if (key < index->base || piece >= index->pieces)
		return NULL;
	range = &lpm->ranges[tg_lpm_search(lpm, index->at[piece], index->at[piece + 1] + 1,
					   addr)];
	return range->value == TG_LPM_NONE ? NULL : range;
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
	const struct tg_lpm_range *range = tg_lpm_range_of(lpm, addr);

	return range ? range->value : TG_LPM_NONE;
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
	i = tg_lpm_search(lpm, 0, lpm->count, first);
	return lpm->ranges[i].value != TG_LPM_NONE &&
	       (i + 1 == lpm->count || tg_addr_cmp(last, &lpm->ranges[i + 1].first) < 0);
}
