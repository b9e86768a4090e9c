// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes to builder calls, a compiled policy and judgements; for libFuzzer.
 *
 * The first byte chooses how much memory the policy may take; then each
 * operation takes what it needs, until the bytes or a stop operation end the
 * building. What is left becomes packets. Whatever the bytes are:
 *
 *	a refusal has words and adds nothing
 *	a judgement has a known reason, and the verdict that belongs to it
 *	nothing passes between two tenants, nor in from an uplink
 *	asking twice gives one answer
 *	a packet that does not fit leaves the state of a flow as it was
 *	all memory is given back
 *
 * Run: build/tests/fuzz/fuzz_core [DIRECTORY] (see libFuzzer's -help=1)
 */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "core/flow_state.h"
#include "core/judge.h"
#include "core/match.h"
#include "core/reason.h"
#include "core/shaper.h"
#include "shim.h"

#define FUZZ_OBJECTS	64
#define FUZZ_PARTS	5

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

struct fuzz {
	const u8 *data;
	size_t left;
	struct tg_policy policy;
	struct tg_complaint why;
	struct tg_tenant *tenant[FUZZ_OBJECTS];
	struct tg_realm *realm[FUZZ_OBJECTS];
	struct tg_site *site[FUZZ_OBJECTS];
	struct tg_service *service[FUZZ_OBJECTS];
	struct tg_role *role[FUZZ_OBJECTS];
	struct tg_user *user[FUZZ_OBJECTS];
	struct tg_link *link[FUZZ_OBJECTS];
	struct tg_plan *plan[FUZZ_OBJECTS];
	struct tg_window *window[FUZZ_OBJECTS];
	u32 nlinks, nplans, nwindows;
	u32 ntenants, nrealms, nsites, nservices, nroles, nusers;
};

static u8 byte(struct fuzz *f)
{
	if (!f->left)
		return 0;
	f->left--;
	return *f->data++;
}

static u16 word(struct fuzz *f)
{
	u8 high = byte(f);

	return high << 8 | byte(f);
}

static const char *name(struct fuzz *f)
{
	static const char *const names[] = {
		"a", "b", "c", "d", "e", "home", "office", "web", "files", "internet", "platform",
		"gateway", "default", "", NULL,
		"n23456789012345678901234567890123456789012345678901234567890123",
		"n234567890123456789012345678901234567890123456789012345678901234",
	};

	return names[byte(f) % ARRAY_SIZE(names)];
}

static const char *device(struct fuzz *f)
{
	static const char *const names[] = {
		"wg0", "wg1", "wg2", "srv0", "eth0", "eth1", "", NULL, "a2345678901234567",
	};

	return names[byte(f) % ARRAY_SIZE(names)];
}

/* Mostly from a few small nets, where prefixes meet. */
static struct tg_addr addr(struct fuzz *f)
{
	u8 how = byte(f);
	struct tg_addr a = { 0, 0 };
	int i;

	if (how < 160)
		return tg_addr_v4(0x0a000000 | (u32)(byte(f) & 3) << 16 | byte(f));
	if (how < 240)
		return (struct tg_addr){ 0xfd00000000000000ULL | (byte(f) & 3), byte(f) };
	for (i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | byte(f);
		a.lo = a.lo << 8 | byte(f);
	}
	return a;
}

static struct tg_prefix prefix(struct fuzz *f)
{
	struct tg_prefix p = { .addr = addr(f), .len = 128 };
	u8 how = byte(f);
	struct tg_addr mask;

	if (how & 1)
		return p;
	p.len = how & 2 ? 96 + how / 8 : how;
	mask = tg_mask(p.len > 128 ? 128 : p.len);
	if (how & 4) {
		p.addr.hi &= mask.hi;
		p.addr.lo &= mask.lo;
	}
	return p;
}

static struct tg_port port(struct fuzz *f)
{
	static const u8 protos[] = { 0, 1, 6, 6, 17, 17, 33, 47, 58, 132, 136, 255 };
	struct tg_port p = { .max = 0xffff, .sport_max = 0xffff };
	u8 how = byte(f);

	p.proto = protos[how % ARRAY_SIZE(protos)];
	if (how & 0x10)
		p.min = p.max = word(f);
	if (how & 0x20)
		p.max += byte(f);
	if (how & 0x40)
		p.class = byte(f) & 3;
	if (how & 0x80)
		p.sport_min = byte(f);
	return p;
}

static u32 prefixes(struct fuzz *f, struct tg_prefix *to)
{
	u32 i, n = byte(f) % FUZZ_PARTS;

	for (i = 0; i < n; i++)
		to[i] = prefix(f);
	return n;
}

static u32 ports(struct fuzz *f, struct tg_port *to)
{
	u32 i, n = byte(f) % FUZZ_PARTS;

	for (i = 0; i < n; i++)
		to[i] = port(f);
	return n;
}

#define PICK(f, array, count) ((count) ? (array)[byte(f) % (count)] : NULL)
#define KEEP(array, count, object) do {						\
	CHECK((object) || f->why.text[0]);					\
	if ((object) && (count) < FUZZ_OBJECTS)					\
		(array)[(count)++] = (object);					\
} while (0)

