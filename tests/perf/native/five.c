// SPDX-License-Identifier: GPL-2.0-only
/* Rules as the candidates read them. */

#include <stdlib.h>

#include "five.h"

static bool asks_more(const struct tg_match *m)
{
	const u8 any = set_match().src_scope;

	return m->roles || m->user || m->src_site || m->dst_site ||
	       m->src_scope != any || m->dst_scope != any;
}

/**
 * five_begin - make rules of a set's matches
 * @five: where to write them
 * @set: the set, which must live as long
 */
void five_begin(struct five *five, const struct set *set)
{
	u32 i;

	five->rules = need(calloc(set->count + 1, sizeof(*five->rules)));
	five->matches = set->matches;
	five->count = set->count;
	for (i = 0; i < set->count; i++) {
		const struct tg_match *m = &set->matches[i];

		five->rules[i] = (struct five_rule){
			.addr = m->src.lo << 32 | (u32)m->dst.lo,
			.mask = m->src_mask.lo << 32 | (u32)m->dst_mask.lo,
			.dport = { m->port.min, m->port.max },
			.sport = { m->port.sport_min, m->port.sport_max },
			.proto = m->port.proto,
			.who = asks_more(m),
			.index = i,
		};
	}
}

/**
 * five_end - free rules
 * @five: the rules
 */
void five_end(struct five *five)
{
	free(five->rules);
}

/**
 * five_range - what a rule asks of a field
 * @rule: the rule
 * @field: the field
 * @first: the first value that fits
 * @last: the last one
 */
void five_range(const struct five_rule *rule, enum five_field field, u32 *first, u32 *last)
{
	switch (field) {
	case FIVE_SRC:
		*first = rule->addr >> 32;
		*last = *first | ~(u32)(rule->mask >> 32);
		break;
	case FIVE_DST:
		*first = rule->addr;
		*last = *first | ~(u32)rule->mask;
		break;
	case FIVE_SPORT:
		*first = rule->sport[0];
		*last = rule->sport[1];
		break;
	case FIVE_DPORT:
		*first = rule->dport[0];
		*last = rule->dport[1];
		break;
	default:
		*first = rule->proto;
		*last = rule->proto ? rule->proto : 255;
		break;
	}
}
