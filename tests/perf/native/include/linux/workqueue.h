/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/workqueue.h, in userspace. */
#ifndef _TG_BENCH_WORKQUEUE_H
#define _TG_BENCH_WORKQUEUE_H

struct work_struct {
	int unused;
};

struct delayed_work {
	struct work_struct work;
};

#endif
