// SPDX-License-Identifier: GPL-2.0-only
/*
 * The headers that the contenders classify.
 *
 * From rules: every header is drawn from a rule, all rules alike often, as
 * ClassBench's trace_generator does when it is told to make no locality. In
 * each field it is the first value of the rule, the last one, or one between.
 * At random: every address is as likely as any other; most fit no rule.
 */

#include <stdlib.h>

#include "trace.h"

#define CORNER	50	/* percent of fields that are at the end of their range */

static u32 draw_in(u32 first, u32 last, struct rng *r)
{
	if (rng_in(r, CORNER))
		return rng_in(r, 50) ? first : last;
	return rng_between(r, first, last);
}

static struct tg_addr addr_in(const struct tg_addr *base, const struct tg_addr *mask,
			      struct rng *r)
{
	u32 wild = ~(u32)mask->lo;
	u32 first = base->lo & ~wild;

	return tg_addr_v4(draw_in(first, first | wild, r));
}

static u8 scope_in(u8 scopes, struct rng *r)
{
	u8 scope;

	do
		scope = 1 << rng_below(r, 4);
	while (!(scopes & scope));
	return scope;
}

static u8 any_proto(struct rng *r)
{
	u32 at = rng_below(r, 100);

	return at < 60 ? TG_PROTO_TCP : at < 90 ? TG_PROTO_UDP : at < 95 ? TG_PROTO_ICMP : 47;
}

static void draw_ports(struct tg_packet *k, const struct tg_port *p, struct rng *r)
{
	if (tg_proto_is_icmp(k->proto)) {
		k->icmp = draw_in(p->min, p->max, r);
	} else if (tg_proto_has_ports(k->proto)) {
		k->sport = draw_in(p->sport_min, p->sport_max, r);
		k->dport = draw_in(p->min, p->max, r);
	}
}

static void draw_header(struct header *h, const struct tg_match *m, struct rng *r)
{
	struct tg_packet *k = &h->packet;
	struct tg_question *q = &h->question;

	*h = (struct header){ .question = { .packet = k } };
	k->family = 4;
	k->saddr = addr_in(&m->src, &m->src_mask, r);
	k->daddr = addr_in(&m->dst, &m->dst_mask, r);
	k->proto = m->port.proto == TG_PROTO_ANY ? any_proto(r) : m->port.proto;
	draw_ports(k, &m->port, r);
	/* A sender has a role or two, one of them the match's; or none, and is not known. */
	if (m->roles)
		do
			q->roles = 1ULL << rng_below(r, SET_ROLES);
		while (!(m->roles & q->roles));
	if (rng_in(r, 70))
		q->roles |= 1ULL << rng_below(r, SET_ROLES);
	q->user = m->user ? m->user : rng_below(r, SET_USERS + 1);
	q->src_site = m->src_site ? m->src_site : rng_below(r, SET_SITES + 1);
	q->dst_site = m->dst_site ? m->dst_site : rng_below(r, SET_SITES + 1);
	q->src_scope = scope_in(m->src_scope, r);
	q->dst_scope = scope_in(m->dst_scope, r);
}

static void trace_make(struct trace *trace, const char *name, u32 count)
{
	*trace = (struct trace){ .name = name, .count = count };
	trace->headers = need(aligned_alloc(64, (count * sizeof(struct header) + 63) & ~63UL));
}

/**
 * trace_from_rules - draw headers from the rules of a set
 * @trace: what to fill
 * @set: the set
 * @count: how many headers
 * @number: others for another number
 */
void trace_from_rules(struct trace *trace, const struct set *set, u32 count, u64 number)
{
	struct rng r = { rng_mix(number) };
	u32 i;

	trace_make(trace, "rules", count);
	for (i = 0; i < count; i++)
		draw_header(&trace->headers[i], &set->matches[rng_below(&r, set->count)], &r);
}

/**
 * trace_at_random - draw headers without regard to the rules
 * @trace: what to fill
 * @count: how many headers
 * @number: others for another number
 */
void trace_at_random(struct trace *trace, u32 count, u64 number)
{
	struct rng r = { ~rng_mix(number) };
	struct tg_match anything = set_match();
	u32 i;

	trace_make(trace, "random", count);
	for (i = 0; i < count; i++) {
		draw_header(&trace->headers[i], &anything, &r);
		trace->headers[i].packet.saddr = tg_addr_v4(rng_next(&r));
		trace->headers[i].packet.daddr = tg_addr_v4(rng_next(&r));
		if (!tg_proto_has_ports(trace->headers[i].packet.proto))
			continue;
		trace->headers[i].packet.sport = rng_next(&r);
		trace->headers[i].packet.dport = rng_next(&r);
	}
}

/**
 * trace_of_tenants - draw headers from the rules of many tenants
 * @trace: what to fill
 * @sets: one set a tenant
 * @tenants: their number
 * @hot: nine of ten packets belong to one of fifty tenants, else to any of them
 * @count: how many headers
 * @number: others for another number
 */
void trace_of_tenants(struct trace *trace, const struct set *sets, u32 tenants, bool hot,
		      u32 count, u64 number)
{
	struct rng r = { rng_mix(number + 7) };
	u32 few = tenants < 50 ? 1 : tenants / 50;
	u32 i;

	trace_make(trace, hot ? "hot" : "cold", count);
	trace->tenants = need(calloc(count, sizeof(*trace->tenants)));
	for (i = 0; i < count; i++) {
		u32 tenant = rng_below(&r, hot && rng_in(&r, 90) ? few : tenants);
		const struct set *set = &sets[tenant];

		trace->tenants[i] = tenant;
		draw_header(&trace->headers[i], &set->matches[rng_below(&r, set->count)], &r);
	}
}

/**
 * trace_free - free a trace
 * @trace: the trace
 */
void trace_free(struct trace *trace)
{
	free(trace->headers);
	free(trace->tenants);
	free(trace->keys);
	free(trace->key_bytes);
	*trace = (struct trace){ .name = NULL };
}
