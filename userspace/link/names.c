// SPDX-License-Identifier: GPL-2.0-only
/* The names of attributes, for messages about a place in a message. */

#include <stdio.h>
#include <string.h>

#include "link/internal.h"

#define DEPTH_MAX	4

struct attribute_set;

struct attribute_name {
	const char *name;
	const struct attribute_set *nested;
};

struct attribute_set {
	const struct attribute_name *names;
	uint32_t count;
};

#define SET(set, names) static const struct attribute_set set = { names, \
	sizeof(names) / sizeof(names[0]) }

static const struct attribute_name prefix_names[] = {
	[TENANTGATE_A_PREFIX_ADDRESS] = { "address", NULL },
	[TENANTGATE_A_PREFIX_LENGTH] = { "length", NULL },
};
SET(prefix_set, prefix_names);

static const struct attribute_name port_names[] = {
	[TENANTGATE_A_PORT_PROTOCOL] = { "protocol", NULL },
	[TENANTGATE_A_PORT_FIRST] = { "first port", NULL },
	[TENANTGATE_A_PORT_LAST] = { "last port", NULL },
	[TENANTGATE_A_PORT_SOURCE_FIRST] = { "first source port", NULL },
	[TENANTGATE_A_PORT_SOURCE_LAST] = { "last source port", NULL },
	[TENANTGATE_A_PORT_ICMP_TYPE] = { "ICMP type", NULL },
	[TENANTGATE_A_PORT_ICMP_CODE] = { "ICMP code", NULL },
	[TENANTGATE_A_PORT_CLASS] = { "class", NULL },
};
SET(port_set, port_names);

static const struct attribute_name selector_names[] = {
	[TENANTGATE_A_SELECTOR_TYPE] = { "type", NULL },
	[TENANTGATE_A_SELECTOR_ID] = { "number", NULL },
	[TENANTGATE_A_SELECTOR_PREFIX] = { "prefix", &prefix_set },
};
SET(selector_set, selector_names);

static const struct attribute_name shift_names[] = {
	[TENANTGATE_A_SHIFT_SINCE] = { "since", NULL },
	[TENANTGATE_A_SHIFT_OFFSET] = { "offset", NULL },
};
SET(shift_set, shift_names);

static const struct attribute_name gateway_names[] = {
	[TENANTGATE_A_GATEWAY_MODE] = { "mode", NULL },
	[TENANTGATE_A_GATEWAY_LABEL] = { "label", NULL },
	[TENANTGATE_A_GATEWAY_ALLOW] = { "allow", &port_set },
	[TENANTGATE_A_GATEWAY_MAX_FLOWS] = { "max-flows", NULL },
	[TENANTGATE_A_GATEWAY_TIMEZONE] = { "timezone", NULL },
	[TENANTGATE_A_GATEWAY_SHIFT] = { "change of the time zone", &shift_set },
};
SET(gateway_set, gateway_names);

static const struct attribute_name realm_names[] = {
	[TENANTGATE_A_REALM_ID] = { "number", NULL },
	[TENANTGATE_A_REALM_NAME] = { "name", NULL },
	[TENANTGATE_A_REALM_DEVICE] = { "device", NULL },
};
SET(realm_set, realm_names);

static const struct attribute_name device_names[] = {
	[TENANTGATE_A_DEVICE_NAME] = { "name", NULL },
	[TENANTGATE_A_DEVICE_KIND] = { "kind", NULL },
	[TENANTGATE_A_DEVICE_LINK] = { "link", NULL },
};
SET(device_set, device_names);

static const struct attribute_name tenant_names[] = {
	[TENANTGATE_A_TENANT_ID] = { "number", NULL },
	[TENANTGATE_A_TENANT_NAME] = { "name", NULL },
	[TENANTGATE_A_TENANT_TITLE] = { "title", NULL },
	[TENANTGATE_A_TENANT_MODE] = { "mode", NULL },
	[TENANTGATE_A_TENANT_MAX_FLOWS] = { "flows", NULL },
	[TENANTGATE_A_TENANT_MAX_FRAGMENTS] = { "fragments", NULL },
	[TENANTGATE_A_TENANT_MAX_REJECTS] = { "rejects", NULL },
	[TENANTGATE_A_TENANT_MAX_RULES] = { "rules", NULL },
	[TENANTGATE_A_TENANT_PLAN] = { "plan", NULL },
	[TENANTGATE_A_TENANT_MAX_PACKETS] = { "packets", NULL },
	[TENANTGATE_A_TENANT_MAX_NEW_FLOWS] = { "new-flows", NULL },
};
SET(tenant_set, tenant_names);

