// SPDX-License-Identifier: GPL-2.0-only
/* What each kind of source, destination and port in a rule matches. */

#include <linux/kernel.h>

#include "core/reason.h"
#include "world.h"

#include "kselftest_harness.h"

/*
 * The world of these tests:
 *
 *	wg-a	home of a: 10.1.0.0/24, fd00:a::/64
 *	wg-off	office of a: 10.1.1.0/24
 *	wg-b	home of b: 10.2.0.0/24
 *	vrf	office of b in another realm: 10.1.1.0/24
 *	srv0	servers of the platform: 10.99.0.0/24
 *	eth0	uplink
 *
 *	a	sato 10.1.0.2, fd00:a::2 (staff, pc 10.1.1.31), mori 10.1.0.3 (boss, pc
 *		10.1.1.32), kato 10.1.0.4 (staff, boss; no pc)
 *	files	of a, 10.1.1.10 and .11, tcp/445 tcp/139; ledger of a, 10.1.1.20, any port
 *	web	shared, 10.99.0.10, tcp/443; phone, 10.99.0.20, udp/5060; both for a
 */
FIXTURE(rules)
{
	struct world w;
	struct tg_tenant *a, *b, *platform;
};

FIXTURE_SETUP(rules)
{
	struct world *w = &self->w;

	world_begin(w);
	self->platform = w->policy.platform;
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why));
	ASSERT_NE(NULL, tg_policy_add_realm(&w->policy, "green", "vrf-green", &w->why));
	add_site(w, self->a, "home", "wg-a", "10.1.0.0/24 fd00:a::/64");
	add_site(w, self->a, "office", "wg-off", "10.1.1.0/24");
	add_site(w, self->b, "home", "wg-b", "10.2.0.0/24");
	add_site_in(w, self->b, "office", w->policy.realms->next, "vrf", "10.1.1.0/24");
	add_site(w, self->platform, "servers", "srv0", "10.99.0.0/24");
	add_service(w, self->a, "files", "10.1.1.10/31", "tcp/445 tcp/139");
	add_service(w, self->a, "ledger", "10.1.1.20", "");
	add_grant(w, self->a, add_service(w, self->platform, "web", "10.99.0.10", "tcp/443"));
	add_grant(w, self->a, add_service(w, self->platform, "phone", "10.99.0.20", "udp/5060"));
	add_grant(w, self->a, add_internet(w));
	tg_policy_add_role(&w->policy, self->a, "staff", &w->why);
	tg_policy_add_role(&w->policy, self->a, "boss", &w->why);
	add_user(w, self->a, "sato", "10.1.0.2 fd00:a::2", "10.1.1.31", 1);
	add_user(w, self->a, "mori", "10.1.0.3", "10.1.1.32", 2);
	add_user(w, self->a, "kato", "10.1.0.4", "", 3);
}

FIXTURE_TEARDOWN(rules)
{
	world_end(&self->w);
}

/* The only rule of a; what it does not match has no rule, or the grant. */
#define RULE(from, to, ports) do {						\
	ASSERT_NE(NULL, add_rule(&self->w, self->a, "r", REJECT, from, to, ports)) {	\
		TH_LOG("%s", self->w.why.text);					\
	}									\
	ASSERT_EQ(0, compile(&self->w)) {					\
		TH_LOG("%s", self->w.why.text);					\
	}									\
} while (0)

#define REASON(reason, in, out, from, to, port) do {				\
	struct tg_judgement _j = judge(&self->w, in, out, from, to, port);	\
										\
	EXPECT_STREQ(reason, reason_of(&_j));					\
} while (0)

#define FITS(in, out, from, to, port) REASON("rule-reject", in, out, from, to, port)
#define FITS_NOT(in, out, from, to, port) REASON("no-rule", in, out, from, to, port)

