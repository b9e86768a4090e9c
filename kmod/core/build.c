// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building a policy, object by object; build_*.c have more of them.
 *
 * Each function checks what it is given before it takes memory and links it
 * in last, so that a refusal leaves the policy as it was.
 */

#include <linux/kernel.h>
#include <linux/string.h>

#include "build.h"
#include "complain.h"

/**
 * tg_tenant_begin_own - begin the lists of what is a tenant's own
 * @tenant: the tenant, zeroed
 */
void tg_tenant_begin_own(struct tg_tenant *tenant)
{
	tenant->services_tail = &tenant->services;
	tenant->roles_tail = &tenant->roles;
	tenant->users_tail = &tenant->users;
	tenant->rules_tail = &tenant->rules;
	tenant->grants_tail = &tenant->grants;
}

static void tg_tenant_init(struct tg_policy *policy, struct tg_tenant *tenant)
{
	tenant->mode = TENANTGATE_MODE_ENFORCE;
	tenant->limits = (struct tg_limits){
		.max_flows = TG_DEFAULT_TENANT_FLOWS,
		.max_fragments = TG_DEFAULT_TENANT_FRAGMENTS,
		.max_rejects = TG_DEFAULT_TENANT_REJECTS,
		.max_rules = TENANTGATE_MAX_RULES,
	};
	tenant->sites_tail = &tenant->sites;
	tg_tenant_begin_own(tenant);
	tenant->index = policy->ntenants++;
	tg_append(policy->tenant_tail, tenant);
}

/**
 * tg_policy_init - begin an empty policy
 * @policy: the policy
 * @memory_limit: bytes it may take
 *
 * The platform and the default realm are there from the beginning. Whatever
 * this returns, tg_policy_clear() must follow in the end.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int tg_policy_init(struct tg_policy *policy, size_t memory_limit)
{
	struct tg_realm *realm;

	memset(policy, 0, sizeof(*policy));
	tg_arena_init(&policy->arena, memory_limit);
	tg_arena_init_part(&policy->scratch, &policy->arena);
	policy->mode = TENANTGATE_MODE_OBSERVE;
	policy->max_flows = TG_DEFAULT_MAX_FLOWS;
	policy->realms_tail = &policy->realms;
	policy->management_tail = &policy->management;
	policy->tenant_tail = &policy->tenant_list;
	policy->device_tail = &policy->device_list;
	policy->link_tail = &policy->link_list;
	policy->plan_tail = &policy->plan_list;
	policy->window_tail = &policy->window_list;

	policy->device_hash = tg_arena_alloc(&policy->arena, TG_DEVICE_BUCKETS,
					     sizeof(*policy->device_hash));
	policy->platform = tg_arena_alloc(&policy->arena, 1, sizeof(*policy->platform));
	realm = tg_arena_alloc(&policy->arena, 1, sizeof(*realm));
	if (!policy->device_hash || !policy->platform || !realm)
		return -ENOMEM;
	policy->platform->name = "platform";
	policy->platform->platform = true;
	tg_tenant_init(policy, policy->platform);
	realm->name = "default";
	tg_append(policy->realms_tail, realm);
	policy->nrealms = 1;
	return 0;
}

/**
 * tg_policy_set_gateway - say how the gateway behaves
 * @policy: the policy
 * @mode: enum tenantgate_mode
 * @label: what people call the policy, or NULL
 * @ports: what a bound device may reach on the gateway itself
 * @nports: their number
 * @max_flows: flows of all tenants together
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_set_gateway(struct tg_policy *policy, u8 mode, const char *label,
			  const struct tg_port *ports, u32 nports, u32 max_flows,
			  struct tg_complaint *why)
{
	const char *label_copy;
	struct tg_port *ports_copy;
	int err;

	if (mode > TENANTGATE_MODE_ENFORCE)
		return tg_complain(why, "gateway: mode %u is unknown", mode);
	if (!max_flows)
		return tg_complain(why, "gateway: max-flows is 0");
	err = tg_check_ports("gateway", "allow", ports, nports, why);
	if (err)
		return err;
	ports_copy = tg_arena_copy(&policy->arena, ports, nports, sizeof(*ports));
	if (!ports_copy || !tg_copy_optional(&policy->arena, label, &label_copy))
		return tg_complain_memory(why);
	policy->mode = mode;
	policy->label = label_copy;
	policy->gateway_ports = ports_copy;
	policy->ngateway_ports = nports;
	policy->max_flows = max_flows;
	return 0;
}

/**
 * tg_policy_add_realm - add a routing and address space
 * @policy: the policy
 * @name: its name
 * @device: the VRF device
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the realm or NULL.
 */
