// SPDX-License-Identifier: GPL-2.0-only
/*
 * The provider's file: its tables, and how its parts come together.
 *
 * While it is read nothing points at a tenant, realm or service yet (they are
 * still names), so that the arrays can be put together at the end: the
 * platform in front of the tenants, "default" in front of the realms, and
 * "internet" in front of the shared services.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "pool.h"
#include "reader.h"
#include "source.h"
#include "tree.h"
#include "values.h"

/* What the provider's file is read into before it is put together. */
struct provider {
	struct policy_gateway gateway;
	bool has_allow;
	struct policy_management *management;
	uint32_t nmanagement;
	struct policy_link *links;
	uint32_t nlinks;
	struct policy_window *windows;
	uint32_t nwindows;
	struct policy_realm *realms;
	uint32_t nrealms;
	struct policy_plan *plans;
	uint32_t nplans;
	struct policy_service *services;
	uint32_t nservices;
	struct policy_tenant platform;
	struct policy_tenant *tenants;
	uint32_t ntenants;
	struct origin origin;
};

static const char ports_hint[] = "a list of ports, such as [tcp/443, udp/10000-10100]";
static const char prefixes_hint[] = "a list of prefixes, such as [10.1.1.0/24]";
static const char title_hint[] = "a text for people";
static const char mode_hint[] = "observe or enforce";
static const char plan_hint[] = "the name of one of the plans";
static const char realm_hint[] = "the name of one of the realms";

static void read_site_kind(struct reader *r, const struct field *field, struct node *value,
			   void *object)
{
	struct policy_site *site = object;
	struct complaint why = { 0 };
	int kind;

	if (!reader_wants_text(r, field, value))
		return;
	kind = values_choice(value->text, values_site_kind_names,
			     TENANTGATE_SITE_KIND_PLATFORM, &why);
	if (kind >= 0)
		site->kind = (uint8_t)kind;
	else
		reader_complain(r, value, field, &why);
}

/* A site that is called home is one, unless it says otherwise. */
static void finish_site(struct reader *r, struct node *map, void *object)
{
	struct policy_site *site = object;
	struct complaint unused = { 0 };
	int kind;

	(void)r;
	if (reader_has_key(map, "kind"))
		return;
	kind = values_choice(site->name, values_site_kind_names, TENANTGATE_SITE_KIND_PLATFORM,
			     &unused);
	site->kind = kind < 0 ? TENANTGATE_SITE_KIND_OFFICE : (uint8_t)kind;
}

static void read_site_device(struct reader *r, const struct field *field, struct node *value,
			     void *object)
{
	struct policy_site *site = object;

	site->device_origin = reader_origin(r, value);
	read_device(r, field, value, object);
}

static void finish_tenant(struct reader *r, struct node *map, void *object)
{
	struct policy_tenant *tenant = object;

	(void)r;
	if (!reader_has_key(map, "mode"))
		tenant->mode = TENANTGATE_MODE_ENFORCE;
}

static void finish_gateway(struct reader *r, struct node *map, void *object)
{
	struct provider *provider = object;

	(void)r;
	provider->has_allow = reader_has_key(map, "allow");
}

