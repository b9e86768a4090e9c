// SPDX-License-Identifier: GPL-2.0-only
/* Policies that share tenants: kmod/core/fork.c. */

#include <linux/kernel.h>

#include "core/reason.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define MEMORY	(1UL << 20)

/*
 * The world of these tests: wg-a is the home of a, wg-b that of b, srv0 has the
 * platform's web, granted to both, and chat, granted to nobody. Both allow
 * their people tcp/445 on their own files.
 */
FIXTURE(fork)
{
	struct world w;		/* what is forked, compiled */
	struct world f;		/* the fork */
	struct tg_service *web, *chat;
};

/* How many tenants have gone. */
static int gone;

static void count_gone(struct tg_tenant *tenant)
{
	(void)tenant;
	gone++;
}

static void fill(struct world *w, struct tg_tenant *t, const char *files, struct tg_service *grant)
{
	add_service(w, t, "files", files, "tcp/445");
	add_rule(w, t, "files", ALLOW, "any", "service:files", "");
	if (grant)
		add_grant(w, t, grant);
}

FIXTURE_SETUP(fork)
{
	struct world *w = &self->w;
	struct tg_tenant *a, *b;

	gone = 0;
	world_begin(w);
	a = add_tenant(w, "a");
	b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why));
	add_site(w, a, "home", "wg-a", "10.1.0.0/24");
	add_site(w, b, "home", "wg-b", "10.2.0.0/24");
	add_site(w, w->policy.platform, "servers", "srv0", "10.99.0.0/24");
	self->web = add_service(w, w->policy.platform, "web", "10.99.0.10", "tcp/443");
	self->chat = add_service(w, w->policy.platform, "chat", "10.99.0.20", "tcp/5222");
	fill(w, a, "10.1.0.10", self->web);
	fill(w, b, "10.2.0.10", self->web);
	ASSERT_EQ(0, compile(w));
	memset(&self->f, 0, sizeof(self->f));
	ASSERT_EQ(0, tg_policy_fork(&self->f.policy, &w->policy, MEMORY));
}

FIXTURE_TEARDOWN(fork)
{
	shim_fail_after(-1);
	tg_policy_clear(&self->f.policy, NULL);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

#define SAYS(reason, world, in, out, from, to, port) do {			\
	struct tg_judgement _j = judge(world, in, out, from, to, port);		\
										\
	EXPECT_STREQ(reason, reason_of(&_j));					\
} while (0)

TEST_F(fork, judges_like_what_it_comes_from)
{
	char *before = world_dump(&self->w), *after = world_dump(&self->f);

	EXPECT_STREQ("", first_difference(before, after));
	free(before);
	free(after);
	ASSERT_EQ(0, compile(&self->f));
	SAYS("rule", &self->f, "wg-a", "wg-a", "10.1.0.2", "10.1.0.10", "tcp/445");
	SAYS("grant", &self->f, "wg-b", "srv0", "10.2.0.2", "10.99.0.10", "tcp/443");
}

TEST_F(fork, one_tenant_changes_and_nobody_else)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);

	ASSERT_NE(NULL, a);
	fill(&self->f, a, "10.1.0.11", self->chat);
	ASSERT_EQ(0, compile(&self->f));
	SAYS("no-rule", &self->f, "wg-a", "wg-a", "10.1.0.2", "10.1.0.10", "tcp/445");
	SAYS("rule", &self->f, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
	SAYS("service-not-granted", &self->f, "wg-a", "srv0", "10.1.0.2", "10.99.0.10",
	     "tcp/443");
	SAYS("grant", &self->f, "wg-a", "srv0", "10.1.0.2", "10.99.0.20", "tcp/5222");
	SAYS("rule", &self->f, "wg-b", "wg-b", "10.2.0.2", "10.2.0.10", "tcp/445");
	SAYS("other-tenant", &self->f, "wg-a", "wg-b", "10.1.0.2", "10.2.0.10", "tcp/445");

	SAYS("rule", &self->w, "wg-a", "wg-a", "10.1.0.2", "10.1.0.10", "tcp/445");
	SAYS("no-rule", &self->w, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
	SAYS("grant", &self->w, "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
}

TEST_F(fork, a_judgement_names_the_tenant_that_is_there_now)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);
	struct tg_judgement j;

	ASSERT_NE(NULL, a);
	ASSERT_EQ(0, compile(&self->f));
	j = judge(&self->f, "wg-a", "wg-b", "10.1.0.2", "10.2.0.10", "tcp/445");
	EXPECT_EQ(a, j.tenant);
	j = judge(&self->f, "wg-b", "wg-a", "10.2.0.2", "10.1.0.10", "tcp/445");
	EXPECT_EQ(a, j.peer);
	j = judge(&self->f, "wg-a", "wg-b", "10.9.0.2", "10.2.0.10", "tcp/445");
	EXPECT_STREQ("spoofed-source", reason_of(&j));
	EXPECT_EQ(a, j.tenant);
	EXPECT_EQ(a, tg_policy_tenant(&self->f.policy, "a"));
}