TEST_F(rules, from_anyone_to_anything_is_all_of_the_tenant_and_no_more)
{
	RULE("", "", "");
	FITS("wg-a", "wg-off", "10.1.0.77", "10.1.1.77", "tcp/1");
	FITS("wg-off", "wg-a", "10.1.1.77", "10.1.0.77", "47");
	FITS("wg-a", "wg-a", "fd00:a::1", "fd00:a::2", "icmp/8");
	REASON("grant", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
	REASON("grant", "wg-a", "eth0", "10.1.0.2", "198.51.100.1", "tcp/443");
	REASON("no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/444");
	FITS_NOT("srv0", "wg-a", "10.99.0.10", "10.1.0.2", "tcp/443");
	FITS_NOT("wg-b", "wg-b", "10.2.0.1", "10.2.0.2", "tcp/1");
}

TEST_F(rules, any_is_the_same_as_nothing_named)
{
	RULE("any", "any", "any");
	FITS("wg-a", "wg-off", "10.1.0.77", "10.1.1.77", "tcp/1");
	FITS_NOT("srv0", "wg-a", "10.99.0.10", "10.1.0.2", "tcp/443");
	REASON("grant", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
}

TEST_F(rules, from_a_role)
{
	RULE("role:boss", "", "");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.1", "tcp/1");
	FITS("wg-a", "wg-off", "10.1.0.4", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.5", "10.1.1.1", "tcp/1");
}

TEST_F(rules, from_one_role_or_another)
{
	RULE("role:boss role:staff", "", "");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.1", "tcp/1");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.5", "10.1.1.1", "tcp/1");
}

TEST_F(rules, from_a_user_at_any_of_the_addresses)
{
	RULE("user:sato", "", "");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	FITS("wg-a", "wg-a", "fd00:a::2", "fd00:a::1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.3", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.31", "10.1.0.3", "tcp/1");
}

TEST_F(rules, from_a_user_or_a_role)
{
	RULE("user:sato role:boss", "site:office", "");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.5", "10.1.1.1", "tcp/1");
}

TEST_F(rules, from_a_site)
{
	RULE("site:office", "", "");
	FITS("wg-off", "wg-a", "10.1.1.1", "10.1.0.2", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/1");
	FITS_NOT("vrf", "wg-b", "10.1.1.1", "10.2.0.2", "tcp/1");
}

TEST_F(rules, from_a_prefix)
{
	RULE("prefix:10.1.0.0/25", "", "");
	FITS("wg-a", "wg-off", "10.1.0.0", "10.1.1.1", "tcp/1");
	FITS("wg-a", "wg-off", "10.1.0.127", "10.1.1.1", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.128", "10.1.1.1", "tcp/1");
}

TEST_F(rules, from_a_prefix_means_only_the_own_addresses)
{
	RULE("prefix:10.0.0.0/8", "prefix:10.0.0.0/8", "any");
	FITS("wg-a", "wg-off", "10.1.0.0", "10.1.1.1", "tcp/1");
	FITS_NOT("srv0", "wg-a", "10.99.0.20", "10.1.0.2", "udp/5060");
	REASON("grant", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
	REASON("no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.9", "tcp/1");
}

TEST_F(rules, from_an_own_server)
{
	RULE("service:files", "site:home", "tcp/1");
	FITS("wg-off", "wg-a", "10.1.1.11", "10.1.0.2", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.12", "10.1.0.2", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.11", "10.1.0.2", "tcp/2");
}

TEST_F(rules, from_a_shared_service)
{
	RULE("shared:phone", "user:sato", "udp/5060");
	FITS("srv0", "wg-a", "10.99.0.20", "10.1.0.2", "udp/5060");
	FITS_NOT("srv0", "wg-a", "10.99.0.21", "10.1.0.2", "udp/5060");
	FITS_NOT("srv0", "wg-a", "10.99.0.20", "10.1.0.3", "udp/5060");
	FITS_NOT("srv0", "wg-a", "10.99.0.20", "10.1.0.2", "udp/5061");
	FITS_NOT("srv0", "wg-b", "10.99.0.20", "10.2.0.2", "udp/5060");
}

TEST_F(rules, from_a_shared_service_to_everyone)
{
	RULE("shared:phone", "", "");
	FITS("srv0", "wg-off", "10.99.0.20", "10.1.1.99", "tcp/7");
	FITS_NOT("srv0", "wg-off", "10.99.0.10", "10.1.1.99", "tcp/7");
}

TEST_F(rules, to_a_server_with_its_own_ports)
{
	RULE("", "service:files", "");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/445");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.11", "tcp/139");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/80");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.12", "tcp/445");
}

TEST_F(rules, to_a_server_with_the_rules_ports)
{
	RULE("", "service:files", "tcp/80");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/80");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/445");
}

TEST_F(rules, to_several_servers_with_the_ports_of_each)
{
	RULE("", "service:files service:ledger", "");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.20", "udp/7");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "tcp/445");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.10", "udp/7");
}

TEST_F(rules, to_a_shared_service)
{
	RULE("role:staff", "shared:web", "");
	FITS("wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/443");
	REASON("grant", "wg-a", "srv0", "10.1.0.3", "10.99.0.10", "tcp/443");
	REASON("no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.10", "tcp/80");
}

TEST_F(rules, to_the_internet)
{
	RULE("", "shared:internet", "tcp/25");
	FITS("wg-a", "eth0", "10.1.0.2", "198.51.100.1", "tcp/25");
	FITS("wg-a", "eth0", "fd00:a::2", "2001:db8::1", "tcp/25");
	REASON("grant", "wg-a", "eth0", "10.1.0.2", "198.51.100.1", "tcp/26");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/25");
	REASON("no-service", "wg-a", "srv0", "10.1.0.2", "10.99.0.1", "tcp/25");
}

TEST_F(rules, to_a_site)
{
	RULE("", "site:office", "tcp/1");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.255", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.1", "10.1.0.2", "tcp/1");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.255", "tcp/2");
}

TEST_F(rules, to_a_user)
{
	RULE("", "user:sato", "");
	FITS("wg-off", "wg-a", "10.1.1.1", "10.1.0.2", "tcp/1");
	FITS("wg-a", "wg-a", "fd00:a::1", "fd00:a::2", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.1", "10.1.0.3", "tcp/1");
}

TEST_F(rules, to_a_role)
{
	RULE("", "role:boss", "");
	FITS("wg-off", "wg-a", "10.1.1.1", "10.1.0.3", "tcp/1");
	FITS("wg-off", "wg-a", "10.1.1.1", "10.1.0.4", "tcp/1");
	FITS_NOT("wg-off", "wg-a", "10.1.1.1", "10.1.0.2", "tcp/1");
}

TEST_F(rules, to_ones_own_pc)
{
	RULE("", "own-pc", "tcp/3389");
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.31", "tcp/3389");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.32", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.32", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.4", "10.1.1.31", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.99", "10.1.1.31", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.31", "tcp/3390");
}

TEST_F(rules, to_ones_own_pc_from_a_role)
{
	RULE("role:boss", "own-pc", "");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.32", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.31", "tcp/3389");
}

