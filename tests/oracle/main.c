// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare the core with the oracle on random policies and packets.
 *
 * Usage: oracle [--pairs N] [--seed N]
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/kernel.h>

#include "feed.h"
#include "generate.h"
#include "print.h"
#include "shrink.h"

#define OR_PACKETS	64	/* for each policy */
#define OR_ENOUGH	50000	/* pairs after which everything must have occurred */

struct or_tally {
	const char *what;
	bool must;		/* it has to occur */
	unsigned long count;
};

/* Every reason that the judgement of a first packet can end with. */
static struct or_tally or_reasons[] = {
	{ "rule", true, 0 }, { "grant", true, 0 }, { "gateway-service", true, 0 },
	{ "spoofed-source", true, 0 }, { "unbound-device", true, 0 },
	{ "wrong-device", true, 0 }, { "unknown-destination", true, 0 },
	{ "other-tenant", true, 0 }, { "no-rule", true, 0 }, { "rule-deny", true, 0 },
	{ "rule-reject", true, 0 }, { "service-not-granted", true, 0 },
	{ "no-service", true, 0 }, { "gateway-closed", true, 0 }, { "unsolicited", true, 0 },
	{ "management", true, 0 },
};

static struct or_tally or_refusals[] = {
	{ "a site on an uplink", true, 0 },
	{ "two tenants' prefixes overlap on a device", true, 0 },
	{ "two tenants' prefixes overlap in a realm", true, 0 },
	{ "a prefix is bound twice on a device", true, 0 },
	{ "a user's address is a range", true, 0 },
	{ "a user's address is outside the tenant's sites", true, 0 },
	{ "two users have one address", true, 0 },
	{ "an own computer's address is a range", true, 0 },
	{ "an own computer is outside the tenant's sites", true, 0 },
	{ "a server is outside the tenant's sites", true, 0 },
	{ "a range of the platform's is outside its sites", true, 0 },
	{ "a service of the platform has a tenant's address", true, 0 },
	{ "a rule names a service that is not listed", true, 0 },
};

#define or_count(tally, what)	or_count_in(tally, ARRAY_SIZE(tally), what)

static void or_count_in(struct or_tally *tally, size_t n, const char *what)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(tally[i].what, what))
			tally[i].count++;
}

#define or_report(title, tally, total)	or_report_in(title, tally, ARRAY_SIZE(tally), total)

/* How often each thing occurred; the number of those that did not and should have. */
static int or_report_in(const char *title, const struct or_tally *tally, size_t n,
			unsigned long total)
{
	int missing = 0;
	size_t i;

	printf("# %s:\n", title);
	for (i = 0; i < n; i++) {
		printf("#   %-50s %9lu  %5.2f %%\n", tally[i].what, tally[i].count,
		       total ? 100.0 * tally[i].count / total : 0);
		missing += tally[i].must && !tally[i].count;
	}
	return missing;
}

static bool or_same_answer(const struct or_answer *a, const struct or_answer *b)
{
	return a->verdict == b->verdict && !strcmp(a->reason, b->reason) &&
	       a->tenant == b->tenant && a->peer == b->peer && a->user == b->user &&
	       a->site == b->site && a->peer_site == b->peer_site && a->rule == b->rule &&
	       a->grant == b->grant && a->class == b->class && a->up == b->up;
}

static bool or_policy_differs(const struct or_policy *p, const struct or_packet *unused)
{
	const char *why;
	struct or_fed fed;
	bool fed_well = or_feed(&fed, p);

	(void)unused;
	or_feed_end(&fed);
	return fed_well != oracle_accepts(p, &why);
}

static bool or_packet_differs(const struct or_policy *p, const struct or_packet *k)
{
	struct or_answer core, oracle;
	struct or_fed fed;
	const char *why;
	bool differs = false, management;

	if (oracle_accepts(p, &why) && or_feed(&fed, p)) {
		or_ask(&fed, p, k, &core, &management);
		oracle_judge(p, k, &oracle);
		differs = !or_same_answer(&core, &oracle) ||
			  management != oracle_management(p, k);
		or_feed_end(&fed);
	}
	return differs;
}

