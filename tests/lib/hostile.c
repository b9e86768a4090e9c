// SPDX-License-Identifier: GPL-2.0-only
/*
 * hostile: what a malformed, hostile, confused or dying client sends, and what
 * it must get: a refusal with words, and nothing changed. Prints TAP.
 *
 *   probe hostile refuse    one bad object after the other
 *   probe hostile clients   several clients, and clients that die
 *   probe hostile dumps     what dumps promise
 *   probe hostile users     clients without the right to change this namespace
 *   probe hostile abandon   begin a large candidate and die (for the leak test)
 *
 * Nothing is ever committed here: candidates end in a dry run or an abort.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "genl.h"
#include "probe.h"

static struct genl *client;
static struct genl_message message;
static char words[256];		/* of the first refusal of a case */
static int refusal;

static void result(bool good, const char *promise)
{
	printf("%s - %s\n", good ? "ok" : "not ok", promise);
	if (!good)
		printf("# error %d (%s), message '%s'\n", refusal, refusal ? strerror(-refusal) : "accepted", words);
	fflush(stdout);
}

/* Sends what is in @message; remembers the first refusal. */
static int ask(struct genl *genl)
{
	int error = genl_ask(genl, &message, NULL, NULL);

	if (error && !refusal) {
		refusal = error;
		snprintf(words, sizeof(words), "%s", genl->message);
	}
	return error;
}

static void start(uint8_t command)
{
	genl_start(client, &message, command, 0);
}

static void simple(struct genl *genl, uint8_t command)
{
	genl_start(genl, &message, command, 0);
	ask(genl);
}

static void dry_run(struct genl *genl)
{
	genl_start(genl, &message, TENANTGATE_CMD_COMMIT, 0);
	genl_put(&message, TENANTGATE_A_STATUS_DRY_RUN, NULL, 0);
	ask(genl);
}

/* Good objects that bad ones can be put beside. */

static void tenant(struct genl *genl, uint32_t id, const char *name)
{
	genl_start(genl, &message, TENANTGATE_CMD_TENANT_ADD, 0);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, id);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, name);
	ask(genl);
}

static void site_start(uint32_t id, uint32_t owner, const char *name, const char *device)
{
	start(TENANTGATE_CMD_SITE_ADD);
	genl_put_u32(&message, TENANTGATE_A_SITE_ID, id);
	genl_put_u32(&message, TENANTGATE_A_SITE_TENANT, owner);
	genl_put_text(&message, TENANTGATE_A_SITE_NAME, name);
	genl_put_text(&message, TENANTGATE_A_SITE_DEVICE, device);
}

static void site(uint32_t id, uint32_t owner, const char *name, const char *device, const char *prefix,
		 uint8_t length)
{
	site_start(id, owner, name, device);
	genl_put_prefix(&message, TENANTGATE_A_SITE_PREFIX, prefix, length);
	ask(client);
}

static void role(uint32_t id, uint32_t owner, const char *name)
{
	start(TENANTGATE_CMD_ROLE_ADD);
	genl_put_u32(&message, TENANTGATE_A_ROLE_ID, id);
	genl_put_u32(&message, TENANTGATE_A_ROLE_TENANT, owner);
	genl_put_text(&message, TENANTGATE_A_ROLE_NAME, name);
	ask(client);
}

static void rule_start(uint32_t owner, const char *name)
{
	start(TENANTGATE_CMD_RULE_ADD);
	genl_put_u32(&message, TENANTGATE_A_RULE_TENANT, owner);
	genl_put_text(&message, TENANTGATE_A_RULE_NAME, name);
	genl_put_u8(&message, TENANTGATE_A_RULE_VERDICT, TENANTGATE_VERDICT_ALLOW);
}

static void port(uint16_t type, uint8_t protocol, uint16_t first, uint16_t last)
{
	struct nlattr *nest = genl_nest(&message, type);

	genl_put_u8(&message, TENANTGATE_A_PORT_PROTOCOL, protocol);
	genl_put(&message, TENANTGATE_A_PORT_FIRST, &first, sizeof(first));
	genl_put(&message, TENANTGATE_A_PORT_LAST, &last, sizeof(last));
	genl_nest_end(&message, nest);
}

static void selector(uint16_t attribute, uint8_t type, uint32_t id)
{
	struct nlattr *nest = genl_nest(&message, attribute);

	genl_put_u8(&message, TENANTGATE_A_SELECTOR_TYPE, type);
	genl_put_u32(&message, TENANTGATE_A_SELECTOR_ID, id);
	genl_nest_end(&message, nest);
}

/* The bad ones: each is sent into a candidate with tenants 1 and 2. */

static void unknown_command(void) { start(250); ask(client); }
static void begin_twice(void) { simple(client, TENANTGATE_CMD_BEGIN); }

