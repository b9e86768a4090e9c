// SPDX-License-Identifier: GPL-2.0-only
/* What a policy means, read as a person would read it: the judgement. */

#include <string.h>

#include "oracle.h"

/* Where a packet comes from or goes to. */
struct or_end {
	enum { AT_SITE, AT_INTERNET, AT_GATEWAY } at;
	int site;
	int tenant;
};

static int or_bit(const struct or_addr *a, int i)
{
	return a->byte[i / 8] >> (7 - i % 8) & 1;
}

/* Do the first bits agree? An IPv4 address is in no IPv6 prefix. */
bool oracle_in(const struct or_addr *addr, const struct or_prefix *prefix)
{
	int i;

	if (addr->family != prefix->addr.family)
		return false;
	for (i = 0; i < prefix->len; i++)
		if (or_bit(addr, i) != or_bit(&prefix->addr, i))
			return false;
	return true;
}

static bool or_in_any(const struct or_addr *addr, const struct or_prefix *prefix, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (oracle_in(addr, &prefix[i]))
			return true;
	return false;
}

/* The site on a device that has an address, by the longest prefix. */
static int or_site_on(const struct or_policy *p, int device, const struct or_addr *addr)
{
	int s, i, best = OR_NONE, best_len = -1;

	for (s = 0; s < p->nsites; s++) {
		if (p->site[s].device != device)
			continue;
		for (i = 0; i < p->site[s].nprefixes; i++) {
			const struct or_prefix *prefix = &p->site[s].prefix[i];

			if (oracle_in(addr, prefix) && prefix->len > best_len) {
				best = s;
				best_len = prefix->len;
			}
		}
	}
	return best;
}

/* In a site of one realm, or of all with OR_NONE. */
static bool or_in_any_site(const struct or_policy *p, int realm, const struct or_addr *addr)
{
	int s;

	for (s = 0; s < p->nsites; s++)
		if ((realm == OR_NONE || p->site[s].realm == realm) &&
		    or_in_any(addr, p->site[s].prefix, p->site[s].nprefixes))
			return true;
	return false;
}

/* A device that neither has sites nor leads to the internet is none of the policy's. */
static bool or_is_named(const struct or_policy *p, int device)
{
	int s;

	if (device == OR_NONE || p->device[device].uplink)
		return device != OR_NONE;
	for (s = 0; s < p->nsites; s++)
		if (p->site[s].device == device)
			return true;
	return false;
}

/* The tenant that all sites on a device belong to. */
static int or_sole_tenant(const struct or_policy *p, int device)
{
	int s, tenant = OR_NONE;

	for (s = 0; s < p->nsites; s++) {
		if (p->site[s].device != device)
			continue;
		if (tenant != OR_NONE && tenant != p->site[s].tenant)
			return OR_NONE;
		tenant = p->site[s].tenant;
	}
	return tenant;
}

static bool or_has_ports(int proto)
{
	return proto == 6 || proto == 17 || proto == 33 || proto == 132 || proto == 136;
}

/* ICMPv6 calls by other numbers what ping sends and gets. */
static int or_type(const struct or_packet *k)
{
	if (k->proto == 58 && k->type == 128)
		return 8;
	if (k->proto == 58 && k->type == 129)
		return 0;
	return k->type;
}

static bool or_port_has(const struct or_port *port, const struct or_packet *k)
{
	switch (port->kind) {
	case OR_PORT_ANY:
		return true;
	case OR_PORT_PROTO:
		return k->proto == port->proto;
	case OR_PORT_RANGE:
		if (k->proto != port->proto)
			return false;
		return !or_has_ports(k->proto) ||
		       (port->min <= k->port && k->port <= port->max &&
			port->source_min <= k->source_port && k->source_port <= port->source_max);
	case OR_PORT_ICMP:
		if (k->proto != 1 && k->proto != 58)
			return false;
		if (port->type == OR_NONE)
			return true;
		return port->type == or_type(k) &&
		       (port->code == OR_NONE || port->code == k->code);
	}
	return false;
}

/* The first of some ports that has a packet, its place; none given is every port. */
static bool or_ports_have(const struct or_port *port, int count, const struct or_packet *k,
			  int *class)
{
	int i;

	*class = 0;
	if (!count)
		return true;
	for (i = 0; i < count; i++) {
		if (or_port_has(&port[i], k)) {
			*class = port[i].class;
			return true;
		}
	}
	return false;
}

bool oracle_management(const struct or_policy *p, const struct or_packet *k)
{
	int i, class;

	for (i = 0; i < p->nmanagement; i++)
		if (or_in_any(&k->source, p->management[i].from, p->management[i].nfrom) &&
		    or_ports_have(p->management[i].port, p->management[i].nports, k, &class))
			return true;
	return false;
}

static int or_user_at(const struct or_policy *p, int tenant, const struct or_addr *addr)
{
	int u;

	for (u = 0; u < p->nusers; u++)
		if (p->user[u].tenant == tenant &&
		    or_in_any(addr, p->user[u].addr, p->user[u].naddrs))
			return u;
	return OR_NONE;
}

