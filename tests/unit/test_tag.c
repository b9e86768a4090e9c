// SPDX-License-Identifier: GPL-2.0-only
/* What the judgement tells the qdisc: kmod/tag.h. */

#include <linux/kernel.h>

#include "tag.h"

#include "kselftest_harness.h"

TEST(a_tag_says_what_was_put_in)
{
	static const u16 accounts[] = { 0, 1, 4711, 65535 };
	u32 i, user;
	u8 class;

	for (i = 0; i < ARRAY_SIZE(accounts); i++)
		for (class = 0; class < 3; class++)
			for (user = 0; user < 2048; user++) {
				u32 tag = tg_tag(accounts[i], user, class);

				ASSERT_NE(0, tag & TG_TAG);
				ASSERT_EQ(accounts[i], tg_tag_account(tag));
				ASSERT_EQ(user, tg_tag_user(tag));
				ASSERT_EQ(class, tg_tag_class(tag));
			}
}

TEST(a_thousand_people_have_numbers_of_their_own)
{
	bool taken[2048] = {};
	u32 id;

	for (id = 1; id <= 1024; id++) {
		u32 user = tg_tag_user(tg_tag(1, tg_tag_person(id), 0));

		ASSERT_FALSE(taken[user]);
		taken[user] = true;
	}
	EXPECT_EQ(tg_tag_person(1), tg_tag_person(1025));
}

TEST(no_address_is_taken_for_a_person)
{
	bool seen[2048] = {};
	u32 i, different = 0;

	for (i = 0; i < 100000; i++) {
		u32 user = tg_tag_user(tg_tag(1, tg_tag_address(0x0a010000 + i * 7), 0));

		ASSERT_LE(1024, user);
		different += !seen[user];
		seen[user] = true;
	}
	EXPECT_EQ(1024, different);
}

TEST_HARNESS_MAIN
