/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/tenantgate.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#ifndef _LINUX_TENANTGATE_GEN_H
#define _LINUX_TENANTGATE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/tenantgate.h>

/* Common nested types */
extern const struct nla_policy tenantgate_hours_nl_policy[TENANTGATE_A_HOURS_TO + 1];
extern const struct nla_policy tenantgate_port_nl_policy[TENANTGATE_A_PORT_CLASS + 1];
extern const struct nla_policy tenantgate_prefix_nl_policy[TENANTGATE_A_PREFIX_LENGTH + 1];
extern const struct nla_policy tenantgate_selector_nl_policy[TENANTGATE_A_SELECTOR_PREFIX + 1];
extern const struct nla_policy tenantgate_shift_nl_policy[TENANTGATE_A_SHIFT_OFFSET + 1];
extern const struct nla_policy tenantgate_terms_nl_policy[TENANTGATE_A_TERMS_IN_FORCE + 1];

int tenantgate_nl_wide_dump_start(struct netlink_callback *cb);
int tenantgate_nl_rule_get_start(struct netlink_callback *cb);
int tenantgate_nl_flow_get_start(struct netlink_callback *cb);
int tenantgate_nl_counter_get_start(struct netlink_callback *cb);
int tenantgate_nl_bandwidth_get_start(struct netlink_callback *cb);

int tenantgate_nl_features_get_doit(struct sk_buff *skb,
				    struct genl_info *info);
int tenantgate_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_begin_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_gateway_set_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_realm_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_device_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_tenant_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_site_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_service_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_role_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_user_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_rule_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_grant_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_management_add_doit(struct sk_buff *skb,
				      struct genl_info *info);
int tenantgate_nl_commit_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_abort_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_rollback_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_mode_set_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_stop_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_tenant_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int tenantgate_nl_site_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_service_get_dumpit(struct sk_buff *skb,
				     struct netlink_callback *cb);
int tenantgate_nl_user_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_rule_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_flow_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_counter_get_dumpit(struct sk_buff *skb,
				     struct netlink_callback *cb);
int tenantgate_nl_reason_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int tenantgate_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_link_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_plan_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_link_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_plan_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int tenantgate_nl_device_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int tenantgate_nl_window_add_doit(struct sk_buff *skb, struct genl_info *info);
int tenantgate_nl_window_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int tenantgate_nl_bandwidth_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb);

enum {
	TENANTGATE_NLGRP_EVENTS,
	TENANTGATE_NLGRP_CHANGES,
};

extern struct genl_family tenantgate_nl_family;

#endif /* _LINUX_TENANTGATE_GEN_H */
