// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a new policy changes that nobody may have meant: tenants that are no
 * longer enforced or are so now, tenants that are gone or have lost all their
 * rules, and devices that are not there. It is said, never refused.
 */

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "policy/model.h"
#include "some_names.h"
#include "text.h"
#include "tgctl.h"

/* Comparisons that rules may cost a first packet before it is worth saying. */
#define STEPS_SAID	1000

/**
 * snapshot_take - remember how things are
 * @snapshot: gets it, for snapshot_free()
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *snapshot_take(struct snapshot *snapshot, struct link *link)
{
	struct fault *fault;

	memset(snapshot, 0, sizeof(*snapshot));
	fault = link_status(link, &snapshot->status_reply, &snapshot->status);
	if (!fault && snapshot->status.generation)
		fault = link_dump(link, TENANTGATE_CMD_TENANT_GET, NULL, &snapshot->tenants);
	return fault;
}

void snapshot_free(struct snapshot *snapshot)
{
	dump_free(&snapshot->status_reply);
	dump_free(&snapshot->tenants);
}

static int compare_tenants(const void *a, const void *b)
{
	const struct link_tenant *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/* The tenants in order of their names; NULL when there are none or no memory. */
static struct link_tenant *sorted(const struct dump *dump, size_t *count)
{
	struct link_tenant *tenants = NULL, *more, tenant;
	size_t at = 0, room = 0;

	*count = 0;
	while (dump_tenant(dump, &at, &tenant)) {
		if (!tenant.name)
			continue;
		if (*count == room) {
			room = room ? 2 * room : 64;
			more = reallocarray(tenants, room, sizeof(*tenants));
			if (!more)
				break;
			tenants = more;
		}
		tenants[(*count)++] = tenant;
	}
	if (tenants)
		qsort(tenants, *count, sizeof(*tenants), compare_tenants);
	return tenants;
}

static void costly_tell(const struct link_tenant *tenants, size_t count)
{
	struct some_names costly = { 0 };
	char steps[64];
	size_t i;

	for (i = 0; i < count; i++) {
		if (tenants[i].rule_steps <= STEPS_SAID)
			continue;
		snprintf(steps, sizeof(steps), "%u comparisons", tenants[i].rule_steps);
		some_names_add(&costly, tenants[i].name, steps);
	}
	some_names_tell(&costly,
			"rules overlap so much that a first packet may cost many comparisons");
}

/**
 * changes_tell - say what a new policy changed
 * @before: how things were
 * @after: how they are
 */
void changes_tell(const struct snapshot *before, const struct snapshot *after)
{
	struct some_names relaxed = { 0 }, enforced = { 0 }, gone = { 0 }, bare = { 0 };
	struct link_tenant *now, *found, was;
	size_t count, at = 0;

	now = sorted(&after->tenants, &count);
	if (!now)
		return;
	costly_tell(now, count);
	if (!before->status.generation) {
		free(now);
		return;
	}
	while (dump_tenant(&before->tenants, &at, &was)) {
		if (!was.name)
			continue;
		found = bsearch(&was, now, count, sizeof(*now), compare_tenants);
		if (!found) {
			some_names_add(&gone, was.name, NULL);
			continue;
		}
		if (was.effective_mode != found->effective_mode)
			some_names_add(was.effective_mode == TENANTGATE_MODE_ENFORCE ? &relaxed :
				       &enforced, was.name, NULL);
		if (was.rules && !found->rules)
			some_names_add(&bare, was.name, NULL);
	}
	some_names_tell(&relaxed, "was enforced, is only observed now");
	some_names_tell(&enforced, "was only observed, is enforced now");
	some_names_tell(&gone, "was there, is gone");
	some_names_tell(&bare, "had rules, has none now");
	free(now);
}

static int order_devices(const void *a, const void *b)
{
	return strcmp(((const struct if_nameindex *)a)->if_name,
		      ((const struct if_nameindex *)b)->if_name);
}

/*
 * The devices that are there, by name. They are listed at once: asking for one
 * that is missing makes the kernel look for a module of that name.
 */
struct devices {
	struct if_nameindex *list;
	size_t count;
};

static bool devices_list(struct devices *devices)
{
	devices->list = if_nameindex();
	if (!devices->list)
		return false;
	for (devices->count = 0; devices->list[devices->count].if_name; devices->count++)
		;
	qsort(devices->list, devices->count, sizeof(*devices->list), order_devices);
	return true;
}

static bool devices_have(const struct devices *devices, const char *name)
{
	const struct if_nameindex key = { .if_name = (char *)name };

	return bsearch(&key, devices->list, devices->count, sizeof(key), order_devices);
}

/**
 * missing_tell - say which devices of a policy are not there
 * @policy: the policy
 */
void missing_tell(const struct tg_policy_file *policy)
{
	struct some_names missing = { 0 };
	char where[2 * TENANTGATE_NAME_MAX + 2];
	struct devices devices;
	uint32_t i, k;

	if (!devices_list(&devices))
		return;
	for (i = 0; i < policy->nlinks; i++)
		for (k = 0; k < policy->links[i].ndevices; k++)
			if (!devices_have(&devices, policy->links[i].devices[k].text))
				some_names_add(&missing, policy->links[i].devices[k].text,
					       policy->links[i].name);
	for (i = 0; i < policy->ntenants; i++)
		for (k = 0; k < policy->tenants[i].nsites; k++) {
			const struct policy_site *site = &policy->tenants[i].sites[k];

			/* Thousands of sites share a few devices. */
			if (k && !strcmp(site->device, site[-1].device))
				continue;
			if (devices_have(&devices, site->device))
				continue;
			snprintf(where, sizeof(where), "%s/%s", policy->tenants[i].name,
				 site->name);
			some_names_add(&missing, site->device, where);
		}
	some_names_tell(&missing, "not there now, bound when it comes");
	if_freenameindex(devices.list);
}
