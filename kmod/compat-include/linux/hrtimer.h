/* SPDX-License-Identifier: GPL-2.0-only */
/* Timers, made as in the newest kernel. */
#ifndef _TG_COMPAT_LINUX_HRTIMER_H
#define _TG_COMPAT_LINUX_HRTIMER_H

#include_next <linux/hrtimer.h>

#include <tg_features.h>

#ifndef TG_HAVE_HRTIMER_SETUP
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *timer),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#endif
