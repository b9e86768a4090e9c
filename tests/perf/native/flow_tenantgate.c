// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one that is judged: the module's flow table, as it is. A flow that is added
 * is made as for a first packet that a rule allows, counters and limits included.
 */

#include <stdlib.h>

#include <linux/build_bug.h>
#include <linux/limits.h>

#include "flow.h"
#include "flow_peer.h"
#include "shim.h"

#define BATCH	32

static_assert(sizeof(struct tg_flow) == FLOW_BYTES);

/* The way of packets from the tenant, and of those to it. */
static const struct tg_way paths[] = {
	{ .in = 2, .out = 3 },
	{ .in = 3, .out = 2 },
};

/**
 * struct table - a namespace with one tenant and one rule
 * @tgn: the namespace
 * @account: the tenant's counters
 * @stat: the rule's
 * @tenant: the tenant
 * @rule: the rule
 * @before: memory that was taken before there was a flow
 */
struct table {
	struct tg_net tgn;
	struct tg_account account;
	struct tg_rule_stat stat;
	struct tg_tenant tenant;
	struct tg_rule rule;
	size_t before;
};

static const struct tg_way *path_of(const struct header *h)
{
	return &paths[h->question.src_scope != TG_SCOPE_OWN];
}

static int tenantgate_make(void **index, u32 flows, char why[PEER_WHY])
{
	struct table *t = need(aligned_alloc(64, (sizeof(*t) + 63) & ~63UL));

	*t = (struct table){ .before = shim_live_bytes() };
	t->account.accounts = &t->tgn.accounts;
	t->account.limits.max_flows = U32_MAX;
	t->stat.account = &t->account;
	t->tenant.account = &t->account;
	t->rule.stat = &t->stat;
	if (tg_flow_module_init() || tg_flows_init(&t->tgn)) {
		snprintf(why, PEER_WHY, "no memory");
		return -1;
	}
	t->tgn.flows.max = flows;
	*index = t;
	return 0;
}

static bool tenantgate_add(void *index, const struct tg_packet *packet, u32 number)
{
	struct table *t = index;
	const struct tg_judgement judgement = {
		.verdict = TENANTGATE_VERDICT_ALLOW,
		.reason = TENANTGATE_REASON_RULE,
		.up = true,
		.tenant = &t->tenant,
		.rule = &t->rule,
	};
	const struct tg_flow_offer offer = {
		.way = paths[0],
		.packet = packet,
		.judgement = &judgement,
	};
	struct tg_flow *flow;
	u8 reason;

	flow = tg_flow_create(&t->tgn, &offer, &reason);
	if (!flow)
		return false;
	/* The module does not use it yet, and every look-up has it in the cache. */
	flow->tag = number;
	return true;
}

static void tenantgate_remove(void *index, const struct tg_packet *packet)
{
	struct table *t = index;
	enum tg_direction direction;

	tg_flow_kill(tg_flow_find(&t->tgn, packet, &paths[0], &direction));
}

static size_t tenantgate_bytes(const void *index)
{
	return shim_live_bytes() - ((const struct table *)index)->before;
}

static void tenantgate_drop(void *index)
{
	struct table *t = index;

	tg_flows_exit(&t->tgn);
	tg_flow_module_exit();
	free(t);
}

static u32 find_one(struct table *t, const struct header *h)
{
	enum tg_direction direction;
	struct tg_flow *flow = tg_flow_find(&t->tgn, &h->packet, path_of(h), &direction);

	return flow ? flow->tag : NO_MATCH;
}

static inline u32 find_at(const struct trace *trace, void *index, u32 at)
{
	return find_one(index, &trace->headers[at]);
}

static void tenantgate_find(const struct lookups *l)
{
	look_up_each(l, find_at, 0);
}

static void tenantgate_find_dependent(const struct lookups *l)
{
	look_up_each(l, find_at, LOOK_UP_DEPENDENT);
}

/*
 * The three steps that the module takes for every packet, bucket, flow and look-up,
 * for several at once. The module takes them one after the other.
 */
static void tenantgate_find_batch(const struct lookups *l)
{
	const struct header *h = &l->trace->headers[l->from];
	struct table *t = l->indexes[0];
	struct tg_memo memos[BATCH];
	u32 i, k, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < BATCH ? l->count - i : BATCH;
		for (k = 0; k < n; k++)
			tg_flow_foresee(&t->tgn, &h[i + k].packet, &memos[k]);
		for (k = 0; k < n; k++)
			tg_flow_fetch(&t->tgn, &memos[k]);
		for (k = 0; k < n; k++)
			l->verdicts[i + k] = find_one(t, &h[i + k]);
	}
}

static const struct way tenantgate_ways[] = {
	{ "tenantgate", NULL, tenantgate_find, NULL },
	{ "tenantgate dependent", NULL, tenantgate_find_dependent, NULL },
	{ "tenantgate batch 32", NULL, tenantgate_find_batch, NULL },
};

const struct flow_peer flow_tenantgate = {
	.peer = {
		.name = "tenantgate",
		.drop = tenantgate_drop,
		.ways = tenantgate_ways,
		.nways = 3,
	},
	.make = tenantgate_make,
	.add = tenantgate_add,
	.remove = tenantgate_remove,
	.bytes = tenantgate_bytes,
};
