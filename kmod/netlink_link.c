// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: the commands for links, their devices, and plans.
 */

#include "netlink_add.h"

static u16 tg_get_u16(const struct tg_request *r, int type, u16 otherwise)
{
	return r->info->attrs[type] ? nla_get_u16(r->info->attrs[type]) : otherwise;
}

static u64 tg_get_u64(const struct tg_request *r, int type)
{
	return r->info->attrs[type] ? nla_get_u64(r->info->attrs[type]) : 0;
}

static int tg_add_link(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_link link = {
		.rate[TG_UP] = tg_get_u64(r, TENANTGATE_A_LINK_RATE_UP),
		.rate[TG_DOWN] = tg_get_u64(r, TENANTGATE_A_LINK_RATE_DOWN),
		.overhead = tg_get_u16(r, TENANTGATE_A_LINK_OVERHEAD, 0),
		.padding = tg_get_u16(r, TENANTGATE_A_LINK_PADDING, 1),
		.framing = tg_get_u16(r, TENANTGATE_A_LINK_FRAMING, 0),
		.minimum = tg_get_u16(r, TENANTGATE_A_LINK_MINIMUM, 0),
		.oversubscribe = r->info->attrs[TENANTGATE_A_LINK_OVERSUBSCRIBE],
	};
	u32 id;
	int err;

	err = tg_new_name(r, TENANTGATE_A_LINK_NAME, "link", &link.name);
	if (!err)
		err = tg_new_id(r, &c->links, TENANTGATE_A_LINK_ID, "link", link.name, &id);
	if (err)
		return err;
	return tg_number(r, &c->links, id,
			 tg_policy_add_link(&c->compiled->policy, &link, &r->why));
}

int tenantgate_nl_link_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_link);
}

static int tg_add_plan(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_plan plan = {
		.guarantee[TG_UP] = tg_get_u64(r, TENANTGATE_A_PLAN_GUARANTEE_UP),
		.guarantee[TG_DOWN] = tg_get_u64(r, TENANTGATE_A_PLAN_GUARANTEE_DOWN),
		.ceiling[TG_UP] = tg_get_u64(r, TENANTGATE_A_PLAN_CEILING_UP),
		.ceiling[TG_DOWN] = tg_get_u64(r, TENANTGATE_A_PLAN_CEILING_DOWN),
		.user_ceiling[TG_UP] = tg_get_u64(r, TENANTGATE_A_PLAN_USER_CEILING_UP),
		.user_ceiling[TG_DOWN] = tg_get_u64(r, TENANTGATE_A_PLAN_USER_CEILING_DOWN),
		.interactive = tg_get_u8(r, TENANTGATE_A_PLAN_SHARE_INTERACTIVE, 0),
		.bulk = tg_get_u8(r, TENANTGATE_A_PLAN_SHARE_BULK, 0),
		.realtime[TG_UP] = tg_get_u64(r, TENANTGATE_A_PLAN_REALTIME_UP),
		.realtime[TG_DOWN] = tg_get_u64(r, TENANTGATE_A_PLAN_REALTIME_DOWN),
		.weight = tg_get_u32(r, TENANTGATE_A_PLAN_WEIGHT, TG_DEFAULT_WEIGHT),
	};
	struct tg_plan during[TENANTGATE_MAX_DURING];
	u32 id;
	int err;

	err = tg_new_name(r, TENANTGATE_A_PLAN_NAME, "plan", &plan.name);
	if (!err)
		err = tg_parse_during(r, c, &plan, during);
	if (!err)
		err = tg_new_id(r, &c->plans, TENANTGATE_A_PLAN_ID, "plan", plan.name, &id);
	if (err)
		return err;
	return tg_number(r, &c->plans, id,
			 tg_policy_add_plan(&c->compiled->policy, &plan, &r->why));
}

int tenantgate_nl_plan_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_PLAN_DURING), tg_add_plan);
}

static int tg_add_device(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_link *link = NULL;
	const char *name;
	bool tunnel;
	int err;

	err = tg_parse_device(r, r->info->attrs[TENANTGATE_A_DEVICE_NAME], "device", &name);
	if (err)
		return err;
	if (!name)
		return tg_refuse_missing(r, NULL, TENANTGATE_A_DEVICE_NAME, "device", NULL,
					 "name");
	if (!r->info->attrs[TENANTGATE_A_DEVICE_KIND])
		return tg_refuse_missing(r, NULL, TENANTGATE_A_DEVICE_KIND, "device", name,
					 "kind");
	tunnel = nla_get_u8(r->info->attrs[TENANTGATE_A_DEVICE_KIND]) ==
		 TENANTGATE_DEVICE_KIND_TUNNEL;
	/* Without a link there is nothing to say of a tunnel. */
	if (tunnel || r->info->attrs[TENANTGATE_A_DEVICE_LINK])
		err = tg_known(r, &c->links, TENANTGATE_A_DEVICE_LINK, "device", name, "link",
			       (void **)&link);
	if (err)
		return err;
	return tunnel ? tg_policy_add_tunnel(&c->compiled->policy, name, link, &r->why) :
			tg_policy_add_uplink(&c->compiled->policy, name, link, &r->why);
}

int tenantgate_nl_device_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_device);
}
