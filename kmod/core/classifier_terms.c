// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the bits of a table come together. A multiplication by a sum of powers
 * of two adds up a field of the key, moved by several distances at once. Where
 * no two bits meet nothing is carried, so a few products bring all bits to
 * their places in the index, without a loop and without branches.
 */

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "classifier_build.h"

/* A node's terms while they are found. */
struct tg_terms {
	struct tg_node *node;
	u32 nbits;
	u32 used;			/* terms */
	u32 places[TG_MAX_TERMS];	/* of the index that each fills */
	u32 open;			/* places that none fills yet */
	u32 left[TG_FIELDS];		/* bits of fields that have no place yet */
};

/* One more distance for a term. */
struct tg_move {
	u32 term;
	u32 field;
	u32 shift;
	u64 mask;	/* 32 bits, but counted in 64 */
};

/* Do no bits meet, and does nothing but what belongs there come to the index? */
static bool tg_move_fits(const struct tg_terms *t, const struct tg_move *m)
{
	const u64 index = ((1ULL << t->nbits) - 1) << TG_TERM_INDEX;
	const u32 mask = t->node->mask[m->term] | m->mask;
	u64 moved, product = 0, left = t->node->factor[m->term] | 1ULL << m->shift;

	for (; left; left &= left - 1) {
		moved = mask * (left & -left);
		if (product & moved)
			return false;
		product |= moved;
	}
	return (product & index) >> TG_TERM_INDEX ==
	       (t->places[m->term] | m->mask << m->shift >> TG_TERM_INDEX);
}

/* The distance by which most bits of a field come to open places. */
static void tg_move_most(const struct tg_terms *t, u32 term, u32 field, struct tg_move *best)
{
	struct tg_move m = { .term = term, .field = field };

	for (m.shift = 1; m.shift < TG_TERM_INDEX + TG_MAX_BITS; m.shift++) {
		m.mask = ((u64)t->open << TG_TERM_INDEX) >> m.shift & t->left[field];
		if (hweight64(m.mask) <= hweight64(best->mask))
			continue;
		if (tg_move_fits(t, &m)) {
			*best = m;
			continue;
		}
		m.mask &= -m.mask;
		if (!best->mask && tg_move_fits(t, &m))
			*best = m;
	}
}

/* What brings most bits to their places next; a second term for a field only if nothing else. */
static bool tg_move_best(const struct tg_terms *t, struct tg_move *best)
{
	u32 i, field, known = 0;

	best->mask = 0;
	for (i = 0; i < t->used; i++) {
		known |= 1U << t->node->field[i];
		tg_move_most(t, i, t->node->field[i], best);
	}
	for (field = 0; field < TG_FIELDS && t->used < TG_MAX_TERMS; field++)
		if (t->left[field] && !(known >> field & 1))
			tg_move_most(t, t->used, field, best);
	for (field = 0; field < TG_FIELDS && t->used < TG_MAX_TERMS && !best->mask; field++)
		if (t->left[field])
			tg_move_most(t, t->used, field, best);
	return best->mask;
}

/**
 * tg_terms_find - bring chosen bits together
 * @bits: the bits: word * 64 + place in it
 * @nbits: their number
 * @node: where to write terms
 * @place: where to write each bit's place in the index
 *
 * Context: any.
 * Return: true, or false when there is no way.
 */
bool tg_terms_find(const u16 *bits, u32 nbits, struct tg_node *node, u8 *place)
{
	struct tg_terms t = { .node = node, .nbits = nbits, .open = (1U << nbits) - 1 };
	struct tg_move m;
	u32 i;

	*node = (struct tg_node){ .places = t.open };
	for (i = 0; i < nbits; i++)
		t.left[TG_FIELD(bits[i])] |= 1U << bits[i] % 32;
	while (t.open) {
		if (!tg_move_best(&t, &m))
			return false;
		t.used = max(t.used, m.term + 1);
		node->field[m.term] = m.field;
		node->mask[m.term] |= m.mask;
		node->factor[m.term] |= 1ULL << m.shift;
		t.left[m.field] &= ~m.mask;
		t.places[m.term] |= m.mask << m.shift >> TG_TERM_INDEX;
		t.open &= ~t.places[m.term];
		for (i = 0; i < nbits; i++)
			if (TG_FIELD(bits[i]) == m.field && m.mask >> bits[i] % 32 & 1)
				place[i] = bits[i] % 32 + m.shift - TG_TERM_INDEX;
	}
	return true;
}
