// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only shows in the whole: where tenants are and what their users,
 * servers and services have as addresses. Rules are looked at in check_rules.c.
 *
 * The kernel checks all this again when a policy is applied; here it is
 * checked with the lines of the files at hand, and to the end.
 */
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "names.h"
#include "reader.h"
#include "source.h"
#include "values.h"

/* One prefix of one site, or an address of a shared service in no site of the platform. */
struct binding {
	const struct policy_prefix *prefix;
	const struct policy_site *site;		/* NULL for an address of a service */
	const struct policy_service *service;
	const void *space;			/* only bindings of one space are compared */
};

/* Addresses of a tenant's sites, sorted, without those inside others. */
struct coverage {
	const struct policy_prefix **list;
	size_t count;
};

static void out_of_memory(struct diagnostics *diag)
{
	diagnostics_error(diag, NULL, "there is not enough memory to check the policy");
}

static int compare_prefix_pointers(const void *a, const void *b)
{
	return values_prefix_compare(*(const struct policy_prefix *const *)a,
				     *(const struct policy_prefix *const *)b);
}

static bool coverage_init(struct coverage *coverage, const struct policy_tenant *tenant)
{
	size_t count = 0, kept = 0, n;
	uint32_t i, k;

	for (i = 0; i < tenant->nsites; i++)
		count += tenant->sites[i].nprefixes;
	coverage->list = calloc(count + 1, sizeof(*coverage->list));
	if (!coverage->list)
		return false;
	count = 0;
	for (i = 0; i < tenant->nsites; i++)
		for (k = 0; k < tenant->sites[i].nprefixes; k++)
			coverage->list[count++] = &tenant->sites[i].prefixes[k];
	qsort(coverage->list, count, sizeof(*coverage->list), compare_prefix_pointers);
	for (n = 0; n < count; n++)
		if (!kept || !values_prefix_contains(coverage->list[kept - 1], coverage->list[n]))
			coverage->list[kept++] = coverage->list[n];
	coverage->count = kept;
	return true;
}

