/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of matches for the classifier's tests, one generator for each kind of
 * trouble, and packets from their corners.
 */
#ifndef _TG_TEST_CLASSIFIER_SETS_H
#define _TG_TEST_CLASSIFIER_SETS_H

#include <stdlib.h>

#include <linux/kernel.h>

#include "core/match.h"

static u64 seed;

static u64 any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dULL >> 11;
}

static u32 below(u32 n)
{
	return any() % n;
}

static bool one_in(u32 n)
{
	return !below(n);
}

static const u8 protos[] = { 6, 6, 6, 17, 17, 1, 58, 47, 132, 33, 136, 50, 0x81, 0 };

static struct tg_port any_port(void)
{
	return (struct tg_port){ .max = 0xffff, .sport_max = 0xffff };
}

static void range(u16 *first, u16 *last)
{
	static const u16 usual[] = { 22, 53, 80, 443, 445, 1023, 1024, 3389, 8080, 49152 };
	u32 a = below(65536), b = below(65536);

	switch (below(6)) {
	case 0:
		*first = 0;
		*last = 0xffff;
		break;
	case 1:
		*first = 1024;
		*last = 0xffff;
		break;
	case 2:
		*first = min(a, b);
		*last = max(a, b);
		break;
	case 3:
		*first = a;
		*last = a + below(16) > 0xffff ? 0xffff : a + below(16);
		break;
	default:
		*first = *last = usual[below(ARRAY_SIZE(usual))];
		break;
	}
}

static struct tg_port a_port_of_some_kind(void)
{
	struct tg_port p = any_port();

	p.proto = protos[below(ARRAY_SIZE(protos))];
	if (!one_in(4))
		range(&p.min, &p.max);
	if (one_in(4))
		range(&p.sport_min, &p.sport_max);
	return p;
}

static struct tg_addr a_v4(void)
{
	/* Addresses meet: few of the values that the upper bytes could have. */
	return tg_addr_v4((10 + below(3)) << 24 | below(4) << 20 | below(8) << 12 | below(256));
}

static struct tg_addr a_v6(void)
{
	return (struct tg_addr){ 0xfd00000000000000ULL | (u64)below(4) << 32 | below(4),
				 below(4) ? below(8) : any() };
}

static void side(struct tg_addr *addr, struct tg_addr *mask, bool v6)
{
	static const u8 usual4[] = { 0, 8, 12, 16, 20, 24, 28, 32, 32, 32 };
	static const u8 usual6[] = { 7, 32, 48, 64, 64, 120, 128, 128 };

	if (one_in(3)) {
		*addr = (struct tg_addr){};
		*mask = (struct tg_addr){};
		return;
	}
	*addr = v6 ? a_v6() : a_v4();
	*mask = v6 ? tg_mask(usual6[below(ARRAY_SIZE(usual6))]) :
		     tg_mask(TG_V4_PREFIX + usual4[below(ARRAY_SIZE(usual4))]);
	addr->hi &= mask->hi;
	addr->lo &= mask->lo;
}

static struct tg_match wild(void)
{
	return (struct tg_match){
		.port = any_port(),
		.src_scope = 0xf,
		.dst_scope = 0xf,
	};
}

/* As in ClassBench: five fields. */
static void five_fields(struct tg_match *m, u32 i, u32 count)
{
	(void)i;
	(void)count;
	*m = wild();
	side(&m->src, &m->src_mask, false);
	side(&m->dst, &m->dst_mask, false);
	m->port = a_port_of_some_kind();
}

static void both_families(struct tg_match *m, u32 i, u32 count)
{
	(void)i;
	(void)count;
	*m = wild();
	side(&m->src, &m->src_mask, one_in(2));
	side(&m->dst, &m->dst_mask, one_in(2));
	m->port = a_port_of_some_kind();
}

static u8 some_scopes(void)
{
	return one_in(3) ? 1 + below(15) : 1U << below(4);
}

static void tenant(struct tg_match *m, u32 i, u32 count)
{
	(void)i;
	(void)count;
	*m = wild();
	m->port = a_port_of_some_kind();
	m->src_scope = some_scopes();
	m->dst_scope = some_scopes();
	switch (below(6)) {
	case 0:
		m->roles = any() & any();
		break;
	case 1:
		m->roles = 1ULL << below(8);
		break;
	case 2:
		m->user = 1 + below(30);
		break;
	case 3:
		m->src_site = one_in(4) ? 65536 + below(9) : 1 + below(9);
		break;
	default:
		side(&m->src, &m->src_mask, one_in(4));
		break;
	}
	if (one_in(3))
		m->dst_site = one_in(4) ? 65536 + below(9) : 1 + below(9);
	else
		side(&m->dst, &m->dst_mask, one_in(4));
}

