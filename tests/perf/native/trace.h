/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers that the contenders classify. */
#ifndef _TG_PERF_TRACE_H
#define _TG_PERF_TRACE_H

#include "set.h"

/* What is asked of TenantGate's own classifiers, in one piece. */
struct header {
	struct tg_packet packet;
	struct tg_question question;
};

/**
 * struct trace - headers in the order of their arrival
 * @name: what the tables call it
 * @headers: the headers
 * @tenants: whose packet each one is, or NULL where there is one tenant
 * @count: their number
 * @keys: the same headers as rte_acl reads them, or NULL
 * @key_bytes: memory of @keys
 */
struct trace {
	const char *name;
	struct header *headers;
	u32 *tenants;
	u32 count;
	const u8 **keys;
	u8 *key_bytes;
};

void trace_from_rules(struct trace *trace, const struct set *set, u32 count, u64 number);
void trace_at_random(struct trace *trace, u32 count, u64 number);
void trace_of_tenants(struct trace *trace, const struct set *sets, u32 tenants, bool hot,
		      u32 count, u64 number);
void trace_free(struct trace *trace);

#endif
