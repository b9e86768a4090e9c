// SPDX-License-Identifier: GPL-2.0-only
/*
 * Publications: how a policy meets packets, and stays with them while devices
 * come and go.
 */

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "account.h"
#include "clock.h"
#include "events.h"
#include "publication.h"
#include "qdisc.h"

#define TG_PICKUP_SECONDS	60

struct workqueue_struct *tg_running_workqueue;

static bool tg_policy_shapes(const struct tg_policy *policy)
{
	const struct tg_link *link;

	for (link = policy->link_list; link; link = link->next)
		if (link->rate[TG_UP] || link->rate[TG_DOWN])
			return true;
	return false;
}

/* A publication of a policy; modes and devices are filled in by others. */
static struct tg_running *tg_running_alloc(struct tg_compiled *compiled)
{
	const struct tg_policy *policy = &compiled->policy;
	u32 size = roundup_pow_of_two(2 * policy->ndevices + 2);
	struct tg_running *running = kzalloc(sizeof(*running), GFP_KERNEL_ACCOUNT);

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
	running->present_mask = size - 1;
	refcount_inc(&compiled->refs);
	running->compiled = compiled;
	running->shaped = tg_policy_shapes(policy);
	running->policed = policy->policed;
	return running;
}

/**
 * tg_running_new - make a publication with the modes that the policy asks for
 * @compiled: the policy; a reference is taken
 *
 * Context: may sleep.
 * Return: the publication, or NULL when memory is short.
 */
struct tg_running *tg_running_new(struct tg_compiled *compiled)
{
	const struct tg_policy *policy = &compiled->policy;
	struct tg_running *running = tg_running_alloc(compiled);
	u32 i;

	for (i = 0; running && i < policy->ntenants; i++)
		running->modes[i] = policy->tenants[i]->mode;
	if (running)
		running->mode = policy->mode;
	return running;
}

/**
 * tg_running_clone - make a publication with the modes of another one
 * @from: the other; held by the caller
 * @compiled: the policy, with the same tenants; a reference is taken
 *
 * Context: may sleep.
 * Return: the publication, or NULL when memory is short.
 */
struct tg_running *tg_running_clone(const struct tg_running *from,
				    struct tg_compiled *compiled)
{
	struct tg_running *running = tg_running_alloc(compiled);

	if (running) {
		memcpy(running->modes, from->modes, from->compiled->policy.ntenants);
		running->mode = from->mode;
		running->generation = from->generation;
		running->open = from->open;
	}
	return running;
}

/**
 * tg_running_free - free a publication that no packet can be reading
 * @running: the publication or NULL
 *
 * Context: may sleep.
 */
void tg_running_free(struct tg_running *running)
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

/**
 * tg_running_retire - free a publication that packets may still be reading
 * @running: the publication or NULL
 *
 * Context: any.
 */
void tg_running_retire(struct tg_running *running)
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
 * tg_running_tenant - the tenant of an account
 * @running: the published policy, or NULL
 * @account: the account, or NULL
 *
 * Context: under RCU, or the RTNL held.
 * Return: the tenant, or NULL when the policy does not know it.
 */
