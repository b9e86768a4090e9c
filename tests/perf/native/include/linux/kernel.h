/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/kernel.h, in userspace. */
#ifndef _TG_BENCH_KERNEL_H
#define _TG_BENCH_KERNEL_H

#include_next <linux/kernel.h>

#include <stddef.h>

#ifndef container_of
#define container_of(p, type, member)	((type *)((char *)(p) - offsetof(type, member)))
#endif
#define IS_ENABLED(option)	0

#endif
