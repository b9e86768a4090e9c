// SPDX-License-Identifier: GPL-2.0-only
/* Words of the language: names, titles, numbers, and words out of a fixed set. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistr.h>

#include "diagnostics.h"
#include "names.h"
#include "values.h"

const char *const values_reason_names[] = {
	[TENANTGATE_REASON_RULE] = "rule",
	[TENANTGATE_REASON_GRANT] = "grant",
	[TENANTGATE_REASON_ESTABLISHED] = "established",
	[TENANTGATE_REASON_ADOPTED] = "adopted",
	[TENANTGATE_REASON_RELATED_ERROR] = "related-error",
	[TENANTGATE_REASON_MANAGEMENT] = "management",
	[TENANTGATE_REASON_GATEWAY_SERVICE] = "gateway-service",
	[TENANTGATE_REASON_GATEWAY_ORIGIN] = "gateway-origin",
	[TENANTGATE_REASON_LINK_CONTROL] = "link-control",
	[TENANTGATE_REASON_SPOOFED_SOURCE] = "spoofed-source",
	[TENANTGATE_REASON_UNBOUND_DEVICE] = "unbound-device",
	[TENANTGATE_REASON_WRONG_DEVICE] = "wrong-device",
	[TENANTGATE_REASON_UNKNOWN_DESTINATION] = "unknown-destination",
	[TENANTGATE_REASON_OTHER_TENANT] = "other-tenant",
	[TENANTGATE_REASON_NO_RULE] = "no-rule",
	[TENANTGATE_REASON_RULE_DENY] = "rule-deny",
	[TENANTGATE_REASON_RULE_REJECT] = "rule-reject",
	[TENANTGATE_REASON_SERVICE_NOT_GRANTED] = "service-not-granted",
	[TENANTGATE_REASON_NO_SERVICE] = "no-service",
	[TENANTGATE_REASON_GATEWAY_CLOSED] = "gateway-closed",
	[TENANTGATE_REASON_UNSOLICITED] = "unsolicited",
	[TENANTGATE_REASON_UNRELATED_ERROR] = "unrelated-error",
	[TENANTGATE_REASON_TCP_STATE] = "tcp-state",
	[TENANTGATE_REASON_FLOW_LIMIT] = "flow-limit",
	[TENANTGATE_REASON_FLOW_TABLE_FULL] = "flow-table-full",
	[TENANTGATE_REASON_NO_MEMORY] = "no-memory",
	[TENANTGATE_REASON_MALFORMED] = "malformed",
	[TENANTGATE_REASON_EXTENSION_HEADER] = "extension-header",
	[TENANTGATE_REASON_SOURCE_ROUTE] = "source-route",
	[TENANTGATE_REASON_FRAGMENT] = "fragment",
	[TENANTGATE_REASON_FRAGMENT_LIMIT] = "fragment-limit",
	[TENANTGATE_REASON_MULTICAST] = "multicast",
	[TENANTGATE_REASON_BROADCAST] = "broadcast",
	[TENANTGATE_REASON_DISCOVERY] = "discovery",
	[TENANTGATE_REASON_PACKET_LIMIT] = "packet-limit",
	[TENANTGATE_REASON_NEW_FLOW_LIMIT] = "new-flow-limit",
};

const unsigned int values_reasons = sizeof(values_reason_names) / sizeof(values_reason_names[0]);

const char *const values_class_names[3] = {
	[TENANTGATE_CLASS_INTERACTIVE] = "interactive",
	[TENANTGATE_CLASS_REALTIME] = "realtime",
	[TENANTGATE_CLASS_BULK] = "bulk",
};

const char *const values_mode_names[2] = {
	[TENANTGATE_MODE_OBSERVE] = "observe",
	[TENANTGATE_MODE_ENFORCE] = "enforce",
};

const char *const values_verdict_names[3] = {
	[TENANTGATE_VERDICT_ALLOW] = "allow",
	[TENANTGATE_VERDICT_DENY] = "deny",
	[TENANTGATE_VERDICT_REJECT] = "reject",
};

const char *const values_site_kind_names[5] = {
	[TENANTGATE_SITE_KIND_HOME] = "home",
	[TENANTGATE_SITE_KIND_OFFICE] = "office",
	[TENANTGATE_SITE_KIND_SATELLITE] = "satellite",
	[TENANTGATE_SITE_KIND_MOBILE] = "mobile",
	[TENANTGATE_SITE_KIND_PLATFORM] = "platform",
};

/**
 * values_is_control - does a character control rather than show something?
 * @character: Unicode code point
 *
 * Return: true for control characters, line separators, the byte order mark,
 * and the marks that reorder text, with which a line can be made to read other
 * than it is (CVE-2021-42574).
 */
bool values_is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
	       character == 0x200e || character == 0x200f || character == 0x061c ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

/**
 * values_number - read a decimal number
 * @text: the text
 * @min: least value
 * @max: greatest value
 * @number: gets the value
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is a number from @min to @max.
 */
bool values_number(const char *text, uint32_t min, uint32_t max, uint32_t *number,
		   struct complaint *why)
{
	uint64_t value = 0;
	const char *c;

