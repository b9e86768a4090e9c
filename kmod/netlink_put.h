/* SPDX-License-Identifier: GPL-2.0-only */
/* From the values that a policy is made of to attributes. */
#ifndef _TG_NETLINK_PUT_H
#define _TG_NETLINK_PUT_H

#include "core/policy.h"
#include "events.h"
#include "netlink.h"

int tg_put_address(struct sk_buff *skb, int type, const struct tg_addr *addr);
int tg_put_prefixes(struct sk_buff *skb, int type, const struct tg_prefix *prefixes, u32 count);
int tg_put_ports(struct sk_buff *skb, int type, const struct tg_port *ports, u32 count);
int tg_put_optional(struct sk_buff *skb, int type, const char *text);
int tg_put_revision(struct sk_buff *skb, int type, const struct tg_revision *revision);
int tg_put_event(struct sk_buff *skb, const struct tg_event *event);
u16 tg_icmp_to_wire(u8 proto, u16 icmp);

#endif
