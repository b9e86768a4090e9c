/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/prefetch.h, in userspace. */
#ifndef _TG_SHIM_PREFETCH_H
#define _TG_SHIM_PREFETCH_H

#define prefetch(p)	__builtin_prefetch(p)

#endif