static void unknown_attribute(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "nine");
	genl_put_u32(&message, 99, 1);
	ask(client);
}

static void attribute_of_another_command(void)
{
	start(TENANTGATE_CMD_COMMIT);
	genl_put_u8(&message, TENANTGATE_A_STATUS_MODE, 1);
	ask(client);
}

static void attribute_too_long(void)
{
	struct nlattr *attr;

	start(TENANTGATE_CMD_TENANT_ADD);
	attr = genl_put(&message, TENANTGATE_A_TENANT_ID, NULL, 4);
	attr->nla_len = 200;
	ask(client);
}

static void attribute_too_short(void)
{
	struct nlattr *attr;

	start(TENANTGATE_CMD_TENANT_ADD);
	attr = genl_put(&message, TENANTGATE_A_TENANT_ID, NULL, 4);
	attr->nla_len = 2;
	ask(client);
}

static void number_too_short(void)
{
	uint16_t value = 7;

	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put(&message, TENANTGATE_A_TENANT_ID, &value, sizeof(value));
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "seven");
	ask(client);
}

static void nest_not_marked(void)
{
	site_start(1, 1, "home", "wg0");
	genl_put_prefix(&message, TENANTGATE_A_SITE_PREFIX, "10.0.0.0", 24);
	for (char *at = (char *)&message.genl; at < (char *)&message.header + message.header.nlmsg_len - 4; at += 4)
		if (((struct nlattr *)at)->nla_type == (TENANTGATE_A_SITE_PREFIX | NLA_F_NESTED))
			((struct nlattr *)at)->nla_type = TENANTGATE_A_SITE_PREFIX;
	ask(client);
}

static void text_without_end(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	genl_put(&message, TENANTGATE_A_TENANT_NAME, "012345678901234567890123456789012345678901234567890123456789012345", 66);
	ask(client);
}

static void name_too_long(void) { tenant(client, 9, "a123456789012345678901234567890123456789012345678901234567890123"); }
static void name_empty(void) { tenant(client, 9, ""); }
static void name_with_control(void) { tenant(client, 9, "a\nb"); }
static void id_too_large(void) { tenant(client, 0x1000000, "large"); }
static void id_twice(void) { tenant(client, 1, "third"); }
static void name_twice(void) { tenant(client, 3, "one"); dry_run(client); }

static void name_missing(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	ask(client);
}

static void id_missing(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "nobody");
	ask(client);
}

static void title_not_utf8(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "nine");
	genl_put_text(&message, TENANTGATE_A_TENANT_TITLE, "a\033[31mb");
	ask(client);
}

static void mode_unknown(void)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "nine");
	genl_put_u8(&message, TENANTGATE_A_TENANT_MODE, 2);
	ask(client);
}

static void prefix_odd_size(void)
{
	struct nlattr *nest;

	site_start(1, 1, "home", "wg0");
	nest = genl_nest(&message, TENANTGATE_A_SITE_PREFIX);
	genl_put(&message, TENANTGATE_A_PREFIX_ADDRESS, "\012\0\0\0\0", 5);
	genl_put_u8(&message, TENANTGATE_A_PREFIX_LENGTH, 24);
	genl_nest_end(&message, nest);
	ask(client);
}

static void prefix_without_address(void)
{
	struct nlattr *nest;

	site_start(1, 1, "home", "wg0");
	nest = genl_nest(&message, TENANTGATE_A_SITE_PREFIX);
	genl_put_u8(&message, TENANTGATE_A_PREFIX_LENGTH, 24);
	genl_nest_end(&message, nest);
	ask(client);
}

static void prefix_too_long(void) { site(1, 1, "home", "wg0", "10.0.0.0", 33); }
static void prefix_zero(void) { site(1, 1, "home", "wg0", "0.0.0.0", 0); }
static void prefix_zero_v6(void) { site(1, 1, "home", "wg0", "::", 0); }
static void prefix_host_bits(void) { site(1, 1, "home", "wg0", "10.0.0.1", 24); }
static void site_of_nobody(void) { site(1, 77, "home", "wg0", "10.0.0.0", 24); }
static void site_without_prefix(void) { site_start(1, 1, "home", "wg0"); ask(client); dry_run(client); }
static void device_too_long(void) { site(1, 1, "home", "wg0123456789abcdef", "10.0.0.0", 24); }
static void device_empty(void) { site(1, 1, "home", "", "10.0.0.0", 24); }
static void device_slash(void) { site(1, 1, "home", "a/b", "10.0.0.0", 24); }

