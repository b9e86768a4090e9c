// SPDX-License-Identifier: GPL-2.0-only
/*
 * First packets of random tenants, judged by the core as the module does, for
 * ./misses to count memory accesses of.
 *
 * Usage: misses allowed|denied TENANTS RULES PACKETS
 *
 * Tenants have a site on either side and rules from a network of one to a host of the
 * other, as those of the kernel's bench. "denied" packets fit no rule.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include <linux/slab.h>

#include "account.h"
#include "core/judge.h"
#include "rng.h"
#include "set.h"

#define MEMORY		(8UL << 30)
#define NETS		16
#define HOSTS		250
#define FIRST_PORT	1000
#define PORTS		6
#define APART		10
#define DENIED_PORT	999

static struct tg_policy policy;
static struct tg_complaint why;

static void *done(void *object)
{
	if (object)
		return object;
	fprintf(stderr, "misses: %s\n", why.text);
	exit(1);
}

static struct tg_prefix prefix(u32 addr, u32 len)
{
	return (struct tg_prefix){ tg_addr_v4(addr), TG_V4_PREFIX + len };
}

static u32 home(u32 tenant)
{
	return 10U << 24 | tenant << 8;
}

static u32 office(u32 tenant)
{
	return 20U << 24 | tenant << 8;
}

static void add_site(struct tg_tenant *tenant, const char *name, const char *device, u32 addr)
{
	struct tg_prefix where = prefix(addr, 24);
	const struct tg_site site = {
		.name = name,
		.kind = TENANTGATE_SITE_KIND_OFFICE,
		.prefixes = &where,
		.nprefixes = 1,
	};

	done(tg_policy_add_site(&policy, tenant, device, &site, &why));
}

static void add_rule(struct tg_tenant *tenant, u32 number, u32 i)
{
	struct tg_selector from = {
		.type = TENANTGATE_SELECTOR_TYPE_PREFIX,
		.prefix = prefix(home(number) + i % NETS * NETS, 28),
	};
	struct tg_selector to = {
		.type = TENANTGATE_SELECTOR_TYPE_PREFIX,
		.prefix = prefix(office(number) + 1 + i % HOSTS, 32),
	};
	struct tg_port port = {
		.proto = i % 2 ? TG_PROTO_TCP : TG_PROTO_UDP,
		.sport_max = 0xffff,
		.min = FIRST_PORT + i * APART,
		.max = FIRST_PORT + i * APART + PORTS - 1,
	};
	char name[16];
	const struct tg_rule_draft draft = {
		.name = name,
		.verdict = TENANTGATE_VERDICT_ALLOW,
		.terms = { &from, 1, &to, 1, &port, 1 },
	};

	snprintf(name, sizeof(name), "rule%u", i);
	done(tg_policy_add_rule(&policy, tenant, &draft, &why));
}

static void add_tenant(u32 number, u32 rules)
{
	const struct tg_limits limits = {
		.max_flows = TG_DEFAULT_TENANT_FLOWS,
		.max_fragments = TG_DEFAULT_TENANT_FRAGMENTS,
		.max_rejects = TG_DEFAULT_TENANT_REJECTS,
		.max_rules = rules,
	};
	struct tg_tenant *tenant;
	char name[16];
	u32 i;

	snprintf(name, sizeof(name), "t%u", number);
	tenant = done(tg_policy_add_tenant(&policy, name, NULL, TENANTGATE_MODE_ENFORCE, &limits,
					   &why));
	add_site(tenant, "home", "in", home(number));
	add_site(tenant, "office", "out", office(number));
	for (i = 0; i < rules; i++)
		add_rule(tenant, number, i);
}

/* As compiled.c does, without looking for what has the name already. */
static void bind(struct tg_tenant *tenant)
{
	struct tg_rule *rule;

	tenant->account = need(kzalloc(sizeof(*tenant->account), GFP_KERNEL));
	for (rule = tenant->rules; rule; rule = rule->next) {
		rule->bound = true;
		rule->stat = need(kzalloc(sizeof(*rule->stat), GFP_KERNEL));
		rule->stat->account = tenant->account;
	}
}

static void build(u32 tenants, u32 rules)
{
	struct tg_tenant *tenant;
	u32 i;

	if (tg_policy_init(&policy, MEMORY))
		done(NULL);
	for (i = 0; i < tenants; i++)
		add_tenant(i, rules);
	if (tg_policy_compile(&policy, &why))
		done(NULL);
	for (tenant = policy.tenant_list; tenant; tenant = tenant->next)
		bind(tenant);
	tg_policy_settle(&policy);
}

/* What path.c and crossing.c read of memory for a packet that is dropped or allowed. */
static noinline u8 judge_and_count(const struct tg_route *route, const struct tg_packet *packet)
{
	struct tg_judgement j;

	if (!tg_source_is_bound(&policy, route->in, &packet->saddr))
		return TENANTGATE_VERDICT_DENY;
	tg_judge(&policy, route, packet, &j);
	atomic64_inc(&j.tenant->account->packets[j.reason]);
	if (j.rule)
		atomic64_inc(&j.rule->stat->hits);
	return j.verdict;
}

static struct tg_packet draw(struct rng *r, u32 tenants, u32 rules, bool denied)
{
	u32 tenant = rng_below(r, tenants), i = rng_below(r, rules);

	return (struct tg_packet){
		.saddr = tg_addr_v4(home(tenant) + i % NETS * NETS + rng_below(r, NETS)),
		.daddr = tg_addr_v4(office(tenant) + 1 + i % HOSTS),
		.sport = 1024 + rng_below(r, 60000),
		.dport = denied ? DENIED_PORT : FIRST_PORT + i * APART + rng_below(r, PORTS),
		.family = 4,
		.proto = denied || i % 2 ? TG_PROTO_TCP : TG_PROTO_UDP,
	};
}

static u32 judge_some(u32 tenants, u32 rules, u32 packets, bool denied, struct rng *r)
{
	const struct tg_route route = {
		.in = tg_policy_device(&policy, "in"),
		.out = tg_policy_device(&policy, "out"),
	};
	u32 allowed = 0;

	while (packets--) {
		const struct tg_packet packet = draw(r, tenants, rules, denied);

		allowed += judge_and_count(&route, &packet) == TENANTGATE_VERDICT_ALLOW;
	}
	return allowed;
}

int main(int argc, char **argv)
{
	u32 tenants, rules, packets, allowed;
	struct rng r = { 1 };
	bool denied;

	if (argc != 5) {
		fputs("usage: misses allowed|denied TENANTS RULES PACKETS\n", stderr);
		return 2;
	}
	denied = !strcmp(argv[1], "denied");
	tenants = atoi(argv[2]);
	rules = atoi(argv[3]);
	packets = atoi(argv[4]);
	build(tenants, rules);
	CALLGRIND_START_INSTRUMENTATION;
	judge_some(tenants, rules, packets / 4, denied, &r);
	CALLGRIND_ZERO_STATS;
	allowed = judge_some(tenants, rules, packets, denied, &r);
	CALLGRIND_STOP_INSTRUMENTATION;
	if (allowed == (denied ? 0 : packets))
		return 0;
	fprintf(stderr, "misses: %u of %u packets were allowed\n", allowed, packets);
	return 1;
}
