// SPDX-License-Identifier: GPL-2.0-only
/* Links, plans and what tenants are promised: kmod/core/link.c, build_link.c, build_device.c. */

#include <linux/kernel.h>
#include <linux/limits.h>

#include "core/shaper.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define MEMORY	(1UL << 20)
#define KB	1000ULL
#define MB	1000000ULL

/*
 * The world of these tests: one link of 100 MB a second up and 40 MB down with the
 * device eth0; a and b are at home behind wg-a and wg-b, the platform's servers
 * behind srv0. Nobody has a plan yet.
 */
FIXTURE(link)
{
	struct world w;
	struct tg_link *link;
	struct tg_tenant *a, *b;
};

static struct tg_link *add_link(struct world *w, const char *name, u64 up, u64 down)
{
	const struct tg_link link = {
		.name = name, .rate = { up, down }, .overhead = 60, .padding = 16, .framing = 38,
		.minimum = 84,
	};

	return tg_policy_add_link(&w->policy, &link, &w->why);
}

/* The same guarantee each way, and a third of it realtime, when that is a rate. */
static struct tg_plan *add_plan(struct world *w, const char *name, u64 guarantee, u64 ceiling)
{
	const u64 realtime = guarantee < 3 * TG_RATE_MIN ? 0 : guarantee / 3;
	const struct tg_plan plan = {
		.name = name, .guarantee = { guarantee, guarantee },
		.ceiling = { ceiling, ceiling }, .realtime = { realtime, realtime },
		.weight = 20,
	};

	return tg_policy_add_plan(&w->policy, &plan, &w->why);
}

FIXTURE_SETUP(link)
{
	struct world *w = &self->w;

	world_begin(w);
	self->link = add_link(w, "uplink", 100 * MB, 40 * MB);
	ASSERT_NE(NULL, self->link);
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", self->link, &w->why));
	ASSERT_NE(NULL, add_site(w, self->a, "home", "wg-a", "10.1.0.0/24"));
	ASSERT_NE(NULL, add_site(w, self->b, "home", "wg-b", "10.2.0.0/24"));
	ASSERT_NE(NULL, add_site(w, w->policy.platform, "servers", "srv0", "10.99.0.0/24"));
}

FIXTURE_TEARDOWN(link)
{
	shim_fail_after(-1);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

#define SAYS(words)							\
	EXPECT_NE(NULL, strstr(self->w.why.text, words)) {		\
		TH_LOG("no '%s' in '%s'", words, self->w.why.text);	\
	}

/* Refused in words, and nothing has changed. */
#define REFUSED(refused, words) do {					\
	char *_before = world_dump(&self->w), *_after;			\
									\
	self->w.why.text[0] = 0;					\
	EXPECT_TRUE(refused);						\
	_after = world_dump(&self->w);					\
	EXPECT_STREQ("", first_difference(_before, _after));		\
	SAYS(words);							\
	free(_before);							\
	free(_after);							\
} while (0)

#define COMPILES()							\
	EXPECT_EQ(0, compile(&self->w)) {				\
		TH_LOG("%s", self->w.why.text);				\
	}

TEST_F(link, rates_have_bounds)
{
	struct world *w = &self->w;

	REFUSED(!add_link(w, "x", TG_RATE_MIN - 1, 0), "link 'x': rate up is 999, not from 1000 to");
	REFUSED(!add_link(w, "x", 0, TG_RATE_MAX + 1), "link 'x': rate down is 50000000001,");
	REFUSED(!add_link(w, "x", U64_MAX, 0), "rate up is 18446744073709551615");
	REFUSED(!add_plan(w, "p", 1, 0), "plan 'p': guarantee up is 1,");
	REFUSED(!add_plan(w, "p", U64_MAX, 0), "plan 'p': guarantee up");
	REFUSED(!add_plan(w, "p", 0, 999), "plan 'p': ceiling up is 999");
	EXPECT_NE(NULL, add_link(w, "least", TG_RATE_MIN, TG_RATE_MIN));
	EXPECT_NE(NULL, add_link(w, "most", TG_RATE_MAX, TG_RATE_MAX));
	EXPECT_NE(NULL, add_link(w, "none", 0, 0));
	EXPECT_NE(NULL, add_plan(w, "none", 0, 0));
}

