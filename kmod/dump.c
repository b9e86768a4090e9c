// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the running policy: tenants, sites, services, users and rules.
 *
 * A dump goes on where its last message ended. While the policy stays the
 * same it goes on from a pointer into the policy, so that a tenant with many
 * rules costs no more than they are; when the policy was replaced in between,
 * it goes on by number and every message says that the dump was interrupted.
 * No lock is held but RCU, and that not between two calls.
 */

#include <linux/atomic.h>
#include <net/sock.h>

#include "account.h"
#include "core/classifier.h"
#include "dump.h"
#include "flow.h"
#include "netlink_parse.h"
#include "netlink_put.h"

/* Room for a user with as many addresses, computers and roles as there may be. */
#define TG_WIDE_MESSAGE	(24 * 1024)

/**
 * tg_dump_begin - begin one call of a dump
 * @d: to be filled
 * @skb: where messages are put
 * @cb: the dump
 *
 * Context: under RCU until tg_dump_end().
 */
void tg_dump_begin(struct tg_dump *d, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tg_cursor *cursor = tg_cursor(cb);
	const struct tg_compiled *compiled;

	d->skb = skb;
	d->cb = cb;
	d->tgn = tg_net(sock_net(cb->skb->sk));
	d->running = rcu_dereference(d->tgn->running);
	cb->seq = d->running ? d->running->generation : 0;
	compiled = d->running ? d->running->compiled : NULL;
	if (cursor->compiled == compiled && cursor->generation == cb->seq)
		return;
	cursor->compiled = compiled;
	cursor->generation = cb->seq;
	cursor->next = NULL;
	cursor->moved = true;
}

/**
 * tg_dump_end - end one call of a dump
 * @d: the call
 * @err: 0 when there is nothing left, -EMSGSIZE when the room was too small
 *
 * Return: what the dump's callback returns.
 */
int tg_dump_end(struct tg_dump *d, int err)
{
	return d->skb->len ? d->skb->len : err;
}

/**
 * tg_dump_message - put one message
 * @d: the call
 * @object: what it is about
 * @fill: puts the object's attributes
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_dump_message(const struct tg_dump *d, const void *object, tg_fill_fn fill)
{
	const struct genlmsghdr *request = nlmsg_data(d->cb->nlh);
	void *header;

	header = genlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid, d->cb->nlh->nlmsg_seq,
			     &tenantgate_nl_family, NLM_F_MULTI, request->cmd);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(d->cb, header);
	if (fill(d, object)) {
		genlmsg_cancel(d->skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(d->skb, header);
	return 0;
}

/**
 * tg_dump_check_tenant - refuse to begin a dump of a tenant that is not there
 * @cb: the dump
 * @attr: the tenant's name, or NULL for all tenants
 * @gateway: "gateway" is a name too
 *
 * Context: may sleep.
 * Return: 0, or what the dump's start returns.
 */
int tg_dump_check_tenant(struct netlink_callback *cb, const struct nlattr *attr, bool gateway)
{
	struct tg_net *tgn = tg_net(sock_net(cb->skb->sk));
	const struct tg_running *running;
	struct netlink_ext_ack extack = { .bad_attr = attr };
	struct tg_complaint why;
	bool found;

	if (!attr || (gateway && !strcmp(nla_data(attr), "gateway")))
		return 0;
	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	found = !running || tg_policy_tenant(&running->compiled->policy, nla_data(attr));
	rcu_read_unlock();
	if (found)
		return 0;
	if (tg_is_name(nla_data(attr)))
		snprintf(why.text, sizeof(why.text), "tenant '%s' is not in the running policy",
			 (const char *)nla_data(attr));
	else
		snprintf(why.text, sizeof(why.text), "tenant-name is not a name");
	tg_netlink_complain(cb->skb, cb->nlh, -ENOENT, &extack, why.text);
	return -EINTR;
}

/* A list of objects that each tenant has. */
struct tg_dump_list {
	const void *(*first)(const struct tg_tenant *tenant);
	const void *(*next)(const struct tg_tenant *tenant, const void *object);
	tg_fill_fn fill;
};

/* What the cursor stands at in the list of its tenant. */
static const void *tg_dump_at(const struct tg_cursor *cursor, const struct tg_dump_list *list,
			      const struct tg_tenant *tenant)
{
	const void *object;
	u32 i;

	if (cursor->next)
		return cursor->next;
	object = list->first(tenant);
	for (i = 0; object && i < cursor->index; i++)
		object = list->next(tenant, object);
	return object;
}

