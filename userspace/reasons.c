// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module says about its reasons. The module is asked, because it may
 * be newer than this program and know reasons that the program does not.
 */

#include <string.h>

#include "reasons.h"

/**
 * reasons_read - ask the module for its reasons
 * @reasons: gets them, for reasons_free()
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *reasons_read(struct reasons *reasons, struct link *link)
{
	struct link_reason reason;
	struct fault *fault;
	size_t at = 0;

	memset(reasons, 0, sizeof(*reasons));
	fault = link_dump(link, TENANTGATE_CMD_REASON_GET, NULL, &reasons->dump);
	if (fault)
		return fault;
	while (dump_reason(&reasons->dump, &at, &reason)) {
		reasons->list[reason.reason] = reason;
		reasons->count++;
	}
	return NULL;
}

/**
 * reasons_free - forget them
 * @reasons: the reasons
 */
void reasons_free(struct reasons *reasons)
{
	dump_free(&reasons->dump);
}

const char *reasons_name(const struct reasons *reasons, uint8_t reason)
{
	const char *name = reasons->list[reason].name;

	return name ? name : "unknown";
}

const char *reasons_description(const struct reasons *reasons, uint8_t reason)
{
	const char *description = reasons->list[reason].description;

	return description ? description : "";
}

uint8_t reasons_verdict(const struct reasons *reasons, uint8_t reason)
{
	return reasons->list[reason].verdict;
}

bool reasons_is_noise(const struct reasons *reasons, uint8_t reason)
{
	return reasons->list[reason].noise;
}
