/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of matches: what every contender is built from. */
#ifndef _TG_PERF_SET_H
#define _TG_PERF_SET_H

#include "core/match.h"
#include "rng.h"

/* Values that the generators draw the ends' identities from. */
#define SET_ROLES	16
#define SET_USERS	400
#define SET_SITES	12

/**
 * struct set - matches, the first one has the highest priority
 * @name: what the tables call it
 * @matches: the matches
 * @count: their number
 * @room: how many fit in @matches
 * @identity: some match asks for a role, user, site or scope
 */
struct set {
	char name[48];
	struct tg_match *matches;
	u32 count;
	u32 room;
	bool identity;
};

enum flavour {
	FLAVOUR_ACL,
	FLAVOUR_FW,
	FLAVOUR_IPC,
	FLAVOURS
};

enum adversary {
	ADVERSARY_WILD,		/* any address, every match another port */
	ADVERSARY_RANGES,	/* any address, ranges of ports that overlap */
	ADVERSARY_NESTED,	/* pairs of prefixes of one pair of addresses */
	ADVERSARIES
};

struct tg_match set_match(void);
void set_prefix(struct tg_addr *addr, struct tg_addr *mask, u32 host_order, u32 len);
void set_add(struct set *set, const struct tg_match *match);
void set_free(struct set *set);
u32 set_prefix_len(const struct tg_addr *mask);
void *need(void *memory);

int classbench_read(struct set *set, const char *path);
void seeds_generate(struct set *set, enum flavour flavour, u32 rules, u64 number);
void telework_generate(struct set *set, u32 rules, u64 number);
void adversary_generate(struct set *set, enum adversary kind, u32 rules, u64 number);

#endif
