// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters and limits of a tenant that outlive policies.
 *
 * Accounts are found by name, the hits of a rule by account and name. A commit
 * finds or makes them and so goes on counting where the last policy stopped.
 * The last reference, which may be that of a flow and fall in a softirq, takes
 * an object out of its table; it is freed behind a grace period.
 *
 * The last reference falls under tg_accounts.lock, so whoever holds the lock
 * finds only objects that are alive.
 */

#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "account.h"
#include "core/rate.h"
#include "tag.h"

/* What may come at once of packets and of new flows. */
#define TG_PACKETS_WINDOW	(100 * TG_TICKS_MS)
#define TG_NEW_FLOWS_WINDOW	TG_TICKS_S

/* What finds the hits of a rule: the two members of it that lie side by side. */
struct tg_rule_key {
	struct tg_account *account;
	char name[TG_RULE_NAME_MAX + 1];
};

static const struct rhashtable_params tg_account_params = {
	.head_offset = offsetof(struct tg_account, node),
	.key_offset = offsetof(struct tg_account, name),
	.key_len = sizeof_field(struct tg_account, name),
	.automatic_shrinking = true,
};

static const struct rhashtable_params tg_rule_stat_params = {
	.head_offset = offsetof(struct tg_rule_stat, node),
	.key_offset = offsetof(struct tg_rule_stat, account),
	.key_len = offsetofend(struct tg_rule_key, name),
	.automatic_shrinking = true,
};

static_assert(offsetof(struct tg_rule_stat, name) - offsetof(struct tg_rule_stat, account) ==
	      offsetof(struct tg_rule_key, name));

/**
 * tg_accounts_init - begin to count in a namespace
 * @tgn: the namespace
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_accounts_init(struct tg_net *tgn)
{
	struct tg_accounts *accounts = &tgn->accounts;
	int err;

	spin_lock_init(&accounts->lock);
	xa_init_flags(&accounts->numbers, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
	err = rhashtable_init(&accounts->table, &tg_account_params);
	if (err)
		return err;
	err = rhashtable_init(&accounts->rules, &tg_rule_stat_params);
	if (err)
		goto destroy_table;
	err = -ENOMEM;
	accounts->gateway = tg_account_get(tgn, "gateway");
	if (!accounts->gateway)
		goto destroy_rules;
	accounts->gateway->limits = (struct tg_limits){
		.max_flows = U32_MAX,
		.max_fragments = TG_DEFAULT_TENANT_FRAGMENTS,
		.max_rejects = TG_DEFAULT_TENANT_REJECTS,
	};
	return 0;

destroy_rules:
	rhashtable_destroy(&accounts->rules);
destroy_table:
	rhashtable_destroy(&accounts->table);
	return err;
}

/**
 * tg_accounts_exit - count no more
 * @tgn: the namespace; its policies have given their references back, its
 *	flows do so at the end of a grace period
 *
 * Context: may sleep.
 */
void tg_accounts_exit(struct tg_net *tgn)
{
	struct tg_accounts *accounts = &tgn->accounts;

	/* Flows that are being freed have references until then. */
	if (atomic_read(&accounts->table.nelems) > 1 ||
	    refcount_read(&accounts->gateway->refs) > 1)
		rcu_barrier();
	tg_account_put(accounts->gateway);
	WARN_ON_ONCE(atomic_read(&accounts->rules.nelems));
	WARN_ON_ONCE(atomic_read(&accounts->table.nelems));
	rhashtable_destroy(&accounts->rules);
	rhashtable_destroy(&accounts->table);
	xa_destroy(&accounts->numbers);
}

static void tg_bucket_init(struct tg_bucket *bucket)
{
	spin_lock_init(&bucket->lock);
	bucket->tokens = 0;
	bucket->filled = jiffies - HZ;	/* full when first looked at */
}

static struct tg_account *tg_account_alloc(struct tg_accounts *accounts, const char *name)
{
	struct tg_account *account = kzalloc(sizeof(*account), GFP_KERNEL_ACCOUNT);

