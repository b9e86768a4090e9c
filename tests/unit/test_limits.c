// SPDX-License-Identifier: GPL-2.0-only
/* Too much of something, and too little memory: kmod/core/build.c, compile.c. */

#include <linux/kernel.h>

#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

FIXTURE(limits)
{
	struct world w;
	struct tg_tenant *a;
};

FIXTURE_SETUP(limits)
{
	world_begin(&self->w);
	self->a = add_tenant(&self->w, "a");
	ASSERT_NE(NULL, self->a);
}

FIXTURE_TEARDOWN(limits)
{
	shim_fail_after(-1);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

static const char *numbered(const char *noun, u32 n)
{
	static char name[32];

	snprintf(name, sizeof(name), "%s%u", noun, n);
	return name;
}

/* Exactly @most succeed, and the next is refused and changes nothing. */
#define HOLDS(most, add) do {						\
	char *_before, *_after;						\
	u32 n;								\
									\
	for (n = 0; n < (most); n++)					\
		ASSERT_TRUE(add) {					\
			TH_LOG("%u: %s", n, self->w.why.text);		\
		}							\
	_before = world_dump(&self->w);					\
	EXPECT_FALSE(add);						\
	_after = world_dump(&self->w);					\
	EXPECT_STREQ("", first_difference(_before, _after));		\
	free(_before);							\
	free(_after);							\
} while (0)

#define SAYS(words)							\
	EXPECT_NE(NULL, strstr(self->w.why.text, words)) {		\
		TH_LOG("no '%s' in '%s'", words, self->w.why.text);	\
	}

TEST_F(limits, realms)
{
	HOLDS(TENANTGATE_MAX_REALMS - 1,	/* the default one is there */
	      tg_policy_add_realm(&self->w.policy, numbered("r", n), "vrf", &self->w.why));
	SAYS("more than 65536 realms");
}

TEST_F(limits, devices)
{
	HOLDS(TENANTGATE_MAX_DEVICES,
	      !tg_policy_add_uplink(&self->w.policy, numbered("d", n), NULL, &self->w.why));
	SAYS("65536");
	EXPECT_EQ(NULL, add_site(&self->w, self->a, "x", "one-more", "10.0.0.0/8"));
	EXPECT_EQ(0, tg_policy_add_uplink(&self->w.policy, "d7", NULL, &self->w.why));
}

TEST_F(limits, links)
{
	struct tg_link link = { .padding = 1 };

	HOLDS(TENANTGATE_MAX_LINKS,
	      (link.name = numbered("l", n),
	       tg_policy_add_link(&self->w.policy, &link, &self->w.why)));
	SAYS("more than 4096 links");
}

TEST_F(limits, plans)
{
	struct tg_plan plan = { .weight = 1 };

	HOLDS(TENANTGATE_MAX_PLANS,
	      (plan.name = numbered("p", n),
	       tg_policy_add_plan(&self->w.policy, &plan, &self->w.why)));
	SAYS("more than 65535 plans");
	tg_tenant_set_plan(self->a, self->w.policy.plan_list);
	EXPECT_EQ(1, self->a->plan);
}

TEST_F(limits, tenants)
{
	HOLDS(TENANTGATE_MAX_TENANTS - 1, add_tenant(&self->w, numbered("t", n)));
	SAYS("more than 65536 tenants");
}

TEST_F(limits, sites)
{
	HOLDS(TENANTGATE_MAX_SITES,
	      add_site(&self->w, self->a, numbered("s", n), "wg0", "10.0.0.0/8"));
	SAYS("more than 1024 sites");
	EXPECT_NE(NULL, add_site(&self->w, self->w.policy.platform, "s", "wg1", "10.0.0.0/8"));
}

TEST_F(limits, services)
{
	HOLDS(TENANTGATE_MAX_SERVICES,
	      add_service(&self->w, self->a, numbered("s", n), "10.0.0.1", ""));
	SAYS("more than 65536 services");
}

TEST_F(limits, roles)
{
	struct tg_role *role;
	u64 roles = 0;

	HOLDS(TENANTGATE_MAX_ROLES,
	      tg_policy_add_role(&self->w.policy, self->a, numbered("r", n), &self->w.why));
	SAYS("more than 64 roles");
	for (role = self->a->roles; role; role = role->next)
		roles |= 1ULL << role->bit;
	EXPECT_EQ(~0ULL, roles);
}

TEST_F(limits, users)
{
	HOLDS(TENANTGATE_MAX_USERS, add_user(&self->w, self->a, numbered("u", n), "", "", 0));
	SAYS("more than 65536 users");
}

