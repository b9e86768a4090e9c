/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/sched.h, in userspace. */
#ifndef _TG_BENCH_SCHED_H
#define _TG_BENCH_SCHED_H

#include_next <linux/sched.h>

#include <stdlib.h>

/* Only where memory is short, and here nothing will free any. */
#define schedule_timeout_uninterruptible(jiffies)	abort()

#endif
