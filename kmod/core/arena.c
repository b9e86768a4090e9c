// SPDX-License-Identifier: GPL-2.0-only
/* Memory that is taken piece by piece and given back all at once. */

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arena.h"

#define TG_ARENA_CHUNK	(64 * 1024)
#define TG_ARENA_LEAST	4096
#define TG_ARENA_ALIGN	8

struct tg_arena_chunk {
	struct tg_arena_chunk *next;
	size_t used;
	size_t size;
	u8 data[] __aligned(TG_ARENA_ALIGN);
};

/**
 * tg_arena_init - begin an empty arena
 * @arena: the arena
 * @limit: bytes it may take from the system
 */
void tg_arena_init(struct tg_arena *arena, size_t limit)
{
	arena->chunk = NULL;
	arena->bytes = 0;
	arena->limit = limit;
	arena->of = NULL;
}

/**
 * tg_arena_init_part - begin an empty arena under the limit of another
 * @arena: the arena, freed by itself
 * @of: the other; forgotten when struct tg_arena.of is set to NULL, and then
 *	nothing more may be taken
 */
void tg_arena_init_part(struct tg_arena *arena, struct tg_arena *of)
{
	tg_arena_init(arena, 0);
	arena->of = of;
}

static struct tg_arena_chunk *tg_arena_grow(struct tg_arena *arena, size_t size)
{
	struct tg_arena_chunk *chunk;
	size_t least, total;

	/* A part is small: its chunks double from what fits a page. */
	least = arena->of ? clamp_t(size_t, arena->bytes, TG_ARENA_LEAST, TG_ARENA_CHUNK) :
			    TG_ARENA_CHUNK;
	size = max(size, least - sizeof(*chunk));
	if (check_add_overflow(size, sizeof(*chunk), &total) || total > tg_arena_left(arena))
		return NULL;
	chunk = kvmalloc(total, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!chunk)
		return NULL;
	chunk->used = 0;
	chunk->size = size;
	chunk->next = arena->chunk;
	arena->chunk = chunk;
	tg_arena_charge(arena, total);
	return chunk;
}

/**
 * tg_arena_alloc - take zeroed memory for an array
 * @arena: the arena
 * @count: number of elements
 * @size: bytes of one
 *
 * Context: may sleep.
 * Return: the memory, or NULL when there is none or the arena is at its limit.
 */
void *tg_arena_alloc(struct tg_arena *arena, size_t count, size_t size)
{
	struct tg_arena_chunk *chunk = arena->chunk;
	size_t bytes;
	void *data;

	if (check_mul_overflow(count, size, &bytes) ||
	    check_add_overflow(bytes, (size_t)TG_ARENA_ALIGN - 1, &bytes))
		return NULL;
	bytes &= ~((size_t)TG_ARENA_ALIGN - 1);
	if (!chunk || chunk->size - chunk->used < bytes) {
		chunk = tg_arena_grow(arena, bytes);
		if (!chunk)
			return NULL;
	}
	data = chunk->data + chunk->used;
	chunk->used += bytes;
	memset(data, 0, bytes);
	return data;
}

/**
 * tg_arena_copy - keep a copy of an array
 * @arena: the arena
 * @from: the array, may be NULL when it is empty
 * @count: number of elements
 * @size: bytes of one
 *
 * Context: may sleep.
 * Return: the copy, or NULL when there is no memory.
 */
void *tg_arena_copy(struct tg_arena *arena, const void *from, size_t count, size_t size)
{
	void *to = tg_arena_alloc(arena, count, size);

	if (to && count)
		memcpy(to, from, count * size);
	return to;
}

/**
 * tg_arena_left - how much more may be taken?
 * @arena: the arena
 *
 * Return: bytes up to the limit.
 */
size_t tg_arena_left(const struct tg_arena *arena)
{
	const struct tg_arena *limited = arena->of ? arena->of : arena;

	return limited->limit - min(limited->limit, limited->bytes);
}

/**
 * tg_arena_charge - count memory that is elsewhere
 * @arena: the arena
 * @bytes: its size, at most tg_arena_left()
 */
void tg_arena_charge(struct tg_arena *arena, size_t bytes)
{
	arena->bytes += bytes;
	if (arena->of)
		arena->of->bytes += bytes;
}

/**
 * tg_arena_string - keep a copy of a text
 * @arena: the arena
 * @text: the text, need not be terminated
 * @len: its bytes
 *
 * Context: may sleep.
 * Return: the terminated copy, or NULL when there is no memory.
 */
char *tg_arena_string(struct tg_arena *arena, const char *text, size_t len)
{
	char *copy = tg_arena_alloc(arena, len + 1, 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

/**
 * tg_arena_free - give everything back
 * @arena: the arena, empty afterwards
 *
 * Context: may sleep.
 */
void tg_arena_free(struct tg_arena *arena)
{
	struct tg_arena_chunk *chunk, *next;

	for (chunk = arena->chunk; chunk; chunk = next) {
		next = chunk->next;
		kvfree(chunk);
	}
	arena->chunk = NULL;
	arena->bytes = 0;
}
