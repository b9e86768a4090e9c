// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/tenantgate.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/tenantgate.h>

/* Integer value ranges */
static const struct netlink_range_validation tenantgate_a_selector_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_window_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_realm_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_device_link_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_tenant_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_tenant_max_rules_range = {
	.min	= 1ULL,
	.max	= TENANTGATE_MAX_RULES,
};

static const struct netlink_range_validation tenantgate_a_tenant_plan_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_tenant_max_packets_range = {
	.min	= 1ULL,
	.max	= TENANTGATE_MAX_PER_SECOND,
};

static const struct netlink_range_validation tenantgate_a_tenant_max_new_flows_range = {
	.min	= 1ULL,
	.max	= TENANTGATE_MAX_PER_SECOND,
};

static const struct netlink_range_validation tenantgate_a_site_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_site_tenant_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_site_realm_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_service_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_service_tenant_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_role_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_role_tenant_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_user_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_user_tenant_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_user_role_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_rule_tenant_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_rule_service_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_status_confirm_timeout_range = {
	.min	= 1ULL,
	.max	= TENANTGATE_MAX_CONFIRM_TIMEOUT,
};

static const struct netlink_range_validation tenantgate_a_link_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_plan_id_range = {
	.max	= TENANTGATE_ID_MAX,
};

static const struct netlink_range_validation tenantgate_a_terms_window_range = {
	.max	= TENANTGATE_ID_MAX,
};

/* Common nested types */
const struct nla_policy tenantgate_hours_nl_policy[TENANTGATE_A_HOURS_TO + 1] = {
	[TENANTGATE_A_HOURS_FROM] = NLA_POLICY_MAX(NLA_U16, 1439),
	[TENANTGATE_A_HOURS_TO] = NLA_POLICY_RANGE(NLA_U16, 1, 1440),
};

const struct nla_policy tenantgate_port_nl_policy[TENANTGATE_A_PORT_CLASS + 1] = {
	[TENANTGATE_A_PORT_PROTOCOL] = { .type = NLA_U8, },
	[TENANTGATE_A_PORT_FIRST] = { .type = NLA_U16, },
	[TENANTGATE_A_PORT_LAST] = { .type = NLA_U16, },
	[TENANTGATE_A_PORT_SOURCE_FIRST] = { .type = NLA_U16, },
	[TENANTGATE_A_PORT_SOURCE_LAST] = { .type = NLA_U16, },
	[TENANTGATE_A_PORT_ICMP_TYPE] = { .type = NLA_U8, },
	[TENANTGATE_A_PORT_ICMP_CODE] = { .type = NLA_U8, },
	[TENANTGATE_A_PORT_CLASS] = NLA_POLICY_MAX(NLA_U8, 2),
};

const struct nla_policy tenantgate_prefix_nl_policy[TENANTGATE_A_PREFIX_LENGTH + 1] = {
	[TENANTGATE_A_PREFIX_ADDRESS] = NLA_POLICY_MAX_LEN(TENANTGATE_ADDRESS_MAX),
	[TENANTGATE_A_PREFIX_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
};

const struct nla_policy tenantgate_selector_nl_policy[TENANTGATE_A_SELECTOR_PREFIX + 1] = {
	[TENANTGATE_A_SELECTOR_TYPE] = NLA_POLICY_MAX(NLA_U8, 6),
	[TENANTGATE_A_SELECTOR_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_selector_id_range),
	[TENANTGATE_A_SELECTOR_PREFIX] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
};

const struct nla_policy tenantgate_shift_nl_policy[TENANTGATE_A_SHIFT_OFFSET + 1] = {
	[TENANTGATE_A_SHIFT_SINCE] = { .type = NLA_U64, },
	[TENANTGATE_A_SHIFT_OFFSET] = { .type = NLA_S32, },
};

const struct nla_policy tenantgate_terms_nl_policy[TENANTGATE_A_TERMS_IN_FORCE + 1] = {
	[TENANTGATE_A_TERMS_WINDOW] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_terms_window_range),
	[TENANTGATE_A_TERMS_GUARANTEE_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_GUARANTEE_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_CEILING_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_CEILING_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_USER_CEILING_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_USER_CEILING_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_REALTIME_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_REALTIME_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_TERMS_SHARE_INTERACTIVE] = NLA_POLICY_RANGE(NLA_U8, 1, TENANTGATE_MAX_CLASS_SHARE),
	[TENANTGATE_A_TERMS_SHARE_BULK] = NLA_POLICY_RANGE(NLA_U8, 1, TENANTGATE_MAX_CLASS_SHARE),
	[TENANTGATE_A_TERMS_WEIGHT] = NLA_POLICY_RANGE(NLA_U32, 1, TENANTGATE_MAX_WEIGHT),
	[TENANTGATE_A_TERMS_WINDOW_NAME] = { .type = NLA_NUL_STRING, },
	[TENANTGATE_A_TERMS_IN_FORCE] = { .type = NLA_FLAG, },
};

