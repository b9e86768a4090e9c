/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Matches: what rules ask of packets, one by one.
 *
 * A rule comes to one match for each source, destination and port it names.
 * Matches stand in the rules' order of priority in one array.
 */
#ifndef _TG_CORE_MATCH_H
#define _TG_CORE_MATCH_H

#include "types.h"

/* Whose address it is, seen from the tenant that is judged. */
#define TG_SCOPE_OWN		0x01	/* in one of its sites */
#define TG_SCOPE_PLATFORM	0x02	/* in a site of the platform, which is another one */
#define TG_SCOPE_INTERNET	0x04	/* behind an uplink */
#define TG_SCOPE_GATEWAY	0x08	/* the gateway's own */

/**
 * struct tg_match - what one rule asks of a packet
 * @src: source address under @src_mask
 * @src_mask: 0 for any
 * @dst: destination address under @dst_mask
 * @dst_mask: 0 for any
 * @roles: the sender has one of these roles; 0 for any sender
 * @user: the sender is this user; 0 for any sender
 * @src_site: the source is at this site, index + 1; 0 for any
 * @dst_site: the destination is at this site, index + 1; 0 for any
 * @port: protocol, ports, ICMP types, and the class they get
 * @src_scope: TG_SCOPE_* the source may have
 * @dst_scope: TG_SCOPE_* the destination may have
 */
struct tg_match {
	struct tg_addr src;
	struct tg_addr src_mask;
	struct tg_addr dst;
	struct tg_addr dst_mask;
	u64 roles;
	u32 user;
	u32 src_site;
	u32 dst_site;
	struct tg_port port;
	u8 src_scope;
	u8 dst_scope;
};

/**
 * struct tg_question - what the classifier is asked
 * @packet: the headers
 * @roles: the sender's roles
 * @user: the sender, 0 when unknown
 * @src_site: where the source is, index + 1; 0 for nowhere
 * @dst_site: where the destination is, index + 1; 0 for nowhere
 * @src_scope: one TG_SCOPE_*
 * @dst_scope: one TG_SCOPE_*
 */
struct tg_question {
	const struct tg_packet *packet;
	u64 roles;
	u32 user;
	u32 src_site;
	u32 dst_site;
	u8 src_scope;
	u8 dst_scope;
};

const struct tg_match *tg_match_first(const struct tg_match *matches, u32 count,
				      const struct tg_question *q);

#endif
