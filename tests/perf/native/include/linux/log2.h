/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/log2.h, in userspace. */
#ifndef _TG_BENCH_LOG2_H
#define _TG_BENCH_LOG2_H

#include <linux/types.h>

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n < 2 ? 1 : 1UL << (64 - __builtin_clzl(n - 1));
}

#endif
