// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy becomes a transaction: begin, all its objects, commit.
 *
 * A policy has a frame, which is all but the tenants' own objects, and the
 * tenants. Frame and tenants have revisions: digests of the messages that make
 * them, which the module keeps and shows. When the frame is the one that is
 * running, only tenants whose revisions differ are sent.
 */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/batch.h"
#include "link/encode.h"

/* So many tenants are always replaced one by one. */
#define MANY	16

/**
 * struct revisions - what the module knows a policy's parts by
 * @frame: all but the tenants' own objects
 * @tenant: the tenants, by their place in the policy
 */
struct revisions {
	struct revision frame;
	struct revision *tenant;
};

/* The devices of a link, or the tunnels that it carries. */
static struct fault *add_devices(struct batch *batch, const struct policy_link *of,
				 const struct policy_name *devices, uint32_t count, uint8_t kind)
{
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < count && !fault; i++) {
		m = link_message(batch->link, TENANTGATE_CMD_DEVICE_ADD, 0);
		fault = batch_add(batch, encode_device(m, of, devices[i].text, kind),
				  (struct subject){ "device", devices[i].text, NULL,
						    &devices[i].origin });
	}
	return fault;
}

/* Windows, plans, links, and the devices of links. */
static struct fault *add_bandwidth(struct batch *batch, const struct tg_policy_file *policy)
{
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < policy->nwindows && !fault; i++) {
		m = link_message(batch->link, TENANTGATE_CMD_WINDOW_ADD, 0);
		fault = batch_add(batch, encode_window(m, &policy->windows[i]),
				  (struct subject){ "window", policy->windows[i].name, NULL,
						    &policy->windows[i].origin });
	}
	for (i = 0; i < policy->nplans && !fault; i++) {
		m = link_message(batch->link, TENANTGATE_CMD_PLAN_ADD, 0);
		fault = batch_add(batch, encode_plan(m, &policy->plans[i]),
				  (struct subject){ "plan", policy->plans[i].name, NULL,
						    &policy->plans[i].origin });
	}
	for (i = 0; i < policy->nlinks && !fault; i++) {
		const struct policy_link *of = &policy->links[i];

		m = link_message(batch->link, TENANTGATE_CMD_LINK_ADD, 0);
		fault = batch_add(batch, encode_link(m, of),
				  (struct subject){ "link", of->name, NULL, &of->origin });
		if (!fault)
			fault = add_devices(batch, of, of->devices, of->ndevices,
					    TENANTGATE_DEVICE_KIND_UPLINK);
		if (!fault)
			fault = add_devices(batch, of, of->carries, of->ncarries,
					    TENANTGATE_DEVICE_KIND_TUNNEL);
	}
	return fault;
}

/* The gateway and what belongs to no tenant. */
static struct fault *add_shared(struct batch *batch, const struct tg_policy_file *policy,
				const struct revision *revision)
{
	struct link *link = batch->link;
	struct fault *fault;
	struct nl_msg *m;
	uint32_t i;

	m = link_message(link, TENANTGATE_CMD_GATEWAY_SET, 0);
	fault = batch_add(batch, encode_gateway(m, policy, revision),
			  (struct subject){ "gateway", NULL, NULL, &policy->gateway.origin });
	for (i = 0; i < policy->nmanagement && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_MANAGEMENT_ADD, 0);
		fault = batch_add(batch, encode_management(m, &policy->management[i]),
				  (struct subject){ "management", NULL, NULL,
						    &policy->management[i].origin });
	}
	/* Realm 0, the default one, is always there. */
	for (i = 1; i < policy->nrealms && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_REALM_ADD, 0);
		fault = batch_add(batch, encode_realm(m, &policy->realms[i]),
				  (struct subject){ "realm", policy->realms[i].name, NULL,
						    &policy->realms[i].origin });
	}
	return fault ? fault : add_bandwidth(batch, policy);
}

/* The tenant and its sites. */
static struct fault *add_places(struct batch *batch, const struct policy_tenant *tenant,
				const struct revision *revision)
{
	struct link *link = batch->link;
	struct fault *fault;
	struct nl_msg *m;
	uint32_t i;

	m = link_message(link, TENANTGATE_CMD_TENANT_ADD, 0);
	fault = batch_add(batch, encode_tenant(m, tenant, revision),
			  (struct subject){ "tenant", tenant->name, NULL, &tenant->origin });
	for (i = 0; i < tenant->nsites && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_SITE_ADD, 0);
		fault = batch_add(batch, encode_site(m, &tenant->sites[i]),
				  (struct subject){ "site", tenant->sites[i].name, tenant->name,
						    &tenant->sites[i].origin });
	}
	return fault;
}