/* TENANTGATE_CMD_BEGIN - do */
static const struct nla_policy tenantgate_begin_nl_policy[TENANTGATE_A_STATUS_FROM_RUNNING + 1] = {
	[TENANTGATE_A_STATUS_EXPECTED_GENERATION] = { .type = NLA_U32, },
	[TENANTGATE_A_STATUS_FROM_RUNNING] = { .type = NLA_FLAG, },
};

/* TENANTGATE_CMD_GATEWAY_SET - do */
static const struct nla_policy tenantgate_gateway_set_nl_policy[TENANTGATE_A_GATEWAY_SHIFT + 1] = {
	[TENANTGATE_A_GATEWAY_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[TENANTGATE_A_GATEWAY_LABEL] = { .type = NLA_NUL_STRING, .len = TENANTGATE_ORIGIN_MAX, },
	[TENANTGATE_A_GATEWAY_ALLOW] = NLA_POLICY_NESTED(tenantgate_port_nl_policy),
	[TENANTGATE_A_GATEWAY_MAX_FLOWS] = NLA_POLICY_MIN(NLA_U32, 1),
	[TENANTGATE_A_GATEWAY_REVISION] = NLA_POLICY_MAX_LEN(TENANTGATE_REVISION_MAX),
	[TENANTGATE_A_GATEWAY_TIMEZONE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_GATEWAY_SHIFT] = NLA_POLICY_NESTED(tenantgate_shift_nl_policy),
};

/* TENANTGATE_CMD_REALM_ADD - do */
static const struct nla_policy tenantgate_realm_add_nl_policy[TENANTGATE_A_REALM_DEVICE + 1] = {
	[TENANTGATE_A_REALM_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_realm_id_range),
	[TENANTGATE_A_REALM_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_REALM_DEVICE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_DEVICE_MAX, },
};

/* TENANTGATE_CMD_DEVICE_ADD - do */
static const struct nla_policy tenantgate_device_add_nl_policy[TENANTGATE_A_DEVICE_LINK + 1] = {
	[TENANTGATE_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_DEVICE_MAX, },
	[TENANTGATE_A_DEVICE_KIND] = NLA_POLICY_MAX(NLA_U8, 1),
	[TENANTGATE_A_DEVICE_LINK] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_device_link_range),
};

/* TENANTGATE_CMD_TENANT_ADD - do */
static const struct nla_policy tenantgate_tenant_add_nl_policy[TENANTGATE_A_TENANT_MAX_NEW_FLOWS + 1] = {
	[TENANTGATE_A_TENANT_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_tenant_id_range),
	[TENANTGATE_A_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_TENANT_TITLE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_TITLE_MAX, },
	[TENANTGATE_A_TENANT_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[TENANTGATE_A_TENANT_MAX_FLOWS] = NLA_POLICY_MIN(NLA_U32, 1),
	[TENANTGATE_A_TENANT_MAX_FRAGMENTS] = NLA_POLICY_MIN(NLA_U32, 1),
	[TENANTGATE_A_TENANT_MAX_REJECTS] = NLA_POLICY_MIN(NLA_U32, 1),
	[TENANTGATE_A_TENANT_MAX_RULES] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_tenant_max_rules_range),
	[TENANTGATE_A_TENANT_REVISION] = NLA_POLICY_MAX_LEN(TENANTGATE_REVISION_MAX),
	[TENANTGATE_A_TENANT_PLAN] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_tenant_plan_range),
	[TENANTGATE_A_TENANT_MAX_PACKETS] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_tenant_max_packets_range),
	[TENANTGATE_A_TENANT_MAX_NEW_FLOWS] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_tenant_max_new_flows_range),
};

