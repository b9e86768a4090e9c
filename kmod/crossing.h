/* SPDX-License-Identifier: GPL-2.0-only */
/* One packet at one hook, and how its visit ends. */
#ifndef _TG_CROSSING_H
#define _TG_CROSSING_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "core/judge.h"
#include "flow.h"
#include "packet.h"
#include "running.h"

/**
 * struct tg_crossing - a packet at a hook
 * @tgn: the namespace
 * @running: the policy, the same for the whole visit
 * @skb: the packet
 * @state: the hook
 * @h: the packet's headers
 * @route: the way it takes
 * @way: the same by index of the devices, with the realms
 */
struct tg_crossing {
	struct tg_net *tgn;
	const struct tg_running *running;
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	struct tg_headers h;
	struct tg_route route;
	struct tg_way way;
};

bool tg_crossing_begin(struct tg_crossing *x, struct sk_buff *skb,
		       const struct nf_hook_state *state, u8 family);
void tg_crossing_route(struct tg_crossing *x);
unsigned int tg_crossing_end(const struct tg_crossing *x, const struct tg_judgement *j,
			     bool first);
unsigned int tg_crossing_end_reason(const struct tg_crossing *x, u8 reason);
bool tg_pickup(const struct tg_net *tgn);

#endif
