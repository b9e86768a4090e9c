// SPDX-License-Identifier: GPL-2.0-only
/* Addresses, prefixes and ports: from text, to text, and compared. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnostics.h"
#include "names.h"
#include "values.h"

#define PROTO_ICMP	1

static const struct protocol {
	const char *name;
	uint8_t number;
	bool has_ports;
} protocols[] = {
	{ "tcp", 6, true },
	{ "udp", 17, true },
	{ "icmp", PROTO_ICMP, false },
	{ "sctp", 132, true },
	{ "dccp", 33, true },
	{ "udplite", 136, true },
};

#define PROTOCOLS	(sizeof(protocols) / sizeof(protocols[0]))

/* What people write when they mean a port. */
static const struct well_known {
	const char *word;
	const char *port;
} well_known[] = {
	{ "http", "tcp/80" }, { "https", "tcp/443" }, { "ssh", "tcp/22" }, { "dns", "udp/53" },
	{ "ping", "icmp/echo" }, { "rdp", "tcp/3389" }, { "smb", "tcp/445" }, { "ntp", "udp/123" },
	{ "smtp", "tcp/25" }, { "imap", "tcp/143" }, { "imaps", "tcp/993" }, { "ldap", "tcp/389" },
	{ "sip", "udp/5060" }, { "ftp", "tcp/21" }, { "vnc", "tcp/5900" }, { "esp", "50" },
	{ "all", "any" }, { "icmpv6", "icmp" }, { "icmp6", "icmp" },
};

static const char port_expected[] =
	"a port such as tcp/443, udp/10000-10100 or icmp/echo, or a protocol such as tcp, or any";

/* Clears the bits behind a prefix length; tells whether there were any. */
static bool clear_behind(uint8_t addr[16], unsigned int len)
{
	uint8_t found = 0, behind = 0xff >> len % 8;
	unsigned int i;

	for (i = len / 8; i < 16; i++) {
		found |= addr[i] & behind;
		addr[i] &= (uint8_t)~behind;
		behind = 0xff;
	}
	return found;
}

static bool refuse_prefix(const char *text, struct complaint *why)
{
	snprintf(why->message, sizeof(why->message), "%s is not an address", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "an address such as 10.1.1.2 or fd00::2, or a prefix such as 10.1.1.0/24");
	if (strpbrk(text, ", ;"))
		snprintf(why->expected, sizeof(why->expected),
			 "one address, or a list such as [10.1.1.0/24, 10.1.2.0/24] without quotes around it");
	return false;
}

/* The length behind the slash; the whole address without one. */
static bool parse_length(const char *slash, const char *text, struct policy_prefix *prefix,
			 struct complaint *why)
{
	unsigned int max = prefix->v6 ? 128 : 32;
	struct complaint inner = { 0 };
	uint32_t len = max;

	if (slash && !values_number(slash + 1, 0, max, &len, &inner)) {
		snprintf(why->message, sizeof(why->message), "%s has no valid length behind the slash",
			 QUOTE(text));
		snprintf(why->expected, sizeof(why->expected), "a length from 1 to %u", max);
		return false;
	}
	if (!len) {
		snprintf(why->message, sizeof(why->message),
			 "%s means every address there is, which no policy may name", text);
		snprintf(why->expected, sizeof(why->expected),
			 "the prefix that is really meant, with a length from 1 to %u", max);
		return false;
	}
	prefix->len = (uint8_t)len;
	return true;
}

static bool refuse_host_bits(const char *text, const struct policy_prefix *prefix,
			     struct complaint *why)
{
	char buf[VALUES_TEXT_MAX];
	const char *slash = strchr(text, '/');

	snprintf(why->message, sizeof(why->message),
		 "%s is an address inside a network, not a network", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "the first address of the network, or %.*s alone for one machine",
		 (int)(slash - text), text);
	snprintf(why->suggestion, sizeof(why->suggestion), "%s", values_prefix_text(prefix, buf));
	return false;
}

/* Addresses that are nobody's, and what to call them. */
static bool refuse_nobodys(const char *text, const struct policy_prefix *prefix,
			   struct complaint *why)
{
	static const struct {
		const char *what;
		struct policy_prefix prefix;
	} nobodys[] = {
		{ "multicast", { .addr = { 0xff }, .len = 8, .v6 = true } },
		{ "link-local", { .addr = { 0xfe, 0x80 }, .len = 10, .v6 = true } },
		{ "loopback", { .addr = { [15] = 1 }, .len = 128, .v6 = true } },
		{ "unspecified", { .len = 128, .v6 = true } },
		{ "multicast or reserved", { .addr = { 224 }, .len = 3 } },
		{ "loopback", { .addr = { 127 }, .len = 8 } },
		{ "unspecified", { .len = 8 } },
	};
	size_t i;

