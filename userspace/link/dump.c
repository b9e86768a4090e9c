// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps. The messages are kept as they came, one behind the other, and decoded
 * one at a time: a dump that met a change begins again by forgetting them, and
 * nothing is copied that nobody asks for.
 */

#include <stdlib.h>
#include <string.h>

#include "link/attributes.h"
#include "link/internal.h"

/* So often may a dump be interrupted by changes before tgctl gives up. */
#define DUMP_TRIES	10

/**
 * dump_free - give the messages of a dump back
 * @dump: the dump; empty afterwards
 */
void dump_free(struct dump *dump)
{
	free(dump->bytes);
	memset(dump, 0, sizeof(*dump));
}

/**
 * dump_keep - keep a message
 * @message: the message
 * @context: the struct dump
 *
 * Return: NULL or a fault.
 */
struct fault *dump_keep(const struct nlmsghdr *message, void *context)
{
	size_t len = NLMSG_ALIGN(message->nlmsg_len);
	struct dump *dump = context;

	if (dump->room - dump->used < len) {
		size_t room = (dump->room + len) * 2;
		char *bytes = realloc(dump->bytes, room);

		if (!bytes)
			return fault_memory();
		dump->bytes = bytes;
		dump->room = room;
	}
	memset(dump->bytes + dump->used, 0, len);
	memcpy(dump->bytes + dump->used, message, message->nlmsg_len);
	dump->used += len;
	return NULL;
}

/* The attribute that names a tenant differs from command to command. */
static int tenant_attribute(uint8_t command)
{
	switch (command) {
	case TENANTGATE_CMD_RULE_GET:
		return TENANTGATE_A_RULE_TENANT_NAME;
	case TENANTGATE_CMD_FLOW_GET:
		return TENANTGATE_A_FLOW_TENANT_NAME;
	case TENANTGATE_CMD_COUNTER_GET:
		return TENANTGATE_A_COUNTER_TENANT_NAME;
	case TENANTGATE_CMD_BANDWIDTH_GET:
		return TENANTGATE_A_BANDWIDTH_TENANT_NAME;
	default:
		return 0;
	}
}

/**
 * link_dump - read a list
 * @link: the connection
 * @command: TENANTGATE_CMD_*_GET
 * @tenant: only of this tenant, where the command can; of all when NULL
 * @dump: gets the messages, for dump_free()
 *
 * A list that changes while it is read is read again. Flows always change:
 * they are taken as they come.
 *
 * Return: NULL or a fault.
 */
struct fault *link_dump(struct link *link, uint8_t command, const char *tenant, struct dump *dump)
{
	int type = tenant_attribute(command);
	int tries;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		struct exchange exchange = { .data = dump_keep, .context = dump };
		struct nl_msg *message = link_message(link, command, NLM_F_DUMP);
		struct nlmsghdr *header;
		struct fault *fault;

		if (tenant && type && nla_put_string(message, type, tenant) < 0)
			return fault_memory();
		header = nlmsg_hdr(message);
		dump->used = 0;
		fault = link_exchange(link, header, header->nlmsg_len, header->nlmsg_seq,
				      &exchange);
		if (fault || !exchange.interrupted || command == TENANTGATE_CMD_FLOW_GET)
			return fault;
	}
	return fault_new(FAULT_KERNEL, NULL,
			 "the policy changed %d times while it was read, try again", DUMP_TRIES);
}

/* The next message; NULL behind the last. */
static const struct nlmsghdr *dump_next(const struct dump *dump, size_t *at)
{
	const struct nlmsghdr *message;

	if (*at >= dump->used)
		return NULL;
	message = (const struct nlmsghdr *)(dump->bytes + *at);
	*at += NLMSG_ALIGN(message->nlmsg_len);
	return message;
}

/*
 * Attributes of the next message by type. One of each type is enough here,
 * lists are walked by struct link_list.
 */
static bool dump_parse(const struct dump *dump, size_t *at, struct nlattr **tb, int max,
		       const struct genlmsghdr **genl)
{
	const struct nlmsghdr *message;

	while ((message = dump_next(dump, at))) {
		*genl = nlmsg_data(message);
		if (nla_parse(tb, max, genlmsg_attrdata(*genl, 0), genlmsg_attrlen(*genl, 0),
			      NULL) >= 0)
			return true;
	}
	return false;
}

