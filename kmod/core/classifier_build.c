// SPDX-License-Identifier: GPL-2.0-only
/*
 * A classifier is built: from matches to groups, conditions and keys. What
 * happens inside a group is in classifier_tree.c, why in classifier.c.
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "classifier_build.h"
#include "complain.h"

/* A match is of one of four kinds, by whether source and destination are narrow. */
#define TG_KINDS	4

/* Plans are tried for at most so many matches: it takes time, and large sets need all groups. */
#define TG_TRY_PLANS	512

/* Any plan that keeps to the limit of memory is cheaper than this. */
#define TG_BEYOND	(1ULL << 40)

/* Visiting a group takes the time of so many entries. */
#define TG_GROUP_COST	4

/* A narrow address has at least so many bits. */
#define TG_NARROW_V4	12
#define TG_NARROW_V6	32

/* Copies of entries: as many as are good, and when memory is short. */
#define TG_SPREAD	5
#define TG_SPREAD_LEAST	1

/* In a group that is small beside the others. */
#define TG_SPREAD_MOST	24

/* Steps for each match, and in all, to try what may turn out not to help. */
#define TG_TRY_STEPS	512ULL
#define TG_TRY_MORE	(1ULL << 20)

/* In hash tables, so many places are tried; who finds none is not merged. */
#define TG_PROBES	8

/* A classifier while it is built. */
struct tg_build {
	const struct tg_match *matches;
	u32 count;
	bool *hidden;			/* equal to an earlier one */
	u32 *condition;			/* numbers of conditions by match */
	u32 nconditions;
	u16 cut[2 * TG_CUTS];
	bool has_cuts;
	u32 ngroups[2];			/* of IPv4, of IPv6; where they are */
	u32 groups[2];
	u32 worst;
	struct tg_work work;
	struct tg_tree_score *score;
	struct tg_blob blob;
};

/**
 * tg_blob_add - take bytes at the end
 * @blob: the blob
 * @bytes: how many
 * @ref: where they begin
 *
 * Context: may sleep; moves what is there already.
 * Return: 0, even when there are too many, or -ENOMEM.
 */
int tg_blob_add(struct tg_blob *blob, size_t bytes, u32 *ref)
{
	size_t room, begin = blob->used;
	u8 *data;

	*ref = begin / TG_UNIT;
	blob->used += (bytes + TG_UNIT - 1) & ~(size_t)(TG_UNIT - 1);
	if (blob->used <= blob->room || blob->used > blob->limit)
		return 0;
	room = min(max(2 * blob->room, blob->used), blob->limit);
	data = kvmalloc(room, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!data)
		return -ENOMEM;
	if (begin)
		memcpy(data, blob->data, begin);
	memset(data + begin, 0, room - begin);
	kvfree(blob->data);
	blob->data = data;
	blob->room = room;
	return 0;
}

/**
 * tg_blob_at - where in memory a reference leads
 * @blob: the blob
 * @ref: the reference
 *
 * Return: a place that is good until the next tg_blob_add(), or NULL when the
 * blob is over its limit.
 */
void *tg_blob_at(struct tg_blob *blob, u32 ref)
{
	return blob->used > blob->limit ? NULL : blob->data + (size_t)ref * TG_UNIT;
}

static u64 tg_mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

static u32 tg_match_hash(const struct tg_match *m, bool who)
{
	u64 hash = tg_mix(m->roles, (u64)m->user << 32 | m->src_site);

	hash = tg_mix(hash, m->dst_site);
	if (who)
		return hash >> 32;
	hash = tg_mix(tg_mix(hash, m->src.hi & m->src_mask.hi), m->src.lo & m->src_mask.lo);
	hash = tg_mix(tg_mix(hash, m->dst.hi & m->dst_mask.hi), m->dst.lo & m->dst_mask.lo);
	hash = tg_mix(hash, (u64)m->port.min << 48 | (u64)m->port.max << 32 |
			    (u32)m->port.sport_min << 16 | m->port.sport_max);
	return tg_mix(hash, m->port.proto) >> 32;
}

static bool tg_match_same_who(const struct tg_match *a, const struct tg_match *b)
{
	return a->roles == b->roles && a->user == b->user &&
	       a->src_site == b->src_site && a->dst_site == b->dst_site;
}

static bool tg_match_has_who(const struct tg_match *m)
{
	return m->roles || m->user || m->src_site || m->dst_site;
}

/*
 * The first match that hides this one, or asks the same of who; itself when
 * there is none. @table has places for numbers + 1, more than there are matches.
 */