struct tg_realm *tg_policy_add_realm(struct tg_policy *policy, const char *name,
				     const char *device, struct tg_complaint *why)
{
	struct tg_realm *realm;

	if (tg_check_name("realm", name, why))
		return NULL;
	if (!device || !*device || strlen(device) > TENANTGATE_DEVICE_MAX) {
		tg_complain(why, "realm '%s': device is missing or longer than %u bytes", name,
			    TENANTGATE_DEVICE_MAX);
		return NULL;
	}
	if (policy->nrealms >= TENANTGATE_MAX_REALMS) {
		tg_complain(why, "realm '%s': more than %u realms", name, TENANTGATE_MAX_REALMS);
		return NULL;
	}
	realm = tg_arena_alloc(&policy->arena, 1, sizeof(*realm));
	if (!realm || !(realm->name = tg_copy_string(&policy->arena, name)) ||
	    !(realm->device = tg_copy_string(&policy->arena, device))) {
		tg_complain_memory(why);
		return NULL;
	}
	tg_append(policy->realms_tail, realm);
	policy->nrealms++;
	return realm;
}

static int tg_check_limits(const char *name, const struct tg_limits *limits,
			   struct tg_complaint *why)
{
	if (!limits->max_flows || !limits->max_fragments || !limits->max_rejects ||
	    !limits->max_rules)
		return tg_complain(why, "tenant '%s': a limit is 0", name);
	if (limits->max_rules > TENANTGATE_MAX_RULES)
		return tg_complain(why, "tenant '%s': max-rules is above %u", name,
				   TENANTGATE_MAX_RULES);
	if (limits->max_packets > TENANTGATE_MAX_PER_SECOND ||
	    limits->max_new_flows > TENANTGATE_MAX_PER_SECOND)
		return tg_complain(why, "tenant '%s': max-packets or max-new-flows is above %u",
				   name, TENANTGATE_MAX_PER_SECOND);
	return 0;
}

static void tg_set_limits(struct tg_policy *policy, struct tg_tenant *tenant,
			  const struct tg_limits *limits)
{
	tenant->limits = *limits;
	policy->policed |= limits->max_packets;
}

/**
 * tg_policy_add_tenant - add a company
 * @policy: the policy
 * @name: its name
 * @title: for people, or NULL
 * @mode: enum tenantgate_mode
 * @limits: what it may use, or NULL for the defaults
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the tenant or NULL.
 */
struct tg_tenant *tg_policy_add_tenant(struct tg_policy *policy, const char *name,
				       const char *title, u8 mode,
				       const struct tg_limits *limits, struct tg_complaint *why)
{
	struct tg_tenant *tenant;

	if (tg_check_name("tenant", name, why))
		return NULL;
	if (mode > TENANTGATE_MODE_ENFORCE) {
		tg_complain(why, "tenant '%s': mode %u is unknown", name, mode);
		return NULL;
	}
	if (!strcmp(name, "gateway") || !strcmp(name, "platform")) {
		tg_complain(why, "tenant '%s': the name is reserved", name);
		return NULL;
	}
	if (limits && tg_check_limits(name, limits, why))
		return NULL;
	if (policy->ntenants > TENANTGATE_MAX_TENANTS) {
		tg_complain(why, "tenant '%s': more than %u tenants", name,
			    TENANTGATE_MAX_TENANTS);
		return NULL;
	}
	tenant = tg_arena_alloc(&policy->arena, 1, sizeof(*tenant));
	if (!tenant || !(tenant->name = tg_copy_string(&policy->arena, name)) ||
	    !tg_copy_optional(&policy->arena, title, &tenant->title)) {
		tg_complain_memory(why);
		return NULL;
	}
	tg_tenant_init(policy, tenant);
	tenant->mode = mode;
	if (limits)
		tg_set_limits(policy, tenant, limits);
	return tenant;
}

