// SPDX-License-Identifier: GPL-2.0-only
/* The judgement of a first packet, reason by reason: kmod/core/judge.c. */

#include <linux/kernel.h>

#include "core/reason.h"
#include "world.h"

#include "kselftest_harness.h"

/*
 * The world of these tests:
 *
 *	wg-a	home of a: 10.1.0.0/24, fd00:a::/64; inside it 10.1.0.128/25 is lab
 *	wg-b	home of b: 10.2.0.0/24
 *	wg-off	office of a: 10.1.1.0/24
 *	wg-sat	satellite: 10.50.1.0/24 of a, 10.50.2.0/24 of b
 *	srv0	servers of the platform: 10.99.0.0/24, fd00:99::/64
 *	srv1	more of the platform: 10.98.0.0/24
 *	eth0	uplink; eth1 too
 *
 *	a	sato 10.1.0.2 (staff, pc 10.1.1.31), mori 10.1.0.3 (pc 10.1.1.32)
 *	files	of a, 10.1.1.10 tcp/445
 *	web	shared, 10.99.0.10 tcp/443, granted to a
 *	chat	shared, 10.99.0.10 tcp/5222, not granted
 *	phone	shared, 10.99.0.20 udp/5060, granted to a
 *	dns	shared, on the gateway, 192.0.2.53 udp/53, granted to a
 */
FIXTURE(judge)
{
	struct world w;
	struct tg_tenant *a, *b, *platform;
	struct tg_site *home, *lab, *office, *home_of_b, *servers;
	struct tg_user *sato, *mori;
	struct tg_service *web, *chat, *phone, *dns, *internet;
	struct tg_judgement j;
};

FIXTURE_SETUP(judge)
{
	struct world *w = &self->w;

	world_begin(w);
	self->platform = w->policy.platform;
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why));
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth1", NULL, &w->why));
	self->home = add_site(w, self->a, "home", "wg-a", "10.1.0.0/24 fd00:a::/64");
	self->lab = add_site(w, self->a, "lab", "wg-a", "10.1.0.128/25");
	self->home_of_b = add_site(w, self->b, "home", "wg-b", "10.2.0.0/24");
	self->office = add_site(w, self->a, "office", "wg-off", "10.1.1.0/24");
	add_site(w, self->a, "satellite", "wg-sat", "10.50.1.0/24");
	add_site(w, self->b, "satellite", "wg-sat", "10.50.2.0/24");
	self->servers = add_site(w, self->platform, "servers", "srv0",
				 "10.99.0.0/24 fd00:99::/64");
	add_site(w, self->platform, "more", "srv1", "10.98.0.0/24");
	self->web = add_service(w, self->platform, "web", "10.99.0.10 fd00:99::10", "tcp/443");
	self->chat = add_service(w, self->platform, "chat", "10.99.0.10", "tcp/5222");
	self->phone = add_service(w, self->platform, "phone", "10.99.0.20", "udp/5060");
	self->dns = add_service(w, self->platform, "dns", "192.0.2.53", "udp/53");
	self->internet = add_internet(w);
	add_service(w, self->a, "files", "10.1.1.10", "tcp/445");
	tg_policy_add_role(&w->policy, self->a, "staff", &w->why);
	self->sato = add_user(w, self->a, "sato", "10.1.0.2", "10.1.1.31", 1);
	self->mori = add_user(w, self->a, "mori", "10.1.0.3", "10.1.1.32", 0);
	add_grant(w, self->a, self->web);
	add_grant(w, self->a, self->phone);
	add_grant(w, self->a, self->dns);
	ASSERT_EQ(0, set_gateway_ports(w, "icmp/8 udp/123"));
	ASSERT_EQ(0, add_management(w, "203.0.113.0/28 10.1.0.77", "tcp/22 icmp/8"));
	ASSERT_EQ(0, add_management(w, "203.0.113.64", ""));
}

FIXTURE_TEARDOWN(judge)
{
	world_end(&self->w);
}

#define COMPILED()	ASSERT_EQ(0, compile(&self->w)) { TH_LOG("%s", self->w.why.text); }

/* Judge a packet, and expect a verdict for a reason. */
#define EXPECT_JUDGED(verdict_, reason_, in, out, from, to, port) do {		\
	self->j = judge(&self->w, in, out, from, to, port);			\
	EXPECT_STREQ(reason_, reason_of(&self->j));				\
	EXPECT_EQ(verdict_, self->j.verdict);					\
} while (0)

