// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups of several packets at once: what each will read next is fetched for
 * all of them before any reads it, so that waiting for memory is shared. The
 * module does not do so; this tells what it would gain. Headers are of IPv4.
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

/* A packet on its way, as far as it has come. */
struct look_up {
	const struct tg_classifier *c;
	const struct tg_question *q;
	struct tg_ask ask;
	u32 at;			/* place in the group's table, then the reference there */
};

/* What any look-up reads: the head and the first group. */
static void fetch_head(const struct look_up *l)
{
	__builtin_prefetch(l->c);
	__builtin_prefetch(&l->c->group[0]);
}

static void fetch_slot(struct look_up *l)
{
	const struct tg_node *node = &l->c->group[0];
	const u32 *table = tg_classifier_at(l->c, node->table);

	tg_ask_key(l->c, l->q, &l->ask);
	l->ask.key[TG_KEY_ADDRS] = tg_key_v4(l->q->packet);
	if (l->c->ngroups[0] > 1)
		__builtin_prefetch(&l->c->group[1]);
	l->at = 0;
	if (!node->places)
		return;
	l->at = tg_node_index(node, l->ask.field);
	__builtin_prefetch(&table[l->at]);
}

static void fetch_leaf(struct look_up *l)
{
	const struct tg_node *node = &l->c->group[0];
	const u32 *table = tg_classifier_at(l->c, node->table);
	const u8 *leaf;

	l->at = node->places ? table[l->at] : node->table;
	leaf = tg_classifier_at(l->c, l->at);
	__builtin_prefetch(leaf);
	__builtin_prefetch(leaf + 64);
}

static bool leads_to_entries(const struct look_up *l)
{
	return l->at && !(l->at & TG_REF_NODE);
}

/* Does an entry fit, whoever it asks for? */
static bool fits_anyone(const struct look_up *l, const struct tg_entry_v4 *e)
{
	return !((e->addr ^ l->ask.key[TG_KEY_ADDRS]) & e->mask) &&
	       !tg_tail_differs(&e->tail, &l->ask);
}

/* Whom those of the first entries ask for that fit otherwise, and a third line of them. */
static void fetch_who(const struct look_up *l)
{
	const struct tg_entry_v4 *e = tg_classifier_at(l->c, l->at);
	u32 i;

	if (!leads_to_entries(l))
		return;
	for (i = 0; i < 3; i++) {
		u64 info = e[i].tail.info;
		u32 condition = info >> TG_INFO_CONDITION & (TG_MAX_CONDITIONS - 1);

		if (condition && fits_anyone(l, &e[i]))
			__builtin_prefetch(&l->ask.conditions[condition]);
		if (info & TG_INFO_LAST)
			return;
	}
	__builtin_prefetch(&e[4]);
}

/* In a single group the leaf decides; what is more goes the classifier's own way. */
static u32 decide(const struct look_up *l)
{
	const struct tg_entry_v4 *e = tg_classifier_at(l->c, l->at);

	if (l->c->ngroups[0] != 1 || (l->at & TG_REF_NODE))
		return tg_classifier_find(l->c, l->q);
	for (; l->at; e++) {
		if (fits_anyone(l, e) && tg_condition_fits(e->tail.info, &l->ask))
			return tg_info_index(e->tail.info);
		if (e->tail.info & TG_INFO_LAST)
			break;
	}
	return TG_NO_MATCH;
}

static void find_some(struct look_up *l, u32 count, u32 *verdicts)
{
	u32 i;

	for (i = 0; i < count; i++)
		fetch_head(&l[i]);
	for (i = 0; i < count; i++)
		fetch_slot(&l[i]);
	for (i = 0; i < count; i++)
		fetch_leaf(&l[i]);
	for (i = 0; i < count; i++)
		fetch_who(&l[i]);
	for (i = 0; i < count; i++)
		verdicts[i] = decide(&l[i]);
}

static void find_all(const struct lookups *l, const u32 *tenants)
{
	const struct header *h = &l->trace->headers[l->from];
	struct look_up some[BATCH];
	u32 i, k, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < BATCH ? l->count - i : BATCH;
		for (k = 0; k < n; k++) {
			some[k].c = l->indexes[tenants ? tenants[l->from + i + k] : 0];
			some[k].q = &h[i + k].question;
		}
		find_some(some, n, l->verdicts + i);
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
