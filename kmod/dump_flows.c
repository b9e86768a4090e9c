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
#include <net/sock.h>

#include "dump.h"
#include "flow.h"
#include "netlink_put.h"

/**
 * struct tg_flow_walk - where a dump of flows is, in the room of tg_cursor()
 * @bucket: the next to be told
 * @flow: flows of it that were told
 * @size: buckets there were
 * @restarts: how often the walk began again
 */
struct tg_flow_walk {
	u32 bucket;
	u32 flow;
	u32 size;
	u32 restarts;
};

static struct tg_flow_walk *tg_flow_walk(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct tg_flow_walk) > sizeof(cb->ctx));
	return (struct tg_flow_walk *)cb->ctx;
}

int tenantgate_nl_flow_get_start(struct netlink_callback *cb)
{
	return tg_dump_check_tenant(cb, genl_info_dump(cb)->attrs[TENANTGATE_A_FLOW_TENANT_NAME],
				    false);
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
 * @packets: packets of each direction
 * @bytes: their bytes
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
	u64 packets[TG_DIRECTIONS];
	u64 bytes[TG_DIRECTIONS];
};

/* The judgement is replaced as a whole, and is read so; false for a flow that is gone. */
static bool tg_flow_look(struct tg_flow *flow, struct tg_flow_view *view)
{
	u32 i;

	view->flow = flow;
	spin_lock_bh(&flow->lock);
	if (tg_flow_is_dead(flow)) {
		spin_unlock_bh(&flow->lock);
		return false;
	}
	view->account = tg_flow_account(flow);
	view->peer = flow->peer;
	view->stat = flow->flags & TG_FLOW_BY_RULE ? flow->stat : NULL;
	view->generation = flow->generation;
	view->verdict = flow->verdict;
	view->reason = flow->reason;
	view->class = flow->class;
	view->state.word = flow->state.word;
	for (i = 0; i < TG_DIRECTIONS; i++) {
		view->packets[i] = flow->packets_total[i] + atomic_read(&flow->packets[i]);
		view->bytes[i] = flow->bytes_total[i] + (u32)atomic_read(&flow->bytes[i]);
	}
	spin_unlock_bh(&flow->lock);
	return true;
}

static bool tg_flow_is_of(const struct tg_flow_view *view, const char *tenant)
{
	return !tenant || (view->account && !strcmp(view->account->name, tenant)) ||
	       (view->peer && !strcmp(view->peer->name, tenant));
}

static int tg_fill_ends(struct sk_buff *skb, const struct tg_flow *flow)
{
	const struct tg_addr from = tg_flow_addr(flow, TG_ORIGINAL);
	const struct tg_addr to = tg_flow_addr(flow, TG_REPLY);
	u16 dport = flow->port[TG_REPLY];

	if (nla_put_u8(skb, TENANTGATE_A_FLOW_PROTOCOL, flow->proto) ||
	    tg_put_address(skb, TENANTGATE_A_FLOW_SOURCE, &from) ||
	    tg_put_address(skb, TENANTGATE_A_FLOW_DESTINATION, &to))
		return -EMSGSIZE;
	if (tg_proto_is_icmp(flow->proto))
		dport = tg_icmp_to_wire(flow->proto, flow->icmp);
	else if (!tg_proto_has_ports(flow->proto))
		return 0;
	if (nla_put_u16(skb, TENANTGATE_A_FLOW_SOURCE_PORT, flow->port[TG_ORIGINAL]))
		return -EMSGSIZE;
	return nla_put_u16(skb, TENANTGATE_A_FLOW_DESTINATION_PORT, dport);
}

static int tg_fill_half(struct sk_buff *skb, const struct tg_flow_view *view,
			enum tg_direction direction, int packets, int bytes)
{
	if (nla_put_u64_64bit(skb, packets, view->packets[direction], TENANTGATE_A_FLOW_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, bytes, view->bytes[direction], TENANTGATE_A_FLOW_PAD);
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
	s32 left = READ_ONCE(flow->expires) - (u32)jiffies;
	struct sk_buff *skb = d->skb;

	if (tg_fill_judgement(skb, view) || tg_fill_ends(skb, flow) ||
	    nla_put_string(skb, TENANTGATE_A_FLOW_STATE, tg_flow_state_name(&view->state)) ||
	    nla_put_u32(skb, TENANTGATE_A_FLOW_TIMEOUT, left > 0 ? left / HZ : 0))
		return -EMSGSIZE;
	if (tg_fill_half(skb, view, TG_ORIGINAL, TENANTGATE_A_FLOW_ORIGINAL_PACKETS,
			 TENANTGATE_A_FLOW_ORIGINAL_BYTES))
		return -EMSGSIZE;
	return tg_fill_half(skb, view, TG_REPLY, TENANTGATE_A_FLOW_REPLY_PACKETS,
			    TENANTGATE_A_FLOW_REPLY_BYTES);
}

/* A bucket that is told; some of its flows were told before the last message was full. */
struct tg_told {
	const struct tg_dump *dump;
	const char *tenant;
	u32 skip;
	u32 flow;
};

static int tg_dump_flow(struct tg_flow *flow, void *context)
{
	struct tg_told *told = context;
	struct tg_flow_view view;
	int err = 0;

	if (told->flow >= told->skip && tg_flow_look(flow, &view) &&
	    tg_flow_is_of(&view, told->tenant))
		err = tg_dump_message(told->dump, &view, tg_fill_flow);
	if (!err)
		told->flow++;
	return err;
}

/* The flows of one bucket; what is in front of @walk was told. */
static int tg_dump_bucket(const struct tg_dump *d, struct tg_flow_walk *walk, const char *tenant)
{
	struct tg_told told = { .dump = d, .tenant = tenant, .skip = walk->flow };
	int err = tg_flow_table_visit(&d->tgn->flows.table, walk->bucket, tg_dump_flow, &told);

	if (err) {
		walk->flow = told.flow;
		return err;
	}
	walk->flow = 0;
	walk->bucket++;
	return 0;
}

/* Lets go of RCU now and then. */
static int tg_dump_flows(const struct tg_dump *d, struct tg_flow_walk *walk, const char *tenant,
			 u32 generation)
{
	u32 size;
	int err;

	do {
		rcu_read_lock();
		size = tg_flow_table_size(&d->tgn->flows.table);
		if (walk->size && walk->size != size) {
			/* The table has another size and is read from its beginning. */
			walk->bucket = 0;
			walk->flow = 0;
			walk->restarts++;
			d->cb->seq = generation + walk->restarts;
		}
		walk->size = size;
		do {
			err = tg_dump_bucket(d, walk, tenant);
		} while (!err && walk->bucket % 64);
		rcu_read_unlock();
		cond_resched();
	} while (!err && walk->bucket < size);
	return err;
}

int tenantgate_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = genl_info_dump(cb)->attrs[TENANTGATE_A_FLOW_TENANT_NAME];
	struct tg_flow_walk *walk = tg_flow_walk(cb);
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
