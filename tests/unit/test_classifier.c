// SPDX-License-Identifier: GPL-2.0-only
/*
 * The classifier against the linear scan: kmod/core/classifier*.c.
 *
 * Sets of matches come from generators, one for each kind of trouble; packets
 * from the corners of the matches and from nowhere. Whatever they are, the
 * classifier finds what tg_match_first() finds.
 */

#include <stdlib.h>

#include <linux/kernel.h>

#include "core/classifier.h"
#include "classifier_sets.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define NO_LIMIT	((size_t)1 << 30)

/* Compare @packets questions; returns how many differ, and says where the first does. */
static u32 compare(const struct tg_classifier *c, const struct tg_match *list, u32 count,
		   u32 packets, u32 *found)
{
	struct tg_match nothing = wild();
	u32 i, wrong = 0;

	for (i = 0; i < packets; i++) {
		struct tg_question q;
		struct tg_packet k;
		const struct tg_match *m;
		u32 index;

		ask(count && !one_in(8) ? &list[below(count)] : &nothing, &k, &q);
		m = tg_match_first(list, count, &q);
		index = tg_classifier_find(c, &q);
		*found += m != NULL;
		if (index == (m ? m - list : TG_NO_MATCH))
			continue;
		if (!wrong++)
			printf("# packet %u: %u instead of %ld\n", i, index,
			       m ? (long)(m - list) : -1L);
	}
	return wrong;
}

static u32 try(u32 kind, u32 count, u32 packets, size_t limit, u32 *found)
{
	struct tg_match *list = make(kind, count);
	struct tg_classifier_facts facts;
	struct tg_complaint why = {};
	struct tg_classifier *c;
	u32 wrong = 0;

	if (tg_classifier_build(&c, list, count, limit, &why)) {
		printf("# %s, %u matches: %s\n", kinds[kind].name, count, why.text);
		wrong = 1;
	} else {
		tg_classifier_facts(c, &facts);
		wrong = compare(c, list, count, packets, found);
		if (wrong)
			printf("# %s, %u matches: %u wrong\n", kinds[kind].name, count, wrong);
		if (shim_live() != 1 || shim_live_bytes() != facts.bytes || facts.bytes > limit) {
			printf("# %s, %u matches: %zu bytes\n", kinds[kind].name, count,
			       facts.bytes);
			wrong++;
		}
	}
	tg_classifier_free(c);
	free(list);
	return wrong;
}

TEST(what_the_scan_finds_in_small_sets)
{
	u32 kind, count, found = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++)
		for (count = 0; count <= 40; count += count < 18 ? 1 : 11)
			EXPECT_EQ(0, try(kind, count, 400, NO_LIMIT, &found));
	EXPECT_LT(20000, found);
	EXPECT_EQ(0, shim_live());
}

TEST(what_the_scan_finds_in_sets_of_hundreds)
{
	u32 kind, count, found = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++)
		for (count = 60; count <= 700; count += 160)
			EXPECT_EQ(0, try(kind, count, 1500, NO_LIMIT, &found));
	EXPECT_LT(20000, found);
}

TEST(what_the_scan_finds_in_sets_of_thousands)
{
	u32 kind, found = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		EXPECT_EQ(0, try(kind, 1500 + kind, 1000, NO_LIMIT, &found));
		EXPECT_EQ(0, try(kind, 3000 + kind, 1000, NO_LIMIT, &found));
	}
	for (kind = 0; kind < 3; kind++)
		EXPECT_EQ(0, try(kind, 20000, 300, NO_LIMIT, &found));
	EXPECT_LT(2000, found);
}

/* How many packets all kinds of sets are compared with, see run-unit. */
static u32 comparisons(void)
{
	const char *wanted = getenv("TG_COMPARISONS");

	return wanted ? atoi(wanted) : 1000000;
}

FIXTURE(kind)
{
};

FIXTURE_VARIANT(kind)
{
	u32 number;
};

#define KIND(name, at)	FIXTURE_VARIANT_ADD(kind, name) { .number = at }
KIND(five_fields, 0);
KIND(both_families, 1);
KIND(tenant, 2);
KIND(nested, 3);
KIND(narrowing, 4);
KIND(chains, 5);
KIND(overlapping, 6);
KIND(duplicates, 7);
KIND(all_wild, 8);
KIND(one_field, 9);
KIND(edges, 10);
KIND(two_roles, 11);
KIND(halves, 12);
KIND(nonsense, 13);