/**
 * tg_policy_set_platform - describe the platform itself
 * @policy: the policy
 * @title: for people, or NULL
 * @mode: enum tenantgate_mode
 * @limits: what it may use
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_set_platform(struct tg_policy *policy, const char *title, u8 mode,
			   const struct tg_limits *limits, struct tg_complaint *why)
{
	const char *copy;

	if (mode > TENANTGATE_MODE_ENFORCE)
		return tg_complain(why, "tenant 'platform': mode %u is unknown", mode);
	if (tg_check_limits("platform", limits, why))
		return -EINVAL;
	if (!tg_copy_optional(&policy->arena, title, &copy))
		return tg_complain_memory(why);
	policy->platform->title = copy;
	policy->platform->mode = mode;
	tg_set_limits(policy, policy->platform, limits);
	return 0;
}

static int tg_check_prefixes(const char *noun, const char *name, const struct tg_prefix *prefixes,
			     u32 count, struct tg_complaint *why)
{
	u32 i;
	int err;

	if (count > TENANTGATE_MAX_PREFIXES)
		return tg_complain(why, "%s '%s': more than %u addresses", noun, name,
				   TENANTGATE_MAX_PREFIXES);
	for (i = 0; i < count; i++) {
		err = tg_check_prefix(noun, name, &prefixes[i], why);
		if (err)
			return err;
	}
	return 0;
}

/**
 * tg_policy_add_site - bind source prefixes on a device to a tenant
 * @policy: the policy
 * @tenant: the tenant
 * @device: name of the device
 * @site: name, title, kind, realm (NULL for the default one) and prefixes
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the site or NULL.
 */
struct tg_site *tg_policy_add_site(struct tg_policy *policy, struct tg_tenant *tenant,
				   const char *device, const struct tg_site *site,
				   struct tg_complaint *why)
{
	struct tg_site *copy;

	if (tg_check_name("site", site->name, why) ||
	    tg_check_prefixes("site", site->name, site->prefixes, site->nprefixes, why) ||
	    tg_check_device(policy, "site", site->name, device, TG_DEVICE_BOUND, why))
		return NULL;
	if (!site->nprefixes) {
		tg_complain(why, "site '%s': prefix is missing", site->name);
		return NULL;
	}
	if (site->kind > TENANTGATE_SITE_KIND_PLATFORM) {
		tg_complain(why, "site '%s': kind %u is unknown", site->name, site->kind);
		return NULL;
	}
	if (tenant->nsites >= TENANTGATE_MAX_SITES) {
		tg_complain(why, "site '%s': more than %u sites", site->name,
			    TENANTGATE_MAX_SITES);
		return NULL;
	}
	copy = tg_arena_copy(&policy->arena, site, 1, sizeof(*site));
	if (!copy || !(copy->name = tg_copy_string(&policy->arena, site->name)) ||
	    !tg_copy_optional(&policy->arena, site->title, &copy->title) ||
	    !(copy->prefixes = tg_arena_copy(&policy->arena, site->prefixes, site->nprefixes,
				       sizeof(*site->prefixes))) ||
	    !(copy->device = tg_device_named(policy, device, TG_DEVICE_BOUND))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->tenant = tenant->index;
	if (!copy->realm)
		copy->realm = policy->realms;
	tg_append(tenant->sites_tail, copy);
	tenant->nsites++;
	policy->nsites++;
	return copy;
}

/**
 * tg_policy_add_service - add a shared tool, a tenant's server, or the internet
 * @policy: the policy
 * @tenant: the owner
 * @service: name, title, kind, addresses and ports
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the service or NULL.
 */
struct tg_service *tg_policy_add_service(struct tg_policy *policy, struct tg_tenant *tenant,
					 const struct tg_service *service,
					 struct tg_complaint *why)
{
	bool internet = service->kind == TENANTGATE_SERVICE_KIND_INTERNET;
	struct tg_arena *arena = tg_tenant_arena(policy, tenant);
	struct tg_service *copy;

