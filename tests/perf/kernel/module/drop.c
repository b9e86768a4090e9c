// SPDX-License-Identifier: GPL-2.0-only
/*
 * The base of denied packets: a hook in FORWARD that drops all of the trace, so
 * that a filter which denies is compared with a drop that decides nothing.
 */

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "tgbench.h"

static unsigned int tgb_net_id __read_mostly;

struct tgb_net {
	bool drops;
};

static unsigned int tgb_drop(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return skb->mark == TGB_MARK ? NF_DROP : NF_ACCEPT;
}

static const struct nf_hook_ops tgb_drop_hooks[] = {
	{ .hook = tgb_drop, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_FORWARD, .priority = NF_IP_PRI_FILTER },
	{ .hook = tgb_drop, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_FORWARD, .priority = NF_IP6_PRI_FILTER },
};

/**
 * tgb_drop_begin - drop packets of the trace from now on
 * @net: the namespace, until its end
 *
 * Context: may sleep; one caller at a time.
 * Return: 0 or a negative error.
 */
int tgb_drop_begin(struct net *net)
{
	struct tgb_net *tgbn = net_generic(net, tgb_net_id);
	int err;

	if (tgbn->drops)
		return 0;
	err = nf_register_net_hooks(net, tgb_drop_hooks, ARRAY_SIZE(tgb_drop_hooks));
	tgbn->drops = !err;
	return err;
}

static void __net_exit tgb_drop_end(struct net *net)
{
	struct tgb_net *tgbn = net_generic(net, tgb_net_id);

	if (tgbn->drops)
		nf_unregister_net_hooks(net, tgb_drop_hooks, ARRAY_SIZE(tgb_drop_hooks));
}

static struct pernet_operations tgb_drop_net = {
	.exit = tgb_drop_end,
	.id = &tgb_net_id,
	.size = sizeof(struct tgb_net),
};

/**
 * tgb_drop_init - be ready to drop
 *
 * Return: 0 or a negative error.
 */
int tgb_drop_init(void)
{
	return register_pernet_subsys(&tgb_drop_net);
}

/** tgb_drop_exit - drop nothing any more */
void tgb_drop_exit(void)
{
	unregister_pernet_subsys(&tgb_drop_net);
}
