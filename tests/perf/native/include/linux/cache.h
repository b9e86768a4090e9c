/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/cache.h, in userspace. */
#ifndef _TG_BENCH_CACHE_H
#define _TG_BENCH_CACHE_H

#define SMP_CACHE_BYTES		64
#define ____cacheline_aligned	__attribute__((__aligned__(SMP_CACHE_BYTES)))

#endif