static int tg_dump_list_of(const struct tg_dump *d, const struct tg_dump_list *list,
			   const struct tg_tenant *tenant)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	const void *object;
	int err;

	for (object = tg_dump_at(cursor, list, tenant); object;
	     object = list->next(tenant, object)) {
		err = tg_dump_message(d, object, list->fill);
		if (err) {
			cursor->next = object;
			return err;
		}
		cursor->index++;
	}
	cursor->next = NULL;
	cursor->index = 0;
	return 0;
}

static int tg_dump_all_lists(const struct tg_dump *d, const struct tg_dump_list *list,
			     const struct nlattr *name)
{
	const struct tg_policy *policy = &d->running->compiled->policy;
	struct tg_cursor *cursor = tg_cursor(d->cb);
	const struct tg_tenant *only;
	int err = 0;

	if (name && cursor->moved && cursor->tenant != TG_CURSOR_END) {
		only = tg_policy_tenant(policy, nla_data(name));
		cursor->tenant = only ? only->index : TG_CURSOR_END;
	}
	cursor->moved = false;
	while (!err && cursor->tenant < policy->ntenants) {
		err = tg_dump_list_of(d, list, policy->tenants[cursor->tenant]);
		if (!err)
			cursor->tenant = name ? TG_CURSOR_END : cursor->tenant + 1;
	}
	return err;
}

/* The lists of all tenants, or of the one of a name. */
static int tg_dump_lists(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct tg_dump_list *list, const struct nlattr *name)
{
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running)
		err = tg_dump_all_lists(&d, list, name);
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

/**
 * tg_dump_array - put all objects of an array, from where the dump is
 * @d: the call
 * @objects: the array
 * @count: its length
 * @fill: puts an object's attributes
 *
 * Return: 0 or -EMSGSIZE.
 */
int tg_dump_array(const struct tg_dump *d, void *const *objects, u32 count, tg_fill_fn fill)
{
	struct tg_cursor *cursor = tg_cursor(d->cb);
	int err = 0;

	for (; !err && cursor->index < count; cursor->index += !err)
		err = tg_dump_message(d, objects[cursor->index], fill);
	return err;
}

/**
 * tenantgate_nl_wide_dump_start - make room for objects with many attributes
 * @cb: the dump
 *
 * Return: 0.
 */
int tenantgate_nl_wide_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = TG_WIDE_MESSAGE;
	return 0;
}

/* A limit that there may not be. */
static int tg_put_limit(struct sk_buff *skb, int type, u32 limit)
{
	return limit ? nla_put_u32(skb, type, limit) : 0;
}

static int tg_fill_limits(struct sk_buff *skb, const struct tg_limits *limits)
{
	if (nla_put_u32(skb, TENANTGATE_A_TENANT_MAX_FLOWS, limits->max_flows) ||
	    nla_put_u32(skb, TENANTGATE_A_TENANT_MAX_FRAGMENTS, limits->max_fragments) ||
	    nla_put_u32(skb, TENANTGATE_A_TENANT_MAX_REJECTS, limits->max_rejects) ||
	    tg_put_limit(skb, TENANTGATE_A_TENANT_MAX_PACKETS, limits->max_packets) ||
	    tg_put_limit(skb, TENANTGATE_A_TENANT_MAX_NEW_FLOWS, limits->max_new_flows))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_TENANT_MAX_RULES, limits->max_rules);
}

static int tg_fill_classifier(struct sk_buff *skb, const struct tg_classifier *classifier)
{
	struct tg_classifier_facts facts;

	tg_classifier_facts(classifier, &facts);
	if (nla_put_u32(skb, TENANTGATE_A_TENANT_RULE_BYTES, min_t(size_t, facts.bytes, U32_MAX)))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_TENANT_RULE_STEPS, facts.worst);
}

