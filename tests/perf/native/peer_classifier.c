// SPDX-License-Identifier: GPL-2.0-only
/* The one that is judged: the core's classifier, as the module has it. */

#include <stdio.h>

#include "core/classifier.h"
#include "core/policy.h"
#include "batch.h"
#include "peer.h"

/* No limit: what a set takes is reported, not refused. */
#define LIMIT	((size_t)1 << 40)

static int classifier_build(void **index, const struct set *set, struct cost *cost,
			    char why[PEER_WHY])
{
	struct tg_complaint complaint = { .text = "" };
	struct tg_classifier *classifier = NULL;
	struct tg_classifier_facts facts;
	int error;

	error = tg_classifier_build(&classifier, set->matches, set->count, LIMIT, &complaint);
	if (error) {
		snprintf(why, PEER_WHY, "%s (%d)", complaint.text, error);
		return error;
	}
	tg_classifier_facts(classifier, &facts);
	*cost = (struct cost){ facts.bytes, facts.worst, facts.groups };
	*index = classifier;
	return 0;
}

static void classifier_drop(void *index)
{
	tg_classifier_free(index);
}

static inline u32 find_one(const void *index, const struct header *h)
{
	return tg_classifier_find(index, &h->question);
}

static void classifier_find(const struct lookups *l)
{
	u32 i;

	for (i = 0; i < l->count; i++)
		l->verdicts[i] = find_one(l->indexes[0], &l->trace->headers[l->from + i]);
}

static void classifier_find_dependent(const struct lookups *l)
{
	u32 i, verdict = 0;

	for (i = 0; i < l->count; i++) {
		verdict = find_one(l->indexes[0],
				   &l->trace->headers[l->from + i + (verdict & l->zero)]);
		l->verdicts[i] = verdict;
	}
}

static void classifier_find_of_tenants(const struct lookups *l)
{
	u32 i;

	for (i = 0; i < l->count; i++)
		l->verdicts[i] = find_one(l->indexes[l->trace->tenants[l->from + i]],
					  &l->trace->headers[l->from + i]);
}

static void classifier_find_of_tenants_dependent(const struct lookups *l)
{
	u32 i, at, verdict = 0;

	for (i = 0; i < l->count; i++) {
		at = l->from + i + (verdict & l->zero);
		verdict = find_one(l->indexes[l->trace->tenants[at]], &l->trace->headers[at]);
		l->verdicts[i] = verdict;
	}
}

static u32 classifier_match_of(u32 verdict)
{
	return verdict;
}

static const struct way classifier_ways[] = {
	{ "classifier", NULL, classifier_find, classifier_find_of_tenants },
	{ "classifier dependent", NULL, classifier_find_dependent,
	  classifier_find_of_tenants_dependent },
	{ "classifier batch 32", NULL, batch_find, batch_find_of_tenants },
};

const struct peer peer_classifier = {
	.name = "classifier",
	.build = classifier_build,
	.drop = classifier_drop,
	.match_of = classifier_match_of,
	.ways = classifier_ways,
	.nways = 3,
	.builds = true,
};
