// SPDX-License-Identifier: GPL-2.0-only
/* What the builders refuse: kmod/core/build.c, build_rule.c, complain.c. */

#include <linux/kernel.h>

#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

#define NAME_63	"n23456789012345678901234567890123456789012345678901234567890123"
#define NAME_64	NAME_63 "4"

FIXTURE(build)
{
	struct world w;
	struct tg_tenant *a, *b, *platform;
	struct tg_service *web, *files_of_b;
};

/* Something of everything, so that "nothing changed" means something. */
FIXTURE_SETUP(build)
{
	struct world *w = &self->w;

	world_begin(w);
	self->platform = w->policy.platform;
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why));
	ASSERT_NE(NULL, tg_policy_add_realm(&w->policy, "green", "vrf-green", &w->why));
	ASSERT_NE(NULL, add_site(w, self->platform, "servers", "srv0", "10.99.0.0/24"));
	ASSERT_NE(NULL, add_site(w, self->a, "home", "wg0", "10.1.0.0/24 fd00:a::/64"));
	ASSERT_NE(NULL, add_site(w, self->b, "home", "wg0", "10.2.0.0/24"));
	self->web = add_service(w, self->platform, "web", "10.99.0.10", "tcp/443");
	self->files_of_b = add_service(w, self->b, "files", "10.2.0.9", "tcp/445");
	ASSERT_NE(NULL, add_internet(w));
	ASSERT_NE(NULL, tg_policy_add_role(&w->policy, self->a, "staff", &w->why));
	ASSERT_NE(NULL, tg_policy_add_role(&w->policy, self->b, "staff", &w->why));
	ASSERT_NE(NULL, add_user(w, self->a, "sato", "10.1.0.2", "10.1.0.3", 1));
	ASSERT_NE(NULL, add_user(w, self->b, "kato", "10.2.0.2", NULL, 1));
	ASSERT_NE(NULL, add_rule(w, self->a, "first", ALLOW, "role:staff", "own-pc", "tcp/3389"));
	ASSERT_NE(NULL, add_grant(w, self->a, self->web));
	ASSERT_EQ(0, add_management(w, "203.0.113.0/28", "tcp/22"));
	ASSERT_EQ(0, set_gateway_ports(w, "icmp/8 udp/53"));
}

FIXTURE_TEARDOWN(build)
{
	shim_fail_after(-1);
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

/* Refused, with words that name the object and the field, and nothing has changed. */
#define REFUSED(refused, object, field) do {				\
	char *_before = world_dump(&self->w), *_after;			\
									\
	self->w.why.text[0] = 0;					\
	EXPECT_TRUE(refused);						\
	_after = world_dump(&self->w);					\
	EXPECT_STREQ("", first_difference(_before, _after));		\
	EXPECT_NE(NULL, strstr(self->w.why.text, object)) {		\
		TH_LOG("no '%s' in '%s'", object, self->w.why.text);	\
	}								\
	EXPECT_NE(NULL, strstr(self->w.why.text, field)) {		\
		TH_LOG("no '%s' in '%s'", field, self->w.why.text);	\
	}								\
	free(_before);							\
	free(_after);							\
} while (0)

TEST_F(build, gateway_refuses_what_is_wrong)
{
	struct tg_port many[TENANTGATE_MAX_PORTS + 1] = { 0 };
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;

	REFUSED(tg_policy_set_gateway(p, 2, NULL, NULL, 0, 1, why), "gateway", "mode");
	REFUSED(tg_policy_set_gateway(p, 255, NULL, NULL, 0, 1, why), "gateway", "mode");
	REFUSED(tg_policy_set_gateway(p, 0, NULL, NULL, 0, 0, why), "gateway", "max-flows");
	REFUSED(tg_policy_set_gateway(p, 0, NULL, many, TENANTGATE_MAX_PORTS + 1, 1, why),
		"gateway", "ports");
	many[3].min = 1;
	REFUSED(tg_policy_set_gateway(p, 0, "label", many, 4, 1, why), "gateway", "ports 1-0");
	many[3].min = 0;
	EXPECT_EQ(0, tg_policy_set_gateway(p, 1, "label", many, TENANTGATE_MAX_PORTS, 1, why));
	EXPECT_EQ(TENANTGATE_MODE_ENFORCE, p->mode);
	EXPECT_STREQ("label", p->label);
}

