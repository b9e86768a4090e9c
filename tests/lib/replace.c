// SPDX-License-Identifier: GPL-2.0-only
/*
 * replace: how long it takes to replace one tenant of the running policy.
 *
 *   probe replace TENANT RULES ROUNDS
 *
 * Each round gives the tenant RULES rules and nothing else, each for a server
 * of its own and two ports. Prints microseconds with tabs between: medians of
 * begin, of sending the objects, and of the commit, then the slowest commit. A
 * round in which somebody else was faster is tried again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "genl.h"
#include "probe.h"

#define ROUNDS_MAX	1000

static struct genl_message message;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* False when it is refused with @excuse, a negative error; any other refusal is the end. */
static bool ask_or(struct genl *genl, int excuse)
{
	int error = genl_ask(genl, &message, NULL, NULL);

	if (error && error != excuse)
		die("replace: %s: %s", strerror(-error), genl->message);
	return !error;
}

static void ask(struct genl *genl)
{
	ask_or(genl, 0);
}

/* False: another policy runs by now than the one that was to be changed. */
static bool commit(struct genl *genl)
{
	genl_start(genl, &message, TENANTGATE_CMD_COMMIT, 0);
	return ask_or(genl, -ESTALE);
}

static void begin(struct genl *genl, const char *tenant)
{
	genl_start(genl, &message, TENANTGATE_CMD_BEGIN, 0);
	genl_put(&message, TENANTGATE_A_STATUS_FROM_RUNNING, NULL, 0);
	ask(genl);
	genl_start(genl, &message, TENANTGATE_CMD_TENANT_ADD, 0);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 1);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, tenant);
	ask(genl);
}

static void add_rule(struct genl *genl, unsigned int n)
{
	const uint16_t first = 1000 + n % 50 * 100, last = first + 1;
	char name[32], address[INET_ADDRSTRLEN];
	struct nlattr *nest;

	snprintf(name, sizeof(name), "rule %u", n);
	snprintf(address, sizeof(address), "10.%u.%u.%u", n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
	genl_start(genl, &message, TENANTGATE_CMD_RULE_ADD, 0);
	genl_put_u32(&message, TENANTGATE_A_RULE_TENANT, 1);
	genl_put_text(&message, TENANTGATE_A_RULE_NAME, name);
	genl_put_u8(&message, TENANTGATE_A_RULE_VERDICT, TENANTGATE_VERDICT_ALLOW);
	nest = genl_nest(&message, TENANTGATE_A_RULE_DESTINATION);
	genl_put_u8(&message, TENANTGATE_A_SELECTOR_TYPE, TENANTGATE_SELECTOR_TYPE_PREFIX);
	genl_put_prefix(&message, TENANTGATE_A_SELECTOR_PREFIX, address, 32);
	genl_nest_end(&message, nest);
	nest = genl_nest(&message, TENANTGATE_A_RULE_PORT);
	genl_put_u8(&message, TENANTGATE_A_PORT_PROTOCOL, IPPROTO_TCP);
	genl_put(&message, TENANTGATE_A_PORT_FIRST, &first, sizeof(first));
	genl_put(&message, TENANTGATE_A_PORT_LAST, &last, sizeof(last));
	genl_nest_end(&message, nest);
	ask(genl);
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int replace_main(int argc, char **argv)
{
	static double took[3][ROUNDS_MAX];
	struct genl *genl = genl_open();
	int rules, rounds;

	if (!genl)
		die("the module's netlink family is not there");
	if (argc != 4)
		die("usage: probe replace TENANT RULES ROUNDS");
	rules = atoi(argv[2]);
	rounds = atoi(argv[3]);
	if (rules < 1 || rounds < 1 || rounds > ROUNDS_MAX)
		die("replace: rules are 1 and more, rounds 1 to %d", ROUNDS_MAX);
	for (int i = 0; i < rounds; ) {
		const double start = now_us();
		double begun, added;

		begin(genl, argv[1]);
		begun = now_us();
		for (int n = 0; n < rules; n++)
			add_rule(genl, (unsigned int)n);
		added = now_us();
		if (!commit(genl))
			continue;
		took[0][i] = begun - start;
		took[1][i] = added - begun;
		took[2][i] = now_us() - added;
		i++;
	}
	for (int k = 0; k < 3; k++) {
		qsort(took[k], (size_t)rounds, sizeof(took[k][0]), by_size);
		printf("%.0f\t", took[k][rounds / 2]);
	}
	printf("%.0f\n", took[2][rounds - 1]);
	genl_close(genl);
	return 0;
}
