// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bits of a group, its table and its leaves.
 *
 * Bits are chosen one by one. Each parts every leaf so far into the matches
 * that fit where the bit is 0, and where it is 1; a match that does not need
 * it to be either is in both. The best bit leaves a packet that fits some
 * match the fewest others to be compared with. Choosing ends when no bit does
 * much any more, or the table or the copies would take too much memory.
 *
 * Every step costs time in proportion to the entries there are, so the whole
 * does, too, whatever the matches: entries are at most tg_tree.spread times
 * the matches, bits at most TG_MAX_BITS, and tables in tables TG_MAX_DEPTH.
 * What splits may take beside is in tg_work.left.
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "classifier_build.h"

/* Leaves of more entries than this get a table of their own, if that helps. */
#define TG_LONG_LEAF	12
#define TG_MAX_DEPTH	4

/* Tables have up to so many times as many slots as matches; large ones, which fill caches, not. */
#define TG_WIDE		4
#define TG_WIDE_BITS	14

/* Where leaves of a cut are longer than this, a split is tried. */
#define TG_LONG_LIST	64

/* A table is worth the time of so many entries. */
#define TG_TABLE_COST	8

/* Scoring a leaf takes the time of so many more matches. */
#define TG_LEAF_STEPS	8

/* Of the best bits, so many are tried until one can be brought to the index. */
#define TG_TRY_BITS	8

/* One bit in each byte. */
#define TG_LANES	0x0101010101010101ULL

/* A list of matches, parted by bits; leaf l is list[bound[l]] to list[bound[l + 1] - 1]. */
struct tg_cut {
	u32 *list, *other;		/* the list, and room for the next; also below */
	u32 *bound, *other_bound;
	u32 room;			/* entries in each list */
	u32 max_bits;
	u32 nbits;
	u16 bit[TG_MAX_BITS];		/* word * 64 + place in it; the first divides most coarsely */
};

static bool tg_must_be(const struct tg_tree *tree, u32 match, u32 value, u16 bit)
{
	return tg_must(tree, match, value)[bit / 64] >> (bit % 64) & 1;
}

/* Bits that some match needs and that are not the same for all. */
static void tg_score_begin(struct tg_tree *tree, const u32 *list, u32 count)
{
	struct tg_tree_score *score = tree->score;
	u32 i, w, bit;

	score->nbits = 0;
	for (w = 0; w < tree->words; w++) {
		u64 any = 0, all0 = ~0ULL, all1 = ~0ULL;

		for (i = 0; i < count; i++) {
			u64 must0 = tg_must(tree, list[i], 0)[w];
			u64 must1 = tg_must(tree, list[i], 1)[w];

			any |= must0 | must1;
			all0 &= must0;
			all1 &= must1;
		}
		any &= ~all0 & ~all1;
		for (bit = 0; bit < 64; bit++)
			if (any >> bit & 1)
				score->bit[score->nbits++] = w * 64 + bit;
		cond_resched();
	}
}

/* Add up eight counters a word, one in each byte, for at most 255 matches. */
static void tg_score_count(struct tg_tree *tree, const u32 *list, u32 count, u32 word, u32 value)
{
	u32 *to = &tree->score->count[value][word * 64];
	u64 lanes[8] = {};
	u32 i, k;

	for (i = 0; i < count; i++) {
		u64 must = tg_must(tree, list[i], value)[word];

		for (k = 0; must && k < 8; k++)
			lanes[k] += must >> k & TG_LANES;
	}
	for (i = 0; i < 64; i++)
		to[i] += lanes[i % 8] >> (i / 8 * 8) & 0xff;
}

/*
 * A leaf of m entries is parted in a and b. Who fits one that is only in the
 * first meets a, and so on; one that is in both meets either.
 */
