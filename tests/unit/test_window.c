// SPDX-License-Identifier: GPL-2.0-only
/* Times of the week, and what plans say within them: kmod/core/window.c, link.c, build_link.c. */

#include <stdlib.h>
#include <time.h>

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "core/shaper.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define MB	1000000ULL
#define MINUTE	60ULL
#define HOUR	3600ULL
#define WEEK	10080	/* minutes */

/* Monday, 2026-11-23 00:00 UTC. */
#define MONDAY	1795392000ULL

FIXTURE(window)
{
	struct world w;
};

FIXTURE_SETUP(window)
{
	world_begin(&self->w);
}

FIXTURE_TEARDOWN(window)
{
	shim_fail_after(-1);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

#define SAYS(words)							\
	EXPECT_NE(NULL, strstr(self->w.why.text, words)) {		\
		TH_LOG("no '%s' in '%s'", words, self->w.why.text);	\
	}

/* Refused in words, and nothing has changed. */
#define REFUSED(refused, words) do {					\
	char *_before = world_dump(&self->w), *_after;			\
									\
	self->w.why.text[0] = 0;					\
	EXPECT_TRUE(refused);						\
	_after = world_dump(&self->w);					\
	EXPECT_STREQ("", first_difference(_before, _after));		\
	SAYS(words);							\
	free(_before);							\
	free(_after);							\
} while (0)

static struct tg_window *add_window(struct world *w, const char *name, u8 days, u16 from, u16 to)
{
	const struct tg_window window = {
		.name = name, .days = days, .nhours = from || to, .hours = { { from, to } },
	};

	return tg_policy_add_window(&w->policy, &window, &w->why);
}

TEST_F(window, windows_make_sense)
{
	struct world *w = &self->w;
	struct tg_window window = { .name = "x", .days = 1, .nhours = TENANTGATE_MAX_HOURS + 1 };
	u32 i;

	REFUSED(!add_window(w, NULL, 1, 0, 1), "window: name is missing");
	REFUSED(!add_window(w, "x", 0, 0, 1), "window 'x': days 0 are not of one week");
	REFUSED(!add_window(w, "x", 0x80, 0, 1), "days 0x80");
	REFUSED(!add_window(w, "x", 1, 1440, 5), "window 'x': minutes 1440 to 5");
	REFUSED(!add_window(w, "x", 1, 5, 1441), "minutes 5 to 1441");
	REFUSED(!add_window(w, "x", 1, 5, 0), "minutes 5 to 0");
	REFUSED(!add_window(w, "x", 1, 5, 5), "minutes 5 to 5");
	REFUSED(!tg_policy_add_window(&w->policy, &window, &w->why),
		"window 'x': more than 8 times of the day");
	for (i = 0; i < TENANTGATE_MAX_WINDOWS; i++)
		EXPECT_NE(NULL, add_window(w, "same", 1, 0, 1440));
	REFUSED(!add_window(w, "x", 1, 0, 1), "window 'x': more than 64 windows");
	EXPECT_EQ(-EINVAL, compile(w));
	SAYS("window 'same' is there twice");
}

TEST_F(window, time_zones_make_sense)
{
	struct tg_shift shifts[TENANTGATE_MAX_SHIFTS + 1] = { { 5, 0 }, { 5, 0 } };
	struct world *w = &self->w;

	REFUSED(tg_policy_set_zone(&w->policy, "a", shifts, 2, &w->why), "not in order");
	REFUSED(tg_policy_set_zone(&w->policy, "a", shifts, TENANTGATE_MAX_SHIFTS + 1, &w->why),
		"changes more than 128 times");
	shifts[0].offset = TENANTGATE_MAX_OFFSET + 1;
	REFUSED(tg_policy_set_zone(&w->policy, "a", shifts, 1, &w->why), "93601 seconds from UTC");
	shifts[0].offset = -shifts[0].offset;
	REFUSED(tg_policy_set_zone(&w->policy, "a", shifts, 1, &w->why), "-93601 seconds");
	shifts[0].offset = S32_MIN;
	REFUSED(tg_policy_set_zone(&w->policy, "a", shifts, 1, &w->why), "seconds from UTC");
	EXPECT_EQ(0, tg_policy_set_zone(&w->policy, NULL, NULL, 0, &w->why));
}

