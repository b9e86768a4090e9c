// SPDX-License-Identifier: GPL-2.0-only
/* The oracle's policies and packets, told to the core and asked of it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "core/reason.h"
#include "feed.h"

#define OR_MEMORY	(64 * 1024 * 1024)

static struct tg_addr feed_addr(const struct or_addr *a)
{
	struct tg_addr to = { 0, 0 };
	int i;

	if (a->family == 4)
		return tg_addr_v4((u32)a->byte[0] << 24 | a->byte[1] << 16 | a->byte[2] << 8 |
				  a->byte[3]);
	for (i = 0; i < 8; i++) {
		to.hi = to.hi << 8 | a->byte[i];
		to.lo = to.lo << 8 | a->byte[8 + i];
	}
	return to;
}

static void feed_prefixes(struct tg_prefix *to, const struct or_prefix *from, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		to[i].addr = feed_addr(&from[i].addr);
		to[i].len = from[i].len + (from[i].addr.family == 4 ? TG_V4_PREFIX : 0);
	}
}

static void feed_ports(struct tg_port *to, const struct or_port *from, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		to[i] = (struct tg_port){ .class = from[i].class, .sport_max = 65535,
					  .max = 65535 };
		switch (from[i].kind) {
		case OR_PORT_ANY:
			break;
		case OR_PORT_PROTO:
			to[i].proto = from[i].proto;
			break;
		case OR_PORT_RANGE:
			to[i].proto = from[i].proto;
			to[i].min = from[i].min;
			to[i].max = from[i].max;
			to[i].sport_min = from[i].source_min;
			to[i].sport_max = from[i].source_max;
			break;
		case OR_PORT_ICMP:
			to[i].proto = TG_PROTO_ICMP;
			if (from[i].type == OR_NONE)
				break;
			to[i].min = from[i].type << 8;
			to[i].max = to[i].min | 0xff;
			if (from[i].code != OR_NONE)
				to[i].min = to[i].max = from[i].type << 8 | from[i].code;
			break;
		}
	}
}

static const char *feed_name(const char *noun, int number)
{
	static char name[4][32];
	static int next;

	next = (next + 1) % 4;
	snprintf(name[next], sizeof(name[next]), "%s%d", noun, number);
	return name[next];
}

static bool feed_places(struct or_fed *fed, const struct or_policy *p)
{
	struct tg_policy *policy = &fed->policy;
	int i;

	fed->realm[0] = policy->realms;
	for (i = 1; i < p->nrealms; i++) {
		fed->realm[i] = tg_policy_add_realm(policy, feed_name("realm", i),
						    feed_name("vrf", i), &fed->why);
		if (!fed->realm[i])
			return false;
	}
	for (i = 0; i < p->ndevices; i++)
		if (p->device[i].uplink &&
		    tg_policy_add_uplink(policy, feed_name("dev", i), NULL, &fed->why))
			return false;
	fed->tenant[0] = policy->platform;
	for (i = 1; i < p->ntenants; i++) {
		fed->tenant[i] = tg_policy_add_tenant(policy, feed_name("tenant", i), NULL,
						      p->tenant[i].mode, NULL, &fed->why);
		if (!fed->tenant[i])
			return false;
	}
	for (i = 0; i < p->nsites; i++) {
		struct tg_prefix prefixes[OR_ADDRS];
		const char *name = feed_name("site", i);
		struct tg_site site = {
			.name = name,
			.realm = fed->realm[p->site[i].realm],
			.prefixes = prefixes,
			.nprefixes = p->site[i].nprefixes,
		};

		feed_prefixes(prefixes, p->site[i].prefix, p->site[i].nprefixes);
		fed->site[i] = tg_policy_add_site(policy, fed->tenant[p->site[i].tenant],
						  feed_name("dev", p->site[i].device), &site,
						  &fed->why);
		if (!fed->site[i])
			return false;
	}
	for (i = 0; i < p->ndevices; i++)
		fed->device[i] = tg_policy_device(policy, feed_name("dev", i));
	return true;
}

/* Is it the turn of what belongs to this tenant? */
static bool feed_turn(const struct or_fed *fed, int tenant)
{
	return fed->is_late[tenant] == fed->late;
}

