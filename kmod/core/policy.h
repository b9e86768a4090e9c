/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy: who the tenants are, where their people and machines are, and who
 * may do what.
 *
 * A policy is built object by object through the tg_policy_add_* functions,
 * which copy what they are given into the policy's arena and refuse what is
 * wrong by itself. tg_policy_compile() then checks what only shows in the
 * whole, and builds the tables that tg_judge() reads. From then on nothing in
 * it changes. References between objects are plain pointers inside one arena.
 *
 * One tenant can be replaced alone: tg_policy_fork() makes a policy that shares
 * everything with another one, and tg_policy_replace_tenant() puts an empty
 * tenant with the same place, sites, mode, limits and plan into it, to be filled
 * like a new one. Such a tenant has an arena of its own and is shared by the
 * policies forked later. As sites and devices stay when a tenant is replaced,
 * they know tenants by their place and not by pointers.
 */
#ifndef _TG_CORE_POLICY_H
#define _TG_CORE_POLICY_H

#include <linux/refcount.h>

#include "arena.h"
#include "limits.h"
#include "link.h"
#include "window.h"
#include "lpm.h"
#include "types.h"

struct tg_account;	/* counters and limits that outlive policies; kmod/account.h */
struct tg_rule_stat;	/* hits of a rule that outlive policies; kmod/account.h */
struct tg_classifier;	/* see classifier.h */

/**
 * struct tg_complaint - why something was refused
 * @text: names the object and the field, and says what is wrong
 *
 * The text is written once, by the function that refuses.
 */
struct tg_complaint {
	char text[320];
};

/**
 * struct tg_realm - a routing and address space
 * @next: next realm of the policy
 * @name: its name
 * @device: the VRF device, or NULL for the default routing tables
 */
struct tg_realm {
	struct tg_realm *next;
	const char *name;
	const char *device;
};

enum tg_device_kind {
	TG_DEVICE_UPLINK,	/* leads to the internet */
	TG_DEVICE_BOUND,	/* sites are bound to it */
};

/**
 * struct tg_device - a network device that the policy names
 * @next: next device of the policy
 * @hash_next: next in the same bucket of struct tg_policy.device_hash
 * @name: its name
 * @kind: enum tg_device_kind
 * @is_tunnel: the client says which link carries it
 * @index: place in struct tg_policy.devices
 * @sole: place of the tenant all its sites belong to, %TG_NO_TENANT when there
 *	are several
 * @link: the link it is a device of, or that carries it; NULL for none
 * @sites: source address to site, values are indexes into the policy's sites
 */
struct tg_device {
	struct tg_device *next;
	struct tg_device *hash_next;
	const char *name;
	u8 kind;
	bool is_tunnel;
	u32 index;
	u32 sole;
	struct tg_link *link;
	struct tg_lpm sites;
};

/**
 * struct tg_site - where people or machines of a tenant are
 * @next: next site of the tenant
 * @tenant: whose it is, place in struct tg_policy.tenants
 * @name: its name, unique in the tenant
 * @title: for people, may be NULL
 * @number: what the client calls it
 * @kind: enum tenantgate_site_kind
 * @realm: realm of its addresses
 * @device: device its packets come in by
 * @prefixes: its source addresses
 * @nprefixes: their number
 * @index: place in struct tg_policy.sites
 */
struct tg_site {
	struct tg_site *next;
	u32 tenant;
	u32 number;
	const char *name;
	const char *title;
	u8 kind;
	struct tg_realm *realm;
	struct tg_device *device;
	struct tg_prefix *prefixes;
	u32 nprefixes;
	u32 index;
};

/**
 * struct tg_service - a shared tool, a tenant's server, or the internet
 * @next: next service of the owner
 * @tenant: the owner
 * @name: its name, unique in the owner
 * @title: for people, may be NULL
 * @number: what the client calls it
 * @kind: enum tenantgate_service_kind
 * @prefixes: its addresses
 * @nprefixes: their number
 * @ports: what it answers on
 * @nports: their number; everything when 0
 */
