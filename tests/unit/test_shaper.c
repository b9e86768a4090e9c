// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose packet goes next: kmod/core/shaper.c, shaper_queue.c.
 *
 * What each tenant got in a simulation (sim.c) is compared with an ideal link (fluid.c).
 */

#include <stdlib.h>

#include <linux/kernel.h>

#include "fluid.h"
#include "sim.h"

#include "kselftest_harness.h"

static double most(double a, double b)
{
	return a > b ? a : b;
}

TEST(one_packet_goes_at_once)
{
	struct sim *sim = sim_new(GBIT, 1);
	u64 wake = 0;

	sim_promise(sim, 0, 0, 0, 0, 1);
	EXPECT_EQ(NULL, sim_send(sim, &wake));
	EXPECT_EQ(TG_WHEEL_ANY, wake);
	sim_put(sim, 0, 1, TENANTGATE_CLASS_INTERACTIVE, 100);
	EXPECT_NE(NULL, sim_send(sim, &wake));
	EXPECT_EQ(100, sim->sent);
	EXPECT_EQ(0, sim->shaper.packets);
	sim_free(sim);
}

/* Send what waits, whatever time that takes. */
static void sim_drain(struct sim *sim)
{
	u64 wake;

	while (sim->shaper.packets)
		if (!sim_send(sim, &wake))
			sim->now = max(wake, sim->now + 1);
}

/* When a tenant borrows next. */
static u64 sim_turn(const struct tg_share *share)
{
	const s64 ahead = share->turn_at - share->shaper->virtual;

	return share->shaper->virtual + max(ahead, (s64)0);
}

/* Nothing waits: a packet goes at once if the next turn would be its, and is charged alike. */
TEST(at_once_is_what_a_turn_comes_to)
{
	struct sim *turns = sim_new(10 * MBIT, 4), *once = sim_new(10 * MBIT, 4);
	u32 i, sent[2] = {};
	u64 wake;

	srand(9);
	once->at_once = true;
	for (i = 0; i < 4; i++) {
		const u64 guarantee = i & 1 ? MBIT : 0, ceiling = i & 2 ? 2 * MBIT : 0;

		sim_promise(turns, i, guarantee, ceiling, guarantee / 4, 1 + i);
		sim_promise(once, i, guarantee, ceiling, guarantee / 4, 1 + i);
	}
	for (i = 0; i < 100000; i++) {
		const u32 tenant = rand() % 4, class = rand() % 3, bytes = 60 + rand() % 1400;
		struct tg_share *a = &turns->tenants[tenant].share;
		struct tg_share *b = &once->tenants[tenant].share;
		const bool pause = rand() % 1000 == 0;

		turns->now += rand() % (pause ? 10 * TG_TICKS_S : 2000 * TG_TICKS_US);
		once->now = turns->now;
		sim_put(turns, tenant, 1, class, bytes);
		sim_put(once, tenant, 1, class, bytes);
		sim_send(turns, &wake);
		ASSERT_EQ(turns->shaper.packets, once->shaper.packets);
		sent[once->shaper.packets]++;
		sim_drain(turns);
		sim_drain(once);
		ASSERT_EQ(turns->now, once->now);
		ASSERT_EQ(turns->shaper.open_at, once->shaper.open_at);
		ASSERT_EQ(turns->shaper.virtual, once->shaper.virtual);
		ASSERT_EQ(a->open_at, b->open_at);
		ASSERT_EQ(a->owed_at, b->owed_at);
		ASSERT_EQ(a->prompt_at, b->prompt_at);
		ASSERT_EQ(sim_turn(a), sim_turn(b));
	}
	EXPECT_LT(1000, sent[0]);
	EXPECT_LT(1000, sent[1]);
	sim_free(turns);
	sim_free(once);
}

TEST(a_users_packets_keep_their_order)
{
	struct sim *sim = sim_new(10 * MBIT, 3);
	u64 wake;
	u32 i;

	for (i = 0; i < 3; i++)
		sim_promise(sim, i, MBIT * i, 0, MBIT / 8 * i, 1 + i);
	for (i = 0; i < 20000; i++) {
		sim_put(sim, rand() % 3, rand() % 4, rand() % 3, 60 + rand() % 1400);
		sim->now += rand() % (1400 * TG_TICKS_US);
		while (sim_send(sim, &wake))
			;
	}
	EXPECT_EQ(0, sim->reordered);
	sim_free(sim);
}

