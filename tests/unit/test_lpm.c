// SPDX-License-Identifier: GPL-2.0-only
/* Longest-prefix match: kmod/core/lpm.c. */

#include "core/arena.h"
#include "core/lpm.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define NAIVE_MAX	200

FIXTURE(lpm)
{
	struct tg_arena arena;
	struct tg_lpm lpm;
	struct tg_lpm_entry entries[NAIVE_MAX];
	u32 count;
};

FIXTURE_SETUP(lpm)
{
	tg_arena_init(&self->arena, 64 * 1024 * 1024);
	self->count = 0;
}

FIXTURE_TEARDOWN(lpm)
{
	tg_arena_free(&self->arena);
	EXPECT_EQ(0, shim_live());
}

/* Build a table whose values are the places of the prefixes in the text. */
static int build(FIXTURE_DATA(lpm) *self, const char *prefixes)
{
	struct tg_prefix list[NAIVE_MAX];
	u32 i;

	self->count = some_prefixes(prefixes, list, NAIVE_MAX);
	for (i = 0; i < self->count; i++)
		self->entries[i] = (struct tg_lpm_entry){ .prefix = list[i], .value = i };
	return tg_lpm_build(&self->lpm, &self->arena, self->entries, self->count);
}

static u32 find(FIXTURE_DATA(lpm) *self, const char *addr)
{
	struct tg_addr a = an_addr(addr);

	return tg_lpm_find(&self->lpm, &a);
}