struct tg_service {
	struct tg_service *next;
	struct tg_tenant *tenant;
	const char *name;
	const char *title;
	u32 number;
	u8 kind;
	struct tg_prefix *prefixes;
	u32 nprefixes;
	struct tg_port *ports;
	u32 nports;
};

/**
 * struct tg_role - what some users of a tenant have in common
 * @next: next role of the tenant
 * @tenant: whose it is
 * @name: its name, unique in the tenant
 * @bit: its bit in struct tg_user.roles, 0 to 63
 */
struct tg_role {
	struct tg_role *next;
	struct tg_tenant *tenant;
	const char *name;
	u8 bit;
};

/**
 * struct tg_user - a person
 * @next: next user of the tenant
 * @tenant: whose user it is
 * @name: unique in the tenant
 * @title: for people, may be NULL
 * @roles: one bit for each role
 * @addrs: inner addresses
 * @naddrs: their number
 * @pcs: addresses of the user's own computer
 * @npcs: their number
 * @id: 1 and up, unique in the tenant
 */
struct tg_user {
	struct tg_user *next;
	struct tg_tenant *tenant;
	const char *name;
	const char *title;
	u64 roles;
	struct tg_prefix *addrs;
	u32 naddrs;
	struct tg_prefix *pcs;
	u32 npcs;
	u32 id;
};

/**
 * struct tg_selector - the source or destination of a rule
 * @type: enum tenantgate_selector_type
 * @role: for ROLE
 * @user: for USER
 * @site: for SITE
 * @service: for SERVICE
 * @prefix: for PREFIX
 */
struct tg_selector {
	u8 type;
	union {
		struct tg_role *role;
		struct tg_user *user;
		struct tg_site *site;
		struct tg_service *service;
		struct tg_prefix prefix;
	};
};

/**
 * struct tg_rule_terms - what a rule asks of packets
 * @sources: any of these, anyone of the tenant when there are none
 * @nsources: their number
 * @destinations: any of these, anything of the tenant when there are none
 * @ndestinations: their number
 * @ports: any of these; when there are none, what the destination answers on
 * @nports: their number
 */
struct tg_rule_terms {
	struct tg_selector *sources;
	u32 nsources;
	struct tg_selector *destinations;
	u32 ndestinations;
	struct tg_port *ports;
	u32 nports;
};

/**
 * struct tg_rule_draft - a rule to be added
 * @name: hits are counted under it
 * @origin: file and line it is written in, may be NULL
 * @verdict: enum tenantgate_verdict
 * @log: report what it decides
 * @terms: what it asks of packets
 */
struct tg_rule_draft {
	const char *name;
	const char *origin;
	u8 verdict;
	bool log;
	struct tg_rule_terms terms;
};

/**
 * struct tg_rule - who may do what
 * @next: next rule of the tenant, lower in priority
 * @name: hits are counted under it; in the policy's scratch memory until the rule
 *	is bound to its hits, which have it too
 * @file: what @origin of the draft says but for the line, shared by rules that
 *	follow each other; may be NULL
 * @terms: what it asks of packets, in scratch memory, until it is bound
 * @stat: its hits, when it is bound
 * @line: the line in @file, 0 for none
 * @verdict: enum tenantgate_verdict
 * @log: report what it decides
 * @grant: the provider lists a service here
 * @bound: it has @stat, not @terms
 *
 * There may be a million of them.
 */
struct tg_rule {
	struct tg_rule *next;
	const char *name;
	const char *file;
	union {
		struct tg_rule_terms *terms;
		struct tg_rule_stat *stat;
	};
	u32 line;
	u8 verdict;
	bool log;
	bool grant;
	bool bound;
};

/**
 * struct tg_revision - what a client knows a state of something by
 * @bytes: its own affair
 * @len: their number
 */
struct tg_revision {
	u8 bytes[TENANTGATE_REVISION_MAX];
	u8 len;
};

/**
 * struct tg_user_addr - one address of one user
 * @addr: the address
 * @user: whose it is
 */
struct tg_user_addr {
	struct tg_addr addr;
	struct tg_user *user;
};

