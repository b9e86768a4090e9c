// SPDX-License-Identifier: GPL-2.0-only
/*
 * The classifier: the first of a tenant's matches that fits a packet.
 *
 * Bits are chosen from a packet's key, gathered into an index, and the table
 * there leads to a leaf: the few matches that packets with these bits can fit
 * at all, in order of priority. A match that says nothing of a chosen bit is
 * in the leaves of both its values, so matches are first put into groups by
 * whether their source and destination addresses are narrow, and every group
 * has its own bits.
 *
 *	key		ports, protocol, scopes | sites, user | roles | addresses
 *			   |  |        |               |                 | | |
 *	terms		   +--+--------+-------+-------+-----------------+-+-+
 *					       |
 *	table		[ leaf | leaf | - | node | leaf | ... ]
 *			   |                |
 *	leaf		[match 4][match 17] +-> more bits, table, leaf
 *
 * Where leaves stay long, they have a table of their own, with bits chosen for
 * them alone. Where bits do not help, since prefixes nest or ranges overlap, a
 * field is divided at numbers instead and searched (classifier_split.c). What
 * cannot be the first that fits a packet in a leaf is not in it, given what is
 * known of packets that come there (classifier_region.c). Groups are visited in
 * the order of their first matches, until what is found comes before all that
 * a group has. The cost of a look-up is
 * the groups and the entries of one leaf in each, and the worst case is known
 * when the classifier has been built. Documentation/classifier.rst has figures.
 *
 * IPv4 and IPv6 have groups and entries of their own: 32 bytes and 80. A match
 * that narrows no address is in both. A packet between the families does not
 * occur in practice, but the answer must be right: it fits what is in IPv6's
 * groups, and what is in IPv4's and asks nothing of the address that is none.
 *
 * The idea is from DBTable (Liu et al., "DBTable: Leveraging Discriminative
 * Bitsets for High-Performance Packet Classification", IEEE/ACM Transactions
 * on Networking 2024) and from grouping by narrow fields as in CutSplit (Li et
 * al., INFOCOM 2018). No floating point, no vector registers, and no special
 * instructions are needed: masks and multiplications bring bits together
 * (classifier_terms.c).
 */

#include <linux/mm.h>
#include <linux/slab.h>

#include "classifier_blob.h"

/* A question in the terms of entries. */
struct tg_ask {
	const struct tg_question *q;
	const struct tg_condition *conditions;
	/* Written as words, so that compilers do not gather halves in vectors. */
	union {
		u64 key[TG_KEY_WORDS_V6];
		u32 field[TG_FIELDS];
	};
	u64 ports;		/* as in entries; lanes of what it has not are all ones */
	u32 not;		/* bits of the last word that entries may not have */
	u32 proto;		/* in the place it has in the last word */
};

#define TG_LANE_HIGH	0x8000800080008000ULL
#define TG_LANE_ONE	0x0001000100010001ULL
#define TG_LANES_TAKEN	0x0001000100010000ULL

/* Which of four cuts is a port at or behind? In four lanes at once, in the top of each. */
static __always_inline u64 tg_cuts_passed(u64 not_cuts, u16 port)
{
	const u64 ports = port * TG_LANE_ONE;
	const u64 low = (ports | TG_LANE_HIGH) - ~(not_cuts | TG_LANE_HIGH);

	return ((ports & not_cuts) | ((ports ^ not_cuts) & low)) & TG_LANE_HIGH;
}

/* Destination ports in the lower half of 8 bits. */
static __always_inline u32 tg_cuts_key(const struct tg_classifier *c, u16 dport, u16 sport)
{
	const u64 passed = tg_cuts_passed(c->not_cuts[0], dport) >> 15 |
			   tg_cuts_passed(c->not_cuts[1], sport) >> (15 - TG_CUTS);

	return (passed * (1ULL << 48 | 1ULL << 33 | 1ULL << 18 | 1ULL << 3)) >> 48 & 0xff;
}

