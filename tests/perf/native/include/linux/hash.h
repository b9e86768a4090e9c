/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/hash.h, in userspace. */
#ifndef _TG_BENCH_HASH_H
#define _TG_BENCH_HASH_H

#define GOLDEN_RATIO_32	0x61c88647U

#endif
