// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the flow that a packet belongs to.
 *
 * A flow is in the table once, under a hash that both its directions share.
 * Which direction a packet belongs to shows when it is compared. Hashes are
 * seeded at random, so that neither a scan nor a chosen set of addresses makes
 * look-ups slow.
 */

#include <linux/hash.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/prefetch.h>

#include "flow.h"

/* Type and code of the ICMP message that answers another, or the same. */
static noinline u16 tg_icmp_answer(u8 proto, u16 icmp)
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

/* One end of IPv4 in a word. */
static u64 tg_end_v4(const struct tg_addr *addr, u16 port)
{
	return (u64)(u32)addr->lo << 16 | port;
}

/*
 * Which end comes first is not foreseeable, so it is found without a branch.
 * The protocol is added outside: it tells flows between the same ends apart, and
 * what is added to is secret.
 */
static u32 tg_ends_hash_v4(const struct tg_flow_table *table, u64 a, u64 b, u8 proto)
{
	u64 first = min(a, b), second = max(a, b);

	return hsiphash_3u32(first >> 16, second >> 16, (u32)first << 16 | (u16)second,
			     &table->seed) + proto * GOLDEN_RATIO_32;
}

static noinline u32 tg_ends_hash_v6(const struct tg_flow_table *table, const struct tg_addr *a,
				    u16 a_port, const struct tg_addr *b, u16 b_port, u8 proto)
{
	struct {
		struct tg_addr first, second;
		u32 ports, proto;
	} __aligned(HSIPHASH_ALIGNMENT) ends;
	int order = tg_addr_cmp(a, b);

	if (order > 0 || (!order && a_port > b_port)) {
		swap(a, b);
		swap(a_port, b_port);
	}
	ends.first = *a;
	ends.second = *b;
	ends.ports = (u32)a_port << 16 | b_port;
	ends.proto = proto;
	return hsiphash(&ends, sizeof(ends), &table->seed);
}

/* The same for both directions. */
static __always_inline u32 tg_ends_hash(const struct tg_flow_table *table,
					const struct tg_addr *a, u16 a_port,
					const struct tg_addr *b, u16 b_port, u8 proto)
{
	if (likely(tg_addr_is_v4(a)))
		return tg_ends_hash_v4(table, tg_end_v4(a, a_port), tg_end_v4(b, b_port), proto);
	return tg_ends_hash_v6(table, a, a_port, b, b_port, proto);
}

#define TG_MEMOS	16

static DEFINE_PER_CPU_ALIGNED(struct tg_memo[TG_MEMOS], tg_memos);

/* Nobody else on this CPU may come between: a memo is not written in one piece. */
static bool tg_may_use_memos(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && softirq_count();
}

static __always_inline bool tg_memo_is_of(const struct tg_memo *memo,
					  const struct tg_flow_table *table,
					  const struct tg_packet *packet)
{
	return memo->saddr.lo == packet->saddr.lo && memo->daddr.lo == packet->daddr.lo &&
	       memo->sport == packet->sport && memo->dport == packet->dport &&
	       memo->proto == packet->proto && memo->saddr.hi == packet->saddr.hi &&
	       memo->daddr.hi == packet->daddr.hi &&
	       memo->seed.key[0] == table->seed.key[0] &&
	       memo->seed.key[1] == table->seed.key[1];
}

/* The packet's memo, made when there is none; in @spare where none may be kept. */
static __always_inline struct tg_memo *tg_memo_of(const struct tg_flow_table *table,
						  const struct tg_packet *packet,
						  struct tg_memo *spare)
{
	u32 mixed = packet->saddr.lo ^ packet->daddr.lo ^ packet->sport ^ packet->dport;
	struct tg_memo *memo = spare;

	if (tg_may_use_memos()) {
		memo = &this_cpu_ptr(tg_memos)[(mixed ^ mixed >> 8) % TG_MEMOS];
		if (tg_memo_is_of(memo, table, packet))
			return memo;
	}
	memo->seed = table->seed;
	memo->saddr = packet->saddr;
	memo->daddr = packet->daddr;
	memo->sport = packet->sport;
	memo->dport = packet->dport;
	memo->proto = packet->proto;
	memo->slot = TG_SLOTS;
	memo->hash = tg_ends_hash(table, &packet->saddr, packet->sport, &packet->daddr,
				  packet->dport, packet->proto);
	return memo;
}

/**
 * tg_packet_hash - the hash of a packet's flow
 * @table: the table
 * @packet: the packet
 *
 * Context: any.
 * Return: what tg_flow_hash() would say.
 */
