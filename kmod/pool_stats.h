/* SPDX-License-Identifier: GPL-2.0-only */
/* What a tenant's packets had from one direction of a link, class by class. */
#ifndef _TG_POOL_STATS_H
#define _TG_POOL_STATS_H

#include <linux/skbuff.h>
#include <net/codel.h>

#include "core/shaper.h"

/* Why a packet was not sent. */
enum tg_drop {
	TG_DROP_TENANT,		/* too much of the tenant's waited */
	TG_DROP_LINK,		/* too much of all tenants' waited */
	TG_DROP_DELAY,		/* it waited too long, says CoDel */
	TG_DROP_DEVICE,		/* its device went, or takes no more */
	TG_DROP_MEMORY,
	TG_DROPS,
};

/**
 * struct tg_class_stats - packets of one class; large ones count as their segments
 * @bytes: of IP packets that were sent
 * @charged: bytes of the link they took, by tier
 * @drops: packets that were not sent, but for those that there was no memory for
 * @marks: packets marked instead (ECN)
 * @delay: how long all that were sent waited, ns
 * @packets: packets that were sent, by how long they waited: at most
 *	%TENANTGATE_DELAY_FIRST us, four times that, and so on; the rest last
 */
struct tg_class_stats {
	u64 bytes;
	u64 charged[TG_TIERS];
	u64 drops[TG_DROP_MEMORY];
	u64 marks;
	u64 delay;
	u64 packets[TENANTGATE_DELAY_BUCKETS];
};

/**
 * struct tg_pool_stats - what a tenant had
 * @class: by class, NULL where it has sent nothing yet
 * @refused: packets by class that there was no memory for
 *
 * All of it is guarded by the pool's lock.
 */
struct tg_pool_stats {
	struct tg_class_stats *class[TG_SHAPER_CLASSES];
	u64 refused[TG_SHAPER_CLASSES];
};

/* Packets that a large one is on the link. */
static inline u32 tg_segments(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? max_t(u32, skb_shinfo(skb)->gso_segs, 1) : 1;
}

struct tg_class_stats *tg_pool_stats_of(struct tg_pool_stats *stats, u8 class);
void tg_pool_stats_free(struct tg_pool_stats *stats);
void tg_class_stats_sent(struct tg_class_stats *stats, const struct sk_buff *skb,
			 enum tg_tier tier, u32 charged, codel_time_t delay);
u64 tg_class_stats_packets(const struct tg_class_stats *stats);
u64 tg_class_stats_drops(const struct tg_class_stats *stats);

#endif
