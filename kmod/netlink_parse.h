/* SPDX-License-Identifier: GPL-2.0-only */
/* From attributes to the values that a policy is made of. */
#ifndef _TG_NETLINK_PARSE_H
#define _TG_NETLINK_PARSE_H

#include "netlink.h"

/* A list that was in a message; freed with tg_list_free(). */
struct tg_prefix_list {
	struct tg_prefix *at;
	u32 count;
};

struct tg_port_list {
	struct tg_port *at;
	u32 count;
};

struct tg_selector_list {
	struct tg_selector *at;
	u32 count;
};

#define tg_list_free(list)	kvfree((list)->at)

void tg_cut_text(char *text);
int tg_check_repeated(struct tg_request *r, const struct nlattr *head, int len, u64 multi);
bool tg_is_name(const char *name);
int tg_parse_name(struct tg_request *r, const struct nlattr *attr, const char *noun,
		  const char **name);
int tg_parse_text(struct tg_request *r, const struct nlattr *attr, const char *noun,
		  const char *field, const char **text);
int tg_parse_device(struct tg_request *r, const struct nlattr *attr, const char *noun,
		    const char **name);
int tg_parse_address(struct tg_request *r, const struct nlattr *attr, const char *noun,
		     const char *field, struct tg_addr *addr, u8 *family);
int tg_parse_prefixes(struct tg_request *r, int type, const char *noun, const char *name,
		      struct tg_prefix_list *list);
int tg_parse_ports(struct tg_request *r, int type, const char *noun, const char *name,
		   struct tg_port_list *list);
int tg_parse_selectors(struct tg_request *r, int type, const struct tg_candidate *candidate,
		       const char *name, struct tg_selector_list *list);
u32 tg_count_attrs(const struct tg_request *r, int type);
u16 tg_icmp_from_wire(u8 type, u8 code);

#endif