static void site_realm_unknown(void)
{
	site_start(1, 1, "home", "wg0");
	genl_put_prefix(&message, TENANTGATE_A_SITE_PREFIX, "10.0.0.0", 24);
	genl_put_u32(&message, TENANTGATE_A_SITE_REALM, 42);
	ask(client);
	dry_run(client);
}

static void sites_overlap(void)
{
	site(1, 1, "home", "wg0", "10.0.0.0", 24);
	site(2, 2, "home", "wg0", "10.0.0.128", 25);
	dry_run(client);
}

static void sites_same(void)
{
	site(1, 1, "home", "wg0", "fd00::", 64);
	site(2, 2, "home", "wg0", "fd00::", 64);
	dry_run(client);
}

static void sites_too_many(void)
{
	char name[16], prefix[32];

	for (uint32_t i = 0; i <= TENANTGATE_MAX_SITES && !refusal; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		snprintf(prefix, sizeof(prefix), "10.%u.%u.0", i / 256, i % 256);
		site(i + 1, 1, name, "wg0", prefix, 24);
	}
	dry_run(client);
}

static void prefixes_too_many(void)
{
	char prefix[32];

	site_start(1, 1, "home", "wg0");
	for (unsigned int i = 0; i <= TENANTGATE_MAX_PREFIXES; i++) {
		snprintf(prefix, sizeof(prefix), "10.%u.%u.0", i / 256, i % 256);
		genl_put_prefix(&message, TENANTGATE_A_SITE_PREFIX, prefix, 24);
	}
	ask(client);
	dry_run(client);
}

static void ports_upside_down(void)
{
	rule_start(1, "upside-down");
	port(TENANTGATE_A_RULE_PORT, IPPROTO_TCP, 443, 80);
	ask(client);
}

static void ports_without_ports(void)
{
	rule_start(1, "gre");
	port(TENANTGATE_A_RULE_PORT, 47, 1, 2);
	ask(client);
	dry_run(client);
}

static void ports_too_many(void)
{
	rule_start(1, "many");
	for (uint16_t i = 0; i <= TENANTGATE_MAX_PORTS; i++)
		port(TENANTGATE_A_RULE_PORT, IPPROTO_TCP, i, i);
	ask(client);
	dry_run(client);
}

static void verdict_unknown(void)
{
	start(TENANTGATE_CMD_RULE_ADD);
	genl_put_u32(&message, TENANTGATE_A_RULE_TENANT, 1);
	genl_put_text(&message, TENANTGATE_A_RULE_NAME, "maybe");
	genl_put_u8(&message, TENANTGATE_A_RULE_VERDICT, 3);
	ask(client);
}

static void rule_of_nobody(void) { rule_start(77, "lost"); ask(client); }

static void selector_unknown_role(void)
{
	rule_start(1, "ghosts");
	selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_ROLE, 99);
	ask(client);
	dry_run(client);
}

static void selector_of_another_tenant(void)
{
	role(1, 2, "theirs");
	refusal = 0;
	rule_start(1, "borrowed");
	selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_ROLE, 1);
	ask(client);
	dry_run(client);
}

static void selector_unknown_type(void)
{
	rule_start(1, "odd");
	selector(TENANTGATE_A_RULE_SOURCE, 7, 1);
	ask(client);
}

static void selectors_too_many(void)
{
	role(1, 1, "staff");
	rule_start(1, "many");
	for (int i = 0; i <= TENANTGATE_MAX_SELECTORS; i++)
		selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_ROLE, 1);
	ask(client);
	dry_run(client);
}

static void selector_foreign_prefix(void)
{
	struct nlattr *nest;

	site(1, 1, "home", "wg0", "10.0.1.0", 24);
	site(2, 2, "home", "wg0", "10.0.2.0", 24);
	rule_start(1, "over-there");
	nest = genl_nest(&message, TENANTGATE_A_RULE_DESTINATION);
	genl_put_u8(&message, TENANTGATE_A_SELECTOR_TYPE, TENANTGATE_SELECTOR_TYPE_PREFIX);
	genl_put_prefix(&message, TENANTGATE_A_SELECTOR_PREFIX, "10.0.2.0", 33);
	genl_nest_end(&message, nest);
	ask(client);
	dry_run(client);
}

static void server_outside(void)
{
	site(1, 1, "home", "wg0", "10.0.1.0", 24);
	start(TENANTGATE_CMD_SERVICE_ADD);
	genl_put_u32(&message, TENANTGATE_A_SERVICE_ID, 1);
	genl_put_u32(&message, TENANTGATE_A_SERVICE_TENANT, 1);
	genl_put_text(&message, TENANTGATE_A_SERVICE_NAME, "files");
	genl_put_prefix(&message, TENANTGATE_A_SERVICE_ADDRESS, "10.9.9.9", 32);
	ask(client);
	dry_run(client);
}

