// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random packets for a policy.
 *
 * Most are made to fit some rule or grant, and then often spoiled in one
 * respect: the address next door, the port beside the range, another device.
 * What decides a packet is then rarely the first thing looked at.
 */

#include <string.h>

#include "generate.h"

/* First, last, or any address of a prefix. */
static void or_pick(struct or_random *r, struct or_addr *a, const struct or_prefix *p)
{
	int i, how = or_below(r, 4);

	*a = p->addr;
	for (i = p->len; i < 8 * or_bytes(a); i++)
		if (how == 1 || (how > 1 && i >= 8 * or_bytes(a) - 9 && or_chance(r, 50)))
			a->byte[i / 8] |= 0x80 >> (i % 8);
}

static void or_outside(struct or_random *r, struct or_addr *a, int family)
{
	memset(a, 0, sizeof(*a));
	a->family = family;
	a->byte[0] = family == 4 ? 198 : 0x20;
	a->byte[1] = family == 4 ? 51 : 1;
	a->byte[or_bytes(a) - 1] = or_random(r);
}

static void or_pick_site(struct or_random *r, const struct or_policy *p, int s,
			 struct or_addr *a)
{
	or_pick(r, a, &p->site[s].prefix[or_below(r, p->site[s].nprefixes)]);
}

/* An address that somebody has, whoever it is. */
static void or_pick_anyones(struct or_random *r, const struct or_policy *p, struct or_addr *a)
{
	int i;

	switch (or_below(r, 4)) {
	case 0:
		i = or_below(r, p->nusers);
		if (p->nusers && p->user[i].naddrs) {
			or_pick(r, a, &p->user[i].addr[or_below(r, p->user[i].naddrs)]);
			return;
		}
		break;
	case 1:
		i = or_below(r, p->nservices);
		if (p->nservices && p->service[i].naddrs) {
			or_pick(r, a, &p->service[i].addr[or_below(r, p->service[i].naddrs)]);
			return;
		}
		break;
	default:
		break;
	}
	if (p->nsites && or_chance(r, 85))
		or_pick_site(r, p, or_below(r, p->nsites), a);
	else
		or_outside(r, a, or_chance(r, 50) ? 4 : 6);
}

/* The device that an address is behind; some device when there is none. */
static int or_device_of(struct or_random *r, const struct or_policy *p, const struct or_addr *a)
{
	int found[OR_SITES], n = 0, s, i;

	for (s = 0; s < p->nsites; s++)
		for (i = 0; i < p->site[s].nprefixes; i++)
			if (oracle_in(a, &p->site[s].prefix[i])) {
				found[n++] = p->site[s].device;
				break;
			}
	if (n && or_chance(r, 97))
		return found[or_below(r, n)];
	for (i = 0; i < p->ndevices; i++)
		if (p->device[i].uplink && or_chance(r, 60))
			return i;
	return or_below(r, p->ndevices + 1) - 1;
}

static void or_fit_port(struct or_random *r, const struct or_port *port, struct or_packet *k)
{
	static const int protos[] = { 6, 17, 47, 1, 132 };

	switch (port->kind) {
	case OR_PORT_ANY:
		k->proto = protos[or_below(r, 5)];
		break;
	case OR_PORT_PROTO:
		k->proto = port->proto;
		break;
	case OR_PORT_RANGE:
		k->proto = port->proto;
		k->port = or_chance(r, 50) ? port->min : port->max;
		k->source_port = or_chance(r, 50) ? port->source_min : port->source_max;
		break;
	case OR_PORT_ICMP:
		k->proto = k->source.family == 4 ? 1 : 58;
		k->type = port->type == OR_NONE ? or_below(r, 12) : port->type;
		k->code = port->code == OR_NONE ? or_below(r, 3) : port->code;
		break;
	}
	if (k->proto == 1 && k->source.family == 6 && or_chance(r, 95))
		k->proto = 58;
	/* What ICMPv6 calls echo; the old numbers mean nothing there. */
	if (k->proto == 58 && k->type == 8)
		k->type = 128;
	if (k->proto == 58 && k->type == 0)
		k->type = 129;
}

