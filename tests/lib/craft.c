// SPDX-License-Identifier: GPL-2.0-only
/*
 * craft: builds any IPv4 or IPv6 packet from key=value words.
 *
 * Both families:
 *   sport= dport= flags=SAFRP seq= ack=    ports and TCP header
 *   type= code= id= iseq=                  ICMP (type in the family's numbers)
 *   error=1  isrc= idst= iproto= isport= idport=   ICMP error: the packet it quotes
 *   ttl= len=N                             payload bytes (64), the marker repeated
 *   cut=N                                  send only the first N bytes
 *   total=N                                lie about the length in the header
 *   part=OFFSET,LENGTH,MORE                a fragment: these bytes of the transport's packet
 *   fid=N                                  fragment identification
 *   hex=DIGITS                             exactly these bytes, nothing else counts
 * IPv4: opt=HEX (options), ihl=N, version=N
 * IPv6: ext=NAME[,NAME...] of hbh dst rh0 rh2 ah none big (a long chain is
 *       written dst*20), version=N
 *
 * The payload is the marker, eight characters, repeated: so every fragment
 * and every quoted packet can be recognised where it arrives.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define MARKER_PREFIX "TG"	/* and six digits */

void marker_text(char text[9], unsigned int marker)
{
	snprintf(text, 9, MARKER_PREFIX "%06u", marker % 1000000);
}

/* The first whole marker in @data; 0: none. */
unsigned int marker_find(const uint8_t *data, size_t len)
{
	for (size_t at = 0; at + 8 <= len; at++) {
		unsigned int value = 0;
		int digit;

		if (data[at] != 'T' || data[at + 1] != 'G')
			continue;
		for (digit = 2; digit < 8; digit++) {
			if (data[at + digit] < '0' || data[at + digit] > '9')
				break;
			value = value * 10 + (unsigned int)(data[at + digit] - '0');
		}
		if (digit == 8)
			return value;
	}
	return 0;
}

static const char *option(const struct craft *how, const char *key)
{
	size_t len = strlen(key);

	for (int i = 0; i < how->options; i++)
		if (!strncmp(how->option[i], key, len) && how->option[i][len] == '=')
			return how->option[i] + len + 1;
	return NULL;
}

static unsigned long number(const struct craft *how, const char *key, unsigned long otherwise)
{
	const char *text = option(how, key);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

static void put16(uint8_t *to, unsigned long value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, unsigned long value)
{
	put16(to, value >> 16);
	put16(to + 2, value);
}

static uint32_t sum(uint32_t start, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		start += (uint32_t)data[i] << (i & 1 ? 0 : 8);
	return start;
}

static uint16_t fold(uint32_t value)
{
	while (value >> 16)
		value = (value & 0xffff) + (value >> 16);
	return (uint16_t)~value;
}

static size_t hex(uint8_t *to, size_t max, const char *text)
{
	size_t len = 0;
	unsigned int byte;

	while (len < max && sscanf(text, "%2x", &byte) == 1) {
		to[len++] = (uint8_t)byte;
		text += 2;
	}
	return len;
}

static void payload(uint8_t *to, size_t len, unsigned int marker)
{
	char text[9];

	marker_text(text, marker);
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)text[i % 8];
}

/* An address as bytes; returns how many. */
static size_t bytes(uint8_t *to, const char *address)
{
	bool v6 = family_of(address) == AF_INET6;

	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, to) != 1)
		die("not an address: %s", address);
	return v6 ? 16 : 4;
}

/* The sum over the pseudo header. */
static uint32_t pseudo(const char *source, const char *destination, uint8_t protocol, size_t len)
{
	uint8_t address[32];
	size_t half = bytes(address, source);

	bytes(address + half, destination);
	return sum(0, address, 2 * half) + protocol + (uint32_t)len;
}

/* A bare IP header, for what an ICMP error quotes and for the packet itself. */
static size_t ip_header(uint8_t *to, const char *source, const char *destination,
			uint8_t protocol, size_t len, unsigned long ttl)
{
	if (family_of(source) == AF_INET6) {
		memset(to, 0, 40);
		to[0] = 0x60;
		put16(to + 4, len);
		to[6] = protocol;
		to[7] = (uint8_t)ttl;
		bytes(to + 8, source);
		bytes(to + 24, destination);
		return 40;
	}
	memset(to, 0, 20);
	to[0] = 0x45;
	put16(to + 2, 20 + len);
	to[8] = (uint8_t)ttl;
	to[9] = protocol;
	bytes(to + 12, source);
	bytes(to + 16, destination);
	put16(to + 10, fold(sum(0, to, 20)));
	return 20;
}

