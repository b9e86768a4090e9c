// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling whoever listens what was denied, and that the policy changed.
 *
 * A flood of denied packets must not become a flood of messages: events are
 * cut to a rate, and each one that is sent says how many were not.
 */

#include <linux/jiffies.h>

#include "events.h"
#include "netlink.h"
#include "netlink_put.h"

#define TG_EVENTS_PER_SECOND	100
#define TG_EVENTS_BURST		100

/* Room for the longest names, 68 bytes each, a longest origin, 260, and the rest. */
#define TG_EVENT_SIZE		(5 * 68 + 260 + 192)

/**
 * tg_events_init - begin with full credit
 * @tgn: the namespace
 */
void tg_events_init(struct tg_net *tgn)
{
	spin_lock_init(&tgn->events.lock);
	tgn->events.credit = TG_EVENTS_BURST;
	tgn->events.filled = jiffies;
	tgn->events.suppressed = 0;
}

/* May one more event be sent? If so, @suppressed is how many were not. */
static bool tg_events_take(struct tg_events *events, u32 *suppressed)
{
	unsigned long now, passed;
	bool taken;

	spin_lock_bh(&events->lock);
	now = jiffies;
	passed = min_t(unsigned long, now - events->filled,
		       HZ * TG_EVENTS_BURST / TG_EVENTS_PER_SECOND);
	if (passed * TG_EVENTS_PER_SECOND >= HZ) {
		events->credit = min_t(u32, TG_EVENTS_BURST,
				       events->credit + passed * TG_EVENTS_PER_SECOND / HZ);
		events->filled = now;
	}
	taken = events->credit > 0;
	if (taken) {
		events->credit--;
		*suppressed = events->suppressed;
		events->suppressed = 0;
	} else {
		events->suppressed++;
	}
	spin_unlock_bh(&events->lock);
	return taken;
}

/* An event could not be sent after all. */
static void tg_events_lost(struct tg_events *events, u32 suppressed)
{
	spin_lock_bh(&events->lock);
	events->suppressed += suppressed + 1;
	spin_unlock_bh(&events->lock);
}

static struct sk_buff *tg_event_message(const struct tg_event *event, u32 suppressed)
{
	struct sk_buff *skb = genlmsg_new(TG_EVENT_SIZE, GFP_ATOMIC);
	void *header;

	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &tenantgate_nl_family, 0, TENANTGATE_CMD_JUDGED);
	if (!header || tg_put_event(skb, event) ||
	    (suppressed &&
	     nla_put_u32(skb, TENANTGATE_A_EXPLAIN_DROPPED_EVENTS, suppressed))) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, header);
	return skb;
}

/**
 * tg_event_judged - tell of a packet that was denied, or decided by a logged rule
 * @tgn: the namespace
 * @event: what to tell
 *
 * Costs next to nothing while nobody listens.
 *
 * Context: any but hard interrupts, under RCU.
 */
void tg_event_judged(struct tg_net *tgn, const struct tg_event *event)
{
	struct sk_buff *skb;
	u32 suppressed;

	if (!genl_has_listeners(&tenantgate_nl_family, tgn->net, TENANTGATE_NLGRP_EVENTS))
		return;
	if (!tg_events_take(&tgn->events, &suppressed))
		return;
	skb = tg_event_message(event, suppressed);
	if (!skb) {
		tg_events_lost(&tgn->events, suppressed);
		return;
	}
	/* A listener whose buffer is full learns so from its own socket. */
	genlmsg_multicast_netns(&tenantgate_nl_family, tgn->net, skb, 0, TENANTGATE_NLGRP_EVENTS,
				GFP_ATOMIC);
}

static int tg_put_change(struct sk_buff *skb, const struct tg_running *running,
			 const char *cause)
{
	if (nla_put_u32(skb, TENANTGATE_A_STATUS_GENERATION, running ? running->generation : 0) ||
	    nla_put_string(skb, TENANTGATE_A_STATUS_CAUSE, cause))
		return -EMSGSIZE;
	if (!running)
		return 0;
	if (nla_put_u8(skb, TENANTGATE_A_STATUS_MODE, running->mode))
		return -EMSGSIZE;
	return tg_put_optional(skb, TENANTGATE_A_STATUS_LABEL, running->compiled->policy.label);
}

/**
 * tg_event_changed - tell that the running policy changed
 * @tgn: the namespace
 * @running: the running policy now, or NULL for none; stays for the call
 * @cause: why, as in the specification
 *
 * Context: may sleep.
 */
void tg_event_changed(struct tg_net *tgn, const struct tg_running *running, const char *cause)
{
	struct sk_buff *skb;
	void *header;

	if (!genl_has_listeners(&tenantgate_nl_family, tgn->net, TENANTGATE_NLGRP_CHANGES))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		goto lost;
	header = genlmsg_put(skb, 0, 0, &tenantgate_nl_family, 0, TENANTGATE_CMD_CHANGED);
	if (!header || tg_put_change(skb, running, cause)) {
		nlmsg_free(skb);
		goto lost;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast_netns(&tenantgate_nl_family, tgn->net, skb, 0, TENANTGATE_NLGRP_CHANGES,
				GFP_KERNEL);
	return;
lost:
	genl_set_err(&tenantgate_nl_family, tgn->net, 0, TENANTGATE_NLGRP_CHANGES, -ENOBUFS);
}
