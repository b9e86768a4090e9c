// SPDX-License-Identifier: GPL-2.0-only
/* Addresses, ports, times and names of numbers as text, both ways. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{ 1, "icmp" }, { 2, "igmp" }, { 4, "ipip" }, { 6, "tcp" }, { 17, "udp" }, { 33, "dccp" },
	{ 41, "ipv6" }, { 47, "gre" }, { 50, "esp" }, { 51, "ah" }, { 58, "icmpv6" },
	{ 89, "ospf" }, { 132, "sctp" }, { 136, "udplite" },
};

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

static bool is_icmp(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/**
 * text_address - an address as text
 * @address: the address
 * @buf: gets the text, empty when there is no address
 *
 * Return: @buf.
 */
const char *text_address(const struct link_address *address, char buf[ADDRESS_TEXT])
{
	buf[0] = '\0';
	if (address->size)
		inet_ntop(address->size == 4 ? AF_INET : AF_INET6, address->bytes, buf,
			  ADDRESS_TEXT);
	return buf;
}

/**
 * text_prefix - a prefix as text; a whole address goes without its length
 * @prefix: the prefix
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *text_prefix(const struct link_address *prefix, char buf[ADDRESS_TEXT])
{
	size_t used;

	text_address(prefix, buf);
	used = strlen(buf);
	if (prefix->length < prefix->size * 8)
		snprintf(buf + used, ADDRESS_TEXT - used, "/%u", prefix->length);
	return buf;
}

/**
 * text_protocol - an IP protocol as text
 * @protocol: its number
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *text_protocol(uint8_t protocol, char buf[PORT_TEXT])
{
	size_t i;

	for (i = 0; i < PROTOCOLS; i++) {
		if (protocols[i].number == protocol) {
			snprintf(buf, PORT_TEXT, "%s", protocols[i].name);
			return buf;
		}
	}
	snprintf(buf, PORT_TEXT, "%u", protocol);
	return buf;
}

/**
 * text_port - a port entry in the words of the policy language
 * @port: the entry
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *text_port(const struct link_port *port, char buf[PORT_TEXT])
{
	char protocol[PORT_TEXT];
	int used;

	if (port->any) {
		snprintf(buf, PORT_TEXT, "any");
		return buf;
	}
	used = snprintf(buf, PORT_TEXT, "%.20s", text_protocol(port->protocol, protocol));
	if (port->has_ports && port->min == port->max)
		snprintf(buf + used, PORT_TEXT - used, "/%u", port->min);
	else if (port->has_ports)
		snprintf(buf + used, PORT_TEXT - used, "/%u-%u", port->min, port->max);
	else if (port->has_type && port->has_code)
		snprintf(buf + used, PORT_TEXT - used, "/%u/%u", port->type, port->code);
	else if (port->has_type && port->type == 8)
		snprintf(buf + used, PORT_TEXT - used, "/echo");
	else if (port->has_type)
		snprintf(buf + used, PORT_TEXT - used, "/%u", port->type);
	return buf;
}

/**
 * text_packet - protocol and destination port of one packet as text
 * @protocol: IP protocol
 * @has_port: @port is meant
 * @port: destination port; for ICMP, type times 256 plus code
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *text_packet(uint8_t protocol, bool has_port, uint16_t port, char buf[PORT_TEXT])
{
	struct link_port entry = { .protocol = protocol, .min = port, .max = port };

	if (is_icmp(protocol)) {
		entry.has_type = has_port;
		entry.type = port >> 8;
		entry.has_code = port & 0xff;
		entry.code = port;
		if (protocol == IPPROTO_ICMPV6 && port == 128 << 8)
			entry.type = 8;
	} else {
		entry.has_ports = has_port && port;
	}
	return text_port(&entry, buf);
}

static const char *pick(const char *const *names, size_t count, uint8_t number)
{
	return number < count ? names[number] : "unknown";
}

const char *text_mode(uint8_t mode)
{
	static const char *const names[] = { "observe", "enforce" };

	return pick(names, 2, mode);
}

const char *text_verdict(uint8_t verdict)
{
	static const char *const names[] = { "allow", "deny", "reject" };

	return pick(names, 3, verdict);
}

const char *text_class(uint8_t class)
{
	static const char *const names[] = { "interactive", "realtime", "bulk" };

	return pick(names, 3, class);
}

const char *text_direction(uint8_t direction)
{
	static const char *const names[] = { "up", "down" };

	return pick(names, 2, direction);
}

const char *text_site_kind(uint8_t kind)
{
	static const char *const names[] = { "home", "office", "satellite", "mobile", "platform" };

	return pick(names, 5, kind);
}

/**
 * parse_address - read an address
 * @text: IPv4 or IPv6, without a length
 * @address: gets it
 *
 * Return: false when @text is no address.
 */