static void tg_score_leaf(struct tg_tree *tree, const u32 *list, u32 m, u32 words)
{
	struct tg_tree_score *score = tree->score;
	u32 i, w;

	for (w = 0; w < tree->words; w++) {
		if (!(words >> w & 1))
			continue;
		memset(&score->count[0][w * 64], 0, 64 * sizeof(u32));
		memset(&score->count[1][w * 64], 0, 64 * sizeof(u32));
		for (i = 0; i < m; i += 255) {
			u32 n = min(m - i, 255U);

			tg_score_count(tree, list + i, n, w, 0);
			tg_score_count(tree, list + i, n, w, 1);
			if (i)
				cond_resched();
		}
	}
	for (i = 0; i < score->nbits; i++) {
		u16 bit = score->bit[i];
		u64 a = m - score->count[1][bit], b = m - score->count[0][bit];

		score->cost[i] += 2 * ((m - b) * a + (m - a) * b) + (a + b - m) * (a + b);
		score->total[i] += a + b;
	}
}

/* The best bit that has room and can be brought to the index, or -1. */
static int tg_cut_pick(struct tg_tree *tree, struct tg_cut *cut, u64 now)
{
	struct tg_tree_score *score = tree->score;
	struct tg_node node;
	u8 place[TG_MAX_BITS];
	u32 i, tried;
	int best;

	for (tried = 0; tried < TG_TRY_BITS; tried++) {
		for (i = 0, best = -1; i < score->nbits; i++)
			if (score->total[i] <= cut->room && score->cost[i] < now - now / 12 &&
			    (best < 0 || score->cost[i] < score->cost[best]))
				best = i;
		if (best < 0)
			return -1;
		/* Once is enough: a chosen bit would seem to part again what it has parted. */
		cut->bit[cut->nbits] = score->bit[best];
		score->nbits--;
		score->bit[best] = score->bit[score->nbits];
		score->cost[best] = score->cost[score->nbits];
		score->total[best] = score->total[score->nbits];
		tg_tree_works(tree, 2 * (cut->nbits + 1) * (cut->nbits + 1));
		if (cut->nbits < TG_MAX_TERMS ||
		    tg_terms_find(cut->bit, cut->nbits + 1, &node, place))
			return cut->bit[cut->nbits];
	}
	return -1;
}

/* The bit to choose next, or -1. */
static int tg_cut_best(struct tg_tree *tree, struct tg_cut *cut)
{
	struct tg_tree_score *score = tree->score;
	u32 leaf, i, words = 0;
	u64 now = 0;

	for (i = 0; i < score->nbits; i++) {
		score->cost[i] = 0;
		score->total[i] = 0;
		words |= 1U << score->bit[i] / 64;
	}
	for (leaf = 0; leaf < 1U << cut->nbits; leaf++) {
		u64 m = cut->bound[leaf + 1] - cut->bound[leaf];

		if (m) {
			tg_score_leaf(tree, cut->list + cut->bound[leaf], m, words);
			tg_tree_works(tree, (m + TG_LEAF_STEPS) * hweight8(words) + score->nbits / 2);
			now += 2 * m * m;
		}
		if (leaf % 256 == 255)
			cond_resched();
	}
	return tg_cut_pick(tree, cut, now);
}

static void tg_cut_part(struct tg_tree *tree, struct tg_cut *cut, u16 bit)
{
	u32 leaf, i, value, n = 0;

	for (leaf = 0; leaf < 1U << cut->nbits; leaf++) {
		for (value = 0; value < 2; value++) {
			cut->other_bound[2 * leaf + value] = n;
			for (i = cut->bound[leaf]; i < cut->bound[leaf + 1]; i++)
				if (!tg_must_be(tree, cut->list[i], !value, bit))
					cut->other[n++] = cut->list[i];
		}
		if (leaf % 256 == 255)
			cond_resched();
	}
	cut->other_bound[2 << cut->nbits] = n;
	tg_tree_works(tree, n);
	swap(cut->list, cut->other);
	swap(cut->bound, cut->other_bound);
	cut->bit[cut->nbits++] = bit;
}

static void tg_cut_free(struct tg_cut *cut)
{
	kvfree(cut->list);
	kvfree(cut->other);
	kvfree(cut->bound);
	kvfree(cut->other_bound);
}

