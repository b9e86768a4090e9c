// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tuple merging: rules of like prefix lengths share a hash table, which hashes
 * no more bits than the shortest of them has. Tables are visited in the order
 * of their first rules, until none can have an earlier one.
 *
 * Daly et al., "TupleMerge: Fast Software Packet Processing for Online Packet
 * Classification", IEEE/ACM Transactions on Networking 2019; built at once, and
 * with a simpler choice of the lengths of a new table.
 */

#include <stdlib.h>
#include <string.h>

#include "five.h"

/* Rules with the same hashed bits in one table, as in the paper. */
#define COLLISIONS	40

struct table {
	u64 mask;
	u32 shift;		/* of the hash */
	u32 first;		/* its first rule */
	u32 count;
	u32 *slots;		/* where a slot's rules begin; one more than there are slots */
	struct five_rule *rules;
};

struct tuples {
	struct five five;
	struct table *tables;
	u32 ntables;
	u32 *table_of;		/* while it is built */
};

/* How many rules of a table have the same hashed bits. */
struct load {
	u64 addr;
	u32 table;
	u32 count;
};

static u64 mix(u64 value)
{
	value *= 0x9e3779b97f4a7c15ULL;
	return value ^ value >> 32;
}

static struct load *load_of(struct load *loads, u32 mask, u32 table, u64 addr)
{
	u32 at = mix(addr ^ (u64)table << 20) >> 16;

	for (;; at++) {
		struct load *load = &loads[at & mask];

		if (!load->count) {
			*load = (struct load){ addr, table, 0 };
			return load;
		}
		if (load->addr == addr && load->table == table)
			return load;
	}
}

static u32 half_mask(u32 bits)
{
	return bits ? ~0U << (32 - bits) : 0;
}

/* Up to three bits fewer of each address; nothing of the one that says much less. */
static u64 relax(u64 mask)
{
	u32 src = __builtin_popcountll(mask >> 32), dst = __builtin_popcountll(mask << 32);

	if (src > dst + 16)
		dst = 0;
	else if (dst > src + 16)
		src = 0;
	return (u64)half_mask(src / 4 * 4) << 32 | half_mask(dst / 4 * 4);
}

static void choose_tables(struct tuples *t)
{
	u32 i, k, mask = 64;
	struct load *loads, *load;

	while (mask < 4 * t->five.count)
		mask *= 2;
	loads = need(calloc(mask--, sizeof(*loads)));
	for (i = 0; i < t->five.count; i++) {
		const struct five_rule *r = &t->five.rules[i];

		for (k = 0; k < t->ntables; k++) {
			if (t->tables[k].mask & ~r->mask)
				continue;
			load = load_of(loads, mask, k, r->addr & t->tables[k].mask);
			if (load->count < COLLISIONS)
				break;
		}
		if (k == t->ntables) {
			t->tables = need(realloc(t->tables, (k + 1) * sizeof(*t->tables)));
			t->tables[t->ntables++] = (struct table){ .mask = relax(r->mask),
								  .first = i };
			load = load_of(loads, mask, k, r->addr & t->tables[k].mask);
			/* Rules that nothing tells apart. */
			if (load->count >= COLLISIONS)
				load->count = 0;
		}
		load->count++;
		t->table_of[i] = k;
		t->tables[k].count++;
	}
	free(loads);
}

static u32 slot_of(const struct table *table, u64 addr)
{
	return mix(addr & table->mask) >> table->shift;
}

static size_t fill(struct tuples *t, u32 number)
{
	struct table *table = &t->tables[number];
	u32 bits = 1, i, slot;

	while (1U << bits < table->count)
		bits++;
	table->shift = 64 - bits;
	table->slots = need(calloc((1U << bits) + 2, sizeof(u32)));
	table->rules = need(calloc(table->count, sizeof(*table->rules)));
	for (i = 0; i < t->five.count; i++)
		if (t->table_of[i] == number)
			table->slots[slot_of(table, t->five.rules[i].addr) + 2]++;
	for (slot = 2; slot <= 1U << bits; slot++)
		table->slots[slot] += table->slots[slot - 1];
	for (i = 0; i < t->five.count; i++)
		if (t->table_of[i] == number)
			table->rules[table->slots[slot_of(table, t->five.rules[i].addr) + 1]++] =
				t->five.rules[i];
	return sizeof(*table) + (sizeof(u32) << bits) + table->count * sizeof(*table->rules);
}

static int tuples_build(void **index, const struct set *set, struct cost *cost,
			char why[PEER_WHY])
{
	struct tuples *t = need(calloc(1, sizeof(*t)));
	u32 i;

	(void)why;
	five_begin(&t->five, set);
	t->table_of = need(calloc(set->count + 1, sizeof(u32)));
	choose_tables(t);
	*cost = (struct cost){ .bytes = sizeof(*t) };
	for (i = 0; i < t->ntables; i++)
		cost->bytes += fill(t, i);
	free(t->table_of);
	*index = t;
	return 0;
}

static void tuples_drop(void *index)
{
	struct tuples *t = index;

	while (t->ntables--) {
		free(t->tables[t->ntables].slots);
		free(t->tables[t->ntables].rules);
	}
	free(t->tables);
	five_end(&t->five);
	free(t);
}

static u32 find_one(const struct tuples *t, const struct header *h)
{
	const struct table *table = t->tables, *end = table + t->ntables;
	struct five_key key;
	u32 best = NO_MATCH;

	five_key(&key, h);
	for (; table < end && table->first < best; table++) {
		u32 slot = slot_of(table, key.addr);
		const struct five_rule *r = table->rules + table->slots[slot];
		const struct five_rule *last = table->rules + table->slots[slot + 1];

		for (; r < last && r->index < best; r++)
			if (five_fits(&t->five, r, &key, h))
				best = r->index;
	}
	return best;
}

FIVE_WAYS(tuples, find_one);