/*
 * Ten thousand tenants who always want more, on a link of 100 Gbit/s: in every
 * window of 100 ms each gets what the ideal link gives, within 1 % or three packets.
 */
TEST(ten_thousand_tenants_get_what_an_ideal_link_gives)
{
	const u32 count = 10000;
	struct sim *sim = sim_new(100 * GBIT, count);
	struct fluid_tenant *fluid = calloc(count, sizeof(*fluid));
	u32 i, k, bad = 0;
	double worst = 0;

	srand(2);
	for (i = 0; i < count; i++) {
		u64 guarantee = rand() % 3 ? (1 + rand() % 8) * MBIT : 0;
		u64 ceiling = rand() % 4 ? (8 + rand() % 40) * MBIT : 0;
		u32 weight = 1 + rand() % 20;

		sim_promise(sim, i, guarantee, ceiling, 0, weight);
		fluid[i] = (struct fluid_tenant){
			.guarantee = guarantee,
			.ceiling = ceiling ? ceiling : 100 * GBIT,
			.weight = weight,
			.backlog = 1e12,
		};
		for (k = 0; k < 3; k++)
			sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	}
	fluid_rates(fluid, count, 100 * GBIT);
	sim_run(sim, sim->now + 20 * TG_TICKS_MS, 0);
	for (k = 0; k < 3; k++) {
		sim_begin_window(sim);
		sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
		for (i = 0; i < count; i++) {
			double ideal = fluid[i].rate / 10, off = sim_got(sim, i) - ideal;

			off = (off < 0 ? -off : off) / most(ideal / 100, 3 * MTU);
			worst = most(worst, off);
			bad += off > 1;
		}
	}
	TH_LOG("the most that anybody is off: %.2f of what is allowed", worst);
	EXPECT_EQ(0, bad);
	free(fluid);
	sim_free(sim);
}

/*
 * Tenants who come and go are never far from the ideal link. One who comes waits
 * for a packet of each other at most (start-time fair queueing), and would have
 * had a part of the link meanwhile: half of the others' packets, or 1 %.
 */
TEST(random_arrivals_are_served_as_an_ideal_link_does)
{
	const u32 count = 20;
	const u64 link = 100 * MBIT;
	u32 i, round, bad = 0;
	double worst = 0;

	srand(3);
	for (round = 0; round < 20; round++) {
		struct sim *sim = sim_new(link, count);
		struct fluid_tenant fluid[20];
		u64 end = sim->now + TG_TICKS_S, before = sim->now;
		double behind[20] = {};

		sim->at_once = round % 2;
		for (i = 0; i < count; i++) {
			u64 guarantee = rand() % 2 ? rand() % 5 * MBIT : 0;
			u64 ceiling = rand() % 2 ? (5 + rand() % 50) * MBIT : 0;
			u32 weight = 1 + rand() % 10;

			sim_promise(sim, i, guarantee, ceiling, 0, weight);
			fluid[i] = (struct fluid_tenant){
				.guarantee = guarantee,
				.ceiling = ceiling ? ceiling : link,
				.weight = weight,
			};
		}
		while (sim->now < end) {
			u32 tenant = rand() % count, burst = 1 + rand() % (rand() % 20 ? 8 : 200);

			while (burst--) {
				u32 bytes = rand() % 3 ? MTU : 60 + rand() % 1000;

				sim_put(sim, tenant, 1, TENANTGATE_CLASS_INTERACTIVE, bytes);
				fluid[tenant].backlog += bytes;
			}
			sim_run(sim, sim->now + rand() % (1000 * TG_TICKS_US), NOBODY);
			fluid_run(fluid, count, link, (double)(sim->now - before) / TG_TICKS_S);
			before = sim->now;
			for (i = 0; i < count; i++) {
				behind[i] = fluid[i].sent - sim->tenants[i].sent;
				worst = most(worst, behind[i]);
				bad += behind[i] > most(fluid[i].sent / 100, count / 2 * MTU);
			}
		}
		sim_free(sim);
	}
	TH_LOG("the most that anybody is behind: %.0f bytes", worst);
	EXPECT_EQ(0, bad);
}