TEST_F(build, realm_refuses_what_is_wrong)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;

	REFUSED(!tg_policy_add_realm(p, NULL, "vrf", why), "realm", "name");
	REFUSED(!tg_policy_add_realm(p, "", "vrf", why), "realm", "name");
	REFUSED(!tg_policy_add_realm(p, NAME_64, "vrf", why), "realm", "name");
	REFUSED(!tg_policy_add_realm(p, "red", NULL, why), "realm 'red'", "device");
	REFUSED(!tg_policy_add_realm(p, "red", "", why), "realm 'red'", "device");
	REFUSED(!tg_policy_add_realm(p, "red", "a23456789012345x", why), "realm 'red'", "device");
	EXPECT_NE(NULL, tg_policy_add_realm(p, NAME_63, "a23456789012345", why));
}

TEST_F(build, uplink_refuses_what_is_wrong)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;

	REFUSED(tg_policy_add_uplink(p, NULL, NULL, why), "uplink", "device");
	REFUSED(tg_policy_add_uplink(p, "", NULL, why), "uplink", "device");
	REFUSED(tg_policy_add_uplink(p, "a23456789012345x", NULL, why), "uplink", "device");
	REFUSED(tg_policy_add_uplink(p, "wg0", NULL, why), "uplink", "'wg0'");
	EXPECT_EQ(0, tg_policy_add_uplink(p, "a23456789012345", NULL, why));
	EXPECT_EQ(0, tg_policy_add_uplink(p, "eth0", NULL, why));
}

static struct tg_tenant *add_limited(struct world *w, const char *name, u32 flows, u32 fragments,
				     u32 rejects, u32 rules)
{
	struct tg_limits limits = {
		.max_flows = flows,
		.max_fragments = fragments,
		.max_rejects = rejects,
		.max_rules = rules,
	};

	return tg_policy_add_tenant(&w->policy, name, "title", TENANTGATE_MODE_OBSERVE, &limits,
				    &w->why);
}

TEST_F(build, tenant_refuses_what_is_wrong)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	struct world *w = &self->w;

	REFUSED(!add_tenant(w, NULL), "tenant", "name");
	REFUSED(!add_tenant(w, ""), "tenant", "name");
	REFUSED(!add_tenant(w, NAME_64), "tenant", "name");
	REFUSED(!add_tenant(w, "gateway"), "tenant 'gateway'", "reserved");
	REFUSED(!add_tenant(w, "platform"), "tenant 'platform'", "reserved");
	REFUSED(!tg_policy_add_tenant(p, "c", NULL, 2, NULL, why), "tenant 'c'", "mode");
	REFUSED(!add_limited(w, "c", 0, 1, 1, 1), "tenant 'c'", "limit");
	REFUSED(!add_limited(w, "c", 1, 0, 1, 1), "tenant 'c'", "limit");
	REFUSED(!add_limited(w, "c", 1, 1, 0, 1), "tenant 'c'", "limit");
	REFUSED(!add_limited(w, "c", 1, 1, 1, 0), "tenant 'c'", "limit");
	REFUSED(!add_limited(w, "c", 1, 1, 1, TENANTGATE_MAX_RULES + 1), "tenant 'c'",
		"max-rules");
	EXPECT_NE(NULL, add_limited(w, "c", 1, 1, 1, TENANTGATE_MAX_RULES));
	EXPECT_NE(NULL, add_tenant(w, NAME_63));
}

