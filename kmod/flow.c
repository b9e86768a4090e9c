// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows: what was judged once and needs no second judgement until the policy
 * changes.
 *
 * Packets read under RCU and write to nothing but their flow. The locks nest
 * in this order:
 *
 *	tg_flow.lock -> the table's locks, tg_accounts.lock
 *
 * A flow leaves the table once, by tg_flow_kill(), and is freed behind a grace
 * period with what it still had to count.
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "flow.h"
#include "tag.h"

/* What every packet looks at is one cache line. */
static_assert(offsetof(struct tg_flow, lock) == 64);

static struct kmem_cache *tg_flow_cache;
static struct kmem_cache *tg_flow6_cache;

/* What was counted since the last time, in one direction; the lock is held. */
static void tg_flow_fold_half(struct tg_flow *flow, enum tg_direction direction)
{
	bool allowed = flow->verdict == TENANTGATE_VERDICT_ALLOW;
	bool up = !!(flow->flags & TG_FLOW_UP) == (direction == TG_ORIGINAL);
	u32 packets, bytes;

	if (!atomic_read(&flow->packets[direction]) && !atomic_read(&flow->bytes[direction]))
		return;
	packets = atomic_xchg(&flow->packets[direction], 0);
	bytes = atomic_xchg(&flow->bytes[direction], 0);
	if (!(flow->flags & TG_FLOW_DEAD)) {
		flow->packets_total[direction] += packets;
		flow->bytes_total[direction] += bytes;
	}
	if (flow->flags & TG_FLOW_BY_RULE) {
		atomic64_add(packets, &flow->stat->packets);
		atomic64_add(bytes, &flow->stat->bytes);
	}
	tg_account_count(tg_flow_account(flow),
			 allowed ? TENANTGATE_REASON_ESTABLISHED : flow->reason, packets, bytes,
			 up, true, !allowed);
}

static void tg_flow_fold_locked(struct tg_flow *flow)
{
	tg_flow_fold_half(flow, TG_ORIGINAL);
	tg_flow_fold_half(flow, TG_REPLY);
}

/**
 * tg_flow_fold - bring what a flow has counted to where it is read
 * @flow: the flow
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_fold(struct tg_flow *flow)
{
	spin_lock_bh(&flow->lock);
	if (!(flow->flags & TG_FLOW_DEAD))
		tg_flow_fold_locked(flow);
	spin_unlock_bh(&flow->lock);
}

/* Gives back the reference of whom the flow is counted for. */
static void tg_flow_disown(struct tg_flow *flow)
{
	if (flow->flags & TG_FLOW_BY_RULE)
		tg_rule_stat_put(flow->stat);
	else
		tg_account_put(flow->account);
}

static void tg_flow_free(struct rcu_head *rcu)
{
	struct tg_flow *flow = container_of(rcu, struct tg_flow, rcu);

	tg_flow_fold_locked(flow);
	if (flow->peer)
		tg_account_put(flow->peer);
	tg_flow_disown(flow);
	if (flow->flags & TG_FLOW_V6)
		kmem_cache_free(tg_flow6_cache, container_of(flow, struct tg_flow6, flow));
	else
		kmem_cache_free(tg_flow_cache, flow);
}

/* Take a place in the table, within what the tenant and all together may have. */
static bool tg_flow_reserve(struct tg_flows *flows, struct tg_account *account, u8 *reason)
{
	u32 count;

	if ((u32)atomic_inc_return(&account->flows) > READ_ONCE(account->limits.max_flows)) {
		*reason = TENANTGATE_REASON_FLOW_LIMIT;
		atomic_dec(&account->flows);
		return false;
	}
	count = atomic_inc_return(&flows->count);
	if (count == 1)
		tg_flow_gc_start(flows);
	if (count > READ_ONCE(flows->max)) {
		*reason = TENANTGATE_REASON_FLOW_TABLE_FULL;
		atomic_dec(&flows->count);
		atomic_dec(&account->flows);
		return false;
	}
	if (tg_flow_table_is_crowded(&flows->table, count))
		tg_flow_gc_hurry(flows);
	return true;
}

