// SPDX-License-Identifier: GPL-2.0-only
/* Reading the running policy: links, their devices, and plans. */

#include <net/sock.h>

#include "dump.h"
#include "netlink_put.h"

/* A rate each way; what is 0 is left out. */
static int tg_put_rates(struct sk_buff *skb, int up, int down, int pad, const u64 rate[TG_WAYS])
{
	if (rate[TG_UP] && nla_put_u64_64bit(skb, up, rate[TG_UP], pad))
		return -EMSGSIZE;
	return rate[TG_DOWN] ? nla_put_u64_64bit(skb, down, rate[TG_DOWN], pad) : 0;
}

static int tg_fill_link(const struct tg_dump *d, const void *object)
{
	const struct tg_link *link = object;
	struct sk_buff *skb = d->skb;

	if (nla_put_string(skb, TENANTGATE_A_LINK_NAME, link->name) ||
	    tg_put_rates(skb, TENANTGATE_A_LINK_RATE_UP, TENANTGATE_A_LINK_RATE_DOWN,
			 TENANTGATE_A_LINK_PAD, link->rate) ||
	    nla_put_u16(skb, TENANTGATE_A_LINK_OVERHEAD, link->overhead) ||
	    nla_put_u16(skb, TENANTGATE_A_LINK_PADDING, link->padding) ||
	    nla_put_u16(skb, TENANTGATE_A_LINK_FRAMING, link->framing) ||
	    nla_put_u16(skb, TENANTGATE_A_LINK_MINIMUM, link->minimum) ||
	    (link->oversubscribe && nla_put_flag(skb, TENANTGATE_A_LINK_OVERSUBSCRIBE)))
		return -EMSGSIZE;
	if (tg_put_rates(skb, TENANTGATE_A_LINK_GUARANTEED_UP, TENANTGATE_A_LINK_GUARANTEED_DOWN,
			 TENANTGATE_A_LINK_PAD, link->guaranteed) ||
	    tg_put_rates(skb, TENANTGATE_A_LINK_REALTIME_UP, TENANTGATE_A_LINK_REALTIME_DOWN,
			 TENANTGATE_A_LINK_PAD, link->prompt))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_LINK_GENERATION, d->running->generation);
}

static int tg_fill_plan(const struct tg_dump *d, const void *object)
{
	const struct tg_plan *plan = object;
	struct sk_buff *skb = d->skb;

	if (nla_put_string(skb, TENANTGATE_A_PLAN_NAME, plan->name) ||
	    tg_put_rates(skb, TENANTGATE_A_PLAN_GUARANTEE_UP, TENANTGATE_A_PLAN_GUARANTEE_DOWN,
			 TENANTGATE_A_PLAN_PAD, plan->guarantee) ||
	    tg_put_rates(skb, TENANTGATE_A_PLAN_CEILING_UP, TENANTGATE_A_PLAN_CEILING_DOWN,
			 TENANTGATE_A_PLAN_PAD, plan->ceiling) ||
	    tg_put_rates(skb, TENANTGATE_A_PLAN_USER_CEILING_UP,
			 TENANTGATE_A_PLAN_USER_CEILING_DOWN, TENANTGATE_A_PLAN_PAD,
			 plan->user_ceiling) ||
	    tg_put_rates(skb, TENANTGATE_A_PLAN_REALTIME_UP, TENANTGATE_A_PLAN_REALTIME_DOWN,
			 TENANTGATE_A_PLAN_PAD, plan->realtime) ||
	    nla_put_u8(skb, TENANTGATE_A_PLAN_SHARE_INTERACTIVE, plan->interactive) ||
	    nla_put_u8(skb, TENANTGATE_A_PLAN_SHARE_BULK, plan->bulk) ||
	    nla_put_u32(skb, TENANTGATE_A_PLAN_WEIGHT, plan->weight))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_PLAN_GENERATION, d->running->generation);
}

static int tg_fill_device(const struct tg_dump *d, const void *object)
{
	const struct tg_device *device = object;
	const struct net_device *dev;
	struct sk_buff *skb = d->skb;

	if (nla_put_string(skb, TENANTGATE_A_DEVICE_NAME, device->name) ||
	    nla_put_u8(skb, TENANTGATE_A_DEVICE_KIND, device->kind == TG_DEVICE_UPLINK ?
		       TENANTGATE_DEVICE_KIND_UPLINK : TENANTGATE_DEVICE_KIND_TUNNEL) ||
	    (device->link &&
	     nla_put_string(skb, TENANTGATE_A_DEVICE_LINK_NAME, device->link->name)))
		return -EMSGSIZE;
	dev = dev_get_by_name_rcu(d->tgn->net, device->name);
	if (dev && nla_put_u32(skb, TENANTGATE_A_DEVICE_IFINDEX, dev->ifindex))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_DEVICE_GENERATION, d->running->generation);
}

int tenantgate_nl_link_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct tg_policy *policy;
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running) {
		policy = &d.running->compiled->policy;
		err = tg_dump_array(&d, (void *const *)policy->links, policy->nlinks,
				    tg_fill_link);
	}
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

int tenantgate_nl_plan_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct tg_policy *policy;
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running) {
		policy = &d.running->compiled->policy;
		/* There is no plan at 0. */
		err = tg_dump_array(&d, (void *const *)policy->plans + 1, policy->nplans,
				    tg_fill_plan);
	}
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

int tenantgate_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct tg_policy *policy;
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running) {
		policy = &d.running->compiled->policy;
		err = tg_dump_array(&d, (void *const *)policy->devices, policy->ndevices,
				    tg_fill_device);
	}
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}