/* Services the provider lists for a tenant. */
static void read_grants(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	struct policy_tenant *tenant = object;
	uint32_t count, i;
	struct node *item;

	if (node_is_null(value) || !reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	tenant->grants = reader_array(r, count, sizeof(*tenant->grants));
	for (i = 0; tenant->grants && i < count; i++, item = item->next) {
		struct policy_name *name = &tenant->grants[tenant->ngrants].name;

		if (!reader_wants_text(r, field, item))
			continue;
		name->origin = reader_origin(r, item);
		name->text = reader_text(r, item->text, item->len);
		tenant->ngrants += name->text ? 1 : 0;
	}
}

static void refuse_tenant_key(struct reader *r, const struct field *field, struct node *value,
			      void *object)
{
	struct origin o = reader_origin(r, value);

	(void)object;
	diagnostics_error(r->diag, &o, "\"%s\" belongs in a tenant's file, not the provider's",
			  field->name);
	diagnostics_expected(r->diag,
		"the provider's file here, which names this one as the policy of a tenant");
}

static const struct field gateway_fields[] = {
	{ "mode", mode_hint, read_mode, VALUE(provider, gateway.mode) },
	{ "label", title_hint, read_title, VALUE(provider, gateway.label),
	  .max = TENANTGATE_ORIGIN_MAX },
	{ "allow", ports_hint, read_ports, .at = offsetof(struct provider, gateway.allow),
	  .count_at = offsetof(struct provider, gateway.nallow), .max = TENANTGATE_MAX_PORTS },
	{ "max-flows", "a number of flows", read_number, VALUE(provider, gateway.max_flows),
	  .max = UINT32_MAX },
	{ "timezone", "a time zone such as Asia/Tokyo, Europe/Berlin or UTC", read_timezone,
	  VALUE(provider, gateway) },
};

static const struct shape gateway_shape = {
	.what = "the gateway", FIELDS(gateway_fields),
	.origin_at = offsetof(struct provider, gateway.origin), .finish = finish_gateway,
};

static const struct field management_fields[] = {
	{ "from", prefixes_hint, read_prefixes, ARRAY(policy_management, from),
	  .max = TENANTGATE_MAX_PREFIXES, .required = true },
	{ "to", ports_hint, read_ports, ARRAY(policy_management, to),
	  .max = TENANTGATE_MAX_PORTS },
};

static const struct shape management_shape = {
	.what = "a management entry", FIELDS(management_fields),
	.size = sizeof(struct policy_management),
	.origin_at = offsetof(struct policy_management, origin),
};

static const struct field realm_fields[] = {
	{ "device", "the VRF device of this realm, such as vrf-a", read_device,
	  VALUE(policy_realm, device), .required = true },
};

static const struct shape realm_shape = {
	.what = "a realm", FIELDS(realm_fields), .size = sizeof(struct policy_realm),
	.name_at = offsetof(struct policy_realm, name),
	.origin_at = offsetof(struct policy_realm, origin),
};

static const struct field service_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_service, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "addresses", "a list of addresses, such as [10.99.0.10]", read_prefixes,
	  ARRAY(policy_service, addresses), .max = TENANTGATE_MAX_PREFIXES, .required = true },
	{ "allow", ports_hint, read_ports, ARRAY(policy_service, ports),
	  .max = TENANTGATE_MAX_PORTS },
};

static const struct shape service_shape = {
	.what = "a service", FIELDS(service_fields), .size = sizeof(struct policy_service),
	.name_at = offsetof(struct policy_service, name),
	.origin_at = offsetof(struct policy_service, origin),
};

static const struct field site_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_site, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "kind", "home, office, satellite or mobile", read_site_kind,
	  VALUE(policy_site, kind) },
	{ "device", "the network device its packets come in by, such as wg0", read_site_device,
	  VALUE(policy_site, device), .required = true },
	{ "realm", realm_hint, read_name, VALUE(policy_site, realm_name) },
	{ "prefixes", prefixes_hint, read_prefixes, ARRAY(policy_site, prefixes),
	  .max = TENANTGATE_MAX_PREFIXES, .required = true },
};

static const struct shape site_shape = {
	.what = "a site", FIELDS(site_fields), .size = sizeof(struct policy_site),
	.name_at = offsetof(struct policy_site, name),
	.origin_at = offsetof(struct policy_site, origin), .finish = finish_site,
};

#define SITES_FIELD(is_required)						\
	{ "sites", "a map of sites, such as home: {device: wg0, prefixes: [10.1.1.0/24]}", \
	  read_named, ARRAY(policy_tenant, sites), .max = TENANTGATE_MAX_SITES,	\
	  .shape = &site_shape, .required = (is_required) }

static const struct field platform_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_tenant, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "plan", plan_hint, read_name, VALUE(policy_tenant, plan_name) },
	SITES_FIELD(false),
	{ "rules", "a list of rules, such as [{to: internet}]", read_maps,
	  ARRAY(policy_tenant, rules), .max = TENANTGATE_MAX_RULES, .shape = &rule_shape },
};

static const struct shape platform_shape = {
	.what = "the platform", FIELDS(platform_fields),
	.origin_at = offsetof(struct policy_tenant, origin),
};