/**
 * struct tg_outcome - what a match comes to
 * @word: the rule whose verdict it is; in the low bits enum tenantgate_class
 */
struct tg_outcome {
	unsigned long word;
};

#define TG_OUTCOME_CLASS	3UL

static inline struct tg_outcome tg_outcome(struct tg_rule *rule, u8 class)
{
	return (struct tg_outcome){ (unsigned long)rule | class };
}

static inline struct tg_rule *tg_outcome_rule(struct tg_outcome outcome)
{
	return (struct tg_rule *)(outcome.word & ~TG_OUTCOME_CLASS);
}

static inline u8 tg_outcome_class(struct tg_outcome outcome)
{
	return outcome.word & TG_OUTCOME_CLASS;
}

/**
 * struct tg_tenant - a company, or the platform itself
 * @platform: it is the platform
 * @replaced: it has replaced another
 * @mode: enum tenantgate_mode; the gateway's mode may make it observe
 * @index: place in struct tg_policy.tenants
 * @classifier: compiled: finds what rules and grants come to
 * @outcomes: compiled: the outcome of each match, in order of priority
 * @user_addrs: compiled: addresses of all users in order, for a binary search
 * @nuser_addrs: their number
 * @nmatches: number of matches
 * @account: its counters
 * @next: next tenant of the policy
 * @name: its name
 * @title: for people, may be NULL
 * @arena: where it lives, when it has replaced another
 * @revision: what the client knows this state of it by
 * @limits: what it may use
 * @plan: number of its plan, 0 for none
 * @sites: its sites, @sites_tail the place for the next, @nsites their number
 * @services: its servers, likewise
 * @roles: its roles, likewise
 * @users: its users, likewise
 * @rules: its rules, likewise
 * @grants: services the provider lists, judged behind the rules, likewise
 * @file: what the last rule that was added came from
 * @own: compiled: every address of every site of it, in scratch memory
 * @granted: compiled: services of the grants in order, for a binary search
 * @refs: policies that have it, when it has replaced another
 *
 * What packets look at comes first.
 */
struct tg_tenant {
	bool platform;
	bool replaced;
	u8 mode;
	u32 index;
	struct tg_classifier *classifier;
	struct tg_outcome *outcomes;
	struct tg_user_addr *user_addrs;
	u32 nuser_addrs;
	u32 nmatches;
	struct tg_account *account;
	struct tg_tenant *next;
	const char *name;
	const char *title;
	struct tg_arena arena;
	struct tg_revision revision;
	struct tg_limits limits;
	u16 plan;
	struct tg_site *sites, **sites_tail;
	struct tg_service *services, **services_tail;
	struct tg_role *roles, **roles_tail;
	struct tg_user *users, **users_tail;
	struct tg_rule *rules, **rules_tail;
	struct tg_rule *grants, **grants_tail;
	const char *file;
	u32 nsites, nservices, nroles, nusers, nrules, ngrants;
	struct tg_lpm *own;
	const struct tg_service **granted;
	refcount_t refs;
};

/**
 * struct tg_management - the operator's own way in
 * @next: next entry
 * @from: where the operator comes from
 * @nfrom: number of prefixes
 * @ports: what he reaches on the gateway
 * @nports: their number; everything when 0
 */
struct tg_management {
	struct tg_management *next;
	struct tg_prefix *from;
	u32 nfrom;
	struct tg_port *ports;
	u32 nports;
};

/**
 * struct tg_shared - the platform's services that share an address prefix
 * @services: the services
 * @count: their number, at most %TG_MAX_SHARED
 * @outer: services that have a shorter prefix with it in it, or NULL
 */
struct tg_shared {
	struct tg_service **services;
	u32 count;
	struct tg_shared *outer;
};

#define TG_MAX_SHARED	256
#define TG_NO_TENANT	0xffffffffU

