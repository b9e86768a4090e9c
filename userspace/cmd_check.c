// SPDX-License-Identifier: GPL-2.0-only
/* tgctl check: read a policy, say what is wrong with it, or print it whole. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/diagnostics.h"
#include "policy/model.h"
#include "policy/print.h"
#include "tgctl.h"

static const char usage[] =
	"usage: tgctl check [--print | --json] FILE\n"
	"\n"
	"Reads the provider's file FILE and the tenants' files it names, and says what\n"
	"is wrong with them. Nothing is sent to the kernel.\n"
	"\n"
	"  --print  print the whole policy as one file, with all defaults\n"
	"  --json   print errors, warnings and totals as JSON\n"
	"  --help   print this\n"
	"\n"
	"Exit code: 0 the policy has no errors, 1 it has, 2 wrong usage.\n";

/* How many there are of what, over all tenants. */
struct totals {
	uint32_t tenants;
	uint64_t sites;
	uint64_t users;
	uint64_t servers;
	uint64_t rules;
	uint64_t tests;
};

static struct totals count_objects(const struct tg_policy_file *policy)
{
	struct totals totals = { .tenants = policy->ntenants - 1 };
	uint32_t i;

	for (i = 0; i < policy->ntenants; i++) {
		totals.sites += policy->tenants[i].nsites;
		totals.users += policy->tenants[i].nusers;
		totals.servers += i ? policy->tenants[i].nservices : 0;
		totals.rules += policy->tenants[i].nrules;
		totals.tests += policy->tenants[i].ntests;
	}
	return totals;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_summary(const struct tg_policy_file *policy, const struct diagnostics *diag)
{
	const struct policy_tenant *platform = policy->tenants;
	struct totals t = count_objects(policy);

	printf("%s: fine", policy->path);
	if (diag->warnings)
		printf(", with %u warning%s", diag->warnings, plural(diag->warnings));
	printf(" (%u tenant%s, %llu site%s, %u shared service%s, %llu user%s, %llu server%s, %llu rule%s)\n",
	       t.tenants, plural(t.tenants), (unsigned long long)t.sites, plural(t.sites),
	       platform->nservices - 1, plural(platform->nservices - 1),
	       (unsigned long long)t.users, plural(t.users),
	       (unsigned long long)t.servers, plural(t.servers),
	       (unsigned long long)t.rules, plural(t.rules));
	if (t.tests)
		printf("%llu test%s read, none run: this version only checks their form\n",
		       (unsigned long long)t.tests, plural(t.tests));
}

static void print_json(const struct tg_policy_file *policy, struct diagnostics *diag)
{
	struct totals t;

	printf("{\n  \"fine\": %s,\n  \"errors\": %u,\n  \"warnings\": %u,\n  \"messages\": ",
	       policy ? "true" : "false", diag->errors, diag->warnings);
	diagnostics_print_json(diag, stdout);
	if (policy) {
		t = count_objects(policy);
		printf(",\n  \"tenants\": %u,\n  \"sites\": %llu,\n  \"services\": %u,\n"
		       "  \"users\": %llu,\n  \"servers\": %llu,\n  \"rules\": %llu,\n"
		       "  \"tests\": %llu",
		       t.tenants, (unsigned long long)t.sites,
		       policy->tenants[0].nservices - 1, (unsigned long long)t.users,
		       (unsigned long long)t.servers, (unsigned long long)t.rules,
		       (unsigned long long)t.tests);
	}
	puts("\n}");
}

static void print_failure(const struct diagnostics *diag)
{
	fprintf(stderr, "%u error%s", diag->errors, plural(diag->errors));
	if (diag->warnings)
		fprintf(stderr, " and %u warning%s", diag->warnings, plural(diag->warnings));
	fputs("\n", stderr);
}

/* Reads the policy and says what is to be said about it. */
static int check_file(const char *path, bool print, bool json)
{
	struct diagnostics *diag = diagnostics_create();
	struct tg_policy_file *policy;
	int code;

	if (!diag) {
		fputs("tgctl: there is not enough memory\n", stderr);
		return STATUS_REFUSED;
	}
	policy = policy_load(path, diag);
	code = policy ? STATUS_OK : STATUS_REFUSED;
	if (json)
		print_json(policy, diag);
	else
		diagnostics_print(diag, stderr);
	if (policy && print)
		policy_print(policy, stdout);
	else if (policy && !json)
		print_summary(policy, diag);
	else if (!policy && !json)
		print_failure(diag);
	if (fflush(stdout) || ferror(stdout)) {
		perror("tgctl: cannot write");
		code = STATUS_REFUSED;
	}
	policy_free(policy);
	diagnostics_free(diag);
	return code;
}

/**
 * cmd_check - the command "tgctl check"
 * @argc: number of arguments
 * @argv: the arguments; argv[0] is the name of the command
 *
 * Return: the exit status.
 */
int cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{ "print", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool print = false, json = false;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "pjh", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			print = true;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_OK;
		default:
			fputs(usage, stderr);
			return STATUS_USAGE;
		}
	}
	if (argc - optind != 1 || (print && json)) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	return check_file(argv[optind], print, json);
}
