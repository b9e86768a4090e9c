// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queueing discipline "tenantgate": root of every device of a shaped link.
 *
 * It has no options. Which link a device belongs to, the link's rates and what
 * tenants are promised come with the running policy. A device that belongs to no
 * shaped link passes packets on in order, as pfifo does.
 *
 * On the link's own devices packets that were never judged pass on in order, too,
 * and are not charged: they are the tunnels' outer packets, whose inner ones were
 * charged at the tunnel, and the host's own.
 */

#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/gso.h>

#include <tg_features.h>

#include "pool.h"
#include "qdisc.h"
#include "running.h"
#include "tag.h"

static int tg_qdisc_pass(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free)
{
	struct tg_outlet *outlet = qdisc_priv(sch);

	if (outlet->passing >= (qdisc_dev(sch)->tx_queue_len ?: DEFAULT_TX_QUEUE_LEN))
		return qdisc_drop(skb, sch, to_free);
	outlet->passing++;
	return qdisc_enqueue_tail(skb, sch);
}

/* A large packet goes in pieces. */
static int tg_qdisc_cut(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free)
{
	const netdev_features_t features = netif_skb_features(skb) & ~NETIF_F_GSO_MASK;
	struct sk_buff *piece, *next, *pieces = skb_gso_segment(skb, features);
	int err = NET_XMIT_CN;

	if (IS_ERR_OR_NULL(pieces))
		return qdisc_drop(skb, sch, to_free);
	skb_list_walk_safe(pieces, piece, next) {
		skb_mark_not_on_list(piece);
		qdisc_skb_cb(piece)->pkt_len = piece->len;
#ifdef TG_HAVE_QDISC_PKT_SEGS
		qdisc_skb_cb(piece)->pkt_segs = 1;
#endif
		if (tg_pool_put(qdisc_priv(sch), piece, to_free) == NET_XMIT_SUCCESS)
			err = NET_XMIT_SUCCESS;
	}
	consume_skb(skb);
	return err;
}

static int tg_qdisc_enqueue(struct sk_buff *skb, struct Qdisc *sch, struct sk_buff **to_free)
{
	struct tg_outlet *outlet = qdisc_priv(sch);

	if (!outlet->pool || (outlet->pool->way == TG_UP && !(skb->priority & TG_TAG)))
		return tg_qdisc_pass(skb, sch, to_free);
	if (skb_is_gso(skb) && !tg_pool_takes_whole(outlet, skb))
		return tg_qdisc_cut(skb, sch, to_free);
	return tg_pool_put(outlet, skb, to_free);
}

static struct sk_buff *tg_qdisc_dequeue(struct Qdisc *sch)
{
	struct tg_outlet *outlet = qdisc_priv(sch);

	if (outlet->passing) {
		outlet->passing--;
		return qdisc_dequeue_head(sch);
	}
	return outlet->pool ? tg_pool_get(outlet) : NULL;
}

static void tg_qdisc_reset(struct Qdisc *sch)
{
	struct tg_outlet *outlet = qdisc_priv(sch);

	if (outlet->pool)
		tg_pool_purge(outlet);
	qdisc_reset_queue(sch);
	outlet->passing = 0;
}

/* The link that a device belongs to, and its direction there. */
static const struct tg_link *tg_qdisc_link(const struct tg_running *running,
					   const struct net_device *dev, u8 *way)
{
	const struct tg_device *device = running ? tg_running_device(running, dev->ifindex) : NULL;

	if (!device || !device->link)
		return NULL;
	*way = device->kind == TG_DEVICE_UPLINK ? TG_UP : TG_DOWN;
	return device->link->rate[*way] ? device->link : NULL;
}

static struct tg_pool *tg_qdisc_pool(struct tg_net *tgn, const struct tg_link *link, u8 way)
{
	struct tg_pool *pool;

	list_for_each_entry(pool, &tgn->pools, node)
		if (pool->way == way && !strcmp(pool->name, link->name))
			return pool;
	pool = tg_pool_new(link->name, way, link);
	if (pool)
		list_add_tail_rcu(&pool->node, &tgn->pools);
	return pool;
}

/* Let a device belong where the running policy says. */
static void tg_qdisc_bind(struct tg_net *tgn, struct tg_outlet *outlet)
{
	const struct tg_running *running = rtnl_dereference(tgn->running);
	struct net_device *dev = qdisc_dev(outlet->sch);
	const struct tg_link *link;
	struct tg_pool *pool;
	u8 way = TG_UP;

	link = tg_qdisc_link(running, dev, &way);
	pool = link ? tg_qdisc_pool(tgn, link, way) : NULL;
	if (link && !pool)
		net_err_ratelimited("tenantgate: no memory to shape device %s; apply the policy again\n",
				    dev->name);
	if (pool != outlet->pool) {
		sch_tree_lock(outlet->sch);
		tg_pool_leave(outlet);
		if (pool)
			tg_pool_join(pool, outlet);
		sch_tree_unlock(outlet->sch);
	}
}

