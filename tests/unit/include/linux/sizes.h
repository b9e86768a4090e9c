/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/sizes.h, in userspace. */
#ifndef _TG_SHIM_SIZES_H
#define _TG_SHIM_SIZES_H

#define SZ_64K	0x00010000
#define SZ_4M	0x00400000

#endif