static __always_inline void tg_ask_key(const struct tg_classifier *c,
				       const struct tg_question *q, struct tg_ask *a)
{
	const struct tg_packet *k = q->packet;
	const bool ports = tg_proto_has_ports(k->proto), icmp = tg_proto_is_icmp(k->proto);
	const u32 proto = tg_proto_code(k->proto);
	const u32 scopes = (q->src_scope & 0xf) | (q->dst_scope & 0xf) << 4;
	u32 cuts = 0, dport = 0, sport = 0;

	a->q = q;
	a->conditions = tg_classifier_at(c, c->conditions);
	if (ports) {
		dport = k->dport;
		sport = k->sport;
	} else if (icmp) {
		dport = k->icmp;
	}
	a->ports = ~0ULL;
	if (ports || icmp)
		a->ports = (u64)tg_port_lanes(dport, dport) << TG_LANE_DPORT |
			   (ports ? tg_port_lanes(sport, sport) : ~0U) << TG_LANE_SPORT;
	a->proto = (proto & 0x7f) << TG_INFO_PROTO;
	a->not = scopes << TG_INFO_NOT_SCOPES | 1U << (TG_INFO_NOT_HIGH + (proto >> 7));
	if (c->has_cuts)
		cuts = tg_cuts_key(c, dport, sport);
	a->key[TG_KEY_PORTS] = (u64)dport << TG_KEY_DPORT | (u64)sport << TG_KEY_SPORT |
			       (u64)proto << TG_KEY_PROTO | (u64)scopes << TG_KEY_SCOPES |
			       (u64)cuts << TG_KEY_CUTS;
	a->key[TG_KEY_WHO] = (u64)(u16)q->src_site << TG_KEY_SRC_SITE |
			     (u64)(u16)q->dst_site << TG_KEY_DST_SITE |
			     (u64)q->user << TG_KEY_USER;
	a->key[TG_KEY_ROLES] = q->roles;
}

static __always_inline u64 tg_term(const struct tg_node *node, u32 term, const u32 *field)
{
	return (field[node->field[term]] & node->mask[term]) * node->factor[term];
}

/* The place in a table. All terms are there, since nobody could foretell how many count. */
static __always_inline u32 tg_node_index(const struct tg_node *node, const u32 *field)
{
	const u64 terms = tg_term(node, 0, field) | tg_term(node, 1, field) |
			  tg_term(node, 2, field) | tg_term(node, 3, field);

	return terms >> TG_TERM_INDEX & node->places;
}

static __always_inline u32 tg_node_find(const struct tg_classifier *c, const struct tg_node *node,
					const u32 *field)
{
	const u32 *table = tg_classifier_at(c, node->table);

	return table[tg_node_index(node, field)];
}

/* The part of a field that a number is in. Steps do not depend on it. */
static noinline u32 tg_split_find(const struct tg_classifier *c, const struct tg_node *node,
				  const u32 *field)
{
	const u32 *bounds = tg_classifier_at(c, node->table), *at = bounds;
	u32 n, number = field[node->field[0]] & node->mask[0];

	for (n = node->nbounds; n > 1; n -= n / 2)
		at += at[n / 2] <= number ? n / 2 : 0;
	return at[node->nbounds];
}

/* From a group to its leaf. */
static __always_inline const void *tg_group_find(const struct tg_classifier *c,
						 const struct tg_node *group, const u32 *field)
{
	u32 ref = group->places ? tg_node_find(c, group, field) : group->table;

	while (unlikely(ref & TG_REF_NODE)) {
		const struct tg_node *node = tg_classifier_at(c, ref);

		ref = node->nbounds ? tg_split_find(c, node, field) : tg_node_find(c, node, field);
	}
	return tg_classifier_at(c, ref);
}

/*
 * What is wrong with everything but addresses and conditions; 0 when nothing
 * is. Without branches, which nobody could foretell.
 */
static __always_inline u64 tg_tail_differs(const struct tg_entry_tail *t, const struct tg_ask *a)
{
	const u32 info = t->info, care = info & TG_INFO_PROTO_CARE;
	/* The first lane that is too low takes from the next one; the last shows itself. */
	const u64 taken = (a->ports ^ t->ports ^ (a->ports - t->ports)) & TG_LANES_TAKEN;

	return taken | (a->ports < t->ports) | (info & a->not) |
	       ((info ^ a->proto) & (care - (care >> 7)));
}

static __always_inline bool tg_condition_fits(u64 info, const struct tg_ask *a)
{
	u32 number = (info >> TG_INFO_CONDITION) & (TG_MAX_CONDITIONS - 1);
	const struct tg_condition *c = a->conditions + number;

	/* Without branches, too: products are 0 for what it does not ask, or what is so. */
	return !number ||
	       !(((c->roles != 0) & ((c->roles & a->q->roles) == 0)) |
		 (u64)c->user * (c->user ^ a->q->user) |
		 (u64)c->src_site * (c->src_site ^ a->q->src_site) |
		 (u64)c->dst_site * (c->dst_site ^ a->q->dst_site));
}

static __always_inline u32 tg_info_index(u64 info)
{
	return info >> TG_INFO_INDEX;
}

static __always_inline u32 tg_find_v4(const struct tg_classifier *c, const struct tg_ask *a,
				      u32 best)
{
	const struct tg_node *group = c->group, *end = group + c->ngroups[0];
	const u64 addr = a->key[TG_KEY_ADDRS];
	const struct tg_entry_v4 *e;

	for (; group < end && group->first < best; group++) {
		e = tg_group_find(c, group, a->field);
		for (;; e++) {
			if (!((e->addr ^ addr) & e->mask) &&
			    !tg_tail_differs(&e->tail, a) &&
			    tg_condition_fits(e->tail.info, a)) {
				if (tg_info_index(e->tail.info) < best)
					best = tg_info_index(e->tail.info);
				break;
			}
			if (e->tail.info & TG_INFO_LAST)
				break;
		}
	}
	return best;
}