static int tg_cut_begin(struct tg_cut *cut, const struct tg_part *part)
{
	const u32 count = part->count;
	u32 bounds;

	memset(cut, 0, sizeof(*cut));
	while (cut->max_bits < TG_MAX_BITS &&
	       (1U << cut->max_bits < count ||
		(cut->max_bits < TG_WIDE_BITS && 1U << cut->max_bits < TG_WIDE * count)))
		cut->max_bits++;
	/* Half of the copies here, the others are for tables below. */
	cut->room = (u64)count * (part->spread + TG_SPREAD_ONE) / (2 * TG_SPREAD_ONE);
	bounds = (1U << cut->max_bits) + 1;
	cut->list = kvmalloc_array(cut->room, sizeof(u32), GFP_KERNEL_ACCOUNT);
	cut->other = kvmalloc_array(cut->room, sizeof(u32), GFP_KERNEL_ACCOUNT);
	cut->bound = kvmalloc_array(bounds, sizeof(u32), GFP_KERNEL_ACCOUNT);
	cut->other_bound = kvmalloc_array(bounds, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!cut->list || !cut->other || !cut->bound || !cut->other_bound) {
		tg_cut_free(cut);
		return -ENOMEM;
	}
	memcpy(cut->list, part->list, count * sizeof(u32));
	cut->bound[0] = 0;
	cut->bound[1] = count;
	return 0;
}

static void tg_cut_choose(struct tg_tree *tree, struct tg_cut *cut)
{
	int bit;

	tg_score_begin(tree, cut->list, cut->bound[1]);
	while (cut->nbits < cut->max_bits && !tg_tree_is_late(tree)) {
		bit = tg_cut_best(tree, cut);
		if (bit < 0)
			break;
		tg_cut_part(tree, cut, bit);
	}
}

static void tg_entry_tail(const struct tg_tree *tree, const struct tg_match *m, bool last,
			  struct tg_entry_tail *tail)
{
	const u32 index = m - tree->matches;
	const struct tg_port *p = &m->port;
	const u8 proto = tg_proto_code(p->proto);

	tail->ports = (u64)tg_port_lanes(p->sport_min, p->sport_max) << TG_LANE_SPORT |
		      (u64)tg_port_lanes(p->min, p->max) << TG_LANE_DPORT;
	tail->info = (u64)index << TG_INFO_INDEX |
		     (u64)tree->condition[index] << TG_INFO_CONDITION |
		     (u64)(~m->src_scope & 0xf) << TG_INFO_NOT_SCOPES |
		     (u64)(~m->dst_scope & 0xf) << (TG_INFO_NOT_SCOPES + 4);
	if (last)
		tail->info |= TG_INFO_LAST;
	if (p->proto != TG_PROTO_ANY)
		tail->info |= TG_INFO_PROTO_CARE | (u64)(proto & 0x7f) << TG_INFO_PROTO;
	/* Who asks for ICMP gets ICMPv6, too. */
	if (p->proto != TG_PROTO_ANY && p->proto != TG_PROTO_ICMP)
		tail->info |= 1ULL << (TG_INFO_NOT_HIGH + !(proto >> 7));
	if (m->src_mask.hi | m->src_mask.lo)
		tail->info |= TG_INFO_SRC;
	if (m->dst_mask.hi | m->dst_mask.lo)
		tail->info |= TG_INFO_DST;
}

static int tg_leaf_write(struct tg_tree *tree, const u32 *list, u32 count, u32 *ref)
{
	size_t size = tree->v6 ? sizeof(struct tg_entry_v6) : sizeof(struct tg_entry_v4);
	int err = tg_blob_add(tree->blob, count * size, ref);
	u8 *to = err ? NULL : tg_blob_at(tree->blob, *ref);
	u32 i;

	for (i = 0; to && i < count; i++, to += size) {
		const struct tg_match *m = &tree->matches[tree->id[list[i]]];

		if (tree->v6) {
			struct tg_entry_v6 *e = (struct tg_entry_v6 *)to;

			*e = (struct tg_entry_v6){
				.addr = { m->src.hi, m->src.lo, m->dst.hi, m->dst.lo },
				.mask = { m->src_mask.hi, m->src_mask.lo,
					  m->dst_mask.hi, m->dst_mask.lo },
			};
			tg_entry_tail(tree, m, i + 1 == count, &e->tail);
		} else {
			struct tg_entry_v4 *e = (struct tg_entry_v4 *)to;

			e->addr = m->src.lo << 32 | (u32)m->dst.lo;
			e->mask = m->src_mask.lo << 32 | (u32)m->dst_mask.lo;
			tg_entry_tail(tree, m, i + 1 == count, &e->tail);
		}
	}
	return err;
}

