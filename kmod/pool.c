// SPDX-License-Identifier: GPL-2.0-only
/* One direction of a link: packets go in and come out. */

#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "account.h"
#include "charge.h"
#include "pool.h"
#include "pool_line.h"
#include "running.h"
#include "tag.h"

/* Packets of other devices that one call may find. */
#define TG_FOR_OTHERS	32

/* Bytes that a device may be late with. */
#define TG_READY_MAX	(256U << 10)

/* Packets that one that comes may drive out. */
#define TG_TRIM_AT_ONCE	64

/* A large packet goes whole when its tenant, or the link, has time for it in so many microseconds. */
#define TG_WHOLE_US	1000

/* Bytes that may wait of a tenant that the policy does not know any more, or of no tenant. */
#define TG_STRANGERS	(256U << 10)

/* How long packets may wait for a link's whole rate, in milliseconds; bounds in bytes. */
#define TG_POOL_MS	500
#define TG_POOL_LEAST	(1U << 20)
#define TG_POOL_MOST	(256U << 20)

static void tg_member_set(struct tg_pool *pool, struct tg_member *member,
			  const struct tg_terms *terms, u64 now)
{
	u64 rate = terms->ceiling ? min(terms->ceiling, pool->shaper.rate.bytes) :
				    pool->shaper.rate.bytes;

	if (terms->user_ceiling)
		rate = min(rate, terms->user_ceiling);
	member->whole = div_u64(rate * TG_WHOLE_US, USEC_PER_SEC);
	tg_line_params(&member->codel, rate);
	tg_share_set(&member->share, terms, now);
}

/*
 * What the running policy promises an account; the least where it does not know it,
 * which is told.
 */
static bool tg_member_terms(const struct tg_running *running, const struct tg_pool *pool,
			    const struct tg_account *account, struct tg_terms *terms)
{
	const struct tg_tenant *tenant = tg_running_tenant(running, account);

	if (tenant)
		tg_tenant_terms(&running->compiled->policy, &pool->link, tenant, pool->way,
				running->open, terms);
	else
		*terms = (struct tg_terms){ .weight = TG_DEFAULT_WEIGHT, .limit = TG_STRANGERS,
					    .interactive = TG_DEFAULT_INTERACTIVE,
					    .bulk = TG_DEFAULT_BULK };
	return tenant;
}

static struct tg_member *tg_member_new(struct tg_pool *pool, struct tg_net *tgn, u16 number,
				       u64 now)
{
	struct tg_member *member = kzalloc(sizeof(*member), GFP_ATOMIC | __GFP_NOWARN);
	struct tg_terms terms;

	/* What a tenant costs that sends in one class. */
	BUILD_BUG_ON(sizeof(*member) + sizeof(struct tg_class_stats) > 1024);
	if (!member)
		return NULL;
	rcu_read_lock();
	if (number) {
		member->account = tg_account_by_number(tgn, number);
		if (!member->account) {
			rcu_read_unlock();
			kfree(member);
			return NULL;
		}
	}
	tg_member_terms(rcu_dereference(tgn->running), pool, member->account, &terms);
	rcu_read_unlock();
	tg_share_init(&member->share, &pool->shaper, &terms, now);
	tg_member_set(pool, member, &terms, now);
	if (!xa_err(xa_store(&pool->shares, number, member, GFP_ATOMIC | __GFP_NOWARN))) {
		if (member->account)
			atomic_inc(&member->account->members);
		return member;
	}
	if (member->account)
		tg_account_put(member->account);
	kfree(member);
	return NULL;
}

/* A packet that the device may send now. */
static void tg_outlet_take(struct tg_outlet *outlet, struct sk_buff *skb)
{
	outlet->ready_bytes += qdisc_pkt_len(skb);
	__skb_queue_tail(&outlet->ready, skb);
}

/* Small packets take more memory than they have bytes. */
static bool tg_is_too_much(u64 bytes, u32 packets, u64 limit)
{
	return bytes > limit || (u64)packets * TG_PACKET_LEAST > limit;
}

/* Where too much waits, what the one with the most has waiting longest goes. */
static bool tg_pool_trim(struct tg_outlet *outlet, struct tg_share *share, u64 now,
			 struct sk_buff **to_free, const struct tg_queue *mine)
{
	struct tg_shaper *shaper = &outlet->pool->shaper;
	bool lost = false;
	u32 i;

