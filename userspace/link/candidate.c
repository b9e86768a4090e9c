// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy becomes a transaction: begin, all its objects, commit.
 *
 * Objects go out in batches, many messages in one send. Only a batch's last
 * message asks for an acknowledgement; the kernel answers the others only when
 * it refuses them, and a refusal carries the number of its message. Numbers in
 * a batch follow each other, so number minus first number is the object's place
 * in the batch, and with it its file and line.
 */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/encode.h"

/* Bytes and messages sent at once, and refusals that are printed. */
#define BATCH_BYTES	65536
#define BATCH_MESSAGES	1024
#define REFUSALS_SHOWN	20

/* What a message of a batch is about. */
struct subject {
	const char *noun;
	const char *name;
	const char *tenant;
	const struct origin *origin;
};

struct batch {
	struct link *link;
	char *bytes;
	size_t used;
	uint32_t count;
	uint32_t first;			/* number of the first message */
	size_t last_at;			/* where the last message begins */
	struct subject *subjects;
	uint32_t refusals;
	char *text;			/* the refusals, one a line */
	size_t text_len;
	FILE *stream;			/* writes @text */
};

/* The module's sentence without the object's name, which is printed anyway. */
static const char *shorten(const char *why, const struct subject *subject)
{
	char named[TENANTGATE_NAME_MAX + 64];
	size_t len;

	if (!subject->name)
		return why;
	len = snprintf(named, sizeof(named), "%s '%s': ", subject->noun, subject->name);
	return len < sizeof(named) && !strncmp(why, named, len) ? why + len : why;
}

static void print_refusal(FILE *out, const struct subject *subject, const char *why)
{
	char origin[TENANTGATE_ORIGIN_MAX + 1] = "";

	if (subject->origin)
		policy_origin(subject->origin, origin);
	fprintf(out, "\n%s%s%s", origin, origin[0] ? ": " : "", subject->noun);
	if (subject->name)
		fprintf(out, " \"%s\"", subject->name);
	if (subject->tenant)
		fprintf(out, " of %s", subject->tenant);
	fprintf(out, ": %s", shorten(why, subject));
}

/*
 * One line for a refused object. What only misses an object that was refused
 * itself gets none.
 */
static struct fault *batch_refused(uint32_t seq, struct fault *refusal, void *context)
{
	struct batch *batch = context;

	if (seq - batch->first >= batch->count)
		return refusal;
	if ((!batch->refusals || refusal->error != ENOENT) &&
	    batch->refusals++ < REFUSALS_SHOWN)
		print_refusal(batch->stream, &batch->subjects[seq - batch->first], refusal->why);
	fault_free(refusal);
	return NULL;
}

static struct fault *batch_verdict(struct batch *batch)
{
	if (!batch->refusals)
		return NULL;
	if (batch->refusals > REFUSALS_SHOWN)
		fprintf(batch->stream, "\nand %u more", batch->refusals - REFUSALS_SHOWN);
	if (fflush(batch->stream) || !batch->text)
		return fault_memory();
	return fault_new(FAULT_KERNEL, NULL, "the kernel refuses the policy; nothing changed%s",
			 batch->text);
}

/* Sends what has gathered. */
static struct fault *batch_send(struct batch *batch)
{
	struct exchange exchange = { .refused = batch_refused, .context = batch };
	struct nlmsghdr *last = (struct nlmsghdr *)(batch->bytes + batch->last_at);
	struct fault *fault;

	if (!batch->count)
		return NULL;
	last->nlmsg_flags |= NLM_F_ACK;
	fault = link_exchange(batch->link, batch->bytes, batch->used, last->nlmsg_seq, &exchange);
	if (fault && fault->error && fault->error != EPERM)
		fault = batch_refused(last->nlmsg_seq, fault, batch);
	batch->used = 0;
	batch->count = 0;
	return fault ? fault : batch_verdict(batch);
}

/* Takes the message that was made in link->scratch. */
static struct fault *batch_add(struct batch *batch, int encode_error, const char *noun,
			       const char *name, const char *tenant, const struct origin *origin)
{
	const struct nlmsghdr *message = nlmsg_hdr(batch->link->scratch);
	size_t len = NLMSG_ALIGN(message->nlmsg_len);
	struct fault *fault;

	if (encode_error)
		return fault_new(FAULT_REFUSED, name, "this %s is too large for one message", noun);
	if (batch->count == BATCH_MESSAGES || batch->used + len > BATCH_BYTES) {
		fault = batch_send(batch);
		if (fault)
			return fault;
	}
	if (!batch->count)
		batch->first = message->nlmsg_seq;
	batch->last_at = batch->used;
	memset(batch->bytes + batch->used, 0, len);
	memcpy(batch->bytes + batch->used, message, message->nlmsg_len);
	batch->used += len;
	batch->subjects[batch->count++] = (struct subject){ noun, name, tenant, origin };
	return NULL;
}

static struct fault *batch_init(struct batch *batch, struct link *link)
{
	memset(batch, 0, sizeof(*batch));
	batch->link = link;
	batch->bytes = malloc(BATCH_BYTES + LINK_MESSAGE_MAX);
	batch->subjects = calloc(BATCH_MESSAGES, sizeof(*batch->subjects));
	batch->stream = open_memstream(&batch->text, &batch->text_len);
	return batch->bytes && batch->subjects && batch->stream ? NULL : fault_memory();
}