TEST_F(judge, unbound_device_in)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "unbound-device", NULL, "wg-a", "10.1.0.2", "10.1.0.3", "tcp/1");
	EXPECT_EQ(NULL, self->j.tenant);
	EXPECT_EQ(NULL, self->j.rule);
}

TEST_F(judge, unbound_device_out)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "unbound-device", "wg-a", NULL, "10.1.0.2", "10.1.1.10", "tcp/1");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->home, self->j.site);
	EXPECT_TRUE(self->j.up);
}

TEST_F(judge, spoofed_source_of_nobody)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-a", "srv0", "10.3.0.1", "10.99.0.10", "tcp/443");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(NULL, self->j.site);
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-a", "srv0", "fd00:a:0:1::1", "fd00:99::10",
		      "tcp/443");
}

TEST_F(judge, spoofed_source_of_another_tenant)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-a", "srv0", "10.2.0.1", "10.99.0.10", "tcp/443");
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-sat", "srv0", "10.1.0.2", "10.99.0.10",
		      "tcp/443");
	EXPECT_EQ(NULL, self->j.tenant);	/* several tenants are there */
}

TEST_F(judge, spoofed_source_of_the_own_tenant_elsewhere)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-a", "srv0", "10.1.1.10", "10.99.0.10",
		      "tcp/443");
}

TEST_F(judge, spoofed_source_towards_the_gateway)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "spoofed-source", "wg-a", "local", "10.1.1.2", "192.0.2.53", "udp/53");
}

TEST_F(judge, spoofed_source_from_the_internet)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "spoofed-source", "eth0", "wg-a", "10.1.0.2", "10.1.0.3", "tcp/1");
	EXPECT_JUDGED(DENY, "spoofed-source", "eth0", "wg-a", "10.99.0.10", "10.1.0.3", "tcp/1");
	EXPECT_EQ(NULL, self->j.tenant);
}

TEST_F(judge, wrong_device)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "wrong-device", "wg-a", "eth0", "10.1.0.2", "10.1.1.10", "tcp/445");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_JUDGED(DENY, "wrong-device", "wg-a", "eth0", "10.1.0.2", "10.99.0.10", "tcp/443");
	EXPECT_JUDGED(DENY, "wrong-device", "wg-a", "eth1", "10.1.0.2", "10.2.0.1", "tcp/443");
	EXPECT_JUDGED(DENY, "wrong-device", "eth0", "eth1", "198.51.100.1", "10.2.0.1", "tcp/1");
}

TEST_F(judge, unknown_destination)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "unknown-destination", "wg-a", "wg-b", "10.1.0.2", "10.3.0.1",
		      "tcp/1");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_JUDGED(DENY, "unknown-destination", "wg-a", "srv0", "10.1.0.2", "10.98.0.1",
		      "tcp/1");
	EXPECT_JUDGED(DENY, "unknown-destination", "wg-a", "srv0", "10.1.0.2", "198.51.100.1",
		      "tcp/1");
}

TEST_F(judge, other_tenant)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "other-tenant", "wg-a", "wg-b", "10.1.0.2", "10.2.0.1", "tcp/445");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->b, self->j.peer);
	EXPECT_EQ(self->home_of_b, self->j.peer_site);
	EXPECT_TRUE(self->j.up);
	EXPECT_JUDGED(DENY, "other-tenant", "wg-sat", "wg-sat", "10.50.1.1", "10.50.2.1",
		      "icmp/8");
}

TEST_F(judge, other_tenant_whatever_the_rules_say)
{
	add_rule(&self->w, self->a, "all", ALLOW, "any", "any prefix:10.2.0.0/16", "any");
	add_rule(&self->w, self->b, "all", ALLOW, "any prefix:10.1.0.0/16", "any", "any");
	add_rule(&self->w, self->platform, "all", ALLOW, "prefix:10.1.0.0/16",
		 "prefix:10.2.0.0/16", "any");
	COMPILED();
	EXPECT_JUDGED(DENY, "other-tenant", "wg-a", "wg-b", "10.1.0.2", "10.2.0.1", "tcp/445");
	EXPECT_JUDGED(DENY, "other-tenant", "wg-b", "wg-a", "10.2.0.1", "10.1.0.2", "tcp/445");
}