static void user_outside(void)
{
	site(1, 1, "home", "wg0", "10.0.1.0", 24);
	start(TENANTGATE_CMD_USER_ADD);
	genl_put_u32(&message, TENANTGATE_A_USER_ID, 1);
	genl_put_u32(&message, TENANTGATE_A_USER_TENANT, 1);
	genl_put_text(&message, TENANTGATE_A_USER_NAME, "sato");
	genl_put_prefix(&message, TENANTGATE_A_USER_ADDRESS, "10.9.9.9", 32);
	ask(client);
	dry_run(client);
}

static void grant_of_nothing(void)
{
	start(TENANTGATE_CMD_GRANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_RULE_TENANT, 1);
	genl_put_u32(&message, TENANTGATE_A_RULE_SERVICE, 4711);
	ask(client);
	dry_run(client);
}

static void generation_wrong(void)
{
	start(TENANTGATE_CMD_COMMIT);
	genl_put(&message, TENANTGATE_A_STATUS_DRY_RUN, NULL, 0);
	genl_put_u32(&message, TENANTGATE_A_STATUS_EXPECTED_GENERATION, 0x7fffffff);
	ask(client);
}

static void confirm_zero(void)
{
	start(TENANTGATE_CMD_COMMIT);
	genl_put(&message, TENANTGATE_A_STATUS_DRY_RUN, NULL, 0);
	genl_put_u32(&message, TENANTGATE_A_STATUS_CONFIRM_TIMEOUT, 0);
	ask(client);
}

static void confirm_too_long(void)
{
	start(TENANTGATE_CMD_COMMIT);
	genl_put(&message, TENANTGATE_A_STATUS_DRY_RUN, NULL, 0);
	genl_put_u32(&message, TENANTGATE_A_STATUS_CONFIRM_TIMEOUT, TENANTGATE_MAX_CONFIRM_TIMEOUT + 1);
	ask(client);
}

static void message_oversized(void)
{
	static char text[60000];

	memset(text, 'a', sizeof(text) - 1);
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 9);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, text);
	genl_put_text(&message, TENANTGATE_A_TENANT_TITLE, text);
	ask(client);
}

static void put_u16(uint16_t type, uint16_t value)
{
	genl_put(&message, type, &value, sizeof(value));
}

static void put_u64(uint16_t type, uint64_t value)
{
	genl_put(&message, type, &value, sizeof(value));
}

static void link_start(uint32_t id, const char *name)
{
	start(TENANTGATE_CMD_LINK_ADD);
	genl_put_u32(&message, TENANTGATE_A_LINK_ID, id);
	genl_put_text(&message, TENANTGATE_A_LINK_NAME, name);
}

static void link_of(uint32_t id, const char *name, uint64_t rate)
{
	link_start(id, name);
	put_u64(TENANTGATE_A_LINK_RATE_UP, rate);
	ask(client);
}

static void link_with(uint16_t type, uint16_t bytes)
{
	link_start(1, "uplink");
	put_u16(type, bytes);
	ask(client);
}

static void plan_start(uint32_t id, const char *name)
{
	start(TENANTGATE_CMD_PLAN_ADD);
	genl_put_u32(&message, TENANTGATE_A_PLAN_ID, id);
	genl_put_text(&message, TENANTGATE_A_PLAN_NAME, name);
}

static void plan_with(uint16_t type, uint64_t rate)
{
	plan_start(1, "small");
	put_u64(type, rate);
	ask(client);
}

static void device_of(const char *name, uint8_t kind, uint32_t link)
{
	start(TENANTGATE_CMD_DEVICE_ADD);
	genl_put_text(&message, TENANTGATE_A_DEVICE_NAME, name);
	genl_put_u8(&message, TENANTGATE_A_DEVICE_KIND, kind);
	genl_put_u32(&message, TENANTGATE_A_DEVICE_LINK, link);
	ask(client);
}

static void tenant_with_plan(uint32_t plan)
{
	start(TENANTGATE_CMD_TENANT_ADD);
	genl_put_u32(&message, TENANTGATE_A_TENANT_ID, 3);
	genl_put_text(&message, TENANTGATE_A_TENANT_NAME, "three");
	genl_put_u32(&message, TENANTGATE_A_TENANT_PLAN, plan);
	ask(client);
}