static const struct or_port *or_some_port(struct or_random *r, const struct or_policy *p)
{
	static const struct or_port any = { .kind = OR_PORT_ANY };
	int s = or_below(r, p->nservices), n = or_below(r, p->nrules);

	if (or_chance(r, 20) && p->ngateway_ports)
		return &p->gateway_port[or_below(r, p->ngateway_ports)];
	if (or_chance(r, 50) && p->nservices && p->service[s].nports)
		return &p->service[s].port[or_below(r, p->service[s].nports)];
	if (p->nrules && p->rule[n].nports)
		return &p->rule[n].port[or_below(r, p->rule[n].nports)];
	return &any;
}

/* An address that a selector has; false when it names none. */
static bool or_fit_selector(struct or_random *r, const struct or_policy *p, int tenant,
			    const struct or_selector *s, int user, struct or_addr *a)
{
	const struct or_service *service;
	int i, tries;

	switch (s->type) {
	case OR_ANY:
		for (tries = 0; tries < 16 && p->nsites; tries++) {
			i = or_below(r, p->nsites);
			if (p->site[i].tenant == tenant) {
				or_pick_site(r, p, i, a);
				return true;
			}
		}
		return false;
	case OR_ROLE:
		for (tries = 0; tries < 16 && p->nusers; tries++) {
			i = or_below(r, p->nusers);
			if (p->user[i].role[s->which] && p->user[i].naddrs) {
				or_pick(r, a, &p->user[i].addr[or_below(r, p->user[i].naddrs)]);
				return true;
			}
		}
		return false;
	case OR_USER:
		if (!p->user[s->which].naddrs)
			return false;
		or_pick(r, a, &p->user[s->which].addr[or_below(r, p->user[s->which].naddrs)]);
		return true;
	case OR_SITE:
		or_pick_site(r, p, s->which, a);
		return true;
	case OR_PREFIX:
		or_pick(r, a, &s->prefix);
		return true;
	case OR_OWN_PC:
		if (user == OR_NONE || !p->user[user].npcs)
			return false;
		or_pick(r, a, &p->user[user].pc[or_below(r, p->user[user].npcs)]);
		return true;
	case OR_SERVICE:
		service = &p->service[s->which];
		if (service->internet)
			or_outside(r, a, or_chance(r, 50) ? 4 : 6);
		else
			or_pick(r, a, &service->addr[or_below(r, service->naddrs)]);
		return true;
	}
	return false;
}

static int or_sender(const struct or_policy *p, int tenant, const struct or_addr *a)
{
	int u, i;

	for (u = 0; u < p->nusers; u++)
		for (i = 0; i < p->user[u].naddrs; i++)
			if (p->user[u].tenant == tenant && oracle_in(a, &p->user[u].addr[i]))
				return u;
	return OR_NONE;
}

/* The rule that a packet shall fit; grants count as rules. */
static void or_choose_rule(struct or_random *r, const struct or_policy *p, struct or_rule *rule)
{
	int i = or_below(r, p->nrules + p->ngrants);

	memset(rule, 0, sizeof(*rule));
	if (i < p->nrules) {
		*rule = p->rule[i];
	} else if (i - p->nrules < p->ngrants) {
		rule->tenant = p->grant[i - p->nrules].tenant;
		rule->destination[0].type = OR_SERVICE;
		rule->destination[0].which = p->grant[i - p->nrules].service;
		rule->ndestinations = 1;
	}
}

/* Is an address the gateway's own, as far as the policy shows? */
static bool or_is_local(const struct or_policy *p, const struct or_selector *to,
			const struct or_addr *a)
{
	int s, i;

	if (to->type != OR_SERVICE || p->service[to->which].tenant ||
	    p->service[to->which].internet)
		return false;
	for (s = 0; s < p->nsites; s++)
		for (i = 0; i < p->site[s].nprefixes; i++)
			if (oracle_in(a, &p->site[s].prefix[i]))
				return false;
	return true;
}

