// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contenders run in turn, on one processor, and what the clock says of them.
 *
 * In each round every contender runs once, for about the same time, and another
 * one begins: what the machine does meanwhile hits all of them. A run is
 * preceded by look-ups that are not counted. Time is the thread's processor
 * time, so that of others who share the machine is not in it.
 *
 * Others may still slow the processor down, from behind its other thread or from
 * another guest. A fixed loop that fills its units is timed before and after
 * each run: a run waits until the loop is as fast as it can be, is repeated where
 * the loop is slow after it, and is left out of what is summed up if that did not
 * help. What a contender itself took has no say in that.
 */

#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

#define WARM_UP	8192	/* look-ups, at most as many as are counted */

#define ATTEMPTS	4	/* runs, until one of them is not disturbed */
#define DISTURBED	1.08
#define LOOP		20000
#define PAUSE		5e6	/* nanoseconds */
#define WAIT		500e6	/* at most, at once */

static volatile u32 zero;
static double best_loop;
static double patience;

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

/* How much slower than at its best is the processor now? */
static double slowness(void)
{
	u64 a = 1 + zero, b = 2, c = 3, d = 5;
	double begin = measure_now(), spent;
	volatile u64 sink;
	u32 i;

	for (i = 0; i < LOOP; i++) {
		a = (a ^ (a >> 7)) * 5;
		b = (b ^ (b >> 9)) + a;
		c = (c ^ (c << 3)) + i;
		d = (d ^ (d >> 5)) * 9;
	}
	sink = a + b + c + d;
	(void)sink;
	spent = measure_now() - begin;
	if (!(best_loop > 0) || spent < best_loop)
		best_loop = spent;
	return spent / best_loop;
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
 * measure_wait - allow for waiting
 * @seconds: how long all runs together may wait for the processor to be undisturbed,
 *	and repeat themselves
 */
void measure_wait(double seconds)
{
	patience = seconds * 1e9;
}

static double wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void wait_until_quiet(void)
{
	const struct timespec pause = { .tv_nsec = (long)PAUSE };
	double begin = wall_clock(), most = patience < WAIT ? patience : WAIT;

	while (wall_clock() - begin < most && slowness() >= DISTURBED)
		nanosleep(&pause, NULL);
	patience -= wall_clock() - begin;
}

static void run(struct contender *c, const struct trace *trace, u32 round, u32 from,
		u32 *verdicts)
{
	u32 warm = c->packets / 2 < WARM_UP ? c->packets / 2 : WARM_UP;
	double before, after, begin, ns;
	u32 attempt;

	c->slowness[round] = 0;
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		wait_until_quiet();
		measure_find(c, trace, from, warm, verdicts);
		before = slowness();
		begin = measure_now();
		measure_find(c, trace, from + warm, c->packets, verdicts);
		ns = (measure_now() - begin) / c->packets;
		after = slowness();
		if (after < before)
			after = before;
		if (!attempt || after < c->slowness[round]) {
			c->slowness[round] = after;
			c->ns[round] = ns;
		}
		if (after < DISTURBED || patience <= 0)
			return;
		patience -= ns * c->packets;
		/* Where many tenants are looked for, what was found is no longer far. */
		from += warm + c->packets;
	}
}

/**
 * measure_once - measure what cannot be repeated
 * @c: whose it is; ns of the round and packets are filled
 * @round: which round
 * @count: how often @run does it
 * @run: what is measured
 * @context: for @run
 */
void measure_once(struct contender *c, u32 round, u32 count, void (*run)(void *context),
		  void *context)
{
	double before, begin;

	wait_until_quiet();
	before = slowness();
	begin = measure_now();
	run(context);
	c->ns[round] = (measure_now() - begin) / count;
	c->slowness[round] = slowness();
	if (c->slowness[round] < before)
		c->slowness[round] = before;
	c->packets = count;
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
	u32 round, i, from;

	for (i = 0; i < 1000; i++)
		slowness();
	for (i = 0; i < count; i++)
		contenders[i].packets = calibrate(&contenders[i], trace, milliseconds, verdicts);
	for (round = 0; round < rounds; round++) {
		/* Another part of the trace each round, the same one for everybody. */
		from = (u64)trace->count * round / rounds;
		for (i = 0; i < count; i++)
			run(&contenders[(i + round) % count], trace, round, from, verdicts);
	}
	free(verdicts);
}

/**
 * measure_is_quiet - was the processor undisturbed?
 * @c: a contender that was measured
 * @round: in which round
 *
 * Return: true when the sample counts.
 */
bool measure_is_quiet(const struct contender *c, u32 round)
{
	return c->slowness[round] < DISTURBED;
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