static void link_too_slow(void) { link_of(1, "uplink", 999); }
static void link_too_fast(void) { link_of(1, "uplink", UINT64_MAX); }
static void link_twice(void) { link_of(1, "a", 0); link_of(1, "b", 0); }
static void link_name_twice(void) { link_of(1, "a", 0); link_of(2, "a", 0); dry_run(client); }
static void link_without_name(void) { start(TENANTGATE_CMD_LINK_ADD); genl_put_u32(&message, TENANTGATE_A_LINK_ID, 1); ask(client); }
static void link_overhead(void) { link_with(TENANTGATE_A_LINK_OVERHEAD, 1025); }
static void link_padding(void) { link_with(TENANTGATE_A_LINK_PADDING, 0); }
static void link_minimum(void) { link_with(TENANTGATE_A_LINK_MINIMUM, 65535); }
static void plan_too_slow(void) { plan_with(TENANTGATE_A_PLAN_GUARANTEE_DOWN, 1); }
static void plan_too_fast(void) { plan_with(TENANTGATE_A_PLAN_CEILING_UP, UINT64_MAX); }
static void plan_realtime_alone(void) { plan_with(TENANTGATE_A_PLAN_REALTIME_UP, 1000); }
static void device_of_no_link(void) { device_of("eth0", TENANTGATE_DEVICE_KIND_UPLINK, 7); }
static void plan_of_nothing(void) { tenant_with_plan(7); }
static void device_kind_unknown(void) { link_of(1, "a", 0); device_of("eth0", TENANTGATE_DEVICE_KIND_TUNNEL + 1, 1); }

static void plan_weight(void)
{
	plan_start(1, "small");
	genl_put_u32(&message, TENANTGATE_A_PLAN_WEIGHT, 0);
	ask(client);
}

static void plan_weight_too_large(void)
{
	plan_start(1, "small");
	genl_put_u32(&message, TENANTGATE_A_PLAN_WEIGHT, 1001);
	ask(client);
}

static void plan_ceiling_below(void)
{
	plan_start(1, "small");
	put_u64(TENANTGATE_A_PLAN_GUARANTEE_UP, 2000);
	put_u64(TENANTGATE_A_PLAN_CEILING_UP, 1999);
	ask(client);
}

static void tunnel_of_no_link(void)
{
	start(TENANTGATE_CMD_DEVICE_ADD);
	genl_put_text(&message, TENANTGATE_A_DEVICE_NAME, "wg0");
	genl_put_u8(&message, TENANTGATE_A_DEVICE_KIND, TENANTGATE_DEVICE_KIND_TUNNEL);
	ask(client);
}

static void tunnel_without_sites(void)
{
	link_of(1, "a", 1000000);
	device_of("wg9", TENANTGATE_DEVICE_KIND_TUNNEL, 1);
	dry_run(client);
}

static void device_of_two_links(void)
{
	link_of(1, "a", 0);
	link_of(2, "b", 0);
	device_of("eth0", TENANTGATE_DEVICE_KIND_UPLINK, 1);
	device_of("eth0", TENANTGATE_DEVICE_KIND_UPLINK, 2);
}

static void guarantee_above_link(void)
{
	link_of(1, "a", 1000000);
	plan_start(1, "large");
	put_u64(TENANTGATE_A_PLAN_GUARANTEE_UP, 950001);
	ask(client);
	tenant_with_plan(1);
	dry_run(client);
}

