// SPDX-License-Identifier: GPL-2.0-only
/* From the values that a policy is made of to attributes. */

#include "netlink_put.h"

/**
 * tg_put_address - put an address, in the bytes of its own family
 * @skb: the message
 * @type: number of the attribute
 * @addr: the address
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_address(struct sk_buff *skb, int type, const struct tg_addr *addr)
{
	__be64 bytes[2];

	if (tg_addr_is_v4(addr))
		return nla_put_in_addr(skb, type, htonl((u32)addr->lo));
	bytes[0] = cpu_to_be64(addr->hi);
	bytes[1] = cpu_to_be64(addr->lo);
	return nla_put(skb, type, sizeof(bytes), bytes);
}

/**
 * tg_put_prefixes - put a list of prefixes
 * @skb: the message
 * @type: number of the attribute, put once for each
 * @prefixes: the prefixes
 * @count: their number
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_prefixes(struct sk_buff *skb, int type, const struct tg_prefix *prefixes, u32 count)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < count; i++) {
		const struct tg_prefix *p = &prefixes[i];
		u8 len = tg_addr_is_v4(&p->addr) ? p->len - TG_V4_PREFIX : p->len;

		nest = nla_nest_start(skb, type);
		if (!nest || tg_put_address(skb, TENANTGATE_A_PREFIX_ADDRESS, &p->addr) ||
		    nla_put_u8(skb, TENANTGATE_A_PREFIX_LENGTH, len))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int tg_put_range(struct sk_buff *skb, int first, int last, u16 min, u16 max)
{
	if (min == 0 && max == U16_MAX)
		return 0;
	if (nla_put_u16(skb, first, min) || (max != min && nla_put_u16(skb, last, max)))
		return -EMSGSIZE;
	return 0;
}

static int tg_put_icmp(struct sk_buff *skb, const struct tg_port *port)
{
	u16 min = tg_icmp_to_wire(port->proto, port->min);

	if (port->min == 0 && port->max == U16_MAX)
		return 0;
	if (nla_put_u8(skb, TENANTGATE_A_PORT_ICMP_TYPE, min >> 8) ||
	    (port->min == port->max &&
	     nla_put_u8(skb, TENANTGATE_A_PORT_ICMP_CODE, min & 0xff)))
		return -EMSGSIZE;
	return 0;
}

static int tg_put_port(struct sk_buff *skb, const struct tg_port *port)
{
	if (port->proto != TG_PROTO_ANY &&
	    nla_put_u8(skb, TENANTGATE_A_PORT_PROTOCOL, port->proto))
		return -EMSGSIZE;
	if (nla_put_u8(skb, TENANTGATE_A_PORT_CLASS, port->class))
		return -EMSGSIZE;
	if (tg_proto_is_icmp(port->proto))
		return tg_put_icmp(skb, port);
	if (!tg_proto_has_ports(port->proto))
		return 0;
	if (tg_put_range(skb, TENANTGATE_A_PORT_FIRST, TENANTGATE_A_PORT_LAST, port->min,
			 port->max))
		return -EMSGSIZE;
	return tg_put_range(skb, TENANTGATE_A_PORT_SOURCE_FIRST, TENANTGATE_A_PORT_SOURCE_LAST,
			    port->sport_min, port->sport_max);
}

/**
 * tg_put_ports - put a list of ports
 * @skb: the message
 * @type: number of the attribute, put once for each
 * @ports: the ports
 * @count: their number
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_ports(struct sk_buff *skb, int type, const struct tg_port *ports, u32 count)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < count; i++) {
		nest = nla_nest_start(skb, type);
		if (!nest || tg_put_port(skb, &ports[i]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/**
 * tg_put_optional - put a text that may be absent
 * @skb: the message
 * @type: number of the attribute
 * @text: the text, or NULL
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_optional(struct sk_buff *skb, int type, const char *text)
{
	return text ? nla_put_string(skb, type, text) : 0;
}

/**
 * tg_put_revision - put what a client knows a state by, if it gave one
 * @skb: the message
 * @type: number of the attribute
 * @revision: the revision
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_revision(struct sk_buff *skb, int type, const struct tg_revision *revision)
{
	return revision->len ? nla_put(skb, type, revision->len, revision->bytes) : 0;
}

/**
 * tg_icmp_to_wire - ICMP type and code as they are in a packet
 * @proto: IP protocol, of either family's ICMP
 * @icmp: type * 256 + code in the form that judgement knows
 *
 * Return: type * 256 + code in the numbers of the protocol.
 */
