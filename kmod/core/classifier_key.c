// SPDX-License-Identifier: GPL-2.0-only
/*
 * What matches need of a packet's key. A range of ports needs the bits that
 * all its ports have in common, which is little when it begins at 1024: so
 * some bits of the key tell on which side of a cut a port is. Cuts are chosen
 * among the ports that a classifier's ranges begin at or end before.
 */

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "classifier_build.h"

/* Cuts are found among the ranges of so many matches. */
#define TG_SAMPLE	1024

/* A port is a cut when one in so many ends of ranges is there. */
#define TG_OFTEN	16

static int tg_order_ends(const void *a, const void *b)
{
	return (int)*(const u16 *)a - (int)*(const u16 *)b;
}

/*
 * The ports that most ranges begin at or end before, as long as they are many;
 * for the rest, ports that part the ends evenly.
 */
static void tg_build_cut(u16 *ends, u32 count, u16 *cut)
{
	u32 i, k, n, run, most;

	sort(ends, count, sizeof(*ends), tg_order_ends, NULL);
	for (n = 0; n < TG_CUTS; n++) {
		for (i = 0, most = 0; i < count; i += run) {
			for (run = 1; i + run < count && ends[i + run] == ends[i]; run++)
				;
			for (k = 0; k < n && cut[k] != ends[i]; k++)
				;
			if (k == n && run > most) {
				most = run;
				cut[n] = ends[i];
			}
		}
		if (most * TG_OFTEN < count || !most)
			break;
	}
	for (k = n; k < TG_CUTS; k++)
		cut[k] = count ? ends[count * (k - n + 1) / (TG_CUTS - n + 1)] : 0;
}

/**
 * tg_cuts_find - choose the ports that bits of the key tell
 * @cut: where to write them: 4 destination ports, 4 source ports, 0 for none
 * @matches: the matches
 * @count: their number
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_cuts_find(u16 *cut, const struct tg_match *matches, u32 count)
{
	u32 i, n, source, step = count / TG_SAMPLE + 1;
	u16 *ends = kvmalloc_array(2 * TG_SAMPLE, sizeof(*ends), GFP_KERNEL_ACCOUNT);

	if (!ends)
		return -ENOMEM;
	for (source = 0; source < 2; source++) {
		for (i = 0, n = 0; i < count; i += step) {
			const struct tg_port *p = &matches[i].port;
			u16 first = source ? p->sport_min : p->min;
			u16 last = source ? p->sport_max : p->max;

			if (!tg_proto_has_ports(p->proto) || first >= last)
				continue;
			if (first)
				ends[n++] = first;
			if (last < 0xffff)
				ends[n++] = last + 1;
		}
		tg_build_cut(ends, n, &cut[source * TG_CUTS]);
	}
	kvfree(ends);
	return 0;
}

/* What a match needs of some bits of the key: @care of @value. */
static void tg_need(u64 *must, u32 words, u32 word, u32 shift, u64 value, u64 care)
{
	must[word] |= (~value & care) << shift;
	must[words + word] |= (value & care) << shift;
}

/* Bits that all ports of a range have in common, and the cuts it lies on one side of. */
static void tg_need_range(u64 *must, u32 words, u32 shift, u16 first, u16 last, const u16 *cut,
			  u32 cut_shift)
{
	u32 i, care = first ^ last;

	for (i = 1; i < 16; i *= 2)
		care |= care >> i;
	tg_need(must, words, TG_KEY_PORTS, shift, first, (u16)~care);
	for (i = 0; i < TG_CUTS; i++)
		if (cut[i] && first >= cut[i])
			tg_need(must, words, TG_KEY_PORTS, cut_shift + i, 1, 1);
		else if (cut[i] && last < cut[i])
			tg_need(must, words, TG_KEY_PORTS, cut_shift + i, 0, 1);
}

static void tg_need_scopes(u64 *must, u32 words, u32 shift, u8 scopes)
{
	scopes &= 0xf;
	tg_need(must, words, TG_KEY_PORTS, shift, 0, ~scopes & 0xf);
	if (hweight8(scopes) == 1)
		tg_need(must, words, TG_KEY_PORTS, shift, scopes, scopes);
}

/**
 * tg_key_need - which bits of a packet's key does a match need?
 * @m: the match
 * @cut: as from tg_cuts_find()
 * @v6: in IPv6's key
 * @must: where to write the words of bits that must be 0, then of those that must be 1
 *
 * Context: any.
 */
void tg_key_need(const struct tg_match *m, const u16 *cut, bool v6, u64 *must)
{
	const u32 words = v6 ? TG_KEY_WORDS_V6 : TG_KEY_WORDS_V4;
	const struct tg_port *p = &m->port;

	memset(must, 0, 2 * words * sizeof(*must));
	/* Packets without ports fit any ports of an entry without protocol. */
	if (tg_proto_has_ports(p->proto) || tg_proto_is_icmp(p->proto))
		tg_need_range(must, words, TG_KEY_DPORT, p->min, p->max, cut, TG_KEY_CUTS);
	if (tg_proto_has_ports(p->proto))
		tg_need_range(must, words, TG_KEY_SPORT, p->sport_min, p->sport_max,
			      cut + TG_CUTS, TG_KEY_CUTS + TG_CUTS);
	if (p->proto != TG_PROTO_ANY)
		tg_need(must, words, TG_KEY_PORTS, TG_KEY_PROTO, tg_proto_code(p->proto),
			p->proto == TG_PROTO_ICMP ? 0x7f : 0xff);
	tg_need_scopes(must, words, TG_KEY_SCOPES, m->src_scope);
	tg_need_scopes(must, words, TG_KEY_SCOPES + 4, m->dst_scope);
	if (m->src_site)
		tg_need(must, words, TG_KEY_WHO, TG_KEY_SRC_SITE, (u16)m->src_site, 0xffff);
	if (m->dst_site)
		tg_need(must, words, TG_KEY_WHO, TG_KEY_DST_SITE, (u16)m->dst_site, 0xffff);
	if (m->user)
		tg_need(must, words, TG_KEY_WHO, TG_KEY_USER, m->user, 0xffffffffU);
	if (hweight64(m->roles) == 1)
		tg_need(must, words, TG_KEY_ROLES, 0, m->roles, m->roles);
	if (v6) {
		tg_need(must, words, TG_KEY_ADDRS, 0, m->src.hi, m->src_mask.hi);
		tg_need(must, words, TG_KEY_ADDRS + 1, 0, m->src.lo, m->src_mask.lo);
		tg_need(must, words, TG_KEY_ADDRS + 2, 0, m->dst.hi, m->dst_mask.hi);
		tg_need(must, words, TG_KEY_ADDRS + 3, 0, m->dst.lo, m->dst_mask.lo);
	} else {
		tg_need(must, words, TG_KEY_ADDRS, 0, m->src.lo << 32 | (u32)m->dst.lo,
			m->src_mask.lo << 32 | (u32)m->dst_mask.lo);
	}
}