	if (tg_check_name("service", service->name, why) ||
	    tg_check_prefixes("service", service->name, service->prefixes, service->nprefixes,
			      why) ||
	    tg_check_ports("service", service->name, service->ports, service->nports, why))
		return NULL;
	if (service->kind > TENANTGATE_SERVICE_KIND_INTERNET) {
		tg_complain(why, "service '%s': kind %u is unknown", service->name, service->kind);
		return NULL;
	}
	if (internet && (!tenant->platform || service->nprefixes || service->nports)) {
		tg_complain(why, "service '%s': the internet is the platform's and has neither addresses nor ports",
			    service->name);
		return NULL;
	}
	if (!internet && !service->nprefixes) {
		tg_complain(why, "service '%s': address is missing", service->name);
		return NULL;
	}
	if (tenant->nservices >= TENANTGATE_MAX_SERVICES) {
		tg_complain(why, "service '%s': more than %u services", service->name,
			    TENANTGATE_MAX_SERVICES);
		return NULL;
	}
	copy = tg_arena_copy(arena, service, 1, sizeof(*service));
	if (!copy || !(copy->name = tg_copy_string(arena, service->name)) ||
	    !tg_copy_optional(arena, service->title, &copy->title) ||
	    !(copy->prefixes = tg_arena_copy(arena, service->prefixes, service->nprefixes,
				       sizeof(*service->prefixes))) ||
	    !(copy->ports = tg_arena_copy(arena, service->ports, service->nports,
				    sizeof(*service->ports)))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->tenant = tenant;
	tg_append(tenant->services_tail, copy);
	tenant->nservices++;
	return copy;
}

/**
 * tg_policy_add_role - add a role
 * @policy: the policy
 * @tenant: whose role it is
 * @name: its name
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the role or NULL.
 */
struct tg_role *tg_policy_add_role(struct tg_policy *policy, struct tg_tenant *tenant,
				   const char *name, struct tg_complaint *why)
{
	struct tg_arena *arena = tg_tenant_arena(policy, tenant);
	struct tg_role *role;

	if (tg_check_name("role", name, why))
		return NULL;
	if (tenant->nroles >= TENANTGATE_MAX_ROLES) {
		tg_complain(why, "role '%s': more than %u roles", name, TENANTGATE_MAX_ROLES);
		return NULL;
	}
	role = tg_arena_alloc(arena, 1, sizeof(*role));
	if (!role || !(role->name = tg_copy_string(arena, name))) {
		tg_complain_memory(why);
		return NULL;
	}
	role->tenant = tenant;
	role->bit = tenant->nroles++;
	tg_append(tenant->roles_tail, role);
	return role;
}

/**
 * tg_policy_add_user - add a person
 * @policy: the policy
 * @tenant: whose user it is
 * @user: name, title, roles, addresses and own computers
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the user or NULL.
 */
struct tg_user *tg_policy_add_user(struct tg_policy *policy, struct tg_tenant *tenant,
				   const struct tg_user *user, struct tg_complaint *why)
{
	struct tg_arena *arena = tg_tenant_arena(policy, tenant);
	struct tg_user *copy;

	if (tg_check_name("user", user->name, why) ||
	    tg_check_prefixes("user", user->name, user->addrs, user->naddrs, why) ||
	    tg_check_prefixes("user", user->name, user->pcs, user->npcs, why))
		return NULL;
	if (tenant->nusers >= TENANTGATE_MAX_USERS) {
		tg_complain(why, "user '%s': more than %u users", user->name,
			    TENANTGATE_MAX_USERS);
		return NULL;
	}
	copy = tg_arena_copy(arena, user, 1, sizeof(*user));
	if (!copy || !(copy->name = tg_copy_string(arena, user->name)) ||
	    !tg_copy_optional(arena, user->title, &copy->title) ||
	    !(copy->addrs = tg_arena_copy(arena, user->addrs, user->naddrs, sizeof(*user->addrs))) ||
	    !(copy->pcs = tg_arena_copy(arena, user->pcs, user->npcs, sizeof(*user->pcs)))) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->next = NULL;
	copy->tenant = tenant;
	copy->id = ++tenant->nusers;
	tg_append(tenant->users_tail, copy);
	return copy;
}

/**
 * tg_policy_add_management - name the operator's own way in
 * @policy: the policy
 * @from: where the operator comes from
 * @nfrom: number of prefixes
 * @ports: what he reaches on the gateway
 * @nports: their number; everything when 0
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_add_management(struct tg_policy *policy, const struct tg_prefix *from, u32 nfrom,
			     const struct tg_port *ports, u32 nports, struct tg_complaint *why)
{
	struct tg_management *m;
	int err;

	if (!nfrom)
		return tg_complain(why, "management: from is missing");
	if (policy->nmanagement >= TENANTGATE_MAX_MANAGEMENT)
		return tg_complain(why, "management: more than %u entries",
				   TENANTGATE_MAX_MANAGEMENT);
	err = tg_check_prefixes("management", "from", from, nfrom, why);
	if (!err)
		err = tg_check_ports("management", "port", ports, nports, why);
	if (err)
		return err;
	m = tg_arena_alloc(&policy->arena, 1, sizeof(*m));
	if (!m || !(m->from = tg_arena_copy(&policy->arena, from, nfrom, sizeof(*from))) ||
	    !(m->ports = tg_arena_copy(&policy->arena, ports, nports, sizeof(*ports))))
		return tg_complain_memory(why);
	m->nfrom = nfrom;
	m->nports = nports;
	tg_append(policy->management_tail, m);
	policy->nmanagement++;
	return 0;
}