static int tg_fill_tenant(const struct tg_dump *d, const void *object)
{
	const struct tg_tenant *tenant = object;
	const struct tg_plan *plan = tg_tenant_plan(&d->running->compiled->policy, tenant);
	struct sk_buff *skb = d->skb;

	if (nla_put_string(skb, TENANTGATE_A_TENANT_NAME, tenant->name) ||
	    tg_put_optional(skb, TENANTGATE_A_TENANT_TITLE, tenant->title) ||
	    nla_put_u8(skb, TENANTGATE_A_TENANT_MODE, d->running->modes[tenant->index]) ||
	    nla_put_u8(skb, TENANTGATE_A_TENANT_EFFECTIVE_MODE,
		       tg_running_mode(d->running, tenant)) ||
	    tg_fill_limits(skb, &tenant->limits))
		return -EMSGSIZE;
	if (nla_put_u32(skb, TENANTGATE_A_TENANT_FLOWS, atomic_read(&tenant->account->flows)) ||
	    nla_put_u32(skb, TENANTGATE_A_TENANT_SITES, tenant->nsites) ||
	    nla_put_u32(skb, TENANTGATE_A_TENANT_USERS, tenant->nusers) ||
	    nla_put_u32(skb, TENANTGATE_A_TENANT_RULES, tenant->nrules + tenant->ngrants) ||
	    tg_fill_classifier(skb, tenant->classifier) ||
	    tg_put_revision(skb, TENANTGATE_A_TENANT_REVISION, &tenant->revision) ||
	    tg_put_optional(skb, TENANTGATE_A_TENANT_PLAN_NAME, plan ? plan->name : NULL))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_TENANT_GENERATION, d->running->generation);
}

int tenantgate_nl_tenant_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running)
		err = tg_dump_array(&d, (void *const *)d.running->compiled->policy.tenants,
				    d.running->compiled->policy.ntenants, tg_fill_tenant);
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

static int tg_fill_site(const struct tg_dump *d, const void *object)
{
	const struct tg_site *site = object;
	const struct net_device *dev;
	struct sk_buff *skb = d->skb;

	if (nla_put_u32(skb, TENANTGATE_A_SITE_ID, site->number) ||
	    nla_put_string(skb, TENANTGATE_A_SITE_TENANT_NAME,
			   tg_site_tenant(&d->running->compiled->policy, site)->name) ||
	    nla_put_string(skb, TENANTGATE_A_SITE_NAME, site->name) ||
	    tg_put_optional(skb, TENANTGATE_A_SITE_TITLE, site->title) ||
	    nla_put_u8(skb, TENANTGATE_A_SITE_KIND, site->kind) ||
	    nla_put_string(skb, TENANTGATE_A_SITE_REALM_NAME, site->realm->name) ||
	    nla_put_string(skb, TENANTGATE_A_SITE_DEVICE, site->device->name))
		return -EMSGSIZE;
	dev = dev_get_by_name_rcu(d->tgn->net, site->device->name);
	if (dev && nla_put_u32(skb, TENANTGATE_A_SITE_IFINDEX, dev->ifindex))
		return -EMSGSIZE;
	if (tg_put_prefixes(skb, TENANTGATE_A_SITE_PREFIX, site->prefixes, site->nprefixes))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_SITE_GENERATION, d->running->generation);
}

int tenantgate_nl_site_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tg_dump d;
	int err = 0;

	rcu_read_lock();
	tg_dump_begin(&d, skb, cb);
	if (d.running)
		err = tg_dump_array(&d, (void *const *)d.running->compiled->policy.sites,
				    d.running->compiled->policy.nsites, tg_fill_site);
	rcu_read_unlock();
	return tg_dump_end(&d, err);
}

static const void *tg_first_service(const struct tg_tenant *tenant)
{
	return tenant->services;
}

static const void *tg_next_service(const struct tg_tenant *tenant, const void *object)
{
	return ((const struct tg_service *)object)->next;
}

static int tg_fill_service(const struct tg_dump *d, const void *object)
{
	const struct tg_service *service = object;
	struct sk_buff *skb = d->skb;

	if (nla_put_u32(skb, TENANTGATE_A_SERVICE_ID, service->number) ||
	    nla_put_string(skb, TENANTGATE_A_SERVICE_TENANT_NAME, service->tenant->name) ||
	    nla_put_string(skb, TENANTGATE_A_SERVICE_NAME, service->name) ||
	    tg_put_optional(skb, TENANTGATE_A_SERVICE_TITLE, service->title) ||
	    nla_put_u8(skb, TENANTGATE_A_SERVICE_KIND, service->kind) ||
	    tg_put_prefixes(skb, TENANTGATE_A_SERVICE_ADDRESS, service->prefixes,
			    service->nprefixes) ||
	    tg_put_ports(skb, TENANTGATE_A_SERVICE_PORT, service->ports, service->nports))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_SERVICE_GENERATION, d->running->generation);
}

static const struct tg_dump_list tg_services = {
	.first = tg_first_service,
	.next = tg_next_service,
	.fill = tg_fill_service,
};