static u32 selectors(struct fuzz *f, struct tg_selector *to)
{
	u32 i, n = byte(f) % FUZZ_PARTS;

	memset(to, 0, n * sizeof(*to));
	for (i = 0; i < n; i++) {
		struct tg_selector *s = &to[i];

		s->type = byte(f) % (TENANTGATE_SELECTOR_TYPE_OWN_PC + 2);
		if (s->type == TENANTGATE_SELECTOR_TYPE_ROLE)
			s->role = PICK(f, f->role, f->nroles);
		else if (s->type == TENANTGATE_SELECTOR_TYPE_USER)
			s->user = PICK(f, f->user, f->nusers);
		else if (s->type == TENANTGATE_SELECTOR_TYPE_SITE)
			s->site = PICK(f, f->site, f->nsites);
		else if (s->type == TENANTGATE_SELECTOR_TYPE_SERVICE)
			s->service = PICK(f, f->service, f->nservices);
		else
			s->prefix = prefix(f);
		/* Who resolves numbers has found the object, or refused. */
		if (s->type >= TENANTGATE_SELECTOR_TYPE_ROLE &&
		    s->type <= TENANTGATE_SELECTOR_TYPE_SERVICE &&
		    s->type != TENANTGATE_SELECTOR_TYPE_PREFIX && !s->service)
			s->type = TENANTGATE_SELECTOR_TYPE_ANY;
	}
	return n;
}

/* From nothing to more than there may be. */
static u64 rate(struct fuzz *f)
{
	static const u64 rates[] = {
		0, TG_RATE_MIN - 1, TG_RATE_MIN, 1234567, 2500000000ULL, TG_RATE_MAX,
		TG_RATE_MAX + 1, ~0ULL,
	};
	u8 which = byte(f);

	return rates[which % ARRAY_SIZE(rates)] >> (which >> 6);
}

static void add_links(struct fuzz *f, u8 what)
{
	struct tg_link link = { .rate = { rate(f), rate(f) }, .oversubscribe = byte(f) & 1 };
	struct tg_plan plan = { .guarantee = { rate(f), rate(f) } }, night;
	struct tg_window window = { .days = byte(f), .nhours = byte(f) % 10 };
	struct tg_tenant *tenant;

	switch (what) {
	case 0:
		link.name = name(f);
		link.padding = byte(f);
		link.overhead = word(f);
		KEEP(f->link, f->nlinks, tg_policy_add_link(&f->policy, &link, &f->why));
		break;
	case 1:
		plan.name = name(f);
		plan.weight = word(f);
		plan.ceiling[TG_UP] = rate(f);
		plan.realtime[TG_DOWN] = rate(f);
		plan.user_ceiling[TG_UP] = rate(f);
		plan.bulk = word(f);
		night = plan;
		night.window = PICK(f, f->window, f->nwindows);
		night.guarantee[TG_DOWN] = rate(f);
		if (night.window)
			plan.during = &night;
		KEEP(f->plan, f->nplans, tg_policy_add_plan(&f->policy, &plan, &f->why));
		break;
	case 2:
		if (f->nlinks)
			tg_policy_add_tunnel(&f->policy, device(f),
					     PICK(f, f->link, f->nlinks), &f->why);
		break;
	case 3:
		window.name = name(f);
		window.hours[0] = (struct tg_hours){ word(f) % 2048, word(f) % 2048 };
		KEEP(f->window, f->nwindows, tg_policy_add_window(&f->policy, &window, &f->why));
		break;
	default:
		tenant = PICK(f, f->tenant, f->ntenants);
		if (tenant)
			tg_tenant_set_plan(tenant, PICK(f, f->plan, f->nplans));
		break;
	}
}