TEST_F(window, a_night_goes_on_into_the_next_day)
{
	const struct tg_policy *p = &self->w.policy;
	/* Friday's alone. */
	const u64 friday = MONDAY + 4 * 24 * HOUR;

	ASSERT_NE(NULL, add_window(&self->w, "night", 1 << 4, 22 * 60, 6 * 60));
	EXPECT_EQ(0, tg_windows_open(p, friday + 22 * HOUR - 1));
	EXPECT_EQ(1, tg_windows_open(p, friday + 22 * HOUR));
	EXPECT_EQ(1, tg_windows_open(p, friday + 24 * HOUR));
	EXPECT_EQ(1, tg_windows_open(p, friday + 30 * HOUR - 1));
	EXPECT_EQ(0, tg_windows_open(p, friday + 30 * HOUR));
	/* Friday's own morning belongs to Thursday. */
	EXPECT_EQ(0, tg_windows_open(p, friday + HOUR));
}

TEST_F(window, clocks_are_put_forward_and_back)
{
	/* Berlin in 2026: summer from 29 March, winter from 25 October, 01:00 UTC. */
	const struct tg_shift berlin[] = {
		{ 1767225600, 3600 }, { 1774746000, 7200 }, { 1792890000, 3600 },
	};
	const struct tg_policy *p = &self->w.policy;

	ASSERT_EQ(0, tg_policy_set_zone(&self->w.policy, "Europe/Berlin", berlin, 3,
					&self->w.why));
	ASSERT_NE(NULL, add_window(&self->w, "early", TG_EVERY_DAY, 150, 200));
	/* 02:30 does not come: at 03:00 it is open. */
	EXPECT_EQ(0, tg_windows_open(p, 1774746000 - 1));
	EXPECT_EQ(1, tg_windows_open(p, 1774746000));
	EXPECT_EQ(1, tg_windows_open(p, 1774746000 + 20 * MINUTE - 1));
	EXPECT_EQ(0, tg_windows_open(p, 1774746000 + 20 * MINUTE));
	/* 02:30 comes twice. */
	EXPECT_EQ(0, tg_windows_open(p, 1792890000 - 30 * MINUTE - 1));
	EXPECT_EQ(1, tg_windows_open(p, 1792890000 - 30 * MINUTE));
	EXPECT_EQ(0, tg_windows_open(p, 1792890000));
	EXPECT_EQ(1, tg_windows_open(p, 1792890000 + 30 * MINUTE));
	EXPECT_EQ(0, tg_windows_open(p, 1792890000 + 80 * MINUTE));
	/* Before the first and ever after the last: winter. */
	EXPECT_EQ(1, tg_windows_open(p, 90 * MINUTE));
	EXPECT_EQ(1, tg_windows_open(p, MONDAY + 100 * 7 * 24 * HOUR + 90 * MINUTE));
	/* Any clock at all. */
	tg_windows_open(p, 0);
	tg_windows_open(p, U64_MAX);
}

/* The minutes of a week in which a window is open, written down one after the other. */
static void oracle(const struct tg_window *window, bool open[WEEK])
{
	int day, minute;
	u32 i;

	memset(open, 0, WEEK);
	for (day = 0; day < 7; day++) {
		if (!(window->days & 1 << day))
			continue;
		for (minute = 0; minute < 1440 && !window->nhours; minute++)
			open[day * 1440 + minute] = true;
		for (i = 0; i < window->nhours; i++) {
			int length = window->hours[i].to - window->hours[i].from;

			if (length < 0)
				length += 1440;
			for (minute = 0; minute < length; minute++)
				open[(day * 1440 + window->hours[i].from + minute) % WEEK] = true;
		}
	}
}

static u16 any(u16 below)
{
	return rand() % below;
}

