/* SPDX-License-Identifier: GPL-2.0-only */
/* A user's packets of one class for one device, as a pool keeps them. */
#ifndef _TG_LINE_H
#define _TG_LINE_H

#include <net/codel.h>

#include "core/shaper.h"

struct tg_outlet;

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

void tg_line_free(struct tg_line *line);
struct tg_queue *tg_line_get(struct tg_outlet *outlet, struct tg_share *share, u32 user,
			     u8 class);
bool tg_line_limit(struct tg_queue *queue, u64 now);

#endif