static struct fault *add_services(struct batch *batch, const struct policy_tenant *tenant,
				  const struct policy_numbers *first)
{
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < tenant->nservices && !fault; i++) {
		const struct policy_service *service = &tenant->services[i];

		m = link_message(batch->link, TENANTGATE_CMD_SERVICE_ADD, 0);
		fault = batch_add(batch, encode_service(m, service, first),
				  (struct subject){ "service", service->name, tenant->name,
						    &service->origin });
	}
	return fault;
}

static struct fault *add_people(struct batch *batch, const struct policy_tenant *tenant,
				const struct policy_numbers *first)
{
	struct link *link = batch->link;
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < tenant->nroles && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_ROLE_ADD, 0);
		fault = batch_add(batch, encode_role(m, tenant, &tenant->roles[i], first),
				  (struct subject){ "role", tenant->roles[i].name, tenant->name,
						    &tenant->roles[i].origin });
	}
	for (i = 0; i < tenant->nusers && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_USER_ADD, 0);
		fault = batch_add(batch, encode_user(m, tenant, &tenant->users[i], first),
				  (struct subject){ "user", tenant->users[i].name, tenant->name,
						    &tenant->users[i].origin });
	}
	return fault;
}

static struct fault *add_rules(struct batch *batch, const struct policy_tenant *tenant,
			       const struct policy_numbers *first)
{
	struct link *link = batch->link;
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < tenant->ngrants && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_GRANT_ADD, 0);
		fault = batch_add(batch, encode_grant(m, tenant, &tenant->grants[i]),
				  (struct subject){ "grant", tenant->grants[i].name.text,
						    tenant->name,
						    &tenant->grants[i].name.origin });
	}
	for (i = 0; i < tenant->nrules && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_RULE_ADD, 0);
		fault = batch_add(batch, encode_rule(m, tenant, &tenant->rules[i], first),
				  (struct subject){ "rule", tenant->rules[i].name, tenant->name,
						    &tenant->rules[i].origin });
	}
	return fault;
}

/* All that is a tenant's own. */
static struct fault *add_own(struct batch *batch, const struct policy_tenant *tenant,
			     const struct policy_numbers *first)
{
	struct fault *fault = add_services(batch, tenant, first);

	if (!fault)
		fault = add_people(batch, tenant, first);
	return fault ? fault : add_rules(batch, tenant, first);
}

/* What is not a tenant's own: a fork of the running policy cannot change it. */
static struct fault *add_frame(struct batch *batch, const struct tg_policy_file *policy,
			       const struct revisions *revisions)
{
	struct fault *fault;
	uint32_t i;

	fault = add_shared(batch, policy, revisions ? &revisions->frame : NULL);
	for (i = 0; i < policy->ntenants && !fault; i++)
		fault = add_places(batch, &policy->tenants[i],
				   revisions ? &revisions->tenant[i] : NULL);
	if (!fault)
		fault = add_own(batch, &policy->tenants[0], &policy->tenants[0].first);
	return fault;
}

static const struct policy_tenant *find_tenant(const struct tg_policy_file *policy,
					       const char *name)
{
	uint32_t i;

	for (i = 0; i < policy->ntenants; i++)
		if (!strcmp(policy->tenants[i].name, name))
			return &policy->tenants[i];
	return NULL;
}

/* What the list entries have in common, wherever it is in them. */
struct named {
	const void *list;
	uint32_t count;
	size_t size;
	size_t name_at;
	size_t origin_at;
};

#define NAMED(tenant, list) { (tenant)->list, (tenant)->n##list, sizeof(*(tenant)->list), \
	offsetof(__typeof__(*(tenant)->list), name), \
	offsetof(__typeof__(*(tenant)->list), origin) }

static const struct origin *find_object(const struct policy_tenant *tenant, const char *noun,
					const char *name)
{
	const struct {
		const char *noun;
		struct named named;
	} kinds[] = {
		{ "site", NAMED(tenant, sites) },
		{ "service", NAMED(tenant, services) },
		{ "role", NAMED(tenant, roles) },
		{ "user", NAMED(tenant, users) },
		{ "rule", NAMED(tenant, rules) },
	};
	const struct named *named;
	const char *object;
	uint32_t i, k;

	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		named = &kinds[k].named;
		for (i = 0; i < named->count && !strcmp(kinds[k].noun, noun); i++) {
			object = (const char *)named->list + i * named->size;
			if (!strcmp(*(const char *const *)(object + named->name_at), name))
				return (const struct origin *)(object + named->origin_at);
		}
	}
	return NULL;
}

/*
 * The compiler sees all objects at once, so that its refusal belongs to no
 * message; but it begins with the object, "user 'sato' of tenant 'a': …".
 */
static struct fault *locate(struct fault *fault, const struct tg_policy_file *policy)
{
	char noun[16], name[TENANTGATE_NAME_MAX + 1], owner[TENANTGATE_NAME_MAX + 1];
	char text[TENANTGATE_ORIGIN_MAX + 1];
	const struct policy_tenant *tenant = NULL;
	const struct origin *origin = NULL;

