// SPDX-License-Identifier: GPL-2.0-only
/*
 * From attributes to the values that a policy is made of.
 *
 * The generated policies have seen to the attributes' types, lengths and
 * simple ranges before a handler runs, in nests too. What is left is done
 * here, so that the attribute at fault can be named.
 */

#include <linux/mm.h>
#include <linux/netdevice.h>

#include "core/complain.h"
#include "netlink_parse.h"

/* Blame @attr for what the core complains about. */
static int tg_blame(struct tg_request *r, const struct nlattr *attr, int err)
{
	if (err)
		NL_SET_BAD_ATTR(r->info->extack, attr);
	return err;
}

/**
 * tg_check_repeated - refuse attributes that contradict each other
 * @r: the request
 * @head: the first attribute of a message or of a nest
 * @len: bytes of all of them
 * @multi: attributes that may be there several times, one bit for each number
 *
 * Return: 0 or -EINVAL.
 */
int tg_check_repeated(struct tg_request *r, const struct nlattr *head, int len, u64 multi)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int rem;

	nla_for_each_attr(attr, head, len, rem) {
		u64 bit = BIT_ULL(nla_type(attr) & 63);

		if (seen & bit & ~multi)
			return tg_refuse(r, attr, -EINVAL, "attribute %u is there twice",
					 nla_type(attr));
		seen |= bit;
	}
	return 0;
}