static const struct field tenant_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_tenant, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "plan", plan_hint, read_name, VALUE(policy_tenant, plan_name) },
	{ "mode", mode_hint, read_mode, VALUE(policy_tenant, mode) },
	{ "services", "a list of shared services, such as [web-meeting, internet]", read_grants,
	  ARRAY(policy_tenant, grants), .max = TENANTGATE_MAX_SERVICES },
	SITES_FIELD(true),
	{ "policy", "the tenant's file, such as tenants/company-a.yaml, or what would be in it",
	  load_tenant_policy, .at = 0 },
};

static const struct shape tenant_shape = {
	.what = "a tenant", FIELDS(tenant_fields), .size = sizeof(struct policy_tenant),
	.name_at = offsetof(struct policy_tenant, name),
	.origin_at = offsetof(struct policy_tenant, origin), .finish = finish_tenant,
};

#define TENANT_KEY(word) { word, "", refuse_tenant_key, .hidden = true }

static const struct field provider_fields[] = {
	{ "gateway", "", read_one_map, .at = 0, .shape = &gateway_shape },
	{ "management", "a map such as {from: [203.0.113.0/28], to: [tcp/22]}", read_maps,
	  ARRAY(provider, management), .max = TENANTGATE_MAX_MANAGEMENT,
	  .shape = &management_shape, .single = true },
	{ "links", "a map of links, such as uplink: {devices: [eth0], rate: 1 Gbit/s}", read_named,
	  ARRAY(provider, links), .max = TENANTGATE_MAX_LINKS, .shape = &link_shape },
	{ "realms", "a map of realms, such as a: {device: vrf-a}", read_named,
	  ARRAY(provider, realms), .max = TENANTGATE_MAX_REALMS - 1, .shape = &realm_shape },
	{ "windows", "a map of windows, such as night: {hours: 22:00-06:00}", read_named,
	  ARRAY(provider, windows), .max = TENANTGATE_MAX_WINDOWS, .shape = &window_shape },
	{ "plans", "a map of plans, such as small: {guarantee: 5 Mbit/s, flows: 20000}", read_named,
	  ARRAY(provider, plans), .max = TENANTGATE_MAX_PLANS, .shape = &plan_shape },
	{ "services", "a map of services, such as web: {addresses: [10.99.0.10]}", read_named,
	  ARRAY(provider, services), .max = TENANTGATE_MAX_SERVICES - 1,
	  .shape = &service_shape },
	{ "platform", "", read_one_map, VALUE(provider, platform), .shape = &platform_shape },
	{ "tenants", "a map of tenants, such as company-a: {sites: ...}", read_named,
	  ARRAY(provider, tenants), .max = TENANTGATE_MAX_TENANTS - 1, .shape = &tenant_shape },
	TENANT_KEY("users"), TENANT_KEY("roles"), TENANT_KEY("servers"),
	TENANT_KEY("rules"), TENANT_KEY("tests"),
};

static const struct shape provider_shape = {
	.what = "the provider's file", FIELDS(provider_fields),
};

static bool default_ports(struct reader *r, struct policy_gateway *gateway)
{
	static const char *const ports[] = {
		"icmp/echo", "udp/53", "tcp/53", "udp/123", "udp/67-68", "udp/546-547",
		"udp/500", "udp/4500", "50", "udp/51820", "udp/1194", "tcp/1194",
	};
	struct complaint unused = { 0 };
	uint32_t i;

	gateway->nallow = sizeof(ports) / sizeof(ports[0]);
	gateway->allow = reader_array(r, gateway->nallow, sizeof(*gateway->allow));
	if (!gateway->allow)
		return false;
	for (i = 0; i < gateway->nallow; i++)
		values_port(ports[i], &gateway->allow[i], &unused);
	return true;
}

/* An array with one element in front of those that were read. */
static void *with_first(struct reader *r, const void *items, uint32_t count, size_t size)
{
	char *all = reader_array(r, (size_t)count + 1, size);

	if (all && count)
		memcpy(all + size, items, count * size);
	return all;
}