TEST_F(link, names_are_checked)
{
	REFUSED(!add_link(&self->w, NULL, 0, 0), "link: name is missing");
	REFUSED(!add_plan(&self->w, "", 0, 0), "plan: name is missing");
	EXPECT_NE(NULL, add_link(&self->w, "uplink", 0, 0));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("link 'uplink' is there twice");
}

TEST_F(link, plans_are_unique)
{
	EXPECT_NE(NULL, add_plan(&self->w, "p", 0, 0));
	EXPECT_NE(NULL, add_plan(&self->w, "p", 0, 0));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("plan 'p' is there twice");
}

TEST_F(link, bytes_around_packets_have_bounds)
{
	struct tg_link link = { .name = "x", .padding = 1, .overhead = 1025 };
	struct world *w = &self->w;

	REFUSED(!tg_policy_add_link(&w->policy, &link, &w->why), "overhead is more than 1024");
	link = (struct tg_link){ .name = "x", .padding = 1, .framing = 1025 };
	REFUSED(!tg_policy_add_link(&w->policy, &link, &w->why), "framing");
	link = (struct tg_link){ .name = "x", .padding = 1, .minimum = 1025 };
	REFUSED(!tg_policy_add_link(&w->policy, &link, &w->why), "minimum");
	link = (struct tg_link){ .name = "x", .padding = 0 };
	REFUSED(!tg_policy_add_link(&w->policy, &link, &w->why), "link 'x': padding is 0");
}

TEST_F(link, plans_make_sense)
{
	struct tg_plan plan = { .name = "p", .weight = 1 };
	struct world *w = &self->w;

	plan.weight = 0;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why), "weight 0 is not from 1 to 1000");
	plan.weight = 1001;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why), "weight 1001");
	plan.weight = 1000;
	plan.guarantee[TG_DOWN] = 2 * MB;
	plan.ceiling[TG_DOWN] = 2 * MB - 1;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': ceiling down is less than its guarantee");
	plan.ceiling[TG_DOWN] = 2 * MB;
	plan.realtime[TG_DOWN] = 2 * MB + 1;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': realtime down is more than its guarantee");
	plan.realtime[TG_DOWN] = 2 * MB;
	EXPECT_NE(NULL, tg_policy_add_plan(&w->policy, &plan, &w->why));
}

TEST_F(link, users_and_classes_have_their_parts)
{
	struct tg_plan plan = { .name = "p", .weight = 1, .ceiling = { MB, 2 * MB } };
	struct world *w = &self->w;
	struct tg_terms terms;

	plan.user_ceiling[TG_UP] = TG_RATE_MIN - 1;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': user ceiling up is 999, not from 1000 to");
	plan.user_ceiling[TG_UP] = MB + 1;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': user ceiling up is more than its ceiling");
	plan.user_ceiling[TG_UP] = MB;
	plan.interactive = 101;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': the share of interactive is 101, more than 100");
	plan.interactive = 0;
	plan.bulk = 101;
	REFUSED(!tg_policy_add_plan(&w->policy, &plan, &w->why),
		"plan 'p': the share of bulk is 101, more than 100");
	plan.bulk = 100;
	tg_tenant_set_plan(self->a, tg_policy_add_plan(&w->policy, &plan, &w->why));
	/* Without a ceiling of the tenant users may have any. */
	plan = (struct tg_plan){ .name = "q", .weight = 1, .user_ceiling = { 0, TG_RATE_MAX },
				 .interactive = 3 };
	tg_tenant_set_plan(self->b, tg_policy_add_plan(&w->policy, &plan, &w->why));
	COMPILES();
	tg_tenant_terms(&w->policy, self->link, self->a, TG_UP, 0, &terms);
	EXPECT_EQ(MB, terms.user_ceiling);
	EXPECT_EQ(4, terms.interactive);
	EXPECT_EQ(100, terms.bulk);
	tg_tenant_terms(&w->policy, self->link, self->a, TG_DOWN, 0, &terms);
	EXPECT_EQ(0, terms.user_ceiling);
	tg_tenant_terms(&w->policy, self->link, self->b, TG_DOWN, 0, &terms);
	EXPECT_EQ(TG_RATE_MAX, terms.user_ceiling);
	EXPECT_EQ(3, terms.interactive);
	EXPECT_EQ(1, terms.bulk);
	tg_tenant_terms(&w->policy, self->link, w->policy.platform, TG_DOWN, 0, &terms);
	EXPECT_EQ(0, terms.user_ceiling);
	EXPECT_EQ(4, terms.interactive);
	EXPECT_EQ(1, terms.bulk);
}

