/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of building a classifier share. */
#ifndef _TG_CORE_CLASSIFIER_BUILD_H
#define _TG_CORE_CLASSIFIER_BUILD_H

#include <linux/kernel.h>

#include "classifier_blob.h"

/**
 * struct tg_blob - a classifier while it grows
 * @data: its bytes
 * @used: bytes that are taken, or, beyond @limit, would be
 * @room: bytes there are
 * @limit: most bytes there may be; beyond it bytes are only counted
 */
struct tg_blob {
	u8 *data;
	size_t used;
	size_t room;
	size_t limit;
};

/**
 * struct tg_work - what a build has done; a step compares a match or so
 * @steps: steps that were made
 * @left: steps that may still be made to try what may turn out not to help
 * @stop: a try is given up at so many @steps; all ones outside of tries
 */
struct tg_work {
	u64 steps;
	u64 left;
	u64 stop;
};

/**
 * struct tg_tree_score - what each bit would do for a table
 * @count: in the leaf that is being looked at, matches that need the bit to be 0, and to be 1
 * @cost: of all leaves, as in tg_score_leaf()
 * @total: entries in all leaves
 * @bit: bits worth looking at
 * @nbits: their number
 */
struct tg_tree_score {
	u32 count[2][TG_KEY_WORDS_V6 * 64];
	u64 cost[TG_KEY_WORDS_V6 * 64];
	u64 total[TG_KEY_WORDS_V6 * 64];
	u16 bit[TG_KEY_WORDS_V6 * 64];
	u32 nbits;
};

/**
 * struct tg_region - what is known of packets
 * @known: bits of the key that are 0, and that are 1
 * @min: the first destination and source port there may be
 * @max: the last ones
 */
struct tg_region {
	u64 known[2][TG_KEY_WORDS_V6];
	u16 min[2];
	u16 max[2];
};

/**
 * struct tg_part - what becomes a leaf or a table
 * @list: numbers of matches, rising; in disorder afterwards
 * @count: their number
 * @depth: tables above
 * @spread: entries a match in all leaves below, in 16ths
 * @region: the packets that come here
 */
struct tg_part {
	u32 *list;
	u32 count;
	u32 depth;
	u32 spread;
	struct tg_region region;
};

#define TG_SPREAD_ONE	16

/**
 * struct tg_cost - what look-ups cost
 * @worst: the most entries that one compares
 * @hit: for packets that fit some match, on average, in 16ths of an entry
 * @miss: for packets from anywhere, likewise
 */
struct tg_cost {
	u32 worst;
	u32 hit;
	u32 miss;
};

/**
 * struct tg_tree - the groups of one family while they are built
 * @matches: all matches
 * @condition: the number of each match's condition
 * @cut: as from tg_cuts_find()
 * @id: the matches of the family by number: place in @matches
 * @count: their number
 * @must: for each of them @words words of bits that must be 0, then of bits that must be 1
 * @words: words of the family's key
 * @spread: leaves may have so many times as many entries as there are matches, or
 *	    as are in the family if that is more than are in the group
 * @blob: where everything goes
 * @score: scratch
 * @work: what has been done
 * @v6: entries are of IPv6
 * @has_cuts: some bit is a cut
 * @ngroups: number of groups
 * @groups: where they are
 */
struct tg_tree {
	const struct tg_match *matches;
	const u32 *condition;
	const u16 *cut;
	u32 *id;
	u32 count;
	u64 *must;
	u32 words;
	u32 spread;
	struct tg_blob *blob;
	struct tg_tree_score *score;
	struct tg_work *work;
	bool v6;
	bool has_cuts;
	u32 ngroups;
	u32 groups;
};

/* The words of bits that a match needs to be @value; @match by number in the family. */
static inline const u64 *tg_must(const struct tg_tree *tree, u32 match, u32 value)
{
	return &tree->must[((size_t)match * 2 + value) * tree->words];
}

static inline void tg_tree_works(struct tg_tree *tree, u64 steps)
{
	tree->work->steps += steps;
}

/* Has what is tried taken too long? */
static inline bool tg_tree_is_late(const struct tg_tree *tree)
{
	return tree->work->steps >= tree->work->stop;
}

int tg_blob_add(struct tg_blob *blob, size_t bytes, u32 *ref);
void *tg_blob_at(struct tg_blob *blob, u32 ref);
int tg_cuts_find(u16 *cut, const struct tg_match *matches, u32 count);
void tg_key_need(const struct tg_match *m, const u16 *cut, bool v6, u64 *must);
bool tg_match_hides(const struct tg_match *a, const struct tg_match *b);
void tg_region_all(struct tg_region *region);
void tg_region_ports(struct tg_region *region, bool source, u16 first, u16 last);
void tg_region_bit(struct tg_region *region, const u16 *cut, u32 bit, u32 value);
u32 tg_list_clean(struct tg_tree *tree, const struct tg_region *region, u32 *list, u32 count);
bool tg_terms_find(const u16 *bits, u32 nbits, struct tg_node *node, u8 *place);
int tg_split_write(struct tg_tree *tree, const struct tg_part *part, u32 worst, u32 *ref,
		   struct tg_cost *cost);
int tg_part_write(struct tg_tree *tree, const struct tg_part *part, u32 *ref,
		  struct tg_cost *cost);
int tg_tree_grow(struct tg_tree *tree, u32 *list, u32 count, u32 spread,
		 struct tg_node *root, struct tg_cost *cost);

#endif
