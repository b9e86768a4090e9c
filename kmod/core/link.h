/* SPDX-License-Identifier: GPL-2.0-only */
/* Links, and what plans promise tenants of them. */
#ifndef _TG_CORE_LINK_H
#define _TG_CORE_LINK_H

#include <linux/types.h>

struct tg_complaint;
struct tg_policy;
struct tg_tenant;
struct tg_terms;
struct tg_window;

/* Seen from the tenant. */
enum tg_ways {
	TG_UP,
	TG_DOWN,
	TG_WAYS,
};

/**
 * struct tg_link - a bottleneck that tenants share
 * @next: next link of the policy
 * @name: its name
 * @rate: bytes a second, 0 when it is not shaped; up is what leaves by the link's own
 *	devices, down what leaves by the tunnels it carries
 * @overhead: bytes around each packet in a tunnel it carries
 * @padding: packets in tunnels are padded to a multiple of it, 1 for not at all
 * @framing: bytes around each packet on the link itself
 * @minimum: bytes that the smallest packet takes on the link, with framing
 * @oversubscribe: guarantees may sum up to more than it has, and shrink then
 * @number: place among the policy's links
 * @guaranteed: compiled: bytes a second that plans guarantee, of all tenants
 * @prompt: compiled: bytes a second of realtime, likewise
 */
struct tg_link {
	struct tg_link *next;
	const char *name;
	u64 rate[TG_WAYS];
	u16 overhead;
	u16 padding;
	u16 framing;
	u16 minimum;
	bool oversubscribe;
	u32 number;
	u64 guaranteed[TG_WAYS];
	u64 prompt[TG_WAYS];
};

/**
 * struct tg_plan - what a tenant gets of a link
 * @next: next plan of the policy, or what the same plan says within another window
 * @window: when this holds; NULL for what holds where no window is open
 * @during: what holds instead within windows; the first one that is open decides
 * @name: its name
 * @guarantee: bytes a second, whenever they are wanted; 0 for none
 * @ceiling: bytes a second at most; 0 for the link's rate
 * @realtime: bytes a second that go first; 0 for none
 * @user_ceiling: bytes a second of each user at most; 0 for the tenant's ceiling
 * @interactive: part of interactive packets where bulk ones wait too, 1 to 100; when it
 *	is added 0 for %TG_DEFAULT_INTERACTIVE
 * @bulk: part of bulk ones, likewise
 * @weight: part of what is left, 1 to 1000
 * @number: place among the policy's plans, from 1
 */
struct tg_plan {
	struct tg_plan *next;
	const struct tg_window *window;
	struct tg_plan *during;
	const char *name;
	u64 guarantee[TG_WAYS];
	u64 ceiling[TG_WAYS];
	u64 realtime[TG_WAYS];
	u64 user_ceiling[TG_WAYS];
	u8 interactive;
	u8 bulk;
	u32 weight;
	u16 number;
};

/* The weight of a tenant without a plan. */
#define TG_DEFAULT_WEIGHT	10

/* What its classes get. */
#define TG_DEFAULT_INTERACTIVE	4
#define TG_DEFAULT_BULK		1

extern const char *const tg_way_names[TG_WAYS];

struct tg_link *tg_policy_add_link(struct tg_policy *policy, const struct tg_link *link,
				   struct tg_complaint *why);
struct tg_plan *tg_policy_add_plan(struct tg_policy *policy, const struct tg_plan *plan,
				   struct tg_complaint *why);
int tg_compile_links(struct tg_policy *policy, struct tg_complaint *why);
const struct tg_plan *tg_plan_now(const struct tg_plan *plan, u64 open);
void tg_tenant_terms(const struct tg_policy *policy, const struct tg_link *link,
		     const struct tg_tenant *tenant, enum tg_ways way, u64 open,
		     struct tg_terms *terms);

#endif