static struct link_list list_of(const struct genlmsghdr *genl, int type)
{
	return (struct link_list){
		.next = genlmsg_attrdata(genl, 0),
		.left = genlmsg_attrlen(genl, 0),
		.type = type,
	};
}

/*
 * The decoders: each takes the next message of a dump, and returns false
 * behind the last.
 */

bool dump_status(const struct dump *dump, size_t *at, struct link_status *status)
{
	struct nlattr *tb[TENANTGATE_A_STATUS_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_STATUS_MAX, &genl))
		return false;
	*status = (struct link_status){
		.generation = u32_of(tb[TENANTGATE_A_STATUS_GENERATION]),
		.previous_generation = u32_of(tb[TENANTGATE_A_STATUS_PREVIOUS_GENERATION]),
		.has_previous = tb[TENANTGATE_A_STATUS_PREVIOUS_GENERATION],
		.confirm_timeout = u32_of(tb[TENANTGATE_A_STATUS_CONFIRM_TIMEOUT]),
		.flows = u32_of(tb[TENANTGATE_A_STATUS_FLOWS]),
		.tenants = u32_of(tb[TENANTGATE_A_STATUS_TENANTS]),
		.pickup = u32_of(tb[TENANTGATE_A_STATUS_PICKUP]),
		.mode = u8_of(tb[TENANTGATE_A_STATUS_MODE]),
		.label = text_of(tb[TENANTGATE_A_STATUS_LABEL]),
		.version = text_of(tb[TENANTGATE_A_STATUS_VERSION]),
		.cause = text_of(tb[TENANTGATE_A_STATUS_CAUSE]),
		.revision = bytes_of(tb[TENANTGATE_A_STATUS_REVISION]),
		.features = list_of(genl, TENANTGATE_A_STATUS_FEATURE),
	};
	return true;
}

bool dump_tenant(const struct dump *dump, size_t *at, struct link_tenant *tenant)
{
	struct nlattr *tb[TENANTGATE_A_TENANT_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_TENANT_MAX, &genl))
		return false;
	*tenant = (struct link_tenant){
		.name = text_of(tb[TENANTGATE_A_TENANT_NAME]),
		.title = text_of(tb[TENANTGATE_A_TENANT_TITLE]),
		.mode = u8_of(tb[TENANTGATE_A_TENANT_MODE]),
		.effective_mode = u8_of(tb[TENANTGATE_A_TENANT_EFFECTIVE_MODE]),
		.max_flows = u32_of(tb[TENANTGATE_A_TENANT_MAX_FLOWS]),
		.max_fragments = u32_of(tb[TENANTGATE_A_TENANT_MAX_FRAGMENTS]),
		.max_rejects = u32_of(tb[TENANTGATE_A_TENANT_MAX_REJECTS]),
		.max_rules = u32_of(tb[TENANTGATE_A_TENANT_MAX_RULES]),
		.max_packets = u32_of(tb[TENANTGATE_A_TENANT_MAX_PACKETS]),
		.max_new_flows = u32_of(tb[TENANTGATE_A_TENANT_MAX_NEW_FLOWS]),
		.rule_bytes = u32_of(tb[TENANTGATE_A_TENANT_RULE_BYTES]),
		.rule_steps = u32_of(tb[TENANTGATE_A_TENANT_RULE_STEPS]),
		.flows = u32_of(tb[TENANTGATE_A_TENANT_FLOWS]),
		.sites = u32_of(tb[TENANTGATE_A_TENANT_SITES]),
		.users = u32_of(tb[TENANTGATE_A_TENANT_USERS]),
		.rules = u32_of(tb[TENANTGATE_A_TENANT_RULES]),
		.generation = u32_of(tb[TENANTGATE_A_TENANT_GENERATION]),
		.revision = bytes_of(tb[TENANTGATE_A_TENANT_REVISION]),
		.plan = text_of(tb[TENANTGATE_A_TENANT_PLAN_NAME]),
	};
	return true;
}

