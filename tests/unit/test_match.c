// SPDX-License-Identifier: GPL-2.0-only
/* Ports, prefixes and the classifier: kmod/core/types.h, kmod/core/match.c. */

#include <linux/kernel.h>

#include "core/match.h"
#include "world.h"

#include "kselftest_harness.h"

static bool port_has(const char *port, const char *from, const char *packet)
{
	struct tg_port p = a_port(port);
	struct tg_packet k = a_packet(from, from, packet);

	return tg_port_has(&p, &k);
}

#define HAS(port, packet)	EXPECT_TRUE(port_has(port, "10.0.0.1", packet))
#define HAS_NOT(port, packet)	EXPECT_FALSE(port_has(port, "10.0.0.1", packet))
#define HAS6(port, packet)	EXPECT_TRUE(port_has(port, "fd00::1", packet))
#define HAS6_NOT(port, packet)	EXPECT_FALSE(port_has(port, "fd00::1", packet))

TEST(a_port_range_has_its_first_and_last_port_and_no_more)
{
	HAS_NOT("tcp/1000-1010", "tcp/999");
	HAS("tcp/1000-1010", "tcp/1000");
	HAS("tcp/1000-1010", "tcp/1010");
	HAS_NOT("tcp/1000-1010", "tcp/1011");
	HAS("tcp/0", "tcp/0");
	HAS("udp/65535", "udp/65535");
	HAS_NOT("udp/65535", "udp/65534");
	HAS("udp/0-65535", "udp/0");
}

TEST(a_port_belongs_to_its_protocol)
{
	static const char *const with_ports[] = { "tcp", "udp", "sctp", "dccp", "udplite" };
	char port[32], packet[32];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(with_ports); i++)
		for (k = 0; k < ARRAY_SIZE(with_ports); k++) {
			snprintf(port, sizeof(port), "%s/443", with_ports[i]);
			snprintf(packet, sizeof(packet), "%s/443", with_ports[k]);
			EXPECT_EQ(i == k, port_has(port, "10.0.0.1", packet));
			snprintf(packet, sizeof(packet), "%s/444", with_ports[k]);
			EXPECT_FALSE(port_has(port, "10.0.0.1", packet));
		}
}

TEST(a_protocol_without_ports_matches_by_number)
{
	HAS("47", "47");
	HAS_NOT("47", "50");
	HAS_NOT("tcp", "47");
	HAS("tcp", "tcp/1");
}

TEST(any_protocol_has_everything)
{
	HAS("any", "tcp/443");
	HAS("any", "47");
	HAS("any", "icmp/8");
	HAS6("any", "icmp/8");
}

TEST(icmp_entries_match_icmpv6_and_not_the_other_way_round)
{
	HAS("icmp", "icmp/8");
	HAS6("icmp", "icmp/8");
	HAS6("icmp/8", "icmp/8");
	HAS6("icmpv6/8", "icmp/8");
	HAS_NOT("icmpv6", "icmp/8");
	HAS_NOT("icmp", "tcp/8");
	HAS_NOT("tcp/0-65535", "icmp/8");
}

TEST(icmp_types_and_codes_are_told_apart)
{
	HAS("icmp/8", "icmp/8/0");
	HAS("icmp/8", "icmp/8/255");
	HAS_NOT("icmp/8", "icmp/9/0");
	HAS_NOT("icmp/8", "icmp/7/255");
	HAS("icmp/3/4", "icmp/3/4");
	HAS_NOT("icmp/3/4", "icmp/3/3");
	HAS_NOT("icmp/3/4", "icmp/3/5");
	HAS_NOT("icmp/3/4", "icmp/4/4");
	HAS("icmp/255", "icmp/255/255");
	HAS("icmp/0", "icmp/0");
}

