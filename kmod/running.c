// SPDX-License-Identifier: GPL-2.0-only
/*
 * The running policy: how it comes, goes and returns.
 *
 * Whoever changes it holds tgn->lock, which keeps commits, confirmations and
 * rollbacks apart, and publishes under the RTNL, which keeps the devices still
 * while their names are looked up. The coming and going of devices publishes
 * under the RTNL alone.
 */

#include <linux/rtnetlink.h>

#include "clock.h"
#include "core/complain.h"
#include "events.h"
#include "flow.h"
#include "hook.h"
#include "publication.h"

static void tg_running_withdraw(struct tg_net *tgn, const char *cause)
{
	struct tg_running *old;

	lockdep_assert_held(&tgn->lock);
	rtnl_lock();
	old = tg_running_swap(tgn, NULL, cause);
	rtnl_unlock();
	tg_hooks_unregister(tgn);
	tg_flows_flush(tgn);
	tg_running_retire(old);
	tg_running_retire(tgn->previous);
	tgn->previous = NULL;
	tgn->confirm_deadline = 0;
	tg_event_changed(tgn, NULL, cause);
}

/**
 * tg_running_generation - the number of the running policy
 * @tgn: the namespace
 *
 * Context: any.
 * Return: the number, 0 when none is running.
 */
u32 tg_running_generation(const struct tg_net *tgn)
{
	const struct tg_running *running;
	u32 generation;

	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	generation = running ? running->generation : 0;
	rcu_read_unlock();
	return generation;
}

/**
 * tg_check_generation - is a policy the one that is expected to run?
 * @expected: the expected one's number, NULL for any
 * @generation: the policy's number
 * @why: why not
 *
 * Return: 0 or -ESTALE.
 */
int tg_check_generation(const u32 *expected, u32 generation, struct tg_complaint *why)
{
	if (!expected || *expected == generation)
		return 0;
	tg_complain(why, "the running policy is generation %u, not %u", generation, *expected);
	return -ESTALE;
}

/* What was running becomes what a rollback returns to. */
static void tg_running_keep(struct tg_net *tgn, struct tg_running *old)
{
	if (tgn->confirm_deadline) {
		/* Not confirmed: the one before it stays the one to return to. */
		tg_running_retire(old);
		return;
	}
	tg_running_retire(tgn->previous);
	tgn->previous = old;
}

/**
 * tg_running_hold - keep the running policy from being freed
 * @tgn: the namespace
 * @generation: its number, 0 when none is running
 *
 * Context: any.
 * Return: the policy with a reference, or NULL when none is running.
 */
struct tg_compiled *tg_running_hold(struct tg_net *tgn, u32 *generation)
{
	struct tg_compiled *compiled = NULL;
	const struct tg_running *running;

	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	*generation = running ? running->generation : 0;
	if (running) {
		/* A publication has a reference until a grace period after its end. */
		compiled = running->compiled;
		refcount_inc(&compiled->refs);
	}
	rcu_read_unlock();
	return compiled;
}

/* A publication of a policy; a fork has the modes of what it was forked from. */
static struct tg_running *tg_running_of(struct tg_net *tgn, struct tg_compiled *compiled,
					struct tg_complaint *why)
{
	const struct tg_running *old;
	struct tg_running *running;

	if (!compiled->policy.forked) {
		running = tg_running_new(compiled);
		return running ? running : ERR_PTR(tg_complain_memory(why));
	}
	rtnl_lock();
	old = rtnl_dereference(tgn->running);
	if (WARN_ON_ONCE(!old || tg_compiled_root(old->compiled) != compiled->root))
		running = ERR_PTR(-ESTALE);
	else
		running = tg_running_clone(old, compiled);
	rtnl_unlock();
	return running ? running : ERR_PTR(tg_complain_memory(why));
}

/**
 * tg_running_commit - make a policy the running one
 * @tgn: the namespace
 * @compiled: the policy, compiled; the caller keeps its reference. For a fork
 *	@expected_generation must be what it was forked from
 * @expected_generation: refuse unless this one is running, or NULL
 * @confirm_timeout: seconds until the previous one returns unless it is
 *	confirmed; 0 for never
 * @generation: number of the new policy
 * @why: why it was refused
 *
 * Context: may sleep; returns when every new packet meets the new policy.
 * Return: 0 or a negative error, the running policy untouched.
 */