TEST_F(judge, unsolicited_from_the_internet)
{
	add_rule(&self->w, self->a, "all", ALLOW, "", "", "any");
	COMPILED();
	EXPECT_JUDGED(DENY, "unsolicited", "eth0", "wg-a", "198.51.100.1", "10.1.0.2", "tcp/1");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_FALSE(self->j.up);
	EXPECT_JUDGED(DENY, "unsolicited", "eth0", "srv0", "198.51.100.1", "10.99.0.10",
		      "tcp/443");
	EXPECT_EQ(self->platform, self->j.tenant);
	EXPECT_JUDGED(DENY, "unsolicited", "eth0", "eth1", "198.51.100.1", "198.51.100.2",
		      "tcp/1");
	EXPECT_EQ(NULL, self->j.tenant);
}

TEST_F(judge, no_rule)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/445");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->sato, self->j.user);
	EXPECT_EQ(NULL, self->j.rule);
	EXPECT_EQ(NULL, self->j.peer);
}

TEST_F(judge, no_rule_from_the_platform_to_a_tenant)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "no-rule", "srv0", "wg-a", "10.99.0.10", "10.1.0.2", "tcp/443");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->platform, self->j.peer);
	EXPECT_FALSE(self->j.up);
	EXPECT_EQ(NULL, self->j.user);
}

TEST_F(judge, no_rule_inside_the_platform)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "no-rule", "srv0", "srv1", "10.99.0.10", "10.98.0.1", "tcp/1");
	EXPECT_EQ(self->platform, self->j.tenant);
	EXPECT_JUDGED(DENY, "no-rule", "srv0", "eth0", "10.99.0.10", "198.51.100.1", "tcp/1");
}

TEST_F(judge, rule_allows)
{
	struct tg_rule *r = add_rule(&self->w, self->a, "r", ALLOW, "role:staff", "service:files",
				     "");

	COMPILED();
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/445");
	EXPECT_EQ(r, self->j.rule);
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->sato, self->j.user);
	EXPECT_EQ(self->home, self->j.site);
	EXPECT_EQ(self->office, self->j.peer_site);
	EXPECT_TRUE(self->j.up);
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/446");
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "udp/445");
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.11", "tcp/445");
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.3", "10.1.1.10", "tcp/445");
	EXPECT_EQ(self->mori, self->j.user);
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.4", "10.1.1.10", "tcp/445");
	EXPECT_EQ(NULL, self->j.user);
}

TEST_F(judge, rule_denies_and_rejects)
{
	struct tg_rule *deny, *reject;

	deny = add_rule(&self->w, self->a, "deny", DENY, "", "site:office", "tcp/1");
	reject = add_rule(&self->w, self->a, "reject", REJECT, "", "site:office", "tcp/1-2");
	add_rule(&self->w, self->a, "allow", ALLOW, "", "site:office", "tcp/1-3");
	COMPILED();
	EXPECT_JUDGED(DENY, "rule-deny", "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	EXPECT_EQ(deny, self->j.rule);
	EXPECT_JUDGED(REJECT, "rule-reject", "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/2");
	EXPECT_EQ(reject, self->j.rule);
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/3");
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/4");
}

TEST_F(judge, the_first_rule_wins)
{
	struct tg_rule *first = add_rule(&self->w, self->a, "z", ALLOW, "", "", "tcp/1");

	add_rule(&self->w, self->a, "a", DENY, "", "", "tcp/1");
	COMPILED();
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	EXPECT_EQ(first, self->j.rule);
}

TEST_F(judge, grant)
{
	COMPILED();
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
	EXPECT_STREQ("grant web", self->j.rule->name);
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->platform, self->j.peer);
	EXPECT_EQ(self->servers, self->j.peer_site);
	EXPECT_EQ(self->sato, self->j.user);
	EXPECT_TRUE(self->j.up);
	/* All people and sites of the tenant. */
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "10.1.0.200", "10.99.0.10", "tcp/443");
	EXPECT_JUDGED(ALLOW, "grant", "wg-sat", "srv0", "10.50.1.9", "10.99.0.10", "tcp/443");
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "fd00:a::1", "fd00:99::10", "tcp/443");
}

TEST_F(judge, a_rule_comes_before_a_grant)
{
	add_rule(&self->w, self->a, "no", DENY, "user:sato", "shared:web", "");
	COMPILED();
	EXPECT_JUDGED(DENY, "rule-deny", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "10.1.0.3", "10.99.0.10", "tcp/443");
}

TEST_F(judge, service_not_granted)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "srv0", "10.1.0.2", "10.99.0.10",
		      "tcp/5222");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-b", "srv0", "10.2.0.2", "10.99.0.10",
		      "tcp/443");
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-sat", "srv0", "10.50.2.2", "10.99.0.20",
		      "udp/5060");
}

