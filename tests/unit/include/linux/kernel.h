/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/kernel.h, in userspace. */
#ifndef _TG_SHIM_KERNEL_H
#define _TG_SHIM_KERNEL_H

#include_next <linux/kernel.h>

#include <stdarg.h>
#include <stdio.h>
#include <linux/compiler.h>
#include <linux/types.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif
#ifndef min
#define min(a, b) ({					\
	__typeof__(a) _a = (a);				\
	__typeof__(b) _b = (b);				\
	_a < _b ? _a : _b;				\
})
#define max(a, b) ({					\
	__typeof__(a) _a = (a);				\
	__typeof__(b) _b = (b);				\
	_a > _b ? _a : _b;				\
})
#endif

#ifndef min_t
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define clamp_t(type, value, low, high)	min_t(type, max_t(type, value, low), high)
#endif
#ifndef clamp
#define clamp(value, low, high)	min(max(value, low), high)
#endif
#ifndef swap
#define swap(a, b) do {					\
	__typeof__(a) _swap = (a);			\
	(a) = (b);					\
	(b) = _swap;					\
} while (0)
#endif

#endif
