// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: the commands for what is a tenant's own: services, roles,
 * users, rules, and the grants to it.
 */

#include <linux/mm.h>

#include "netlink_add.h"

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
		service.number = head.id;
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
	struct tg_rule_draft rule = {};
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
		rule.terms.sources = lists.sources.at;
		rule.terms.nsources = lists.sources.count;
		rule.terms.destinations = lists.destinations.at;
		rule.terms.ndestinations = lists.destinations.count;
		rule.terms.ports = lists.ports.at;
		rule.terms.nports = lists.ports.count;
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