/* The packet that an ICMP error is about: header, ports, a little payload. */
static size_t quoted(uint8_t *to, const struct craft *how)
{
	const char *source = option(how, "isrc"), *destination = option(how, "idst");
	uint8_t protocol = (uint8_t)number(how, "iproto", IPPROTO_UDP);
	size_t at;

	if (!source || !destination)
		die("error=1 needs isrc= and idst=");
	at = ip_header(to, source, destination, protocol, 8 + 24, 60);
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		memset(to + at, 0, 8);
		to[at] = (uint8_t)number(how, "itype", protocol == IPPROTO_ICMP ? 8 : 128);
		put16(to + at + 4, number(how, "id", 1));
	} else {
		put16(to + at, number(how, "isport", 40000));
		put16(to + at + 2, number(how, "idport", 9));
		put32(to + at + 4, protocol == IPPROTO_UDP ? (8 + 24) << 16 : number(how, "seq", 1));
	}
	payload(to + at + 8, 24, how->marker);
	return at + 8 + 24;
}

static uint8_t tcp_flags(const char *names)
{
	static const char letters[] = "FSRPAU";
	uint8_t flags = 0;

	for (; *names; names++) {
		const char *at = strchr(letters, *names);

		if (at)
			flags |= (uint8_t)(1 << (at - letters));
	}
	return flags;
}

/* Transport header and payload, checksum included. */
static size_t transport(uint8_t *to, const struct craft *how)
{
	size_t len = number(how, "len", 64), at = 0, check = 0;
	uint32_t start = pseudo(how->source, how->destination, how->protocol, 0);

	memset(to, 0, 64);
	switch (how->protocol) {
	case IPPROTO_TCP:
		put16(to, number(how, "sport", 40000));
		put16(to + 2, number(how, "dport", 9));
		put32(to + 4, number(how, "seq", 1));
		put32(to + 8, number(how, "ack", 0));
		to[12] = 5 << 4;
		to[13] = tcp_flags(option(how, "flags") ? option(how, "flags") : "S");
		put16(to + 14, 65535);
		at = 20;
		check = 16;
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		put16(to, number(how, "sport", 40000));
		put16(to + 2, number(how, "dport", 9));
		put16(to + 4, 8 + len);
		at = 8;
		check = 6;
		break;
	case IPPROTO_ICMP:
		start = 0;
		/* fall through */
	case IPPROTO_ICMPV6:
		to[0] = (uint8_t)number(how, "type", how->protocol == IPPROTO_ICMP ? 8 : 128);
		to[1] = (uint8_t)number(how, "code", 0);
		put16(to + 4, number(how, "id", 1));
		put16(to + 6, number(how, "iseq", 1));
		at = 8;
		check = 2;
		break;
	}
	if (option(how, "error"))
		len = quoted(to + at, how);
	else
		payload(to + at, len, how->marker);
	len += at;
	if (check) {
		if (start)
			start += (uint32_t)len;
		put16(to + check, fold(sum(start, to, len)));
	}
	return len;
}

/* Appends one IPv6 extension header that announces @next. */
static size_t extension(uint8_t *to, const char *name, size_t name_len, uint8_t next, uint8_t *number_of)
{
	static const struct {
		const char *name;
		uint8_t number;
		uint8_t bytes[24];
		size_t len;
	} known[] = {
		{ "hbh", 0, { 0, 0, 1, 4 }, 8 },
		{ "dst", 60, { 0, 0, 1, 4 }, 8 },
		{ "rh0", 43, { 0, 2, 0, 1 }, 24 },
		{ "rh2", 43, { 0, 2, 2, 1 }, 24 },
		{ "ah", 51, { 0, 4 }, 24 },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strlen(known[i].name) != name_len || strncmp(known[i].name, name, name_len))
			continue;
		memcpy(to, known[i].bytes, known[i].len);
		to[0] = next;
		*number_of = known[i].number;
		return known[i].len;
	}
	die("unknown extension header: %s", name);
}

