// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether links can keep what plans promise.
 *
 * The kernel checks the same (kmod/core/link.c); here it is said with the lines of
 * the file, and with who is promised most.
 */
#include <string.h>

#include "diagnostics.h"
#include "reader.h"
#include "values.h"

/* Hundredths of a link's rate that may be promised, and that may be realtime. */
#define PROMISE_MAX	95
#define REALTIME_MAX	50

static const char *const way_names[POLICY_WAYS] = {
	[POLICY_UP] = "up",
	[POLICY_DOWN] = "down",
};

static struct quote rate_text(uint64_t rate)
{
	struct quote text;
	char buf[VALUES_TEXT_MAX];

	snprintf(text.text, sizeof(text.text), "%s", values_rate_text(rate, buf));
	return text;
}

#define RATE(rate)	(rate_text(rate).text)

static bool is_shaped(const struct policy_link *link)
{
	return link->rate.way[POLICY_UP] || link->rate.way[POLICY_DOWN];
}

static void check_plan(const struct policy_plan *plan, struct diagnostics *diag)
{
	uint32_t i;
	int way;

	for (way = 0; way < POLICY_WAYS; way++) {
		uint64_t guarantee = plan->guarantee.way[way], ceiling = plan->ceiling.way[way];
		uint64_t realtime = plan->realtime.way[way], user = plan->user_ceiling.way[way];

		if (ceiling && ceiling < guarantee) {
			diagnostics_error(diag, &plan->ceiling.origin,
					  "the ceiling %s %s is below the guarantee of %s",
					  RATE(ceiling), way_names[way], RATE(guarantee));
			diagnostics_expected(diag, "a ceiling of %s or more", RATE(guarantee));
		}
		if (ceiling && user > ceiling) {
			diagnostics_error(diag, &plan->user_ceiling.origin,
					  "the ceiling of users %s %s is above the ceiling of %s",
					  RATE(user), way_names[way], RATE(ceiling));
			diagnostics_expected(diag, "at most %s", RATE(ceiling));
		}
		if (realtime <= guarantee)
			continue;
		diagnostics_error(diag, &plan->realtime.origin,
				  guarantee ? "%s of realtime %s is above the guarantee of %s" :
				  "%s of realtime %s has no guarantee to be part of",
				  RATE(realtime), way_names[way], RATE(guarantee));
		diagnostics_expected(diag, "a part of the guarantee, which goes first");
	}
	for (i = 0; i < plan->nduring; i++)
		check_plan(&plan->during[i], diag);
}

/* The most that a plan promises of something, in whatever window. */
#define PLAN_MOST(plan, what, way) ({							\
	uint64_t most_ = (plan)->what.way[way];						\
											\
	for (uint32_t at_ = 0; at_ < (plan)->nduring; at_++)				\
		if ((plan)->during[at_].what.way[way] > most_)				\
			most_ = (plan)->during[at_].what.way[way];			\
	most_;										\
})

/* How many tenants have each plan, and the first of them. */
static void count_tenants(struct tg_policy_file *policy)
{
	uint32_t i;

	for (i = 0; i < policy->ntenants; i++) {
		struct policy_tenant *tenant = &policy->tenants[i];

		if (tenant->plan && !tenant->plan->ntenants++)
			tenant->plan->first = tenant;
	}
}

/**
 * struct promise - what all plans promise one way
 * @sum: bytes a second, of all tenants
 * @tenants: how many are promised something
 * @largest: the plan that promises one tenant most, or NULL
 * @largest_rate: how much that is
 */
struct promise {
	uint64_t sum;
	uint64_t tenants;
	const struct policy_plan *largest;
	uint64_t largest_rate;
};

static void promise_add(struct promise *promise, const struct policy_plan *plan, uint64_t rate)
{
	/* 65,536 tenants with 400 Gbit/s each are far from an overflow. */
	promise->sum += rate * plan->ntenants;
	promise->tenants += rate ? plan->ntenants : 0;
	if (!plan->ntenants || rate <= promise->largest_rate)
		return;
	promise->largest = plan;
	promise->largest_rate = rate;
}