TEST(source_ports_count_when_they_are_given)
{
	struct tg_port p = a_port("udp/53");
	struct tg_packet k = a_packet("10.0.0.1", "10.0.0.2", "udp/53");

	p.sport_min = 1000;
	p.sport_max = 1002;
	k.sport = 999;
	EXPECT_FALSE(tg_port_has(&p, &k));
	k.sport = 1000;
	EXPECT_TRUE(tg_port_has(&p, &k));
	k.sport = 1002;
	EXPECT_TRUE(tg_port_has(&p, &k));
	k.sport = 1003;
	EXPECT_FALSE(tg_port_has(&p, &k));
	k.dport = 54;
	k.sport = 1001;
	EXPECT_FALSE(tg_port_has(&p, &k));
}

static bool prefix_has(const char *prefix, const char *addr)
{
	struct tg_prefix p = a_prefix(prefix);
	struct tg_addr a = an_addr(addr);

	return tg_prefix_has(&p, &a);
}

TEST(prefixes_of_every_length_have_what_they_should)
{
	struct tg_addr one = { 0, 0 };
	unsigned int len;

	for (len = 0; len <= 128; len++) {
		struct tg_prefix p = { { ~0ULL, ~0ULL }, len };
		struct tg_addr mask = tg_mask(len);
		struct tg_addr last = tg_prefix_last(&p);

		EXPECT_EQ(len, __builtin_popcountll(mask.hi) + __builtin_popcountll(mask.lo));
		EXPECT_EQ(~0ULL, last.hi);
		EXPECT_EQ(~0ULL, last.lo);
		EXPECT_EQ(len == 128, tg_prefix_is_exact(&p));
		p.addr.hi &= mask.hi;
		p.addr.lo &= mask.lo;
		EXPECT_TRUE(tg_prefix_is_exact(&p));
		EXPECT_TRUE(tg_prefix_has(&p, &last));
		EXPECT_EQ(len == 0, tg_prefix_has(&p, &one));
		/* The last bit that counts, and the first that does not. */
		if (len) {
			struct tg_addr off = p.addr;

			*(len <= 64 ? &off.hi : &off.lo) ^= 1ULL << (63 - (len - 1) % 64);
			EXPECT_FALSE(tg_prefix_has(&p, &off));
		}
		if (len < 128) {
			struct tg_addr in = p.addr;

			*(len < 64 ? &in.hi : &in.lo) ^= 1ULL << (63 - len % 64);
			EXPECT_TRUE(tg_prefix_has(&p, &in));
		}
	}
}

TEST(families_do_not_mix)
{
	struct tg_addr v4 = an_addr("10.1.2.3"), v6 = an_addr("::fffe:10.1.2.3");

	EXPECT_TRUE(tg_addr_is_v4(&v4));
	EXPECT_FALSE(tg_addr_is_v4(&v6));
	v6 = an_addr("1::ffff:10.1.2.3");
	EXPECT_FALSE(tg_addr_is_v4(&v6));
	EXPECT_FALSE(prefix_has("10.0.0.0/8", "::10.1.2.3"));
	EXPECT_TRUE(prefix_has("10.0.0.0/8", "10.255.255.255"));
	EXPECT_FALSE(prefix_has("10.0.0.0/8", "11.0.0.0"));
}

TEST(addresses_are_ordered_by_all_their_bits)
{
	static const char *const rising[] = {
		"::", "::1", "::ffff", "0.0.0.0", "10.0.0.0", "128.0.0.1", "255.255.255.255",
		"::8000:0:0:0", "0:0:0:1::", "7fff::", "8000::", "8000::1", "ffff::",
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rising); i++)
		for (k = 0; k < ARRAY_SIZE(rising); k++) {
			struct tg_addr a = an_addr(rising[i]), b = an_addr(rising[k]);
			int order = tg_addr_cmp(&a, &b);

			EXPECT_EQ(i < k, order < 0);
			EXPECT_EQ(i > k, order > 0);
			EXPECT_EQ(i == k, tg_addr_equal(&a, &b));
		}
}

FIXTURE(classifier)
{
	struct tg_match match;
	struct tg_packet packet;
	struct tg_question q;
};

