/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/list.h, in userspace. */
#ifndef _TG_BENCH_LIST_H
#define _TG_BENCH_LIST_H

struct list_head {
	struct list_head *next, *prev;
};

#endif
