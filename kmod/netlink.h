/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netlink family: what its handlers share.
 *
 * The family is specified in Documentation/netlink/specs/tenantgate.yaml;
 * netlink_gen.c, made from it, names the handlers.
 */
#ifndef _TG_NETLINK_H
#define _TG_NETLINK_H

#include <net/genetlink.h>

#include "netlink_gen.h"
#include "txn.h"

#define TG_VERSION	"0.1.0"

/* Room for the longest answer: an explanation with names and all roles. */
#define TG_REPLY_SIZE	(2 * NLMSG_GOODSIZE)

/**
 * struct tg_request - one request of a client
 * @skb: what the client sent
 * @info: the message in it that is dealt with
 * @tgn: the namespace it is about
 * @err: the error it is refused with; 0 while it is not
 * @why: why it is refused; empty while it is not
 */
struct tg_request {
	struct sk_buff *skb;
	struct genl_info *info;
	struct tg_net *tgn;
	int err;
	struct tg_complaint why;
};

int tg_netlink_init(void);
void tg_netlink_exit(void);

int tg_request_begin(struct tg_request *r, struct sk_buff *skb, struct genl_info *info,
		     u64 multi);
int tg_request_end(struct tg_request *r, int err);
__printf(4, 5) int tg_refuse(struct tg_request *r, const struct nlattr *attr, int err,
			     const char *format, ...);
int tg_refuse_missing(struct tg_request *r, const struct nlattr *nest, u16 type,
		      const char *noun, const char *name, const char *field);
struct sk_buff *tg_reply_begin(struct genl_info *info, void **header);
int tg_reply_send(struct sk_buff *reply, struct genl_info *info, void *header);
void tg_netlink_complain(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
			 struct netlink_ext_ack *extack, const char *text);

#endif
