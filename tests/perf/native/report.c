// SPDX-License-Identifier: GPL-2.0-only
/* Tables for people, and every sample for programs. */

#include <string.h>

#include "bench.h"

#define CANDIDATE	"classifier"

static const struct contender *find_way(const struct block *block, u32 trace, const char *way)
{
	u32 i;

	for (i = 0; i < block->ncontenders; i++)
		if (!strcmp(block->contenders[trace][i].way->name, way))
			return &block->contenders[trace][i];
	return NULL;
}

/* Of the rounds that were not disturbed; of all if there is no such round. */
static struct spread spread_of(const struct bench *bench, const struct contender *c)
{
	double values[MAX_ROUNDS];
	u32 i, count = 0;

	for (i = 0; i < bench->rounds; i++)
		if (measure_is_quiet(c, i))
			values[count++] = c->ns[i];
	return count ? measure_spread(values, count) : measure_spread(c->ns, bench->rounds);
}

static u32 disturbed(const struct bench *bench, const struct contender *c)
{
	u32 i, count = 0;

	for (i = 0; i < bench->rounds; i++)
		count += !measure_is_quiet(c, i);
	return count;
}

/* Compared within each round, and else as a whole. */
static double ratio(const struct bench *bench, const struct contender *c,
		    const struct contender *yardstick)
{
	double ratios[MAX_ROUNDS];
	u32 i, count = 0;

	if (!c || !yardstick || !c->packets || !yardstick->packets)
		return 0;
	for (i = 0; i < bench->rounds; i++)
		if (measure_is_quiet(c, i) && measure_is_quiet(yardstick, i))
			ratios[count++] = c->ns[i] / yardstick->ns[i];
	if (count)
		return measure_spread(ratios, count).median;
	return spread_of(bench, c).median / spread_of(bench, yardstick).median;
}

/**
 * report_begin - write the heads of what follows
 * @bench: the run
 */
void report_begin(struct bench *bench)
{
	if (bench->samples)
		fputs("set\trules\ttenants\theaders\tcontender\twhat\tround\tlookups\tvalue\tslowness\n",
		      bench->samples);
	printf("Median, min and max of %u rounds; x is relative to %s,\n"
	       "of tables of flows to rte_hash; !N: N rounds were disturbed by others and are left\n"
	       "out.\n", bench->rounds, YARDSTICK);
	printf("A read of memory that is in no cache takes %.0f ns, with %s pages.\n",
	       measure_memory(), bench->huge_pages ? "huge" : "small");
	fprintf(bench->summary, "\nNanoseconds a look-up, median; x is relative to %s.\n\n"
		"%-22s %-7s %10s %10s %6s %10s %6s %10s %6s\n", YARDSTICK, "set", "headers",
		YARDSTICK + 8, CANDIDATE, "x", "dependent", "x", "linear", "x");
}

static void write_samples(const struct bench *bench, const struct block *block)
{
	u32 trace, i, round;

	for (i = 0; i < bench->npeers; i++) {
		const struct built *b = &block->built[i];

		for (round = 0; round < b->nms; round++)
			fprintf(bench->samples, "%s\t%llu\t%u\t-\t%s\tbuild_ms\t%u\t1\t%.4f\t-\n",
				block->title, (unsigned long long)block->rules, block->tenants,
				b->peer->name, round, b->ms[round]);
		if (b->indexes)
			fprintf(bench->samples, "%s\t%llu\t%u\t-\t%s\tbytes\t0\t1\t%zu\t-\n",
				block->title, (unsigned long long)block->rules, block->tenants,
				b->peer->name, b->cost.bytes);
	}
	for (trace = 0; trace < block->ntraces; trace++) {
		for (i = 0; i < block->ncontenders; i++) {
			const struct contender *c = &block->contenders[trace][i];

			for (round = 0; c->packets && round < bench->rounds; round++)
				fprintf(bench->samples,
					"%s\t%llu\t%u\t%s\t%s\tlookup_ns\t%u\t%u\t%.3f\t%.3f\n",
					block->title, (unsigned long long)block->rules,
					block->tenants, block->traces[trace].name, c->way->name,
					round, c->packets, c->ns[round], c->slowness[round]);
		}
	}
	fflush(bench->samples);
}

