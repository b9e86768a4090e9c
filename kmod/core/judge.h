/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judgement of a first packet: who sent it, where to, and may it pass?
 * It reads an immutable policy and nothing else.
 */
#ifndef _TG_CORE_JUDGE_H
#define _TG_CORE_JUDGE_H

#include "policy.h"

/**
 * struct tg_route - the way a packet takes
 * @in: the device it came in by, NULL when the policy does not name it
 * @out: the device it leaves by, likewise; of no meaning when @local
 * @local: it is for the gateway itself
 */
struct tg_route {
	const struct tg_device *in;
	const struct tg_device *out;
	bool local;
};

/**
 * struct tg_judgement - what was found
 * @verdict: enum tenantgate_verdict, whatever the mode
 * @reason: enum tenantgate_reason
 * @class: enum tenantgate_class
 * @up: the packet comes from @tenant, not to it
 * @person: number of the user at the tenant's end, 0 when it is nobody's address
 * @tenant: the tenant it is counted for, NULL for the gateway
 * @peer: the tenant at the other end when it is another one
 * @site: where the source is, may be NULL
 * @peer_site: where the destination is, may be NULL
 * @user: who sent it, may be NULL
 * @rule: the rule that decided, may be NULL
 */
struct tg_judgement {
	u8 verdict;
	u8 reason;
	u8 class;
	bool up;
	u32 person;
	struct tg_tenant *tenant;
	struct tg_tenant *peer;
	const struct tg_site *site;
	const struct tg_site *peer_site;
	const struct tg_user *user;
	struct tg_rule *rule;
};

void tg_judge(const struct tg_policy *policy, const struct tg_route *route,
	      const struct tg_packet *packet, struct tg_judgement *j);
const struct tg_site *tg_site_of(const struct tg_policy *policy, const struct tg_device *device,
				 const struct tg_addr *addr);
bool tg_source_is_bound(const struct tg_policy *policy, const struct tg_device *in,
			const struct tg_addr *source);
bool tg_is_management(const struct tg_policy *policy, const struct tg_packet *packet);

#endif
