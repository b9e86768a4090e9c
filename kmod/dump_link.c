// SPDX-License-Identifier: GPL-2.0-only
/* Reading the running policy: links, their devices, plans, and windows. */

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

/* What a plan says within a window. */
static int tg_fill_terms(struct sk_buff *skb, const struct tg_plan *terms, bool now)
{
	struct nlattr *nest = nla_nest_start(skb, TENANTGATE_A_PLAN_DURING);

	if (!nest ||
	    nla_put_string(skb, TENANTGATE_A_TERMS_WINDOW_NAME, terms->window->name) ||
	    tg_put_rates(skb, TENANTGATE_A_TERMS_GUARANTEE_UP, TENANTGATE_A_TERMS_GUARANTEE_DOWN,
			 TENANTGATE_A_TERMS_PAD, terms->guarantee) ||
	    tg_put_rates(skb, TENANTGATE_A_TERMS_CEILING_UP, TENANTGATE_A_TERMS_CEILING_DOWN,
			 TENANTGATE_A_TERMS_PAD, terms->ceiling) ||
	    tg_put_rates(skb, TENANTGATE_A_TERMS_REALTIME_UP, TENANTGATE_A_TERMS_REALTIME_DOWN,
			 TENANTGATE_A_TERMS_PAD, terms->realtime) ||
	    tg_put_rates(skb, TENANTGATE_A_TERMS_USER_CEILING_UP,
			 TENANTGATE_A_TERMS_USER_CEILING_DOWN, TENANTGATE_A_TERMS_PAD,
			 terms->user_ceiling) ||
	    nla_put_u8(skb, TENANTGATE_A_TERMS_SHARE_INTERACTIVE, terms->interactive) ||
	    nla_put_u8(skb, TENANTGATE_A_TERMS_SHARE_BULK, terms->bulk) ||
	    nla_put_u32(skb, TENANTGATE_A_TERMS_WEIGHT, terms->weight) ||
	    (now && nla_put_flag(skb, TENANTGATE_A_TERMS_IN_FORCE)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int tg_fill_during(const struct tg_dump *d, const struct tg_plan *plan)
{
	const struct tg_plan *now = tg_plan_now(plan, d->running->open), *terms;
	int err = 0;

	if (now == plan)
		err = nla_put_flag(d->skb, TENANTGATE_A_PLAN_IN_FORCE);
	for (terms = plan->during; terms && !err; terms = terms->next)
		err = tg_fill_terms(d->skb, terms, terms == now);
	return err;
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
	    nla_put_u32(skb, TENANTGATE_A_PLAN_WEIGHT, plan->weight) ||
	    tg_fill_during(d, plan))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_PLAN_GENERATION, d->running->generation);
}

static int tg_fill_window(const struct tg_dump *d, const void *object)
{
	const struct tg_window *window = object;
	struct sk_buff *skb = d->skb;
	u32 i;

	if (nla_put_string(skb, TENANTGATE_A_WINDOW_NAME, window->name) ||
	    nla_put_u8(skb, TENANTGATE_A_WINDOW_DAYS, window->days))
		return -EMSGSIZE;
	for (i = 0; i < window->nhours; i++) {
		struct nlattr *nest = nla_nest_start(skb, TENANTGATE_A_WINDOW_HOURS);

		if (!nest || nla_put_u16(skb, TENANTGATE_A_HOURS_FROM, window->hours[i].from) ||
		    nla_put_u16(skb, TENANTGATE_A_HOURS_TO, window->hours[i].to))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	if (((d->running->open & BIT_ULL(window->number)) &&
	     nla_put_flag(skb, TENANTGATE_A_WINDOW_OPEN)) ||
	    tg_put_optional(skb, TENANTGATE_A_WINDOW_TIMEZONE,
			    d->running->compiled->policy.timezone))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_WINDOW_GENERATION, d->running->generation);
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

/* Windows are few: their list is walked again for each. */
int tenantgate_nl_window_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct tg_window *window;
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	window = d.running ? d.running->compiled->policy.window_list : NULL;
	for (; window && !err; window = window->next) {
		if (window->number < tg_cursor(cb)->index)
			continue;
		err = tg_dump_message(&d, window, tg_fill_window);
		tg_cursor(cb)->index += !err;
	}
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}
