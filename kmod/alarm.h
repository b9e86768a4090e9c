/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the devices of a pool are to ask again who may send.
 *
 * One of them asks on behalf of all: were there a timer for each device, a
 * thousand of them would come for one packet.
 */
#ifndef _TG_ALARM_H
#define _TG_ALARM_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/types.h>

struct tg_outlet;

/**
 * struct tg_alarm - what wakes the devices of a pool
 * @outlets: struct tg_outlet.of_alarm; read under RCU
 * @timer: lets @waiter ask, or another one when it cannot send
 * @waiter: who was last told to wait; read without a lock by @timer
 * @at: when @timer comes, ns; all ones when it does not
 *
 * Its pool's lock guards it.
 */
struct tg_alarm {
	struct list_head outlets;
	struct hrtimer timer;
	struct tg_outlet *waiter;
	u64 at;
};

void tg_alarm_init(struct tg_alarm *alarm);
void tg_alarm_add(struct tg_alarm *alarm, struct tg_outlet *outlet);
void tg_alarm_remove(struct tg_alarm *alarm, struct tg_outlet *outlet);
void tg_alarm_set(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 at);
void tg_alarm_watch(struct tg_alarm *alarm, struct tg_outlet *outlet, u64 at);

#endif