/*
 * The next character of UTF-8 text, or -1 when there is no valid one.
 * RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
static int tg_utf8_next(const u8 **at)
{
	static const int least[] = { 0, 0x80, 0x800, 0x10000 };
	const u8 *s = *at;
	int more, c, i;

	if (s[0] < 0x80) {
		more = 0;
		c = s[0];
	} else if ((s[0] & 0xe0) == 0xc0) {
		more = 1;
		c = s[0] & 0x1f;
	} else if ((s[0] & 0xf0) == 0xe0) {
		more = 2;
		c = s[0] & 0x0f;
	} else if ((s[0] & 0xf8) == 0xf0) {
		more = 3;
		c = s[0] & 0x07;
	} else {
		return -1;
	}
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return -1;
	*at = s + more + 1;
	return c;
}

/* Control characters, and line and paragraph separators. */
static bool tg_is_control(int c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

/**
 * tg_cut_text - drop what is left of a character at the end of a text
 * @text: UTF-8 that may have been cut anywhere
 */
void tg_cut_text(char *text)
{
	const u8 *at = (const u8 *)text;

	while (*at && tg_utf8_next(&at) >= 0)
		;
	text[(const char *)at - text] = '\0';
}

/**
 * tg_parse_text - a text for people
 * @r: the request
 * @attr: the attribute, or NULL
 * @noun: the object it is of
 * @field: the attribute's name
 * @text: the text, points into the message; NULL without an attribute
 *
 * Return: 0, or -EINVAL when it is not UTF-8 or has control characters.
 */
int tg_parse_text(struct tg_request *r, const struct nlattr *attr, const char *noun,
		  const char *field, const char **text)
{
	const u8 *at;

	*text = NULL;
	if (!attr)
		return 0;
	at = nla_data(attr);
	if (strlen((const char *)at) + 1 != nla_len(attr))
		return tg_refuse(r, attr, -EINVAL, "%s: %s goes on behind its end", noun, field);
	while (*at) {
		int c = tg_utf8_next(&at);

		if (c < 0)
			return tg_refuse(r, attr, -EINVAL, "%s: %s is not valid UTF-8", noun,
					 field);
		if (tg_is_control(c))
			return tg_refuse(r, attr, -EINVAL,
					 "%s: %s has control character U+%04X", noun, field, c);
	}
	*text = nla_data(attr);
	return 0;
}

static bool tg_is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/**
 * tg_is_name - can an object have this name?
 * @name: the name
 *
 * Return: true when it is made of the characters that names may have.
 */
bool tg_is_name(const char *name)
{
	const char *at = name;

	while (tg_is_alphanumeric(*at) || (at > name && *at && strchr("._@-", *at)))
		at++;
	return at > name && !*at;
}

/**
 * tg_parse_name - the name of an object
 * @r: the request
 * @attr: the attribute, or NULL
 * @noun: the object
 * @name: the name, points into the message; NULL without an attribute
 *
 * Return: 0, or -EINVAL when it has other characters than names may have.
 */
int tg_parse_name(struct tg_request *r, const struct nlattr *attr, const char *noun,
		  const char **name)
{
	int err = tg_parse_text(r, attr, noun, "name", name);

	if (err || !*name)
		return err;
	if (!**name)
		return tg_refuse(r, attr, -EINVAL, "%s: name is empty", noun);
	if (tg_is_name(*name))
		return 0;
	err = tg_refuse(r, attr, -EINVAL,
			"%s '%s': name must be letters, digits and, not first, any of '._@-'",
			noun, *name);
	*name = NULL;
	return err;
}

/**
 * tg_parse_device - the name of a network device
 * @r: the request
 * @attr: the attribute, or NULL
 * @noun: the object that names it
 * @name: the name, points into the message; NULL without an attribute
 *
 * Return: 0, or -EINVAL when no device can have this name.
 */
int tg_parse_device(struct tg_request *r, const struct nlattr *attr, const char *noun,
		    const char **name)
{
	int err = tg_parse_text(r, attr, noun, "device", name);

	if (err || !*name || dev_valid_name(*name))
		return err;
	err = tg_refuse(r, attr, -EINVAL, "%s: no device can be called '%s'", noun, *name);
	*name = NULL;
	return err;
}

/**
 * tg_parse_address - an IPv4 or IPv6 address
 * @r: the request
 * @attr: the attribute
 * @noun: the object it is of
 * @field: the attribute's name
 * @addr: the address
 * @family: 4 or 6
 *
 * Return: 0 or -EINVAL.
 */
int tg_parse_address(struct tg_request *r, const struct nlattr *attr, const char *noun,
		     const char *field, struct tg_addr *addr, u8 *family)
{
	__be64 half[2];

	switch (nla_len(attr)) {
	case 4:
		*addr = tg_addr_v4(ntohl(nla_get_in_addr(attr)));
		*family = 4;
		return 0;
	case 16:
		memcpy(half, nla_data(attr), sizeof(half));
		addr->hi = be64_to_cpu(half[0]);
		addr->lo = be64_to_cpu(half[1]);
		*family = 6;
		if (!tg_addr_is_v4(addr))
			return 0;
		return tg_refuse(r, attr, -EINVAL,
				 "%s: %s is an IPv4 address in IPv6 form; give four bytes", noun,
				 field);
	default:
		return tg_refuse(r, attr, -EINVAL, "%s: %s has %d bytes instead of 4 or 16", noun,
				 field, nla_len(attr));
	}
}

static int tg_parse_prefix(struct tg_request *r, const struct nlattr *nest, const char *noun,
			   const char *name, struct tg_prefix *prefix)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_prefix_nl_policy)];
	const struct nlattr *length;
	u8 family, bits, len;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, tenantgate_prefix_nl_policy,
			       r->info->extack);
	if (!err)
		err = tg_check_repeated(r, nla_data(nest), nla_len(nest), 0);
	if (err)
		return err;
	if (!tb[TENANTGATE_A_PREFIX_ADDRESS])
		return tg_refuse_missing(r, nest, TENANTGATE_A_PREFIX_ADDRESS, noun, name,
					 "address");
	err = tg_parse_address(r, tb[TENANTGATE_A_PREFIX_ADDRESS], noun, "address", &prefix->addr,
			       &family);
	if (err)
		return err;
	bits = family == 4 ? 32 : 128;
	length = tb[TENANTGATE_A_PREFIX_LENGTH];
	len = length ? nla_get_u8(length) : bits;
	if (len > bits)
		return tg_refuse(r, length, -EINVAL,
				 "%s '%s': prefix length %u is more than the %u bits of the address",
				 noun, name, len, bits);
	prefix->len = 128 - bits + len;
	return tg_blame(r, nest, tg_check_prefix(noun, name, prefix, &r->why));
}