static const struct attribute_name link_names[] = {
	[TENANTGATE_A_LINK_ID] = { "number", NULL },
	[TENANTGATE_A_LINK_NAME] = { "name", NULL },
	[TENANTGATE_A_LINK_RATE_UP] = { "rate up", NULL },
	[TENANTGATE_A_LINK_RATE_DOWN] = { "rate down", NULL },
	[TENANTGATE_A_LINK_OVERHEAD] = { "overhead", NULL },
	[TENANTGATE_A_LINK_PADDING] = { "padding", NULL },
	[TENANTGATE_A_LINK_FRAMING] = { "framing", NULL },
	[TENANTGATE_A_LINK_MINIMUM] = { "minimum", NULL },
	[TENANTGATE_A_LINK_OVERSUBSCRIBE] = { "oversubscribe", NULL },
};
SET(link_set, link_names);

static const struct attribute_name hours_names[] = {
	[TENANTGATE_A_HOURS_FROM] = { "from", NULL },
	[TENANTGATE_A_HOURS_TO] = { "to", NULL },
};
SET(hours_set, hours_names);

static const struct attribute_name window_names[] = {
	[TENANTGATE_A_WINDOW_ID] = { "number", NULL },
	[TENANTGATE_A_WINDOW_NAME] = { "name", NULL },
	[TENANTGATE_A_WINDOW_DAYS] = { "days", NULL },
	[TENANTGATE_A_WINDOW_HOURS] = { "hours", &hours_set },
};
SET(window_set, window_names);

static const struct attribute_name terms_names[] = {
	[TENANTGATE_A_TERMS_WINDOW] = { "window", NULL },
	[TENANTGATE_A_TERMS_GUARANTEE_UP] = { "guarantee up", NULL },
	[TENANTGATE_A_TERMS_GUARANTEE_DOWN] = { "guarantee down", NULL },
	[TENANTGATE_A_TERMS_CEILING_UP] = { "ceiling up", NULL },
	[TENANTGATE_A_TERMS_CEILING_DOWN] = { "ceiling down", NULL },
	[TENANTGATE_A_TERMS_REALTIME_UP] = { "realtime up", NULL },
	[TENANTGATE_A_TERMS_REALTIME_DOWN] = { "realtime down", NULL },
	[TENANTGATE_A_TERMS_USER_CEILING_UP] = { "user ceiling up", NULL },
	[TENANTGATE_A_TERMS_USER_CEILING_DOWN] = { "user ceiling down", NULL },
	[TENANTGATE_A_TERMS_SHARE_INTERACTIVE] = { "share of interactive", NULL },
	[TENANTGATE_A_TERMS_SHARE_BULK] = { "share of bulk", NULL },
	[TENANTGATE_A_TERMS_WEIGHT] = { "weight", NULL },
};
SET(terms_set, terms_names);

static const struct attribute_name plan_names[] = {
	[TENANTGATE_A_PLAN_ID] = { "number", NULL },
	[TENANTGATE_A_PLAN_NAME] = { "name", NULL },
	[TENANTGATE_A_PLAN_GUARANTEE_UP] = { "guarantee up", NULL },
	[TENANTGATE_A_PLAN_GUARANTEE_DOWN] = { "guarantee down", NULL },
	[TENANTGATE_A_PLAN_CEILING_UP] = { "ceiling up", NULL },
	[TENANTGATE_A_PLAN_CEILING_DOWN] = { "ceiling down", NULL },
	[TENANTGATE_A_PLAN_USER_CEILING_UP] = { "user ceiling up", NULL },
	[TENANTGATE_A_PLAN_USER_CEILING_DOWN] = { "user ceiling down", NULL },
	[TENANTGATE_A_PLAN_SHARE_INTERACTIVE] = { "share of interactive", NULL },
	[TENANTGATE_A_PLAN_SHARE_BULK] = { "share of bulk", NULL },
	[TENANTGATE_A_PLAN_REALTIME_UP] = { "realtime up", NULL },
	[TENANTGATE_A_PLAN_REALTIME_DOWN] = { "realtime down", NULL },
	[TENANTGATE_A_PLAN_WEIGHT] = { "weight", NULL },
	[TENANTGATE_A_PLAN_DURING] = { "during", &terms_set },
};
SET(plan_set, plan_names);

static const struct attribute_name site_names[] = {
	[TENANTGATE_A_SITE_ID] = { "number", NULL },
	[TENANTGATE_A_SITE_TENANT] = { "tenant", NULL },
	[TENANTGATE_A_SITE_NAME] = { "name", NULL },
	[TENANTGATE_A_SITE_TITLE] = { "title", NULL },
	[TENANTGATE_A_SITE_KIND] = { "kind", NULL },
	[TENANTGATE_A_SITE_REALM] = { "realm", NULL },
	[TENANTGATE_A_SITE_DEVICE] = { "device", NULL },
	[TENANTGATE_A_SITE_PREFIX] = { "prefix", &prefix_set },
};
SET(site_set, site_names);

