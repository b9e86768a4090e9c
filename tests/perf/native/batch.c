// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups of several packets at once: what each will read next is fetched for
 * all of them before any reads it, so that waiting for memory is shared. The
 * module does not do so; this tells what it would gain.
 *
 * The core's classifier is compiled into this file under other names, to get
 * at its steps.
 */

#define tg_classifier_find batch_classifier_find
#define tg_classifier_facts batch_classifier_facts
#define tg_classifier_free batch_classifier_free
#include "core/classifier.c"

#include "batch.h"

#define BATCH	32

/* Bytes of a classifier's beginning that any look-up reads: the head and a group. */
static void fetch_head(const struct tg_classifier *c)
{
	__builtin_prefetch(c);
	__builtin_prefetch(&c->group[0]);
}

static void fetch_slot(const struct tg_classifier *c, const struct tg_question *q, u32 *index)
{
	const struct tg_node *node = &c->group[0];
	const u32 *table = tg_classifier_at(c, node->table);
	struct tg_ask a;

	*index = 0;
	if (c->ngroups[0] > 1)
		__builtin_prefetch(&c->group[1]);
	if (!node->places)
		return;
	tg_ask_key(c, q, &a);
	a.key[TG_KEY_ADDRS] = tg_key_v4(q->packet);
	*index = tg_node_index(node, a.field);
	__builtin_prefetch(&table[*index]);
}

static u32 leaf_of(const struct tg_classifier *c, u32 index)
{
	const struct tg_node *node = &c->group[0];
	const u32 *table = tg_classifier_at(c, node->table);

	return node->places ? table[index] : node->table;
}

static void fetch_leaf(const struct tg_classifier *c, u32 ref)
{
	const u8 *leaf = tg_classifier_at(c, ref);

	__builtin_prefetch(leaf);
	__builtin_prefetch(leaf + 64);
}

/* Whom the first entries ask for, and a third line of them. */
static void fetch_who(const struct tg_classifier *c, u32 ref)
{
	const struct tg_entry_v4 *e = tg_classifier_at(c, ref);
	const struct tg_condition *conditions = tg_classifier_at(c, c->conditions);
	u32 i;

	if (!ref || ref & TG_REF_NODE)
		return;
	for (i = 0; i < 3; i++) {
		u64 info = e[i].tail.info;

		__builtin_prefetch(&conditions[info >> TG_INFO_CONDITION & (TG_MAX_CONDITIONS - 1)]);
		if (info & TG_INFO_LAST)
			return;
	}
	__builtin_prefetch(&e[4]);
}

static void find_some(const struct tg_classifier *const *c, const struct header *h, u32 count,
		      u32 *verdicts)
{
	u32 index[BATCH], i;

	for (i = 0; i < count; i++)
		fetch_head(c[i]);
	for (i = 0; i < count; i++)
		fetch_slot(c[i], &h[i].question, &index[i]);
	for (i = 0; i < count; i++) {
		index[i] = leaf_of(c[i], index[i]);
		fetch_leaf(c[i], index[i]);
	}
	for (i = 0; i < count; i++)
		fetch_who(c[i], index[i]);
	for (i = 0; i < count; i++)
		verdicts[i] = tg_classifier_find(c[i], &h[i].question);
}

static void find_all(const struct lookups *l, const u32 *tenants)
{
	const struct tg_classifier *c[BATCH];
	u32 i, k, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < BATCH ? l->count - i : BATCH;
		for (k = 0; k < n; k++)
			c[k] = l->indexes[tenants ? tenants[l->from + i + k] : 0];
		find_some(c, &l->trace->headers[l->from + i], n, l->verdicts + i);
	}
}

/**
 * batch_find - look up where there is one tenant
 * @l: what
 */
void batch_find(const struct lookups *l)
{
	find_all(l, NULL);
}

/**
 * batch_find_of_tenants - look up where every header has its tenant
 * @l: what
 */
void batch_find_of_tenants(const struct lookups *l)
{
	find_all(l, l->trace->tenants);
}
