/* SPDX-License-Identifier: GPL-2.0-only */
/* What the core needs of the kernel's linux/atomic.h, in userspace: the same instructions. */
#ifndef _TG_SHIM_ATOMIC_H
#define _TG_SHIM_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

static inline s64 atomic64_read(const atomic64_t *a)
{
	return __atomic_load_n(&a->counter, __ATOMIC_RELAXED);
}

static inline void atomic64_set(atomic64_t *a, s64 value)
{
	__atomic_store_n(&a->counter, value, __ATOMIC_RELAXED);
}

static inline void atomic64_add(s64 value, atomic64_t *a)
{
	__atomic_fetch_add(&a->counter, value, __ATOMIC_SEQ_CST);
}

/* What another CPU does between a look and what comes of it; NULL for nothing. */
extern void (*shim_meanwhile)(atomic64_t *a);

static inline bool atomic64_try_cmpxchg(atomic64_t *a, s64 *old, s64 value)
{
	if (shim_meanwhile)
		shim_meanwhile(a);
	return __atomic_compare_exchange_n(&a->counter, old, value, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

#endif
