// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits of so many a second: kmod/core/policer.c.
 *
 * The oracle is a bucket of tokens, as textbooks have it, with fractions: what flows
 * in during a tick is the rate, and a token is a second's ticks.
 */

#include <pthread.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "core/policer.h"
#include "core/rate.h"

#include "kselftest_harness.h"

#define WINDOW		(100 * TG_TICKS_MS)
#define START		(1000 * TG_TICKS_S)

/**
 * struct bucket - the oracle
 * @rate: tokens a second
 * @full: fractions of tokens that it holds, TG_TICKS_S to a token
 * @level: fractions that are in it; below 0 after a large packet
 * @at: time of @level
 */
struct bucket {
	__int128 rate;
	__int128 full;
	__int128 level;
	u64 at;
};

static void bucket_make(struct bucket *b, u32 rate, u64 window, u64 now)
{
	b->rate = rate;
	b->full = (__int128)rate * window;
	if (b->full < (__int128)16 * TG_TICKS_S)
		b->full = (__int128)16 * TG_TICKS_S;
	b->level = b->full;
	b->at = now;
}

static void bucket_fill(struct bucket *b, u64 now)
{
	b->level += b->rate * (now - b->at);
	if (b->level > b->full)
		b->level = b->full;
	b->at = now;
}

static bool bucket_take(struct bucket *b, u32 count, u64 now)
{
	bucket_fill(b, now);
	if (b->level <= 0)
		return false;
	b->level -= (__int128)count * TG_TICKS_S;
	return true;
}

static u64 seed = 88172645463325252ULL;

static u64 any(u64 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* How many of @offered single ones pass, @gap ticks apart. */
static u32 passing(struct tg_policer *p, u64 *now, u64 gap, u32 offered)
{
	u32 passed = 0;

	for (; offered; offered--, *now += gap)
		passed += tg_policer_take(p, 1, *now);
	return passed;
}

/* Take all of the burst. */
static void use_up(struct tg_policer *p, u64 now)
{
	while (!tg_policer_is_over(p, now))
		tg_policer_take(p, 1U << 10, now);
}

TEST(without_a_limit_everything_passes)
{
	struct tg_policer p = {};

	EXPECT_FALSE(tg_policer_limits(&p));
	EXPECT_TRUE(tg_policer_take(&p, 1U << 20, START));
	EXPECT_FALSE(tg_policer_is_over(&p, START));
	tg_policer_set(&p, 0, WINDOW, START);
	EXPECT_TRUE(tg_policer_take(&p, 1, START));
	EXPECT_FALSE(tg_policer_limits(&p));
}

/* Rates whose cost is a whole number of ticks: every single decision is the same. */
TEST(every_decision_is_that_of_a_bucket_of_tokens)
{
	static const u32 rates[] = {
		1, 2, 5, 10, 100, 128, 160, 200, 500, 1000, 20000, 1000000, 64000000, 100000000,
	};
	struct bucket b;
	size_t i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct tg_policer p = {};
		u64 now = START, gap = TG_TICKS_S / rates[i];
		u32 passed = 0;

		tg_policer_set(&p, rates[i], WINDOW, now);
		bucket_make(&b, rates[i], WINDOW, now);
		/* Millions at once would take long. */
		while (rates[i] > 20000 && tg_policer_take(&p, 1U << 10, now))
			bucket_take(&b, 1U << 10, now);
		for (n = 0; n < 200000; n++) {
			u32 count = any(8) ? 1 : 1 + any(64);
			bool over = tg_policer_is_over(&p, now);
			bool may = bucket_take(&b, count, now);

			ASSERT_EQ(may, !over) {
				TH_LOG("rate %u, packet %u of %u", rates[i], n, count);
			}
			ASSERT_EQ(may, tg_policer_take(&p, count, now));
			passed += may;
			/* Two and a half times the rate, with a rest now and then. */
			now += any(1000) ? any(4 * gap) : any(400) * gap;
		}
		EXPECT_GT(passed, 50000);
		EXPECT_LT(passed, 150000);
	}
}