static void check_sum(const struct policy_link *link, int way, const struct promise *promise,
		      unsigned int hundredths, const char *what, struct diagnostics *diag)
{
	uint64_t most = link->rate.way[way] * hundredths / 100;
	const struct policy_tenant *tenant;

	if (promise->sum <= most)
		return;
	tenant = promise->largest->first;
	diagnostics_error(diag, &link->rate.origin,
			  "the plans of %llu tenant%s %s %s %s, %s more than %u %% of the link %s",
			  (unsigned long long)promise->tenants, promise->tenants == 1 ? "" : "s",
			  what, RATE(promise->sum), way_names[way], RATE(promise->sum - most),
			  hundredths, QUOTE(link->name));
	diagnostics_expected(diag,
			     "at most %s, or \"oversubscribe: true\"; the largest part are the %s of %s (plan %s, line %u)",
			     RATE(most), RATE(promise->largest_rate),
			     tenant->id ? QUOTE(tenant->name) : "the platform",
			     QUOTE(promise->largest->name), tenant->plan_name.origin.line);
}

/* A guarantee for one tenant that is more than all there is. */
static bool check_largest(const struct tg_policy_file *policy, const struct policy_link *link,
			  int way, struct diagnostics *diag)
{
	bool fine = true;
	uint32_t i;

	for (i = 0; i < policy->nplans; i++) {
		const struct policy_plan *plan = &policy->plans[i];

		uint64_t guarantee = PLAN_MOST(plan, guarantee, way);

		if (!plan->ntenants || guarantee <= link->rate.way[way])
			continue;
		fine = false;
		diagnostics_error(diag, &plan->first->plan_name.origin,
				  "the plan %s guarantees %s %s, the link %s has only %s",
				  QUOTE(plan->name), RATE(guarantee),
				  way_names[way], QUOTE(link->name), RATE(link->rate.way[way]));
		diagnostics_expected(diag, "a plan that guarantees less, or a faster link");
	}
	return fine;
}

static void check_way(const struct tg_policy_file *policy, const struct policy_link *link, int way,
		      struct diagnostics *diag)
{
	struct promise guarantee = { 0 }, realtime = { 0 };
	uint32_t i;

	if (!link->rate.way[way] || !check_largest(policy, link, way, diag) || link->oversubscribe)
		return;
	for (i = 0; i < policy->nplans; i++) {
		const struct policy_plan *plan = &policy->plans[i];

		promise_add(&guarantee, plan, PLAN_MOST(plan, guarantee, way));
		promise_add(&realtime, plan, PLAN_MOST(plan, realtime, way));
	}
	check_sum(link, way, &guarantee, PROMISE_MAX, "guarantee", diag);
	check_sum(link, way, &realtime, REALTIME_MAX, "let realtime have", diag);
}

/* With several links nobody can know which tunnels go over which. */
static void check_carries(const struct tg_policy_file *policy, uint32_t shaped,
			  struct diagnostics *diag)
{
	uint32_t i;

	for (i = 0; i < policy->nlinks && shaped > 1; i++) {
		const struct policy_link *link = &policy->links[i];

		if (!link->rate.way[POLICY_DOWN] || link->ncarries)
			continue;
		diagnostics_warning(diag, &link->origin,
				    "the link %s carries no tunnels, so that nothing is shaped down",
				    QUOTE(link->name));
		diagnostics_expected(diag, "carries: a list of tunnels, such as [wg0]");
	}
}

/* A promise that there is nothing to keep it with. */
static void check_no_rate(const struct tg_policy_file *policy, struct diagnostics *diag)
{
	uint32_t i;

	for (i = 0; i < policy->nplans; i++) {
		const struct policy_plan *plan = &policy->plans[i];

		if (!plan->guarantee.origin.line && !plan->ceiling.origin.line &&
		    !plan->user_ceiling.origin.line)
			continue;
		diagnostics_warning(diag, &plan->origin,
				    "the plan %s has rates, but no link has one, so that nothing is shaped",
				    QUOTE(plan->name));
		diagnostics_expected(diag, "a rate of the link that tenants share");
		return;
	}
}

/**
 * check_links - check rates of links and plans
 * @policy: the policy, resolved
 * @diag: errors and warnings are added here
 */
void check_links(struct tg_policy_file *policy, struct diagnostics *diag)
{
	uint32_t i, shaped = 0;

	count_tenants(policy);
	for (i = 0; i < policy->nplans; i++)
		check_plan(&policy->plans[i], diag);
	for (i = 0; i < policy->nlinks; i++) {
		shaped += is_shaped(&policy->links[i]);
		check_way(policy, &policy->links[i], POLICY_UP, diag);
		check_way(policy, &policy->links[i], POLICY_DOWN, diag);
	}
	check_carries(policy, shaped, diag);
	/* A rate that was refused is a rate. */
	if (!shaped && !diag->errors)
		check_no_rate(policy, diag);
}
