// SPDX-License-Identifier: GPL-2.0-only
/* Memory taken piece by piece: kmod/core/arena.c. */

#include <stdint.h>

#include "core/arena.h"
#include "shim.h"

#include "kselftest_harness.h"

FIXTURE(arena)
{
	struct tg_arena arena;
};

FIXTURE_SETUP(arena)
{
	tg_arena_init(&self->arena, 1024 * 1024);
}

FIXTURE_TEARDOWN(arena)
{
	shim_fail_after(-1);
	tg_arena_free(&self->arena);
	EXPECT_EQ(0, shim_live());
}

static bool is_clear(const u8 *p, size_t size)
{
	while (size--)
		if (*p++)
			return false;
	return true;
}

TEST_F(arena, memory_is_clear_and_aligned)
{
	size_t size;
	void *p;

	for (size = 1; size < 3000; size += 7) {
		p = tg_arena_alloc(&self->arena, 1, size);
		ASSERT_NE(NULL, p);
		EXPECT_EQ(0, (uintptr_t)p % 8);
		EXPECT_TRUE(is_clear(p, size));
		memset(p, 0xff, size);
	}
}

TEST_F(arena, pieces_do_not_overlap)
{
	u8 *piece[400];
	size_t i, k;

	for (i = 0; i < 400; i++) {
		piece[i] = tg_arena_alloc(&self->arena, i + 1, 3);
		ASSERT_NE(NULL, piece[i]);
		memset(piece[i], i & 0xff, 3 * (i + 1));
	}
	for (i = 0; i < 400; i++)
		for (k = 0; k < 3 * (i + 1); k++)
			ASSERT_EQ(i & 0xff, piece[i][k]);
}

TEST_F(arena, an_empty_array_is_no_failure)
{
	EXPECT_NE(NULL, tg_arena_alloc(&self->arena, 0, 8));
	EXPECT_NE(NULL, tg_arena_alloc(&self->arena, 8, 0));
}

TEST_F(arena, a_piece_larger_than_a_chunk_is_possible)
{
	u8 *p = tg_arena_alloc(&self->arena, 3, 100000);

	ASSERT_NE(NULL, p);
	EXPECT_TRUE(is_clear(p, 300000));
	memset(p, 0xff, 300000);
	EXPECT_GE(self->arena.bytes, 300000);
}

TEST_F(arena, the_limit_is_kept)
{
	size_t taken = 0;

	while (tg_arena_alloc(&self->arena, 1, 1000))
		taken += 1000;
	EXPECT_GT(taken, 1024 * 1024 * 9 / 10);
	EXPECT_LE(taken, 1024 * 1024);
	EXPECT_LE(self->arena.bytes, self->arena.limit);
	EXPECT_GE(1024 * 1024, shim_live_bytes());
}

TEST_F(arena, a_piece_that_passes_the_limit_leaves_the_arena_usable)
{
	size_t before;

	ASSERT_NE(NULL, tg_arena_alloc(&self->arena, 1, 16));
	before = self->arena.bytes;
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, 1, 1024 * 1024));
	EXPECT_EQ(before, self->arena.bytes);
	EXPECT_NE(NULL, tg_arena_alloc(&self->arena, 1, 16));
}

TEST_F(arena, bytes_are_what_the_system_gave)
{
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_NE(NULL, tg_arena_alloc(&self->arena, 50000, 1));
		EXPECT_EQ(shim_live_bytes(), self->arena.bytes);
	}
}

TEST_F(arena, sizes_that_overflow_are_refused)
{
	tg_arena_free(&self->arena);
	tg_arena_init(&self->arena, SIZE_MAX);
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, SIZE_MAX, 2));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, SIZE_MAX / 2 + 1, 2));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, SIZE_MAX, 1));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, SIZE_MAX - 8, 1));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, SIZE_MAX - 16, 1));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, 1ULL << 32, 1ULL << 32));
	EXPECT_EQ(0, self->arena.bytes);
}

TEST_F(arena, want_of_memory_is_reported)
{
	shim_fail_after(1);
	ASSERT_NE(NULL, tg_arena_alloc(&self->arena, 1, 60000));
	EXPECT_EQ(NULL, tg_arena_alloc(&self->arena, 1, 60000));
	EXPECT_NE(NULL, tg_arena_alloc(&self->arena, 1, 1000));
	shim_fail_after(-1);
	EXPECT_NE(NULL, tg_arena_alloc(&self->arena, 1, 60000));
}

TEST_F(arena, a_string_is_copied_and_terminated)
{
	const char text[] = { 'a', 'b', 'c', 'd' };
	char *copy = tg_arena_string(&self->arena, text, 3);

	EXPECT_STREQ("abc", copy);
	EXPECT_STREQ("", tg_arena_string(&self->arena, text, 0));
}

TEST_F(arena, freeing_gives_everything_back_and_may_be_repeated)
{
	int i;

	for (i = 0; i < 10; i++)
		ASSERT_NE(NULL, tg_arena_alloc(&self->arena, 1, 60000));
	tg_arena_free(&self->arena);
	EXPECT_EQ(0, shim_live());
	EXPECT_EQ(0, self->arena.bytes);
	tg_arena_free(&self->arena);
	ASSERT_NE(NULL, tg_arena_alloc(&self->arena, 1, 8));
}

TEST_HARNESS_MAIN
