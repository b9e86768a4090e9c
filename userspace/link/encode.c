// SPDX-License-Identifier: GPL-2.0-only
/* The objects of a policy as attributes of netlink messages. */

#include "link/encode.h"

static int put_text(struct nl_msg *m, int type, const char *text)
{
	return text ? nla_put_string(m, type, text) : 0;
}

static int put_limit(struct nl_msg *m, int type, uint32_t limit)
{
	return limit ? nla_put_u32(m, type, limit) : 0;
}

static int put_prefix(struct nl_msg *m, int type, const struct policy_prefix *prefix)
{
	struct nlattr *nest = nla_nest_start(m, type);

	if (!nest ||
	    nla_put(m, TENANTGATE_A_PREFIX_ADDRESS, prefix->v6 ? 16 : 4, prefix->addr) < 0 ||
	    nla_put_u8(m, TENANTGATE_A_PREFIX_LENGTH, prefix->len) < 0)
		return -1;
	nla_nest_end(m, nest);
	return 0;
}

static int put_prefixes(struct nl_msg *m, int type, const struct policy_prefix *prefixes,
			uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (put_prefix(m, type, &prefixes[i]) < 0)
			return -1;
	return 0;
}

static int put_port(struct nl_msg *m, int type, const struct policy_port *port)
{
	struct nlattr *nest = nla_nest_start(m, type);
	int error = 0;

	if (!nest)
		return -1;
	if (port->proto)
		error |= nla_put_u8(m, TENANTGATE_A_PORT_PROTOCOL, port->proto);
	if (port->has_ports) {
		error |= nla_put_u16(m, TENANTGATE_A_PORT_FIRST, port->min);
		error |= nla_put_u16(m, TENANTGATE_A_PORT_LAST, port->max);
	}
	if (port->has_type)
		error |= nla_put_u8(m, TENANTGATE_A_PORT_ICMP_TYPE, port->type);
	if (port->has_code)
		error |= nla_put_u8(m, TENANTGATE_A_PORT_ICMP_CODE, port->code);
	if (port->class)
		error |= nla_put_u8(m, TENANTGATE_A_PORT_CLASS, port->class);
	/* "any" has no attribute at all; it must not vanish with its nest. */
	nla_nest_end_keep_empty(m, nest);
	return error ? -1 : 0;
}

static int put_ports(struct nl_msg *m, int type, const struct policy_port *ports, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (put_port(m, type, &ports[i]) < 0)
			return -1;
	return 0;
}

static int put_revision(struct nl_msg *m, int type, const struct revision *revision)
{
	return revision ? nla_put(m, type, sizeof(revision->bytes), revision->bytes) : 0;
}

static int put_shift(struct nl_msg *m, const struct policy_shift *shift)
{
	struct nlattr *nest = nla_nest_start(m, TENANTGATE_A_GATEWAY_SHIFT);

	if (!nest || nla_put_u64(m, TENANTGATE_A_SHIFT_SINCE, shift->since) < 0 ||
	    nla_put_s32(m, TENANTGATE_A_SHIFT_OFFSET, shift->offset) < 0)
		return -1;
	nla_nest_end(m, nest);
	return 0;
}

int encode_gateway(struct nl_msg *m, const struct tg_policy_file *policy,
		   const struct revision *revision)
{
	const struct policy_gateway *gateway = &policy->gateway;
	int error = 0;
	uint32_t i;

	error |= nla_put_u8(m, TENANTGATE_A_GATEWAY_MODE, gateway->mode);
	error |= put_text(m, TENANTGATE_A_GATEWAY_LABEL, gateway->label);
	error |= put_limit(m, TENANTGATE_A_GATEWAY_MAX_FLOWS, gateway->max_flows);
	error |= put_ports(m, TENANTGATE_A_GATEWAY_ALLOW, gateway->allow, gateway->nallow);
	error |= put_revision(m, TENANTGATE_A_GATEWAY_REVISION, revision);
	error |= put_text(m, TENANTGATE_A_GATEWAY_TIMEZONE, gateway->timezone.text);
	for (i = 0; i < gateway->nshifts; i++)
		error |= put_shift(m, &gateway->shifts[i]);
	return error;
}