const struct tg_tenant *tg_running_tenant(const struct tg_running *running,
					  const struct tg_account *account)
{
	const struct tg_policy *policy = running ? &running->compiled->policy : NULL;
	u32 index = account ? READ_ONCE(account->index) : 0;

	if (!policy || !account || index >= policy->ntenants ||
	    policy->tenants[index]->account != account)
		return NULL;
	return policy->tenants[index];
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
	tgn->devices_missed = false;
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

/* The same devices are there as before. */
static void tg_running_keep_devices(struct tg_running *running, const struct tg_running *old)
{
	memcpy(running->present, old->present,
	       (running->present_mask + 1) * sizeof(*running->present));
}

/* Nothing that was judged before holds any more. */
static void tg_running_begin_epoch(struct tg_net *tgn, struct tg_running *running)
{
	ASSERT_RTNL();
	running->epoch = ++tgn->epoch;
	running->since = running->epoch;
}

/* Tenants were replaced in what runs; what was judged for others holds. */
static void tg_running_follow(struct tg_net *tgn, struct tg_running *running,
			      const struct tg_running *old)
{
	const struct tg_tenant *tenant;

	ASSERT_RTNL();
	tg_running_keep_devices(running, old);
	running->epoch = ++tgn->epoch;
	running->since = old->since;
	for (tenant = running->compiled->policy.tenant_list; tenant; tenant = tenant->next)
		WRITE_ONCE(tenant->account->replaced, running->epoch);
}

/**
 * tg_running_swap - put a publication in the place of another
 * @tgn: the namespace
 * @running: the publication, or NULL for none
 * @cause: why, for those who listen
 *
 * Context: RTNL held; may sleep.
 * Return: the one before, or NULL; to be retired or kept.
 */
struct tg_running *tg_running_swap(struct tg_net *tgn, struct tg_running *running,
				   const char *cause)
{
	struct tg_running *old = rtnl_dereference(tgn->running);

	ASSERT_RTNL();
	if (running)
		running->open = tg_clock_windows(running);
	rcu_assign_pointer(tgn->running, running);
	tg_qdiscs_follow(tgn);
	tg_clock_start(tgn);
	if (running && !old)
		WRITE_ONCE(tgn->pickup_until, get_jiffies_64() + TG_PICKUP_SECONDS * HZ);
	/* Told while it cannot be replaced, which devices do under the RTNL alone. */
	if (running)
		tg_event_changed(tgn, running, cause);
	return old;
}

/*
 * Acknowledged means enforced: wait for packets that read what ran before. Who
 * is root only in a namespace does not get to hurry all processors for it.
 */
static void tg_running_settle(const struct tg_net *tgn)
{
	if (tgn->net->user_ns == &init_user_ns)
		synchronize_rcu_expedited();
	else
		synchronize_rcu();
}

/**
 * tg_running_publish - let a policy run
 * @tgn: the namespace, with its lock held
 * @running: the publication
 * @cause: why, for those who listen
 *
 * Context: may sleep; returns when every new packet meets the policy.
 * Return: what ran before, or NULL; to be retired or kept.
 */
struct tg_running *tg_running_publish(struct tg_net *tgn, struct tg_running *running,
				      const char *cause)
{
	const struct tg_policy *policy = &running->compiled->policy;
	struct tg_running *old;
	u32 i;

	lockdep_assert_held(&tgn->lock);
	for (i = 0; i < policy->ntenants; i++)
		tg_account_set(policy->tenants[i]->account, policy->tenants[i]);
	WRITE_ONCE(tgn->flows.max, policy->max_flows);
	tg_policy_settle(&running->compiled->policy);
	rtnl_lock();
	tg_running_find_devices(tgn, running, NULL);
	tg_running_begin_epoch(tgn, running);
	old = tg_running_swap(tgn, running, cause);
	rtnl_unlock();
	tg_running_settle(tgn);
	return old;
}

/**
 * tg_running_publish_fork - let a fork of the running policy run
 * @tgn: the namespace, with its lock held
 * @running: the publication of the fork
 * @cause: why, for those who listen
 *
 * Devices and limits stay as they are, and so does what was judged for tenants
 * that were not replaced.
 *
 * Context: may sleep; returns when every new packet meets the policy.
 * Return: what ran before; to be retired or kept.
 */
struct tg_running *tg_running_publish_fork(struct tg_net *tgn, struct tg_running *running,
					   const char *cause)
{
	struct tg_running *old;

	lockdep_assert_held(&tgn->lock);
	rtnl_lock();
	if (tgn->devices_missed) {
		tg_running_find_devices(tgn, running, NULL);
		tg_running_begin_epoch(tgn, running);
	} else {
		tg_running_follow(tgn, running, rtnl_dereference(tgn->running));
	}
	tg_policy_settle(&running->compiled->policy);
	old = tg_running_swap(tgn, running, cause);
	rtnl_unlock();
	tg_running_settle(tgn);
	return old;
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
	running = tg_running_clone(old, old->compiled);
	if (!running) {
		tgn->devices_missed = true;
		net_err_ratelimited("tenantgate: no memory to follow device %s; apply the policy again\n",
				    dev->name);
		return;
	}
	tg_running_find_devices(tgn, running, leaving);
	tg_running_begin_epoch(tgn, running);
	rcu_assign_pointer(tgn->running, running);
	tg_qdiscs_bind(tgn);
	tg_running_retire(old);
}

/**
 * tg_running_follow_clock - let what the open windows say hold
 * @tgn: the namespace
 *
 * No judgement depends on windows: what was judged holds on.
 *
 * Context: may sleep; takes the RTNL.
 * Return: false when memory is short, and nothing has changed.
 */
bool tg_running_follow_clock(struct tg_net *tgn)
{
	struct tg_running *old, *running = NULL;
	bool moved;

	rtnl_lock();
	old = rtnl_dereference(tgn->running);
	moved = old && tg_clock_windows(old) != old->open;
	if (moved)
		running = tg_running_clone(old, old->compiled);
	if (running) {
		tg_running_keep_devices(running, old);
		running->epoch = old->epoch;
		running->since = old->since;
		running->open = tg_clock_windows(running);
		rcu_assign_pointer(tgn->running, running);
		tg_qdiscs_follow(tgn);
		tg_running_retire(old);
	}
	rtnl_unlock();
	return running || !moved;
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
