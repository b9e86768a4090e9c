/* SPDX-License-Identifier: GPL-2.0-only */
/* Where packets come in. */
#ifndef _TG_HOOK_H
#define _TG_HOOK_H

#include "net.h"

int tg_hooks_register(struct tg_net *tgn);
void tg_hooks_unregister(struct tg_net *tgn);

#endif
