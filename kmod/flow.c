// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table: what was judged once and needs no second judgement until the
 * policy changes.
 *
 *	 key of the original direction ---> half[0] \
 *						     flow: judgement, state, counters
 *	 key of the reply direction ------> half[1] /
 *
 * Both halves are in one resizable hash table, exact matches under a random
 * seed, so that neither a scan nor a chosen set of addresses makes look-ups
 * slow. A flow whose two keys are the same is in it once.
 *
 * Packets read under RCU and write to nothing but their flow. Inserting and
 * removing both halves happens under the flow's own lock, so a flow is never
 * removed half-way through being inserted. The locks nest in this order:
 *
 *	tg_flow.lock -> the table's buckets, tg_accounts.lock
 *
 * A flow leaves the table once, by tg_flow_kill(), and is freed behind a grace
 * period with what it still had to count.
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "flow.h"

static struct kmem_cache *tg_flow_cache;

static const struct rhashtable_params tg_flow_params = {
	.head_offset = offsetof(struct tg_flow_half, node),
	.key_offset = offsetof(struct tg_flow_half, key),
	.key_len = sizeof(struct tg_flow_key),
	.automatic_shrinking = true,
};

/* Keys are compared as memory: they must have no holes. */
static_assert(sizeof(struct tg_flow_key) == 48);

/**
 * tg_flow_key_of - the key of packets like this one
 * @key: filled in
 * @packet: the packet
 * @realm: index of the VRF device it comes in under, 0 for the default realm
 * @other_realm: likewise of where it goes
 *
 * Context: any.
 */
void tg_flow_key_of(struct tg_flow_key *key, const struct tg_packet *packet, u32 realm,
		    u32 other_realm)
{
	*key = (struct tg_flow_key){
		.saddr = packet->saddr,
		.daddr = packet->daddr,
		.realm = realm,
		.other_realm = other_realm,
		.sport = packet->sport,
		.dport = packet->dport,
		.icmp = tg_proto_is_icmp(packet->proto) ? packet->icmp : 0,
		.proto = packet->proto,
	};
}

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
 * tg_flow_key_reverse - the key of answers
 * @reply: filled in
 * @key: the key of what is answered
 *
 * Context: any.
 */
void tg_flow_key_reverse(struct tg_flow_key *reply, const struct tg_flow_key *key)
{
	*reply = (struct tg_flow_key){
		.saddr = key->daddr,
		.daddr = key->saddr,
		.realm = key->other_realm,
		.other_realm = key->realm,
		.sport = key->dport,
		.dport = key->sport,
		.proto = key->proto,
	};
	if (tg_proto_is_icmp(key->proto))
		reply->icmp = tg_icmp_answer(key->proto, key->icmp);
}

/**
 * tg_flow_find - the flow that packets with a key belong to
 * @tgn: the namespace
 * @key: the key
 * @direction: the direction of such packets
 *
 * Context: under RCU, which the flow is good for.
 * Return: the flow, or NULL when there is none or it has expired.
 */
struct tg_flow *tg_flow_find(struct tg_net *tgn, const struct tg_flow_key *key,
			     enum tg_direction *direction)
{
	struct tg_flow_half *half = rhashtable_lookup(&tgn->flows.table, key, tg_flow_params);
	struct tg_flow *flow;

	if (!half)
		return NULL;
	flow = tg_flow_of(half);
	if (tg_flow_is_over(flow))
		return NULL;
	*direction = half->direction;
	return flow;
}

static bool tg_flow_is_mirrored(const struct tg_flow *flow)
{
	return !memcmp(&flow->half[TG_ORIGINAL].key, &flow->half[TG_REPLY].key,
		       sizeof(struct tg_flow_key));
}

static struct tg_account *tg_flow_account(const struct tg_flow *flow)
{
	return rcu_dereference_protected(flow->account, lockdep_is_held(&flow->lock));
}

