// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink socket: requests go out, answers and refusals come back.
 *
 * Refusals carry the kernel's extended acknowledgement: a sentence, and either
 * the place of the attribute it is about in the message that was sent, or the
 * type of one that is missing. NETLINK_CAP_ACK stays off, so that the refused
 * message is echoed and the place can be turned into the attribute's name.
 */

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/internal.h"

/* Room for the refusals of a whole batch. */
#define RECEIVE_BUFFER	(4 << 20)
#define SEND_BUFFER	(1 << 20)

/**
 * link_library - the fault for an error of libnl
 * @error: as libnl returned it, negative
 * @what: what failed
 *
 * Return: a fault.
 */
struct fault *link_library(int error, const char *what)
{
	return fault_new(FAULT_KERNEL, NULL, "%s: %s", what, nl_geterror(error));
}

static struct fault *link_absent(void)
{
	struct fault *fault = fault_new(FAULT_ABSENT, NULL, "the tenantgate module is not loaded");

	return fault_hint(fault, "load it with: modprobe tenantgate");
}

static void set_option(int fd, int level, int option, int value)
{
	/* Older kernels lack some; everything works without, only less well. */
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

/*
 * Asking for the family makes the kernel load the module. Who only wants to
 * look must not do that, so sysfs is asked first where there is one.
 */
static bool is_loaded(void)
{
	return access("/sys/module", F_OK) || !access("/sys/module/" TENANTGATE_FAMILY_NAME, F_OK);
}

/**
 * link_open - connect to the module
 * @out: gets the connection
 * @load: let the kernel load the module when it is not there
 *
 * Return: NULL or a fault; of kind FAULT_ABSENT when there is no module.
 */
struct fault *link_open(struct link **out, bool load)
{
	struct fault *fault;
	struct link *link;
	int error, fd;

	*out = NULL;
	if (!load && !is_loaded())
		return link_absent();
	link = calloc(1, sizeof(*link));
	if (!link)
		return fault_memory();
	link->sock = nl_socket_alloc();
	link->scratch = nlmsg_alloc_size(LINK_MESSAGE_MAX);
	if (!link->sock || !link->scratch) {
		fault = fault_memory();
		goto close;
	}
	error = genl_connect(link->sock);
	if (error < 0) {
		fault = link_library(error, "cannot open a netlink socket");
		goto close;
	}
	fd = nl_socket_get_fd(link->sock);
	set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 0);
	set_option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	set_option(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
	set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
	link->family = genl_ctrl_resolve(link->sock, TENANTGATE_FAMILY_NAME);
	if (link->family < 0) {
		fault = link->family == -NLE_OBJ_NOTFOUND ? link_absent() :
			link_library(link->family, "cannot look for the module");
		goto close;
	}
	/* genl_ctrl_resolve() counts on its own; any start will do. */
	link->seq = 0x10000;
	*out = link;
	return NULL;

close:
	link_close(link);
	return fault;
}

/**
 * link_close - end a connection; a candidate that is open is thrown away
 * @link: the connection, or NULL
 */
void link_close(struct link *link)
{
	if (!link)
		return;
	if (link->scratch)
		nlmsg_free(link->scratch);
	if (link->sock)
		nl_socket_free(link->sock);
	free(link);
}

/**
 * link_message - begin a message to the module
 * @link: the connection
 * @command: TENANTGATE_CMD_*
 * @flags: NLM_F_ACK, NLM_F_DUMP or 0
 *
 * There is one message at a time: the next call reuses its memory.
 *
 * Return: the message, numbered and without attributes.
 */
struct nl_msg *link_message(struct link *link, uint8_t command, int flags)
{
	nlmsg_hdr(link->scratch)->nlmsg_len = NLMSG_HDRLEN;
	genlmsg_put(link->scratch, nl_socket_get_local_port(link->sock), ++link->seq,
		    link->family, 0, NLM_F_REQUEST | flags, command, TENANTGATE_FAMILY_VERSION);
	return link->scratch;
}

/* What an extended acknowledgement says. */
struct complaint {
	const char *text;
	int text_len;
	bool has_offset;
	uint32_t offset;
	bool has_missing;
	uint32_t missing;
};

static void complaint_read(struct complaint *complaint, struct nlattr *attribute, int len)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (nla_parse(tb, NLMSGERR_ATTR_MAX, attribute, len, NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG]) {
		complaint->text = nla_data(tb[NLMSGERR_ATTR_MSG]);
		complaint->text_len = strnlen(complaint->text, nla_len(tb[NLMSGERR_ATTR_MSG]));
	}
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) >= 4) {
		complaint->has_offset = true;
		complaint->offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
	}
#ifdef NLMSGERR_ATTR_MISS_TYPE
	if (tb[NLMSGERR_ATTR_MISS_TYPE] && nla_len(tb[NLMSGERR_ATTR_MISS_TYPE]) >= 4) {
		complaint->has_missing = true;
		complaint->missing = nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
	}
#endif
}

static const char *plain_error(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "not permitted";
	case EOPNOTSUPP:
		return "this module does not know the command";
	case ENOMEM:
		return "the kernel has no memory for it";
	default:
		return strerror(error);
	}
}

