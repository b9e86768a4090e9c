// SPDX-License-Identifier: GPL-2.0-only
/* Wheels and rates: kmod/core/wheel.c, kmod/core/rate.c. */

#include <stdlib.h>

#include <linux/kernel.h>

#include "core/rate.h"
#include "core/wheel.h"

#include "kselftest_harness.h"

#define ENTRIES	300
#define SHIFT	6

FIXTURE(wheel)
{
	struct tg_wheel *wheel;
	struct tg_wheel_entry entry[ENTRIES];
};

FIXTURE_SETUP(wheel)
{
	u32 i;

	self->wheel = malloc(sizeof(*self->wheel));
	ASSERT_NE(NULL, self->wheel);
	tg_wheel_init(self->wheel, SHIFT, 1000);
	for (i = 0; i < ENTRIES; i++)
		tg_wheel_entry_init(&self->entry[i]);
}

FIXTURE_TEARDOWN(wheel)
{
	free(self->wheel);
}

TEST_F(wheel, an_empty_one_has_nothing)
{
	EXPECT_EQ(TG_WHEEL_ANY, tg_wheel_next(self->wheel));
	EXPECT_EQ(NULL, tg_wheel_due(self->wheel, TG_WHEEL_ANY));
	EXPECT_EQ(NULL, tg_wheel_due(self->wheel, 1ULL << 40));
	tg_wheel_remove(self->wheel, &self->entry[0]);
	tg_wheel_add(self->wheel, &self->entry[0], 5);
	EXPECT_EQ(&self->entry[0], tg_wheel_due(self->wheel, 1ULL << 40));
}

TEST_F(wheel, entries_of_one_slot_keep_their_order)
{
	u32 i;

	for (i = 0; i < 10; i++)
		tg_wheel_add(self->wheel, &self->entry[i], 64000 + (10 - i));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(&self->entry[i], tg_wheel_due(self->wheel, TG_WHEEL_ANY));
		tg_wheel_remove(self->wheel, &self->entry[i]);
		EXPECT_FALSE(tg_wheel_has(&self->entry[i]));
	}
}

TEST_F(wheel, nothing_comes_before_its_slot)
{
	tg_wheel_add(self->wheel, &self->entry[0], 64000);
	EXPECT_EQ(64000, tg_wheel_next(self->wheel));
	EXPECT_EQ(NULL, tg_wheel_due(self->wheel, 63999));
	EXPECT_EQ(&self->entry[0], tg_wheel_due(self->wheel, 64000));
}

TEST_F(wheel, what_is_out_of_reach_comes_in_its_time)
{
	const u64 far = 1000 + 3 * ((u64)TG_WHEEL_SLOTS << SHIFT) + 17;
	u64 now;

	tg_wheel_add(self->wheel, &self->entry[0], far);
	tg_wheel_add(self->wheel, &self->entry[1], far + 1000);
	for (now = 1000; now < far >> SHIFT << SHIFT; now += 5000)
		ASSERT_EQ(NULL, tg_wheel_due(self->wheel, now));
	EXPECT_EQ(&self->entry[0], tg_wheel_due(self->wheel, far));
}

/* Against a search of all entries: no slot before an earlier one, none missed. */
TEST_F(wheel, any_order_of_calls_gives_what_a_search_does)
{
	u64 now = 1000, least, number;
	struct tg_wheel_entry *first;
	u32 i, k, step;

	srand(1);
	for (step = 0; step < 200000; step++) {
		i = rand() % ENTRIES;
		switch (rand() % 4) {
		case 0:
		case 1:
			if (tg_wheel_has(&self->entry[i]))
				break;
			number = now + rand() % (rand() % 8 ? 20000 : 2000000);
			tg_wheel_add(self->wheel, &self->entry[i], number);
			break;
		case 2:
			tg_wheel_remove(self->wheel, &self->entry[i]);
			break;
		case 3:
			now += rand() % (rand() % 64 ? 300 : 400000);
			/* So many may be out of reach that it takes several calls. */
			for (k = 0, first = NULL; k < 2 && !first; k++)
				first = tg_wheel_due(self->wheel, now);
			for (k = 0, least = TG_WHEEL_ANY; k < ENTRIES; k++)
				if (tg_wheel_has(&self->entry[k]))
					least = min(least, self->entry[k].at >> SHIFT);
			if (!first) {
				ASSERT_TRUE(least == TG_WHEEL_ANY || least > now >> SHIFT);
				break;
			}
			ASSERT_LE(first->at >> SHIFT, now >> SHIFT);
			/* What was late when it came counts as the present. */
			ASSERT_LE(first->at >> SHIFT, max(least, self->wheel->begin >> SHIFT));
			tg_wheel_remove(self->wheel, first);
			break;
		}
	}
}

TEST_F(wheel, numbers_wrap)
{
	const u64 begin = 0ULL - (TG_WHEEL_SLOTS << SHIFT) / 2;
	u32 i;

	tg_wheel_init(self->wheel, SHIFT, begin);
	for (i = ENTRIES; i-- > 0;)
		tg_wheel_add(self->wheel, &self->entry[i], begin + i * 1500);
	for (i = 0; i < ENTRIES; i++) {
		ASSERT_EQ(&self->entry[i], tg_wheel_due(self->wheel, TG_WHEEL_ANY));
		tg_wheel_remove(self->wheel, &self->entry[i]);
	}
	/* What is over counts as the present, on both sides of the edge. */
	tg_wheel_add(self->wheel, &self->entry[0], begin);
	EXPECT_EQ(&self->entry[0], tg_wheel_first(self->wheel));
	EXPECT_EQ(self->wheel->begin, tg_wheel_next(self->wheel));
}

TEST(a_rate_is_kept_to_a_part_in_ten_million)
{
	static const u64 rates[] = { TG_RATE_MIN, 1001, 125000, 5000000, 125000000, 12500000000ULL,
				     TG_RATE_MAX };
	static const u32 sizes[] = { 1, 40, 64, 1514, 65535, TG_CHARGE_MAX };
	struct tg_rate rate;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(rates); i++)
		for (k = 0; k < ARRAY_SIZE(sizes); k++) {
			double exact = (double)sizes[k] * TG_TICKS_S / rates[i];

			tg_rate_set(&rate, rates[i]);
			EXPECT_LE(tg_rate_ticks(&rate, sizes[k]), exact);
			EXPECT_GE(tg_rate_ticks(&rate, sizes[k]) + 1, exact * 0.9999999);
		}
}

TEST(no_rate_takes_no_time)
{
	struct tg_rate rate;

	tg_rate_set(&rate, 0);
	EXPECT_EQ(0, rate.bytes);
	EXPECT_EQ(0, tg_rate_ticks(&rate, TG_CHARGE_MAX));
}

TEST_HARNESS_MAIN