static void tg_flow_release(struct tg_flows *flows, struct tg_account *account)
{
	atomic_dec(&flows->count);
	atomic_dec(&account->flows);
}

static struct tg_account *tg_offer_account(struct tg_net *tgn, const struct tg_judgement *j)
{
	return j->tenant ? j->tenant->account : tgn->accounts.gateway;
}

/* Takes a reference to whom the flow is counted for: a rule, and by it the tenant. */
static void tg_flow_own(struct tg_flow *flow, struct tg_account *account,
			const struct tg_rule *rule)
{
	u8 flags = flow->flags & ~TG_FLOW_BY_RULE;

	if (rule) {
		tg_rule_stat_hold(rule->stat);
		flow->stat = rule->stat;
		flags |= TG_FLOW_BY_RULE;
	} else {
		tg_account_hold(account);
		flow->account = account;
	}
	WRITE_ONCE(flow->flags, flags);
}

static void tg_flow_meet(struct tg_flow *flow, struct tg_tenant *peer)
{
	flow->peer = peer ? peer->account : NULL;
	if (peer)
		tg_account_hold(flow->peer);
}

/* Where nobody is known, the address at the tenant's end counts as a user. */
static u32 tg_flow_tag(const struct tg_flow *flow, const struct tg_judgement *j)
{
	u32 number = j->tenant ? j->tenant->account->number : 0;
	u32 user = j->person ? tg_tag_person(j->person) :
			       tg_tag_address(flow->addr[j->up ? TG_ORIGINAL : TG_REPLY]);

	return tg_tag(number, user, j->class);
}

/* What a judgement says, but for whom it counts; the epoch last, for who reads without. */
static void tg_flow_judge(struct tg_flow *flow, const struct tg_flow_offer *offer)
{
	const struct tg_judgement *j = offer->judgement;
	u8 flags = flow->flags & ~TG_FLOW_UP;

	WRITE_ONCE(flow->verdict, j->verdict);
	WRITE_ONCE(flow->reason, j->reason);
	WRITE_ONCE(flow->class, j->class);
	WRITE_ONCE(flow->tag, tg_flow_tag(flow, j));
	WRITE_ONCE(flow->flags, j->up ? flags | TG_FLOW_UP : flags);
	WRITE_ONCE(flow->ifindex[TG_ORIGINAL], offer->way.in);
	WRITE_ONCE(flow->ifindex[TG_REPLY], offer->way.out);
	WRITE_ONCE(flow->generation, offer->generation);
	/* Who sees the epoch sees the rest; pairs with tg_flow_holds(). */
	smp_store_release(&flow->epoch, offer->epoch);
}

static struct tg_flow *tg_flow_zalloc(const struct tg_packet *packet)
{
	struct tg_flow6 *flow6;

	if (packet->family == 4)
		return kmem_cache_zalloc(tg_flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	flow6 = kmem_cache_zalloc(tg_flow6_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow6)
		return NULL;
	flow6->flow.flags = TG_FLOW_V6;
	flow6->addr[TG_ORIGINAL] = packet->saddr;
	flow6->addr[TG_REPLY] = packet->daddr;
	return &flow6->flow;
}

static struct tg_flow *tg_flow_alloc(const struct tg_flow_offer *offer,
				     struct tg_account *account)
{
	const struct tg_packet *packet = offer->packet;
	struct tg_flow *flow = tg_flow_zalloc(packet);

