// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a tenant's packets waited, and for what: tg_share_look() in
 * kmod/core/shaper.c. Times are exact.
 */

#include <stdlib.h>

#include <linux/kernel.h>

#include "core/shaper.h"

#include "kselftest_harness.h"

#define MTU		1514
#define MBIT		125000ULL		/* bytes a second */
#define PACKETS		4096

/* One link, two tenants with one queue each. */
FIXTURE(waiting) {
	struct tg_shaper *shaper;
	struct tg_share share[2];
	struct tg_queue queue[2];
	struct tg_parcel parcel[PACKETS];
	u32 used;
	u64 now;
	u64 sent[2];
};

static void promise(FIXTURE_DATA(waiting) *w, u32 tenant, u64 guarantee, u64 ceiling)
{
	const struct tg_terms terms = { guarantee, ceiling, 0, 1, 1U << 30, 0, 4, 1 };

	tg_share_init(&w->share[tenant], w->shaper, &terms, w->now);
	tg_queue_init(&w->queue[tenant], &w->share[tenant], 1, TENANTGATE_CLASS_BULK, NULL);
}

FIXTURE_SETUP(waiting)
{
	self->shaper = calloc(1, sizeof(*self->shaper));
	self->now = 5 * TG_TICKS_S;
	self->used = 0;
	tg_shaper_init(self->shaper, 10 * MBIT, 1ULL << 40, 12345, self->now);
}

FIXTURE_TEARDOWN(waiting)
{
	free(self->shaper);
}

static void put(FIXTURE_DATA(waiting) *w, u32 tenant)
{
	struct tg_parcel *parcel = &w->parcel[w->used++ % PACKETS];

	parcel->bytes = MTU;
	tg_queue_put(&w->queue[tenant], parcel, w->now);
}

/* Send for some time; whoever has packets keeps having some. */
static void run(FIXTURE_DATA(waiting) *w, u64 ticks)
{
	const u64 end = w->now + ticks;
	struct tg_turn turn;
	u64 wake;
	u32 tenant;

	while (w->now < end) {
		if (!tg_shaper_next(w->shaper, w->now, &turn, &wake)) {
			w->now = min(end, max(wake, w->now + 1));
			continue;
		}
		tenant = turn.queue - w->queue;
		w->sent[tenant] += tg_queue_get(turn.queue)->bytes;
		put(w, tenant);
		tg_shaper_sent(&turn, MTU, w->now);
	}
}

TEST_F(waiting, who_is_served_waits_and_is_not_behind)
{
	promise(self, 0, 2 * MBIT, 0);
	promise(self, 1, 2 * MBIT, 0);
	put(self, 0);
	put(self, 0);
	put(self, 1);
	put(self, 1);
	run(self, 10 * TG_TICKS_S);
	tg_share_look(&self->share[0], self->now);
	EXPECT_EQ(10 * TG_TICKS_S, self->share[0].waited);
	EXPECT_EQ(0, self->share[0].held);
	EXPECT_EQ(0, self->share[0].behind);
}

TEST_F(waiting, nothing_is_counted_while_nothing_waits)
{
	struct tg_turn turn;
	u64 wake;

	promise(self, 0, 2 * MBIT, 0);
	put(self, 0);
	self->now += TG_TICKS_MS;
	ASSERT_TRUE(tg_shaper_next(self->shaper, self->now, &turn, &wake));
	tg_queue_get(turn.queue);
	tg_shaper_sent(&turn, MTU, self->now);
	self->now += TG_TICKS_S;
	put(self, 0);
	self->now += TG_TICKS_MS;
	ASSERT_NE(NULL, tg_queue_drop(&self->queue[0], self->now));
	self->now += TG_TICKS_S;
	EXPECT_EQ(NULL, tg_queue_drop(&self->queue[0], self->now));
	put(self, 0);
	tg_share_look(&self->share[0], self->now);
	EXPECT_EQ(2 * TG_TICKS_MS, self->share[0].waited);
}

