/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy as people wrote it: the provider's file and the tenants' files,
 * read, merged and resolved. It knows YAML positions and no netlink.
 *
 *	struct tg_policy_file
 *	 ├ gateway		mode, label, what the gateway itself answers on
 *	 ├ management[]		the operator's own way in
 *	 ├ links[]		devices that lead to the internet, and how fast they are
 *	 ├ realms[]		[0] is always "default" (no VRF)
 *	 ├ windows[]		times of the week by name
 *	 ├ plans[]		limits and rates by name; tenant->plan points here
 *	 └ tenants[]		[0] is always the platform
 *	    ├ sites[]		(device, prefixes, realm) where the tenant is
 *	    ├ services[]	its servers; of the platform: the shared services,
 *	    │			where services[0] is always "internet"
 *	    ├ users[] roles[]	people by inner address
 *	    ├ rules[]		in order, first match wins
 *	    ├ grants[]		shared services the provider lists for it
 *	    └ tests[]		what the tenant expects of the rules
 *
 * Every array is followed by its length, "n" and the array's name. References
 * are plain pointers into these arrays. Numbers: each object has an @id that
 * is unique among all objects of its type in the file (tenants, realms, sites,
 * services, roles, users), counts from 0 in the order of the file, and is at
 * most TENANTGATE_ID_MAX; tenant 0 is the platform, realm 0 the default one.
 * They are what a netlink client can name the objects by.
 *
 * Everything lives in one pool; policy_free() gives it all back. Strings are
 * UTF-8, NUL-terminated, without control characters; a missing string is NULL.
 */
#ifndef TG_POLICY_MODEL_H
#define TG_POLICY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/tenantgate.h>

struct diagnostics;
struct pool;
struct source;

/**
 * struct origin - where something is written
 * @source: the file; source_name() in source.h gives its name
 * @line: counts from 1; 0 when the thing is written nowhere (a default)
 * @column: counts characters from 1
 */
struct origin {
	struct source *source;
	uint32_t line;
	uint32_t column;
};

/**
 * struct policy_prefix - an address, or addresses that begin with the same bits
 * @addr: 4 or 16 bytes in network byte order, zero behind @len
 * @len: bits that count, 0 to 32 or 0 to 128
 * @v6: it is IPv6
 * @origin: where it is written
 */
struct policy_prefix {
	uint8_t addr[16];
	uint8_t len;
	bool v6;
	struct origin origin;
};

/**
 * struct policy_port - one protocol with a range of ports or an ICMP type
 * @proto: IP protocol number, 1 for ICMP and ICMPv6 alike, 0 for any protocol
 * @class: enum tenantgate_class; interactive unless written
 * @has_ports: @min and @max are meant; otherwise every port
 * @has_type: @type is meant; otherwise every ICMP type
 * @has_code: @code is meant; otherwise every code
 * @min: first destination port, 1 to 65535
 * @max: last destination port, not less than @min
 * @type: ICMP type; 8 (echo request) also stands for ICMPv6's 128
 * @code: ICMP code
 * @origin: where it is written
 */
struct policy_port {
	uint8_t proto;
	uint8_t class;
	bool has_ports;
	bool has_type;
	bool has_code;
	uint16_t min;
	uint16_t max;
	uint8_t type;
	uint8_t code;
	struct origin origin;
};

/**
 * struct policy_name - a name that refers to something
 * @text: the name
 * @origin: where it is written
 */
struct policy_name {
	const char *text;
	struct origin origin;
};

/**
 * struct policy_realm - a routing and address space
 * @id: its number, 0 for "default"
 * @name: its name
 * @device: the VRF device, NULL for the default routing tables
 */
struct policy_realm {
	uint32_t id;
	const char *name;
	const char *device;
	struct origin origin;
};

enum policy_ways {
	POLICY_UP,
	POLICY_DOWN,
	POLICY_WAYS,
};

/**
 * struct policy_rates - a rate each way
 * @way: bytes a second, 0 for none; up is what tenants send
 * @origin: where it is written
 */
struct policy_rates {
	uint64_t way[POLICY_WAYS];
	struct origin origin;
};