TEST_F(window, every_minute_is_as_a_calendar_has_it)
{
	const struct tg_policy *p = &self->w.policy;
	struct tg_shift shifts[5] = {};
	bool open[WEEK];
	u32 i, n;

	srand(5);
	for (i = 0; i < ARRAY_SIZE(shifts); i++) {
		shifts[i].since = MONDAY + i * 30 * 24 * HOUR + any(50000);
		shifts[i].offset = (any(27) - 13) * (s32)HOUR + any(4) * 15 * (s32)MINUTE;
	}
	ASSERT_EQ(0, tg_policy_set_zone(&self->w.policy, "x", shifts, 5, &self->w.why));
	for (n = 0; n < TENANTGATE_MAX_WINDOWS; n++) {
		struct tg_window window = { .name = "x", .days = 1 + any(127), .nhours = any(9) };

		for (i = 0; i < window.nhours; i++) {
			window.hours[i].from = any(1440);
			do {
				window.hours[i].to = 1 + any(1440);
			} while (window.hours[i].to == window.hours[i].from);
		}
		ASSERT_NE(NULL, tg_policy_add_window(&self->w.policy, &window, &self->w.why));
		oracle(&window, open);
		for (i = 0; i < 20000; i++) {
			const u64 now = MONDAY - 86400 + (u64)any(60000) * 256 + any(256);
			const struct tg_shift *shift = shifts;
			time_t there;
			struct tm tm;

			while (shift < shifts + 4 && shift[1].since <= now)
				shift++;
			there = now + shift->offset;
			gmtime_r(&there, &tm);
			ASSERT_EQ(open[(tm.tm_wday + 6) % 7 * 1440 + tm.tm_hour * 60 + tm.tm_min],
				  tg_windows_open(p, now) >> n & 1) {
				TH_LOG("window %u at %llu", n, now);
			}
		}
	}
}

/*
 * What plans say within windows: one link of 100 MB a second and the tenants a and b.
 * "night" and "weekend" are windows.
 */
FIXTURE(during)
{
	struct world w;
	struct tg_link *link;
	struct tg_tenant *a, *b;
	struct tg_window *night, *weekend;
};

FIXTURE_SETUP(during)
{
	const struct tg_link link = { .name = "uplink", .rate = { 100 * MB, 100 * MB },
				      .padding = 1 };
	struct world *w = &self->w;

	world_begin(w);
	self->link = tg_policy_add_link(&w->policy, &link, &w->why);
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", self->link, &w->why));
	ASSERT_NE(NULL, add_site(w, self->a, "home", "wg-a", "10.1.0.0/24"));
	ASSERT_NE(NULL, add_site(w, self->b, "home", "wg-b", "10.2.0.0/24"));
	self->night = add_window(w, "night", TG_EVERY_DAY, 22 * 60, 6 * 60);
	self->weekend = add_window(w, "weekend", 0x60, 0, 0);
}

FIXTURE_TEARDOWN(during)
{
	shim_fail_after(-1);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

/* A plan that guarantees so much, at night, and at weekends. */
static struct tg_plan *add_plan(struct world *w, const char *name, u64 guarantee,
				const struct tg_window *night, u64 at_night,
				const struct tg_window *weekend, u64 at_weekends)
{
	struct tg_plan terms[3] = {
		{ .name = name, .guarantee = { guarantee, 0 }, .weight = 10, .during = &terms[1] },
		{ .window = night, .guarantee = { at_night, 0 }, .weight = 20,
		  .next = &terms[2] },
		{ .window = weekend, .guarantee = { at_weekends, 0 }, .weight = 30 },
	};

	return tg_policy_add_plan(&w->policy, &terms[0], &w->why);
}

static struct tg_terms terms_of(const struct tg_policy *policy, const struct tg_tenant *tenant,
				u64 open)
{
	struct tg_terms terms;

	memset(&terms, 0xff, sizeof(terms));
	tg_tenant_terms(policy, policy->links[0], tenant, TG_UP, open, &terms);
	return terms;
}

TEST_F(during, the_first_open_window_decides)
{
	const struct tg_policy *p = &self->w.policy;
	const u64 night = BIT_ULL(self->night->number), weekend = BIT_ULL(self->weekend->number);

	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 5 * MB, self->night, 7 * MB,
					     self->weekend, 9 * MB));
	ASSERT_EQ(0, compile(&self->w));
	EXPECT_EQ(5 * MB, terms_of(p, self->a, 0).guarantee);
	EXPECT_EQ(7 * MB, terms_of(p, self->a, night).guarantee);
	EXPECT_EQ(9 * MB, terms_of(p, self->a, weekend).guarantee);
	EXPECT_EQ(7 * MB, terms_of(p, self->a, night | weekend).guarantee);
	EXPECT_EQ(10, terms_of(p, self->a, ~(night | weekend)).weight);
	EXPECT_EQ(20, terms_of(p, self->a, U64_MAX).weight);
	EXPECT_EQ(30, terms_of(p, self->a, weekend).weight);
	/* Who has no plan has none at night. */
	EXPECT_EQ(0, terms_of(p, self->b, night).guarantee);
	EXPECT_EQ(NULL, tg_plan_now(NULL, night));
}

