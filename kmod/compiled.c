// SPDX-License-Identifier: GPL-2.0-only
/* A compiled policy, and the references to counters that it owns. */

#include <linux/sched.h>
#include <linux/slab.h>

#include "account.h"
#include "core/complain.h"
#include "running.h"

/**
 * tg_compiled_new - begin an empty policy
 * @memory_limit: bytes it may take
 *
 * Context: may sleep.
 * Return: the policy with one reference, or NULL.
 */
struct tg_compiled *tg_compiled_new(size_t memory_limit)
{
	struct tg_compiled *compiled = kzalloc(sizeof(*compiled), GFP_KERNEL_ACCOUNT);

	if (!compiled)
		return NULL;
	refcount_set(&compiled->refs, 1);
	if (tg_policy_init(&compiled->policy, memory_limit)) {
		tg_compiled_put(compiled);
		return NULL;
	}
	return compiled;
}

/**
 * tg_compiled_fork - begin a policy that shares all tenants with another one
 * @from: the other, compiled; to be held until all tenants are replaced
 * @memory_limit: bytes that replaced tenants may take
 *
 * Context: may sleep.
 * Return: the policy with one reference, or NULL.
 */
struct tg_compiled *tg_compiled_fork(struct tg_compiled *from, size_t memory_limit)
{
	struct tg_compiled *compiled = kzalloc(sizeof(*compiled), GFP_KERNEL_ACCOUNT);

	if (!compiled)
		return NULL;
	if (tg_policy_fork(&compiled->policy, &from->policy, memory_limit)) {
		kfree(compiled);
		return NULL;
	}
	refcount_set(&compiled->refs, 1);
	compiled->root = tg_compiled_root(from);
	refcount_inc(&compiled->root->refs);
	return compiled;
}

static void tg_release_rules(struct tg_rule *rules)
{
	struct tg_rule *rule;

	for (rule = rules; rule; rule = rule->next)
		if (rule->bound)
			tg_rule_stat_put(rule->stat);
}

static void tg_release_tenant(struct tg_tenant *tenant)
{
	tg_release_rules(tenant->rules);
	tg_release_rules(tenant->grants);
	if (tenant->account)
		tg_account_put(tenant->account);
	cond_resched();
}

/**
 * tg_compiled_put - give a reference back
 * @compiled: the policy, freed with the last one; or NULL
 *
 * Context: may sleep.
 */
void tg_compiled_put(struct tg_compiled *compiled)
{
	struct tg_compiled *root;

	while (compiled && refcount_dec_and_test(&compiled->refs)) {
		root = compiled->root;
		tg_policy_clear(&compiled->policy, tg_release_tenant);
		kfree(compiled);
		compiled = root;
	}
}

static int tg_bind_rules(struct tg_tenant *tenant, struct tg_rule *rules)
{
	struct tg_rule_stat *stat;
	struct tg_rule *rule;

	for (rule = rules; rule; rule = rule->next) {
		stat = tg_rule_stat_get(tenant->account, rule->name);
		if (!stat)
			return -ENOMEM;
		rule->bound = true;
		rule->stat = stat;
		rule->name = stat->name;
		cond_resched();
	}
	return 0;
}

/**
 * tg_compiled_bind - tie a compiled policy to the counters of those it names
 * @compiled: the policy; of a fork, only the tenants that were replaced in it
 * @tgn: the namespace that counts
 * @why: why it failed
 *
 * What the rules ask of packets is forgotten: it is not compiled again.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_compiled_bind(struct tg_compiled *compiled, struct tg_net *tgn, struct tg_complaint *why)
{
	struct tg_tenant *tenant;

	for (tenant = compiled->policy.tenant_list; tenant; tenant = tenant->next) {
		tenant->account = tg_account_get(tgn, tenant->name);
		if (!tenant->account || tg_bind_rules(tenant, tenant->rules) ||
		    tg_bind_rules(tenant, tenant->grants))
			return tg_complain_memory(why);
	}
	return 0;
}