	if (!account)
		return NULL;
	refcount_set(&account->refs, 1);
	account->accounts = accounts;
	strscpy(account->name, name, sizeof(account->name));
	account->created = ktime_get_real_seconds();
	tg_bucket_init(&account->fragments);
	tg_bucket_init(&account->rejects);
	/* More tenants than numbers share what packets of no tenant have. */
	if (xa_alloc_bh(&accounts->numbers, &account->number, account,
			XA_LIMIT(1, TG_TAG_NOBODY - 1), GFP_KERNEL_ACCOUNT))
		account->number = 0;
	return account;
}

/* Its number is free; nobody else finds it any more. */
static void tg_account_free(struct tg_account *account)
{
	if (account->number)
		xa_erase_bh(&account->accounts->numbers, account->number);
	kfree_rcu(account, rcu);
}

static struct tg_account *tg_account_find(struct tg_accounts *accounts, const char *key)
{
	struct tg_account *account;

	rcu_read_lock();
	account = rhashtable_lookup(&accounts->table, key, tg_account_params);
	if (account && !refcount_inc_not_zero(&account->refs))
		account = NULL;
	rcu_read_unlock();
	return account;
}

/**
 * tg_account_get - the account of a tenant, made when there is none
 * @tgn: the namespace
 * @name: the tenant's name, at most %TENANTGATE_NAME_MAX bytes
 *
 * Limits of a new account are 0 until they are set.
 *
 * Context: may sleep.
 * Return: the account with a reference, or NULL when memory is short.
 */
struct tg_account *tg_account_get(struct tg_net *tgn, const char *name)
{
	struct tg_accounts *accounts = &tgn->accounts;
	struct tg_account *account, *old;
	char key[TENANTGATE_NAME_MAX + 1];

	strscpy_pad(key, name, sizeof(key));
	account = tg_account_find(accounts, key);
	if (account)
		return account;
	account = tg_account_alloc(accounts, key);
	if (!account)
		return NULL;
	spin_lock_bh(&accounts->lock);
	old = rhashtable_lookup_get_insert_fast(&accounts->table, &account->node,
						tg_account_params);
	if (!IS_ERR_OR_NULL(old))
		refcount_inc(&old->refs);
	spin_unlock_bh(&accounts->lock);
	if (!old)
		return account;
	tg_account_put(account);
	return IS_ERR(old) ? NULL : old;
}

static u64 tg_account_now(void)
{
	return ktime_get_ns() * TG_TICKS_NS;
}

/**
 * tg_account_set - the tenant runs
 * @account: its account
 * @tenant: the tenant
 *
 * What it has used of its limits stays used.
 *
 * Context: any, under tgn->lock.
 */
void tg_account_set(struct tg_account *account, const struct tg_tenant *tenant)
{
	u64 now = tg_account_now();

	account->limits = tenant->limits;
	tg_policer_set(&account->sending, tenant->limits.max_packets, TG_PACKETS_WINDOW, now);
	tg_policer_set(&account->beginning, tenant->limits.max_new_flows, TG_NEW_FLOWS_WINDOW,
		       now);
	WRITE_ONCE(account->index, tenant->index);
}

/**
 * tg_account_by_number - the account that a packet's tag names
 * @tgn: the namespace
 * @number: its number
 *
 * Context: any but hardirq.
 * Return: the account with a reference, or NULL.
 */
struct tg_account *tg_account_by_number(struct tg_net *tgn, u32 number)
{
	struct tg_account *account;

	rcu_read_lock();
	account = xa_load(&tgn->accounts.numbers, number);
	if (account && !refcount_inc_not_zero(&account->refs))
		account = NULL;
	rcu_read_unlock();
	return account;
}

/**
 * tg_account_hold - take another reference
 * @account: the account, held by someone
 *
 * Context: any.
 */
void tg_account_hold(struct tg_account *account)
{
	refcount_inc(&account->refs);
}

/**
 * tg_account_put - give a reference back
 * @account: the account; good until the end of an RCU read section even then
 *
 * Context: any but hardirq.
 */
