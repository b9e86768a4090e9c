/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/err.h, in userspace. */
#ifndef _TG_BENCH_ERR_H
#define _TG_BENCH_ERR_H

#include <linux/errno.h>

#define MAX_ERRNO	4095
#define IS_ERR(p)	((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define ERR_PTR(error)	((void *)(long)(error))

#endif