/* @echo: the refused message, NULL when the kernel did not send it back. */
static struct fault *refusal(int error, const struct complaint *complaint,
			     const struct nlmsghdr *echo)
{
	char path[128] = "";
	struct fault *fault;

	if (echo && complaint->has_offset)
		link_attribute_path(echo, complaint->offset, path, sizeof(path));
	/* The module's sentences name the object; the kernel's own do not. */
	if (complaint->text && memchr(complaint->text, '\'', complaint->text_len) &&
	    !strchr(path, ','))
		path[0] = '\0';
	if (!complaint->text && echo && complaint->has_missing) {
		const struct genlmsghdr *genl = nlmsg_data(echo);
		const char *name = link_attribute_name(genl->cmd, complaint->missing);

		snprintf(path, sizeof(path), "%s is missing", name ? name : "an attribute");
	}
	fault = fault_new(FAULT_KERNEL, NULL, "%.*s%s%s%s",
			  complaint->text ? complaint->text_len : 200,
			  complaint->text ? complaint->text : plain_error(error),
			  path[0] ? " (" : "", path, path[0] ? ")" : "");
	fault->error = error;
	if (error == EPERM || error == EACCES)
		fault_hint(fault, "tgctl needs CAP_NET_ADMIN: try it as root");
	return fault;
}

/* NLMSG_ERROR: NULL for an acknowledgement. */
static struct fault *error_read(const struct nlmsghdr *message)
{
	const struct nlmsgerr *error = nlmsg_data(message);
	struct complaint complaint = { 0 };
	const struct nlmsghdr *echo = NULL;
	int at = sizeof(*error), len = nlmsg_datalen(message);

	if (len < (int)sizeof(*error))
		return fault_new(FAULT_KERNEL, NULL, "the kernel's answer is cut short");
	if (!error->error)
		return NULL;
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && error->msg.nlmsg_len >= NLMSG_HDRLEN &&
	    error->msg.nlmsg_len <= (uint32_t)(len - sizeof(error->error))) {
		at += error->msg.nlmsg_len - sizeof(error->msg);
		if (error->msg.nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
			echo = &error->msg;
	}
	at = NLMSG_ALIGN(at);
	if (message->nlmsg_flags & NLM_F_ACK_TLVS && at < len)
		complaint_read(&complaint, (struct nlattr *)((char *)nlmsg_data(message) + at),
			       len - at);
	return refusal(-error->error, &complaint, echo);
}

/* NLMSG_DONE: a dump may end in an error. */
static struct fault *done_read(const struct nlmsghdr *message)
{
	struct complaint complaint = { 0 };
	int error = 0, len = nlmsg_datalen(message);

	if (len >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(message), sizeof(error));
	if (error >= 0)
		return NULL;
	if (message->nlmsg_flags & NLM_F_ACK_TLVS && len > (int)sizeof(error))
		complaint_read(&complaint, (struct nlattr *)((char *)nlmsg_data(message) +
							     NLMSG_ALIGN(sizeof(error))),
			       len - NLMSG_ALIGN(sizeof(error)));
	return refusal(-error, &complaint, NULL);
}

/* One message of the answer. Sets @end with the last one. */
static struct fault *answer_read(struct link *link, const struct nlmsghdr *message, uint32_t last,
				 struct exchange *exchange, bool *end)
{
	struct fault *fault;

	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->interrupted = true;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP:
		return NULL;
	case NLMSG_DONE:
		*end = message->nlmsg_seq == last;
		return done_read(message);
	case NLMSG_ERROR:
		fault = error_read(message);
		*end = message->nlmsg_seq == last;
		if (*end || !fault)
			return fault;
		if (exchange->refused)
			return exchange->refused(message->nlmsg_seq, fault, exchange->context);
		return fault;
	default:
		if (message->nlmsg_type != link->family || message->nlmsg_seq != last ||
		    !genlmsg_valid_hdr((struct nlmsghdr *)message, 0) || !exchange->data)
			return NULL;
		return exchange->data(message, exchange->context);
	}
}

/**
 * link_exchange - send messages and read what comes back
 * @link: the connection
 * @bytes: the messages
 * @len: bytes of them
 * @last: number of the last message, which asks for an acknowledgement or a dump
 * @exchange: what to do with the answers
 *
 * Return: NULL, or the refusal of the last message, or another fault.
 */
struct fault *link_exchange(struct link *link, const void *bytes, size_t len, uint32_t last,
			    struct exchange *exchange)
{
	struct sockaddr_nl from;
	struct fault *fault = NULL;
	bool end = false;
	int got;

	got = nl_sendto(link->sock, (void *)bytes, len);
	if (got < 0)
		return link_library(got, "cannot send to the module");
	while (!end && !fault) {
		unsigned char *answer = NULL;
		struct nlmsghdr *message;

		got = nl_recv(link->sock, &from, &answer, NULL);
		if (got <= 0) {
			free(answer);
			return link_library(got, "cannot read the module's answer");
		}
		message = (struct nlmsghdr *)answer;
		while (!end && !fault && nlmsg_ok(message, got)) {
			fault = answer_read(link, message, last, exchange, &end);
			message = nlmsg_next(message, &got);
		}
		free(answer);
	}
	return fault;
}

/**
 * link_ask - send one message and keep what comes back
 * @link: the connection
 * @message: from link_message(), with NLM_F_ACK
 * @reply: gets the answer, may be NULL
 *
 * Return: NULL or a fault.
 */
struct fault *link_ask(struct link *link, struct nl_msg *message, struct dump *reply)
{
	struct exchange exchange = { .data = reply ? dump_keep : NULL, .context = reply };
	struct nlmsghdr *header = nlmsg_hdr(message);

	if (reply)
		reply->used = 0;
	return link_exchange(link, header, header->nlmsg_len, header->nlmsg_seq, &exchange);
}
