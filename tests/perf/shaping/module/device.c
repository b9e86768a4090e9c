// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices without a wire, "ip link add NAME type tgload". What is sent by one is
 * counted, and either freed or put aside to be freed when a clock has stopped.
 *
 * A device may be a line that takes its time for each packet: then it is stopped
 * while one is on the line, as a network card with a short ring would be.
 */

#include <linux/hrtimer.h>
#include <linux/if_arp.h>
#include <linux/math64.h>
#include <net/pkt_sched.h>
#include <net/rtnetlink.h>

#include "tgload.h"

/**
 * struct tgl_line - a device's private part
 * @dev: the device
 * @bytes: bytes a second that fit on the line, 0 for all
 * @free: fires when the line is free again
 */
struct tgl_line {
	struct net_device *dev;
	u64 bytes;
	struct hrtimer free;
};

/* What was sent and is kept. */
static struct sk_buff *tgl_kept;

static void tgl_line_take(struct tgl_line *line, u32 bytes)
{
	netif_stop_queue(line->dev);
	hrtimer_start(&line->free, ns_to_ktime(div64_u64((u64)bytes * NSEC_PER_SEC, line->bytes)),
		      HRTIMER_MODE_REL_SOFT);
}

static enum hrtimer_restart tgl_line_free(struct hrtimer *timer)
{
	struct tgl_line *line = container_of(timer, struct tgl_line, free);

	netif_wake_queue(line->dev);
	return HRTIMER_NORESTART;
}

static netdev_tx_t tgl_device_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tgl_line *line = netdev_priv(dev);

	if (line->bytes)
		tgl_line_take(line, skb->len);
	if ((skb->mark & TGL_MARK_MASK) != TGL_MARK) {
		dev_kfree_skb_any(skb);
	} else if (skb->mark & TGL_MARK_KEEP) {
		skb->next = tgl_kept;
		tgl_kept = skb;
	} else {
		tgl_paced_arrived(skb);
		dev_kfree_skb_any(skb);
	}
	return NETDEV_TX_OK;
}

static int tgl_device_stop(struct net_device *dev)
{
	struct tgl_line *line = netdev_priv(dev);

	hrtimer_cancel(&line->free);
	return 0;
}

static int tgl_device_open(struct net_device *dev)
{
	netif_start_queue(dev);
	return 0;
}

static const struct net_device_ops tgl_device_ops = {
	.ndo_open = tgl_device_open,
	.ndo_stop = tgl_device_stop,
	.ndo_start_xmit = tgl_device_xmit,
};

static void tgl_device_setup(struct net_device *dev)
{
	struct tgl_line *line = netdev_priv(dev);

	line->dev = dev;
	hrtimer_setup(&line->free, tgl_line_free, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	dev->netdev_ops = &tgl_device_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->mtu = ETH_DATA_LEN;
	dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->needs_free_netdev = true;
}

static struct rtnl_link_ops tgl_device_link __read_mostly = {
	.kind = "tgload",
	.priv_size = sizeof(struct tgl_line),
	.setup = tgl_device_setup,
};

/**
 * tgl_device_set_line - how fast the line behind a device is
 * @dev: one of our devices
 * @bytes: bytes a second, 0 for no bound
 */
void tgl_device_set_line(struct net_device *dev, u64 bytes)
{
	struct tgl_line *line = netdev_priv(dev);

	local_bh_disable();
	line->bytes = bytes;
	local_bh_enable();
}

/**
 * tgl_device_collect - free what was kept since the last time
 *
 * Context: bottom halves off.
 * Return: how many packets that were.
 */
u64 tgl_device_collect(void)
{
	struct sk_buff *skb = tgl_kept;
	struct sk_buff *next;
	u64 count = 0;

	tgl_kept = NULL;
	for (; skb; skb = next, count++) {
		next = skb->next;
		skb->next = NULL;
		dev_kfree_skb_any(skb);
	}
	return count;
}

/**
 * tgl_device_init - make the kind of device known
 *
 * Return: 0 or a negative error.
 */
int tgl_device_init(void)
{
	return rtnl_link_register(&tgl_device_link);
}

/** tgl_device_exit - take the kind, and all devices of it, away */
void tgl_device_exit(void)
{
	rtnl_link_unregister(&tgl_device_link);
	local_bh_disable();
	tgl_device_collect();
	local_bh_enable();
}
