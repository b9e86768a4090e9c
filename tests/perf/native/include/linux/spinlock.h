/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's linux/spinlock.h for the flow table: what a lock costs that nobody else
 * wants. Like the kernel's it brings along what nobody includes by itself.
 */
#ifndef _TG_BENCH_SPINLOCK_H
#define _TG_BENCH_SPINLOCK_H

#include <stdlib.h>

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/kernel.h>

typedef struct {
	int taken;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->taken = 0;
}

static inline void spin_lock_bh(spinlock_t *lock)
{
	while (__sync_val_compare_and_swap(&lock->taken, 0, 1))
		;
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	smp_store_release(&lock->taken, 0);
}

#endif
