// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of the running policy. A name on the command line is looked up
 * where people expect it: TENANT/NAME in that tenant; NAME alone in the
 * sender's tenant, then among the shared services, then anywhere, as long as
 * one tenant only has it.
 */

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "directory.h"
#include "text.h"

#define PLATFORM "platform"

/*
 * Addresses to ask with when the destination is the internet: documentation's
 * own (RFC 5737, RFC 3849), several in case one is in use here.
 */
static const char * const internet[] = {
	"198.51.100.1", "203.0.113.1", "192.0.2.1", "2001:db8:ffff::1", "2001:db8:fffe::1",
};

/**
 * directory_read - read the names of the running policy
 * @directory: gets them, for directory_free()
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *directory_read(struct directory *directory, struct link *link)
{
	struct fault *fault;

	memset(directory, 0, sizeof(*directory));
	fault = link_dump(link, TENANTGATE_CMD_USER_GET, NULL, &directory->users);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_SERVICE_GET, NULL, &directory->services);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_SITE_GET, NULL, &directory->sites);
	return fault;
}

void directory_free(struct directory *directory)
{
	dump_free(&directory->users);
	dump_free(&directory->services);
	dump_free(&directory->sites);
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/**
 * list_has - is an address in a list of prefixes?
 * @list: the list
 * @address: the address
 *
 * Return: true when it is in one of them.
 */
bool list_has(struct link_list list, const struct link_address *address)
{
	struct link_address prefix;

	while (link_next_prefix(&list, &prefix))
		if (address_in(&prefix, address))
			return true;
	return false;
}

static void add_addresses(struct endpoint *end, struct link_list list)
{
	struct link_address address;

	while (end->count < ENDPOINT_ADDRESSES && link_next_prefix(&list, &address))
		end->addresses[end->count++] = address;
}

/*
 * Looks for a user. With @tenant NULL in all tenants: *@several gets the
 * second tenant that has one.
 */
static bool find_user(const struct directory *directory, const char *tenant, const char *name,
		      struct endpoint *end, const char **several)
{
	struct link_user user;
	bool found = false;
	size_t at = 0;

	while (dump_user(&directory->users, &at, &user)) {
		if (!same(user.name, name) || (tenant && !same(user.tenant, tenant)))
			continue;
		if (found) {
			*several = user.tenant;
			break;
		}
		found = true;
		*end = (struct endpoint){
			.tenant = user.tenant,
			.name = user.name,
			.pcs = user.pcs,
		};
		add_addresses(end, user.addresses);
	}
	return found;
}

/* Is an address the gateway's own or in a site? */
static bool is_near(const struct directory *directory, const struct link_address *address)
{
	struct ifaddrs *all = NULL, *one;
	struct link_site site;
	bool found = directory_site_at(directory, NULL, address, &site);

	if (!found && getifaddrs(&all))
		return false;
	for (one = all; one && !found; one = one->ifa_next) {
		if (!one->ifa_addr)
			continue;
		if (one->ifa_addr->sa_family == AF_INET && address->size == 4)
			found = !memcmp(&((struct sockaddr_in *)one->ifa_addr)->sin_addr,
					address->bytes, 4);
		else if (one->ifa_addr->sa_family == AF_INET6 && address->size == 16)
			found = !memcmp(&((struct sockaddr_in6 *)one->ifa_addr)->sin6_addr,
					address->bytes, 16);
	}
	freeifaddrs(all);
	return found;
}

static void add_internet(const struct directory *directory, struct endpoint *end)
{
	struct link_address address;
	size_t i;

	for (i = 0; i < sizeof(internet) / sizeof(internet[0]); i++)
		if (end->count < ENDPOINT_ADDRESSES && parse_address(internet[i], &address) &&
		    !is_near(directory, &address))
			end->addresses[end->count++] = address;
}

static void take_service(const struct directory *directory, const struct link_service *service,
			 struct endpoint *end)
{
	*end = (struct endpoint){
		.tenant = service->tenant,
		.name = service->name,
		.ports = service->ports,
	};
	add_addresses(end, service->addresses);
	if (service->kind == TENANTGATE_SERVICE_KIND_INTERNET)
		add_internet(directory, end);
}

static bool find_service(const struct directory *directory, const char *tenant, const char *name,
			 struct endpoint *end, const char **several)
{
	struct link_service service;
	bool found = false;
	size_t at = 0;

	while (dump_service(&directory->services, &at, &service)) {
		if (!same(service.name, name) || (tenant && !same(service.tenant, tenant)))
			continue;
		if (found) {
			*several = service.tenant;
			break;
		}
		found = true;
		take_service(directory, &service, end);
	}
	return found;
}

static struct fault *not_found(const char *text, const char *what)
{
	struct fault *fault = fault_new(FAULT_USAGE, NULL,
					"\"%s\" is no address, and the running policy has no %s of that name",
					text, what);

	return fault_hint(fault, "See: tgctl show users, tgctl show services");
}

static struct fault *ambiguous(const char *text, const struct endpoint *end, const char *several)
{
	return fault_new(FAULT_USAGE, NULL, "there is more than one \"%s\": say %s/%s or %s/%s",
			 text, end->tenant, text, several, text);
}

static struct fault *own_address(const char *text, struct endpoint *end)
{
	struct link_address address;

	if (!parse_address(text, &address))
		return NULL;
	*end = (struct endpoint){ .count = 1 };
	end->addresses[0] = address;
	return NULL;
}