/* First and last port, any when neither is there. */
static int tg_parse_range(struct tg_request *r, const struct nlattr *first,
			  const struct nlattr *last, const char *noun, const char *name,
			  const char *field, u16 *min, u16 *max)
{
	*min = 0;
	*max = U16_MAX;
	if (last && !first)
		return tg_refuse(r, last, -EINVAL, "%s '%s': last %s without a first one", noun,
				 name, field);
	if (!first)
		return 0;
	*min = nla_get_u16(first);
	*max = last ? nla_get_u16(last) : *min;
	if (*min <= *max)
		return 0;
	return tg_refuse(r, last, -EINVAL, "%s '%s': %ss %u-%u are upside down", noun, name, field,
			 *min, *max);
}

/**
 * tg_icmp_from_wire - ICMP type and code in the form that judgement knows
 * @type: type as in the packet, of either family
 * @code: code as in the packet
 *
 * Return: type * 256 + code, where an ICMPv6 echo looks like one of ICMP.
 */
u16 tg_icmp_from_wire(u8 type, u8 code)
{
	if (type == 128)
		type = 8;
	else if (type == 129)
		type = 0;
	return type << 8 | code;
}

static int tg_parse_icmp(struct tg_request *r, struct nlattr *const *tb, const char *noun,
			 const char *name, struct tg_port *port)
{
	const struct nlattr *type = tb[TENANTGATE_A_PORT_ICMP_TYPE];
	const struct nlattr *code = tb[TENANTGATE_A_PORT_ICMP_CODE];

	if (code && !type)
		return tg_refuse(r, code, -EINVAL, "%s '%s': icmp-code without icmp-type", noun,
				 name);
	if (!type)
		return 0;
	port->min = tg_icmp_from_wire(nla_get_u8(type), code ? nla_get_u8(code) : 0);
	port->max = code ? port->min : port->min | 0xff;
	return 0;
}

static int tg_parse_port(struct tg_request *r, const struct nlattr *nest, const char *noun,
			 const char *name, struct tg_port *port)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_port_nl_policy)];
	const struct nlattr *wrong;
	int err;

	memset(port, 0, sizeof(*port));
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, tenantgate_port_nl_policy,
			       r->info->extack);
	if (!err)
		err = tg_check_repeated(r, nla_data(nest), nla_len(nest), 0);
	if (err)
		return err;
	if (tb[TENANTGATE_A_PORT_PROTOCOL])
		port->proto = nla_get_u8(tb[TENANTGATE_A_PORT_PROTOCOL]);
	if (tb[TENANTGATE_A_PORT_CLASS])
		port->class = nla_get_u8(tb[TENANTGATE_A_PORT_CLASS]);
	wrong = tb[TENANTGATE_A_PORT_FIRST] ?: tb[TENANTGATE_A_PORT_LAST] ?:
		tb[TENANTGATE_A_PORT_SOURCE_FIRST] ?: tb[TENANTGATE_A_PORT_SOURCE_LAST];
	if (wrong && !tg_proto_has_ports(port->proto))
		return tg_refuse(r, wrong, -EINVAL, "%s '%s': protocol %u has no ports", noun,
				 name, port->proto);
	wrong = tb[TENANTGATE_A_PORT_ICMP_TYPE] ?: tb[TENANTGATE_A_PORT_ICMP_CODE];
	if (wrong && !tg_proto_is_icmp(port->proto))
		return tg_refuse(r, wrong, -EINVAL, "%s '%s': protocol %u has no ICMP types", noun,
				 name, port->proto);
	err = tg_parse_range(r, tb[TENANTGATE_A_PORT_FIRST], tb[TENANTGATE_A_PORT_LAST], noun, name,
			     "port", &port->min, &port->max);
	if (!err)
		err = tg_parse_range(r, tb[TENANTGATE_A_PORT_SOURCE_FIRST],
				     tb[TENANTGATE_A_PORT_SOURCE_LAST], noun, name, "source port",
				     &port->sport_min, &port->sport_max);
	return err ? err : tg_parse_icmp(r, tb, noun, name, port);
}

