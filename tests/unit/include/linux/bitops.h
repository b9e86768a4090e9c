/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/bitops.h, in userspace. */
#ifndef _TG_SHIM_BITOPS_H
#define _TG_SHIM_BITOPS_H

#include <linux/types.h>

#define BIT_ULL(n)	(1ULL << (n))

static inline u64 ror64(u64 word, unsigned int shift)
{
	return word >> (shift & 63) | word << (-shift & 63);
}

static inline unsigned int hweight64(u64 word)
{
	return __builtin_popcountll(word);
}

static inline unsigned int hweight8(u8 byte)
{
	return __builtin_popcount(byte);
}

#endif