/* Two packets of the guarantee, whatever was saved up, are the only ones that may lack. */
TEST_F(waiting, who_gets_nothing_is_behind_after_two_packets)
{
	u64 two;
	u32 i;

	promise(self, 0, 2 * MBIT, 0);
	two = tg_rate_ticks(&self->share[0].guarantee, 2 * MTU);
	for (i = 0; i < 3; i++) {
		u64 before = self->share[0].behind, waited = self->share[0].waited;

		self->now += i * TG_TICKS_MS;
		put(self, 0);
		self->now += two;
		tg_share_look(&self->share[0], self->now);
		EXPECT_EQ(before, self->share[0].behind);
		self->now += 300 * TG_TICKS_MS;
		tg_share_look(&self->share[0], self->now);
		tg_share_look(&self->share[0], self->now);
		EXPECT_EQ(before + 300 * TG_TICKS_MS, self->share[0].behind);
		EXPECT_EQ(waited + 300 * TG_TICKS_MS + two, self->share[0].waited);
		tg_queue_drop(&self->queue[0], self->now);
	}
}

/* The link has half of what is guaranteed. */
TEST_F(waiting, who_gets_half_is_behind)
{
	u64 four;

	promise(self, 0, 20 * MBIT, 0);
	put(self, 0);
	put(self, 0);
	run(self, TG_TICKS_S);
	tg_share_look(&self->share[0], self->now);
	four = tg_rate_ticks(&self->share[0].guarantee, 4 * MTU);
	EXPECT_LE(self->share[0].behind, TG_TICKS_S - four / 2);
	EXPECT_GE(self->share[0].behind, TG_TICKS_S - 3 * four);
}

/* At its ceiling a tenant is held up by nothing else, and is not behind. */
TEST_F(waiting, who_is_over_the_ceiling_is_held)
{
	promise(self, 0, MBIT, MBIT);
	put(self, 0);
	put(self, 0);
	run(self, 10 * TG_TICKS_S);
	tg_share_look(&self->share[0], self->now);
	EXPECT_GE(self->share[0].held, 10 * TG_TICKS_S * 98 / 100);
	EXPECT_LE(self->share[0].held, self->share[0].waited);
	EXPECT_EQ(0, self->share[0].behind);
}

/* What waited before a promise was made is not owed, and nobody was behind it. */
TEST_F(waiting, a_promise_holds_from_when_it_is_made)
{
	const struct tg_terms terms = { 2 * MBIT, 0, 0, 1, 1U << 30, 0, 4, 1 };
	u64 before;

	promise(self, 0, 0, 0);
	promise(self, 1, 0, 0);
	put(self, 0);
	put(self, 0);
	put(self, 1);
	put(self, 1);
	run(self, 20 * TG_TICKS_S);
	tg_share_set(&self->share[0], &terms, self->now);
	EXPECT_EQ(0, self->share[0].behind);
	before = self->sent[0];
	run(self, 10 * TG_TICKS_S);
	EXPECT_EQ(0, self->share[0].behind);
	EXPECT_GE(self->sent[0] - before, 10 * 6 * MBIT * 99 / 100);
	EXPECT_LE(self->sent[0] - before, 10 * 6 * MBIT * 101 / 100);
}

/* The time before is counted under the terms that held then. */
TEST_F(waiting, a_promise_holds_until_it_is_taken_back)
{
	const struct tg_terms terms = { .weight = 1, .limit = 1U << 30 };
	u64 two;

	promise(self, 0, 2 * MBIT, 0);
	two = tg_rate_ticks(&self->share[0].guarantee, 2 * MTU);
	put(self, 0);
	self->now += 300 * TG_TICKS_MS;
	tg_share_set(&self->share[0], &terms, self->now);
	self->now += 300 * TG_TICKS_MS;
	tg_share_look(&self->share[0], self->now);
	EXPECT_EQ(300 * TG_TICKS_MS - two, self->share[0].behind);
	EXPECT_EQ(600 * TG_TICKS_MS, self->share[0].waited);
}

TEST_HARNESS_MAIN