	for (i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++) {
		if (!values_prefix_contains(&nobodys[i].prefix, prefix) &&
		    !values_prefix_contains(prefix, &nobodys[i].prefix))
			continue;
		snprintf(why->message, sizeof(why->message),
			 "%s has %s addresses in it, which belong to nobody", QUOTE(text),
			 nobodys[i].what);
		snprintf(why->expected, sizeof(why->expected),
			 "addresses that a machine can have as its own");
		return false;
	}
	return true;
}

static bool is_mapped(const struct policy_prefix *prefix)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	return prefix->v6 && prefix->len >= 96 && !memcmp(prefix->addr, mapped, 12);
}

static bool refuse_mapped(const char *text, const struct policy_prefix *prefix,
			  struct complaint *why)
{
	struct policy_prefix v4 = { .len = (uint8_t)(prefix->len - 96) };
	char buf[VALUES_TEXT_MAX];

	memcpy(v4.addr, prefix->addr + 12, 4);
	snprintf(why->message, sizeof(why->message), "%s is an IPv4 address written as IPv6",
		 QUOTE(text));
	snprintf(why->expected, sizeof(why->expected), "the IPv4 address itself");
	snprintf(why->suggestion, sizeof(why->suggestion), "%s", values_prefix_text(&v4, buf));
	return false;
}

/**
 * values_prefix - read a prefix or a single address
 * @text: the text
 * @prefix: gets the value; its origin is left as it is
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is a prefix, longer than 0 and without bits set
 * behind its length, and not an IPv4 address mapped into IPv6.
 */
bool values_prefix(const char *text, struct policy_prefix *prefix, struct complaint *why)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	if (!len || len >= sizeof(address) || strpbrk(text, ", ;"))
		return refuse_prefix(text, why);
	memcpy(address, text, len);
	address[len] = '\0';
	memset(prefix->addr, 0, sizeof(prefix->addr));
	prefix->v6 = strchr(address, ':');
	if (inet_pton(prefix->v6 ? AF_INET6 : AF_INET, address, prefix->addr) != 1)
		return refuse_prefix(text, why);
	if (!parse_length(slash, text, prefix, why))
		return false;
	if (is_mapped(prefix))
		return refuse_mapped(text, prefix, why);
	if (clear_behind(prefix->addr, prefix->len))
		return refuse_host_bits(text, prefix, why);
	return refuse_nobodys(text, prefix, why);
}

/**
 * values_prefix_is_single - is this one address?
 * @prefix: the prefix
 *
 * Return: true when every bit counts.
 */
bool values_prefix_is_single(const struct policy_prefix *prefix)
{
	return prefix->len == (prefix->v6 ? 128 : 32);
}

/**
 * values_address - read a single address
 * @text: the text
 * @address: gets the value; its origin is left as it is
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is one address.
 */
bool values_address(const char *text, struct policy_prefix *address, struct complaint *why)
{
	if (!values_prefix(text, address, why))
		return false;
	if (values_prefix_is_single(address))
		return true;
	snprintf(why->message, sizeof(why->message), "%s is a whole network", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "the address of one machine, such as 10.1.1.2 or fd00::2");
	return false;
}

/* Guesses what was meant by something that is no port. */
static void suggest_port(const char *text, struct complaint *why)
{
	struct nearest nearest;
	char left[32], right[32], separator;
	size_t i;

	for (i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		if (!strcasecmp(text, well_known[i].word))
			snprintf(why->suggestion, sizeof(why->suggestion), "%s",
				 well_known[i].port);
	if (sscanf(text, "%31[A-Za-z]%c%31[0-9-]", left, &separator, right) == 3)
		goto guess;
	if (sscanf(text, "%31[0-9-]%c%31[A-Za-z]", right, &separator, left) == 3)
		goto guess;
	if (strlen(text) <= 11 && strspn(text, "0123456789-") == strlen(text) && *text > '0')
		snprintf(why->suggestion, sizeof(why->suggestion), "tcp/%s or udp/%s", text, text);
	return;
guess:
	nearest = nearest_begin(left);
	for (i = 0; i < PROTOCOLS; i++)
		if (!strcasecmp(left, protocols[i].name))
			nearest.best = protocols[i].name;
	for (i = 0; i < PROTOCOLS && !nearest.best; i++)
		nearest_offer(&nearest, protocols[i].name);
	if (nearest.best && strcmp(nearest.best, "icmp"))
		snprintf(why->suggestion, sizeof(why->suggestion), "%s/%s", nearest.best, right);
}

static bool refuse_port(const char *text, struct complaint *why)
{
	snprintf(why->message, sizeof(why->message), "%s is not a port", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected), "%s", port_expected);
	suggest_port(text, why);
	return false;
}