TEST_F(lpm, an_empty_table_has_nothing)
{
	ASSERT_EQ(0, build(self, ""));
	EXPECT_EQ(TG_LPM_NONE, find(self, "0.0.0.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "::"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST_F(lpm, one_prefix_has_its_first_and_last_address_and_no_more)
{
	ASSERT_EQ(0, build(self, "10.1.0.0/16"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "10.0.255.255"));
	EXPECT_EQ(0, find(self, "10.1.0.0"));
	EXPECT_EQ(0, find(self, "10.1.128.1"));
	EXPECT_EQ(0, find(self, "10.1.255.255"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "10.2.0.0"));
}

TEST_F(lpm, the_longest_of_nested_prefixes_wins)
{
	ASSERT_EQ(0, build(self, "10.0.0.0/8 10.1.0.0/16 10.1.1.0/24 10.1.1.128/25 10.1.1.200"));
	EXPECT_EQ(0, find(self, "10.0.0.1"));
	EXPECT_EQ(1, find(self, "10.1.0.255"));
	EXPECT_EQ(2, find(self, "10.1.1.127"));
	EXPECT_EQ(3, find(self, "10.1.1.128"));
	EXPECT_EQ(3, find(self, "10.1.1.199"));
	EXPECT_EQ(4, find(self, "10.1.1.200"));
	EXPECT_EQ(3, find(self, "10.1.1.201"));
	EXPECT_EQ(3, find(self, "10.1.1.255"));
	EXPECT_EQ(1, find(self, "10.1.2.0"));
	EXPECT_EQ(0, find(self, "10.2.0.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "11.0.0.0"));
}

TEST_F(lpm, nested_prefixes_may_begin_or_end_together)
{
	ASSERT_EQ(0, build(self, "10.0.0.0/32 10.0.0.0/8 10.0.0.0/24 10.255.255.255 10.255.255.0/24"));
	EXPECT_EQ(0, find(self, "10.0.0.0"));
	EXPECT_EQ(2, find(self, "10.0.0.1"));
	EXPECT_EQ(1, find(self, "10.0.1.0"));
	EXPECT_EQ(4, find(self, "10.255.255.254"));
	EXPECT_EQ(3, find(self, "10.255.255.255"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "11.0.0.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "9.255.255.255"));
}

TEST_F(lpm, adjacent_prefixes_do_not_run_into_each_other)
{
	ASSERT_EQ(0, build(self, "10.1.1.0/24 10.1.0.0/24 10.1.3.0/24 10.1.2.0/25"));
	EXPECT_EQ(1, find(self, "10.1.0.255"));
	EXPECT_EQ(0, find(self, "10.1.1.0"));
	EXPECT_EQ(0, find(self, "10.1.1.255"));
	EXPECT_EQ(3, find(self, "10.1.2.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "10.1.2.128"));
	EXPECT_EQ(2, find(self, "10.1.3.0"));
}

TEST_F(lpm, adjacent_prefixes_of_one_value_need_one_range)
{
	struct tg_lpm_entry entries[] = {
		{ .prefix = a_prefix("10.1.0.0/24"), .value = 7 },
		{ .prefix = a_prefix("10.1.1.0/24"), .value = 7 },
	};

	ASSERT_EQ(0, tg_lpm_build(&self->lpm, &self->arena, entries, 2));
	EXPECT_EQ(3, self->lpm.count);
	EXPECT_EQ(7, find(self, "10.1.0.255"));
	EXPECT_EQ(7, find(self, "10.1.1.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "10.1.2.0"));
}

TEST_F(lpm, the_first_and_the_last_address_of_all_are_reached)
{
	ASSERT_EQ(0, build(self, "::/128 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"));
	EXPECT_EQ(0, find(self, "::"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "::1"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"));
	EXPECT_EQ(1, find(self, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST_F(lpm, every_address_can_be_covered)
{
	ASSERT_EQ(0, build(self, "::/0 8000::/1 ff00::/8"));
	EXPECT_EQ(0, find(self, "::"));
	EXPECT_EQ(0, find(self, "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	EXPECT_EQ(1, find(self, "8000::"));
	EXPECT_EQ(1, find(self, "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	EXPECT_EQ(2, find(self, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST_F(lpm, a_prefix_that_crosses_from_the_low_to_the_high_half_is_right)
{
	ASSERT_EQ(0, build(self, "fd00:0:0:1::/64 fd00:0:0:2::/63 fd00:0:0:2::/65"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "fd00:0:0:0:ffff:ffff:ffff:ffff"));
	EXPECT_EQ(0, find(self, "fd00:0:0:1::"));
	EXPECT_EQ(0, find(self, "fd00:0:0:1:ffff:ffff:ffff:ffff"));
	EXPECT_EQ(2, find(self, "fd00:0:0:2:7fff:ffff:ffff:ffff"));
	EXPECT_EQ(1, find(self, "fd00:0:0:2:8000::"));
	EXPECT_EQ(1, find(self, "fd00:0:0:3:ffff:ffff:ffff:ffff"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "fd00:0:0:4::"));
}

TEST_F(lpm, ipv4_lives_in_the_mapped_range_and_nowhere_else)
{
	ASSERT_EQ(0, build(self, "10.0.0.0/8 ::fffe:0:0/96 ::1:0:0:0/96"));
	EXPECT_EQ(0, find(self, "10.1.2.3"));
	EXPECT_EQ(0, find(self, "::ffff:10.1.2.3"));
	EXPECT_EQ(1, find(self, "::fffe:10.1.2.3"));
	EXPECT_EQ(1, find(self, "::fffe:255.255.255.255"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "0.0.0.0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "255.255.255.255"));
	EXPECT_EQ(2, find(self, "::1:0:0:0"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "::10.1.2.3"));
}

TEST_F(lpm, all_of_ipv4_ends_at_its_last_address)
{
	ASSERT_EQ(0, build(self, "0.0.0.0/0 255.255.255.255"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "::fffe:ffff:ffff"));
	EXPECT_EQ(0, find(self, "0.0.0.0"));
	EXPECT_EQ(0, find(self, "255.255.255.254"));
	EXPECT_EQ(1, find(self, "255.255.255.255"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "::1:0:0:0"));
}

TEST_F(lpm, a_prefix_that_is_there_twice_is_refused)
{
	EXPECT_EQ(-EEXIST, build(self, "10.1.0.0/16 10.0.0.0/8 10.1.0.0/16"));
	EXPECT_EQ(0, self->lpm.count);
	EXPECT_EQ(-EEXIST, build(self, "fd00::/64 fd00::/64"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "fd00::1"));
	EXPECT_EQ(0, build(self, "fd00::/64 fd00::/65"));
}

/* Is a range of addresses covered by prefixes of one value? */
static bool covers(FIXTURE_DATA(lpm) *self, const char *prefixes, const char *first,
		   const char *last)
{
	struct tg_addr from = an_addr(first), to = an_addr(last);
	struct tg_prefix list[NAIVE_MAX];
	u32 i, count = some_prefixes(prefixes, list, NAIVE_MAX);

	for (i = 0; i < count; i++)
		self->entries[i] = (struct tg_lpm_entry){ .prefix = list[i] };
	return !tg_lpm_build(&self->lpm, &self->arena, self->entries, count) &&
	       tg_lpm_covers(&self->lpm, &from, &to);
}

TEST_F(lpm, a_range_is_covered_to_its_last_address)
{
	EXPECT_FALSE(covers(self, "", "10.0.0.0", "10.0.0.0"));
	EXPECT_TRUE(covers(self, "10.0.0.0/24", "10.0.0.0", "10.0.0.255"));
	EXPECT_TRUE(covers(self, "10.0.0.0/24", "10.0.0.7", "10.0.0.7"));
	EXPECT_FALSE(covers(self, "10.0.0.0/24", "10.0.0.0", "10.0.1.0"));
	EXPECT_FALSE(covers(self, "10.0.0.0/24", "9.255.255.255", "10.0.0.255"));
	EXPECT_FALSE(covers(self, "10.0.0.0/24", "10.0.1.0", "10.0.1.0"));
	EXPECT_FALSE(covers(self, "10.0.0.0/24", "9.0.0.0", "11.0.0.0"));
}

TEST_F(lpm, a_range_may_be_covered_by_several_prefixes)
{
	EXPECT_TRUE(covers(self, "10.0.1.0/24 10.0.0.0/24", "10.0.0.0", "10.0.1.255"));
	EXPECT_TRUE(covers(self, "10.0.0.0/23 10.0.0.0/24 10.0.1.7", "10.0.0.0", "10.0.1.255"));
	EXPECT_FALSE(covers(self, "10.0.0.0/24 10.0.2.0/24", "10.0.0.0", "10.0.2.255"));
}

TEST_F(lpm, a_range_may_be_covered_to_the_last_address_of_all)
{
	EXPECT_TRUE(covers(self, "ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	EXPECT_TRUE(covers(self, "::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	EXPECT_FALSE(covers(self, "fe00::/8", "fe00::",
			    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST_F(lpm, want_of_memory_is_reported)
{
	tg_arena_free(&self->arena);
	tg_arena_init(&self->arena, 0);
	EXPECT_EQ(-ENOMEM, build(self, "10.0.0.0/8"));
	EXPECT_EQ(TG_LPM_NONE, find(self, "10.0.0.1"));
}

TEST_F(lpm, as_many_levels_as_there_are_lengths_can_be_open)
{
	char addr[64];
	u32 i;

	for (i = 0; i <= 128; i++)
		self->entries[i] = (struct tg_lpm_entry){
			.prefix = { { 0, 0 }, 128 - i }, .value = 128 - i
		};
	ASSERT_EQ(0, tg_lpm_build(&self->lpm, &self->arena, self->entries, 129));
	EXPECT_LE(self->lpm.count, 2 * 129 + 1);
	EXPECT_EQ(128, find(self, "::"));
	EXPECT_EQ(127, find(self, "::1"));
	EXPECT_EQ(126, find(self, "::2"));
	EXPECT_EQ(0, find(self, "8000::"));
	for (i = 1; i < 16; i++) {
		snprintf(addr, sizeof(addr), "::%x", 1 << i);
		EXPECT_EQ(127 - i, find(self, addr));
	}
}

static u64 random_state = 88172645463325252ULL;

/* xorshift64, https://www.jstatsoft.org/v08/i14 */
static u64 random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

static u32 find_naively(const struct tg_lpm_entry *entries, u32 count, const struct tg_addr *a)
{
	u32 i, best = TG_LPM_NONE;
	int bit, best_len = -1;

	for (i = 0; i < count; i++) {
		const struct tg_prefix *p = &entries[i].prefix;

		for (bit = 0; bit < p->len; bit++) {
			u64 x = bit < 64 ? p->addr.hi ^ a->hi : p->addr.lo ^ a->lo;

			if (x >> (63 - bit % 64) & 1)
				break;
		}
		if (bit == p->len && (int)p->len > best_len) {
			best = entries[i].value;
			best_len = p->len;
		}
	}
	return best;
}

/* Few distinct bits, so that prefixes nest and touch: around 64, 96 and 128 bits. */
static struct tg_prefix random_prefix(void)
{
	static const u8 lengths[] = { 0, 1, 62, 63, 64, 65, 66, 95, 96, 97, 124, 125, 126, 127,
				      128, 128 };
	struct tg_prefix p = { .len = lengths[random_bits() % sizeof(lengths)] };
	struct tg_addr mask = tg_mask(p.len);
	u64 r = random_bits();

	p.addr.hi = (r & 3) | (r & 4 ? 1ULL << 63 : 0) | (r & 8 ? ~3ULL : 0);
	p.addr.lo = (r >> 8 & 7) | (r & 16 ? 3ULL << 62 : 0) | (r & 32 ? 1ULL << 31 : 0) |
		    (r & 64 ? TG_V4_LO : 0) | (r & 128 ? ~7ULL : 0);
	p.addr.hi &= mask.hi;
	p.addr.lo &= mask.lo;
	return p;
}

static bool same_prefix(const struct tg_prefix *a, const struct tg_prefix *b)
{
	return a->len == b->len && a->addr.hi == b->addr.hi && a->addr.lo == b->addr.lo;
}

static void random_entries(FIXTURE_DATA(lpm) *self, u32 count)
{
	u32 i, k;

	for (i = 0; i < count; i++) {
		do {
			self->entries[i].prefix = random_prefix();
			self->entries[i].value = random_bits() % 5;
			for (k = 0; k < i; k++)
				if (same_prefix(&self->entries[i].prefix,
						&self->entries[k].prefix))
					break;
		} while (k < i);
	}
	self->count = count;
}

/* What lies at a prefix's first and last address, and next to them. */
static struct tg_addr edge_of(const struct tg_prefix *p, u32 which)
{
	struct tg_addr a = which & 1 ? tg_prefix_last(p) : p->addr;

	if (which == 2 && a.lo-- == 0)
		a.hi--;
	if (which == 3 && ++a.lo == 0)
		a.hi++;
	return a;
}

TEST_F(lpm, random_tables_agree_with_a_naive_scan)
{
	struct tg_addr a;
	u32 round, i, which;

	for (round = 0; round < 2000; round++) {
		random_entries(self, 1 + random_bits() % 40);
		ASSERT_EQ(0, tg_lpm_build(&self->lpm, &self->arena, self->entries, self->count));
		ASSERT_LE(self->lpm.count, 2 * self->count + 1);
		for (i = 0; i < self->count; i++)
			for (which = 0; which < 4; which++) {
				a = edge_of(&self->entries[i].prefix, which);
				ASSERT_EQ(find_naively(self->entries, self->count, &a),
					  tg_lpm_find(&self->lpm, &a)) {
					TH_LOG("round %u: address %llx %llx", round, a.hi, a.lo);
				}
			}
		for (i = 1; i < self->lpm.count; i++) {
			ASSERT_LT(tg_addr_cmp(&self->lpm.ranges[i - 1].first,
					      &self->lpm.ranges[i].first), 0);
			ASSERT_NE(self->lpm.ranges[i - 1].value, self->lpm.ranges[i].value);
		}
		tg_arena_free(&self->arena);
	}
}

TEST_HARNESS_MAIN
