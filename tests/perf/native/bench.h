/* SPDX-License-Identifier: GPL-2.0-only */
/* What is measured, how thoroughly, and where it is written. */
#ifndef _TG_PERF_BENCH_H
#define _TG_PERF_BENCH_H

#include <stdio.h>

#include "measure.h"

struct flow_peer;

#define YARDSTICK	"rte_acl scalar 1"
#define MAX_PEERS	6
#define MAX_CONTENDERS	16
#define MAX_TRACES	3

/**
 * struct bench - a run of the benchmark
 * @peers: who takes part; the first one is the reference for what is right
 * @npeers: their number
 * @rounds: how often each contender runs
 * @milliseconds: how long, each time
 * @headers: in a trace
 * @checked: headers of a trace that all contenders must judge alike
 * @quick: leave out what takes long
 * @huge_pages: memory may be in huge pages, as much of the kernel's is; not DPDK's
 * @candidates: other structures run beside, on sets of sizes that tell them apart
 * @samples: every single measurement, or NULL
 * @summary: one line a set, printed last
 * @mismatches: headers that were not judged alike
 */
struct bench {
	const struct peer *peers[MAX_PEERS];
	u32 npeers;
	u32 rounds;
	double milliseconds;
	u32 headers;
	u32 checked;
	bool quick;
	bool huge_pages;
	bool candidates;
	FILE *samples;
	FILE *summary;
	u64 mismatches;
};

/**
 * struct built - what became of a peer's indexes
 * @peer: whose
 * @indexes: one a tenant, or NULL
 * @nindexes: their number
 * @cost: of all of them; worst and groups are the greatest of any
 * @ms: milliseconds a build, once for each sample
 * @nms: number of samples
 * @why: why there are none
 */
struct built {
	const struct peer *peer;
	void **indexes;
	u32 nindexes;
	struct cost cost;
	double ms[MAX_ROUNDS];
	u32 nms;
	char why[PEER_WHY];
};

/**
 * struct block - what is printed together
 * @title: set, or tenants
 * @unit: what indexes are made of
 * @yardstick: name of the way that all the others are compared with
 * @rules: of all tenants, or whatever @unit says
 * @tenants: their number
 * @built: one for each peer
 * @traces: the headers; without any where something else than look-ups is measured
 * @ntraces: their number
 * @contenders: who ran, for each trace
 * @ncontenders: their number, the same for each trace
 */
struct block {
	const char *title;
	const char *unit;
	const char *yardstick;
	u64 rules;
	u32 tenants;
	struct built built[MAX_PEERS];
	struct trace traces[MAX_TRACES];
	u32 ntraces;
	struct contender contenders[MAX_TRACES][MAX_CONTENDERS];
	u32 ncontenders;
};

void bench_set(struct bench *bench, const struct set *set);
void bench_tenants(struct bench *bench, const char *title, u32 tenants, u32 rules);
void bench_flows(struct bench *bench, const struct flow_peer *const *peers, u32 npeers,
		 u32 flows);

void block_enter(struct block *block, const struct bench *bench, bool identity);
void block_check(struct block *block, struct bench *bench);
void block_run(struct block *block, const struct bench *bench);
void block_free(struct block *block, const struct bench *bench);

void report_begin(struct bench *bench);
void report_block(const struct bench *bench, const struct block *block);

#endif
