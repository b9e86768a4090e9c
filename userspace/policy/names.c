// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding objects by name, and the name that was perhaps meant.
 *
 * Names come from tenants. The hash starts from a number drawn anew in every
 * run, so that nobody can write a file whose names all meet in one slot.
 *
 * The distance between two names is the number of letters to insert, leave
 * out, replace or swap with their neighbour ("optimal string alignment", the
 * restricted distance of Damerau, 1964, and Levenshtein, 1966).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "names.h"

#define DISTANCE_TEXT_MAX	64

struct name_slot {
	const char *name;
	void *object;
};

static uint64_t hash_seed(void)
{
	static uint64_t seed;

	if (!seed && getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uintptr_t)&seed;
	seed |= 1;
	return seed;
}

static size_t hash(const char *name)
{
	uint64_t seed = hash_seed(), h = seed, word;
	size_t len = strlen(name), n;

	for (; len; len -= n, name += n) {
		word = len;
		n = len < sizeof(word) ? len : sizeof(word);
		memcpy(&word, name, n);
		h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 29;
		h += seed;
	}
	return (size_t)(h ^ (h >> 32));
}

/**
 * name_index_init - make an empty index
 * @index: gets it
 * @count: names it must hold at most
 *
 * Return: false when there is no memory.
 */
bool name_index_init(struct name_index *index, size_t count)
{
	size_t size = 8;

	while (size < count * 2)
		size *= 2;
	index->mask = size - 1;
	index->slots = calloc(size, sizeof(*index->slots));
	return index->slots;
}

/**
 * name_index_free - give back an index
 * @index: the index; may be all zeros
 */
void name_index_free(struct name_index *index)
{
	free(index->slots);
	index->slots = NULL;
}

static struct name_slot *slot_of(const struct name_index *index, const char *name)
{
	size_t i = hash(name) & index->mask;

	while (index->slots[i].name && strcmp(index->slots[i].name, name))
		i = (i + 1) & index->mask;
	return &index->slots[i];
}

/**
 * name_index_add - put an object into an index
 * @index: the index
 * @name: its name, which must live as long as the index
 * @object: the object
 *
 * Return: NULL, or the object that had the name before and keeps it.
 */
void *name_index_add(struct name_index *index, const char *name, void *object)
{
	struct name_slot *slot = slot_of(index, name);

	if (slot->name)
		return slot->object;
	slot->name = name;
	slot->object = object;
	return NULL;
}

/**
 * name_index_find - find an object
 * @index: the index
 * @name: the name
 *
 * Return: the object, or NULL.
 */
void *name_index_find(const struct name_index *index, const char *name)
{
	return index->slots ? slot_of(index, name)->object : NULL;
}

/**
 * nearest_begin - begin to look for the name that was perhaps meant
 * @text: what was written
 *
 * Return: the search. About one letter in three may differ.
 */
struct nearest nearest_begin(const char *text)
{
	size_t len = strlen(text);
	unsigned int most = len > DISTANCE_TEXT_MAX ? 0 : (unsigned int)len / 3;

	/* One more than what is accepted: a candidate has to be nearer. */
	most = most < 1 ? 1 : most > 3 ? 3 : most;
	return (struct nearest){ .text = text, .distance = len < 2 ? 1 : most + 1 };
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Three rows of the table of distances between all beginnings of a and b. */
static unsigned int distance_of(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int rows[3][DISTANCE_TEXT_MAX + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2], *unused;
	size_t i, j;

	for (j = 0; j <= m; j++)
		last[j] = (unsigned int)j;
	for (i = 1; i <= n; i++) {
		row[0] = (unsigned int)i;
		for (j = 1; j <= m; j++) {
			row[j] = last[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(row[j], least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unused = before;
		before = last;
		last = row;
		row = unused;
	}
	return last[m];
}

/**
 * nearest_offer - offer a name that may have been meant
 * @nearest: the search
 * @candidate: the name, which must outlive the search
 */
void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t n = strlen(nearest->text), m = strlen(candidate);
	unsigned int distance;

	if (n > DISTANCE_TEXT_MAX || m > DISTANCE_TEXT_MAX || !n || !m)
		return;
	if ((n > m ? n - m : m - n) >= nearest->distance)
		return;
	distance = distance_of(nearest->text, n, candidate, m);
	if (distance && distance < nearest->distance && distance < m) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