static bool feed_services(struct or_fed *fed, const struct or_policy *p)
{
	int i;

	for (i = 0; i < p->nservices; i++) {
		const struct or_service *s = &p->service[i];
		struct tg_prefix prefixes[OR_ADDRS];
		struct tg_port ports[OR_PORTS];
		struct tg_service service = {
			.name = feed_name("service", i),
			.kind = s->internet ? TENANTGATE_SERVICE_KIND_INTERNET :
					      TENANTGATE_SERVICE_KIND_HOSTS,
			.prefixes = prefixes,
			.nprefixes = s->naddrs,
			.ports = ports,
			.nports = s->nports,
		};

		if (!feed_turn(fed, s->tenant))
			continue;
		feed_prefixes(prefixes, s->addr, s->naddrs);
		feed_ports(ports, s->port, s->nports);
		fed->service[i] = tg_policy_add_service(&fed->policy, fed->tenant[s->tenant],
							&service, &fed->why);
		if (!fed->service[i])
			return false;
	}
	return true;
}

static bool feed_people(struct or_fed *fed, const struct or_policy *p)
{
	int i, k;

	for (i = 0; i < p->nroles; i++) {
		if (!feed_turn(fed, p->role[i].tenant))
			continue;
		fed->role[i] = tg_policy_add_role(&fed->policy, fed->tenant[p->role[i].tenant],
						  feed_name("role", i), &fed->why);
		if (!fed->role[i])
			return false;
	}
	for (i = 0; i < p->nusers; i++) {
		const struct or_user *u = &p->user[i];
		struct tg_prefix addrs[OR_ADDRS], pcs[OR_ADDRS];
		struct tg_user user = {
			.name = feed_name("user", i),
			.addrs = addrs,
			.naddrs = u->naddrs,
			.pcs = pcs,
			.npcs = u->npcs,
		};

		if (!feed_turn(fed, u->tenant))
			continue;
		for (k = 0; k < p->nroles; k++)
			if (u->role[k])
				user.roles |= 1ULL << fed->role[k]->bit;
		feed_prefixes(addrs, u->addr, u->naddrs);
		feed_prefixes(pcs, u->pc, u->npcs);
		fed->user[i] = tg_policy_add_user(&fed->policy, fed->tenant[u->tenant], &user,
						  &fed->why);
		if (!fed->user[i])
			return false;
	}
	return true;
}

static void feed_selectors(const struct or_fed *fed, struct tg_selector *to,
			   const struct or_selector *from, int count)
{
	static const u8 types[] = {
		[OR_ANY] = TENANTGATE_SELECTOR_TYPE_ANY,
		[OR_ROLE] = TENANTGATE_SELECTOR_TYPE_ROLE,
		[OR_USER] = TENANTGATE_SELECTOR_TYPE_USER,
		[OR_SITE] = TENANTGATE_SELECTOR_TYPE_SITE,
		[OR_PREFIX] = TENANTGATE_SELECTOR_TYPE_PREFIX,
		[OR_SERVICE] = TENANTGATE_SELECTOR_TYPE_SERVICE,
		[OR_OWN_PC] = TENANTGATE_SELECTOR_TYPE_OWN_PC,
	};
	int i;

	memset(to, 0, count * sizeof(*to));
	for (i = 0; i < count; i++) {
		to[i].type = types[from[i].type];
		switch (from[i].type) {
		case OR_ROLE:
			to[i].role = fed->role[from[i].which];
			break;
		case OR_USER:
			to[i].user = fed->user[from[i].which];
			break;
		case OR_SITE:
			to[i].site = fed->site[from[i].which];
			break;
		case OR_SERVICE:
			to[i].service = fed->service[from[i].which];
			break;
		case OR_PREFIX:
			feed_prefixes(&to[i].prefix, &from[i].prefix, 1);
			break;
		default:
			break;
		}
	}
}