static void refuse(void)
{
	static const struct {
		const char *promise;
		void (*send)(void);
		bool silent;	/* refused before the module sees it: needs no words */
	} cases[] = {
		{ "an unknown command is refused", unknown_command, true },
		{ "a second begin on one socket is refused", begin_twice },
		{ "an unknown attribute is refused", unknown_attribute },
		{ "an attribute of another command is refused", attribute_of_another_command },
		{ "an attribute longer than the message is refused", attribute_too_long, true },
		{ "an attribute shorter than its header is refused", attribute_too_short, true },
		{ "a number of the wrong size is refused", number_too_short },
		{ "a nest that is not marked as one is refused", nest_not_marked },
		{ "a text without end is refused", text_without_end },
		{ "a name that is too long is refused", name_too_long },
		{ "an empty name is refused", name_empty },
		{ "a name with control characters is refused", name_with_control },
		{ "a missing name is refused", name_missing },
		{ "a missing number is refused", id_missing },
		{ "a number out of range is refused", id_too_large },
		{ "a number used twice is refused", id_twice },
		{ "a name used twice is refused", name_twice },
		{ "a title with control characters is refused", title_not_utf8 },
		{ "an unknown mode is refused", mode_unknown },
		{ "an address of five bytes is refused", prefix_odd_size },
		{ "a prefix without address is refused", prefix_without_address },
		{ "a prefix longer than its address is refused", prefix_too_long },
		{ "a /0 is refused", prefix_zero },
		{ "a /0 is refused in IPv6", prefix_zero_v6 },
		{ "a prefix with bits behind its length is refused", prefix_host_bits },
		{ "a site of an unknown tenant is refused", site_of_nobody },
		{ "a site without prefix is refused", site_without_prefix },
		{ "a site in an unknown realm is refused", site_realm_unknown },
		{ "a device name that is too long is refused", device_too_long },
		{ "an empty device name is refused", device_empty },
		{ "a device name with a slash is refused", device_slash },
		{ "two tenants with overlapping prefixes on one device are refused", sites_overlap },
		{ "two tenants with the same prefix on one device are refused", sites_same },
		{ "too many sites are refused", sites_too_many },
		{ "too many prefixes of a site are refused", prefixes_too_many },
		{ "ports upside down are refused", ports_upside_down },
		{ "ports of a protocol without ports are refused", ports_without_ports },
		{ "too many ports of a rule are refused", ports_too_many },
		{ "an unknown verdict is refused", verdict_unknown },
		{ "a rule of an unknown tenant is refused", rule_of_nobody },
		{ "a rule about an unknown role is refused", selector_unknown_role },
		{ "a rule about another tenant's role is refused", selector_of_another_tenant },
		{ "an unknown kind of selector is refused", selector_unknown_type },
		{ "too many selectors are refused", selectors_too_many },
		{ "a rule with an impossible prefix is refused", selector_foreign_prefix },
		{ "a server outside its tenant's sites is refused", server_outside },
		{ "a user outside its tenant's sites is refused", user_outside },
		{ "a grant of an unknown service is refused", grant_of_nothing },
		{ "a commit against another generation is refused", generation_wrong },
		{ "a confirmation time of zero is refused", confirm_zero },
		{ "a confirmation time over a day is refused", confirm_too_long },
		{ "a message of 120 kilobytes is refused", message_oversized },
		{ "a link slower than 8 kbit/s is refused", link_too_slow },
		{ "a link of 2^64-1 bytes a second is refused", link_too_fast },
		{ "a link's number used twice is refused", link_twice },
		{ "a link's name used twice is refused", link_name_twice },
		{ "a link without a name is refused", link_without_name },
		{ "too much overhead of a link is refused", link_overhead },
		{ "padding to a multiple of 0 is refused", link_padding },
		{ "too large a minimum of a link is refused", link_minimum },
		{ "a plan that guarantees a byte a second is refused", plan_too_slow },
		{ "a plan with a ceiling of 2^64-1 is refused", plan_too_fast },
		{ "a plan with realtime and no guarantee is refused", plan_realtime_alone },
		{ "a plan with the weight 0 is refused", plan_weight },
		{ "a plan with the weight 1001 is refused", plan_weight_too_large },
		{ "a plan with a ceiling below its guarantee is refused", plan_ceiling_below },
		{ "a tenant with an unknown plan is refused", plan_of_nothing },
		{ "a device of an unknown link is refused", device_of_no_link },
		{ "a device of an unknown kind is refused", device_kind_unknown },
		{ "a tunnel that no link carries is refused", tunnel_of_no_link },
		{ "a tunnel without sites is refused", tunnel_without_sites },
		{ "a device of two links is refused", device_of_two_links },
		{ "guarantees above 95 % of a link are refused", guarantee_above_link },
	};
	static const struct {
		const char *promise;
		uint8_t command;
	} early[] = {
		{ "commit without begin is refused", TENANTGATE_CMD_COMMIT },
		{ "abort without begin is refused", TENANTGATE_CMD_ABORT },
	};

	for (size_t i = 0; i < ARRAY_LEN(early); i++) {
		refusal = 0;
		words[0] = 0;
		simple(client, early[i].command);
		result(refusal && words[0], early[i].promise);
	}
	refusal = 0;
	words[0] = 0;
	tenant(client, 1, "one");
	result(refusal && words[0], "an object without begin is refused");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		simple(client, TENANTGATE_CMD_BEGIN);
		tenant(client, 1, "one");
		tenant(client, 2, "two");
		refusal = 0;
		words[0] = 0;
		cases[i].send();
		result(refusal && (words[0] || cases[i].silent), cases[i].promise);
		simple(client, TENANTGATE_CMD_ABORT);
	}
}

