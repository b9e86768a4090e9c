// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time zones, as the system's time zone database has them.
 *
 * The kernel knows no time zones. It is told when the clocks of one change, and that
 * for sixty years, which are always the same: what is sent must not depend on the
 * clock, which may be wrong when the last policy is restored at boot. After an update
 * of the database "tgctl apply" tells it anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "zone.h"

#define BEGIN		1767225600	/* 2026-01-01 00:00 UTC */
#define YEARS		60		/* with two changes each, and no room for many more */
#define DAY		(24 * 60 * 60)
#define NAME_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/"

/**
 * zone_is_known - does the system have this time zone?
 * @name: such as Asia/Tokyo; UTC is known without a database
 *
 * Return: true when it does.
 */
bool zone_is_known(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[256], magic[4];
	FILE *file;
	bool known;

	if (!strcmp(name, "UTC"))
		return true;
	if (!*name || *name == '/' || name[strspn(name, NAME_CHARACTERS)] ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo",
			     name) >= sizeof(path))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	known = fread(magic, sizeof(magic), 1, file) == 1 &&
		!memcmp(magic, "TZif", sizeof(magic));
	fclose(file);
	return known;
}

static int32_t offset_at(time_t at)
{
	struct tm local;

	return localtime_r(&at, &local) ? (int32_t)local.tm_gmtoff : 0;
}

/* The first second in (before, behind] at which the clocks are as at its end. */
static time_t changed_at(time_t before, time_t behind)
{
	int32_t offset = offset_at(behind);

	while (behind - before > 1) {
		time_t middle = before + (behind - before) / 2;

		if (offset_at(middle) == offset)
			behind = middle;
		else
			before = middle;
	}
	return behind;
}

static uint32_t find_shifts(struct policy_shift *shifts, uint32_t max)
{
	const time_t end = BEGIN + (time_t)YEARS * 365 * DAY;
	uint32_t count = 1;
	time_t at;

	shifts[0] = (struct policy_shift){ .since = BEGIN, .offset = offset_at(BEGIN) };
	for (at = BEGIN; at < end && count < max; at += DAY) {
		if (offset_at(at + DAY) == shifts[count - 1].offset)
			continue;
		shifts[count].since = (uint64_t)changed_at(at, at + DAY);
		shifts[count++].offset = offset_at(at + DAY);
	}
	return count;
}

/**
 * zone_shifts - how far a time zone is from UTC
 * @name: its name, which zone_is_known()
 * @shifts: gets it, for 2026 to 2085
 * @max: the most there may be, at least 1
 *
 * Return: their number.
 */
uint32_t zone_shifts(const char *name, struct policy_shift *shifts, uint32_t max)
{
	const char *before = getenv("TZ");
	char *kept = before ? strdup(before) : NULL;
	uint32_t count;

	/* The library has no other way to ask for a time zone than to be in it. */
	setenv("TZ", name, 1);
	tzset();
	count = find_shifts(shifts, max);
	if (kept)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	tzset();
	free(kept);
	return count;
}
