// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an sk_buff to the headers that judgement cares about.
 *
 *	IPv4, options | IPv6, extension headers -> transport -> for an ICMP
 *	error, the same for the beginning of the packet it is about
 *
 * Everything is read through skb_header_pointer(): nothing is taken to be
 * linear, every walk is bounded, and a length that a header claims is never
 * more than a place to look at next. Lengths of whole packets come from
 * skb->len, which is right for large packets (BIG TCP) too.
 *
 * What an end host might read in another way than the gate does is refused:
 * source routes (RFC 7126, 4.3 and 4.4; RFC 5095), first fragments without the
 * whole transport header (RFC 1858, RFC 7112), headers in unknown order.
 */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "packet.h"

#define TG_MAX_EXTENSION_HEADERS	8

/* What an ICMP error shows of a transport header at the least (RFC 792). */
#define TG_QUOTED_TRANSPORT		8

#define TG_DCCP_HEADER			12	/* with a short sequence number, RFC 4340 */

/**
 * struct tg_reader - how far a packet was read
 * @skb: the packet
 * @offset: what comes next, from skb->data
 * @packet: what was found
 */
struct tg_reader {
	const struct sk_buff *skb;
	u32 offset;
	struct tg_packet *packet;
};

static const void *tg_peek(const struct tg_reader *r, u32 size, void *buffer)
{
	return skb_header_pointer(r->skb, r->offset, size, buffer);
}

/* The packet ends where a header should be. */
static int tg_truncated(const struct tg_reader *r)
{
	return r->packet->kind & TG_PACKET_FRAGMENT ? TENANTGATE_REASON_FRAGMENT :
						      TENANTGATE_REASON_MALFORMED;
}

/* Options are a list of a type, and for all but two of them a length and data. */
static int tg_read_ipv4_options(const struct tg_reader *r, u32 length)
{
	u8 buffer[MAX_IPOPTLEN];
	const u8 *option = tg_peek(r, length, buffer);

	if (!option)
		return tg_truncated(r);
	while (length) {
		switch (option[0]) {
		case IPOPT_END:
			return TG_PACKET_OK;
		case IPOPT_NOOP:
			option++;
			length--;
			continue;
		case IPOPT_LSRR:
		case IPOPT_SSRR:
			return TENANTGATE_REASON_SOURCE_ROUTE;
		}
		if (length < 2 || option[1] < 2 || option[1] > length)
			return TENANTGATE_REASON_MALFORMED;
		length -= option[1];
		option += option[1];
	}
	return TG_PACKET_OK;
}

/* Where a fragment is in the whole; @offset in bytes. */
static int tg_read_fragment(struct tg_packet *packet, u32 offset, bool more)
{
	if (!offset && !more)
		return TG_PACKET_OK;
	packet->kind |= TG_PACKET_FRAGMENT;
	if (offset)
		packet->kind |= TG_PACKET_LATER_FRAGMENT;
	/* It would overwrite the flags of a header that has been judged (RFC 3128). */
	if (packet->proto == TG_PROTO_TCP && offset == 8)
		return TENANTGATE_REASON_FRAGMENT;
	return TG_PACKET_OK;
}

static int tg_read_ipv4(struct tg_reader *r)
{
	struct tg_packet *packet = r->packet;
	const struct iphdr *iph;
	struct iphdr buffer;
	u32 size, fragment;
	int reason;

	iph = tg_peek(r, sizeof(buffer), &buffer);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return TENANTGATE_REASON_MALFORMED;
	packet->family = 4;
	packet->proto = iph->protocol;
	packet->saddr = tg_addr_v4(ntohl(iph->saddr));
	packet->daddr = tg_addr_v4(ntohl(iph->daddr));
	if (ipv4_is_multicast(iph->saddr))
		return TENANTGATE_REASON_MALFORMED;
	size = iph->ihl * 4;
	fragment = ntohs(iph->frag_off);
	r->offset += sizeof(*iph);
	if (size > sizeof(*iph)) {
		reason = tg_read_ipv4_options(r, size - sizeof(*iph));
		if (reason != TG_PACKET_OK)
			return reason;
	}
	r->offset += size - sizeof(*iph);
	return tg_read_fragment(packet, (fragment & IP_OFFSET) * 8, fragment & IP_MF);
}

