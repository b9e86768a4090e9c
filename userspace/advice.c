// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would allow a packet that is denied? In words for the person at the
 * help desk: who has to do what, with the line to write where there is one.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "text.h"

/**
 * struct question - what advice is about
 * @j: the judgement
 * @directory: the names of the running policy
 * @port: protocol and port, as the policy language has them
 * @source: the sender's address
 * @destination: the destination's address
 */
struct question {
	const struct link_judgement *j;
	const struct directory *directory;
	char port[PORT_TEXT];
	char source[ADDRESS_TEXT];
	char destination[ADDRESS_TEXT];
};

static const char *tenant_of(const struct question *q)
{
	return q->j->tenant ? q->j->tenant : "the tenant";
}

static const char *device_of(const char *device)
{
	return device ? device : "that device";
}

/* Prints a name, or an address: quoted, as IPv6 has colons and YAML minds them. */
static void print_end(FILE *out, const char *name, const char *address)
{
	if (name)
		fputs(name, out);
	else
		fprintf(out, "\"%s\"", address);
}

/* The widest word for the sender that is still about what the sender is. */
static const char *sender_name(const struct question *q)
{
	struct link_list roles = q->j->roles;
	const char *role = link_next_name(&roles);

	return role ? role : q->j->user ? q->j->user : q->j->site;
}

static const char *destination_name(const struct question *q)
{
	struct link_user user;

	if (q->j->service)
		return q->j->service;
	if (q->j->user && q->j->tenant &&
	    directory_user_at(q->directory, q->j->tenant, &q->j->source, &user) &&
	    list_has(user.pcs, &q->j->destination))
		return "own-pc";
	return NULL;
}

/* Does a service of the platform begin it, towards the tenant? */
static bool is_from_platform(const struct question *q)
{
	struct link_site site;

	return q->j->peer && q->j->tenant &&
	       directory_site_at(q->directory, q->j->device, &q->j->source, &site) &&
	       site.tenant && !strcmp(site.tenant, q->j->peer);
}

/* A rule that would allow it. */
static void print_rule(FILE *out, const struct question *q)
{
	const char *from = sender_name(q), *to = destination_name(q);
	struct link_service service;
	struct link_user user;

	if (is_from_platform(q)) {
		from = directory_service_at(q->directory, &q->j->source, &service) ?
			service.name : NULL;
		to = directory_user_at(q->directory, q->j->tenant, &q->j->destination, &user) ?
			user.name : NULL;
	}
	fputs("  - {from: ", out);
	print_end(out, from, q->source);
	fputs(", to: ", out);
	print_end(out, to, q->destination);
	fprintf(out, ", allow: [%s]}", q->port);
}

static void no_rule(FILE *out, const struct question *q)
{
	fprintf(out, "The administrator of %s can add a rule to the company's own policy:\n",
		tenant_of(q));
	print_rule(out, q);
	if (is_from_platform(q))
		fputs("\nThe provider must also list that service for the tenant.", out);
}

static void rule_denies(FILE *out, const struct question *q)
{
	fprintf(out, "The rule \"%s\"%s%s%s says so. The administrator of %s can change it, or put this in front of it:\n",
		q->j->rule ? q->j->rule : "?", q->j->origin ? " (" : "",
		q->j->origin ? q->j->origin : "", q->j->origin ? ")" : "", tenant_of(q));
	print_rule(out, q);
}

static void other_tenant(FILE *out, const struct question *q)
{
	fprintf(out, "Nothing: %s and %s are always kept apart, no rule of either can change that. What both need belongs behind a service of the platform.",
		tenant_of(q), q->j->peer ? q->j->peer : "the other tenant");
}

static void not_granted(FILE *out, const struct question *q)
{
	const char *service = q->j->service ? q->j->service : "the service";

	fprintf(out, "The provider can list %s for %s in the provider's file:\n"
		"  tenants: {%s: {services: [..., %s]}}", service, tenant_of(q), tenant_of(q), service);
}

static void no_service(FILE *out, const struct question *q)
{
	struct link_service service;
	struct link_port port;
	char buf[PORT_TEXT];
	unsigned int count = 0;

	if (!directory_service_at(q->directory, &q->j->destination, &service)) {
		fprintf(out, "The platform offers nothing at %s: check the address. The provider can add a service with this address.",
			q->destination);
		return;
	}
	fprintf(out, "%s is at this address, but it does not answer on %s, only on ",
		service.name ? service.name : "A service", q->port);
	while (link_next_port(&service.ports, &port))
		fprintf(out, "%s%s", count++ ? ", " : "", text_port(&port, buf));
	fprintf(out, ". Check the port, or the provider can add it to the service.");
}

static void spoofed(FILE *out, const struct question *q)
{
	const char *device = device_of(q->j->device);
	struct link_site site;

	fprintf(out, "The sender must use an address of a site on %s.", device);
	if (directory_site_at(q->directory, NULL, &q->j->source, &site))
		fprintf(out, " %s belongs to site %s of %s, on %s: was it meant to come in there?",
			q->source, site.name ? site.name : "?", site.tenant ? site.tenant : "?",
			device_of(site.device));
	else
		fprintf(out, " If %s is right, the provider can add its prefix to a site on %s.",
			q->source, device);
}

static void unbound(FILE *out, const struct question *q)
{
	fprintf(out, "The policy names no device that leads %s. The provider can bind a site to the device, or declare it under links when it leads to the internet.",
		q->j->site ? "to the destination" : "from the sender");
}

