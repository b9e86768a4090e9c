// SPDX-License-Identifier: GPL-2.0-only
/* What only shows in the whole of a policy: kmod/core/compile.c, expand.c. */

#include <linux/kernel.h>

#include "core/match.h"
#include "shim.h"
#include "world.h"

#include "kselftest_harness.h"

FIXTURE(compile)
{
	struct world w;
	struct tg_tenant *a, *b, *platform;
	struct tg_realm *green;
	struct tg_service *web;
};

FIXTURE_SETUP(compile)
{
	struct world *w = &self->w;

	world_begin(w);
	self->platform = w->policy.platform;
	self->a = add_tenant(w, "a");
	self->b = add_tenant(w, "b");
	self->green = tg_policy_add_realm(&w->policy, "green", "vrf-green", &w->why);
	ASSERT_EQ(0, tg_policy_add_uplink(&w->policy, "eth0", NULL, &w->why));
	ASSERT_NE(NULL, add_site(w, self->platform, "servers", "srv0", "10.99.0.0/24"));
	ASSERT_NE(NULL, add_site(w, self->a, "home", "wg0", "10.1.0.0/24 fd00:a::/64"));
	ASSERT_NE(NULL, add_site(w, self->b, "home", "wg0", "10.2.0.0/24"));
	self->web = add_service(w, self->platform, "web", "10.99.0.10", "tcp/443");
	ASSERT_NE(NULL, self->web);
}

FIXTURE_TEARDOWN(compile)
{
	world_end(&self->w);
	EXPECT_EQ(0, shim_live());
}

#define ACCEPTED() EXPECT_EQ(0, compile(&self->w)) { TH_LOG("%s", self->w.why.text); }

#define SAYS(words)							\
	EXPECT_NE(NULL, strstr(self->w.why.text, words)) {		\
		TH_LOG("no '%s' in '%s'", words, self->w.why.text);	\
	}

/* Refused for being wrong, in words that name the object and the field. */
#define REFUSED(object, field) do {					\
	EXPECT_EQ(-EINVAL, compile(&self->w));				\
	SAYS(object);							\
	SAYS(field);							\
} while (0)

TEST_F(compile, an_empty_policy_is_one)
{
	struct world w;

	world_begin(&w);
	EXPECT_EQ(0, compile(&w));
	world_end(&w);
	ACCEPTED();
}

TEST_F(compile, two_tenants_may_not_have_one_prefix_on_one_device)
{
	add_site(&self->w, self->b, "office", "wg0", "10.1.0.0/24");
	REFUSED("site 'office' of tenant 'b'", "10.1.0.0/24");
	SAYS("'wg0'");
	SAYS("tenant 'a'");
}

TEST_F(compile, two_tenants_may_not_nest_prefixes_on_one_device)
{
	add_site(&self->w, self->b, "office", "wg0", "10.1.0.64/26");
	REFUSED("site 'office' of tenant 'b'", "10.1.0.64/26");
	SAYS("'wg0'");
}

TEST_F(compile, two_tenants_may_not_nest_prefixes_the_other_way_round)
{
	add_site(&self->w, self->b, "office", "wg0", "10.0.0.0/8");
	REFUSED("site 'home' of tenant 'a'", "10.1.0.0/24");
	SAYS("site 'office' of tenant 'b'");
}

TEST_F(compile, overlap_is_found_behind_prefixes_of_the_own)
{
	/* Between the outer one and the stranger's lie others of the same tenant. */
	add_site(&self->w, self->a, "office", "wg0", "10.1.0.0/16 10.1.0.0/28 10.1.8.0/24");
	add_site(&self->w, self->b, "branch", "wg0", "10.1.9.0/24");
	REFUSED("site 'branch' of tenant 'b'", "10.1.9.0/24");
}

TEST_F(compile, overlap_in_ipv6_is_found)
{
	add_site(&self->w, self->b, "office", "wg0", "fd00:a::8000:0:0:0/65");
	REFUSED("site 'office' of tenant 'b'", "/65");
}