/* IPv4 addresses have no business in an IPv6 header (RFC 4942, 2.2). */
static bool tg_holds_ipv4(const struct tg_addr *a)
{
	return tg_addr_is_v4(a) || (!a->hi && a->lo >> 32 == 0 && a->lo > 1);
}

static struct tg_addr tg_addr_v6(const struct in6_addr *a)
{
	return (struct tg_addr){
		(u64)ntohl(a->s6_addr32[0]) << 32 | ntohl(a->s6_addr32[1]),
		(u64)ntohl(a->s6_addr32[2]) << 32 | ntohl(a->s6_addr32[3]),
	};
}

static int tg_read_routing(struct tg_reader *r, u8 *next)
{
	const struct ipv6_rt_hdr *routing;
	struct ipv6_rt_hdr buffer;

	routing = tg_peek(r, sizeof(buffer), &buffer);
	if (!routing)
		return tg_truncated(r);
	if (routing->type == IPV6_SRCRT_TYPE_0)
		return TENANTGATE_REASON_SOURCE_ROUTE;
	if (routing->segments_left)
		return TENANTGATE_REASON_EXTENSION_HEADER;
	*next = routing->nexthdr;
	r->offset += ipv6_optlen(routing);
	return TG_PACKET_OK;
}

static int tg_read_fragment_header(struct tg_reader *r, u8 *next)
{
	const struct frag_hdr *fragment;
	struct frag_hdr buffer;
	u16 offset;

	if (r->packet->kind & TG_PACKET_FRAGMENT)
		return TENANTGATE_REASON_EXTENSION_HEADER;
	fragment = tg_peek(r, sizeof(buffer), &buffer);
	if (!fragment)
		return TENANTGATE_REASON_MALFORMED;
	*next = fragment->nexthdr;
	r->packet->proto = fragment->nexthdr;
	r->offset += sizeof(*fragment);
	offset = ntohs(fragment->frag_off);
	return tg_read_fragment(r->packet, offset & IP6_OFFSET, offset & IP6_MF);
}

/* Headers of options, and authentication, are only stepped over. */
static int tg_skip_header(struct tg_reader *r, u8 *next)
{
	const struct ipv6_opt_hdr *header;
	struct ipv6_opt_hdr buffer;

	header = tg_peek(r, sizeof(buffer), &buffer);
	if (!header)
		return tg_truncated(r);
	r->offset += *next == NEXTHDR_AUTH ? ipv6_authlen(header) : ipv6_optlen(header);
	*next = header->nexthdr;
	return TG_PACKET_OK;
}

/*
 * Steps over extension headers to the transport header, or to whatever follows
 * the fragment header of a later fragment.
 */
static int tg_read_extensions(struct tg_reader *r, u8 next)
{
	int reason = TG_PACKET_OK;
	unsigned int count;

	for (count = 0; ; count++) {
		r->packet->proto = next;
		switch (next) {
		case NEXTHDR_HOP:
			if (count)
				return TENANTGATE_REASON_EXTENSION_HEADER;
			fallthrough;
		case NEXTHDR_DEST:
		case NEXTHDR_AUTH:
			reason = tg_skip_header(r, &next);
			break;
		case NEXTHDR_ROUTING:
			reason = tg_read_routing(r, &next);
			break;
		case NEXTHDR_FRAGMENT:
			reason = tg_read_fragment_header(r, &next);
			break;
		case NEXTHDR_MOBILITY:
		case 139:	/* Host Identity Protocol, RFC 7401 */
		case 140:	/* Shim6, RFC 5533 */
			return TENANTGATE_REASON_EXTENSION_HEADER;
		default:
			return TG_PACKET_OK;
		}
		if (reason != TG_PACKET_OK || r->packet->kind & TG_PACKET_LATER_FRAGMENT)
			return reason;
		if (count == TG_MAX_EXTENSION_HEADERS)
			return TENANTGATE_REASON_EXTENSION_HEADER;
	}
}

