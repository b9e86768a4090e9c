// SPDX-License-Identifier: GPL-2.0-only
/* Ceilings of users: kmod/core/shaper_person.c, in a simulation (sim.c). */

#include <stdlib.h>

#include <linux/kernel.h>

#include "sim.h"

#include "kselftest_harness.h"

/* A user floods: in all three classes, over two devices. */
static void flood(struct sim *sim, u32 tenant, u32 user)
{
	u32 class, outlet, i;

	for (class = 0; class < 3; class++)
		for (outlet = 0; outlet < 2; outlet++)
			for (i = 0; i < 3; i++)
				sim_put_at(sim, sim_queue(sim, tenant, user, class, outlet), MTU);
}

#define EXPECT_NEAR(got, ideal) do {						\
	const u64 ideal_ = ideal, off_ = max(ideal_ / 100, 2ULL * MTU);		\
										\
	EXPECT_LE(got, ideal_ + off_);						\
	EXPECT_GE((got) + off_, ideal_);					\
} while (0)

/* Second after second; the link's other bytes go to whoever wants them. */
TEST(a_user_reaches_its_ceiling_and_no_more)
{
	struct sim *sim = sim_new(100 * MBIT, 2);
	struct sim_tenant *t = sim->tenants;
	u32 second;

	sim_promise(sim, 0, 10 * MBIT, 0, 5 * MBIT, 1);
	sim_promise(sim, 1, 0, 0, 0, 1);
	sim_limit_users(sim, 0, 20 * MBIT);
	flood(sim, 0, 1);
	flood(sim, 1, 1);
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	for (second = 0; second < 3; second++) {
		sim_begin_window(sim);
		sim_run(sim, sim->now + TG_TICKS_S, 0);
		EXPECT_NEAR(t[0].user[1], 20 * MBIT);
		EXPECT_NEAR(sim_got(sim, 1), 80 * MBIT);
		ASSERT_STREQ("", sim_check(sim));
	}
	EXPECT_EQ(0, sim->reordered);
	EXPECT_EQ(1, sim->persons);
	sim_free(sim);
}

/* From 8 kbit/s, where the next packet is beyond the wheel's reach, to 10 Gbit/s. */
TEST(a_ceiling_may_be_any_rate)
{
	static const u64 rates[] = { 1000, 5 * MBIT / 100, 333 * MBIT, 10 * GBIT };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct sim *sim = sim_new(40 * GBIT, 1);
		u64 begin = 100 * TG_TICKS_MS;

		sim_promise(sim, 0, 0, 0, 0, 1);
		sim_limit_users(sim, 0, rates[i]);
		flood(sim, 0, 1);
		if (rates[i] < MBIT)
			begin = 20 * TG_TICKS_S;
		sim_run(sim, sim->now + begin, 0);
		sim_begin_window(sim);
		sim_run(sim, sim->now + TG_TICKS_S, 0);
		EXPECT_NEAR(sim_got(sim, 0), rates[i]);
		sim_free(sim);
	}
}

TEST(a_user_who_is_held_leaves_the_tenants_turn_to_others)
{
	struct sim *sim = sim_new(100 * MBIT, 3);
	struct sim_tenant *t = sim->tenants;
	u32 i;

	for (i = 0; i < 3; i++)
		sim_promise(sim, i, 0, 60 * MBIT, 0, 1 + (i == 0));
	sim_limit_users(sim, 0, 5 * MBIT);
	for (i = 0; i < 3; i++)
		flood(sim, i, 1);
	/* A user within its ceiling is not held up by one who floods. */
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	for (i = 0; i < 1000; i++) {
		sim_put(sim, 0, 2, TENANTGATE_CLASS_BULK, 500);
		sim_run(sim, sim->now + TG_TICKS_MS, 0);
		while (sim_queue(sim, 0, 2, TENANTGATE_CLASS_BULK, 0)->packets > 1)
			sim_drop(sim_queue(sim, 0, 2, TENANTGATE_CLASS_BULK, 0), sim->now);
	}
	EXPECT_NEAR(t[0].user[1], 5 * MBIT);
	EXPECT_GE(t[0].user[2], 4 * MBIT * 99 / 100);
	EXPECT_NEAR(sim_got(sim, 0) + sim_got(sim, 1) + sim_got(sim, 2), 100 * MBIT);
	EXPECT_NEAR(sim_got(sim, 1), sim_got(sim, 2));
	sim_free(sim);
}