static bool or_fit_rule(struct or_random *r, const struct or_policy *p, struct or_packet *k)
{
	static const struct or_selector any = { .type = OR_ANY };
	const struct or_selector *from = &any, *to = &any;
	const struct or_port *port;
	struct or_rule rule;
	int tries;

	or_choose_rule(r, p, &rule);
	if (rule.nsources)
		from = &rule.source[or_below(r, rule.nsources)];
	if (rule.ndestinations)
		to = &rule.destination[or_below(r, rule.ndestinations)];
	for (tries = 0; tries < 8; tries++) {
		if (!or_fit_selector(r, p, rule.tenant, from, OR_NONE, &k->source) ||
		    !or_fit_selector(r, p, rule.tenant, to,
				     or_sender(p, rule.tenant, &k->source), &k->destination))
			return false;
		if (k->source.family == k->destination.family)
			break;
	}
	if (tries == 8)
		return false;
	k->in = or_device_of(r, p, &k->source);
	k->out = or_device_of(r, p, &k->destination);
	k->local = or_is_local(p, to, &k->destination);
	if (rule.nports)
		port = &rule.port[or_below(r, rule.nports)];
	else if (to->type == OR_SERVICE && p->service[to->which].nports)
		port = &p->service[to->which].port[or_below(r, p->service[to->which].nports)];
	else
		port = or_some_port(r, p);
	or_fit_port(r, port, k);
	return true;
}

static void or_any_packet(struct or_random *r, const struct or_policy *p, struct or_packet *k)
{
	do {
		or_pick_anyones(r, p, &k->source);
		or_pick_anyones(r, p, &k->destination);
	} while (k->source.family != k->destination.family);
	k->in = or_device_of(r, p, &k->source);
	k->out = or_device_of(r, p, &k->destination);
	k->local = or_chance(r, 15);
	or_fit_port(r, or_some_port(r, p), k);
}

/* Spoil a packet in one respect. */
static void or_spoil(struct or_random *r, const struct or_policy *p, struct or_packet *k)
{
	static const int protos[] = { 6, 17, 47, 132, 50 };
	struct or_addr other;

	switch (or_below(r, 9)) {
	case 0:
		or_step(&k->source, or_chance(r, 50) ? 1 : -1);
		break;
	case 1:
		or_step(&k->destination, or_chance(r, 50) ? 1 : -1);
		break;
	case 2:
		k->port = (k->port + (or_chance(r, 50) ? 1 : 65535)) & 0xffff;
		break;
	case 3:
		k->source_port = (k->source_port + (or_chance(r, 50) ? 1 : 65535)) & 0xffff;
		break;
	case 4:
		k->proto = protos[or_below(r, 5)];
		break;
	case 5:
		k->in = or_below(r, p->ndevices + 1) - 1;
		break;
	case 6:
		k->out = or_below(r, p->ndevices + 1) - 1;
		break;
	case 7:
		or_pick_anyones(r, p, &other);
		if (other.family == k->source.family)
			*(or_chance(r, 50) ? &k->source : &k->destination) = other;
		break;
	default:
		if (k->type != 128 && k->type != 129 && k->type != 0 && k->type != 8)
			k->type ^= 1 + or_below(r, 2);
		k->code ^= 1;
		break;
	}
	/* Numbers that mean an echo in the other family are avoided. */
	if (k->proto == 58 && (k->type == 0 || k->type == 8))
		k->type = 1;
	if (k->proto == 1 && (k->type == 128 || k->type == 129))
		k->type = 1;
}

void or_generate_packet(struct or_random *r, const struct or_policy *p, struct or_packet *k)
{
	memset(k, 0, sizeof(*k));
	k->port = or_below(r, 5) * 250;
	k->source_port = 1000;
	if (!or_chance(r, 70) || !or_fit_rule(r, p, k)) {
		k->type = k->code = 0;
		or_any_packet(r, p, k);
	}
	if (or_chance(r, 40))
		or_spoil(r, p, k);
	if (k->in != OR_NONE && p->device[k->in].uplink)
		k->local = false;	/* not the gate's business */
	if (k->in == OR_NONE)
		k->local = false;
}
