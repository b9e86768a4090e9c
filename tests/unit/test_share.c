// SPDX-License-Identifier: GPL-2.0-only
/* What classes of one tenant get: kmod/core/shaper_queue.c, in a simulation (sim.c). */

#include <linux/kernel.h>

#include "sim.h"

#include "kselftest_harness.h"

TEST(classes_get_their_shares)
{
	static const struct {
		u8 interactive, bulk;
	} shares[] = { { 4, 1 }, { 1, 1 }, { 3, 2 }, { 1, 10 }, { 100, 1 }, { 100, 100 } };
	struct sim *sim = sim_new(10 * MBIT, 1);
	struct sim_tenant *t = &sim->tenants[0];
	u32 class, i;

	sim_promise(sim, 0, 0, 0, 0, 1);
	for (class = 0; class < 3; class++)
		for (i = 0; i < 3 && class != TENANTGATE_CLASS_REALTIME; i++)
			sim_put(sim, 0, class, class, MTU);
	/* Each holds from the change on, while packets wait. */
	for (i = 0; i < ARRAY_SIZE(shares); i++) {
		const u64 parts = shares[i].interactive + shares[i].bulk;
		const u64 ideal = 20 * MBIT * shares[i].interactive / parts;
		const u64 allowed = max(ideal / 100, 2 * parts * MTU);

		t->terms.interactive = shares[i].interactive;
		t->terms.bulk = shares[i].bulk;
		tg_share_set(&t->share, &t->terms, sim->now);
		sim_begin_window(sim);
		sim_run(sim, sim->now + 2 * TG_TICKS_S, 0);
		EXPECT_LE(t->class[TENANTGATE_CLASS_INTERACTIVE], ideal + allowed);
		EXPECT_GE(t->class[TENANTGATE_CLASS_INTERACTIVE] + allowed, ideal);
		EXPECT_LE(20 * MBIT * 99 / 100, sim_got(sim, 0));
	}
	EXPECT_EQ(0, sim->reordered);
	sim_free(sim);
}

/* A class whose queue is empty after each packet, until the link is free, has no more. */
static void come_just_in_time(struct __test_metadata *_metadata, u8 class, u8 other)
{
	struct sim *sim = sim_new(10 * MBIT, 1);
	struct sim_tenant *t = &sim->tenants[0];
	u64 wake, end;
	u32 i;

	sim_promise(sim, 0, 0, 0, 0, 1);
	t->terms.interactive = t->terms.bulk = 1;
	tg_share_set(&t->share, &t->terms, sim->now);
	for (i = 0; i < 2000; i++)
		sim_put(sim, 0, 1, other, MTU);
	for (end = sim->now + TG_TICKS_S; sim->now < end;) {
		if (!sim_queue(sim, 0, 2, class, 0)->packets)
			sim_put(sim, 0, 2, class, MTU);
		if (!sim_send(sim, &wake))
			sim->now = wake;
	}
	EXPECT_LE(t->class[class], 5 * MBIT * 102 / 100);
	/* A turn of two packets, for one that is there. */
	EXPECT_GE(t->class[class], 10 * MBIT * 3 / 10);
	sim_free(sim);
}

TEST(who_comes_just_in_time_gets_no_more)
{
	come_just_in_time(_metadata, TENANTGATE_CLASS_BULK, TENANTGATE_CLASS_INTERACTIVE);
	come_just_in_time(_metadata, TENANTGATE_CLASS_INTERACTIVE, TENANTGATE_CLASS_BULK);
	come_just_in_time(_metadata, TENANTGATE_CLASS_REALTIME, TENANTGATE_CLASS_INTERACTIVE);
	come_just_in_time(_metadata, TENANTGATE_CLASS_INTERACTIVE, TENANTGATE_CLASS_REALTIME);
	come_just_in_time(_metadata, TENANTGATE_CLASS_REALTIME, TENANTGATE_CLASS_BULK);
}

/* Realtime beyond its limit neither starves the tenant's rest nor other tenants. */
TEST(realtime_is_limited)
{
	struct sim *sim = sim_new(10 * MBIT, 2);
	u32 i, k;

	for (i = 0; i < 2; i++) {
		sim_promise(sim, i, 2 * MBIT, 0, MBIT, 1);
		for (k = 0; k < 3; k++)
			sim_put(sim, i, 1, i ? TENANTGATE_CLASS_BULK : TENANTGATE_CLASS_REALTIME,
				MTU);
	}
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	EXPECT_LE(sim_got(sim, 0), 5 * MBIT * 101 / 100);
	EXPECT_GE(sim_got(sim, 1), 5 * MBIT * 99 / 100);
	sim_free(sim);
}

/* Nor does one person's flood of realtime starve what others of the tenant do. */
TEST(realtime_beyond_its_limit_takes_turns_with_interactive)
{
	struct sim *sim = sim_new(10 * MBIT, 1);
	u64 got[3] = {}, wake, end;
	struct tg_queue *queue;
	u32 class, i;

	sim_promise(sim, 0, 2 * MBIT, 0, MBIT, 1);
	for (class = 0; class < 3; class++)
		for (i = 0; i < 3; i++)
			sim_put(sim, 0, class, class, class == TENANTGATE_CLASS_REALTIME ? MTU : 500);
	for (end = sim->now + 2 * TG_TICKS_S; sim->now < end;) {
		queue = sim_send(sim, &wake);
		if (!queue) {
			sim->now = wake;
			continue;
		}
		class = queue->class;
		got[class] += class == TENANTGATE_CLASS_REALTIME ? MTU : 500;
		sim_put(sim, 0, class, class, class == TENANTGATE_CLASS_REALTIME ? MTU : 500);
	}
	/* 1 of 10 goes first; of the rest a fifth is for bulk. */
	EXPECT_GE(got[TENANTGATE_CLASS_INTERACTIVE], 2 * 35 * MBIT / 10);
	EXPECT_LE(got[TENANTGATE_CLASS_INTERACTIVE], 2 * 37 * MBIT / 10);
	EXPECT_GE(got[TENANTGATE_CLASS_REALTIME], 2 * 45 * MBIT / 10);
	sim_free(sim);
}

TEST_HARNESS_MAIN