void tg_account_put(struct tg_account *account)
{
	struct tg_accounts *accounts = account->accounts;
	bool last;

	if (refcount_dec_not_one(&account->refs))
		return;
	spin_lock_bh(&accounts->lock);
	last = refcount_dec_and_test(&account->refs);
	if (last)
		rhashtable_remove_fast(&accounts->table, &account->node, tg_account_params);
	spin_unlock_bh(&accounts->lock);
	if (last)
		tg_account_free(account);
}

/**
 * tg_account_is_known - has anything but members of pools a reference?
 * @account: the account, held by a member
 *
 * Context: any. A policy that is being compiled may take one at any time.
 * Return: false when policies and flows have forgotten it.
 */
bool tg_account_is_known(const struct tg_account *account)
{
	return refcount_read(&account->refs) > (u32)atomic_read(&account->members);
}

static struct tg_rule_stat *tg_rule_stat_find(struct tg_accounts *accounts,
					      const struct tg_rule_key *key)
{
	struct tg_rule_stat *stat;

	rcu_read_lock();
	stat = rhashtable_lookup(&accounts->rules, key, tg_rule_stat_params);
	if (stat && !refcount_inc_not_zero(&stat->refs))
		stat = NULL;
	rcu_read_unlock();
	return stat;
}

/**
 * tg_rule_stat_get - the hits of a rule, made when there are none
 * @account: whose rule it is, held by the caller
 * @name: the rule's name; what is longer than %TG_RULE_NAME_MAX is cut off
 *
 * Context: may sleep.
 * Return: the hits with a reference, or NULL when memory is short.
 */
struct tg_rule_stat *tg_rule_stat_get(struct tg_account *account, const char *name)
{
	struct tg_accounts *accounts = account->accounts;
	struct tg_rule_key key = { .account = account };
	struct tg_rule_stat *stat, *old;

	strscpy_pad(key.name, name, sizeof(key.name));
	stat = tg_rule_stat_find(accounts, &key);
	if (stat)
		return stat;
	stat = kzalloc(sizeof(*stat), GFP_KERNEL_ACCOUNT);
	if (!stat)
		return NULL;
	refcount_set(&stat->refs, 1);
	stat->account = account;
	memcpy(stat->name, key.name, sizeof(stat->name));
	spin_lock_bh(&accounts->lock);
	old = rhashtable_lookup_get_insert_fast(&accounts->rules, &stat->node,
						tg_rule_stat_params);
	if (!IS_ERR_OR_NULL(old))
		refcount_inc(&old->refs);
	spin_unlock_bh(&accounts->lock);
	if (!old) {
		tg_account_hold(account);
		return stat;
	}
	kfree(stat);
	return IS_ERR(old) ? NULL : old;
}

/**
 * tg_rule_stat_hold - take another reference
 * @stat: the hits, held by someone
 *
 * Context: any.
 */
void tg_rule_stat_hold(struct tg_rule_stat *stat)
{
	refcount_inc(&stat->refs);
}

/**
 * tg_rule_stat_put - give a reference back
 * @stat: the hits; good until the end of an RCU read section even then
 *
 * Context: any but hardirq.
 */
void tg_rule_stat_put(struct tg_rule_stat *stat)
{
	struct tg_account *account = stat->account;
	struct tg_accounts *accounts = account->accounts;
	bool last;

	if (refcount_dec_not_one(&stat->refs))
		return;
	spin_lock_bh(&accounts->lock);
	last = refcount_dec_and_test(&stat->refs);
	if (last)
		rhashtable_remove_fast(&accounts->rules, &stat->node, tg_rule_stat_params);
	spin_unlock_bh(&accounts->lock);
	if (!last)
		return;
	kfree_rcu(stat, rcu);
	tg_account_put(account);
}

/**
 * tg_account_count - count a packet
 * @account: the tenant's, good under RCU
 * @reason: enum tenantgate_reason
 * @packets: packets it stands for, with its segments counted one by one
 * @bytes: its bytes
 * @up: it comes from the tenant
 * @passed: it passed
 * @observed: it passed only because of observe mode
 *
 * Context: any but hardirq.
 */
