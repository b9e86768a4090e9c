/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/bitops.h, in userspace. */
#ifndef _TG_SHIM_BITOPS_H
#define _TG_SHIM_BITOPS_H

#include <linux/types.h>

#define BIT_ULL(n)	(1ULL << (n))
#define BITS_PER_LONG	64
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)

static inline void __set_bit(unsigned long n, unsigned long *bits)
{
	bits[n / BITS_PER_LONG] |= 1UL << n % BITS_PER_LONG;
}

static inline bool test_bit(unsigned long n, const unsigned long *bits)
{
	return bits[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1;
}

#define for_each_set_bit(i, bits, count)	\
	for ((i) = 0; (i) < (count); (i)++)	\
		if (test_bit(i, bits))

static inline u64 ror64(u64 word, unsigned int shift)
{
	return word >> (shift & 63) | word << (-shift & 63);
}

static inline unsigned int hweight64(u64 word)
{
	return __builtin_popcountll(word);
}

static inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

static inline int fls(unsigned int word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

static inline unsigned int hweight8(u8 byte)
{
	return __builtin_popcount(byte);
}

#endif
