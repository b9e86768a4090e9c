// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: the commands for what the provider says of a policy: the
 * gateway, realms, tenants, their sites, and the management list.
 */

#include "netlink_add.h"

static void tg_get_revision(const struct tg_request *r, int type, struct tg_revision *revision)
{
	const struct nlattr *attr = r->info->attrs[type];

	*revision = (struct tg_revision){ .len = attr ? nla_len(attr) : 0 };
	if (attr)
		memcpy(revision->bytes, nla_data(attr), revision->len);
}

static int tg_set_gateway(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_port_list ports = {};
	const char *label;
	int err;

	err = tg_parse_text(r, r->info->attrs[TENANTGATE_A_GATEWAY_LABEL], "gateway", "label",
			    &label);
	if (!err)
		err = tg_parse_ports(r, TENANTGATE_A_GATEWAY_ALLOW, "gateway", "allow", &ports);
	if (!err)
		err = tg_policy_set_gateway(&c->compiled->policy,
					    tg_get_u8(r, TENANTGATE_A_GATEWAY_MODE,
						      TENANTGATE_MODE_OBSERVE),
					    label, ports.at, ports.count,
					    tg_get_u32(r, TENANTGATE_A_GATEWAY_MAX_FLOWS,
						       TG_DEFAULT_MAX_FLOWS), &r->why);
	if (!err)
		err = tg_set_zone(r, c);
	if (!err)
		tg_get_revision(r, TENANTGATE_A_GATEWAY_REVISION, &c->compiled->policy.revision);
	tg_list_free(&ports);
	return err;
}

int tenantgate_nl_gateway_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_GATEWAY_ALLOW) |
		      TG_MULTI(TENANTGATE_A_GATEWAY_SHIFT), tg_set_gateway);
}

static int tg_add_realm(struct tg_request *r, struct tg_candidate *c)
{
	const char *name, *device;
	u32 id;
	int err;

	err = tg_new_name(r, TENANTGATE_A_REALM_NAME, "realm", &name);
	if (!err)
		err = tg_parse_device(r, r->info->attrs[TENANTGATE_A_REALM_DEVICE], "realm",
				      &device);
	if (!err)
		err = tg_new_id(r, &c->realms, TENANTGATE_A_REALM_ID, "realm", name, &id);
	if (err)
		return err;
	if (!device && !strcmp(name, "default"))
		return tg_number(r, &c->realms, id, c->compiled->policy.realms);
	return tg_number(r, &c->realms, id,
			 tg_policy_add_realm(&c->compiled->policy, name, device, &r->why));
}

int tenantgate_nl_realm_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_realm);
}

static void tg_get_limits(const struct tg_request *r, struct tg_limits *limits)
{
	limits->max_flows = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_FLOWS,
				       TG_DEFAULT_TENANT_FLOWS);
	limits->max_fragments = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_FRAGMENTS,
					   TG_DEFAULT_TENANT_FRAGMENTS);
	limits->max_rejects = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_REJECTS,
					 TG_DEFAULT_TENANT_REJECTS);
	limits->max_rules = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_RULES, TENANTGATE_MAX_RULES);
	limits->max_packets = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_PACKETS, 0);
	limits->max_new_flows = tg_get_u32(r, TENANTGATE_A_TENANT_MAX_NEW_FLOWS, 0);
}

/* The plan that a tenant has, NULL for none. */
static int tg_get_plan(struct tg_request *r, struct tg_candidate *c, const char *name,
		       struct tg_plan **plan)
{
	*plan = NULL;
	if (!r->info->attrs[TENANTGATE_A_TENANT_PLAN])
		return 0;
	return tg_known(r, &c->plans, TENANTGATE_A_TENANT_PLAN, "tenant", name, "plan",
			(void **)plan);
}

/* Number 0 is the platform: it is there already, and always has this name. */
static int tg_describe_platform(struct tg_request *r, struct tg_candidate *c, const char *title)
{
	const struct nlattr *attr = r->info->attrs[TENANTGATE_A_TENANT_NAME];
	struct tg_limits limits;
	struct tg_plan *plan;
	const char *name;
	int err;

	err = tg_parse_name(r, attr, "tenant", &name);
	if (!err)
		err = tg_get_plan(r, c, "platform", &plan);
	if (err)
		return err;
	if (name && strcmp(name, c->compiled->policy.platform->name))
		return tg_refuse(r, attr, -EINVAL, "tenant '%s': id 0 is the platform's", name);
	tg_get_limits(r, &limits);
	err = tg_policy_set_platform(&c->compiled->policy, title,
				     tg_get_u8(r, TENANTGATE_A_TENANT_MODE,
					       TENANTGATE_MODE_ENFORCE), &limits, &r->why);
	if (!err)
		tg_tenant_set_plan(c->compiled->policy.platform, plan);
	return err;
}

