/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's linux/rcupdate.h for the flow table in one thread, which nobody reads
 * beside: what waits for readers need not wait.
 */
#ifndef _TG_BENCH_RCUPDATE_H
#define _TG_BENCH_RCUPDATE_H

#include <linux/atomic.h>

#define __rcu

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#define rcu_dereference(p)			READ_ONCE(p)
#define rcu_dereference_check(p, condition)	READ_ONCE(p)
#define rcu_dereference_protected(p, condition)	(p)
#define rcu_access_pointer(p)			READ_ONCE(p)
#define rcu_assign_pointer(p, value)		smp_store_release(&(p), value)
#define RCU_INIT_POINTER(p, value)		WRITE_ONCE(p, value)
#define synchronize_rcu()			((void)0)
#define rcu_barrier()				((void)0)
#define call_rcu(head, free)			(free)(head)

#endif
