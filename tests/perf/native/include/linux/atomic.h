/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's linux/atomic.h for the flow table and the core: the same instructions. */
#ifndef _TG_BENCH_ATOMIC_H
#define _TG_BENCH_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#define atomic_read(a)			__atomic_load_n(&(a)->counter, __ATOMIC_RELAXED)
#define atomic_set(a, value)		__atomic_store_n(&(a)->counter, value, __ATOMIC_RELAXED)
#define atomic_add(value, a)		((void)__atomic_fetch_add(&(a)->counter, value, __ATOMIC_SEQ_CST))
#define atomic_inc(a)			atomic_add(1, a)
#define atomic_dec(a)			atomic_add(-1, a)
#define atomic_add_return(value, a)	__atomic_add_fetch(&(a)->counter, value, __ATOMIC_SEQ_CST)
#define atomic_inc_return(a)		atomic_add_return(1, a)
#define atomic_xchg(a, value)		__atomic_exchange_n(&(a)->counter, value, __ATOMIC_SEQ_CST)
#define atomic64_read(a)		atomic_read(a)
#define atomic64_set(a, value)		atomic_set(a, value)
#define atomic64_add(value, a)		atomic_add(value, a)
#define atomic64_inc(a)			atomic_add(1, a)
#define atomic64_try_cmpxchg(a, old, value)						\
	__atomic_compare_exchange_n(&(a)->counter, old, value, false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_RELAXED)

#define cmpxchg(at, old, new)	__sync_val_compare_and_swap(at, old, new)

#define smp_rmb()			__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_store_release(at, value)	__atomic_store_n(at, value, __ATOMIC_RELEASE)

#endif
