// SPDX-License-Identifier: GPL-2.0-only
/* What a tenant's packets had from one direction of a link, class by class. */

#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <net/pkt_sched.h>

#include "pool_stats.h"

/* In which bucket is a delay? Each ends at four times the one before. */
static u32 tg_delay_bucket(u64 ns)
{
	const u64 times = ns ? div_u64(ns - 1, TENANTGATE_DELAY_FIRST * NSEC_PER_USEC) : 0;

	return min_t(u32, (fls64(times) + 1) / 2, TENANTGATE_DELAY_BUCKETS - 1);
}

/**
 * tg_pool_stats_of - what a tenant's packets of one class had
 * @stats: what the tenant had
 * @class: enum tenantgate_class
 *
 * Context: the pool's lock held.
 * Return: it, made when there is nothing yet; NULL when memory is short.
 */
struct tg_class_stats *tg_pool_stats_of(struct tg_pool_stats *stats, u8 class)
{
	if (!stats->class[class])
		stats->class[class] = kzalloc(sizeof(**stats->class), GFP_ATOMIC | __GFP_NOWARN);
	return stats->class[class];
}

/**
 * tg_pool_stats_free - forget what a tenant had
 * @stats: what it had
 *
 * Context: any.
 */
void tg_pool_stats_free(struct tg_pool_stats *stats)
{
	u32 i;

	for (i = 0; i < TG_SHAPER_CLASSES; i++)
		kfree(stats->class[i]);
}

/**
 * tg_class_stats_sent - a packet is sent
 * @stats: its class's
 * @skb: the packet, as a qdisc has it
 * @tier: on which account
 * @charged: bytes of the link
 * @delay: how long it waited
 *
 * Context: the pool's lock held.
 */
void tg_class_stats_sent(struct tg_class_stats *stats, const struct sk_buff *skb,
			 enum tg_tier tier, u32 charged, codel_time_t delay)
{
	const u32 segments = tg_segments(skb);
	const u64 ns = (u64)delay << CODEL_SHIFT;

	stats->bytes += qdisc_pkt_len(skb) - segments * skb_network_offset(skb);
	stats->charged[tier] += charged;
	stats->delay += ns * segments;
	stats->packets[tg_delay_bucket(ns)] += segments;
}

/**
 * tg_class_stats_packets - how many packets were sent
 * @stats: their class's
 *
 * Context: the pool's lock held.
 * Return: their number.
 */
u64 tg_class_stats_packets(const struct tg_class_stats *stats)
{
	u64 packets = 0;
	u32 i;

	for (i = 0; i < TENANTGATE_DELAY_BUCKETS; i++)
		packets += stats->packets[i];
	return packets;
}

/**
 * tg_class_stats_drops - how many packets were not sent
 * @stats: their class's
 *
 * Context: the pool's lock held.
 * Return: their number, without those that there was no memory for.
 */
u64 tg_class_stats_drops(const struct tg_class_stats *stats)
{
	u64 drops = 0;
	u32 i;

	for (i = 0; i < TG_DROP_MEMORY; i++)
		drops += stats->drops[i];
	return drops;
}
