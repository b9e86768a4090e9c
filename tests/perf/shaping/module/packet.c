// SPDX-License-Identifier: GPL-2.0-only
/* A packet of a tenant: UDP from one address of the internet to one of the tenant's. */

#include <linux/ip.h>
#include <linux/string.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "tag.h"
#include "tgload.h"

#define TGL_HEADERS		(sizeof(struct iphdr) + sizeof(struct udphdr))
#define TGL_SOURCE		0xc6120001u	/* 198.18.0.1 */
#define TGL_TENANT_NET		0x0a000001u	/* the tenant's number is in the middle */
#define TGL_PORT		9000
#define TGL_USER		1
#define TGL_HASH_MULTIPLIER	0x9e3779b1u

/* Accounts as TenantGate numbers them: gateway, platform, tenants. */
#define TGL_FIRST_ACCOUNT	3
#define TGL_FIRST_CLASS		0x00010010u

/**
 * tgl_map_of - how a discipline learns a packet's tenant
 * @name: none, class or tag
 *
 * Return: enum tgl_map or -EINVAL.
 */
int tgl_map_of(const char *name)
{
	static const char * const names[TGL_MAPS] = {
		[TGL_MAP_NONE] = "none",
		[TGL_MAP_CLASS] = "class",
		[TGL_MAP_TAG] = "tag",
	};

	return match_string(names, TGL_MAPS, name);
}

static u32 tgl_priority(const struct tgl_kind *kind, u32 tenant)
{
	switch (kind->map) {
	case TGL_MAP_CLASS:
		return TGL_FIRST_CLASS + tenant;
	case TGL_MAP_TAG:
		return tg_tag(TGL_FIRST_ACCOUNT + tenant, TGL_USER, kind->class);
	default:
		return 0;
	}
}

static void tgl_put_ipv4(struct sk_buff *skb, const struct tgl_kind *kind, u32 tenant)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = kind->tos;
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	iph->frag_off = htons(IP_DF);
	iph->tot_len = htons(kind->size);
	iph->saddr = htonl(TGL_SOURCE);
	iph->daddr = htonl(TGL_TENANT_NET + (tenant << 8));
	iph->check = ip_fast_csum(iph, iph->ihl);
}

static void tgl_put_udp(struct sk_buff *skb, const struct tgl_kind *kind)
{
	struct udphdr *udph = skb_put_zero(skb, sizeof(*udph));

	udph->source = htons(TGL_PORT);
	udph->dest = htons(TGL_PORT);
	udph->len = htons(kind->size - sizeof(struct iphdr));
}

/**
 * tgl_packet - build a packet
 * @kind: what sort of packet
 * @tenant: whose, counted from 0
 * @dev: the device it leaves by
 * @flags: for the allocation
 *
 * Return: the packet, or NULL when memory is short.
 */
struct sk_buff *tgl_packet(const struct tgl_kind *kind, u32 tenant, struct net_device *dev,
			   gfp_t flags)
{
	struct sk_buff *skb = alloc_skb(NET_SKB_PAD + kind->size, flags);

	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD);
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	tgl_put_ipv4(skb, kind, tenant);
	skb_set_transport_header(skb, sizeof(struct iphdr));
	tgl_put_udp(skb, kind);
	skb_put(skb, kind->size - TGL_HEADERS);
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->mark = TGL_MARK | kind->mark;
	skb->priority = tgl_priority(kind, tenant);
	if (kind->hashed)
		__skb_set_hash(skb, (tenant + 1) * TGL_HASH_MULTIPLIER, false, true);
	skb->dev = dev;
	return skb;
}

/**
 * tgl_packet_stamp - let a packet carry when it was sent
 * @skb: one of our packets, with room for it
 * @stamp: what to carry
 */
void tgl_packet_stamp(struct sk_buff *skb, const struct tgl_stamp *stamp)
{
	memcpy(skb->data + TGL_HEADERS, stamp, sizeof(*stamp));
}

/**
 * tgl_packet_read - what a packet carries
 * @skb: one of our packets that was stamped
 * @stamp: filled in
 */
void tgl_packet_read(const struct sk_buff *skb, struct tgl_stamp *stamp)
{
	memcpy(stamp, skb->data + TGL_HEADERS, sizeof(*stamp));
}