int encode_window(struct nl_msg *m, const struct policy_window *window)
{
	int error = 0;
	uint32_t i;

	error |= nla_put_u32(m, TENANTGATE_A_WINDOW_ID, window->id);
	error |= put_text(m, TENANTGATE_A_WINDOW_NAME, window->name);
	error |= nla_put_u8(m, TENANTGATE_A_WINDOW_DAYS, window->days);
	for (i = 0; i < window->nhours; i++) {
		struct nlattr *nest = nla_nest_start(m, TENANTGATE_A_WINDOW_HOURS);

		if (!nest)
			return -1;
		error |= nla_put_u16(m, TENANTGATE_A_HOURS_FROM, window->hours[i].from);
		error |= nla_put_u16(m, TENANTGATE_A_HOURS_TO, window->hours[i].to);
		nla_nest_end(m, nest);
	}
	return error;
}

int encode_realm(struct nl_msg *m, const struct policy_realm *realm)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_REALM_ID, realm->id);
	error |= put_text(m, TENANTGATE_A_REALM_NAME, realm->name);
	error |= put_text(m, TENANTGATE_A_REALM_DEVICE, realm->device);
	return error;
}

static int put_rates(struct nl_msg *m, int up, int down, const struct policy_rates *rates)
{
	int error = 0;

	if (rates->way[POLICY_UP])
		error |= nla_put_u64(m, up, rates->way[POLICY_UP]);
	if (rates->way[POLICY_DOWN])
		error |= nla_put_u64(m, down, rates->way[POLICY_DOWN]);
	return error;
}

int encode_link(struct nl_msg *m, const struct policy_link *link)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_LINK_ID, link->id);
	error |= put_text(m, TENANTGATE_A_LINK_NAME, link->name);
	error |= put_rates(m, TENANTGATE_A_LINK_RATE_UP, TENANTGATE_A_LINK_RATE_DOWN, &link->rate);
	error |= nla_put_u16(m, TENANTGATE_A_LINK_OVERHEAD, link->overhead);
	error |= nla_put_u16(m, TENANTGATE_A_LINK_PADDING, link->padding);
	error |= nla_put_u16(m, TENANTGATE_A_LINK_FRAMING, link->framing);
	error |= nla_put_u16(m, TENANTGATE_A_LINK_MINIMUM, link->minimum);
	if (link->oversubscribe)
		error |= nla_put_flag(m, TENANTGATE_A_LINK_OVERSUBSCRIBE);
	return error;
}

static int put_during(struct nl_msg *m, const struct policy_plan *during)
{
	struct nlattr *nest = nla_nest_start(m, TENANTGATE_A_PLAN_DURING);
	int error = 0;

	if (!nest)
		return -1;
	error |= nla_put_u32(m, TENANTGATE_A_TERMS_WINDOW, during->window->id);
	error |= put_rates(m, TENANTGATE_A_TERMS_GUARANTEE_UP, TENANTGATE_A_TERMS_GUARANTEE_DOWN,
			   &during->guarantee);
	error |= put_rates(m, TENANTGATE_A_TERMS_CEILING_UP, TENANTGATE_A_TERMS_CEILING_DOWN,
			   &during->ceiling);
	error |= put_rates(m, TENANTGATE_A_TERMS_REALTIME_UP, TENANTGATE_A_TERMS_REALTIME_DOWN,
			   &during->realtime);
	error |= put_rates(m, TENANTGATE_A_TERMS_USER_CEILING_UP,
			   TENANTGATE_A_TERMS_USER_CEILING_DOWN, &during->user_ceiling);
	error |= nla_put_u8(m, TENANTGATE_A_TERMS_SHARE_INTERACTIVE, (uint8_t)during->interactive);
	error |= nla_put_u8(m, TENANTGATE_A_TERMS_SHARE_BULK, (uint8_t)during->bulk);
	error |= nla_put_u32(m, TENANTGATE_A_TERMS_WEIGHT, during->weight);
	nla_nest_end(m, nest);
	return error;
}

int encode_plan(struct nl_msg *m, const struct policy_plan *plan)
{
	int error = 0;
	uint32_t i;

	error |= nla_put_u32(m, TENANTGATE_A_PLAN_ID, plan->id);
	error |= put_text(m, TENANTGATE_A_PLAN_NAME, plan->name);
	error |= put_rates(m, TENANTGATE_A_PLAN_GUARANTEE_UP, TENANTGATE_A_PLAN_GUARANTEE_DOWN,
			   &plan->guarantee);
	error |= put_rates(m, TENANTGATE_A_PLAN_CEILING_UP, TENANTGATE_A_PLAN_CEILING_DOWN,
			   &plan->ceiling);
	error |= put_rates(m, TENANTGATE_A_PLAN_REALTIME_UP, TENANTGATE_A_PLAN_REALTIME_DOWN,
			   &plan->realtime);
	error |= put_rates(m, TENANTGATE_A_PLAN_USER_CEILING_UP,
			   TENANTGATE_A_PLAN_USER_CEILING_DOWN, &plan->user_ceiling);
	error |= nla_put_u8(m, TENANTGATE_A_PLAN_SHARE_INTERACTIVE, (uint8_t)plan->interactive);
	error |= nla_put_u8(m, TENANTGATE_A_PLAN_SHARE_BULK, (uint8_t)plan->bulk);
	error |= nla_put_u32(m, TENANTGATE_A_PLAN_WEIGHT, plan->weight);
	for (i = 0; i < plan->nduring; i++)
		error |= put_during(m, &plan->during[i]);
	return error;
}

