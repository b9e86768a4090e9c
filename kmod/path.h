/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a packet. */
#ifndef _TG_PATH_H
#define _TG_PATH_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

unsigned int tg_path_pre_routing(struct sk_buff *skb, const struct nf_hook_state *state,
				 u8 family);
unsigned int tg_path_forward(struct sk_buff *skb, const struct nf_hook_state *state, u8 family);
unsigned int tg_path_local_in(struct sk_buff *skb, const struct nf_hook_state *state, u8 family);
unsigned int tg_path_local_out(struct sk_buff *skb, const struct nf_hook_state *state,
			       u8 family);

#endif