/**
 * struct tg_policy - everything for one gateway
 * @arena: where it lives
 * @scratch: what is not needed any more when the policy is settled
 * @forked: it shares everything but replaced tenants with another one
 * @label: what people call it, may be NULL
 * @revision: what the client knows this state of all but the tenants by
 * @mode: enum tenantgate_mode of the gateway
 * @max_flows: flows of all tenants together
 * @policed: some tenant may send only so many packets a second
 * @gateway_ports: what a bound device may reach on the gateway itself
 * @ngateway_ports: their number
 * @realms: the realms, the default one first
 * @management: entries of the management list
 * @nmanagement: their number
 * @platform: the platform, always there, also first of @tenant_list
 * @tenant_list: the tenants as they were added; in a fork those that were replaced
 * @tenant_tail: the place for the next
 * @ntenants: number of tenants, the platform included
 * @nrealms: number of realms
 * @ndevices: number of devices
 * @device_list: the devices as they were first named
 * @nlinks: number of links
 * @link_list: the links as they were added
 * @nplans: number of plans
 * @plan_list: the plans as they were added, numbers 1 and up
 * @timezone: what people call the time zone that windows are in, NULL for UTC
 * @shifts: how far it is from UTC, in the order of time
 * @nshifts: their number
 * @nwindows: number of windows
 * @window_list: the windows as they were added
 * @tenants: compiled: the tenants by index
 * @classifiers: compiled: theirs, so that they can be fetched together with the tenants
 * @by_name: compiled: places of the tenants in order of their names
 * @is_replaced: compiled: a bit for each tenant that has replaced another
 * @devices: compiled: the devices by index
 * @links: compiled: the links by number
 * @plans: compiled: the plans by number; there is none at 0
 * @sites: compiled: the sites of all tenants by index
 * @nsites: their number
 * @everywhere: compiled: every address of every site, whatever its device
 * @native: compiled: the same for the default realm only
 * @shared: compiled: addresses of the platform's services
 * @shared_at: compiled: what values in @shared index
 * @device_hash: the devices by name
 */
struct tg_policy {
	struct tg_arena arena;
	struct tg_arena scratch;
	bool forked;
	const char *label;
	struct tg_revision revision;
	u8 mode;
	u32 max_flows;
	bool policed;
	struct tg_port *gateway_ports;
	u32 ngateway_ports;
	struct tg_realm *realms, **realms_tail;
	struct tg_management *management, **management_tail;
	u32 nmanagement;
	struct tg_tenant *platform;
	struct tg_tenant *tenant_list, **tenant_tail;
	u32 ntenants;
	u32 nrealms;
	u32 ndevices;
	struct tg_device *device_list, **device_tail;
	u32 nlinks;
	struct tg_link *link_list, **link_tail;
	u32 nplans;
	struct tg_plan *plan_list, **plan_tail;
	const char *timezone;
	struct tg_shift *shifts;
	u32 nshifts;
	u32 nwindows;
	struct tg_window *window_list, **window_tail;

	struct tg_tenant **tenants;
	struct tg_classifier **classifiers;
	u32 *by_name;
	unsigned long *is_replaced;
	struct tg_device **devices;
	struct tg_link **links;
	struct tg_plan **plans;
	struct tg_site **sites;
	u32 nsites;
	struct tg_lpm everywhere;
	struct tg_lpm native;
	struct tg_lpm shared;
	struct tg_shared *shared_at;
	struct tg_device **device_hash;
};

/* A grant's name is a service's with "grant " before it. */
#define TG_RULE_NAME_MAX	(TENANTGATE_NAME_MAX + 6)

#define TG_DEFAULT_MAX_FLOWS		1048576

int tg_policy_init(struct tg_policy *policy, size_t memory_limit);
void tg_policy_clear(struct tg_policy *policy, void (*gone)(struct tg_tenant *tenant));
int tg_policy_fork(struct tg_policy *policy, const struct tg_policy *from, size_t memory_limit);
struct tg_tenant *tg_policy_replace_tenant(struct tg_policy *policy, const char *name,
					   struct tg_complaint *why);

/*
 * The builders below take a description whose pointers need to live only for
 * the call, and return the object in the policy. On refusal they return NULL,
 * write a complaint and leave the policy as it was.
 */
