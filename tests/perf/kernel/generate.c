// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel bench runs on: tenants' rules in the form of each contender,
 * and a trace of flows that meet them. Everything follows from the numbers on
 * the command line, so whoever reads the trace meets the same rules.
 *
 *	generate trace|policy|nft|nft-ct|nft-set|nft-flowtable NAME=NUMBER...
 *
 *	tenants=100 rules=20	of each; rule I of a tenant is
 *		from 16 addresses of its home (10.x.y.0/24, behind tgb-in)
 *		to a host of its office (20.x.y.0/24, behind tgb-out), six ports;
 *		UDP where I is even, TCP where it is odd
 *	flows=100000		of the trace; each is another one
 *	proto=17		or 6; 0 is both
 *	deny=1			flows that miss every rule by their port (TCP)
 *	skew=1			nine flows of ten belong to two tenants of a hundred
 *	family=6		fd10:0:0:N::/64 and fd20:0:0:N::/64 instead
 *
 * A policy goes into the current directory, everything else to standard output.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "module/record.h"

#define NETS		16	/* of a home, with as many addresses each */
#define HOSTS		250	/* of an office */
#define FIRST_PORT	1000
#define PORTS_APART	10
#define PORTS		6	/* of a rule */
#define DENIED_PORT	999
#define FIRST_SPORT	1024

static uint32_t tenants = 100, rules = 20, flows = 100000, proto = 17, deny, skew, family = 4;

/* What a rule is about. */
struct rule {
	const char *proto;
	uint32_t net, host, port;
};

static struct rule rule_of(uint32_t i)
{
	return (struct rule){
		.proto = i % 2 ? "tcp" : "udp",
		.net = i % NETS,
		.host = 1 + i % HOSTS,
		.port = FIRST_PORT + i * PORTS_APART,
	};
}

/* One address of a tenant's home or office, as text. */
static const char *address(int office, uint32_t tenant, uint32_t host)
{
	static char text[4][64];
	static int turn;
	char *to = text[turn++ % 4];

	if (family == 6)
		snprintf(to, sizeof(text[0]), "fd%d:0:0:%x::%x", office ? 20 : 10, tenant, host);
	else
		snprintf(to, sizeof(text[0]), "%d.%u.%u.%u", office ? 20 : 10, tenant >> 8,
			 tenant & 255, host);
	return to;
}

static int net_length(void)
{
	return family == 6 ? 124 : 28;
}

static int site_length(void)
{
	return family == 6 ? 64 : 24;
}

