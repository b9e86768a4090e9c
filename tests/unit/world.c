// SPDX-License-Identifier: GPL-2.0-only
/* Policies and packets in few words, for tests of the core. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "core/reason.h"
#include "world.h"

#define WORDS	512

static void unreadable(const char *what, const char *text)
{
	fprintf(stderr, "test is wrong: %s '%s'\n", what, text);
	abort();
}

/* The next word of a list, or false. */
static bool next_word(const char **text, char *word, size_t size)
{
	size_t len;

	if (!*text)
		return false;
	*text += strspn(*text, " ");
	len = strcspn(*text, " ");
	if (!len)
		return false;
	if (len >= size)
		unreadable("word", *text);
	memcpy(word, *text, len);
	word[len] = 0;
	*text += len;
	return true;
}

struct tg_addr an_addr(const char *text)
{
	struct tg_addr a = { 0, 0 };
	u8 bytes[16];
	int i;

	if (!strchr(text, ':')) {
		if (inet_pton(AF_INET, text, bytes) != 1)
			unreadable("address", text);
		return tg_addr_v4((u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
				  bytes[3]);
	}
	if (inet_pton(AF_INET6, text, bytes) != 1)
		unreadable("address", text);
	for (i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | bytes[i];
		a.lo = a.lo << 8 | bytes[8 + i];
	}
	return a;
}

struct tg_prefix a_prefix(const char *text)
{
	struct tg_prefix p = { .len = 128 };
	const char *slash = strchr(text, '/');
	char addr[64];

	snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - text) : 63, text);
	p.addr = an_addr(addr);
	if (slash)
		p.len = atoi(slash + 1) + (strchr(text, ':') ? 0 : TG_V4_PREFIX);
	return p;
}

static u8 protocol_of(const char *name)
{
	static const struct {
		const char *name;
		u8 number;
	} known[] = {
		{ "any", 0 }, { "icmp", 1 }, { "tcp", 6 }, { "udp", 17 }, { "dccp", 33 },
		{ "icmpv6", 58 }, { "sctp", 132 }, { "udplite", 136 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].name, name))
			return known[i].number;
	if (atoi(name) <= 0 || atoi(name) > 255)
		unreadable("protocol", name);
	return atoi(name);
}

struct tg_port a_port(const char *text)
{
	struct tg_port p = { .max = 0xffff, .sport_max = 0xffff };
	char name[32];
	unsigned int first, last;
	int n;

	if (sscanf(text, "%31[^/]", name) != 1)
		unreadable("port", text);
	p.proto = protocol_of(name);
	text += strlen(name);
	if (!*text)
		return p;
	if (tg_proto_is_icmp(p.proto)) {
		n = sscanf(text, "/%u/%u", &first, &last);
		p.min = first << 8 | (n == 2 ? last : 0);
		p.max = first << 8 | (n == 2 ? last : 0xff);
	} else {
		n = sscanf(text, "/%u-%u", &first, &last);
		p.min = first;
		p.max = n == 2 ? last : first;
	}
	if (n < 1)
		unreadable("port", text);
	return p;
}

u32 some_prefixes(const char *text, struct tg_prefix *to, u32 room)
{
	char word[128];
	u32 n = 0;

	while (next_word(&text, word, sizeof(word))) {
		if (n == room)
			unreadable("too many prefixes", text);
		to[n++] = a_prefix(word);
	}
	return n;
}

u32 some_ports(const char *text, struct tg_port *to, u32 room)
{
	char word[64];
	u32 n = 0;

	while (next_word(&text, word, sizeof(word))) {
		if (n == room)
			unreadable("too many ports", text);
		to[n++] = a_port(word);
	}
	return n;
}

struct tg_packet a_packet(const char *from, const char *to, const char *port)
{
	struct tg_port p = a_port(port);
	struct tg_packet k = {
		.saddr = an_addr(from),
		.daddr = an_addr(to),
		.family = strchr(from, ':') ? 6 : 4,
		.proto = p.proto,
	};