/* TENANTGATE_CMD_SITE_ADD - do */
static const struct nla_policy tenantgate_site_add_nl_policy[TENANTGATE_A_SITE_PREFIX + 1] = {
	[TENANTGATE_A_SITE_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_site_id_range),
	[TENANTGATE_A_SITE_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_site_tenant_range),
	[TENANTGATE_A_SITE_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_SITE_TITLE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_TITLE_MAX, },
	[TENANTGATE_A_SITE_KIND] = NLA_POLICY_MAX(NLA_U8, 4),
	[TENANTGATE_A_SITE_REALM] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_site_realm_range),
	[TENANTGATE_A_SITE_DEVICE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_DEVICE_MAX, },
	[TENANTGATE_A_SITE_PREFIX] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
};

/* TENANTGATE_CMD_SERVICE_ADD - do */
static const struct nla_policy tenantgate_service_add_nl_policy[TENANTGATE_A_SERVICE_PORT + 1] = {
	[TENANTGATE_A_SERVICE_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_service_id_range),
	[TENANTGATE_A_SERVICE_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_service_tenant_range),
	[TENANTGATE_A_SERVICE_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_SERVICE_TITLE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_TITLE_MAX, },
	[TENANTGATE_A_SERVICE_KIND] = NLA_POLICY_MAX(NLA_U8, 1),
	[TENANTGATE_A_SERVICE_ADDRESS] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
	[TENANTGATE_A_SERVICE_PORT] = NLA_POLICY_NESTED(tenantgate_port_nl_policy),
};

/* TENANTGATE_CMD_ROLE_ADD - do */
static const struct nla_policy tenantgate_role_add_nl_policy[TENANTGATE_A_ROLE_NAME + 1] = {
	[TENANTGATE_A_ROLE_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_role_id_range),
	[TENANTGATE_A_ROLE_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_role_tenant_range),
	[TENANTGATE_A_ROLE_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_USER_ADD - do */
static const struct nla_policy tenantgate_user_add_nl_policy[TENANTGATE_A_USER_PC + 1] = {
	[TENANTGATE_A_USER_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_user_id_range),
	[TENANTGATE_A_USER_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_user_tenant_range),
	[TENANTGATE_A_USER_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_USER_TITLE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_TITLE_MAX, },
	[TENANTGATE_A_USER_ADDRESS] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
	[TENANTGATE_A_USER_ROLE] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_user_role_range),
	[TENANTGATE_A_USER_PC] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
};

/* TENANTGATE_CMD_RULE_ADD - do */
static const struct nla_policy tenantgate_rule_add_nl_policy[TENANTGATE_A_RULE_PORT + 1] = {
	[TENANTGATE_A_RULE_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_rule_tenant_range),
	[TENANTGATE_A_RULE_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_RULE_ORIGIN] = { .type = NLA_NUL_STRING, .len = TENANTGATE_ORIGIN_MAX, },
	[TENANTGATE_A_RULE_VERDICT] = NLA_POLICY_MAX(NLA_U8, 2),
	[TENANTGATE_A_RULE_LOG] = { .type = NLA_FLAG, },
	[TENANTGATE_A_RULE_SOURCE] = NLA_POLICY_NESTED(tenantgate_selector_nl_policy),
	[TENANTGATE_A_RULE_DESTINATION] = NLA_POLICY_NESTED(tenantgate_selector_nl_policy),
	[TENANTGATE_A_RULE_PORT] = NLA_POLICY_NESTED(tenantgate_port_nl_policy),
};

/* TENANTGATE_CMD_GRANT_ADD - do */
static const struct nla_policy tenantgate_grant_add_nl_policy[TENANTGATE_A_RULE_SERVICE + 1] = {
	[TENANTGATE_A_RULE_TENANT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_rule_tenant_range),
	[TENANTGATE_A_RULE_SERVICE] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_rule_service_range),
	[TENANTGATE_A_RULE_ORIGIN] = { .type = NLA_NUL_STRING, .len = TENANTGATE_ORIGIN_MAX, },
};

/* TENANTGATE_CMD_MANAGEMENT_ADD - do */
static const struct nla_policy tenantgate_management_add_nl_policy[TENANTGATE_A_MANAGEMENT_PORT + 1] = {
	[TENANTGATE_A_MANAGEMENT_FROM] = NLA_POLICY_NESTED(tenantgate_prefix_nl_policy),
	[TENANTGATE_A_MANAGEMENT_PORT] = NLA_POLICY_NESTED(tenantgate_port_nl_policy),
};

