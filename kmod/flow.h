/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A flow: what was judged once and needs no second judgement until the policy
 * changes.
 *
 * A packet of a flow looks at one cache line of it, and writes to that alone.
 * What it counts there is folded into the tenant's and the rule's counters
 * when the flow is looked after, when somebody reads counters, and at its end.
 * A flow holds references to accounts and rule statistics, never to a policy.
 */
#ifndef _TG_FLOW_H
#define _TG_FLOW_H

#include <linux/jiffies.h>
#include <linux/spinlock.h>

#include "account.h"
#include "core/flow_state.h"
#include "core/judge.h"
#include "net.h"

#define TG_REALM_UNKNOWN	U32_MAX	/* no device has this index */

/**
 * struct tg_way - the way packets of one direction take
 * @in: index of the device they come in by (the member, not the VRF), 0 for the
 *	gateway itself
 * @out: index of the device they leave by, 0 for the gateway itself
 * @in_realm: index of the VRF device they come in under, 0 for the default realm,
 *	%TG_REALM_UNKNOWN when it was not looked up
 * @out_realm: likewise of where they go: two realms may use the same addresses
 */
struct tg_way {
	u32 in;
	u32 out;
	u32 in_realm;
	u32 out_realm;
};

#define TG_FLOW_V6	0x01	/* a struct tg_flow6 */
#define TG_FLOW_UP	0x02	/* the original direction leads away from the tenant */
#define TG_FLOW_BY_RULE	0x04	/* @stat of the union is what the flow has */
#define TG_FLOW_DEAD	0x08	/* taken out of the table */

/**
 * struct tg_flow - a flow
 * @addr: addresses as 32 bits, of IPv6 a digest; first the one who began
 * @port: ports, likewise, or twice the identifier of an ICMP echo
 * @proto: IP protocol
 * @flags: TG_FLOW_*
 * @icmp: for ICMP, type and code it began with
 * @ifindex: device that packets of a direction come in by, 0 for the gateway itself
 * @epoch: publication it was judged under; the judgement holds while it is current,
 *	and is renewed while only other tenants are replaced
 * @expires: when an idle flow is forgotten, low bits of jiffies; written when it
 *	changes by a second or more
 * @state: of the transport protocol
 * @verdict: enum tenantgate_verdict; not ALLOW only while its tenant is observed
 * @reason: enum tenantgate_reason of the judgement
 * @class: enum tenantgate_class
 * @valid_until: the judgement holds until then, seconds since the epoch; 0 for
 *	as long as the policy
 * @tag: what qdiscs are told of its packets, see tag.h; 0 for nothing
 * @packets: packets of each direction that are not yet folded
 * @bytes: their bytes
 * @lock: guards what follows, and all of the judgement while it is replaced
 * @generation: policy it was judged under
 * @account: the tenant it is counted for, when no rule allowed it
 * @stat: the rule that allowed it, and by it the tenant
 * @peer: the tenant at the other end, or NULL
 * @realm: realm that packets of a direction come from
 * @bytes_total: bytes of each direction that are folded
 * @packets_total: packets, likewise; not for a dead flow
 * @rcu: frees it
 */
struct tg_flow {
	u32 addr[TG_DIRECTIONS];
	u16 port[TG_DIRECTIONS];
	u8 proto;
	u8 flags;
	u16 icmp;
	u32 ifindex[TG_DIRECTIONS];
	u32 epoch;
	u32 expires;
	struct tg_flow_state state;
	u8 verdict;
	u8 reason;
	u8 class;
	u32 valid_until;
	u32 tag;
	atomic_t packets[TG_DIRECTIONS];
	atomic_t bytes[TG_DIRECTIONS];

	spinlock_t lock;
	u32 generation;
	union {
		struct tg_account *account;
		struct tg_rule_stat *stat;
	};
	struct tg_account *peer;
	u32 realm[TG_DIRECTIONS];
	u64 bytes_total[TG_DIRECTIONS];
	union {
		u64 packets_total[TG_DIRECTIONS];
		struct rcu_head rcu;
	};
};

/**
 * struct tg_flow6 - a flow of IPv6
 * @flow: the flow
 * @addr: its addresses; first the one who began
 */
struct tg_flow6 {
	struct tg_flow flow;
	struct tg_addr addr[TG_DIRECTIONS];
};

/**
 * struct tg_flow_offer - what a new flow is made of
 * @way: the way of the original direction
 * @packet: the packet that begins it, in the original direction
 * @adopted: it was running before it was seen; @packet may belong to either side
 * @generation: policy it was judged under
 * @epoch: publication it was judged under
 * @judgement: the judgement, of the original direction
 */
struct tg_flow_offer {
	struct tg_way way;
	const struct tg_packet *packet;
	bool adopted;
	u32 generation;
	u32 epoch;
	const struct tg_judgement *judgement;
};

