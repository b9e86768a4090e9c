/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tag needs of the kernel's linux/bits.h, in userspace. */
#ifndef _TG_SHIM_BITS_H
#define _TG_SHIM_BITS_H

#define BIT(n)	(1UL << (n))

#endif
