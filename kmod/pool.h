/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of a link, and all devices whose packets it carries.
 *
 * Which tenant sends next is decided for the pool as a whole, whatever device
 * its packet leaves by: one who is behind many tunnels gets no more than one
 * who is behind one. The qdisc of each device asks the pool; what it is told to
 * send that is another device's, it hands to that one's qdisc.
 */
#ifndef _TG_POOL_H
#define _TG_POOL_H

#include <linux/ktime.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include <net/codel.h>
#include <net/pkt_sched.h>

#include "alarm.h"
#include "core/link.h"
#include "core/shaper.h"
#include "net.h"
#include "pool_stats.h"

struct tg_account;

/**
 * struct tg_pool - one direction of a link
 * @node: in struct tg_net.pools; written under the RTNL, read under RCU
 * @rcu: frees it
 * @name: the link's name
 * @way: from the tenant or to it
 * @link: what the running policy says of it; under @lock
 * @lock: guards the rest, taken inside qdiscs' locks
 * @shaper: whose packet goes next
 * @shares: struct tg_member by number of the account, 0 for packets of no tenant
 * @quiet: nobody may send before, ticks; written under @lock
 * @alarm: its devices, and when one of them asks again; under @lock
 */
struct tg_pool {
	struct list_head node;
	struct rcu_head rcu;
	char name[TENANTGATE_NAME_MAX + 1];
	u8 way;
	struct tg_link link;
	spinlock_t lock;
	struct tg_shaper shaper;
	struct xarray shares;
	u64 quiet;
	struct tg_alarm alarm;
};

/**
 * struct tg_member - a tenant in a pool
 * @share: its share
 * @account: the tenant, with a reference; NULL for packets of no tenant
 * @whole: a large packet of more bytes goes in pieces
 * @codel: when its queues are too long
 * @stats: what became of its packets; they outlive policies as the account does
 */
struct tg_member {
	struct tg_share share;
	struct tg_account *account;
	u32 whole;
	struct codel_params codel;
	struct tg_pool_stats stats;
};

/**
 * struct tg_outlet - a device of a pool: its qdisc
 * @node: in struct tg_net.outlets; under the RTNL
 * @of_alarm: in struct tg_alarm.outlets
 * @sch: the qdisc
 * @pool: the pool, NULL for none; changed under the qdisc's lock
 * @queues: all its queues in @pool
 * @passing: packets that pass in order, in the qdisc's own queue
 * @ready: packets it may send now
 * @ready_bytes: their bytes
 * @lost: packets that the pool dropped on behalf of others, to be taken from the backlog
 * @lost_bytes: likewise
 */
struct tg_outlet {
	struct list_head node;
	struct list_head of_alarm;
	struct Qdisc *sch;
	struct tg_pool *pool;
	struct list_head queues;
	u32 passing;
	struct sk_buff_head ready;
	u32 ready_bytes;
	u32 lost;
	u32 lost_bytes;
};

/* The time in ticks. */
static inline u64 tg_pool_now(void)
{
	return ktime_get_ns() * TG_TICKS_NS;
}

int tg_pool_put(struct tg_outlet *outlet, struct sk_buff *skb, struct sk_buff **to_free);
struct sk_buff *tg_pool_get(struct tg_outlet *outlet);
bool tg_pool_takes_whole(struct tg_outlet *outlet, const struct sk_buff *skb);
void tg_pool_purge(struct tg_outlet *outlet);
void tg_pool_join(struct tg_pool *pool, struct tg_outlet *outlet);
void tg_pool_leave(struct tg_outlet *outlet);

struct tg_pool *tg_pool_new(const char *name, u8 way, const struct tg_link *link);
void tg_pool_free(struct tg_pool *pool);
void tg_pool_set(struct tg_pool *pool, struct tg_net *tgn, const struct tg_link *link);

#endif
