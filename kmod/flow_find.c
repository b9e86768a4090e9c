// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the flow that a packet belongs to.
 *
 * A flow is in the table once, under a hash that both its directions share.
 * Which direction a packet belongs to shows when it is compared. Hashes are
 * seeded at random, so that neither a scan nor a chosen set of addresses makes
 * look-ups slow.
 */

#include <linux/percpu.h>
#include <linux/preempt.h>

#include "flow.h"

/* Type and code of the ICMP message that answers another, or the same. */
static u16 tg_icmp_answer(u8 proto, u16 icmp)
{
	static const u8 pairs[][2] = {
		{ 8, 0 },	/* echo, also that of ICMPv6 */
		{ 13, 14 },	/* timestamp */
		{ 15, 16 },	/* information */
		{ 17, 18 },	/* address mask */
	};
	u32 i, count = proto == TG_PROTO_ICMP ? ARRAY_SIZE(pairs) : 1;
	u8 type = icmp >> 8;

	for (i = 0; i < count; i++) {
		if (type == pairs[i][0])
			return pairs[i][1] << 8 | (icmp & 0xff);
		if (type == pairs[i][1])
			return pairs[i][0] << 8 | (icmp & 0xff);
	}
	return icmp;
}

/**
 * tg_addr_digest - an address in 32 bits
 * @addr: the address
 *
 * Context: any.
 * Return: all of an IPv4 address, of IPv6 a digest.
 */
u32 tg_addr_digest(const struct tg_addr *addr)
{
	u64 both = addr->hi ^ (tg_addr_is_v4(addr) ? (u32)addr->lo : addr->lo);

	return both ^ both >> 32;
}

/* The same for both directions. */
static u32 tg_ends_hash(const struct tg_flow_table *table, const struct tg_addr *a, u16 a_port,
			const struct tg_addr *b, u16 b_port, u8 proto)
{
	int order = tg_addr_cmp(a, b);

	if (order > 0 || (!order && a_port > b_port)) {
		swap(a, b);
		swap(a_port, b_port);
	}
	if (tg_addr_is_v4(a))
		return hsiphash_4u32(a->lo, b->lo, (u32)a_port << 16 | b_port, proto,
				     &table->seed);
	return hsiphash_4u32(hsiphash(a, sizeof(*a), &table->seed),
			     hsiphash(b, sizeof(*b), &table->seed),
			     (u32)a_port << 16 | b_port, proto, &table->seed);
}

/*
 * A packet's hash is wanted in PRE_ROUTING and again in FORWARD. A memo of the
 * last ones spares the second computing; lists of packets pass PRE_ROUTING
 * together, so there are several.
 */
#define TG_MEMOS	16

struct tg_memo {
	const struct tg_flow_table *table;
	u64 addrs;		/* of IPv4, both */
	u32 ports;
	u32 proto;
	u32 hash;
};

static DEFINE_PER_CPU(struct tg_memo[TG_MEMOS], tg_memos);

/* Nobody else on this CPU may come between: a memo is not written in one piece. */
static bool tg_may_use_memos(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && softirq_count();
}

/**
 * tg_packet_hash - the hash of a packet's flow
 * @table: the table
 * @packet: the packet
 *
 * Context: any.
 * Return: the hash.
 */
u32 tg_packet_hash(const struct tg_flow_table *table, const struct tg_packet *packet)
{
	u64 addrs = packet->saddr.lo << 32 | (u32)packet->daddr.lo;
	u32 ports = (u32)packet->sport << 16 | packet->dport;
	struct tg_memo *memo;
	u32 hash;

	if (packet->family != 4 || !tg_may_use_memos())
		return tg_ends_hash(table, &packet->saddr, packet->sport, &packet->daddr,
				    packet->dport, packet->proto);
	memo = &this_cpu_ptr(tg_memos)[(ports ^ ports >> 16 ^ addrs) % TG_MEMOS];
	if (memo->addrs == addrs && memo->ports == ports && memo->proto == packet->proto &&
	    memo->table == table)
		return memo->hash;
	hash = tg_ends_hash(table, &packet->saddr, packet->sport, &packet->daddr, packet->dport,
			    packet->proto);
	*memo = (struct tg_memo){ table, addrs, ports, packet->proto, hash };
	return hash;
}

/**
 * tg_flow_hash - the hash of a flow
 * @table: the table
 * @flow: the flow
 *
 * Context: any.
 * Return: the hash.
 */
u32 tg_flow_hash(const struct tg_flow_table *table, const struct tg_flow *flow)
{
	struct tg_addr from = tg_flow_addr(flow, TG_ORIGINAL), to = tg_flow_addr(flow, TG_REPLY);

	return tg_ends_hash(table, &from, flow->port[TG_ORIGINAL], &to, flow->port[TG_REPLY],
			    flow->proto);
}

