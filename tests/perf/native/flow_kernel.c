// SPDX-License-Identifier: GPL-2.0-only
/* What stands in for the kernel, and for the rest of the module, below the flow table. */

#include <stdlib.h>
#include <string.h>

#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "flow.h"
#include "rng.h"

#define SLAB_BYTES	32768

/* An object that is free has the next one at its beginning. */
struct kmem_cache {
	size_t size;
	void *free;
	void **slabs;
	u32 nslabs;
};

struct kmem_cache *kmem_cache_make(size_t size)
{
	struct kmem_cache *cache = calloc(1, sizeof(*cache));

	if (cache)
		cache->size = (size + SMP_CACHE_BYTES - 1) & ~(SMP_CACHE_BYTES - 1UL);
	return cache;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	while (cache->nslabs)
		kvfree(cache->slabs[--cache->nslabs]);
	free(cache->slabs);
	free(cache);
}

static bool kmem_cache_grow(struct kmem_cache *cache)
{
	void **slabs = realloc(cache->slabs, (cache->nslabs + 1) * sizeof(*slabs));
	char *slab = kvmalloc(SLAB_BYTES, GFP_KERNEL);
	size_t at = SLAB_BYTES / cache->size * cache->size;

	if (slabs)
		cache->slabs = slabs;
	if (!slabs || !slab) {
		kvfree(slab);
		return false;
	}
	cache->slabs[cache->nslabs++] = slab;
	while (at) {
		at -= cache->size;
		*(void **)(slab + at) = cache->free;
		cache->free = slab + at;
	}
	return true;
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags)
{
	void *object;

	(void)flags;
	if (!cache->free && !kmem_cache_grow(cache))
		return NULL;
	object = cache->free;
	cache->free = *(void **)object;
	return memset(object, 0, cache->size);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	*(void **)object = cache->free;
	cache->free = object;
}

/* The same on every run. */
void get_random_bytes(void *to, size_t size)
{
	static struct rng r = { 1 };
	u8 *byte = to;

	while (size--)
		*byte++ = rng_next(&r);
}

struct sip {
	u64 v[4];
};

static inline u64 rotate(u64 word, u32 by)
{
	return word << by | word >> (64 - by);
}

static inline void sip_round(struct sip *s)
{
	s->v[0] += s->v[1];
	s->v[1] = rotate(s->v[1], 13) ^ s->v[0];
	s->v[0] = rotate(s->v[0], 32);
	s->v[2] += s->v[3];
	s->v[3] = rotate(s->v[3], 16) ^ s->v[2];
	s->v[0] += s->v[3];
	s->v[3] = rotate(s->v[3], 21) ^ s->v[0];
	s->v[2] += s->v[1];
	s->v[1] = rotate(s->v[1], 17) ^ s->v[2];
	s->v[2] = rotate(s->v[2], 32);
}

static inline void sip_add(struct sip *s, u64 word)
{
	s->v[3] ^= word;
	sip_round(s);
	s->v[0] ^= word;
}

static inline struct sip sip_begin(const hsiphash_key_t *key)
{
	return (struct sip){ {
		0x736f6d6570736575ULL ^ key->key[0], 0x646f72616e646f6dULL ^ key->key[1],
		0x6c7967656e657261ULL ^ key->key[0], 0x7465646279746573ULL ^ key->key[1],
	} };
}

static inline u32 sip_end(struct sip *s, u64 rest)
{
	sip_add(s, rest);
	s->v[2] ^= 0xff;
	sip_round(s);
	sip_round(s);
	sip_round(s);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

/* SipHash-1-3, as the kernel has it on machines of 64 bits. */
u32 hsiphash_3u32(u32 first, u32 second, u32 third, const hsiphash_key_t *key)
{
	struct sip s = sip_begin(key);

	sip_add(&s, (u64)second << 32 | first);
	return sip_end(&s, 12ULL << 56 | third);
}

u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key)
{
	struct sip s = sip_begin(key);
	u64 word, rest = (u64)len << 56;
	size_t at;

	for (at = 0; at + sizeof(word) <= len; at += sizeof(word)) {
		memcpy(&word, (const u8 *)data + at, sizeof(word));
		sip_add(&s, word);
	}
	word = 0;
	memcpy(&word, (const u8 *)data + at, len - at);
	return sip_end(&s, rest | word);
}

/* The module leaves this to a worker; here it is done at once by who makes a flow. */
void tg_flow_gc_hurry(struct tg_flows *flows)
{
	tg_flow_table_resize(&flows->table, atomic_read(&flows->count));
}

void tg_flow_gc_init(struct tg_flows *flows)
{
	flows->seen = 0;
}

void tg_flow_gc_start(struct tg_flows *flows)
{
	(void)flows;
}

void tg_flow_gc_stop(struct tg_flows *flows)
{
	(void)flows;
}

int tg_flow_gc_module_init(void)
{
	return 0;
}

void tg_flow_gc_module_exit(void)
{
}

static int flush_one(struct tg_flow *flow, void *context)
{
	(void)context;
	tg_flow_kill(flow);
	return 0;
}

void tg_flows_flush(struct tg_net *tgn)
{
	const struct tg_flow_table *table = &tgn->flows.table;
	u32 i, size = tg_flow_table_size(table);

	for (i = 0; i < size; i++)
		tg_flow_table_visit(table, i, flush_one, NULL);
}

/* One account lives as long as the program does: references are counted, never the last. */
void tg_account_hold(struct tg_account *account)
{
	__atomic_fetch_add(&account->refs.count, 1, __ATOMIC_RELAXED);
}

void tg_account_put(struct tg_account *account)
{
	__atomic_fetch_sub(&account->refs.count, 1, __ATOMIC_RELEASE);
}

bool tg_account_take_new_flow(struct tg_account *account)
{
	return !tg_policer_limits(&account->beginning);
}

void tg_rule_stat_hold(struct tg_rule_stat *stat)
{
	__atomic_fetch_add(&stat->refs.count, 1, __ATOMIC_RELAXED);
}

void tg_rule_stat_put(struct tg_rule_stat *stat)
{
	__atomic_fetch_sub(&stat->refs.count, 1, __ATOMIC_RELEASE);
}

void tg_account_count(struct tg_account *account, u8 reason, u32 packets, u32 bytes, bool up,
		      bool passed, bool observed)
{
	(void)up, (void)passed, (void)observed;
	atomic64_add(packets, &account->packets[reason]);
	atomic64_add(bytes, &account->bytes[reason]);
}