static bool refuse_range(const char *text, struct complaint *why)
{
	const char *word = strchr(text, '/') + 1;
	size_t i;

	memset(why, 0, sizeof(*why));
	snprintf(why->message, sizeof(why->message), "%s has no valid port behind the slash",
		 QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "a port from 1 to 65535, or a range such as 10000-10100");
	for (i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		if (!strcasecmp(word, well_known[i].word))
			snprintf(why->suggestion, sizeof(why->suggestion), "%s",
				 well_known[i].port);
	return false;
}

static bool parse_range(const char *text, const char *range, struct policy_port *port,
			struct complaint *why)
{
	char first[16];
	const char *dash = strchr(range, '-');
	size_t len = dash ? (size_t)(dash - range) : strlen(range);
	uint32_t min, max;

	if (len >= sizeof(first))
		return refuse_range(text, why);
	memcpy(first, range, len);
	first[len] = '\0';
	if (!values_number(first, 1, UINT16_MAX, &min, why))
		return refuse_range(text, why);
	max = min;
	if (dash && !values_number(dash + 1, 1, UINT16_MAX, &max, why))
		return refuse_range(text, why);
	if (max < min) {
		snprintf(why->message, sizeof(why->message),
			 "the ports of %s are upside down: %u is greater than %u", QUOTE(text), min,
			 max);
		snprintf(why->expected, sizeof(why->expected), "the smaller port first");
		snprintf(why->suggestion, sizeof(why->suggestion), "%.*s/%u-%u",
			 (int)strcspn(text, "/"), text, max, min);
		return false;
	}
	port->has_ports = true;
	port->min = (uint16_t)min;
	port->max = (uint16_t)max;
	return true;
}

static bool parse_icmp(const char *text, const char *rest, struct policy_port *port,
		       struct complaint *why)
{
	const char *slash = strchr(rest, '/');
	size_t len = slash ? (size_t)(slash - rest) : strlen(rest);
	uint32_t type = 8, code = 0;
	char first[16];

	if (len >= sizeof(first))
		goto refuse;
	memcpy(first, rest, len);
	first[len] = '\0';
	if (strcmp(first, "echo") && !values_number(first, 0, UINT8_MAX, &type, why))
		goto refuse;
	if (slash && !values_number(slash + 1, 0, UINT8_MAX, &code, why))
		goto refuse;
	port->has_type = true;
	port->type = (uint8_t)type;
	port->has_code = slash;
	port->code = (uint8_t)code;
	return true;
refuse:
	snprintf(why->message, sizeof(why->message), "%s is no kind of ICMP message", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "icmp/echo, or icmp/TYPE or icmp/TYPE/CODE with numbers from 0 to 255");
	if (!strncasecmp(first, "echo", 4) || !strcasecmp(first, "ping"))
		snprintf(why->suggestion, sizeof(why->suggestion), "icmp/echo");
	return false;
}

static const struct protocol *find_protocol(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < PROTOCOLS; i++)
		if (strlen(protocols[i].name) == len && !memcmp(protocols[i].name, text, len))
			return &protocols[i];
	return NULL;
}

/**
 * values_port - read a protocol with its ports
 * @text: the text
 * @port: gets the value; class and origin are left as they are
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is "any", a protocol, or a protocol with ports or
 * an ICMP type.
 */
bool values_port(const char *text, struct policy_port *port, struct complaint *why)
{
	const struct protocol *protocol;
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	struct complaint unused = { 0 };
	uint32_t number;

	port->has_ports = false;
	port->has_type = false;
	port->has_code = false;
	if (!strcmp(text, "any")) {
		port->proto = 0;
		return true;
	}
	if (!slash && values_number(text, 1, UINT8_MAX, &number, &unused)) {
		port->proto = (uint8_t)number;
		return true;
	}
	protocol = find_protocol(text, len);
	if (!protocol)
		return refuse_port(text, why);
	port->proto = protocol->number;
	if (!slash)
		return true;
	return protocol->has_ports ? parse_range(text, slash + 1, port, why) :
				     parse_icmp(text, slash + 1, port, why);
}