/**
 * struct policy_link - devices that lead to the internet (kind uplink)
 * @id: its place among the links
 * @name: for people
 * @devices: device names
 * @rate: what tenants share; not shaped where it is 0
 * @carries: tunnels that packets to tenants leave by; with the only link that has
 *	a rate, none for all
 * @tunnel: what such tunnels are called, NULL for just so many bytes
 * @overhead: bytes around a packet in a tunnel
 * @padding: packets in tunnels are padded to a multiple of it
 * @framing_name: what the link is called, NULL for just so many bytes
 * @framing: bytes around a packet on the link
 * @minimum: bytes that the smallest packet takes on the link
 * @oversubscribe: guarantees may sum up to more than it has
 */
struct policy_link {
	uint32_t id;
	const char *name;
	struct policy_name *devices;
	uint32_t ndevices;
	struct policy_rates rate;
	struct policy_name *carries;
	uint32_t ncarries;
	const char *tunnel;
	uint16_t overhead;
	uint16_t padding;
	const char *framing_name;
	uint16_t framing;
	uint16_t minimum;
	bool oversubscribe;
	struct origin origin;
};

#define POLICY_EVERY_DAY	0x7f

/**
 * struct policy_hours - a time of the day
 * @from: minute of the day
 * @to: minute behind it, 1 to 1440; of the next day when it is not above @from
 */
struct policy_hours {
	uint16_t from;
	uint16_t to;
};

/**
 * struct policy_window - times of the week, in the time zone of the gateway
 * @id: its place among the windows
 * @name: its name
 * @days: days on which its hours begin, Monday is bit 0
 * @hours: times of the day; all day when there are none
 */
struct policy_window {
	uint32_t id;
	const char *name;
	uint8_t days;
	struct policy_hours hours[TENANTGATE_MAX_HOURS];
	uint32_t nhours;
	struct origin origin;
};

/**
 * struct policy_plan - limits and rates that tenants have in common
 * @id: its place among the plans
 * @name: its name
 * @guarantee: what a tenant gets whenever it wants it
 * @ceiling: what it never exceeds, 0 for the link's rate
 * @realtime: the part of the guarantee that goes first
 * @user_ceiling: what none of its users exceeds, 0 for no limit
 * @interactive: part of interactive packets where bulk ones wait too
 * @bulk: part of bulk packets
 * @weight: its part of what others leave
 * @flows: flows at once, 0 for the kernel's default
 * @new_flows: flows begun a second, 0 for no limit
 * @packets: packets sent a second, 0 for no limit
 * @fragments: fragments a second, 0 for the kernel's default
 * @rejects: answers a second to rejected packets, 0 likewise
 * @rules: rules, grants not counted, 0 likewise
 * @during: what holds instead within windows, all of it; the first open one decides
 * @window: of what holds within a window: that window, as is
 * @window_name: its name as written
 * @ntenants: tenants that have it; counted by check_links(), as is
 * @first: the first of them
 */
struct policy_plan {
	uint32_t id;
	const char *name;
	struct policy_rates guarantee;
	struct policy_rates ceiling;
	struct policy_rates realtime;
	struct policy_rates user_ceiling;
	uint32_t interactive;
	uint32_t bulk;
	uint32_t weight;
	uint32_t flows;
	uint32_t new_flows;
	uint32_t packets;
	uint32_t fragments;
	uint32_t rejects;
	uint32_t rules;
	struct policy_plan *during;
	uint32_t nduring;
	struct policy_window *window;
	struct policy_name window_name;
	uint32_t ntenants;
	const struct policy_tenant *first;
	struct origin origin;
};

/**
 * struct policy_management - who may always reach the gateway, and on what
 * @from: where the operator comes from, at least one
 * @to: ports on the gateway; every one when there are none
 */
struct policy_management {
	struct policy_prefix *from;
	uint32_t nfrom;
	struct policy_port *to;
	uint32_t nto;
	struct origin origin;
};

/**
 * struct policy_shift - how far a time zone is from UTC
 * @since: from then on, seconds since 1970
 * @offset: seconds its clocks are before those of UTC
 */
struct policy_shift {
	uint64_t since;
	int32_t offset;
};

/**
 * struct policy_gateway - the gateway itself
 * @mode: enum tenantgate_mode, observe unless written
 * @label: what people call the policy, or NULL
 * @allow: what a bound device may reach on the gateway; the built-in list
 *	unless written, and really nothing when the list written is empty
 * @max_flows: flows of all tenants together, 0 for the kernel's default
 * @timezone: the time zone that windows are in; text is NULL when it was not written
 * @shifts: how far it is from UTC
 */
