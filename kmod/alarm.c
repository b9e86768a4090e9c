// SPDX-License-Identifier: GPL-2.0-only
/* When the devices of a pool are to ask again who may send. */

#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <net/sch_generic.h>

#include "alarm.h"
#include "core/rate.h"
#include "core/wheel.h"
#include "pool.h"

/* Devices that are looked at for one that may send. */
#define TG_LOOK_AT	64

static bool tg_alarm_rings(const struct tg_outlet *outlet)
{
	if (netif_xmit_frozen_or_stopped(outlet->sch->dev_queue))
		return false;
	/* What is root by now: none that is on its way out. */
	__netif_schedule(qdisc_root(outlet->sch));
	return true;
}

/* The one who waits asks, or one that has packets and may send. Under RCU. */
static void tg_alarm_ring(struct tg_alarm *alarm)
{
	struct tg_outlet *outlet = READ_ONCE(alarm->waiter);
	u32 i = 0;

	if (outlet && tg_alarm_rings(outlet))
		return;
	list_for_each_entry_rcu(outlet, &alarm->outlets, of_alarm) {
		if (READ_ONCE(outlet->sch->q.qlen) && tg_alarm_rings(outlet))
			break;
		if (++i == TG_LOOK_AT)
			break;
	}
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

/**
 * tg_alarm_set - nobody may send before some time
 * @alarm: the alarm
 * @outlet: the device that is to ask then
 * @at: the time in ticks; %TG_WHEEL_ANY for never
 *
 * Context: the pool's lock held.
 */
void tg_alarm_set(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 at)
{
	u64 ns = at == TG_WHEEL_ANY ? U64_MAX : at / TG_TICKS_NS + 1;

	if (ns == U64_MAX || (alarm->waiter && READ_ONCE(alarm->at) <= ns))
		return;
	WRITE_ONCE(alarm->waiter, outlet);
	WRITE_ONCE(alarm->at, ns);
	hrtimer_start(&alarm->timer, ns_to_ktime(ns), HRTIMER_MODE_ABS_PINNED);
}
