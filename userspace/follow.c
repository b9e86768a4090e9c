// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept for the next boot follows what is confirmed: the guard's list of
 * devices, and the mode when that is changed without a new policy.
 *
 * The guard is for devices where something is enforced. A device on which only
 * observed tenants are is left out, and the uplinks are, too, as soon as one
 * tenant is observed: what is never dropped with the module there must not be
 * dropped without it.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "guard.h"
#include "policy/diagnostics.h"
#include "policy/model.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds a name without copying it. */
static struct fault *add_name(struct device_names *devices, const char *name, size_t *room)
{
	if (devices->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		char **names = reallocarray(devices->names, more, sizeof(*names));

		if (!names)
			return fault_memory();
		devices->names = names;
		*room = more;
	}
	devices->names[devices->count++] = (char *)name;
	return NULL;
}

static void sort_names(struct device_names *devices)
{
	size_t from, to = 0;

	if (!devices->count)
		return;
	qsort(devices->names, devices->count, sizeof(*devices->names), compare_names);
	for (from = 1; from < devices->count; from++)
		if (strcmp(devices->names[from], devices->names[to]))
			devices->names[++to] = devices->names[from];
	devices->count = to + 1;
}

static struct fault *enforced_devices(const struct tg_policy_file *policy,
				      struct device_names *devices)
{
	struct fault *fault = NULL;
	bool observed = false;
	size_t room = 0;
	uint32_t i, k;

	if (policy->gateway.mode != TENANTGATE_MODE_ENFORCE)
		return NULL;
	for (i = 0; i < policy->ntenants; i++) {
		const struct policy_tenant *tenant = &policy->tenants[i];

		if (tenant->mode != TENANTGATE_MODE_ENFORCE) {
			observed = true;
			continue;
		}
		for (k = 0; k < tenant->nsites && !fault; k++)
			fault = add_name(devices, tenant->sites[k].device, &room);
	}
	for (i = 0; i < policy->nlinks && !observed; i++)
		for (k = 0; k < policy->links[i].ndevices && !fault; k++)
			fault = add_name(devices, policy->links[i].devices[k].text, &room);
	sort_names(devices);
	return fault;
}

/**
 * follow_policy - make the guard's list for a policy
 * @state: the directory
 * @policy: the policy that is applied at boot
 *
 * Return: NULL or a fault.
 */
struct fault *follow_policy(struct state *state, const struct tg_policy_file *policy)
{
	struct device_names devices = { 0 };
	struct fault *fault = enforced_devices(policy, &devices);

	if (!fault)
		fault = state_write_devices(state, &devices);
	free(devices.names);
	return fault;
}

/**
 * follow_load - load a policy that tgctl itself has written
 * @path: the file
 * @policy: gets the policy, for policy_free()
 *
 * Return: NULL or a fault.
 */
struct fault *follow_load(const char *path, struct tg_policy_file **policy)
{
	struct diagnostics *diag = diagnostics_create();
	struct fault *fault = NULL;

	*policy = NULL;
	if (!diag)
		return fault_memory();
	*policy = policy_load(path, diag);
	if (!*policy) {
		diagnostics_print(diag, stderr);
		fault = fault_new(FAULT_REFUSED, path, "this policy cannot be loaded");
	}
	diagnostics_free(diag);
	return fault;
}

/**
 * follow_confirmed - make the guard's list for the policy that was confirmed
 * @state: the directory
 *
 * Return: NULL or a fault.
 */
struct fault *follow_confirmed(struct state *state)
{
	struct tg_policy_file *policy = NULL;
	struct fault *fault;
	char *path;

	fault = state_file(state, false, &path);
	if (!fault && path)
		fault = follow_load(path, &policy);
	if (!fault && policy)
		fault = follow_policy(state, policy);
	policy_free(policy);
	free(path);
	return fault;
}

static void set_mode(struct tg_policy_file *policy, uint8_t mode, const char *tenant)
{
	uint32_t i;

	if (!tenant)
		policy->gateway.mode = mode;
	for (i = 0; tenant && i < policy->ntenants; i++)
		if (!strcmp(policy->tenants[i].name, tenant))
			policy->tenants[i].mode = mode;
}

/**
 * follow_mode - keep a mode that was changed without a new policy
 * @state: the directory
 * @change: what was changed
 *
 * Return: NULL or a fault.
 */
struct fault *follow_mode(struct state *state, const struct mode_change *change)
{
	bool pending = state_is_pending(state, change->before);
	struct tg_policy_file *policy = NULL;
	struct fault *fault;
	char *path;

	fault = state_file(state, pending, &path);
	if (!fault && path)
		fault = follow_load(path, &policy);
	if (!fault && policy) {
		set_mode(policy, change->mode, change->tenant);
		fault = state_stage(state, policy);
		if (!fault)
			fault = pending ? state_hold(state, change->after) : state_amend(state);
		if (!fault && !pending)
			fault = follow_policy(state, policy);
	}
	policy_free(policy);
	free(path);
	return fault;
}

/**
 * follow_disarm - take the guard away now that a policy runs
 *
 * A kernel without nftables has no guard to take away.
 *
 * Return: NULL or a fault.
 */
struct fault *follow_disarm(void)
{
	struct fault *fault = guard_disarm(NULL);

	if (fault && (fault->error == EPROTONOSUPPORT || fault->error == EOPNOTSUPP ||
		      fault->error == EINVAL)) {
		fault_free(fault);
		return NULL;
	}
	return fault;
}