int tg_running_commit(struct tg_net *tgn, struct tg_compiled *compiled,
		      const u32 *expected_generation, u32 confirm_timeout,
		      u32 *generation, struct tg_complaint *why)
{
	struct tg_running *running, *old;
	int err;

	mutex_lock(&tgn->lock);
	err = tgn->dying ? -ENODEV : tg_check_generation(expected_generation,
							 tg_running_generation(tgn), why);
	if (!err)
		err = tg_compiled_bind(compiled, tgn, why);
	if (err)
		goto unlock;
	running = tg_running_of(tgn, compiled, why);
	err = PTR_ERR_OR_ZERO(running);
	if (err)
		goto unlock;
	err = tg_hooks_register(tgn);
	if (err) {
		tg_complain(why, "the netfilter hooks cannot be registered (error %d)", err);
		tg_running_free(running);
		goto unlock;
	}
	running->generation = ++tgn->generation;
	*generation = running->generation;
	old = compiled->policy.forked ? tg_running_publish_fork(tgn, running, "commit") :
					tg_running_publish(tgn, running, "commit");
	tg_running_keep(tgn, old);
	tgn->confirm_deadline = 0;
	cancel_delayed_work(&tgn->confirm);
	if (confirm_timeout) {
		tgn->confirm_deadline = (jiffies + confirm_timeout * HZ) ?: 1;
		mod_delayed_work(tg_running_workqueue, &tgn->confirm, confirm_timeout * HZ);
	}
unlock:
	mutex_unlock(&tgn->lock);
	return err;
}

/**
 * tg_running_confirm - keep the running policy
 * @tgn: the namespace
 * @generation: number of the running policy
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0, or -ENOENT when nothing waits for it.
 */
int tg_running_confirm(struct tg_net *tgn, u32 *generation, struct tg_complaint *why)
{
	struct tg_running *running;
	int err = 0;

	mutex_lock(&tgn->lock);
	rtnl_lock();
	running = rtnl_dereference(tgn->running);
	if (!tgn->confirm_deadline || !running) {
		tg_complain(why, "no policy waits for a confirmation");
		err = -ENOENT;
	} else {
		tgn->confirm_deadline = 0;
		cancel_delayed_work(&tgn->confirm);
		*generation = running->generation;
		tg_event_changed(tgn, running, "confirm");
	}
	rtnl_unlock();
	mutex_unlock(&tgn->lock);
	return err;
}

static int tg_running_return(struct tg_net *tgn, const char *cause, u32 *generation,
			     struct tg_complaint *why)
{
	struct tg_running *running;
	bool pending = tgn->confirm_deadline;

	lockdep_assert_held(&tgn->lock);
	if (!tgn->previous) {
		if (!pending) {
			tg_complain(why, "there is no previous policy");
			return -ENOENT;
		}
		*generation = 0;
		tg_running_withdraw(tgn, cause);
		return 0;
	}
	running = tg_running_clone(tgn->previous, tgn->previous->compiled);
	if (!running)
		return tg_complain_memory(why);
	running->generation = ++tgn->generation;
	*generation = running->generation;
	tg_running_retire(tg_running_publish(tgn, running, cause));
	tg_running_retire(tgn->previous);
	tgn->previous = NULL;
	tgn->confirm_deadline = 0;
	return 0;
}

