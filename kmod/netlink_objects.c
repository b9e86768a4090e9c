// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: the commands that put objects into a candidate.
 *
 * Each names its object first, so that whatever is refused later can be said
 * of it by name; then reads the rest, and leaves the sense of it to the core.
 */

#include <linux/mm.h>

#include "netlink.h"
#include "netlink_parse.h"

#define TG_MULTI(attr)	BIT_ULL(attr)

/* Do @add in the client's candidate. */
static int tg_add(struct sk_buff *skb, struct genl_info *info, u64 multi,
		  int (*add)(struct tg_request *r, struct tg_candidate *c))
{
	struct tg_candidate *c;
	struct tg_request r;
	int err;

	err = tg_request_begin(&r, skb, info, multi);
	if (err)
		return tg_request_end(&r, err);
	c = tg_txn_lock(r.tgn, skb, &r.why);
	if (IS_ERR(c))
		return tg_request_end(&r, PTR_ERR(c));
	err = add(&r, c);
	tg_txn_unlock(r.tgn);
	return tg_request_end(&r, err);
}

/* The name of a new object, which must be there. */
static int tg_new_name(struct tg_request *r, int type, const char *noun, const char **name)
{
	int err = tg_parse_name(r, r->info->attrs[type], noun, name);

	if (!err && !*name)
		err = tg_refuse_missing(r, NULL, type, noun, NULL, "name");
	return err;
}

/* The number of a new object; room for it in @objects is reserved. */
static int tg_new_id(struct tg_request *r, struct xarray *objects, int type, const char *noun,
		     const char *name, u32 *id)
{
	const struct nlattr *attr = r->info->attrs[type];

	if (!attr)
		return tg_refuse_missing(r, NULL, type, noun, name, "id");
	*id = nla_get_u32(attr);
	if (xa_load(objects, *id))
		return tg_refuse(r, attr, -EEXIST, "%s '%s': id %u is taken", noun, name, *id);
	return xa_reserve(objects, *id, GFP_KERNEL_ACCOUNT);
}

/* Number an object that was made, or give the number back when it was refused. */
static int tg_number(struct tg_request *r, struct xarray *objects, u32 id, void *object)
{
	if (!object) {
		xa_release(objects, id);
		return r->err ? r->err : -EINVAL;
	}
	return xa_err(xa_store(objects, id, object, GFP_KERNEL_ACCOUNT));
}

/* An object that is there already. */
static int tg_known(struct tg_request *r, struct xarray *objects, int type, const char *noun,
		    const char *name, const char *field, void **object)
{
	const struct nlattr *attr = r->info->attrs[type];

	if (!attr)
		return tg_refuse_missing(r, NULL, type, noun, name, field);
	*object = xa_load(objects, nla_get_u32(attr));
	if (*object)
		return 0;
	return tg_refuse(r, attr, -ENOENT, "%s '%s': there is no %s with number %u", noun,
			 name ? name : "", field, nla_get_u32(attr));
}

static u8 tg_get_u8(const struct tg_request *r, int type, u8 otherwise)
{
	return r->info->attrs[type] ? nla_get_u8(r->info->attrs[type]) : otherwise;
}

static u32 tg_get_u32(const struct tg_request *r, int type, u32 otherwise)
{
	return r->info->attrs[type] ? nla_get_u32(r->info->attrs[type]) : otherwise;
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
	tg_list_free(&ports);
	return err;
}

int tenantgate_nl_gateway_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_GATEWAY_ALLOW), tg_set_gateway);
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

static int tg_add_device(struct tg_request *r, struct tg_candidate *c)
{
	const char *name;
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
	return tg_policy_add_uplink(&c->compiled->policy, name, &r->why);
}

int tenantgate_nl_device_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_device);
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
}