/**
 * tg_count_attrs - how often an attribute is in a message
 * @r: the request
 * @type: its number
 *
 * Return: how often.
 */
u32 tg_count_attrs(const struct tg_request *r, int type)
{
	const struct nlattr *attr;
	u32 count = 0;
	int rem;

	nlmsg_for_each_attr_type(attr, type, r->info->nlhdr, GENL_HDRLEN, rem)
		count++;
	return count;
}

/* Room for all attributes of a type; NULL with *@count 0 is fine. */
static int tg_list_alloc(struct tg_request *r, int type, size_t size, u32 max, const char *noun,
			 const char *name, const char *field, void **at, u32 *count)
{
	u32 n = tg_count_attrs(r, type);

	*at = NULL;
	*count = 0;
	if (!n)
		return 0;
	if (n > max)
		return tg_refuse(r, NULL, -E2BIG, "%s '%s': %u %s are more than %u", noun, name,
				 n, field, max);
	*at = kvmalloc_array(n, size, GFP_KERNEL_ACCOUNT);
	if (!*at)
		return tg_refuse(r, NULL, -ENOMEM, "%s '%s': no memory for %u %s", noun, name, n,
				 field);
	*count = n;
	return 0;
}

/**
 * tg_parse_prefixes - all prefixes of one kind in a message
 * @r: the request
 * @type: number of the attribute, a nest of the prefix set
 * @noun: the object they are of
 * @name: its name
 * @list: the prefixes; to be freed whatever this returns
 *
 * Return: 0 or a negative error.
 */
int tg_parse_prefixes(struct tg_request *r, int type, const char *noun, const char *name,
		      struct tg_prefix_list *list)
{
	const struct nlattr *attr;
	u32 n = 0;
	int err, rem;

	err = tg_list_alloc(r, type, sizeof(*list->at), TENANTGATE_MAX_PREFIXES, noun, name,
			    "addresses", (void **)&list->at, &list->count);
	if (err)
		return err;
	nlmsg_for_each_attr_type(attr, type, r->info->nlhdr, GENL_HDRLEN, rem) {
		err = tg_parse_prefix(r, attr, noun, name, &list->at[n++]);
		if (err)
			return err;
	}
	return 0;
}

/**
 * tg_parse_ports - all ports of one kind in a message
 * @r: the request
 * @type: number of the attribute, a nest of the port set
 * @noun: the object they are of
 * @name: its name
 * @list: the ports; to be freed whatever this returns
 *
 * Return: 0 or a negative error.
 */
int tg_parse_ports(struct tg_request *r, int type, const char *noun, const char *name,
		   struct tg_port_list *list)
{
	const struct nlattr *attr;
	u32 n = 0;
	int err, rem;

	err = tg_list_alloc(r, type, sizeof(*list->at), TENANTGATE_MAX_PORTS, noun, name, "ports",
			    (void **)&list->at, &list->count);
	if (err)
		return err;
	nlmsg_for_each_attr_type(attr, type, r->info->nlhdr, GENL_HDRLEN, rem) {
		err = tg_parse_port(r, attr, noun, name, &list->at[n++]);
		if (err)
			return err;
	}
	return 0;
}

/* The object a selector means, of the kind that its type says. */
static int tg_parse_selected(struct tg_request *r, const struct nlattr *id,
			     const struct xarray *objects, const char *name, const char *kind,
			     void **object)
{
	*object = xa_load((struct xarray *)objects, nla_get_u32(id));
	if (*object)
		return 0;
	return tg_refuse(r, id, -ENOENT, "rule '%s': there is no %s with number %u", name, kind,
			 nla_get_u32(id));
}