/* Folds what was counted since the last time into the rule's hits. */
static void tg_flow_fold(struct tg_flow *flow, struct tg_rule_stat *stat)
{
	u64 packets = atomic64_read(&flow->half[TG_ORIGINAL].packets) +
		      atomic64_read(&flow->half[TG_REPLY].packets);
	u64 bytes = atomic64_read(&flow->half[TG_ORIGINAL].bytes) +
		    atomic64_read(&flow->half[TG_REPLY].bytes);

	if (stat && packets != flow->folded_packets) {
		atomic64_add(packets - flow->folded_packets, &stat->packets);
		atomic64_add(bytes - flow->folded_bytes, &stat->bytes);
	}
	flow->folded_packets = packets;
	flow->folded_bytes = bytes;
}

static void tg_flow_free(struct rcu_head *rcu)
{
	struct tg_flow *flow = container_of(rcu, struct tg_flow, rcu);
	struct tg_account *peer = rcu_dereference_protected(flow->peer, true);
	struct tg_rule_stat *stat = rcu_dereference_protected(flow->stat, true);

	tg_flow_fold(flow, stat);
	if (stat)
		tg_rule_stat_put(stat);
	if (peer)
		tg_account_put(peer);
	tg_account_put(rcu_dereference_protected(flow->account, true));
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

/* What a judgement says, but for whom it counts; the epoch last, for who reads without. */
static void tg_flow_judge(struct tg_flow *flow, const struct tg_flow_offer *offer)
{
	const struct tg_judgement *j = offer->judgement;

	WRITE_ONCE(flow->verdict, j->verdict);
	WRITE_ONCE(flow->reason, j->reason);
	WRITE_ONCE(flow->class, j->class);
	WRITE_ONCE(flow->up, j->up);
	WRITE_ONCE(flow->half[TG_ORIGINAL].ifindex, offer->ifindex[TG_ORIGINAL]);
	WRITE_ONCE(flow->half[TG_REPLY].ifindex, offer->ifindex[TG_REPLY]);
	WRITE_ONCE(flow->generation, offer->generation);
	/* Who sees the epoch sees the rest; pairs with tg_flow_holds(). */
	smp_store_release(&flow->epoch, offer->epoch);
}

static struct tg_flow *tg_flow_alloc(struct tg_flows *flows, const struct tg_flow_offer *offer,
				     struct tg_account *account)
{
	const struct tg_judgement *j = offer->judgement;
	struct tg_flow *flow;
	u32 i;

	flow = kmem_cache_zalloc(tg_flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		return NULL;
	for (i = 0; i < TG_DIRECTIONS; i++) {
		flow->half[i].key = offer->key[i];
		flow->half[i].direction = i;
	}
	spin_lock_init(&flow->lock);
	flow->flows = flows;
	flow->icmp = offer->packet->icmp;
	tg_flow_state_begin(&flow->state, offer->packet, offer->adopted);
	flow->expires = jiffies + HZ * tg_flow_state_timeout(&flow->state, offer->packet->proto);
	tg_flow_judge(flow, offer);
	tg_account_hold(account);
	RCU_INIT_POINTER(flow->account, account);
	if (j->peer) {
		tg_account_hold(j->peer->account);
		RCU_INIT_POINTER(flow->peer, j->peer->account);
	}
	if (j->rule) {
		tg_rule_stat_hold(j->rule->stat);
		RCU_INIT_POINTER(flow->stat, j->rule->stat);
	}
	return flow;
}

/*
 * Puts both halves into the table. When one is there already neither stays, and
 * the flow, which others may have seen, is dead.
 */
static struct tg_flow_half *tg_flow_insert(struct tg_flow *flow)
{
	struct rhashtable *table = &flow->flows->table;
	struct tg_flow_half *half = flow->half;
	struct tg_flow_half *old;

	spin_lock_bh(&flow->lock);
	old = rhashtable_lookup_get_insert_fast(table, &half[TG_ORIGINAL].node, tg_flow_params);
	if (!old && !tg_flow_is_mirrored(flow)) {
		old = rhashtable_lookup_get_insert_fast(table, &half[TG_REPLY].node,
							tg_flow_params);
		if (old)
			rhashtable_remove_fast(table, &half[TG_ORIGINAL].node, tg_flow_params);
	}
	if (old)
		WRITE_ONCE(flow->dead, true);
	spin_unlock_bh(&flow->lock);
	return old;
}

/*
 * Settles whether an insertion succeeded. A flow that is over makes way, and
 * NULL without a reason says to try again. A live one that has the key of the
 * original direction is the one that is wanted; one that has only that of the
 * replies belongs to others, and its replies must go on reaching them.
 */
static struct tg_flow *tg_flow_settle(struct tg_flow *flow, struct tg_flow_half *half,
				      int *reason)
{
	const struct tg_flow_key *key = &flow->half[TG_ORIGINAL].key;
	struct tg_flow *old;

	if (!half)
		return flow;
	call_rcu(&flow->rcu, tg_flow_free);
	if (IS_ERR(half)) {
		*reason = TENANTGATE_REASON_NO_MEMORY;
		return NULL;
	}
	old = tg_flow_of(half);
	if (tg_flow_is_over(old)) {
		tg_flow_kill(old);
		return NULL;
	}
	if (!memcmp(&half->key, key, sizeof(*key)))
		return old;
	*reason = TENANTGATE_REASON_FLOW_TABLE_FULL;
	return NULL;
}

/**
 * tg_flow_create - make a flow
 * @tgn: the namespace
 * @offer: what it is made of
 * @reason: why there is none, enum tenantgate_reason
 *
 * Context: under RCU, which the flow is good for; any but hardirq.
 * Return: the flow, or the one that another CPU has made for the same packets
 * in the meantime; NULL when there is no place or no memory for it.
 */
struct tg_flow *tg_flow_create(struct tg_net *tgn, const struct tg_flow_offer *offer,
			       u8 *reason)
{
	struct tg_account *account = tg_offer_account(tgn, offer->judgement);
	struct tg_flows *flows = &tgn->flows;
	int why = TG_FLOW_OK, tries = 3;
	struct tg_flow *flow, *found;

	if (!tg_flow_reserve(flows, account, reason))
		return NULL;
	do {
		flow = tg_flow_alloc(flows, offer, account);
		if (!flow)
			break;
		found = tg_flow_settle(flow, tg_flow_insert(flow), &why);
		if (found == flow) {
			atomic64_inc(&account->flows_created);
			return flow;
		}
		if (found) {
			tg_flow_release(flows, account);
			return found;
		}
	} while (why == TG_FLOW_OK && --tries);
	tg_flow_release(flows, account);
	*reason = why == TG_FLOW_OK ? TENANTGATE_REASON_NO_MEMORY : why;
	return NULL;
}

/* Written only when it changes by a second or more, so that busy flows stay shared. */
static void tg_flow_touch(struct tg_flow *flow, const struct tg_flow_state *state)
{
	u32 timeout = tg_flow_state_timeout(state, flow->half[TG_ORIGINAL].key.proto);
	unsigned long expires = jiffies + HZ * timeout;

	if (abs((long)(expires - READ_ONCE(flow->expires))) >= HZ)
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
	u32 word = state.word;
	int reason;

	reason = tg_flow_state_track(&state, direction, packet);
	if (state.word != word) {
		spin_lock_bh(&flow->lock);
		state.word = flow->state.word;
		reason = tg_flow_state_track(&state, direction, packet);
		WRITE_ONCE(flow->state.word, state.word);
		spin_unlock_bh(&flow->lock);
	}
	if (reason == TG_FLOW_OK)
		tg_flow_touch(flow, &state);
	return reason;
}

/**
 * tg_flow_count - count a packet of a flow
 * @flow: the flow
 * @direction: the packet's
 * @packets: packets it stands for, with its segments counted one by one
 * @bytes: its bytes
 *
 * Context: under RCU.
 */
void tg_flow_count(struct tg_flow *flow, enum tg_direction direction, u32 packets, u32 bytes)
{
	atomic64_add(packets, &flow->half[direction].packets);
	atomic64_add(bytes, &flow->half[direction].bytes);
}

static void tg_flow_move_account(struct tg_flow *flow, struct tg_account *account)
{
	struct tg_account *old = tg_flow_account(flow);

	if (account == old)
		return;
	tg_account_hold(account);
	atomic_inc(&account->flows);
	rcu_assign_pointer(flow->account, account);
	atomic_dec(&old->flows);
	tg_account_put(old);
}

static void tg_flow_move_peer(struct tg_flow *flow, struct tg_account *peer)
{
	struct tg_account *old = rcu_dereference_protected(flow->peer,
							   lockdep_is_held(&flow->lock));

	if (peer == old)
		return;
	if (peer)
		tg_account_hold(peer);
	rcu_assign_pointer(flow->peer, peer);
	if (old)
		tg_account_put(old);
}

static void tg_flow_move_stat(struct tg_flow *flow, struct tg_rule_stat *stat)
{
	struct tg_rule_stat *old = rcu_dereference_protected(flow->stat,
							     lockdep_is_held(&flow->lock));

	if (stat == old)
		return;
	tg_flow_fold(flow, old);
	if (stat)
		tg_rule_stat_hold(stat);
	rcu_assign_pointer(flow->stat, stat);
	if (old)
		tg_rule_stat_put(old);
}

/**
 * tg_flow_rejudge - replace the judgement of a flow
 * @flow: the flow
 * @offer: the judgement, its policy, and the devices; keys and packet are not
 *	looked at
 *
 * What was counted so far stays with the old rule. A flow that was judged for
 * another tenant now counts there, even beyond that tenant's limit.
 *
 * Context: under RCU; any but hardirq.
 */
void tg_flow_rejudge(struct tg_flow *flow, const struct tg_flow_offer *offer)
{
	struct tg_net *tgn = container_of(flow->flows, struct tg_net, flows);
	const struct tg_judgement *j = offer->judgement;

	spin_lock_bh(&flow->lock);
	if (!flow->dead) {
		tg_flow_move_account(flow, tg_offer_account(tgn, j));
		tg_flow_move_peer(flow, j->peer ? j->peer->account : NULL);
		tg_flow_move_stat(flow, j->rule ? j->rule->stat : NULL);
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
	struct rhashtable *table = &flow->flows->table;

	spin_lock_bh(&flow->lock);
	if (flow->dead) {
		spin_unlock_bh(&flow->lock);
		return;
	}
	WRITE_ONCE(flow->dead, true);
	rhashtable_remove_fast(table, &flow->half[TG_ORIGINAL].node, tg_flow_params);
	if (!tg_flow_is_mirrored(flow))
		rhashtable_remove_fast(table, &flow->half[TG_REPLY].node, tg_flow_params);
	tg_flow_release(flow->flows, tg_flow_account(flow));
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
	struct tg_flow_state state = { .word = READ_ONCE(flow->state.word) };
	unsigned long expires = READ_ONCE(flow->expires);
	unsigned long latest;

	latest = jiffies + HZ * tg_flow_state_timeout(&state, flow->half[TG_ORIGINAL].key.proto);
	if (time_after(expires, latest))
		cmpxchg(&flow->expires, expires, latest);
	spin_lock_bh(&flow->lock);
	tg_flow_fold(flow, rcu_dereference_protected(flow->stat, lockdep_is_held(&flow->lock)));
	spin_unlock_bh(&flow->lock);
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
	return rhashtable_init(&flows->table, &tg_flow_params);
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
	rhashtable_destroy(&tgn->flows.table);
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
	tg_flow_cache = KMEM_CACHE(tg_flow, SLAB_HWCACHE_ALIGN);
	if (tg_flow_cache)
		return 0;
	tg_flow_gc_module_exit();
	return -ENOMEM;
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
	kmem_cache_destroy(tg_flow_cache);
	tg_flow_gc_module_exit();
}
