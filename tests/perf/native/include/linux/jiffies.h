/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's linux/jiffies.h for the flow table, where time stands still. */
#ifndef _TG_BENCH_JIFFIES_H
#define _TG_BENCH_JIFFIES_H

#define HZ	1000
#define jiffies	0UL

#endif
