// SPDX-License-Identifier: GPL-2.0-only
/* What is measured together: indexes over the same rules, and headers for all of them. */

#include <stdlib.h>

#include "bench.h"

static void enter(struct block *block, const struct built *built, const struct way *way)
{
	u32 i;

	if (way->is_usable && !way->is_usable())
		return;
	if (block->tenants > 1 && !way->find_of_tenants)
		return;
	for (i = 0; i < block->ntraces; i++)
		block->contenders[i][block->ncontenders] = (struct contender){
			.peer = built->peer, .way = way, .indexes = built->indexes,
		};
	block->ncontenders++;
}

/**
 * block_enter - enter all contenders whose index was built
 * @block: with indexes and traces
 * @bench: the run
 * @identity: the rules ask for more than a five-tuple
 */
void block_enter(struct block *block, const struct bench *bench, bool identity)
{
	u32 i, k;

	for (i = 0; i < bench->npeers; i++) {
		const struct built *built = &block->built[i];

		if (!built->indexes)
			continue;
		for (k = 0; built->peer->prepare && k < block->ntraces; k++)
			built->peer->prepare(&block->traces[k], identity);
		for (k = 0; k < built->peer->nways; k++)
			enter(block, built, &built->peer->ways[k]);
	}
}

static void check_contender(struct block *block, struct bench *bench, u32 trace, u32 who,
			    const u32 *right, u32 *verdicts, u32 count)
{
	const struct contender *c = &block->contenders[trace][who];
	u32 i, match, wrong = 0;

	measure_find(c, &block->traces[trace], 0, count, verdicts);
	for (i = 0; i < count; i++) {
		match = peer_match_of(c->peer, verdicts[i]);
		if (match == right[i])
			continue;
		if (!wrong++)
			printf("MISMATCH %s, %s headers: %s finds %d for header %u, and not %d\n",
			       block->title, block->traces[trace].name, c->way->name,
			       (int)match, i, (int)right[i]);
	}
	bench->mismatches += wrong;
}

/**
 * block_check - compare all contenders with the first one
 * @block: with contenders
 * @bench: the run; mismatches are counted
 */
void block_check(struct block *block, struct bench *bench)
{
	u32 trace, who, count;

	for (trace = 0; trace < block->ntraces; trace++) {
		const struct trace *t = &block->traces[trace];
		const struct contender *first = &block->contenders[trace][0];
		u32 *right = need(calloc(t->count, sizeof(*right)));
		u32 *verdicts = need(calloc(t->count, sizeof(*verdicts)));

		count = t->count < bench->checked ? t->count : bench->checked;
		measure_find(first, t, 0, count, right);
		for (who = 1; who < block->ncontenders; who++)
			check_contender(block, bench, trace, who, right, verdicts, count);
		free(right);
		free(verdicts);
	}
}

/**
 * block_run - measure all contenders
 * @block: with contenders
 * @bench: the run
 */
void block_run(struct block *block, const struct bench *bench)
{
	u32 i;

	for (i = 0; i < block->ntraces && block->traces[i].headers; i++)
		measure(block->contenders[i], block->ncontenders, &block->traces[i],
			bench->rounds, bench->milliseconds);
}

/**
 * block_free - free indexes and traces
 * @block: the block
 * @bench: the run
 */
void block_free(struct block *block, const struct bench *bench)
{
	u32 i, k;

	for (i = 0; i < bench->npeers; i++) {
		struct built *built = &block->built[i];

		for (k = 0; k < built->nindexes; k++)
			built->peer->drop(built->indexes[k]);
		free(built->indexes);
	}
	for (i = 0; i < block->ntraces; i++)
		trace_free(&block->traces[i]);
}
