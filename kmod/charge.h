/* SPDX-License-Identifier: GPL-2.0-only */
/* What packets take of a link. */
#ifndef _TG_CHARGE_H
#define _TG_CHARGE_H

#include <linux/types.h>

struct sk_buff;
struct tg_link;

u32 tg_charge(const struct tg_link *link, u8 way, const struct sk_buff *skb);

#endif
