// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the flow table.
 *
 * The table lives on while it is read: flows come and go, and the dump is a
 * series of moments rather than one. When the table changes its size the walk
 * begins again and flows are told twice; the messages then say that the dump
 * was interrupted.
 */

#include <linux/jiffies.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "dump.h"
#include "flow.h"
#include "netlink_put.h"

/**
 * struct tg_flow_walk - where a dump of flows is
 * @iter: in the table
 * @restarts: how often the walk began again
 */
struct tg_flow_walk {
	struct rhashtable_iter iter;
	u32 restarts;
};

static struct tg_flow_walk **tg_flow_walk(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct tg_cursor) + sizeof(struct tg_flow_walk *) > sizeof(cb->ctx));
	return (struct tg_flow_walk **)(cb->ctx + sizeof(struct tg_cursor));
}

int tenantgate_nl_flow_get_start(struct netlink_callback *cb)
{
	struct tg_net *tgn = tg_net(sock_net(cb->skb->sk));
	struct tg_flow_walk *walk;
	int err;

	err = tg_dump_check_tenant(cb, genl_info_dump(cb)->attrs[TENANTGATE_A_FLOW_TENANT_NAME],
				   false);
	if (err)
		return err;
	walk = kzalloc(sizeof(*walk), GFP_KERNEL_ACCOUNT);
	if (!walk)
		return -ENOMEM;
	rhashtable_walk_enter(&tgn->flows.table, &walk->iter);
	*tg_flow_walk(cb) = walk;
	return 0;
}

int tenantgate_nl_flow_get_done(struct netlink_callback *cb)
{
	struct tg_flow_walk *walk = *tg_flow_walk(cb);

	rhashtable_walk_exit(&walk->iter);
	kfree(walk);
	return 0;
}

/**
 * struct tg_flow_view - a flow at one moment
 * @flow: the flow
 * @account: the tenant it is counted for
 * @peer: the tenant at the other end, or NULL
 * @stat: the rule that allowed it, or NULL
 * @generation: policy it was judged under
 * @verdict: enum tenantgate_verdict
 * @reason: enum tenantgate_reason
 * @class: enum tenantgate_class
 * @state: of the transport protocol
 */
struct tg_flow_view {
	const struct tg_flow *flow;
	const struct tg_account *account;
	const struct tg_account *peer;
	const struct tg_rule_stat *stat;
	u32 generation;
	u8 verdict;
	u8 reason;
	u8 class;
	struct tg_flow_state state;
};

/* The judgement is replaced as a whole, and is read so. */
static void tg_flow_look(struct tg_flow *flow, struct tg_flow_view *view)
{
	view->flow = flow;
	spin_lock_bh(&flow->lock);
	view->account = rcu_dereference(flow->account);
	view->peer = rcu_dereference(flow->peer);
	view->stat = rcu_dereference(flow->stat);
	view->generation = flow->generation;
	view->verdict = flow->verdict;
	view->reason = flow->reason;
	view->class = flow->class;
	view->state.word = flow->state.word;
	spin_unlock_bh(&flow->lock);
}

static bool tg_flow_is_of(const struct tg_flow_view *view, const char *tenant)
{
	return !tenant || (view->account && !strcmp(view->account->name, tenant)) ||
	       (view->peer && !strcmp(view->peer->name, tenant));
}

static int tg_fill_ends(struct sk_buff *skb, const struct tg_flow *flow)
{
	const struct tg_flow_key *key = &flow->half[TG_ORIGINAL].key;
	u16 dport = key->dport;

	if (nla_put_u8(skb, TENANTGATE_A_FLOW_PROTOCOL, key->proto) ||
	    tg_put_address(skb, TENANTGATE_A_FLOW_SOURCE, &key->saddr) ||
	    tg_put_address(skb, TENANTGATE_A_FLOW_DESTINATION, &key->daddr))
		return -EMSGSIZE;
	if (tg_proto_is_icmp(key->proto))
		dport = tg_icmp_to_wire(key->proto, flow->icmp);
	else if (!tg_proto_has_ports(key->proto))
		return 0;
	if (nla_put_u16(skb, TENANTGATE_A_FLOW_SOURCE_PORT, key->sport))
		return -EMSGSIZE;
	return nla_put_u16(skb, TENANTGATE_A_FLOW_DESTINATION_PORT, dport);
}