static int tg_read_ipv6(struct tg_reader *r)
{
	struct tg_packet *packet = r->packet;
	const struct ipv6hdr *ip6h;
	struct ipv6hdr buffer;

	ip6h = tg_peek(r, sizeof(buffer), &buffer);
	if (!ip6h || ip6h->version != 6)
		return TENANTGATE_REASON_MALFORMED;
	packet->family = 6;
	packet->saddr = tg_addr_v6(&ip6h->saddr);
	packet->daddr = tg_addr_v6(&ip6h->daddr);
	if (tg_holds_ipv4(&packet->saddr) || tg_holds_ipv4(&packet->daddr)) {
		/* Or they would look like a tenant's. */
		packet->saddr = (struct tg_addr){};
		packet->daddr = (struct tg_addr){};
		return TENANTGATE_REASON_MALFORMED;
	}
	if (tg_addr_is_multicast(&packet->saddr))
		return TENANTGATE_REASON_MALFORMED;
	r->offset += sizeof(*ip6h);
	return tg_read_extensions(r, ip6h->nexthdr);
}

static int tg_read_network(struct tg_reader *r, u8 family)
{
	return family == 4 ? tg_read_ipv4(r) : tg_read_ipv6(r);
}

/* SYN opens and nothing else; all but an opening SYN and a reset acknowledge (RFC 9293). */
static bool tg_tcp_flags_are_odd(u8 flags)
{
	if (flags & TG_TCP_SYN)
		return flags & (TG_TCP_FIN | TG_TCP_RST);
	return !(flags & (TG_TCP_RST | TG_TCP_ACK));
}

static int tg_read_tcp(const struct tg_reader *r)
{
	struct tg_packet *packet = r->packet;
	const struct tcphdr *tcph;
	struct tcphdr buffer;
	u32 end;

	tcph = tg_peek(r, sizeof(buffer), &buffer);
	if (!tcph)
		return tg_truncated(r);
	packet->sport = ntohs(tcph->source);
	packet->dport = ntohs(tcph->dest);
	packet->tcp_flags = ((const u8 *)tcph)[13];
	if (tcph->doff < sizeof(*tcph) / 4 || tg_tcp_flags_are_odd(packet->tcp_flags))
		return TENANTGATE_REASON_MALFORMED;
	end = r->offset + tcph->doff * 4;
	if (end > r->skb->len)
		return tg_truncated(r);
	if (end == r->skb->len && !(packet->kind & TG_PACKET_FRAGMENT))
		packet->kind |= TG_PACKET_NO_DATA;
	return TG_PACKET_OK;
}

/* UDP, UDP-Lite, SCTP and DCCP begin with their ports. */
static int tg_read_ports(const struct tg_reader *r, u32 size)
{
	__be16 buffer[TG_DCCP_HEADER / sizeof(__be16)];
	const __be16 *header = tg_peek(r, size, buffer);

	if (!header)
		return tg_truncated(r);
	r->packet->sport = ntohs(header[0]);
	r->packet->dport = ntohs(header[1]);
	return TG_PACKET_OK;
}

/* ICMPv6 echo is shown as that of ICMP. */
static u8 tg_icmp_type(u8 family, u8 type)
{
	if (family == 6 && type == ICMPV6_ECHO_REQUEST)
		return ICMP_ECHO;
	if (family == 6 && type == ICMPV6_ECHO_REPLY)
		return ICMP_ECHOREPLY;
	return type;
}

static bool tg_icmp_is_echo(u8 family, u8 type)
{
	return family == 4 ? type == ICMP_ECHO || type == ICMP_ECHOREPLY :
			     type == ICMPV6_ECHO_REQUEST || type == ICMPV6_ECHO_REPLY;
}

/* Errors as they may answer a packet that was forwarded. */
static bool tg_icmp_is_error(u8 family, u8 type)
{
	return family == 4 ? type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
			     type == ICMP_PARAMETERPROB :
			     type >= ICMPV6_DEST_UNREACH && type <= ICMPV6_PARAMPROB;
}

/*
 * Errors and orders that nobody should heed from afar: source quench (RFC 6633),
 * redirects, which go no further than a link, and ICMPv6 errors not yet invented.
 */