/* What has been written for equal lists of the same cut. */
struct tg_written {
	const u32 *list;
	u32 count;
	u32 ref;
	struct tg_cost cost;
};

#define TG_WRITTEN_BITS	12

static u32 tg_list_hash(const u32 *list, u32 count)
{
	u32 i, hash = count;

	for (i = 0; i < count; i++)
		hash = (hash ^ list[i]) * 0x9e3779b1U;
	return hash >> 16;
}

static u32 tg_leaf_index(const struct tg_cut *cut, const u8 *place, u32 leaf)
{
	u32 i, index = 0;

	for (i = 0; i < cut->nbits; i++)
		index |= (leaf >> (cut->nbits - 1 - i) & 1) << place[i];
	return index;
}

static void tg_leaf_region(const struct tg_tree *tree, const struct tg_cut *cut, u32 leaf,
			   struct tg_region *region)
{
	u32 i;

	for (i = 0; i < cut->nbits; i++)
		tg_region_bit(region, tree->cut, cut->bit[i], leaf >> (cut->nbits - 1 - i) & 1);
}

/* The table of a cut and everything below. */
static int tg_cut_write(struct tg_tree *tree, struct tg_cut *cut, const struct tg_part *part,
			struct tg_node *node, struct tg_cost *cost)
{
	const u32 bits = min_t(u32, cut->nbits, TG_WRITTEN_BITS), leaves = 1U << cut->nbits;
	struct tg_written *written = kvcalloc(1U << bits, sizeof(*written), GFP_KERNEL_ACCOUNT);
	u32 leaf, *table, ref, total = cut->bound[leaves];
	struct tg_cost leaf_cost;
	u32 entries = 0;
	u64 hit = 0, miss = 0;
	u8 place[TG_MAX_BITS];
	int err;

	if (!written)
		return -ENOMEM;
	tg_terms_find(cut->bit, cut->nbits, node, place);
	for (leaf = 0; leaf < cut->nbits; leaf++)
		tree->has_cuts |= cut->bit[leaf] >= TG_KEY_CUTS &&
				  cut->bit[leaf] < TG_KEY_CUTS + 2 * TG_CUTS;
	err = tg_blob_add(tree->blob, sizeof(u32) * leaves, &node->table);
	for (leaf = 0; leaf < leaves && !err; leaf++) {
		struct tg_region region = part->region;
		struct tg_part below = {
			.list = cut->list + cut->bound[leaf],
			.depth = part->depth + 1,
			.spread = max_t(u32, TG_SPREAD_ONE,
					div_u64((u64)part->spread * part->count,
						max(total, part->count))),
			/* Without the bits, so that equal lists may share what is below. */
			.region = part->region,
		};
		struct tg_written *w;

		tg_leaf_region(tree, cut, leaf, &region);
		below.count = tg_list_clean(tree, &region, below.list,
					    cut->bound[leaf + 1] - cut->bound[leaf]);
		w = &written[tg_list_hash(below.list, below.count) & ((1U << bits) - 1)];
		if (below.count && w->count == below.count &&
		    !memcmp(w->list, below.list, below.count * sizeof(u32))) {
			ref = w->ref;
			leaf_cost = w->cost;
		} else {
			err = tg_part_write(tree, &below, &ref, &leaf_cost);
			*w = (struct tg_written){ below.list, below.count, ref, leaf_cost };
		}
		cost->worst = max(cost->worst, leaf_cost.worst);
		hit += (u64)leaf_cost.hit * below.count;
		miss += leaf_cost.miss;
		entries += below.count;
		table = tg_blob_at(tree->blob, node->table);
		if (table && !err)
			table[tg_leaf_index(cut, place, leaf)] = ref;
		if (leaf % 64 == 63)
			cond_resched();
	}
	cost->hit = TG_TABLE_COST * 16 + (u32)div_u64(hit, max(entries, 1U));
	cost->miss = TG_TABLE_COST * 16 + (u32)(miss >> cut->nbits);
	kvfree(written);
	return err;
}

