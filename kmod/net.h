/* SPDX-License-Identifier: GPL-2.0-only */
/* What TenantGate keeps for one network namespace. */
#ifndef _TG_NET_H
#define _TG_NET_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "flow_table.h"

struct tg_running;
struct tg_account;

/**
 * struct tg_accounts - counters that outlive policies; account.c
 * @table: the accounts by name
 * @rules: the rules' hits by account and name
 * @numbers: the accounts by number
 * @lock: guards inserting and removing in the tables
 * @gateway: counts packets that belong to no tenant
 */
struct tg_accounts {
	struct rhashtable table;
	struct rhashtable rules;
	struct xarray numbers;
	spinlock_t lock;
	struct tg_account *gateway;
};

/**
 * struct tg_flows - the flows of a namespace; flow.c
 * @table: finds them
 * @count: their number
 * @max: how many there may be, set at commit
 * @gc: forgets what has expired and folds counters; runs while there are flows
 * @resize: gives @table another size
 * @seen: bucket that @gc has come to, its own
 */
struct tg_flows {
	struct tg_flow_table table;
	atomic_t count;
	u32 max;
	struct delayed_work gc;
	struct work_struct resize;
	u32 seen;
};

/**
 * struct tg_events - how many events may still be sent; events.c
 * @lock: guards the rest
 * @credit: events that may be sent now
 * @filled: when credit was last given, jiffies
 * @suppressed: events not sent since the last one that was
 */
struct tg_events {
	spinlock_t lock;
	u32 credit;
	unsigned long filled;
	u32 suppressed;
};

/**
 * struct tg_net - all of it
 * @net: the namespace
 * @lock: serialises whoever changes the running policy; taken before the RTNL
 * @running: the published policy, NULL for none; written under the RTNL
 * @previous: what a rollback returns to; under @lock
 * @generation: number of the newest policy; under @lock
 * @epoch: number of the newest publication; under the RTNL
 * @devices_missed: a device came or went and could not be followed; under the RTNL
 * @confirm: returns to @previous when it is not confirmed in time
 * @confirm_deadline: when @confirm fires, jiffies; 0 for not pending; under @lock
 * @clock: looks whether windows have opened or closed, while the policy has any; clock.c
 * @pickup_until: running connections are adopted from either side until then, jiffies;
 *	in 64 bits, read without a lock
 * @hooked: the hooks are registered; under @lock
 * @dying: the namespace goes away; under @lock
 * @accounts: counters
 * @flows: flow table
 * @events: rate limit of events
 * @pools: directions of links that are shaped; under the RTNL
 * @outlets: devices that have our qdisc; under the RTNL
 * @candidates: open transactions; txn.c
 * @candidates_lock: guards @candidates and the transactions in it
 * @ncandidates: their number; written under @candidates_lock
 * @compiling: one candidate at a time is compiled, as that takes memory; taken
 *	before @lock, never together with @candidates_lock
 */
struct tg_net {
	struct net *net;
	struct mutex lock;
	struct tg_running __rcu *running;
	struct tg_running *previous;
	u32 generation;
	u32 epoch;
	bool devices_missed;
	struct delayed_work confirm;
	unsigned long confirm_deadline;
	struct delayed_work clock;
	u64 pickup_until;
	bool hooked;
	bool dying;
	struct tg_accounts accounts;
	struct tg_flows flows;
	struct tg_events events;
	struct list_head pools;
	struct list_head outlets;
	struct list_head candidates;
	struct mutex candidates_lock;
	u32 ncandidates;
	struct mutex compiling;
};

extern unsigned int tg_net_id;
struct tg_net *tg_net(const struct net *net);

#endif
