// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which windows are open?
 *
 * A window is written in the time of a place, and means what clocks there show: when
 * they are put forward, a window that would begin in the hour that is left out begins
 * behind it, and in the hour that comes twice it is open twice. So the only question
 * is what time it is there now. The client, which knows time zones, says when and by
 * how much the zone differs from UTC; nothing here has to be told when a clock is set.
 */

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>

#include "build.h"
#include "complain.h"
#include "window.h"

/* The first of January 1970 was a Thursday. */
#define TG_FIRST_WEEKDAY	3

static int tg_check_window(const struct tg_window *window, struct tg_complaint *why)
{
	int err = tg_check_name("window", window->name, why);
	u32 i;

	if (!err && (!window->days || window->days > TG_EVERY_DAY))
		err = tg_complain(why, "window '%s': days %#x are not of one week", window->name,
				  window->days);
	if (!err && window->nhours > TENANTGATE_MAX_HOURS)
		err = tg_complain(why, "window '%s': more than %u times of the day", window->name,
				  TENANTGATE_MAX_HOURS);
	for (i = 0; !err && i < window->nhours; i++)
		if (window->hours[i].from >= TG_DAY_MINUTES || !window->hours[i].to ||
		    window->hours[i].to > TG_DAY_MINUTES ||
		    window->hours[i].from == window->hours[i].to)
			err = tg_complain(why, "window '%s': minutes %u to %u are no time of the day",
					  window->name, window->hours[i].from,
					  window->hours[i].to);
	return err;
}

/**
 * tg_policy_add_window - add times of the week
 * @policy: the policy
 * @window: name, days and hours
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the window or NULL.
 */
struct tg_window *tg_policy_add_window(struct tg_policy *policy, const struct tg_window *window,
				       struct tg_complaint *why)
{
	struct tg_window *copy;

	/* Those that are open are bits of a u64. */
	BUILD_BUG_ON(TENANTGATE_MAX_WINDOWS > 64);
	if (tg_check_window(window, why))
		return NULL;
	if (policy->nwindows >= TENANTGATE_MAX_WINDOWS) {
		tg_complain(why, "window '%s': more than %u windows", window->name,
			    TENANTGATE_MAX_WINDOWS);
		return NULL;
	}
	copy = tg_arena_copy(&policy->arena, window, 1, sizeof(*window));
	if (!copy || !(copy->name = tg_copy_string(&policy->arena, window->name))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->number = policy->nwindows++;
	tg_append(policy->window_tail, copy);
	return copy;
}

/**
 * tg_policy_set_zone - say what time windows mean
 * @policy: the policy
 * @name: what people call the time zone, NULL for none
 * @shifts: how far it is from UTC, in the order of time
 * @count: their number; UTC when there is none
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_set_zone(struct tg_policy *policy, const char *name, const struct tg_shift *shifts,
		       u32 count, struct tg_complaint *why)
{
	struct tg_shift *copy = NULL;
	const char *text;
	u32 i;

	if (count > TENANTGATE_MAX_SHIFTS)
		return tg_complain(why, "gateway: the time zone changes more than %u times",
				   TENANTGATE_MAX_SHIFTS);
	for (i = 0; i < count; i++) {
		if (i && shifts[i].since <= shifts[i - 1].since)
			return tg_complain(why, "gateway: changes of the time zone are not in order");
		if (shifts[i].offset < -(s32)TENANTGATE_MAX_OFFSET ||
		    shifts[i].offset > (s32)TENANTGATE_MAX_OFFSET)
			return tg_complain(why, "gateway: the time zone is %d seconds from UTC, more than %d",
					   shifts[i].offset, TENANTGATE_MAX_OFFSET);
	}
	if (count)
		copy = tg_arena_copy(&policy->arena, shifts, count, sizeof(*shifts));
	if ((count && !copy) || !tg_copy_optional(&policy->arena, name, &text))
		return tg_complain_memory(why);
	policy->timezone = text;
	policy->shifts = copy;
	policy->nshifts = count;
	return 0;
}

/* Seconds that clocks show, since they would have shown the beginning of 1970. */
static u64 tg_local_time(const struct tg_policy *policy, u64 now)
{
	s64 local = min_t(u64, now, S64_MAX / 2);
	u32 i;

	if (!policy->nshifts)
		return local;
	for (i = policy->nshifts - 1; i && policy->shifts[i].since > now; i--)
		;
	return max_t(s64, local + policy->shifts[i].offset, 0);
}

static bool tg_window_is_open(const struct tg_window *window, u32 weekday, u32 minute)
{
	const bool today = window->days >> weekday & 1;
	const bool yesterday = window->days >> (weekday + 6) % 7 & 1;
	u32 i;

	for (i = 0; i < window->nhours; i++) {
		const struct tg_hours *hours = &window->hours[i];

		if (today && minute >= hours->from &&
		    (minute < hours->to || hours->to < hours->from))
			return true;
		if (yesterday && hours->to < hours->from && minute < hours->to)
			return true;
	}
	return today && !window->nhours;
}

/**
 * tg_windows_open - the windows that are open
 * @policy: the policy
 * @now: seconds since 1970, UTC
 *
 * Context: any.
 * Return: a bit for each of them, at its number.
 */
u64 tg_windows_open(const struct tg_policy *policy, u64 now)
{
	const struct tg_window *window = policy->window_list;
	u64 days, open = 0;
	u32 weekday, minute;

	if (!window)
		return 0;
	days = div_u64_rem(div_u64(tg_local_time(policy, now), 60), TG_DAY_MINUTES, &minute);
	div_u64_rem(days + TG_FIRST_WEEKDAY, 7, &weekday);
	for (; window; window = window->next)
		if (tg_window_is_open(window, weekday, minute))
			open |= BIT_ULL(window->number);
	return open;
}