	if (sscanf(fault->why, "%15[a-z] '%63[^']' of tenant '%63[^']'", noun, name, owner) == 3) {
		tenant = find_tenant(policy, owner);
		origin = tenant ? find_object(tenant, noun, name) : NULL;
	} else if (sscanf(fault->why, "tenant '%63[^']'", owner) == 1) {
		tenant = find_tenant(policy, owner);
		origin = tenant ? &tenant->origin : NULL;
	}
	if (!origin || fault->where || !policy_origin(origin, text)[0])
		return fault;
	fault->where = strdup(text);
	return fault;
}

static struct fault *send_commit(struct link *link, const struct commit_options *options,
				 uint32_t *generation)
{
	struct nl_msg *message = link_message(link, TENANTGATE_CMD_COMMIT, NLM_F_ACK);
	struct link_status status;
	struct dump reply = { 0 };
	struct fault *fault;
	size_t at = 0;
	int error = 0;

	if (options->confirm_timeout)
		error |= nla_put_u32(message, TENANTGATE_A_STATUS_CONFIRM_TIMEOUT,
				     options->confirm_timeout);
	if (options->dry_run)
		error |= nla_put_flag(message, TENANTGATE_A_STATUS_DRY_RUN);
	if (error)
		return fault_memory();
	fault = link_ask(link, message, &reply);
	*generation = !fault && dump_status(&reply, &at, &status) ? status.generation : 0;
	dump_free(&reply);
	return fault;
}

/* Where a tenant's own numbers begin when the tenant is looked at alone. */
static struct policy_numbers alone(const struct tg_policy_file *policy)
{
	return (struct policy_numbers){ .service = policy->tenants[0].nservices };
}

static void digest_take(struct sha256_ctx *digest, struct revision *revision)
{
	sha256_digest(digest, sizeof(revision->bytes), revision->bytes);
}

static struct fault *find_revisions(struct link *link, const struct tg_policy_file *policy,
				    struct revisions *revisions)
{
	const struct policy_numbers first = alone(policy);
	struct sha256_ctx digest;
	struct batch batch;
	struct fault *fault;
	uint32_t i;

	revisions->tenant = calloc(policy->ntenants, sizeof(*revisions->tenant));
	if (!revisions->tenant)
		return fault_memory();
	fault = batch_init(&batch, link);
	batch.digest = &digest;
	sha256_init(&digest);
	if (!fault)
		fault = add_frame(&batch, policy, NULL);
	digest_take(&digest, &revisions->frame);
	for (i = 1; i < policy->ntenants && !fault; i++) {
		fault = add_own(&batch, &policy->tenants[i], &first);
		digest_take(&digest, &revisions->tenant[i]);
	}
	batch_end(&batch);
	return fault;
}

/* What of a policy is to be sent. */
struct plan {
	const struct tg_policy_file *policy;
	struct revisions revisions;
	bool has_revisions;		/* the module takes revisions */
	bool from_running;		/* only tenants that are not running so already */
	uint32_t generation;		/* what is running then */
	bool *is_running;		/* by tenant */
};

static struct fault *send_objects(struct link *link, const struct plan *plan)
{
	const struct tg_policy_file *policy = plan->policy;
	struct fault *fault;
	struct batch batch;
	uint32_t i;

	fault = batch_init(&batch, link);
	if (!fault && !plan->from_running)
		fault = add_frame(&batch, policy,
				  plan->has_revisions ? &plan->revisions : NULL);
	for (i = 1; i < policy->ntenants && !fault; i++) {
		const struct policy_tenant *tenant = &policy->tenants[i];
		struct nl_msg *m;

		if (plan->is_running[i])
			continue;
		if (plan->from_running) {
			m = link_message(link, TENANTGATE_CMD_TENANT_ADD, 0);
			fault = batch_add(&batch,
					  encode_replacement(m, tenant,
							     &plan->revisions.tenant[i]),
					  (struct subject){ "tenant", tenant->name, NULL,
							    &tenant->origin });
		}
		if (!fault)
			fault = add_own(&batch, tenant, &tenant->first);
	}
	if (!fault)
		fault = batch_send(&batch);
	batch_end(&batch);
	return fault;
}

static bool is_revision(const struct revision *revision, const struct link_bytes *bytes)
{
	return bytes->size == sizeof(revision->bytes) &&
	       !memcmp(revision->bytes, bytes->at, bytes->size);
}

/* Which tenants are running as they are in the policy? In the same frame they have one order. */
static struct fault *plan_tenants(struct link *link, struct plan *plan)
{
	const struct tg_policy_file *policy = plan->policy;
	struct dump dump = { 0 };
	struct link_tenant running;
	struct fault *fault;
	uint32_t i, changed = 0;
	size_t at = 0;