/* Number 0 is the platform: it is there already, and always has this name. */
static int tg_describe_platform(struct tg_request *r, struct tg_candidate *c, const char *title)
{
	const struct nlattr *attr = r->info->attrs[TENANTGATE_A_TENANT_NAME];
	struct tg_limits limits;
	const char *name;
	int err;

	err = tg_parse_name(r, attr, "tenant", &name);
	if (err)
		return err;
	if (name && strcmp(name, c->compiled->policy.platform->name))
		return tg_refuse(r, attr, -EINVAL, "tenant '%s': id 0 is the platform's", name);
	tg_get_limits(r, &limits);
	return tg_policy_set_platform(&c->compiled->policy, title,
				      tg_get_u8(r, TENANTGATE_A_TENANT_MODE,
						TENANTGATE_MODE_ENFORCE), &limits, &r->why);
}

static int tg_add_tenant(struct tg_request *r, struct tg_candidate *c)
{
	const struct nlattr *attr = r->info->attrs[TENANTGATE_A_TENANT_ID];
	struct tg_limits limits;
	const char *name, *title;
	u32 id;
	int err;

	err = tg_parse_text(r, r->info->attrs[TENANTGATE_A_TENANT_TITLE], "tenant", "title",
			    &title);
	if (!err && attr && !nla_get_u32(attr))
		return tg_describe_platform(r, c, title);
	if (!err)
		err = tg_new_name(r, TENANTGATE_A_TENANT_NAME, "tenant", &name);
	if (!err)
		err = tg_new_id(r, &c->tenants, TENANTGATE_A_TENANT_ID, "tenant", name, &id);
	if (err)
		return err;
	tg_get_limits(r, &limits);
	return tg_number(r, &c->tenants, id,
			 tg_policy_add_tenant(&c->compiled->policy, name, title,
					      tg_get_u8(r, TENANTGATE_A_TENANT_MODE,
							TENANTGATE_MODE_ENFORCE),
					      &limits, &r->why));
}

int tenantgate_nl_tenant_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_tenant);
}

/* What names and titles an object of a tenant: both and the tenant. */
struct tg_head {
	const char *name;
	const char *title;
	struct tg_tenant *tenant;
	u32 id;
};

/* The attributes that sites, services, roles and users have in common. */
struct tg_head_attrs {
	const char *noun;
	int name;
	int title;	/* 0 for none */
	int tenant;
	int id;
};

static int tg_get_head(struct tg_request *r, struct tg_candidate *c,
		       const struct tg_head_attrs *a, struct xarray *objects, struct tg_head *head)
{
	int err;

	head->title = NULL;
	err = tg_new_name(r, a->name, a->noun, &head->name);
	if (!err && a->title)
		err = tg_parse_text(r, r->info->attrs[a->title], a->noun, "title", &head->title);
	if (!err)
		err = tg_known(r, &c->tenants, a->tenant, a->noun, head->name, "tenant",
			       (void **)&head->tenant);
	if (!err)
		err = tg_new_id(r, objects, a->id, a->noun, head->name, &head->id);
	return err;
}

/* What is special to sites; the reserved number is the caller's business. */
static struct tg_site *tg_make_site(struct tg_request *r, struct tg_candidate *c,
				    const struct tg_head *head, struct tg_prefix_list *prefixes)
{
	struct tg_site site = {
		.name = head->name,
		.title = head->title,
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

static int tg_add_service(struct tg_request *r, struct tg_candidate *c)
{
	static const struct tg_head_attrs attrs = {
		.noun = "service",
		.name = TENANTGATE_A_SERVICE_NAME,
		.title = TENANTGATE_A_SERVICE_TITLE,
		.tenant = TENANTGATE_A_SERVICE_TENANT,
		.id = TENANTGATE_A_SERVICE_ID,
	};
	struct tg_prefix_list prefixes = {};
	struct tg_port_list ports = {};
	struct tg_service service = {};
	struct tg_service *made = NULL;
	struct tg_head head;
	int err;

	err = tg_get_head(r, c, &attrs, &c->services, &head);
	if (err)
		return err;
	if (!tg_parse_prefixes(r, TENANTGATE_A_SERVICE_ADDRESS, "service", head.name, &prefixes) &&
	    !tg_parse_ports(r, TENANTGATE_A_SERVICE_PORT, "service", head.name, &ports)) {
		service.name = head.name;
		service.title = head.title;
		service.kind = tg_get_u8(r, TENANTGATE_A_SERVICE_KIND,
					 TENANTGATE_SERVICE_KIND_HOSTS);
		service.prefixes = prefixes.at;
		service.nprefixes = prefixes.count;
		service.ports = ports.at;
		service.nports = ports.count;
		made = tg_policy_add_service(&c->compiled->policy, head.tenant, &service,
					     &r->why);
	}
	tg_list_free(&prefixes);
	tg_list_free(&ports);
	return tg_number(r, &c->services, head.id, made);
}

int tenantgate_nl_service_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_SERVICE_ADDRESS) |
		      TG_MULTI(TENANTGATE_A_SERVICE_PORT), tg_add_service);
}

