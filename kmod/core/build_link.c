// SPDX-License-Identifier: GPL-2.0-only
/* Building a policy: links and plans. */

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "build.h"
#include "complain.h"
#include "shaper.h"

const char *const tg_way_names[TG_WAYS] = {
	[TG_UP] = "up",
	[TG_DOWN] = "down",
};

static int tg_check_rates(const char *noun, const char *name, const char *field,
			  const u64 rate[TG_WAYS], struct tg_complaint *why)
{
	int way;

	for (way = 0; way < TG_WAYS; way++)
		if (rate[way] && (rate[way] < TG_RATE_MIN || rate[way] > TG_RATE_MAX))
			return tg_complain(why, "%s '%s': %s %s is %llu, not from %llu to %llu bytes a second",
					   noun, name, field, tg_way_names[way], rate[way],
					   TG_RATE_MIN, TG_RATE_MAX);
	return 0;
}

static int tg_check_link(const struct tg_link *link, struct tg_complaint *why)
{
	const struct {
		const char *field;
		u16 bytes;
	} around[] = {
		{ "overhead", link->overhead },
		{ "padding", link->padding },
		{ "framing", link->framing },
		{ "minimum", link->minimum },
	};
	size_t i;
	int err;

	err = tg_check_name("link", link->name, why);
	if (!err)
		err = tg_check_rates("link", link->name, "rate", link->rate, why);
	for (i = 0; !err && i < ARRAY_SIZE(around); i++)
		if (around[i].bytes > TENANTGATE_MAX_OVERHEAD)
			err = tg_complain(why, "link '%s': %s is more than %u bytes", link->name,
					  around[i].field, TENANTGATE_MAX_OVERHEAD);
	if (!err && !link->padding)
		err = tg_complain(why, "link '%s': padding is 0", link->name);
	return err;
}

/**
 * tg_policy_add_link - add a bottleneck that tenants share
 * @policy: the policy
 * @link: name, rates, what is around each packet, and whether it is oversubscribed
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the link or NULL.
 */
struct tg_link *tg_policy_add_link(struct tg_policy *policy, const struct tg_link *link,
				   struct tg_complaint *why)
{
	struct tg_link *copy;