bool dump_link(const struct dump *dump, size_t *at, struct link_link *link)
{
	struct nlattr *tb[TENANTGATE_A_LINK_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_LINK_MAX, &genl))
		return false;
	*link = (struct link_link){
		.name = text_of(tb[TENANTGATE_A_LINK_NAME]),
		.up = u64_of(tb[TENANTGATE_A_LINK_RATE_UP]),
		.down = u64_of(tb[TENANTGATE_A_LINK_RATE_DOWN]),
		.overhead = u16_of(tb[TENANTGATE_A_LINK_OVERHEAD]),
		.padding = u16_of(tb[TENANTGATE_A_LINK_PADDING]),
		.framing = u16_of(tb[TENANTGATE_A_LINK_FRAMING]),
		.minimum = u16_of(tb[TENANTGATE_A_LINK_MINIMUM]),
		.oversubscribe = tb[TENANTGATE_A_LINK_OVERSUBSCRIBE],
		.guaranteed_up = u64_of(tb[TENANTGATE_A_LINK_GUARANTEED_UP]),
		.guaranteed_down = u64_of(tb[TENANTGATE_A_LINK_GUARANTEED_DOWN]),
		.realtime_up = u64_of(tb[TENANTGATE_A_LINK_REALTIME_UP]),
		.realtime_down = u64_of(tb[TENANTGATE_A_LINK_REALTIME_DOWN]),
	};
	return true;
}

bool dump_device(const struct dump *dump, size_t *at, struct link_device *device)
{
	struct nlattr *tb[TENANTGATE_A_DEVICE_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_DEVICE_MAX, &genl))
		return false;
	*device = (struct link_device){
		.name = text_of(tb[TENANTGATE_A_DEVICE_NAME]),
		.ifindex = u32_of(tb[TENANTGATE_A_DEVICE_IFINDEX]),
		.kind = u8_of(tb[TENANTGATE_A_DEVICE_KIND]),
		.link = text_of(tb[TENANTGATE_A_DEVICE_LINK_NAME]),
	};
	return true;
}

bool dump_plan(const struct dump *dump, size_t *at, struct link_plan *plan)
{
	struct nlattr *tb[TENANTGATE_A_PLAN_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_PLAN_MAX, &genl))
		return false;
	*plan = (struct link_plan){
		.name = text_of(tb[TENANTGATE_A_PLAN_NAME]),
		.guarantee_up = u64_of(tb[TENANTGATE_A_PLAN_GUARANTEE_UP]),
		.guarantee_down = u64_of(tb[TENANTGATE_A_PLAN_GUARANTEE_DOWN]),
		.ceiling_up = u64_of(tb[TENANTGATE_A_PLAN_CEILING_UP]),
		.ceiling_down = u64_of(tb[TENANTGATE_A_PLAN_CEILING_DOWN]),
		.user_ceiling_up = u64_of(tb[TENANTGATE_A_PLAN_USER_CEILING_UP]),
		.user_ceiling_down = u64_of(tb[TENANTGATE_A_PLAN_USER_CEILING_DOWN]),
		.interactive = u8_of(tb[TENANTGATE_A_PLAN_SHARE_INTERACTIVE]),
		.bulk = u8_of(tb[TENANTGATE_A_PLAN_SHARE_BULK]),
		.realtime_up = u64_of(tb[TENANTGATE_A_PLAN_REALTIME_UP]),
		.realtime_down = u64_of(tb[TENANTGATE_A_PLAN_REALTIME_DOWN]),
		.weight = u32_of(tb[TENANTGATE_A_PLAN_WEIGHT]),
		.in_force = tb[TENANTGATE_A_PLAN_IN_FORCE],
		.during = list_of(genl, TENANTGATE_A_PLAN_DURING),
	};
	return true;
}

bool dump_window(const struct dump *dump, size_t *at, struct link_window *window)
{
	struct nlattr *tb[TENANTGATE_A_WINDOW_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_WINDOW_MAX, &genl))
		return false;
	*window = (struct link_window){
		.name = text_of(tb[TENANTGATE_A_WINDOW_NAME]),
		.timezone = text_of(tb[TENANTGATE_A_WINDOW_TIMEZONE]),
		.days = u8_of(tb[TENANTGATE_A_WINDOW_DAYS]),
		.open = tb[TENANTGATE_A_WINDOW_OPEN],
		.hours = list_of(genl, TENANTGATE_A_WINDOW_HOURS),
	};
	return true;
}

