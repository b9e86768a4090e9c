// SPDX-License-Identifier: GPL-2.0-only
/* What every user of the model needs: giving it back, and naming places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "pool.h"
#include "source.h"

void policy_free(struct tg_policy_file *policy)
{
	if (!policy)
		return;
	source_free_all(policy->sources);
	pool_destroy(policy->pool);
	free(policy);
}

const char *policy_origin(const struct origin *origin, char buf[TENANTGATE_ORIGIN_MAX + 1])
{
	const char *name = source_name(origin->source);
	size_t len = strlen(name), room = TENANTGATE_ORIGIN_MAX - 16;

	buf[0] = '\0';
	if (!origin->source || !origin->line)
		return buf;
	if (len > room) {
		name += len - room;
		/* Not in the middle of a character. */
		while (((unsigned char)*name & 0xc0) == 0x80)
			name++;
	}
	snprintf(buf, TENANTGATE_ORIGIN_MAX + 1, "%s%s:%u", len > room ? "..." : "", name,
		 origin->line);
	return buf;
}
