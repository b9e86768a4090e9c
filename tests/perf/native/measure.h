/* SPDX-License-Identifier: GPL-2.0-only */
/* Contenders run in turn, on one processor, and what the clock says of them. */
#ifndef _TG_PERF_MEASURE_H
#define _TG_PERF_MEASURE_H

#include "peer.h"

#define MAX_ROUNDS	64

/**
 * struct contender - a peer's index with one way to look up in it
 * @peer: whose
 * @way: how
 * @indexes: one index a tenant
 * @ns: nanoseconds a look-up, one for each round
 * @slowness: how much slower than at its best the processor was meanwhile, one for
 *	each round; 1 for not at all
 * @packets: look-ups, or whatever is measured, in a round; 0 when nothing was measured
 */
struct contender {
	const struct peer *peer;
	const struct way *way;
	void **indexes;
	double ns[MAX_ROUNDS];
	double slowness[MAX_ROUNDS];
	u32 packets;
};

struct spread {
	double median;
	double min;
	double max;
};

int measure_pin(int cpu);
double measure_now(void);
void measure_find(const struct contender *c, const struct trace *trace, u32 from, u32 count,
		  u32 *verdicts);
void measure(struct contender *contenders, u32 count, const struct trace *trace, u32 rounds,
	     double milliseconds);
void measure_once(struct contender *c, u32 round, u32 count, void (*run)(void *context),
		  void *context);
double measure_memory(void);
void measure_wait(double seconds);
bool measure_is_quiet(const struct contender *c, u32 round);
struct spread measure_spread(const double *values, u32 count);

#endif
