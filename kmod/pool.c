// SPDX-License-Identifier: GPL-2.0-only
/* One direction of a link: packets go in and come out. */

#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/codel.h>
#include <net/codel_impl.h>

#include "account.h"
#include "charge.h"
#include "pool.h"
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

/* Queues without packets that are kept for their users' next ones. */
#define TG_IDLE_MAX	1024

/* Bytes that may wait of a tenant that the policy does not know any more, or of no tenant. */
#define TG_STRANGERS	(256U << 10)

/* How long packets may wait for a link's whole rate, in milliseconds; bounds in bytes. */
#define TG_POOL_MS	500
#define TG_POOL_LEAST	(1U << 20)
#define TG_POOL_MOST	(256U << 20)

/**
 * struct tg_line - a queue and what CoDel knows of it
 * @queue: the queue
 * @of_outlet: in struct tg_outlet.queues
 * @codel: its state
 */
struct tg_line {
	struct tg_queue queue;
	struct list_head of_outlet;
	struct codel_vars codel;
};

static struct tg_parcel *tg_parcel_of(const struct sk_buff *skb)
{
	qdisc_cb_private_validate(skb, sizeof(struct tg_parcel));
	return (struct tg_parcel *)qdisc_skb_cb(skb)->data;
}

static struct sk_buff *tg_skb_of(struct tg_parcel *parcel)
{
	return container_of((void *)parcel, struct sk_buff,
			    cb[offsetof(struct qdisc_skb_cb, data)]);
}

static u64 tg_ticks(void)
{
	return ktime_get_ns() * TG_TICKS_NS;
}

static struct tg_member *tg_member_of(const struct tg_queue *queue)
{
	return container_of(queue->share, struct tg_member, share);
}

static void tg_member_set(struct tg_pool *pool, struct tg_member *member,
			  const struct tg_terms *terms, u64 now)
{
	u64 rate = terms->ceiling ? min(terms->ceiling, pool->shaper.rate.bytes) :
				    pool->shaper.rate.bytes;
	struct tg_rate packets;

	if (terms->user_ceiling)
		rate = min(rate, terms->user_ceiling);

	tg_rate_set(&packets, rate);
	member->whole = div_u64(rate * TG_WHOLE_US, USEC_PER_SEC);
	codel_params_init(&member->codel);
	member->codel.ecn = true;
	member->codel.mtu = 1514;
	/* One packet must not be too late by itself. */
	member->codel.target = max_t(u32, member->codel.target,
				     tg_rate_ticks(&packets, 1514 * 3 / 2) / TG_TICKS_NS >>
				     CODEL_SHIFT);
	tg_share_set(&member->share, terms, now);
}

/*
 * What the running policy promises an account; the least where it does not know it,
 * which is told.
 */
static bool tg_member_terms(const struct tg_running *running, const struct tg_pool *pool,
			    const struct tg_account *account, struct tg_terms *terms)
{
	const struct tg_policy *policy = running ? &running->compiled->policy : NULL;
	const struct tg_tenant *tenant = NULL;
	u32 index = account ? READ_ONCE(account->index) : 0;

	if (policy && account && index < policy->ntenants &&
	    policy->tenants[index]->account == account)
		tenant = policy->tenants[index];
	if (tenant)
		tg_tenant_terms(policy, &pool->link, tenant, pool->way, running->open, terms);
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
	gnet_stats_basic_sync_init(&member->sent);
	codel_stats_init(&member->codel_stats);
	tg_share_init(&member->share, &pool->shaper, &terms, now);
	tg_member_set(pool, member, &terms, now);
	if (!xa_err(xa_store(&pool->shares, number, member, GFP_ATOMIC | __GFP_NOWARN)))
		return member;
	if (member->account)
		tg_account_put(member->account);
	kfree(member);
	return NULL;
}

static void tg_line_free(struct tg_line *line)
{
	list_del(&line->of_outlet);
	kfree(tg_queue_remove(&line->queue));
	kfree(line);
}

static struct tg_queue *tg_line_get(struct tg_outlet *outlet, struct tg_share *share, u32 user,
				    u8 class)
{
	struct tg_shaper *shaper = &outlet->pool->shaper;
	struct tg_queue *queue = tg_share_find(share, user, class, outlet);
	struct tg_line *line;

	if (queue)
		return queue;
	if (shaper->nidle >= TG_IDLE_MAX)
		tg_line_free(container_of(list_first_entry(&shaper->idle, struct tg_queue, link),
					  struct tg_line, queue));
	line = kzalloc(sizeof(*line), GFP_ATOMIC | __GFP_NOWARN);
	if (!line)
		return NULL;
	tg_queue_init(&line->queue, share, user, class, outlet);
	codel_vars_init(&line->codel);
	list_add(&line->of_outlet, &outlet->queues);
	return &line->queue;
}

