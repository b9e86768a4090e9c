/* SPDX-License-Identifier: GPL-2.0-only */
/* What a tenant may use. */
#ifndef _TG_CORE_LIMITS_H
#define _TG_CORE_LIMITS_H

#include "types.h"

/**
 * struct tg_limits - what a tenant may use
 * @max_flows: flows at once
 * @max_fragments: fragments a second
 * @max_rejects: answers a second to rejected packets
 * @max_rules: rules, without grants
 * @max_packets: packets a second from it, 0 for no limit
 * @max_new_flows: flows a second that it begins, 0 for no limit
 */
struct tg_limits {
	u32 max_flows;
	u32 max_fragments;
	u32 max_rejects;
	u32 max_rules;
	u32 max_packets;
	u32 max_new_flows;
};

#define TG_DEFAULT_TENANT_FLOWS		20000
#define TG_DEFAULT_TENANT_FRAGMENTS	10000
#define TG_DEFAULT_TENANT_REJECTS	100

#endif