TEST_F(compile, adjacent_prefixes_do_not_overlap)
{
	add_site(&self->w, self->b, "east", "wg0", "10.1.1.0/24 10.0.255.0/24");
	add_site(&self->w, self->b, "west", "wg0", "fd00:a:0:1::/64 fd00:9:ffff:ffff::/64");
	ACCEPTED();
}

TEST_F(compile, in_one_realm_an_address_has_one_tenant)
{
	add_site(&self->w, self->b, "office", "wg1", "10.1.0.128/25");
	REFUSED("tenant 'b'", "10.1.0.128/25");
	SAYS("realm 'default'");
}

TEST_F(compile, in_two_realms_an_address_may_have_two_tenants)
{
	add_site_in(&self->w, self->b, "office", self->green, "wg1", "10.1.0.0/24");
	ACCEPTED();
}

TEST_F(compile, in_another_realm_overlap_is_found_too)
{
	add_site_in(&self->w, self->a, "office", self->green, "wg1", "10.5.0.0/24");
	add_site_in(&self->w, self->b, "office", self->green, "wg2", "10.5.0.0/16");
	REFUSED("10.5.0.0/24", "realm 'green'");
}

TEST_F(compile, a_device_is_in_one_realm)
{
	add_site_in(&self->w, self->a, "office", self->green, "wg0", "10.5.0.0/24");
	REFUSED("'office'", "realm");
	SAYS("'wg0'");
}

TEST_F(compile, a_tenant_may_have_one_prefix_on_several_devices)
{
	add_site(&self->w, self->a, "mobile", "wg1", "10.1.0.0/24");
	add_site(&self->w, self->a, "office", "wg2", "10.1.0.0/16");
	ACCEPTED();
}

TEST_F(compile, a_tenant_may_nest_its_prefixes_on_a_device)
{
	add_site(&self->w, self->a, "office", "wg0", "10.1.0.0/16 10.1.0.128/25");
	ACCEPTED();
}

TEST_F(compile, a_prefix_is_bound_once_on_a_device)
{
	add_site(&self->w, self->a, "office", "wg0", "10.1.0.0/24");
	REFUSED("tenant 'a'", "10.1.0.0/24");
	SAYS("'wg0'");
}

TEST_F(compile, a_prefix_is_bound_once_in_a_site)
{
	add_site(&self->w, self->a, "office", "wg1", "10.5.0.0/24 10.5.0.0/24");
	REFUSED("site 'office' of tenant 'a'", "10.5.0.0/24");
}

TEST_F(compile, a_satellite_office_has_sites_of_several_tenants_on_one_device)
{
	add_site(&self->w, self->a, "satellite", "wg-sat", "10.50.1.0/24");
	add_site(&self->w, self->b, "satellite", "wg-sat", "10.50.2.0/24");
	ACCEPTED();
	EXPECT_EQ(TG_NO_TENANT, tg_policy_device(&self->w.policy, "wg-sat")->sole);
	EXPECT_EQ(TG_NO_TENANT, tg_policy_device(&self->w.policy, "wg0")->sole);
	EXPECT_EQ(self->platform->index, tg_policy_device(&self->w.policy, "srv0")->sole);
	EXPECT_EQ(TG_NO_TENANT, tg_policy_device(&self->w.policy, "eth0")->sole);
}

TEST_F(compile, names_are_unique_tenants)
{
	ASSERT_NE(NULL, add_tenant(&self->w, "a"));
	REFUSED("tenant 'a'", "twice");
}

TEST_F(compile, names_are_unique_realms)
{
	tg_policy_add_realm(&self->w.policy, "green", "vrf2", &self->w.why);
	REFUSED("realm 'green'", "twice");
}

TEST_F(compile, the_default_realm_keeps_its_name)
{
	tg_policy_add_realm(&self->w.policy, "default", "vrf2", &self->w.why);
	REFUSED("realm 'default'", "twice");
}

TEST_F(compile, names_are_unique_sites_of_a_tenant)
{
	add_site(&self->w, self->a, "home", "wg7", "10.7.0.0/24");
	REFUSED("tenant 'a'", "site 'home'");
}

