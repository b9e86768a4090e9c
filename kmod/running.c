// SPDX-License-Identifier: GPL-2.0-only
/*
 * The running policy: how it comes, goes and returns.
 *
 * Whoever changes it holds tgn->lock, which keeps commits, confirmations and
 * rollbacks apart, and publishes under the RTNL, which keeps the devices still
 * while their names are looked up. The coming and going of devices publishes
 * under the RTNL alone.
 */

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "account.h"
#include "core/complain.h"
#include "events.h"
#include "flow.h"
#include "hook.h"
#include "running.h"

#define TG_PICKUP_SECONDS	60

static struct workqueue_struct *tg_running_workqueue;

/* A new publication of a policy; devices are filled in when it is published. */
static struct tg_running *tg_running_new(struct tg_compiled *compiled)
{
	const struct tg_policy *policy = &compiled->policy;
	u32 size = roundup_pow_of_two(2 * policy->ndevices + 2);
	struct tg_running *running = kzalloc(sizeof(*running), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!running)
		return NULL;
	running->modes = kvmalloc_array(policy->ntenants, sizeof(*running->modes),
					GFP_KERNEL_ACCOUNT);
	running->present = kvcalloc(size, sizeof(*running->present), GFP_KERNEL_ACCOUNT);
	if (!running->modes || !running->present) {
		kvfree(running->modes);
		kvfree(running->present);
		kfree(running);
		return NULL;
	}
	for (i = 0; i < policy->ntenants; i++)
		running->modes[i] = policy->tenants[i]->mode;
	running->mode = policy->mode;
	running->present_mask = size - 1;
	refcount_inc(&compiled->refs);
	running->compiled = compiled;
	return running;
}

static struct tg_running *tg_running_clone(const struct tg_running *from)
{
	struct tg_running *running = tg_running_new(from->compiled);

	if (running) {
		memcpy(running->modes, from->modes, from->compiled->policy.ntenants);
		running->mode = from->mode;
		running->generation = from->generation;
	}
	return running;
}

static void tg_running_free(struct tg_running *running)
{
	if (!running)
		return;
	tg_compiled_put(running->compiled);
	kvfree(running->present);
	kvfree(running->modes);
	kfree(running);
}

static void tg_running_free_work(struct work_struct *work)
{
	tg_running_free(container_of(to_rcu_work(work), struct tg_running, free));
}

/* Free what packets may still be reading. */
static void tg_running_retire(struct tg_running *running)
{
	if (!running)
		return;
	INIT_RCU_WORK(&running->free, tg_running_free_work);
	queue_rcu_work(tg_running_workqueue, &running->free);
}

/**
 * tg_running_device - what the policy says of a device
 * @running: the running policy
 * @ifindex: index of the device
 *
 * Context: any, under RCU.
 * Return: the device, or NULL when the policy does not name it.
 */
const struct tg_device *tg_running_device(const struct tg_running *running, u32 ifindex)
{
	u32 i = hash_32(ifindex, 32) & running->present_mask;

	while (running->present[i].ifindex) {
		if (running->present[i].ifindex == ifindex)
			return running->present[i].device;
		i = (i + 1) & running->present_mask;
	}
	return NULL;
}

/**
 * tg_running_mode - the mode that holds for a tenant
 * @running: the running policy
 * @tenant: the tenant, or NULL for packets of no tenant
 *
 * Context: any, under RCU.
 * Return: enum tenantgate_mode; observe when the gateway or the tenant observes.
 */
u8 tg_running_mode(const struct tg_running *running, const struct tg_tenant *tenant)
{
	if (running->mode == TENANTGATE_MODE_OBSERVE || !tenant)
		return running->mode;
	return running->modes[tenant->index];
}

/**
 * tg_running_judged_mode - the mode that holds for a judgement
 * @running: the running policy
 * @j: the judgement
 *
 * A tenant that is observed is spared its own rules, not others' protection:
 * what would reach another tenant follows the stricter of both, and a false
 * source address the gateway's own mode.
 *
 * Context: any, under RCU.
 * Return: enum tenantgate_mode.
 */
u8 tg_running_judged_mode(const struct tg_running *running, const struct tg_judgement *j)
{
	switch (j->reason) {
	case TENANTGATE_REASON_SPOOFED_SOURCE:
		return running->mode;
	case TENANTGATE_REASON_OTHER_TENANT:
		return max(tg_running_mode(running, j->tenant), tg_running_mode(running, j->peer));
	default:
		return tg_running_mode(running, j->tenant);
	}
}

/* Look up which devices are there. A device that moves away is left out. */
static void tg_running_find_devices(struct tg_net *tgn, struct tg_running *running,
				    const struct net_device *leaving)
{
	const struct tg_policy *policy = &running->compiled->policy;
	u32 n, i;

	ASSERT_RTNL();
	memset(running->present, 0,
	       (running->present_mask + 1) * sizeof(*running->present));
	for (n = 0; n < policy->ndevices; n++) {
		struct net_device *dev = __dev_get_by_name(tgn->net, policy->devices[n]->name);

		if (!dev || dev == leaving)
			continue;
		i = hash_32(dev->ifindex, 32) & running->present_mask;
		while (running->present[i].ifindex)
			i = (i + 1) & running->present_mask;
		running->present[i].ifindex = dev->ifindex;
		running->present[i].device = policy->devices[n];
	}
}