static void add_places(struct fuzz *f, u8 what)
{
	struct tg_limits limits = {
		.max_flows = byte(f),
		.max_fragments = 1,
		.max_rejects = 1,
		.max_rules = byte(f),
	};
	struct tg_prefix list[FUZZ_PARTS];
	struct tg_site site = { .prefixes = list };
	struct tg_realm *realm;
	struct tg_tenant *tenant;
	struct tg_site *added;

	switch (what) {
	case 0:
		tenant = tg_policy_add_tenant(&f->policy, name(f), NULL, byte(f) & 3,
					      byte(f) & 1 ? NULL : &limits, &f->why);
		KEEP(f->tenant, f->ntenants, tenant);
		break;
	case 1:
		realm = tg_policy_add_realm(&f->policy, name(f), device(f), &f->why);
		KEEP(f->realm, f->nrealms, realm);
		break;
	case 2:
		CHECK(!tg_policy_add_uplink(&f->policy, device(f), PICK(f, f->link, f->nlinks),
					    &f->why) || f->why.text[0]);
		break;
	default:
		site.name = name(f);
		site.kind = byte(f) & 7;
		site.realm = PICK(f, f->realm, f->nrealms);
		site.nprefixes = prefixes(f, list);
		added = tg_policy_add_site(&f->policy, PICK(f, f->tenant, f->ntenants), device(f),
					   &site, &f->why);
		KEEP(f->site, f->nsites, added);
		break;
	}
}

static void add_people(struct fuzz *f, u8 what)
{
	struct tg_prefix addrs[FUZZ_PARTS], pcs[FUZZ_PARTS];
	struct tg_port port_list[FUZZ_PARTS];
	struct tg_service service = { .prefixes = addrs, .ports = port_list };
	struct tg_user user = { .addrs = addrs, .pcs = pcs };
	struct tg_tenant *tenant = PICK(f, f->tenant, f->ntenants);
	struct tg_service *added_service;
	struct tg_role *role;
	struct tg_user *added;

	switch (what) {
	case 0:
		service.name = name(f);
		service.kind = byte(f) % 3;
		service.nprefixes = prefixes(f, addrs);
		service.nports = ports(f, port_list);
		added_service = tg_policy_add_service(&f->policy, tenant, &service, &f->why);
		KEEP(f->service, f->nservices, added_service);
		break;
	case 1:
		role = tg_policy_add_role(&f->policy, tenant, name(f), &f->why);
		KEEP(f->role, f->nroles, role);
		break;
	default:
		user.name = name(f);
		user.roles = byte(f);
		user.naddrs = prefixes(f, addrs);
		user.npcs = prefixes(f, pcs);
		added = tg_policy_add_user(&f->policy, tenant, &user, &f->why);
		KEEP(f->user, f->nusers, added);
		break;
	}
}