static bool or_is_at(const struct or_end *end, int tenant)
{
	return end->at == AT_SITE && end->tenant == tenant;
}

static bool or_source_fits(const struct or_policy *p, const struct or_selector *s, int tenant,
			   const struct or_end *src, const struct or_packet *k, int user)
{
	const struct or_service *service;

	switch (s->type) {
	case OR_ANY:
		return or_is_at(src, tenant);
	case OR_ROLE:
		return user != OR_NONE && p->user[user].role[s->which];
	case OR_USER:
		return user != OR_NONE && user == s->which;
	case OR_SITE:
		return src->at == AT_SITE && src->site == s->which;
	case OR_PREFIX:
		return or_is_at(src, tenant) && oracle_in(&k->source, &s->prefix);
	case OR_SERVICE:
		service = &p->service[s->which];
		return or_is_at(src, service->tenant) &&
		       or_in_any(&k->source, service->addr, service->naddrs);
	case OR_OWN_PC:
		break;
	}
	return false;
}

/* Does a destination fit? @service is the one whose ports count if the rule has none. */
static bool or_destination_fits(const struct or_policy *p, const struct or_selector *s,
				int tenant, const struct or_end *dst, const struct or_packet *k,
				int user, const struct or_service **service)
{
	const struct or_service *named;
	int u;

	*service = NULL;
	switch (s->type) {
	case OR_ANY:
		return or_is_at(dst, tenant);
	case OR_ROLE:
		for (u = 0; u < p->nusers; u++)
			if (p->user[u].role[s->which] && or_is_at(dst, tenant) &&
			    or_in_any(&k->destination, p->user[u].addr, p->user[u].naddrs))
				return true;
		return false;
	case OR_USER:
		return or_is_at(dst, tenant) &&
		       or_in_any(&k->destination, p->user[s->which].addr,
				 p->user[s->which].naddrs);
	case OR_SITE:
		return dst->at == AT_SITE && dst->site == s->which;
	case OR_PREFIX:
		return or_is_at(dst, tenant) && oracle_in(&k->destination, &s->prefix);
	case OR_OWN_PC:
		return user != OR_NONE && or_is_at(dst, tenant) &&
		       or_in_any(&k->destination, p->user[user].pc, p->user[user].npcs);
	case OR_SERVICE:
		named = &p->service[s->which];
		if (named->internet)
			return dst->at == AT_INTERNET;
		*service = named;
		/* The platform's services may be on the gateway itself. */
		return (or_is_at(dst, named->tenant) ||
			(named->tenant == 0 && dst->at == AT_GATEWAY)) &&
		       or_in_any(&k->destination, named->addr, named->naddrs);
	}
	return false;
}

static bool or_rule_fits(const struct or_policy *p, const struct or_rule *r,
			 const struct or_end *src, const struct or_end *dst,
			 const struct or_packet *k, int user, int *class)
{
	static const struct or_selector any = { .type = OR_ANY };
	int i;
	bool fits = false;

	for (i = 0; i < r->nsources && !fits; i++)
		fits = or_source_fits(p, &r->source[i], r->tenant, src, k, user);
	if (!r->nsources)
		fits = or_source_fits(p, &any, r->tenant, src, k, user);
	if (!fits)
		return false;
	for (i = 0; i < r->ndestinations || (!i && !r->ndestinations); i++) {
		const struct or_selector *s = r->ndestinations ? &r->destination[i] : &any;
		const struct or_service *service;

		if (!or_destination_fits(p, s, r->tenant, dst, k, user, &service))
			continue;
		if (r->nports || !service) {
			if (or_ports_have(r->port, r->nports, k, class))
				return true;
		} else if (or_ports_have(service->port, service->nports, k, class)) {
			return true;
		}
	}
	return false;
}

static void or_end_with(struct or_answer *a, enum or_verdict verdict, const char *reason)
{
	a->verdict = verdict;
	a->reason = reason;
}

/* The tenant's rules in order, then what is listed for it. */
static bool or_apply_rules(const struct or_policy *p, const struct or_end *src,
			   const struct or_end *dst, const struct or_packet *k,
			   struct or_answer *a)
{
	int user = or_is_at(src, a->tenant) ? a->user : OR_NONE;
	int i, class;

	for (i = 0; i < p->nrules; i++) {
		if (p->rule[i].tenant != a->tenant ||
		    !or_rule_fits(p, &p->rule[i], src, dst, k, user, &class))
			continue;
		a->rule = i;
		a->class = class;
		if (p->rule[i].verdict == OR_ALLOW)
			or_end_with(a, OR_ALLOW, "rule");
		else if (p->rule[i].verdict == OR_DENY)
			or_end_with(a, OR_DENY, "rule-deny");
		else
			or_end_with(a, OR_REJECT, "rule-reject");
		return true;
	}
	for (i = 0; i < p->ngrants; i++) {
		struct or_rule implied = {
			.tenant = a->tenant,
			.destination = { { .type = OR_SERVICE, .which = p->grant[i].service } },
			.ndestinations = 1,
		};

		if (p->grant[i].tenant != a->tenant ||
		    !or_rule_fits(p, &implied, src, dst, k, user, &class))
			continue;
		a->grant = i;
		a->class = class;
		or_end_with(a, OR_ALLOW, "grant");
		return true;
	}
	return false;
}