	if (tg_check_link(link, why))
		return NULL;
	if (policy->nlinks >= TENANTGATE_MAX_LINKS) {
		tg_complain(why, "link '%s': more than %u links", link->name,
			    TENANTGATE_MAX_LINKS);
		return NULL;
	}
	copy = tg_arena_copy(&policy->arena, link, 1, sizeof(*link));
	if (!copy || !(copy->name = tg_copy_string(&policy->arena, link->name))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->number = policy->nlinks++;
	tg_append(policy->link_tail, copy);
	return copy;
}

static int tg_check_class(const struct tg_plan *plan, const char *class, u8 share,
			  struct tg_complaint *why)
{
	if (share <= TENANTGATE_MAX_CLASS_SHARE)
		return 0;
	return tg_complain(why, "plan '%s': the share of %s is %u, more than %u", plan->name, class,
			   share, TENANTGATE_MAX_CLASS_SHARE);
}

static int tg_check_plan(const struct tg_plan *plan, struct tg_complaint *why)
{
	int err, way;

	err = tg_check_rates("plan", plan->name, "guarantee", plan->guarantee, why);
	if (!err)
		err = tg_check_rates("plan", plan->name, "ceiling", plan->ceiling, why);
	if (!err)
		err = tg_check_rates("plan", plan->name, "realtime", plan->realtime, why);
	if (!err)
		err = tg_check_rates("plan", plan->name, "user ceiling", plan->user_ceiling, why);
	for (way = 0; !err && way < TG_WAYS; way++) {
		if (plan->ceiling[way] && plan->ceiling[way] < plan->guarantee[way])
			err = tg_complain(why, "plan '%s': ceiling %s is less than its guarantee",
					  plan->name, tg_way_names[way]);
		else if (plan->realtime[way] > plan->guarantee[way])
			err = tg_complain(why, "plan '%s': realtime %s is more than its guarantee",
					  plan->name, tg_way_names[way]);
		else if (plan->ceiling[way] && plan->user_ceiling[way] > plan->ceiling[way])
			err = tg_complain(why, "plan '%s': user ceiling %s is more than its ceiling",
					  plan->name, tg_way_names[way]);
	}
	BUILD_BUG_ON(TENANTGATE_MAX_CLASS_SHARE != TG_CLASS_SHARE_MAX);
	if (!err)
		err = tg_check_class(plan, "interactive", plan->interactive, why);
	if (!err)
		err = tg_check_class(plan, "bulk", plan->bulk, why);
	BUILD_BUG_ON(TENANTGATE_MAX_WEIGHT != TG_WEIGHT_MAX);
	if (!err && (!plan->weight || plan->weight > TG_WEIGHT_MAX))
		err = tg_complain(why, "plan '%s': weight %u is not from 1 to %u", plan->name,
				  plan->weight, TG_WEIGHT_MAX);
	return err;
}

/* What a plan says within windows has to make sense as the plan itself has to. */
static int tg_check_during(const struct tg_plan *plan, struct tg_complaint *why)
{
	const struct tg_plan *during;
	u64 seen = 0;
	u32 count = 0;
	int err = 0;

	for (during = plan->during; during && !err; during = during->next) {
		char name[2 * TENANTGATE_NAME_MAX + sizeof(" during ")];
		struct tg_plan terms = *during;

		snprintf(name, sizeof(name), "%s during %s", plan->name, during->window->name);
		terms.name = name;
		if (++count > TENANTGATE_MAX_DURING)
			err = tg_complain(why, "plan '%s': more than %u windows", plan->name,
					  TENANTGATE_MAX_DURING);
		else if (seen & BIT_ULL(during->window->number))
			err = tg_complain(why, "plan '%s': window '%s' is there twice",
					  plan->name, during->window->name);
		else
			err = tg_check_plan(&terms, why);
		seen |= BIT_ULL(during->window->number);
	}
	return err;
}

/* Copies what @plan says within windows; the name is the plan's. */
static bool tg_copy_during(struct tg_policy *policy, struct tg_plan *plan)
{
	const struct tg_plan *during = plan->during;
	struct tg_plan **tail = &plan->during, *copy;

	plan->during = NULL;
	for (; during; during = during->next) {
		copy = tg_arena_copy(&policy->arena, during, 1, sizeof(*during));
		if (!copy)
			return false;
		copy->name = plan->name;
		copy->number = plan->number;
		copy->during = NULL;
		copy->next = NULL;
		copy->interactive = during->interactive ?: plan->interactive;
		copy->bulk = during->bulk ?: plan->bulk;
		tg_append(tail, copy);
	}
	return true;
}

/**
 * tg_policy_add_plan - add what tenants may get of a link
 * @policy: the policy
 * @plan: name, rates and weight, and the same within windows of the policy
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the plan or NULL.
 */
struct tg_plan *tg_policy_add_plan(struct tg_policy *policy, const struct tg_plan *plan,
				   struct tg_complaint *why)
{
	struct tg_plan *copy;

	if (tg_check_name("plan", plan->name, why) || tg_check_plan(plan, why) ||
	    tg_check_during(plan, why))
		return NULL;
	if (policy->nplans >= TENANTGATE_MAX_PLANS) {
		tg_complain(why, "plan '%s': more than %u plans", plan->name,
			    TENANTGATE_MAX_PLANS);
		return NULL;
	}
	copy = tg_arena_copy(&policy->arena, plan, 1, sizeof(*plan));
	if (!copy || !(copy->name = tg_copy_string(&policy->arena, plan->name))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->interactive = plan->interactive ?: TG_DEFAULT_INTERACTIVE;
	copy->bulk = plan->bulk ?: TG_DEFAULT_BULK;
	copy->number = policy->nplans + 1;
	if (!tg_copy_during(policy, copy)) {
		tg_complain_memory(why);
		return NULL;
	}
	policy->nplans++;
	tg_append(policy->plan_tail, copy);
	return copy;
}
