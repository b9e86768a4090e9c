/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a classifier lies in memory; classifier.c reads what classifier_build.c
 * and classifier_tree.c write.
 *
 *	struct tg_classifier	64 bytes
 *	struct tg_node		64 bytes a group: IPv4's in order
 *	tables, nodes, leaves	of IPv4 as they came
 *	the same for IPv6
 *	struct tg_condition	what conditions are numbered
 *
 * All but the head is found by references: distances from the beginning in
 * units of TG_UNIT bytes.
 */
#ifndef _TG_CORE_CLASSIFIER_BLOB_H
#define _TG_CORE_CLASSIFIER_BLOB_H

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "classifier.h"

#define TG_UNIT			16

/* A reference to a node instead of a leaf; 0 is a leaf without entries. */
#define TG_REF_NODE		0x80000000U

/*
 * The key of a packet: all that bits are chosen from, in words of 64 bits.
 *
 *	ports	destination port, source port, protocol, scopes, cuts
 *	who	site of the source, of the destination, user
 *	roles
 *	addresses: of IPv4 both in one word, of IPv6 two words each
 */
enum tg_key_word {
	TG_KEY_PORTS,
	TG_KEY_WHO,
	TG_KEY_ROLES,
	TG_KEY_ADDRS,
	TG_KEY_WORDS_V4 = TG_KEY_ADDRS + 1,
	TG_KEY_WORDS_V6 = TG_KEY_ADDRS + 4,
};

#define TG_KEY_DPORT		0
#define TG_KEY_SPORT		16
#define TG_KEY_PROTO		32
#define TG_KEY_SCOPES		40	/* source in the lower half of 8 bits */
#define TG_KEY_CUTS		48	/* destination ports in the lower half of 8 bits */

#define TG_KEY_SRC_SITE		0
#define TG_KEY_DST_SITE		16
#define TG_KEY_USER		32

/* Port numbers that ranges begin at or end before, so many for each end. */
#define TG_CUTS			4

#define TG_MAX_TERMS		4
#define TG_MAX_BITS		16

/* The index of a table is in the bits of its terms from here up. */
#define TG_TERM_INDEX		32

/* A half of a word of the key, by where it lies in memory: the one that a bit is in. */
#define TG_FIELD(bit)		((bit) / 32 ^ (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
#define TG_FIELDS		(2 * TG_KEY_WORDS_V6)

/**
 * struct tg_node - a table, and the bits that index it
 * @first: of a group: the first match in it
 * @table: where the table is, or, without @places, the reference it would have
 * @places: bits of the index that are used
 * @nbounds: of a split: parts of the field that @field[0] and @mask[0] tell; @table has the
 *	     number that each begins with, and then the references
 * @field: of each term, where in the key; see TG_FIELD()
 * @mask: the bits there that matter
 * @factor: multiplied by it they stand where they belong in the index; of the rest of
 *	    the product nothing does
 */
struct tg_node {
	u32 first;
	u32 table;
	u16 places;
	u16 nbounds;
	u8 field[TG_MAX_TERMS];
	u32 mask[TG_MAX_TERMS];
	u64 factor[TG_MAX_TERMS];
};

/* The last word of an entry: everything that is not a range or an address. */
#define TG_INFO_NOT_SCOPES	0	/* 8 bits: those it does not fit, source in the lower half */
#define TG_INFO_SRC		BIT_ULL(8)	/* asks something of the source address */
#define TG_INFO_DST		BIT_ULL(9)	/* likewise of the destination address */
#define TG_INFO_NOT_HIGH	10	/* 2 bits: the protocol's highest may not be 0, not be 1 */
#define TG_INFO_LAST		BIT_ULL(12)	/* last of its leaf */
#define TG_INFO_PROTO		13	/* 7 bits, see tg_proto_code() */
#define TG_INFO_PROTO_CARE	BIT_ULL(20)	/* they count; stands right above them */
#define TG_INFO_CONDITION	21	/* 21 bits, 0 for none */
#define TG_INFO_INDEX		42	/* 22 bits */