	if (k.family == 6 && k.proto == TG_PROTO_ICMP)
		k.proto = TG_PROTO_ICMPV6;
	if (tg_proto_is_icmp(k.proto)) {
		k.icmp = p.min;
	} else if (tg_proto_has_ports(k.proto)) {
		k.sport = 40000;
		k.dport = p.min;
	}
	return k;
}

void world_begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	if (tg_policy_init(&w->policy, WORLD_MEMORY))
		unreadable("policy", "no memory");
}

void world_end(struct world *w)
{
	tg_policy_clear(&w->policy, NULL);
}

struct tg_tenant *add_tenant(struct world *w, const char *name)
{
	return tg_policy_add_tenant(&w->policy, name, NULL, TENANTGATE_MODE_ENFORCE, NULL,
				    &w->why);
}

struct tg_site *add_site_in(struct world *w, struct tg_tenant *t, const char *name,
			    struct tg_realm *realm, const char *device, const char *prefixes)
{
	struct tg_prefix list[WORDS];
	struct tg_site site = {
		.name = name,
		.kind = TENANTGATE_SITE_KIND_OFFICE,
		.realm = realm,
		.prefixes = list,
		.nprefixes = some_prefixes(prefixes, list, WORDS),
	};

	return tg_policy_add_site(&w->policy, t, device, &site, &w->why);
}

struct tg_site *add_site(struct world *w, struct tg_tenant *t, const char *name,
			 const char *device, const char *prefixes)
{
	return add_site_in(w, t, name, NULL, device, prefixes);
}

struct tg_service *add_service(struct world *w, struct tg_tenant *t, const char *name,
			       const char *addresses, const char *ports)
{
	struct tg_prefix addrs[WORDS];
	struct tg_port port_list[WORDS];
	struct tg_service service = {
		.name = name,
		.kind = TENANTGATE_SERVICE_KIND_HOSTS,
		.prefixes = addrs,
		.nprefixes = some_prefixes(addresses, addrs, WORDS),
		.ports = port_list,
		.nports = some_ports(ports, port_list, WORDS),
	};

	return tg_policy_add_service(&w->policy, t, &service, &w->why);
}

struct tg_service *add_internet(struct world *w)
{
	struct tg_service service = {
		.name = "internet",
		.kind = TENANTGATE_SERVICE_KIND_INTERNET,
	};

	return tg_policy_add_service(&w->policy, w->policy.platform, &service, &w->why);
}

struct tg_user *add_user(struct world *w, struct tg_tenant *t, const char *name,
			 const char *addresses, const char *pcs, u64 roles)
{
	struct tg_prefix addrs[WORDS], pc_list[WORDS];
	struct tg_user user = {
		.name = name,
		.roles = roles,
		.addrs = addrs,
		.naddrs = some_prefixes(addresses, addrs, WORDS),
		.pcs = pc_list,
		.npcs = some_prefixes(pcs, pc_list, WORDS),
	};

	return tg_policy_add_user(&w->policy, t, &user, &w->why);
}

#define find_named(list, wanted) ({				\
	typeof(list) _o;					\
								\
	for (_o = (list); _o; _o = _o->next)			\
		if (!strcmp(_o->name, wanted))			\
			break;					\
	if (!_o)						\
		unreadable("name", wanted);			\
	_o;							\
})

static struct tg_selector a_selector(struct world *w, struct tg_tenant *t, const char *word)
{
	struct tg_selector s = { .type = TENANTGATE_SELECTOR_TYPE_ANY };
	const char *name = strchr(word, ':');

