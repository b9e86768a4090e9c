// SPDX-License-Identifier: GPL-2.0-only
/* When the devices of a pool are to ask again who may send. */

#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <net/sch_generic.h>

#include "alarm.h"
#include "core/rate.h"
#include "core/wheel.h"
#include "pool.h"

/* Does a device ask? Not when it is down or stopped, or its qdisc on its way out. */
static bool tg_alarm_rings(const struct tg_outlet *outlet)
{
	struct Qdisc *root = qdisc_root(outlet->sch);

	if (root != outlet->sch || netif_xmit_frozen_or_stopped(outlet->sch->dev_queue))
		return false;
	__netif_schedule(root);
	return true;
}

/* The one who waits asks, or any that can: it asks on behalf of all. Under RCU. */
static void tg_alarm_ring(struct tg_alarm *alarm)
{
	struct tg_outlet *outlet = READ_ONCE(alarm->waiter);

	if (outlet && tg_alarm_rings(outlet))
		return;
	list_for_each_entry_rcu(outlet, &alarm->outlets, of_alarm)
		if (tg_alarm_rings(outlet))
			break;
}

static enum hrtimer_restart tg_alarm_timer(struct hrtimer *timer)
{
	struct tg_alarm *alarm = container_of(timer, struct tg_alarm, timer);

	rcu_read_lock();
	WRITE_ONCE(alarm->at, U64_MAX);
	tg_alarm_ring(alarm);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * tg_alarm_init - an alarm without devices
 * @alarm: the alarm; its timer must be cancelled before it goes
 */
void tg_alarm_init(struct tg_alarm *alarm)
{
	INIT_LIST_HEAD(&alarm->outlets);
	alarm->waiter = NULL;
	alarm->at = U64_MAX;
	hrtimer_setup(&alarm->timer, tg_alarm_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED);
}

/**
 * tg_alarm_add - a device that may ask
 * @alarm: the alarm
 * @outlet: the device
 *
 * Context: RTNL and the pool's lock held.
 */
void tg_alarm_add(struct tg_alarm *alarm, struct tg_outlet *outlet)
{
	list_add_tail_rcu(&outlet->of_alarm, &alarm->outlets);
}

/**
 * tg_alarm_remove - a device goes, which is freed behind a grace period
 * @alarm: the alarm
 * @outlet: the device
 *
 * Context: RTNL and the pool's lock held.
 */
void tg_alarm_remove(struct tg_alarm *alarm, struct tg_outlet *outlet)
{
	list_del_rcu(&outlet->of_alarm);
	if (alarm->waiter != outlet)
		return;
	WRITE_ONCE(alarm->waiter, NULL);
	rcu_read_lock();
	tg_alarm_ring(alarm);
	rcu_read_unlock();
}

static void tg_alarm_start(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 ns)
{
	WRITE_ONCE(alarm->waiter, outlet);
	if (READ_ONCE(alarm->at) == ns)
		return;
	WRITE_ONCE(alarm->at, ns);
	hrtimer_start(&alarm->timer, ns_to_ktime(ns), HRTIMER_MODE_ABS_PINNED);
}

/**
 * tg_alarm_set - nobody may send before some time
 * @alarm: the alarm
 * @outlet: the device that is to ask then
 * @at: the time in ticks; %TG_WHEEL_ANY for never
 *
 * Whatever was set before: who came earlier would be told to wait, and nobody would
 * come again.
 *
 * Context: the pool's lock held.
 */
void tg_alarm_set(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 at)
{
	if (at != TG_WHEEL_ANY)
		tg_alarm_start(alarm, outlet, at / TG_TICKS_NS + 1);
}

/**
 * tg_alarm_watch - a device sends, and should ask again when it has done so
 * @alarm: the alarm
 * @outlet: the device
 * @at: when another one asks, should this one be stopped meanwhile; in ticks
 *
 * Context: the pool's lock held.
 */
void tg_alarm_watch(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 at)
{
	const u64 ns = at / TG_TICKS_NS + 1;

	if (!list_is_singular(&alarm->outlets) && READ_ONCE(alarm->at) > ns)
		tg_alarm_start(alarm, outlet, ns);
}