u32 tg_packet_hash(const struct tg_flow_table *table, const struct tg_packet *packet)
{
	struct tg_memo spare __uninitialized;

	return tg_memo_of(table, packet, &spare)->hash;
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
static __always_inline bool tg_flow_has_way(const struct tg_flow *flow,
					    const struct tg_way *way,
					    enum tg_direction direction)
{
	return (READ_ONCE(flow->ifindex[direction]) == way->in &&
		READ_ONCE(flow->ifindex[!direction]) == way->out) ||
	       (flow->realm[direction] == way->in_realm &&
		flow->realm[!direction] == way->out_realm);
}

static __always_inline bool tg_flow_has_addrs(const struct tg_flow *flow,
					      const struct tg_packet *packet,
					      enum tg_direction direction)
{
	const struct tg_flow6 *flow6 = container_of(flow, struct tg_flow6, flow);

	if (!(flow->flags & TG_FLOW_V6))
		return packet->family == 4;
	return packet->family == 6 && tg_addr_equal(&flow6->addr[direction], &packet->saddr) &&
	       tg_addr_equal(&flow6->addr[!direction], &packet->daddr);
}

static __always_inline bool tg_flow_has_icmp(const struct tg_flow *flow,
					     const struct tg_packet *packet,
					     enum tg_direction direction)
{
	if (likely(!(flow->icmp | packet->icmp)))
		return true;
	return packet->icmp == (direction == TG_REPLY && flow->icmp ?
				tg_icmp_answer(flow->proto, flow->icmp) : flow->icmp);
}

/* All in one: that it is the right flow is nearly certain. */
static __always_inline bool tg_flow_goes(const struct tg_flow *flow,
					 const struct tg_seeker *seeker,
					 enum tg_direction direction)
{
	const struct tg_packet *packet = seeker->packet;
	u32 differs = (flow->addr[direction] ^ seeker->saddr) |
		      (flow->addr[!direction] ^ seeker->daddr) |
		      (flow->port[direction] ^ packet->sport) |
		      (flow->port[!direction] ^ packet->dport) | (flow->proto ^ packet->proto);

	return !differs && tg_flow_has_icmp(flow, packet, direction) &&
	       tg_flow_has_addrs(flow, packet, direction);
}

/* The way is compared with the key, as two realms may have the same one. */
static __always_inline bool tg_flow_fits(struct tg_flow *flow, void *context)
{
	struct tg_seeker *seeker = context;
	/* Which direction it is nobody can foretell: found without a branch. */
	enum tg_direction direction = !!((flow->addr[TG_ORIGINAL] ^ seeker->saddr) |
					 (flow->port[TG_ORIGINAL] ^ seeker->packet->sport));

	if (!tg_flow_goes(flow, seeker, direction) ||
	    !tg_flow_has_way(flow, seeker->way, direction)) {
		direction = !direction;
		if (!tg_flow_goes(flow, seeker, direction) ||
		    !tg_flow_has_way(flow, seeker->way, direction))
			return false;
	}
	seeker->direction = direction;
	return true;
}

static __always_inline struct tg_seeker tg_seeker_of(const struct tg_packet *packet, const struct tg_way *way)
{
	const bool v4 = packet->family == 4;

	return (struct tg_seeker){
		.packet = packet,
		.way = way,
		.saddr = v4 ? (u32)packet->saddr.lo : tg_addr_digest(&packet->saddr),
		.daddr = v4 ? (u32)packet->daddr.lo : tg_addr_digest(&packet->daddr),
	};
}

/**
 * tg_flow_foresee - a packet is going to look for its flow: begin with it
 * @tgn: the namespace
 * @packet: the packet
 * @spare: room for a memo, where none may be kept
 *
 * Context: under RCU.
 * Return: the packet's memo; its bucket is being fetched.
 */
struct tg_memo *tg_flow_foresee(struct tg_net *tgn, const struct tg_packet *packet,
				struct tg_memo *spare)
{
	const struct tg_flow_table *table = &tgn->flows.table;
	struct tg_memo *memo = tg_memo_of(table, packet, spare);

	tg_flow_table_prefetch(table, memo->hash);
	return memo;
}

/**
 * tg_flow_fetch - go on with what tg_flow_foresee() began
 * @tgn: the namespace
 * @memo: the packet's memo
 *
 * Context: under RCU, the same as before.
 */
void tg_flow_fetch(struct tg_net *tgn, struct tg_memo *memo)
{
	const struct tg_flow_table *table = &tgn->flows.table;
	struct tg_flow *flow;

	memo->slot = tg_flow_table_prefetch_flow(table, memo->hash);
	if (memo->slot == TG_SLOTS || tg_addr_is_v4(&memo->saddr))
		return;
	/* Addresses of IPv6 are in a line of their own. */
	flow = tg_flow_table_at(table, memo->hash, memo->slot);
	if (flow)
		prefetch(container_of(flow, struct tg_flow6, flow)->addr);
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
	struct tg_seeker seeker = tg_seeker_of(packet, way);
	struct tg_memo spare __uninitialized;
	struct tg_memo *memo = tg_memo_of(table, packet, &spare);
	struct tg_flow *flow = NULL;

	if (memo->slot != TG_SLOTS)
		flow = tg_flow_table_at(table, memo->hash, memo->slot);
	if (!flow || !tg_flow_fits(flow, &seeker))
		flow = tg_flow_table_look(table, memo->hash, tg_flow_fits, &seeker);
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
