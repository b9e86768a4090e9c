// SPDX-License-Identifier: GPL-2.0-only
/*
 * Splits: where bits do not part matches, because prefixes nest or ranges
 * overlap, numbers do. One field of the key is divided at the numbers where
 * matches begin or end, and the part between two of them, which few matches
 * can still decide, has a leaf or a table of its own.
 *
 * That costs a binary search in each look-up and takes memory, so a part is
 * split only where bits leave long leaves, and only if that halves the worst.
 * Sets of nested prefixes come to a leaf for each pair of lengths. The idea is
 * from HiCuts (Gupta and McKeown, Hot Interconnects 1999) and HyperSplit (Qi et
 * al., INFOCOM 2009).
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "classifier_build.h"

/* Most parts that a field is divided into. */
#define TG_MAX_PARTS	256

/* A split is worth the time of so many entries. */
#define TG_SPLIT_COST	10

/* Of the steps that are left, one in so many may be made to try a split. */
#define TG_TRY_SHARE	4

/* A field of the key, at most 32 bits that do not cross words. */
struct tg_field {
	u8 word;
	u8 shift;
	u8 bits;
};

/* The same field of all matches of a part. */
struct tg_split {
	struct tg_tree *tree;
	const struct tg_part *part;
	struct tg_field field;
	u64 *ends;		/* numbers where a part begins; rising once they are sorted */
	u32 nends;
	u32 *list;		/* matches of one part */
};

/* Ports, then the halves of the words of addresses. */
static struct tg_field tg_field_at(u32 i)
{
	if (i < 2)
		return (struct tg_field){ TG_KEY_PORTS, i ? TG_KEY_SPORT : TG_KEY_DPORT, 16 };
	return (struct tg_field){ TG_KEY_ADDRS + (i - 2) / 2, i % 2 * 32, 32 };
}

static u32 tg_fields(const struct tg_tree *tree)
{
	return 2 + 2 * (tree->words - TG_KEY_ADDRS);
}

/* From where to where does a match need the field to be? It may be less. */
static void tg_field_range(const struct tg_split *s, u32 match, u64 *first, u64 *last)
{
	const struct tg_field *f = &s->field;
	const struct tg_port *p = &s->tree->matches[s->tree->id[match]].port;
	const bool sport = f->shift == TG_KEY_SPORT;

	if (f->word != TG_KEY_PORTS) {
		*first = (u32)(tg_must(s->tree, match, 1)[f->word] >> f->shift);
		*last = (u32)~(tg_must(s->tree, match, 0)[f->word] >> f->shift);
	} else if (tg_proto_has_ports(p->proto) || (!sport && tg_proto_is_icmp(p->proto))) {
		*first = sport ? p->sport_min : p->min;
		*last = max(*first, (u64)(sport ? p->sport_max : p->max));
	} else {
		*first = 0;
		*last = 0xffff;
	}
}

