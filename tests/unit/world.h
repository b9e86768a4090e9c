/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Policies and packets in few words, for tests of the core.
 *
 * Lists are written as text, separated by blanks:
 *
 *	prefixes	"10.1.0.0/24 fd00::1"
 *	ports		"tcp/443 udp/10-20 icmp icmp/8 icmp/3/1 sctp 47 any"
 *	selectors	"any role:NAME user:NAME site:NAME service:NAME shared:NAME
 *			 prefix:PREFIX own-pc"
 *
 * where shared: names a service of the platform, and a NULL or empty list is
 * one without elements. What cannot be read ends the test program.
 */
#ifndef _TG_TESTS_WORLD_H
#define _TG_TESTS_WORLD_H

#include "core/judge.h"
#include "core/policy.h"

#define ALLOW	TENANTGATE_VERDICT_ALLOW
#define DENY	TENANTGATE_VERDICT_DENY
#define REJECT	TENANTGATE_VERDICT_REJECT

/**
 * struct world - a policy in the making
 * @policy: the policy
 * @why: the last complaint
 */
struct world {
	struct tg_policy policy;
	struct tg_complaint why;
};

#define WORLD_MEMORY	(256UL * 1024 * 1024)

struct tg_addr an_addr(const char *text);
struct tg_prefix a_prefix(const char *text);
struct tg_port a_port(const char *text);
u32 some_prefixes(const char *text, struct tg_prefix *to, u32 room);
u32 some_ports(const char *text, struct tg_port *to, u32 room);
struct tg_packet a_packet(const char *from, const char *to, const char *port);

void world_begin(struct world *w);
void world_end(struct world *w);
struct tg_tenant *add_tenant(struct world *w, const char *name);
struct tg_site *add_site(struct world *w, struct tg_tenant *t, const char *name,
			 const char *device, const char *prefixes);
struct tg_site *add_site_in(struct world *w, struct tg_tenant *t, const char *name,
			    struct tg_realm *realm, const char *device, const char *prefixes);
struct tg_service *add_service(struct world *w, struct tg_tenant *t, const char *name,
			       const char *addresses, const char *ports);
struct tg_service *add_internet(struct world *w);
struct tg_user *add_user(struct world *w, struct tg_tenant *t, const char *name,
			 const char *addresses, const char *pcs, u64 roles);
struct tg_rule *add_rule(struct world *w, struct tg_tenant *t, const char *name, u8 verdict,
			 const char *from, const char *to, const char *ports);
struct tg_rule *add_grant(struct world *w, struct tg_tenant *t, struct tg_service *service);
int add_management(struct world *w, const char *from, const char *ports);
int set_gateway_ports(struct world *w, const char *ports);
int compile(struct world *w);

struct tg_judgement judge(struct world *w, const char *in, const char *out, const char *from,
			  const char *to, const char *port);
const char *reason_of(const struct tg_judgement *j);

char *world_dump(const struct world *w);
const char *first_difference(const char *before, const char *after);

#endif
