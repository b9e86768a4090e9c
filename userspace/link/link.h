/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netlink client of the module. It knows no YAML and prints nothing.
 *
 *	family.c	the socket, requests, and refusals in plain words
 *	candidate.c	a policy becomes a transaction
 *	request.c	status, confirm, rollback, mode, stop, explain
 *	dump.c		typed readers of what the module lists
 *	list.c		readers of lists in it
 *	events.c	what the module tells unasked
 */
#ifndef TG_LINK_H
#define TG_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/tenantgate.h>

#include "fault.h"

struct link;
struct nlattr;
struct tg_policy_file;

#define LINK_REASONS	(TENANTGATE_REASON_DISCOVERY + 1)

struct fault *link_open(struct link **link, bool load) FAULT_CHECK;
void link_close(struct link *link);

/**
 * struct dump - messages of the module, kept as they came
 * @bytes: the messages, one behind the other
 * @used: bytes of them
 * @room: bytes there is room for
 *
 * What dump_*() hand out points into it.
 */
struct dump {
	char *bytes;
	size_t used;
	size_t room;
};

void dump_free(struct dump *dump);

/**
 * struct link_list - attributes of one kind that follow each other in a message
 * @next: first attribute that is left
 * @left: bytes that are left
 * @type: the kind
 */
struct link_list {
	const struct nlattr *next;
	int left;
	int type;
};

/**
 * struct link_address - an address or a prefix
 * @bytes: network byte order
 * @size: 4 or 16, 0 when there is none
 * @length: bits that count
 */
struct link_address {
	uint8_t bytes[16];
	uint8_t size;
	uint8_t length;
};

/**
 * struct link_port - one protocol with ports or an ICMP type
 * @any: any protocol
 * @protocol: IP protocol
 * @has_ports: @min and @max are meant
 * @has_type: @type is meant
 * @has_code: @code is meant
 */
struct link_port {
	bool any;
	bool has_ports;
	bool has_type;
	bool has_code;
	uint8_t protocol;
	uint8_t type;
	uint8_t code;
	uint8_t class;
	uint16_t min;
	uint16_t max;
};

/**
 * struct link_bytes - bytes that the module hands back as they were given
 * @at: the bytes
 * @size: their number, 0 when there are none
 */
struct link_bytes {
	const uint8_t *at;
	uint32_t size;
};

bool link_next_prefix(struct link_list *list, struct link_address *prefix);
bool link_next_port(struct link_list *list, struct link_port *port);
const char *link_next_name(struct link_list *list);

/* A number that the module left out is 0, a name is NULL. */

struct link_status {
	uint32_t generation;
	uint32_t previous_generation;
	bool has_previous;
	uint32_t confirm_timeout;
	uint32_t flows;
	uint32_t tenants;
	uint32_t pickup;
	uint8_t mode;
	const char *label;
	const char *version;
	const char *cause;
	struct link_bytes revision;
	struct link_list features;
};

struct link_tenant {
	const char *name;
	const char *title;
	uint8_t mode;
	uint8_t effective_mode;
	uint32_t max_flows;
	uint32_t max_fragments;
	uint32_t max_rejects;
	uint32_t max_rules;
	uint32_t max_packets;
	uint32_t max_new_flows;
	uint32_t rule_bytes;
	uint32_t rule_steps;
	uint32_t flows;
	uint32_t sites;
	uint32_t users;
	uint32_t rules;
	uint32_t generation;
	struct link_bytes revision;
	const char *plan;
};

/* Rates are bytes a second, 0 for none. */

struct link_link {
	const char *name;
	uint64_t up;
	uint64_t down;
	uint16_t overhead;
	uint16_t padding;
	uint16_t framing;
	uint16_t minimum;
	bool oversubscribe;
	uint64_t guaranteed_up;
	uint64_t guaranteed_down;
	uint64_t realtime_up;
	uint64_t realtime_down;
};

struct link_device {
	const char *name;
	uint32_t ifindex;
	uint8_t kind;
	const char *link;
};

