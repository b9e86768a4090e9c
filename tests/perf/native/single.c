// SPDX-License-Identifier: GPL-2.0-only
/* One set, one tenant: how fast is a look-up, and what does the index cost? */

#include <stdlib.h>

#include "bench.h"

/* Milliseconds after which building is not repeated. */
#define BUILD_QUICK	300
#define BUILD		3000

#define LARGE		50000

static void build(struct built *built, const struct peer *peer, const struct set *set,
		  const struct bench *bench)
{
	double most = bench->quick ? BUILD_QUICK : BUILD;
	double begin, spent = 0;
	void *index = NULL;

	built->peer = peer;
	while (built->nms < bench->rounds && spent < most) {
		if (index)
			peer->drop(index);
		index = NULL;
		begin = measure_now();
		if (peer->build(&index, set, &built->cost, built->why))
			return;
		built->ms[built->nms] = (measure_now() - begin) / 1e6;
		spent += built->ms[built->nms++];
	}
	built->indexes = need(calloc(1, sizeof(*built->indexes)));
	built->indexes[0] = index;
	built->nindexes = 1;
}

/**
 * bench_set - measure all contenders with one set
 * @bench: the run
 * @set: the set
 */
void bench_set(struct bench *bench, const struct set *set)
{
	u32 headers = set->count < LARGE ? bench->headers : 2 * bench->headers;
	struct block *block = need(calloc(1, sizeof(*block)));
	u32 i;

	block->title = set->name;
	block->unit = "rule";
	block->yardstick = YARDSTICK;
	block->rules = set->count;
	block->tenants = 1;
	for (i = 0; i < bench->npeers; i++)
		build(&block->built[i], bench->peers[i], set, bench);
	trace_from_rules(&block->traces[0], set, headers, set->count);
	trace_at_random(&block->traces[1], headers, set->count);
	block->ntraces = 2;
	block_enter(block, bench, set->identity);
	block_check(block, bench);
	block_run(block, bench);
	report_block(bench, block);
	block_free(block, bench);
	free(block);
}
