/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits of so many a second for what cannot be queued.
 *
 * A policer is one number, the time until which everything that passed is paid for
 * (rate.h says more of such numbers). Something passes as long as that time is
 * less than the burst ahead of now, and moves it on by the cost of what it is, be
 * it one packet or a large one of many segments. So nobody is kept out for being
 * large, and what was too much is paid for before the next one passes.
 *
 *	paid <= now			all of the burst is left
 *	now < paid < now + burst	some of it is used
 *	paid >= now + burst		too much: nothing passes, nothing is written
 *
 * All CPUs share the number, and none waits for another: who finds that somebody was
 * faster has just seen a fresh number. It is asked once more whether there is too
 * much, and if not, the cost is added to whatever the number is by then. So nothing
 * passes for nothing, and the burst is exceeded by one packet for each other CPU
 * at most.
 */
#ifndef _TG_CORE_POLICER_H
#define _TG_CORE_POLICER_H

#include <linux/atomic.h>

#include "types.h"

/* However slow the rate, so many of one go at once. */
#define TG_POLICER_LEAST	16

/**
 * struct tg_policer - a limit
 * @paid: time until which what passed is paid for, in ticks (rate.h)
 * @cost: ticks that one takes; 0 for no limit
 * @burst: ticks that @paid may be ahead
 */
struct tg_policer {
	atomic64_t paid;
	u64 cost;
	u64 burst;
};

void tg_policer_set(struct tg_policer *policer, u32 rate, u64 window, u64 now);
bool tg_policer_take(struct tg_policer *policer, u32 count, u64 now);

/* Is there a limit at all? */
static inline bool tg_policer_limits(const struct tg_policer *policer)
{
	return READ_ONCE(policer->cost);
}

/* Would nothing pass now? */
static inline bool tg_policer_is_over(const struct tg_policer *policer, u64 now)
{
	return tg_policer_limits(policer) &&
	       (s64)(atomic64_read(&policer->paid) - now) >= (s64)READ_ONCE(policer->burst);
}

#endif
