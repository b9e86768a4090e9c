/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The peers that are measured: a peer builds an index from a set, and has one
 * or more ways to look headers up in it.
 */
#ifndef _TG_PERF_PEER_H
#define _TG_PERF_PEER_H

#include "trace.h"

#define NO_MATCH	0xffffffffU
#define PEER_WHY	320

/**
 * struct lookups - a run of look-ups
 * @indexes: one index a tenant; one in all where the trace has no tenants
 * @trace: the headers
 * @from: the first one to look up
 * @count: how many, all before the trace's end
 * @verdicts: one for each header looked up, as the peer writes it
 * @zero: 0, but the compiler does not know: ties a header to the verdict before it
 */
struct lookups {
	void *const *indexes;
	const struct trace *trace;
	u32 from;
	u32 count;
	u32 *verdicts;
	u32 zero;
};

/* Each look-up has to wait for the verdict before it. */
#define LOOK_UP_DEPENDENT	0x1

/* Each header has its tenant's index. */
#define LOOK_UP_OF_TENANTS	0x2

/*
 * Look headers up one by one: @find gives the verdict of the trace's header @at. What is
 * constant here, @find and @how, leaves nothing behind in the loop.
 */
static __always_inline void look_up_each(const struct lookups *l,
					 u32 (*find)(const struct trace *trace, void *index, u32 at),
					 u32 how)
{
	u32 i, at, verdict = 0;

	for (i = 0; i < l->count; i++) {
		at = l->from + i;
		if (how & LOOK_UP_DEPENDENT)
			at += verdict & l->zero;
		verdict = find(l->trace,
			       l->indexes[how & LOOK_UP_OF_TENANTS ? l->trace->tenants[at] : 0],
			       at);
		l->verdicts[i] = verdict;
	}
}

/**
 * struct way - a way to look up
 * @name: what the tables call it
 * @is_usable: can the processor do it? NULL when any can
 * @find: look up where there is one tenant
 * @find_of_tenants: look up where every header has its tenant; NULL for not measured
 */
struct way {
	const char *name;
	bool (*is_usable)(void);
	void (*find)(const struct lookups *l);
	void (*find_of_tenants)(const struct lookups *l);
};

/**
 * struct cost - what an index costs
 * @bytes: memory that look-ups may read
 * @worst: the most matches a look-up compares; 0 for not known
 * @groups: the most groups a look-up visits; 0 for not known
 */
struct cost {
	size_t bytes;
	u32 worst;
	u32 groups;
};

/**
 * struct peer - an implementation of classification
 * @name: what the tables call it
 * @start: called once, with the processor to stay on; NULL or why it cannot be had
 * @build: build an index; on failure write why and return a negative errno
 * @drop: free an index
 * @prepare: bring a trace's headers into the form that @find reads, or NULL
 * @match_of: the match's number that a verdict stands for, or %NO_MATCH; NULL where
 *	verdicts are such numbers
 * @ways: its ways to look up
 * @nways: their number
 * @builds: building is work worth measuring
 */
struct peer {
	const char *name;
	const char *(*start)(u32 cpu);
	int (*build)(void **index, const struct set *set, struct cost *cost, char why[PEER_WHY]);
	void (*drop)(void *index);
	void (*prepare)(struct trace *trace, bool identity);
	u32 (*match_of)(u32 verdict);
	const struct way *ways;
	u32 nways;
	bool builds;
};

static inline u32 peer_match_of(const struct peer *peer, u32 verdict)
{
	return peer->match_of ? peer->match_of(verdict) : verdict;
}

extern const struct peer peer_linear;
extern const struct peer peer_classifier;
extern const struct peer peer_rte_acl;

/* Structures that the classifier was chosen from; run with --candidates. */
extern const struct peer peer_bitvector;
extern const struct peer peer_tuples;
extern const struct peer peer_hypersplit;

#endif