TEST_F(link, a_device_belongs_to_one_link)
{
	struct tg_link *second = add_link(&self->w, "second", 10 * MB, 0);
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;

	REFUSED(tg_policy_add_uplink(p, "eth0", second, why),
		"uplink 'eth0': the device belongs to link 'uplink', not to 'second' too");
	EXPECT_EQ(0, tg_policy_add_uplink(p, "eth0", self->link, why));
	EXPECT_EQ(0, tg_policy_add_uplink(p, "eth0", NULL, why));
	EXPECT_EQ(self->link, tg_policy_device(p, "eth0")->link);
	EXPECT_EQ(0, tg_policy_add_tunnel(p, "wg-a", second, why));
	REFUSED(tg_policy_add_tunnel(p, "wg-a", self->link, why), "tunnel 'wg-a': the device");
	REFUSED(tg_policy_add_tunnel(p, "eth0", self->link, why), "tunnel 'eth0'");
	REFUSED(tg_policy_add_uplink(p, "wg-a", second, why), "uplink 'wg-a'");
	REFUSED(tg_policy_add_tunnel(p, "", second, why), "tunnel ''");
	EXPECT_EQ(0, tg_policy_add_tunnel(p, "wg-b", self->link, why));
	COMPILES();
	EXPECT_EQ(second, tg_policy_device(p, "wg-a")->link);
	EXPECT_EQ(self->link, tg_policy_device(p, "wg-b")->link);
	EXPECT_EQ(NULL, tg_policy_device(p, "srv0")->link);
}

TEST_F(link, the_only_shaped_link_carries_what_tenants_are_behind)
{
	struct tg_policy *p = &self->w.policy;

	ASSERT_NE(NULL, add_link(&self->w, "unshaped", 0, 0));
	COMPILES();
	EXPECT_EQ(self->link, tg_policy_device(p, "wg-a")->link);
	EXPECT_EQ(self->link, tg_policy_device(p, "wg-b")->link);
	EXPECT_EQ(NULL, tg_policy_device(p, "srv0")->link);
	/* After a dry run more may come. */
	ASSERT_NE(NULL, add_link(&self->w, "second", 0, 10 * MB));
	COMPILES();
	EXPECT_EQ(NULL, tg_policy_device(p, "wg-a")->link);
}

TEST_F(link, who_says_what_is_carried_says_all)
{
	struct tg_policy *p = &self->w.policy;

	EXPECT_EQ(0, tg_policy_add_tunnel(p, "wg-a", self->link, &self->w.why));
	COMPILES();
	EXPECT_EQ(self->link, tg_policy_device(p, "wg-a")->link);
	EXPECT_EQ(NULL, tg_policy_device(p, "wg-b")->link);
}

TEST_F(link, a_tunnel_needs_sites)
{
	EXPECT_EQ(0, tg_policy_add_tunnel(&self->w.policy, "wg9", self->link, &self->w.why));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("tunnel 'wg9': link 'uplink' carries a device without sites");
}

TEST_F(link, guarantees_fit_to_the_byte)
{
	/* 95 % of 40 MB, the smaller direction. */
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 38 * MB - 1000, 0));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "q", 1000, 0));
	COMPILES();
	EXPECT_EQ(38 * MB, self->link->guaranteed[TG_DOWN]);
	EXPECT_EQ(38 * MB, self->link->guaranteed[TG_UP]);
	tg_tenant_set_plan(self->w.policy.platform, add_plan(&self->w, "r", 1001, 0));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("link 'uplink': plans guarantee 38001001 bytes a second down to all tenants, 1001 more than 95 %");
}