/* Is all of @prefix the tenant's? */
static bool coverage_has(const struct coverage *coverage, const struct policy_prefix *prefix)
{
	size_t low = 0, high = coverage->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (values_prefix_compare(coverage->list[middle], prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && values_prefix_contains(coverage->list[low - 1], prefix);
}

/* Is some address of the tenant's inside @prefix? */
static bool coverage_meets(const struct coverage *coverage, const struct policy_prefix *prefix)
{
	size_t low = 0, high = coverage->count;

	if (coverage_has(coverage, prefix))
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (values_prefix_compare(coverage->list[middle], prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < coverage->count && values_prefix_contains(prefix, coverage->list[low]);
}

/* Is @a written behind @b? */
static bool is_later(const struct origin *a, const struct origin *b)
{
	if (a->source != b->source)
		return a->source && b->source && a->source->number > b->source->number;
	return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* "the platform", or the quoted name of a tenant. */
static struct quote tenant_of(const struct binding *b)
{
	struct quote platform = { "the platform" };

	return b->site->tenant->id ? quote(b->site->tenant->name) : platform;
}

static void report_overlap(const struct binding *a, const struct binding *b, bool device,
			   struct diagnostics *diag)
{
	const struct binding *first = is_later(&a->prefix->origin, &b->prefix->origin) ? b : a;
	const struct binding *second = first == a ? b : a;
	bool same = first->site->tenant == second->site->tenant;
	char text[VALUES_TEXT_MAX], other[VALUES_TEXT_MAX];

	values_prefix_text(second->prefix, text);
	values_prefix_text(first->prefix, other);
	if (same) {
		diagnostics_error(diag, &second->prefix->origin,
				  "%s is already bound on device %s, by the site %s in line %u",
				  text, second->site->device, QUOTE(first->site->name),
				  first->prefix->origin.line);
		diagnostics_expected(diag, "each prefix once on a device");
		return;
	}
	diagnostics_error(diag, &second->prefix->origin,
			  "%s overlaps with %s of %s (site %s, line %u)", text, other,
			  tenant_of(first).text, QUOTE(first->site->name),
			  first->prefix->origin.line);
	diagnostics_expected(diag, device ?
		"addresses of its own for every tenant on a device" :
		"addresses of its own for every tenant in a realm, or another realm");
}

static int compare_bindings(const void *pa, const void *pb)
{
	const struct binding *a = pa, *b = pb;
	int order;

	if (a->space != b->space)
		return (uintptr_t)a->space < (uintptr_t)b->space ? -1 : 1;
	order = values_prefix_compare(a->prefix, b->prefix);
	if (order)
		return order;
	if (!a->site != !b->site)
		return a->site ? -1 : 1;
	return is_later(&a->prefix->origin, &b->prefix->origin) ? 1 : -1;
}

/*
 * In sorted order everything that overlaps with a prefix and is not longer
 * than it stands in front of it, and the outermost one is still open. As soon
 * as tenants do not overlap, all that is inside the outermost prefix is the
 * same tenant's, so that looking at that one is enough.
 */
static void check_overlaps(const struct binding *b, size_t count, bool device,
			   struct diagnostics *diag)
{
	const struct binding *outer = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!outer || outer->space != b[i].space ||
		    !values_prefix_contains(outer->prefix, b[i].prefix)) {
			outer = &b[i];
			continue;
		}
		if (outer->site->tenant != b[i].site->tenant) {
			/* On one device this was reported before. */
			if (device || strcmp(outer->site->device, b[i].site->device))
				report_overlap(outer, &b[i], device, diag);
		} else if (device && !values_prefix_compare(b[i - 1].prefix, b[i].prefix)) {
			report_overlap(&b[i - 1], &b[i], device, diag);
		}
	}
}

/* Addresses of shared services that are in no site of the platform. */
static void check_unplaced(const struct binding *b, size_t count, struct diagnostics *diag)
{
	const struct binding *outer = NULL;
	char text[VALUES_TEXT_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		if (outer && !values_prefix_contains(outer->prefix, b[i].prefix))
			outer = NULL;
		if (b[i].site) {
			outer = outer ? outer : &b[i];
			continue;
		}
		values_prefix_text(b[i].prefix, text);
		if (outer) {
			diagnostics_error(diag, &b[i].prefix->origin,
					  "%s belongs to %s (site %s), not to the platform",
					  text, tenant_of(outer).text, QUOTE(outer->site->name));
			diagnostics_expected(diag, "an address in one of the platform's sites");
		} else if (!values_prefix_is_single(b[i].prefix)) {
			diagnostics_error(diag, &b[i].prefix->origin,
					  "%s is in none of the platform's sites", text);
			diagnostics_expected(diag, "addresses in one of the platform's sites");
		} else {
			diagnostics_warning(diag, &b[i].prefix->origin,
				"%s is in none of the platform's sites, so this service can only be on the gateway itself",
				text);
		}
	}
}

/* Collects all prefixes of all sites, and shared services' addresses outside them. */
static struct binding *collect(const struct tg_policy_file *policy, size_t *sites, size_t *all)
{
	const struct policy_tenant *platform = policy->tenants;
	struct coverage coverage = { 0 };
	struct binding *b = NULL;
	size_t count = 1, n = 0;
	uint32_t t, i, k;

	for (t = 0; t < policy->ntenants; t++)
		for (i = 0; i < policy->tenants[t].nsites; i++)
			count += policy->tenants[t].sites[i].nprefixes;
	for (i = 0; i < platform->nservices; i++)
		count += platform->services[i].naddresses;
	if (coverage_init(&coverage, platform))
		b = calloc(count, sizeof(*b));
	for (t = 0; b && t < policy->ntenants; t++)
		for (i = 0; i < policy->tenants[t].nsites; i++) {
			const struct policy_site *site = &policy->tenants[t].sites[i];

			for (k = 0; k < site->nprefixes; k++)
				b[n++] = (struct binding){ &site->prefixes[k], site, NULL, NULL };
		}
	*sites = n;
	for (i = 0; b && i < platform->nservices; i++) {
		const struct policy_service *s = &platform->services[i];

		for (k = 0; k < s->naddresses; k++)
			if (!coverage_has(&coverage, &s->addresses[k]))
				b[n++] = (struct binding){ &s->addresses[k], NULL, s, NULL };
	}
	*all = n;
	free(coverage.list);
	return b;
}

static void check_bindings(const struct tg_policy_file *policy, struct name_index *devices,
			   struct diagnostics *diag)
{
	size_t sites, all, i, kept = 0;
	struct binding *b = collect(policy, &sites, &all);

	if (!b) {
		out_of_memory(diag);
		return;
	}
	qsort(b, all, sizeof(*b), compare_bindings);
	check_unplaced(b, all, diag);
	for (i = 0; i < all; i++)
		if (b[i].site && b[i].site->device)
			b[kept++] = b[i];
	for (i = 0; i < kept; i++)
		b[i].space = name_index_find(devices, b[i].site->device);
	qsort(b, kept, sizeof(*b), compare_bindings);
	check_overlaps(b, kept, true, diag);
	for (i = 0; i < kept; i++)
		b[i].space = b[i].site->realm;
	qsort(b, kept, sizeof(*b), compare_bindings);
	check_overlaps(b, kept, false, diag);
	free(b);
}

/* What a device is used for, in the order of these checks. */
struct device {
	const char *use;
	const struct origin *origin;
	const struct policy_realm *realm;
	const struct policy_link *link;		/* whose device it is, or that carries it */
};

static void check_device(const struct policy_site *site, const struct device *device,
			 struct diagnostics *diag)
{
	if (device->use) {
		diagnostics_error(diag, &site->device_origin,
				  "the device %s is %s (line %u), no site can be on it",
				  site->device, device->use, device->origin->line);
		diagnostics_expected(diag, "the device that the site's packets come in by");
	} else if (device->realm && site->realm && device->realm != site->realm) {
		diagnostics_error(diag, &site->device_origin,
				  "the device %s is in the realm %s here, in line %u it is in %s",
				  site->device, QUOTE(site->realm->name), device->origin->line,
				  QUOTE(device->realm->name));
		diagnostics_expected(diag, "one realm for all sites on a device");
	}
}

static void check_site_devices(const struct tg_policy_file *policy, struct name_index *index,
			       struct device *devices, size_t used, struct diagnostics *diag)
{
	const struct device *old;
	uint32_t t, i;

	for (t = 0; t < policy->ntenants; t++) {
		for (i = 0; i < policy->tenants[t].nsites; i++) {
			const struct policy_site *site = &policy->tenants[t].sites[i];

			if (!site->device)
				continue;
			devices[used] = (struct device){ NULL, &site->device_origin, site->realm,
							 NULL };
			old = name_index_add(index, site->device, &devices[used]);
			if (old)
				check_device(site, old, diag);
			else
				used++;
		}
	}
	if (used <= TENANTGATE_MAX_DEVICES)
		return;
	diagnostics_error(diag, NULL, "the policy names %zu network devices", used);
	diagnostics_expected(diag, "at most %u", TENANTGATE_MAX_DEVICES);
}

static void report_two_links(const struct policy_name *device, const struct policy_link *link,
			     struct diagnostics *diag)
{
	diagnostics_error(diag, &device->origin, "the device %s already belongs to the link %s",
			  device->text, QUOTE(link->name));
	diagnostics_expected(diag, "one link for each device");
}

/* What links carry must be devices of sites, each of one link. */
static void check_carried(const struct tg_policy_file *policy, struct name_index *index,
			  struct diagnostics *diag)
{
	uint32_t i, k;

	for (i = 0; i < policy->nlinks; i++) {
		const struct policy_link *link = &policy->links[i];

		for (k = 0; k < link->ncarries; k++) {
			const struct policy_name *name = &link->carries[k];
			struct device *device = name_index_find(index, name->text);

			if (device && !device->use && !device->link)
				device->link = link;
			if (device && !device->use && device->link == link)
				continue;
			if (device && !device->use) {
				report_two_links(name, device->link, diag);
				continue;
			}
			if (device)
				diagnostics_error(diag, &name->origin,
						  "the device %s is %s (line %u), no link can carry it",
						  name->text, device->use, device->origin->line);
			else
				diagnostics_error(diag, &name->origin,
						  "no site is on the device %s", name->text);
			diagnostics_expected(diag, "tunnels that tenants' sites are on");
		}
	}
}

static size_t index_devices(const struct tg_policy_file *policy, struct name_index *index,
			    struct device *devices, struct diagnostics *diag)
{
	const struct device *old;
	size_t used = 0;
	uint32_t i, k;

	for (i = 0; i < policy->nlinks; i++) {
		const struct policy_link *link = &policy->links[i];

		for (k = 0; k < link->ndevices; k++) {
			devices[used] = (struct device){ "an uplink", &link->devices[k].origin,
							 NULL, link };
			old = name_index_add(index, link->devices[k].text, &devices[used]);
			if (!old)
				used++;
			else if (old->link != link)
				report_two_links(&link->devices[k], old->link, diag);
		}
	}
	for (i = 1; i < policy->nrealms; i++) {
		const struct policy_realm *realm = &policy->realms[i];

		if (!realm->device)
			continue;
		devices[used] = (struct device){ "the VRF of a realm", &realm->origin, realm,
						 NULL };
		old = name_index_add(index, realm->device, &devices[used]);
		if (!old) {
			used++;
			continue;
		}
		diagnostics_error(diag, &realm->origin, "the device %s is already %s in line %u",
				  realm->device, old->use, old->origin->line);
		diagnostics_expected(diag, "a VRF device of its own for every realm");
	}
	return used;
}

/**
 * check_places - check devices, bindings of addresses, and shared services
 * @policy: the policy
 * @diag: errors are added here
 */
void check_places(const struct tg_policy_file *policy, struct diagnostics *diag)
{
	struct name_index index = { 0 };
	struct device *devices;
	size_t count = policy->nrealms, used;
	uint32_t i;

	for (i = 0; i < policy->nlinks; i++)
		count += policy->links[i].ndevices;
	for (i = 0; i < policy->ntenants; i++)
		count += policy->tenants[i].nsites;
	devices = calloc(count + 1, sizeof(*devices));
	if (!devices || !name_index_init(&index, count)) {
		out_of_memory(diag);
	} else {
		used = index_devices(policy, &index, devices, diag);
		check_site_devices(policy, &index, devices, used, diag);
		check_carried(policy, &index, diag);
		check_bindings(policy, &index, diag);
	}
	name_index_free(&index);
	free(devices);
}

static void check_own(const struct policy_tenant *tenant, const struct coverage *coverage,
		      const struct policy_prefix *prefixes, uint32_t count,
		      struct diagnostics *diag)
{
	char text[VALUES_TEXT_MAX];
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (coverage_has(coverage, &prefixes[i]))
			continue;
		diagnostics_error(diag, &prefixes[i].origin, "%s is in none of the sites of %s",
				  values_prefix_text(&prefixes[i], text), QUOTE(tenant->name));
		if (tenant->nsites && tenant->sites[0].nprefixes)
			diagnostics_expected(diag,
				"an address in one of this tenant's sites, such as %s (%s)",
				values_prefix_text(&tenant->sites[0].prefixes[0], text),
				tenant->sites[0].name);
		else
			diagnostics_expected(diag, "a site of this tenant that has it");
	}
}

/* A user with one of its addresses, for finding an address that two users have. */
struct user_address {
	const struct policy_prefix *address;
	const struct policy_user *user;
};

static int compare_user_addresses(const void *pa, const void *pb)
{
	const struct user_address *a = pa, *b = pb;
	int order = values_prefix_compare(a->address, b->address);

	if (order)
		return order;
	return is_later(&a->address->origin, &b->address->origin) ? 1 : -1;
}

static void check_user_addresses(const struct policy_tenant *tenant, struct diagnostics *diag)
{
	struct user_address *list;
	char text[VALUES_TEXT_MAX];
	size_t count = 0, n = 0;
	uint32_t i, k;

	for (i = 0; i < tenant->nusers; i++)
		count += tenant->users[i].naddresses;
	list = calloc(count + 1, sizeof(*list));
	if (!list) {
		out_of_memory(diag);
		return;
	}
	for (i = 0; i < tenant->nusers; i++)
		for (k = 0; k < tenant->users[i].naddresses; k++)
			list[n++] = (struct user_address){ &tenant->users[i].addresses[k],
							   &tenant->users[i] };
	qsort(list, n, sizeof(*list), compare_user_addresses);
	for (count = 1; count < n; count++) {
		if (values_prefix_compare(list[count - 1].address, list[count].address))
			continue;
		diagnostics_error(diag, &list[count].address->origin,
				  "%s is already the address of %s in line %u",
				  values_prefix_text(list[count].address, text),
				  QUOTE(list[count - 1].user->name),
				  list[count - 1].address->origin.line);
		diagnostics_expected(diag, "an address of its own for every user");
	}
	free(list);
}

static void check_tenant(const struct policy_tenant *tenant, bool platform,
			 struct diagnostics *diag)
{
	struct coverage coverage = { 0 };
	uint32_t i, k;

	/* Of a site whose prefixes were refused nobody knows who is in it. */
	for (i = 0; i < tenant->nsites; i++)
		if (!tenant->sites[i].nprefixes)
			return;
	if (!coverage_init(&coverage, tenant)) {
		out_of_memory(diag);
		return;
	}
	for (i = 0; i < tenant->nusers; i++) {
		const struct policy_user *user = &tenant->users[i];

		check_own(tenant, &coverage, user->addresses, user->naddresses, diag);
		check_own(tenant, &coverage, user->pcs, user->npcs, diag);
	}
	for (i = 0; !platform && i < tenant->nservices; i++)
		check_own(tenant, &coverage, tenant->services[i].addresses,
			  tenant->services[i].naddresses, diag);
	check_user_addresses(tenant, diag);
	for (i = 0; i < tenant->nrules; i++) {
		const struct policy_rule *rule = &tenant->rules[i];

		for (k = 0; k < rule->nfrom + rule->nto; k++) {
			const struct policy_selector *s = k < rule->nfrom ?
				&rule->from[k] : &rule->to[k - rule->nfrom];

			if (s->type == TENANTGATE_SELECTOR_TYPE_PREFIX &&
			    !coverage_meets(&coverage, &s->prefix))
				check_own(tenant, &coverage, &s->prefix, 1, diag);
		}
	}
	free(coverage.list);
}

/**
 * check_policy - find what is wrong or doubtful in a policy as a whole
 * @policy: the policy, resolved
 * @diag: errors and warnings are added here
 */
void check_policy(struct tg_policy_file *policy, struct diagnostics *diag)
{
	uint32_t t;

	check_places(policy, diag);
	check_links(policy, diag);
	for (t = 0; t < policy->ntenants; t++) {
		check_tenant(&policy->tenants[t], t == 0, diag);
		check_rules(policy, &policy->tenants[t], diag);
	}
}
