/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects of a policy as attributes. Each returns 0 or -1 when the message is full.
 *
 * What a tenant's own objects are called begins with @first; the platform's
 * services begin with 0.
 */
#ifndef TG_LINK_ENCODE_H
#define TG_LINK_ENCODE_H

#include "link/internal.h"
#include "policy/model.h"

/**
 * struct revision - what the module knows a part of a policy by
 * @bytes: a SHA-256 digest of the messages that make it
 */
struct revision {
	uint8_t bytes[32];
};

_Static_assert(sizeof(struct revision) <= TENANTGATE_REVISION_MAX, "a revision fits");

int encode_gateway(struct nl_msg *m, const struct tg_policy_file *policy,
		   const struct revision *revision);
int encode_realm(struct nl_msg *m, const struct policy_realm *realm);
int encode_link(struct nl_msg *m, const struct policy_link *link);
int encode_window(struct nl_msg *m, const struct policy_window *window);
int encode_plan(struct nl_msg *m, const struct policy_plan *plan);
int encode_device(struct nl_msg *m, const struct policy_link *link, const char *device,
		  uint8_t kind);
int encode_tenant(struct nl_msg *m, const struct policy_tenant *tenant,
		  const struct revision *revision);
int encode_replacement(struct nl_msg *m, const struct policy_tenant *tenant,
		       const struct revision *revision);
int encode_site(struct nl_msg *m, const struct policy_site *site);
int encode_service(struct nl_msg *m, const struct policy_service *service,
		   const struct policy_numbers *first);
int encode_role(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_role *role, const struct policy_numbers *first);
int encode_user(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_user *user, const struct policy_numbers *first);
int encode_rule(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_rule *rule, const struct policy_numbers *first);
int encode_grant(struct nl_msg *m, const struct policy_tenant *tenant,
		 const struct policy_grant *grant);
int encode_management(struct nl_msg *m, const struct policy_management *management);

#endif