static u32 tg_build_earlier(struct tg_build *b, u32 *table, u32 mask, u32 index, bool who)
{
	const struct tg_match *m = &b->matches[index], *other;
	u32 i, at = tg_match_hash(m, who);

	for (i = 0; i < TG_PROBES; i++) {
		u32 *place = &table[(at + i) & mask];

		if (!*place) {
			*place = index + 1;
			return index;
		}
		other = &b->matches[*place - 1];
		if (who ? tg_match_same_who(other, m) : tg_match_hides(other, m))
			return *place - 1;
	}
	return index;
}

/* Which matches count, and the numbers of their conditions. */
static int tg_build_merge(struct tg_build *b)
{
	u32 i, earlier, mask = 16, *table;

	while (mask < 2 * b->count)
		mask *= 2;
	table = kvcalloc(mask, sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	mask--;
	for (i = 0; i < b->count; i++) {
		b->hidden[i] = tg_build_earlier(b, table, mask, i, false) != i;
		if (i % 4096 == 4095)
			cond_resched();
	}
	memset(table, 0, (mask + 1) * sizeof(*table));
	b->nconditions = 1;
	for (i = 0; i < b->count; i++) {
		const struct tg_match *m = &b->matches[i];

		if (i % 4096 == 4095)
			cond_resched();
		b->condition[i] = 0;
		if (b->hidden[i] || !tg_match_has_who(m))
			continue;
		earlier = tg_build_earlier(b, table, mask, i, true);
		if (earlier != i) {
			b->condition[i] = b->condition[earlier];
			continue;
		}
		b->condition[i] = b->nconditions++;
	}
	kvfree(table);
	return 0;
}

/* Can an IPv4 address fit, and can no other? */
static bool tg_side_has_v4(const struct tg_addr *addr, const struct tg_addr *mask)
{
	return !((addr->hi ^ TG_V4_HI) & mask->hi) &&
	       !(((addr->lo ^ TG_V4_LO) & mask->lo) >> 32);
}

static bool tg_side_is_v4(const struct tg_addr *addr, const struct tg_addr *mask)
{
	return tg_side_has_v4(addr, mask) && !~mask->hi && mask->lo >> 32 == 0xffffffffU;
}

static bool tg_side_is_any(const struct tg_addr *mask)
{
	return !(mask->hi | mask->lo);
}

static bool tg_match_in_family(const struct tg_match *m, bool v6)
{
	bool src, dst;

	if (!v6)
		return tg_side_has_v4(&m->src, &m->src_mask) &&
		       tg_side_has_v4(&m->dst, &m->dst_mask);
	src = tg_side_is_v4(&m->src, &m->src_mask);
	dst = tg_side_is_v4(&m->dst, &m->dst_mask);
	/* See tg_find_other() for what asks nothing of the other side. */
	return !(src && dst) && !(src && tg_side_is_any(&m->dst_mask)) &&
	       !(dst && tg_side_is_any(&m->src_mask));
}

static bool tg_side_is_narrow(const struct tg_addr *mask, bool v6)
{
	return v6 ? mask->hi >> (64 - TG_NARROW_V6) == (1ULL << TG_NARROW_V6) - 1 :
		    (u32)mask->lo >> (32 - TG_NARROW_V4) == (1U << TG_NARROW_V4) - 1;
}

static u32 tg_match_kind(const struct tg_match *m, bool v6)
{
	return tg_side_is_narrow(&m->src_mask, v6) << 1 | tg_side_is_narrow(&m->dst_mask, v6);
}

static u32 tg_count_groups(const struct tg_build *b, const struct tg_tree *tree, const u8 *plan)
{
	u32 i, groups = 0;

	for (i = 0; i < tree->count; i++)
		groups |= 1U << plan[tg_match_kind(&b->matches[tree->id[i]], tree->v6)];
	return hweight8(groups);
}

/*
 * One family: its groups, in the order of their first matches, when matches of
 * kind k are in group plan[k]. Adds up what a look-up costs.
 */
static int tg_build_groups(struct tg_build *b, struct tg_tree *tree, const u8 *plan,
			   struct tg_cost *sum)
{
	u32 *list = kvmalloc_array(tree->count, sizeof(*list), GFP_KERNEL_ACCOUNT);
	u32 i, n, kind, spread, ref = 0, done = 0, first = 0;
	int err = list ? 0 : -ENOMEM;
	struct tg_node node, *to;
	struct tg_cost cost;

	tree->ngroups = tg_count_groups(b, tree, plan);
	if (!err)
		err = tg_blob_add(&b->blob, tree->ngroups * sizeof(node), &ref);
	tree->groups = ref;

	while (!err && first < tree->count) {
		kind = plan[tg_match_kind(&b->matches[tree->id[first]], tree->v6)];
		done |= 1U << kind;
		for (n = 0, i = first, first = tree->count; i < tree->count; i++) {
			u32 other = plan[tg_match_kind(&b->matches[tree->id[i]], tree->v6)];

			if (other == kind)
				list[n++] = i;
			else if (first == tree->count && !(done >> other & 1))
				first = i;
		}
		/* What a small group takes does not matter, and any packet may visit it. */
		spread = tree->spread;
		if (spread > TG_SPREAD_LEAST)
			spread = clamp(tree->count / n, spread, (u32)TG_SPREAD_MOST);
		err = tg_tree_grow(tree, list, n, spread, &node, &cost);
		sum->worst += cost.worst;
		sum->hit += TG_GROUP_COST * 16 + cost.hit;
		sum->miss += TG_GROUP_COST * 16 + cost.miss;
		to = tg_blob_at(&b->blob, ref);
		if (!err && to)
			*to = node;
		ref += sizeof(node) / TG_UNIT;
	}
	kvfree(list);
	return err;
}

/* Which kinds of matches share a group; the first is for sets of any size. */
static const u8 tg_plans[][TG_KINDS] = {
	{ 0, 1, 2, 3 },		/* all apart */
	{ 0, 1, 1, 1 },		/* who narrows something, and who does not */
	{ 0, 0, 0, 0 },		/* all */
};

/*
 * Choose a plan by trying them, and build it. Each joins groups of the one
 * before. Where memory is short, the one that needs least is best.
 */
static int tg_build_plan(struct tg_build *b, struct tg_tree *tree)
{
	const size_t used = b->blob.used;
	u32 i, best = 0, built = U32_MAX, groups = U32_MAX;
	u64 price, best_price = ~0ULL;
	struct tg_cost cost = {};
	int err = 0;

	for (i = 0; tree->count <= TG_TRY_PLANS && i < ARRAY_SIZE(tg_plans) && !err; i++) {
		if (tg_count_groups(b, tree, tg_plans[i]) == groups)
			continue;
		b->blob.used = used;
		tree->has_cuts = false;
		cost = (struct tg_cost){};
		err = tg_build_groups(b, tree, tg_plans[i], &cost);
		groups = tree->ngroups;
		built = i;
		price = 3ULL * cost.hit + cost.miss;
		if (tree->spread == TG_SPREAD_LEAST || b->blob.used > b->blob.limit)
			price = TG_BEYOND + b->blob.used;
		if (price < best_price) {
			best = i;
			best_price = price;
		}
	}
	if (!err && built != best) {
		b->blob.used = used;
		tree->has_cuts = false;
		cost = (struct tg_cost){};
		err = tg_build_groups(b, tree, tg_plans[best], &cost);
	}
	b->worst += cost.worst;
	return err;
}

static int tg_build_family(struct tg_build *b, bool v6, u32 spread)
{
	struct tg_tree tree = {
		.matches = b->matches,
		.condition = b->condition,
		.cut = b->cut,
		.work = &b->work,
		.words = v6 ? TG_KEY_WORDS_V6 : TG_KEY_WORDS_V4,
		.spread = spread,
		.blob = &b->blob,
		.score = b->score,
		.v6 = v6,
	};
	u32 i, n = 0;
	int err = -ENOMEM;

	for (i = 0; i < b->count; i++)
		tree.count += !b->hidden[i] && tg_match_in_family(&b->matches[i], v6);
	if (!tree.count)
		return 0;
	tree.id = kvmalloc_array(tree.count, sizeof(*tree.id), GFP_KERNEL_ACCOUNT);
	tree.must = kvmalloc_array(tree.count, 2 * tree.words * sizeof(u64), GFP_KERNEL_ACCOUNT);
	if (tree.id && tree.must) {
		for (i = 0; i < b->count; i++) {
			const struct tg_match *m = &b->matches[i];

			if (i % 4096 == 4095)
				cond_resched();
			if (b->hidden[i] || !tg_match_in_family(m, v6))
				continue;
			tree.id[n] = i;
			tg_key_need(m, b->cut, v6, &tree.must[(size_t)n++ * 2 * tree.words]);
		}
		err = tg_build_plan(b, &tree);
		b->has_cuts |= tree.has_cuts;
		b->ngroups[v6] = tree.ngroups;
		b->groups[v6] = tree.groups;
	}
	kvfree(tree.must);
	kvfree(tree.id);
	return err;
}

static void tg_build_conditions(const struct tg_build *b, struct tg_condition *to)
{
	u32 i;

	for (i = 0; to && i < b->count; i++) {
		const struct tg_match *m = &b->matches[i];

		if (b->condition[i])
			to[b->condition[i]] = (struct tg_condition){
				.roles = m->roles,
				.user = m->user,
				.src_site = m->src_site,
				.dst_site = m->dst_site,
			};
	}
}

static int tg_build_blob(struct tg_build *b, u32 spread)
{
	u32 i, conditions, ref;
	struct tg_classifier *c;
	int err;

	b->blob.used = 0;
	b->has_cuts = false;
	b->worst = 0;
	b->work.left = TG_TRY_STEPS * b->count + TG_TRY_MORE;
	b->work.stop = ~0ULL;
	if (b->blob.data)
		memset(b->blob.data, 0, b->blob.room);
	err = tg_blob_add(&b->blob, sizeof(*c), &ref);
	if (!err)
		err = tg_build_family(b, false, spread);
	if (!err)
		err = tg_build_family(b, true, spread);
	if (!err)
		err = tg_blob_add(&b->blob, b->nconditions * sizeof(struct tg_condition),
				  &conditions);
	if (!err)
		tg_build_conditions(b, tg_blob_at(&b->blob, conditions));
	c = err ? NULL : tg_blob_at(&b->blob, 0);
	if (c) {
		c->ngroups[0] = b->ngroups[0];
		c->ngroups[1] = b->ngroups[1];
		c->v6 = b->groups[1];
		c->has_cuts = b->has_cuts;
		for (i = 0; i < 2 * TG_CUTS; i++)
			c->not_cuts[i / TG_CUTS] |= (u64)(u16)~b->cut[i] << (16 * (i % TG_CUTS));
		c->conditions = conditions;
		c->nothing = TG_INFO_NOTHING;
		c->worst = b->worst;
		c->bytes = b->blob.used;
		c->steps = b->work.steps;
	}
	return err;
}

static int tg_build_all(struct tg_build *b, struct tg_complaint *why)
{
	int err = tg_build_merge(b);

	if (!err)
		err = tg_cuts_find(b->cut, b->matches, b->count);
	if (!err)
		err = tg_build_blob(b, TG_SPREAD);
	if (!err && b->blob.used > b->blob.limit)
		err = tg_build_blob(b, TG_SPREAD_LEAST);
	if (err)
		return tg_complain_memory(why);
	if (b->blob.used > b->blob.limit)
		return tg_complain(why, "rules are too complex: %zu bytes needed, limit %zu",
				   b->blob.used, b->blob.limit);
	return 0;
}

/**
 * tg_classifier_build - build a classifier
 * @classifier: where to write it; NULL when this fails
 * @matches: the matches in order of priority, not needed afterwards
 * @count: their number, at most %TENANTGATE_MAX_MATCHES
 * @limit: bytes it may take
 * @why: why it was refused
 *
 * Takes time and temporary memory in proportion to @count.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL when it would take more than @limit, or -ENOMEM.
 */
int tg_classifier_build(struct tg_classifier **classifier, const struct tg_match *matches,
			u32 count, size_t limit, struct tg_complaint *why)
{
	struct tg_build b = {
		.matches = matches,
		.count = count,
		.blob.limit = limit,
	};
	int err;

	*classifier = NULL;
	if (count > TENANTGATE_MAX_MATCHES)
		return tg_complain(why, "rules come to more than %u matches",
				   TENANTGATE_MAX_MATCHES);
	b.hidden = kvmalloc_array(count + 1, sizeof(*b.hidden), GFP_KERNEL_ACCOUNT);
	b.condition = kvmalloc_array(count + 1, sizeof(*b.condition), GFP_KERNEL_ACCOUNT);
	b.score = kvmalloc(sizeof(*b.score), GFP_KERNEL_ACCOUNT);
	err = b.hidden && b.condition && b.score ? tg_build_all(&b, why) : tg_complain_memory(why);
	kvfree(b.score);
	kvfree(b.condition);
	kvfree(b.hidden);
	if (!err) {
		*classifier = kvmalloc(b.blob.used, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (*classifier)
			memcpy(*classifier, b.blob.data, b.blob.used);
		else
			err = tg_complain_memory(why);
	}
	kvfree(b.blob.data);
	return err;
}
