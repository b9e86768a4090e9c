// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table that finds flows: inserting, removing and changing its size.
 *
 * A flow is inserted and removed under the lock of its hash, which is the same
 * in a small table and in a large one. One worker changes the size:
 *
 *	1 put the new table behind the old one: inserting goes there from now on
 *	2 bucket by bucket, under its lock, copy flows over and take them out
 *	3 begin look-ups in the new table, wait for a grace period, free the old
 *
 * Look-ups try the old table first, and a flow is in the new one before it is
 * taken out of the old, so none is missed.
 */

#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "flow.h"
#include "flow_table.h"

#define TG_LEAST_BUCKETS	TG_TABLE_LOCKS
#define TG_MOST_BUCKETS		(1U << 24)	/* the tag is what lies above */
#define TG_CROWDED		4		/* flows a bucket: make it larger */
#define TG_ROOMY		2		/* flows a bucket after that, at most */
#define TG_SPARSE		8		/* buckets a flow: make it smaller */
#define TG_MOVE_BATCH		64		/* buckets before others may run */

static struct kmem_cache *tg_line_cache;

static_assert(sizeof(struct tg_bucket_line) % SMP_CACHE_BYTES == 0);

static struct tg_buckets *tg_buckets_new(u32 count)
{
	struct tg_buckets *buckets = kzalloc(sizeof(*buckets), GFP_KERNEL);

	if (!buckets)
		return NULL;
	buckets->mask = count - 1;
	buckets->lines = kvcalloc(count, sizeof(*buckets->lines), GFP_KERNEL);
	if (buckets->lines)
		return buckets;
	kfree(buckets);
	return NULL;
}

/* Nobody reads the table any more. */
static void tg_buckets_free(struct tg_buckets *buckets)
{
	struct tg_bucket_line *line, *next;
	u32 i;

	for (i = 0; i <= buckets->mask; i++)
		for (line = rcu_dereference_protected(buckets->lines[i].next, true); line;
		     line = next) {
			next = rcu_dereference_protected(line->next, true);
			kmem_cache_free(tg_line_cache, line);
		}
	kvfree(buckets->lines);
	kfree(buckets);
}

/* The tables a flow may be in, for who holds its lock. */
static struct tg_buckets *tg_table_first(const struct tg_flow_table *table)
{
	return rcu_dereference_check(table->buckets, true);
}

static struct tg_buckets *tg_table_second(const struct tg_buckets *first)
{
	return rcu_dereference_check(first->next, true);
}

static struct tg_bucket_line *tg_line_next(const struct tg_bucket_line *line)
{
	return rcu_dereference_check(line->next, true);
}

/* Puts a flow into a bucket; its lock is held. */
static int tg_line_add(struct tg_bucket_line *line, struct tg_flow *flow, u32 hash)
{
	struct tg_bucket_line *more;
	u32 i;

	for (;;) {
		for (i = 0; i < TG_SLOTS; i++)
			if (!rcu_access_pointer(line->slot[i])) {
				rcu_assign_pointer(line->slot[i], flow);
				/* Who sees the tag sees the flow. */
				smp_store_release(&line->tag[i], tg_hash_tag(hash));
				return 0;
			}
		if (!rcu_access_pointer(line->next))
			break;
		line = tg_line_next(line);
	}
	more = kmem_cache_zalloc(tg_line_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!more)
		return -ENOMEM;
	RCU_INIT_POINTER(more->slot[0], flow);
	more->tag[0] = tg_hash_tag(hash);
	rcu_assign_pointer(line->next, more);
	return 0;
}

/* Takes a flow out of a bucket, if it is there; its lock is held. */
static void tg_line_remove(struct tg_bucket_line *line, const struct tg_flow *flow)
{
	u32 i;

	for (; line; line = tg_line_next(line))
		for (i = 0; i < TG_SLOTS; i++)
			if (rcu_access_pointer(line->slot[i]) == flow)
				RCU_INIT_POINTER(line->slot[i], NULL);
}