/* The link stands still only when all who have packets are over their ceilings. */
TEST(a_tenant_whose_users_are_all_held_waits)
{
	struct sim *sim = sim_new(100 * MBIT, 1);
	u64 wake = 0, begin;
	u32 i;

	sim_promise(sim, 0, 50 * MBIT, 0, 10 * MBIT, 1);
	sim_limit_users(sim, 0, MBIT);
	for (i = 0; i < 10; i++)
		sim_put(sim, 0, 1, TENANTGATE_CLASS_REALTIME, MTU);
	begin = sim->now;
	sim_run(sim, begin + TG_TICKS_MS, NOBODY);
	EXPECT_EQ(NULL, sim_send(sim, &wake));
	EXPECT_EQ(9, sim->shaper.packets);
	EXPECT_EQ(0, sim->tenants[0].share.ready);
	EXPECT_GT(wake, begin + 10 * TG_TICKS_MS);
	EXPECT_LE(wake, begin + 13 * TG_TICKS_MS);
	/* One who comes meanwhile goes at once. */
	sim_put(sim, 0, 2, TENANTGATE_CLASS_BULK, 100);
	ASSERT_NE(NULL, sim_send(sim, &wake));
	EXPECT_EQ(100, sim->tenants[0].user[2]);
	sim_free(sim);
}

/* What a tenant did not ask for while its users were held, it does not get later. */
TEST(held_users_save_up_no_guarantee)
{
	struct sim *sim = sim_new(100 * MBIT, 2);
	u64 before;

	sim_promise(sim, 0, 80 * MBIT, 0, 0, 1);
	sim_promise(sim, 1, 0, 0, 0, 99);
	sim_limit_users(sim, 0, MBIT);
	flood(sim, 0, 1);
	flood(sim, 1, 1);
	sim_run(sim, sim->now + 10 * TG_TICKS_S, 0);
	sim_limit_users(sim, 0, 0);
	before = sim->tenants[0].sent;
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	EXPECT_LE(sim->tenants[0].sent - before, 81 * MBIT / 10);
	sim_free(sim);
}

TEST(users_under_one_ceiling_are_alike)
{
	struct sim *sim = sim_new(100 * MBIT, 1);
	double got[10];
	u32 i;

	sim_promise(sim, 0, 0, 0, 20 * MBIT, 1);
	/* One sends in all classes over two devices, the others as usual. */
	sim_limit_users(sim, 0, 12 * MBIT);
	flood(sim, 0, 0);
	for (i = 1; i < 10; i++) {
		sim_put(sim, 0, i, TENANTGATE_CLASS_INTERACTIVE, MTU);
		sim_put(sim, 0, i, TENANTGATE_CLASS_INTERACTIVE, MTU);
	}
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	for (i = 0; i < 10; i++)
		got[i] = sim->tenants[0].user[i];
	EXPECT_GE(jain(got, 10), 0.99);
	EXPECT_NEAR(sim_got(sim, 0), 100 * MBIT);
	sim_free(sim);
}

/* Where users are limited, one who sends to many devices has one turn among the others. */
TEST(devices_do_not_multiply_a_turn)
{
	struct sim *sim = sim_new(10 * MBIT, 1);
	double got[2];
	u32 i;

	sim_promise(sim, 0, 0, 0, 0, 1);
	sim_limit_users(sim, 0, 9 * MBIT);
	for (i = 0; i < 10; i++) {
		sim_put_at(sim, sim_queue(sim, 0, 0, TENANTGATE_CLASS_BULK, i), MTU);
		sim_put_at(sim, sim_queue(sim, 0, 0, TENANTGATE_CLASS_BULK, i), MTU);
	}
	sim_put(sim, 0, 1, TENANTGATE_CLASS_BULK, MTU);
	sim_put(sim, 0, 1, TENANTGATE_CLASS_BULK, MTU);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	for (i = 0; i < 2; i++)
		got[i] = sim->tenants[0].user[i];
	EXPECT_GE(jain(got, 2), 0.999);
	sim_free(sim);
}