TEST_F(link, realtime_has_half)
{
	struct tg_plan plan = { .name = "p", .weight = 1, .guarantee = { 0, 30 * MB } };
	struct tg_policy *p = &self->w.policy;

	plan.realtime[TG_DOWN] = 20 * MB;
	tg_tenant_set_plan(self->a, tg_policy_add_plan(p, &plan, &self->w.why));
	COMPILES();
	plan.name = "q";
	plan.guarantee[TG_DOWN] = plan.realtime[TG_DOWN] = 2000;
	tg_tenant_set_plan(self->b, tg_policy_add_plan(p, &plan, &self->w.why));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("20002000 bytes a second of realtime down, 2000 more than 50 %");
}

TEST_F(link, nobody_is_promised_more_than_there_is)
{
	struct tg_link *slow = add_link(&self->w, "slow", 0, 5 * MB);

	slow->oversubscribe = true;
	tg_tenant_set_plan(self->b, add_plan(&self->w, "big", 6 * MB, 0));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("tenant 'b': plan 'big' guarantees 6000000 bytes a second down, link 'slow' has only 5000000");
}

TEST_F(link, what_is_not_shaped_is_not_checked)
{
	self->link->rate[TG_UP] = 0;
	self->link->rate[TG_DOWN] = 0;
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", TG_RATE_MAX, 0));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "q", TG_RATE_MAX, 0));
	COMPILES();
}

static struct tg_terms terms_of(const struct tg_policy *policy, const struct tg_link *link,
				const struct tg_tenant *tenant, enum tg_ways way)
{
	struct tg_terms terms;

	memset(&terms, 0xff, sizeof(terms));
	tg_tenant_terms(policy, link, tenant, way, 0, &terms);
	return terms;
}

TEST_F(link, terms_are_those_of_the_plan)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_plan plan = {
		.name = "p", .weight = 70, .guarantee = { 6 * MB, 3 * MB },
		.ceiling = { 20 * MB, 0 }, .realtime = { MB, 2 * MB },
	};
	struct tg_terms terms;

	tg_tenant_set_plan(self->a, tg_policy_add_plan(p, &plan, &self->w.why));
	COMPILES();
	EXPECT_STREQ("p", tg_tenant_plan(p, self->a)->name);
	EXPECT_EQ(NULL, tg_tenant_plan(p, self->b));
	terms = terms_of(p, self->link, self->a, TG_UP);
	EXPECT_EQ(6 * MB, terms.guarantee);
	EXPECT_EQ(20 * MB, terms.ceiling);
	EXPECT_EQ(1 * MB, terms.realtime);
	EXPECT_EQ(70, terms.weight);
	EXPECT_EQ(2 * MB, terms.limit);
	terms = terms_of(p, self->link, self->a, TG_DOWN);
	EXPECT_EQ(3 * MB, terms.guarantee);
	EXPECT_EQ(0, terms.ceiling);
	EXPECT_EQ(2 * MB, terms.realtime);
	EXPECT_EQ(4 * MB, terms.limit);
	terms = terms_of(p, self->link, self->b, TG_UP);
	EXPECT_EQ(0, terms.guarantee);
	EXPECT_EQ(0, terms.ceiling);
	EXPECT_EQ(0, terms.realtime);
	EXPECT_EQ(10, terms.weight);
	EXPECT_EQ(4 * 1024 * 1024, terms.limit);
}

TEST_F(link, what_may_wait_has_bounds)
{
	struct tg_policy *p = &self->w.policy;

	tg_tenant_set_plan(self->a, add_plan(&self->w, "slow", 0, 640 * KB));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "fast", 0, 9000 * MB));
	COMPILES();
	EXPECT_EQ(65536, terms_of(p, self->link, self->a, TG_DOWN).limit);
	/* A ceiling above the link's rate says nothing. */
	EXPECT_EQ(4 * MB, terms_of(p, self->link, self->b, TG_DOWN).limit);
}

