/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's linux/percpu.h for the flow table, on one processor. */
#ifndef _TG_BENCH_PERCPU_H
#define _TG_BENCH_PERCPU_H

#include <linux/cache.h>

#define DEFINE_PER_CPU_ALIGNED(type, name)	__typeof__(type) name ____cacheline_aligned
#define this_cpu_ptr(p)				(p)

#endif
