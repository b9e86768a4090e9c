/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's asm/byteorder.h, in userspace. */
#ifndef _TG_BENCH_BYTEORDER_H
#define _TG_BENCH_BYTEORDER_H

#include_next <asm/byteorder.h>

#define le64_to_cpu	__le64_to_cpu

#endif