struct policy_gateway {
	uint8_t mode;
	const char *label;
	struct policy_port *allow;
	uint32_t nallow;
	uint32_t max_flows;
	struct policy_name timezone;
	struct policy_shift *shifts;
	uint32_t nshifts;
	struct origin origin;
};

/**
 * struct policy_site - where people or machines of a tenant are
 * @id: its number
 * @tenant: whose it is
 * @name: unique in the tenant
 * @title: for people, or NULL
 * @kind: enum tenantgate_site_kind
 * @device: the device its packets come in by
 * @device_origin: where the device is written
 * @realm: its realm, never NULL in a policy without errors
 * @realm_name: as written; text is NULL when it was not written
 * @prefixes: its source addresses, at least one
 */
struct policy_site {
	uint32_t id;
	struct policy_tenant *tenant;
	const char *name;
	const char *title;
	uint8_t kind;
	const char *device;
	struct origin device_origin;
	struct policy_realm *realm;
	struct policy_name realm_name;
	struct policy_prefix *prefixes;
	uint32_t nprefixes;
	struct origin origin;
};

/**
 * struct policy_service - a shared service, a tenant's server or the internet
 * @number: its place among the owner's
 * @tenant: the owner, tenants[0] for a shared service
 * @name: unique in the owner
 * @title: for people, or NULL
 * @kind: enum tenantgate_service_kind
 * @addresses: its addresses, none for the internet
 * @ports: what it answers on; everything when there are none
 */
struct policy_service {
	uint32_t number;
	struct policy_tenant *tenant;
	const char *name;
	const char *title;
	uint8_t kind;
	struct policy_prefix *addresses;
	uint32_t naddresses;
	struct policy_port *ports;
	uint32_t nports;
	struct origin origin;
};

/**
 * struct policy_user - a person
 * @number: the place among the tenant's
 * @name: unique in the tenant
 * @title: for people, or NULL
 * @addresses: inner addresses, single ones (@len 32 or 128), at least one
 * @pcs: addresses of the own computer in the office, single ones
 * @roles: the roles the person is in
 */
struct policy_user {
	uint32_t number;
	const char *name;
	const char *title;
	struct policy_prefix *addresses;
	uint32_t naddresses;
	struct policy_prefix *pcs;
	uint32_t npcs;
	struct policy_role **roles;
	uint32_t nroles;
	struct origin origin;
};

/**
 * struct policy_role - what some users have in common
 * @number: its place among the tenant's
 * @name: unique in the tenant
 * @members: the users by name
 * @users: the users, each once
 */
struct policy_role {
	uint32_t number;
	const char *name;
	struct policy_name *members;
	uint32_t nmembers;
	struct policy_user **users;
	uint32_t nusers;
	struct origin origin;
};

/**
 * struct policy_selector - one source or destination of a rule
 * @type: enum tenantgate_selector_type
 * @text: as written
 * @role: for ROLE; likewise @user, @site, @service (shared, own or internet)
 * @prefix: for PREFIX
 */
struct policy_selector {
	uint8_t type;
	const char *text;
	union {
		struct policy_role *role;
		struct policy_user *user;
		struct policy_site *site;
		struct policy_service *service;
		struct policy_prefix prefix;
	};
	struct origin origin;
};

/**
 * struct policy_rule - who may do what
 * @name: unique in the tenant; made from the text when @named is false
 * @named: the name was written
 * @verdict: enum tenantgate_verdict
 * @log: report what it decides
 * @from: any of these; anyone of the tenant when there are none
 * @to: any of these, at least one
 * @ports: any of these; when there are none, what services named as
 *	destination answer on, and every port of other destinations
 */
struct policy_rule {
	const char *name;
	bool named;
	uint8_t verdict;
	bool log;
	struct policy_selector *from;
	uint32_t nfrom;
	struct policy_selector *to;
	uint32_t nto;
	struct policy_port *ports;
	uint32_t nports;
	struct origin origin;
};

/**
 * struct policy_grant - a shared service the provider lists for a tenant
 * @service: one of tenants[0].services
 * @name: as written
 */
struct policy_grant {
	struct policy_service *service;
	struct policy_name name;
};

enum policy_test_to {
	POLICY_TEST_TO_ADDRESS,
	POLICY_TEST_TO_SERVICE,		/* a shared service, an own server, the internet */
	POLICY_TEST_TO_USER,
	POLICY_TEST_TO_OWN_PC,
	POLICY_TEST_TO_OTHER_TENANT,	/* any address of any other tenant */
};