TEST_F(compile, names_are_unique_services_of_a_tenant)
{
	add_service(&self->w, self->a, "files", "10.1.0.9", "tcp/445");
	add_service(&self->w, self->b, "files", "10.2.0.9", "tcp/445");
	ACCEPTED();
	add_service(&self->w, self->b, "files", "10.2.0.8", "tcp/445");
	REFUSED("tenant 'b'", "service 'files'");
}

TEST_F(compile, names_are_unique_roles_of_a_tenant)
{
	tg_policy_add_role(&self->w.policy, self->a, "staff", &self->w.why);
	tg_policy_add_role(&self->w.policy, self->a, "staff", &self->w.why);
	REFUSED("tenant 'a'", "role 'staff'");
}

TEST_F(compile, names_are_unique_users_of_a_tenant)
{
	add_user(&self->w, self->a, "sato", "10.1.0.2", "", 0);
	add_user(&self->w, self->a, "sato", "10.1.0.3", "", 0);
	REFUSED("tenant 'a'", "user 'sato'");
}

TEST_F(compile, names_are_unique_rules_of_a_tenant)
{
	add_rule(&self->w, self->a, "r", ALLOW, "", "", "");
	add_rule(&self->w, self->b, "r", ALLOW, "", "", "");
	ACCEPTED();
	add_rule(&self->w, self->a, "r", DENY, "", "", "");
	REFUSED("tenant 'a'", "rule 'r'");
}

TEST_F(compile, a_service_is_granted_once)
{
	add_grant(&self->w, self->a, self->web);
	add_grant(&self->w, self->b, self->web);
	ACCEPTED();
	add_grant(&self->w, self->a, self->web);
	REFUSED("tenant 'a'", "web");
}

TEST_F(compile, services_with_long_names_can_be_granted)
{
	static const char *const names[] = {
		"n23456789012345678901234567890123456789012345678901234567890-1",
		"n23456789012345678901234567890123456789012345678901234567890-2",
	};
	struct tg_rule *grant;
	char wanted[128];
	int i;

	for (i = 0; i < 2; i++) {
		grant = add_grant(&self->w, self->a,
				  add_service(&self->w, self->platform, names[i], "10.99.0.7",
					      "tcp/1"));
		snprintf(wanted, sizeof(wanted), "grant %s", names[i]);
		EXPECT_STREQ(wanted, grant->name);
	}
	ACCEPTED();
}

TEST_F(compile, a_users_address_is_inside_the_tenants_sites)
{
	add_user(&self->w, self->a, "sato", "10.1.0.2 fd00:a::2", "10.1.0.255", 0);
	ACCEPTED();
	add_user(&self->w, self->a, "mori", "10.1.1.0", "", 0);
	REFUSED("user 'mori' of tenant 'a'", "10.1.1.0");
}

TEST_F(compile, a_users_address_is_not_another_tenants)
{
	add_user(&self->w, self->a, "mori", "10.2.0.2", "", 0);
	REFUSED("user 'mori' of tenant 'a'", "10.2.0.2");
}

TEST_F(compile, an_own_pc_is_inside_the_tenants_sites)
{
	add_user(&self->w, self->a, "mori", "10.1.0.2", "10.2.0.3", 0);
	REFUSED("user 'mori' of tenant 'a'", "pc 10.2.0.3");
}

TEST_F(compile, a_users_address_is_a_single_one)
{
	add_user(&self->w, self->a, "mori", "10.1.0.4/31", "", 0);
	REFUSED("user 'mori' of tenant 'a'", "10.1.0.4/31");
}

TEST_F(compile, an_own_pc_is_a_single_one)
{
	add_user(&self->w, self->a, "mori", "10.1.0.4", "10.1.0.0/24", 0);
	REFUSED("user 'mori' of tenant 'a'", "pc 10.1.0.0/24");
}

