// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPDK's rte_acl: tries with a stride of eight bits, up to eight of them a set
 * (DPDK Programmer's Guide, "Packet Classification and Access Control").
 *
 * Sets without identities are the usual five-tuple. Roles, users, sites and
 * scopes become more fields: a match for some roles is one rule for each of
 * them; that a packet's one scope is in a match's set of scopes is asked as
 * "no bit outside of the set".
 *
 * Memory comes from EAL's heap without huge pages. What is counted is what a
 * build adds to it: the tries, without the copy of the rules.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <rte_acl.h>
#include <rte_cpuflags.h>
#include <rte_errno.h>

#include "dpdk.h"
#include "peer.h"

#define FIVE_TUPLE	5
#define FIELDS		12
#define BATCH		16

/* The most memory that a build may take before it is called off. */
#define BUILD_BYTES	(10ULL << 30)

struct key {
	u8 proto;
	u8 pad[3];
	u32 src;
	u32 dst;
	u16 sport;
	u16 dport;
	u32 user;
	u32 roles;
	u16 src_site;
	u16 dst_site;
	u8 src_scope;
	u8 dst_scope;
	u16 none;
};

RTE_ACL_RULE_DEF(acl_rule, FIELDS);

/* Fields share an input where their four bytes are next to each other. */
#define FIELD(kind, index, input, member) {				\
		.type = RTE_ACL_FIELD_TYPE_##kind,			\
		.size = sizeof(((struct key *)0)->member),		\
		.field_index = (index),					\
		.input_index = (input),					\
		.offset = offsetof(struct key, member),			\
	}

static const struct rte_acl_field_def five_tuple[FIVE_TUPLE] = {
	FIELD(BITMASK, 0, 0, proto),
	FIELD(MASK, 1, 1, src),
	FIELD(MASK, 2, 2, dst),
	FIELD(RANGE, 3, 3, sport),
	FIELD(RANGE, 4, 3, dport),
};

/* Of the orders tried, this one makes the smallest and about the fastest tries. */
static const struct rte_acl_field_def with_identity[FIELDS] = {
	FIELD(BITMASK, 0, 0, proto),
	FIELD(MASK, 2, 1, dst),
	FIELD(RANGE, 3, 2, sport),
	FIELD(RANGE, 4, 2, dport),
	FIELD(BITMASK, 9, 3, src_scope),
	FIELD(BITMASK, 10, 3, dst_scope),
	FIELD(BITMASK, 11, 3, none),
	FIELD(BITMASK, 7, 4, src_site),
	FIELD(BITMASK, 8, 4, dst_site),
	FIELD(BITMASK, 6, 5, roles),
	FIELD(BITMASK, 5, 6, user),
	FIELD(MASK, 1, 7, src),
};

static void fill_rule(struct acl_rule *rule, const struct tg_match *m, u32 number, u32 role)
{
	const struct tg_port *p = &m->port;
	bool ports = tg_proto_has_ports(p->proto);
	struct rte_acl_field *f = rule->field;

	memset(rule, 0, sizeof(*rule));
	rule->data.category_mask = 1;
	rule->data.priority = RTE_ACL_MAX_PRIORITY - number;
	rule->data.userdata = number + 1;
	f[0].value.u8 = p->proto;
	f[0].mask_range.u8 = p->proto == TG_PROTO_ANY ? 0 : 0xff;
	f[1].value.u32 = m->src.lo;
	f[1].mask_range.u32 = set_prefix_len(&m->src_mask);
	f[2].value.u32 = m->dst.lo;
	f[2].mask_range.u32 = set_prefix_len(&m->dst_mask);
	f[3].value.u16 = ports ? p->sport_min : 0;
	f[3].mask_range.u16 = ports ? p->sport_max : 65535;
	f[4].value.u16 = ports || tg_proto_is_icmp(p->proto) ? p->min : 0;
	f[4].mask_range.u16 = ports || tg_proto_is_icmp(p->proto) ? p->max : 65535;
	f[5].value.u32 = m->user;
	f[5].mask_range.u32 = m->user ? ~0U : 0;
	f[6].value.u32 = f[6].mask_range.u32 = role;
	f[7].value.u16 = m->src_site;
	f[7].mask_range.u16 = m->src_site ? 0xffff : 0;
	f[8].value.u16 = m->dst_site;
	f[8].mask_range.u16 = m->dst_site ? 0xffff : 0;
	f[9].mask_range.u8 = ~m->src_scope & 15;
	f[10].mask_range.u8 = ~m->dst_scope & 15;
}

