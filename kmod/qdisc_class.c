// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tc shows of tenants: a class for each that has had packets on a device's
 * pool. Its minor number is the account's; there is nothing to be changed in it. What
 * it counts is the pool's, of all devices of the link.
 */

#include <net/gen_stats.h>

#include "pool.h"
#include "qdisc.h"
#include "tag.h"

static unsigned long tg_class_number(u32 minor)
{
	return minor == TG_TAG_NOBODY ? 0 : minor;
}

static u16 tg_class_minor(unsigned long number)
{
	return number ?: TG_TAG_NOBODY;
}

static unsigned long tg_class_find(struct Qdisc *sch, u32 classid)
{
	const struct tg_outlet *outlet = qdisc_priv(sch);
	const u32 minor = TC_H_MIN(classid);

	/* The RTNL keeps the pool, and a new policy, which lets members go, waits for it. */
	if (!minor || !outlet->pool || !xa_load(&outlet->pool->shares, tg_class_number(minor)))
		return 0;
	return minor;
}

static struct Qdisc *tg_class_leaf(struct Qdisc *sch, unsigned long cl)
{
	return NULL;
}

static void tg_class_walk(struct Qdisc *sch, struct qdisc_walker *walker)
{
	const struct tg_outlet *outlet = qdisc_priv(sch);
	unsigned long number;
	void *member;

	if (walker->stop || !outlet->pool)
		return;
	xa_for_each(&outlet->pool->shares, number, member) {
		if (walker->count >= walker->skip &&
		    walker->fn(sch, tg_class_minor(number), walker) < 0) {
			walker->stop = 1;
			break;
		}
		walker->count++;
	}
}

static int tg_class_change(struct Qdisc *sch, u32 classid, u32 parent, struct nlattr **attrs,
			   unsigned long *cl, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "tenantgate's classes are made by its policy");
	return -EOPNOTSUPP;
}

static int tg_class_delete(struct Qdisc *sch, unsigned long cl, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "tenantgate's classes are made by its policy");
	return -EOPNOTSUPP;
}

static int tg_class_dump(struct Qdisc *sch, unsigned long cl, struct sk_buff *skb,
			 struct tcmsg *tcm)
{
	tcm->tcm_parent = TC_H_ROOT;
	tcm->tcm_handle = TC_H_MAKE(sch->handle, cl);
	return 0;
}

static int tg_class_dump_stats(struct Qdisc *sch, unsigned long cl, struct gnet_dump *d)
{
	const struct tg_outlet *outlet = qdisc_priv(sch);
	struct gnet_stats_basic_sync sent;
	struct gnet_stats_queue queue = {};
	struct tg_pool *pool = outlet->pool;
	const struct tg_member *member;
	u64 bytes = 0, packets = 0;
	u32 i;

	spin_lock_bh(&pool->lock);
	member = xa_load(&pool->shares, tg_class_number(cl));
	for (i = 0; member && i < TG_SHAPER_CLASSES; i++) {
		const struct tg_class_stats *stats = member->stats.class[i];

		queue.drops += member->stats.refused[i];
		if (!stats)
			continue;
		bytes += stats->bytes;
		packets += tg_class_stats_packets(stats);
		queue.drops += tg_class_stats_drops(stats);
	}
	if (member) {
		queue.qlen = member->share.packets;
		queue.backlog = member->share.bytes;
	}
	spin_unlock_bh(&pool->lock);
	gnet_stats_basic_sync_init(&sent);
	u64_stats_set(&sent.bytes, bytes);
	u64_stats_set(&sent.packets, packets);
	if (gnet_stats_copy_basic(d, NULL, &sent, false) < 0)
		return -1;
	return gnet_stats_copy_queue(d, NULL, &queue, queue.qlen);
}

const struct Qdisc_class_ops tg_class_ops = {
	.leaf = tg_class_leaf,
	.find = tg_class_find,
	.walk = tg_class_walk,
	.change = tg_class_change,
	.delete = tg_class_delete,
	.dump = tg_class_dump,
	.dump_stats = tg_class_dump_stats,
};
