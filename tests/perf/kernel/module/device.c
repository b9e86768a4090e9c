// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices without a wire, "ip link add NAME type tgbench": like a tunnel they
 * have no link layer, and what is sent by one is put aside to be freed when the
 * clock has stopped.
 */

#include <linux/if_arp.h>
#include <net/rtnetlink.h>

#include "tgbench.h"

/* What was sent since the last look; one run at a time, under local_bh_disable(). */
static struct sk_buff *tgb_sent;

static netdev_tx_t tgb_device_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (skb->mark != TGB_MARK) {
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	skb->next = tgb_sent;
	tgb_sent = skb;
	return NETDEV_TX_OK;
}

/**
 * tgb_device_collect - free what was sent since the last time
 *
 * Return: how many packets of the trace that were.
 */
u64 tgb_device_collect(void)
{
	struct sk_buff *skb = tgb_sent;
	struct sk_buff *next;
	u64 count = 0;

	tgb_sent = NULL;
	for (; skb; skb = next, count++) {
		next = skb->next;
		skb->next = NULL;
		dev_kfree_skb_any(skb);
	}
	return count;
}

static const struct net_device_ops tgb_device_ops = {
	.ndo_start_xmit = tgb_device_xmit,
};

static void tgb_device_setup(struct net_device *dev)
{
	dev->netdev_ops = &tgb_device_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->mtu = ETH_DATA_LEN;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->needs_free_netdev = true;
}

static struct rtnl_link_ops tgb_device_link __read_mostly = {
	.kind = "tgbench",
	.setup = tgb_device_setup,
};

/**
 * tgb_device_init - make the kind of device known
 *
 * Return: 0 or a negative error.
 */
int tgb_device_init(void)
{
	return rtnl_link_register(&tgb_device_link);
}

/** tgb_device_exit - take the kind, and all devices of it, away */
void tgb_device_exit(void)
{
	rtnl_link_unregister(&tgb_device_link);
	tgb_device_collect();
}
