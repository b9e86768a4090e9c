/* SPDX-License-Identifier: GPL-2.0-only */
/* What each reason is called, does to a packet, and means to people. */
#ifndef _TG_CORE_REASON_H
#define _TG_CORE_REASON_H

#include "types.h"

#define TG_REASONS	(TENANTGATE_REASON_NEW_FLOW_LIMIT + 1)

/**
 * struct tg_reason_info - one reason
 * @name: as in the netlink specification
 * @verdict: enum tenantgate_verdict
 * @noise: broadcast and discovery chatter, of no interest by default
 * @description: one sentence
 */
struct tg_reason_info {
	const char *name;
	u8 verdict;
	bool noise;
	const char *description;
};

extern const struct tg_reason_info tg_reasons[TG_REASONS];

#endif