/* A held user's classes keep their shares, and its realtime goes first. */
TEST(classes_of_a_user_who_is_held_keep_their_shares)
{
	struct sim *sim = sim_new(100 * MBIT, 1);
	struct sim_tenant *t = sim->tenants;
	u32 i, k;

	sim_promise(sim, 0, 10 * MBIT, 0, 4 * MBIT, 1);
	sim_limit_users(sim, 0, 7 * MBIT);
	for (i = 0; i < 275; i++) {
		if (i == 25)
			sim_begin_window(sim);
		/* Of realtime no more than goes first. */
		sim_put(sim, 0, 1, TENANTGATE_CLASS_REALTIME, 1000);
		for (k = 0; k < 4; k++) {
			sim_put(sim, 0, 1, TENANTGATE_CLASS_INTERACTIVE, MTU);
			sim_put(sim, 0, 1, TENANTGATE_CLASS_BULK, MTU);
		}
		sim_run(sim, sim->now + 4 * TG_TICKS_MS, NOBODY);
	}
	EXPECT_GE(t->class[TENANTGATE_CLASS_REALTIME], 249000);
	EXPECT_NEAR(t->user[1], 7 * MBIT);
	EXPECT_GE(t->class[TENANTGATE_CLASS_INTERACTIVE] * 100,
		  t->class[TENANTGATE_CLASS_BULK] * 370);
	EXPECT_LE(t->class[TENANTGATE_CLASS_INTERACTIVE] * 100,
		  t->class[TENANTGATE_CLASS_BULK] * 430);
	sim_free(sim);
}

/* A ceiling comes, changes and goes while packets wait, and holds within a round. */
TEST(a_ceiling_changes_under_load)
{
	static const u64 rates[] = { 5, 50, 1, 0, 20, 0, 2 };	/* Mbit/s */
	struct sim *sim = sim_new(100 * MBIT, 1);
	struct sim_tenant *t = sim->tenants;
	u32 i, round, waiting;

	sim_promise(sim, 0, 0, 90 * MBIT, 0, 1);
	flood(sim, 0, 1);
	flood(sim, 0, 2);
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	EXPECT_EQ(0, sim->persons);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		waiting = sim->shaper.packets;
		sim_limit_users(sim, 0, rates[i] * MBIT);
		EXPECT_EQ(waiting, sim->shaper.packets);
		/* One packet of each queue, and what the old ceiling forgave. */
		sim_run(sim, sim->now + (rates[i] ? 15 * TG_TICKS_MS : 2 * TG_TICKS_MS), 0);
		for (round = 0; round < 2; round++) {
			u64 ideal = rates[i] && rates[i] < 45 ? rates[i] * MBIT : 45 * MBIT;

			sim_begin_window(sim);
			sim_run(sim, sim->now + TG_TICKS_S, 0);
			EXPECT_NEAR(t->user[1], ideal);
			EXPECT_NEAR(t->user[2], ideal);
			ASSERT_STREQ("", sim_check(sim));
		}
	}
	EXPECT_EQ(0, sim->reordered);
	EXPECT_LE(sim->persons, 2);
	sim_free(sim);
}

/* Who is held is let go at once when there is no ceiling any more. */
TEST(without_a_ceiling_nobody_is_held)
{
	struct sim *sim = sim_new(GBIT, 1);

	sim_promise(sim, 0, 0, 0, 0, 1);
	sim_limit_users(sim, 0, TG_RATE_MIN);
	flood(sim, 0, 1);
	flood(sim, 0, 2);
	sim_run(sim, sim->now + 10 * TG_TICKS_MS, NOBODY);
	ASSERT_EQ(34, sim->shaper.packets);
	sim_limit_users(sim, 0, 0);
	EXPECT_EQ(34, sim->tenants[0].share.ready);
	sim_run(sim, sim->now + 2 * TG_TICKS_MS, NOBODY);
	EXPECT_EQ(0, sim->shaper.packets);
	EXPECT_EQ(0, sim->reordered);
	sim_free(sim);
}

/* The packets of one who is held count, and go first when too many wait. */
TEST(what_is_held_can_be_dropped)
{
	struct sim *sim = sim_new(100 * MBIT, 1);
	struct tg_queue *queue;
	u64 wake;
	u32 i;

	sim_promise(sim, 0, 0, 0, 0, 1);
	sim_limit_users(sim, 0, MBIT);
	for (i = 0; i < 100; i++)
		sim_put(sim, 0, 1, TENANTGATE_CLASS_BULK, MTU);
	sim_run(sim, sim->now + TG_TICKS_MS, NOBODY);
	EXPECT_EQ(99 * MTU, sim->tenants[0].share.bytes);
	sim_put(sim, 0, 2, TENANTGATE_CLASS_BULK, MTU);
	while (sim->shaper.packets > 1) {
		queue = sim_queue(sim, 0, 1, TENANTGATE_CLASS_BULK, 0);
		if (queue->packets > 4)
			ASSERT_EQ(queue, tg_shaper_fattest(&sim->shaper));
		sim_drop(queue, sim->now);
		ASSERT_STREQ("", sim_check(sim));
	}
	ASSERT_NE(NULL, sim_send(sim, &wake));
	EXPECT_EQ(MTU, sim->tenants[0].user[2]);
	/* Its device goes: so does the state of the user, though it is held. */
	sim_remove(sim, sim_queue(sim, 0, 1, TENANTGATE_CLASS_BULK, 0));
	EXPECT_EQ(1, sim->persons);
	sim_free(sim);
}

