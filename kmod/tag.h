/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the judgement tells the qdisc: a packet's tenant, user and class.
 *
 * It travels in skb->priority, which the kernel sets from a forwarded packet's
 * TOS field before FORWARD and leaves alone afterwards, and which belongs to queueing
 * disciplines. So whatever a sender wrote is overwritten for every packet that was
 * judged, and nobody without rights on the gateway can set the highest bit. The
 * lowest bits are a usual priority, for disciplines that know no tags.
 *
 *	1 | user, 11 bits | account, 16 bits | priority by class, 4 bits
 *
 * Half of the users' numbers are for people, whom a tenant's policy numbers from 1:
 * whatever addresses they have, they are one user. Beyond 1024 people of one tenant
 * those whose numbers are 1024 apart are taken for one. The other half is for
 * addresses that are nobody's, by a hash.
 */
#ifndef _TG_TAG_H
#define _TG_TAG_H

#include <linux/bits.h>
#include <linux/hash.h>
#include <linux/pkt_sched.h>
#include <linux/types.h>
#include <uapi/linux/tenantgate.h>

#define TG_TAG			BIT(31)
#define TG_TAG_USER_SHIFT	20
#define TG_TAG_USER_BITS	11
#define TG_TAG_PEOPLE_BITS	(TG_TAG_USER_BITS - 1)
#define TG_TAG_ACCOUNT_SHIFT	4
#define TG_TAG_ACCOUNTS		65536
#define TG_TAG_PRIORITY		0xf

/* The user that a person is, by struct tg_user.id, 1 and up. */
static inline u32 tg_tag_person(u32 id)
{
	return (id - 1) & (BIT(TG_TAG_PEOPLE_BITS) - 1);
}

/* The user that an address is when it is nobody's. */
static inline u32 tg_tag_address(u32 address)
{
	return BIT(TG_TAG_PEOPLE_BITS) | hash_32(address, TG_TAG_PEOPLE_BITS);
}
/* No account has this number: that of the class that tc shows for packets of no tenant. */
#define TG_TAG_NOBODY		(TG_TAG_ACCOUNTS - 1)

static inline u32 tg_tag(u16 account, u32 user, u8 class)
{
	u32 priority = class == TENANTGATE_CLASS_REALTIME ? TC_PRIO_INTERACTIVE :
		       class == TENANTGATE_CLASS_BULK ? TC_PRIO_BULK : TC_PRIO_BESTEFFORT;

	return TG_TAG | (user & (BIT(TG_TAG_USER_BITS) - 1)) << TG_TAG_USER_SHIFT |
	       (u32)account << TG_TAG_ACCOUNT_SHIFT | priority;
}

static inline u16 tg_tag_account(u32 tag)
{
	return tag >> TG_TAG_ACCOUNT_SHIFT;
}

static inline u32 tg_tag_user(u32 tag)
{
	return tag >> TG_TAG_USER_SHIFT & (BIT(TG_TAG_USER_BITS) - 1);
}

static inline u8 tg_tag_class(u32 tag)
{
	switch (tag & TG_TAG_PRIORITY) {
	case TC_PRIO_INTERACTIVE:
		return TENANTGATE_CLASS_REALTIME;
	case TC_PRIO_BULK:
		return TENANTGATE_CLASS_BULK;
	default:
		return TENANTGATE_CLASS_INTERACTIVE;
	}
}

#endif
