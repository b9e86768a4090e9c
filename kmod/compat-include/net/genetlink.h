/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink before split operations (Linux 6.2).
 *
 * The generated family is written with struct genl_split_ops. Here the old
 * kernel's table of operations is made from it when the family is registered.
 */
#ifndef _TG_COMPAT_NET_GENETLINK_H
#define _TG_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#include <tg_features.h>

#ifndef TG_HAVE_GENL_INFO_DUMP
/* Has the attributes in the same member. */
#define genl_info_dump	genl_dumpit_info
#endif

#ifndef TG_HAVE_GENL_SPLIT_OPS

#include <linux/slab.h>

struct genl_split_ops {
	union {
		int (*doit)(struct sk_buff *skb, struct genl_info *info);
		struct {
			int (*start)(struct netlink_callback *cb);
			int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
			int (*done)(struct netlink_callback *cb);
		};
	};
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 internal_flags;
	u8 flags;
	u8 validate;
};

/* What a family of the newest kernel is written with, and what this kernel is told. */
struct tg_genl_family {
	char name[GENL_NAMSIZ];
	unsigned int version;
	u8 netnsok:1;
	u8 parallel_ops:1;
	u8 n_split_ops;
	u8 n_mcgrps;
	const struct genl_split_ops *split_ops;
	const struct genl_multicast_group *mcgrps;
	struct module *module;
	struct genl_family real;
	struct genl_ops *real_ops;	/* made from @split_ops */
};

/* Take one half of a command over; both halves have one policy here. */
static inline int tg_genl_merge_op(struct genl_ops *op, const struct genl_split_ops *split)
{
	if (op->cmd && (op->policy != split->policy || op->maxattr != split->maxattr))
		return -EINVAL;
	if (split->flags & GENL_CMD_CAP_DO) {
		op->doit = split->doit;
	} else {
		op->start = split->start;
		op->dumpit = split->dumpit;
		op->done = split->done;
	}
	op->cmd = split->cmd;
	op->policy = split->policy;
	op->maxattr = split->maxattr;
	op->internal_flags = split->internal_flags;
	op->flags = split->flags & ~(GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP);
	op->validate = split->validate;
	return 0;
}

static inline int tg_genl_make_ops(struct tg_genl_family *family)
{
	struct genl_ops *op = family->real_ops - 1;
	int err = 0;
	u8 i;

	for (i = 0; i < family->n_split_ops && !err; i++) {
		/* The halves of a command stand side by side. */
		if (!i || family->split_ops[i].cmd != op->cmd)
			op++;
		err = tg_genl_merge_op(op, &family->split_ops[i]);
	}
	family->real.ops = family->real_ops;
	family->real.n_ops = op + 1 - family->real_ops;
	return err;
}

static inline int tg_genl_register_family(struct tg_genl_family *family)
{
	int err;

	family->real_ops = kcalloc(family->n_split_ops, sizeof(*family->real_ops), GFP_KERNEL);
	if (!family->real_ops)
		return -ENOMEM;
	strscpy(family->real.name, family->name, sizeof(family->real.name));
	family->real.version = family->version;
	family->real.netnsok = family->netnsok;
	family->real.parallel_ops = family->parallel_ops;
	family->real.module = family->module;
	family->real.mcgrps = family->mcgrps;
	family->real.n_mcgrps = family->n_mcgrps;
	err = tg_genl_make_ops(family);
	if (!err)
		err = genl_register_family(&family->real);
	if (err)
		kfree(family->real_ops);
	return err;
}

static inline int tg_genl_unregister_family(const struct tg_genl_family *family)
{
	int err = genl_unregister_family(&family->real);

	kfree(family->real_ops);
	return err;
}

static inline void *tg_genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
				   const struct tg_genl_family *family, int flags, u8 cmd)
{
	return genlmsg_put(skb, portid, seq, &family->real, flags, cmd);
}

static inline int tg_genlmsg_multicast_netns(const struct tg_genl_family *family,
					     struct net *net, struct sk_buff *skb, u32 portid,
					     unsigned int group, gfp_t flags)
{
	return genlmsg_multicast_netns(&family->real, net, skb, portid, group, flags);
}

static inline int tg_genl_has_listeners(const struct tg_genl_family *family, struct net *net,
					unsigned int group)
{
	return genl_has_listeners(&family->real, net, group);
}

static inline int tg_genl_set_err(const struct tg_genl_family *family, struct net *net,
				  u32 portid, u32 group, int code)
{
	return genl_set_err(&family->real, net, portid, group, code);
}

#define genl_family		tg_genl_family
#define genl_register_family	tg_genl_register_family
#define genl_unregister_family	tg_genl_unregister_family
#define genlmsg_put		tg_genlmsg_put
#define genlmsg_multicast_netns	tg_genlmsg_multicast_netns
#define genl_has_listeners	tg_genl_has_listeners
#define genl_set_err		tg_genl_set_err

#endif /* TG_HAVE_GENL_SPLIT_OPS */

#endif