static void batch_end(struct batch *batch)
{
	if (batch->stream)
		fclose(batch->stream);
	free(batch->text);
	free(batch->bytes);
	free(batch->subjects);
}

static struct fault *add_shared(struct batch *batch, const struct tg_policy_file *policy)
{
	struct link *link = batch->link;
	struct fault *fault;
	struct nl_msg *m;
	uint32_t i, k;

	m = link_message(link, TENANTGATE_CMD_GATEWAY_SET, 0);
	fault = batch_add(batch, encode_gateway(m, policy), "gateway", NULL, NULL,
			  &policy->gateway.origin);
	for (i = 0; i < policy->nmanagement && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_MANAGEMENT_ADD, 0);
		fault = batch_add(batch, encode_management(m, &policy->management[i]), "management",
				  NULL, NULL, &policy->management[i].origin);
	}
	/* Realm 0, the default one, is always there. */
	for (i = 1; i < policy->nrealms && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_REALM_ADD, 0);
		fault = batch_add(batch, encode_realm(m, &policy->realms[i]), "realm",
				  policy->realms[i].name, NULL, &policy->realms[i].origin);
	}
	for (i = 0; i < policy->nlinks && !fault; i++) {
		const struct policy_link *uplink = &policy->links[i];

		for (k = 0; k < uplink->ndevices && !fault; k++) {
			m = link_message(link, TENANTGATE_CMD_DEVICE_ADD, 0);
			fault = batch_add(batch, encode_uplink(m, uplink->devices[k].text),
					  "device", uplink->devices[k].text, NULL,
					  &uplink->devices[k].origin);
		}
	}
	return fault;
}

/* The tenant, its sites and its services: what others may refer to. */
static struct fault *add_places(struct batch *batch, const struct policy_tenant *tenant)
{
	struct link *link = batch->link;
	struct fault *fault;
	struct nl_msg *m;
	uint32_t i;

	m = link_message(link, TENANTGATE_CMD_TENANT_ADD, 0);
	fault = batch_add(batch, encode_tenant(m, tenant), "tenant", tenant->name, NULL,
			  &tenant->origin);
	for (i = 0; i < tenant->nsites && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_SITE_ADD, 0);
		fault = batch_add(batch, encode_site(m, &tenant->sites[i]), "site",
				  tenant->sites[i].name, tenant->name, &tenant->sites[i].origin);
	}
	for (i = 0; i < tenant->nservices && !fault; i++) {
		const struct policy_service *service = &tenant->services[i];

		m = link_message(link, TENANTGATE_CMD_SERVICE_ADD, 0);
		fault = batch_add(batch, encode_service(m, service), "service", service->name,
				  tenant->name, &service->origin);
	}
	return fault;
}

static struct fault *add_people(struct batch *batch, const struct policy_tenant *tenant)
{
	struct link *link = batch->link;
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < tenant->nroles && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_ROLE_ADD, 0);
		fault = batch_add(batch, encode_role(m, tenant, &tenant->roles[i]), "role",
				  tenant->roles[i].name, tenant->name, &tenant->roles[i].origin);
	}
	for (i = 0; i < tenant->nusers && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_USER_ADD, 0);
		fault = batch_add(batch, encode_user(m, tenant, &tenant->users[i]), "user",
				  tenant->users[i].name, tenant->name, &tenant->users[i].origin);
	}
	return fault;
}

static struct fault *add_rules(struct batch *batch, const struct policy_tenant *tenant)
{
	struct link *link = batch->link;
	struct fault *fault = NULL;
	struct nl_msg *m;
	uint32_t i;

	for (i = 0; i < tenant->ngrants && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_GRANT_ADD, 0);
		fault = batch_add(batch, encode_grant(m, tenant, &tenant->grants[i]), "grant",
				  tenant->grants[i].name.text, tenant->name,
				  &tenant->grants[i].name.origin);
	}
	for (i = 0; i < tenant->nrules && !fault; i++) {
		m = link_message(link, TENANTGATE_CMD_RULE_ADD, 0);
		fault = batch_add(batch, encode_rule(m, tenant, &tenant->rules[i]), "rule",
				  tenant->rules[i].name, tenant->name, &tenant->rules[i].origin);
	}
	return fault;
}

static struct fault *send_objects(struct link *link, const struct tg_policy_file *policy)
{
	struct fault *fault;
	struct batch batch;
	uint32_t i;

	fault = batch_init(&batch, link);
	if (!fault)
		fault = add_shared(&batch, policy);
	for (i = 0; i < policy->ntenants && !fault; i++)
		fault = add_places(&batch, &policy->tenants[i]);
	for (i = 0; i < policy->ntenants && !fault; i++) {
		fault = add_people(&batch, &policy->tenants[i]);
		if (!fault)
			fault = add_rules(&batch, &policy->tenants[i]);
	}
	if (!fault)
		fault = batch_send(&batch);
	batch_end(&batch);
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
	struct fault *fault, *ignored;

	fault = link_ask(link, link_message(link, TENANTGATE_CMD_BEGIN, NLM_F_ACK), NULL);
	if (fault)
		return fault;
	fault = send_objects(link, policy);
	if (!fault)
		fault = send_commit(link, options, generation);
	if (fault)
		fault = locate(fault, policy);
	if (fault || options->dry_run) {
		/* What is left of the candidate would go with the socket anyway. */
		ignored = link_ask(link, link_message(link, TENANTGATE_CMD_ABORT, NLM_F_ACK),
				   NULL);
		fault_free(ignored);
	}
	return fault;
}
