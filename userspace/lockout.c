// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would a policy cut the connection that it is applied through?
 *
 * A new policy is judged here, in the order the module has for packets to the
 * gateway itself: the management list; a device that the policy does not bind
 * is left alone; a source address must be in a site on its device; then what
 * the gateway offers. For a policy that already runs, the module is asked.
 */

#include <stdio.h>
#include <string.h>

#include "lockout.h"
#include "policy/model.h"
#include "text.h"

static bool prefix_has(const struct policy_prefix *prefix, const struct link_address *address)
{
	struct link_address copy = { .size = prefix->v6 ? 16 : 4, .length = prefix->len };

	memcpy(copy.bytes, prefix->addr, copy.size);
	return address_in(&copy, address);
}

static bool prefixes_have(const struct policy_prefix *prefixes, uint32_t count,
			  const struct link_address *address)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (prefix_has(&prefixes[i], address))
			return true;
	return false;
}

static bool ports_have(const struct policy_port *ports, uint32_t count, uint16_t tcp_port)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (ports[i].proto && ports[i].proto != 6)
			continue;
		if (!ports[i].has_ports || (tcp_port >= ports[i].min && tcp_port <= ports[i].max))
			return true;
	}
	return false;
}

static bool is_management(const struct tg_policy_file *policy, const struct peer *peer)
{
	uint32_t i;

	for (i = 0; i < policy->nmanagement; i++) {
		const struct policy_management *m = &policy->management[i];

		if (prefixes_have(m->from, m->nfrom, &peer->address) &&
		    (!m->nto || ports_have(m->to, m->nto, peer->port)))
			return true;
	}
	return false;
}

/* The site on the peer's device that has its address. */
static const struct policy_site *find_site(const struct tg_policy_file *policy,
					   const struct peer *peer, bool *bound)
{
	uint32_t i, k;

	*bound = false;
	for (i = 0; i < policy->ntenants; i++) {
		const struct policy_tenant *tenant = &policy->tenants[i];

		for (k = 0; k < tenant->nsites; k++) {
			const struct policy_site *site = &tenant->sites[k];

			if (strcmp(site->device, peer->device))
				continue;
			*bound = true;
			if (prefixes_have(site->prefixes, site->nprefixes, &peer->address))
				return site;
		}
	}
	return NULL;
}

/* Is this end of the connection a service that the tenant may use? */
static bool is_granted(const struct policy_tenant *tenant, const struct peer *peer)
{
	uint32_t i;

	for (i = 0; i < tenant->ngrants; i++) {
		const struct policy_service *service = tenant->grants[i].service;

		if (prefixes_have(service->addresses, service->naddresses, &peer->server) &&
		    (!service->nports || ports_have(service->ports, service->nports, peer->port)))
			return true;
	}
	return false;
}

static struct fault *refuse(const struct peer *peer, const char *why)
{
	char address[ADDRESS_TEXT];
	struct fault *fault;

	text_address(&peer->address, address);
	fault = fault_new(FAULT_REFUSED, NULL,
			  "this would cut the connection you work through: you come from %s by %s, %s",
			  address, peer->device, why);
	return fault_hint(fault,
			  "Add yourself to the policy:  management: {from: [\"%s\"], to: [tcp/%u]}\n"
			  "or use --force; with apply, --confirm 5m brings the previous policy back by itself.",
			  address, peer->port);
}

/**
 * lockout_check - would a policy cut a connection?
 * @policy: a policy that does not run yet
 * @peer: the connection
 *
 * Return: NULL when it would not, as far as can be seen from here; else a
 * fault that says why.
 */
struct fault *lockout_check(const struct tg_policy_file *policy, const struct peer *peer)
{
	const struct policy_site *site;
	bool bound;

	if (!peer->known || !peer->device[0] || policy->gateway.mode != TENANTGATE_MODE_ENFORCE ||
	    is_management(policy, peer))
		return NULL;
	site = find_site(policy, peer, &bound);
	if (!bound)
		return NULL;
	if (!site)
		return refuse(peer, "and no site on that device has this address (spoofed-source)");
	if (site->tenant->mode == TENANTGATE_MODE_OBSERVE ||
	    ports_have(policy->gateway.allow, policy->gateway.nallow, peer->port) ||
	    is_granted(site->tenant, peer))
		return NULL;
	return refuse(peer, "and tenants may not reach this port of the gateway (gateway-closed)");
}

static struct fault *is_bound(struct link *link, const char *device, bool *bound)
{
	struct dump sites = { 0 };
	struct link_site site;
	struct fault *fault;
	size_t at = 0;

	*bound = false;
	fault = link_dump(link, TENANTGATE_CMD_SITE_GET, NULL, &sites);
	while (!fault && dump_site(&sites, &at, &site))
		if (site.device && !strcmp(site.device, device))
			*bound = true;
	dump_free(&sites);
	return fault;
}

/**
 * lockout_ask - would the running policy cut a connection if it enforced?
 * @link: the connection to the module
 * @peer: the connection
 *
 * Return: NULL when it would not, or when this end's address is not known;
 * else a fault that says why.
 */
struct fault *lockout_ask(struct link *link, const struct peer *peer)
{
	struct link_judgement question, answer;
	struct dump reply = { 0 };
	struct fault *fault;
	bool bound;

	if (!peer->known || !peer->device[0] || !peer->server.size ||
	    peer->server.size != peer->address.size)
		return NULL;
	fault = is_bound(link, peer->device, &bound);
	if (fault || !bound)
		return fault;
	question = (struct link_judgement){
		.source = peer->address,
		.destination = peer->server,
		.protocol = 6,
		.has_destination_port = true,
		.destination_port = peer->port,
		.device = peer->device,
	};
	fault = link_explain(link, &question, &reply, &answer);
	if (!fault && answer.local && answer.verdict != TENANTGATE_VERDICT_ALLOW)
		fault = refuse(peer, answer.reason == TENANTGATE_REASON_SPOOFED_SOURCE ?
			    "and no site on that device has this address (spoofed-source)" :
			    "and tenants may not reach this port of the gateway (gateway-closed)");
	dump_free(&reply);
	return fault;
}