/**
 * struct tg_memo - what PRE_ROUTING found out about a packet's flow
 * @seed: of the table
 * @saddr: from the packet, as is what follows
 * @daddr: the other address
 * @sport: source port
 * @dport: destination port
 * @proto: IP protocol
 * @slot: where in its bucket the flow may be, or %TG_SLOTS
 * @hash: the hash
 *
 * FORWARD wants to know it again. A memo is found by all that the hash is made of,
 * and it points to no flow: whatever is at its place by then is compared with the
 * packet like any other. So it may be as old as it likes, whoever has held or
 * rewritten the packet in between, and whatever has become of flow and table.
 */
struct tg_memo {
	hsiphash_key_t seed;
	struct tg_addr saddr;
	struct tg_addr daddr;
	u16 sport;
	u16 dport;
	u8 proto;
	u8 slot;
	u32 hash;
};

/* An address of a flow, first that of the one who began. */
static inline struct tg_addr tg_flow_addr(const struct tg_flow *flow, enum tg_direction end)
{
	if (flow->flags & TG_FLOW_V6)
		return container_of(flow, struct tg_flow6, flow)->addr[end];
	return tg_addr_v4(flow->addr[end]);
}

static inline bool tg_flow_is_dead(const struct tg_flow *flow)
{
	return READ_ONCE(flow->flags) & TG_FLOW_DEAD;
}

/* Is a flow that is still in the table of no use any more? */
static inline bool tg_flow_is_over(const struct tg_flow *flow)
{
	return tg_flow_is_dead(flow) || (s32)((u32)jiffies - READ_ONCE(flow->expires)) >= 0;
}

/* The tenant a flow is counted for; under its lock, or where nobody else has it. */
static inline struct tg_account *tg_flow_account(const struct tg_flow *flow)
{
	return flow->flags & TG_FLOW_BY_RULE ? flow->stat->account : flow->account;
}

int tg_flows_init(struct tg_net *tgn);
void tg_flows_stop(struct tg_net *tgn);
void tg_flows_exit(struct tg_net *tgn);
void tg_flows_flush(struct tg_net *tgn);
void tg_flows_fold(struct tg_net *tgn);

int tg_flow_module_init(void);
void tg_flow_module_exit(void);

u32 tg_addr_digest(const struct tg_addr *addr);
u32 tg_packet_hash(const struct tg_flow_table *table, const struct tg_packet *packet);
u32 tg_flow_hash(const struct tg_flow_table *table, const struct tg_flow *flow);

bool tg_flow_is_same(struct tg_flow *old, void *context);
struct tg_memo *tg_flow_foresee(struct tg_net *tgn, const struct tg_packet *packet,
				struct tg_memo *spare);
void tg_flow_fetch(struct tg_net *tgn, struct tg_memo *memo);
struct tg_flow *tg_flow_find(struct tg_net *tgn, const struct tg_packet *packet,
			     const struct tg_way *way, enum tg_direction *direction);
struct tg_flow *tg_flow_create(struct tg_net *tgn, const struct tg_flow_offer *offer,
			       u8 *reason);
int tg_flow_track(struct tg_flow *flow, enum tg_direction direction,
		  const struct tg_packet *packet);
void tg_flow_count_judged(struct tg_flow *flow, enum tg_direction direction, u32 packets,
			  u32 bytes);
void tg_flow_rejudge(struct tg_flow *flow, const struct tg_flow_offer *offer);
bool tg_flow_renew(struct tg_flow *flow, u32 since, u32 epoch);
void tg_flow_kill(struct tg_flow *flow);
void tg_flow_tidy(struct tg_flow *flow);
void tg_flow_fold(struct tg_flow *flow);

#define TG_FOLD_BYTES	(1U << 30)	/* fold before 32 bits are too few */

/**
 * tg_flow_count - count a packet of a flow whose judgement holds
 * @flow: the flow
 * @direction: the packet's
 * @packets: packets it stands for, with its segments counted one by one
 * @bytes: its bytes
 *
 * Context: under RCU; any but hardirq.
 */
static inline void tg_flow_count(struct tg_flow *flow, enum tg_direction direction, u32 packets,
				 u32 bytes)
{
	atomic_add(packets, &flow->packets[direction]);
	if (unlikely((u32)atomic_add_return(bytes, &flow->bytes[direction]) > TG_FOLD_BYTES))
		tg_flow_fold(flow);
}

int tg_flow_gc_module_init(void);
void tg_flow_gc_module_exit(void);
void tg_flow_gc_init(struct tg_flows *flows);
void tg_flow_gc_start(struct tg_flows *flows);
void tg_flow_gc_hurry(struct tg_flows *flows);
void tg_flow_gc_stop(struct tg_flows *flows);

#endif
