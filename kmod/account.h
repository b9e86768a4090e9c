/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters and limits of a tenant that outlive policies.
 *
 * An account is known by the tenant's name. Policies and flows hold
 * references; counting goes on as long as anyone does. Accounts and rule
 * statistics are freed behind a grace period, so a pointer read under RCU
 * stays good until the end of the read section.
 */
#ifndef _TG_ACCOUNT_H
#define _TG_ACCOUNT_H

#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>

#include "core/policer.h"
#include "core/policy.h"
#include "core/reason.h"
#include "net.h"

/**
 * struct tg_bucket - a token bucket
 * @lock: guards the rest
 * @tokens: what may be taken now
 * @filled: when tokens were last given, jiffies
 */
struct tg_bucket {
	spinlock_t lock;
	u32 tokens;
	unsigned long filled;
};

/**
 * struct tg_account - counters and limits of one tenant
 * @node: in struct tg_accounts.table
 * @refs: policies, flows and members of pools that point here
 * @members: members of pools among them
 * @rcu: frees it
 * @accounts: the table it is in
 * @name: the tenant's name
 * @number: what it is called in packets' tags, 0 when numbers were used up
 * @index: the tenant's place in the running policy, if it is there
 * @created: when counting began, seconds since the epoch
 * @limits: what it may use, set at commit; read without a lock
 * @replaced: publication that replaced this tenant alone, the last one; judgements
 *	from before do not hold. Written under the RTNL, before it is published
 * @passed: packets that passed, from the tenant and to it; segments of large
 *	packets counted one by one
 * @passed_bytes: their bytes
 * @flows: flows it has now
 * @flows_created: flows it ever had
 * @fragments: fragments it may still send
 * @rejects: answers to rejected packets it may still get
 * @sending: packets a second from it
 * @beginning: flows a second that it begins
 * @packets: judged packets, by reason
 * @bytes: their bytes, by reason
 * @observed: of these, packets that passed only because of observe mode
 */
struct tg_account {
	struct rhash_head node;
	refcount_t refs;
	atomic_t members;
	struct rcu_head rcu;
	struct tg_accounts *accounts;
	char name[TENANTGATE_NAME_MAX + 1];
	u32 number;
	u32 index;
	u64 created;
	struct tg_limits limits;
	u32 replaced;
	atomic64_t passed[TG_WAYS];
	atomic64_t passed_bytes[TG_WAYS];
	atomic_t flows;
	atomic64_t flows_created;
	struct tg_bucket fragments;
	struct tg_bucket rejects;
	struct tg_policer sending;
	struct tg_policer beginning;
	atomic64_t packets[TG_REASONS];
	atomic64_t bytes[TG_REASONS];
	atomic64_t observed[TG_REASONS];
};

/**
 * struct tg_rule_stat - hits of one rule
 * @node: in struct tg_accounts.rules
 * @refs: policies and flows that point here
 * @hits: judgements it made
 * @packets: packets of flows it allowed, folded in when flows are looked after
 * @bytes: their bytes
 * @rcu: frees it
 * @account: whose rule it is; holds a reference
 * @name: the rule's name; with @account before it the key in the table
 *
 * What a first packet writes to is one cache line.
 */
struct tg_rule_stat {
	struct rhash_head node;
	refcount_t refs;
	atomic64_t hits;
	atomic64_t packets;
	atomic64_t bytes;
	struct rcu_head rcu;
	struct tg_account *account;
	char name[TG_RULE_NAME_MAX + 1];
};

int tg_accounts_init(struct tg_net *tgn);
void tg_accounts_exit(struct tg_net *tgn);

struct tg_account *tg_account_get(struct tg_net *tgn, const char *name);
void tg_account_set(struct tg_account *account, const struct tg_tenant *tenant);
struct tg_account *tg_account_by_number(struct tg_net *tgn, u32 number);
void tg_account_hold(struct tg_account *account);
void tg_account_put(struct tg_account *account);
bool tg_account_is_known(const struct tg_account *account);
struct tg_rule_stat *tg_rule_stat_get(struct tg_account *account, const char *name);
void tg_rule_stat_hold(struct tg_rule_stat *stat);
void tg_rule_stat_put(struct tg_rule_stat *stat);

void tg_account_count(struct tg_account *account, u8 reason, u32 packets, u32 bytes,
		      bool up, bool passed, bool observed);
bool tg_account_take_packets(struct tg_account *account, u32 packets);
bool tg_account_take_new_flow(struct tg_account *account);
u8 tg_account_limited(const struct tg_account *account, bool first);
bool tg_account_take_fragment(struct tg_account *account);
bool tg_account_take_reject(struct tg_account *account);

#endif