TEST_F(compile, an_address_has_one_user)
{
	add_user(&self->w, self->a, "sato", "10.1.0.9 10.1.0.2", "10.1.0.5", 0);
	add_user(&self->w, self->a, "mori", "10.1.0.3 fd00:a::2", "10.1.0.5", 0);
	ACCEPTED();
	add_user(&self->w, self->a, "kato", "10.1.0.8 10.1.0.9", "", 0);
	REFUSED("tenant 'a'", "10.1.0.9");
	SAYS("'kato'");
	SAYS("'sato'");
}

TEST_F(compile, users_of_two_tenants_in_two_realms_may_have_one_address)
{
	add_site_in(&self->w, self->b, "office", self->green, "wg1", "10.1.0.0/24");
	add_user(&self->w, self->a, "sato", "10.1.0.2", "", 0);
	add_user(&self->w, self->b, "kato", "10.1.0.2", "", 0);
	ACCEPTED();
}

TEST_F(compile, a_server_is_inside_its_tenants_sites)
{
	add_service(&self->w, self->a, "files", "10.1.0.9 10.1.0.128/25", "tcp/445");
	ACCEPTED();
	add_service(&self->w, self->a, "other", "10.1.0.9 10.9.0.1", "tcp/445");
	REFUSED("service 'other' of 'a'", "10.9.0.1");
}

TEST_F(compile, a_server_is_not_at_another_tenant)
{
	add_service(&self->w, self->a, "files", "10.2.0.9", "tcp/445");
	REFUSED("service 'files' of 'a'", "10.2.0.9");
}

TEST_F(compile, a_servers_range_may_span_sites_but_not_leave_them)
{
	add_site(&self->w, self->a, "next", "wg0", "10.1.1.0/24");
	add_service(&self->w, self->a, "files", "10.1.0.0/23", "tcp/445");
	ACCEPTED();
	add_service(&self->w, self->a, "more", "10.1.0.0/22", "tcp/445");
	REFUSED("service 'more' of 'a'", "10.1.0.0/22");
}

TEST_F(compile, a_shared_service_may_be_on_the_gateway_itself)
{
	add_service(&self->w, self->platform, "dns", "192.0.2.1 fd00:99::1", "udp/53");
	ACCEPTED();
}

TEST_F(compile, a_shared_service_is_not_at_a_tenant)
{
	add_service(&self->w, self->platform, "dns", "10.1.0.53", "udp/53");
	REFUSED("service 'dns' of 'platform'", "10.1.0.53");
}

TEST_F(compile, a_shared_range_is_inside_the_platforms_sites)
{
	add_service(&self->w, self->platform, "farm", "10.99.0.128/25", "udp/53");
	ACCEPTED();
	add_service(&self->w, self->platform, "many", "192.0.2.0/31", "udp/53");
	REFUSED("service 'many' of 'platform'", "192.0.2.0/31");
}

TEST_F(compile, a_rule_names_only_services_that_are_listed)
{
	add_rule(&self->w, self->a, "r", ALLOW, "", "any shared:web", "");
	REFUSED("rule 'r' of tenant 'a'", "'web'");
}

TEST_F(compile, a_rule_names_only_services_that_are_listed_as_source_too)
{
	add_rule(&self->w, self->a, "r", ALLOW, "any shared:web", "", "");
	REFUSED("rule 'r' of tenant 'a'", "'web'");
}

TEST_F(compile, a_rule_to_the_internet_needs_it_listed)
{
	struct tg_service *internet = add_internet(&self->w);

	add_rule(&self->w, self->a, "r", ALLOW, "", "shared:internet", "tcp/443");
	add_grant(&self->w, self->a, internet);
	add_rule(&self->w, self->platform, "p", ALLOW, "", "shared:internet", "");
	ACCEPTED();
	add_rule(&self->w, self->b, "r", DENY, "", "shared:internet", "tcp/443");
	REFUSED("rule 'r' of tenant 'b'", "'internet'");
}