/* Splits TENANT/NAME; @tenant stays as it is when there is no tenant in it. */
static const char *split(const char *text, char buf[TENANTGATE_NAME_MAX + 1], const char **tenant)
{
	const char *slash = strchr(text, '/');

	if (!slash || slash - text > TENANTGATE_NAME_MAX)
		return text;
	memcpy(buf, text, slash - text);
	buf[slash - text] = '\0';
	*tenant = buf;
	return slash + 1;
}

/**
 * directory_source - who sends?
 * @directory: the names
 * @text: ADDR, USER, TENANT/USER, or a service
 * @tenant: look only there, or NULL
 * @end: gets who it is; points into @directory
 *
 * Return: NULL or a fault.
 */
struct fault *directory_source(const struct directory *directory, const char *text,
			       const char *tenant, struct endpoint *end)
{
	char buf[TENANTGATE_NAME_MAX + 1];
	const char *several = NULL, *name;
	struct link_site site;
	struct fault *fault;

	memset(end, 0, sizeof(*end));
	fault = own_address(text, end);
	if (fault || end->count) {
		if (end->count && directory_site_at(directory, NULL, &end->addresses[0], &site))
			end->near = site.tenant;
		return fault;
	}
	name = split(text, buf, &tenant);
	if (!find_user(directory, tenant, name, end, &several) &&
	    !find_service(directory, tenant, name, end, &several) &&
	    !find_service(directory, PLATFORM, name, end, &several))
		return not_found(text, "user or service");
	return several ? ambiguous(name, end, several) : NULL;
}

static bool find_own_pc(const char *text, const struct endpoint *from, struct endpoint *end)
{
	if (strcmp(text, "own-pc") || !from->pcs.next)
		return false;
	*end = (struct endpoint){ .tenant = from->tenant, .name = "own-pc" };
	add_addresses(end, from->pcs);
	return end->count;
}

/**
 * directory_destination - to whom or what?
 * @directory: the names
 * @text: ADDR, SERVICE, TENANT/SERVER, TENANT/USER, internet or own-pc
 * @from: who sends
 * @tenant: the sender's tenant when it was given, or NULL
 * @end: gets what it is; points into @directory
 *
 * Return: NULL or a fault.
 */
struct fault *directory_destination(const struct directory *directory, const char *text,
				    const struct endpoint *from, const char *tenant,
				    struct endpoint *end)
{
	char buf[TENANTGATE_NAME_MAX + 1];
	const char *several = NULL, *where = NULL, *near, *name;
	struct fault *fault;

	memset(end, 0, sizeof(*end));
	fault = own_address(text, end);
	if (fault || end->count || find_own_pc(text, from, end))
		return fault;
	name = split(text, buf, &where);
	if (where) {
		if (!find_service(directory, where, name, end, &several) &&
		    !find_user(directory, where, name, end, &several))
			return not_found(text, "server or user");
		return NULL;
	}
	near = from->tenant ? from->tenant : tenant ? tenant : from->near;
	if ((near && find_service(directory, near, name, end, &several)) ||
	    find_service(directory, PLATFORM, name, end, &several) ||
	    (near && find_user(directory, near, name, end, &several)))
		return NULL;
	if (!find_service(directory, NULL, name, end, &several) &&
	    !find_user(directory, NULL, name, end, &several))
		return not_found(text, "service, server or user");
	return several ? ambiguous(name, end, several) : NULL;
}

/**
 * directory_service - look a service up
 * @directory: the names
 * @tenant: whose it is, NULL for the platform
 * @name: its name
 * @found: gets it
 *
 * Return: false when there is none.
 */
bool directory_service(const struct directory *directory, const char *tenant, const char *name,
		       struct link_service *found)
{
	size_t at = 0;

	while (dump_service(&directory->services, &at, found))
		if (same(found->name, name) && same(found->tenant, tenant ? tenant : PLATFORM))
			return true;
	return false;
}

/**
 * directory_service_at - which service has an address?
 * @directory: the names
 * @address: the address
 * @found: gets it
 *
 * Return: false when none has it.
 */
bool directory_service_at(const struct directory *directory, const struct link_address *address,
			  struct link_service *found)
{
	size_t at = 0;

	while (dump_service(&directory->services, &at, found))
		if (list_has(found->addresses, address))
			return true;
	return false;
}

/**
 * directory_user_at - which user has an address?
 * @directory: the names
 * @tenant: only of this tenant
 * @address: the address
 * @found: gets the user
 *
 * Return: false when no user has it.
 */
bool directory_user_at(const struct directory *directory, const char *tenant,
		       const struct link_address *address, struct link_user *found)
{
	size_t at = 0;

	while (dump_user(&directory->users, &at, found))
		if (same(found->tenant, tenant) && list_has(found->addresses, address))
			return true;
	return false;
}

/**
 * directory_site_at - which site has an address?
 * @directory: the names
 * @device: on this device; on any when NULL
 * @address: the address
 * @found: gets the site with the longest prefix
 *
 * Return: false when none has it.
 */
bool directory_site_at(const struct directory *directory, const char *device,
		       const struct link_address *address, struct link_site *found)
{
	struct link_address prefix;
	struct link_site site;
	int longest = -1;
	size_t at = 0;

	while (dump_site(&directory->sites, &at, &site)) {
		struct link_list list = site.prefixes;

		if (device && !same(site.device, device))
			continue;
		while (link_next_prefix(&list, &prefix)) {
			if (!address_in(&prefix, address) || prefix.length <= longest)
				continue;
			longest = prefix.length;
			*found = site;
		}
	}
	return longest >= 0;
}
