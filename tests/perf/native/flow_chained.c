// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of chains in the manner of the kernel's rhashtable: a bucket is a pointer
 * to the first of its flows, a flow has the next one's address and its own key in it,
 * there are 4 buckets for 3 flows, and the hash is Jenkins'. It is made as large as
 * it has to be, and nothing in it is for readers on other processors.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/log2.h>
#include <linux/slab.h>

#include "flow_peer.h"
#include "shim.h"

struct node {
	struct node *next;
	struct flow_key key;
	u32 number;
	u8 rest[FLOW_BYTES - 32];
};

struct chains {
	u32 mask;
	u32 seed;
	struct node **buckets;
	struct kmem_cache *nodes;
	size_t before;
};

static u32 rotate(u32 word, u32 by)
{
	return word << by | word >> (32 - by);
}

/* Four words: lookup3 by Bob Jenkins, in the public domain, as the kernel has it. */
static u32 hash_of(const struct flow_key *key, u32 seed)
{
	u32 word[4], a, b, c;

	memcpy(word, key, sizeof(word));
	a = b = c = 0xdeadbeef + sizeof(word) + seed;
	a += word[0];
	b += word[1];
	c += word[2];
	a -= c, a ^= rotate(c, 4), c += b;
	b -= a, b ^= rotate(a, 6), a += c;
	c -= b, c ^= rotate(b, 8), b += a;
	a -= c, a ^= rotate(c, 16), c += b;
	b -= a, b ^= rotate(a, 19), a += c;
	c -= b, c ^= rotate(b, 4), b += a;
	a += word[3];
	c ^= b, c -= rotate(b, 14);
	a ^= c, a -= rotate(c, 11);
	b ^= a, b -= rotate(a, 25);
	c ^= b, c -= rotate(b, 16);
	a ^= c, a -= rotate(c, 4);
	b ^= a, b -= rotate(a, 14);
	c ^= b, c -= rotate(b, 24);
	return c;
}

static int chained_make(void **index, u32 flows, char why[PEER_WHY])
{
	struct chains *t = need(calloc(1, sizeof(*t)));

	(void)why;
	t->before = shim_live_bytes();
	t->mask = roundup_pow_of_two(flows * 4ULL / 3) - 1;
	t->seed = 0x5eed;
	t->buckets = need(kvcalloc(t->mask + 1, sizeof(*t->buckets), GFP_KERNEL));
	t->nodes = need(KMEM_CACHE(node, SLAB_HWCACHE_ALIGN));
	*index = t;
	return 0;
}

/* Where the flow's address is; at the end of the chain when there is none. */
static struct node **chained_at(const struct chains *t, const struct flow_key *key)
{
	struct node **at = &t->buckets[hash_of(key, t->seed) & t->mask];

	while (*at && memcmp(&(*at)->key, key, sizeof(*key)))
		at = &(*at)->next;
	return at;
}

static bool chained_add(void *index, const struct tg_packet *packet, u32 number)
{
	const struct flow_key key = flow_key_of(packet);
	struct chains *t = index;
	struct node *node;

	if (*chained_at(t, &key))
		return false;
	node = kmem_cache_zalloc(t->nodes, GFP_ATOMIC);
	if (!node)
		return false;
	node->key = key;
	node->number = number;
	node->next = t->buckets[hash_of(&key, t->seed) & t->mask];
	t->buckets[hash_of(&key, t->seed) & t->mask] = node;
	return true;
}

static void chained_remove(void *index, const struct tg_packet *packet)
{
	const struct flow_key key = flow_key_of(packet);
	struct chains *t = index;
	struct node **at = chained_at(t, &key), *node = *at;

	*at = node->next;
	kmem_cache_free(t->nodes, node);
}

static size_t chained_bytes(const void *index)
{
	return shim_live_bytes() - ((const struct chains *)index)->before;
}

static void chained_drop(void *index)
{
	struct chains *t = index;

	kvfree(t->buckets);
	kmem_cache_destroy(t->nodes);
	free(t);
}

static inline u32 find_one(const struct trace *trace, void *index, u32 at)
{
	const struct flow_key key = flow_key_of(&trace->headers[at].packet);
	const struct node *node = *chained_at(index, &key);

	return node ? node->number : NO_MATCH;
}

static void chained_find(const struct lookups *l)
{
	look_up_each(l, find_one, 0);
}

static void chained_find_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_DEPENDENT);
}

static const struct way chained_ways[] = {
	{ "chained", NULL, chained_find, NULL },
	{ "chained dependent", NULL, chained_find_dependent, NULL },
};

const struct flow_peer flow_chained = {
	.peer = {
		.name = "chained",
		.drop = chained_drop,
		.ways = chained_ways,
		.nways = 2,
	},
	.make = chained_make,
	.add = chained_add,
	.remove = chained_remove,
	.bytes = chained_bytes,
};
