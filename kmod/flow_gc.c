// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking after the flows: forgetting what has expired, folding what they
 * counted, and giving the table the size it should have.
 *
 * Once a second an eighth of the table is seen, or all of a small one. What has
 * expired is of no use to packets from that moment on, it only keeps its place
 * until it is found here. Nothing runs while there are no flows.
 */

#include <linux/sched.h>
#include <linux/workqueue.h>

#include "flow.h"

#define TG_GC_INTERVAL	HZ
#define TG_GC_SHARE	8	/* of the table, to be seen in each round */
#define TG_GC_LEAST	4096	/* buckets, likewise */
#define TG_GC_BATCH	64	/* buckets before others may run */

static struct workqueue_struct *tg_flow_workqueue;

/* Sees some buckets; where to go on, or 0 at the end of the table. */
static u32 tg_flows_visit(struct tg_flows *flows, u32 index, u32 count,
			  int (*visit)(struct tg_flow *flow, void *context))
{
	u32 size, end;

	while (count) {
		rcu_read_lock();
		size = tg_flow_table_size(&flows->table);
		for (end = index + min_t(u32, count, TG_GC_BATCH); index < end; index++, count--)
			tg_flow_table_visit(&flows->table, index, visit, NULL);
		rcu_read_unlock();
		if (index >= size)
			return 0;
		cond_resched();
	}
	return index;
}

static int tg_flow_look_after(struct tg_flow *flow, void *context)
{
	if (tg_flow_is_over(flow))
		tg_flow_kill(flow);
	else
		tg_flow_tidy(flow);
	return 0;
}

static void tg_flow_gc(struct work_struct *work)
{
	struct tg_flows *flows = container_of(to_delayed_work(work), struct tg_flows, gc);
	u32 count;

	rcu_read_lock();
	count = tg_flow_table_size(&flows->table);
	rcu_read_unlock();
	flows->seen = tg_flows_visit(flows, flows->seen, max_t(u32, count / TG_GC_SHARE, TG_GC_LEAST),
				     tg_flow_look_after);
	tg_flow_gc_hurry(flows);
	if (atomic_read(&flows->count))
		tg_flow_gc_start(flows);
}

static void tg_flow_gc_resize(struct work_struct *work)
{
	struct tg_flows *flows = container_of(work, struct tg_flows, resize);

	tg_flow_table_resize(&flows->table, atomic_read(&flows->count));
}

/**
 * tg_flow_gc_start - there are flows to look after
 * @flows: the flows
 *
 * Context: any.
 */
void tg_flow_gc_start(struct tg_flows *flows)
{
	queue_delayed_work(tg_flow_workqueue, &flows->gc, TG_GC_INTERVAL);
}

/**
 * tg_flow_gc_hurry - the table may have the wrong size for its flows
 * @flows: the flows
 *
 * Context: any.
 */
void tg_flow_gc_hurry(struct tg_flows *flows)
{
	queue_work(tg_flow_workqueue, &flows->resize);
}

/**
 * tg_flow_gc_init - get ready to look after flows
 * @flows: the flows
 */
void tg_flow_gc_init(struct tg_flows *flows)
{
	INIT_DELAYED_WORK(&flows->gc, tg_flow_gc);
	INIT_WORK(&flows->resize, tg_flow_gc_resize);
	flows->seen = 0;
}

/**
 * tg_flow_gc_stop - look after flows no longer
 * @flows: the flows; a new one starts it again
 *
 * Context: may sleep.
 */
void tg_flow_gc_stop(struct tg_flows *flows)
{
	cancel_delayed_work_sync(&flows->gc);
	cancel_work_sync(&flows->resize);
}

static int tg_flow_fold_visited(struct tg_flow *flow, void *context)
{
	tg_flow_fold(flow);
	return 0;
}

/**
 * tg_flows_fold - bring what all flows have counted to where it is read
 * @tgn: the namespace
 *
 * Context: may sleep.
 */
void tg_flows_fold(struct tg_net *tgn)
{
	tg_flows_visit(&tgn->flows, 0, U32_MAX, tg_flow_fold_visited);
}

static int tg_flow_kill_visited(struct tg_flow *flow, void *context)
{
	tg_flow_kill(flow);
	return 0;
}

/**
 * tg_flows_flush - forget all flows
 * @tgn: the namespace; no more flows should be made
 *
 * One that is made or moved while the table is gone through is found the next
 * time.
 *
 * Context: may sleep.
 */
void tg_flows_flush(struct tg_net *tgn)
{
	do {
		tg_flows_visit(&tgn->flows, 0, U32_MAX, tg_flow_kill_visited);
	} while (atomic_read(&tgn->flows.count));
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