static bool feed_rules(struct or_fed *fed, const struct or_policy *p)
{
	static const u8 verdicts[] = {
		[OR_ALLOW] = TENANTGATE_VERDICT_ALLOW,
		[OR_DENY] = TENANTGATE_VERDICT_DENY,
		[OR_REJECT] = TENANTGATE_VERDICT_REJECT,
	};
	int i;

	for (i = 0; i < p->nrules; i++) {
		const struct or_rule *r = &p->rule[i];
		struct tg_selector sources[OR_SELECTORS], destinations[OR_SELECTORS];
		struct tg_port ports[OR_PORTS];
		struct tg_rule_draft rule = {
			.name = feed_name("rule", i),
			.verdict = verdicts[r->verdict],
			.terms.sources = sources,
			.terms.nsources = r->nsources,
			.terms.destinations = destinations,
			.terms.ndestinations = r->ndestinations,
			.terms.ports = ports,
			.terms.nports = r->nports,
		};

		if (!feed_turn(fed, r->tenant))
			continue;
		feed_selectors(fed, sources, r->source, r->nsources);
		feed_selectors(fed, destinations, r->destination, r->ndestinations);
		feed_ports(ports, r->port, r->nports);
		fed->rule[i] = tg_policy_add_rule(&fed->policy, fed->tenant[r->tenant], &rule,
						  &fed->why);
		if (!fed->rule[i])
			return false;
	}
	for (i = 0; i < p->ngrants; i++) {
		if (!feed_turn(fed, p->grant[i].tenant))
			continue;
		fed->grant[i] = tg_policy_add_grant(&fed->policy,
						    fed->tenant[p->grant[i].tenant],
						    fed->service[p->grant[i].service], NULL,
						    &fed->why);
		if (!fed->grant[i])
			return false;
	}
	return true;
}

static bool feed_gateway(struct or_fed *fed, const struct or_policy *p)
{
	struct tg_prefix from[OR_ADDRS];
	struct tg_port ports[OR_PORTS];
	int i;

	feed_ports(ports, p->gateway_port, p->ngateway_ports);
	if (tg_policy_set_gateway(&fed->policy, TENANTGATE_MODE_ENFORCE, NULL, ports,
				  p->ngateway_ports, 1, &fed->why))
		return false;
	for (i = 0; i < p->nmanagement; i++) {
		const struct or_management *m = &p->management[i];

		feed_prefixes(from, m->from, m->nfrom);
		feed_ports(ports, m->port, m->nports);
		if (tg_policy_add_management(&fed->policy, from, m->nfrom, ports, m->nports,
					     &fed->why))
			return false;
	}
	return true;
}

static bool feed_tenants(struct or_fed *fed, const struct or_policy *p)
{
	return feed_services(fed, p) && feed_people(fed, p) && feed_rules(fed, p);
}

/* Some tenants of some policies come late, whichever but always the same ones. */
static void feed_choose_late(struct or_fed *fed, const struct or_policy *p)
{
	int i;

	for (i = 1; i < p->ntenants; i++) {
		fed->is_late[i] = (p->nrules + p->nusers + i) % 3 == 0;
		fed->forked |= fed->is_late[i];
	}
}

/* The policy is there but for late tenants; make it the base of one that has them. */
static bool feed_late(struct or_fed *fed, const struct or_policy *p)
{
	int i;

	fed->base = fed->policy;
	memset(&fed->policy, 0, sizeof(fed->policy));
	fed->late = true;
	if (tg_policy_fork(&fed->policy, &fed->base, OR_MEMORY))
		return false;
	for (i = 1; i < p->ntenants; i++) {
		if (!fed->is_late[i])
			continue;
		fed->tenant[i] = tg_policy_replace_tenant(&fed->policy, feed_name("tenant", i),
							  &fed->why);
		if (!fed->tenant[i])
			return false;
	}
	if (!feed_tenants(fed, p) || tg_policy_compile(&fed->policy, &fed->why))
		return false;
	tg_policy_settle(&fed->policy);
	return true;
}