void tg_account_count(struct tg_account *account, u8 reason, u32 packets, u32 bytes,
		      bool up, bool passed, bool observed)
{
	enum tg_ways way = up ? TG_UP : TG_DOWN;

	if (WARN_ON_ONCE(reason >= TG_REASONS))
		return;
	if (passed) {
		atomic64_add(packets, &account->passed[way]);
		atomic64_add(bytes, &account->passed_bytes[way]);
	}
	atomic64_add(packets, &account->packets[reason]);
	atomic64_add(bytes, &account->bytes[reason]);
	if (observed)
		atomic64_add(packets, &account->observed[reason]);
}

/*
 * A bucket holds at most what flows in during one second. Time moves on only by
 * what was given for it, so that slow rates lose nothing to rounding.
 */
static bool tg_bucket_take(struct tg_bucket *bucket, u32 rate)
{
	unsigned long elapsed;
	u64 fresh;
	bool taken;

	spin_lock_bh(&bucket->lock);
	elapsed = jiffies - bucket->filled;
	if (elapsed >= HZ) {
		bucket->tokens = rate;
		bucket->filled += elapsed;
	} else {
		fresh = div_u64((u64)rate * elapsed, HZ);
		if (fresh) {
			bucket->tokens = min_t(u64, bucket->tokens + fresh, rate);
			bucket->filled += div_u64(fresh * HZ, rate);
		}
		bucket->tokens = min(bucket->tokens, rate);
	}
	taken = bucket->tokens > 0;
	if (taken)
		bucket->tokens--;
	spin_unlock_bh(&bucket->lock);
	return taken;
}

/**
 * tg_account_take_packets - may the tenant send more packets?
 * @account: the tenant's, good under RCU
 * @packets: their number
 *
 * Context: any but hardirq.
 * Return: false when it sends more a second than it may.
 */
bool tg_account_take_packets(struct tg_account *account, u32 packets)
{
	return !tg_policer_limits(&account->sending) ||
	       tg_policer_take(&account->sending, packets, tg_account_now());
}

/**
 * tg_account_take_new_flow - may the tenant begin one more flow?
 * @account: the tenant's, good under RCU
 *
 * Context: any but hardirq.
 * Return: false when it begins more a second than it may.
 */
bool tg_account_take_new_flow(struct tg_account *account)
{
	return !tg_policer_limits(&account->beginning) ||
	       tg_policer_take(&account->beginning, 1, tg_account_now());
}

/**
 * tg_account_limited - what limit is the tenant at, so that a packet from it is dropped?
 * @account: the tenant's, good under RCU
 * @first: the packet would begin a flow
 *
 * Context: any.
 * Return: enum tenantgate_reason, or %TG_REASONS for none.
 */
u8 tg_account_limited(const struct tg_account *account, bool first)
{
	u64 now = tg_account_now();

	if (tg_policer_is_over(&account->sending, now))
		return TENANTGATE_REASON_PACKET_LIMIT;
	if (first && tg_policer_is_over(&account->beginning, now))
		return TENANTGATE_REASON_NEW_FLOW_LIMIT;
	if (first && (u32)atomic_read(&account->flows) >= READ_ONCE(account->limits.max_flows))
		return TENANTGATE_REASON_FLOW_LIMIT;
	return TG_REASONS;
}

/**
 * tg_account_take_fragment - may the tenant send one more fragment?
 * @account: the tenant's, good under RCU
 *
 * Context: any but hardirq.
 * Return: false when its fragments for this second are used up.
 */
bool tg_account_take_fragment(struct tg_account *account)
{
	return tg_bucket_take(&account->fragments, READ_ONCE(account->limits.max_fragments));
}

/**
 * tg_account_take_reject - may one more rejected packet be answered?
 * @account: the tenant's, good under RCU
 *
 * Context: any but hardirq.
 * Return: false when the answers for this second are used up.
 */
bool tg_account_take_reject(struct tg_account *account)
{
	return tg_bucket_take(&account->rejects, READ_ONCE(account->limits.max_rejects));
}
