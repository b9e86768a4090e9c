// SPDX-License-Identifier: GPL-2.0-only
/* A user's packets of one class for one device: how queues come and go. */

#include <linux/slab.h>

#include "line.h"
#include "pool.h"

/* Queues without packets that are kept for their users' next ones. */
#define TG_IDLE_MAX	1024

/**
 * tg_line_free - a queue goes
 * @line: the queue, without packets
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
 * tg_line_get - a queue, made when there is none
 * @outlet: the device its packets leave by, which has a pool
 * @share: the tenant
 * @user: the user
 * @class: enum tenantgate_class
 *
 * Where many are kept without packets, the one that was used longest ago goes.
 *
 * Context: the pool's lock held.
 * Return: the queue, or NULL when memory is short.
 */
struct tg_queue *tg_line_get(struct tg_outlet *outlet, struct tg_share *share, u32 user,
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
	/* CoDel begins with zeros. */
	line = kzalloc(sizeof(*line), GFP_ATOMIC | __GFP_NOWARN);
	if (!line)
		return NULL;
	tg_queue_init(&line->queue, share, user, class, outlet);
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
