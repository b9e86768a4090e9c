// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tell the sender of a rejected packet so: TCP by a reset, the rest by ICMP
 * "administratively prohibited".
 *
 * The reset is routed here and not by nf_send_reset(), which looks in the VRF
 * that the packet was going to; the sender is in the one it came from.
 */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/route.h>

#include "reject.h"

static struct dst_entry *tg_route_v4(struct net *net, const struct sk_buff *reset, u32 mark,
				     int realm)
{
	const struct iphdr *iph = ip_hdr(reset);
	struct flowi4 fl4 = {
		.flowi4_oif = realm,
		.flowi4_mark = mark,
		.flowi4_proto = IPPROTO_TCP,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.saddr = iph->saddr,
		.daddr = iph->daddr,
	};
	struct rtable *rt = ip_route_output_flow(net, &fl4, NULL);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *tg_route_v6(struct net *net, const struct sk_buff *reset, u32 mark,
				     int realm)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(reset);
	struct flowi6 fl6 = {
		.flowi6_oif = realm,
		.flowi6_mark = mark,
		.flowi6_proto = IPPROTO_TCP,
		.flowi6_flags = FLOWI_FLAG_ANYSRC,
		.saddr = ip6h->saddr,
		.daddr = ip6h->daddr,
	};
	struct dst_entry *dst = ip6_route_output(net, NULL, &fl6);

	if (!dst->error) {
		dst = xfrm_lookup_route(net, dst, flowi6_to_flowi(&fl6), NULL, 0);
		return IS_ERR(dst) ? NULL : dst;
	}
	dst_release(dst);
	return NULL;
}

static void tg_send_reset(struct sk_buff *skb, const struct nf_hook_state *state, u8 family)
{
	struct net *net = state->net;
	int realm = l3mdev_master_ifindex_rcu(state->in);
	struct dst_entry *dst;
	struct sk_buff *reset;
	u32 mark;

	if (family == 4) {
		reset = nf_reject_skb_v4_tcp_reset(net, skb, state->in, state->hook);
		mark = IP4_REPLY_MARK(net, skb->mark);
	} else {
		reset = nf_reject_skb_v6_tcp_reset(net, skb, state->in, state->hook);
		mark = IP6_REPLY_MARK(net, skb->mark);
	}
	if (!reset)
		return;
	dst = family == 4 ? tg_route_v4(net, reset, mark, realm) :
			    tg_route_v6(net, reset, mark, realm);
	if (!dst) {
		kfree_skb(reset);
		return;
	}
	skb_dst_set(reset, dst);
	reset->mark = mark;
	/* It belongs to the connection it ends, also where there is NAT. */
	nf_ct_attach(reset, skb);
	if (family == 4)
		ip_local_out(net, NULL, reset);
	else
		ip6_local_out(net, NULL, reset);
}

/**
 * tg_reject - tell the sender of a packet that it is rejected
 * @skb: the packet, which the caller drops afterwards
 * @state: the hook it is at, FORWARD or LOCAL_IN
 * @packet: its headers
 *
 * Silent where an answer would be wrong: no answer to ICMP errors, resets,
 * later fragments and what was sent to many (RFC 1122, 3.2.2; RFC 4443, 2.4).
 * How often is for the caller to limit.
 *
 * Context: under RCU, any but hardirq.
 */
void tg_reject(struct sk_buff *skb, const struct nf_hook_state *state,
	       const struct tg_packet *packet)
{
	if (!state->in || !skb_dst(skb) || skb->pkt_type != PACKET_HOST ||
	    packet->kind & (TG_PACKET_ICMP_ERROR | TG_PACKET_LATER_FRAGMENT))
		return;
	if (packet->proto == TG_PROTO_TCP)
		tg_send_reset(skb, state, packet->family);
	else if (packet->family == 4)
		nf_send_unreach(skb, ICMP_PKT_FILTERED, state->hook);
	else
		nf_send_unreach6(state->net, skb, ICMPV6_ADM_PROHIBITED, state->hook);
}