int tenantgate_nl_service_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tg_dump_lists(skb, cb, &tg_services, NULL);
}

static const void *tg_first_user(const struct tg_tenant *tenant)
{
	return tenant->users;
}

static const void *tg_next_user(const struct tg_tenant *tenant, const void *object)
{
	return ((const struct tg_user *)object)->next;
}

static int tg_fill_user(const struct tg_dump *d, const void *object)
{
	const struct tg_user *user = object;
	struct sk_buff *skb = d->skb;
	const struct tg_role *role;

	if (nla_put_string(skb, TENANTGATE_A_USER_TENANT_NAME, user->tenant->name) ||
	    nla_put_string(skb, TENANTGATE_A_USER_NAME, user->name) ||
	    tg_put_optional(skb, TENANTGATE_A_USER_TITLE, user->title) ||
	    tg_put_prefixes(skb, TENANTGATE_A_USER_ADDRESS, user->addrs, user->naddrs))
		return -EMSGSIZE;
	for (role = user->tenant->roles; role; role = role->next)
		if ((user->roles & BIT_ULL(role->bit)) &&
		    nla_put_string(skb, TENANTGATE_A_USER_ROLE_NAME, role->name))
			return -EMSGSIZE;
	if (tg_put_prefixes(skb, TENANTGATE_A_USER_PC, user->pcs, user->npcs))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_USER_GENERATION, d->running->generation);
}

static const struct tg_dump_list tg_users = {
	.first = tg_first_user,
	.next = tg_next_user,
	.fill = tg_fill_user,
};

int tenantgate_nl_user_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tg_dump_lists(skb, cb, &tg_users, NULL);
}

/* A tenant's rules, then what the provider lists for it. */
static const void *tg_first_rule(const struct tg_tenant *tenant)
{
	return tenant->rules ? tenant->rules : tenant->grants;
}

static const void *tg_next_rule(const struct tg_tenant *tenant, const void *object)
{
	const struct tg_rule *rule = object;

	return rule->next || rule->grant ? rule->next : tenant->grants;
}

static int tg_fill_hits(struct sk_buff *skb, const struct tg_rule_stat *stat)
{
	if (nla_put_u64_64bit(skb, TENANTGATE_A_RULE_HITS, atomic64_read(&stat->hits),
			      TENANTGATE_A_RULE_PAD) ||
	    nla_put_u64_64bit(skb, TENANTGATE_A_RULE_PACKETS, atomic64_read(&stat->packets),
			      TENANTGATE_A_RULE_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, TENANTGATE_A_RULE_BYTES, atomic64_read(&stat->bytes),
				 TENANTGATE_A_RULE_PAD);
}

static int tg_fill_rule(const struct tg_dump *d, const void *object)
{
	const struct tg_rule *rule = object;
	char origin[TENANTGATE_ORIGIN_MAX + 1];
	struct sk_buff *skb = d->skb;

	if (nla_put_string(skb, TENANTGATE_A_RULE_TENANT_NAME, rule->stat->account->name) ||
	    nla_put_string(skb, TENANTGATE_A_RULE_NAME, rule->name) ||
	    tg_put_optional(skb, TENANTGATE_A_RULE_ORIGIN, tg_rule_origin(rule, origin)) ||
	    nla_put_u8(skb, TENANTGATE_A_RULE_VERDICT, rule->verdict) ||
	    (rule->log && nla_put_flag(skb, TENANTGATE_A_RULE_LOG)) ||
	    (rule->grant && nla_put_flag(skb, TENANTGATE_A_RULE_GRANT)) ||
	    tg_fill_hits(skb, rule->stat))
		return -EMSGSIZE;
	return nla_put_u32(skb, TENANTGATE_A_RULE_GENERATION, d->running->generation);
}

static const struct tg_dump_list tg_rules = {
	.first = tg_first_rule,
	.next = tg_next_rule,
	.fill = tg_fill_rule,
};

int tenantgate_nl_rule_get_start(struct netlink_callback *cb)
{
	tg_flows_fold(tg_net(sock_net(cb->skb->sk)));
	return tg_dump_check_tenant(cb, genl_info_dump(cb)->attrs[TENANTGATE_A_RULE_TENANT_NAME],
				    false);
}

int tenantgate_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tg_dump_lists(skb, cb, &tg_rules,
			     genl_info_dump(cb)->attrs[TENANTGATE_A_RULE_TENANT_NAME]);
}