static const struct attribute_name service_names[] = {
	[TENANTGATE_A_SERVICE_ID] = { "number", NULL },
	[TENANTGATE_A_SERVICE_TENANT] = { "tenant", NULL },
	[TENANTGATE_A_SERVICE_NAME] = { "name", NULL },
	[TENANTGATE_A_SERVICE_TITLE] = { "title", NULL },
	[TENANTGATE_A_SERVICE_KIND] = { "kind", NULL },
	[TENANTGATE_A_SERVICE_ADDRESS] = { "address", &prefix_set },
	[TENANTGATE_A_SERVICE_PORT] = { "port", &port_set },
};
SET(service_set, service_names);

static const struct attribute_name role_names[] = {
	[TENANTGATE_A_ROLE_ID] = { "number", NULL },
	[TENANTGATE_A_ROLE_TENANT] = { "tenant", NULL },
	[TENANTGATE_A_ROLE_NAME] = { "name", NULL },
};
SET(role_set, role_names);

static const struct attribute_name user_names[] = {
	[TENANTGATE_A_USER_ID] = { "number", NULL },
	[TENANTGATE_A_USER_TENANT] = { "tenant", NULL },
	[TENANTGATE_A_USER_NAME] = { "name", NULL },
	[TENANTGATE_A_USER_TITLE] = { "title", NULL },
	[TENANTGATE_A_USER_ADDRESS] = { "address", &prefix_set },
	[TENANTGATE_A_USER_ROLE] = { "role", NULL },
	[TENANTGATE_A_USER_PC] = { "pc", &prefix_set },
};
SET(user_set, user_names);

static const struct attribute_name rule_names[] = {
	[TENANTGATE_A_RULE_TENANT] = { "tenant", NULL },
	[TENANTGATE_A_RULE_NAME] = { "name", NULL },
	[TENANTGATE_A_RULE_ORIGIN] = { "origin", NULL },
	[TENANTGATE_A_RULE_VERDICT] = { "verdict", NULL },
	[TENANTGATE_A_RULE_LOG] = { "log", NULL },
	[TENANTGATE_A_RULE_SOURCE] = { "from", &selector_set },
	[TENANTGATE_A_RULE_DESTINATION] = { "to", &selector_set },
	[TENANTGATE_A_RULE_PORT] = { "port", &port_set },
	[TENANTGATE_A_RULE_SERVICE] = { "service", NULL },
	[TENANTGATE_A_RULE_TENANT_NAME] = { "tenant", NULL },
};
SET(rule_set, rule_names);

static const struct attribute_name management_names[] = {
	[TENANTGATE_A_MANAGEMENT_FROM] = { "from", &prefix_set },
	[TENANTGATE_A_MANAGEMENT_PORT] = { "to", &port_set },
};
SET(management_set, management_names);

static const struct attribute_name status_names[] = {
	[TENANTGATE_A_STATUS_EXPECTED_GENERATION] = { "expected generation", NULL },
	[TENANTGATE_A_STATUS_MODE] = { "mode", NULL },
	[TENANTGATE_A_STATUS_TENANT_NAME] = { "tenant", NULL },
	[TENANTGATE_A_STATUS_DRY_RUN] = { "dry-run", NULL },
	[TENANTGATE_A_STATUS_CONFIRM_TIMEOUT] = { "time to confirm", NULL },
};
SET(status_set, status_names);

static const struct attribute_name flow_names[] = {
	[TENANTGATE_A_FLOW_TENANT_NAME] = { "tenant", NULL },
};
SET(flow_set, flow_names);

static const struct attribute_name counter_names[] = {
	[TENANTGATE_A_COUNTER_TENANT_NAME] = { "tenant", NULL },
};
SET(counter_set, counter_names);

static const struct attribute_name explain_names[] = {
	[TENANTGATE_A_EXPLAIN_SOURCE] = { "source", NULL },
	[TENANTGATE_A_EXPLAIN_DESTINATION] = { "destination", NULL },
	[TENANTGATE_A_EXPLAIN_PROTOCOL] = { "protocol", NULL },
	[TENANTGATE_A_EXPLAIN_SOURCE_PORT] = { "source port", NULL },
	[TENANTGATE_A_EXPLAIN_DESTINATION_PORT] = { "port", NULL },
	[TENANTGATE_A_EXPLAIN_DEVICE] = { "device", NULL },
	[TENANTGATE_A_EXPLAIN_OUT_DEVICE] = { "out-device", NULL },
	[TENANTGATE_A_EXPLAIN_TENANT_NAME] = { "tenant", NULL },
};
SET(explain_set, explain_names);

