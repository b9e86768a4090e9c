// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies that share tenants, and the end of them.
 *
 * A fork points at everything of the policy it comes from, so that one must
 * live as long. A tenant that has replaced another is alone in an arena of its
 * own and counts the policies that have it. It is made, filled and compiled in
 * one fork; forks of that fork share it.
 */

#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "classifier.h"
#include "complain.h"

/**
 * tg_tenant_arena - where a tenant's objects live
 * @policy: the policy it was added to or replaced in
 * @tenant: the tenant
 *
 * Return: the arena.
 */
struct tg_arena *tg_tenant_arena(struct tg_policy *policy, struct tg_tenant *tenant)
{
	return tenant->replaced ? &tenant->arena : &policy->arena;
}

/**
 * tg_policy_tenant - the tenant of a name
 * @policy: a compiled policy
 * @name: the name
 *
 * Context: any.
 * Return: the tenant or NULL.
 */
struct tg_tenant *tg_policy_tenant(const struct tg_policy *policy, const char *name)
{
	u32 low = 0, high = policy->ntenants;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		struct tg_tenant *tenant = policy->tenants[policy->by_name[middle]];
		int order = strcmp(tenant->name, name);

		if (!order)
			return tenant;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* One policy less has it. */
static void tg_tenant_put(struct tg_tenant *tenant, void (*gone)(struct tg_tenant *tenant))
{
	if (!refcount_dec_and_test(&tenant->refs))
		return;
	if (gone)
		gone(tenant);
	tg_classifier_free(tenant->classifier);
	tg_arena_free(&tenant->arena);
	kvfree(tenant);
}

/**
 * tg_policy_fork - begin a policy that shares everything with another
 * @policy: to be filled; tg_policy_clear() must follow in the end when this succeeds
 * @from: a compiled policy; it must live until no more tenants are replaced, and
 *	the one that is no fork, from which both come, as long as @policy
 * @memory_limit: bytes that replaced tenants may take
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_policy_fork(struct tg_policy *policy, const struct tg_policy *from, size_t memory_limit)
{
	const size_t longs = BITS_TO_LONGS(from->ntenants);
	struct tg_arena arena;
	u32 i;

	tg_arena_init(&arena, memory_limit);
	*policy = *from;
	policy->forked = true;
	policy->tenant_list = NULL;
	policy->tenant_tail = &policy->tenant_list;
	policy->tenants = tg_arena_alloc(&arena, from->ntenants, sizeof(*policy->tenants));
	policy->classifiers = tg_arena_alloc(&arena, from->ntenants,
					     sizeof(*policy->classifiers));
	policy->is_replaced = tg_arena_alloc(&arena, longs, sizeof(*policy->is_replaced));
	policy->arena = arena;
	tg_arena_init_part(&policy->scratch, &policy->arena);
	if (!policy->tenants || !policy->classifiers || !policy->is_replaced) {
		tg_arena_free(&policy->arena);
		memset(policy, 0, sizeof(*policy));
		return -ENOMEM;
	}
	memcpy(policy->tenants, from->tenants, from->ntenants * sizeof(*policy->tenants));
	memcpy(policy->classifiers, from->classifiers,
	       from->ntenants * sizeof(*policy->classifiers));
	memcpy(policy->is_replaced, from->is_replaced, longs * sizeof(*policy->is_replaced));
	for_each_set_bit(i, policy->is_replaced, policy->ntenants)
		refcount_inc(&policy->tenants[i]->refs);
	return 0;
}

/* An empty tenant with the place, sites, mode, limits and plan of another. */
static struct tg_tenant *tg_tenant_again(struct tg_policy *policy, const struct tg_tenant *old)
{
	struct tg_tenant *tenant;

	if (tg_arena_left(&policy->arena) < sizeof(*tenant))
		return NULL;
	tenant = kvzalloc(sizeof(*tenant), GFP_KERNEL_ACCOUNT);
	if (!tenant)
		return NULL;
	refcount_set(&tenant->refs, 1);
	tg_arena_init_part(&tenant->arena, &policy->arena);
	tg_arena_charge(&tenant->arena, sizeof(*tenant));
	tenant->replaced = true;
	tenant->name = old->name;
	tenant->title = old->title;
	tenant->mode = old->mode;
	tenant->limits = old->limits;
	tenant->plan = old->plan;
	tenant->sites = old->sites;
	tenant->nsites = old->nsites;
	tenant->index = old->index;
	tg_tenant_begin_own(tenant);
	return tenant;
}

/**
 * tg_policy_replace_tenant - begin a tenant anew in a fork
 * @policy: the fork, not compiled yet
 * @name: the tenant's name
 * @why: why it was refused
 *
 * Its servers, people, rules and grants are to be added again.
 *
 * Context: may sleep.
 * Return: the tenant or NULL.
 */
struct tg_tenant *tg_policy_replace_tenant(struct tg_policy *policy, const char *name,
					   struct tg_complaint *why)
{
	struct tg_tenant *old = tg_policy_tenant(policy, name);
	struct tg_tenant *tenant;

	if (!old) {
		tg_complain(why, "tenant '%s' is not in the running policy", name);
		return NULL;
	}
	if (old->platform) {
		tg_complain(why, "tenant '%s': the platform cannot be replaced alone", name);
		return NULL;
	}
	if (old->arena.of) {
		tg_complain(why, "tenant '%s' is there twice", name);
		return NULL;
	}
	tenant = tg_tenant_again(policy, old);
	if (!tenant) {
		tg_complain_memory(why);
		return NULL;
	}
	if (old->replaced)
		/* Never the last one: the policy this was forked from has it. */
		refcount_dec(&old->refs);
	__set_bit(tenant->index, policy->is_replaced);
	policy->tenants[tenant->index] = tenant;
	*policy->tenant_tail = tenant;
	policy->tenant_tail = &tenant->next;
	return tenant;
}

/**
 * tg_policy_settle - nothing more is added to a policy, nor compiled again
 * @policy: the policy, compiled; its rules are bound, or not looked into again
 *
 * Gives scratch memory back, and cuts the tenants that a fork replaced off from
 * it, as others may share them.
 *
 * Context: may sleep.
 */
void tg_policy_settle(struct tg_policy *policy)
{
	struct tg_tenant *tenant, *next;

	tg_arena_free(&policy->scratch);
	if (!policy->forked)
		return;
	for (tenant = policy->tenant_list; tenant; tenant = next) {
		next = tenant->next;
		tenant->next = NULL;
		tenant->arena.of = NULL;
	}
	policy->tenant_list = NULL;
	policy->tenant_tail = &policy->tenant_list;
}

/**
 * tg_policy_clear - free everything in a policy, compiled or not
 * @policy: the policy; what it was forked from is not touched
 * @gone: called for each tenant that nobody has any more, or NULL
 *
 * Context: may sleep.
 */
void tg_policy_clear(struct tg_policy *policy, void (*gone)(struct tg_tenant *tenant))
{
	struct tg_tenant *tenant;
	u32 i;

	if (policy->forked) {
		for_each_set_bit(i, policy->is_replaced, policy->ntenants)
			tg_tenant_put(policy->tenants[i], gone);
	} else {
		for (tenant = policy->tenant_list; tenant; tenant = tenant->next) {
			if (gone)
				gone(tenant);
			tg_classifier_free(tenant->classifier);
		}
	}
	policy->tenant_list = NULL;
	tg_arena_free(&policy->scratch);
	tg_arena_free(&policy->arena);
}
