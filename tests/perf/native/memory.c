// SPDX-License-Identifier: GPL-2.0-only
/* How long does it take to read memory that is in no cache? */

#include <stdlib.h>

#include "measure.h"

#define LINES	(1U << 22)	/* 256 MB */
#define STEPS	(1U << 19)
#define TRIES	5

struct line {
	u32 next;
	u32 rest[15];
};

/**
 * measure_memory - walk through memory from line to line, at random
 *
 * Each read has to wait for the one before, which tells where it is.
 *
 * Return: nanoseconds a read, those for finding the page included; the least of some tries.
 */
double measure_memory(void)
{
	struct line *lines = need(aligned_alloc(64, LINES * sizeof(*lines)));
	struct rng r = { 1 };
	double begin, ns, best = 0;
	volatile u32 sink;
	u32 i, k, at = 0;

	/* One cycle through all of them (Sattolo). */
	for (i = 0; i < LINES; i++)
		lines[i].next = i;
	for (i = LINES - 1; i; i--) {
		u32 other = rng_below(&r, i), next = lines[i].next;

		lines[i].next = lines[other].next;
		lines[other].next = next;
	}
	for (k = 0; k < TRIES; k++) {
		begin = measure_now();
		for (i = 0; i < STEPS; i++)
			at = lines[at].next;
		ns = (measure_now() - begin) / STEPS;
		if (!k || ns < best)
			best = ns;
	}
	sink = at;
	(void)sink;
	free(lines);
	return best;
}