/* Other rates are rounded: never above, and not below by more than a part of 640. */
TEST(a_flood_gets_the_rate_and_no_more)
{
	static const u32 rates[] = { 3, 7, 999, 12345, 19999, 99000000, TENANTGATE_MAX_PER_SECOND };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		u64 now = START, gap = TG_TICKS_S / rates[i] / 3 + 1, most, begun;
		struct tg_policer p = {};
		u32 passed;

		tg_policer_set(&p, rates[i], WINDOW, now);
		use_up(&p, now);
		for (begun = now; tg_policer_is_over(&p, begun); )
			begun += gap;
		now = begun;
		passed = passing(&p, &now, gap, 3000000);
		most = (__int128)(now - begun) * rates[i] / TG_TICKS_S + 1;
		EXPECT_LE(passed, most);
		EXPECT_GE(passed, most - most / 640 - 2) {
			TH_LOG("rate %u: %u, not %llu", rates[i], passed, most);
		}
	}
}

TEST(at_once_goes_what_flows_into_the_window_or_sixteen)
{
	static const struct {
		u32 rate, burst;
	} is[] = { { 1, 16 }, { 159, 16 }, { 160, 16 }, { 200, 20 }, { 20000, 2000 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(is); i++) {
		struct tg_policer p = {};
		u64 now = START;

		tg_policer_set(&p, is[i].rate, WINDOW, now);
		EXPECT_EQ(is[i].burst, passing(&p, &now, 0, 100000));
		/* An hour does not save up more. */
		now += 3600 * TG_TICKS_S;
		EXPECT_EQ(is[i].burst, passing(&p, &now, 0, 100000));
	}
}

TEST(a_large_one_passes_and_is_paid_for)
{
	struct tg_policer p = {};
	u64 now = START;

	tg_policer_set(&p, 100, WINDOW, now);
	EXPECT_TRUE(tg_policer_take(&p, 116, now));
	EXPECT_FALSE(tg_policer_take(&p, 1, now + TG_TICKS_S - 1));
	EXPECT_TRUE(tg_policer_take(&p, 1, now + TG_TICKS_S + 1));
}

TEST(what_is_refused_costs_nothing)
{
	struct tg_policer p = {};
	u64 now = START;
	s64 paid;

	tg_policer_set(&p, 100, WINDOW, now);
	passing(&p, &now, 0, 16);
	paid = atomic64_read(&p.paid);
	EXPECT_EQ(0, passing(&p, &now, 0, 1000));
	EXPECT_EQ(paid, atomic64_read(&p.paid));
}

TEST(the_same_limit_again_changes_nothing)
{
	struct tg_policer p = {};
	u64 now = START;
	s64 paid;

	tg_policer_set(&p, 100, WINDOW, now);
	EXPECT_TRUE(tg_policer_take(&p, 1000, now));
	paid = atomic64_read(&p.paid);
	tg_policer_set(&p, 100, WINDOW, now + 5);
	EXPECT_EQ(paid, atomic64_read(&p.paid));
}

TEST(a_changed_limit_keeps_what_was_used)
{
	struct tg_policer p = {};
	u64 now = START;

	/* Half of the burst is used, and stays so. */
	tg_policer_set(&p, 1000, WINDOW, now);
	EXPECT_EQ(50, passing(&p, &now, 0, 50));
	tg_policer_set(&p, 10000, WINDOW, now);
	EXPECT_EQ(500, passing(&p, &now, 0, 2000));
	/* All of it. */
	tg_policer_set(&p, 2000, WINDOW, now);
	EXPECT_EQ(0, passing(&p, &now, 0, 2000));
	now += TG_TICKS_S / 2000;
	EXPECT_EQ(1, passing(&p, &now, 0, 2000));
}

TEST(a_higher_limit_holds_at_once)
{
	struct tg_policer p = {};
	u64 now = START;

	/* Paid for in 17 minutes, at this rate. */
	tg_policer_set(&p, 1, WINDOW, now);
	EXPECT_TRUE(tg_policer_take(&p, 1000, now));
	tg_policer_set(&p, 1000, WINDOW, now);
	EXPECT_FALSE(tg_policer_take(&p, 1, now));
	now += TG_TICKS_S;
	EXPECT_EQ(100, passing(&p, &now, 0, 1000));
}

TEST(a_limit_that_comes_back_begins_anew)
{
	struct tg_policer p = {};
	u64 now = START;

	tg_policer_set(&p, 1, WINDOW, now);
	EXPECT_TRUE(tg_policer_take(&p, 1000, now));
	tg_policer_set(&p, 0, WINDOW, now);
	EXPECT_EQ(1000, passing(&p, &now, 0, 1000));
	tg_policer_set(&p, 1, WINDOW, now);
	EXPECT_EQ(16, passing(&p, &now, 0, 1000));
}

TEST(a_clock_that_has_run_for_years_is_as_good)
{
	struct tg_policer p = {};
	u64 now = ~0ULL - 10 * TG_TICKS_S;

	tg_policer_set(&p, 10, WINDOW, now);
	/* The burst, and ten a second for twenty seconds, halfway through the wrap. */
	EXPECT_EQ(16 + 200, passing(&p, &now, TG_TICKS_S / 100, 2000));
}

#define THREADS		4
#define TRIES		200000

struct crowd {
	struct tg_policer p;
	pthread_barrier_t barrier;
	u64 clock;
	u64 passed;
};

/* The clock goes on by a part of the cost with each try, whoever tries. */
static void *take_in_a_crowd(void *context)
{
	struct crowd *crowd = context;
	u64 passed = 0, now;
	u32 i;

	pthread_barrier_wait(&crowd->barrier);
	for (i = 0; i < TRIES; i++) {
		now = __atomic_add_fetch(&crowd->clock, TG_TICKS_S / 100000, __ATOMIC_SEQ_CST);
		passed += tg_policer_take(&crowd->p, 1, now);
	}
	__atomic_fetch_add(&crowd->passed, passed, __ATOMIC_SEQ_CST);
	return NULL;
}

TEST(nothing_passes_for_nothing_in_a_crowd)
{
	struct crowd crowd = { .clock = START };
	pthread_t thread[THREADS];
	u64 most;
	int i;

	tg_policer_set(&crowd.p, 20000, WINDOW, START);
	pthread_barrier_init(&crowd.barrier, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, take_in_a_crowd, &crowd));
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	/* 100,000 tries a second, a fifth of which passes; the burst, and one a thread. */
	most = THREADS * TRIES / 5 + 2000 + THREADS;
	EXPECT_LE(crowd.passed, most);
	/* A thread that rests between reading the clock and taking may refuse for the rest. */
	EXPECT_GE(crowd.passed, most / 2);
}

