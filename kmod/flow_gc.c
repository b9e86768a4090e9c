// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking after the flow table: forgetting what has expired, and folding what
 * flows counted into the hits of their rules.
 *
 * Once a second a piece of the table is walked, so that all of it is seen in
 * about eight seconds, or two or three times that while it is resized. What has
 * expired is of no use to packets from that moment on, it only keeps its place
 * until it is found here. Nothing runs while there are no flows.
 */

#include <linux/sched.h>
#include <linux/workqueue.h>

#include "flow.h"

#define TG_GC_INTERVAL	HZ
#define TG_GC_SHARE	8	/* of the table, to be seen in each round */
#define TG_GC_LEAST	16384	/* directions of flows, likewise */
#define TG_GC_BATCH	256	/* seen before others may run */

static struct workqueue_struct *tg_flow_workqueue;

/* Looks after some flows; false at the end of the table. */
static bool tg_flow_gc_batch(struct tg_flows *flows)
{
	unsigned int count = TG_GC_BATCH;
	struct tg_flow_half *half = NULL;
	struct tg_flow *flow;

	rhashtable_walk_start(&flows->walk);
	while (count--) {
		half = rhashtable_walk_next(&flows->walk);
		if (!half)
			break;
		/* The table was resized: what it has now is walked again. */
		if (IS_ERR(half) || half->direction != TG_ORIGINAL)
			continue;
		flow = tg_flow_of(half);
		if (tg_flow_is_over(flow))
			tg_flow_kill(flow);
		else
			tg_flow_tidy(flow);
	}
	rhashtable_walk_stop(&flows->walk);
	return half;
}

static void tg_flow_gc_walk_end(struct tg_flows *flows)
{
	if (flows->walking)
		rhashtable_walk_exit(&flows->walk);
	flows->walking = false;
}

static void tg_flow_gc(struct work_struct *work)
{
	struct tg_flows *flows = container_of(to_delayed_work(work), struct tg_flows, gc);
	int budget;

	if (!flows->walking) {
		rhashtable_walk_enter(&flows->table, &flows->walk);
		flows->pace = TG_GC_LEAST;
	}
	flows->walking = true;
	/* A walk gets faster as the table grows, but not slower as it empties. */
	flows->pace = max(flows->pace, atomic_read(&flows->table.nelems) / TG_GC_SHARE);
	for (budget = flows->pace; budget > 0; budget -= TG_GC_BATCH) {
		if (!tg_flow_gc_batch(flows)) {
			tg_flow_gc_walk_end(flows);
			break;
		}
		cond_resched();
	}
	if (atomic_read(&flows->count))
		tg_flow_gc_start(flows);
}

/**
 * tg_flow_gc_start - there are flows to look after
 * @flows: the flow table
 *
 * Context: any.
 */
void tg_flow_gc_start(struct tg_flows *flows)
{
	queue_delayed_work(tg_flow_workqueue, &flows->gc, TG_GC_INTERVAL);
}

/**
 * tg_flow_gc_init - get ready to look after a flow table
 * @flows: the flow table
 */
void tg_flow_gc_init(struct tg_flows *flows)
{
	INIT_DELAYED_WORK(&flows->gc, tg_flow_gc);
	flows->walking = false;
}

/**
 * tg_flow_gc_stop - look after a flow table no longer
 * @flows: the flow table; a new flow starts it again
 *
 * Context: may sleep.
 */
void tg_flow_gc_stop(struct tg_flows *flows)
{
	cancel_delayed_work_sync(&flows->gc);
	tg_flow_gc_walk_end(flows);
}

/* Forgets every flow that a walk finds; false when it found none. */
static bool tg_flows_flush_once(struct tg_net *tgn)
{
	struct rhashtable_iter iter;
	struct tg_flow_half *half;
	unsigned int count = 0;
	bool found = false;

	rhashtable_walk_enter(&tgn->flows.table, &iter);
	rhashtable_walk_start(&iter);
	while ((half = rhashtable_walk_next(&iter))) {
		if (!IS_ERR(half)) {
			tg_flow_kill(tg_flow_of(half));
			found = true;
		}
		if (++count % TG_GC_BATCH == 0) {
			rhashtable_walk_stop(&iter);
			cond_resched();
			rhashtable_walk_start(&iter);
		}
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

/**
 * tg_flows_flush - forget all flows
 * @tgn: the namespace; no more flows should be made
 *
 * A walk may step over some when the table changes under it, so it is done
 * until there are none.
 *
 * Context: may sleep.
 */
void tg_flows_flush(struct tg_net *tgn)
{
	while (tg_flows_flush_once(tgn))
		cond_resched();
}

/**
 * tg_flow_gc_module_init - make what all namespaces share
 *
 * Return: 0 or -ENOMEM.
 */
int tg_flow_gc_module_init(void)
{
	tg_flow_workqueue = alloc_workqueue("tenantgate_flows", WQ_UNBOUND, 0);
	return tg_flow_workqueue ? 0 : -ENOMEM;
}

/**
 * tg_flow_gc_module_exit - undo tg_flow_gc_module_init()
 *
 * Context: may sleep; no flow table is left.
 */
void tg_flow_gc_module_exit(void)
{
	destroy_workqueue(tg_flow_workqueue);
}