bool dump_site(const struct dump *dump, size_t *at, struct link_site *site)
{
	struct nlattr *tb[TENANTGATE_A_SITE_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_SITE_MAX, &genl))
		return false;
	*site = (struct link_site){
		.tenant = text_of(tb[TENANTGATE_A_SITE_TENANT_NAME]),
		.name = text_of(tb[TENANTGATE_A_SITE_NAME]),
		.title = text_of(tb[TENANTGATE_A_SITE_TITLE]),
		.realm = text_of(tb[TENANTGATE_A_SITE_REALM_NAME]),
		.device = text_of(tb[TENANTGATE_A_SITE_DEVICE]),
		.kind = u8_of(tb[TENANTGATE_A_SITE_KIND]),
		.ifindex = u32_of(tb[TENANTGATE_A_SITE_IFINDEX]),
		.prefixes = list_of(genl, TENANTGATE_A_SITE_PREFIX),
	};
	return true;
}

bool dump_service(const struct dump *dump, size_t *at, struct link_service *service)
{
	struct nlattr *tb[TENANTGATE_A_SERVICE_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_SERVICE_MAX, &genl))
		return false;
	*service = (struct link_service){
		.tenant = text_of(tb[TENANTGATE_A_SERVICE_TENANT_NAME]),
		.name = text_of(tb[TENANTGATE_A_SERVICE_NAME]),
		.title = text_of(tb[TENANTGATE_A_SERVICE_TITLE]),
		.kind = u8_of(tb[TENANTGATE_A_SERVICE_KIND]),
		.addresses = list_of(genl, TENANTGATE_A_SERVICE_ADDRESS),
		.ports = list_of(genl, TENANTGATE_A_SERVICE_PORT),
	};
	return true;
}

bool dump_user(const struct dump *dump, size_t *at, struct link_user *user)
{
	struct nlattr *tb[TENANTGATE_A_USER_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_USER_MAX, &genl))
		return false;
	*user = (struct link_user){
		.tenant = text_of(tb[TENANTGATE_A_USER_TENANT_NAME]),
		.name = text_of(tb[TENANTGATE_A_USER_NAME]),
		.title = text_of(tb[TENANTGATE_A_USER_TITLE]),
		.addresses = list_of(genl, TENANTGATE_A_USER_ADDRESS),
		.roles = list_of(genl, TENANTGATE_A_USER_ROLE_NAME),
		.pcs = list_of(genl, TENANTGATE_A_USER_PC),
	};
	return true;
}

bool dump_rule(const struct dump *dump, size_t *at, struct link_rule *rule)
{
	struct nlattr *tb[TENANTGATE_A_RULE_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_RULE_MAX, &genl))
		return false;
	*rule = (struct link_rule){
		.tenant = text_of(tb[TENANTGATE_A_RULE_TENANT_NAME]),
		.name = text_of(tb[TENANTGATE_A_RULE_NAME]),
		.origin = text_of(tb[TENANTGATE_A_RULE_ORIGIN]),
		.verdict = u8_of(tb[TENANTGATE_A_RULE_VERDICT]),
		.log = tb[TENANTGATE_A_RULE_LOG],
		.grant = tb[TENANTGATE_A_RULE_GRANT],
		.hits = u64_of(tb[TENANTGATE_A_RULE_HITS]),
		.packets = u64_of(tb[TENANTGATE_A_RULE_PACKETS]),
		.bytes = u64_of(tb[TENANTGATE_A_RULE_BYTES]),
	};
	return true;
}