/* TENANTGATE_CMD_COMMIT - do */
static const struct nla_policy tenantgate_commit_nl_policy[TENANTGATE_A_STATUS_CONFIRM_TIMEOUT + 1] = {
	[TENANTGATE_A_STATUS_EXPECTED_GENERATION] = { .type = NLA_U32, },
	[TENANTGATE_A_STATUS_CONFIRM_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_status_confirm_timeout_range),
	[TENANTGATE_A_STATUS_DRY_RUN] = { .type = NLA_FLAG, },
};

/* TENANTGATE_CMD_MODE_SET - do */
static const struct nla_policy tenantgate_mode_set_nl_policy[TENANTGATE_A_STATUS_TENANT_NAME + 1] = {
	[TENANTGATE_A_STATUS_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[TENANTGATE_A_STATUS_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_RULE_GET - dump */
static const struct nla_policy tenantgate_rule_get_nl_policy[TENANTGATE_A_RULE_TENANT_NAME + 1] = {
	[TENANTGATE_A_RULE_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_FLOW_GET - dump */
static const struct nla_policy tenantgate_flow_get_nl_policy[TENANTGATE_A_FLOW_TENANT_NAME + 1] = {
	[TENANTGATE_A_FLOW_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_COUNTER_GET - dump */
static const struct nla_policy tenantgate_counter_get_nl_policy[TENANTGATE_A_COUNTER_TENANT_NAME + 1] = {
	[TENANTGATE_A_COUNTER_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_EXPLAIN - do */
static const struct nla_policy tenantgate_explain_nl_policy[TENANTGATE_A_EXPLAIN_TENANT_NAME + 1] = {
	[TENANTGATE_A_EXPLAIN_SOURCE] = NLA_POLICY_MAX_LEN(TENANTGATE_ADDRESS_MAX),
	[TENANTGATE_A_EXPLAIN_DESTINATION] = NLA_POLICY_MAX_LEN(TENANTGATE_ADDRESS_MAX),
	[TENANTGATE_A_EXPLAIN_PROTOCOL] = { .type = NLA_U8, },
	[TENANTGATE_A_EXPLAIN_SOURCE_PORT] = { .type = NLA_U16, },
	[TENANTGATE_A_EXPLAIN_DESTINATION_PORT] = { .type = NLA_U16, },
	[TENANTGATE_A_EXPLAIN_DEVICE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_DEVICE_MAX, },
	[TENANTGATE_A_EXPLAIN_OUT_DEVICE] = { .type = NLA_NUL_STRING, .len = TENANTGATE_DEVICE_MAX, },
	[TENANTGATE_A_EXPLAIN_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* TENANTGATE_CMD_LINK_ADD - do */
static const struct nla_policy tenantgate_link_add_nl_policy[TENANTGATE_A_LINK_OVERSUBSCRIBE + 1] = {
	[TENANTGATE_A_LINK_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_link_id_range),
	[TENANTGATE_A_LINK_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_LINK_RATE_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_LINK_RATE_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_LINK_OVERHEAD] = NLA_POLICY_MAX(NLA_U16, TENANTGATE_MAX_OVERHEAD),
	[TENANTGATE_A_LINK_PADDING] = NLA_POLICY_RANGE(NLA_U16, 1, TENANTGATE_MAX_OVERHEAD),
	[TENANTGATE_A_LINK_FRAMING] = NLA_POLICY_MAX(NLA_U16, TENANTGATE_MAX_OVERHEAD),
	[TENANTGATE_A_LINK_MINIMUM] = NLA_POLICY_MAX(NLA_U16, TENANTGATE_MAX_OVERHEAD),
	[TENANTGATE_A_LINK_OVERSUBSCRIBE] = { .type = NLA_FLAG, },
};

/* TENANTGATE_CMD_PLAN_ADD - do */
static const struct nla_policy tenantgate_plan_add_nl_policy[TENANTGATE_A_PLAN_DURING + 1] = {
	[TENANTGATE_A_PLAN_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_plan_id_range),
	[TENANTGATE_A_PLAN_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_PLAN_GUARANTEE_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_GUARANTEE_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_CEILING_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_CEILING_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_USER_CEILING_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_USER_CEILING_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_REALTIME_UP] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_REALTIME_DOWN] = { .type = NLA_U64, },
	[TENANTGATE_A_PLAN_SHARE_INTERACTIVE] = NLA_POLICY_RANGE(NLA_U8, 1, TENANTGATE_MAX_CLASS_SHARE),
	[TENANTGATE_A_PLAN_SHARE_BULK] = NLA_POLICY_RANGE(NLA_U8, 1, TENANTGATE_MAX_CLASS_SHARE),
	[TENANTGATE_A_PLAN_WEIGHT] = NLA_POLICY_RANGE(NLA_U32, 1, TENANTGATE_MAX_WEIGHT),
	[TENANTGATE_A_PLAN_DURING] = NLA_POLICY_NESTED(tenantgate_terms_nl_policy),
};

/* TENANTGATE_CMD_WINDOW_ADD - do */
static const struct nla_policy tenantgate_window_add_nl_policy[TENANTGATE_A_WINDOW_HOURS + 1] = {
	[TENANTGATE_A_WINDOW_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &tenantgate_a_window_id_range),
	[TENANTGATE_A_WINDOW_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_WINDOW_DAYS] = NLA_POLICY_RANGE(NLA_U8, 1, 127),
	[TENANTGATE_A_WINDOW_HOURS] = NLA_POLICY_NESTED(tenantgate_hours_nl_policy),
};

/* TENANTGATE_CMD_BANDWIDTH_GET - dump */
static const struct nla_policy tenantgate_bandwidth_get_nl_policy[TENANTGATE_A_BANDWIDTH_TENANT_NAME + 1] = {
	[TENANTGATE_A_BANDWIDTH_LINK_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
	[TENANTGATE_A_BANDWIDTH_TENANT_NAME] = { .type = NLA_NUL_STRING, .len = TENANTGATE_NAME_MAX, },
};

/* Ops table for tenantgate */
static const struct genl_split_ops tenantgate_nl_ops[] = {
	{
		.cmd	= TENANTGATE_CMD_FEATURES_GET,
		.doit	= tenantgate_nl_features_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_STATUS_GET,
		.doit	= tenantgate_nl_status_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_BEGIN,
		.doit		= tenantgate_nl_begin_doit,
		.policy		= tenantgate_begin_nl_policy,
		.maxattr	= TENANTGATE_A_STATUS_FROM_RUNNING,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_GATEWAY_SET,
		.doit		= tenantgate_nl_gateway_set_doit,
		.policy		= tenantgate_gateway_set_nl_policy,
		.maxattr	= TENANTGATE_A_GATEWAY_SHIFT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_REALM_ADD,
		.doit		= tenantgate_nl_realm_add_doit,
		.policy		= tenantgate_realm_add_nl_policy,
		.maxattr	= TENANTGATE_A_REALM_DEVICE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_DEVICE_ADD,
		.doit		= tenantgate_nl_device_add_doit,
		.policy		= tenantgate_device_add_nl_policy,
		.maxattr	= TENANTGATE_A_DEVICE_LINK,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_TENANT_ADD,
		.doit		= tenantgate_nl_tenant_add_doit,
		.policy		= tenantgate_tenant_add_nl_policy,
		.maxattr	= TENANTGATE_A_TENANT_MAX_NEW_FLOWS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_SITE_ADD,
		.doit		= tenantgate_nl_site_add_doit,
		.policy		= tenantgate_site_add_nl_policy,
		.maxattr	= TENANTGATE_A_SITE_PREFIX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_SERVICE_ADD,
		.doit		= tenantgate_nl_service_add_doit,
		.policy		= tenantgate_service_add_nl_policy,
		.maxattr	= TENANTGATE_A_SERVICE_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_ROLE_ADD,
		.doit		= tenantgate_nl_role_add_doit,
		.policy		= tenantgate_role_add_nl_policy,
		.maxattr	= TENANTGATE_A_ROLE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_USER_ADD,
		.doit		= tenantgate_nl_user_add_doit,
		.policy		= tenantgate_user_add_nl_policy,
		.maxattr	= TENANTGATE_A_USER_PC,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_RULE_ADD,
		.doit		= tenantgate_nl_rule_add_doit,
		.policy		= tenantgate_rule_add_nl_policy,
		.maxattr	= TENANTGATE_A_RULE_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_GRANT_ADD,
		.doit		= tenantgate_nl_grant_add_doit,
		.policy		= tenantgate_grant_add_nl_policy,
		.maxattr	= TENANTGATE_A_RULE_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_MANAGEMENT_ADD,
		.doit		= tenantgate_nl_management_add_doit,
		.policy		= tenantgate_management_add_nl_policy,
		.maxattr	= TENANTGATE_A_MANAGEMENT_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_COMMIT,
		.doit		= tenantgate_nl_commit_doit,
		.policy		= tenantgate_commit_nl_policy,
		.maxattr	= TENANTGATE_A_STATUS_CONFIRM_TIMEOUT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_ABORT,
		.doit	= tenantgate_nl_abort_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_CONFIRM,
		.doit	= tenantgate_nl_confirm_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_ROLLBACK,
		.doit	= tenantgate_nl_rollback_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_MODE_SET,
		.doit		= tenantgate_nl_mode_set_doit,
		.policy		= tenantgate_mode_set_nl_policy,
		.maxattr	= TENANTGATE_A_STATUS_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_STOP,
		.doit	= tenantgate_nl_stop_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_TENANT_GET,
		.dumpit	= tenantgate_nl_tenant_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_SITE_GET,
		.start	= tenantgate_nl_wide_dump_start,
		.dumpit	= tenantgate_nl_site_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_SERVICE_GET,
		.start	= tenantgate_nl_wide_dump_start,
		.dumpit	= tenantgate_nl_service_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_USER_GET,
		.start	= tenantgate_nl_wide_dump_start,
		.dumpit	= tenantgate_nl_user_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_RULE_GET,
		.start		= tenantgate_nl_rule_get_start,
		.dumpit		= tenantgate_nl_rule_get_dumpit,
		.policy		= tenantgate_rule_get_nl_policy,
		.maxattr	= TENANTGATE_A_RULE_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_FLOW_GET,
		.start		= tenantgate_nl_flow_get_start,
		.dumpit		= tenantgate_nl_flow_get_dumpit,
		.policy		= tenantgate_flow_get_nl_policy,
		.maxattr	= TENANTGATE_A_FLOW_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_COUNTER_GET,
		.start		= tenantgate_nl_counter_get_start,
		.dumpit		= tenantgate_nl_counter_get_dumpit,
		.policy		= tenantgate_counter_get_nl_policy,
		.maxattr	= TENANTGATE_A_COUNTER_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_REASON_GET,
		.dumpit	= tenantgate_nl_reason_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_EXPLAIN,
		.doit		= tenantgate_nl_explain_doit,
		.policy		= tenantgate_explain_nl_policy,
		.maxattr	= TENANTGATE_A_EXPLAIN_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_LINK_ADD,
		.doit		= tenantgate_nl_link_add_doit,
		.policy		= tenantgate_link_add_nl_policy,
		.maxattr	= TENANTGATE_A_LINK_OVERSUBSCRIBE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TENANTGATE_CMD_PLAN_ADD,
		.doit		= tenantgate_nl_plan_add_doit,
		.policy		= tenantgate_plan_add_nl_policy,
		.maxattr	= TENANTGATE_A_PLAN_DURING,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_LINK_GET,
		.dumpit	= tenantgate_nl_link_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_PLAN_GET,
		.dumpit	= tenantgate_nl_plan_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TENANTGATE_CMD_DEVICE_GET,
		.dumpit	= tenantgate_nl_device_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_WINDOW_ADD,
		.doit		= tenantgate_nl_window_add_doit,
		.policy		= tenantgate_window_add_nl_policy,
		.maxattr	= TENANTGATE_A_WINDOW_HOURS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TENANTGATE_CMD_WINDOW_GET,
		.dumpit	= tenantgate_nl_window_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TENANTGATE_CMD_BANDWIDTH_GET,
		.start		= tenantgate_nl_bandwidth_get_start,
		.dumpit		= tenantgate_nl_bandwidth_get_dumpit,
		.policy		= tenantgate_bandwidth_get_nl_policy,
		.maxattr	= TENANTGATE_A_BANDWIDTH_TENANT_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group tenantgate_nl_mcgrps[] = {
	[TENANTGATE_NLGRP_EVENTS] = { "events", },
	[TENANTGATE_NLGRP_CHANGES] = { "changes", },
};

struct genl_family tenantgate_nl_family __ro_after_init = {
	.name		= TENANTGATE_FAMILY_NAME,
	.version	= TENANTGATE_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= tenantgate_nl_ops,
	.n_split_ops	= ARRAY_SIZE(tenantgate_nl_ops),
	.mcgrps		= tenantgate_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(tenantgate_nl_mcgrps),
};