static void add_rules(struct fuzz *f, u8 what)
{
	struct tg_selector sources[FUZZ_PARTS], destinations[FUZZ_PARTS];
	struct tg_port port_list[FUZZ_PARTS];
	struct tg_prefix from[FUZZ_PARTS];
	struct tg_rule_draft rule = { .terms.sources = sources, .terms.destinations = destinations,
				.terms.ports = port_list };
	struct tg_tenant *tenant = PICK(f, f->tenant, f->ntenants);
	struct tg_service *service;
	u32 n = tenant->nrules, g = tenant->ngrants, m;

	switch (what) {
	case 0:
		service = PICK(f, f->service, f->nservices);
		if (service)
			CHECK(tg_policy_add_grant(&f->policy, tenant, service, NULL, &f->why) ?
			      tenant->ngrants == g + 1 : tenant->ngrants == g && f->why.text[0]);
		break;
	case 1:
		n = prefixes(f, from);
		m = ports(f, port_list);
		CHECK(!tg_policy_add_management(&f->policy, from, n, port_list, m, &f->why) ||
		      f->why.text[0]);
		break;
	case 2:
		n = ports(f, port_list);
		CHECK(!tg_policy_set_gateway(&f->policy, byte(f) & 3, name(f), port_list, n,
					     byte(f), &f->why) || f->why.text[0]);
		break;
	default:
		rule.name = name(f);
		rule.verdict = byte(f) & 3;
		rule.terms.nsources = selectors(f, sources);
		rule.terms.ndestinations = selectors(f, destinations);
		rule.terms.nports = ports(f, port_list);
		CHECK(tg_policy_add_rule(&f->policy, tenant, &rule, &f->why) ?
		      tenant->nrules == n + 1 : tenant->nrules == n && f->why.text[0]);
		break;
	}
}

static void build(struct fuzz *f)
{
	u8 op;

	f->tenant[f->ntenants++] = f->policy.platform;
	f->realm[f->nrealms++] = f->policy.realms;
	while (f->left) {
		op = byte(f);
		f->why.text[0] = 0;
		if (op >= 0xf8)
			return;
		if (op % 4 == 0)
			add_places(f, op / 4 % 6);
		else if (op % 4 == 1)
			add_people(f, op / 4 % 4);
		else if (op % 4 == 2)
			add_rules(f, op / 4 % 6);
		else
			add_links(f, op / 4 % 5);
	}
}

static struct tg_packet packet(struct fuzz *f)
{
	static const u8 protos[] = { 1, 6, 17, 47, 58, 132 };
	struct tg_packet k = { .saddr = addr(f), .daddr = addr(f) };

	k.proto = protos[byte(f) % ARRAY_SIZE(protos)];
	k.sport = word(f);
	k.dport = word(f);
	k.icmp = word(f);
	return k;
}

static const struct tg_device *some_device(struct fuzz *f)
{
	u8 n = byte(f);

	return f->policy.ndevices && n & 0xe0 ?
	       f->policy.devices[n % f->policy.ndevices] : NULL;
}

static void check_isolation(struct fuzz *f, const struct tg_route *route,
			    const struct tg_packet *k, const struct tg_judgement *j)
{
	const struct tg_site *from, *to;

	if (j->verdict != TENANTGATE_VERDICT_ALLOW)
		return;
	CHECK(route->in && route->in->kind == TG_DEVICE_BOUND);
	from = tg_site_of(&f->policy, route->in, &k->saddr);
	CHECK(from && j->site == from);
	if (route->local)
		return;
	CHECK(route->out);
	if (route->out->kind == TG_DEVICE_UPLINK) {
		CHECK(tg_lpm_find(&f->policy.everywhere, &k->daddr) == TG_LPM_NONE);
		return;
	}
	to = tg_site_of(&f->policy, route->out, &k->daddr);
	CHECK(to && j->peer_site == to);
	CHECK(from->tenant == to->tenant ||
	      tg_site_tenant(&f->policy, from)->platform ||
	      tg_site_tenant(&f->policy, to)->platform);
}