static int tg_add_role(struct tg_request *r, struct tg_candidate *c)
{
	static const struct tg_head_attrs attrs = {
		.noun = "role",
		.name = TENANTGATE_A_ROLE_NAME,
		.tenant = TENANTGATE_A_ROLE_TENANT,
		.id = TENANTGATE_A_ROLE_ID,
	};
	struct tg_head head;
	int err;

	err = tg_get_head(r, c, &attrs, &c->roles, &head);
	if (err)
		return err;
	return tg_number(r, &c->roles, head.id,
			 tg_policy_add_role(&c->compiled->policy, head.tenant, head.name,
					    &r->why));
}

int tenantgate_nl_role_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_role);
}

static int tg_get_roles(struct tg_request *r, struct tg_candidate *c,
			const struct tg_head *head, u64 *roles)
{
	const struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr_type(attr, TENANTGATE_A_USER_ROLE, r->info->nlhdr, GENL_HDRLEN, rem) {
		const struct tg_role *role = xa_load(&c->roles, nla_get_u32(attr));

		if (!role)
			return tg_refuse(r, attr, -ENOENT,
					 "user '%s': there is no role with number %u", head->name,
					 nla_get_u32(attr));
		if (role->tenant != head->tenant)
			return tg_refuse(r, attr, -EINVAL,
					 "user '%s': role '%s' belongs to another tenant",
					 head->name, role->name);
		if (*roles & BIT_ULL(role->bit))
			return tg_refuse(r, attr, -EINVAL, "user '%s': role '%s' is there twice",
					 head->name, role->name);
		*roles |= BIT_ULL(role->bit);
	}
	return 0;
}

static int tg_add_user(struct tg_request *r, struct tg_candidate *c)
{
	static const struct tg_head_attrs attrs = {
		.noun = "user",
		.name = TENANTGATE_A_USER_NAME,
		.title = TENANTGATE_A_USER_TITLE,
		.tenant = TENANTGATE_A_USER_TENANT,
		.id = TENANTGATE_A_USER_ID,
	};
	struct tg_prefix_list addrs = {}, pcs = {};
	struct tg_user *made = NULL;
	struct tg_user user = {};
	struct tg_head head;
	int err;

	err = tg_get_head(r, c, &attrs, &c->users, &head);
	if (err)
		return err;
	if (!tg_get_roles(r, c, &head, &user.roles) &&
	    !tg_parse_prefixes(r, TENANTGATE_A_USER_ADDRESS, "user", head.name, &addrs) &&
	    !tg_parse_prefixes(r, TENANTGATE_A_USER_PC, "user", head.name, &pcs)) {
		user.name = head.name;
		user.title = head.title;
		user.addrs = addrs.at;
		user.naddrs = addrs.count;
		user.pcs = pcs.at;
		user.npcs = pcs.count;
		made = tg_policy_add_user(&c->compiled->policy, head.tenant, &user, &r->why);
	}
	tg_list_free(&addrs);
	tg_list_free(&pcs);
	return tg_number(r, &c->users, head.id, made);
}