static const struct attribute_set *const command_sets[] = {
	[TENANTGATE_CMD_BEGIN] = &status_set,
	[TENANTGATE_CMD_GATEWAY_SET] = &gateway_set,
	[TENANTGATE_CMD_REALM_ADD] = &realm_set,
	[TENANTGATE_CMD_DEVICE_ADD] = &device_set,
	[TENANTGATE_CMD_TENANT_ADD] = &tenant_set,
	[TENANTGATE_CMD_SITE_ADD] = &site_set,
	[TENANTGATE_CMD_SERVICE_ADD] = &service_set,
	[TENANTGATE_CMD_ROLE_ADD] = &role_set,
	[TENANTGATE_CMD_USER_ADD] = &user_set,
	[TENANTGATE_CMD_RULE_ADD] = &rule_set,
	[TENANTGATE_CMD_GRANT_ADD] = &rule_set,
	[TENANTGATE_CMD_MANAGEMENT_ADD] = &management_set,
	[TENANTGATE_CMD_LINK_ADD] = &link_set,
	[TENANTGATE_CMD_PLAN_ADD] = &plan_set,
	[TENANTGATE_CMD_WINDOW_ADD] = &window_set,
	[TENANTGATE_CMD_COMMIT] = &status_set,
	[TENANTGATE_CMD_MODE_SET] = &status_set,
	[TENANTGATE_CMD_RULE_GET] = &rule_set,
	[TENANTGATE_CMD_FLOW_GET] = &flow_set,
	[TENANTGATE_CMD_COUNTER_GET] = &counter_set,
	[TENANTGATE_CMD_EXPLAIN] = &explain_set,
};

static const struct attribute_set *set_of(uint8_t command)
{
	if (command >= sizeof(command_sets) / sizeof(command_sets[0]))
		return NULL;
	return command_sets[command];
}

static const struct attribute_name *name_in(const struct attribute_set *set, uint32_t type)
{
	if (!set || type >= set->count || !set->names[type].name)
		return NULL;
	return &set->names[type];
}

/**
 * link_attribute_name - what an attribute of a command is called
 * @command: TENANTGATE_CMD_*
 * @type: the attribute, of the outermost set
 *
 * Return: its name, or NULL.
 */
const char *link_attribute_name(uint8_t command, uint32_t type)
{
	const struct attribute_name *name = name_in(set_of(command), type);

	return name ? name->name : NULL;
}

/* How often the attribute's type came before it in the same place. */
static unsigned int earlier(const struct nlattr *first, int len, const struct nlattr *attribute)
{
	unsigned int count = 0;

	for (; nla_ok(first, len) && first < attribute; first = nla_next(first, &len))
		if (nla_type(first) == nla_type(attribute))
			count++;
	return count;
}

/**
 * link_attribute_path - what the attribute at a place in a message is called
 * @message: the message
 * @offset: bytes from its beginning to the attribute
 * @buf: gets the name, like "2nd from, prefix, length"; empty when unknown
 * @size: bytes of @buf
 *
 * Return: @buf.
 */
const char *link_attribute_path(const struct nlmsghdr *message, uint32_t offset, char *buf,
				size_t size)
{
	const struct genlmsghdr *genl = nlmsg_data(message);
	const struct attribute_set *set = set_of(genl->cmd);
	const struct nlattr *first = genlmsg_attrdata(genl, 0);
	int len = genlmsg_attrlen(genl, 0);
	size_t used = 0;
	int depth;

	buf[0] = '\0';
	for (depth = 0; depth < DEPTH_MAX && set; depth++) {
		const struct attribute_name *name;
		const struct nlattr *attribute = first;
		unsigned int nth;
		int left = len;

		while (nla_ok(attribute, left) &&
		       (uint32_t)((const char *)attribute - (const char *)message) +
		       (uint32_t)NLA_ALIGN(attribute->nla_len) <= offset)
			attribute = nla_next(attribute, &left);
		if (!nla_ok(attribute, left))
			break;
		name = name_in(set, nla_type(attribute));
		if (!name)
			break;
		nth = earlier(first, len, attribute) + 1;
		used += snprintf(buf + used, size - used, "%s%s", depth ? ", " : "", name->name);
		if (nth > 1 && used < size)
			used += snprintf(buf + used, size - used, " number %u", nth);
		if (used >= size || (const char *)attribute - (const char *)message >= (long)offset)
			break;
		set = name->nested;
		first = nla_data(attribute);
		len = nla_len(attribute);
	}
	return buf;
}
