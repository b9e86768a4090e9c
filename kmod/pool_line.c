// SPDX-License-Identifier: GPL-2.0-only
/* Packets of one user in one class that wait for a device: a queue, and CoDel. */

#include <linux/slab.h>
#include <net/codel.h>
#include <net/codel_impl.h>

#include "pool_line.h"

/* Queues without packets that are kept for their users' next ones. */
#define TG_IDLE_MAX	1024

/**
 * tg_line_params - what is too late for a tenant
 * @params: filled in
 * @bytes: the tenant's rate, bytes a second
 *
 * Context: any.
 */
void tg_line_params(struct codel_params *params, u64 bytes)
{
	struct tg_rate rate;

	tg_rate_set(&rate, bytes);
	codel_params_init(params);
	params->ecn = true;
	params->mtu = 1514;
	/* One packet must not be too late by itself. */
	params->target = max_t(u32, params->target,
			       tg_rate_ticks(&rate, 1514 * 3 / 2) / TG_TICKS_NS >> CODEL_SHIFT);
}

/**
 * tg_line_restart - CoDel forgets a line that has no packets any more
 * @line: the line
 *
 * Context: the pool's lock held.
 */
void tg_line_restart(struct tg_line *line)
{
	codel_vars_init(&line->codel);
}

/**
 * tg_line_free - a line without packets goes
 * @line: the line
 *
 * Context: the pool's lock held.
 */
void tg_line_free(struct tg_line *line)
{
	list_del(&line->of_outlet);
	kfree(tg_queue_remove(&line->queue));
	kfree(line);
}

/**
 * tg_line_get - where a user's packets wait
 * @outlet: the device they leave by, which has a pool
 * @share: the user's tenant
 * @user: the user
 * @class: enum tenantgate_class
 *
 * Context: the pool's lock held.
 * Return: the queue, made when there is none; NULL when memory is short.
 */
struct tg_queue *tg_line_get(struct tg_outlet *outlet, struct tg_share *share, u32 user, u8 class)
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
	tg_line_restart(line);
	list_add(&line->of_outlet, &outlet->queues);
	return &line->queue;
}

/**
 * tg_line_limit - tell the shaper whose a queue is, where users are limited
 * @queue: the queue
 * @now: the time in ticks
 *
 * Context: the pool's lock held.
 * Return: false when it must be told and memory is short.
 */
bool tg_line_limit(struct tg_queue *queue, u64 now)
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

/**
 * tg_line_lose - a packet is not sent
 * @queue: where it waited
 * @skb: the packet
 * @why: the reason
 *
 * Its device's qdisc may be another one, whose backlog is not ours to change.
 *
 * Context: the pool's lock held.
 */
void tg_line_lose(struct tg_queue *queue, const struct sk_buff *skb, enum tg_drop why)
{
	struct tg_outlet *owner = queue->owner;

	owner->lost++;
	owner->lost_bytes += qdisc_pkt_len(skb);
	tg_stats_of(queue)->drops[why] += tg_segments(skb);
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
	tg_line_lose(context, skb, TG_DROP_DELAY);
	kfree_skb_reason(skb, SKB_DROP_REASON_QDISC_DROP);
}

static struct sk_buff *tg_codel_next(struct codel_vars *vars, void *context)
{
	struct tg_parcel *parcel = tg_queue_get(context);

	return parcel ? tg_skb_of(parcel) : NULL;
}

/**
 * tg_line_send - a queue sends in its turn
 * @turn: the turn
 * @full: its device takes no more
 * @now: the time in ticks
 *
 * Context: the pool's lock held.
 * Return: the packet; NULL when all of them were too old, or the device takes none.
 */
struct sk_buff *tg_line_send(struct tg_turn *turn, bool full, u64 now)
{
	struct tg_queue *queue = turn->queue;
	struct tg_class_stats *stats = tg_stats_of(queue);
	struct tg_line *line = container_of(queue, struct tg_line, queue);
	struct tg_parcel *parcel;
	struct codel_stats codel;
	struct sk_buff *skb;

	codel_stats_init(&codel);
	skb = codel_dequeue(queue, &queue->bytes, &tg_member_of(queue)->codel, &line->codel,
			    &codel, tg_codel_len, tg_codel_time, tg_codel_drop, tg_codel_next);
	parcel = skb ? tg_parcel_of(skb) : NULL;
	stats->marks += codel.ecn_mark + codel.ce_mark;
	/* What waited when the limit came is sent by somebody, too. */
	tg_line_limit(queue, now);
	tg_shaper_sent(turn, parcel ? parcel->bytes : 0, now);
	if (!skb)
		return NULL;
	if (full) {
		tg_line_lose(queue, skb, TG_DROP_DEVICE);
		kfree_skb_reason(skb, SKB_DROP_REASON_QDISC_DROP);
		return NULL;
	}
	tg_class_stats_sent(stats, skb, turn->tier, parcel->bytes,
			    (codel_time_t)(now / TG_TICKS_NS >> CODEL_SHIFT) - parcel->since);
	return skb;
}