static struct tg_running *tg_running_swap(struct tg_net *tgn, struct tg_running *running)
{
	struct tg_running *old;

	ASSERT_RTNL();
	if (running) {
		tg_running_find_devices(tgn, running, NULL);
		running->epoch = ++tgn->epoch;
	}
	old = rtnl_dereference(tgn->running);
	rcu_assign_pointer(tgn->running, running);
	return old;
}

static struct tg_running *tg_running_publish(struct tg_net *tgn, struct tg_running *running,
					     const char *cause)
{
	const struct tg_policy *policy = &running->compiled->policy;
	struct tg_running *old;
	u32 i;

	lockdep_assert_held(&tgn->lock);
	for (i = 0; i < policy->ntenants; i++)
		policy->tenants[i]->account->limits = policy->tenants[i]->limits;
	WRITE_ONCE(tgn->flows.max, policy->max_flows);
	rtnl_lock();
	old = tg_running_swap(tgn, running);
	if (!old)
		WRITE_ONCE(tgn->pickup_until, get_jiffies_64() + TG_PICKUP_SECONDS * HZ);
	/* Told while it cannot be replaced, which devices do under the RTNL alone. */
	tg_event_changed(tgn, running, cause);
	rtnl_unlock();
	/* Acknowledged means enforced: wait for packets that read the old one. */
	synchronize_net();
	return old;
}

static void tg_running_withdraw(struct tg_net *tgn, const char *cause)
{
	struct tg_running *old;

	lockdep_assert_held(&tgn->lock);
	rtnl_lock();
	old = tg_running_swap(tgn, NULL);
	rtnl_unlock();
	tg_hooks_unregister(tgn);
	tg_flows_flush(tgn);
	tg_running_retire(old);
	tg_running_retire(tgn->previous);
	tgn->previous = NULL;
	tgn->confirm_deadline = 0;
	tg_event_changed(tgn, NULL, cause);
}

static int tg_check_generation(struct tg_net *tgn, const u32 *expected, struct tg_complaint *why)
{
	const struct tg_running *running;
	u32 generation;

	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	generation = running ? running->generation : 0;
	rcu_read_unlock();
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
 * tg_running_commit - make a policy the running one
 * @tgn: the namespace
 * @compiled: the policy, compiled; the caller keeps its reference
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
	err = tgn->dying ? -ENODEV : tg_check_generation(tgn, expected_generation, why);
	if (!err)
		err = tg_compiled_bind(compiled, tgn, why);
	if (err)
		goto unlock;
	running = tg_running_new(compiled);
	if (!running) {
		err = tg_complain_memory(why);
		goto unlock;
	}
	err = tg_hooks_register(tgn);
	if (err) {
		tg_complain(why, "the netfilter hooks cannot be registered (error %d)", err);
		tg_running_free(running);
		goto unlock;
	}
	running->generation = ++tgn->generation;
	*generation = running->generation;
	old = tg_running_publish(tgn, running, "commit");
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
	running = tg_running_clone(tgn->previous);
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

static struct tg_tenant *tg_tenant_named(const struct tg_policy *policy, const char *name)
{
	struct tg_tenant *tenant;

	for (tenant = policy->tenant_list; tenant; tenant = tenant->next)
		if (!strcmp(tenant->name, name))
			return tenant;
	return NULL;
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
		tenant = tg_tenant_named(&old->compiled->policy, name);
		if (!tenant) {
			tg_complain(why, "tenant '%s' is not in the running policy", name);
			return ERR_PTR(-ENOENT);
		}
	}
	running = tg_running_clone(old);
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
 * tg_running_device_changed - a device came, went or was renamed
 * @tgn: the namespace
 * @dev: the device
 *
 * Context: RTNL held.
 */
void tg_running_device_changed(struct tg_net *tgn, const struct net_device *dev)
{
	struct tg_running *old = rtnl_dereference(tgn->running);
	const struct net_device *leaving;
	struct tg_running *running;

	if (!old || (!tg_policy_device(&old->compiled->policy, dev->name) &&
		     !tg_running_device(old, dev->ifindex)))
		return;
	leaving = dev->reg_state == NETREG_REGISTERED ? NULL : dev;
	running = tg_running_clone(old);
	if (!running) {
		net_err_ratelimited("tenantgate: no memory to follow device %s; apply the policy again\n",
				    dev->name);
		return;
	}
	tg_running_find_devices(tgn, running, leaving);
	running->epoch = ++tgn->epoch;
	rcu_assign_pointer(tgn->running, running);
	tg_running_retire(old);
}

/**
 * tg_running_init - begin without a policy
 * @tgn: the namespace
 */
void tg_running_init(struct tg_net *tgn)
{
	mutex_init(&tgn->lock);
	INIT_DELAYED_WORK(&tgn->confirm, tg_running_timeout);
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

/**
 * tg_running_module_init - make what all namespaces share
 *
 * Return: 0 or -ENOMEM.
 */
int tg_running_module_init(void)
{
	tg_running_workqueue = alloc_workqueue("tenantgate", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return tg_running_workqueue ? 0 : -ENOMEM;
}

/**
 * tg_running_module_exit - wait for everything that is being freed
 *
 * Context: may sleep.
 */
void tg_running_module_exit(void)
{
	rcu_barrier();
	destroy_workqueue(tg_running_workqueue);
}