static void judge(struct fuzz *f)
{
	const struct tg_packet k = packet(f);
	const struct tg_route route = {
		.in = some_device(f),
		.out = some_device(f),
		.local = byte(f) > 200,
	};
	struct tg_judgement j, again;

	memset(&j, 0x55, sizeof(j));
	memset(&again, 0xaa, sizeof(again));
	tg_judge(&f->policy, &route, &k, &j);
	tg_judge(&f->policy, &route, &k, &again);
	CHECK(!memcmp(&j, &again, sizeof(j)));
	CHECK(j.reason < TG_REASONS);
	CHECK(j.verdict == tg_reasons[j.reason].verdict);
	CHECK(!j.user || j.user->tenant == j.tenant);
	check_isolation(f, &route, &k, &j);
	tg_is_management(&f->policy, &k);
}

/* What is promised of a link fits into it, and is no more than the plan says. */
static void check_promises(const struct tg_policy *policy, const struct tg_link *link,
			   enum tg_ways way, u64 open)
{
	u64 guaranteed = 0, realtime = 0;
	struct tg_terms terms;
	u32 i;

	for (i = 0; i < policy->ntenants; i++) {
		const struct tg_plan *plan = tg_tenant_plan(policy, policy->tenants[i]);

		plan = tg_plan_now(plan, open);
		tg_tenant_terms(policy, link, policy->tenants[i], way, open, &terms);
		CHECK(terms.weight && terms.weight <= TG_WEIGHT_MAX);
		CHECK(terms.limit >= 65536 && terms.limit <= 4194304);
		CHECK(!terms.ceiling || terms.user_ceiling <= terms.ceiling);
		CHECK(terms.interactive && terms.bulk && terms.bulk <= TG_CLASS_SHARE_MAX);
		CHECK(terms.guarantee <= (plan ? plan->guarantee[way] : 0));
		CHECK(terms.realtime <= terms.guarantee);
		guaranteed += terms.guarantee;
		realtime += terms.realtime;
	}
	CHECK(!link->rate[way] || guaranteed <= link->rate[way] / 100 * 95 + 95);
	CHECK(!link->rate[way] || realtime <= link->rate[way] / 2);
}

static void check_links(const struct tg_policy *policy)
{
	u64 now = 0;
	u32 i, n;

	for (i = 0; i < policy->nlinks; i++) {
		for (n = 0, now = 0; n < 8; n++, now += 21 * 3600 + 1) {
			check_promises(policy, policy->links[i], TG_UP,
				       tg_windows_open(policy, now));
			check_promises(policy, policy->links[i], TG_DOWN,
				       tg_windows_open(policy, now));
		}
	}
}

static void follow(struct fuzz *f)
{
	struct tg_packet k = packet(f);
	struct tg_flow_state state;
	u32 before;
	u8 op = byte(f);
	int answer;

	k.tcp_flags = byte(f);
	tg_flow_state_begin(&state, &k, op & 1);
	for (op >>= 4; op; op--) {
		u8 step = byte(f);

		before = state.word;
		k.tcp_flags = step >> 2;
		answer = tg_flow_state_track(&state, step & 1 ? TG_REPLY : TG_ORIGINAL, &k);
		CHECK(answer == TG_FLOW_OK || state.word == before);
		CHECK(state.phase < TG_PHASES && tg_flow_state_name(&state));
		CHECK(tg_flow_state_timeout(&state, k.proto) >= 10);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct fuzz fuzz;
	struct fuzz *f = &fuzz;
	size_t memory;

	memset(f, 0, sizeof(*f));
	f->data = data;
	f->left = size;
	memory = byte(f) & 0xf ? 64 * 1024 * 1024 : 70000 + 1000 * byte(f);
	if (!tg_policy_init(&f->policy, memory)) {
		build(f);
		f->why.text[0] = 0;
		if (!tg_policy_compile(&f->policy, &f->why)) {
			check_links(&f->policy);
			while (f->left) {
				if (byte(f) & 3)
					judge(f);
				else
					follow(f);
			}
		} else {
			CHECK(f->why.text[0]);
		}
	}
	tg_policy_clear(&f->policy, NULL);
	CHECK(!shim_live());
	return 0;
}