/**
 * tg_running_rollback - return to the previous policy
 * @tgn: the namespace
 * @generation: its new number; 0 when there was none before the one that ends
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_running_rollback(struct tg_net *tgn, u32 *generation, struct tg_complaint *why)
{
	int err;

	mutex_lock(&tgn->lock);
	err = tg_running_return(tgn, "rollback", generation, why);
	if (!err)
		cancel_delayed_work(&tgn->confirm);
	mutex_unlock(&tgn->lock);
	return err;
}

/* Nobody confirmed in time. */
static void tg_running_timeout(struct work_struct *work)
{
	struct tg_net *tgn = container_of(to_delayed_work(work), struct tg_net, confirm);
	struct tg_complaint why = {};
	u32 generation;

	mutex_lock(&tgn->lock);
	if (!tgn->dying && tgn->confirm_deadline) {
		if (time_before(jiffies, tgn->confirm_deadline))
			/* Confirmed, and a newer one waits. */
			mod_delayed_work(tg_running_workqueue, &tgn->confirm,
					 tgn->confirm_deadline - jiffies);
		else if (tg_running_return(tgn, "timeout", &generation, &why))
			/* No memory: not given up, tried again. */
			mod_delayed_work(tg_running_workqueue, &tgn->confirm, HZ);
	}
	mutex_unlock(&tgn->lock);
}

/* A copy with another mode, for one tenant or, with NULL, for the gateway. */
static struct tg_running *tg_running_with_mode(const struct tg_running *old, const char *name,
					       u8 mode, struct tg_complaint *why)
{
	struct tg_tenant *tenant = NULL;
	struct tg_running *running;

	ASSERT_RTNL();
	if (!old) {
		tg_complain(why, "no policy is running");
		return ERR_PTR(-ENOENT);
	}
	if (name) {
		tenant = tg_policy_tenant(&old->compiled->policy, name);
		if (!tenant) {
			tg_complain(why, "tenant '%s' is not in the running policy", name);
			return ERR_PTR(-ENOENT);
		}
	}
	running = tg_running_clone(old, old->compiled);
	if (!running)
		return ERR_PTR(tg_complain_memory(why));
	if (tenant)
		running->modes[tenant->index] = mode;
	else
		running->mode = mode;
	return running;
}

/**
 * tg_running_set_mode - change the mode of the gateway or of a tenant
 * @tgn: the namespace
 * @tenant: name of the tenant, or NULL for the gateway
 * @mode: enum tenantgate_mode
 * @generation: number of the running policy afterwards
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_running_set_mode(struct tg_net *tgn, const char *tenant, u8 mode, u32 *generation,
			struct tg_complaint *why)
{
	struct tg_running *running;
	int err;

	mutex_lock(&tgn->lock);
	rtnl_lock();
	running = tg_running_with_mode(rtnl_dereference(tgn->running), tenant, mode, why);
	rtnl_unlock();
	err = PTR_ERR_OR_ZERO(running);
	if (!err) {
		running->generation = ++tgn->generation;
		*generation = running->generation;
		tg_running_retire(tg_running_publish(tgn, running, "mode"));
	}
	mutex_unlock(&tgn->lock);
	return err;
}

/**
 * tg_running_stop - take the policy out of the packet path
 * @tgn: the namespace
 *
 * Everything passes afterwards. Flows and the previous policy are forgotten;
 * counters are kept for those who still refer to them.
 *
 * Context: may sleep.
 */
void tg_running_stop(struct tg_net *tgn)
{
	mutex_lock(&tgn->lock);
	cancel_delayed_work(&tgn->confirm);
	tg_running_withdraw(tgn, "stop");
	mutex_unlock(&tgn->lock);
}

/**
 * tg_running_init - begin without a policy
 * @tgn: the namespace
 */
void tg_running_init(struct tg_net *tgn)
{
	mutex_init(&tgn->lock);
	INIT_DELAYED_WORK(&tgn->confirm, tg_running_timeout);
	tg_clock_init(tgn);
}

/**
 * tg_running_exit - free the running and the previous policy
 * @tgn: the namespace, whose hooks are gone
 *
 * Context: may sleep.
 */
void tg_running_exit(struct tg_net *tgn)
{
	cancel_delayed_work_sync(&tgn->confirm);
	tg_clock_exit(tgn);
	tg_running_free(rcu_dereference_protected(tgn->running, true));
	RCU_INIT_POINTER(tgn->running, NULL);
	tg_running_free(tgn->previous);
	tgn->previous = NULL;
	/* Retired policies have references to accounts until they are freed. */
	if (tgn->generation) {
		rcu_barrier();
		flush_workqueue(tg_running_workqueue);
	}
}