struct link_plan {
	const char *name;
	uint64_t guarantee_up;
	uint64_t guarantee_down;
	uint64_t ceiling_up;
	uint64_t ceiling_down;
	uint64_t user_ceiling_up;
	uint64_t user_ceiling_down;
	uint8_t interactive;
	uint8_t bulk;
	uint64_t realtime_up;
	uint64_t realtime_down;
	uint32_t weight;
	const char *window;
	bool in_force;
	struct link_list during;
};

struct link_window {
	const char *name;
	const char *timezone;
	uint8_t days;
	bool open;
	struct link_list hours;
};

struct link_site {
	const char *tenant;
	const char *name;
	const char *title;
	const char *realm;
	const char *device;
	uint8_t kind;
	uint32_t ifindex;
	struct link_list prefixes;
};

struct link_service {
	const char *tenant;
	const char *name;
	const char *title;
	uint8_t kind;
	struct link_list addresses;
	struct link_list ports;
};

struct link_user {
	const char *tenant;
	const char *name;
	const char *title;
	struct link_list addresses;
	struct link_list roles;
	struct link_list pcs;
};

struct link_rule {
	const char *tenant;
	const char *name;
	const char *origin;
	uint8_t verdict;
	bool log;
	bool grant;
	uint64_t hits;
	uint64_t packets;
	uint64_t bytes;
};

struct link_flow {
	const char *tenant;
	const char *peer;
	const char *state;
	const char *rule;
	uint8_t protocol;
	uint8_t reason;
	uint8_t verdict;
	uint8_t class;
	struct link_address source;
	struct link_address destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t timeout;
	uint32_t generation;
	uint64_t original_packets;
	uint64_t original_bytes;
	uint64_t reply_packets;
	uint64_t reply_bytes;
};

struct link_counter {
	const char *tenant;
	uint64_t created;
	uint64_t up_packets;
	uint64_t up_bytes;
	uint64_t down_packets;
	uint64_t down_bytes;
	uint64_t flows_created;
	uint32_t flows;
	uint32_t max_flows;
	struct link_list reasons;
};

struct link_reason_count {
	uint8_t reason;
	uint64_t packets;
	uint64_t bytes;
	uint64_t observed;
};

/**
 * struct link_bandwidth - what a tenant gets of one direction of a link, and got
 * @direction: enum tenantgate_direction
 * @minor: of its class in tc
 * @limit: bytes that may wait
 * @waited: ns during which packets waited
 * @held: of these, over the ceiling
 * @behind: of these, behind the guarantee
 * @classes: for link_next_bandwidth_class()
 */
struct link_bandwidth {
	const char *link;
	const char *tenant;
	uint8_t direction;
	uint16_t minor;
	uint64_t guarantee;
	uint64_t ceiling;
	uint64_t realtime;
	uint32_t weight;
	uint32_t limit;
	uint64_t waited;
	uint64_t held;
	uint64_t behind;
	struct link_list classes;
};

/* Why packets were not sent. */
enum link_drop {
	LINK_DROP_TENANT,
	LINK_DROP_LINK,
	LINK_DROP_DELAY,
	LINK_DROP_DEVICE,
	LINK_DROP_MEMORY,
	LINK_DROPS,
};

/**
 * struct link_bandwidth_class - what became of packets of one class
 * @class: enum tenantgate_class
 * @realtime: bytes of the link they took
 * @guaranteed: likewise
 * @borrowed: likewise
 * @delay: how long all that were sent waited, ns
 * @delays: packets by how long they waited, see TENANTGATE_DELAY_FIRST
 */
struct link_bandwidth_class {
	uint8_t class;
	uint64_t packets;
	uint64_t bytes;
	uint64_t realtime;
	uint64_t guaranteed;
	uint64_t borrowed;
	uint64_t drops[LINK_DROPS];
	uint64_t marks;
	uint32_t backlog_packets;
	uint32_t backlog_bytes;
	uint64_t delay;
	uint64_t delays[TENANTGATE_DELAY_BUCKETS];
};

struct link_reason {
	uint8_t reason;
	uint8_t verdict;
	bool noise;
	const char *name;
	const char *description;
};

