/* SPDX-License-Identifier: GPL-2.0-only */
/* What the peers from DPDK share. */
#ifndef _TG_PERF_DPDK_H
#define _TG_PERF_DPDK_H

#include <linux/types.h>

const char *dpdk_start(u32 cpu);
size_t dpdk_bytes(void);

#endif