int tg_policy_set_gateway(struct tg_policy *policy, u8 mode, const char *label,
			  const struct tg_port *ports, u32 nports, u32 max_flows,
			  struct tg_complaint *why);
struct tg_realm *tg_policy_add_realm(struct tg_policy *policy, const char *name,
				     const char *device, struct tg_complaint *why);
int tg_policy_add_uplink(struct tg_policy *policy, const char *name, struct tg_link *link,
			 struct tg_complaint *why);
int tg_policy_add_tunnel(struct tg_policy *policy, const char *name, struct tg_link *link,
			 struct tg_complaint *why);
struct tg_tenant *tg_policy_add_tenant(struct tg_policy *policy, const char *name,
				       const char *title, u8 mode,
				       const struct tg_limits *limits,
				       struct tg_complaint *why);
int tg_policy_set_platform(struct tg_policy *policy, const char *title, u8 mode,
			   const struct tg_limits *limits, struct tg_complaint *why);
struct tg_site *tg_policy_add_site(struct tg_policy *policy, struct tg_tenant *tenant,
				   const char *device, const struct tg_site *site,
				   struct tg_complaint *why);
struct tg_service *tg_policy_add_service(struct tg_policy *policy, struct tg_tenant *tenant,
					 const struct tg_service *service,
					 struct tg_complaint *why);
struct tg_role *tg_policy_add_role(struct tg_policy *policy, struct tg_tenant *tenant,
				   const char *name, struct tg_complaint *why);
struct tg_user *tg_policy_add_user(struct tg_policy *policy, struct tg_tenant *tenant,
				   const struct tg_user *user, struct tg_complaint *why);
struct tg_rule *tg_policy_add_rule(struct tg_policy *policy, struct tg_tenant *tenant,
				   const struct tg_rule_draft *draft, struct tg_complaint *why);
struct tg_rule *tg_policy_add_grant(struct tg_policy *policy, struct tg_tenant *tenant,
				    struct tg_service *service, const char *origin,
				    struct tg_complaint *why);
int tg_policy_add_management(struct tg_policy *policy, const struct tg_prefix *from, u32 nfrom,
			     const struct tg_port *ports, u32 nports,
			     struct tg_complaint *why);

int tg_policy_compile(struct tg_policy *policy, struct tg_complaint *why);
void tg_policy_settle(struct tg_policy *policy);

void tg_tenant_begin_own(struct tg_tenant *tenant);
struct tg_arena *tg_tenant_arena(struct tg_policy *policy, struct tg_tenant *tenant);
struct tg_tenant *tg_policy_tenant(const struct tg_policy *policy, const char *name);
struct tg_device *tg_policy_device(const struct tg_policy *policy, const char *name);
bool tg_tenant_is_granted(const struct tg_tenant *tenant, const struct tg_service *service);
char *tg_rule_origin(const struct tg_rule *rule, char *text);
struct tg_user *tg_tenant_user_at(const struct tg_tenant *tenant, const struct tg_addr *addr);

/**
 * tg_tenant_plan - a tenant's plan
 * @policy: a compiled policy
 * @tenant: the tenant
 *
 * Context: any.
 * Return: the plan or NULL.
 */
static inline struct tg_plan *tg_tenant_plan(const struct tg_policy *policy,
					     const struct tg_tenant *tenant)
{
	return policy->plans[tenant->plan];
}

/**
 * tg_tenant_set_plan - give a tenant a plan
 * @tenant: the tenant, of a policy that is not compiled yet
 * @plan: the plan, or NULL for none
 */
static inline void tg_tenant_set_plan(struct tg_tenant *tenant, const struct tg_plan *plan)
{
	tenant->plan = plan ? plan->number : 0;
}

/**
 * tg_site_tenant - whose a site is
 * @policy: a compiled policy
 * @site: the site
 *
 * Context: any.
 * Return: the tenant as this policy has it.
 */
static inline struct tg_tenant *tg_site_tenant(const struct tg_policy *policy,
					       const struct tg_site *site)
{
	return policy->tenants[site->tenant];
}

#endif