TEST_F(limits, rules_of_a_plan)
{
	struct tg_limits limits = { 1, 1, 1, 3, 0, 0 };
	struct tg_tenant *small = tg_policy_add_tenant(&self->w.policy, "small", NULL, 1, &limits,
						       &self->w.why);

	HOLDS(3, add_rule(&self->w, small, numbered("r", n), ALLOW, "", "", ""));
	SAYS("'small'");
	SAYS("3 rules");
	EXPECT_NE(NULL, add_rule(&self->w, self->a, "r", ALLOW, "", "", ""));
}

TEST_F(limits, rules_of_all)
{
	HOLDS(TENANTGATE_MAX_RULES,
	      add_rule(&self->w, self->a, numbered("r", n), ALLOW, "", "", ""));
	SAYS("131072 rules");
}

TEST_F(limits, selectors_of_a_rule)
{
	struct tg_selector any[TENANTGATE_MAX_SELECTORS] = { 0 };
	struct tg_rule_draft rule = { .name = "x", .terms.sources = any,
				.terms.nsources = TENANTGATE_MAX_SELECTORS, .terms.destinations = any,
				.terms.ndestinations = TENANTGATE_MAX_SELECTORS };

	EXPECT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
}

TEST_F(limits, matches_that_rules_come_to)
{
	struct tg_selector any[TENANTGATE_MAX_SELECTORS] = { 0 };
	struct tg_port ports[16] = { 0 };
	struct tg_rule_draft rule = { .name = "full", .terms.sources = any,
				.terms.nsources = TENANTGATE_MAX_SELECTORS, .terms.destinations = any,
				.terms.ndestinations = TENANTGATE_MAX_SELECTORS, .terms.ports = ports,
				.terms.nports = 16 };	/* 2^20, the limit */

	ASSERT_EQ(TENANTGATE_MAX_MATCHES, 256 * 256 * 16);
	ASSERT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
	EXPECT_EQ(0, compile(&self->w)) {
		TH_LOG("%s", self->w.why.text);
	}
	EXPECT_EQ(TENANTGATE_MAX_MATCHES, self->a->nmatches);
	world_end(&self->w);

	world_begin(&self->w);
	self->a = add_tenant(&self->w, "a");
	ASSERT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
	ASSERT_NE(NULL, add_rule(&self->w, self->a, "over", ALLOW, "", "", ""));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("'a'");
	SAYS("1048576");
}

TEST_F(limits, pairs_that_come_to_nothing)
{
	struct tg_selector boss[TENANTGATE_MAX_SELECTORS] = { 0 };
	struct tg_rule_draft rule = { .name = "idle", .terms.destinations = boss };
	u32 n;

	/* A role nobody has, and many people who are asked for it. */
	boss[0].type = TENANTGATE_SELECTOR_TYPE_ROLE;
	boss[0].role = tg_policy_add_role(&self->w.policy, self->a, "boss", &self->w.why);
	for (n = 1; n < TENANTGATE_MAX_SELECTORS; n++)
		boss[n] = boss[0];
	for (n = 0; n < TENANTGATE_MAX_USERS; n++)
		ASSERT_NE(NULL, add_user(&self->w, self->a, numbered("u", n), "", "", 0));
	rule.terms.ndestinations = 40;
	ASSERT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
	EXPECT_EQ(0, compile(&self->w)) {
		TH_LOG("%s", self->w.why.text);
	}
	rule.name = "too much";
	rule.terms.ndestinations = TENANTGATE_MAX_SELECTORS;
	ASSERT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("rule 'too much' of tenant 'a'");
}

TEST_F(limits, services_that_share_an_address)
{
	u32 n;

	ASSERT_NE(NULL, add_site(&self->w, self->w.policy.platform, "s", "srv", "10.99.0.0/24"));
	for (n = 0; n < TG_MAX_SHARED; n++)
		ASSERT_NE(NULL, add_service(&self->w, self->w.policy.platform, numbered("s", n),
					    "10.99.0.1", "tcp/1"));
	ASSERT_NE(NULL, add_service(&self->w, self->w.policy.platform, "other", "10.99.0.2", ""));
	ASSERT_EQ(0, compile(&self->w)) {
		TH_LOG("%s", self->w.why.text);
	}
	ASSERT_NE(NULL, add_service(&self->w, self->w.policy.platform, "over", "10.99.0.1", ""));
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("256");
	SAYS("10.99.0.1");
}

