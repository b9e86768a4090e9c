/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a policy means, read as a person would read it.
 *
 * This is the second opinion on the core: written from the description of the
 * policy's semantics alone, without its headers, data structures or tricks.
 * Addresses are strings of bytes, every search is a walk through a list, and
 * nothing is prepared in advance.
 */
#ifndef _TG_ORACLE_H
#define _TG_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#define OR_NONE		(-1)

#define OR_DEVICES	8
#define OR_REALMS	4
#define OR_TENANTS	6
#define OR_SITES	32
#define OR_SERVICES	32
#define OR_ROLES	24
#define OR_USERS	32
#define OR_RULES	64
#define OR_GRANTS	48
#define OR_MANAGEMENT	4
#define OR_ADDRS	6	/* prefixes or addresses of one object */
#define OR_PORTS	5	/* port entries of one object */
#define OR_SELECTORS	5	/* sources or destinations of one rule */

struct or_addr {
	uint8_t byte[16];	/* in network order; four of them for IPv4 */
	int family;		/* 4 or 6 */
};

struct or_prefix {
	struct or_addr addr;
	int len;		/* 0 to 32 or 0 to 128 */
};

enum or_port_kind {
	OR_PORT_ANY,		/* any protocol */
	OR_PORT_PROTO,		/* a protocol, whatever its ports */
	OR_PORT_RANGE,		/* a protocol with ports */
	OR_PORT_ICMP,		/* ICMP of either family, or one type, or one code of it */
};

struct or_port {
	enum or_port_kind kind;
	int proto;
	int min, max;		/* destination ports */
	int source_min, source_max;
	int type, code;		/* or OR_NONE */
	int class;
};

struct or_device {
	bool uplink;
	int realm;		/* realm of the sites bound to it */
};

struct or_tenant {
	int mode;
};

struct or_site {
	int tenant, device, realm;
	struct or_prefix prefix[OR_ADDRS];
	int nprefixes;
};

struct or_service {
	int tenant;
	bool internet;
	struct or_prefix addr[OR_ADDRS];
	int naddrs;
	struct or_port port[OR_PORTS];
	int nports;
};

struct or_role {
	int tenant;
};

struct or_user {
	int tenant;
	struct or_prefix addr[OR_ADDRS];
	int naddrs;
	struct or_prefix pc[OR_ADDRS];
	int npcs;
	bool role[OR_ROLES];
};

enum or_selector_type {
	OR_ANY,
	OR_ROLE,
	OR_USER,
	OR_SITE,
	OR_PREFIX,
	OR_SERVICE,
	OR_OWN_PC,
};

struct or_selector {
	enum or_selector_type type;
	int which;
	struct or_prefix prefix;
};

enum or_verdict {
	OR_ALLOW,
	OR_DENY,
	OR_REJECT,
};

struct or_rule {
	int tenant;
	enum or_verdict verdict;
	struct or_selector source[OR_SELECTORS];
	int nsources;
	struct or_selector destination[OR_SELECTORS];
	int ndestinations;
	struct or_port port[OR_PORTS];
	int nports;
};

struct or_grant {
	int tenant, service;
};

struct or_management {
	struct or_prefix from[OR_ADDRS];
	int nfrom;
	struct or_port port[OR_PORTS];
	int nports;
};

/* Tenant 0 is the platform, realm 0 the default one. */
struct or_policy {
	struct or_device device[OR_DEVICES];
	struct or_tenant tenant[OR_TENANTS];
	struct or_site site[OR_SITES];
	struct or_service service[OR_SERVICES];
	struct or_role role[OR_ROLES];
	struct or_user user[OR_USERS];
	struct or_rule rule[OR_RULES];
	struct or_grant grant[OR_GRANTS];
	struct or_management management[OR_MANAGEMENT];
	struct or_port gateway_port[OR_PORTS];
	int ndevices, nrealms, ntenants, nsites, nservices, nroles, nusers, nrules, ngrants;
	int nmanagement, ngateway_ports;
};

struct or_packet {
	int in, out;		/* devices; OR_NONE for one the policy does not name */
	bool local;		/* for the gateway itself */
	struct or_addr source, destination;
	int proto;
	int source_port, port;	/* of protocols that have ports */
	int type, code;		/* of ICMP, in the numbers of the packet's family */
};

struct or_answer {
	enum or_verdict verdict;
	const char *reason;
	int tenant;		/* whom it is counted for */
	int peer;		/* the other end, when it is another tenant */
	int user;		/* who sent it, of the tenant */
	int site, peer_site;
	int rule, grant;	/* what decided, one or neither */
	int class;
	bool up;		/* from the tenant, not to it */
};

bool oracle_accepts(const struct or_policy *policy, const char **why);
void oracle_judge(const struct or_policy *policy, const struct or_packet *packet,
		  struct or_answer *answer);
bool oracle_management(const struct or_policy *policy, const struct or_packet *packet);
bool oracle_in(const struct or_addr *addr, const struct or_prefix *prefix);

#endif