	for (c = text; *c >= '0' && *c <= '9' && value <= UINT32_MAX; c++)
		value = value * 10 + (uint64_t)(*c - '0');
	/* "010" is ten to one reader and eight to another. */
	if (c == text || (*c && !(*c >= '0' && *c <= '9')) || (*text == '0' && text[1]))
		snprintf(why->message, sizeof(why->message), "%s is not a number", QUOTE(text));
	else if (value < min)
		snprintf(why->message, sizeof(why->message), "%s is too small", text);
	else if (value > max || *c)
		snprintf(why->message, sizeof(why->message), "%s is too large", QUOTE(text));
	else {
		*number = (uint32_t)value;
		return true;
	}
	snprintf(why->expected, sizeof(why->expected), "a whole number from %u to %u", min, max);
	return false;
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/**
 * values_looks_like_address - is this meant as an address or a prefix?
 * @text: the text
 *
 * Return: true when no name can look like this; the text may still be wrong.
 */
bool values_looks_like_address(const char *text)
{
	if (strpbrk(text, ":/"))
		return true;
	return strchr(text, '.') && text[strspn(text, "0123456789.")] == '\0';
}

static bool is_name(const char *text)
{
	size_t i, len = strlen(text);

	if (!len || len > TENANTGATE_NAME_MAX || !isalnum((unsigned char)text[0]))
		return false;
	for (i = 0; i < len; i++)
		if (!is_name_character(text[i]))
			return false;
	return true;
}

/* "Company A" was perhaps meant to be "company-a". */
static void suggest_name(const char *text, struct complaint *why)
{
	char *to = why->suggestion;

	for (; *text && to < why->suggestion + TENANTGATE_NAME_MAX; text++)
		*to++ = isspace((unsigned char)*text) ? '-' : (char)tolower((unsigned char)*text);
	*to = '\0';
	if (*text || !is_name(why->suggestion))
		why->suggestion[0] = '\0';
}

/**
 * values_name - is this a name that an object can have?
 * @text: the text
 * @why: gets the reason of a refusal
 *
 * Return: true when it is.
 */
bool values_name(const char *text, struct complaint *why)
{
	static const char *const reserved[] = {
		"any", "internet", "own-pc", "platform", "gateway", "default", "any-other-tenant",
	};
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (strcmp(text, reserved[i]))
			continue;
		snprintf(why->message, sizeof(why->message),
			 "\"%s\" has a meaning of its own in policies and cannot be a name", text);
		snprintf(why->expected, sizeof(why->expected), "another name");
		return false;
	}
	if (is_name(text) && !values_looks_like_address(text))
		return true;
	if (is_name(text))
		snprintf(why->message, sizeof(why->message),
			 "%s looks like an address and cannot be a name", QUOTE(text));
	else if (!*text)
		snprintf(why->message, sizeof(why->message), "a name is missing");
	else if (strlen(text) > TENANTGATE_NAME_MAX)
		snprintf(why->message, sizeof(why->message), "the name %s is too long",
			 QUOTE(text));
	else
		snprintf(why->message, sizeof(why->message), "%s cannot be a name", QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "up to %d of a-z, 0-9, \"-\", \"_\" and \".\", beginning with a letter or digit",
		 TENANTGATE_NAME_MAX);
	if (!is_name(text))
		suggest_name(text, why);
	return false;
}

/**
 * values_device - can a network device have this name?
 * @text: the text
 * @why: gets the reason of a refusal
 *
 * Return: true when it can.
 */
bool values_device(const char *text, struct complaint *why)
{
	size_t len = strlen(text), i;
	bool good = len && len <= TENANTGATE_DEVICE_MAX && strcmp(text, ".") && strcmp(text, "..");

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '/' || text[i] == ':')
			good = false;
	if (good)
		return true;
	snprintf(why->message, sizeof(why->message), "%s cannot be the name of a network device",
		 QUOTE(text));
	snprintf(why->expected, sizeof(why->expected),
		 "a name as \"ip link\" shows it, such as wg0, at most %d characters",
		 TENANTGATE_DEVICE_MAX);
	return false;
}

/**
 * values_text - can this be a title?
 * @text: the text
 * @len: its length in bytes
 * @max: bytes it may have
 * @why: gets the reason of a refusal
 *
 * Return: true when it is UTF-8 without control characters, not too long.
 */
bool values_text(const char *text, size_t len, size_t max, struct complaint *why)
{
	size_t at;
	ucs4_t uc;
	int n;

	if (len > max) {
		snprintf(why->message, sizeof(why->message), "this text is %zu bytes long", len);
		snprintf(why->expected, sizeof(why->expected),
			 "at most %zu bytes (a Japanese character takes three)", max);
		return false;
	}
	for (at = 0; at < len; at += (size_t)n) {
		n = u8_mbtoucr(&uc, (const uint8_t *)text + at, len - at);
		if (n > 0 && !values_is_control(uc))
			continue;
		if (n > 0)
			snprintf(why->message, sizeof(why->message),
				 "this text has a control character in it (U+%04X)", uc);
		else
			snprintf(why->message, sizeof(why->message), "this text is not UTF-8");
		snprintf(why->expected, sizeof(why->expected), "letters that can be shown");
		return false;
	}
	return true;
}

/**
 * values_choice - find a word among those allowed
 * @text: the word
 * @choices: words allowed
 * @count: their number
 * @why: gets the reason of a refusal
 *
 * Return: the place of the word in @choices, or -1.
 */
int values_choice(const char *text, const char *const *choices, unsigned int count,
		  struct complaint *why)
{
	struct nearest nearest = nearest_begin(text);
	size_t used = 0, room = sizeof(why->expected);
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!strcmp(text, choices[i]))
			return (int)i;
		nearest_offer(&nearest, choices[i]);
	}
	snprintf(why->message, sizeof(why->message), "%s is not known here", QUOTE(text));
	for (i = 0; i < count && count <= 8 && used < room; i++)
		used += (size_t)snprintf(why->expected + used, room - used, "%s%s",
					 i == 0 ? "" : i + 1 < count ? ", " : " or ", choices[i]);
	if (nearest.best)
		snprintf(why->suggestion, sizeof(why->suggestion), "%s", nearest.best);
	return -1;
}
