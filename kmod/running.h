/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The running policy: the one pointer at which control meets packets.
 *
 * A published policy never changes. A commit, a rollback, a change of mode, the
 * coming and going of devices and the opening and closing of windows each publish a
 * new struct tg_running; the compiled policy inside is shared by reference.
 */
#ifndef _TG_RUNNING_H
#define _TG_RUNNING_H

#include <linux/refcount.h>
#include <linux/workqueue.h>

#include "core/judge.h"
#include "net.h"

/**
 * struct tg_compiled - a compiled policy and the references it owns
 * @refs: published policies that share it, policies that are forked from it, and
 *	candidates
 * @root: what @policy is forked from, NULL when it is no fork
 * @policy: the policy
 */
struct tg_compiled {
	refcount_t refs;
	struct tg_compiled *root;
	struct tg_policy policy;
};

/**
 * struct tg_present - a device of the policy that is there now
 * @ifindex: its index; 0 marks an empty place
 * @device: what the policy says of it
 */
struct tg_present {
	u32 ifindex;
	const struct tg_device *device;
};

/**
 * struct tg_running - a published policy
 * @free: frees it behind a grace period, where it may sleep
 * @generation: its number
 * @epoch: number of the publication; a generation has several when devices come and go
 * @since: epoch from which on judgements hold, but for tenants replaced later; see
 *	struct tg_account.replaced
 * @mode: mode of the gateway, enum tenantgate_mode
 * @open: the windows that are open, see tg_windows_open()
 * @shaped: some link has a rate: qdiscs are told whose packets come
 * @policed: some tenant may send only so many packets a second
 * @compiled: the policy
 * @modes: modes of the tenants by their index, enum tenantgate_mode
 * @present_mask: size of @present less one; a power of two less one
 * @present: the devices that are there, hashed by index
 */
struct tg_running {
	struct rcu_work free;
	u32 generation;
	u32 epoch;
	u32 since;
	u8 mode;
	u64 open;
	bool shaped;
	bool policed;
	struct tg_compiled *compiled;
	u8 *modes;
	u32 present_mask;
	struct tg_present *present;
};

/* What a policy is forked from; itself, when it is no fork. */
static inline struct tg_compiled *tg_compiled_root(struct tg_compiled *compiled)
{
	return compiled->root ? compiled->root : compiled;
}

struct tg_compiled *tg_compiled_new(size_t memory_limit);
struct tg_compiled *tg_compiled_fork(struct tg_compiled *from, size_t memory_limit);
int tg_compiled_bind(struct tg_compiled *compiled, struct tg_net *tgn, struct tg_complaint *why);
void tg_compiled_put(struct tg_compiled *compiled);

u32 tg_running_generation(const struct tg_net *tgn);
int tg_check_generation(const u32 *expected, u32 generation, struct tg_complaint *why);
struct tg_compiled *tg_running_hold(struct tg_net *tgn, u32 *generation);
int tg_running_commit(struct tg_net *tgn, struct tg_compiled *compiled,
		      const u32 *expected_generation, u32 confirm_timeout,
		      u32 *generation, struct tg_complaint *why);
int tg_running_confirm(struct tg_net *tgn, u32 *generation, struct tg_complaint *why);
int tg_running_rollback(struct tg_net *tgn, u32 *generation, struct tg_complaint *why);
int tg_running_set_mode(struct tg_net *tgn, const char *tenant, u8 mode,
			u32 *generation, struct tg_complaint *why);
void tg_running_stop(struct tg_net *tgn);
void tg_running_device_changed(struct tg_net *tgn, const struct net_device *dev);
bool tg_running_follow_clock(struct tg_net *tgn);
void tg_running_init(struct tg_net *tgn);
void tg_running_exit(struct tg_net *tgn);
int tg_running_module_init(void);
void tg_running_module_exit(void);

const struct tg_device *tg_running_device(const struct tg_running *running, u32 ifindex);
const struct tg_tenant *tg_running_tenant(const struct tg_running *running,
					  const struct tg_account *account);
u8 tg_running_mode(const struct tg_running *running, const struct tg_tenant *tenant);
u8 tg_running_judged_mode(const struct tg_running *running, const struct tg_judgement *j);

#endif
