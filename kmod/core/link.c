// SPDX-License-Identifier: GPL-2.0-only
/*
 * What links can keep of what plans promise.
 *
 * Every tenant may want all it was promised on every link at once, so that what
 * all plans guarantee must fit into each link, with a twentieth left for what
 * nobody was promised; realtime, which goes first, may have half of it. On a link
 * that is oversubscribed guarantees shrink instead, all by the same factor, and
 * the order among tenants stays what was sold.
 *
 * What a plan says within windows counts with the largest of it: it fits whatever
 * windows are open, and nothing has to be refused when one opens.
 *
 * Replaced tenants keep their plans, so that none of this changes in a fork.
 */

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/sizes.h>

#include "complain.h"
#include "shaper.h"

/* Hundredths of a link's rate. */
#define TG_PROMISE_MAX		95
#define TG_PROMPT_MAX		50

/* Tenants and the platform may have so much each, for sums of it to be multiplied by 100. */
#define TG_SUMMAND_MAX		(U64_MAX / 100 / (TENANTGATE_MAX_TENANTS + 1))

/* What may wait: this part of a second, within bounds. */
#define TG_WAIT_PART		10
#define TG_WAIT_MIN		SZ_64K
#define TG_WAIT_MAX		SZ_4M

/* What may be promised of a rate. */
static u64 tg_link_most(u64 rate, u32 hundredths)
{
	return div_u64(rate * hundredths, 100);
}

/* What a plan ever promises one way. */
static void tg_plan_most(const struct tg_plan *plan, int way, u64 *guarantee, u64 *realtime)
{
	const struct tg_plan *during;

	*guarantee = plan->guarantee[way];
	*realtime = plan->realtime[way];
	for (during = plan->during; during; during = during->next) {
		*guarantee = max(*guarantee, during->guarantee[way]);
		*realtime = max(*realtime, during->realtime[way]);
	}
}

/*
 * What all plans promise one way. These sums cannot overflow: no rate is above
 * TG_RATE_MAX.
 */
static void tg_sum_promises(const struct tg_policy *policy, int way, u64 *guaranteed, u64 *prompt)
{
	u64 guarantee, realtime;
	u32 i;

	BUILD_BUG_ON(TG_RATE_MAX > TG_SUMMAND_MAX);
	*guaranteed = 0;
	*prompt = 0;
	for (i = 0; i < policy->ntenants; i++) {
		const struct tg_plan *plan = tg_tenant_plan(policy, policy->tenants[i]);

		if (!plan)
			continue;
		tg_plan_most(plan, way, &guarantee, &realtime);
		*guaranteed += guarantee;
		*prompt += realtime;
	}
}

static const struct tg_link *tg_slowest_link(const struct tg_policy *policy, int way)
{
	const struct tg_link *link, *slowest = NULL;

	for (link = policy->link_list; link; link = link->next)
		if (link->rate[way] && (!slowest || link->rate[way] < slowest->rate[way]))
			slowest = link;
	return slowest;
}

/* No tenant alone may be promised more than there is; who fits the slowest link fits all. */
static int tg_check_each_plan(const struct tg_policy *policy, int way, struct tg_complaint *why)
{
	const struct tg_link *link = tg_slowest_link(policy, way);
	u64 guarantee, realtime;
	u32 i;

	for (i = 0; link && i < policy->ntenants; i++) {
		const struct tg_plan *plan = tg_tenant_plan(policy, policy->tenants[i]);

		if (!plan)
			continue;
		tg_plan_most(plan, way, &guarantee, &realtime);
		if (guarantee > link->rate[way])
			return tg_complain(why,
					   "tenant '%s': plan '%s' guarantees %llu bytes a second %s, link '%s' has only %llu",
					   policy->tenants[i]->name, plan->name,
					   guarantee, tg_way_names[way], link->name,
					   link->rate[way]);
	}
	return 0;
}

static int tg_check_sums(const struct tg_link *link, int way, struct tg_complaint *why)
{
	u64 most = tg_link_most(link->rate[way], TG_PROMISE_MAX);
	u64 prompt_most = tg_link_most(link->rate[way], TG_PROMPT_MAX);

	if (!link->rate[way] || link->oversubscribe)
		return 0;
	if (link->guaranteed[way] > most)
		return tg_complain(why,
				   "link '%s': plans guarantee %llu bytes a second %s to all tenants, %llu more than %u %% of its rate",
				   link->name, link->guaranteed[way], tg_way_names[way],
				   link->guaranteed[way] - most, TG_PROMISE_MAX);
	if (link->prompt[way] > prompt_most)
		return tg_complain(why,
				   "link '%s': plans let all tenants send %llu bytes a second of realtime %s, %llu more than %u %% of its rate",
				   link->name, link->prompt[way], tg_way_names[way],
				   link->prompt[way] - prompt_most, TG_PROMPT_MAX);
	return 0;
}