TEST_F(fork, mode_limits_and_sites_stay)
{
	const struct tg_tenant *old = tg_policy_tenant(&self->w.policy, "a");
	const struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);

	ASSERT_NE(NULL, a);
	EXPECT_EQ(old->mode, a->mode);
	EXPECT_EQ(old->index, a->index);
	EXPECT_EQ(old->sites, a->sites);
	EXPECT_EQ(old->nsites, a->nsites);
	EXPECT_EQ(0, memcmp(&old->limits, &a->limits, sizeof(a->limits)));
	EXPECT_EQ(NULL, a->rules);
	EXPECT_EQ(NULL, a->services);
}

TEST_F(fork, its_own_sites_can_be_named_and_others_cannot)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);
	struct tg_selector to = { .type = TENANTGATE_SELECTOR_TYPE_SITE };
	struct tg_rule_draft rule = {
		.name = "home",
		.terms = { .destinations = &to, .ndestinations = 1 },
	};

	to.site = a->sites;
	EXPECT_NE(NULL, tg_policy_add_rule(&self->f.policy, a, &rule, &self->f.why));
	to.site = tg_policy_tenant(&self->f.policy, "b")->sites;
	rule.name = "theirs";
	EXPECT_EQ(NULL, tg_policy_add_rule(&self->f.policy, a, &rule, &self->f.why));
	EXPECT_NE(NULL, strstr(self->f.why.text, "another tenant"));
}

TEST_F(fork, refusals)
{
	struct tg_policy *f = &self->f.policy;

	EXPECT_EQ(NULL, tg_policy_replace_tenant(f, "c", &self->f.why));
	EXPECT_STREQ("tenant 'c' is not in the running policy", self->f.why.text);
	EXPECT_EQ(NULL, tg_policy_replace_tenant(f, "platform", &self->f.why));
	EXPECT_NE(NULL, strstr(self->f.why.text, "tenant 'platform'"));
	EXPECT_NE(NULL, tg_policy_replace_tenant(f, "a", &self->f.why));
	EXPECT_EQ(NULL, tg_policy_replace_tenant(f, "a", &self->f.why));
	EXPECT_STREQ("tenant 'a' is there twice", self->f.why.text);
}

TEST_F(fork, what_is_wrong_is_found)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);

	add_service(&self->f, a, "files", "10.2.0.10", "");
	EXPECT_NE(0, compile(&self->f));
	EXPECT_STREQ("service 'files' of 'a': address 10.2.0.10/32 is in none of its sites",
		     self->f.why.text);
}

TEST_F(fork, compiled_twice)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);

	fill(&self->f, a, "10.1.0.11", NULL);
	ASSERT_EQ(0, compile(&self->f));
	add_grant(&self->f, a, self->chat);
	ASSERT_EQ(0, compile(&self->f));
	SAYS("rule", &self->f, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
	SAYS("grant", &self->f, "wg-a", "srv0", "10.1.0.2", "10.99.0.20", "tcp/5222");
}

