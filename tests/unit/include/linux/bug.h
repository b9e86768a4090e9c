/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/bug.h, in userspace: fail loudly. */
#ifndef _TG_SHIM_BUG_H
#define _TG_SHIM_BUG_H

#include <stdlib.h>

#define BUG_ON(condition)	do { if (condition) abort(); } while (0)
#define WARN_ON(condition)	({ if (condition) abort(); false; })
#define WARN_ON_ONCE(condition)	WARN_ON(condition)

#endif