static bool or_is_listed(const struct or_policy *p, int tenant, int service)
{
	int i;

	for (i = 0; i < p->ngrants; i++)
		if (p->grant[i].tenant == tenant && p->grant[i].service == service)
			return true;
	return false;
}

static const char *or_why_not(const struct or_policy *p, const struct or_end *dst,
			      const struct or_packet *k, int tenant)
{
	int s, class;

	if (tenant == 0)
		return "no-rule";	/* nothing is listed for the platform itself */
	if (dst->at == AT_INTERNET)
		return "service-not-granted";
	if (dst->tenant != 0)
		return "no-rule";
	for (s = 0; s < p->nservices; s++)
		if (p->service[s].tenant == 0 && !p->service[s].internet &&
		    or_in_any(&k->destination, p->service[s].addr, p->service[s].naddrs) &&
		    or_ports_have(p->service[s].port, p->service[s].nports, k, &class) &&
		    !or_is_listed(p, tenant, s))
			return "service-not-granted";
	return "no-service";
}

/* Step 1: who sends it? */
static bool or_find_source(const struct or_policy *p, const struct or_packet *k,
			   struct or_end *src, struct or_answer *a)
{
	if (!or_is_named(p, k->in)) {
		or_end_with(a, OR_DENY, "unbound-device");
		return false;
	}
	if (p->device[k->in].uplink) {
		src->at = AT_INTERNET;
		if (!or_in_any_site(p, 0, &k->source))
			return true;
		a->up = true;
		or_end_with(a, OR_DENY, "spoofed-source");
		return false;
	}
	src->at = AT_SITE;
	src->site = or_site_on(p, k->in, &k->source);
	a->up = true;
	if (src->site == OR_NONE) {
		a->tenant = or_sole_tenant(p, k->in);
		or_end_with(a, OR_DENY, "spoofed-source");
		return false;
	}
	src->tenant = p->site[src->site].tenant;
	a->site = src->site;
	a->tenant = src->tenant;
	a->user = or_user_at(p, src->tenant, &k->source);
	return true;
}

/* Step 2: where does it go? */
static bool or_find_destination(const struct or_policy *p, const struct or_packet *k,
				struct or_end *dst, struct or_answer *a)
{
	if (!or_is_named(p, k->out)) {
		or_end_with(a, OR_DENY, "unbound-device");
		return false;
	}
	if (p->device[k->out].uplink) {
		dst->at = AT_INTERNET;
		if (!or_in_any_site(p, OR_NONE, &k->destination))
			return true;
		or_end_with(a, OR_DENY, "wrong-device");
		return false;
	}
	dst->at = AT_SITE;
	dst->site = or_site_on(p, k->out, &k->destination);
	if (dst->site == OR_NONE) {
		or_end_with(a, OR_DENY, "unknown-destination");
		return false;
	}
	dst->tenant = p->site[dst->site].tenant;
	a->peer_site = dst->site;
	return true;
}

/* Steps 3 and 4: may the two talk at all, and by whose rules? */
static bool or_isolate(const struct or_end *src, const struct or_end *dst, struct or_answer *a)
{
	if (src->at == AT_INTERNET) {
		a->tenant = dst->tenant;
		or_end_with(a, OR_DENY, "unsolicited");
		return false;
	}
	if (dst->at == AT_INTERNET || src->tenant == dst->tenant)
		return true;
	a->peer = dst->tenant;
	if (src->tenant != 0 && dst->tenant != 0) {
		or_end_with(a, OR_DENY, "other-tenant");
		return false;
	}
	if (src->tenant == 0) {
		a->tenant = dst->tenant;
		a->peer = 0;
		a->up = false;
	}
	return true;
}

void oracle_judge(const struct or_policy *p, const struct or_packet *k, struct or_answer *a)
{
	struct or_end src = { .site = OR_NONE, .tenant = OR_NONE };
	struct or_end dst = { .site = OR_NONE, .tenant = OR_NONE };
	int class;

	*a = (struct or_answer){
		.tenant = OR_NONE, .peer = OR_NONE, .user = OR_NONE, .site = OR_NONE,
		.peer_site = OR_NONE, .rule = OR_NONE, .grant = OR_NONE,
	};
	if (!or_find_source(p, k, &src, a))
		return;
	if (k->local) {
		dst.at = AT_GATEWAY;
		if (or_apply_rules(p, &src, &dst, k, a))
			return;
		if (p->ngateway_ports &&
		    or_ports_have(p->gateway_port, p->ngateway_ports, k, &class))
			or_end_with(a, OR_ALLOW, "gateway-service");
		else
			or_end_with(a, OR_DENY, "gateway-closed");
		return;
	}
	if (!or_find_destination(p, k, &dst, a) || !or_isolate(&src, &dst, a))
		return;
	if (!or_apply_rules(p, &src, &dst, k, a))
		or_end_with(a, OR_DENY, or_why_not(p, &dst, k, a->tenant));
}