TEST_F(build, platform_refuses_what_is_wrong)
{
	struct tg_limits limits = {
		.max_flows = 1,
		.max_fragments = 2,
		.max_rejects = 3,
		.max_rules = 4,
	};
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;

	REFUSED(tg_policy_set_platform(p, NULL, 2, &limits, why), "'platform'", "mode");
	limits.max_flows = 0;
	REFUSED(tg_policy_set_platform(p, "t", 1, &limits, why), "'platform'", "limit");
	limits.max_flows = 1;
	limits.max_rules = TENANTGATE_MAX_RULES + 1;
	REFUSED(tg_policy_set_platform(p, "t", 1, &limits, why), "'platform'", "max-rules");
	limits.max_rules = 9;
	limits.max_packets = TENANTGATE_MAX_PER_SECOND + 1;
	REFUSED(tg_policy_set_platform(p, "t", 1, &limits, why), "'platform'", "max-packets");
	limits.max_packets = 0;
	limits.max_new_flows = TENANTGATE_MAX_PER_SECOND + 1;
	REFUSED(tg_policy_set_platform(p, "t", 1, &limits, why), "'platform'", "max-new-flows");
	limits.max_new_flows = TENANTGATE_MAX_PER_SECOND;
	EXPECT_EQ(0, tg_policy_set_platform(p, "t", TENANTGATE_MODE_OBSERVE, &limits, why));
	EXPECT_FALSE(p->policed);
	limits.max_packets = TENANTGATE_MAX_PER_SECOND;
	EXPECT_NE(NULL, tg_policy_add_tenant(p, "c", NULL, 1, &limits, why));
	EXPECT_TRUE(p->policed);
	EXPECT_EQ(0, tg_policy_set_platform(p, "t", TENANTGATE_MODE_OBSERVE, &limits, why));
	EXPECT_EQ(9, self->platform->limits.max_rules);
	EXPECT_EQ(TENANTGATE_MODE_OBSERVE, self->platform->mode);
	EXPECT_STREQ("t", self->platform->title);
}

static bool site_refused(struct world *w, struct tg_prefix *prefixes, u32 count, u8 kind)
{
	struct tg_site site = { .name = "x", .kind = kind, .prefixes = prefixes,
				.nprefixes = count };

	return !tg_policy_add_site(&w->policy, w->policy.tenant_list->next, "wg9", &site,
				   &w->why);
}

TEST_F(build, site_refuses_what_is_wrong)
{
	struct tg_prefix many[TENANTGATE_MAX_PREFIXES + 1];
	struct world *w = &self->w;
	u32 i;

	REFUSED(!add_site(w, self->a, NULL, "wg9", "10.1.1.0/24"), "site", "name");
	REFUSED(!add_site(w, self->a, "", "wg9", "10.1.1.0/24"), "site", "name");
	REFUSED(!add_site(w, self->a, NAME_64, "wg9", "10.1.1.0/24"), "site", "name");
	REFUSED(!add_site(w, self->a, "x", "wg9", ""), "site 'x'", "prefix");
	REFUSED(!add_site(w, self->a, "x", NULL, "10.1.1.0/24"), "site 'x'", "device");
	REFUSED(!add_site(w, self->a, "x", "", "10.1.1.0/24"), "site 'x'", "device");
	REFUSED(!add_site(w, self->a, "x", "a23456789012345x", "10.1.1.0/24"), "site 'x'",
		"device");
	REFUSED(!add_site(w, self->a, "x", "eth0", "10.1.1.0/24"), "site 'x'", "'eth0'");
	for (i = 0; i <= TENANTGATE_MAX_PREFIXES; i++)
		many[i] = (struct tg_prefix){ tg_addr_v4(0x0a010000 + i), 128 };
	REFUSED(site_refused(w, many, TENANTGATE_MAX_PREFIXES + 1, 0), "site 'x'", "addresses");
	REFUSED(site_refused(w, many, 1, TENANTGATE_SITE_KIND_PLATFORM + 1), "site 'x'", "kind");
	EXPECT_FALSE(site_refused(w, many, TENANTGATE_MAX_PREFIXES,
				  TENANTGATE_SITE_KIND_PLATFORM));
}