TEST_F(judge, service_not_granted_for_the_internet)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "eth0", "10.1.0.2", "198.51.100.1",
		      "tcp/443");
	add_grant(&self->w, self->a, self->internet);
	COMPILED();
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "eth0", "10.1.0.2", "198.51.100.1", "tcp/443");
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "eth1", "10.1.0.2", "198.51.100.1", "47");
	EXPECT_EQ(NULL, self->j.peer);
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-b", "eth0", "10.2.0.2", "198.51.100.1",
		      "tcp/443");
	EXPECT_JUDGED(DENY, "wrong-device", "wg-a", "eth0", "10.1.0.2", "10.1.1.1", "tcp/443");
}

TEST_F(judge, no_service)
{
	COMPILED();
	EXPECT_JUDGED(DENY, "no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.11", "tcp/443");
	EXPECT_JUDGED(DENY, "no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/80");
	EXPECT_JUDGED(DENY, "no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "udp/443");
	EXPECT_JUDGED(DENY, "no-service", "wg-b", "srv0", "10.2.0.2", "10.99.0.10", "icmp/8");
}

TEST_F(judge, service_found_behind_ones_with_longer_prefixes)
{
	/* The whole net answers on tcp/9, and its shorter neighbour on everything. */
	add_service(&self->w, self->platform, "farm", "10.99.0.0/25", "tcp/9");
	add_service(&self->w, self->platform, "half", "10.99.0.0/28", "tcp/10");
	add_service(&self->w, self->platform, "all", "10.98.0.0/24", "");
	COMPILED();
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "srv0", "10.1.0.2", "10.99.0.10",
		      "tcp/9");
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "srv0", "10.1.0.2", "10.99.0.10",
		      "tcp/10");
	EXPECT_JUDGED(DENY, "no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.20", "tcp/10");
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "srv0", "10.1.0.2", "10.99.0.20",
		      "tcp/9");
	EXPECT_JUDGED(DENY, "no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.128", "tcp/9");
	EXPECT_JUDGED(DENY, "service-not-granted", "wg-a", "srv1", "10.1.0.2", "10.98.0.77",
		      "47");
}

TEST_F(judge, gateway_service)
{
	COMPILED();
	EXPECT_JUDGED(ALLOW, "gateway-service", "wg-b", "local", "10.2.0.2", "10.2.0.1", "icmp/8");
	EXPECT_EQ(self->b, self->j.tenant);
	EXPECT_TRUE(self->j.up);
	EXPECT_EQ(NULL, self->j.rule);
	EXPECT_JUDGED(ALLOW, "gateway-service", "wg-a", "local", "fd00:a::2", "fd00:a::1",
		      "icmp/8");
	EXPECT_JUDGED(ALLOW, "gateway-service", "wg-a", "local", "10.1.0.2", "10.1.0.1",
		      "udp/123");
}

TEST_F(judge, gateway_closed)
{
	/* A rule for everything of the tenant's own does not open the gateway. */
	add_rule(&self->w, self->a, "all", ALLOW, "", "any prefix:10.1.0.0/16 site:home", "any");
	COMPILED();
	EXPECT_JUDGED(DENY, "gateway-closed", "wg-a", "local", "10.1.0.2", "10.1.0.1", "tcp/22");
	EXPECT_EQ(self->a, self->j.tenant);
	EXPECT_EQ(self->home, self->j.site);
	EXPECT_EQ(self->sato, self->j.user);
	EXPECT_JUDGED(DENY, "gateway-closed", "wg-b", "local", "10.2.0.2", "192.0.2.53", "udp/53");
}

TEST_F(judge, a_shared_service_on_the_gateway)
{
	COMPILED();
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "local", "10.1.0.2", "192.0.2.53", "udp/53");
	EXPECT_STREQ("grant dns", self->j.rule->name);
	add_rule(&self->w, self->a, "no", REJECT, "user:mori", "shared:dns", "");
	add_rule(&self->w, self->platform, "yes", ALLOW, "site:servers", "service:dns", "");
	COMPILED();
	EXPECT_JUDGED(REJECT, "rule-reject", "wg-a", "local", "10.1.0.3", "192.0.2.53", "udp/53");
	EXPECT_JUDGED(ALLOW, "rule", "srv0", "local", "10.99.0.10", "192.0.2.53", "udp/53");
	EXPECT_JUDGED(DENY, "gateway-closed", "srv1", "local", "10.98.0.1", "192.0.2.53",
		      "udp/53");
}