FIXTURE_SETUP(kind)
{
	ASSERT_EQ(14, ARRAY_SIZE(kinds));
}

FIXTURE_TEARDOWN(kind)
{
	round = 0;
}

/* Small sets are asked as often as large ones, which take most of the time. */
TEST_F_TIMEOUT(kind, finds_what_the_scan_finds, 3600)
{
	static const u32 counts[] = { 7, 18, 33, 60, 90, 150, 300, 700, 1500, 3000 };
	u32 share = comparisons() / ARRAY_SIZE(kinds), done = 0, sets = 0, found = 0, i;

	for (i = 0; done < share; i++) {
		u32 count = counts[i % ARRAY_SIZE(counts)] + below(5);

		round = i / ARRAY_SIZE(counts);
		ASSERT_EQ(0, try(variant->number, count, 4000, NO_LIMIT, &found));
		done += 4000;
		sets++;
	}
	printf("# %s: %u sets, %u packets, %u found\n", kinds[variant->number].name, sets, done,
	       found);
	EXPECT_LT(done / 20, found);
}

/* The numbers that a refusal ends with. */
static bool read_refusal(const char *text, size_t *needed, size_t *limit)
{
	const char *at = strstr(text, "rules are too complex: ");

	return at && sscanf(at, "rules are too complex: %zu bytes needed, limit %zu", needed,
			    limit) == 2;
}

TEST(a_refusal_says_how_much_memory_is_enough)
{
	u32 kind, count, refused = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (count = 30; count < 2000; count *= 4) {
			struct tg_match *list = make(kind, count);
			struct tg_complaint why = {};
			struct tg_classifier *c;
			size_t needed = 0, limit = 0, most = 700;

			if (!tg_classifier_build(&c, list, count, most, &why)) {
				tg_classifier_free(c);
				free(list);
				continue;
			}
			refused++;
			EXPECT_TRUE(read_refusal(why.text, &needed, &limit));
			EXPECT_EQ(most, limit);
			EXPECT_LT(most, needed);
			EXPECT_EQ(0, tg_classifier_build(&c, list, count, needed, &why));
			tg_classifier_free(c);
			free(list);
		}
	}
	EXPECT_LT(20, refused);
}

TEST(building_takes_steps_in_proportion_whatever_the_matches)
{
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	u32 kind, count;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (count = 100; count <= 3200; count *= 2) {
			struct tg_match *list = make(kind, count);

			ASSERT_EQ(0, tg_classifier_build(&c, list, count, NO_LIMIT, &why));
			tg_classifier_facts(c, &facts);
			EXPECT_GT(2500ULL * count + (1 << 20), facts.steps) {
				TH_LOG("%s, %u", kinds[kind].name, count);
			}
			tg_classifier_free(c);
			free(list);
		}
	}
}

TEST(prefixes_in_prefixes_cost_few_comparisons)
{
	struct tg_match *list = calloc(33 * 33, sizeof(*list));
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	u32 sum, len, n = 0, found = 0;

	for (sum = 65; sum-- > 0;) {
		for (len = sum > 32 ? sum - 32 : 0; len <= 32 && len <= sum; len++, n++) {
			list[n] = wild();
			list[n].src_mask = tg_mask(len ? TG_V4_PREFIX + len : 0);
			list[n].src = tg_addr_v4(0x0a5a3c77 & list[n].src_mask.lo);
			list[n].dst_mask = tg_mask(sum - len ? TG_V4_PREFIX + sum - len : 0);
			list[n].dst = tg_addr_v4(0x0a1b2c3d & list[n].dst_mask.lo);
		}
	}
	ASSERT_EQ(0, tg_classifier_build(&c, list, n, NO_LIMIT, &why));
	tg_classifier_facts(c, &facts);
	EXPECT_GT(100, facts.worst);
	EXPECT_GT(n * 64, facts.bytes);
	seed = n;
	EXPECT_EQ(0, compare(c, list, n, 20000, &found));
	EXPECT_LT(10000, found);
	tg_classifier_free(c);
	free(list);
}