TEST_F(build, prefixes_that_are_nobodys_or_everybodys_are_refused)
{
	static const char *const wrong[] = {
		"0.0.0.0/0", "::/0", "::/1", "::/64", "::/80", "::/95", "::ffff:0:0/96",
		"10.1.0.1/24", "10.1.0.0/15", "fd00::1/64", "fd00:0:0:0:8000::/64",
		"8000::/0", "127.0.0.0/8", "127.0.0.1", "224.0.0.0/4", "239.1.1.1",
		"255.255.255.255", "0.0.0.0", "0.1.2.3", "128.0.0.0/1", "0.0.0.0/1",
		"192.0.0.0/2", "::", "::1", "fe80::/64", "fe80::1", "febf::/16", "fe00::/8",
		"ff00::/8", "ff02::1", "fc00::/6", "f800::/5", "2000::/2",
	};
	static const char *const right[] = {
		"10.0.0.0/8", "64.0.0.0/3", "1.0.0.0/8", "126.0.0.0/8", "128.0.0.0/2",
		"223.255.255.255", "fd00::/8", "fc00::/7", "2000::/3", "fec0::/10", "::2",
		"8000::/2", "::fffe:0:0/96", "::1:0:0:0/80", "fd00::1/128",
	};
	struct tg_prefix p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		p = a_prefix(wrong[i]);
		REFUSED(site_refused(&self->w, &p, 1, 0), "site 'x'", "prefix");
		EXPECT_NE(0, self->w.why.text[0]) {
			TH_LOG("accepted %s", wrong[i]);
		}
	}
	p.len = 129;
	REFUSED(site_refused(&self->w, &p, 1, 0), "site 'x'", "prefix length");
	p.len = 255;
	REFUSED(site_refused(&self->w, &p, 1, 0), "site 'x'", "prefix length");
	for (i = 0; i < ARRAY_SIZE(right); i++) {
		p = a_prefix(right[i]);
		EXPECT_FALSE(site_refused(&self->w, &p, 1, 0)) {
			TH_LOG("%s: %s", right[i], self->w.why.text);
		}
	}
}

TEST_F(build, a_prefix_for_everyone_is_called_so)
{
	struct world *w = &self->w;

	REFUSED(!add_site(w, self->a, "x", "wg9", "0.0.0.0/0"), "site 'x'",
		"0.0.0.0/0 covers every address");
	REFUSED(!add_site(w, self->a, "x", "wg9", "::/0"), "site 'x'", "/0 covers every address");
}

TEST_F(build, prefixes_are_written_as_people_write_them)
{
	struct world *w = &self->w;

	add_site(w, self->a, "x", "wg9", "10.1.0.1/24");
	EXPECT_NE(NULL, strstr(w->why.text, "10.1.0.1/24"));
	add_site(w, self->a, "x", "wg9", "fd00:1:2:3:4:5:6:7/64");
	EXPECT_NE(NULL, strstr(w->why.text, "fd00:1:2:3:4:5:6:7/64"));
}

TEST_F(build, ports_that_are_wrong_are_refused)
{
	struct tg_port p = a_port("tcp/443"), many[TENANTGATE_MAX_PORTS + 1];
	struct tg_prefix addr = a_prefix("10.99.0.11");
	struct tg_service s = { .name = "x", .prefixes = &addr, .nprefixes = 1, .ports = &p,
				.nports = 1 };
	struct tg_policy *policy = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	u32 i;

	p.min = 444;
	REFUSED(!tg_policy_add_service(policy, self->platform, &s, why), "service 'x'",
		"ports 444-443");
	p.min = 443;
	p.sport_min = 2;
	p.sport_max = 1;
	REFUSED(!tg_policy_add_service(policy, self->platform, &s, why), "service 'x'",
		"source ports 2-1");
	p.sport_max = 2;
	p.class = TENANTGATE_CLASS_BULK + 1;
	REFUSED(!tg_policy_add_service(policy, self->platform, &s, why), "service 'x'", "class");
	for (i = 0; i <= TENANTGATE_MAX_PORTS; i++)
		many[i] = a_port("tcp/443");
	s.ports = many;
	s.nports = TENANTGATE_MAX_PORTS + 1;
	REFUSED(!tg_policy_add_service(policy, self->platform, &s, why), "service 'x'", "ports");
	many[TENANTGATE_MAX_PORTS - 1].max = 1;
	s.nports = TENANTGATE_MAX_PORTS;
	REFUSED(!tg_policy_add_service(policy, self->platform, &s, why), "service 'x'", "ports");
	s.nports--;
	EXPECT_NE(NULL, tg_policy_add_service(policy, self->platform, &s, why));
}