static void print_ratio(FILE *file, double value)
{
	if (value > 0)
		fprintf(file, " %6.2f", value);
	else
		fprintf(file, " %6s", "-");
}

static void print_ns(FILE *file, double value)
{
	if (value > 0)
		fprintf(file, " %10.1f", value);
	else
		fprintf(file, " %10s", "-");
}

static void print_contender(const struct bench *bench, const struct block *block, u32 who)
{
	u32 trace;

	printf("  %-26s", block->contenders[0][who].way->name);
	for (trace = 0; trace < block->ntraces; trace++) {
		const struct contender *c = &block->contenders[trace][who];
		struct spread s = spread_of(bench, c);

		if (!c->packets)
			continue;
		print_ns(stdout, s.median);
		printf(" %9.1f %9.1f", s.min, s.max);
		print_ratio(stdout, ratio(bench, c, find_way(block, trace, block->yardstick)));
		if (disturbed(bench, c))
			printf(" !%u", disturbed(bench, c));
		else if (trace + 1 < block->ntraces)
			printf("   ");
	}
	printf("\n");
}

static void print_built(const struct block *block, const struct built *b)
{
	if (!b->indexes) {
		printf("  %-26s no index: %s\n", b->peer->name, b->why);
		return;
	}
	printf("  %-26s %.1f bytes a %s", b->peer->name,
	       (double)b->cost.bytes / block->rules, block->unit);
	if (b->peer->builds) {
		struct spread s = measure_spread(b->ms, b->nms);

		printf(", build %.3f ms", s.median);
		if (b->nms > 1)
			printf(" (%.3f to %.3f)", s.min, s.max);
		else if (block->tenants > 1)
			printf(" a tenant");
	}
	if (b->cost.groups)
		printf(", worst look-up %u matches in %u groups", b->cost.worst, b->cost.groups);
	printf("\n");
}

static double median_of(const struct bench *bench, const struct contender *c)
{
	return c ? spread_of(bench, c).median : 0;
}

static void summarise(const struct bench *bench, const struct block *block)
{
	static const char *const ways[] = { CANDIDATE, CANDIDATE " dependent", "linear" };
	u32 trace, i;

	for (trace = 0; trace < block->ntraces; trace++) {
		const struct contender *yardstick = find_way(block, trace, block->yardstick);

		fprintf(bench->summary, "%-22s %-7s", block->title, block->traces[trace].name);
		print_ns(bench->summary, median_of(bench, yardstick));
		for (i = 0; i < 3; i++) {
			const struct contender *c = find_way(block, trace, ways[i]);

			print_ns(bench->summary, median_of(bench, c));
			print_ratio(bench->summary, ratio(bench, c, yardstick));
		}
		fprintf(bench->summary, "\n");
	}
}

/**
 * report_block - print and write what was measured together
 * @bench: the run
 * @block: the block
 */
void report_block(const struct bench *bench, const struct block *block)
{
	u32 i;

	printf("\n%s: %llu %ss", block->title, (unsigned long long)block->rules, block->unit);
	if (block->tenants > 1)
		printf(" of %u tenants", block->tenants);
	printf("\n  %-26s", "nanoseconds");
	for (i = 0; i < block->ntraces; i++)
		printf(" %10s %9s %9s %6s   ", block->traces[i].name, "min", "max", "x");
	printf("\n");
	for (i = 0; i < block->ncontenders; i++)
		print_contender(bench, block, i);
	for (i = 0; i < bench->npeers; i++)
		print_built(block, &block->built[i]);
	fflush(stdout);
	if (bench->samples)
		write_samples(bench, block);
	if (!strcmp(block->yardstick, YARDSTICK))
		summarise(bench, block);
}
