// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cutting tree: each node compares one field with one number, and a leaf has
 * few rules, or the ones that nothing tells apart. The field is the one with
 * the fewest rules in an interval between ends of ranges on average, and the
 * number is where half of the rules' share in the intervals is reached.
 *
 * Qi et al., "Packet Classification Algorithms: From Theory to Practice",
 * INFOCOM 2009 (HyperSplit).
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "five.h"

#define LEAF		8
#define MOST_BYTES	4096	/* of a rule */
#define MOST_DEPTH	64

struct node {
	u32 field;		/* FIVE_FIELDS in a leaf */
	u32 number;		/* the upper child begins there; of a leaf: its first rule */
	u32 child;		/* the lower one, the upper one behind it; of a leaf: how many */
};

struct hypersplit {
	struct five five;
	struct node *nodes;
	u32 nnodes, room;
	u32 *leaves;
	u32 nleaves, leaf_room;
	size_t most;
	bool is_full;
};

struct box {
	u32 first[FIVE_FIELDS];
	u32 last[FIVE_FIELDS];
};

/* Packets without ports fit any ports, and go where the key is 0. */
static void range(const struct five_rule *r, enum five_field field, u32 *first, u32 *last)
{
	bool counts = tg_proto_has_ports(r->proto) ||
		      (field == FIVE_DPORT && tg_proto_is_icmp(r->proto));

	five_range(r, field, first, last);
	if ((field == FIVE_DPORT || field == FIVE_SPORT) && !counts) {
		*first = 0;
		*last = 65535;
	}
}

static bool covers(const struct five_rule *r, const struct box *box)
{
	u32 i, first, last;

	for (i = 0; i < FIVE_FIELDS; i++) {
		five_range(r, i, &first, &last);
		if (first > box->first[i] || last < box->last[i])
			return false;
	}
	return !r->who;
}

