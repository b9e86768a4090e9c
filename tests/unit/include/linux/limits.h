/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/limits.h, in userspace. */
#ifndef _TG_SHIM_LIMITS_H
#define _TG_SHIM_LIMITS_H

#include_next <linux/limits.h>

#include <limits.h>

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S32_MIN		((s32)-0x7fffffff - 1)
#define S64_MAX		((s64)(U64_MAX / 2))

#endif
