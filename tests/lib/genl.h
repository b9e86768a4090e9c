/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * genl: TenantGate's netlink family with nothing but a socket (genl.c), for
 * reading its state and for sending what a broken client would (hostile.c).
 */
#ifndef GENL_H
#define GENL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/tenantgate.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct genl {
	int fd;
	uint16_t family;
	uint32_t sequence;
	bool interrupted;	/* a dump said that it is not consistent */
	char message[256];	/* what the kernel said about the last refusal */
};

struct genl_message {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	char space[1 << 17];
};

typedef void (*genl_each)(const void *attrs, size_t len, void *data);

struct nlattr *genl_put(struct genl_message *message, uint16_t type, const void *data, size_t len);
void genl_put_u32(struct genl_message *message, uint16_t type, uint32_t value);
void genl_put_u8(struct genl_message *message, uint16_t type, uint8_t value);
void genl_put_text(struct genl_message *message, uint16_t type, const char *text);
void genl_put_prefix(struct genl_message *message, uint16_t type, const char *address, uint8_t length);
struct nlattr *genl_nest(struct genl_message *message, uint16_t type);
void genl_nest_end(struct genl_message *message, struct nlattr *nest);

void genl_start(struct genl *genl, struct genl_message *message, uint8_t command, uint16_t flags);
int genl_send(struct genl *genl, const void *data, size_t len);
int genl_receive(struct genl *genl, genl_each each, void *data);
int genl_ask(struct genl *genl, struct genl_message *message, genl_each each, void *data);
void genl_walk(const void *at, size_t len, void (*each)(const struct nlattr *attr, void *data), void *data);
void genl_close(struct genl *genl);

#endif