/* What a tenant that is replaced keeps cannot be said again. */
static int tg_check_replaced(struct tg_request *r, const char *name)
{
	static const u8 kept[] = {
		TENANTGATE_A_TENANT_TITLE, TENANTGATE_A_TENANT_MODE,
		TENANTGATE_A_TENANT_MAX_FLOWS, TENANTGATE_A_TENANT_MAX_FRAGMENTS,
		TENANTGATE_A_TENANT_MAX_REJECTS, TENANTGATE_A_TENANT_MAX_RULES,
		TENANTGATE_A_TENANT_PLAN, TENANTGATE_A_TENANT_MAX_PACKETS,
		TENANTGATE_A_TENANT_MAX_NEW_FLOWS,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (r->info->attrs[kept[i]])
			return tg_refuse(r, r->info->attrs[kept[i]], -EOPNOTSUPP,
					 "tenant '%s': title, mode, limits and plan stay when it is replaced",
					 name);
	return 0;
}

/* The running tenant of the name begins anew. */
static int tg_replace_tenant(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_tenant *tenant;
	const char *name;
	u32 id;
	int err;

	err = tg_new_name(r, TENANTGATE_A_TENANT_NAME, "tenant", &name);
	if (!err)
		err = tg_check_replaced(r, name);
	if (!err)
		err = tg_new_id(r, &c->tenants, TENANTGATE_A_TENANT_ID, "tenant", name, &id);
	if (err)
		return err;
	tenant = tg_txn_replace_tenant(c, name, &r->why);
	if (tenant)
		tg_get_revision(r, TENANTGATE_A_TENANT_REVISION, &tenant->revision);
	return tg_number(r, &c->tenants, id, tenant);
}

static int tg_add_tenant(struct tg_request *r, struct tg_candidate *c)
{
	const struct nlattr *attr = r->info->attrs[TENANTGATE_A_TENANT_ID];
	struct tg_limits limits;
	struct tg_tenant *tenant;
	const char *name, *title;
	struct tg_plan *plan;
	u32 id;
	int err;

	if (c->from)
		return tg_replace_tenant(r, c);

	err = tg_parse_text(r, r->info->attrs[TENANTGATE_A_TENANT_TITLE], "tenant", "title",
			    &title);
	if (!err && attr && !nla_get_u32(attr))
		return tg_describe_platform(r, c, title);
	if (!err)
		err = tg_new_name(r, TENANTGATE_A_TENANT_NAME, "tenant", &name);
	if (!err)
		err = tg_get_plan(r, c, name, &plan);
	if (!err)
		err = tg_new_id(r, &c->tenants, TENANTGATE_A_TENANT_ID, "tenant", name, &id);
	if (err)
		return err;
	tg_get_limits(r, &limits);
	tenant = tg_policy_add_tenant(&c->compiled->policy, name, title,
				      tg_get_u8(r, TENANTGATE_A_TENANT_MODE,
						TENANTGATE_MODE_ENFORCE), &limits, &r->why);
	if (tenant) {
		tg_get_revision(r, TENANTGATE_A_TENANT_REVISION, &tenant->revision);
		tg_tenant_set_plan(tenant, plan);
	}
	return tg_number(r, &c->tenants, id, tenant);
}

int tenantgate_nl_tenant_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_tenant);
}

/* What is special to sites; the reserved number is the caller's business. */
static struct tg_site *tg_make_site(struct tg_request *r, struct tg_candidate *c,
				    const struct tg_head *head, struct tg_prefix_list *prefixes)
{
	struct tg_site site = {
		.name = head->name,
		.title = head->title,
		.number = head->id,
		.kind = tg_get_u8(r, TENANTGATE_A_SITE_KIND, TENANTGATE_SITE_KIND_OFFICE),
	};
	const char *device;

	if (r->info->attrs[TENANTGATE_A_SITE_REALM] &&
	    tg_known(r, &c->realms, TENANTGATE_A_SITE_REALM, "site", head->name, "realm",
		     (void **)&site.realm))
		return NULL;
	if (tg_parse_device(r, r->info->attrs[TENANTGATE_A_SITE_DEVICE], "site", &device))
		return NULL;
	if (!device) {
		tg_refuse_missing(r, NULL, TENANTGATE_A_SITE_DEVICE, "site", head->name,
				  "device");
		return NULL;
	}
	if (tg_parse_prefixes(r, TENANTGATE_A_SITE_PREFIX, "site", head->name, prefixes))
		return NULL;
	site.prefixes = prefixes->at;
	site.nprefixes = prefixes->count;
	return tg_policy_add_site(&c->compiled->policy, head->tenant, device, &site, &r->why);
}

static int tg_add_site(struct tg_request *r, struct tg_candidate *c)
{
	static const struct tg_head_attrs attrs = {
		.noun = "site",
		.name = TENANTGATE_A_SITE_NAME,
		.title = TENANTGATE_A_SITE_TITLE,
		.tenant = TENANTGATE_A_SITE_TENANT,
		.id = TENANTGATE_A_SITE_ID,
	};
	struct tg_prefix_list prefixes = {};
	struct tg_head head;
	int err;

	err = tg_get_head(r, c, &attrs, &c->sites, &head);
	if (!err)
		err = tg_number(r, &c->sites, head.id, tg_make_site(r, c, &head, &prefixes));
	tg_list_free(&prefixes);
	return err;
}

int tenantgate_nl_site_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_SITE_PREFIX), tg_add_site);
}

static int tg_add_management(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_prefix_list from = {};
	struct tg_port_list ports = {};
	int err;

	err = tg_parse_prefixes(r, TENANTGATE_A_MANAGEMENT_FROM, "management", "from", &from);
	if (!err)
		err = tg_parse_ports(r, TENANTGATE_A_MANAGEMENT_PORT, "management", "port",
				     &ports);
	if (!err)
		err = tg_policy_add_management(&c->compiled->policy, from.at, from.count,
					       ports.at, ports.count, &r->why);
	tg_list_free(&from);
	tg_list_free(&ports);
	return err;
}

int tenantgate_nl_management_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_MANAGEMENT_FROM) |
		      TG_MULTI(TENANTGATE_A_MANAGEMENT_PORT), tg_add_management);
}