static struct tg_flow *tg_line_find(const struct tg_bucket_line *line, struct tg_flow *flow,
				    u32 hash, bool (*same)(struct tg_flow *old, void *flow))
{
	struct tg_flow *old;
	u64 like;

	for (; line; line = tg_line_next(line))
		for (like = tg_line_like(line, tg_hash_tag(hash)); like; like &= like - 1) {
			old = rcu_dereference_check(line->slot[tg_line_like_slot(like)], true);
			if (old && same(old, flow))
				return old;
		}
	return NULL;
}

/**
 * tg_flow_table_insert - put a flow into the table
 * @table: the table
 * @flow: the flow
 * @hash: its hash
 * @same: has a flow the same key as the one that is put in?
 *
 * Context: under RCU; any but hardirq.
 * Return: NULL; the flow that has this key already; or ERR_PTR(-ENOMEM).
 */
struct tg_flow *tg_flow_table_insert(struct tg_flow_table *table, struct tg_flow *flow, u32 hash,
				     bool (*same)(struct tg_flow *old, void *flow))
{
	spinlock_t *lock = tg_hash_lock(table, hash);
	struct tg_buckets *first, *second;
	struct tg_flow *old;
	int err = 0;

	spin_lock_bh(lock);
	first = tg_table_first(table);
	second = tg_table_second(first);
	old = tg_line_find(tg_hash_line(first, hash), flow, hash, same);
	if (!old && second)
		old = tg_line_find(tg_hash_line(second, hash), flow, hash, same);
	if (!old)
		err = tg_line_add(tg_hash_line(second ?: first, hash), flow, hash);
	spin_unlock_bh(lock);
	return err ? ERR_PTR(err) : old;
}

/**
 * tg_flow_table_remove - take a flow out of the table
 * @table: the table
 * @flow: the flow
 * @hash: its hash
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_table_remove(struct tg_flow_table *table, struct tg_flow *flow, u32 hash)
{
	spinlock_t *lock = tg_hash_lock(table, hash);
	struct tg_buckets *first, *second;

	spin_lock_bh(lock);
	first = tg_table_first(table);
	second = tg_table_second(first);
	tg_line_remove(tg_hash_line(first, hash), flow);
	if (second)
		tg_line_remove(tg_hash_line(second, hash), flow);
	spin_unlock_bh(lock);
}

/* Moves a bucket's flows; its lock is held. One that finds no memory stays. */
static int tg_line_move(const struct tg_flow_table *table, struct tg_bucket_line *line,
			struct tg_buckets *to)
{
	struct tg_flow *flow;
	u32 i, hash;
	int err;

	for (; line; line = tg_line_next(line))
		for (i = 0; i < TG_SLOTS; i++) {
			flow = rcu_dereference_check(line->slot[i], true);
			if (!flow)
				continue;
			hash = tg_flow_hash(table, flow);
			err = tg_line_add(tg_hash_line(to, hash), flow, hash);
			if (err)
				return err;
			/* Gone here means there already; pairs with tg_flow_table_look(). */
			smp_store_release(&line->slot[i], NULL);
		}
	return 0;
}

static void tg_buckets_move(struct tg_flow_table *table, struct tg_buckets *from,
			    struct tg_buckets *to)
{
	spinlock_t *lock;
	u32 i;
	int err;

	for (i = 0; i <= from->mask; i++) {
		lock = &table->locks[i % TG_TABLE_LOCKS];
		do {
			spin_lock_bh(lock);
			err = tg_line_move(table, &from->lines[i], to);
			spin_unlock_bh(lock);
			if (err)
				schedule_timeout_uninterruptible(1);
		} while (err);
		if (i % TG_MOVE_BATCH == 0)
			cond_resched();
	}
}

/**
 * tg_flow_table_is_crowded - has the table more flows than it should?
 * @table: the table
 * @count: flows in it
 *
 * Context: under RCU.
 * Return: true when tg_flow_table_resize() would make it larger.
 */
bool tg_flow_table_is_crowded(const struct tg_flow_table *table, u32 count)
{
	return count / TG_CROWDED > rcu_dereference(table->buckets)->mask;
}

