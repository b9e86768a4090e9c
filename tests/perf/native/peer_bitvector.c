// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aggregated bit vectors: for each field, each interval between two ends of
 * ranges has a bit for each rule; a header's five vectors are joined. Of each
 * vector there is an aggregate, a bit for each of its words that is not zero.
 *
 * Baboescu and Varghese, "Scalable Packet Classification", SIGCOMM 2001, without
 * the rearranging of rules; the vectors are of Lakshman and Stiliadis, SIGCOMM 1998.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "five.h"

#define MOST_BYTES	(1ULL << 30)

struct axis {
	u32 *ends;
	u32 nends;
	u64 *vectors;		/* for each interval aggregate, then bits */
};

struct bitvector {
	struct five five;
	struct axis axes[FIVE_FIELDS];
	u32 words;
	u32 aggregates;
	size_t bytes;
};

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void find_ends(struct axis *axis, const struct five *five, enum five_field field)
{
	const u32 most = field < FIVE_SPORT ? ~0U : field == FIVE_PROTO ? 255 : 65535;
	u32 i, n = 1, first, last;

	axis->ends = need(calloc(2 * (size_t)five->count + 1, sizeof(*axis->ends)));
	for (i = 0; i < five->count; i++) {
		five_range(&five->rules[i], field, &first, &last);
		axis->ends[n++] = first;
		if (last < most)
			axis->ends[n++] = last + 1;
	}
	qsort(axis->ends, n, sizeof(*axis->ends), compare);
	for (i = 1, axis->nends = 1; i < n; i++)
		if (axis->ends[i] != axis->ends[axis->nends - 1])
			axis->ends[axis->nends++] = axis->ends[i];
}

static u32 find_interval(const struct axis *axis, u32 value)
{
	const u32 *at = axis->ends;
	u32 n;

	for (n = axis->nends; n > 1; n -= n / 2)
		at += at[n / 2] <= value ? n / 2 : 0;
	return at - axis->ends;
}

static void fill(struct bitvector *b, enum five_field field)
{
	struct axis *axis = &b->axes[field];
	u32 stride = b->words + b->aggregates, i, k, first, last;

	axis->vectors = need(calloc((size_t)axis->nends * stride, sizeof(u64)));
	for (i = 0; i < b->five.count; i++) {
		five_range(&b->five.rules[i], field, &first, &last);
		last = find_interval(axis, last);
		for (k = find_interval(axis, first); k <= last; k++) {
			u64 *vector = axis->vectors + (size_t)k * stride;

			vector[i / 4096] |= 1ULL << i / 64 % 64;
			vector[b->aggregates + i / 64] |= 1ULL << i % 64;
		}
	}
}

static void bitvector_drop(void *index)
{
	struct bitvector *b = index;
	u32 i;

	for (i = 0; i < FIVE_FIELDS; i++) {
		free(b->axes[i].ends);
		free(b->axes[i].vectors);
	}
	five_end(&b->five);
	free(b);
}

static int bitvector_build(void **index, const struct set *set, struct cost *cost,
			   char why[PEER_WHY])
{
	struct bitvector *b = need(calloc(1, sizeof(*b)));
	u32 i;

	five_begin(&b->five, set);
	b->words = (set->count + 63) / 64;
	b->aggregates = (b->words + 63) / 64;
	b->bytes = sizeof(*b) + set->count * sizeof(struct five_rule);
	for (i = 0; i < FIVE_FIELDS; i++) {
		find_ends(&b->axes[i], &b->five, i);
		b->bytes += b->axes[i].nends * (4 + 8 * (size_t)(b->words + b->aggregates));
	}
	if (b->bytes > MOST_BYTES) {
		snprintf(why, PEER_WHY, "would take %zu bytes", b->bytes);
		bitvector_drop(b);
		return -ENOMEM;
	}
	for (i = 0; i < FIVE_FIELDS; i++)
		fill(b, i);
	*cost = (struct cost){ .bytes = b->bytes };
	*index = b;
	return 0;
}

static u32 find_one(const struct bitvector *b, const struct header *h)
{
	const u64 *vector[FIVE_FIELDS];
	u32 i, k, word, n = 0, rule;
	struct five_key key;

	five_key(&key, h);
	for (i = 0; i < FIVE_FIELDS; i++)
		if (key.is_asked[i])
			vector[n++] = b->axes[i].vectors + (size_t)(b->words + b->aggregates) *
				      find_interval(&b->axes[i], key.value[i]);
	for (i = 0; i < b->aggregates; i++) {
		u64 all = vector[0][i];

		for (k = 1; k < n; k++)
			all &= vector[k][i];
		for (; all; all &= all - 1) {
			u64 bits = ~0ULL;

			word = i * 64 + __builtin_ctzll(all);
			for (k = 0; k < n; k++)
				bits &= vector[k][b->aggregates + word];
			for (; bits; bits &= bits - 1) {
				rule = word * 64 + __builtin_ctzll(bits);
				if (five_fits(&b->five, &b->five.rules[rule], &key, h))
					return rule;
			}
		}
	}
	return NO_MATCH;
}

FIVE_WAYS(bitvector, find_one);