TEST_F(fork, forks_of_forks_share_what_was_replaced)
{
	struct world g = {}, h = {};
	struct tg_tenant *a, *b;

	a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);
	fill(&self->f, a, "10.1.0.11", NULL);
	ASSERT_EQ(0, compile(&self->f));
	tg_policy_settle(&self->f.policy);

	/* b is replaced in one, a once more in the other. */
	ASSERT_EQ(0, tg_policy_fork(&g.policy, &self->f.policy, MEMORY));
	b = tg_policy_replace_tenant(&g.policy, "b", &g.why);
	ASSERT_NE(NULL, b);
	fill(&g, b, "10.2.0.12", NULL);
	ASSERT_EQ(0, compile(&g));
	tg_policy_settle(&g.policy);
	ASSERT_EQ(0, tg_policy_fork(&h.policy, &g.policy, MEMORY));
	ASSERT_NE(NULL, tg_policy_replace_tenant(&h.policy, "a", &h.why));
	ASSERT_EQ(0, compile(&h));
	tg_policy_settle(&h.policy);
	EXPECT_EQ(a, tg_policy_tenant(&g.policy, "a"));
	EXPECT_EQ(b, tg_policy_tenant(&h.policy, "b"));

	/* The first fork ends; what others share of it stays. */
	tg_policy_clear(&self->f.policy, count_gone);
	EXPECT_EQ(0, gone);
	memset(&self->f, 0, sizeof(self->f));
	SAYS("rule", &g, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
	SAYS("rule", &g, "wg-b", "wg-b", "10.2.0.2", "10.2.0.12", "tcp/445");
	SAYS("no-rule", &h, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
	tg_policy_clear(&g.policy, count_gone);
	EXPECT_EQ(1, gone);
	SAYS("rule", &h, "wg-b", "wg-b", "10.2.0.2", "10.2.0.12", "tcp/445");
	tg_policy_clear(&h.policy, count_gone);
	EXPECT_EQ(3, gone);
}

TEST_F(fork, the_limit_counts_for_all_tenants_together)
{
	struct world f = {};
	struct tg_tenant *a, *b;
	char name[16];
	u32 n, rules = 0;

	ASSERT_EQ(0, tg_policy_fork(&f.policy, &self->w.policy, 256 * 1024));
	a = tg_policy_replace_tenant(&f.policy, "a", &f.why);
	b = tg_policy_replace_tenant(&f.policy, "b", &f.why);
	for (n = 0; n < 4000; n++) {
		snprintf(name, sizeof(name), "r%u", n);
		rules += !!add_rule(&f, n % 2 ? a : b, name, ALLOW, "any", "any", "tcp/1");
	}
	EXPECT_LT(0, rules);
	EXPECT_GT(4000, rules);
	EXPECT_GE(256 * 1024, f.policy.arena.bytes);
	EXPECT_EQ(f.policy.arena.bytes >= a->arena.bytes + b->arena.bytes, 1);
	tg_policy_clear(&f.policy, NULL);
}

TEST_F(fork, a_small_tenant_takes_little)
{
	struct tg_tenant *a = tg_policy_replace_tenant(&self->f.policy, "a", &self->f.why);

	fill(&self->f, a, "10.1.0.11", NULL);
	ASSERT_EQ(0, compile(&self->f));
	EXPECT_GT(8192, a->arena.bytes);
}

/* Whichever allocation fails, nothing is lost and what was forked still judges. */
TEST_F(fork, no_memory)
{
	struct world f = {};
	struct tg_tenant *a;
	long n;

	for (n = 0; n < 1000; n++) {
		shim_fail_after(n);
		memset(&f, 0, sizeof(f));
		if (tg_policy_fork(&f.policy, &self->w.policy, MEMORY))
			continue;
		a = tg_policy_replace_tenant(&f.policy, "a", &f.why);
		if (a && add_service(&f, a, "files", "10.1.0.11", "tcp/445") &&
		    add_rule(&f, a, "files", ALLOW, "any", "service:files", "") &&
		    add_grant(&f, a, self->web) && !compile(&f)) {
			shim_fail_after(-1);
			SAYS("rule", &f, "wg-a", "wg-a", "10.1.0.2", "10.1.0.11", "tcp/445");
			tg_policy_clear(&f.policy, NULL);
			break;
		}
		shim_fail_after(-1);
		tg_policy_clear(&f.policy, NULL);
		SAYS("rule", &self->w, "wg-a", "wg-a", "10.1.0.2", "10.1.0.10", "tcp/445");
	}
	EXPECT_LT(3, n);
	EXPECT_GT(1000, n);
}

TEST_HARNESS_MAIN