static void wrong_device(FILE *out, const struct question *q)
{
	struct link_site site;

	if (directory_site_at(q->directory, NULL, &q->j->destination, &site))
		fprintf(out, "%s is at site %s of %s, behind %s, but the route leads to the internet: the tunnel is probably down or its route is missing. Nothing has to be allowed; bring %s up.",
			q->destination, site.name ? site.name : "?",
			site.tenant ? site.tenant : "?", device_of(site.device),
			device_of(site.device));
	else
		fprintf(out, "The tunnel to the destination is probably down, or its route is missing.");
}

static void unknown_destination(FILE *out, const struct question *q)
{
	struct link_site site;

	fprintf(out, "No site on %s has %s: check the address.", device_of(q->j->out_device),
		q->destination);
	if (directory_site_at(q->directory, NULL, &q->j->destination, &site))
		fprintf(out, " It is at site %s of %s, behind %s: the route is wrong.",
			site.name ? site.name : "?", site.tenant ? site.tenant : "?",
			device_of(site.device));
	else
		fprintf(out, " If it is right, the provider can add its prefix to a site on %s.",
			device_of(q->j->out_device));
}

static void gateway_closed(FILE *out, const struct question *q)
{
	fprintf(out, "The provider can offer it to all tenants, gateway: {allow: [..., %s]}, or to operators only, management: {from: [\"%s\"], to: [%s]}.",
		q->port, q->source, q->port);
}

static void unsolicited(FILE *out, const struct question *q)
{
	(void)q;
	fprintf(out, "Nothing: nobody on the internet may begin a connection to a tenant or a service. The person inside has to begin it, or come in by the VPN.");
}

static void flow_limit(FILE *out, const struct question *q)
{
	fprintf(out, "%s has all the flows it may have. See who has them (tgctl show flows --tenant %s); the provider can raise flows in the tenant's plan.",
		tenant_of(q), tenant_of(q));
}

/* How a limit of so many a second is raised. */
static void print_raise(FILE *out, const struct question *q, const char *what, const char *key)
{
	fprintf(out, "%s %s a second than it may. See what it sends (tgctl show flows --tenant %s): a virus, a scan, or more people? The provider can raise %s in the tenant's plan.",
		tenant_of(q), what, tenant_of(q), key);
}

static void packet_limit(FILE *out, const struct question *q)
{
	print_raise(out, q, "sends more packets", "packets");
}

static void new_flow_limit(FILE *out, const struct question *q)
{
	print_raise(out, q, "begins more flows", "new-flows");
}

static void anything_else(FILE *out, const struct question *q)
{
	(void)q;
	fprintf(out, "No rule: the packet itself is what is wrong.");
}

typedef void (*advice_writer)(FILE *out, const struct question *q);

static advice_writer writer_for(uint8_t reason)
{
	switch (reason) {
	case TENANTGATE_REASON_NO_RULE:
		return no_rule;
	case TENANTGATE_REASON_RULE_DENY:
	case TENANTGATE_REASON_RULE_REJECT:
		return rule_denies;
	case TENANTGATE_REASON_OTHER_TENANT:
		return other_tenant;
	case TENANTGATE_REASON_SERVICE_NOT_GRANTED:
		return not_granted;
	case TENANTGATE_REASON_NO_SERVICE:
		return no_service;
	case TENANTGATE_REASON_SPOOFED_SOURCE:
		return spoofed;
	case TENANTGATE_REASON_UNBOUND_DEVICE:
		return unbound;
	case TENANTGATE_REASON_WRONG_DEVICE:
		return wrong_device;
	case TENANTGATE_REASON_UNKNOWN_DESTINATION:
		return unknown_destination;
	case TENANTGATE_REASON_GATEWAY_CLOSED:
		return gateway_closed;
	case TENANTGATE_REASON_UNSOLICITED:
		return unsolicited;
	case TENANTGATE_REASON_FLOW_LIMIT:
		return flow_limit;
	case TENANTGATE_REASON_PACKET_LIMIT:
		return packet_limit;
	case TENANTGATE_REASON_NEW_FLOW_LIMIT:
		return new_flow_limit;
	default:
		return anything_else;
	}
}

/**
 * advice_for - what would allow a packet?
 * @judgement: the judgement of it
 * @directory: the names of the running policy
 * @advice: gets the text, for free(); NULL when the packet is allowed, and its tenant
 *	at no limit
 *
 * Return: NULL or a fault.
 */
struct fault *advice_for(const struct link_judgement *judgement,
			 const struct directory *directory, char **advice)
{
	struct question q = { .j = judgement, .directory = directory };
	bool allowed = judgement->verdict == TENANTGATE_VERDICT_ALLOW;
	size_t len;
	FILE *out;

	*advice = NULL;
	if (allowed && !judgement->is_limited)
		return NULL;
	text_packet(judgement->protocol, judgement->has_destination_port,
		    judgement->destination_port, q.port);
	text_address(&judgement->source, q.source);
	text_address(&judgement->destination, q.destination);
	out = open_memstream(advice, &len);
	if (!out)
		return fault_memory();
	writer_for(allowed ? judgement->limited : judgement->reason)(out, &q);
	if (fclose(out)) {
		free(*advice);
		*advice = NULL;
		return fault_memory();
	}
	return NULL;
}