TEST_F(build, service_refuses_what_is_wrong)
{
	struct tg_service net = { .name = "net", .kind = TENANTGATE_SERVICE_KIND_INTERNET };
	struct tg_prefix addr = a_prefix("10.99.0.11");
	struct tg_port port = a_port("tcp/443");
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	struct world *w = &self->w;

	REFUSED(!add_service(w, self->a, NULL, "10.1.0.9", ""), "service", "name");
	REFUSED(!add_service(w, self->a, "", "10.1.0.9", ""), "service", "name");
	REFUSED(!add_service(w, self->a, NAME_64, "10.1.0.9", ""), "service", "name");
	REFUSED(!add_service(w, self->a, "x", "", "tcp/443"), "service 'x'", "address");
	REFUSED(!add_service(w, self->a, "x", "127.0.0.1", "tcp/443"), "service 'x'", "127.0.0.1");
	REFUSED(!tg_policy_add_service(p, self->a, &net, why), "service 'net'", "internet");
	net.prefixes = &addr;
	net.nprefixes = 1;
	REFUSED(!tg_policy_add_service(p, self->platform, &net, why), "service 'net'",
		"addresses");
	net.nprefixes = 0;
	net.ports = &port;
	net.nports = 1;
	REFUSED(!tg_policy_add_service(p, self->platform, &net, why), "service 'net'", "ports");
	net.kind = TENANTGATE_SERVICE_KIND_INTERNET + 1;
	REFUSED(!tg_policy_add_service(p, self->platform, &net, why), "service 'net'", "kind");
}

TEST_F(build, role_and_user_refuse_what_is_wrong)
{
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	struct world *w = &self->w;

	REFUSED(!tg_policy_add_role(p, self->a, NULL, why), "role", "name");
	REFUSED(!tg_policy_add_role(p, self->a, "", why), "role", "name");
	REFUSED(!tg_policy_add_role(p, self->a, NAME_64, why), "role", "name");
	REFUSED(!add_user(w, self->a, NULL, "10.1.0.7", "", 0), "user", "name");
	REFUSED(!add_user(w, self->a, "", "10.1.0.7", "", 0), "user", "name");
	REFUSED(!add_user(w, self->a, NAME_64, "10.1.0.7", "", 0), "user", "name");
	REFUSED(!add_user(w, self->a, "x", "10.1.0.7/24", "", 0), "user 'x'", "10.1.0.7/24");
	REFUSED(!add_user(w, self->a, "x", "10.1.0.7", "fe80::1", 0), "user 'x'", "fe80:");
}

TEST_F(build, rule_refuses_what_is_wrong)
{
	struct tg_selector strange = { .type = TENANTGATE_SELECTOR_TYPE_OWN_PC + 1 };
	struct tg_rule_draft rule = { .name = "x", .terms.sources = &strange, .terms.nsources = 1 };
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	struct world *w = &self->w;
	struct tg_tenant *a = self->a;

	REFUSED(!add_rule(w, a, NULL, ALLOW, "", "", ""), "rule", "name");
	REFUSED(!add_rule(w, a, "", ALLOW, "", "", ""), "rule", "name");
	REFUSED(!add_rule(w, a, NAME_64, ALLOW, "", "", ""), "rule", "name");
	REFUSED(!add_rule(w, a, "x", REJECT + 1, "", "", ""), "rule 'x'", "verdict");
	REFUSED(!add_rule(w, a, "x", ALLOW, "own-pc", "", ""), "rule 'x'", "own-pc");
	REFUSED(!add_rule(w, a, "x", ALLOW, "any own-pc", "", ""), "rule 'x'", "own-pc");
	REFUSED(!add_rule(w, a, "x", ALLOW, "shared:internet", "", ""), "rule 'x'", "internet");
	REFUSED(!add_rule(w, a, "x", ALLOW, "prefix:10.1.0.1/24", "", ""), "rule 'x'",
		"10.1.0.1/24");
	REFUSED(!add_rule(w, a, "x", ALLOW, "", "any prefix:0.0.0.0/0", ""), "rule 'x'", "0.0.0.0/0");
	REFUSED(!tg_policy_add_rule(p, a, &rule, why), "rule 'x'", "source");
	rule.terms.destinations = &strange;
	rule.terms.ndestinations = 1;
	rule.terms.nsources = 0;
	REFUSED(!tg_policy_add_rule(p, a, &rule, why), "rule 'x'", "destination");
	rule.terms.nsources = TENANTGATE_MAX_SELECTORS + 1;
	REFUSED(!tg_policy_add_rule(p, a, &rule, why), "rule 'x'", "sources");
	rule.terms.nsources = 0;
	rule.terms.ndestinations = TENANTGATE_MAX_SELECTORS + 1;
	REFUSED(!tg_policy_add_rule(p, a, &rule, why), "rule 'x'", "destinations");
}