/* The rules of @list that reach into @box, until one has all of it. */
static u32 reach(const struct hypersplit *s, const u32 *list, u32 count, const struct box *box,
		 u32 *to)
{
	u32 i, k, n = 0, first, last;

	for (i = 0; i < count; i++) {
		const struct five_rule *r = &s->five.rules[list[i]];

		for (k = 0; k < FIVE_FIELDS; k++) {
			range(r, k, &first, &last);
			if (first > box->last[k] || last < box->first[k])
				break;
		}
		if (k < FIVE_FIELDS)
			continue;
		to[n++] = list[i];
		if (covers(r, box))
			break;
	}
	return n;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Where to cut a field; @ends has a place for each end. Returns rules in an interval. */
static double weigh(const struct hypersplit *s, const u32 *list, u32 count,
		    const struct box *box, enum five_field field, u64 *ends, u32 *number)
{
	u32 i, n = 0, intervals = 1, first, last, open = 0;
	double sum = 0, half = 0;

	/* An end's place in the upper half; below, whether rules begin or end there. */
	for (i = 0; i < count; i++) {
		range(&s->five.rules[list[i]], field, &first, &last);
		if (first <= box->first[field])
			open++;
		else
			ends[n++] = (u64)first << 1 | 1;
		if (last < box->last[field])
			ends[n++] = ((u64)last + 1) << 1;
	}
	qsort(ends, n, sizeof(*ends), compare);
	for (u32 pass = 0; pass < 2; pass++) {
		u32 now = open;
		double seen = now;

		for (i = 0; i < n; i++) {
			now += ends[i] & 1 ? 1 : -1;
			if (i + 1 < n && ends[i + 1] >> 1 == ends[i] >> 1)
				continue;
			if (pass && (seen >= half || i + 1 == n)) {
				*number = ends[i] >> 1;
				return sum / intervals;
			}
			seen += now;
			intervals += !pass;
		}
		sum = seen;
		half = sum / 2;
	}
	return -1;
}

static u32 add_nodes(struct hypersplit *s, u32 count)
{
	u32 at = s->nnodes;

	s->nnodes += count;
	if (s->nnodes > s->room) {
		s->room = 2 * s->nnodes + 64;
		s->nodes = need(realloc(s->nodes, s->room * sizeof(*s->nodes)));
	}
	return at;
}

static void add_leaf(struct hypersplit *s, u32 at, const u32 *list, u32 count)
{
	if (s->nleaves + count > s->leaf_room) {
		s->leaf_room = 2 * (s->nleaves + count) + 64;
		s->leaves = need(realloc(s->leaves, s->leaf_room * sizeof(u32)));
	}
	memcpy(s->leaves + s->nleaves, list, count * sizeof(u32));
	s->nodes[at] = (struct node){ FIVE_FIELDS, s->nleaves, count };
	s->nleaves += count;
}

static size_t bytes_of(const struct hypersplit *s)
{
	return sizeof(*s) + s->nnodes * sizeof(struct node) + s->nleaves * sizeof(u32) +
	       s->five.count * sizeof(struct five_rule);
}

static void grow(struct hypersplit *s, u32 at, const u32 *list, u32 count, struct box *box,
		 u32 depth)
{
	u32 i, number = 0, best_number = 0, child, field = FIVE_FIELDS, *below, n;
	double weight, best = count;
	u64 *ends;

	s->is_full |= bytes_of(s) > s->most;
	if (s->is_full)
		return;
	ends = need(malloc(2 * (size_t)count * sizeof(*ends) + 8));
	for (i = 0; count > LEAF && depth < MOST_DEPTH && i < FIVE_FIELDS; i++) {
		weight = weigh(s, list, count, box, i, ends, &number);
		if (weight >= 0 && weight < best) {
			best = weight;
			field = i;
			best_number = number;
		}
	}
	free(ends);
	if (field == FIVE_FIELDS) {
		add_leaf(s, at, list, count);
		return;
	}
	child = add_nodes(s, 2);
	s->nodes[at] = (struct node){ field, best_number, child };
	below = need(malloc(count * sizeof(*below) + 4));
	for (i = 0; i < 2; i++) {
		struct box part = *box;

		if (i)
			part.first[field] = best_number;
		else
			part.last[field] = best_number - 1;
		n = reach(s, list, count, &part, below);
		grow(s, child + i, below, n, &part, depth + 1);
	}
	free(below);
}

static void hypersplit_drop(void *index)
{
	struct hypersplit *s = index;

	free(s->nodes);
	free(s->leaves);
	five_end(&s->five);
	free(s);
}

static int hypersplit_build(void **index, const struct set *set, struct cost *cost,
			    char why[PEER_WHY])
{
	struct box box = { .last = { ~0U, ~0U, 65535, 65535, 255 } };
	struct hypersplit *s = need(calloc(1, sizeof(*s)));
	u32 *all = need(calloc(set->count + 1, sizeof(*all))), i;

	five_begin(&s->five, set);
	s->most = (size_t)MOST_BYTES * (set->count + 16);
	for (i = 0; i < set->count; i++)
		all[i] = i;
	grow(s, add_nodes(s, 1), all, reach(s, all, set->count, &box, all), &box, 0);
	free(all);
	*cost = (struct cost){ .bytes = bytes_of(s) };
	if (s->is_full) {
		snprintf(why, PEER_WHY, "would take more than %u bytes a rule", MOST_BYTES);
		hypersplit_drop(s);
		return -ENOMEM;
	}
	*index = s;
	return 0;
}

static u32 find_one(const struct hypersplit *s, const struct header *h)
{
	const struct node *node = s->nodes;
	struct five_key key;
	u32 i;

	five_key(&key, h);
	while (node->field < FIVE_FIELDS)
		node = &s->nodes[node->child + (key.value[node->field] >= node->number)];
	for (i = node->number; i < node->number + node->child; i++)
		if (five_fits(&s->five, &s->five.rules[s->leaves[i]], &key, h))
			return s->leaves[i];
	return NO_MATCH;
}

FIVE_WAYS(hypersplit, find_one);