TEST(any_limit_is_kept_or_refused_with_words)
{
	u32 kind, found = 0, kept = 0, refused = 0, permille;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		struct tg_match *list = make(kind, 200);
		struct tg_classifier_facts facts;
		struct tg_complaint why = {};
		struct tg_classifier *c;

		ASSERT_EQ(0, tg_classifier_build(&c, list, 200, NO_LIMIT, &why));
		tg_classifier_facts(c, &facts);
		tg_classifier_free(c);
		for (permille = 0; permille <= 1000; permille += 100) {
			size_t limit = facts.bytes * permille / 1000;

			why.text[0] = 0;
			if (tg_classifier_build(&c, list, 200, limit, &why)) {
				EXPECT_EQ(NULL, c);
				EXPECT_NE(NULL, strstr(why.text, "rules are too complex: "));
				refused++;
			} else {
				tg_classifier_free(c);
				EXPECT_EQ(0, try(kind, 200, 100, limit, &found));
				kept++;
			}
			EXPECT_EQ(0, shim_live());
		}
		free(list);
	}
	EXPECT_LT(ARRAY_SIZE(kinds), kept);
	EXPECT_LT(ARRAY_SIZE(kinds), refused);
}

TEST(without_memory_nothing_is_built_and_nothing_kept)
{
	u32 kind, left, err;

	for (kind = 0; kind < 3; kind++) {
		struct tg_match *list = make(kind, 200);
		struct tg_complaint why = {};
		struct tg_classifier *c;

		for (err = 1, left = 0; err; left++) {
			shim_fail_after(left);
			err = tg_classifier_build(&c, list, 200, NO_LIMIT, &why);
			shim_fail_after(-1);
			if (err) {
				EXPECT_EQ((u32)-ENOMEM, err);
				EXPECT_EQ(NULL, c);
				EXPECT_EQ(0, shim_live());
			}
		}
		EXPECT_LT(10, left);
		EXPECT_EQ(1, shim_live());
		tg_classifier_free(c);
		free(list);
	}
}

TEST(too_many_matches_are_refused)
{
	struct tg_complaint why = {};
	struct tg_classifier *c;

	EXPECT_EQ(-EINVAL, tg_classifier_build(&c, NULL, TENANTGATE_MAX_MATCHES + 1, NO_LIMIT,
					       &why));
	EXPECT_EQ(NULL, c);
	EXPECT_NE(NULL, strstr(why.text, "1048576"));
}

TEST(facts_bound_what_a_set_may_cost)
{
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	u32 kind, count = 3000;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		struct tg_match *list = make(kind, count);

		ASSERT_EQ(0, tg_classifier_build(&c, list, count, NO_LIMIT, &why));
		tg_classifier_facts(c, &facts);
		/* Copies, tables, nodes and conditions of both families. */
		EXPECT_GT(count * 5 * (32 + 80 + 24), facts.bytes);
		EXPECT_LT(0, facts.worst);
		EXPECT_GE(count * 2, facts.worst);
		EXPECT_LT(0, facts.groups);
		EXPECT_GE(8, facts.groups);
		tg_classifier_free(c);
		free(list);
	}
}

/* Dividing ranges that all overlap would take much more. */
TEST(splits_have_their_share_of_memory)
{
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	u32 kind, count = 1000;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		struct tg_match *list;

		if (kinds[kind].make != overlapping)
			continue;
		list = make(kind, count);
		ASSERT_EQ(0, tg_classifier_build(&c, list, count, NO_LIMIT, &why));
		tg_classifier_facts(c, &facts);
		EXPECT_GT(count * 150, facts.bytes);
		tg_classifier_free(c);
		free(list);
	}
}

TEST(bits_part_all_that_differs_in_them)
{
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	struct tg_match list[256];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		list[i] = wild();
		list[i].port.proto = TG_PROTO_TCP;
		list[i].port.min = list[i].port.max = 1000 + i;
	}
	ASSERT_EQ(0, tg_classifier_build(&c, list, ARRAY_SIZE(list), NO_LIMIT, &why));
	tg_classifier_facts(c, &facts);
	EXPECT_EQ(2, facts.worst);	/* one in each family */
	tg_classifier_free(c);
}

TEST(matches_that_never_decide_cost_nothing)
{
	struct tg_classifier_facts facts;
	struct tg_complaint why;
	struct tg_classifier *c;
	struct tg_match *list = calloc(5000, sizeof(*list));
	u32 i;

	for (i = 0; i < 5000; i++)
		list[i] = wild();
	ASSERT_EQ(0, tg_classifier_build(&c, list, 5000, NO_LIMIT, &why));
	tg_classifier_facts(c, &facts);
	EXPECT_EQ(2, facts.worst);	/* one in each family */
	EXPECT_GT(1000, facts.bytes);
	tg_classifier_free(c);
	free(list);
}

TEST_HARNESS_MAIN
