/* SPDX-License-Identifier: GPL-2.0-only */
/* Tell the sender of a rejected packet so. */
#ifndef _TG_REJECT_H
#define _TG_REJECT_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "core/types.h"

void tg_reject(struct sk_buff *skb, const struct nf_hook_state *state,
	       const struct tg_packet *packet);

#endif
