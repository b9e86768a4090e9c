// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPDK's rte_hash: a cuckoo hash with eight entries a bucket and a key store beside
 * it (DPDK Programmer's Guide, "Hash Library"), with its own hash (CRC32), for one
 * thread and with an eighth more room than flows.
 *
 * What it finds is the address of a flow, which is reading nothing of it. In
 * "+ flow" the flow is read, too, as whoever counts packets there has to.
 */

#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_hash.h>

#include "dpdk.h"
#include "flow_peer.h"

#define BATCH	32

struct record {
	u32 number;
	u8 rest[FLOW_BYTES - 4];
};

struct table {
	struct rte_hash *hash;
	struct record *flows;
	u32 count;
	size_t before;
};

static int rte_hash_make(void **index, u32 flows, char why[PEER_WHY])
{
	const struct rte_hash_parameters parameters = {
		.name = "flows",
		.entries = flows + flows / 8,
		.key_len = sizeof(struct flow_key),
	};
	size_t before = dpdk_bytes();
	struct rte_hash *hash = rte_hash_create(&parameters);
	struct table *t;

	if (!hash) {
		snprintf(why, PEER_WHY, "%s", rte_strerror(rte_errno));
		return -1;
	}
	t = need(calloc(1, sizeof(*t)));
	t->before = before;
	t->hash = hash;
	t->count = flows;
	t->flows = need(aligned_alloc(64, (size_t)flows * sizeof(*t->flows)));
	*index = t;
	return 0;
}

static bool rte_hash_add(void *index, const struct tg_packet *packet, u32 number)
{
	const struct flow_key key = flow_key_of(packet);
	struct table *t = index;
	struct record *flow = &t->flows[number];

	memset(flow, 0, sizeof(*flow));
	flow->number = number;
	return !rte_hash_add_key_data(t->hash, &key, flow);
}

static void rte_hash_remove(void *index, const struct tg_packet *packet)
{
	const struct flow_key key = flow_key_of(packet);

	rte_hash_del_key(((struct table *)index)->hash, &key);
}

static size_t rte_hash_bytes(const void *index)
{
	const struct table *t = index;

	return dpdk_bytes() - t->before + t->count * sizeof(*t->flows);
}

static void rte_hash_drop(void *index)
{
	struct table *t = index;

	rte_hash_free(t->hash);
	free(t->flows);
	free(t);
}

static inline struct record *find_record(const struct table *t, const struct header *h)
{
	const struct flow_key key = flow_key_of(&h->packet);
	void *flow;

	return rte_hash_lookup_data(t->hash, &key, &flow) < 0 ? NULL : flow;
}

static inline u32 find_one(const struct trace *trace, void *index, u32 at)
{
	const struct table *t = index;
	const struct record *flow = find_record(t, &trace->headers[at]);

	return flow ? flow - t->flows : NO_MATCH;
}

static inline u32 find_flow(const struct trace *trace, void *index, u32 at)
{
	const struct record *flow = find_record(index, &trace->headers[at]);

	return flow ? flow->number : NO_MATCH;
}

static void rte_hash_find(const struct lookups *l)
{
	look_up_each(l, find_one, 0);
}

static void rte_hash_find_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_DEPENDENT);
}

static void rte_hash_find_flow(const struct lookups *l)
{
	look_up_each(l, find_flow, 0);
}

static void rte_hash_find_flow_dependent(const struct lookups *l)
{
	look_up_each(l, find_flow, LOOK_UP_DEPENDENT);
}

/* Finds some at once: their numbers, and where they are. */
static void find_some(const struct table *t, const struct header *h, u32 n, u32 *verdicts,
		      const struct record **flows)
{
	struct flow_key key[BATCH];
	const void *keys[BATCH];
	void *found[BATCH];
	u64 hits = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		key[i] = flow_key_of(&h[i].packet);
		keys[i] = &key[i];
	}
	rte_hash_lookup_bulk_data(t->hash, keys, n, (uint64_t *)&hits, found);
	for (i = 0; i < n; i++) {
		flows[i] = found[i];
		verdicts[i] = hits >> i & 1 ? flows[i] - t->flows : NO_MATCH;
	}
}

static void rte_hash_find_bulk(const struct lookups *l)
{
	const struct record *flows[BATCH];
	u32 i, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < BATCH ? l->count - i : BATCH;
		find_some(l->indexes[0], &l->trace->headers[l->from + i], n, l->verdicts + i,
			  flows);
	}
}

static void rte_hash_find_bulk_flow(const struct lookups *l)
{
	const struct record *flows[BATCH];
	u32 i, k, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < BATCH ? l->count - i : BATCH;
		find_some(l->indexes[0], &l->trace->headers[l->from + i], n, l->verdicts + i,
			  flows);
		for (k = 0; k < n; k++)
			if (l->verdicts[i + k] != NO_MATCH)
				l->verdicts[i + k] = flows[k]->number;
	}
}

static const struct way rte_hash_ways[] = {
	{ "rte_hash", NULL, rte_hash_find, NULL },
	{ "rte_hash dependent", NULL, rte_hash_find_dependent, NULL },
	{ "rte_hash bulk 32", NULL, rte_hash_find_bulk, NULL },
	{ "rte_hash + flow", NULL, rte_hash_find_flow, NULL },
	{ "rte_hash + flow dependent", NULL, rte_hash_find_flow_dependent, NULL },
	{ "rte_hash + flow bulk 32", NULL, rte_hash_find_bulk_flow, NULL },
};

const struct flow_peer flow_rte_hash = {
	.peer = {
		.name = "rte_hash",
		.start = dpdk_start,
		.drop = rte_hash_drop,
		.ways = rte_hash_ways,
		.nways = 6,
	},
	.make = rte_hash_make,
	.add = rte_hash_add,
	.remove = rte_hash_remove,
	.bytes = rte_hash_bytes,
};
