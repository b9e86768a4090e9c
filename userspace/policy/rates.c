// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rates: from text, to text.
 *
 * There is one way to write a unit, "Mbit/s", because the others are read in two
 * ways: MB and Mb differ by eight, and Mi and M by five in a hundred. What people
 * are used to is refused with what it was perhaps meant to be.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diagnostics.h"
#include "values.h"

#define BILLION		UINT64_C(1000000000)

/* Bits a second that a rate may have: 8 kbit/s to 400 Gbit/s. */
#define BITS_MIN	(8 * VALUES_RATE_MIN)
#define BITS_MAX	(8 * VALUES_RATE_MAX)

static const struct unit {
	const char *name;
	uint64_t bits;
} units[] = {
	{ "bit/s", 1 }, { "kbit/s", 1000 }, { "Mbit/s", 1000000 }, { "Gbit/s", BILLION },
};

#define UNITS	(sizeof(units) / sizeof(units[0]))

static const char rate_expected[] = "a rate such as 64 kbit/s, 5 Mbit/s or 2.5 Gbit/s";

/**
 * struct amount - a decimal number
 * @whole: in front of the point; stays where it is above all that makes sense
 * @billionths: behind it
 * @len: bytes of text that it is
 */
struct amount {
	uint64_t whole;
	uint64_t billionths;
	size_t len;
};

/* A number with at most nine digits behind the point; @len is 0 when there is none. */
static struct amount read_amount(const char *text)
{
	struct amount amount = { .whole = 0 };
	uint64_t place = BILLION;
	const char *c = text;

	for (; *c >= '0' && *c <= '9'; c++)
		if (amount.whole <= BITS_MAX)
			amount.whole = amount.whole * 10 + (uint64_t)(*c - '0');
	if (c == text || (*text == '0' && c > text + 1))
		return amount;
	if (*c == '.') {
		for (c++; *c >= '0' && *c <= '9' && place > 1; c++) {
			place /= 10;
			amount.billionths += (uint64_t)(*c - '0') * place;
		}
		if (place == BILLION || (*c >= '0' && *c <= '9'))
			return amount;
	}
	amount.len = (size_t)(c - text);
	return amount;
}

/* More than there may be for all that does not fit. */
static uint64_t amount_bits(const struct amount *amount, const struct unit *unit)
{
	if (amount->whole > BITS_MAX / unit->bits)
		return BITS_MAX + 1;
	return amount->whole * unit->bits + amount->billionths * unit->bits / BILLION;
}

/* What people write for the unit: "Mbps", "mb/s", "M", "MiB/s". */
static const struct unit *guess_unit(const char *word, bool *bytes)
{
	static const char *const bits[] = {
		"", "b", "bit", "bits", "bps", "b/s", "bit/s", "bits/s", "bitps", "bit/sec", "b/sec",
		"byte", "bytes", "byte/s", "bytes/s", "byte/sec", "bytes/sec",
	};
	static const char prefixes[] = " kmg";
	const char *prefix = *word ? strchr(prefixes, tolower((unsigned char)*word)) : NULL;
	size_t i;

	if (prefix)
		word += 1 + (tolower((unsigned char)word[1]) == 'i');
	*bytes = *word == 'B' || !strncasecmp(word, "byte", 4);
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (!strcasecmp(word, bits[i]))
			return &units[prefix ? prefix - prefixes : 0];
	return NULL;
}

/* "5Mbps" was perhaps meant to be "5 Mbit/s". */
static void suggest_rate(const char *text, struct complaint *why)
{
	struct amount amount = read_amount(text);
	char buf[VALUES_TEXT_MAX];
	const struct unit *unit;
	uint64_t rate;
	bool bytes;

	if (!amount.len)
		return;
	unit = guess_unit(text + amount.len + strspn(text + amount.len, " "), &bytes);
	rate = unit ? amount_bits(&amount, unit) : 0;
	if (rate < BITS_MIN || rate > BITS_MAX)
		return;
	snprintf(why->suggestion, sizeof(why->suggestion), "%.*s %s", (int)amount.len, text,
		 unit->name);
	if (!bytes)
		return;
	snprintf(why->message, sizeof(why->message), "%s is not a rate: rates are in bits, not bytes",
		 QUOTE(text));
	snprintf(why->expected, sizeof(why->expected), "%s; %s are %s", rate_expected,
		 QUOTE(text), values_rate_text(rate, buf));
}

/**
 * values_rate - read a rate
 * @text: the text
 * @rate: gets the rate in bytes a second
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is a rate that a link can have.
 */
bool values_rate(const char *text, uint64_t *rate, struct complaint *why)
{
	struct amount amount = read_amount(text);
	const struct unit *unit = NULL;
	uint64_t bits;
	size_t i;

	for (i = 0; i < UNITS && amount.len && text[amount.len] == ' '; i++)
		if (!strcmp(text + amount.len + 1, units[i].name))
			unit = &units[i];
	snprintf(why->expected, sizeof(why->expected), "%s", rate_expected);
	if (!unit) {
		snprintf(why->message, sizeof(why->message), "%s is not a rate", QUOTE(text));
		suggest_rate(text, why);
		return false;
	}
	bits = amount_bits(&amount, unit);
	*rate = bits / 8;
	if (bits >= BITS_MIN && bits <= BITS_MAX)
		return true;
	snprintf(why->message, sizeof(why->message), "the rate %s is %s", QUOTE(text),
		 bits < BITS_MIN ? "below 8 kbit/s" : "above 400 Gbit/s");
	snprintf(why->expected, sizeof(why->expected), "a rate from 8 kbit/s to 400 Gbit/s");
	return false;
}

/**
 * values_rate_text - a rate as it is written in policies
 * @rate: the rate in bytes a second
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *values_rate_text(uint64_t rate, char buf[VALUES_TEXT_MAX])
{
	const struct unit *unit = &units[0];
	uint64_t bits = rate * 8;
	size_t i, len;

	for (i = 1; i < UNITS; i++)
		if (bits >= units[i].bits)
			unit = &units[i];
	len = (size_t)snprintf(buf, VALUES_TEXT_MAX, "%" PRIu64 ".%09" PRIu64, bits / unit->bits,
			       bits % unit->bits * (BILLION / unit->bits));
	while (buf[len - 1] == '0')
		len--;
	if (buf[len - 1] == '.')
		len--;
	snprintf(buf + len, VALUES_TEXT_MAX - len, " %s", unit->name);
	return buf;
}