TEST_F(during, the_largest_guarantees_must_fit_together)
{
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 5 * MB, self->night, 60 * MB,
					     self->weekend, 10 * MB));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "q", 5 * MB, self->night, MB,
					     self->weekend, 36 * MB));
	/* Never at the same time, and refused all the same. */
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("link 'uplink': plans guarantee 96000000 bytes a second up to all tenants, 1000000 more");
	self->b->plan = self->a->plan;
	self->a->plan = 0;
	EXPECT_EQ(0, compile(&self->w));
	EXPECT_EQ(60 * MB, self->link->guaranteed[TG_UP]);
}

TEST_F(during, no_window_may_promise_more_than_there_is)
{
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 5 * MB, self->night, MB,
					     self->weekend, 101 * MB));
	self->link->oversubscribe = true;
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("tenant 'a': plan 'p' guarantees 101000000 bytes a second up");
}

TEST_F(during, what_is_oversubscribed_shrinks_alike_in_all_windows)
{
	const struct tg_policy *p = &self->w.policy;
	const u64 night = BIT_ULL(self->night->number);

	self->link->oversubscribe = true;
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 50 * MB, self->night, 100 * MB,
					     self->weekend, 10 * MB));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "q", 90 * MB, self->night, MB,
					     self->weekend, 20 * MB));
	ASSERT_EQ(0, compile(&self->w));
	/* All by 95 of 190. */
	EXPECT_EQ(25 * MB, terms_of(p, self->a, 0).guarantee);
	EXPECT_EQ(50 * MB, terms_of(p, self->a, night).guarantee);
	EXPECT_EQ(45 * MB, terms_of(p, self->b, 0).guarantee);
}

TEST_F(during, what_plans_say_within_windows_makes_sense)
{
	struct tg_plan night[TENANTGATE_MAX_DURING + 1] = {
		{ .window = self->night, .weight = 1, .guarantee = { 2 * MB },
		  .ceiling = { MB } },
	};
	struct tg_plan plan = { .name = "p", .weight = 1, .during = night };
	struct world *w = &self->w;
	u32 i;

	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p during night': ceiling up is less than its guarantee");
	night[0].ceiling[TG_UP] = 0;
	night[0].realtime[TG_UP] = 3 * MB;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p during night': realtime up is more");
	night[0].realtime[TG_UP] = 0;
	night[0].weight = 0;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why), "during night': weight 0");
	night[0].weight = 1;
	night[0].next = &night[1];
	night[1] = night[0];
	night[1].next = NULL;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': window 'night' is there twice");
	for (i = 0; i <= TENANTGATE_MAX_DURING; i++) {
		night[i] = night[0];
		night[i].window = add_window(w, "x", 1, i, 100);
		night[i].next = i < TENANTGATE_MAX_DURING ? &night[i + 1] : NULL;
	}
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why), "plan 'p': more than 4 windows");
	night[TENANTGATE_MAX_DURING - 1].next = NULL;
	EXPECT_NE(NULL, tg_policy_add_plan(&w->policy, &plan, &w->why));
}

TEST_F(during, refuses_cleanly_without_memory)
{
	struct tg_arena *arena = &self->w.policy.arena;

	arena->limit = arena->bytes;
	while (add_plan(&self->w, "x", 0, self->night, 0, self->weekend, 0))
		;
	SAYS("memory");
}

TEST_HARNESS_MAIN