/* Prefixes in prefixes, the longest last: only the first ever decides. */
static void nested(struct tg_match *m, u32 i, u32 count)
{
	*m = wild();
	m->dst = a_v4();
	m->dst_mask = tg_mask(TG_V4_PREFIX + (u64)i * 33 / count);
	m->dst.lo &= m->dst_mask.lo;
	if (one_in(2)) {
		m->src = a_v6();
		m->src_mask = tg_mask(i % 129);
	} else {
		m->src = a_v4();
		m->src_mask = tg_mask(TG_V4_PREFIX + 32 - i % 33);
	}
	m->src.hi &= m->src_mask.hi;
	m->src.lo &= m->src_mask.lo;
	m->port.proto = TG_PROTO_TCP;
	m->port.min = i % 60000;
}

/* Pairs of prefixes of one pair of addresses, or of ports in ports; the narrowest first. */
static void narrowing(struct tg_match *m, u32 i, u32 count)
{
	u32 side = 1, wide, len, bits = 32 + 96 * (count % 2);
	struct tg_addr to;

	while (side * side < count)
		side++;
	wide = i % side;
	len = bits - i / side * bits / side;
	*m = wild();
	m->src = count % 2 ? (struct tg_addr){ 0xfd00000012345678ULL, 0x9abcdef013579bdfULL } :
			     tg_addr_v4(0x0a3579bd);
	m->src_mask = tg_mask(128 - bits + len);
	m->src.hi &= m->src_mask.hi;
	m->src.lo &= m->src_mask.lo;
	m->port.proto = TG_PROTO_TCP;
	if (count % 3) {
		to = tg_addr_v4(0x0a00ff00);
		m->dst_mask = tg_mask(TG_V4_PREFIX + 32 - wide * 32 / side);
		m->dst = (struct tg_addr){ to.hi & m->dst_mask.hi, to.lo & m->dst_mask.lo };
	} else {
		m->port.min = 30000 - wide * 25000 / side;
		m->port.max = 30000 + wide * 35000 / side;
	}
}

/* Forty pairs of addresses, and prefixes of all lengths of each, the narrowest source first. */
static void chains(struct tg_match *m, u32 i, u32 count)
{
	const u32 chain = i % 40 * 0x9e3779b1U;

	*m = wild();
	m->src_mask = tg_mask(TG_V4_PREFIX + 32 - (u64)i * 20 / count);
	m->src = tg_addr_v4(0x0a000000 | (chain >> 8 & m->src_mask.lo));
	m->dst_mask = tg_mask(TG_V4_PREFIX + 12 + below(21));
	m->dst = tg_addr_v4((0x0b000000 | chain >> 12) & m->dst_mask.lo);
	m->port.proto = TG_PROTO_TCP;
}

/* Every range overlaps with every other. */
static void overlapping(struct tg_match *m, u32 i, u32 count)
{
	*m = wild();
	m->port.proto = i % 2 ? TG_PROTO_UDP : TG_PROTO_TCP;
	m->port.min = 32000 - (u64)(count - i) * 30000 / count;
	m->port.max = 33000 + below(30000);
	m->port.sport_min = below(30000);
	m->port.sport_max = 30000 + below(30000);
}

static void duplicates(struct tg_match *m, u32 i, u32 count)
{
	u64 keep = seed;

	seed = 1000 + i % 7;
	any();
	tenant(m, i, count);
	seed = keep;
	any();
}

static void all_wild(struct tg_match *m, u32 i, u32 count)
{
	(void)i;
	(void)count;
	*m = wild();
	m->src_scope = some_scopes();
	m->dst_scope = some_scopes();
}

static void one_field(struct tg_match *m, u32 i, u32 count)
{
	*m = wild();
	switch (count % 7) {
	case 0:
		m->roles = 1ULL << i % 64;
		break;
	case 1:
		m->user = 1 + i * 77;
		break;
	case 2:
		m->src_site = 1 + i * 3;
		break;
	case 3:
		m->dst_site = 1 + i * 3;
		break;
	case 4:
		m->port.proto = TG_PROTO_UDP;
		m->port.sport_min = i * 7;
		m->port.sport_max = (u16)(i * 7) | 3;
		break;
	case 5:
		m->port.proto = i;
		break;
	default:
		m->port.proto = TG_PROTO_ICMP;
		m->port.min = i * 3;
		m->port.max = (u16)(i * 3) | 1;
		break;
	}
}

/* Ranges that end where others begin, and where bits of the key change. */
static void edges(struct tg_match *m, u32 i, u32 count)
{
	u32 a = below(7), b = a + 1 + below(7 - a);

	(void)count;
	*m = wild();
	m->port.proto = i % 2 ? TG_PROTO_UDP : TG_PROTO_TCP;
	m->port.min = a * 9000;
	m->port.max = b * 9000 - below(3);
	m->port.sport_min = i % 3 * 1000;
	m->port.sport_max = m->port.sport_min + 1000;
	m->user = 1 + i % 50;
}

