/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of the running policy: who and what is at which address? */
#ifndef TG_DIRECTORY_H
#define TG_DIRECTORY_H

#include "fault.h"
#include "link/link.h"

#define ENDPOINT_ADDRESSES	64

/**
 * struct directory - users, services and sites of the running policy
 * @users: users
 * @services: shared services and tenants' servers
 * @sites: sites
 */
struct directory {
	struct dump users;
	struct dump services;
	struct dump sites;
};

/**
 * struct endpoint - one end of a packet that is asked about
 * @tenant: whose it is, NULL when only an address was given
 * @near: for an address, the tenant of a site that has it, or NULL
 * @name: of the user or the service, NULL likewise
 * @addresses: its addresses
 * @count: number of them
 * @ports: what a service answers on
 * @pcs: the own computers of a user
 */
struct endpoint {
	const char *tenant;
	const char *near;
	const char *name;
	struct link_address addresses[ENDPOINT_ADDRESSES];
	unsigned int count;
	struct link_list ports;
	struct link_list pcs;
};

struct fault *directory_read(struct directory *directory, struct link *link) FAULT_CHECK;
void directory_free(struct directory *directory);
struct fault *directory_source(const struct directory *directory, const char *text,
			       const char *tenant, struct endpoint *end) FAULT_CHECK;
struct fault *directory_destination(const struct directory *directory, const char *text,
				    const struct endpoint *from, const char *tenant,
				    struct endpoint *end) FAULT_CHECK;
bool list_has(struct link_list list, const struct link_address *address);
bool directory_service(const struct directory *directory, const char *tenant, const char *name,
		       struct link_service *found);
bool directory_service_at(const struct directory *directory, const struct link_address *address,
			  struct link_service *found);
bool directory_user_at(const struct directory *directory, const char *tenant,
		       const struct link_address *address, struct link_user *found);
bool directory_site_at(const struct directory *directory, const char *device,
		       const struct link_address *address, struct link_site *found);

#endif