/* A protocol that is not named, and ports that are: only many rules could say that. */
static bool is_expressible(const struct tg_match *m)
{
	const struct tg_port *p = &m->port;

	if (m->roles >> 32)
		return false;
	return p->proto != TG_PROTO_ANY ||
	       (!p->min && p->max == 65535 && !p->sport_min && p->sport_max == 65535);
}

static int add_rules(struct rte_acl_ctx *ctx, const struct set *set)
{
	struct acl_rule rule;
	u32 i, roles;
	int error;

	for (i = 0; i < set->count; i++) {
		const struct tg_match *m = &set->matches[i];

		if (!is_expressible(m))
			return -EOPNOTSUPP;
		roles = m->roles;
		do {
			fill_rule(&rule, m, i, roles & -roles);
			error = rte_acl_add_rules(ctx, (struct rte_acl_rule *)&rule, 1);
			if (error)
				return error;
			roles &= roles - 1;
		} while (roles);
	}
	return 0;
}

static int build_within(struct rte_acl_ctx *ctx, u32 nfields)
{
	struct rte_acl_config config = { .num_categories = 1, .num_fields = nfields };
	struct rlimit before, now;
	int error;

	memcpy(config.defs, nfields == FIELDS ? with_identity : five_tuple,
	       nfields * sizeof(five_tuple[0]));
	getrlimit(RLIMIT_DATA, &before);
	now = before;
	if (now.rlim_cur > BUILD_BYTES + (8ULL << 30))
		now.rlim_cur = BUILD_BYTES + (8ULL << 30);
	setrlimit(RLIMIT_DATA, &now);
	error = rte_acl_build(ctx, &config);
	setrlimit(RLIMIT_DATA, &before);
	return error;
}

static int acl_build(void **index, const struct set *set, struct cost *cost, char why[PEER_WHY])
{
	u32 nfields = set->identity ? FIELDS : FIVE_TUPLE;
	struct rte_acl_param param = { .socket_id = SOCKET_ID_ANY };
	u32 i, rules = 0;
	struct rte_acl_ctx *ctx;
	static u32 number;
	size_t before;
	char name[32];
	int error;

	for (i = 0; i < set->count; i++)
		rules += set->matches[i].roles ? __builtin_popcountll(set->matches[i].roles) : 1;
	snprintf(name, sizeof(name), "bench-%u", number++);
	param.name = name;
	param.rule_size = RTE_ACL_RULE_SZ(nfields);
	param.max_rule_num = rules;
	ctx = rte_acl_create(&param);
	if (!ctx) {
		snprintf(why, PEER_WHY, "no context: %s", strerror(rte_errno));
		return -rte_errno;
	}
	before = dpdk_bytes();
	error = add_rules(ctx, set);
	if (!error)
		error = build_within(ctx, nfields);
	if (error) {
		snprintf(why, PEER_WHY, "%s", strerror(-error));
		rte_acl_free(ctx);
		return error;
	}
	*cost = (struct cost){ .bytes = dpdk_bytes() - before };
	*index = ctx;
	return 0;
}

static void acl_drop(void *index)
{
	rte_acl_free(index);
}