/* Random damage to good messages: nothing may break, whatever is answered. */
static void fuzz(void)
{
	unsigned int sent = 0;

	srand(1);
	for (int round = 0; round < 20; round++) {
		simple(client, TENANTGATE_CMD_BEGIN);
		tenant(client, 1, "one");
		for (int i = 0; i < 100; i++) {
			size_t len;

			site_start((uint32_t)i + 1, 1, "home", "wg0");
			genl_put_prefix(&message, TENANTGATE_A_SITE_PREFIX, "10.0.0.0", 24);
			if (i % 8 == 2) {
				plan_start((uint32_t)i, "plan");
				put_u64(TENANTGATE_A_PLAN_GUARANTEE_UP, 125000);
				put_u64(TENANTGATE_A_PLAN_CEILING_DOWN, 125000);
			} else if (i % 8 == 4) {
				link_start((uint32_t)i, "link");
				put_u64(TENANTGATE_A_LINK_RATE_DOWN, 125000);
				put_u16(TENANTGATE_A_LINK_OVERHEAD, 60);
			} else if (i & 1) {	/* a rule instead of a site */
				rule_start(1, "rule");
				port(TENANTGATE_A_RULE_PORT, IPPROTO_TCP, 80, 90);
				selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_SITE, 1);
			}
			len = message.header.nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
			for (int flips = rand() % 4 + 1; flips; flips--)
				message.space[(size_t)rand() % len] = (char)rand();
			ask(client);
			sent++;
		}
		dry_run(client);
		simple(client, TENANTGATE_CMD_ABORT);
	}
	refusal = 0;
	words[0] = 0;
	simple(client, TENANTGATE_CMD_STATUS_GET);
	printf("# %u damaged messages\n", sent);
	result(!refusal, "random damage breaks nothing");
}

static void clients(void)
{
	struct genl *other = genl_open(), *many[64];
	unsigned int opened = 0;
	bool good;

	refusal = 0;
	simple(client, TENANTGATE_CMD_BEGIN);
	simple(other, TENANTGATE_CMD_BEGIN);
	tenant(client, 1, "mine");
	result(!refusal, "two clients may each have a candidate");
	tenant(other, 1, "theirs");
	tenant(other, 2, "mine");
	result(!refusal, "the same numbers and names in two candidates do not collide");
	genl_start(other, &message, TENANTGATE_CMD_ROLE_ADD, 0);
	genl_put_u32(&message, TENANTGATE_A_ROLE_ID, 5);
	genl_put_u32(&message, TENANTGATE_A_ROLE_TENANT, 1);
	genl_put_text(&message, TENANTGATE_A_ROLE_NAME, "staff");
	ask(other);
	refusal = 0;
	words[0] = 0;
	rule_start(1, "mixed");
	selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_ROLE, 5);
	ask(client);
	dry_run(client);
	result(refusal && words[0], "one client's objects are not in the other's candidate");
	simple(client, TENANTGATE_CMD_ABORT);
	refusal = 0;
	tenant(other, 3, "third");
	result(!refusal, "aborting one candidate leaves the other alone");
	simple(other, TENANTGATE_CMD_ABORT);
	genl_close(other);

	refusal = 0;
	for (int i = 0; i < 200; i++) {
		other = genl_open();
		simple(other, TENANTGATE_CMD_BEGIN);
		tenant(other, 1, "dies");
		genl_close(other);
	}
	result(!refusal, "a dying client's candidate goes with it (200 times)");

	refusal = 0;
	words[0] = 0;
	while (opened < ARRAY_LEN(many) && !refusal) {
		many[opened] = genl_open();
		simple(many[opened++], TENANTGATE_CMD_BEGIN);
	}
	good = refusal && words[0];
	printf("# %u candidates at once\n", opened - 1);
	result(good && opened > 2, "too many candidates at once are refused");
	while (opened)
		genl_close(many[--opened]);
	refusal = 0;
	words[0] = 0;
	simple(client, TENANTGATE_CMD_BEGIN);
	result(!refusal, "and when those clients are gone there is room again");
	simple(client, TENANTGATE_CMD_ABORT);
}

struct dump {
	unsigned int objects, generations;
	uint32_t generation;
	uint16_t attribute;
};

static void take_generation(const struct nlattr *attr, void *data)
{
	struct dump *dump = data;

	if ((attr->nla_type & NLA_TYPE_MASK) != dump->attribute)
		return;
	if (!dump->generations || memcmp(&dump->generation, attr + 1, 4))
		dump->generations++;
	memcpy(&dump->generation, attr + 1, 4);
}

static void dump_object(const void *attrs, size_t len, void *data)
{
	((struct dump *)data)->objects++;
	genl_walk(attrs, len, take_generation, data);
}

