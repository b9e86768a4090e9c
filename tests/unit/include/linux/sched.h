/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/sched.h, in userspace. */
#ifndef _TG_SHIM_SCHED_H
#define _TG_SHIM_SCHED_H

#include_next <linux/sched.h>

#define cond_resched()	((void)0)

#endif