/**
 * struct policy_test - what a tenant expects of its rules
 * @who: who sends, as written
 * @user: the user who sends, or NULL: @address sends
 * @address: who sends when @user is NULL
 * @from: name of the site sent from; text is NULL when it was not written
 * @site: the site sent from, or NULL: any that has the address
 * @to: destination as written
 * @to_kind: what the destination is
 * @service: for SERVICE
 * @to_user: for USER
 * @to_address: for ADDRESS
 * @has_port: @port is meant; otherwise the first port of the destination
 * @port: protocol and port, or ICMP type
 * @expect: enum tenantgate_verdict
 * @has_reason: @reason is meant
 * @reason: enum tenantgate_reason
 */
struct policy_test {
	struct policy_name who;
	struct policy_user *user;
	struct policy_prefix address;
	struct policy_name from;
	struct policy_site *site;
	struct policy_name to;
	enum policy_test_to to_kind;
	struct policy_service *service;
	struct policy_user *to_user;
	struct policy_prefix to_address;
	bool has_port;
	struct policy_port port;
	uint8_t expect;
	bool has_reason;
	uint8_t reason;
	struct origin origin;
};

/**
 * struct policy_numbers - where the numbers of a tenant's objects begin
 * @service: of its services
 * @user: of its users
 * @role: of its roles
 */
struct policy_numbers {
	uint32_t service;
	uint32_t user;
	uint32_t role;
};

/**
 * struct policy_tenant - a company, or the platform (tenants[0])
 * @id: its number, which is its place in tenants[]
 * @first: where the numbers of its objects begin in the whole policy
 * @name: its name, "platform" for the platform
 * @title: for people, or NULL
 * @plan: its limits and rates, or NULL for the kernel's defaults
 * @plan_name: as written; text is NULL when it was not written
 * @mode: enum tenantgate_mode, enforce unless written
 * @grants: shared services it may use
 */
struct policy_tenant {
	uint32_t id;
	struct policy_numbers first;
	const char *name;
	const char *title;
	struct policy_plan *plan;
	struct policy_name plan_name;
	uint8_t mode;
	struct policy_site *sites;
	uint32_t nsites;
	struct policy_service *services;
	uint32_t nservices;
	struct policy_user *users;
	uint32_t nusers;
	struct policy_role *roles;
	uint32_t nroles;
	struct policy_rule *rules;
	uint32_t nrules;
	struct policy_grant *grants;
	uint32_t ngrants;
	struct policy_test *tests;
	uint32_t ntests;
	struct origin origin;
};

/**
 * struct tg_policy_file - everything for one gateway
 * @path: the provider's file as it was given
 */
struct tg_policy_file {
	struct pool *pool;
	struct source *sources;
	const char *path;
	struct policy_gateway gateway;
	struct policy_management *management;
	uint32_t nmanagement;
	struct policy_link *links;
	uint32_t nlinks;
	struct policy_window *windows;
	uint32_t nwindows;
	struct policy_realm *realms;
	uint32_t nrealms;
	struct policy_plan *plans;
	uint32_t nplans;
	struct policy_tenant *tenants;
	uint32_t ntenants;
};

/**
 * policy_load - read, merge, resolve and check a policy
 * @path: the provider's file
 * @diag: errors and warnings are added here, see diagnostics.h
 *
 * Return: the policy, or NULL when @diag has at least one error.
 */
struct tg_policy_file *policy_load(const char *path, struct diagnostics *diag);

/**
 * policy_load_memory - like policy_load(), from memory and without other files
 * @name: what to call it in messages
 * @text: the provider's file; need not end in NUL
 * @len: its length in bytes
 * @diag: errors and warnings are added here
 *
 * Return: the policy, or NULL when @diag has at least one error.
 */
struct tg_policy_file *policy_load_memory(const char *name, const void *text, size_t len,
					  struct diagnostics *diag);

/**
 * policy_free - give a policy back
 * @policy: from policy_load(), or NULL
 */
void policy_free(struct tg_policy_file *policy);

/**
 * policy_origin - "file:line" of something, as the kernel keeps it for a rule
 * @origin: where it is written
 * @buf: gets the text; a longer file name loses its beginning
 *
 * Return: @buf, an empty string when the thing is written nowhere.
 */
const char *policy_origin(const struct origin *origin, char buf[TENANTGATE_ORIGIN_MAX + 1]);

#endif
