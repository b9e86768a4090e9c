// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast are the core's classifier and the flow table? Beside the one run the naive
 * scan, which tells what is right, and DPDK's rte_acl, which tells what is fast; beside
 * the other one DPDK's rte_hash and a table of chains.
 *
 * Usage: bench [--quick] [--huge-pages] [--cpu N] [--rounds N] [--ms N] [--only WORD]
 *		[--samples FILE] [CLASSBENCH-FILE...]
 *
 * Exit status: 0; 1 when contenders disagree or a file cannot be read; 2 for usage.
 */

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "bench.h"
#include "flow_peer.h"

struct options {
	int cpu;
	const char *only;
	const char *samples;
	char **files;
	int nfiles;
};

static const char *const flavour_names[] = { "acl", "fw", "ipc" };

static bool is_wanted(const struct options *o, const char *name)
{
	return !o->only || strstr(name, o->only);
}

static void run_set(struct bench *bench, const struct options *o, struct set *set)
{
	if (is_wanted(o, set->name))
		bench_set(bench, set);
	set_free(set);
}

static int run_files(struct bench *bench, const struct options *o)
{
	int i, failed = 0;

	for (i = 0; i < o->nfiles; i++) {
		struct set set = { .count = 0 };

		if (classbench_read(&set, o->files[i])) {
			failed = 1;
			set_free(&set);
			continue;
		}
		run_set(bench, o, &set);
	}
	return failed;
}

static void run_seeds(struct bench *bench, const struct options *o)
{
	static const struct {
		const char *name;
		u32 rules;
	} sizes[] = {
		{ "1", 1 }, { "10", 10 }, { "100", 100 },
		{ "1k", 1000 }, { "10k", 10000 }, { "100k", 100000 },
	};
	u32 size, flavour, last = bench->quick ? 5 : 6;

	for (size = bench->candidates ? 0 : 3; size < last; size++) {
		for (flavour = 0; flavour < FLAVOURS; flavour++) {
			struct set set = { .count = 0 };

			snprintf(set.name, sizeof(set.name), "like_%s_%s",
				 flavour_names[flavour], sizes[size].name);
			if (is_wanted(o, set.name))
				seeds_generate(&set, flavour, sizes[size].rules, 1);
			run_set(bench, o, &set);
		}
	}
}

static void run_telework(struct bench *bench, const struct options *o)
{
	static const u32 sizes[] = { 10, 50, 100, 200, 500 };
	u32 i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct set set = { .count = 0 };

		snprintf(set.name, sizeof(set.name), "telework_%u", sizes[i]);
		telework_generate(&set, sizes[i], 1);
		run_set(bench, o, &set);
	}
}

static void run_adversaries(struct bench *bench, const struct options *o)
{
	static const struct {
		const char *name;
		enum adversary kind;
		u32 rules;
	} sets[] = {
		{ "wild_100", ADVERSARY_WILD, 100 },
		{ "wild_1k", ADVERSARY_WILD, 1000 },
		{ "ranges_100", ADVERSARY_RANGES, 100 },
		{ "ranges_1k", ADVERSARY_RANGES, 1000 },
		{ "nested_1k", ADVERSARY_NESTED, 1089 },
	};
	u32 i;

	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct set set = { .count = 0 };

		snprintf(set.name, sizeof(set.name), "%s", sets[i].name);
		adversary_generate(&set, sets[i].kind, sets[i].rules, 1);
		run_set(bench, o, &set);
	}
}

static void run_tenants(struct bench *bench, const struct options *o)
{
	static const u32 sizes[][2] = {
		{ 1000, 20 }, { 1000, 100 }, { 10000, 10 }, { 10000, 100 }, { 2000, 500 },
	};
	/* Always 100 thousand rules. */
	static const u32 candidates[][2] = {
		{ 100000, 1 }, { 10000, 10 }, { 1000, 100 }, { 100, 1000 }, { 10, 10000 },
	};
	const u32 (*size)[2] = bench->candidates ? candidates : sizes;
	u32 i, count = bench->quick && !bench->candidates ? 2 : 5;
	char title[48];

	for (i = 0; i < count; i++) {
		snprintf(title, sizeof(title), "%u_tenants_x_%u", size[i][0], size[i][1]);
		if (is_wanted(o, title))
			bench_tenants(bench, title, size[i][0], size[i][1]);
	}
}