static bool put_together(struct reader *r, struct provider *p)
{
	struct tg_policy_file *policy = r->policy;
	struct policy_tenant *platform;

	if (!p->has_allow && !default_ports(r, &p->gateway))
		return false;
	if (p->nwindows && !p->gateway.timezone.origin.line) {
		diagnostics_error(r->diag, &p->windows[0].origin,
				  "windows need the gateway's time zone, which is missing");
		diagnostics_expected(r->diag, "gateway: {timezone: Asia/Tokyo}, or UTC");
	}
	policy->gateway = p->gateway;
	policy->management = p->management;
	policy->nmanagement = p->nmanagement;
	policy->links = p->links;
	policy->nlinks = p->nlinks;
	policy->windows = p->windows;
	policy->nwindows = p->nwindows;
	policy->plans = p->plans;
	policy->nplans = p->nplans;
	policy->realms = with_first(r, p->realms, p->nrealms, sizeof(*p->realms));
	policy->tenants = with_first(r, p->tenants, p->ntenants, sizeof(*p->tenants));
	p->services = with_first(r, p->services, p->nservices, sizeof(*p->services));
	if (r->no_memory)
		return false;
	policy->nrealms = p->nrealms + 1;
	policy->realms[0].name = "default";
	policy->ntenants = p->ntenants + 1;
	platform = &policy->tenants[0];
	*platform = p->platform;
	platform->name = "platform";
	platform->mode = TENANTGATE_MODE_ENFORCE;
	platform->services = p->services;
	platform->nservices = p->nservices + 1;
	platform->services[0].name = "internet";
	platform->services[0].kind = TENANTGATE_SERVICE_KIND_INTERNET;
	return true;
}

/* Reads the provider's file and, through it, the tenants' files. */
static bool read_provider(struct reader *r)
{
	struct provider *provider = calloc(1, sizeof(*provider));
	struct pool *pool = pool_create();
	struct node *root = NULL;
	bool fine = false;

	if (!provider || !pool) {
		reader_no_memory(r);
		goto out;
	}
	root = tree_parse(r->source, pool, r->diag);
	if (root && !node_is_null(root)) {
		read_map(r, &provider_shape, root, provider);
		fine = put_together(r, provider);
	} else if (!r->diag->errors) {
		diagnostics_error(r->diag, &(struct origin){ .source = r->source },
				  "there is nothing in this file");
		diagnostics_expected(r->diag, "gateway, management, links, services and tenants");
	}
out:
	pool_destroy(pool);
	free(provider);
	return fine && !r->no_memory;
}

/* Takes over text, which is the contents of the provider's file. */
static struct tg_policy_file *load(const char *path, char *text, size_t len, bool files,
				   struct diagnostics *diag)
{
	struct tg_policy_file *policy = calloc(1, sizeof(*policy));
	struct reader r = { .policy = policy, .diag = diag, .files = files, .bytes = len };

	if (!policy) {
		free(text);
		reader_no_memory(&r);
		return NULL;
	}
	policy->pool = pool_create();
	policy->sources = source_create(path, text, len);
	if (!policy->pool || !policy->sources) {
		reader_no_memory(&r);
		policy_free(policy);
		return NULL;
	}
	r.source = policy->sources;
	r.tail = &policy->sources->next;
	policy->path = policy->sources->name;
	if (read_provider(&r) && resolve_policy(policy, diag))
		check_policy(policy, diag);
	source_forget(policy->sources);
	if (!diag->errors)
		return policy;
	policy_free(policy);
	return NULL;
}

struct tg_policy_file *policy_load_memory(const char *name, const void *text, size_t len,
					  struct diagnostics *diag)
{
	char *copy = malloc(len + 1);

	if (!copy) {
		diagnostics_error(diag, NULL, "there is not enough memory to read the policy");
		return NULL;
	}
	if (len)
		memcpy(copy, text, len);
	return load(name, copy, len, false, diag);
}

struct tg_policy_file *policy_load(const char *path, struct diagnostics *diag)
{
	char *text = NULL;
	size_t len = 0;
	int error;

	error = source_read(path, POLICY_FILE_MAX, &text, &len);
	if (error) {
		diagnostics_error(diag, NULL, "cannot read %s: %s", QUOTE(path),
				  source_error(error));
		if (error == -EFBIG)
			diagnostics_expected(diag, "at most %zu MiB", POLICY_FILE_MAX >> 20);
		return NULL;
	}
	return load(path, text, len, true, diag);
}
