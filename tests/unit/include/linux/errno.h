/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/errno.h, in userspace. */
#ifndef _TG_SHIM_ERRNO_H
#define _TG_SHIM_ERRNO_H

#include_next <linux/errno.h>

#endif
