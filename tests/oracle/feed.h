/* SPDX-License-Identifier: GPL-2.0-only */
/* The oracle's policies and packets, told to the core and asked of it. */
#ifndef _TG_ORACLE_FEED_H
#define _TG_ORACLE_FEED_H

#include "core/judge.h"
#include "oracle.h"

/**
 * struct or_fed - a policy as the core has it, with what became of each object
 * @policy: the core's policy
 * @base: what it is forked from, when some tenants come late
 * @is_late: the tenant is replaced in the fork; it was empty before
 * @late: it is late tenants that are fed now
 * @forked: there is a base
 * @why: what the core complained about
 * @device: NULL for a device that nothing in the policy names
 */
struct or_fed {
	struct tg_policy policy;
	struct tg_policy base;
	bool is_late[OR_TENANTS];
	bool late;
	bool forked;
	struct tg_complaint why;
	struct tg_device *device[OR_DEVICES];
	struct tg_realm *realm[OR_REALMS];
	struct tg_tenant *tenant[OR_TENANTS];
	struct tg_site *site[OR_SITES];
	struct tg_service *service[OR_SERVICES];
	struct tg_role *role[OR_ROLES];
	struct tg_user *user[OR_USERS];
	struct tg_rule *rule[OR_RULES];
	struct tg_rule *grant[OR_GRANTS];
};

bool or_feed(struct or_fed *fed, const struct or_policy *policy);
void or_feed_end(struct or_fed *fed);
void or_ask(const struct or_fed *fed, const struct or_policy *policy,
	    const struct or_packet *packet, struct or_answer *answer, bool *management);

#endif