TEST_F(rules, to_ones_own_pc_from_a_user)
{
	RULE("user:mori", "own-pc", "");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.32", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.3", "10.1.1.31", "tcp/3389");
	FITS_NOT("wg-a", "wg-off", "10.1.0.2", "10.1.1.31", "tcp/3389");
}

TEST_F(rules, to_ones_own_pc_from_a_site)
{
	RULE("site:home", "own-pc", "");
	FITS("wg-a", "wg-off", "10.1.0.3", "10.1.1.32", "tcp/3389");
	FITS_NOT("wg-off", "wg-off", "10.1.1.31", "10.1.1.31", "tcp/3389");
}

TEST_F(rules, an_uplink_is_in_the_default_realm)
{
	/* b's office in another realm: somebody behind the uplink may have its address. */
	add_site_in(&self->w, self->b, "branch", self->w.policy.realms->next, "vrf",
		    "172.16.0.0/24");
	ASSERT_EQ(0, compile(&self->w));
	REASON("unsolicited", "eth0", "wg-a", "172.16.0.1", "10.1.0.2", "tcp/1");
	REASON("spoofed-source", "eth0", "wg-a", "10.1.1.1", "10.1.0.2", "tcp/1");
	/* But nothing leaves towards what is a site anywhere. */
	REASON("wrong-device", "wg-a", "eth0", "10.1.0.2", "172.16.0.1", "tcp/1");
}