static void or_show_policy(struct or_policy p)
{
	struct or_fed fed;
	const char *why;

	or_shrink(&p, NULL, or_policy_differs);
	or_print_policy(&p);
	printf("# core: %s\n", or_feed(&fed, &p) ? "accepts it" : fed.why.text);
	or_feed_end(&fed);
	printf("# oracle: %s\n", oracle_accepts(&p, &why) ? "accepts it" : why);
}

static void or_show_packet(struct or_policy p, const struct or_packet *k)
{
	struct or_answer answer;
	struct or_fed fed;
	bool management;

	or_shrink(&p, k, or_packet_differs);
	or_print_policy(&p);
	or_print_packet(k);
	if (or_feed(&fed, &p)) {
		or_ask(&fed, &p, k, &answer, &management);
		or_print_answer("core  ", &answer);
		printf("# core: management: %s\n", management ? "yes" : "no");
	}
	or_feed_end(&fed);
	oracle_judge(&p, k, &answer);
	or_print_answer("oracle", &answer);
	printf("# oracle: management: %s\n", oracle_management(&p, k) ? "yes" : "no");
}

struct or_run {
	struct or_random random;
	unsigned long policies, refused, pairs;
};

/* One policy with its packets; false when core and oracle differ. */
static bool or_try(struct or_run *run, bool *policy_differs)
{
	static struct or_policy p;
	static struct or_fed fed;
	struct or_packet k;
	struct or_answer core, oracle;
	const char *why;
	bool management, agrees = true;
	int i;

	or_generate_policy(&run->random, &p);
	run->policies++;
	*policy_differs = or_feed(&fed, &p) != oracle_accepts(&p, &why);
	if (*policy_differs)
		or_show_policy(p);
	if (why) {
		run->refused++;
		or_count(or_refusals, why);
	}
	for (i = 0; i < OR_PACKETS && !why && !*policy_differs && agrees; i++) {
		or_generate_packet(&run->random, &p, &k);
		or_ask(&fed, &p, &k, &core, &management);
		oracle_judge(&p, &k, &oracle);
		agrees = or_same_answer(&core, &oracle) &&
			 management == oracle_management(&p, &k);
		run->pairs++;
		or_count(or_reasons, k.local && management ? "management" : oracle.reason);
		if (!agrees)
			or_show_packet(p, &k);
	}
	or_feed_end(&fed);
	return agrees && !*policy_differs;
}

static void or_result(bool ok, int number, const char *what)
{
	printf("%s %d oracle.%s\n", ok ? "ok" : "not ok", number, what);
}

static int or_usage(void)
{
	fprintf(stderr, "usage: oracle [--pairs N] [--seed N]\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "pairs", required_argument, NULL, 'p' },
		{ "seed", required_argument, NULL, 's' },
		{ 0 },
	};
	unsigned long pairs = 1000000;
	unsigned long long seed = 20261121;
	struct or_run run = { 0 };
	bool policy_differs = false, agree = true;
	int missing = 0, option;
	clock_t begin = clock();

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p')
			pairs = strtoul(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			return or_usage();
	}
	if (optind != argc)
		return or_usage();
	printf("TAP version 13\n1..3\n# seed %llu\n", seed);
	run.random.state = seed;
	while (agree && run.pairs < pairs)
		agree = or_try(&run, &policy_differs);
	missing += or_report("reasons", or_reasons, run.pairs);
	missing += or_report("policies refused", or_refusals, run.policies);
	printf("# %lu policies, %lu refused, %lu pairs, %.1f s\n", run.policies, run.refused,
	       run.pairs, (double)(clock() - begin) / CLOCKS_PER_SEC);
	or_result(!policy_differs, 1, "core_and_oracle_accept_the_same_policies");
	or_result(agree || policy_differs, 2, "core_and_oracle_judge_alike");
	if (agree && run.pairs < OR_ENOUGH) {
		printf("ok 3 oracle.every_outcome_occurred # SKIP fewer than %d pairs\n",
		       OR_ENOUGH);
		missing = 0;
	} else {
		or_result(!missing, 3, "every_outcome_occurred");
	}
	return agree && !missing ? 0 : 1;
}
