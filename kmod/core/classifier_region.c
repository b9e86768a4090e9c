// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the packets that reach a part of a classifier, and which
 * matches can therefore never be the first that fits there.
 *
 * Known are bits of the key, and between which numbers its ports are. A match
 * hides a later one when all it asks is known, or asked by the later one, too:
 * deep orders of priority shrink to the few matches that can still decide.
 */

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "classifier_build.h"

/* Of earlier matches, so many are looked at for one that hides a later one. */
#define TG_HIDING	64

/* Ports and cuts are compared as numbers, not bit by bit. */
#define TG_PORT_BITS	(0xffffffffULL | 0xffULL << TG_KEY_CUTS)

/**
 * tg_region_all - nothing is known
 * @region: the region of all packets
 */
void tg_region_all(struct tg_region *region)
{
	memset(region, 0, sizeof(*region));
	region->max[0] = region->max[1] = 0xffff;
}

/**
 * tg_region_ports - ports are between two numbers
 * @region: the region; becomes smaller
 * @source: it is about source ports
 * @first: first port
 * @last: last port
 */
void tg_region_ports(struct tg_region *region, bool source, u16 first, u16 last)
{
	region->min[source] = max(region->min[source], first);
	region->max[source] = min(region->max[source], last);
}

/**
 * tg_region_bit - a bit of the key is known
 * @region: the region; becomes smaller
 * @cut: as from tg_cuts_find()
 * @bit: word * 64 + place in it
 * @value: what it is
 */
void tg_region_bit(struct tg_region *region, const u16 *cut, u32 bit, u32 value)
{
	const u64 *zeros = &region->known[0][TG_KEY_PORTS], *ones = &region->known[1][TG_KEY_PORTS];

	region->known[value][bit / 64] |= 1ULL << bit % 64;
	if (bit / 64 != TG_KEY_PORTS)
		return;
	if (bit < TG_KEY_PROTO) {
		u32 shift = bit < TG_KEY_SPORT ? TG_KEY_DPORT : TG_KEY_SPORT;

		tg_region_ports(region, shift == TG_KEY_SPORT, *ones >> shift, ~*zeros >> shift);
	} else if (bit >= TG_KEY_CUTS && bit < TG_KEY_CUTS + 2 * TG_CUTS) {
		u16 at = cut[bit - TG_KEY_CUTS];
		bool source = bit >= TG_KEY_CUTS + TG_CUTS;

		if (value)
			tg_region_ports(region, source, at, 0xffff);
		else if (at)
			tg_region_ports(region, source, 0, at - 1);
	}
}

/**
 * tg_match_hides - does a packet that fits a match always fit another one?
 * @a: the other, wider one
 * @b: the one that could never decide behind @a
 *
 * Context: any.
 * Return: true only when it is so; false also where it is not obvious.
 */
bool tg_match_hides(const struct tg_match *a, const struct tg_match *b)
{
	if ((a->src_mask.hi & ~b->src_mask.hi) | (a->src_mask.lo & ~b->src_mask.lo) |
	    (a->dst_mask.hi & ~b->dst_mask.hi) | (a->dst_mask.lo & ~b->dst_mask.lo))
		return false;
	if (!tg_addr_in(&b->src, &a->src, &a->src_mask) ||
	    !tg_addr_in(&b->dst, &a->dst, &a->dst_mask))
		return false;
	if (a->port.proto != TG_PROTO_ANY && a->port.proto != b->port.proto &&
	    !(a->port.proto == TG_PROTO_ICMP && b->port.proto == TG_PROTO_ICMPV6))
		return false;
	return a->port.min <= b->port.min && a->port.max >= b->port.max &&
	       a->port.sport_min <= b->port.sport_min && a->port.sport_max >= b->port.sport_max &&
	       !(b->src_scope & ~a->src_scope) && !(b->dst_scope & ~a->dst_scope) &&
	       (!a->roles || (b->roles && !(b->roles & ~a->roles))) &&
	       (!a->user || a->user == b->user) &&
	       (!a->src_site || a->src_site == b->src_site) &&
	       (!a->dst_site || a->dst_site == b->dst_site);
}

/* Are all bits that @a needs known, or needed by @b? */
static bool tg_bits_hide(const struct tg_tree *tree, const struct tg_region *region, u32 a, u32 b)
{
	const u64 *zeros_a = tg_must(tree, a, 0), *ones_a = tg_must(tree, a, 1);
	const u64 *zeros_b = tg_must(tree, b, 0), *ones_b = tg_must(tree, b, 1);
	u32 w;

	/* Addresses last in the key differ most often. */
	for (w = tree->words; w-- > 0;) {
		u64 open = (zeros_a[w] & ~(zeros_b[w] | region->known[0][w])) |
			   (ones_a[w] & ~(ones_b[w] | region->known[1][w]));

		if (w == TG_KEY_PORTS)
			open &= ~TG_PORT_BITS;
		if (open)
			return false;
	}
	return true;
}

/* What bits do not tell. */
static bool tg_rest_hides(const struct tg_tree *tree, const struct tg_region *region,
			  const struct tg_match *a, const struct tg_match *b)
{
	const struct tg_port *p = &a->port, *q = &b->port;

	/* Packets between the families leave out what asks; see tg_find_other(). */
	if (!tree->v6 && (((a->src_mask.hi | a->src_mask.lo) && !(b->src_mask.hi | b->src_mask.lo)) ||
			  ((a->dst_mask.hi | a->dst_mask.lo) && !(b->dst_mask.hi | b->dst_mask.lo))))
		return false;
	return p->min <= max(q->min, region->min[0]) && p->max >= min(q->max, region->max[0]) &&
	       p->sport_min <= max(q->sport_min, region->min[1]) &&
	       p->sport_max >= min(q->sport_max, region->max[1]) &&
	       (hweight64(a->roles) < 2 || (b->roles && !(b->roles & ~a->roles))) &&
	       (!a->src_site || a->src_site == b->src_site) &&
	       (!a->dst_site || a->dst_site == b->dst_site);
}

/**
 * tg_list_clean - remove what can never be the first that fits
 * @tree: the family
 * @region: what packets there are
 * @list: numbers of matches, rising
 * @count: their number
 *
 * Context: may sleep.
 * Return: how many are left.
 */
u32 tg_list_clean(struct tg_tree *tree, const struct tg_region *region, u32 *list, u32 count)
{
	u32 i, k, n = 0;

	for (i = 0; i < count; i++) {
		const struct tg_match *m = &tree->matches[tree->id[list[i]]];

		for (k = 0; k < n && k < TG_HIDING; k++)
			if (tg_bits_hide(tree, region, list[k], list[i]) &&
			    tg_rest_hides(tree, region, &tree->matches[tree->id[list[k]]], m))
				break;
		tg_tree_works(tree, k + 1);
		if (k == n || k == TG_HIDING)
			list[n++] = list[i];
		if (i % 256 == 255)
			cond_resched();
	}
	return n;
}
