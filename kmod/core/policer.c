// SPDX-License-Identifier: GPL-2.0-only
/* Limits of so many a second for what cannot be queued. */

#include <linux/kernel.h>
#include <linux/math64.h>

#include "policer.h"
#include "rate.h"

/**
 * tg_policer_set - make or change a limit
 * @policer: the limit; all 0 is none
 * @rate: so many a second, 0 for no limit, at most %TENANTGATE_MAX_PER_SECOND
 * @window: ticks in which the burst flows in, or %TG_POLICER_LEAST if that is longer
 * @now: the time, ticks
 *
 * What was used of the old burst is used of the new one, too, for as long as it was
 * going to be; but nobody owes more than the new one. Where there was no limit nothing
 * was used. The cost is rounded up, so that the rate is never exceeded.
 *
 * Context: any, while others take; one at a time.
 */
void tg_policer_set(struct tg_policer *policer, u32 rate, u64 window, u64 now)
{
	u64 cost = rate ? div_u64(TG_TICKS_S + rate - 1, rate) : 0;
	u64 burst = max(window, TG_POLICER_LEAST * cost);
	s64 paid;

	if (cost == policer->cost)
		return;
	if (!policer->cost)
		atomic64_set(&policer->paid, now);
	WRITE_ONCE(policer->burst, burst);
	WRITE_ONCE(policer->cost, cost);
	paid = atomic64_read(&policer->paid);
	/* Who comes between can do so a burst long. */
	while (cost && (s64)(paid - now) > (s64)burst)
		if (atomic64_try_cmpxchg(&policer->paid, &paid, now + burst))
			break;
}

/**
 * tg_policer_take - may this pass?
 * @policer: the limit
 * @count: packets that it stands for, at most 2^20
 * @now: the time, ticks
 *
 * Context: any, on several CPUs at once.
 * Return: false when it is too much.
 */
bool tg_policer_take(struct tg_policer *policer, u32 count, u64 now)
{
	u64 cost = READ_ONCE(policer->cost) * count;
	s64 burst = READ_ONCE(policer->burst);
	s64 paid = atomic64_read(&policer->paid);
	s64 ahead = paid - now;

	if (!cost)
		return true;
	if (ahead >= burst)
		return false;
	if (atomic64_try_cmpxchg(&policer->paid, &paid, now + max_t(s64, ahead, 0) + cost))
		return true;
	if ((s64)(paid - now) >= burst)
		return false;
	atomic64_add(cost, &policer->paid);
	return true;
}
