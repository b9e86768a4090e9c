/* SPDX-License-Identifier: GPL-2.0-only */
/* A pool of memory whose parts are given back all at once. */
#ifndef TG_POLICY_POOL_H
#define TG_POLICY_POOL_H

#include <stddef.h>

struct pool;

struct pool *pool_create(void);
void pool_destroy(struct pool *pool);
void *pool_alloc(struct pool *pool, size_t count, size_t size);
char *pool_text(struct pool *pool, const char *text, size_t len);

#endif
