/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows: times of the week that have a name. */
#ifndef _TG_CORE_WINDOW_H
#define _TG_CORE_WINDOW_H

#include "types.h"

struct tg_complaint;
struct tg_policy;

#define TG_DAY_MINUTES		1440
#define TG_EVERY_DAY		0x7f	/* Monday is bit 0 */

/**
 * struct tg_hours - a time of the day
 * @from: minute of the day it begins at
 * @to: minute of the day behind its last, at most %TG_DAY_MINUTES; on the next day
 *	when it is not above @from
 */
struct tg_hours {
	u16 from;
	u16 to;
};

/**
 * struct tg_window - times of the week, as clocks in the gateway's time zone show them
 * @next: next window of the policy
 * @name: its name
 * @days: days on which its hours begin, Monday is bit 0
 * @nhours: how many of @hours there are; all day when none
 * @hours: when it is open
 * @number: place among the policy's windows
 */
struct tg_window {
	struct tg_window *next;
	const char *name;
	u8 days;
	u8 nhours;
	struct tg_hours hours[TENANTGATE_MAX_HOURS];
	u8 number;
};

/**
 * struct tg_shift - how far a time zone is from UTC
 * @since: from then on, seconds since 1970
 * @offset: seconds its clocks are before those of UTC
 */
struct tg_shift {
	u64 since;
	s32 offset;
};

struct tg_window *tg_policy_add_window(struct tg_policy *policy, const struct tg_window *window,
				       struct tg_complaint *why);
int tg_policy_set_zone(struct tg_policy *policy, const char *name, const struct tg_shift *shifts,
		       u32 count, struct tg_complaint *why);
u64 tg_windows_open(const struct tg_policy *policy, u64 now);

#endif
