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

static inline u32 find_one(const struct trace *trace, void *index, u32 at)
{
	return tg_classifier_find(index, &trace->headers[at].question);
}

static void classifier_find(const struct lookups *l)
{
	look_up_each(l, find_one, 0);
}

static void classifier_find_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_DEPENDENT);
}

static void classifier_find_of_tenants(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_OF_TENANTS);
}

static void classifier_find_of_tenants_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_OF_TENANTS | LOOK_UP_DEPENDENT);
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
	.ways = classifier_ways,
	.nways = 3,
	.builds = true,
};