bool parse_address(const char *text, struct link_address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, address->bytes) == 1)
		address->size = 4;
	else if (inet_pton(AF_INET6, text, address->bytes) == 1)
		address->size = 16;
	address->length = address->size * 8;
	return address->size;
}

/**
 * parse_number - read a number
 * @text: decimal digits
 * @max: largest one that is allowed
 * @number: gets it
 *
 * Return: false when @text is none.
 */
bool parse_number(const char *text, uint32_t max, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value > max)
		return false;
	*number = value;
	return true;
}

/**
 * parse_protocol - read an IP protocol
 * @text: its name or number
 * @protocol: gets its number
 *
 * Return: false when @text is none.
 */
bool parse_protocol(const char *text, uint8_t *protocol)
{
	uint32_t number;
	size_t i;

	for (i = 0; i < PROTOCOLS; i++) {
		if (!strcmp(protocols[i].name, text)) {
			*protocol = protocols[i].number;
			return true;
		}
	}
	if (!parse_number(text, 255, &number) || !number)
		return false;
	*protocol = number;
	return true;
}

/**
 * parse_time - read a time
 * @text: a number, of seconds or followed by s, m or h
 * @max: longest time that is allowed, in seconds
 * @seconds: gets it, at least 1
 *
 * Return: false when @text is none.
 */
bool parse_time(const char *text, uint32_t max, uint32_t *seconds)
{
	uint32_t unit = 1, number;
	size_t len = strlen(text);
	char digits[16];

	if (!len || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len + 1);
	switch (digits[len - 1]) {
	case 'h':
		unit = 3600;
		digits[len - 1] = '\0';
		break;
	case 'm':
		unit = 60;
		digits[len - 1] = '\0';
		break;
	case 's':
		digits[len - 1] = '\0';
		break;
	}
	if (!parse_number(digits, max / unit, &number) || !number)
		return false;
	*seconds = number * unit;
	return true;
}

/**
 * parse_mode - read a mode
 * @text: observe or enforce
 * @mode: gets enum tenantgate_mode
 *
 * Return: false when @text is none.
 */
bool parse_mode(const char *text, uint8_t *mode)
{
	if (!strcmp(text, "observe"))
		*mode = TENANTGATE_MODE_OBSERVE;
	else if (!strcmp(text, "enforce"))
		*mode = TENANTGATE_MODE_ENFORCE;
	else
		return false;
	return true;
}

/**
 * address_in - is an address in a prefix?
 * @prefix: the prefix
 * @address: the address
 *
 * Return: false also when they are of different families.
 */
bool address_in(const struct link_address *prefix, const struct link_address *address)
{
	unsigned int whole = prefix->length / 8, bits = prefix->length % 8;
	uint8_t mask = 0xff << (8 - bits);

	if (prefix->size != address->size || prefix->length > prefix->size * 8 ||
	    memcmp(prefix->bytes, address->bytes, whole))
		return false;
	return !bits || !((prefix->bytes[whole] ^ address->bytes[whole]) & mask);
}
