// SPDX-License-Identifier: GPL-2.0-only
/* One packet at one hook, and how its visit ends. */

#include <net/l3mdev.h>

#include "account.h"
#include "core/reason.h"
#include "crossing.h"
#include "events.h"
#include "reject.h"

static u32 tg_realm(const struct net_device *dev)
{
	return dev ? l3mdev_master_ifindex_rcu(dev) : 0;
}

/**
 * tg_crossing_route - look up a packet's realms and what the policy says of its devices
 * @x: the packet; the way is known but for the realms
 *
 * Context: under RCU.
 */
void tg_crossing_route(struct tg_crossing *x)
{
	const struct net_device *in = x->state->in, *out = x->state->out;

	x->way.in_realm = tg_realm(in ?: out);
	x->way.out_realm = tg_realm(out ?: in);
	x->route = (struct tg_route){
		.in = in ? tg_running_device(x->running, x->way.in) : NULL,
		.out = out ? tg_running_device(x->running, x->way.out) : NULL,
		.local = x->state->hook == NF_INET_LOCAL_IN,
	};
}

/**
 * tg_pickup - are running connections still adopted from either side?
 * @tgn: the namespace
 *
 * Context: any.
 * Return: true for a minute after the first policy.
 */
bool tg_pickup(const struct tg_net *tgn)
{
	return time_before64(get_jiffies_64(), READ_ONCE(tgn->pickup_until));
}

static const char *tg_device_text(const struct tg_device *device, const struct net_device *dev)
{
	return device ? device->name : dev ? dev->name : NULL;
}

static void tg_crossing_tell(const struct tg_crossing *x, const struct tg_judgement *j, u8 mode)
{
	const struct tg_event event = {
		.packet = &x->h.packet,
		.judgement = j,
		.mode = mode,
		.generation = x->running->generation,
		.in = tg_device_text(x->route.in, x->state->in),
		.out = tg_device_text(x->route.out, x->state->out),
	};

	tg_event_judged(x->tgn, &event);
}

/**
 * tg_crossing_end - count a judgement and carry it out
 * @x: the packet
 * @j: the judgement
 * @first: it was made now, not remembered from an earlier packet
 *
 * The one place where packets are counted by reason, reported and dropped.
 *
 * Context: under RCU.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int tg_crossing_end(const struct tg_crossing *x, const struct tg_judgement *j, bool first)
{
	u8 mode = tg_running_judged_mode(x->running, j);
	bool allowed = j->verdict == TENANTGATE_VERDICT_ALLOW;
	bool passes = allowed || mode == TENANTGATE_MODE_OBSERVE;
	struct tg_account *account = j->tenant ? j->tenant->account : x->tgn->accounts.gateway;

	tg_account_count(account, j->reason, tg_packet_segments(x->skb), x->skb->len, j->up,
			 passes, passes && !allowed);
	if (first && j->rule)
		atomic64_inc(&j->rule->stat->hits);
	if (!allowed || (first && j->rule && j->rule->log))
		tg_crossing_tell(x, j, mode);
	if (passes)
		return NF_ACCEPT;
	if (j->verdict == TENANTGATE_VERDICT_REJECT && tg_account_take_reject(account))
		tg_reject(x->skb, x->state, &x->h.packet);
	return NF_DROP;
}

/**
 * tg_crossing_end_reason - end for a reason that needs no judgement
 * @x: the packet
 * @reason: enum tenantgate_reason
 *
 * Counted for the tenant it comes from, else for the one it goes to, else for
 * the tenant of the device it came in by, if there is just one.
 *
 * Context: under RCU.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int tg_crossing_end_reason(const struct tg_crossing *x, u8 reason)
{
	const struct tg_policy *policy = &x->running->compiled->policy;
	const struct tg_device *in = x->route.in;
	struct tg_judgement j = {
		.verdict = tg_reasons[reason].verdict,
		.reason = reason,
		.up = true,
	};

	if (in) {
		j.site = tg_site_of(policy, in, &x->h.packet.saddr);
		if (j.site)
			j.tenant = tg_site_tenant(policy, j.site);
		else if (in->sole != TG_NO_TENANT)
			j.tenant = policy->tenants[in->sole];
	}
	if (x->route.out && (!j.tenant || j.tenant->platform)) {
		j.peer_site = tg_site_of(policy, x->route.out, &x->h.packet.daddr);
		if (j.peer_site) {
			j.tenant = tg_site_tenant(policy, j.peer_site);
			j.up = false;
		}
	}
	return tg_crossing_end(x, &j, true);
}