/* xorshift, for the choice of tenants alone. */
static uint32_t next_random(void)
{
	static uint32_t state = 2463534242u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static uint32_t tenant_of(uint32_t flow)
{
	uint32_t few = tenants / 50 ? tenants / 50 : 1;

	if (!skew)
		return flow % tenants;
	return next_random() % (next_random() % 10 ? few : tenants);
}

/* Which rule the Nth flow of a tenant meets. */
static uint32_t rule_index(uint32_t n)
{
	if (proto == 17)
		return n % ((rules + 1) / 2) * 2;
	if (proto == 6)
		return n % (rules / 2) * 2 + 1;
	return n % rules;
}

static void print_flow(uint32_t tenant, uint32_t n)
{
	uint32_t index = rule_index(n), turn = n / rules;
	struct rule r = rule_of(index);
	struct tgb_record record = {
		.family = family,
		.proto = deny || index % 2 ? 6 : 17,
		.sport = FIRST_SPORT + turn % (65536 - FIRST_SPORT),
		.dport = deny ? DENIED_PORT : r.port + turn % PORTS,
	};
	int af = family == 6 ? AF_INET6 : AF_INET;

	/* The rules a protocol shares: tell flows of one turn apart by their address. */
	inet_pton(af, address(0, tenant, r.net * NETS + (n * 7 + turn) % NETS), record.saddr);
	inet_pton(af, address(1, tenant, r.host), record.daddr);
	if (proto)
		record.sport = FIRST_SPORT + n % (65536 - FIRST_SPORT);
	fwrite(&record, sizeof(record), 1, stdout);
}

static void print_trace(void)
{
	uint32_t *seen = calloc(tenants, sizeof(*seen));
	uint32_t i, tenant;

	for (i = 0; seen && i < flows; i++) {
		tenant = tenant_of(i);
		print_flow(tenant, seen[tenant]++);
	}
	free(seen);
}

/* The rule as nftables has it; @back for packets of the reply direction. */
static void print_nft_rule(uint32_t tenant, uint32_t i, int back)
{
	const char *ip = family == 6 ? "ip6" : "ip";
	struct rule r = rule_of(i);

	printf("  %s %s %s/%d %s %s %s %s %s %u-%u accept\n",
	       ip, back ? "daddr" : "saddr", address(0, tenant, r.net * NETS), net_length(),
	       ip, back ? "saddr" : "daddr", address(1, tenant, r.host),
	       r.proto, back ? "sport" : "dport", r.port, r.port + PORTS - 1);
}

/* A chain a tenant, and the map from addresses to chains. */
static void print_nft_tenants(int back)
{
	const char *name = back ? "back" : "home";
	uint32_t t, i;

	for (t = 0; t < tenants; t++) {
		printf(" chain %s%u {\n", name, t);
		for (i = 0; i < rules; i++)
			print_nft_rule(t, i, back);
		printf("  drop\n }\n");
	}
	printf(" map %s {\n  type %s : verdict\n  elements = {\n", name,
	       family == 6 ? "ipv6_addr" : "ipv4_addr");
	for (t = 0; t < tenants; t++)
		printf("   %s : jump %s%u,\n", address(0, t, 0), name, t);
	printf("  }\n }\n");
}

static void print_nft_begin(void)
{
	printf("table %s bench {\n", family == 6 ? "ip6" : "ip");
}

static void print_nft_forward(void)
{
	printf(" chain forward {\n  type filter hook forward priority 0; policy drop;\n");
}

static void print_nft_dispatch(int back)
{
	printf("  iif %s %s %s & %s vmap @%s\n", back ? "tgb-out" : "tgb-in",
	       family == 6 ? "ip6" : "ip", back ? "daddr" : "saddr",
	       family == 6 ? "ffff:ffff:ffff:ffff::" : "255.255.255.0",
	       back ? "back" : "home");
}

static void print_nft(int stateful, int flowtable)
{
	/* Without flows there are no replies. */
	int back = !stateful && !deny;

	print_nft_begin();
	if (flowtable)
		printf(" flowtable fast {\n  hook ingress priority 0\n"
		       "  devices = { tgb-in, tgb-out }\n }\n");
	print_nft_tenants(0);
	if (back)
		print_nft_tenants(1);
	print_nft_forward();
	if (flowtable)
		printf("  ct state established flow add @fast\n");
	if (stateful)
		printf("  ct state established accept\n");
	print_nft_dispatch(0);
	if (back)
		print_nft_dispatch(1);
	printf(" }\n}\n");
}

/* All rules of all tenants in one set. */
static void print_nft_set(void)
{
	const char *type = family == 6 ? "ipv6_addr" : "ipv4_addr";
	const char *ip = family == 6 ? "ip6" : "ip";
	/* nft 1.0.6 does not take "meta l4proto" in a key. */
	const char *next = family == 6 ? "ip6 nexthdr" : "ip protocol";
	uint32_t t, i;

	print_nft_begin();
	printf(" set rules {\n  type %s . %s . inet_proto . inet_service\n  flags interval\n"
	       "  elements = {\n", type, type);
	for (t = 0; t < tenants; t++) {
		for (i = 0; i < rules; i++) {
			struct rule r = rule_of(i);

			printf("   %s/%d . %s . %s . %u-%u,\n", address(0, t, r.net * NETS),
			       net_length(), address(1, t, r.host), r.proto, r.port,
			       r.port + PORTS - 1);
		}
	}
	printf("  }\n }\n");
	print_nft_forward();
	printf("  iif tgb-in %s saddr . %s daddr . %s . th dport @rules accept\n", ip, ip, next);
	printf("  iif tgb-out %s daddr . %s saddr . %s . th sport @rules accept\n", ip, ip, next);
	printf(" }\n}\n");
}

static int print_tenant(uint32_t t)
{
	char name[64];
	uint32_t i;
	FILE *to;

	snprintf(name, sizeof(name), "tenants/t%u.yaml", t);
	to = fopen(name, "w");
	if (!to)
		return -1;
	fprintf(to, "rules:\n");
	for (i = 0; i < rules; i++) {
		struct rule r = rule_of(i);

		fprintf(to, "- {from: \"%s/%d\", to: \"%s\", allow: %s/%u-%u}\n",
			address(0, t, r.net * NETS), net_length(), address(1, t, r.host), r.proto,
			r.port, r.port + PORTS - 1);
	}
	return fclose(to);
}

static int print_policy(void)
{
	FILE *to;
	uint32_t t;

	if (mkdir("tenants", 0700) && errno != EEXIST)
		return -1;
	to = fopen("provider.yaml", "w");
	if (!to)
		return -1;
	fprintf(to, "gateway: {mode: enforce, max-flows: 8000000}\n"
		"plans: {bench: {flows: 8000000}}\ntenants:\n");
	for (t = 0; t < tenants; t++) {
		fprintf(to, "  t%u:\n    plan: bench\n    sites:\n", t);
		fprintf(to, "      home: {device: tgb-in, prefixes: [\"%s/%d\"]}\n",
			address(0, t, 0), site_length());
		fprintf(to, "      office: {device: tgb-out, prefixes: [\"%s/%d\"]}\n",
			address(1, t, 0), site_length());
		fprintf(to, "    policy: tenants/t%u.yaml\n", t);
	}
	if (fclose(to))
		return -1;
	for (t = 0; t < tenants; t++) {
		if (print_tenant(t))
			return -1;
	}
	return 0;
}

static int read_option(const char *word)
{
	static const struct {
		const char *name;
		uint32_t *value;
	} options[] = {
		{ "tenants", &tenants }, { "rules", &rules }, { "flows", &flows },
		{ "proto", &proto }, { "deny", &deny }, { "skew", &skew },
		{ "family", &family },
	};
	size_t i, length = strcspn(word, "=");

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (length == strlen(options[i].name) && word[length] &&
		    !strncmp(word, options[i].name, length)) {
			*options[i].value = strtoul(word + length + 1, NULL, 10);
			return 0;
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int i;

	for (i = 2; i < argc; i++) {
		if (read_option(argv[i])) {
			fprintf(stderr, "generate: no option '%s'\n", argv[i]);
			return 2;
		}
	}
	if (!tenants || tenants > 65536 || rules < 2 || rules > 5000) {
		fprintf(stderr, "generate: 1 to 65536 tenants, 2 to 5000 rules\n");
		return 2;
	}
	if (!strcmp(what, "trace"))
		print_trace();
	else if (!strcmp(what, "nft"))
		print_nft(0, 0);
	else if (!strcmp(what, "nft-ct"))
		print_nft(1, 0);
	else if (!strcmp(what, "nft-flowtable"))
		print_nft(1, 1);
	else if (!strcmp(what, "nft-set"))
		print_nft_set();
	else if (!strcmp(what, "policy"))
		return print_policy() ? 1 : 0;
	else
		return 2;
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
