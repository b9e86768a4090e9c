/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/rhashtable.h, in userspace. */
#ifndef _TG_BENCH_RHASHTABLE_H
#define _TG_BENCH_RHASHTABLE_H

struct rhash_head {
	struct rhash_head *next;
};

struct rhashtable {
	int unused;
};

#endif