TEST_F(rules, the_class_is_that_of_the_port_that_matched)
{
	struct tg_port ports[] = { a_port("tcp/1-9"), a_port("tcp/5-20"), a_port("udp") };
	struct tg_rule_draft rule = { .name = "r", .terms.ports = ports, .terms.nports = 3 };
	struct tg_judgement j;

	ports[0].class = TENANTGATE_CLASS_BULK;
	ports[1].class = TENANTGATE_CLASS_REALTIME;
	ASSERT_NE(NULL, tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why));
	ASSERT_EQ(0, compile(&self->w));
	j = judge(&self->w, "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/5");
	EXPECT_EQ(TENANTGATE_CLASS_BULK, j.class);
	j = judge(&self->w, "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/20");
	EXPECT_EQ(TENANTGATE_CLASS_REALTIME, j.class);
	j = judge(&self->w, "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "udp/20");
	EXPECT_EQ(TENANTGATE_CLASS_INTERACTIVE, j.class);
	j = judge(&self->w, "wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/21");
	EXPECT_STREQ("no-rule", reason_of(&j));
	EXPECT_EQ(0, j.class);
}

TEST_F(rules, the_platforms_rules_are_for_the_platform)
{
	add_rule(&self->w, self->platform, "p", REJECT, "", "any shared:internet service:phone",
		 "");
	ASSERT_EQ(0, compile(&self->w));
	FITS("srv0", "srv0", "10.99.0.1", "10.99.0.2", "tcp/1");
	FITS("srv0", "eth0", "10.99.0.1", "198.51.100.1", "tcp/1");
	FITS_NOT("srv0", "wg-a", "10.99.0.20", "10.1.0.2", "tcp/1");
	REASON("grant", "wg-a", "srv0", "10.1.0.2", "10.99.0.20", "udp/5060");
}

TEST_F(rules, everything_that_was_given_is_copied)
{
	char name[] = "name", origin[] = "file:1";
	struct tg_selector to = { .type = TENANTGATE_SELECTOR_TYPE_PREFIX };
	struct tg_port port = a_port("tcp/7");
	struct tg_rule_draft rule = { .name = name, .origin = origin, .verdict = REJECT,
				      .log = true,
				      .terms = { .destinations = &to, .ndestinations = 1,
						 .ports = &port, .nports = 1 } };
	char text[TENANTGATE_ORIGIN_MAX + 1];
	struct tg_rule *copy;

	to.prefix = a_prefix("10.1.1.0/24");
	copy = tg_policy_add_rule(&self->w.policy, self->a, &rule, &self->w.why);
	ASSERT_NE(NULL, copy);
	memset(name, 'x', sizeof(name) - 1);
	memset(origin, 'x', sizeof(origin) - 1);
	memset(&to, 0xff, sizeof(to));
	memset(&port, 0xff, sizeof(port));
	EXPECT_STREQ("name", copy->name);
	EXPECT_STREQ("file:1", tg_rule_origin(copy, text));
	EXPECT_TRUE(copy->log);
	EXPECT_FALSE(copy->grant);
	ASSERT_EQ(0, compile(&self->w));
	FITS("wg-a", "wg-off", "10.1.0.2", "10.1.1.1", "tcp/7");
}

/* However an origin is written, it is read back the same. */
TEST_F(rules, origins)
{
	static const char * const origins[] = {
		"a.yaml:1", "a.yaml:999999999", "b.yaml:2", "b.yaml:1000000000",
		"a.yaml:4294967297", "a.yaml:0", "a.yaml:007", "a.yaml:", ":", ":7", "7", "a.yaml",
		"a:b:12", "a.yaml:12x", "a.yaml:-1", "", "a.yaml:10", "a.yam:10", "a.yamlx:10",
	};
	char name[16], text[TENANTGATE_ORIGIN_MAX + 1];
	struct tg_rule_draft draft = { .name = name };
	struct tg_rule *rule;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(origins); i++) {
		snprintf(name, sizeof(name), "r%u", i);
		draft.origin = origins[i];
		rule = tg_policy_add_rule(&self->w.policy, self->a, &draft, &self->w.why);
		ASSERT_NE(NULL, rule);
		EXPECT_STREQ(origins[i], tg_rule_origin(rule, text));
	}
	draft.name = "none";
	draft.origin = NULL;
	rule = tg_policy_add_rule(&self->w.policy, self->a, &draft, &self->w.why);
	EXPECT_EQ(NULL, tg_rule_origin(rule, text));
}

TEST_HARNESS_MAIN