TEST(guarantees_beyond_the_link_do_not_make_it_faster)
{
	struct sim *sim = sim_new(40 * MBIT, 10);
	double got[10];
	u64 begin;
	u32 i;

	for (i = 0; i < 10; i++) {
		sim_promise(sim, i, 8 * MBIT, 0, 0, 1);
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	}
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	begin = sim->sent;
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	EXPECT_LE(sim->sent - begin, 40 * MBIT + 2 * MTU);
	EXPECT_GE(sim->sent - begin, 40 * MBIT - 2 * MTU);
	for (i = 0; i < 10; i++)
		got[i] = sim_got(sim, i);
	EXPECT_GE(jain(got, 10), 0.999);
	sim_free(sim);
}

/* HTB sends 28 to 85 Mbit/s here. */
TEST(ten_thousand_who_begin_at_once_do_not_exceed_the_link)
{
	struct sim *sim = sim_new(40 * MBIT, 10000);
	u64 begin, second;
	u32 i;

	for (i = 0; i < 10000; i++)
		sim_promise(sim, i, 400, MBIT, 0, 1);
	sim->now += 10 * TG_TICKS_S;
	for (i = 0; i < 10000; i++) {
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	}
	for (second = 0; second < 3; second++) {
		begin = sim->sent;
		sim_run(sim, sim->now + TG_TICKS_S, 0);
		EXPECT_LE(sim->sent - begin, 40 * MBIT * 101 / 100);
		EXPECT_GE(sim->sent - begin, 40 * MBIT * 99 / 100);
	}
	sim_free(sim);
}

TEST(nobody_exceeds_a_ceiling_and_all_reach_it)
{
	struct sim *sim = sim_new(GBIT, 20);
	u32 i, k;

	for (i = 0; i < 20; i++) {
		sim_promise(sim, i, 0, (1 + i) * MBIT, i * MBIT / 2, 1 + i);
		for (k = 0; k < 3; k++)
			sim_put(sim, i, k, k, MTU);
	}
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	for (k = 0; k < 3; k++) {
		sim_begin_window(sim);
		sim_run(sim, sim->now + TG_TICKS_S, 0);
		for (i = 0; i < 20; i++) {
			u64 ceiling = (1 + i) * MBIT, allowed = max(ceiling / 100, 2ULL * MTU);

			EXPECT_LE(sim_got(sim, i), ceiling + allowed);
			EXPECT_GE(sim_got(sim, i), ceiling - allowed);
		}
	}
	sim_free(sim);
}

/* A guarantee holds in every window of 100 ms while 999 others flood. */
TEST(a_guarantee_holds_against_a_flood)
{
	struct sim *sim = sim_new(40 * MBIT, 1000);
	u32 i, window, missed = 0;

	sim_promise(sim, 0, 20 * MBIT, 0, 0, 1);
	for (i = 1; i < 1000; i++)
		sim_promise(sim, i, 15 * MBIT / 1000, 0, 0, TG_WEIGHT_MAX);
	for (i = 0; i < 1000; i++) {
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
		sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	}
	sim_run(sim, sim->now + 50 * TG_TICKS_MS, 0);
	for (window = 0; window < 200; window++) {
		sim_begin_window(sim);
		sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
		missed += sim_got(sim, 0) + 2 * MTU < 2 * MBIT;
	}
	EXPECT_EQ(0, missed);
	sim_free(sim);
}

