// SPDX-License-Identifier: GPL-2.0-only
/* Reading counters, and what reasons mean. */

#include <linux/atomic.h>
#include <net/sock.h>

#include "account.h"
#include "core/reason.h"
#include "dump.h"
#include "flow.h"

static int tg_fill_reason_count(struct sk_buff *skb, const struct tg_account *account, u8 reason)
{
	u64 packets = atomic64_read(&account->packets[reason]);
	struct nlattr *nest;

	if (!packets)
		return 0;
	nest = nla_nest_start(skb, TENANTGATE_A_COUNTER_REASON);
	if (!nest || nla_put_u8(skb, TENANTGATE_A_REASON_COUNT_REASON, reason) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_REASON_COUNT_PACKETS, packets,
			      TENANTGATE_A_REASON_COUNT_PAD) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_REASON_COUNT_BYTES,
			      atomic64_read(&account->bytes[reason]),
			      TENANTGATE_A_REASON_COUNT_PAD) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_REASON_COUNT_OBSERVED_PACKETS,
			      atomic64_read(&account->observed[reason]),
			      TENANTGATE_A_REASON_COUNT_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int tg_fill_traffic(struct sk_buff *skb, const struct tg_account *account)
{
	if (nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_UP_PACKETS,
			      atomic64_read(&account->passed[TG_UP]), TENANTGATE_A_COUNTER_PAD) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_UP_BYTES,
			      atomic64_read(&account->passed_bytes[TG_UP]),
			      TENANTGATE_A_COUNTER_PAD) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_DOWN_PACKETS,
			      atomic64_read(&account->passed[TG_DOWN]), TENANTGATE_A_COUNTER_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_DOWN_BYTES,
				 atomic64_read(&account->passed_bytes[TG_DOWN]),
				 TENANTGATE_A_COUNTER_PAD);
}

static int tg_fill_flow_counts(struct sk_buff *skb, const struct tg_account *account)
{
	if (nla_put_u32(skb, TENANTGATE_A_COUNTER_FLOWS, atomic_read(&account->flows)) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_FLOWS_CREATED,
			      atomic64_read(&account->flows_created), TENANTGATE_A_COUNTER_PAD))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_COUNTER_MAX_FLOWS,
			   READ_ONCE(account->limits.max_flows));
}

static int tg_fill_account(const struct tg_dump *d, const void *object)
{
	const struct tg_account *account = object;
	bool gateway = account == d->tgn->accounts.gateway;
	struct sk_buff *skb = d->skb;
	u8 reason;

	if (nla_put_string(skb, TENANTGATE_A_COUNTER_TENANT_NAME, account->name) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_COUNTER_CREATED, account->created,
			      TENANTGATE_A_COUNTER_PAD))
		return -EMSGSIZE;
	/* What belongs to no tenant has no flows and is not limited. */
	if (!gateway && tg_fill_flow_counts(skb, account))
		return -EMSGSIZE;
	if (tg_fill_traffic(skb, account))
		return -EMSGSIZE;
	for (reason = 0; reason < TG_REASONS; reason++)
		if (tg_fill_reason_count(skb, account, reason))
			return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_COUNTER_GENERATION,
			   d->running ? d->running->generation : 0);
}

/* The gateway's account comes first, then the tenants' in their order. */
static int tg_dump_accounts(const struct tg_dump *d)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	const struct tg_policy *policy;
	int err;

	if (!cursor->index) {
		err = tg_dump_message(d, d->tgn->accounts.gateway, tg_fill_account);
		if (err)
			return err;
		cursor->index = 1;
	}
	if (!d->running)
		return 0;
	policy = &d->running->compiled->policy;
	while (cursor->index <= policy->ntenants) {
		err = tg_dump_message(d, policy->tenants[cursor->index - 1]->account,
				      tg_fill_account);
		if (err)
			return err;
		cursor->index++;
	}
	return 0;
}

static int tg_dump_account_of(const struct tg_dump *d, const char *name)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	const struct tg_account *account = NULL;
	const struct tg_tenant *tenant;
	int err;

	if (cursor->index)
		return 0;
	if (!strcmp(name, d->tgn->accounts.gateway->name)) {
		account = d->tgn->accounts.gateway;
	} else if (d->running) {
		tenant = tg_policy_tenant(&d->running->compiled->policy, name);
		account = tenant ? tenant->account : NULL;
	}
	err = account ? tg_dump_message(d, account, tg_fill_account) : 0;
	cursor->index = !err;
	return err;
}

int tenantgate_nl_counter_get_start(struct netlink_callback *cb)
{
	tg_flows_fold(tg_net(sock_net(cb->skb->sk)));
	return tg_dump_check_tenant(cb, genl_info_dump(cb)->attrs[TENANTGATE_A_COUNTER_TENANT_NAME],
				    true);
}

int tenantgate_nl_counter_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = genl_info_dump(cb)->attrs[TENANTGATE_A_COUNTER_TENANT_NAME];
	struct tg_dump d;
	int err;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	err = name ? tg_dump_account_of(&d, nla_data(name)) : tg_dump_accounts(&d);
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

static int tg_fill_reason(const struct tg_dump *d, const void *object)
{
	const struct tg_reason_info *info = object;
	struct sk_buff *skb = d->skb;

	if (nla_put_u8(skb, TENANTGATE_A_REASON_INFO_REASON, info - tg_reasons) ||
	    nla_put_string(skb, TENANTGATE_A_REASON_INFO_NAME, info->name) ||
	    nla_put_u8(skb, TENANTGATE_A_REASON_INFO_VERDICT, info->verdict) ||
	    (info->noise && nla_put_flag(skb, TENANTGATE_A_REASON_INFO_NOISE)))
		return -EMSGSIZE;
	return nla_put_string(skb, TENANTGATE_A_REASON_INFO_DESCRIPTION, info->description);
}

int tenantgate_nl_reason_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tg_dump d = { .skb = skb, .cb = cb };
	struct tg_cursor *cursor = tg_cursor(cb);
	int err = 0;

	/* The reasons are the module's, and the same whatever policy is running. */
	cb->seq = 1;
	for (; !err && cursor->index < TG_REASONS; cursor->index += !err)
		err = tg_dump_message(&d, &tg_reasons[cursor->index], tg_fill_reason);
	return tg_dump_end(&d, err);
}
