/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding objects by name, and the name that was perhaps meant. */
#ifndef TG_POLICY_NAMES_H
#define TG_POLICY_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct name_index - objects by name
 * @slots: hash table, open addressing
 * @mask: its size minus one
 */
struct name_index {
	struct name_slot *slots;
	size_t mask;
};

/**
 * struct nearest - search for the name that was perhaps meant
 * @text: what was written
 * @best: the nearest name so far, NULL when none is near
 * @distance: how many letters it differs in
 */
struct nearest {
	const char *text;
	const char *best;
	unsigned int distance;
};

bool name_index_init(struct name_index *index, size_t count);
void name_index_free(struct name_index *index);
void *name_index_add(struct name_index *index, const char *name, void *object);
void *name_index_find(const struct name_index *index, const char *name);

struct nearest nearest_begin(const char *text);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
