/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/mutex.h, in userspace. */
#ifndef _TG_BENCH_MUTEX_H
#define _TG_BENCH_MUTEX_H

struct mutex {
	int unused;
};

#endif