/**
 * tg_flow_table_resize - give the table the size it should have
 * @table: the table
 * @count: flows in it
 *
 * Does nothing when that is about the size it has, or when memory is short.
 *
 * Context: may sleep; one at a time.
 */
void tg_flow_table_resize(struct tg_flow_table *table, u32 count)
{
	struct tg_buckets *from = tg_table_first(table), *to;
	u32 size = from->mask + 1;
	u32 wanted = roundup_pow_of_two(clamp_t(u32, count / TG_ROOMY, TG_LEAST_BUCKETS,
						TG_MOST_BUCKETS));

	if (wanted == size || (count / TG_CROWDED < size && count > size / TG_SPARSE))
		return;
	to = tg_buckets_new(wanted);
	if (!to)
		return;
	rcu_assign_pointer(from->next, to);
	tg_buckets_move(table, from, to);
	rcu_assign_pointer(table->buckets, to);
	synchronize_rcu();
	tg_buckets_free(from);
}

/**
 * tg_flow_table_size - how many buckets there are to visit
 * @table: the table
 *
 * Context: under RCU.
 * Return: their number; it may be another one later.
 */
u32 tg_flow_table_size(const struct tg_flow_table *table)
{
	return rcu_dereference(table->buckets)->mask + 1;
}

static int tg_line_visit(const struct tg_bucket_line *line,
			 int (*visit)(struct tg_flow *flow, void *context), void *context)
{
	struct tg_flow *flow;
	int err;
	u32 i;

	for (; line; line = rcu_dereference(line->next))
		for (i = 0; i < TG_SLOTS; i++) {
			flow = rcu_dereference(line->slot[i]);
			err = flow ? visit(flow, context) : 0;
			if (err)
				return err;
		}
	return 0;
}

/**
 * tg_flow_table_visit - see all flows of a bucket
 * @table: the table
 * @index: the bucket, from 0 to tg_flow_table_size() less one; nothing is beyond
 * @visit: what to do with a flow; anything but 0 ends the visit
 * @context: for @visit
 *
 * While the table changes its size some flows are seen twice.
 *
 * Context: under RCU.
 * Return: 0, or what @visit returned.
 */
int tg_flow_table_visit(const struct tg_flow_table *table, u32 index,
			int (*visit)(struct tg_flow *flow, void *context), void *context)
{
	const struct tg_buckets *first = rcu_dereference(table->buckets);
	const struct tg_buckets *second = rcu_dereference(first->next);
	int err;
	u32 i;

	if (index > first->mask)
		return 0;
	err = tg_line_visit(&first->lines[index], visit, context);
	if (!second)
		return err;
	for (i = index & second->mask; !err && i <= second->mask; i += first->mask + 1)
		err = tg_line_visit(&second->lines[i], visit, context);
	return err;
}

/**
 * tg_flow_table_init - make a table
 * @table: the table
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_flow_table_init(struct tg_flow_table *table)
{
	struct tg_buckets *buckets = tg_buckets_new(TG_LEAST_BUCKETS);
	u32 i;

	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < TG_TABLE_LOCKS; i++)
		spin_lock_init(&table->locks[i]);
	get_random_bytes(&table->seed, sizeof(table->seed));
	RCU_INIT_POINTER(table->buckets, buckets);
	return 0;
}

/**
 * tg_flow_table_exit - free a table
 * @table: the table, empty, and read by nobody
 *
 * Context: may sleep.
 */
void tg_flow_table_exit(struct tg_flow_table *table)
{
	tg_buckets_free(tg_table_first(table));
}

/**
 * tg_flow_table_module_init - make what all tables share
 *
 * Return: 0 or -ENOMEM.
 */
int tg_flow_table_module_init(void)
{
	tg_line_cache = KMEM_CACHE(tg_bucket_line, SLAB_HWCACHE_ALIGN);
	return tg_line_cache ? 0 : -ENOMEM;
}

/** tg_flow_table_module_exit - undo tg_flow_table_module_init() */
void tg_flow_table_module_exit(void)
{
	kmem_cache_destroy(tg_line_cache);
}