static void run_flows(struct bench *bench, const struct options *o, u32 cpu)
{
	static const struct flow_peer *const all[] = {
		&flow_tenantgate,
		&flow_chained,
#ifdef HAVE_DPDK
		&flow_rte_hash,
#endif
	};
	static const u32 sizes[] = { 4000, 100000, 1000000 };
	const struct flow_peer *peers[MAX_PEERS];
	const char *why;
	u32 i, count = 0;

	if (!is_wanted(o, "flows") || bench->candidates)
		return;
#ifndef HAVE_DPDK
	puts("SKIP rte_hash: libdpdk is not installed");
#endif
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		why = all[i]->peer.start ? all[i]->peer.start(cpu) : NULL;
		if (why)
			printf("SKIP %s: %s\n", all[i]->peer.name, why);
		else
			peers[count++] = all[i];
	}
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		bench_flows(bench, peers, count, sizes[i]);
}

static void start_peers(struct bench *bench, u32 cpu)
{
	static const struct peer *const all[] = {
		&peer_linear,
#ifdef HAVE_CLASSIFIER
		&peer_classifier,
#endif
#ifdef HAVE_DPDK
		&peer_rte_acl,
#endif
		&peer_bitvector,
		&peer_tuples,
		&peer_hypersplit,
	};
	const u32 candidates = 3, count = sizeof(all) / sizeof(all[0]);
	const char *why;
	u32 i;

#ifndef HAVE_CLASSIFIER
	puts("SKIP classifier: the core has none");
#endif
#ifndef HAVE_DPDK
	puts("SKIP rte_acl: libdpdk is not installed");
#endif
	for (i = 0; i < count - (bench->candidates ? 0 : candidates); i++) {
		why = all[i]->start ? all[i]->start(cpu) : NULL;
		if (why)
			printf("SKIP %s: %s\n", all[i]->name, why);
		else
			bench->peers[bench->npeers++] = all[i];
	}
}

static int usage(void)
{
	fputs("usage: bench [--quick] [--candidates] [--huge-pages] [--cpu N] [--rounds N] [--ms N]\n"
	      "             [--only WORD] [--samples FILE] [CLASSBENCH-FILE...]\n", stderr);
	return 2;
}

static int parse(int argc, char **argv, struct bench *bench, struct options *o)
{
	static const struct option names[] = {
		{ "quick", no_argument, NULL, 'q' },
		{ "candidates", no_argument, NULL, 'a' },
		{ "huge-pages", no_argument, NULL, 'h' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "ms", required_argument, NULL, 'm' },
		{ "only", required_argument, NULL, 'o' },
		{ "samples", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 }
	};
	int rounds = 0, ms = 0, c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) >= 0) {
		switch (c) {
		case 'q':
			bench->quick = true;
			break;
		case 'a':
			bench->candidates = true;
			break;
		case 'h':
			bench->huge_pages = true;
			break;
		case 'c':
			o->cpu = atoi(optarg);
			break;
		case 'r':
			rounds = atoi(optarg);
			if (rounds < 1 || rounds > MAX_ROUNDS)
				return usage();
			break;
		case 'm':
			ms = atoi(optarg);
			if (ms < 1 || ms > 1000)
				return usage();
			break;
		case 'o':
			o->only = optarg;
			break;
		case 's':
			o->samples = optarg;
			break;
		default:
			return usage();
		}
	}
	bench->rounds = rounds ? rounds : bench->quick ? 3 : 7;
	bench->milliseconds = ms ? ms : bench->quick ? 8 : 20;
	o->files = argv + optind;
	o->nfiles = argc - optind;
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench = { .headers = 1 << 16, .checked = 4096 };
	struct options o = { .cpu = -1 };
	char *summary = NULL;
	size_t length = 0;
	int failed, cpu;

	failed = parse(argc, argv, &bench, &o);
	if (failed)
		return failed;
	/* Without huge pages the same for all: some of the kernel's memory has none. */
	if (!bench.huge_pages)
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	cpu = measure_pin(o.cpu);
	if (cpu < 0) {
		perror("bench: cannot stay on one processor");
		return 1;
	}
	if (o.samples)
		bench.samples = need(fopen(o.samples, "w"));
	bench.summary = need(open_memstream(&summary, &length));
	measure_wait(bench.quick ? 10 : 120);
	start_peers(&bench, cpu);
	report_begin(&bench);
	failed = run_files(&bench, &o);
	run_telework(&bench, &o);
	run_adversaries(&bench, &o);
	run_tenants(&bench, &o);
	run_seeds(&bench, &o);
	run_flows(&bench, &o, cpu);
	fclose(bench.summary);
	fputs(summary, stdout);
	free(summary);
	if (bench.samples)
		fclose(bench.samples);
	printf("\n%llu mismatches\n", (unsigned long long)bench.mismatches);
	return failed || bench.mismatches;
}
