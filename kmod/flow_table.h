/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table that finds flows: one cache line to find out where a flow is, and
 * one for the flow itself.
 *
 * A bucket is one line of 64 bytes: pointers to flows, and of each flow's hash
 * eight bits that say which pointer is worth following. A bucket that is full
 * goes on in another one. Look-ups run under RCU and take no lock.
 *
 * When the table has grown out of its size a larger one is put behind it and
 * flows move over bucket by bucket: into the new table first, then out of the
 * old one, so that a look-up that tries the old one first misses none.
 */
#ifndef _TG_FLOW_TABLE_H
#define _TG_FLOW_TABLE_H

#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct tg_flow;

#define TG_SLOTS	6
#define TG_TABLE_LOCKS	256	/* no more than the smallest table has buckets */

/**
 * struct tg_bucket_line - some flows with the same low bits of their hashes
 * @slot: the flows, NULL for an empty place
 * @next: more of them, or NULL
 * @tag: the highest eight bits of their hashes
 * @tags: all of them in one word
 */
struct tg_bucket_line {
	struct tg_flow __rcu *slot[TG_SLOTS];
	struct tg_bucket_line __rcu *next;
	union {
		u8 tag[TG_SLOTS];
		__le64 tags;
	};
} ____cacheline_aligned;

/**
 * struct tg_buckets - a table of one size
 * @next: the table that flows move to, NULL most of the time
 * @mask: number of buckets less one
 * @lines: the buckets
 */
struct tg_buckets {
	struct tg_buckets __rcu *next;
	u32 mask;
	struct tg_bucket_line *lines;
};

/**
 * struct tg_flow_table - a table that changes its size
 * @buckets: where a look-up begins
 * @seed: of the hashes, random
 * @locks: one for all buckets that hashes with the same low bits fall into
 */
struct tg_flow_table {
	struct tg_buckets __rcu *buckets;
	hsiphash_key_t seed;
	spinlock_t locks[TG_TABLE_LOCKS];
};

static inline u8 tg_hash_tag(u32 hash)
{
	return hash >> 24;
}

static inline struct tg_bucket_line *tg_hash_line(const struct tg_buckets *buckets, u32 hash)
{
	return &buckets->lines[hash & buckets->mask];
}

#define TG_TAG_EACH	0x0101010101010101ULL
#define TG_TAG_TOPS	0x0000808080808080ULL

/*
 * The slots of a line with a tag: of slot i the highest bit of byte i. Which they
 * are is found without a branch, as a word is searched for a zero byte; a slot
 * above one of them may be named by mistake.
 */
static inline u64 tg_line_like(const struct tg_bucket_line *line, u8 tag)
{
	u64 differ = le64_to_cpu(READ_ONCE(line->tags)) ^ TG_TAG_EACH * tag;

	return (differ - TG_TAG_EACH) & ~differ & TG_TAG_TOPS;
}

static inline u32 tg_line_like_slot(u64 like)
{
	return __ffs64(like) / BITS_PER_BYTE;
}

static inline spinlock_t *tg_hash_lock(struct tg_flow_table *table, u32 hash)
{
	return &table->locks[hash % TG_TABLE_LOCKS];
}

/**
 * tg_flow_table_look - the flow with a hash for which something holds
 * @table: the table
 * @hash: the hash
 * @fits: is it this flow?
 * @context: for @fits
 *
 * Inline, so that @fits is no call through a pointer.
 *
 * Context: under RCU, which the flow is good for.
 * Return: the flow, or NULL.
 */
static __always_inline struct tg_flow *
tg_flow_table_look(const struct tg_flow_table *table, u32 hash,
		   bool (*fits)(struct tg_flow *flow, void *context), void *context)
{
	const struct tg_buckets *buckets = rcu_dereference(table->buckets);
	const struct tg_bucket_line *line;
	u8 tag = tg_hash_tag(hash);
	struct tg_flow *flow;
	u64 like;

	do {
		line = tg_hash_line(buckets, hash);
		do {
			for (like = tg_line_like(line, tag); like; like &= like - 1) {
				flow = rcu_dereference(line->slot[tg_line_like_slot(like)]);
				if (flow && fits(flow, context))
					return flow;
			}
			line = rcu_dereference(line->next);
		} while (line);
		/* What was not here may have moved; pairs with tg_line_move(). */
		smp_rmb();
		buckets = rcu_dereference(buckets->next);
	} while (buckets);
	return NULL;
}

/**
 * tg_flow_table_at - the flow that is at a place of its bucket
 * @table: the table
 * @hash: the hash
 * @slot: the slot
 *
 * Context: under RCU, which the flow is good for.
 * Return: the flow, any, or NULL.
 */
static inline struct tg_flow *tg_flow_table_at(const struct tg_flow_table *table, u32 hash,
					       u32 slot)
{
	return rcu_dereference(tg_hash_line(rcu_dereference(table->buckets), hash)->slot[slot]);
}

/**
 * tg_flow_table_prefetch - a look-up is going to come: fetch the bucket
 * @table: the table
 * @hash: its hash
 *
 * Context: under RCU.
 */
static inline void tg_flow_table_prefetch(const struct tg_flow_table *table, u32 hash)
{
	prefetch(tg_hash_line(rcu_dereference(table->buckets), hash));
}

/**
 * tg_flow_table_prefetch_flow - the bucket is here: fetch the flow
 * @table: the table
 * @hash: its hash
 *
 * Context: under RCU.
 * Return: the slot that the flow is likely to be in, for tg_flow_table_at(), or
 * %TG_SLOTS.
 */
static inline u32 tg_flow_table_prefetch_flow(const struct tg_flow_table *table, u32 hash)
{
	const struct tg_bucket_line *line = tg_hash_line(rcu_dereference(table->buckets), hash);
	u64 like = tg_line_like(line, tg_hash_tag(hash));
	u32 slot;

	if (!like)
		return TG_SLOTS;
	slot = tg_line_like_slot(like);
	prefetch(rcu_access_pointer(line->slot[slot]));
	return slot;
}

int tg_flow_table_init(struct tg_flow_table *table);
void tg_flow_table_exit(struct tg_flow_table *table);
struct tg_flow *tg_flow_table_insert(struct tg_flow_table *table, struct tg_flow *flow, u32 hash,
				     bool (*same)(struct tg_flow *old, void *flow));
void tg_flow_table_remove(struct tg_flow_table *table, struct tg_flow *flow, u32 hash);
bool tg_flow_table_is_crowded(const struct tg_flow_table *table, u32 count);
void tg_flow_table_resize(struct tg_flow_table *table, u32 count);
u32 tg_flow_table_size(const struct tg_flow_table *table);
int tg_flow_table_visit(const struct tg_flow_table *table, u32 index,
			int (*visit)(struct tg_flow *flow, void *context), void *context);

int tg_flow_table_module_init(void);
void tg_flow_table_module_exit(void);

#endif