/* One of everything, each step named by its number; false when it was refused. */
static bool step(struct world *w, int number)
{
	struct tg_tenant *platform = w->policy.platform, *t = platform->next;
	struct tg_limits limits = { 1, 1, 1, 100, 0, 0 };
	struct tg_port port = a_port("tcp/443");

	switch (number) {
	case 0:
		return !tg_policy_set_gateway(&w->policy, 1, "label", &port, 1, 5, &w->why);
	case 1:
		return tg_policy_add_realm(&w->policy, "realm", "vrf", &w->why);
	case 2:
		return !tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why);
	case 3:
		return tg_policy_add_tenant(&w->policy, "b", "title", 1, &limits, &w->why);
	case 4:
		return !tg_policy_set_platform(&w->policy, "title", 1, &limits, &w->why);
	case 5:
		return add_site(w, t, "home", "wg0", "10.1.0.0/24 fd00::/64");
	case 6:
		return add_site(w, platform, "servers", "srv0", "10.99.0.0/24");
	case 7:
		return add_service(w, platform, "web", "10.99.0.1 10.99.0.2", "tcp/443 udp/443");
	case 8:
		return add_internet(w);
	case 9:
		return tg_policy_add_role(&w->policy, t, "staff", &w->why);
	case 10:
		return add_user(w, t, "sato", "10.1.0.2 fd00::2", "10.1.0.3", 1);
	case 11:
		return add_rule(w, t, "rule", ALLOW, "role:staff user:sato", "own-pc site:home",
				"tcp/3389 udp/3389");
	case 12:
		return tg_policy_add_grant(&w->policy, t, platform->services, "file:1", &w->why);
	case 13:
		return !add_management(w, "203.0.113.1", "tcp/22");
	}
	return false;
}

#define STEPS	14
#define FIRST_RULE_STEP	11
#define LAST_RULE_STEP	12

/* Bytes that small pieces can take from one chunk of an arena. */
static size_t chunk_room(void)
{
	struct tg_arena arena;
	size_t room = 8;

	tg_arena_init(&arena, 1024 * 1024);
	tg_arena_alloc(&arena, 1, 8);
	arena.limit = arena.bytes;
	while (tg_arena_alloc(&arena, 1, 8))
		room += 8;
	tg_arena_free(&arena);
	return room;
}

/*
 * Let the policy take just @left bytes more from its arena, or from its scratch
 * memory; the other one has room.
 */
static void exhaust(struct world *w, bool scratch, size_t left)
{
	struct tg_arena *scarce = scratch ? &w->policy.scratch : &w->policy.arena;
	struct tg_arena *other = scratch ? &w->policy.arena : &w->policy.scratch;
	const size_t room = chunk_room();

	/* From now on both take whole chunks, and the next piece does. */
	tg_arena_alloc(&w->policy.scratch, 1, room);
	tg_arena_alloc(&w->policy.arena, 1, room);
	tg_arena_alloc(&w->policy.scratch, 1, room);
	tg_arena_alloc(other, 1, 8);
	tg_arena_alloc(scarce, 1, room - left);
	w->policy.arena.limit = w->policy.arena.bytes;
}

TEST_F(limits, every_builder_survives_want_of_memory_and_changes_nothing)
{
	char *before, *after;
	int number, done, step_and_kind;
	size_t left;
	bool ok;

	for (step_and_kind = 0; step_and_kind < 2 * STEPS; step_and_kind++) {
		number = step_and_kind / 2;
		for (left = 0, ok = false; !ok; left += 8) {
			ASSERT_LT(left, 4096);
			world_end(&self->w);
			world_begin(&self->w);
			add_tenant(&self->w, "a");
			for (done = 0; done < number; done++)
				ASSERT_TRUE(step(&self->w, done));
			exhaust(&self->w, step_and_kind % 2, left);
			before = world_dump(&self->w);
			ok = step(&self->w, number);
			if (!ok) {
				after = world_dump(&self->w);
				ASSERT_STREQ("", first_difference(before, after)) {
					TH_LOG("step %d with %zu bytes", number, left);
				}
				SAYS("memory");
				free(after);
			}
			free(before);
		}
		/* Only rules and grants need scratch memory. */
		if (step_and_kind % 2 == 0 || (number >= FIRST_RULE_STEP && number <= LAST_RULE_STEP))
			EXPECT_GT(left, 8);
	}
}