TEST_F(link, guarantees_shrink_alike_when_oversubscribed)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_terms a, b;

	self->link->oversubscribe = true;
	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 39 * MB, 40 * MB));
	tg_tenant_set_plan(self->b, add_plan(&self->w, "q", 13 * MB, 0));
	COMPILES();
	a = terms_of(p, self->link, self->a, TG_DOWN);
	b = terms_of(p, self->link, self->b, TG_DOWN);
	/* 38 of 52 MB. */
	EXPECT_EQ(28500 * KB, a.guarantee);
	EXPECT_EQ(9500 * KB, b.guarantee);
	EXPECT_EQ(40 * MB, a.ceiling);
	EXPECT_EQ(20, a.weight);
	/* 17.3 MB of realtime fit as they are. */
	EXPECT_EQ(13 * MB, a.realtime);
	/* Up there is room for all of it. */
	EXPECT_EQ(39 * MB, terms_of(p, self->link, self->a, TG_UP).guarantee);
}

TEST_F(link, realtime_shrinks_and_stays_within_the_guarantee)
{
	struct tg_plan plan = { .name = "p", .weight = 1, .guarantee = { 0, 40 * MB },
				.realtime = { 0, 40 * MB } };
	struct tg_policy *p = &self->w.policy;
	struct tg_terms terms;

	self->link->oversubscribe = true;
	tg_tenant_set_plan(self->a, tg_policy_add_plan(p, &plan, &self->w.why));
	plan = (struct tg_plan){ .name = "q", .weight = 1, .guarantee = { 0, 40 * MB } };
	tg_tenant_set_plan(self->b, tg_policy_add_plan(p, &plan, &self->w.why));
	COMPILES();
	terms = terms_of(p, self->link, self->a, TG_DOWN);
	EXPECT_EQ(19 * MB, terms.guarantee);
	EXPECT_EQ(19 * MB, terms.realtime);
}

TEST_F(link, the_largest_numbers_do_not_overflow)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_terms terms;
	u32 i;

	self->link->oversubscribe = true;
	self->link->rate[TG_UP] = self->link->rate[TG_DOWN] = TG_RATE_MAX;
	add_plan(&self->w, "p", TG_RATE_MAX, 0);
	for (i = 0; i < 20000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%u", i);
		tg_tenant_set_plan(add_tenant(&self->w, name), p->plan_list);
	}
	tg_tenant_set_plan(self->a, p->plan_list);
	COMPILES();
	EXPECT_EQ(20001 * TG_RATE_MAX, self->link->guaranteed[TG_UP]);
	terms = terms_of(p, self->link, self->a, TG_UP);
	EXPECT_EQ(TG_RATE_MAX / 100 * 95 / 20001, terms.guarantee);
	/* What would be next to nothing is nothing. */
	self->link->rate[TG_UP] = 2 * MB;
	EXPECT_EQ(0, terms_of(p, self->link, self->a, TG_UP).guarantee);
	EXPECT_EQ(0, terms_of(p, self->link, self->a, TG_UP).realtime);
}

TEST_F(link, a_replaced_tenant_keeps_its_plan)
{
	struct tg_complaint why;
	struct tg_policy fork;
	struct tg_tenant *a;

	tg_tenant_set_plan(self->a, add_plan(&self->w, "p", 30 * MB, 0));
	COMPILES();
	ASSERT_EQ(0, tg_policy_fork(&fork, &self->w.policy, MEMORY));
	a = tg_policy_replace_tenant(&fork, "a", &why);
	ASSERT_NE(NULL, a);
	EXPECT_EQ(0, tg_policy_compile(&fork, &why));
	EXPECT_STREQ("p", tg_tenant_plan(&fork, a)->name);
	EXPECT_EQ(self->link, fork.links[0]);
	EXPECT_EQ(30 * MB, fork.links[0]->guaranteed[TG_UP]);
	EXPECT_EQ(30 * MB, terms_of(&fork, self->link, a, TG_UP).guarantee);
	tg_policy_settle(&fork);
	tg_policy_clear(&fork, NULL);
}

TEST_F(link, refuses_cleanly_without_memory)
{
	struct tg_arena *arena = &self->w.policy.arena;

	arena->limit = arena->bytes;
	while (add_link(&self->w, "x", 0, 0))
		;
	SAYS("memory");
	self->w.why.text[0] = 0;
	while (add_plan(&self->w, "x", 0, 0))
		;
	SAYS("memory");
}

TEST_HARNESS_MAIN