/* A packet that looks for its flow. */
struct tg_seeker {
	const struct tg_packet *packet;
	const struct tg_way *way;
	u32 saddr, daddr;		/* as struct tg_flow.addr has them */
	enum tg_direction direction;	/* found */
};

/* By the same devices it is the same realm; else the realms tell. */
static bool tg_flow_has_way(const struct tg_flow *flow, const struct tg_way *way,
			    enum tg_direction direction)
{
	return (READ_ONCE(flow->ifindex[direction]) == way->in &&
		READ_ONCE(flow->ifindex[!direction]) == way->out) ||
	       (flow->realm[direction] == way->in_realm &&
		flow->realm[!direction] == way->out_realm);
}

static bool tg_flow_has_addrs(const struct tg_flow *flow, const struct tg_packet *packet,
			      enum tg_direction direction)
{
	const struct tg_flow6 *flow6 = container_of(flow, struct tg_flow6, flow);

	if (!(flow->flags & TG_FLOW_V6))
		return packet->family == 4;
	return packet->family == 6 && tg_addr_equal(&flow6->addr[direction], &packet->saddr) &&
	       tg_addr_equal(&flow6->addr[!direction], &packet->daddr);
}

static __always_inline bool tg_flow_goes(const struct tg_flow *flow,
					 const struct tg_seeker *seeker,
					 enum tg_direction direction)
{
	const struct tg_packet *packet = seeker->packet;

	return flow->addr[direction] == seeker->saddr && flow->addr[!direction] == seeker->daddr &&
	       flow->port[direction] == packet->sport && flow->port[!direction] == packet->dport &&
	       packet->icmp == (direction == TG_REPLY && flow->icmp ?
				tg_icmp_answer(flow->proto, flow->icmp) : flow->icmp) &&
	       tg_flow_has_addrs(flow, packet, direction) &&
	       tg_flow_has_way(flow, seeker->way, direction);
}

static __always_inline bool tg_flow_fits(struct tg_flow *flow, void *context)
{
	struct tg_seeker *seeker = context;

	if (flow->proto != seeker->packet->proto)
		return false;
	if (tg_flow_goes(flow, seeker, TG_ORIGINAL))
		seeker->direction = TG_ORIGINAL;
	else if (tg_flow_goes(flow, seeker, TG_REPLY))
		seeker->direction = TG_REPLY;
	else
		return false;
	return true;
}

/**
 * tg_flow_find - the flow that a packet belongs to
 * @tgn: the namespace
 * @packet: the packet
 * @way: the way it takes
 * @direction: its direction
 *
 * Context: under RCU, which the flow is good for.
 * Return: the flow, or NULL when there is none or it has expired.
 */
struct tg_flow *tg_flow_find(struct tg_net *tgn, const struct tg_packet *packet,
			     const struct tg_way *way, enum tg_direction *direction)
{
	const struct tg_flow_table *table = &tgn->flows.table;
	struct tg_seeker seeker = {
		.packet = packet,
		.way = way,
		.saddr = tg_addr_digest(&packet->saddr),
		.daddr = tg_addr_digest(&packet->daddr),
	};
	struct tg_flow *flow;

	flow = tg_flow_table_look(table, tg_packet_hash(table, packet), tg_flow_fits, &seeker);
	if (!flow || tg_flow_is_over(flow))
		return NULL;
	*direction = seeker.direction;
	return flow;
}

/**
 * tg_flow_is_same - has a flow the key of another?
 * @old: a flow in the table
 * @context: a flow that is put into it
 *
 * Context: under RCU.
 * Return: true when it has, in either direction.
 */
bool tg_flow_is_same(struct tg_flow *old, void *context)
{
	const struct tg_flow *flow = context;
	struct tg_addr from = tg_flow_addr(flow, TG_ORIGINAL), to = tg_flow_addr(flow, TG_REPLY);
	const struct tg_packet packet = {
		.saddr = from,
		.daddr = to,
		.sport = flow->port[TG_ORIGINAL],
		.dport = flow->port[TG_REPLY],
		.icmp = flow->icmp,
		.family = flow->flags & TG_FLOW_V6 ? 6 : 4,
		.proto = flow->proto,
	};
	const struct tg_way way = {
		.in = flow->ifindex[TG_ORIGINAL],
		.out = flow->ifindex[TG_REPLY],
		.in_realm = flow->realm[TG_ORIGINAL],
		.out_realm = flow->realm[TG_REPLY],
	};
	struct tg_seeker seeker = {
		.packet = &packet,
		.way = &way,
		.saddr = flow->addr[TG_ORIGINAL],
		.daddr = flow->addr[TG_REPLY],
	};

	return tg_flow_fits(old, &seeker);
}