	fault = link_dump(link, TENANTGATE_CMD_TENANT_GET, NULL, &dump);
	for (i = 0; !fault && dump_tenant(&dump, &at, &running); i++) {
		/* Modes may have been changed without a policy; the policy's are meant. */
		if (i >= policy->ntenants || strcmp(running.name, policy->tenants[i].name) ||
		    running.mode != policy->tenants[i].mode ||
		    running.generation != plan->generation)
			plan->from_running = false;
		else
			plan->is_running[i] = !i || is_revision(&plan->revisions.tenant[i],
								&running.revision);
		changed += i < policy->ntenants && !plan->is_running[i];
	}
	/* Tenants that are replaced one by one take some more memory. */
	if (i != policy->ntenants || (changed > MANY && changed > policy->ntenants / 4))
		plan->from_running = false;
	dump_free(&dump);
	return fault;
}

static void plan_send_all(struct plan *plan)
{
	plan->from_running = false;
	memset(plan->is_running, 0, plan->policy->ntenants * sizeof(*plan->is_running));
}

/* Can the module replace tenants, and so keep revisions? */
static struct fault *find_feature(struct link *link, bool *there)
{
	struct link_status status = { .version = NULL };
	struct dump reply = { 0 };
	struct fault *fault;
	const char *name;

	*there = false;
	fault = link_features(link, &reply, &status);
	while (!fault && (name = link_next_name(&status.features)))
		*there |= !strcmp(name, "replace-tenant");
	dump_free(&reply);
	return fault;
}

static struct fault *plan_make(struct link *link, const struct tg_policy_file *policy,
			       struct plan *plan)
{
	struct link_status status = { .generation = 0 };
	struct dump reply = { 0 };
	struct fault *fault;

	plan->policy = policy;
	plan->is_running = calloc(policy->ntenants, sizeof(*plan->is_running));
	if (!plan->is_running)
		return fault_memory();
	fault = find_feature(link, &plan->has_revisions);
	if (fault || !plan->has_revisions)
		return fault;
	fault = find_revisions(link, policy, &plan->revisions);
	if (!fault)
		fault = link_status(link, &reply, &status);
	if (!fault && status.generation && status.mode == policy->gateway.mode &&
	    is_revision(&plan->revisions.frame, &status.revision)) {
		plan->generation = status.generation;
		plan->from_running = true;
		fault = plan_tenants(link, plan);
	}
	if (!plan->from_running)
		plan_send_all(plan);
	dump_free(&reply);
	return fault;
}

static void plan_end(struct plan *plan)
{
	free(plan->is_running);
	free(plan->revisions.tenant);
}

static struct fault *send_begin(struct link *link, const struct plan *plan)
{
	struct nl_msg *message = link_message(link, TENANTGATE_CMD_BEGIN, NLM_F_ACK);

	if (plan->from_running &&
	    (nla_put_flag(message, TENANTGATE_A_STATUS_FROM_RUNNING) ||
	     nla_put_u32(message, TENANTGATE_A_STATUS_EXPECTED_GENERATION, plan->generation)))
		return fault_memory();
	return link_ask(link, message, NULL);
}

/* Begin, all objects, commit; what is left of the candidate when that fails is thrown away. */
static struct fault *carry_out(struct link *link, const struct plan *plan,
			       const struct commit_options *options, uint32_t *generation)
{
	struct fault *fault, *ignored;

	fault = send_begin(link, plan);
	if (fault)
		return fault;
	fault = send_objects(link, plan);
	if (!fault)
		fault = send_commit(link, options, generation);
	if (fault || options->dry_run) {
		/* It would go with the socket anyway. */
		ignored = link_ask(link, link_message(link, TENANTGATE_CMD_ABORT, NLM_F_ACK),
				   NULL);
		fault_free(ignored);
	}
	return fault;
}

/**
 * link_commit - make a policy the running one
 * @link: the connection
 * @policy: the policy
 * @options: how
 * @generation: gets the number it runs under
 *
 * Return: NULL, or a fault that names each object refused with its file and
 * line; the running policy is untouched then.
 */
struct fault *link_commit(struct link *link, const struct tg_policy_file *policy,
			  const struct commit_options *options, uint32_t *generation)
{
	struct plan plan = { .from_running = false };
	struct fault *fault;

	fault = plan_make(link, policy, &plan);
	if (!fault)
		fault = carry_out(link, &plan, options, generation);
	if (fault && fault->error == ESTALE && plan.from_running) {
		/* Somebody else was faster: what is running is not what was looked at. */
		fault_free(fault);
		plan_send_all(&plan);
		fault = carry_out(link, &plan, options, generation);
	}
	if (fault)
		fault = locate(fault, policy);
	plan_end(&plan);
	return fault;
}
