// SPDX-License-Identifier: GPL-2.0-only
/* Rates, and when the next byte may go. */

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/math64.h>

#include "rate.h"

/* Bits of the product that are left for the packet's length. */
#define TG_LENGTH_BITS	20
#define TG_SHIFT_MAX	27

/**
 * tg_rate_set - make a rate
 * @rate: the rate
 * @bytes: bytes a second, %TG_RATE_MIN to %TG_RATE_MAX, or 0 for none
 *
 * The ticks a byte are kept with at least 26 bits.
 */
void tg_rate_set(struct tg_rate *rate, u64 bytes)
{
	rate->bytes = bytes;
	rate->mult = 0;
	rate->shift = 0;
	if (!bytes)
		return;
	for (rate->shift = TG_SHIFT_MAX; ; rate->shift--) {
		rate->mult = div64_u64(TG_TICKS_S << rate->shift, bytes);
		if (!rate->shift || !(rate->mult >> (64 - TG_LENGTH_BITS - 1)))
			break;
	}
}