/* A question that the match fits in every respect. */
FIXTURE_SETUP(classifier)
{
	self->packet = a_packet("10.1.0.5", "10.1.9.5", "tcp/443");
	self->match = (struct tg_match){
		.src = an_addr("10.1.0.0"),
		.src_mask = tg_mask(TG_V4_PREFIX + 24),
		.dst = an_addr("10.1.9.5"),
		.dst_mask = tg_mask(128),
		.roles = 0x6,
		.user = 7,
		.src_site = 1,
		.dst_site = 2,
		.port = a_port("tcp/443"),
		.src_scope = TG_SCOPE_OWN,
		.dst_scope = TG_SCOPE_OWN | TG_SCOPE_GATEWAY,
	};
	self->q = (struct tg_question){
		.packet = &self->packet,
		.roles = 0x4,
		.user = 7,
		.src_site = 1,
		.dst_site = 2,
		.src_scope = TG_SCOPE_OWN,
		.dst_scope = TG_SCOPE_OWN,
	};
}

FIXTURE_TEARDOWN(classifier)
{
}

#define FITS(self)	(tg_match_first(&(self)->match, 1, &(self)->q) != NULL)

TEST_F(classifier, a_match_that_fits_in_every_respect_is_found)
{
	EXPECT_TRUE(FITS(self));
}

TEST_F(classifier, every_single_condition_counts)
{
	struct tg_question q = self->q;
	struct tg_packet k = self->packet;

	self->packet.saddr = an_addr("10.1.1.0");
	EXPECT_FALSE(FITS(self));
	self->packet = k;
	self->packet.daddr = an_addr("10.1.9.4");
	EXPECT_FALSE(FITS(self));
	self->packet = k;
	self->packet.dport = 444;
	EXPECT_FALSE(FITS(self));
	self->packet = k;
	self->q.roles = 0x1;
	EXPECT_FALSE(FITS(self));
	self->q.roles = 0;
	EXPECT_FALSE(FITS(self));
	self->q = q;
	self->q.user = 6;
	EXPECT_FALSE(FITS(self));
	self->q.user = 0;
	EXPECT_FALSE(FITS(self));
	self->q = q;
	self->q.src_site = 2;
	EXPECT_FALSE(FITS(self));
	self->q.src_site = 0;
	EXPECT_FALSE(FITS(self));
	self->q = q;
	self->q.dst_site = 1;
	EXPECT_FALSE(FITS(self));
	self->q = q;
	self->q.src_scope = TG_SCOPE_PLATFORM;
	EXPECT_FALSE(FITS(self));
	self->q = q;
	self->q.dst_scope = TG_SCOPE_INTERNET;
	EXPECT_FALSE(FITS(self));
	self->q.dst_scope = TG_SCOPE_GATEWAY;
	EXPECT_TRUE(FITS(self));
}

TEST_F(classifier, what_a_match_does_not_ask_does_not_count)
{
	self->match.src_mask = tg_mask(0);
	self->match.dst_mask = tg_mask(0);
	self->match.roles = 0;
	self->match.user = 0;
	self->match.src_site = 0;
	self->match.dst_site = 0;
	self->match.port = a_port("any");
	self->q.roles = 0;
	self->q.user = 0;
	self->q.src_site = 9;
	self->q.dst_site = 9;
	self->packet = a_packet("fd00::1", "fd00::2", "icmp/8");
	EXPECT_TRUE(FITS(self));
}

TEST_F(classifier, the_first_of_several_matches_decides)
{
	struct tg_match list[3] = { self->match, self->match, self->match };

	EXPECT_EQ(&list[0], tg_match_first(list, 3, &self->q));
	list[0].user = 8;
	EXPECT_EQ(&list[1], tg_match_first(list, 3, &self->q));
	list[1].port = a_port("udp/443");
	EXPECT_EQ(&list[2], tg_match_first(list, 3, &self->q));
	EXPECT_EQ(NULL, tg_match_first(list, 2, &self->q));
	EXPECT_EQ(NULL, tg_match_first(list, 0, &self->q));
	EXPECT_EQ(NULL, tg_match_first(NULL, 0, &self->q));
}

TEST_HARNESS_MAIN