static int tg_fill_half(struct sk_buff *skb, const struct tg_flow_half *half, int packets,
			int bytes)
{
	if (nla_put_u64_64bit(skb, packets, atomic64_read(&half->packets),
			      TENANTGATE_A_FLOW_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, bytes, atomic64_read(&half->bytes), TENANTGATE_A_FLOW_PAD);
}

static int tg_fill_judgement(struct sk_buff *skb, const struct tg_flow_view *view)
{
	if ((view->account &&
	     nla_put_string(skb, TENANTGATE_A_FLOW_TENANT_NAME, view->account->name)) ||
	    (view->peer && nla_put_string(skb, TENANTGATE_A_FLOW_PEER_NAME, view->peer->name)) ||
	    (view->stat && nla_put_string(skb, TENANTGATE_A_FLOW_RULE, view->stat->name)))
		return -EMSGSIZE;
	if (nla_put_u8(skb, TENANTGATE_A_FLOW_REASON, view->reason) ||
	    nla_put_u8(skb, TENANTGATE_A_FLOW_VERDICT, view->verdict) ||
	    nla_put_u8(skb, TENANTGATE_A_FLOW_CLASS, view->class))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_FLOW_GENERATION, view->generation);
}

static int tg_fill_flow(const struct tg_dump *d, const void *object)
{
	const struct tg_flow_view *view = object;
	const struct tg_flow *flow = view->flow;
	unsigned long expires = READ_ONCE(flow->expires), now = jiffies;
	struct sk_buff *skb = d->skb;

	if (tg_fill_judgement(skb, view) || tg_fill_ends(skb, flow) ||
	    nla_put_string(skb, TENANTGATE_A_FLOW_STATE, tg_flow_state_name(&view->state)) ||
	    nla_put_u32(skb, TENANTGATE_A_FLOW_TIMEOUT,
			time_after(expires, now) ? (expires - now) / HZ : 0))
		return -EMSGSIZE;
	if (tg_fill_half(skb, &flow->half[TG_ORIGINAL], TENANTGATE_A_FLOW_ORIGINAL_PACKETS,
			 TENANTGATE_A_FLOW_ORIGINAL_BYTES))
		return -EMSGSIZE;
	return tg_fill_half(skb, &flow->half[TG_REPLY], TENANTGATE_A_FLOW_REPLY_PACKETS,
			    TENANTGATE_A_FLOW_REPLY_BYTES);
}

static int tg_dump_half(const struct tg_dump *d, struct tg_flow_half *half, const char *tenant)
{
	struct tg_flow_view view;
	struct tg_flow *flow;

	if (half->direction != TG_ORIGINAL)
		return 0;
	flow = container_of(half, struct tg_flow, half[TG_ORIGINAL]);
	if (READ_ONCE(flow->dead))
		return 0;
	tg_flow_look(flow, &view);
	return tg_flow_is_of(&view, tenant) ? tg_dump_message(d, &view, tg_fill_flow) : 0;
}

/* The walk takes RCU itself, and lets go of it now and then. */
static int tg_dump_flows(const struct tg_dump *d, struct tg_flow_walk *walk, const char *tenant,
			 u32 generation)
{
	struct tg_flow_half *half;
	u32 looked = 0;
	int err = 0;

	rhashtable_walk_start(&walk->iter);
	half = rhashtable_walk_peek(&walk->iter);
	while (half) {
		if (IS_ERR(half)) {
			/* The table has another size and is read from its beginning. */
			walk->restarts++;
			d->cb->seq = generation + walk->restarts;
		} else {
			err = tg_dump_half(d, half, tenant);
			if (err)
				break;
		}
		if (++looked % 1024 == 0) {
			rhashtable_walk_stop(&walk->iter);
			cond_resched();
			rhashtable_walk_start(&walk->iter);
		}
		half = rhashtable_walk_next(&walk->iter);
	}
	rhashtable_walk_stop(&walk->iter);
	return err;
}

int tenantgate_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = genl_info_dump(cb)->attrs[TENANTGATE_A_FLOW_TENANT_NAME];
	struct tg_flow_walk *walk = *tg_flow_walk(cb);
	struct tg_dump d = { .skb = skb, .cb = cb, .tgn = tg_net(sock_net(cb->skb->sk)) };
	const struct tg_running *running;
	u32 generation;
	int err;

	rcu_read_lock();
	running = rcu_dereference(d.tgn->running);
	/* Never 0, which would say that there is nothing to be consistent with. */
	generation = running ? running->generation + 1 : 1;
	rcu_read_unlock();
	cb->seq = generation + walk->restarts;
	err = tg_dump_flows(&d, walk, name ? nla_data(name) : NULL, generation);
	return skb->len ? skb->len : err;
}
