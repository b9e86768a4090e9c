/* SPDX-License-Identifier: GPL-2.0-only */
/* One packet at one hook, and how its visit ends. */
#ifndef _TG_CROSSING_H
#define _TG_CROSSING_H

#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/netns/generic.h>

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

/* The device a packet really came in by, where a VRF hides it. */
static inline u32 tg_member(const struct sk_buff *skb, const struct net_device *in, u8 family)
{
	int member;

	if (likely(!netif_is_l3_master(in)))
		return in->ifindex;
	member = family == 4 ? inet_sdif(skb) : inet6_sdif(skb);
	return member > 0 ? member : in->ifindex;
}

/**
 * tg_crossing_begin - find out where a packet is and which policy it meets
 * @x: filled in, but for the headers, the realms and the devices' places in the policy
 * @skb: the packet
 * @state: the hook
 * @family: 4 or 6
 *
 * Context: under RCU.
 * Return: false when no policy is running.
 */
static __always_inline bool tg_crossing_begin(struct tg_crossing *x, struct sk_buff *skb,
					      const struct nf_hook_state *state, u8 family)
{
	const struct net_device *in = state->in, *out = state->out;

	x->tgn = net_generic(state->net, tg_net_id);
	x->running = rcu_dereference(x->tgn->running);
	if (!x->running)
		return false;
	x->skb = skb;
	x->state = state;
	x->way.in = !in ? 0 : state->hook == NF_INET_PRE_ROUTING ? in->ifindex :
								   tg_member(skb, in, family);
	x->way.out = out ? out->ifindex : 0;
	x->way.in_realm = TG_REALM_UNKNOWN;
	x->way.out_realm = TG_REALM_UNKNOWN;
	return true;
}

void tg_crossing_route(struct tg_crossing *x);
unsigned int tg_crossing_end(const struct tg_crossing *x, const struct tg_judgement *j,
			     bool first);
unsigned int tg_crossing_end_reason(const struct tg_crossing *x, u8 reason);
bool tg_pickup(const struct tg_net *tgn);

#endif