static void at_random(struct sim *sim)
{
	struct tg_queue *queue;
	u64 wake;

	switch (rand() % 10) {
	case 0 ... 3:
		queue = sim_queue(sim, rand() % 4, rand() % 20, rand() % 3, rand() % 3);
		sim_put_at(sim, queue, rand() % 50 ? 60 + rand() % 1454 : 1 + rand() % 65000);
		break;
	case 4:
		queue = rand() % 2 ? tg_shaper_fattest(&sim->shaper) :
			tg_share_fattest(&sim->tenants[rand() % 4].share);
		if (queue)
			sim_drop(queue, sim->now);
		break;
	case 5:
		if (list_empty(&sim->shaper.idle))
			break;
		queue = list_first_entry(&sim->shaper.idle, struct tg_queue, link);
		sim_remove(sim, queue);
		break;
	case 6:
		if (rand() % 20)
			break;
		sim_limit_users(sim, rand() % 4, rand() % 3 * (TG_RATE_MIN + rand() % (3 * MBIT)));
		break;
	case 7:
		/* A device goes, wherever its queue is. */
		queue = sim_queue(sim, rand() % 4, rand() % 20, rand() % 3, rand() % 3);
		while (queue->packets)
			sim_drop(queue, sim->now);
		sim_remove(sim, queue);
		break;
	default:
		sim->now += rand() % (400 * TG_TICKS_US);
		sim_send(sim, &wake);
	}
}

TEST(whatever_happens_everything_is_in_its_place)
{
	struct sim *sim = sim_new(20 * MBIT, 4);
	u32 step, i;
	u64 wake, end;

	srand(7);
	for (i = 0; i < 4; i++)
		sim_promise(sim, i, i % 3 * MBIT, i % 2 ? 8 * MBIT : 0, i % 4 * MBIT / 4, 1 + i);
	for (step = 0; step < 300000; step++) {
		at_random(sim);
		if (step % 32 == 0)
			ASSERT_STREQ("", sim_check(sim));
	}
	EXPECT_EQ(0, sim->reordered);
	/* All that waits goes in the end, and users are known as long as they have queues. */
	for (i = 0; i < 4; i++)
		sim_limit_users(sim, i, MBIT);
	for (end = sim->now + 600 * TG_TICKS_S; sim->shaper.packets && sim->now < end;)
		if (!sim_send(sim, &wake))
			sim->now = min(end, max(wake, sim->now + 1));
	EXPECT_EQ(0, sim->shaper.packets);
	ASSERT_STREQ("", sim_check(sim));
	for (i = 0; i < 4; i++)
		while (!list_empty(&sim->tenants[i].share.queues))
			sim_remove(sim, list_first_entry(&sim->tenants[i].share.queues,
							 struct tg_queue, sibling));
	EXPECT_EQ(0, sim->persons);
	sim_free(sim);
}

/* Ten thousand users, each over its ceiling: the least ahead of its time goes next. */
TEST(many_users_get_their_ceilings)
{
	const u32 count = 2000;
	struct sim *sim = sim_new(10 * GBIT, 5);
	u32 i, k, tenant;

	for (tenant = 0; tenant < 5; tenant++) {
		sim_promise(sim, tenant, GBIT, 0, 0, 1);
		sim_limit_users(sim, tenant, MBIT / 2);
		for (i = 0; i < count; i++)
			for (k = 0; k < 3; k++)
				sim_put(sim, tenant, i, k, MTU);
	}
	sim_run(sim, sim->now + 200 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	for (tenant = 0; tenant < 5; tenant++) {
		EXPECT_LE(sim_got(sim, tenant), count * MBIT / 2 * 101 / 100);
		EXPECT_GE(sim_got(sim, tenant), count * MBIT / 2 * 99 / 100);
		for (i = 0; i < SIM_USERS; i++)
			EXPECT_NEAR(sim->tenants[tenant].user[i], MBIT / 2);
	}
	sim_free(sim);
}

TEST_HARNESS_MAIN
