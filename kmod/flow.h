/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table: what was judged once and needs no second judgement until
 * the policy changes.
 *
 * A flow has two keys, one for each direction, each with the realm that
 * packets of that direction come from. Look-ups run under RCU. A flow holds
 * references to accounts and rule statistics, never to a policy.
 */
#ifndef _TG_FLOW_H
#define _TG_FLOW_H

#include <linux/jiffies.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>

#include "account.h"
#include "core/flow_state.h"
#include "core/judge.h"
#include "net.h"

/**
 * struct tg_flow_key - what packets of one direction have in common
 * @saddr: source address
 * @daddr: destination address
 * @realm: index of the VRF device they come in under, 0 for the default realm
 * @other_realm: likewise of where they go: two realms may use the same addresses
 * @sport: source port, or identifier of an ICMP echo
 * @dport: destination port, or identifier of an ICMP echo
 * @icmp: for ICMP, type and code; those of the answer in the reply direction,
 *	so that a request never passes as an answer
 * @proto: IP protocol
 * @zero: room, always zero
 */
struct tg_flow_key {
	struct tg_addr saddr;
	struct tg_addr daddr;
	u32 realm;
	u32 other_realm;
	u16 sport;
	u16 dport;
	u16 icmp;
	u8 proto;
	u8 zero;
};

/**
 * struct tg_flow_half - one direction of a flow
 * @node: in struct tg_flows.table
 * @key: the key
 * @direction: enum tg_direction
 * @ifindex: device its packets come in by (the member, not the VRF); 0 for the
 *	gateway itself; under struct tg_flow.lock to write
 * @packets: packets seen
 * @bytes: bytes seen
 */
struct tg_flow_half {
	struct rhash_head node;
	struct tg_flow_key key;
	u8 direction;
	u32 ifindex;
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct tg_flow - a flow
 * @half: the two directions
 * @generation: policy it was judged under
 * @epoch: publication it was judged under; the judgement holds while it is current
 * @verdict: enum tenantgate_verdict; not ALLOW only while its tenant is observed
 * @reason: enum tenantgate_reason of the judgement
 * @class: enum tenantgate_class
 * @up: the original direction leads away from @account's tenant
 * @dead: taken out of the table
 * @valid_until: the judgement holds until then, seconds since the epoch; 0 for
 *	as long as the policy
 * @session: login session of the sender; 0 for none
 * @state: of the transport protocol
 * @expires: when an idle flow is forgotten, jiffies; written when it changes by
 *	a second or more
 * @account: the tenant it is counted for
 * @peer: the tenant at the other end, or NULL
 * @stat: the rule that allowed it, or NULL
 * @icmp: for ICMP, type and code it began with
 * @lock: guards @state, and all of the judgement while it is replaced
 * @folded_packets: what @stat has of it already
 * @folded_bytes: likewise
 * @flows: the table it is in
 * @rcu: frees it
 */
struct tg_flow {
	struct tg_flow_half half[TG_DIRECTIONS];
	u32 generation;
	u32 epoch;
	u8 verdict;
	u8 reason;
	u8 class;
	bool up;
	bool dead;
	u64 valid_until;
	u32 session;
	struct tg_flow_state state;
	unsigned long expires;
	struct tg_account __rcu *account;
	struct tg_account __rcu *peer;
	struct tg_rule_stat __rcu *stat;
	u16 icmp;
	spinlock_t lock;
	u64 folded_packets;
	u64 folded_bytes;
	struct tg_flows *flows;
	struct rcu_head rcu;
};

/**
 * struct tg_flow_offer - what a new flow is made of
 * @key: keys of both directions
 * @ifindex: devices packets of both directions come in by
 * @packet: the packet that begins it, in the original direction
 * @adopted: it was running before it was seen; @packet may belong to either side
 * @generation: policy it was judged under
 * @epoch: publication it was judged under
 * @judgement: the judgement, of the original direction
 */
struct tg_flow_offer {
	struct tg_flow_key key[TG_DIRECTIONS];
	u32 ifindex[TG_DIRECTIONS];
	const struct tg_packet *packet;
	bool adopted;
	u32 generation;
	u32 epoch;
	const struct tg_judgement *judgement;
};

/* The flow that one of its directions, found in the table, belongs to. */
static inline struct tg_flow *tg_flow_of(struct tg_flow_half *half)
{
	return container_of(half - half->direction, struct tg_flow, half[TG_ORIGINAL]);
}

/* Is a flow that is still in the table of no use any more? */
static inline bool tg_flow_is_over(const struct tg_flow *flow)
{
	return READ_ONCE(flow->dead) || time_after_eq(jiffies, READ_ONCE(flow->expires));
}

int tg_flows_init(struct tg_net *tgn);
void tg_flows_stop(struct tg_net *tgn);
void tg_flows_exit(struct tg_net *tgn);
void tg_flows_flush(struct tg_net *tgn);

int tg_flow_module_init(void);
void tg_flow_module_exit(void);

void tg_flow_key_of(struct tg_flow_key *key, const struct tg_packet *packet, u32 realm,
		    u32 other_realm);
void tg_flow_key_reverse(struct tg_flow_key *reply, const struct tg_flow_key *key);

struct tg_flow *tg_flow_find(struct tg_net *tgn, const struct tg_flow_key *key,
			     enum tg_direction *direction);
struct tg_flow *tg_flow_create(struct tg_net *tgn, const struct tg_flow_offer *offer,
			       u8 *reason);
int tg_flow_track(struct tg_flow *flow, enum tg_direction direction,
		  const struct tg_packet *packet);
void tg_flow_count(struct tg_flow *flow, enum tg_direction direction, u32 packets, u32 bytes);
void tg_flow_rejudge(struct tg_flow *flow, const struct tg_flow_offer *offer);
void tg_flow_kill(struct tg_flow *flow);
void tg_flow_tidy(struct tg_flow *flow);

int tg_flow_gc_module_init(void);
void tg_flow_gc_module_exit(void);
void tg_flow_gc_init(struct tg_flows *flows);
void tg_flow_gc_start(struct tg_flows *flows);
void tg_flow_gc_stop(struct tg_flows *flows);

#endif
