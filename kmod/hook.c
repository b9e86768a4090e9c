// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where packets come in.
 *
 *	PRE_ROUTING	before reassembly and routing spend anything on a packet:
 *			does its source belong to the device it came in by?
 *	FORWARD		the judgement; both directions show real addresses here
 *	LOCAL_IN	the same for what is meant for the gateway itself
 *	LOCAL_OUT	what the gateway sends, so that answers find their flow
 */

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "hook.h"
#include "path.h"

#define TG_HOOKS(af, family)							\
static unsigned int tg_pre_routing_##af(void *priv, struct sk_buff *skb,	\
					const struct nf_hook_state *state)	\
{										\
	return tg_path_pre_routing(skb, state, family);				\
}										\
										\
static unsigned int tg_forward_##af(void *priv, struct sk_buff *skb,		\
				    const struct nf_hook_state *state)		\
{										\
	return tg_path_forward(skb, state, family);				\
}										\
										\
static unsigned int tg_local_in_##af(void *priv, struct sk_buff *skb,		\
				     const struct nf_hook_state *state)		\
{										\
	return tg_path_local_in(skb, state, family);				\
}										\
										\
static unsigned int tg_local_out_##af(void *priv, struct sk_buff *skb,		\
				      const struct nf_hook_state *state)	\
{										\
	return tg_path_local_out(skb, state, family);				\
}

TG_HOOKS(v4, 4)
TG_HOOKS(v6, 6)

/* Early enough that nobody has reassembled fragments yet. */
#define TG_BEFORE_DEFRAG	(NF_IP_PRI_CONNTRACK_DEFRAG - 50)

static const struct nf_hook_ops tg_hooks[] = {
	{ .hook = tg_pre_routing_v4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_PRE_ROUTING, .priority = TG_BEFORE_DEFRAG },
	{ .hook = tg_forward_v4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_FORWARD, .priority = NF_IP_PRI_FILTER },
	{ .hook = tg_local_in_v4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP_PRI_FILTER },
	{ .hook = tg_local_out_v4, .pf = NFPROTO_IPV4,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP_PRI_FILTER },
	{ .hook = tg_pre_routing_v6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_PRE_ROUTING, .priority = TG_BEFORE_DEFRAG },
	{ .hook = tg_forward_v6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_FORWARD, .priority = NF_IP6_PRI_FILTER },
	{ .hook = tg_local_in_v6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_IN, .priority = NF_IP6_PRI_FILTER },
	{ .hook = tg_local_out_v6, .pf = NFPROTO_IPV6,
	  .hooknum = NF_INET_LOCAL_OUT, .priority = NF_IP6_PRI_FILTER },
};

/**
 * tg_hooks_register - begin to look at packets
 * @tgn: the namespace
 *
 * Reassembly is switched on first, so that judgement sees whole packets.
 *
 * Context: may sleep, tgn->lock held.
 * Return: 0, also when it is done already, or a negative error.
 */
int tg_hooks_register(struct tg_net *tgn)
{
	int err;

	lockdep_assert_held(&tgn->lock);
	if (tgn->hooked)
		return 0;
	err = nf_defrag_ipv4_enable(tgn->net);
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(tgn->net);
	if (err)
		goto disable_ipv4;
	err = nf_register_net_hooks(tgn->net, tg_hooks, ARRAY_SIZE(tg_hooks));
	if (err)
		goto disable_ipv6;
	tgn->hooked = true;
	return 0;

disable_ipv6:
	nf_defrag_ipv6_disable(tgn->net);
disable_ipv4:
	nf_defrag_ipv4_disable(tgn->net);
	return err;
}

/**
 * tg_hooks_unregister - look at no more packets
 * @tgn: the namespace
 *
 * Context: may sleep, tgn->lock held.
 */
void tg_hooks_unregister(struct tg_net *tgn)
{
	lockdep_assert_held(&tgn->lock);
	if (!tgn->hooked)
		return;
	nf_unregister_net_hooks(tgn->net, tg_hooks, ARRAY_SIZE(tg_hooks));
	nf_defrag_ipv6_disable(tgn->net);
	nf_defrag_ipv4_disable(tgn->net);
	tgn->hooked = false;
}