/**
 * or_feed - build and compile a policy in the core
 * @fed: what came of it; or_feed_end() must follow in any case
 * @policy: the policy
 *
 * Some tenants are empty at first and then replaced in a fork.
 *
 * Return: true when the core accepts it, else @fed->why says what it found.
 */
bool or_feed(struct or_fed *fed, const struct or_policy *policy)
{
	memset(fed, 0, sizeof(*fed));
	feed_choose_late(fed, policy);
	if (tg_policy_init(&fed->policy, OR_MEMORY) || !feed_places(fed, policy) ||
	    !feed_tenants(fed, policy) || !feed_gateway(fed, policy) ||
	    tg_policy_compile(&fed->policy, &fed->why))
		return false;
	return !fed->forked || feed_late(fed, policy);
}

void or_feed_end(struct or_fed *fed)
{
	tg_policy_clear(&fed->policy, NULL);
	if (fed->late)
		tg_policy_clear(&fed->base, NULL);
}

static struct tg_packet feed_packet(const struct or_packet *k)
{
	struct tg_packet packet = {
		.saddr = feed_addr(&k->source),
		.daddr = feed_addr(&k->destination),
		.family = k->source.family,
		.proto = k->proto,
	};

	if (tg_proto_has_ports(k->proto)) {
		packet.sport = k->source_port;
		packet.dport = k->port;
	} else if (k->proto == 58 && (k->type == 128 || k->type == 129)) {
		packet.icmp = (k->type == 128 ? 8 : 0) << 8 | k->code;
	} else if (k->proto == 1 || k->proto == 58) {
		packet.icmp = k->type << 8 | k->code;
	}
	return packet;
}

/* The number an object had before it was fed. */
#define feed_back(array, object) ({					\
	int _i = OR_NONE;						\
									\
	if (object)							\
		for (_i = 0; (array)[_i] != (object); _i++)		\
			if (_i + 1 == (int)ARRAY_SIZE(array))		\
				abort();				\
	_i;								\
})

/**
 * or_ask - ask the core about a packet
 * @fed: the policy as the core has it
 * @p: the policy
 * @k: the packet
 * @answer: what the core says, in the oracle's words
 * @management: does the core take the packet for the operator's?
 */
void or_ask(const struct or_fed *fed, const struct or_policy *p, const struct or_packet *k,
	    struct or_answer *answer, bool *management)
{
	const struct tg_packet packet = feed_packet(k);
	const struct tg_route route = {
		.in = k->in == OR_NONE ? NULL : fed->device[k->in],
		.out = k->out == OR_NONE ? NULL : fed->device[k->out],
		.local = k->local,
	};
	struct tg_judgement j;

	(void)p;
	memset(&j, 0xff, sizeof(j));
	tg_judge(&fed->policy, &route, &packet, &j);
	*answer = (struct or_answer){
		.verdict = j.verdict == TENANTGATE_VERDICT_ALLOW ? OR_ALLOW :
			   j.verdict == TENANTGATE_VERDICT_DENY ? OR_DENY : OR_REJECT,
		.reason = j.reason < TG_REASONS ? tg_reasons[j.reason].name : "unknown",
		.tenant = feed_back(fed->tenant, j.tenant),
		.peer = feed_back(fed->tenant, j.peer),
		.user = feed_back(fed->user, j.user),
		.site = feed_back(fed->site, j.site),
		.peer_site = feed_back(fed->site, j.peer_site),
		.rule = j.rule && !j.rule->grant ? feed_back(fed->rule, j.rule) : OR_NONE,
		.grant = j.rule && j.rule->grant ? feed_back(fed->grant, j.rule) : OR_NONE,
		.class = j.class,
		.up = j.up,
	};
	*management = tg_is_management(&fed->policy, &packet);
}