/* A call among floods: every packet goes after at most two of the link's. */
TEST(a_call_waits_for_two_packets_at_most)
{
	static const u32 counts[] = { 10, 1000, 10000 };
	u32 n, i, k;

	for (n = 0; n < ARRAY_SIZE(counts); n++) {
		struct sim *sim = sim_new(40 * MBIT, counts[n]);
		u64 next, packet = tg_rate_ticks(&sim->shaper.rate, MTU);

		sim_promise(sim, 0, 2 * MBIT, 0, MBIT, 1);
		for (i = 1; i < counts[n]; i++) {
			sim_promise(sim, i, 30 * MBIT / counts[n], 0, 0, 10);
			for (k = 0; k < 3; k++)
				sim_put(sim, i, 1, k, MTU);
		}
		next = sim->now + 50 * TG_TICKS_MS;
		for (i = 0; i < 2000; i++, next += 3 * TG_TICKS_MS) {
			sim_run(sim, next, 1);
			sim_put(sim, 0, 1, TENANTGATE_CLASS_REALTIME, 160);
		}
		sim_run(sim, sim->now + 50 * TG_TICKS_MS, NOBODY);
		EXPECT_EQ(2000, sim->tenants[0].packets);
		EXPECT_LE(sim->tenants[0].delay, 2 * packet);
		sim_free(sim);
	}
}

/* What others' rules let go as realtime does not hold up who was promised more of it. */
TEST(a_call_goes_before_floods_of_realtime)
{
	static const u32 counts[] = { 10, 1000, 5000 };
	u32 n, i, k;

	for (n = 0; n < ARRAY_SIZE(counts); n++) {
		struct sim *sim = sim_new(40 * MBIT, counts[n]);
		u64 packet = tg_rate_ticks(&sim->shaper.rate, MTU), next;

		sim_promise(sim, 0, 2 * MBIT, 0, 2 * MBIT, 1);
		for (i = 1; i < counts[n]; i++) {
			sim_promise(sim, i, 30 * MBIT / counts[n], 0, 10 * MBIT / counts[n], 10);
			for (k = 0; k < 3; k++)
				sim_put(sim, i, 1, TENANTGATE_CLASS_REALTIME, MTU);
		}
		for (i = 0, next = sim->now; i < 2000; i++, next += 3 * TG_TICKS_MS) {
			sim_run(sim, next, 1);
			sim_put(sim, 0, 1, TENANTGATE_CLASS_REALTIME, 160);
		}
		sim_run(sim, sim->now + 50 * TG_TICKS_MS, NOBODY);
		TH_LOG("%u tenants: a call waits for %.1f packets at most", counts[n],
		       (double)sim->tenants[0].delay / packet);
		EXPECT_EQ(2000, sim->tenants[0].packets);
		/* Its own time at its rate, and two packets. */
		EXPECT_LE(sim->tenants[0].delay,
			  tg_rate_ticks(&sim->tenants[0].share.realtime, 160) + 2 * packet);
		sim_free(sim);
	}
}

TEST(users_of_a_tenant_share_alike)
{
	struct sim *sim = sim_new(10 * MBIT, 1);
	double got[4] = {};
	struct tg_queue *queue;
	u64 wake, end;
	u32 user, i;

	sim_promise(sim, 0, 0, 0, 0, 1);
	/* The first one has sixteen times as many packets waiting. */
	for (user = 0; user < 4; user++)
		for (i = 0; i < (user ? 2 : 32); i++)
			sim_put(sim, 0, user, TENANTGATE_CLASS_BULK, user % 2 ? MTU : 500);
	for (end = sim->now + TG_TICKS_S; sim->now < end;) {
		queue = sim_send(sim, &wake);
		if (!queue) {
			sim->now = wake;
			continue;
		}
		got[queue->user] += queue->user % 2 ? MTU : 500;
		sim_put(sim, 0, queue->user, TENANTGATE_CLASS_BULK, queue->user % 2 ? MTU : 500);
	}
	EXPECT_GE(jain(got, 4), 0.999);
	sim_free(sim);
}

