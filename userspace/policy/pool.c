// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pool of memory whose parts are given back all at once. Parts are cut from
 * large blocks, so that a million small objects cost a million additions and
 * one walk over the blocks at the end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

#define BLOCK_SIZE	((size_t)256 * 1024)
#define ALIGNMENT	sizeof(void *)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	char data[];
};

struct pool {
	struct block *blocks;	/* the first one is being filled */
};

/**
 * pool_create - begin a pool
 *
 * Return: an empty pool, or NULL when there is no memory.
 */
struct pool *pool_create(void)
{
	return calloc(1, sizeof(struct pool));
}

/**
 * pool_destroy - give back a pool and all that was taken from it
 * @pool: the pool, or NULL
 */
void pool_destroy(struct pool *pool)
{
	struct block *block, *next;

	if (!pool)
		return;
	for (block = pool->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(pool);
}

/**
 * pool_alloc - take an array from a pool
 * @pool: the pool
 * @count: number of elements
 * @size: size of one in bytes
 *
 * Return: memory filled with zeros, or NULL when there is none left.
 */
void *pool_alloc(struct pool *pool, size_t count, size_t size)
{
	struct block *block = pool->blocks;
	size_t bytes, room;
	void *part;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	bytes = (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (!block || block->size - block->used < bytes) {
		room = bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE;
		block = malloc(sizeof(*block) + room);
		if (!block)
			return NULL;
		block->size = room;
		block->used = 0;
		block->next = pool->blocks;
		pool->blocks = block;
	}
	part = block->data + block->used;
	block->used += bytes;
	return memset(part, 0, bytes);
}

/**
 * pool_text - copy a text into a pool
 * @pool: the pool
 * @text: need not end in NUL
 * @len: its length in bytes
 *
 * Return: the copy, ended by NUL, or NULL when there is no memory.
 */
char *pool_text(struct pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1, 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}