/* One of two roles is enough. */
static void two_roles(struct tg_match *m, u32 i, u32 count)
{
	(void)count;
	*m = wild();
	m->roles = 1ULL << below(12) | 1ULL << below(12);
	m->port.proto = i % 16 ? TG_PROTO_TCP : TG_PROTO_UDP;
}

/* One half asks what the other does not, and nothing else tells them apart. */
static void halves(struct tg_match *m, u32 i, u32 count)
{
	(void)count;
	*m = wild();
	m->roles = i % 2;
	m->port.proto = TG_PROTO_TCP;
	m->port.sport_min = i % 300 * 100;
	m->port.sport_max = 30001 + i % 300 * 100;
}

/* Masks and ranges that no policy has. */
static void nonsense(struct tg_match *m, u32 i, u32 count)
{
	tenant(m, i, count);
	m->src_mask.lo &= any() | any();
	m->dst_mask.lo &= any() | any();
	m->src_mask.hi &= any() | any();
	m->port.min = one_in(2) ? m->port.min : below(65536);
	m->port.sport_max = one_in(2) ? m->port.sport_max : below(65536);
	m->port.proto = below(256);
}

static const struct {
	const char *name;
	void (*make)(struct tg_match *m, u32 i, u32 count);
} kinds[] = {
	{ "five fields", five_fields },
	{ "both families", both_families },
	{ "tenant", tenant },
	{ "nested", nested },
	{ "narrowing", narrowing },
	{ "chains", chains },
	{ "overlapping", overlapping },
	{ "duplicates", duplicates },
	{ "all wild", all_wild },
	{ "one field", one_field },
	{ "edges", edges },
	{ "two roles", two_roles },
	{ "halves", halves },
	{ "nonsense", nonsense },
};

/* Makes other sets in other rounds. */
static u32 round;

static struct tg_match *make(u32 kind, u32 count)
{
	struct tg_match *list = calloc(count + 1, sizeof(*list));
	u32 i;

	seed = 0x9e3779b97f4a7c15ULL + kind * 1000003ULL + count +
	       round * 0x123456789ULL;
	for (i = 0; i < count; i++)
		kinds[kind].make(&list[i], i, count);
	return list;
}

static struct tg_addr corner(const struct tg_addr *addr, const struct tg_addr *mask)
{
	struct tg_addr a = { addr->hi & mask->hi, addr->lo & mask->lo }, fill = { any(), any() };
	u32 how = below(8);

	if (!(mask->hi | mask->lo))
		return one_in(8) ? fill : one_in(3) ? a_v6() : a_v4();
	if (how < 2)
		fill = (struct tg_addr){ how ? ~0ULL : 0, how ? ~0ULL : 0 };
	a.hi |= fill.hi & ~mask->hi;
	a.lo |= fill.lo & ~mask->lo;
	/* The next before or behind. */
	if (how == 2)
		a.lo ^= 1ULL << below(64);
	if (how == 3)
		a.lo += one_in(2) ? 1 : -1;
	return a;
}

static u16 near(u16 first, u16 last)
{
	switch (below(6)) {
	case 0:
		return first - 1;
	case 1:
		return last + 1;
	case 2:
		return first;
	case 3:
		return last;
	default:
		return first + below((u16)(last - first) + 1);
	}
}

/* A packet that fits @m, or would but for one thing or two. */
static void ask(const struct tg_match *m, struct tg_packet *k, struct tg_question *q)
{
	*k = (struct tg_packet){
		.saddr = corner(&m->src, &m->src_mask),
		.daddr = corner(&m->dst, &m->dst_mask),
		.sport = near(m->port.sport_min, m->port.sport_max),
		.dport = near(m->port.min, m->port.max),
		.icmp = near(m->port.min, m->port.max),
		.proto = m->port.proto && !one_in(16) ? m->port.proto :
							protos[below(ARRAY_SIZE(protos))],
	};
	if (k->proto == TG_PROTO_ICMP && one_in(2))
		k->proto = TG_PROTO_ICMPV6;
	*q = (struct tg_question){
		.packet = k,
		.roles = one_in(3) ? m->roles : one_in(2) ? m->roles & -m->roles :
				 any() & any() & any(),
		.user = one_in(8) ? below(40) : m->user,
		.src_site = one_in(8) ? below(12) : m->src_site,
		.dst_site = one_in(8) ? below(12) : m->dst_site,
		.src_scope = 1 << below(4),
		.dst_scope = 1 << below(4),
	};
	if (m->src_scope && !one_in(8))
		q->src_scope = m->src_scope & -m->src_scope;
	if (m->dst_scope && !one_in(8))
		q->dst_scope = m->dst_scope & -m->dst_scope;
	if (one_in(64))
		q->src_scope = 0;
}

#endif
