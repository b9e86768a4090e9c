/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tag needs of the kernel's linux/hash.h, in userspace. */
#ifndef _TG_SHIM_HASH_H
#define _TG_SHIM_HASH_H

#include <linux/types.h>

static inline u32 hash_32(u32 value, unsigned int bits)
{
	return value * 0x9e3779b1U >> (32 - bits);
}

#endif