	for (i = 0; i < TG_TRIM_AT_ONCE; i++) {
		const bool own = tg_is_too_much(share->bytes, share->packets, share->limit);
		struct tg_queue *queue;
		struct sk_buff *skb;

		if (!own && !tg_is_too_much(shaper->bytes, shaper->packets, shaper->limit))
			break;
		queue = own ? tg_share_fattest(share) : tg_shaper_fattest(shaper);
		lost |= queue == mine;
		skb = tg_skb_of(tg_queue_drop(queue, now));
		tg_line_lose(queue, skb, own ? TG_DROP_TENANT : TG_DROP_LINK);
		__qdisc_drop(skb, to_free);
		if (!queue->packets)
			tg_line_restart(container_of(queue, struct tg_line, queue));
	}
	return lost;
}

/* Take what the pool dropped from the backlog of the qdisc, whose lock is held. */
static void tg_outlet_settle(struct tg_outlet *outlet)
{
	struct Qdisc *sch = outlet->sch;

	sch->q.qlen -= outlet->lost;
	sch->qstats.backlog -= outlet->lost_bytes;
	sch->qstats.drops += outlet->lost;
	outlet->lost = 0;
	outlet->lost_bytes = 0;
}

/**
 * tg_pool_put - a packet comes
 * @outlet: the device it leaves by, which has a pool
 * @skb: the packet
 * @to_free: gets what is dropped
 *
 * Context: the qdisc's lock held.
 * Return: NET_XMIT_SUCCESS, or NET_XMIT_CN when a packet of the same user was dropped.
 */
int tg_pool_put(struct tg_outlet *outlet, struct sk_buff *skb, struct sk_buff **to_free)
{
	struct tg_net *tgn = tg_net(dev_net(qdisc_dev(outlet->sch)));
	const bool tagged = skb->priority & TG_TAG;
	const u16 number = tagged ? tg_tag_account(skb->priority) : 0;
	const u32 user = number ? tg_tag_user(skb->priority) :
				  hash_32(skb_get_hash(skb), TG_TAG_USER_BITS);
	const u8 class = tagged ? tg_tag_class(skb->priority) : TENANTGATE_CLASS_INTERACTIVE;
	struct tg_parcel *parcel = tg_parcel_of(skb);
	struct tg_pool *pool = outlet->pool;
	struct tg_class_stats *stats;
	struct tg_member *member;
	struct tg_queue *queue;
	enum tg_tier tier;
	bool lost = true;
	u64 now;

	/* It is charged here, and not again where it or a packet around it leaves. */
	if (tagged)
		skb->priority &= TG_TAG_PRIORITY;
	outlet->sch->q.qlen++;
	outlet->sch->qstats.backlog += qdisc_pkt_len(skb);
	spin_lock(&pool->lock);
	now = tg_pool_now();
	member = xa_load(&pool->shares, number);
	if (!member)
		member = tg_member_new(pool, tgn, number, now);
	stats = member ? tg_pool_stats_of(&member->stats, class) : NULL;
	parcel->bytes = tg_charge(&pool->link, pool->way, skb);
	parcel->since = now / TG_TICKS_NS >> CODEL_SHIFT;
	if (stats && skb_queue_empty(&outlet->ready) &&
	    tg_share_at_once(&member->share, class, parcel->bytes, &tier, now)) {
		tg_class_stats_sent(stats, skb, tier, parcel->bytes, 0);
		tg_outlet_take(outlet, skb);
		spin_unlock(&pool->lock);
		return NET_XMIT_SUCCESS;
	}
	queue = stats ? tg_line_get(outlet, &member->share, user, class) : NULL;
	if (queue && tg_line_limit(queue, now)) {
		/* Who had nothing to send may do so before those who wait. */
		if (!member->share.class[class].ready)
			WRITE_ONCE(pool->quiet, 0);
		tg_queue_put(queue, parcel, now);
		lost = tg_pool_trim(outlet, &member->share, now, to_free, queue);
	} else {
		outlet->lost++;
		outlet->lost_bytes += qdisc_pkt_len(skb);
		if (member)
			member->stats.refused[class] += tg_segments(skb);
		__qdisc_drop(skb, to_free);
	}
	tg_outlet_settle(outlet);
	spin_unlock(&pool->lock);
	return lost ? NET_XMIT_CN : NET_XMIT_SUCCESS;
}

/* Whose turn it is; what other devices are to send is handed to them. Under the pool's lock. */
static struct sk_buff *tg_pool_turn(struct tg_pool *pool, struct tg_outlet *outlet)
{
	const u64 now = tg_pool_now();
	struct tg_outlet *owner;
	struct sk_buff *skb;
	struct tg_turn turn;
	u64 at;
	u32 i;