/* Tell whose a queue is, where users are limited; false when there is no memory. */
static bool tg_line_limit(struct tg_queue *queue, u64 now)
{
	struct tg_person *person;

	if (!tg_queue_lacks_person(queue))
		return true;
	person = tg_person_find(queue->share, queue->user);
	if (!person) {
		person = kzalloc(sizeof(*person), GFP_ATOMIC | __GFP_NOWARN);
		if (!person)
			return false;
		tg_person_init(person, queue->share, queue->user, now);
	}
	tg_person_join(person, queue, now);
	return true;
}

/* A packet is not sent; its owner's qdisc may be another one, whose backlog is not ours. */
static void tg_pool_drop(struct tg_queue *queue, struct sk_buff *skb, struct sk_buff **to_free)
{
	struct tg_outlet *owner = queue->owner;

	owner->lost++;
	owner->lost_bytes += qdisc_pkt_len(skb);
	__qdisc_drop(skb, to_free);
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

		if (!own && !tg_is_too_much(shaper->bytes, shaper->packets, shaper->limit))
			break;
		queue = own ? tg_share_fattest(share) : tg_shaper_fattest(shaper);
		tg_member_of(queue)->drops++;
		lost |= queue == mine;
		tg_pool_drop(queue, tg_skb_of(tg_queue_drop(queue, now)), to_free);
		if (!queue->packets)
			codel_vars_init(&container_of(queue, struct tg_line, queue)->codel);
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
	struct tg_member *member;
	struct tg_queue *queue;
	bool lost = true;
	u64 now;

	/* Around a tunnel's packet is another one, which is nobody's. */
	if (tagged && pool->way == TG_DOWN)
		skb->priority &= TG_TAG_PRIORITY;
	outlet->sch->q.qlen++;
	outlet->sch->qstats.backlog += qdisc_pkt_len(skb);
	spin_lock(&pool->lock);
	now = tg_ticks();
	member = xa_load(&pool->shares, number);
	if (!member)
		member = tg_member_new(pool, tgn, number, now);
	queue = member ? tg_line_get(outlet, &member->share, user, class) : NULL;
	if (queue && tg_line_limit(queue, now)) {
		/* Who had nothing to send may do so before those who wait. */
		if (!member->share.class[class].ready)
			WRITE_ONCE(pool->quiet, 0);
		parcel->bytes = tg_charge(&pool->link, pool->way, skb);
		parcel->since = codel_get_time();
		tg_queue_put(queue, parcel, now);
		lost = tg_pool_trim(outlet, &member->share, now, to_free, queue);
	} else {
		outlet->lost++;
		outlet->lost_bytes += qdisc_pkt_len(skb);
		__qdisc_drop(skb, to_free);
	}
	tg_outlet_settle(outlet);
	spin_unlock(&pool->lock);
	return lost ? NET_XMIT_CN : NET_XMIT_SUCCESS;
}

static u32 tg_codel_len(const struct sk_buff *skb)
{
	return qdisc_pkt_len(skb);
}

static codel_time_t tg_codel_time(const struct sk_buff *skb)
{
	return tg_parcel_of(skb)->since;
}

static void tg_codel_drop(struct sk_buff *skb, void *context)
{
	struct tg_queue *queue = context;
	struct tg_outlet *owner = queue->owner;

	owner->lost++;
	owner->lost_bytes += qdisc_pkt_len(skb);
	kfree_skb_reason(skb, SKB_DROP_REASON_QDISC_DROP);
}

static struct sk_buff *tg_codel_next(struct codel_vars *vars, void *context)
{
	struct tg_parcel *parcel = tg_queue_get(context);

	return parcel ? tg_skb_of(parcel) : NULL;
}

/* The packet that a queue sends in its turn; NULL when all of them were too old. */
static struct sk_buff *tg_line_send(struct tg_turn *turn, u64 now)
{
	struct tg_queue *queue = turn->queue;
	struct tg_member *member = tg_member_of(queue);
	struct tg_line *line = container_of(queue, struct tg_line, queue);
	struct sk_buff *skb = codel_dequeue(queue, &queue->bytes, &member->codel, &line->codel,
					    &member->codel_stats, tg_codel_len, tg_codel_time,
					    tg_codel_drop, tg_codel_next);

