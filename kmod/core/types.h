/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The values that everything else is made of: addresses, prefixes, ports and
 * the headers of a packet as far as judgement cares.
 *
 * All addresses are kept in one form, the 128 bits of an IPv6 address in host
 * byte order, IPv4 as ::ffff:a.b.c.d. One table and one comparison serve both
 * families, and a prefix of length n in IPv4 has length 96 + n here.
 */
#ifndef _TG_CORE_TYPES_H
#define _TG_CORE_TYPES_H

#include <linux/types.h>
#include <uapi/linux/tenantgate.h>

#define TG_V4_HI	0ULL
#define TG_V4_LO	0x0000ffff00000000ULL
#define TG_V4_PREFIX	96

/* Protocol numbers as the core sees them; ICMP entries match ICMPv6 too. */
#define TG_PROTO_ANY	0
#define TG_PROTO_ICMP	1
#define TG_PROTO_TCP	6
#define TG_PROTO_UDP	17
#define TG_PROTO_DCCP	33
#define TG_PROTO_ICMPV6	58
#define TG_PROTO_SCTP	132
#define TG_PROTO_UDPLITE 136

/**
 * struct tg_addr - an IPv4 or IPv6 address
 * @hi: bits 127 to 64
 * @lo: bits 63 to 0
 */
struct tg_addr {
	u64 hi;
	u64 lo;
};

/**
 * struct tg_prefix - addresses that begin with the same bits
 * @addr: first address
 * @len: bits that count, 0 to 128 (96 more than in IPv4 notation)
 */
struct tg_prefix {
	struct tg_addr addr;
	u8 len;
};

/**
 * struct tg_port - one protocol with ranges of ports or ICMP types
 * @proto: IP protocol, %TG_PROTO_ANY for any
 * @class: enum tenantgate_class
 * @sport_min: first source port
 * @sport_max: last source port
 * @min: first destination port; for ICMP type * 256 + code
 * @max: last destination port; for ICMP likewise
 */
struct tg_port {
	u8 proto;
	u8 class;
	u16 sport_min;
	u16 sport_max;
	u16 min;
	u16 max;
};

/* What struct tg_packet.kind says of a packet. */
#define TG_PACKET_ICMP_ECHO	0x01	/* echo request or reply: sport = dport = identifier */
#define TG_PACKET_ICMP_ERROR	0x02	/* carries the headers of the packet it is about */
#define TG_PACKET_FRAGMENT	0x04	/* a fragment, ports are unknown unless it is the first */
#define TG_PACKET_LATER_FRAGMENT 0x08	/* not the first fragment */
#define TG_PACKET_NO_DATA	0x10	/* a TCP segment that is all header */

/* TCP flags in struct tg_packet.tcp_flags, as in the header's 14th byte. */
#define TG_TCP_FIN	0x01
#define TG_TCP_SYN	0x02
#define TG_TCP_RST	0x04
#define TG_TCP_ACK	0x10

/**
 * struct tg_packet - the headers of one packet
 * @saddr: source address
 * @daddr: destination address
 * @sport: source port, host byte order; identifier of an ICMP echo; else 0
 * @dport: destination port, host byte order; identifier of an ICMP echo; else 0
 * @icmp: for ICMP, type * 256 + code; ICMPv6 echo appears as ICMP's 8 and 0
 * @family: 4 or 6
 * @proto: IP protocol of the transport header, behind extension headers
 * @tcp_flags: TG_TCP_*
 * @kind: TG_PACKET_*
 */
struct tg_packet {
	struct tg_addr saddr;
	struct tg_addr daddr;
	u16 sport;
	u16 dport;
	u16 icmp;
	u8 family;
	u8 proto;
	u8 tcp_flags;
	u8 kind;
};

static inline bool tg_proto_is_icmp(u8 proto)
{
	return proto == TG_PROTO_ICMP || proto == TG_PROTO_ICMPV6;
}

static inline bool tg_proto_has_ports(u8 proto)
{
	return proto == TG_PROTO_TCP || proto == TG_PROTO_UDP ||
	       proto == TG_PROTO_SCTP || proto == TG_PROTO_DCCP ||
	       proto == TG_PROTO_UDPLITE;
}

static inline struct tg_addr tg_addr_v4(u32 host_order)
{
	return (struct tg_addr){ TG_V4_HI, TG_V4_LO | host_order };
}

static inline bool tg_addr_is_v4(const struct tg_addr *a)
{
	return a->hi == TG_V4_HI && (a->lo & 0xffffffff00000000ULL) == TG_V4_LO;
}

static inline int tg_addr_cmp(const struct tg_addr *a, const struct tg_addr *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return 0;
}

static inline bool tg_addr_equal(const struct tg_addr *a, const struct tg_addr *b)
{
	return a->hi == b->hi && a->lo == b->lo;
}

/* The mask of a prefix length from 0 to 128. */
static inline struct tg_addr tg_mask(unsigned int len)
{
	struct tg_addr m;

	m.hi = len == 0 ? 0 : len >= 64 ? ~0ULL : ~0ULL << (64 - len);
	m.lo = len <= 64 ? 0 : len >= 128 ? ~0ULL : ~0ULL << (128 - len);
	return m;
}

static inline bool tg_addr_in(const struct tg_addr *a, const struct tg_addr *base,
			      const struct tg_addr *mask)
{
	return !(((a->hi ^ base->hi) & mask->hi) | ((a->lo ^ base->lo) & mask->lo));
}

static inline bool tg_prefix_has(const struct tg_prefix *p, const struct tg_addr *a)
{
	struct tg_addr mask = tg_mask(p->len);

	return tg_addr_in(a, &p->addr, &mask);
}

/* The last address of a prefix. */
static inline struct tg_addr tg_prefix_last(const struct tg_prefix *p)
{
	struct tg_addr mask = tg_mask(p->len);

	return (struct tg_addr){ p->addr.hi | ~mask.hi, p->addr.lo | ~mask.lo };
}

/* Is every bit behind the prefix length clear? */
static inline bool tg_prefix_is_exact(const struct tg_prefix *p)
{
	struct tg_addr mask = tg_mask(p->len);

	return !((p->addr.hi & ~mask.hi) | (p->addr.lo & ~mask.lo));
}

/**
 * tg_port_has - does a port entry cover a packet?
 * @p: the entry
 * @k: the packet
 *
 * Return: true when protocol, ports or ICMP type and code lie in the entry.
 */
static inline bool tg_port_has(const struct tg_port *p, const struct tg_packet *k)
{
	u16 port = k->dport;

	if (p->proto != TG_PROTO_ANY && p->proto != k->proto &&
	    !(p->proto == TG_PROTO_ICMP && k->proto == TG_PROTO_ICMPV6))
		return false;
	if (tg_proto_is_icmp(k->proto))
		return k->icmp >= p->min && k->icmp <= p->max;
	if (!tg_proto_has_ports(k->proto))
		return true;
	return port >= p->min && port <= p->max &&
	       k->sport >= p->sport_min && k->sport <= p->sport_max;
}

#endif
