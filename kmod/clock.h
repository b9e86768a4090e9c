/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows open and close. */
#ifndef _TG_CLOCK_H
#define _TG_CLOCK_H

#include "running.h"

u64 tg_clock_windows(const struct tg_running *running);
void tg_clock_start(struct tg_net *tgn);
void tg_clock_init(struct tg_net *tgn);
void tg_clock_exit(struct tg_net *tgn);

#endif
