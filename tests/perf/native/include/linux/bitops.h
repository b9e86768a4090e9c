/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/bitops.h, in userspace. */
#ifndef _TG_BENCH_BITOPS_H
#define _TG_BENCH_BITOPS_H

#include_next <linux/bitops.h>

#define BITS_PER_BYTE	8

#endif
