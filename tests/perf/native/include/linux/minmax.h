/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/minmax.h, in userspace. */
#ifndef _TG_BENCH_MINMAX_H
#define _TG_BENCH_MINMAX_H

#include <linux/kernel.h>

#endif
