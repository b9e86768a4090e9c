/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/overflow.h, in userspace. */
#ifndef _TG_SHIM_OVERFLOW_H
#define _TG_SHIM_OVERFLOW_H

#define check_add_overflow(a, b, sum)		__builtin_add_overflow(a, b, sum)
#define check_sub_overflow(a, b, difference)	__builtin_sub_overflow(a, b, difference)
#define check_mul_overflow(a, b, product)	__builtin_mul_overflow(a, b, product)

#endif
