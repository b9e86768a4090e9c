/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is taken piece by piece and given back all at once. A policy
 * and everything in it lives in one arena, so that no error path has more
 * than one thing to free.
 */
#ifndef _TG_CORE_ARENA_H
#define _TG_CORE_ARENA_H

#include <linux/types.h>

struct tg_arena_chunk;

/**
 * struct tg_arena - an arena
 * @chunk: the chunk pieces are taken from now, the others behind it
 * @bytes: memory taken from the system, and what is charged
 * @limit: refuse to take more bytes than this
 * @of: the arena whose limit counts and which is charged too, or NULL
 */
struct tg_arena {
	struct tg_arena_chunk *chunk;
	size_t bytes;
	size_t limit;
	struct tg_arena *of;
};

void tg_arena_init(struct tg_arena *arena, size_t limit);
void tg_arena_init_part(struct tg_arena *arena, struct tg_arena *of);
void *tg_arena_alloc(struct tg_arena *arena, size_t count, size_t size);
void *tg_arena_copy(struct tg_arena *arena, const void *from, size_t count, size_t size);
size_t tg_arena_left(const struct tg_arena *arena);
void tg_arena_charge(struct tg_arena *arena, size_t bytes);
char *tg_arena_string(struct tg_arena *arena, const char *text, size_t len);
void tg_arena_free(struct tg_arena *arena);

#endif
