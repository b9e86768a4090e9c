// SPDX-License-Identifier: GPL-2.0-only
/* What packets take of a link. */

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/sch_generic.h>

#include "charge.h"
#include "core/link.h"
#include "core/rate.h"

/*
 * WireGuard pads, but not beyond the device's MTU; ESP, whose padding is 4 at most,
 * is taken for the same.
 */
static u32 tg_padded(const struct tg_link *link, const struct sk_buff *skb, u32 bytes)
{
	u32 padded = round_up(bytes, max_t(u32, link->padding, 1));

	return max(bytes, min(padded, READ_ONCE(skb->dev->mtu)));
}

/**
 * tg_charge - what a packet takes on a link, segment by segment
 * @link: the link
 * @way: its direction
 * @skb: the packet, about to leave by a device of that direction
 *
 * Context: any.
 * Return: bytes with everything that is put around it, 1 to %TG_CHARGE_MAX.
 */
u32 tg_charge(const struct tg_link *link, u8 way, const struct sk_buff *skb)
{
	u32 segments = skb_is_gso(skb) ? max_t(u32, skb_shinfo(skb)->gso_segs, 1) : 1;
	s32 inner = (s32)DIV_ROUND_UP(qdisc_pkt_len(skb), segments) - skb_network_offset(skb);
	u32 each = max(inner, 1);

	if (way == TG_DOWN)
		each = tg_padded(link, skb, each) + link->overhead;
	each = max_t(u32, each + link->framing, link->minimum);
	return min_t(u64, (u64)each * segments, TG_CHARGE_MAX);
}
