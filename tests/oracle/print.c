// SPDX-License-Identifier: GPL-2.0-only
/* The oracle's policies, packets and answers in writing, as TAP diagnostics. */

#include <arpa/inet.h>
#include <stdio.h>

#include "print.h"

static const char *or_verdict_name(enum or_verdict verdict)
{
	return verdict == OR_ALLOW ? "allow" : verdict == OR_DENY ? "deny" : "reject";
}

static void or_print_addr(const struct or_addr *a)
{
	char text[INET6_ADDRSTRLEN];

	printf("%s", inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->byte, text, sizeof(text)));
}

static void or_print_prefixes(const struct or_prefix *p, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		printf(" ");
		or_print_addr(&p[i].addr);
		printf("/%d", p[i].len);
	}
}

static void or_print_ports(const struct or_port *p, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		switch (p[i].kind) {
		case OR_PORT_ANY:
			printf(" any");
			break;
		case OR_PORT_PROTO:
			printf(" %d", p[i].proto);
			break;
		case OR_PORT_RANGE:
			printf(" %d/%d-%d", p[i].proto, p[i].min, p[i].max);
			if (p[i].source_min || p[i].source_max != 65535)
				printf("(from %d-%d)", p[i].source_min, p[i].source_max);
			break;
		case OR_PORT_ICMP:
			printf(" icmp");
			if (p[i].type != OR_NONE)
				printf("/%d", p[i].type);
			if (p[i].code != OR_NONE)
				printf("/%d", p[i].code);
			break;
		}
		printf(":class%d", p[i].class);
	}
}

static void or_print_selectors(const char *side, const struct or_selector *s, int count)
{
	static const char *const names[] = {
		[OR_ANY] = "any", [OR_ROLE] = "role", [OR_USER] = "user", [OR_SITE] = "site",
		[OR_PREFIX] = "prefix", [OR_SERVICE] = "service", [OR_OWN_PC] = "own-pc",
	};
	int i;

	printf(" %s", side);
	for (i = 0; i < count; i++) {
		printf(" %s", names[s[i].type]);
		if (s[i].type == OR_PREFIX)
			or_print_prefixes(&s[i].prefix, 1);
		else if (s[i].type != OR_ANY && s[i].type != OR_OWN_PC)
			printf("%d", s[i].which);
	}
	if (!count)
		printf(" (anything)");
}

static void or_print_services(const struct or_policy *p)
{
	int i;

	for (i = 0; i < p->nservices; i++) {
		printf("#   service%d of tenant%d:", i, p->service[i].tenant);
		if (p->service[i].internet)
			printf(" the internet");
		or_print_prefixes(p->service[i].addr, p->service[i].naddrs);
		printf(" ports");
		or_print_ports(p->service[i].port, p->service[i].nports);
		printf("\n");
	}
}

static void or_print_people(const struct or_policy *p)
{
	int i, k;

	for (i = 0; i < p->nroles; i++)
		printf("#   role%d of tenant%d\n", i, p->role[i].tenant);
	for (i = 0; i < p->nusers; i++) {
		printf("#   user%d of tenant%d: at", i, p->user[i].tenant);
		or_print_prefixes(p->user[i].addr, p->user[i].naddrs);
		printf(" pc");
		or_print_prefixes(p->user[i].pc, p->user[i].npcs);
		for (k = 0; k < p->nroles; k++)
			if (p->user[i].role[k])
				printf(" role%d", k);
		printf("\n");
	}
}

void or_print_policy(const struct or_policy *p)
{
	int i;

	printf("# policy (tenant0 is the platform):\n");
	for (i = 0; i < p->ndevices; i++)
		printf("#   dev%d: %s realm%d\n", i, p->device[i].uplink ? "uplink" : "bound",
		       p->device[i].realm);
	for (i = 0; i < p->nsites; i++) {
		printf("#   site%d of tenant%d: dev%d realm%d", i, p->site[i].tenant,
		       p->site[i].device, p->site[i].realm);
		or_print_prefixes(p->site[i].prefix, p->site[i].nprefixes);
		printf("\n");
	}
	or_print_services(p);
	or_print_people(p);
	for (i = 0; i < p->nrules; i++) {
		printf("#   rule%d of tenant%d: %s", i, p->rule[i].tenant,
		       or_verdict_name(p->rule[i].verdict));
		or_print_selectors("from", p->rule[i].source, p->rule[i].nsources);
		or_print_selectors("to", p->rule[i].destination, p->rule[i].ndestinations);
		printf(" ports");
		or_print_ports(p->rule[i].port, p->rule[i].nports);
		printf("\n");
	}
	for (i = 0; i < p->ngrants; i++)
		printf("#   grant%d to tenant%d: service%d\n", i, p->grant[i].tenant,
		       p->grant[i].service);
	printf("#   gateway allows:");
	or_print_ports(p->gateway_port, p->ngateway_ports);
	printf("\n");
	for (i = 0; i < p->nmanagement; i++) {
		printf("#   management from");
		or_print_prefixes(p->management[i].from, p->management[i].nfrom);
		printf(" to");
		or_print_ports(p->management[i].port, p->management[i].nports);
		printf("\n");
	}
}

void or_print_packet(const struct or_packet *k)
{
	printf("# packet: ");
	or_print_addr(&k->source);
	printf(" -> ");
	or_print_addr(&k->destination);
	printf(" in dev%d ", k->in);
	printf(k->local ? "for the gateway" : "out dev%d", k->out);
	printf(" protocol %d ports %d -> %d icmp %d/%d\n", k->proto, k->source_port, k->port,
	       k->type, k->code);
}

void or_print_answer(const char *who, const struct or_answer *a)
{
	printf("# %s: %s %s tenant%d peer%d user%d site%d peer-site%d rule%d grant%d class%d %s\n",
	       who, or_verdict_name(a->verdict), a->reason, a->tenant, a->peer, a->user, a->site,
	       a->peer_site, a->rule, a->grant, a->class, a->up ? "up" : "down");
}
