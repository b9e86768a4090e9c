/* SPDX-License-Identifier: GPL-2.0-only */
/* From an sk_buff to the headers that judgement cares about. */
#ifndef _TG_PACKET_H
#define _TG_PACKET_H

#include <linux/skbuff.h>

#include "core/types.h"

#define TG_PACKET_OK	(-1)

/**
 * struct tg_headers - a packet's headers, and where they are
 * @packet: the headers
 * @transport: offset of the transport header from the network header
 * @inner: for an ICMP error, the headers of the packet it is about; else not set
 */
struct tg_headers {
	struct tg_packet packet;
	u32 transport;
	struct tg_packet inner;
};

static inline bool tg_addr_is_multicast(const struct tg_addr *a)
{
	return tg_addr_is_v4(a) ? (u32)a->lo >> 28 == 0xe : a->hi >> 56 == 0xff;
}

static inline bool tg_addr_is_link_local(const struct tg_addr *a)
{
	return a->hi >> 54 == 0xfe80 >> 6;
}

static inline bool tg_addr_is_unspecified(const struct tg_addr *a)
{
	return !a->hi && (!a->lo || a->lo == TG_V4_LO);
}

int tg_packet_read(const struct sk_buff *skb, u8 family, struct tg_headers *h);
bool tg_packet_is_link_control(const struct sk_buff *skb, const struct tg_headers *h);
int tg_packet_noise(const struct sk_buff *skb, const struct tg_packet *packet);
u32 tg_packet_count_segments(const struct sk_buff *skb);

/* How many packets of the wire a packet stands for. */
static inline u32 tg_packet_segments(const struct sk_buff *skb)
{
	return likely(!skb_is_gso(skb)) ? 1 : tg_packet_count_segments(skb);
}

#endif