TEST_F(limits, compile_survives_want_of_memory)
{
	long allocations;
	int done, err;
	size_t limit;

	for (allocations = 0, err = -1; err; allocations++) {
		ASSERT_LT(allocations, 100);
		world_end(&self->w);
		world_begin(&self->w);
		add_tenant(&self->w, "a");
		for (done = 0; done < STEPS; done++)
			ASSERT_TRUE(step(&self->w, done));
		shim_fail_after(allocations);
		err = compile(&self->w);
		shim_fail_after(-1);
		if (err) {
			EXPECT_EQ(-ENOMEM, err);
			SAYS("memory");
		}
	}
	EXPECT_GT(allocations, 5);
	for (limit = 0, err = -1; err; limit += 16) {
		ASSERT_LT(limit, 8192);
		world_end(&self->w);
		world_begin(&self->w);
		add_tenant(&self->w, "a");
		for (done = 0; done < STEPS; done++)
			ASSERT_TRUE(step(&self->w, done));
		exhaust(&self->w, false, limit);
		/* Classifiers are only counted in the arena. */
		self->w.policy.arena.limit += 4096;
		err = compile(&self->w);
		if (err) {
			EXPECT_EQ(-ENOMEM, err);
			SAYS("memory");
		}
	}
	world_end(&self->w);
	world_begin(&self->w);
	add_tenant(&self->w, "a");
	exhaust(&self->w, false, limit);
	EXPECT_EQ(-EINVAL, compile(&self->w));
	SAYS("tenant 'platform': rules are too complex");
	EXPECT_GT(limit, 16);
}

TEST_F(limits, a_policy_larger_than_it_may_be_is_refused)
{
	struct tg_tenant *t;
	u32 n;

	world_end(&self->w);
	EXPECT_EQ(-ENOMEM, tg_policy_init(&self->w.policy, 1000));
	world_end(&self->w);
	ASSERT_EQ(0, tg_policy_init(&self->w.policy, 1024 * 1024));
	for (n = 0; (t = add_tenant(&self->w, numbered("t", n))); n++)
		;
	SAYS("memory");
	EXPECT_GT(n, 1000);
	EXPECT_LE(shim_live_bytes(), 1024 * 1024);
}

/* Many companies, as memory_of_many() makes them. */
static void add_company(struct world *w, u32 n, u32 rules)
{
	char name[16], rule[48], origin[48], in[32], out[32], from[32], to[32], port[32];
	struct tg_rule_draft draft = { .name = rule, .origin = origin };
	struct tg_selector source = { .type = TENANTGATE_SELECTOR_TYPE_PREFIX };
	struct tg_selector destination = source;
	struct tg_tenant *t;
	struct tg_port p;
	u32 i;

	snprintf(name, sizeof(name), "company-%u", n);
	snprintf(in, sizeof(in), "10.%u.%u.0/24", n >> 8, n & 0xff);
	snprintf(out, sizeof(out), "20.%u.%u.0/24", n >> 8, n & 0xff);
	t = add_tenant(w, name);
	add_site(w, t, "home", "in", in);
	add_site(w, t, "office", "out", out);
	draft.terms = (struct tg_rule_terms){ &source, 1, &destination, 1, &p, 1 };
	for (i = 0; i < rules; i++) {
		snprintf(rule, sizeof(rule), "a rule with a name of usual length %u", i);
		snprintf(origin, sizeof(origin), "tenants/company-%u.yaml:%u", n, i + 2);
		snprintf(from, sizeof(from), "10.%u.%u.%u/28", n >> 8, n & 0xff, i % 16 * 16);
		snprintf(to, sizeof(to), "20.%u.%u.%u", n >> 8, n & 0xff, i + 1);
		snprintf(port, sizeof(port), "%s/%u-%u", i % 2 ? "tcp" : "udp", 1000 + i * 10,
			 1005 + i * 10);
		source.prefix = a_prefix(from);
		destination.prefix = a_prefix(to);
		p = a_port(port);
		if (!tg_policy_add_rule(&w->policy, t, &draft, &w->why))
			abort();
	}
}

/* Bytes of so many companies once they run. */
static size_t memory_of_many(struct world *w, u32 companies, u32 rules)
{
	size_t before;
	u32 n;

	world_end(w);
	before = shim_live_bytes();
	world_begin(w);
	for (n = 0; n < companies; n++)
		add_company(w, n, rules);
	if (compile(w))
		abort();
	tg_policy_settle(&w->policy);
	return shim_live_bytes() - before;
}

TEST_F(limits, memory_of_rules_and_idle_tenants)
{
	const size_t some = memory_of_many(&self->w, 1000, 0);
	const size_t idle = memory_of_many(&self->w, 3000, 0) - some;
	const size_t busy = memory_of_many(&self->w, 1000, 100) - some;

	TH_LOG("an idle tenant takes %zu bytes, a rule %zu", idle / 2000, busy / 100000);
	EXPECT_GE(1024, idle / 2000);
	EXPECT_GE(100, busy / 100000);
}

TEST_HARNESS_MAIN
