// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many tenants, each with a set and an index of its own: packets of all of them
 * arrive mixed, and memory is what it costs to find the right one.
 */

#include <stdlib.h>

#include "bench.h"

/* Packets: enough that a round does not find in the cache what the one before it read. */
#define HEADERS_QUICK	(1U << 18)
#define HEADERS		(1U << 20)

/* Seconds that building all of a peer's indexes may take. */
#define PATIENCE_QUICK	10
#define PATIENCE	240

static bool is_patient(double ns, u32 done, u32 tenants, bool quick, char why[PEER_WHY])
{
	double seconds = ns / 1e9 / done * tenants;

	if (done < 16 || seconds < (quick ? PATIENCE_QUICK : PATIENCE))
		return true;
	snprintf(why, PEER_WHY, "building would take %.0f s (%.1f ms a tenant)", seconds,
		 ns / 1e6 / done);
	return false;
}

static void build_all(struct built *built, const struct peer *peer, const struct set *sets,
		      u32 tenants, bool quick)
{
	double begin = measure_now();
	struct cost cost;
	u32 i;

	built->peer = peer;
	built->indexes = need(calloc(tenants, sizeof(*built->indexes)));
	for (i = 0; i < tenants; i++) {
		if (peer->build(&built->indexes[i], &sets[i], &cost, built->why))
			break;
		built->nindexes++;
		built->cost.bytes += cost.bytes;
		if (cost.worst > built->cost.worst)
			built->cost.worst = cost.worst;
		if (cost.groups > built->cost.groups)
			built->cost.groups = cost.groups;
		if (!is_patient(measure_now() - begin, i + 1, tenants, quick, built->why))
			break;
	}
	built->ms[0] = (measure_now() - begin) / 1e6 / tenants;
	built->nms = 1;
	if (built->nindexes == tenants)
		return;
	while (built->nindexes)
		peer->drop(built->indexes[--built->nindexes]);
	free(built->indexes);
	built->indexes = NULL;
}

/**
 * bench_tenants - measure all contenders with many tenants
 * @bench: the run
 * @title: what the tables call it
 * @tenants: their number
 * @rules: of each
 */
void bench_tenants(struct bench *bench, const char *title, u32 tenants, u32 rules)
{
	struct block *block = need(calloc(1, sizeof(*block)));
	struct set *sets = need(calloc(tenants, sizeof(*sets)));
	u32 headers = bench->quick ? HEADERS_QUICK : HEADERS;
	u32 i;

	for (i = 0; i < tenants; i++)
		telework_generate(&sets[i], rules, i);
	block->title = title;
	block->unit = "rule";
	block->yardstick = YARDSTICK;
	block->rules = (u64)tenants * rules;
	block->tenants = tenants;
	for (i = 0; i < bench->npeers; i++)
		build_all(&block->built[i], bench->peers[i], sets, tenants, bench->quick);
	trace_of_tenants(&block->traces[0], sets, tenants, false, headers, tenants);
	trace_of_tenants(&block->traces[1], sets, tenants, true, headers, tenants);
	block->ntraces = 2;
	block_enter(block, bench, true);
	block_check(block, bench);
	block_run(block, bench);
	report_block(bench, block);
	block_free(block, bench);
	for (i = 0; i < tenants; i++)
		set_free(&sets[i]);
	free(sets);
	free(block);
}