/**
 * values_protocol - name of a protocol
 * @number: IP protocol number
 *
 * Return: the name, or NULL when the language has none for it.
 */
const char *values_protocol(uint8_t number)
{
	size_t i;

	for (i = 0; i < PROTOCOLS; i++)
		if (protocols[i].number == number)
			return protocols[i].name;
	return NULL;
}

/**
 * values_is_usual_protocol - is a number that stands alone likely meant?
 * @number: IP protocol number
 *
 * "allow: [80]" is IP protocol 80, which nobody has seen; a port was meant.
 *
 * Return: true for protocols that gateways see: GRE, ESP, AH, tunnels, routing.
 */
bool values_is_usual_protocol(uint8_t number)
{
	static const uint8_t usual[] = { 1, 2, 4, 6, 17, 33, 41, 47, 50, 51, 58, 88, 89, 94, 97, 98,
					 103, 108, 112, 115, 132, 136, 137 };

	return memchr(usual, number, sizeof(usual));
}

/**
 * values_prefix_text - write a prefix
 * @prefix: the prefix
 * @buf: gets the text
 *
 * Return: @buf; a single address has no length behind it.
 */
const char *values_prefix_text(const struct policy_prefix *prefix, char buf[VALUES_TEXT_MAX])
{
	size_t len;

	if (!inet_ntop(prefix->v6 ? AF_INET6 : AF_INET, prefix->addr, buf, VALUES_TEXT_MAX))
		buf[0] = '\0';
	len = strlen(buf);
	if (!values_prefix_is_single(prefix))
		snprintf(buf + len, VALUES_TEXT_MAX - len, "/%u", prefix->len);
	return buf;
}

/**
 * values_port_text - write a port
 * @port: the port
 * @buf: gets the text, without the class
 *
 * Return: @buf.
 */
const char *values_port_text(const struct policy_port *port, char buf[VALUES_TEXT_MAX])
{
	const char *name = values_protocol(port->proto);
	char number[16];

	if (!port->proto) {
		snprintf(buf, VALUES_TEXT_MAX, "any");
		return buf;
	}
	snprintf(number, sizeof(number), "%u", port->proto);
	if (!name)
		name = number;
	if (port->has_ports && port->min != port->max)
		snprintf(buf, VALUES_TEXT_MAX, "%s/%u-%u", name, port->min, port->max);
	else if (port->has_ports)
		snprintf(buf, VALUES_TEXT_MAX, "%s/%u", name, port->min);
	else if (port->has_type && port->type == 8 && !port->has_code)
		snprintf(buf, VALUES_TEXT_MAX, "%s/echo", name);
	else if (port->has_type && port->has_code)
		snprintf(buf, VALUES_TEXT_MAX, "%s/%u/%u", name, port->type, port->code);
	else if (port->has_type)
		snprintf(buf, VALUES_TEXT_MAX, "%s/%u", name, port->type);
	else
		snprintf(buf, VALUES_TEXT_MAX, "%s", name);
	return buf;
}

/**
 * values_prefix_compare - order prefixes
 * @a: a prefix
 * @b: another
 *
 * Return: less than, equal to or greater than 0. IPv4 comes first, then order
 * is by address, and a prefix comes before all that it contains.
 */
int values_prefix_compare(const struct policy_prefix *a, const struct policy_prefix *b)
{
	int order;

	if (a->v6 != b->v6)
		return a->v6 ? 1 : -1;
	order = memcmp(a->addr, b->addr, sizeof(a->addr));
	return order ? order : (int)a->len - (int)b->len;
}

/**
 * values_prefix_contains - does one prefix contain another?
 * @outer: a prefix
 * @inner: another
 *
 * Return: true when every address of @inner is in @outer.
 */
bool values_prefix_contains(const struct policy_prefix *outer, const struct policy_prefix *inner)
{
	unsigned int whole = outer->len / 8, bits = outer->len % 8;

	if (outer->v6 != inner->v6 || outer->len > inner->len)
		return false;
	/* The end first, where prefixes of one tenant differ. */
	if (bits && ((outer->addr[whole] ^ inner->addr[whole]) & (0xff << (8 - bits)) & 0xff))
		return false;
	return !memcmp(outer->addr, inner->addr, whole);
}