static bool tg_icmp_is_stray(u8 family, u8 type)
{
	return family == 4 ? type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT :
			     type < ICMPV6_INFOMSG_MASK && !tg_icmp_is_error(family, type);
}

/* ICMPv6 messages begin like those of ICMP; all kinds in use have 8 bytes or more. */
static int tg_read_icmp(const struct tg_reader *r)
{
	struct tg_packet *packet = r->packet;
	const struct icmphdr *icmp;
	u8 family = packet->family;
	struct icmphdr buffer;

	icmp = tg_peek(r, sizeof(buffer), &buffer);
	if (!icmp)
		return tg_truncated(r);
	if ((packet->proto == TG_PROTO_ICMP) != (family == 4))
		return TENANTGATE_REASON_MALFORMED;
	packet->icmp = tg_icmp_type(family, icmp->type) << 8 | icmp->code;
	if (tg_icmp_is_echo(family, icmp->type)) {
		packet->kind |= TG_PACKET_ICMP_ECHO;
		packet->sport = ntohs(icmp->un.echo.id);
		packet->dport = packet->sport;
	} else if (tg_icmp_is_error(family, icmp->type)) {
		packet->kind |= TG_PACKET_ICMP_ERROR;
	} else if (tg_icmp_is_stray(family, icmp->type)) {
		return TENANTGATE_REASON_UNRELATED_ERROR;
	}
	return TG_PACKET_OK;
}

static int tg_read_transport(const struct tg_reader *r)
{
	switch (r->packet->proto) {
	case TG_PROTO_TCP:
		return tg_read_tcp(r);
	case TG_PROTO_UDP:
	case TG_PROTO_UDPLITE:
		return tg_read_ports(r, sizeof(struct udphdr));
	case TG_PROTO_SCTP:
		return tg_read_ports(r, sizeof(struct sctphdr));
	case TG_PROTO_DCCP:
		return tg_read_ports(r, TG_DCCP_HEADER);
	case TG_PROTO_ICMP:
	case TG_PROTO_ICMPV6:
		return tg_read_icmp(r);
	}
	return TG_PACKET_OK;
}

/*
 * The beginning of the packet that an ICMP error is about. It must have come
 * from the one the error goes to, or an error would be a way to others.
 */
static bool tg_read_quoted(struct tg_reader *r, const struct tg_packet *error)
{
	struct tg_packet *packet = r->packet;

	r->offset += sizeof(struct icmphdr);
	if (tg_read_network(r, error->family) != TG_PACKET_OK ||
	    packet->kind & TG_PACKET_LATER_FRAGMENT ||
	    !tg_addr_equal(&packet->saddr, &error->daddr))
		return false;
	if (tg_proto_is_icmp(packet->proto))
		return tg_read_icmp(r) == TG_PACKET_OK && !(packet->kind & TG_PACKET_ICMP_ERROR);
	return !tg_proto_has_ports(packet->proto) ||
	       tg_read_ports(r, TG_QUOTED_TRANSPORT) == TG_PACKET_OK;
}

/*
 * TCP or UDP behind a header without options, for reading in one go: false when
 * something is odd, or not side by side with what comes before.
 */
static __always_inline bool tg_read_plain_transport(const struct sk_buff *skb, u32 offset,
						    u8 proto, struct tg_packet *packet)
{
	const struct tcphdr *tcph = (const void *)(skb->data + offset);
	u8 flags = 0, kind = 0;
	u32 end;

	if (proto == IPPROTO_TCP) {
		flags = ((const u8 *)tcph)[13];
		end = offset + tcph->doff * 4;
		if (tcph->doff < sizeof(*tcph) / 4 || tg_tcp_flags_are_odd(flags) ||
		    end > skb->len)
			return false;
		if (end == skb->len)
			kind = TG_PACKET_NO_DATA;
	} else if (proto != IPPROTO_UDP) {
		return false;
	}
	packet->sport = ntohs(tcph->source);	/* UDP has its ports there, too */
	packet->dport = ntohs(tcph->dest);
	packet->icmp = 0;
	packet->proto = proto;
	packet->tcp_flags = flags;
	packet->kind = kind;
	return true;
}

