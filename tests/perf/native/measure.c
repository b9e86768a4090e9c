// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contenders run in turn, on one processor, and what the clock says of them.
 *
 * In each round every contender runs once, for about the same time, and another
 * one begins: what the machine does meanwhile hits all of them. A run is
 * preceded by look-ups that are not counted. Time is the thread's processor
 * time, so that of others who share the machine is not in it.
 */

#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

#define WARM_UP	8192	/* look-ups, at most as many as are counted */

static volatile u32 zero;

/**
 * measure_pin - stay on one processor
 * @cpu: which; -1 for the last one that is allowed
 *
 * Return: the processor, or -1.
 */
int measure_pin(int cpu)
{
	cpu_set_t set;
	int i;

	if (cpu < 0) {
		if (sched_getaffinity(0, sizeof(set), &set))
			return -1;
		for (i = 0; i < CPU_SETSIZE; i++)
			if (CPU_ISSET(i, &set))
				cpu = i;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -1 : cpu;
}

/**
 * measure_now - the time this thread has run
 *
 * Return: nanoseconds.
 */
double measure_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/**
 * measure_find - look up headers
 * @c: who
 * @trace: the headers; behind its end it begins again
 * @from: the first one
 * @count: how many
 * @verdicts: room for one verdict for each header of the trace; each is
 *	written where its header stands in the trace
 */
void measure_find(const struct contender *c, const struct trace *trace, u32 from, u32 count,
		  u32 *verdicts)
{
	struct lookups l = { .indexes = c->indexes, .trace = trace, .zero = zero };

	while (count) {
		l.from = from % trace->count;
		l.count = trace->count - l.from < count ? trace->count - l.from : count;
		l.verdicts = verdicts + l.from;
		if (trace->tenants)
			c->way->find_of_tenants(&l);
		else
			c->way->find(&l);
		from = l.from + l.count;
		count -= l.count;
	}
}

/* How many look-ups take that long? */
static u32 calibrate(const struct contender *c, const struct trace *trace, double milliseconds,
		     u32 *verdicts)
{
	u32 count = 32;
	double begin, ns;

	for (;;) {
		begin = measure_now();
		measure_find(c, trace, 0, count, verdicts);
		ns = measure_now() - begin;
		if (ns > 1e6 * milliseconds / 8 || count >= 1U << 20)
			break;
		count *= 2;
	}
	count = count * (1e6 * milliseconds / ns);
	return count < 32 ? 32 : count;
}

/**
 * measure - run contenders in turn
 * @contenders: who; ns and packets of each are filled
 * @count: their number
 * @trace: the headers
 * @rounds: how often each runs, at most %MAX_ROUNDS
 * @milliseconds: about how long each runs in a round
 */
void measure(struct contender *contenders, u32 count, const struct trace *trace, u32 rounds,
	     double milliseconds)
{
	u32 *verdicts = need(calloc(trace->count, sizeof(*verdicts)));
	u32 round, i, from, warm;
	double begin;

	for (i = 0; i < count; i++)
		contenders[i].packets = calibrate(&contenders[i], trace, milliseconds, verdicts);
	for (round = 0; round < rounds; round++) {
		/* Another part of the trace each round, the same one for everybody. */
		from = (u64)trace->count * round / rounds;
		for (i = 0; i < count; i++) {
			struct contender *c = &contenders[(i + round) % count];

			warm = c->packets / 2 < WARM_UP ? c->packets / 2 : WARM_UP;
			measure_find(c, trace, from, warm, verdicts);
			begin = measure_now();
			measure_find(c, trace, from + warm, c->packets, verdicts);
			c->ns[round] = (measure_now() - begin) / c->packets;
		}
	}
	free(verdicts);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/**
 * measure_spread - sum samples up
 * @values: the samples
 * @count: their number, 1 to %MAX_ROUNDS
 *
 * Return: median, least and greatest one.
 */
struct spread measure_spread(const double *values, u32 count)
{
	double sorted[MAX_ROUNDS];

	memcpy(sorted, values, count * sizeof(*values));
	qsort(sorted, count, sizeof(*sorted), compare);
	return (struct spread){
		.median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2,
		.min = sorted[0],
		.max = sorted[count - 1],
	};
}
