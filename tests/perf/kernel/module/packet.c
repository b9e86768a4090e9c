// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet of a flow of the trace: 64 bytes of payload, none with SYN. Checksums
 * count as checked, as they are behind a network card.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "tgbench.h"

#define TGB_PAYLOAD		64
#define TGB_HEADROOM		NET_SKB_PAD
#define TGB_SEQUENCE		1000	/* of the side that opens */
#define TGB_ANSWER_SEQUENCE	5000	/* of the other */

static void tgb_put_ipv4(struct sk_buff *skb, const struct tgb_record *record, bool reply,
			 u16 length)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->ttl = 64;
	iph->protocol = record->proto;
	iph->frag_off = htons(IP_DF);
	iph->tot_len = htons(sizeof(*iph) + length);
	memcpy(&iph->saddr, reply ? record->daddr : record->saddr, sizeof(iph->saddr));
	memcpy(&iph->daddr, reply ? record->saddr : record->daddr, sizeof(iph->daddr));
	iph->check = ip_fast_csum(iph, iph->ihl);
	skb->protocol = htons(ETH_P_IP);
}

static void tgb_put_ipv6(struct sk_buff *skb, const struct tgb_record *record, bool reply,
			 u16 length)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->hop_limit = 64;
	ip6h->nexthdr = record->proto;
	ip6h->payload_len = htons(length);
	memcpy(&ip6h->saddr, reply ? record->daddr : record->saddr, sizeof(ip6h->saddr));
	memcpy(&ip6h->daddr, reply ? record->saddr : record->daddr, sizeof(ip6h->daddr));
	skb->protocol = htons(ETH_P_IPV6);
}

static void tgb_put_tcp(struct sk_buff *skb, u16 sport, u16 dport, enum tgb_stage stage)
{
	struct tcphdr *tcph = skb_put_zero(skb, sizeof(*tcph));
	bool reply = tgb_is_reply(stage);
	bool syn = stage == TGB_OPEN || stage == TGB_ANSWER;
	u32 sequence = reply ? TGB_ANSWER_SEQUENCE : TGB_SEQUENCE;
	u32 acknowledged = (reply ? TGB_SEQUENCE : TGB_ANSWER_SEQUENCE) + 1;

	tcph->source = htons(sport);
	tcph->dest = htons(dport);
	tcph->doff = sizeof(*tcph) / 4;
	tcph->window = htons(0x7fff);
	tcph->check = htons(1);
	tcph->syn = syn;
	tcph->ack = stage != TGB_OPEN;
	tcph->seq = htonl(sequence + !syn);
	tcph->ack_seq = tcph->ack ? htonl(acknowledged) : 0;
}

static void tgb_put_udp(struct sk_buff *skb, u16 sport, u16 dport)
{
	struct udphdr *udph = skb_put_zero(skb, sizeof(*udph));

	udph->source = htons(sport);
	udph->dest = htons(dport);
	udph->len = htons(sizeof(*udph) + TGB_PAYLOAD);
	udph->check = htons(1);
}

/**
 * tgb_packet - build a packet
 * @record: its flow
 * @stage: its place in the flow's life
 * @port: is added to the source port, to make flows that were not there before
 *
 * Context: may sleep.
 * Return: the packet, without a device, or NULL when memory is short.
 */
struct sk_buff *tgb_packet(const struct tgb_record *record, enum tgb_stage stage, u16 port)
{
	bool tcp = record->proto == IPPROTO_TCP;
	bool reply = tgb_is_reply(stage);
	u16 sport = record->sport + port;
	u32 payload = tcp && stage <= TGB_ANSWER ? 0 : TGB_PAYLOAD;
	u32 length = (tcp ? sizeof(struct tcphdr) : sizeof(struct udphdr)) + payload;
	struct sk_buff *skb;

	skb = alloc_skb(TGB_HEADROOM + sizeof(struct ipv6hdr) + length, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, TGB_HEADROOM);
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	if (record->family == 4)
		tgb_put_ipv4(skb, record, reply, length);
	else
		tgb_put_ipv6(skb, record, reply, length);
	if (tcp)
		tgb_put_tcp(skb, reply ? record->dport : sport, reply ? sport : record->dport,
			    stage);
	else
		tgb_put_udp(skb, reply ? record->dport : sport, reply ? sport : record->dport);
	skb_put_zero(skb, payload);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->mark = TGB_MARK;
	return skb;
}