/*
 * What nearly all packets are, in one go: TCP or UDP over IPv4 without options,
 * whole, with the headers side by side. False for anything else and anything
 * odd, which is read step by step. Members are set one by one, since compilers
 * would clear all of the structure first.
 */
static __always_inline bool tg_read_plainly(const struct sk_buff *skb, u32 start,
					    struct tg_headers *h)
{
	const struct iphdr *iph = (const void *)(skb->data + start);

	if (skb_headlen(skb) < start + sizeof(*iph) + sizeof(struct tcphdr) ||
	    iph->version != 4 || iph->ihl != 5 || ip_is_fragment(iph) ||
	    ipv4_is_multicast(iph->saddr) ||
	    !tg_read_plain_transport(skb, start + sizeof(*iph), iph->protocol, &h->packet))
		return false;
	h->packet.saddr = tg_addr_v4(ntohl(iph->saddr));
	h->packet.daddr = tg_addr_v4(ntohl(iph->daddr));
	h->packet.family = 4;
	h->transport = sizeof(*iph);
	return true;
}

/* The same for IPv6. */
static __always_inline bool tg_read_plainly_v6(const struct sk_buff *skb, u32 start,
					       struct tg_headers *h)
{
	const struct ipv6hdr *ip6h = (const void *)(skb->data + start);
	struct tg_packet *packet = &h->packet;

	if (skb_headlen(skb) < start + sizeof(*ip6h) + sizeof(struct tcphdr) ||
	    ip6h->version != 6 ||
	    !tg_read_plain_transport(skb, start + sizeof(*ip6h), ip6h->nexthdr, packet))
		return false;
	packet->saddr = tg_addr_v6(&ip6h->saddr);
	packet->daddr = tg_addr_v6(&ip6h->daddr);
	if (tg_holds_ipv4(&packet->saddr) || tg_holds_ipv4(&packet->daddr) ||
	    tg_addr_is_multicast(&packet->saddr))
		return false;
	packet->family = 6;
	h->transport = sizeof(*ip6h);
	return true;
}

/* Step by step. */
static noinline int tg_read_slowly(const struct sk_buff *skb, u8 family, u32 start,
				   struct tg_headers *h)
{
	struct tg_reader r = { .skb = skb, .offset = start, .packet = &h->packet };
	int reason;

	h->packet = (struct tg_packet){};
	h->transport = 0;
	reason = tg_read_network(&r, family);
	if (reason != TG_PACKET_OK)
		return reason;
	/* An extension header may claim to be longer than the packet. */
	if (r.offset > skb->len)
		return tg_truncated(&r);
	h->transport = r.offset - start;
	if (h->packet.kind & TG_PACKET_LATER_FRAGMENT)
		return TG_PACKET_OK;
	reason = tg_read_transport(&r);
	if (reason != TG_PACKET_OK || !(h->packet.kind & TG_PACKET_ICMP_ERROR))
		return reason;
	h->inner = (struct tg_packet){};
	/* A fragment of an error shows too little; it is judged again when it is whole. */
	if (h->packet.kind & TG_PACKET_FRAGMENT)
		return TG_PACKET_OK;
	r.packet = &h->inner;
	return tg_read_quoted(&r, &h->packet) ? TG_PACKET_OK : TENANTGATE_REASON_UNRELATED_ERROR;
}

/**
 * tg_packet_read - read a packet's headers
 * @skb: the packet, its network header set
 * @family: 4 or 6
 * @h: filled in; with addresses also when the packet is refused, as far as
 *	it has any, and without ports when it is a later fragment
 *
 * Context: any.
 * Return: %TG_PACKET_OK, or the reason to drop the packet, enum
 * tenantgate_reason.
 */
int tg_packet_read(const struct sk_buff *skb, u8 family, struct tg_headers *h)
{
	u32 start = skb_network_offset(skb);

	if (family == 4 ? tg_read_plainly(skb, start, h) : tg_read_plainly_v6(skb, start, h))
		return TG_PACKET_OK;
	return tg_read_slowly(skb, family, start, h);
}