	if (skb) {
		u64_stats_update_begin(&member->sent.syncp);
		u64_stats_add(&member->sent.bytes, qdisc_pkt_len(skb));
		u64_stats_add(&member->sent.packets,
			      skb_is_gso(skb) ? max_t(u32, skb_shinfo(skb)->gso_segs, 1) : 1);
		u64_stats_update_end(&member->sent.syncp);
	}
	/* What waited when the limit came is sent by somebody, too. */
	tg_line_limit(queue, now);
	tg_shaper_sent(turn, skb ? tg_parcel_of(skb)->bytes : 0, now);
	return skb;
}

/* A packet that another device sends. */
static void tg_pool_hand(struct tg_queue *queue, struct sk_buff *skb)
{
	struct tg_outlet *owner = queue->owner;

	if (owner->ready_bytes >= TG_READY_MAX) {
		tg_member_of(queue)->drops++;
		tg_codel_drop(skb, queue);
		return;
	}
	owner->ready_bytes += qdisc_pkt_len(skb);
	__skb_queue_tail(&owner->ready, skb);
	/* What is root by now: none that is on its way out. */
	__netif_schedule(qdisc_root(owner->sch));
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
	struct tg_turn turn;
	u64 at, now;
	u32 i;

	if (skb_queue_empty_lockless(&outlet->ready) && tg_ticks() < READ_ONCE(pool->quiet))
		return NULL;
	spin_lock(&pool->lock);
	now = tg_ticks();
	skb = __skb_dequeue(&outlet->ready);
	if (skb)
		outlet->ready_bytes -= qdisc_pkt_len(skb);
	for (i = 0; !skb && i < TG_FOR_OTHERS; i++) {
		if (!tg_shaper_next(&pool->shaper, now, &turn, &at)) {
			tg_alarm_set(&pool->alarm, outlet, at);
			WRITE_ONCE(pool->quiet, at);
			break;
		}
		skb = tg_line_send(&turn, now);
		if (skb && turn.queue->owner != outlet) {
			tg_pool_hand(turn.queue, skb);
			skb = NULL;
		}
	}
	if (i == TG_FOR_OTHERS)
		__netif_schedule(qdisc_root(outlet->sch));
	/* Should this device be stopped now, another one asks. */
	if (skb && pool->shaper.packets && !list_is_singular(&pool->alarm.outlets))
		tg_alarm_set(&pool->alarm, outlet, now + TG_TICKS_MS);
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
	now = tg_ticks();
	list_for_each_entry_safe(line, next, &outlet->queues, of_outlet) {
		while (line->queue.packets)
			__skb_queue_tail(&outlet->ready,
					 tg_skb_of(tg_queue_drop(&line->queue, now)));
		tg_line_free(line);
	}
	skb_queue_splice_init(&outlet->ready, &gone);
	outlet->ready_bytes = 0;
	skb_queue_walk(&gone, skb) {
		outlet->lost++;
		outlet->lost_bytes += qdisc_pkt_len(skb);
	}
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
		       tg_ticks());
	return pool;
}

/* No packets wait in it. */
static void tg_member_free(struct tg_pool *pool, unsigned long number, struct tg_member *member)
{
	struct tg_queue *queue, *next;

	list_for_each_entry_safe(queue, next, &member->share.queues, sibling)
		tg_line_free(container_of(queue, struct tg_line, queue));
	xa_erase(&pool->shares, number);
	if (member->account)
		tg_account_put(member->account);
	kfree(member);
}

/**
 * tg_pool_free - a direction of a link goes
 * @pool: the pool, which no device has any more
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
	kvfree(pool);
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
	tg_shaper_set_rate(&pool->shaper, link->rate[pool->way], tg_ticks());
	spin_unlock_bh(&pool->lock);
	xa_for_each(&pool->shares, number, member) {
		bool known = tg_member_terms(running, pool, member->account, &terms);

		spin_lock_bh(&pool->lock);
		WRITE_ONCE(pool->quiet, 0);
		if (known || !member->account || member->share.packets)
			tg_member_set(pool, member, &terms, tg_ticks());
		else
			tg_member_free(pool, number, member);
		spin_unlock_bh(&pool->lock);
	}
}
