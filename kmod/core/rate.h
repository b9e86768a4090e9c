/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rates, and when the next byte may go.
 *
 * A bucket is one number, the time at which everything sent so far would have
 * been paid at its rate (the "theoretical arrival time" of the Generic Cell Rate
 * Algorithm, ITU-T I.371). Nothing refills it, a change of rate is one store, and
 * what an idle sender may save up is bounded by moving the number forward.
 *
 * Times are in ticks, 64 to a nanosecond, since a byte takes a fraction of one
 * at 100 Gbit/s; they last for nine years.
 */
#ifndef _TG_CORE_RATE_H
#define _TG_CORE_RATE_H

#include <linux/types.h>

#define TG_TICKS_NS	64ULL
#define TG_TICKS_US	(1000 * TG_TICKS_NS)
#define TG_TICKS_MS	(1000 * TG_TICKS_US)
#define TG_TICKS_S	(1000 * TG_TICKS_MS)

#define TG_RATE_MIN	1000ULL			/* bytes a second: 8 kbit/s */
#define TG_RATE_MAX	50000000000ULL		/* 400 Gbit/s */

/* Bytes of one packet, with everything that is charged for it. */
#define TG_CHARGE_MAX	(1U << 20)

/**
 * struct tg_rate - a rate
 * @bytes: a second; 0 when there is none
 * @mult: ticks a byte, times 2^@shift
 * @shift: at most 31
 */
struct tg_rate {
	u64 bytes;
	u64 mult;
	u8 shift;
};

void tg_rate_set(struct tg_rate *rate, u64 bytes);

/* How long @bytes take, at most %TG_CHARGE_MAX. */
static inline u64 tg_rate_ticks(const struct tg_rate *rate, u32 bytes)
{
	return bytes * rate->mult >> rate->shift;
}

#endif
