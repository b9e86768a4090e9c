// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading what tenants get of links. A pool's lock is held for one tenant at a time.
 *
 * In the cursor of this dump the tenant is the number of pools that are done, and
 * the index the number of the next account in the one it is at.
 */

#include <net/sock.h>

#include "account.h"
#include "dump.h"
#include "netlink_parse.h"
#include "pool.h"
#include "tag.h"

/* A tenant in a pool. */
struct tg_holding {
	struct tg_pool *pool;
	struct tg_member *member;
	u16 number;
};

/* What a dump is restricted to, and the accounts to look at. */
struct tg_bandwidth_filter {
	const struct nlattr *link;
	unsigned long first;
	unsigned long last;
};

static int tg_put_u64_unless_0(struct sk_buff *skb, int type, u64 value, int pad)
{
	return value ? nla_put_u64_64bit(skb, type, value, pad) : 0;
}

static int tg_put_class_u64(struct sk_buff *skb, int type, u64 value)
{
	return tg_put_u64_unless_0(skb, type, value, TENANTGATE_A_BANDWIDTH_CLASS_PAD);
}

static int tg_put_share_u64(struct sk_buff *skb, int type, u64 value)
{
	return tg_put_u64_unless_0(skb, type, value, TENANTGATE_A_BANDWIDTH_PAD);
}

static int tg_fill_class_stats(struct sk_buff *skb, const struct tg_class_stats *stats)
{
	static const int tiers[TG_TIERS] = {
		[TG_TIER_PROMPT] = TENANTGATE_A_BANDWIDTH_CLASS_REALTIME_BYTES,
		[TG_TIER_OWED] = TENANTGATE_A_BANDWIDTH_CLASS_GUARANTEED_BYTES,
		[TG_TIER_BORROW] = TENANTGATE_A_BANDWIDTH_CLASS_BORROWED_BYTES,
	};
	static const int drops[TG_DROP_MEMORY] = {
		[TG_DROP_TENANT] = TENANTGATE_A_BANDWIDTH_CLASS_DROPS_TENANT,
		[TG_DROP_LINK] = TENANTGATE_A_BANDWIDTH_CLASS_DROPS_LINK,
		[TG_DROP_DELAY] = TENANTGATE_A_BANDWIDTH_CLASS_DROPS_DELAY,
		[TG_DROP_DEVICE] = TENANTGATE_A_BANDWIDTH_CLASS_DROPS_DEVICE,
	};
	u32 i;

	for (i = 0; i < TG_TIERS; i++)
		if (tg_put_class_u64(skb, tiers[i], stats->charged[i]))
			return -EMSGSIZE;
	for (i = 0; i < TG_DROP_MEMORY; i++)
		if (tg_put_class_u64(skb, drops[i], stats->drops[i]))
			return -EMSGSIZE;
	if (tg_put_class_u64(skb, TENANTGATE_A_BANDWIDTH_CLASS_PACKETS,
			     tg_class_stats_packets(stats)) ||
	    tg_put_class_u64(skb, TENANTGATE_A_BANDWIDTH_CLASS_BYTES, stats->bytes) ||
	    tg_put_class_u64(skb, TENANTGATE_A_BANDWIDTH_CLASS_MARKS, stats->marks) ||
	    tg_put_class_u64(skb, TENANTGATE_A_BANDWIDTH_CLASS_DELAY, stats->delay))
		return -EMSGSIZE;
	return nla_put(skb, TENANTGATE_A_BANDWIDTH_CLASS_DELAY_PACKETS, sizeof(stats->packets),
		       stats->packets);
}

static int tg_fill_class(struct sk_buff *skb, const struct tg_member *member, u8 class)
{
	const struct tg_class_stats *stats = member->stats.class[class];
	const struct tg_class *waiting = &member->share.class[class];
	struct nlattr *nest;

	if (!stats && !member->stats.refused[class])
		return 0;
	nest = nla_nest_start(skb, TENANTGATE_A_BANDWIDTH_CLASS);
	if (!nest || nla_put_u8(skb, TENANTGATE_A_BANDWIDTH_CLASS_CLASS, class) ||
	    (waiting->packets && nla_put_u32(skb, TENANTGATE_A_BANDWIDTH_CLASS_BACKLOG_PACKETS,
					     waiting->packets)) ||
	    (waiting->bytes && nla_put_u32(skb, TENANTGATE_A_BANDWIDTH_CLASS_BACKLOG_BYTES,
					   waiting->bytes)) ||
	    tg_put_class_u64(skb, TENANTGATE_A_BANDWIDTH_CLASS_DROPS_MEMORY,
			     member->stats.refused[class]) ||
	    (stats && tg_fill_class_stats(skb, stats)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int tg_fill_share(struct sk_buff *skb, const struct tg_share *share)
{
	if (tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_GUARANTEE, share->guarantee.bytes) ||
	    tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_CEILING, share->ceiling.bytes) ||
	    tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_REALTIME, share->realtime.bytes) ||
	    nla_put_u32(skb, TENANTGATE_A_BANDWIDTH_WEIGHT, share->weight) ||
	    nla_put_u32(skb, TENANTGATE_A_BANDWIDTH_LIMIT, share->limit))
		return -EMSGSIZE;
	if (tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_WAITED, share->waited / TG_TICKS_NS) ||
	    tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_HELD, share->held / TG_TICKS_NS))
		return -EMSGSIZE;
	return tg_put_share_u64(skb, TENANTGATE_A_BANDWIDTH_BEHIND, share->behind / TG_TICKS_NS);
}