/* What another CPU takes, once, when this one has looked already. */
static struct tg_policer shared;
static u32 others;

static void another_takes(atomic64_t *paid)
{
	u32 count = others;

	(void)paid;
	others = 0;
	if (count)
		tg_policer_take(&shared, count, START);
}

TEST(who_comes_second_pays_too)
{
	u64 now = START;

	tg_policer_set(&shared, 100, WINDOW, now);
	shim_meanwhile = another_takes;
	others = 3;
	EXPECT_TRUE(tg_policer_take(&shared, 2, now));
	shim_meanwhile = NULL;
	EXPECT_EQ(16 - 3 - 2, passing(&shared, &now, 0, 1000));
}

TEST(who_comes_second_is_refused_when_nothing_is_left)
{
	u64 now = START;

	tg_policer_set(&shared, 100, WINDOW, now);
	shim_meanwhile = another_takes;
	others = 16;
	EXPECT_FALSE(tg_policer_take(&shared, 2, now));
	shim_meanwhile = NULL;
	now += TG_TICKS_S / 100;
	EXPECT_EQ(1, passing(&shared, &now, 0, 1000));
}

/* Rated anew while it is taken from, what is owed comes down all the same. */
static void another_pays_off(atomic64_t *paid)
{
	if (others && others--)
		atomic64_add(-1, paid);
}

TEST(a_limit_changes_in_a_crowd)
{
	u64 now = START;

	tg_policer_set(&shared, 1, WINDOW, now);
	use_up(&shared, now);
	others = 2;
	shim_meanwhile = another_pays_off;
	tg_policer_set(&shared, 1000, WINDOW, now);
	shim_meanwhile = NULL;
	EXPECT_EQ(0, others);
	EXPECT_EQ(0, passing(&shared, &now, 0, 1000));
	now += WINDOW;
	EXPECT_EQ(100, passing(&shared, &now, 0, 1000));
}

TEST_HARNESS_MAIN