TEST_F(judge, management)
{
	static const struct {
		const char *from, *port;
		bool yes;
	} cases[] = {
		{ "203.0.113.0", "tcp/22", true }, { "203.0.113.15", "icmp/8", true },
		{ "203.0.113.16", "tcp/22", false }, { "203.0.113.1", "tcp/23", false },
		{ "10.1.0.77", "tcp/22", true }, { "10.1.0.78", "tcp/22", false },
		{ "203.0.113.64", "udp/9", true }, { "203.0.113.64", "47", true },
		{ "203.0.113.65", "udp/9", false },
	};
	struct tg_packet k;
	size_t i;

	COMPILED();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		k = a_packet(cases[i].from, "192.0.2.1", cases[i].port);
		EXPECT_EQ(cases[i].yes, tg_is_management(&self->w.policy, &k)) {
			TH_LOG("%s %s", cases[i].from, cases[i].port);
		}
	}
}

TEST_F(judge, source_is_bound)
{
	struct tg_addr inside = an_addr("10.1.0.2"), outside = an_addr("198.51.100.1");
	const struct tg_policy *p = &self->w.policy;
	const struct tg_device *wg, *eth;

	COMPILED();
	wg = tg_policy_device(p, "wg-a");
	eth = tg_policy_device(p, "eth0");
	EXPECT_TRUE(tg_source_is_bound(p, wg, &inside));
	EXPECT_FALSE(tg_source_is_bound(p, wg, &outside));
	EXPECT_FALSE(tg_source_is_bound(p, eth, &inside));
	EXPECT_TRUE(tg_source_is_bound(p, eth, &outside));
}

TEST_F(judge, the_longest_prefix_names_the_site)
{
	struct tg_rule *r = add_rule(&self->w, self->a, "r", ALLOW, "site:lab", "site:home", "");

	COMPILED();
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-a", "10.1.0.128", "10.1.0.127", "tcp/1");
	EXPECT_EQ(r, self->j.rule);
	EXPECT_EQ(self->lab, self->j.site);
	EXPECT_EQ(self->home, self->j.peer_site);
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-a", "10.1.0.127", "10.1.0.126", "tcp/1");
	EXPECT_JUDGED(DENY, "no-rule", "wg-a", "wg-a", "10.1.0.128", "10.1.0.129", "tcp/1");
}

/* Whoever began it, and by whatever address: the user at the tenant's end. */
TEST_F(judge, the_person_is_at_the_tenants_end)
{
	struct tg_user *mori = self->mori;

	add_rule(&self->w, self->a, "in", ALLOW, "shared:web", "", "");
	add_rule(&self->w, self->a, "home", ALLOW, "", "", "");
	COMPILED();
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "10.1.0.3", "10.99.0.20", "udp/5060");
	EXPECT_EQ(mori->id, self->j.person);
	EXPECT_JUDGED(ALLOW, "rule", "srv0", "wg-a", "10.99.0.10", "10.1.0.3", "tcp/1");
	EXPECT_EQ(mori->id, self->j.person);
	EXPECT_JUDGED(ALLOW, "rule", "srv0", "wg-a", "10.99.0.10", "10.1.0.4", "tcp/1");
	EXPECT_EQ(0, self->j.person);
	/* Inside the tenant: from a server too, and from one user to another. */
	EXPECT_JUDGED(ALLOW, "rule", "wg-off", "wg-a", "10.1.1.10", "10.1.0.3", "tcp/1");
	EXPECT_EQ(mori->id, self->j.person);
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-a", "10.1.0.2", "10.1.0.3", "tcp/1");
	EXPECT_EQ(self->sato->id, self->j.person);
	EXPECT_JUDGED(ALLOW, "rule", "wg-a", "wg-off", "10.1.0.9", "10.1.1.10", "tcp/1");
	EXPECT_EQ(0, self->j.person);
}

/* The platform's people are not the tenant's. */
TEST_F(judge, the_person_is_of_the_tenant)
{
	add_user(&self->w, self->platform, "desk", "10.99.0.10", "", 0);
	add_rule(&self->w, self->a, "in", ALLOW, "shared:web", "", "");
	COMPILED();
	EXPECT_JUDGED(ALLOW, "rule", "srv0", "wg-a", "10.99.0.10", "10.1.0.4", "tcp/1");
	EXPECT_EQ(0, self->j.person);
	EXPECT_JUDGED(ALLOW, "grant", "wg-a", "srv0", "10.1.0.4", "10.99.0.10", "tcp/443");
	EXPECT_EQ(0, self->j.person);
}

TEST_HARNESS_MAIN