TEST_F(compile, a_grant_for_one_tenant_is_none_for_another)
{
	add_grant(&self->w, self->a, self->web);
	add_rule(&self->w, self->a, "r", ALLOW, "", "shared:web", "");
	ACCEPTED();
	add_rule(&self->w, self->b, "r", ALLOW, "", "shared:web", "");
	REFUSED("rule 'r' of tenant 'b'", "'web'");
}

TEST_F(compile, grants_are_found_in_whatever_order_they_come)
{
	static const int order[] = { 4, 1, 3, 0, 2 };
	struct tg_service *services[5];
	char name[16];
	int i;

	for (i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		services[i] = add_service(&self->w, self->platform, name, "10.99.0.20", "");
	}
	for (i = 0; i < 5; i++)
		ASSERT_NE(NULL, add_grant(&self->w, self->a, services[order[i]]));
	add_rule(&self->w, self->a, "r", ALLOW, "", "shared:s0 shared:s1 shared:s2 shared:s3 shared:s4",
		 "");
	ACCEPTED();
	for (i = 0; i < 5; i++)
		EXPECT_TRUE(tg_tenant_is_granted(self->a, services[i]));
	EXPECT_FALSE(tg_tenant_is_granted(self->a, self->web));
	EXPECT_FALSE(tg_tenant_is_granted(self->b, services[0]));
}

TEST_F(compile, objects_are_numbered_and_users_found)
{
	struct tg_addr addr = an_addr("10.1.0.2"), none = an_addr("10.1.0.4");
	struct tg_user *sato, *mori;
	u32 i;

	sato = add_user(&self->w, self->a, "sato", "10.1.0.2 fd00:a::7", "", 0);
	mori = add_user(&self->w, self->a, "mori", "10.1.0.3 fd00:a::1 10.1.0.1", "", 0);
	ACCEPTED();
	ASSERT_EQ(3, self->w.policy.nsites);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i, self->w.policy.sites[i]->index);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i, self->w.policy.tenants[i]->index);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i, self->w.policy.devices[i]->index);
	EXPECT_EQ(self->platform, self->w.policy.tenants[0]);
	EXPECT_EQ(sato, tg_tenant_user_at(self->a, &addr));
	EXPECT_EQ(NULL, tg_tenant_user_at(self->b, &addr));
	EXPECT_EQ(NULL, tg_tenant_user_at(self->a, &none));
	addr = an_addr("10.1.0.1");
	EXPECT_EQ(mori, tg_tenant_user_at(self->a, &addr));
	addr = an_addr("fd00:a::1");
	EXPECT_EQ(mori, tg_tenant_user_at(self->a, &addr));
	addr = an_addr("fd00:a::7");
	EXPECT_EQ(sato, tg_tenant_user_at(self->a, &addr));
	EXPECT_EQ(NULL, tg_policy_device(&self->w.policy, "wg"));
	EXPECT_EQ(NULL, tg_policy_device(&self->w.policy, ""));
}

TEST_F(compile, matches_are_what_rules_come_to)
{
	struct tg_rule *rule, *grant;

	add_user(&self->w, self->a, "sato", "10.1.0.2 10.1.0.3", "10.1.0.4", 0);
	add_user(&self->w, self->a, "mori", "10.1.0.5", "10.1.0.6 10.1.0.7", 0);
	rule = add_rule(&self->w, self->a, "r", ALLOW, "user:sato user:mori", "user:sato",
			"tcp/1 tcp/2");
	grant = add_grant(&self->w, self->a, self->web);
	ACCEPTED();
	ASSERT_EQ(2 * 2 * 2 + 1, self->a->nmatches);
	EXPECT_EQ(rule, tg_outcome_rule(self->a->outcomes[0]));
	EXPECT_EQ(rule, tg_outcome_rule(self->a->outcomes[7]));
	EXPECT_EQ(grant, tg_outcome_rule(self->a->outcomes[8]));
	/* One's own computers only: one match of sato's, two of mori's. */
	add_rule(&self->w, self->a, "own", ALLOW, "user:sato user:mori", "own-pc", "");
	ACCEPTED();
	EXPECT_EQ(9 + 3, self->a->nmatches);
}

TEST_HARNESS_MAIN
