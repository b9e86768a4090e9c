/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/string.h, in userspace. */
#ifndef _TG_SHIM_STRING_H
#define _TG_SHIM_STRING_H

#include <string.h>
#include <linux/types.h>

#endif