	if (!strcmp(word, "any"))
		return s;
	if (!strcmp(word, "own-pc")) {
		s.type = TENANTGATE_SELECTOR_TYPE_OWN_PC;
		return s;
	}
	if (!name++)
		unreadable("selector", word);
	if (!strncmp(word, "role:", 5)) {
		s.type = TENANTGATE_SELECTOR_TYPE_ROLE;
		s.role = find_named(t->roles, name);
	} else if (!strncmp(word, "user:", 5)) {
		s.type = TENANTGATE_SELECTOR_TYPE_USER;
		s.user = find_named(t->users, name);
	} else if (!strncmp(word, "site:", 5)) {
		s.type = TENANTGATE_SELECTOR_TYPE_SITE;
		s.site = find_named(t->sites, name);
	} else if (!strncmp(word, "service:", 8)) {
		s.type = TENANTGATE_SELECTOR_TYPE_SERVICE;
		s.service = find_named(t->services, name);
	} else if (!strncmp(word, "shared:", 7)) {
		s.type = TENANTGATE_SELECTOR_TYPE_SERVICE;
		s.service = find_named(w->policy.platform->services, name);
	} else if (!strncmp(word, "prefix:", 7)) {
		s.type = TENANTGATE_SELECTOR_TYPE_PREFIX;
		s.prefix = a_prefix(name);
	} else {
		unreadable("selector", word);
	}
	return s;
}

static u32 some_selectors(struct world *w, struct tg_tenant *t, const char *text,
			  struct tg_selector *to, u32 room)
{
	char word[128];
	u32 n = 0;

	while (next_word(&text, word, sizeof(word))) {
		if (n == room)
			unreadable("too many selectors", text);
		to[n++] = a_selector(w, t, word);
	}
	return n;
}

struct tg_rule *add_rule(struct world *w, struct tg_tenant *t, const char *name, u8 verdict,
			 const char *from, const char *to, const char *ports)
{
	struct tg_selector sources[WORDS], destinations[WORDS];
	struct tg_port port_list[WORDS];
	struct tg_rule_draft rule = {
		.name = name,
		.verdict = verdict,
		.terms.sources = sources,
		.terms.nsources = some_selectors(w, t, from, sources, WORDS),
		.terms.destinations = destinations,
		.terms.ndestinations = some_selectors(w, t, to, destinations, WORDS),
		.terms.ports = port_list,
		.terms.nports = some_ports(ports, port_list, WORDS),
	};

	return tg_policy_add_rule(&w->policy, t, &rule, &w->why);
}

struct tg_rule *add_grant(struct world *w, struct tg_tenant *t, struct tg_service *service)
{
	return tg_policy_add_grant(&w->policy, t, service, NULL, &w->why);
}

int add_management(struct world *w, const char *from, const char *ports)
{
	struct tg_prefix prefixes[WORDS];
	struct tg_port port_list[WORDS];
	u32 nfrom = some_prefixes(from, prefixes, WORDS);

	return tg_policy_add_management(&w->policy, prefixes, nfrom, port_list,
					some_ports(ports, port_list, WORDS), &w->why);
}

int set_gateway_ports(struct world *w, const char *ports)
{
	struct tg_port list[WORDS];
	u32 n = some_ports(ports, list, WORDS);

	return tg_policy_set_gateway(&w->policy, TENANTGATE_MODE_ENFORCE, NULL, list, n, 1000,
				     &w->why);
}

int compile(struct world *w)
{
	return tg_policy_compile(&w->policy, &w->why);
}

/*
 * Judge a packet that comes in by @in and leaves by @out; "local" there is the
 * gateway itself, NULL a device that the policy does not name.
 */
struct tg_judgement judge(struct world *w, const char *in, const char *out, const char *from,
			  const char *to, const char *port)
{
	const struct tg_packet packet = a_packet(from, to, port);
	const bool local = out && !strcmp(out, "local");
	const struct tg_route route = {
		.in = in ? tg_policy_device(&w->policy, in) : NULL,
		.out = out && !local ? tg_policy_device(&w->policy, out) : NULL,
		.local = local,
	};
	struct tg_judgement j;

	if ((in && !route.in) || (out && !local && !route.out))
		unreadable("device", in && !route.in ? in : out);
	memset(&j, 0xff, sizeof(j));
	tg_judge(&w->policy, &route, &packet, &j);
	return j;
}

const char *reason_of(const struct tg_judgement *j)
{
	return j->reason < TG_REASONS ? tg_reasons[j->reason].name : "none";
}
