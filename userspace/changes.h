/* SPDX-License-Identifier: GPL-2.0-only */
/* What a new policy changes that nobody may have meant. */
#ifndef TG_CHANGES_H
#define TG_CHANGES_H

#include "fault.h"
#include "link/link.h"

struct tg_policy_file;

/**
 * struct snapshot - gateway and tenants at one moment
 * @status_reply: where the status is kept
 * @tenants: the tenants
 * @status: the gateway
 */
struct snapshot {
	struct dump status_reply;
	struct dump tenants;
	struct link_status status;
};

struct fault *snapshot_take(struct snapshot *snapshot, struct link *link) FAULT_CHECK;
void snapshot_free(struct snapshot *snapshot);
void changes_tell(const struct snapshot *before, const struct snapshot *after);
void missing_tell(const struct tg_policy_file *policy);

#endif