/* A pool goes on counting, whatever becomes of its devices, while the policy has its link. */
static bool tg_qdisc_wants(const struct tg_running *running, const struct tg_pool *pool)
{
	const struct tg_link *link = running ? running->compiled->policy.link_list : NULL;

	for (; link; link = link->next)
		if (!strcmp(link->name, pool->name))
			return link->rate[pool->way];
	return false;
}

/**
 * tg_qdiscs_bind - devices have come or gone
 * @tgn: the namespace
 *
 * Context: RTNL held; may sleep.
 */
void tg_qdiscs_bind(struct tg_net *tgn)
{
	const struct tg_running *running = rtnl_dereference(tgn->running);
	struct tg_pool *pool, *next;
	struct tg_outlet *outlet;

	list_for_each_entry(outlet, &tgn->outlets, node)
		tg_qdisc_bind(tgn, outlet);
	list_for_each_entry_safe(pool, next, &tgn->pools, node) {
		if (tg_qdisc_wants(running, pool))
			continue;
		list_del_rcu(&pool->node);
		tg_pool_free(pool);
	}
}

/* What waited for an old rate may go at once. */
static void tg_qdiscs_wake(struct tg_net *tgn)
{
	struct tg_outlet *outlet;

	rcu_read_lock_bh();
	list_for_each_entry(outlet, &tgn->outlets, node)
		if (outlet->pool)
			__netif_schedule(qdisc_root(outlet->sch));
	rcu_read_unlock_bh();
}

/**
 * tg_qdiscs_follow - another policy runs, or none, or other windows are open
 * @tgn: the namespace
 *
 * Context: RTNL held; may sleep.
 */
void tg_qdiscs_follow(struct tg_net *tgn)
{
	const struct tg_running *running = rtnl_dereference(tgn->running);
	const struct tg_link *link;
	struct tg_pool *pool;

	tg_qdiscs_bind(tgn);
	list_for_each_entry(pool, &tgn->pools, node)
		for (link = running->compiled->policy.link_list; link; link = link->next)
			if (!strcmp(link->name, pool->name))
				tg_pool_set(pool, tgn, link);
	tg_qdiscs_wake(tgn);
}

static int tg_qdisc_init(struct Qdisc *sch, struct nlattr *options, struct netlink_ext_ack *extack)
{
	struct tg_net *tgn = tg_net(dev_net(qdisc_dev(sch)));
	struct tg_outlet *outlet = qdisc_priv(sch);

	INIT_LIST_HEAD(&outlet->node);
	INIT_LIST_HEAD(&outlet->queues);
	__skb_queue_head_init(&outlet->ready);
	outlet->sch = sch;
	if (options) {
		NL_SET_ERR_MSG(extack, "tenantgate takes no options; rates are in its policy");
		return -EINVAL;
	}
	if (sch->parent != TC_H_ROOT) {
		NL_SET_ERR_MSG(extack, "tenantgate can only be the root of a device");
		return -EOPNOTSUPP;
	}
	list_add_tail(&outlet->node, &tgn->outlets);
	tg_qdisc_bind(tgn, outlet);
	return 0;
}

static void tg_qdisc_destroy(struct Qdisc *sch)
{
	struct tg_outlet *outlet = qdisc_priv(sch);

	tg_pool_leave(outlet);
	list_del_init(&outlet->node);
}

static int tg_qdisc_dump(struct Qdisc *sch, struct sk_buff *skb)
{
	return skb->len;
}

static struct Qdisc_ops tg_qdisc_ops __read_mostly = {
	.cl_ops = &tg_class_ops,
	.id = "tenantgate",
	.priv_size = sizeof(struct tg_outlet),
	.enqueue = tg_qdisc_enqueue,
	.dequeue = tg_qdisc_dequeue,
	.peek = qdisc_peek_dequeued,
	.init = tg_qdisc_init,
	.reset = tg_qdisc_reset,
	.destroy = tg_qdisc_destroy,
	.dump = tg_qdisc_dump,
	.owner = THIS_MODULE,
};

/**
 * tg_qdiscs_init - a namespace begins without qdiscs
 * @tgn: the namespace
 */
void tg_qdiscs_init(struct tg_net *tgn)
{
	INIT_LIST_HEAD(&tgn->pools);
	INIT_LIST_HEAD(&tgn->outlets);
}

/**
 * tg_qdiscs_exit - a namespace goes, with its devices and their qdiscs
 * @tgn: the namespace
 *
 * Context: may sleep.
 */
void tg_qdiscs_exit(struct tg_net *tgn)
{
	struct tg_pool *pool, *next;

	list_for_each_entry_safe(pool, next, &tgn->pools, node) {
		list_del_rcu(&pool->node);
		tg_pool_free(pool);
	}
}

/**
 * tg_qdisc_module_init - offer the discipline
 *
 * Return: 0 or a negative error.
 */
int tg_qdisc_module_init(void)
{
	return register_qdisc(&tg_qdisc_ops);
}

/**
 * tg_qdisc_module_exit - take it back; no device has it, or the module would be in use
 */
void tg_qdisc_module_exit(void)
{
	unregister_qdisc(&tg_qdisc_ops);
}

MODULE_ALIAS("net-sch-tenantgate");
MODULE_ALIAS("sch_tenantgate");
