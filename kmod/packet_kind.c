// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a packet is beyond its headers: work that keeps a link going, chatter
 * that nobody asked for, or many packets in one.
 */

#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <net/dst_metadata.h>
#include <net/ndisc.h>
#include <net/route.h>

#include "packet.h"

/* Neighbour discovery never leaves a link, which its hop limit proves (RFC 4861). */
static bool tg_is_neighbour_discovery(const struct tg_packet *packet, u8 hop_limit)
{
	bool unspecified = tg_addr_is_unspecified(&packet->saddr);

	if (hop_limit != 255 || packet->icmp & 0xff)
		return false;
	switch (packet->icmp >> 8) {
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_NEIGHBOUR_SOLICITATION:
		return !unspecified || tg_addr_is_multicast(&packet->daddr);
	case NDISC_ROUTER_ADVERTISEMENT:
		return tg_addr_is_link_local(&packet->saddr);
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return !unspecified;
	}
	return false;
}

/* Multicast listener discovery (RFC 2710, RFC 9777): on the link, to a group. */
static bool tg_is_listener_discovery(const struct tg_packet *packet, u8 hop_limit)
{
	switch (packet->icmp >> 8) {
	case ICMPV6_MGM_QUERY:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return hop_limit == 1 && tg_addr_is_multicast(&packet->daddr) &&
		       (tg_addr_is_link_local(&packet->saddr) ||
			tg_addr_is_unspecified(&packet->saddr));
	}
	return false;
}

static bool tg_is_broadcast(const struct sk_buff *skb, const struct tg_packet *packet)
{
	return skb->pkt_type == PACKET_BROADCAST ||
	       (packet->family == 4 && (u32)packet->daddr.lo == INADDR_BROADCAST);
}

static bool tg_is_dhcp(const struct sk_buff *skb, const struct tg_packet *packet)
{
	u16 client = packet->family == 4 ? 68 : 546;
	u16 server = packet->family == 4 ? 67 : 547;

	if (!(packet->sport == client && packet->dport == server) &&
	    !(packet->sport == server && packet->dport == client))
		return false;
	/* Between addresses that are settled it is a service like any other. */
	if (packet->family == 4)
		return tg_addr_is_unspecified(&packet->saddr) || tg_is_broadcast(skb, packet);
	return tg_addr_is_link_local(&packet->saddr);
}

/**
 * tg_packet_is_link_control - does a packet keep the link itself working?
 * @skb: the packet
 * @h: its headers
 *
 * Neighbour and router discovery, multicast listeners, and DHCP between those
 * who have no address yet. All of it stays on the link: what is forwarded is
 * judged like anything else.
 *
 * Context: any.
 * Return: true when it needs no judgement on its own link.
 */
bool tg_packet_is_link_control(const struct sk_buff *skb, const struct tg_headers *h)
{
	const struct tg_packet *packet = &h->packet;
	const struct ipv6hdr *ip6h;
	struct ipv6hdr buffer;

	if (packet->kind & (TG_PACKET_FRAGMENT | TG_PACKET_ICMP_ERROR))
		return false;
	if (packet->proto == TG_PROTO_UDP)
		return tg_is_dhcp(skb, packet);
	if (packet->family == 4)
		return packet->proto == IPPROTO_IGMP && tg_addr_is_multicast(&packet->daddr);
	if (packet->proto != TG_PROTO_ICMPV6)
		return false;
	ip6h = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer), &buffer);
	return ip6h && (tg_is_neighbour_discovery(packet, ip6h->hop_limit) ||
			tg_is_listener_discovery(packet, ip6h->hop_limit));
}

static bool tg_is_discovery_port(u16 port)
{
	switch (port) {
	case 137:	/* NetBIOS names */
	case 138:	/* NetBIOS datagrams */
	case 1900:	/* SSDP */
	case 3702:	/* WS-Discovery */
	case 5353:	/* mDNS */
	case 5355:	/* LLMNR */
		return true;
	}
	return false;
}

/**
 * tg_packet_noise - is a packet for the gateway chatter that nobody asked for?
 * @skb: the packet, routed
 * @packet: its headers
 *
 * Context: under RCU.
 * Return: %TENANTGATE_REASON_DISCOVERY, %TENANTGATE_REASON_MULTICAST or
 * %TENANTGATE_REASON_BROADCAST when it was sent to many, else %TG_PACKET_OK.
 */
int tg_packet_noise(const struct sk_buff *skb, const struct tg_packet *packet)
{
	bool multicast = tg_addr_is_multicast(&packet->daddr);
	bool broadcast = tg_is_broadcast(skb, packet);

	/* The broadcast address of a subnet, on a device that knows no broadcasts. */
	if (packet->family == 4 && skb_valid_dst(skb) &&
	    skb_rtable(skb)->rt_flags & RTCF_BROADCAST)
		broadcast = true;
	if (!multicast && !broadcast)
		return TG_PACKET_OK;
	if (packet->proto == TG_PROTO_UDP && tg_is_discovery_port(packet->dport))
		return TENANTGATE_REASON_DISCOVERY;
	return multicast ? TENANTGATE_REASON_MULTICAST : TENANTGATE_REASON_BROADCAST;
}

/**
 * tg_packet_count_segments - how many packets of the wire a large packet stands for
 * @skb: the packet, with GSO
 *
 * Who makes large packets need not say of how many they are made. Headers are
 * taken to be of 60 bytes then, which is right as long as the last segment is
 * not a very short one.
 *
 * Context: any.
 * Return: 1 or more.
 */
u32 tg_packet_count_segments(const struct sk_buff *skb)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);

	if (shared->gso_segs)
		return shared->gso_segs;
	return skb->len <= 60 ? 1 : DIV_ROUND_UP(skb->len - 60, shared->gso_size);
}