int encode_device(struct nl_msg *m, const struct policy_link *link, const char *device,
		  uint8_t kind)
{
	int error = 0;

	error |= put_text(m, TENANTGATE_A_DEVICE_NAME, device);
	error |= nla_put_u8(m, TENANTGATE_A_DEVICE_KIND, kind);
	error |= nla_put_u32(m, TENANTGATE_A_DEVICE_LINK, link->id);
	return error;
}

int encode_tenant(struct nl_msg *m, const struct policy_tenant *tenant,
		  const struct revision *revision)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_TENANT_ID, tenant->id);
	error |= put_text(m, TENANTGATE_A_TENANT_NAME, tenant->name);
	error |= put_text(m, TENANTGATE_A_TENANT_TITLE, tenant->title);
	error |= nla_put_u8(m, TENANTGATE_A_TENANT_MODE, tenant->mode);
	if (tenant->plan) {
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_FLOWS, tenant->plan->flows);
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_FRAGMENTS, tenant->plan->fragments);
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_REJECTS, tenant->plan->rejects);
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_RULES, tenant->plan->rules);
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_PACKETS, tenant->plan->packets);
		error |= put_limit(m, TENANTGATE_A_TENANT_MAX_NEW_FLOWS, tenant->plan->new_flows);
		error |= nla_put_u32(m, TENANTGATE_A_TENANT_PLAN, tenant->plan->id);
	}
	error |= put_revision(m, TENANTGATE_A_TENANT_REVISION, revision);
	return error;
}

int encode_replacement(struct nl_msg *m, const struct policy_tenant *tenant,
		       const struct revision *revision)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_TENANT_ID, tenant->id);
	error |= put_text(m, TENANTGATE_A_TENANT_NAME, tenant->name);
	error |= put_revision(m, TENANTGATE_A_TENANT_REVISION, revision);
	return error;
}

int encode_site(struct nl_msg *m, const struct policy_site *site)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_SITE_ID, site->id);
	error |= nla_put_u32(m, TENANTGATE_A_SITE_TENANT, site->tenant->id);
	error |= put_text(m, TENANTGATE_A_SITE_NAME, site->name);
	error |= put_text(m, TENANTGATE_A_SITE_TITLE, site->title);
	error |= nla_put_u8(m, TENANTGATE_A_SITE_KIND, site->kind);
	if (site->realm && site->realm->id)
		error |= nla_put_u32(m, TENANTGATE_A_SITE_REALM, site->realm->id);
	error |= put_text(m, TENANTGATE_A_SITE_DEVICE, site->device);
	error |= put_prefixes(m, TENANTGATE_A_SITE_PREFIX, site->prefixes, site->nprefixes);
	return error;
}

/* The platform's services have numbers of their own in every tenant's rules. */
static uint32_t service_id(const struct policy_service *service,
			   const struct policy_numbers *first)
{
	return service->number + (service->tenant->id ? first->service : 0);
}

int encode_service(struct nl_msg *m, const struct policy_service *service,
		   const struct policy_numbers *first)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_SERVICE_ID, service_id(service, first));
	error |= nla_put_u32(m, TENANTGATE_A_SERVICE_TENANT, service->tenant->id);
	error |= put_text(m, TENANTGATE_A_SERVICE_NAME, service->name);
	error |= put_text(m, TENANTGATE_A_SERVICE_TITLE, service->title);
	error |= nla_put_u8(m, TENANTGATE_A_SERVICE_KIND, service->kind);
	error |= put_prefixes(m, TENANTGATE_A_SERVICE_ADDRESS, service->addresses,
			      service->naddresses);
	error |= put_ports(m, TENANTGATE_A_SERVICE_PORT, service->ports, service->nports);
	return error;
}