static void fill_key(struct key *key, const struct header *h)
{
	const struct tg_packet *k = &h->packet;

	*key = (struct key){
		.proto = k->proto,
		.src = htonl(k->saddr.lo),
		.dst = htonl(k->daddr.lo),
		.sport = htons(k->sport),
		.dport = htons(tg_proto_is_icmp(k->proto) ? k->icmp : k->dport),
		.user = htonl(h->question.user),
		.roles = htonl(h->question.roles),
		.src_site = htons(h->question.src_site),
		.dst_site = htons(h->question.dst_site),
		.src_scope = h->question.src_scope,
		.dst_scope = h->question.dst_scope,
	};
}

/* The five-tuple alone is packed, as a program that needs no more would do. */
static void acl_prepare(struct trace *trace, bool identity)
{
	size_t size = identity ? sizeof(struct key) : offsetof(struct key, user);
	struct key key;
	u32 i;

	if (trace->keys)
		return;
	trace->key_bytes = need(malloc(trace->count * size));
	trace->keys = need(calloc(trace->count, sizeof(*trace->keys)));
	for (i = 0; i < trace->count; i++) {
		fill_key(&key, &trace->headers[i]);
		memcpy(trace->key_bytes + i * size, &key, size);
		trace->keys[i] = trace->key_bytes + i * size;
	}
}

static inline void find_batches(const struct lookups *l, u32 batch,
				enum rte_acl_classify_alg how)
{
	u32 i, n;

	for (i = 0; i < l->count; i += n) {
		n = l->count - i < batch ? l->count - i : batch;
		rte_acl_classify_alg(l->indexes[0], &l->trace->keys[l->from + i],
				     &l->verdicts[i], n, 1, how);
	}
}

static void acl_find_single(const struct lookups *l)
{
	find_batches(l, 1, RTE_ACL_CLASSIFY_SCALAR);
}

static void acl_find_scalar(const struct lookups *l)
{
	find_batches(l, BATCH, RTE_ACL_CLASSIFY_SCALAR);
}

static void acl_find_avx2(const struct lookups *l)
{
	find_batches(l, BATCH, RTE_ACL_CLASSIFY_AVX2);
}

static void acl_find_avx512(const struct lookups *l)
{
	find_batches(l, BATCH, RTE_ACL_CLASSIFY_AVX512X16);
}

static inline u32 find_one(const struct trace *trace, void *index, u32 at)
{
	u32 verdict;

	rte_acl_classify_alg(index, &trace->keys[at], &verdict, 1, 1, RTE_ACL_CLASSIFY_SCALAR);
	return verdict;
}

static void acl_find_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_DEPENDENT);
}

static void acl_find_of_tenants(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_OF_TENANTS);
}

static void acl_find_of_tenants_dependent(const struct lookups *l)
{
	look_up_each(l, find_one, LOOK_UP_OF_TENANTS | LOOK_UP_DEPENDENT);
}

static bool has_avx2(void)
{
	return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) > 0;
}

static bool has_avx512(void)
{
	return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512BW) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VL) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512DQ) > 0;
}

static u32 acl_match_of(u32 verdict)
{
	return verdict - 1;
}

static const struct way acl_ways[] = {
	{ "rte_acl scalar 1", NULL, acl_find_single, acl_find_of_tenants },
	{ "rte_acl scalar 1 dependent", NULL, acl_find_dependent,
	  acl_find_of_tenants_dependent },
	{ "rte_acl scalar 16", NULL, acl_find_scalar, NULL },
	{ "rte_acl avx2 16", has_avx2, acl_find_avx2, NULL },
	{ "rte_acl avx512 16", has_avx512, acl_find_avx512, NULL },
};

const struct peer peer_rte_acl = {
	.name = "rte_acl",
	.start = dpdk_start,
	.build = acl_build,
	.drop = acl_drop,
	.prepare = acl_prepare,
	.match_of = acl_match_of,
	.ways = acl_ways,
	.nways = 5,
	.builds = true,
};
