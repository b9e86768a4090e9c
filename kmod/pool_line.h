/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets of one user in one class that wait for a device: a queue, and CoDel. */
#ifndef _TG_POOL_LINE_H
#define _TG_POOL_LINE_H

#include <net/codel.h>

#include "core/shaper.h"
#include "pool.h"

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

static inline struct tg_parcel *tg_parcel_of(const struct sk_buff *skb)
{
	qdisc_cb_private_validate(skb, sizeof(struct tg_parcel));
	return (struct tg_parcel *)qdisc_skb_cb(skb)->data;
}

static inline struct sk_buff *tg_skb_of(struct tg_parcel *parcel)
{
	return container_of((void *)parcel, struct sk_buff,
			    cb[offsetof(struct qdisc_skb_cb, data)]);
}

static inline struct tg_member *tg_member_of(const struct tg_queue *queue)
{
	return container_of(queue->share, struct tg_member, share);
}

/* There are some wherever there is a queue. */
static inline struct tg_class_stats *tg_stats_of(const struct tg_queue *queue)
{
	return tg_member_of(queue)->stats.class[queue->class];
}

void tg_line_params(struct codel_params *params, u64 bytes);
struct tg_queue *tg_line_get(struct tg_outlet *outlet, struct tg_share *share, u32 user, u8 class);
bool tg_line_limit(struct tg_queue *queue, u64 now);
void tg_line_restart(struct tg_line *line);
void tg_line_free(struct tg_line *line);
void tg_line_lose(struct tg_queue *queue, const struct sk_buff *skb, enum tg_drop why);
struct sk_buff *tg_line_send(struct tg_turn *turn, bool full, u64 now);

#endif