bool dump_flow(const struct dump *dump, size_t *at, struct link_flow *flow)
{
	struct nlattr *tb[TENANTGATE_A_FLOW_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_FLOW_MAX, &genl))
		return false;
	*flow = (struct link_flow){
		.tenant = text_of(tb[TENANTGATE_A_FLOW_TENANT_NAME]),
		.peer = text_of(tb[TENANTGATE_A_FLOW_PEER_NAME]),
		.state = text_of(tb[TENANTGATE_A_FLOW_STATE]),
		.rule = text_of(tb[TENANTGATE_A_FLOW_RULE]),
		.protocol = u8_of(tb[TENANTGATE_A_FLOW_PROTOCOL]),
		.reason = u8_of(tb[TENANTGATE_A_FLOW_REASON]),
		.verdict = u8_of(tb[TENANTGATE_A_FLOW_VERDICT]),
		.class = u8_of(tb[TENANTGATE_A_FLOW_CLASS]),
		.source = address_of(tb[TENANTGATE_A_FLOW_SOURCE]),
		.destination = address_of(tb[TENANTGATE_A_FLOW_DESTINATION]),
		.source_port = u16_of(tb[TENANTGATE_A_FLOW_SOURCE_PORT]),
		.destination_port = u16_of(tb[TENANTGATE_A_FLOW_DESTINATION_PORT]),
		.timeout = u32_of(tb[TENANTGATE_A_FLOW_TIMEOUT]),
		.generation = u32_of(tb[TENANTGATE_A_FLOW_GENERATION]),
		.original_packets = u64_of(tb[TENANTGATE_A_FLOW_ORIGINAL_PACKETS]),
		.original_bytes = u64_of(tb[TENANTGATE_A_FLOW_ORIGINAL_BYTES]),
		.reply_packets = u64_of(tb[TENANTGATE_A_FLOW_REPLY_PACKETS]),
		.reply_bytes = u64_of(tb[TENANTGATE_A_FLOW_REPLY_BYTES]),
	};
	return true;
}

bool dump_counter(const struct dump *dump, size_t *at, struct link_counter *counter)
{
	struct nlattr *tb[TENANTGATE_A_COUNTER_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_COUNTER_MAX, &genl))
		return false;
	*counter = (struct link_counter){
		.tenant = text_of(tb[TENANTGATE_A_COUNTER_TENANT_NAME]),
		.created = u64_of(tb[TENANTGATE_A_COUNTER_CREATED]),
		.up_packets = u64_of(tb[TENANTGATE_A_COUNTER_UP_PACKETS]),
		.up_bytes = u64_of(tb[TENANTGATE_A_COUNTER_UP_BYTES]),
		.down_packets = u64_of(tb[TENANTGATE_A_COUNTER_DOWN_PACKETS]),
		.down_bytes = u64_of(tb[TENANTGATE_A_COUNTER_DOWN_BYTES]),
		.flows_created = u64_of(tb[TENANTGATE_A_COUNTER_FLOWS_CREATED]),
		.flows = u32_of(tb[TENANTGATE_A_COUNTER_FLOWS]),
		.max_flows = u32_of(tb[TENANTGATE_A_COUNTER_MAX_FLOWS]),
		.reasons = list_of(genl, TENANTGATE_A_COUNTER_REASON),
	};
	return true;
}

bool dump_bandwidth(const struct dump *dump, size_t *at, struct link_bandwidth *bandwidth)
{
	struct nlattr *tb[TENANTGATE_A_BANDWIDTH_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_BANDWIDTH_MAX, &genl))
		return false;
	*bandwidth = (struct link_bandwidth){
		.link = text_of(tb[TENANTGATE_A_BANDWIDTH_LINK_NAME]),
		.tenant = text_of(tb[TENANTGATE_A_BANDWIDTH_TENANT_NAME]),
		.direction = u8_of(tb[TENANTGATE_A_BANDWIDTH_DIRECTION]),
		.minor = u16_of(tb[TENANTGATE_A_BANDWIDTH_MINOR]),
		.guarantee = u64_of(tb[TENANTGATE_A_BANDWIDTH_GUARANTEE]),
		.ceiling = u64_of(tb[TENANTGATE_A_BANDWIDTH_CEILING]),
		.realtime = u64_of(tb[TENANTGATE_A_BANDWIDTH_REALTIME]),
		.weight = u32_of(tb[TENANTGATE_A_BANDWIDTH_WEIGHT]),
		.limit = u32_of(tb[TENANTGATE_A_BANDWIDTH_LIMIT]),
		.waited = u64_of(tb[TENANTGATE_A_BANDWIDTH_WAITED]),
		.held = u64_of(tb[TENANTGATE_A_BANDWIDTH_HELD]),
		.behind = u64_of(tb[TENANTGATE_A_BANDWIDTH_BEHIND]),
		.classes = list_of(genl, TENANTGATE_A_BANDWIDTH_CLASS),
	};
	return true;
}

