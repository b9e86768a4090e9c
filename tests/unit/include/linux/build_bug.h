/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/build_bug.h, in userspace. */
#ifndef _TG_SHIM_BUILD_BUG_H
#define _TG_SHIM_BUILD_BUG_H

#define BUILD_BUG_ON(condition)	_Static_assert(!(condition), #condition)
#ifndef static_assert
#define static_assert(condition, ...)	_Static_assert(condition, #condition)
#endif

#endif