static int tg_parse_selector(struct tg_request *r, const struct nlattr *nest,
			     const struct tg_candidate *c, const char *name,
			     struct tg_selector *s)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_selector_nl_policy)];
	const struct nlattr *id, *prefix, *wrong;
	bool needs_id, needs_prefix;
	int err;

	memset(s, 0, sizeof(*s));
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, tenantgate_selector_nl_policy,
			       r->info->extack);
	if (!err)
		err = tg_check_repeated(r, nla_data(nest), nla_len(nest), 0);
	if (err)
		return err;
	if (!tb[TENANTGATE_A_SELECTOR_TYPE])
		return tg_refuse_missing(r, nest, TENANTGATE_A_SELECTOR_TYPE, "rule", name,
					 "type of a source or destination");
	s->type = nla_get_u8(tb[TENANTGATE_A_SELECTOR_TYPE]);
	id = tb[TENANTGATE_A_SELECTOR_ID];
	prefix = tb[TENANTGATE_A_SELECTOR_PREFIX];
	needs_prefix = s->type == TENANTGATE_SELECTOR_TYPE_PREFIX;
	needs_id = !needs_prefix && s->type != TENANTGATE_SELECTOR_TYPE_ANY &&
		   s->type != TENANTGATE_SELECTOR_TYPE_OWN_PC;
	wrong = !needs_id && id ? id : !needs_prefix && prefix ? prefix : NULL;
	if (wrong)
		return tg_refuse(r, wrong, -EINVAL,
				 "rule '%s': a source or destination of type %u takes no %s", name,
				 s->type, wrong == id ? "id" : "prefix");
	if (needs_id && !id)
		return tg_refuse_missing(r, nest, TENANTGATE_A_SELECTOR_ID, "rule", name,
					 "id of a source or destination");
	if (needs_prefix && !prefix)
		return tg_refuse_missing(r, nest, TENANTGATE_A_SELECTOR_PREFIX, "rule", name,
					 "prefix of a source or destination");
	switch (s->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		return tg_parse_selected(r, id, &c->roles, name, "role", (void **)&s->role);
	case TENANTGATE_SELECTOR_TYPE_USER:
		return tg_parse_selected(r, id, &c->users, name, "user", (void **)&s->user);
	case TENANTGATE_SELECTOR_TYPE_SITE:
		return tg_parse_selected(r, id, &c->sites, name, "site", (void **)&s->site);
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		return tg_parse_selected(r, id, &c->services, name, "service",
					 (void **)&s->service);
	case TENANTGATE_SELECTOR_TYPE_PREFIX:
		return tg_parse_prefix(r, prefix, "rule", name, &s->prefix);
	default:
		return 0;
	}
}

/**
 * tg_parse_selectors - all sources or destinations of a rule
 * @r: the request
 * @type: number of the attribute, a nest of the selector set
 * @candidate: has the objects they name
 * @name: the rule's name
 * @list: the selectors; to be freed whatever this returns
 *
 * Return: 0 or a negative error.
 */
int tg_parse_selectors(struct tg_request *r, int type, const struct tg_candidate *candidate,
		       const char *name, struct tg_selector_list *list)
{
	const struct nlattr *attr;
	u32 n = 0;
	int err, rem;

	err = tg_list_alloc(r, type, sizeof(*list->at), TENANTGATE_MAX_SELECTORS, "rule", name,
			    "sources or destinations", (void **)&list->at, &list->count);
	if (err)
		return err;
	nlmsg_for_each_attr_type(attr, type, r->info->nlhdr, GENL_HDRLEN, rem) {
		err = tg_parse_selector(r, attr, candidate, name, &list->at[n++]);
		if (err)
			return err;
	}
	return 0;
}