	for (i = 0; i < TG_FOR_OTHERS; i++) {
		if (!tg_shaper_next(&pool->shaper, now, &turn, &at)) {
			tg_alarm_set(&pool->alarm, outlet, at);
			WRITE_ONCE(pool->quiet, at);
			return NULL;
		}
		owner = turn.queue->owner;
		skb = tg_line_send(&turn, owner != outlet && owner->ready_bytes >= TG_READY_MAX,
				   now);
		if (skb && owner == outlet)
			return skb;
		if (!skb)
			continue;
		tg_outlet_take(owner, skb);
		/* What is root by now: none that is on its way out. */
		__netif_schedule(qdisc_root_bh(owner->sch));
		/* Let it send some, before there is too much. */
		if (owner->ready_bytes >= TG_READY_MAX / 2)
			break;
	}
	__netif_schedule(qdisc_root_bh(outlet->sch));
	return NULL;
}

/* Does nobody have a packet, or may nobody send now? */
static bool tg_pool_is_quiet(const struct tg_pool *pool)
{
	return !READ_ONCE(pool->shaper.packets) ||
	       (READ_ONCE(pool->alarm.at) != U64_MAX && tg_pool_now() < READ_ONCE(pool->quiet));
}

/**
 * tg_pool_get - the next packet of a device
 * @outlet: the device, which has a pool
 *
 * When there is none, the device's qdisc is asked again in time.
 *
 * Context: the qdisc's lock held.
 * Return: the packet, or NULL.
 */
struct sk_buff *tg_pool_get(struct tg_outlet *outlet)
{
	struct tg_pool *pool = outlet->pool;
	struct sk_buff *skb;

	if (skb_queue_empty_lockless(&outlet->ready) && tg_pool_is_quiet(pool))
		return NULL;
	spin_lock(&pool->lock);
	skb = __skb_dequeue(&outlet->ready);
	if (skb)
		outlet->ready_bytes -= qdisc_pkt_len(skb);
	else
		skb = tg_pool_turn(pool, outlet);
	if (skb && pool->shaper.packets)
		tg_alarm_watch(&pool->alarm, outlet, tg_pool_now() + TG_TICKS_MS);
	tg_outlet_settle(outlet);
	spin_unlock(&pool->lock);
	if (skb) {
		outlet->sch->q.qlen--;
		outlet->sch->qstats.backlog -= qdisc_pkt_len(skb);
		qdisc_bstats_update(outlet->sch, skb);
	}
	return skb;
}

/**
 * tg_pool_takes_whole - may a large packet wait as it is?
 * @outlet: the device it leaves by, which has a pool
 * @skb: the packet
 *
 * Context: the qdisc's lock held.
 * Return: false when it would take too long at once of its tenant's ceiling or of the link.
 */
bool tg_pool_takes_whole(struct tg_outlet *outlet, const struct sk_buff *skb)
{
	struct tg_pool *pool = outlet->pool;
	struct tg_member *member;
	bool whole;

	spin_lock(&pool->lock);
	member = xa_load(&pool->shares, skb->priority & TG_TAG ? tg_tag_account(skb->priority) : 0);
	whole = member && qdisc_pkt_len(skb) <= member->whole;
	spin_unlock(&pool->lock);
	return whole;
}

/**
 * tg_pool_purge - what waits for a device is lost
 * @outlet: the device, which has a pool
 *
 * Context: the qdisc's lock held, or nobody else has the qdisc.
 */
void tg_pool_purge(struct tg_outlet *outlet)
{
	struct tg_pool *pool = outlet->pool;
	struct tg_line *line, *next;
	struct sk_buff_head gone;
	struct sk_buff *skb;
	u64 now;

	__skb_queue_head_init(&gone);
	spin_lock_bh(&pool->lock);
	now = tg_pool_now();
	list_for_each_entry_safe(line, next, &outlet->queues, of_outlet) {
		while (line->queue.packets) {
			skb = tg_skb_of(tg_queue_drop(&line->queue, now));
			tg_line_lose(&line->queue, skb, TG_DROP_DEVICE);
			__skb_queue_tail(&gone, skb);
		}
		tg_line_free(line);
	}
	/* These were let go already. */
	skb_queue_walk(&outlet->ready, skb) {
		outlet->lost++;
		outlet->lost_bytes += qdisc_pkt_len(skb);
	}
	skb_queue_splice_init(&outlet->ready, &gone);
	outlet->ready_bytes = 0;
	tg_outlet_settle(outlet);
	spin_unlock_bh(&pool->lock);
	__skb_queue_purge(&gone);
}

/**
 * tg_pool_join - a device comes into a pool
 * @pool: the pool
 * @outlet: the device, which is in none
 *
 * Context: RTNL and the qdisc's lock held.
 */
