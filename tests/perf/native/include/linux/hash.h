/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/hash.h, in userspace. */
#ifndef _TG_BENCH_HASH_H
#define _TG_BENCH_HASH_H

#include <linux/types.h>

#define GOLDEN_RATIO_32	0x61c88647U

static inline u32 hash_32(u32 value, unsigned int bits)
{
	return value * GOLDEN_RATIO_32 >> (32 - bits);
}

#endif
