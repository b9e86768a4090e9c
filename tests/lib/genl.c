// SPDX-License-Identifier: GPL-2.0-only
/*
 * genl: reads TenantGate's netlink family with nothing but a socket, so that
 * the tests do not depend on the tool and the libraries they test.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "genl.h"
#include "probe.h"

const char *const genl_verdicts[] = { "allow", "deny", "reject" };

static char reason_name[256][32];

/* Appends an attribute; returns it so that a nest can be closed. */
struct nlattr *genl_put(struct genl_message *message, uint16_t type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)&message->header + NLMSG_ALIGN(message->header.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memset(attr + 1, 0, NLA_ALIGN(len));
	if (data)
		memcpy(attr + 1, data, len);
	message->header.nlmsg_len = NLMSG_ALIGN(message->header.nlmsg_len) + NLA_HDRLEN + (uint32_t)NLA_ALIGN(len);
	return attr;
}

void genl_put_u32(struct genl_message *message, uint16_t type, uint32_t value)
{
	genl_put(message, type, &value, sizeof(value));
}

void genl_put_u8(struct genl_message *message, uint16_t type, uint8_t value)
{
	genl_put(message, type, &value, sizeof(value));
}

void genl_put_text(struct genl_message *message, uint16_t type, const char *text)
{
	genl_put(message, type, text, strlen(text) + 1);
}

struct nlattr *genl_nest(struct genl_message *message, uint16_t type)
{
	return genl_put(message, type | NLA_F_NESTED, NULL, 0);
}

void genl_nest_end(struct genl_message *message, struct nlattr *nest)
{
	nest->nla_len = (uint16_t)((char *)&message->header + message->header.nlmsg_len - (char *)nest);
}

void genl_put_prefix(struct genl_message *message, uint16_t type, const char *address, uint8_t length)
{
	struct nlattr *nest = genl_nest(message, type);
	uint8_t bytes[16];
	bool v6 = family_of(address) == AF_INET6;

	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, bytes) != 1)
		die("not an address: %s", address);
	genl_put(message, TENANTGATE_A_PREFIX_ADDRESS, bytes, v6 ? 16 : 4);
	genl_put_u8(message, TENANTGATE_A_PREFIX_LENGTH, length);
	genl_nest_end(message, nest);
}

/* Starts a message to the module's family. */
void genl_start(struct genl *genl, struct genl_message *message, uint8_t command, uint16_t flags)
{
	memset(message, 0, sizeof(message->header) + sizeof(message->genl));
	message->header.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	message->header.nlmsg_type = genl->family;
	message->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	message->header.nlmsg_seq = ++genl->sequence;
	message->genl.cmd = command;
	message->genl.version = TENANTGATE_FAMILY_VERSION;
}

/* Walks attributes from @at; @each gets them one by one. */
void genl_walk(const void *at, size_t len, void (*each)(const struct nlattr *attr, void *data), void *data)
{
	const char *end = (const char *)at + len;

	for (const struct nlattr *attr = at;
	     (const char *)(attr + 1) <= end && attr->nla_len >= NLA_HDRLEN && (const char *)attr + attr->nla_len <= end;
	     attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len)))
		each(attr, data);
}