/* Is a packet's way through a cut shorter than through the list? */
static bool tg_cut_helps(const struct tg_cut *cut, u32 count)
{
	u64 cost = 0, total = cut->bound[1U << cut->nbits];
	u32 leaf;

	for (leaf = 0; leaf < 1U << cut->nbits; leaf++) {
		u64 m = cut->bound[leaf + 1] - cut->bound[leaf];

		cost += m * m;
	}
	return cut->nbits && cost + TG_TABLE_COST * total < count * total;
}

static u32 tg_cut_longest(const struct tg_cut *cut)
{
	u32 leaf, longest = 0;

	for (leaf = 0; leaf < 1U << cut->nbits; leaf++)
		longest = max(longest, cut->bound[leaf + 1] - cut->bound[leaf]);
	return longest;
}

/* A table, or, where its leaves are long, a split, or a leaf when neither helps. */
static int tg_part_divide(struct tg_tree *tree, const struct tg_part *part, struct tg_cut *cut,
			  u32 *ref, struct tg_cost *cost)
{
	u32 longest = tg_cut_longest(cut);
	struct tg_node node = {}, *to;
	int err = 0;

	if (longest > TG_LONG_LIST && tree->work->left && !tg_tree_is_late(tree))
		err = tg_split_write(tree, part, longest, ref, cost);
	if (err)
		return min(err, 0);
	*cost = (struct tg_cost){ part->count, part->count * 16, part->count * 16 };
	if (!tg_cut_helps(cut, part->count))
		return tg_leaf_write(tree, part->list, part->count, ref);
	cost->worst = 0;
	err = tg_blob_add(tree->blob, sizeof(node), ref);
	if (!err)
		err = tg_cut_write(tree, cut, part, &node, cost);
	to = tg_blob_at(tree->blob, *ref);
	if (!err && to)
		*to = node;
	*ref |= TG_REF_NODE;
	return err;
}

/**
 * tg_part_write - write a leaf, or a node where that is better
 * @tree: the family
 * @part: what there is
 * @ref: where it has been written
 * @cost: what a look-up in it costs
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_part_write(struct tg_tree *tree, const struct tg_part *part, u32 *ref,
		  struct tg_cost *cost)
{
	struct tg_cut cut;
	int err;

	*ref = 0;
	*cost = (struct tg_cost){ part->count, part->count * 16, part->count * 16 };
	if (!part->count)
		return 0;
	if (part->count <= TG_LONG_LEAF || part->depth == TG_MAX_DEPTH || tg_tree_is_late(tree))
		return tg_leaf_write(tree, part->list, part->count, ref);
	err = tg_cut_begin(&cut, part);
	if (err)
		return err;
	tg_cut_choose(tree, &cut);
	err = tg_part_divide(tree, part, &cut, ref, cost);
	tg_cut_free(&cut);
	return err;
}

/**
 * tg_tree_grow - build a group
 * @tree: the family
 * @list: numbers of the matches in the group, rising; in disorder afterwards
 * @count: their number, at least 1
 * @spread: leaves may have so many times as many entries
 * @root: the group
 * @cost: what a look-up in it costs
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_tree_grow(struct tg_tree *tree, u32 *list, u32 count, u32 spread,
		 struct tg_node *root, struct tg_cost *cost)
{
	struct tg_part part = { .list = list, .spread = spread * TG_SPREAD_ONE };
	struct tg_node *top;
	u32 ref;
	int err;

	memset(root, 0, sizeof(*root));
	root->first = tree->id[list[0]];
	tg_region_all(&part.region);
	part.count = tg_list_clean(tree, &part.region, list, count);
	err = tg_part_write(tree, &part, &ref, cost);
	if (err)
		return err;
	root->table = ref;
	top = ref & TG_REF_NODE ? tg_blob_at(tree->blob, ref & ~TG_REF_NODE) : NULL;
	if (top && !top->nbounds) {
		top->first = root->first;
		*root = *top;
	}
	return 0;
}