int tenantgate_nl_user_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_USER_ADDRESS) |
		      TG_MULTI(TENANTGATE_A_USER_ROLE) | TG_MULTI(TENANTGATE_A_USER_PC),
		      tg_add_user);
}

/* The lists of a rule, freed together. */
struct tg_rule_lists {
	struct tg_selector_list sources;
	struct tg_selector_list destinations;
	struct tg_port_list ports;
};

static int tg_get_rule_lists(struct tg_request *r, struct tg_candidate *c, const char *name,
			     struct tg_rule_lists *lists)
{
	int err;

	err = tg_parse_selectors(r, TENANTGATE_A_RULE_SOURCE, c, name, &lists->sources);
	if (!err)
		err = tg_parse_selectors(r, TENANTGATE_A_RULE_DESTINATION, c, name,
					 &lists->destinations);
	if (!err)
		err = tg_parse_ports(r, TENANTGATE_A_RULE_PORT, "rule", name, &lists->ports);
	return err;
}

static int tg_add_rule(struct tg_request *r, struct tg_candidate *c)
{
	struct nlattr *const *attrs = r->info->attrs;
	struct tg_rule_lists lists = {};
	struct tg_tenant *tenant;
	struct tg_rule rule = {};
	int err;

	err = tg_parse_text(r, attrs[TENANTGATE_A_RULE_NAME], "rule", "name", &rule.name);
	if (!err && (!rule.name || !*rule.name))
		err = tg_refuse_missing(r, NULL, TENANTGATE_A_RULE_NAME, "rule", NULL, "name");
	if (!err)
		err = tg_parse_text(r, attrs[TENANTGATE_A_RULE_ORIGIN], "rule", "origin",
				    &rule.origin);
	if (!err)
		err = tg_known(r, &c->tenants, TENANTGATE_A_RULE_TENANT, "rule", rule.name,
			       "tenant", (void **)&tenant);
	if (!err && !attrs[TENANTGATE_A_RULE_VERDICT])
		err = tg_refuse_missing(r, NULL, TENANTGATE_A_RULE_VERDICT, "rule", rule.name,
					"verdict");
	if (!err)
		err = tg_get_rule_lists(r, c, rule.name, &lists);
	if (!err) {
		rule.verdict = nla_get_u8(attrs[TENANTGATE_A_RULE_VERDICT]);
		rule.log = nla_get_flag(attrs[TENANTGATE_A_RULE_LOG]);
		rule.sources = lists.sources.at;
		rule.nsources = lists.sources.count;
		rule.destinations = lists.destinations.at;
		rule.ndestinations = lists.destinations.count;
		rule.ports = lists.ports.at;
		rule.nports = lists.ports.count;
		if (!tg_policy_add_rule(&c->compiled->policy, tenant, &rule, &r->why))
			err = -EINVAL;
	}
	tg_list_free(&lists.sources);
	tg_list_free(&lists.destinations);
	tg_list_free(&lists.ports);
	return err;
}

int tenantgate_nl_rule_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_RULE_SOURCE) |
		      TG_MULTI(TENANTGATE_A_RULE_DESTINATION) |
		      TG_MULTI(TENANTGATE_A_RULE_PORT), tg_add_rule);
}

static int tg_add_grant(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_service *service;
	struct tg_tenant *tenant;
	const char *origin;
	int err;

	err = tg_parse_text(r, r->info->attrs[TENANTGATE_A_RULE_ORIGIN], "grant", "origin",
			    &origin);
	if (!err)
		err = tg_known(r, &c->tenants, TENANTGATE_A_RULE_TENANT, "grant", NULL, "tenant",
			       (void **)&tenant);
	if (!err)
		err = tg_known(r, &c->services, TENANTGATE_A_RULE_SERVICE, "grant to tenant",
			       tenant->name, "service", (void **)&service);
	if (err)
		return err;
	return tg_policy_add_grant(&c->compiled->policy, tenant, service, origin, &r->why) ?
	       0 : -EINVAL;
}

int tenantgate_nl_grant_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, 0, tg_add_grant);
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
