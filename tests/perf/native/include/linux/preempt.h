/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's linux/preempt.h for the flow table: no softirq runs, so that memos of
 * packets, which PRE_ROUTING makes for FORWARD, are neither kept nor found.
 */
#ifndef _TG_BENCH_PREEMPT_H
#define _TG_BENCH_PREEMPT_H

#define softirq_count()	0

#endif