static int tg_order_numbers(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Where ranges begin and end, each number once; of too many, every so many. */
static void tg_split_ends(struct tg_split *s)
{
	const u64 end = 1ULL << s->field.bits;
	u32 i, n = 1, step;
	u64 first, last;

	s->ends[0] = 0;
	for (i = 0; i < s->part->count; i++) {
		tg_field_range(s, s->part->list[i], &first, &last);
		if (first)
			s->ends[n++] = first;
		if (last + 1 < end)
			s->ends[n++] = last + 1;
	}
	sort(s->ends, n, sizeof(*s->ends), tg_order_numbers, NULL);
	for (i = 1, s->nends = 1; i < n; i++)
		if (s->ends[i] != s->ends[s->nends - 1])
			s->ends[s->nends++] = s->ends[i];
	step = (s->nends + TG_MAX_PARTS - 1) / TG_MAX_PARTS;
	for (i = 0, n = 0; i < s->nends; i += step)
		s->ends[n++] = s->ends[i];
	s->nends = n;
	tg_tree_works(s->tree, s->part->count);
}

/* The part a number is in. */
static u32 tg_split_find(const struct tg_split *s, u64 number)
{
	u32 low = 0, high = s->nends;

	while (high - low > 1) {
		u32 middle = (low + high) / 2;

		if (s->ends[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The field that leaves the fewest matches in a part; false when no field helps. */
static bool tg_split_choose(struct tg_split *s)
{
	struct tg_field best = {};
	u64 least = ~0ULL, total, first, last;
	u32 i, k;

	for (i = 0; i < tg_fields(s->tree); i++) {
		s->field = tg_field_at(i);
		tg_split_ends(s);
		if (s->nends < 4)
			continue;
		for (k = 0, total = 0; k < s->part->count; k++) {
			tg_field_range(s, s->part->list[k], &first, &last);
			total += tg_split_find(s, last) - tg_split_find(s, first) + 1;
		}
		total = div_u64(total * 16, s->nends);
		if (total < least) {
			least = total;
			best = s->field;
		}
		cond_resched();
	}
	s->field = best;
	if (best.bits)
		tg_split_ends(s);
	return best.bits;
}

/* The matches of part @at, and what is known there. */
static void tg_split_part(struct tg_split *s, u32 at, struct tg_part *below)
{
	const struct tg_field *f = &s->field;
	const u64 from = s->ends[at];
	const u64 to = (at + 1 < s->nends ? s->ends[at + 1] : 1ULL << f->bits) - 1;
	u64 same = (1ULL << f->bits) - 1, first, last;
	u32 i, n = 0;

	for (i = 0; i < s->part->count; i++) {
		tg_field_range(s, s->part->list[i], &first, &last);
		if (first <= to && last >= from)
			s->list[n++] = s->part->list[i];
	}
	tg_tree_works(s->tree, s->part->count);
	/* All bits before the first that differs between the ends. */
	while (((from ^ to) & same) != 0)
		same = same << 1 & ((1ULL << f->bits) - 1);
	below->region = s->part->region;
	below->region.known[0][f->word] |= (~from & same) << f->shift;
	below->region.known[1][f->word] |= (from & same) << f->shift;
	if (f->word == TG_KEY_PORTS)
		tg_region_ports(&below->region, f->shift == TG_KEY_SPORT, from, to);
	below->list = s->list;
	below->count = tg_list_clean(s->tree, &below->region, s->list, n);
}

/* Write all parts. Returns 1, or 0 when they take more than @room bytes. */
static int tg_split_parts(struct tg_split *s, u32 bounds, size_t room, struct tg_cost *cost)
{
	struct tg_blob *blob = s->tree->blob;
	struct tg_part below = {
		.depth = s->part->depth + 1,
		.spread = max_t(u32, TG_SPREAD_ONE, s->part->spread / 4),
	};
	u64 hit = 0, miss = 0, entries = 0;
	const size_t begin = blob->used;
	struct tg_cost part_cost;
	u32 i, ref, *to;
	int err;

	for (i = 0; i < s->nends; i++) {
		tg_split_part(s, i, &below);
		entries += below.count;
		hit += (u64)below.count * below.count;
		err = tg_part_write(s->tree, &below, &ref, &part_cost);
		if (err)
			return err;
		if (blob->used - begin > room || tg_tree_is_late(s->tree))
			return 0;
		to = tg_blob_at(blob, bounds);
		if (to) {
			to[i] = s->ends[i] << s->field.shift % 32;
			to[s->nends + i] = ref;
		}
		cost->worst = max(cost->worst, part_cost.worst);
		miss += part_cost.miss;
		cond_resched();
	}
	cost->hit = TG_SPLIT_COST * 16 + (u32)div_u64(hit * 16, max_t(u32, entries, 1));
	cost->miss = TG_SPLIT_COST * 16 + (u32)div_u64(miss, s->nends);
	return 1;
}

static int tg_split_node(struct tg_split *s, u32 worst, u32 *ref, struct tg_cost *cost)
{
	const size_t entry = s->tree->v6 ? sizeof(struct tg_entry_v6) : sizeof(struct tg_entry_v4);
	const size_t used = s->tree->blob->used;
	struct tg_blob *blob = s->tree->blob;
	struct tg_node *node;
	u32 at, bounds;
	int err;

	if (!tg_split_choose(s))
		return 0;
	err = tg_blob_add(blob, sizeof(*node), &at);
	if (!err)
		err = tg_blob_add(blob, 2 * s->nends * sizeof(u32), &bounds);
	*cost = (struct tg_cost){};
	if (!err)
		err = tg_split_parts(s, bounds, entry * s->part->count *
				     s->part->spread / TG_SPREAD_ONE, cost);
	if (err < 0)
		return err;
	if (!err || cost->worst > worst / 2) {
		blob->used = used;
		return 0;
	}
	node = tg_blob_at(blob, at);
	if (node) {
		*node = (struct tg_node){
			.table = bounds,
			.nbounds = s->nends,
			.field[0] = TG_FIELD(s->field.word * 64 + s->field.shift),
			.mask[0] = ((1ULL << s->field.bits) - 1) << s->field.shift % 32,
		};
	}
	*ref = at | TG_REF_NODE;
	return 1;
}

/**
 * tg_split_write - divide a part at numbers, if that is worth it
 * @tree: the family
 * @part: the part
 * @worst: matches that a look-up may compare otherwise
 * @ref: where the split is
 * @cost: what a look-up in it costs
 *
 * Context: may sleep.
 * Return: 1, or 0 when the part is better not split, or -ENOMEM.
 */
int tg_split_write(struct tg_tree *tree, const struct tg_part *part, u32 worst, u32 *ref,
		   struct tg_cost *cost)
{
	struct tg_split s = { .tree = tree, .part = part };
	const struct tg_work before = *tree->work;
	struct tg_work *work = tree->work;
	int err = -ENOMEM;

	s.ends = kvmalloc_array(2 * (size_t)part->count + 1, sizeof(*s.ends), GFP_KERNEL_ACCOUNT);
	s.list = kvmalloc_array(part->count, sizeof(*s.list), GFP_KERNEL_ACCOUNT);
	/* A try within a try has a share of its steps. */
	work->stop = min(before.stop, before.steps + before.left / TG_TRY_SHARE);
	work->left = work->stop - before.steps;
	if (s.ends && s.list)
		err = tg_split_node(&s, worst, ref, cost);
	work->stop = before.stop;
	work->left = before.left - min(before.left, work->steps - before.steps);
	kvfree(s.list);
	kvfree(s.ends);
	return err;
}
