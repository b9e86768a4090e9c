/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of flows: what a peer has to do beside looking packets up. */
#ifndef _TG_PERF_FLOW_PEER_H
#define _TG_PERF_FLOW_PEER_H

#include "peer.h"

#define FLOW_BYTES	128	/* of a flow, whoever keeps it */

/**
 * struct flow_peer - an implementation of a table of flows
 * @peer: the look-ups: headers are packets of either direction, and a verdict is the
 *	number of the packet's flow
 * @make: make a table, and memory for so many flows
 * @add: add the flow that a packet begins; false when there is no place
 * @remove: remove the flow of a packet
 * @bytes: memory of table and flows
 */
struct flow_peer {
	struct peer peer;
	int (*make)(void **index, u32 flows, char why[PEER_WHY]);
	bool (*add)(void *index, const struct tg_packet *packet, u32 number);
	void (*remove)(void *index, const struct tg_packet *packet);
	size_t (*bytes)(const void *index);
};

extern const struct flow_peer flow_tenantgate;
extern const struct flow_peer flow_chained;
extern const struct flow_peer flow_rte_hash;

/* What the peers know a flow by: one key for both of its directions. */
struct flow_key {
	u64 first;		/* address and port of an end, then of the other one */
	u32 second_addr;
	u16 second_port;
	u16 proto;
};

static inline struct flow_key flow_key_of(const struct tg_packet *packet)
{
	u64 a = (u64)(u32)packet->saddr.lo << 16 | packet->sport;
	u64 b = (u64)(u32)packet->daddr.lo << 16 | packet->dport;
	u64 second = a < b ? b : a;

	return (struct flow_key){
		.first = a < b ? a : b,
		.second_addr = second >> 16,
		.second_port = second,
		.proto = packet->proto,
	};
}

#endif