/* New terms hold within a round; nothing is lost or reordered by them. */
TEST(terms_change_under_load)
{
	struct sim *sim = sim_new(100 * MBIT, 50);
	u32 i, round, waiting;

	srand(5);
	for (i = 0; i < 50; i++) {
		sim_promise(sim, i, MBIT, 0, 0, 1);
		for (round = 0; round < 3; round++)
			sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	}
	for (round = 0; round < 200; round++) {
		struct tg_terms terms = {
			.guarantee = rand() % 2 * MBIT,
			.ceiling = rand() % 3 ? (1 + rand() % 10) * MBIT : 0,
			.weight = 1 + rand() % TG_WEIGHT_MAX,
			.limit = 1U << 30,
			.interactive = 1 + rand() % 100,
			.bulk = 1 + rand() % 100,
		};

		sim_run(sim, sim->now + 5 * TG_TICKS_MS, 0);
		waiting = sim->shaper.packets;
		for (i = 0; i < 50; i += 1 + rand() % 4)
			tg_share_set(&sim->tenants[i].share, &terms, sim->now);
		EXPECT_EQ(waiting, sim->shaper.packets);
	}
	for (i = 0; i < 50; i++) {
		struct tg_terms terms = { .ceiling = MBIT, .weight = 1, .limit = 1U << 30,
					  .interactive = 4, .bulk = 1 };

		tg_share_set(&sim->tenants[i].share, &terms, sim->now);
	}
	sim_run(sim, sim->now + 20 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	for (i = 0; i < 50; i++) {
		EXPECT_LE(sim_got(sim, i), MBIT + 2 * MTU);
		EXPECT_GE(sim_got(sim, i), MBIT - 2 * MTU);
	}
	sim_free(sim);
}

/* Who applies the same policy again and again gets no more by it. */
TEST(the_same_terms_again_forgive_no_debts)
{
	struct sim *sim = sim_new(10 * MBIT, 2);
	u32 i, k;

	sim_promise(sim, 0, 0, MBIT / 10, 0, 1);
	sim_promise(sim, 1, 0, 0, 0, 1);
	for (i = 0; i < 2; i++)
		for (k = 0; k < 3; k++)
			sim_put(sim, i, 1, TENANTGATE_CLASS_BULK, MTU);
	sim_run(sim, sim->now + 100 * TG_TICKS_MS, 0);
	sim_begin_window(sim);
	for (k = 0; k < 500; k++) {
		sim_run(sim, sim->now + 2 * TG_TICKS_MS, 0);
		for (i = 0; i < 2; i++)
			tg_share_set(&sim->tenants[i].share, &sim->tenants[i].terms, sim->now);
		tg_shaper_set_rate(&sim->shaper, 10 * MBIT, sim->now);
	}
	EXPECT_LE(sim_got(sim, 0), MBIT / 10 + 2 * MTU);
	EXPECT_LE(sim_got(sim, 1), 10 * MBIT - sim_got(sim, 0) + 2 * MTU);

	/* And one large packet on a slow link, whose debt is long. */
	sim_put(sim, 1, 1, TENANTGATE_CLASS_BULK, 65000);
	sim_run(sim, sim->now + TG_TICKS_S, NOBODY);
	EXPECT_EQ(0, sim->tenants[1].share.packets);
	tg_shaper_set_rate(&sim->shaper, MBIT, sim->now);
	for (k = 0; k < 2; k++)
		sim_put(sim, 1, 1, TENANTGATE_CLASS_BULK, 65000);
	for (k = 0; k < 100; k++) {
		sim_run(sim, sim->now + TG_TICKS_MS, NOBODY);
		tg_shaper_set_rate(&sim->shaper, MBIT, sim->now);
	}
	EXPECT_EQ(1, sim->tenants[1].share.packets);
	sim_free(sim);
}

/*
 * A link that stood still has not kept its guarantees. They are not made up for
 * at the cost of those who have none, beyond an eighth of a second.
 */
TEST(a_link_that_stood_still_starves_nobody)
{
	struct sim *sim = sim_new(10 * MBIT, 2);
	u32 i, k;

	sim_promise(sim, 0, 9 * MBIT, 0, 4 * MBIT, 1);
	sim_promise(sim, 1, 0, 0, 0, TG_WEIGHT_MAX);
	for (i = 0; i < 2; i++)
		for (k = 0; k < 3; k++)
			sim_put(sim, i, k, i ? TENANTGATE_CLASS_BULK : TENANTGATE_CLASS_REALTIME,
				MTU);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	sim->now += 30 * TG_TICKS_S;
	sim_run(sim, sim->now + 2 * TG_TICKS_S, 0);
	sim_begin_window(sim);
	sim_run(sim, sim->now + TG_TICKS_S, 0);
	EXPECT_GE(sim_got(sim, 1), MBIT * 97 / 100);
	EXPECT_GE(sim_got(sim, 0), 9 * MBIT * 99 / 100);
	sim_free(sim);
}

/* What waits takes memory by the packet: who sends the smallest does not drive others out. */
TEST(many_small_packets_are_fatter_than_few_large_ones)
{
	struct sim *sim = sim_new(10 * MBIT, 2);
	u32 i;

	for (i = 0; i < 2; i++)
		sim_promise(sim, i, 0, 0, 0, 1);
	for (i = 0; i < 16; i++) {
		sim_put(sim, 0, 1, TENANTGATE_CLASS_INTERACTIVE, MTU);
		sim_put(sim, 1, 1, TENANTGATE_CLASS_INTERACTIVE, MTU);
	}
	for (i = 0; i < 400; i++)
		sim_put(sim, 1, 2, TENANTGATE_CLASS_INTERACTIVE, 40);
	EXPECT_EQ(2, tg_share_fattest(&sim->tenants[1].share)->user);
	EXPECT_EQ(2, tg_shaper_fattest(&sim->shaper)->user);
	sim_free(sim);
}

/* However many had large packets: choosing looks at each queue twice at most. */
TEST(turns_stay_as_large_as_debts)
{
	struct sim *sim = sim_new(GBIT, 1);
	struct tg_share *share = &sim->tenants[0].share;
	struct tg_queue *queue;
	u32 user;

	sim_promise(sim, 0, 0, 0, 0, 1);
	for (user = 0; user < 200; user++) {
		sim_put(sim, 0, user, TENANTGATE_CLASS_BULK, user ? 63900 : 64000);
		sim_put(sim, 0, user, TENANTGATE_CLASS_BULK, 64000);
	}
	sim_run(sim, sim->now + TG_TICKS_S, NOBODY);
	EXPECT_EQ(0, share->packets);
	EXPECT_LT(sim->shaper.nidle, 200);
	list_for_each_entry(queue, &share->queues, sibling)
		if (queue->place != TG_QUEUE_IDLE)
			EXPECT_GT(queue->deficit,
				  -(s32)share->class[TENANTGATE_CLASS_BULK].quantum);
	for (user = 0; user < 200; user++) {
		sim_put(sim, 0, 1000, TENANTGATE_CLASS_BULK, 60);
		sim_run(sim, sim->now + TG_TICKS_MS, NOBODY);
	}
	EXPECT_EQ(201, sim->shaper.nidle);
	sim_free(sim);
}

/* Anything in any order: nothing is lost, lists and backlogs agree, the fattest is fat. */
TEST(whatever_happens_backlogs_are_right)
{
	struct sim *sim = sim_new(20 * MBIT, 8);
	u32 step, i;
	u64 wake;

	srand(6);
	for (i = 0; i < 8; i++)
		sim_promise(sim, i, i % 3 * MBIT, i % 2 ? 3 * MBIT : 0, i % 4 * MBIT / 4, 1 + i * i);
	for (step = 0; step < 300000; step++) {
		struct tg_queue *queue;

		switch (rand() % 8) {
		case 0:
		case 1:
		case 2:
			sim_put(sim, rand() % 8, rand() % 40, rand() % 3,
				rand() % 50 ? 60 + rand() % 1454 : 1 + rand() % 65000);
			break;
		case 3:
			queue = rand() % 2 ? tg_shaper_fattest(&sim->shaper) :
				tg_share_fattest(&sim->tenants[rand() % 8].share);
			if (queue) {
				ASSERT_NE(0, queue->packets);
				sim_drop(queue, sim->now);
			}
			break;
		case 4:
			if (!list_empty(&sim->shaper.idle)) {
				queue = list_first_entry(&sim->shaper.idle, struct tg_queue, link);
				ASSERT_EQ(0, queue->packets);
				sim_remove(sim, queue);
			}
			break;
		default:
			sim->now += rand() % (400 * TG_TICKS_US);
			sim_send(sim, &wake);
		}
		if (step % 64)
			continue;
		ASSERT_STREQ("", sim_check(sim));
	}
	EXPECT_LE(sizeof(struct tg_share), 1024);
	sim_free(sim);
}

TEST_HARNESS_MAIN