static void take_message(const struct nlattr *attr, void *text)
{
	if ((attr->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG)
		snprintf(text, 256, "%s", (const char *)(attr + 1));
}

/* The kernel's words about a refusal. */
static void take_extack(struct genl *genl, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	size_t at = sizeof(*error);

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		at += error->msg.nlmsg_len - NLMSG_HDRLEN;
	if (NLMSG_HDRLEN + at < header->nlmsg_len)
		genl_walk((const char *)error + NLMSG_ALIGN(at), header->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(at),
			  take_message, genl->message);
}

/* Reads answers until the request is done. Returns 0 or -errno. */
int genl_receive(struct genl *genl, genl_each each, void *data)
{
	static char buffer[1 << 18] __attribute__((aligned(8)));

	genl->message[0] = 0;
	for (;;) {
		ssize_t got = recv(genl->fd, buffer, sizeof(buffer), 0);
		int len = (int)got;

		if (got < 0 && errno != EINTR)
			return -errno;
		for (struct nlmsghdr *header = (void *)buffer; NLMSG_OK(header, (unsigned int)len);
		     header = NLMSG_NEXT(header, len)) {
			const struct nlmsgerr *error = NLMSG_DATA(header);

			if (header->nlmsg_seq != genl->sequence)
				continue;
			if (header->nlmsg_flags & NLM_F_DUMP_INTR)
				genl->interrupted = true;
			if (header->nlmsg_type == NLMSG_DONE)
				return *(int *)NLMSG_DATA(header);
			if (header->nlmsg_type == NLMSG_ERROR) {
				take_extack(genl, header);
				return error->error;
			}
			if (each)
				each((const char *)NLMSG_DATA(header) + GENL_HDRLEN,
				     header->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, data);
		}
	}
}

int genl_send(struct genl *genl, const void *data, size_t len)
{
	return send(genl->fd, data, len, 0) < 0 ? -errno : 0;
}

/* Sends @message and reads the answer. Returns 0 or -errno. */
int genl_ask(struct genl *genl, struct genl_message *message, genl_each each, void *data)
{
	int error = genl_send(genl, &message->header, message->header.nlmsg_len);

	return error ? error : genl_receive(genl, each, data);
}

static void take_family(const struct nlattr *attr, void *data)
{
	if ((attr->nla_type & NLA_TYPE_MASK) == CTRL_ATTR_FAMILY_ID)
		*(uint16_t *)data = *(const uint16_t *)(attr + 1);
}

static void family_reply(const void *attrs, size_t len, void *data)
{
	genl_walk(attrs, len, take_family, data);
}

struct take_reason {
	unsigned int number;
	const char *name;
};

static void take_reason(const struct nlattr *attr, void *data)
{
	struct take_reason *take = data;

	switch (attr->nla_type & NLA_TYPE_MASK) {
	case TENANTGATE_A_REASON_INFO_REASON:
		take->number = *(const uint8_t *)(attr + 1);
		break;
	case TENANTGATE_A_REASON_INFO_NAME:
		take->name = (const char *)(attr + 1);
		break;
	}
}

static void reason_reply(const void *attrs, size_t len, void *data)
{
	struct take_reason take = { 0, NULL };

	(void)data;
	genl_walk(attrs, len, take_reason, &take);
	if (take.name)
		snprintf(reason_name[take.number & 255], sizeof(reason_name[0]), "%s", take.name);
}

/* Opens a client of the module in this network namespace; NULL: no such family. */
struct genl *genl_open(void)
{
	struct genl *genl = calloc(1, sizeof(*genl));
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	struct genl_message message;
	int one = 1, size = 1 << 20;

	enter(".");
	if (!genl)
		die("no memory");
	genl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (genl->fd < 0 || bind(genl->fd, (struct sockaddr *)&local, sizeof(local)))
		die("netlink: %s", strerror(errno));
	setsockopt(genl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(genl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(genl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	genl->family = GENL_ID_CTRL;
	genl_start(genl, &message, CTRL_CMD_GETFAMILY, 0);
	genl_put_text(&message, CTRL_ATTR_FAMILY_NAME, TENANTGATE_FAMILY_NAME);
	if (genl_ask(genl, &message, family_reply, &genl->family)) {
		close(genl->fd);
		free(genl);
		return NULL;
	}
	if (!reason_name[0][0]) {
		genl_start(genl, &message, TENANTGATE_CMD_REASON_GET, NLM_F_DUMP);
		genl_ask(genl, &message, reason_reply, NULL);
	}
	return genl;
}

void genl_close(struct genl *genl)
{
	close(genl->fd);
	free(genl);
}

static void take_judgement(const struct nlattr *attr, void *data)
{
	struct judgement *answer = data;
	const char *value = (const char *)(attr + 1);

	switch (attr->nla_type & NLA_TYPE_MASK) {
	case TENANTGATE_A_EXPLAIN_VERDICT:
		snprintf(answer->verdict, sizeof(answer->verdict), "%s",
			 *value < (int)ARRAY_LEN(genl_verdicts) ? genl_verdicts[(int)*value] : "?");
		break;
	case TENANTGATE_A_EXPLAIN_REASON:
		snprintf(answer->reason, sizeof(answer->reason), "%s", reason_name[(uint8_t)*value]);
		break;
	case TENANTGATE_A_EXPLAIN_TENANT_NAME:
		snprintf(answer->tenant, sizeof(answer->tenant), "%s", value);
		break;
	case TENANTGATE_A_EXPLAIN_RULE:
		snprintf(answer->rule, sizeof(answer->rule), "%s", value);
		break;
	}
}

static void judgement_reply(const void *attrs, size_t len, void *data)
{
	genl_walk(attrs, len, take_judgement, data);
}

static void put_address(struct genl_message *message, uint16_t type, const char *address)
{
	uint8_t bytes[16];
	bool v6 = family_of(address) == AF_INET6;

	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, bytes) != 1)
		die("not an address: %s", address);
	genl_put(message, type, bytes, v6 ? 16 : 4);
}

int genl_explain(struct genl *genl, const char *from, const char *to, unsigned int protocol,
		 unsigned int port, struct judgement *answer)
{
	struct genl_message message;
	uint16_t narrow = (uint16_t)port;

	memset(answer, 0, sizeof(*answer));
	genl_start(genl, &message, TENANTGATE_CMD_EXPLAIN, 0);
	put_address(&message, TENANTGATE_A_EXPLAIN_SOURCE, from);
	put_address(&message, TENANTGATE_A_EXPLAIN_DESTINATION, to);
	genl_put_u8(&message, TENANTGATE_A_EXPLAIN_PROTOCOL, (uint8_t)protocol);
	genl_put(&message, TENANTGATE_A_EXPLAIN_DESTINATION_PORT, &narrow, sizeof(narrow));
	return genl_ask(genl, &message, judgement_reply, answer);
}

struct counting {
	struct reason_count *count;
	size_t used, max;
	const char *tenant;
};

static void take_count(const struct nlattr *attr, void *data)
{
	struct counting *counting = data;
	struct reason_count *count = &counting->count[counting->used];

	switch (attr->nla_type & NLA_TYPE_MASK) {
	case TENANTGATE_A_REASON_COUNT_REASON:
		snprintf(count->reason, sizeof(count->reason), "%s", reason_name[*(const uint8_t *)(attr + 1)]);
		break;
	case TENANTGATE_A_REASON_COUNT_PACKETS:
		memcpy(&count->packets, attr + 1, 8);
		break;
	case TENANTGATE_A_REASON_COUNT_OBSERVED_PACKETS:
		memcpy(&count->observed, attr + 1, 8);
		break;
	}
}

static void take_tenant(const struct nlattr *attr, void *data)
{
	struct counting *counting = data;
	struct reason_count *count = &counting->count[counting->used];

	switch (attr->nla_type & NLA_TYPE_MASK) {
	case TENANTGATE_A_COUNTER_TENANT_NAME:
		counting->tenant = (const char *)(attr + 1);
		break;
	case TENANTGATE_A_COUNTER_REASON:
		if (counting->used == counting->max)
			return;
		memset(count, 0, sizeof(*count));
		snprintf(count->tenant, sizeof(count->tenant), "%s", counting->tenant ? counting->tenant : "?");
		genl_walk(attr + 1, attr->nla_len - NLA_HDRLEN, take_count, counting);
		counting->used++;
		break;
	}
}

static void counts_reply(const void *attrs, size_t len, void *data)
{
	((struct counting *)data)->tenant = NULL;
	genl_walk(attrs, len, take_tenant, data);
}

/* Every tenant's reasons; returns how many. */
size_t genl_counts(struct genl *genl, struct reason_count *count, size_t max)
{
	struct counting counting = { count, 0, max, NULL };
	struct genl_message message;

	genl_start(genl, &message, TENANTGATE_CMD_COUNTER_GET, NLM_F_DUMP);
	if (genl_ask(genl, &message, counts_reply, &counting))
		return 0;
	return counting.used;
}

/* "probe rules": attributes of interest, in the order they are printed. */
struct field {
	uint16_t type;
	char kind;	/* s text, 8 4 2 1 number of so many bytes, r reason, v verdict, a address, e reason nest */
};

static void print_field(const struct nlattr *attr, char kind)
{
	const void *value = attr + 1;
	char text[INET6_ADDRSTRLEN];
	uint64_t wide = 0;

	switch (kind) {
	case 's':
		printf("%s", (const char *)value);
		break;
	case 'r':
		printf("%s", reason_name[*(const uint8_t *)value]);
		break;
	case 'v':
		printf("%s", genl_verdicts[*(const uint8_t *)value % 3]);
		break;
	case 'a':
		printf("%s", inet_ntop(attr->nla_len == NLA_HDRLEN + 16 ? AF_INET6 : AF_INET, value, text,
				       sizeof(text)));
		break;
	default:
		memcpy(&wide, value, (size_t)(kind - '0'));
		printf("%llu", (unsigned long long)wide);
	}
}

struct printing {
	const struct field *field;
	const struct nlattr *found[16];
};

static void take_field(const struct nlattr *attr, void *data)
{
	struct printing *printing = data;

	for (int i = 0; printing->field[i].kind; i++)
		if (printing->field[i].type == (attr->nla_type & NLA_TYPE_MASK))
			printing->found[i] = attr;
}

static void print_reply(const void *attrs, size_t len, void *data)
{
	struct printing printing = { .field = data };

	genl_walk(attrs, len, take_field, &printing);
	for (int i = 0; printing.field[i].kind; i++) {
		printf("%s", i ? "\t" : "");
		if (printing.found[i])
			print_field(printing.found[i], printing.field[i].kind);
		else
			printf("-");
	}
	printf("\n");
}

/*
 * probe counters [TENANT]   TENANT REASON PACKETS OBSERVED
 * probe rules [TENANT]      TENANT RULE HITS PACKETS GENERATION
 * probe flows [TENANT]      TENANT PROTOCOL SOURCE PORT DESTINATION PORT STATE REASON RULE TIMEOUT
 *                           PACKETS REPLY-PACKETS
 * probe status              GENERATION MODE CONFIRM PREVIOUS FLOWS TENANTS PICKUP
 * all with tabs between.
 */
int genl_main(int argc, char **argv)
{
	static const struct field rules[] = {
		{ TENANTGATE_A_RULE_TENANT_NAME, 's' }, { TENANTGATE_A_RULE_NAME, 's' },
		{ TENANTGATE_A_RULE_HITS, '8' }, { TENANTGATE_A_RULE_PACKETS, '8' },
		{ TENANTGATE_A_RULE_GENERATION, '4' }, { 0, 0 },
	};
	static const struct field flows[] = {
		{ TENANTGATE_A_FLOW_TENANT_NAME, 's' }, { TENANTGATE_A_FLOW_PROTOCOL, '1' },
		{ TENANTGATE_A_FLOW_SOURCE, 'a' }, { TENANTGATE_A_FLOW_SOURCE_PORT, '2' },
		{ TENANTGATE_A_FLOW_DESTINATION, 'a' }, { TENANTGATE_A_FLOW_DESTINATION_PORT, '2' },
		{ TENANTGATE_A_FLOW_STATE, 's' }, { TENANTGATE_A_FLOW_REASON, 'r' },
		{ TENANTGATE_A_FLOW_RULE, 's' }, { TENANTGATE_A_FLOW_TIMEOUT, '4' },
		{ TENANTGATE_A_FLOW_ORIGINAL_PACKETS, '8' }, { TENANTGATE_A_FLOW_REPLY_PACKETS, '8' },
		{ 0, 0 },
	};
	static const struct field status[] = {
		{ TENANTGATE_A_STATUS_GENERATION, '4' }, { TENANTGATE_A_STATUS_MODE, '1' },
		{ TENANTGATE_A_STATUS_CONFIRM_TIMEOUT, '4' }, { TENANTGATE_A_STATUS_PREVIOUS_GENERATION, '4' },
		{ TENANTGATE_A_STATUS_FLOWS, '4' }, { TENANTGATE_A_STATUS_TENANTS, '4' },
		{ TENANTGATE_A_STATUS_PICKUP, '4' }, { 0, 0 },
	};
	static struct reason_count count[65536];
	struct genl *genl = genl_open();
	struct genl_message message;
	const char *tenant = argc > 1 ? argv[1] : NULL;
	size_t len;
	int error;

	if (!genl)
		die("the module's netlink family is not there");
	if (!strcmp(argv[0], "counters")) {
		len = genl_counts(genl, count, ARRAY_LEN(count));
		for (size_t i = 0; i < len; i++)
			if (!tenant || !strcmp(count[i].tenant, tenant))
				printf("%s\t%s\t%llu\t%llu\n", count[i].tenant, count[i].reason,
				       (unsigned long long)count[i].packets, (unsigned long long)count[i].observed);
		return 0;
	}
	if (!strcmp(argv[0], "status")) {
		genl_start(genl, &message, TENANTGATE_CMD_STATUS_GET, 0);
		error = genl_ask(genl, &message, print_reply, (void *)(uintptr_t)status);
	} else if (!strcmp(argv[0], "rules")) {
		genl_start(genl, &message, TENANTGATE_CMD_RULE_GET, NLM_F_DUMP);
		if (tenant)
			genl_put_text(&message, TENANTGATE_A_RULE_TENANT_NAME, tenant);
		error = genl_ask(genl, &message, print_reply, (void *)(uintptr_t)rules);
	} else {
		genl_start(genl, &message, TENANTGATE_CMD_FLOW_GET, NLM_F_DUMP);
		if (tenant)
			genl_put_text(&message, TENANTGATE_A_FLOW_TENANT_NAME, tenant);
		error = genl_ask(genl, &message, print_reply, (void *)(uintptr_t)flows);
	}
	if (error)
		die("%s: %s%s%s", argv[0], strerror(-error), genl->message[0] ? ": " : "", genl->message);
	return 0;
}
