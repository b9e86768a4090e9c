/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flow table needs of the kernel's linux/xarray.h, in userspace: that there is one. */
#ifndef _TG_BENCH_XARRAY_H
#define _TG_BENCH_XARRAY_H

struct xarray {
	int unused;
};

#endif