static void dumps(void)
{
	static const struct {
		const char *promise;
		uint8_t command;
		uint16_t generation;
	} all[] = {
		{ "tenants", TENANTGATE_CMD_TENANT_GET, TENANTGATE_A_TENANT_GENERATION },
		{ "sites", TENANTGATE_CMD_SITE_GET, TENANTGATE_A_SITE_GENERATION },
		{ "services", TENANTGATE_CMD_SERVICE_GET, TENANTGATE_A_SERVICE_GENERATION },
		{ "users", TENANTGATE_CMD_USER_GET, TENANTGATE_A_USER_GENERATION },
		{ "links", TENANTGATE_CMD_LINK_GET, TENANTGATE_A_LINK_GENERATION },
		{ "plans", TENANTGATE_CMD_PLAN_GET, TENANTGATE_A_PLAN_GENERATION },
		{ "devices", TENANTGATE_CMD_DEVICE_GET, TENANTGATE_A_DEVICE_GENERATION },
		{ "rules", TENANTGATE_CMD_RULE_GET, TENANTGATE_A_RULE_GENERATION },
		{ "counters", TENANTGATE_CMD_COUNTER_GET, TENANTGATE_A_COUNTER_GENERATION },
	};
	static const struct {
		const char *promise;
		uint8_t command;
		uint16_t attribute;
	} filters[] = {
		{ "rules of a tenant", TENANTGATE_CMD_RULE_GET, TENANTGATE_A_RULE_TENANT_NAME },
		{ "bandwidth of a tenant", TENANTGATE_CMD_BANDWIDTH_GET,
		  TENANTGATE_A_BANDWIDTH_TENANT_NAME },
		{ "bandwidth of a link", TENANTGATE_CMD_BANDWIDTH_GET,
		  TENANTGATE_A_BANDWIDTH_LINK_NAME },
	};
	char promise[96];

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct dump dump = { .attribute = all[i].generation };

		genl_start(client, &message, all[i].command, NLM_F_DUMP);
		refusal = genl_ask(client, &message, dump_object, &dump);
		snprintf(promise, sizeof(promise), "a dump of %s carries one generation throughout (%u objects)",
			 all[i].promise, dump.objects);
		result(!refusal && dump.objects && dump.generations == 1, promise);
	}
	for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
		genl_start(client, &message, filters[i].command, NLM_F_DUMP);
		genl_put_text(&message, filters[i].attribute, "no-such-name");
		refusal = 0;
		words[0] = 0;
		ask(client);
		snprintf(promise, sizeof(promise), "a dump of %s that does not exist is refused",
			 filters[i].promise);
		result(refusal && words[0], promise);
	}
}

/*
 * In a child that has left the user namespace, and with @own_net the network
 * namespace too: 0 when it gets what it should, 77 when it cannot leave.
 */
static int stranger(bool own_net)
{
	if (unshare(CLONE_NEWUSER | (own_net ? CLONE_NEWNET : 0)))
		return 77;
	/* A new socket: an old one would keep its opener's rights. */
	client = genl_open();
	if (!client)
		return 1;
	simple(client, TENANTGATE_CMD_BEGIN);
	if (own_net)
		return refusal != 0;
	if (refusal != -EPERM)
		return 2;
	genl_start(client, &message, TENANTGATE_CMD_COUNTER_GET, NLM_F_DUMP);
	if (genl_ask(client, &message, NULL, NULL) != -EPERM)
		return 3;
	genl_start(client, &message, TENANTGATE_CMD_STOP, 0);
	return genl_ask(client, &message, NULL, NULL) == -EPERM ? 0 : 4;
}

static void users(void)
{
	static const char *const promises[] = {
		"who has no right over this namespace changes and reads nothing",
		"who has a namespace of his own may have a candidate there",
	};
	int status;

	for (int own = 0; own < 2; own++) {
		pid_t child;

		fflush(stdout);
		refusal = 0;
		child = fork();
		if (!child)
			_exit(stranger(own));
		waitpid(child, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
			printf("ok - %s # SKIP user namespaces are off here\n", promises[own]);
			continue;
		}
		result(WIFEXITED(status) && !WEXITSTATUS(status), promises[own]);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			printf("# step %d\n", WEXITSTATUS(status));
	}
}

static void abandon(void)
{
	char name[16], prefix[32];

	simple(client, TENANTGATE_CMD_BEGIN);
	tenant(client, 1, "one");
	for (uint32_t i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		snprintf(prefix, sizeof(prefix), "10.%u.%u.0", i / 256, i % 256);
		site(i + 1, 1, name, "wg0", prefix, 24);
		rule_start(1, name);
		selector(TENANTGATE_A_RULE_SOURCE, TENANTGATE_SELECTOR_TYPE_SITE, i + 1);
		ask(client);
	}
	dry_run(client);
}

int hostile_main(int argc, char **argv)
{
	const char *test = argc > 1 ? argv[1] : "";

	client = genl_open();
	if (!client)
		die("the module's netlink family is not there");
	if (!strcmp(test, "refuse")) {
		refuse();
		fuzz();
	} else if (!strcmp(test, "clients")) {
		clients();
	} else if (!strcmp(test, "dumps")) {
		dumps();
	} else if (!strcmp(test, "users")) {
		users();
	} else if (!strcmp(test, "abandon")) {
		abandon();
	} else {
		die("usage: probe hostile refuse|clients|dumps|users|abandon");
	}
	return 0;
}