static u32 tg_find_v6(const struct tg_classifier *c, const struct tg_ask *a)
{
	const struct tg_node *group = tg_classifier_at(c, c->v6), *end = group + c->ngroups[1];
	const u64 *addr = &a->key[TG_KEY_ADDRS];
	const struct tg_entry_v6 *e;
	u32 best = TG_NO_MATCH;

	for (; group < end && group->first < best; group++) {
		e = tg_group_find(c, group, a->field);
		/* Without a leaf; the head is too short for an entry that nothing fits. */
		if ((const void *)e == c)
			continue;
		for (;; e++) {
			if (!(((e->addr[0] ^ addr[0]) & e->mask[0]) |
			      ((e->addr[1] ^ addr[1]) & e->mask[1]) |
			      ((e->addr[2] ^ addr[2]) & e->mask[2]) |
			      ((e->addr[3] ^ addr[3]) & e->mask[3])) &&
			    !tg_tail_differs(&e->tail, a) &&
			    tg_condition_fits(e->tail.info, a)) {
				if (tg_info_index(e->tail.info) < best)
					best = tg_info_index(e->tail.info);
				break;
			}
			if (e->tail.info & TG_INFO_LAST)
				break;
		}
	}
	return best;
}

static __always_inline bool tg_both_are_v4(const struct tg_packet *k)
{
	return !((k->saddr.hi ^ TG_V4_HI) | (k->daddr.hi ^ TG_V4_HI) |
		 ((k->saddr.lo ^ TG_V4_LO) | (k->daddr.lo ^ TG_V4_LO)) >> 32);
}

static __always_inline u64 tg_key_v4(const struct tg_packet *k)
{
	return k->saddr.lo << 32 | (u32)k->daddr.lo;
}

/* The one address that is not IPv4's fits only what does not ask. */
static noinline u32 tg_find_other(const struct tg_classifier *c, const struct tg_packet *k,
				  struct tg_ask *a)
{
	u32 best;

	a->key[TG_KEY_ADDRS] = k->saddr.hi;
	a->key[TG_KEY_ADDRS + 1] = k->saddr.lo;
	a->key[TG_KEY_ADDRS + 2] = k->daddr.hi;
	a->key[TG_KEY_ADDRS + 3] = k->daddr.lo;
	best = tg_find_v6(c, a);
	if (!tg_addr_is_v4(&k->saddr) && !tg_addr_is_v4(&k->daddr))
		return best;
	a->key[TG_KEY_ADDRS] = tg_key_v4(k);
	a->not |= tg_addr_is_v4(&k->saddr) ? TG_INFO_DST : TG_INFO_SRC;
	return tg_find_v4(c, a, best);
}

/**
 * tg_classifier_find - the first match that fits
 * @classifier: the classifier
 * @q: the packet and what is known of its ends
 *
 * Context: any; @classifier must not be freed meanwhile.
 * Return: place of the match among those the classifier was built from, or
 * %TG_NO_MATCH; what tg_match_first() would find.
 */
u32 tg_classifier_find(const struct tg_classifier *classifier, const struct tg_question *q)
{
	const struct tg_packet *k = q->packet;
	struct tg_ask a __uninitialized;	/* tg_ask_key() fills it */

	if (unlikely(!q->src_scope || !q->dst_scope))
		return TG_NO_MATCH;
	tg_ask_key(classifier, q, &a);
	if (unlikely(!tg_both_are_v4(k)))
		return tg_find_other(classifier, k, &a);
	a.key[TG_KEY_ADDRS] = tg_key_v4(k);
	return tg_find_v4(classifier, &a, TG_NO_MATCH);
}

/**
 * tg_classifier_facts - what a classifier costs
 * @classifier: the classifier
 * @facts: where to write it
 *
 * Context: any.
 */
void tg_classifier_facts(const struct tg_classifier *classifier,
			 struct tg_classifier_facts *facts)
{
	facts->bytes = classifier->bytes;
	facts->steps = classifier->steps;
	facts->worst = classifier->worst;
	facts->groups = classifier->ngroups[0] + classifier->ngroups[1];
}

/**
 * tg_classifier_free - give a classifier's memory back
 * @classifier: the classifier, or NULL
 *
 * Context: may sleep; nobody may be looking anything up in it.
 */
void tg_classifier_free(struct tg_classifier *classifier)
{
	kvfree(classifier);
}
