/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/refcount.h, in userspace and in one thread. */
#ifndef _TG_SHIM_REFCOUNT_H
#define _TG_SHIM_REFCOUNT_H

#include <assert.h>
#include <linux/types.h>

typedef struct {
	int count;
} refcount_t;

static inline void refcount_set(refcount_t *r, int count)
{
	r->count = count;
}

static inline void refcount_inc(refcount_t *r)
{
	assert(r->count > 0);
	r->count++;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	assert(r->count > 0);
	return !--r->count;
}

static inline void refcount_dec(refcount_t *r)
{
	assert(r->count > 1);
	r->count--;
}

#endif
