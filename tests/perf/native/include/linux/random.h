/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/random.h, in userspace. */
#ifndef _TG_BENCH_RANDOM_H
#define _TG_BENCH_RANDOM_H

#include <linux/types.h>

void get_random_bytes(void *to, size_t size);

#endif
