// SPDX-License-Identifier: GPL-2.0-only
/* The naive peer, which is right by its simplicity: tg_match_first() over the whole set. */

#include <stdlib.h>

#include "peer.h"

struct linear {
	const struct tg_match *matches;
	u32 count;
};

static int linear_build(void **index, const struct set *set, struct cost *cost,
			char why[PEER_WHY])
{
	struct linear *linear = need(malloc(sizeof(*linear)));

	(void)why;
	*linear = (struct linear){ set->matches, set->count };
	*index = linear;
	*cost = (struct cost){ .bytes = set->count * sizeof(struct tg_match),
			       .worst = set->count, .groups = 1 };
	return 0;
}

static inline u32 find_one(const struct trace *trace, void *index, u32 at)
{
	const struct linear *linear = index;
	const struct tg_match *m = tg_match_first(linear->matches, linear->count,
						  &trace->headers[at].question);

	return m ? m - linear->matches : NO_MATCH;
}

static void linear_find(const struct lookups *l)
{
	look_up_each(l, find_one, 0);
}

static void linear_find_of_tenants(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_OF_TENANTS);
}

static const struct way linear_ways[] = {
	{ "linear", NULL, linear_find, linear_find_of_tenants },
};

const struct peer peer_linear = {
	.name = "linear",
	.build = linear_build,
	.drop = free,
	.ways = linear_ways,
	.nways = 1,
};