/*
 * Writes the chain of "ext=" into @to. The headers are written from the last
 * to the first, since each names the one behind it.
 */
static size_t extensions(uint8_t *to, const char *names, uint8_t protocol, uint8_t *first)
{
	uint8_t one[24];
	size_t len = 0;
	char list[512];
	char *name;

	*first = protocol;
	if (!names)
		return 0;
	snprintf(list, sizeof(list), "%s", names);
	while ((name = strrchr(list, ',')) || list[0]) {
		char *text = name ? name + 1 : list;
		char *star = strchr(text, '*');
		long repeat = star ? strtol(star + 1, NULL, 10) : 1;
		size_t name_len = star ? (size_t)(star - text) : strlen(text);

		for (; repeat > 0; repeat--) {
			if (name_len == 4 && !strncmp(text, "none", 4)) {
				*first = IPPROTO_NONE;
				break;
			}
			size_t size = extension(one, text, name_len, *first, first);

			memmove(to + size, to, len);
			memcpy(to, one, size);
			len += size;
		}
		*text = 0;
		if (name)
			*name = 0;
	}
	return len;
}

static void craft_v4(struct packet *packet, const struct craft *how, uint8_t *upper, size_t len,
		     unsigned int offset, bool more)
{
	uint8_t *data = packet->data;
	size_t at = ip_header(data, how->source, how->destination, how->protocol, len,
			      number(how, "ttl", 64));
	const char *options = option(how, "opt");

	if (options) {
		at += hex(data + 20, 40, options);
		while (at % 4)
			data[at++] = 0;
	}
	memcpy(data + at, upper, len);
	packet->len = at + len;
	data[0] = (uint8_t)(number(how, "version", 4) << 4 | number(how, "ihl", at / 4));
	put16(data + 2, number(how, "total", packet->len));
	put16(data + 4, number(how, "fid", how->marker & 0xffff));
	put16(data + 6, offset / 8 | (more ? 0x2000u : 0) | (number(how, "df", 0) ? 0x4000u : 0));
	put16(data + 10, 0);
	put16(data + 10, fold(sum(0, data, at)));
}

static void craft_v6(struct packet *packet, const struct craft *how, uint8_t *upper, size_t len,
		     bool fragment, unsigned int offset, bool more)
{
	uint8_t chain[1024], first = how->protocol;
	size_t size = 0, at;

	if (fragment) {
		uint8_t header[8] = { how->protocol };

		size = extensions(chain, option(how, "ext"), IPPROTO_FRAGMENT, &first);
		put16(header + 2, offset | (more ? 1 : 0));
		put32(header + 4, number(how, "fid", how->marker));
		memcpy(chain + size, header, sizeof(header));
		size += sizeof(header);
	} else {
		size = extensions(chain, option(how, "ext"), how->protocol, &first);
	}
	at = ip_header(packet->data, how->source, how->destination, first, size + len,
		       number(how, "ttl", 64));
	memcpy(packet->data + at, chain, size);
	memcpy(packet->data + at + size, upper, len);
	packet->len = at + size + len;
	packet->data[0] = (uint8_t)(number(how, "version", 6) << 4);
	put16(packet->data + 4, number(how, "total", size + len));
}

/* Builds the packet that @how describes. */
void craft(struct packet *packet, const struct craft *how)
{
	static uint8_t upper[65536];
	const char *part = option(how, "part"), *exact = option(how, "hex");
	unsigned int offset = 0, length = 0, more = 0;
	size_t len, cut;

	packet->family = family_of(how->source);
	if (exact) {
		packet->len = hex(packet->data, sizeof(packet->data), exact);
		return;
	}
	len = transport(upper, how);
	if (part) {
		if (sscanf(part, "%u,%u,%u", &offset, &length, &more) != 3)
			die("part= wants OFFSET,LENGTH,MORE");
		if (offset > len)
			offset = (unsigned int)len;
		if (length > len - offset)
			length = (unsigned int)(len - offset);
		len = length;
	}
	if (packet->family == AF_INET)
		craft_v4(packet, how, upper + offset, len, offset, more);
	else
		craft_v6(packet, how, upper + offset, len, part, offset, more);
	cut = number(how, "cut", packet->len);
	if (cut < packet->len)
		packet->len = cut;
}
