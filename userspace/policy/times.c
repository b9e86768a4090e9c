// SPDX-License-Identifier: GPL-2.0-only
/* Times: days of the week, hours of the day, from text, to text. */
#include <stdio.h>
#include <string.h>

#include "diagnostics.h"
#include "values.h"

#define DAYS		7
#define DAY_MINUTES	(24 * 60)

const char *const values_day_names[DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int day_of(const char *text, size_t len)
{
	int day;

	for (day = 0; day < DAYS; day++)
		if (strlen(values_day_names[day]) == len &&
		    !strncmp(text, values_day_names[day], len))
			return day;
	return -1;
}

/**
 * values_days - read a day of the week, or days that follow each other
 * @text: the text, like sat or mon-fri; sat-mon goes over the end of the week
 * @days: their bits are added here, Monday is bit 0
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is that.
 */
bool values_days(const char *text, uint8_t *days, struct complaint *why)
{
	const char *dash = strchr(text, '-');
	int first = day_of(text, dash ? (size_t)(dash - text) : strlen(text));
	int last = dash ? day_of(dash + 1, strlen(dash + 1)) : first;

	if (first < 0 || last < 0) {
		snprintf(why->message, sizeof(why->message), "%s is not a day of the week",
			 QUOTE(text));
		snprintf(why->expected, sizeof(why->expected),
			 "mon, tue, wed, thu, fri, sat, sun, or some such as mon-fri");
		return false;
	}
	for (;; first = (first + 1) % DAYS) {
		*days |= (uint8_t)(1U << first);
		if (first == last)
			return true;
	}
}

/* "08:30"; the minute of the day, or -1. */
static int minute_of(const char *text)
{
	size_t i;
	int minute;

	for (i = 0; i < 5; i++)
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return -1;
	minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
	return text[3] > '5' || minute > DAY_MINUTES ? -1 : minute;
}

/**
 * values_hours - read a time of the day
 * @text: the text, like 08:00-20:00; 22:00-06:00 ends on the next day
 * @hours: gets it
 * @why: gets the reason of a refusal
 *
 * Return: true when the text is that.
 */
bool values_hours(const char *text, struct policy_hours *hours, struct complaint *why)
{
	int from = -1, to = -1;

	if (strlen(text) == 11 && text[5] == '-') {
		from = minute_of(text);
		to = minute_of(text + 6);
	}
	if (from < 0 || to < 0 || from == DAY_MINUTES)
		snprintf(why->message, sizeof(why->message), "%s is not a time of the day",
			 QUOTE(text));
	else if (from == to)
		snprintf(why->message, sizeof(why->message), "%s ends when it begins", text);
	else {
		hours->from = (uint16_t)from;
		hours->to = (uint16_t)(to ? to : DAY_MINUTES);
		return true;
	}
	snprintf(why->expected, sizeof(why->expected),
		 "a time such as 08:00-20:00, 22:00-06:00 for a night, or 00:00-24:00");
	return false;
}

/**
 * values_hours_text - a time of the day as text
 * @hours: the time
 * @buf: gets the text
 *
 * Return: @buf.
 */
const char *values_hours_text(const struct policy_hours *hours, char buf[VALUES_TEXT_MAX])
{
	snprintf(buf, VALUES_TEXT_MAX, "%02u:%02u-%02u:%02u", hours->from / 60U, hours->from % 60U,
		 hours->to / 60U, hours->to % 60U);
	return buf;
}