/* Fits nothing, and nothing comes behind it. */
#define TG_INFO_NOTHING		(0xffULL << TG_INFO_NOT_SCOPES | TG_INFO_LAST)

#define TG_MAX_CONDITIONS	(1U << 21)
#define TG_MAX_INDEX		(1U << 22)

/*
 * What an entry asks beside addresses; the same for both families.
 *
 * Ports are four lanes that a packet's must not be below: the first source
 * port, the last one with all bits inverted, and likewise for the destination.
 */
struct tg_entry_tail {
	u64 ports;
	u64 info;
};

#define TG_LANE_SPORT		0
#define TG_LANE_DPORT		32

/* Two lanes: a first port, and a last one inverted. */
static inline u32 tg_port_lanes(u16 first, u16 last)
{
	return first | (u32)(u16)~last << 16;
}

/**
 * struct tg_entry_v4 - a match in a leaf of IPv4
 * @addr: source in the upper half, destination in the lower
 * @mask: what of it counts
 * @tail: the rest
 */
struct tg_entry_v4 {
	u64 addr;
	u64 mask;
	struct tg_entry_tail tail;
};

/**
 * struct tg_entry_v6 - a match in a leaf of IPv6
 * @addr: source, then destination, each high word first
 * @mask: what of it counts
 * @tail: the rest
 */
struct tg_entry_v6 {
	u64 addr[4];
	u64 mask[4];
	struct tg_entry_tail tail;
};

/**
 * struct tg_condition - what an entry asks of who is behind the addresses
 * @roles: as in struct tg_match, like the others
 * @user: who
 * @src_site: from where
 * @dst_site: to where
 * @reserved: 0
 */
struct tg_condition {
	u64 roles;
	u32 user;
	u32 src_site;
	u32 dst_site;
	u32 reserved;
};

/**
 * struct tg_classifier - the beginning of a classifier
 * @ngroups: groups of IPv4, groups of IPv6
 * @has_cuts: some table uses them
 * @conditions: where they are
 * @v6: where IPv6's groups are
 * @worst: see struct tg_classifier_facts, like @steps and @bytes
 * @steps: of building it
 * @nothing: all of %TG_INFO_NOTHING
 * @bytes: size of everything
 * @not_cuts: destination ports, then source ports, that some bits of the key tell, all
 *	      inverted; the first one in the lowest 16 bits
 * @reserved: 0
 * @group: IPv4's groups
 *
 * Reference 0 leads here, to where a leaf of IPv4 seems to have an entry that
 * nothing fits, with @nothing as its last word.
 */
struct tg_classifier {
	u8 ngroups[2];
	bool has_cuts;
	u32 conditions;
	u32 v6;
	u32 worst;
	u64 steps;
	u64 nothing;
	u64 bytes;
	u64 not_cuts[2];
	u64 reserved;
	struct tg_node group[];
};

static_assert(offsetof(struct tg_classifier, nothing) ==
	      offsetof(struct tg_entry_v4, tail) + offsetof(struct tg_entry_tail, info));
static_assert(sizeof(struct tg_classifier) == 64 && sizeof(struct tg_node) == 64);
static_assert(offsetof(struct tg_classifier, group) == 64);

/*
 * Protocols as the key has them: ICMPv6 differs from ICMP in the highest bit
 * only, so that an entry for both ignores that bit.
 */
static inline u8 tg_proto_code(u8 proto)
{
	if (proto == TG_PROTO_ICMPV6)
		return TG_PROTO_ICMP | 0x80;
	if (proto == (TG_PROTO_ICMP | 0x80))
		return TG_PROTO_ICMPV6;
	return proto;
}

static inline const void *tg_classifier_at(const struct tg_classifier *c, u32 ref)
{
	return (const u8 *)c + (size_t)(ref & ~TG_REF_NODE) * TG_UNIT;
}

#endif
