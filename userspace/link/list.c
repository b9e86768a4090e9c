// SPDX-License-Identifier: GPL-2.0-only
/* Attributes of one kind that follow each other in a message. */

#include "link/attributes.h"

static const struct nlattr *list_next(struct link_list *list)
{
	while (list->next && nla_ok(list->next, list->left)) {
		const struct nlattr *attribute = list->next;

		list->next = nla_next(attribute, &list->left);
		if (nla_type(attribute) == list->type)
			return attribute;
	}
	return NULL;
}

/**
 * link_next_name - take the next name of a list
 * @list: the list
 *
 * Return: the name, NULL behind the last.
 */
const char *link_next_name(struct link_list *list)
{
	const struct nlattr *attribute;

	while ((attribute = list_next(list)))
		if (text_of(attribute))
			return text_of(attribute);
	return NULL;
}

/**
 * link_next_prefix - take the next prefix of a list
 * @list: the list
 * @prefix: gets it
 *
 * Return: false behind the last.
 */
bool link_next_prefix(struct link_list *list, struct link_address *prefix)
{
	struct nlattr *tb[TENANTGATE_A_PREFIX_MAX + 1];
	const struct nlattr *attribute;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_PREFIX_MAX, (struct nlattr *)attribute,
				     NULL) < 0)
			continue;
		*prefix = address_of(tb[TENANTGATE_A_PREFIX_ADDRESS]);
		if (tb[TENANTGATE_A_PREFIX_LENGTH])
			prefix->length = u8_of(tb[TENANTGATE_A_PREFIX_LENGTH]);
		if (prefix->size)
			return true;
	}
	return false;
}

/**
 * link_next_port - take the next port entry of a list
 * @list: the list
 * @port: gets it
 *
 * Return: false behind the last.
 */
bool link_next_port(struct link_list *list, struct link_port *port)
{
	struct nlattr *tb[TENANTGATE_A_PORT_MAX + 1];
	const struct nlattr *attribute;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_PORT_MAX, (struct nlattr *)attribute,
				     NULL) < 0)
			continue;
		*port = (struct link_port){
			.any = !tb[TENANTGATE_A_PORT_PROTOCOL],
			.protocol = u8_of(tb[TENANTGATE_A_PORT_PROTOCOL]),
			.has_ports = tb[TENANTGATE_A_PORT_FIRST],
			.min = u16_of(tb[TENANTGATE_A_PORT_FIRST]),
			.max = tb[TENANTGATE_A_PORT_LAST] ? u16_of(tb[TENANTGATE_A_PORT_LAST]) :
			       u16_of(tb[TENANTGATE_A_PORT_FIRST]),
			.has_type = tb[TENANTGATE_A_PORT_ICMP_TYPE],
			.type = u8_of(tb[TENANTGATE_A_PORT_ICMP_TYPE]),
			.has_code = tb[TENANTGATE_A_PORT_ICMP_CODE],
			.code = u8_of(tb[TENANTGATE_A_PORT_ICMP_CODE]),
			.class = u8_of(tb[TENANTGATE_A_PORT_CLASS]),
		};
		return true;
	}
	return false;
}

/**
 * link_next_reason - take the next reason's count of a list
 * @list: the list
 * @count: gets it
 *
 * Return: false behind the last.
 */
bool link_next_reason(struct link_list *list, struct link_reason_count *count)
{
	struct nlattr *tb[TENANTGATE_A_REASON_COUNT_MAX + 1];
	const struct nlattr *attribute;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_REASON_COUNT_MAX,
				     (struct nlattr *)attribute, NULL) < 0)
			continue;
		*count = (struct link_reason_count){
			.reason = u8_of(tb[TENANTGATE_A_REASON_COUNT_REASON]),
			.packets = u64_of(tb[TENANTGATE_A_REASON_COUNT_PACKETS]),
			.bytes = u64_of(tb[TENANTGATE_A_REASON_COUNT_BYTES]),
			.observed = u64_of(tb[TENANTGATE_A_REASON_COUNT_OBSERVED_PACKETS]),
		};
		return true;
	}
	return false;
}

/**
 * link_next_terms - take what a plan says within its next window
 * @list: the list
 * @terms: gets it; its name stays as it is
 *
 * Return: false behind the last.
 */