/* The only link that is shaped, NULL when there are several or none. */
static struct tg_link *tg_only_link(const struct tg_policy *policy)
{
	struct tg_link *link, *only = NULL;

	for (link = policy->link_list; link; link = link->next) {
		if (!link->rate[TG_UP] && !link->rate[TG_DOWN])
			continue;
		if (only)
			return NULL;
		only = link;
	}
	return only;
}

/*
 * Which tunnels do links carry? A link that shares its rate with no other carries
 * them all, unless some are named. What only the platform's servers are behind is
 * no tunnel.
 */
static int tg_compile_tunnels(const struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_link *only = tg_only_link(policy);
	struct tg_device *device;

	for (device = policy->device_list; device; device = device->next) {
		if (!device->is_tunnel)
			continue;
		only = NULL;
		if (!device->sites.count)
			return tg_complain(why, "tunnel '%s': link '%s' carries a device without sites",
					   device->name, device->link->name);
	}
	for (device = policy->device_list; device; device = device->next) {
		if (device->kind != TG_DEVICE_BOUND || device->is_tunnel)
			continue;
		device->link = device->sole != policy->platform->index ? only : NULL;
	}
	return 0;
}

/**
 * tg_compile_links - check what plans promise, and find what links carry
 * @policy: the policy, no fork; its tenants and devices are compiled
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or -EINVAL.
 */
int tg_compile_links(struct tg_policy *policy, struct tg_complaint *why)
{
	struct tg_link *link;
	u64 guaranteed, prompt;
	int err, way;

	err = tg_compile_tunnels(policy, why);
	for (way = 0; way < TG_WAYS && !err; way++) {
		err = tg_check_each_plan(policy, way, why);
		tg_sum_promises(policy, way, &guaranteed, &prompt);
		for (link = policy->link_list; link && !err; link = link->next) {
			link->guaranteed[way] = guaranteed;
			link->prompt[way] = prompt;
			err = tg_check_sums(link, way, why);
		}
	}
	return err;
}

/* What is left of a promise when all of them together are more than may be promised. */
static u64 tg_shrink(u64 rate, u64 all, u64 most)
{
	if (all <= most)
		return rate;
	rate = mul_u64_u64_div_u64(rate, most, all);
	return rate < TG_RATE_MIN ? 0 : rate;
}

/**
 * tg_plan_now - what a plan says at some time
 * @plan: the plan, or NULL
 * @open: the windows that are open then, see tg_windows_open()
 *
 * Context: any.
 * Return: the plan itself, or what it says within a window; NULL for no plan.
 */
const struct tg_plan *tg_plan_now(const struct tg_plan *plan, u64 open)
{
	const struct tg_plan *during;

	for (during = plan ? plan->during : NULL; during; during = during->next)
		if (open & BIT_ULL(during->window->number))
			return during;
	return plan;
}

/**
 * tg_tenant_terms - what a tenant is promised of a link
 * @policy: a compiled policy
 * @link: one of its links
 * @tenant: one of its tenants
 * @way: which direction of the link
 * @open: the windows that are open
 * @terms: gets it
 *
 * Where a link is oversubscribed, guarantees are what is left of them. What would
 * be less than %TG_RATE_MIN then is none at all.
 *
 * Context: any.
 */
void tg_tenant_terms(const struct tg_policy *policy, const struct tg_link *link,
		     const struct tg_tenant *tenant, enum tg_ways way, u64 open,
		     struct tg_terms *terms)
{
	const struct tg_plan *plan = tg_plan_now(tg_tenant_plan(policy, tenant), open);
	u64 rate = link->rate[way], most = rate;

	*terms = (struct tg_terms){
		.weight = TG_DEFAULT_WEIGHT,
		.interactive = TG_DEFAULT_INTERACTIVE,
		.bulk = TG_DEFAULT_BULK,
	};
	if (plan) {
		terms->guarantee = plan->guarantee[way];
		terms->ceiling = plan->ceiling[way];
		terms->realtime = plan->realtime[way];
		terms->user_ceiling = plan->user_ceiling[way];
		terms->interactive = plan->interactive;
		terms->bulk = plan->bulk;
		terms->weight = plan->weight;
	}
	if (rate && link->oversubscribe) {
		terms->guarantee = tg_shrink(terms->guarantee, link->guaranteed[way],
					     tg_link_most(rate, TG_PROMISE_MAX));
		terms->realtime = tg_shrink(terms->realtime, link->prompt[way],
					    tg_link_most(rate, TG_PROMPT_MAX));
		terms->realtime = min(terms->realtime, terms->guarantee);
	}
	if (terms->ceiling && (!rate || terms->ceiling < rate))
		most = terms->ceiling;
	terms->limit = clamp_t(u64, div_u64(most, TG_WAIT_PART), TG_WAIT_MIN, TG_WAIT_MAX);
}