int encode_role(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_role *role, const struct policy_numbers *first)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_ROLE_ID, first->role + role->number);
	error |= nla_put_u32(m, TENANTGATE_A_ROLE_TENANT, tenant->id);
	error |= put_text(m, TENANTGATE_A_ROLE_NAME, role->name);
	return error;
}

int encode_user(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_user *user, const struct policy_numbers *first)
{
	int error = 0;
	uint32_t i;

	error |= nla_put_u32(m, TENANTGATE_A_USER_ID, first->user + user->number);
	error |= nla_put_u32(m, TENANTGATE_A_USER_TENANT, tenant->id);
	error |= put_text(m, TENANTGATE_A_USER_NAME, user->name);
	error |= put_text(m, TENANTGATE_A_USER_TITLE, user->title);
	error |= put_prefixes(m, TENANTGATE_A_USER_ADDRESS, user->addresses, user->naddresses);
	for (i = 0; i < user->nroles; i++)
		error |= nla_put_u32(m, TENANTGATE_A_USER_ROLE,
				     first->role + user->roles[i]->number);
	error |= put_prefixes(m, TENANTGATE_A_USER_PC, user->pcs, user->npcs);
	return error;
}

static int put_selector(struct nl_msg *m, int type, const struct policy_selector *selector,
			const struct policy_numbers *first)
{
	struct nlattr *nest = nla_nest_start(m, type);
	int error = 0;

	if (!nest)
		return -1;
	error |= nla_put_u8(m, TENANTGATE_A_SELECTOR_TYPE, selector->type);
	switch (selector->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		error |= nla_put_u32(m, TENANTGATE_A_SELECTOR_ID,
				     first->role + selector->role->number);
		break;
	case TENANTGATE_SELECTOR_TYPE_USER:
		error |= nla_put_u32(m, TENANTGATE_A_SELECTOR_ID,
				     first->user + selector->user->number);
		break;
	case TENANTGATE_SELECTOR_TYPE_SITE:
		error |= nla_put_u32(m, TENANTGATE_A_SELECTOR_ID, selector->site->id);
		break;
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		error |= nla_put_u32(m, TENANTGATE_A_SELECTOR_ID,
				     service_id(selector->service, first));
		break;
	case TENANTGATE_SELECTOR_TYPE_PREFIX:
		error |= put_prefix(m, TENANTGATE_A_SELECTOR_PREFIX, &selector->prefix);
		break;
	}
	nla_nest_end(m, nest);
	return error;
}

static int put_origin(struct nl_msg *m, const struct origin *origin)
{
	char text[TENANTGATE_ORIGIN_MAX + 1];

	policy_origin(origin, text);
	return text[0] ? nla_put_string(m, TENANTGATE_A_RULE_ORIGIN, text) : 0;
}

int encode_rule(struct nl_msg *m, const struct policy_tenant *tenant,
		const struct policy_rule *rule, const struct policy_numbers *first)
{
	int error = 0;
	uint32_t i;

	error |= nla_put_u32(m, TENANTGATE_A_RULE_TENANT, tenant->id);
	error |= put_text(m, TENANTGATE_A_RULE_NAME, rule->name);
	error |= put_origin(m, &rule->origin);
	error |= nla_put_u8(m, TENANTGATE_A_RULE_VERDICT, rule->verdict);
	if (rule->log)
		error |= nla_put_flag(m, TENANTGATE_A_RULE_LOG);
	for (i = 0; i < rule->nfrom; i++)
		error |= put_selector(m, TENANTGATE_A_RULE_SOURCE, &rule->from[i], first);
	for (i = 0; i < rule->nto; i++)
		error |= put_selector(m, TENANTGATE_A_RULE_DESTINATION, &rule->to[i], first);
	error |= put_ports(m, TENANTGATE_A_RULE_PORT, rule->ports, rule->nports);
	return error;
}

int encode_grant(struct nl_msg *m, const struct policy_tenant *tenant,
		 const struct policy_grant *grant)
{
	int error = 0;

	error |= nla_put_u32(m, TENANTGATE_A_RULE_TENANT, tenant->id);
	error |= nla_put_u32(m, TENANTGATE_A_RULE_SERVICE, grant->service->number);
	error |= put_origin(m, &grant->name.origin);
	return error;
}

int encode_management(struct nl_msg *m, const struct policy_management *management)
{
	int error = 0;

	error |= put_prefixes(m, TENANTGATE_A_MANAGEMENT_FROM, management->from,
			      management->nfrom);
	error |= put_ports(m, TENANTGATE_A_MANAGEMENT_PORT, management->to, management->nto);
	return error;
}