	if (!flow)
		return NULL;
	flow->addr[TG_ORIGINAL] = tg_addr_digest(&packet->saddr);
	flow->addr[TG_REPLY] = tg_addr_digest(&packet->daddr);
	flow->port[TG_ORIGINAL] = packet->sport;
	flow->port[TG_REPLY] = packet->dport;
	flow->proto = packet->proto;
	flow->icmp = packet->icmp;
	flow->realm[TG_ORIGINAL] = offer->way.in_realm;
	flow->realm[TG_REPLY] = offer->way.out_realm;
	spin_lock_init(&flow->lock);
	tg_flow_state_begin(&flow->state, packet, offer->adopted);
	flow->expires = (u32)jiffies + HZ * tg_flow_state_timeout(&flow->state, packet->proto);
	tg_flow_own(flow, account, offer->judgement->rule);
	tg_flow_meet(flow, offer->judgement->peer);
	tg_flow_judge(flow, offer);
	return flow;
}

/**
 * tg_flow_create - make a flow
 * @tgn: the namespace
 * @offer: what it is made of
 * @reason: why there is none, enum tenantgate_reason
 *
 * Context: under RCU, which the flow is good for; any but hardirq.
 * Return: the flow, or the one that another CPU has made for the same packets
 * in the meantime; NULL when the tenant begins too many, or when there is no place
 * or no memory for it.
 */
struct tg_flow *tg_flow_create(struct tg_net *tgn, const struct tg_flow_offer *offer,
			       u8 *reason)
{
	struct tg_account *account = tg_offer_account(tgn, offer->judgement);
	struct tg_flows *flows = &tgn->flows;
	struct tg_flow *flow, *old = NULL;
	int tries = 3;
	u32 hash;

	if (offer->judgement->up && !tg_account_take_new_flow(account)) {
		*reason = TENANTGATE_REASON_NEW_FLOW_LIMIT;
		return NULL;
	}
	if (!tg_flow_reserve(flows, account, reason))
		return NULL;
	flow = tg_flow_alloc(offer, account);
	if (flow) {
		hash = tg_packet_hash(&flows->table, offer->packet);
		old = tg_flow_table_insert(&flows->table, flow, hash, tg_flow_is_same);
		/* One that is over makes way. */
		while (!IS_ERR_OR_NULL(old) && tg_flow_is_over(old) && tries--) {
			tg_flow_kill(old);
			old = tg_flow_table_insert(&flows->table, flow, hash, tg_flow_is_same);
		}
		if (!old) {
			atomic64_inc(&account->flows_created);
			return flow;
		}
		/* Nobody has seen it. */
		tg_flow_free(&flow->rcu);
	}
	tg_flow_release(flows, account);
	if (!IS_ERR_OR_NULL(old) && !tg_flow_is_over(old))
		return old;
	*reason = TENANTGATE_REASON_NO_MEMORY;
	return NULL;
}

/* Written only when it changes by a second or more, so that busy flows stay shared. */
static void tg_flow_touch(struct tg_flow *flow, u32 timeout)
{
	u32 expires = (u32)jiffies + HZ * timeout;

	if (abs((s32)(expires - READ_ONCE(flow->expires))) >= HZ)
		WRITE_ONCE(flow->expires, expires);
}

/**
 * tg_flow_track - let a packet of a flow change the flow's state
 * @flow: the flow
 * @direction: the packet's
 * @packet: the packet
 *
 * Most packets change nothing, and take no lock.
 *
 * Context: under RCU; any but hardirq.
 * Return: %TG_FLOW_OK, %TG_FLOW_AGAIN, or the reason to drop the packet, enum
 * tenantgate_reason.
 */
int tg_flow_track(struct tg_flow *flow, enum tg_direction direction,
		  const struct tg_packet *packet)
{
	struct tg_flow_state state = { .word = READ_ONCE(flow->state.word) };
	u32 timeout = tg_flow_state_settled(&state, packet);
	u32 word = state.word;
	int reason;

	if (likely(timeout)) {
		tg_flow_touch(flow, timeout);
		return TG_FLOW_OK;
	}
	reason = tg_flow_state_track(&state, direction, packet);
	if (state.word != word) {
		spin_lock_bh(&flow->lock);
		state.word = flow->state.word;
		reason = tg_flow_state_track(&state, direction, packet);
		WRITE_ONCE(flow->state.word, state.word);
		spin_unlock_bh(&flow->lock);
	}
	if (reason == TG_FLOW_OK)
		tg_flow_touch(flow, tg_flow_state_timeout(&state, flow->proto));
	return reason;
}

/**
 * tg_flow_count_judged - count a packet that was judged, and counted, by itself
 * @flow: the flow it belongs to
 * @direction: the packet's
 * @packets: packets it stands for, with its segments counted one by one
 * @bytes: its bytes
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_count_judged(struct tg_flow *flow, enum tg_direction direction, u32 packets,
			  u32 bytes)
{
	spin_lock_bh(&flow->lock);
	if (!(flow->flags & TG_FLOW_DEAD)) {
		flow->packets_total[direction] += packets;
		flow->bytes_total[direction] += bytes;
	}
	if (flow->flags & TG_FLOW_BY_RULE) {
		atomic64_add(packets, &flow->stat->packets);
		atomic64_add(bytes, &flow->stat->bytes);
	}
	spin_unlock_bh(&flow->lock);
}

/**
 * tg_flow_renew - does an older judgement hold, as it was other tenants that changed?
 * @flow: the flow
 * @since: publication from which on judgements hold, but for replaced tenants
 * @epoch: the publication that is running
 *
 * Context: under RCU, @since and @epoch from what is running; any but hardirq.
 * Return: true when it holds, and now under @epoch.
 */
bool tg_flow_renew(struct tg_flow *flow, u32 since, u32 epoch)
{
	bool holds;

	/* Pairs with the publication: what is running was read before. */
	smp_rmb();
	spin_lock_bh(&flow->lock);
	holds = !tg_flow_is_dead(flow) && (s32)(flow->epoch - since) >= 0 &&
		(s32)(flow->epoch - READ_ONCE(tg_flow_account(flow)->replaced)) >= 0;
	if (holds)
		/* Whoever sees it sees the judgement, as in tg_flow_judge(). */
		smp_store_release(&flow->epoch, epoch);
	spin_unlock_bh(&flow->lock);
	return holds;
}

/**
 * tg_flow_rejudge - replace the judgement of a flow
 * @flow: the flow
 * @offer: the judgement, its policy, and the way; packet and realms are not
 *	looked at
 *
 * What was counted so far stays with the old rule. A flow that was judged for
 * another tenant now counts there, even beyond that tenant's limit.
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_rejudge(struct tg_flow *flow, const struct tg_flow_offer *offer)
{
	const struct tg_judgement *j = offer->judgement;
	struct tg_account *old, *account, *peer;
	struct tg_flow before;

	spin_lock_bh(&flow->lock);
	if (!(flow->flags & TG_FLOW_DEAD)) {
		tg_flow_fold_locked(flow);
		old = tg_flow_account(flow);
		account = tg_offer_account(container_of(old->accounts, struct tg_net, accounts), j);
		if (account != old) {
			atomic_inc(&account->flows);
			atomic_dec(&old->flows);
		}
		peer = flow->peer;
		before.flags = flow->flags;
		before.stat = flow->stat;
		tg_flow_own(flow, account, j->rule);
		tg_flow_meet(flow, j->peer);
		tg_flow_disown(&before);
		if (peer)
			tg_account_put(peer);
	}
	tg_flow_judge(flow, offer);
	spin_unlock_bh(&flow->lock);
}

/**
 * tg_flow_kill - forget a flow
 * @flow: the flow; whoever holds it under RCU may go on reading it
 *
 * Does nothing when it is forgotten already.
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_kill(struct tg_flow *flow)
{
	struct tg_account *account;
	struct tg_flows *flows;

	spin_lock_bh(&flow->lock);
	if (flow->flags & TG_FLOW_DEAD) {
		spin_unlock_bh(&flow->lock);
		return;
	}
	tg_flow_fold_locked(flow);
	WRITE_ONCE(flow->flags, flow->flags | TG_FLOW_DEAD);
	account = tg_flow_account(flow);
	flows = &container_of(account->accounts, struct tg_net, accounts)->flows;
	tg_flow_table_remove(&flows->table, flow, tg_flow_hash(&flows->table, flow));
	tg_flow_release(flows, account);
	spin_unlock_bh(&flow->lock);
	call_rcu(&flow->rcu, tg_flow_free);
}

/**
 * tg_flow_tidy - look after a flow that lives on
 * @flow: the flow
 *
 * Folds its counters. Two packets at once may leave a flow that is closing the
 * time of one that is not; that is put right too.
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_tidy(struct tg_flow *flow)
{
	struct tg_flow_state state;
	u32 expires, latest;

	expires = READ_ONCE(flow->expires);
	/* A time that a newer state gave must be seen with that state. */
	smp_rmb();
	state.word = READ_ONCE(flow->state.word);
	latest = (u32)jiffies + HZ * tg_flow_state_timeout(&state, flow->proto);
	if ((s32)(expires - latest) > 0)
		cmpxchg(&flow->expires, expires, latest);
	if (atomic_read(&flow->packets[TG_ORIGINAL]) || atomic_read(&flow->packets[TG_REPLY]))
		tg_flow_fold(flow);
}