bool link_next_terms(struct link_list *list, struct link_plan *terms)
{
	struct nlattr *tb[TENANTGATE_A_TERMS_MAX + 1];
	const struct nlattr *attribute;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_TERMS_MAX, (struct nlattr *)attribute,
				     NULL) < 0)
			continue;
		terms->window = text_of(tb[TENANTGATE_A_TERMS_WINDOW_NAME]);
		terms->guarantee_up = u64_of(tb[TENANTGATE_A_TERMS_GUARANTEE_UP]);
		terms->guarantee_down = u64_of(tb[TENANTGATE_A_TERMS_GUARANTEE_DOWN]);
		terms->ceiling_up = u64_of(tb[TENANTGATE_A_TERMS_CEILING_UP]);
		terms->ceiling_down = u64_of(tb[TENANTGATE_A_TERMS_CEILING_DOWN]);
		terms->realtime_up = u64_of(tb[TENANTGATE_A_TERMS_REALTIME_UP]);
		terms->realtime_down = u64_of(tb[TENANTGATE_A_TERMS_REALTIME_DOWN]);
		terms->user_ceiling_up = u64_of(tb[TENANTGATE_A_TERMS_USER_CEILING_UP]);
		terms->user_ceiling_down = u64_of(tb[TENANTGATE_A_TERMS_USER_CEILING_DOWN]);
		terms->interactive = u8_of(tb[TENANTGATE_A_TERMS_SHARE_INTERACTIVE]);
		terms->bulk = u8_of(tb[TENANTGATE_A_TERMS_SHARE_BULK]);
		terms->weight = u32_of(tb[TENANTGATE_A_TERMS_WEIGHT]);
		terms->in_force = tb[TENANTGATE_A_TERMS_IN_FORCE];
		return true;
	}
	return false;
}

/**
 * link_next_hours - take the next time of the day of a list
 * @list: the list
 * @from: gets the minute of the day it begins at
 * @to: gets the minute behind it
 *
 * Return: false behind the last.
 */
bool link_next_hours(struct link_list *list, uint16_t *from, uint16_t *to)
{
	struct nlattr *tb[TENANTGATE_A_HOURS_MAX + 1];
	const struct nlattr *attribute;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_HOURS_MAX, (struct nlattr *)attribute,
				     NULL) < 0)
			continue;
		*from = u16_of(tb[TENANTGATE_A_HOURS_FROM]);
		*to = u16_of(tb[TENANTGATE_A_HOURS_TO]);
		return true;
	}
	return false;
}

/**
 * link_next_bandwidth_class - take the next class of a list
 * @list: the list
 * @class: gets it
 *
 * Return: false behind the last.
 */
bool link_next_bandwidth_class(struct link_list *list, struct link_bandwidth_class *class)
{
	struct nlattr *tb[TENANTGATE_A_BANDWIDTH_CLASS_MAX + 1];
	const struct nlattr *attribute;
	struct link_bytes delays;

	while ((attribute = list_next(list))) {
		if (nla_parse_nested(tb, TENANTGATE_A_BANDWIDTH_CLASS_MAX,
				     (struct nlattr *)attribute, NULL) < 0)
			continue;
		*class = (struct link_bandwidth_class){
			.class = u8_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_CLASS]),
			.packets = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_PACKETS]),
			.bytes = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_BYTES]),
			.realtime = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_REALTIME_BYTES]),
			.guaranteed = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_GUARANTEED_BYTES]),
			.borrowed = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_BORROWED_BYTES]),
			.drops = {
				u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DROPS_TENANT]),
				u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DROPS_LINK]),
				u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DROPS_DELAY]),
				u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DROPS_DEVICE]),
				u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DROPS_MEMORY]),
			},
			.marks = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_MARKS]),
			.backlog_packets = u32_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_BACKLOG_PACKETS]),
			.backlog_bytes = u32_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_BACKLOG_BYTES]),
			.delay = u64_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DELAY]),
		};
		delays = bytes_of(tb[TENANTGATE_A_BANDWIDTH_CLASS_DELAY_PACKETS]);
		if (delays.size == sizeof(class->delays))
			memcpy(class->delays, delays.at, sizeof(class->delays));
		return true;
	}
	return false;
}