void tg_pool_join(struct tg_pool *pool, struct tg_outlet *outlet)
{
	outlet->pool = pool;
	spin_lock_bh(&pool->lock);
	tg_alarm_add(&pool->alarm, outlet);
	spin_unlock_bh(&pool->lock);
}

/**
 * tg_pool_leave - a device leaves its pool; what waits is lost
 * @outlet: the device, which may be in none
 *
 * Context: RTNL held, and the qdisc's lock unless nobody else has the qdisc.
 */
void tg_pool_leave(struct tg_outlet *outlet)
{
	struct tg_pool *pool = outlet->pool;

	if (!pool)
		return;
	tg_pool_purge(outlet);
	outlet->pool = NULL;
	spin_lock_bh(&pool->lock);
	tg_alarm_remove(&pool->alarm, outlet);
	spin_unlock_bh(&pool->lock);
}

static u64 tg_pool_limit(const struct tg_link *link, u8 way)
{
	return clamp_t(u64, link->rate[way] / 1000 * TG_POOL_MS, TG_POOL_LEAST, TG_POOL_MOST);
}

/**
 * tg_pool_new - a direction of a link without devices
 * @name: the link's name
 * @way: from the tenant or to it
 * @link: what the policy says of it
 *
 * Context: may sleep.
 * Return: the pool, or NULL when memory is short.
 */
struct tg_pool *tg_pool_new(const char *name, u8 way, const struct tg_link *link)
{
	struct tg_pool *pool = kvzalloc(sizeof(*pool), GFP_KERNEL_ACCOUNT);

	if (!pool)
		return NULL;
	strscpy(pool->name, name, sizeof(pool->name));
	pool->way = way;
	pool->link = *link;
	pool->link.name = pool->name;
	pool->link.next = NULL;
	spin_lock_init(&pool->lock);
	xa_init(&pool->shares);
	tg_alarm_init(&pool->alarm);
	tg_shaper_init(&pool->shaper, link->rate[way], tg_pool_limit(link, way), get_random_u64(),
		       tg_pool_now());
	return pool;
}

/* No packets wait in it. */
static void tg_member_free(struct tg_pool *pool, unsigned long number, struct tg_member *member)
{
	struct tg_queue *queue, *next;

	list_for_each_entry_safe(queue, next, &member->share.queues, sibling)
		tg_line_free(container_of(queue, struct tg_line, queue));
	xa_erase(&pool->shares, number);
	if (member->account) {
		atomic_dec(&member->account->members);
		tg_account_put(member->account);
	}
	tg_pool_stats_free(&member->stats);
	kfree(member);
}

/**
 * tg_pool_free - a direction of a link goes
 * @pool: the pool, which no device has any more and new readers do not find
 *
 * Context: may sleep.
 */
void tg_pool_free(struct tg_pool *pool)
{
	struct tg_member *member;
	unsigned long number;

	hrtimer_cancel(&pool->alarm.timer);
	xa_for_each(&pool->shares, number, member) {
		spin_lock_bh(&pool->lock);
		tg_member_free(pool, number, member);
		spin_unlock_bh(&pool->lock);
		cond_resched();
	}
	xa_destroy(&pool->shares);
	kvfree_rcu(pool, rcu);
}

/**
 * tg_pool_set - a new policy runs, or other windows are open
 * @pool: the pool
 * @tgn: the namespace
 * @link: what the policy says of the link
 *
 * Nothing that waits is lost or moved. The lock is given back after each tenant.
 *
 * Context: RTNL held; may sleep.
 */
void tg_pool_set(struct tg_pool *pool, struct tg_net *tgn, const struct tg_link *link)
{
	const struct tg_running *running = rtnl_dereference(tgn->running);
	struct tg_member *member;
	unsigned long number;
	struct tg_terms terms;

	spin_lock_bh(&pool->lock);
	pool->link = *link;
	pool->link.name = pool->name;
	pool->link.next = NULL;
	pool->shaper.limit = tg_pool_limit(link, pool->way);
	WRITE_ONCE(pool->quiet, 0);
	tg_shaper_set_rate(&pool->shaper, link->rate[pool->way], tg_pool_now());
	spin_unlock_bh(&pool->lock);
	xa_for_each(&pool->shares, number, member) {
		bool known = tg_member_terms(running, pool, member->account, &terms);

		spin_lock_bh(&pool->lock);
		WRITE_ONCE(pool->quiet, 0);
		if (known || !member->account || member->share.packets ||
		    tg_account_is_known(member->account))
			tg_member_set(pool, member, &terms, tg_pool_now());
		else
			tg_member_free(pool, number, member);
		spin_unlock_bh(&pool->lock);
	}
}