/**
 * struct link_judgement - a question, its answer, or an event
 * @has_ports: @source_port and @destination_port are there
 * @has_destination_port: @destination_port is there
 * @local: the destination is the gateway itself
 * @dropped_events: events that were not sent since the last one
 * @is_limited: the sender's tenant is at a limit, for the reason @limited
 */
struct link_judgement {
	struct link_address source;
	struct link_address destination;
	uint8_t protocol;
	bool has_source_port;
	bool has_destination_port;
	uint16_t source_port;
	uint16_t destination_port;
	const char *device;
	const char *out_device;
	const char *tenant;
	uint8_t verdict;
	uint8_t reason;
	uint8_t mode;
	const char *site;
	const char *user;
	struct link_list roles;
	const char *peer;
	const char *peer_site;
	const char *service;
	const char *rule;
	const char *origin;
	uint8_t class;
	bool local;
	uint32_t generation;
	uint32_t dropped_events;
	bool is_limited;
	uint8_t limited;
};

struct fault *link_dump(struct link *link, uint8_t command, const char *tenant,
			struct dump *dump) FAULT_CHECK;

bool dump_status(const struct dump *dump, size_t *at, struct link_status *status);
bool dump_tenant(const struct dump *dump, size_t *at, struct link_tenant *tenant);
bool dump_link(const struct dump *dump, size_t *at, struct link_link *link);
bool dump_device(const struct dump *dump, size_t *at, struct link_device *device);
bool dump_plan(const struct dump *dump, size_t *at, struct link_plan *plan);
bool dump_window(const struct dump *dump, size_t *at, struct link_window *window);
bool dump_site(const struct dump *dump, size_t *at, struct link_site *site);
bool dump_service(const struct dump *dump, size_t *at, struct link_service *service);
bool dump_user(const struct dump *dump, size_t *at, struct link_user *user);
bool dump_rule(const struct dump *dump, size_t *at, struct link_rule *rule);
bool dump_flow(const struct dump *dump, size_t *at, struct link_flow *flow);
bool dump_counter(const struct dump *dump, size_t *at, struct link_counter *counter);
bool dump_bandwidth(const struct dump *dump, size_t *at, struct link_bandwidth *bandwidth);
bool dump_reason(const struct dump *dump, size_t *at, struct link_reason *reason);
bool dump_judgement(const struct dump *dump, size_t *at, struct link_judgement *judgement);
bool link_next_terms(struct link_list *list, struct link_plan *terms);
bool link_next_hours(struct link_list *list, uint16_t *from, uint16_t *to);
bool link_next_bandwidth_class(struct link_list *list, struct link_bandwidth_class *class);
bool link_next_reason(struct link_list *list, struct link_reason_count *count);

struct fault *link_status(struct link *link, struct dump *reply,
			  struct link_status *status) FAULT_CHECK;
struct fault *link_features(struct link *link, struct dump *reply,
			    struct link_status *status) FAULT_CHECK;
struct fault *link_confirm(struct link *link, uint32_t *generation) FAULT_CHECK;
struct fault *link_rollback(struct link *link, uint32_t *generation) FAULT_CHECK;
struct fault *link_mode(struct link *link, uint8_t mode, const char *tenant,
			uint32_t *generation) FAULT_CHECK;
struct fault *link_stop(struct link *link) FAULT_CHECK;
struct fault *link_explain(struct link *link, const struct link_judgement *question,
			   struct dump *reply, struct link_judgement *answer) FAULT_CHECK;

/**
 * struct commit_options - how a policy becomes the running one
 * @confirm_timeout: seconds until the previous one returns, 0 for never
 * @dry_run: compile and check, change nothing
 */
struct commit_options {
	uint32_t confirm_timeout;
	bool dry_run;
};

struct fault *link_commit(struct link *link, const struct tg_policy_file *policy,
			  const struct commit_options *options, uint32_t *generation) FAULT_CHECK;

struct fault *link_listen(struct link *link, const char *group) FAULT_CHECK;
struct fault *link_wait(struct link *link, int wake, struct dump *events, bool *ended,
			bool *lost) FAULT_CHECK;

#endif
