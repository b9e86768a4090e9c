/* SPDX-License-Identifier: GPL-2.0-only */
/* The objects of a policy as attributes. Each returns 0 or -1 when the message is full. */
#ifndef TG_LINK_ENCODE_H
#define TG_LINK_ENCODE_H

#include "link/internal.h"
#include "policy/model.h"

int encode_gateway(struct nl_msg *m, const struct tg_policy_file *policy);
int encode_realm(struct nl_msg *m, const struct policy_realm *realm);
int encode_uplink(struct nl_msg *m, const char *device);
int encode_tenant(struct nl_msg *m, const struct policy_tenant *tenant);
int encode_site(struct nl_msg *m, const struct policy_site *site);
int encode_service(struct nl_msg *m, const struct policy_service *service);
int encode_role(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_role *role);
int encode_user(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_user *user);
int encode_rule(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_rule *rule);
int encode_grant(struct nl_msg *m, const struct policy_tenant *tenant,
		 const struct policy_grant *grant);
int encode_management(struct nl_msg *m, const struct policy_management *management);

#endif