/* The pool's lock is held. */
static int tg_fill_holding(const struct tg_dump *d, const void *object)
{
	const struct tg_account *gateway = d->tgn->accounts.gateway;
	const struct tg_holding *holding = object;
	struct tg_member *member = holding->member;
	const struct tg_account *account = member->account ?: gateway;
	struct sk_buff *skb = d->skb;
	u8 class;

	if (nla_put_string(skb, TENANTGATE_A_BANDWIDTH_LINK_NAME, holding->pool->name) ||
	    nla_put_u8(skb, TENANTGATE_A_BANDWIDTH_DIRECTION, holding->pool->way) ||
	    nla_put_string(skb, TENANTGATE_A_BANDWIDTH_TENANT_NAME, account->name) ||
	    nla_put_u16(skb, TENANTGATE_A_BANDWIDTH_MINOR, holding->number ?: TG_TAG_NOBODY) ||
	    tg_fill_share(skb, &member->share))
		return -EMSGSIZE;
	for (class = 0; class < TG_SHAPER_CLASSES; class++)
		if (tg_fill_class(skb, member, class))
			return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_BANDWIDTH_GENERATION,
			   d->running ? d->running->generation : 0);
}

/* One message, if there is an account left; tells whether there is. */
static bool tg_dump_next_member(const struct tg_dump *d, struct tg_pool *pool, unsigned long last,
				int *err)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	unsigned long number = cursor->index;
	struct tg_holding holding = { .pool = pool };

	*err = 0;
	spin_lock_bh(&pool->lock);
	holding.member = xa_find(&pool->shares, &number, last, XA_PRESENT);
	holding.number = number;
	if (holding.member &&
	    (!holding.member->account || tg_running_tenant(d->running, holding.member->account))) {
		if (holding.member->share.packets)
			tg_share_look(&holding.member->share, tg_pool_now());
		*err = tg_dump_message(d, &holding, tg_fill_holding);
	}
	spin_unlock_bh(&pool->lock);
	if (holding.member && !*err)
		cursor->index = number + 1;
	return holding.member && !*err;
}

static int tg_dump_pools(const struct tg_dump *d, const struct tg_bandwidth_filter *filter)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	struct tg_pool *pool;
	u32 at = 0;
	int err;

	list_for_each_entry_rcu(pool, &d->tgn->pools, node) {
		if (at++ < cursor->tenant)
			continue;
		cursor->index = max_t(u32, cursor->index, filter->first);
		err = 0;
		if (!filter->link || !strcmp(nla_data(filter->link), pool->name))
			while (tg_dump_next_member(d, pool, filter->last, &err))
				;
		if (err)
			return err;
		cursor->index = 0;
		cursor->tenant = at;
	}
	return 0;
}

/* A link that the running policy does not know is refused, as tenants are. */
static int tg_dump_check_link(struct netlink_callback *cb, const struct nlattr *attr)
{
	struct netlink_ext_ack extack = { .bad_attr = attr };
	const struct tg_running *running;
	const struct tg_link *link;
	struct tg_complaint why;

	if (!attr)
		return 0;
	rcu_read_lock();
	running = rcu_dereference(tg_net(sock_net(cb->skb->sk))->running);
	link = running ? running->compiled->policy.link_list : NULL;
	while (link && strcmp(link->name, nla_data(attr)))
		link = link->next;
	rcu_read_unlock();
	if (link || !running)
		return 0;
	if (tg_is_name(nla_data(attr)))
		snprintf(why.text, sizeof(why.text), "link '%s' is not in the running policy",
			 (const char *)nla_data(attr));
	else
		snprintf(why.text, sizeof(why.text), "link-name is not a name");
	tg_netlink_complain(cb->skb, cb->nlh, -ENOENT, &extack, why.text);
	return -EINTR;
}

int tenantgate_nl_bandwidth_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	int err = tg_dump_check_tenant(cb, attrs[TENANTGATE_A_BANDWIDTH_TENANT_NAME], true);

	return err ?: tg_dump_check_link(cb, attrs[TENANTGATE_A_BANDWIDTH_LINK_NAME]);
}

/* The accounts that are asked for; false when none is. */
static bool tg_bandwidth_accounts(const struct tg_dump *d, const struct nlattr *name,
				  struct tg_bandwidth_filter *filter)
{
	const struct tg_tenant *tenant;

	filter->first = 0;
	filter->last = name ? 0 : ULONG_MAX;
	if (!name || !strcmp(nla_data(name), d->tgn->accounts.gateway->name))
		return true;
	tenant = d->running ? tg_policy_tenant(&d->running->compiled->policy, nla_data(name)) :
		NULL;
	if (!tenant || !tenant->account->number)
		return false;
	filter->first = filter->last = tenant->account->number;
	return true;
}

int tenantgate_nl_bandwidth_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct tg_bandwidth_filter filter = { .link = attrs[TENANTGATE_A_BANDWIDTH_LINK_NAME] };
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (tg_bandwidth_accounts(&d, attrs[TENANTGATE_A_BANDWIDTH_TENANT_NAME], &filter))
		err = tg_dump_pools(&d, &filter);
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}