u16 tg_icmp_to_wire(u8 proto, u16 icmp)
{
	if (proto != TG_PROTO_ICMPV6)
		return icmp;
	switch (icmp >> 8) {
	case 8:
		return 128 << 8 | (icmp & 0xff);
	case 0:
		return 129 << 8 | (icmp & 0xff);
	default:
		return icmp;
	}
}

static int tg_put_packet(struct sk_buff *skb, const struct tg_packet *packet)
{
	if (tg_put_address(skb, TENANTGATE_A_EXPLAIN_SOURCE, &packet->saddr) ||
	    tg_put_address(skb, TENANTGATE_A_EXPLAIN_DESTINATION, &packet->daddr) ||
	    nla_put_u8(skb, TENANTGATE_A_EXPLAIN_PROTOCOL, packet->proto))
		return -EMSGSIZE;
	if (packet->kind & TG_PACKET_LATER_FRAGMENT)
		return 0;
	if (tg_proto_is_icmp(packet->proto))
		return nla_put_u16(skb, TENANTGATE_A_EXPLAIN_DESTINATION_PORT,
				   tg_icmp_to_wire(packet->proto, packet->icmp));
	if (!tg_proto_has_ports(packet->proto))
		return 0;
	if (nla_put_u16(skb, TENANTGATE_A_EXPLAIN_SOURCE_PORT, packet->sport))
		return -EMSGSIZE;
	return nla_put_u16(skb, TENANTGATE_A_EXPLAIN_DESTINATION_PORT, packet->dport);
}

static int tg_put_judgement(struct sk_buff *skb, const struct tg_judgement *j)
{
	char origin[TENANTGATE_ORIGIN_MAX + 1];

	if (nla_put_u8(skb, TENANTGATE_A_EXPLAIN_VERDICT, j->verdict) ||
	    nla_put_u8(skb, TENANTGATE_A_EXPLAIN_REASON, j->reason))
		return -EMSGSIZE;
	if (j->tenant && nla_put_string(skb, TENANTGATE_A_EXPLAIN_TENANT_NAME, j->tenant->name))
		return -EMSGSIZE;
	if (j->peer && nla_put_string(skb, TENANTGATE_A_EXPLAIN_PEER_NAME, j->peer->name))
		return -EMSGSIZE;
	if (j->site && nla_put_string(skb, TENANTGATE_A_EXPLAIN_SITE, j->site->name))
		return -EMSGSIZE;
	if (j->user && nla_put_string(skb, TENANTGATE_A_EXPLAIN_USER, j->user->name))
		return -EMSGSIZE;
	if (!j->rule)
		return 0;
	if (nla_put_string(skb, TENANTGATE_A_EXPLAIN_RULE, j->rule->name))
		return -EMSGSIZE;
	return tg_put_optional(skb, TENANTGATE_A_EXPLAIN_ORIGIN,
			       tg_rule_origin(j->rule, origin));
}

/**
 * tg_put_event - put a packet and what was found of it
 * @skb: the message
 * @event: the packet, the judgement, and where it was made
 *
 * Context: any; under RCU when the judgement is of the running policy.
 * Return: 0 or -EMSGSIZE.
 */
int tg_put_event(struct sk_buff *skb, const struct tg_event *event)
{
	if (tg_put_packet(skb, event->packet) || tg_put_judgement(skb, event->judgement) ||
	    nla_put_u8(skb, TENANTGATE_A_EXPLAIN_MODE, event->mode) ||
	    nla_put_u32(skb, TENANTGATE_A_EXPLAIN_GENERATION, event->generation) ||
	    tg_put_optional(skb, TENANTGATE_A_EXPLAIN_DEVICE, event->in))
		return -EMSGSIZE;
	return tg_put_optional(skb, TENANTGATE_A_EXPLAIN_OUT_DEVICE, event->out);
}
