// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a match means, as a linear scan: what the classifier is checked against.
 * Nothing else calls it, since its time grows with the rules.
 */

#include "match.h"

static bool tg_match_fits(const struct tg_match *m, const struct tg_question *q)
{
	const struct tg_packet *k = q->packet;

	return (m->dst_scope & q->dst_scope) && (m->src_scope & q->src_scope) &&
	       tg_addr_in(&k->daddr, &m->dst, &m->dst_mask) &&
	       tg_port_has(&m->port, k) &&
	       tg_addr_in(&k->saddr, &m->src, &m->src_mask) &&
	       (!m->roles || (m->roles & q->roles)) &&
	       (!m->user || m->user == q->user) &&
	       (!m->src_site || m->src_site == q->src_site) &&
	       (!m->dst_site || m->dst_site == q->dst_site);
}

/**
 * tg_match_first - classify a packet
 * @matches: the tenant's matches in order of priority
 * @count: their number
 * @q: the packet and what is known of its ends
 *
 * Context: any.
 * Return: the first match that fits, or NULL.
 */
const struct tg_match *tg_match_first(const struct tg_match *matches, u32 count,
				      const struct tg_question *q)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (tg_match_fits(&matches[i], q))
			return &matches[i];
	return NULL;
}
