/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in an attribute; 0 or nothing where there is none, or a short one. */
#ifndef TG_LINK_ATTRIBUTES_H
#define TG_LINK_ATTRIBUTES_H

#include <string.h>

#include "link/internal.h"

static inline const char *text_of(const struct nlattr *attribute)
{
	const char *text;
	int len;

	if (!attribute)
		return NULL;
	text = nla_data(attribute);
	len = nla_len(attribute);
	return len > 0 && memchr(text, '\0', len) ? text : NULL;
}

static inline uint8_t u8_of(const struct nlattr *attribute)
{
	return attribute && nla_len(attribute) >= 1 ? nla_get_u8(attribute) : 0;
}

static inline uint16_t u16_of(const struct nlattr *attribute)
{
	return attribute && nla_len(attribute) >= 2 ? nla_get_u16(attribute) : 0;
}

static inline uint32_t u32_of(const struct nlattr *attribute)
{
	return attribute && nla_len(attribute) >= 4 ? nla_get_u32(attribute) : 0;
}

static inline struct link_bytes bytes_of(const struct nlattr *attribute)
{
	return (struct link_bytes){
		.at = attribute ? nla_data(attribute) : NULL,
		.size = attribute ? (uint32_t)nla_len(attribute) : 0,
	};
}

static inline uint64_t u64_of(const struct nlattr *attribute)
{
	return attribute && nla_len(attribute) >= 8 ? nla_get_u64(attribute) : 0;
}

static inline struct link_address address_of(const struct nlattr *attribute)
{
	struct link_address address = { .size = 0 };

	if (!attribute || (nla_len(attribute) != 4 && nla_len(attribute) != 16))
		return address;
	address.size = nla_len(attribute);
	address.length = address.size * 8;
	memcpy(address.bytes, nla_data(attribute), address.size);
	return address;
}

#endif