TEST_F(build, rule_may_not_name_what_is_another_tenants)
{
	struct tg_selector s = { .type = TENANTGATE_SELECTOR_TYPE_ROLE, .role = self->b->roles };
	struct tg_rule_draft from = { .name = "x", .terms.sources = &s, .terms.nsources = 1 };
	struct tg_rule_draft to = { .name = "x", .terms.destinations = &s, .terms.ndestinations = 1 };
	struct tg_policy *p = &self->w.policy;
	struct tg_complaint *why = &self->w.why;
	u8 type;

	for (type = TENANTGATE_SELECTOR_TYPE_ROLE; type <= TENANTGATE_SELECTOR_TYPE_SERVICE;
	     type++) {
		if (type == TENANTGATE_SELECTOR_TYPE_PREFIX)
			continue;
		s.type = type;
		if (type == TENANTGATE_SELECTOR_TYPE_USER)
			s.user = self->b->users;
		else if (type == TENANTGATE_SELECTOR_TYPE_SITE)
			s.site = self->b->sites;
		else if (type == TENANTGATE_SELECTOR_TYPE_SERVICE)
			s.service = self->files_of_b;
		REFUSED(!tg_policy_add_rule(p, self->a, &from, why), "rule 'x'", "source");
		REFUSED(!tg_policy_add_rule(p, self->a, &to, why), "rule 'x'", "destination");
		REFUSED(!tg_policy_add_rule(p, self->platform, &to, why), "rule 'x'",
			"another tenant");
		EXPECT_NE(NULL, tg_policy_add_rule(p, self->b, &to, why));
	}
	/* Only services are shared: a site of the platform's is no destination. */
	s.type = TENANTGATE_SELECTOR_TYPE_SITE;
	s.site = self->platform->sites;
	REFUSED(!tg_policy_add_rule(p, self->a, &to, why), "rule 'x'", "another tenant");
	s.type = TENANTGATE_SELECTOR_TYPE_SERVICE;
	s.service = self->web;
	EXPECT_NE(NULL, tg_policy_add_rule(p, self->a, &to, why));
}

TEST_F(build, a_rule_cannot_be_counted_as_a_grant)
{
	REFUSED(!add_rule(&self->w, self->a, "grant web", ALLOW, "", "", ""), "rule 'grant web'",
		"names");
	EXPECT_NE(NULL, add_rule(&self->w, self->a, "grants", ALLOW, "", "", ""));
}

TEST_F(build, grant_refuses_what_is_wrong)
{
	struct world *w = &self->w;

	REFUSED(!add_grant(w, self->a, self->files_of_b), "service 'files'", "tenant 'a'");
	REFUSED(!add_grant(w, self->b, self->files_of_b), "service 'files'", "tenant 'b'");
	REFUSED(!add_grant(w, self->platform, self->web), "service 'web'", "'platform'");
}

TEST_F(build, management_refuses_what_is_wrong)
{
	struct tg_prefix many[TENANTGATE_MAX_PREFIXES + 1];
	struct world *w = &self->w;
	u32 i;

	REFUSED(add_management(w, "", "tcp/22"), "management", "from");
	REFUSED(add_management(w, "10.0.0.1/8", ""), "management", "10.0.0.1/8");
	REFUSED(add_management(w, "0.0.0.0/0", ""), "management", "0.0.0.0/0");
	REFUSED(add_management(w, "10.0.0.1", "tcp/5-4"), "management", "ports 5-4");
	for (i = 0; i <= TENANTGATE_MAX_PREFIXES; i++)
		many[i] = a_prefix("10.0.0.1");
	REFUSED(tg_policy_add_management(&w->policy, many, TENANTGATE_MAX_PREFIXES + 1, NULL, 0,
					 &w->why), "management", "addresses");
	for (i = 1; i < TENANTGATE_MAX_MANAGEMENT; i++)
		ASSERT_EQ(0, add_management(w, "10.0.0.1", ""));
	REFUSED(add_management(w, "10.0.0.1", ""), "management", "64");
}

TEST_HARNESS_MAIN
