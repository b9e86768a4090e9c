/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of link/ share with each other and with nobody else. */
#ifndef TG_LINK_INTERNAL_H
#define TG_LINK_INTERNAL_H

#include <netlink/netlink.h>
#include <netlink/msg.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>

#include "link/link.h"

/* The largest message tgctl makes: a rule with all its selectors. */
#define LINK_MESSAGE_MAX	65536

/**
 * struct link - a connection to the module
 * @sock: the socket
 * @family: number of the family
 * @seq: number of the last message sent
 * @scratch: the message being made
 */
struct link {
	struct nl_sock *sock;
	int family;
	uint32_t seq;
	struct nl_msg *scratch;
};

/**
 * struct exchange - what to do with what the module answers
 * @data: called with each message of the family, may be NULL
 * @refused: called with each refusal that is not the last message's, may be NULL
 * @context: for both
 * @interrupted: set when a dump met a change and must begin again
 */
struct exchange {
	struct fault *(*data)(const struct nlmsghdr *message, void *context);
	struct fault *(*refused)(uint32_t seq, struct fault *refusal, void *context);
	void *context;
	bool interrupted;
};

struct nl_msg *link_message(struct link *link, uint8_t command, int flags);
struct fault *link_exchange(struct link *link, const void *bytes, size_t len, uint32_t last,
			    struct exchange *exchange) FAULT_CHECK;
struct fault *link_ask(struct link *link, struct nl_msg *message, struct dump *reply) FAULT_CHECK;
struct fault *link_library(int error, const char *what) FAULT_CHECK;
struct fault *dump_keep(const struct nlmsghdr *message, void *context) FAULT_CHECK;
const char *link_attribute_path(const struct nlmsghdr *message, uint32_t offset, char *buf,
				size_t size);
const char *link_attribute_name(uint8_t command, uint32_t type);

#endif
