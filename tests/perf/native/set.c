// SPDX-License-Identifier: GPL-2.0-only
/* Sets of matches: what every contender is built from. */

#include <stdio.h>
#include <stdlib.h>

#include "set.h"

/**
 * need - insist on memory
 * @memory: what an allocation returned
 *
 * A measurement that ran out of memory has no result: the program ends.
 *
 * Return: @memory, never NULL.
 */
void *need(void *memory)
{
	if (!memory) {
		fputs("bench: out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

/**
 * set_match - begin a match
 *
 * Return: a match that fits every packet.
 */
struct tg_match set_match(void)
{
	return (struct tg_match){
		.port = { .sport_max = 65535, .max = 65535 },
		.src_scope = TG_SCOPE_OWN | TG_SCOPE_PLATFORM | TG_SCOPE_INTERNET |
			     TG_SCOPE_GATEWAY,
		.dst_scope = TG_SCOPE_OWN | TG_SCOPE_PLATFORM | TG_SCOPE_INTERNET |
			     TG_SCOPE_GATEWAY,
	};
}

/**
 * set_prefix - fill one side of a match from an IPv4 prefix
 * @addr: the match's address
 * @mask: the match's mask
 * @host_order: an address in the prefix
 * @len: 0 to 32; 0 is any address
 */
void set_prefix(struct tg_addr *addr, struct tg_addr *mask, u32 host_order, u32 len)
{
	if (!len) {
		*addr = *mask = (struct tg_addr){ 0, 0 };
		return;
	}
	*mask = tg_mask(TG_V4_PREFIX + len);
	*addr = tg_addr_v4(host_order);
	addr->lo &= mask->lo;
}

/**
 * set_prefix_len - the length of a match's IPv4 prefix
 * @mask: the match's mask, as set_prefix() made it
 *
 * Return: 0 to 32.
 */
u32 set_prefix_len(const struct tg_addr *mask)
{
	return __builtin_popcountll(mask->lo & 0xffffffffULL);
}

/**
 * set_add - add a match with the lowest priority
 * @set: the set
 * @match: the match
 */
void set_add(struct set *set, const struct tg_match *match)
{
	if (set->count == set->room) {
		set->room = set->room ? 2 * set->room : 64;
		set->matches = need(realloc(set->matches, set->room * sizeof(*match)));
	}
	set->matches[set->count++] = *match;
}

/**
 * set_free - free a set's matches
 * @set: the set
 */
void set_free(struct set *set)
{
	free(set->matches);
	*set = (struct set){ .matches = NULL };
}