bool dump_reason(const struct dump *dump, size_t *at, struct link_reason *reason)
{
	struct nlattr *tb[TENANTGATE_A_REASON_INFO_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_REASON_INFO_MAX, &genl))
		return false;
	*reason = (struct link_reason){
		.reason = u8_of(tb[TENANTGATE_A_REASON_INFO_REASON]),
		.verdict = u8_of(tb[TENANTGATE_A_REASON_INFO_VERDICT]),
		.noise = tb[TENANTGATE_A_REASON_INFO_NOISE],
		.name = text_of(tb[TENANTGATE_A_REASON_INFO_NAME]),
		.description = text_of(tb[TENANTGATE_A_REASON_INFO_DESCRIPTION]),
	};
	return true;
}

bool dump_judgement(const struct dump *dump, size_t *at, struct link_judgement *judgement)
{
	struct nlattr *tb[TENANTGATE_A_EXPLAIN_MAX + 1];
	const struct genlmsghdr *genl;

	if (!dump_parse(dump, at, tb, TENANTGATE_A_EXPLAIN_MAX, &genl))
		return false;
	*judgement = (struct link_judgement){
		.source = address_of(tb[TENANTGATE_A_EXPLAIN_SOURCE]),
		.destination = address_of(tb[TENANTGATE_A_EXPLAIN_DESTINATION]),
		.protocol = u8_of(tb[TENANTGATE_A_EXPLAIN_PROTOCOL]),
		.has_source_port = tb[TENANTGATE_A_EXPLAIN_SOURCE_PORT],
		.has_destination_port = tb[TENANTGATE_A_EXPLAIN_DESTINATION_PORT],
		.source_port = u16_of(tb[TENANTGATE_A_EXPLAIN_SOURCE_PORT]),
		.destination_port = u16_of(tb[TENANTGATE_A_EXPLAIN_DESTINATION_PORT]),
		.device = text_of(tb[TENANTGATE_A_EXPLAIN_DEVICE]),
		.out_device = text_of(tb[TENANTGATE_A_EXPLAIN_OUT_DEVICE]),
		.tenant = text_of(tb[TENANTGATE_A_EXPLAIN_TENANT_NAME]),
		.verdict = u8_of(tb[TENANTGATE_A_EXPLAIN_VERDICT]),
		.reason = u8_of(tb[TENANTGATE_A_EXPLAIN_REASON]),
		.mode = u8_of(tb[TENANTGATE_A_EXPLAIN_MODE]),
		.site = text_of(tb[TENANTGATE_A_EXPLAIN_SITE]),
		.user = text_of(tb[TENANTGATE_A_EXPLAIN_USER]),
		.roles = list_of(genl, TENANTGATE_A_EXPLAIN_ROLE),
		.peer = text_of(tb[TENANTGATE_A_EXPLAIN_PEER_NAME]),
		.peer_site = text_of(tb[TENANTGATE_A_EXPLAIN_PEER_SITE]),
		.service = text_of(tb[TENANTGATE_A_EXPLAIN_SERVICE]),
		.rule = text_of(tb[TENANTGATE_A_EXPLAIN_RULE]),
		.origin = text_of(tb[TENANTGATE_A_EXPLAIN_ORIGIN]),
		.class = u8_of(tb[TENANTGATE_A_EXPLAIN_CLASS]),
		.local = tb[TENANTGATE_A_EXPLAIN_LOCAL],
		.generation = u32_of(tb[TENANTGATE_A_EXPLAIN_GENERATION]),
		.dropped_events = u32_of(tb[TENANTGATE_A_EXPLAIN_DROPPED_EVENTS]),
		.is_limited = tb[TENANTGATE_A_EXPLAIN_LIMITED],
		.limited = u8_of(tb[TENANTGATE_A_EXPLAIN_LIMITED]),
	};
	return true;
}