/**
 * tg_flows_init - make a namespace's flow table
 * @tgn: the namespace
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_flows_init(struct tg_net *tgn)
{
	struct tg_flows *flows = &tgn->flows;

	atomic_set(&flows->count, 0);
	flows->max = TG_DEFAULT_MAX_FLOWS;
	tg_flow_gc_init(flows);
	return tg_flow_table_init(&flows->table);
}

/**
 * tg_flows_stop - look after a namespace's flows no longer, and forget them
 * @tgn: the namespace, whose hooks are gone; packets may still be on their way
 *
 * Context: may sleep.
 */
void tg_flows_stop(struct tg_net *tgn)
{
	tg_flow_gc_stop(&tgn->flows);
	tg_flows_flush(tgn);
}

/**
 * tg_flows_exit - free a namespace's flow table
 * @tgn: the namespace, of which no packet is on its way any more
 *
 * Context: may sleep.
 */
void tg_flows_exit(struct tg_net *tgn)
{
	tg_flows_stop(tgn);
	WARN_ON_ONCE(atomic_read(&tgn->flows.count));
	tg_flow_table_exit(&tgn->flows.table);
}

/**
 * tg_flow_module_init - make what all namespaces share
 *
 * Return: 0 or -ENOMEM.
 */
int tg_flow_module_init(void)
{
	int err = tg_flow_gc_module_init();

	if (err)
		return err;
	err = tg_flow_table_module_init();
	if (err)
		goto exit_gc;
	err = -ENOMEM;
	tg_flow_cache = KMEM_CACHE(tg_flow, SLAB_HWCACHE_ALIGN);
	if (!tg_flow_cache)
		goto exit_table;
	tg_flow6_cache = KMEM_CACHE(tg_flow6, SLAB_HWCACHE_ALIGN);
	if (tg_flow6_cache)
		return 0;
	kmem_cache_destroy(tg_flow_cache);
exit_table:
	tg_flow_table_module_exit();
exit_gc:
	tg_flow_gc_module_exit();
	return err;
}

/**
 * tg_flow_module_exit - wait for everything that is being freed
 *
 * Context: may sleep; no flow table is left, and nobody gives references to
 * accounts back any more.
 */
void tg_flow_module_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(tg_flow6_cache);
	kmem_cache_destroy(tg_flow_cache);
	tg_flow_table_module_exit();
	tg_flow_gc_module_exit();
}
