/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/mm.h, in userspace. */
#ifndef _TG_SHIM_MM_H
#define _TG_SHIM_MM_H

#include <linux/slab.h>

#endif
