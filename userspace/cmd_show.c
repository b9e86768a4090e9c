// SPDX-License-Identifier: GPL-2.0-only
/* tgctl show: what is running, as tables or JSON. */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "link/link.h"
#include "printer.h"
#include "reasons.h"
#include "show_bandwidth.h"
#include "show_links.h"
#include "text.h"
#include "tgctl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/**
 * struct show - one thing that can be shown
 * @name: on the command line and in JSON
 * @command: the dump it comes from
 * @by_kernel: the module itself can leave other tenants out
 * @columns: the columns
 * @count: number of @columns
 * @rows: prints all rows of a dump, of one tenant or of all (NULL)
 */
struct show {
	const char *name;
	uint8_t command;
	bool by_kernel;
	const struct column *columns;
	unsigned int count;
	void (*rows)(struct printer *printer, const struct dump *dump, const char *tenant,
		     const struct reasons *reasons);
};

static bool is_wanted(const char *tenant, const char *name)
{
	return !tenant || (name && !strcmp(tenant, name));
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void append_prefixes(struct printer *printer, unsigned int column, struct link_list list)
{
	struct link_address prefix;
	char buf[ADDRESS_TEXT];

	while (link_next_prefix(&list, &prefix))
		printer_append(printer, column, text_prefix(&prefix, buf));
}

static void append_ports(struct printer *printer, unsigned int column, struct link_list list)
{
	struct link_port port;
	char buf[PORT_TEXT];

	while (link_next_port(&list, &port))
		printer_append(printer, column, text_port(&port, buf));
}

static void append_names(struct printer *printer, unsigned int column, struct link_list list)
{
	const char *name;

	while ((name = link_next_name(&list)))
		printer_append(printer, column, name);
}

static const struct column tenant_columns[] = {
	{ "name", "TENANT", COLUMN_TEXT },
	{ "title", "TITLE", COLUMN_TEXT },
	{ "mode", NULL, COLUMN_TEXT },
	{ "effective_mode", "MODE", COLUMN_TEXT },
	{ "sites", "SITES", COLUMN_NUMBER },
	{ "users", "USERS", COLUMN_NUMBER },
	{ "rules", "RULES", COLUMN_NUMBER },
	{ "flows", "FLOWS", COLUMN_NUMBER },
	{ "max_flows", "MAX-FLOWS", COLUMN_NUMBER },
	{ "max_fragments", NULL, COLUMN_NUMBER },
	{ "max_rejects", NULL, COLUMN_NUMBER },
	{ "max_rules", NULL, COLUMN_NUMBER },
	{ "rule_bytes", "RULE-BYTES", COLUMN_BYTES },
	{ "rule_steps", "RULE-STEPS", COLUMN_NUMBER },
	{ "generation", NULL, COLUMN_NUMBER },
	{ "plan", "PLAN", COLUMN_TEXT },
	{ "max_packets", NULL, COLUMN_NUMBER },
	{ "max_new_flows", NULL, COLUMN_NUMBER },
};

static void tenant_rows(struct printer *printer, const struct dump *dump, const char *only,
			const struct reasons *reasons)
{
	struct link_tenant tenant;
	size_t at = 0;

	(void)reasons;
	while (dump_tenant(dump, &at, &tenant)) {
		if (!is_wanted(only, tenant.name))
			continue;
		printer_row(printer);
		printer_text(printer, 0, or_empty(tenant.name));
		printer_text(printer, 1, tenant.title);
		printer_text(printer, 2, text_mode(tenant.mode));
		printer_text(printer, 3, text_mode(tenant.effective_mode));
		printer_number(printer, 4, tenant.sites);
		printer_number(printer, 5, tenant.users);
		printer_number(printer, 6, tenant.rules);
		printer_number(printer, 7, tenant.flows);
		printer_number(printer, 8, tenant.max_flows);
		printer_number(printer, 9, tenant.max_fragments);
		printer_number(printer, 10, tenant.max_rejects);
		printer_number(printer, 11, tenant.max_rules);
		printer_number(printer, 12, tenant.rule_bytes);
		printer_number(printer, 13, tenant.rule_steps);
		printer_number(printer, 14, tenant.generation);
		printer_text(printer, 15, tenant.plan);
		if (tenant.max_packets)
			printer_number(printer, 16, tenant.max_packets);
		if (tenant.max_new_flows)
			printer_number(printer, 17, tenant.max_new_flows);
	}
}

static const struct column site_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "name", "SITE", COLUMN_TEXT },
	{ "title", "TITLE", COLUMN_TEXT },
	{ "kind", "KIND", COLUMN_TEXT },
	{ "device", "DEVICE", COLUMN_TEXT },
	{ "present", "PRESENT", COLUMN_FLAG },
	{ "ifindex", NULL, COLUMN_NUMBER },
	{ "realm", "REALM", COLUMN_TEXT },
	{ "prefixes", "PREFIXES", COLUMN_LIST },
};

static void site_rows(struct printer *printer, const struct dump *dump, const char *only,
		      const struct reasons *reasons)
{
	struct link_site site;
	size_t at = 0;

	(void)reasons;
	while (dump_site(dump, &at, &site)) {
		if (!is_wanted(only, site.tenant))
			continue;
		printer_row(printer);
		printer_text(printer, 0, or_empty(site.tenant));
		printer_text(printer, 1, or_empty(site.name));
		printer_text(printer, 2, site.title);
		printer_text(printer, 3, text_site_kind(site.kind));
		printer_text(printer, 4, site.device);
		printer_flag(printer, 5, site.ifindex);
		printer_number(printer, 6, site.ifindex);
		printer_text(printer, 7, site.realm ? site.realm : "default");
		append_prefixes(printer, 8, site.prefixes);
	}
}

static const struct column service_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "name", "SERVICE", COLUMN_TEXT },
	{ "title", "TITLE", COLUMN_TEXT },
	{ "kind", NULL, COLUMN_TEXT },
	{ "addresses", "ADDRESSES", COLUMN_LIST },
	{ "ports", "PORTS", COLUMN_LIST },
};

static void service_rows(struct printer *printer, const struct dump *dump, const char *only,
			 const struct reasons *reasons)
{
	struct link_service service;
	size_t at = 0;

	(void)reasons;
	while (dump_service(dump, &at, &service)) {
		if (!is_wanted(only, service.tenant))
			continue;
		printer_row(printer);
		printer_text(printer, 0, or_empty(service.tenant));
		printer_text(printer, 1, or_empty(service.name));
		printer_text(printer, 2, service.title);
		printer_text(printer, 3, service.kind == TENANTGATE_SERVICE_KIND_INTERNET ?
			     "internet" : "hosts");
		append_prefixes(printer, 4, service.addresses);
		append_ports(printer, 5, service.ports);
	}
}

static const struct column user_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "name", "USER", COLUMN_TEXT },
	{ "title", "TITLE", COLUMN_TEXT },
	{ "roles", "ROLES", COLUMN_LIST },
	{ "addresses", "ADDRESSES", COLUMN_LIST },
	{ "pcs", "OWN-PC", COLUMN_LIST },
};

static void user_rows(struct printer *printer, const struct dump *dump, const char *only,
		      const struct reasons *reasons)
{
	struct link_user user;
	size_t at = 0;

	(void)reasons;
	while (dump_user(dump, &at, &user)) {
		if (!is_wanted(only, user.tenant))
			continue;
		printer_row(printer);
		printer_text(printer, 0, or_empty(user.tenant));
		printer_text(printer, 1, or_empty(user.name));
		printer_text(printer, 2, user.title);
		append_names(printer, 3, user.roles);
		append_prefixes(printer, 4, user.addresses);
		append_prefixes(printer, 5, user.pcs);
	}
}

static const struct column rule_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "name", "RULE", COLUMN_TEXT },
	{ "verdict", "VERDICT", COLUMN_TEXT },
	{ "grant", "GRANT", COLUMN_FLAG },
	{ "log", "LOG", COLUMN_FLAG },
	{ "hits", "HITS", COLUMN_NUMBER },
	{ "packets", "PACKETS", COLUMN_NUMBER },
	{ "bytes", "BYTES", COLUMN_BYTES },
	{ "origin", "WRITTEN-AT", COLUMN_TEXT },
};

static void rule_rows(struct printer *printer, const struct dump *dump, const char *only,
		      const struct reasons *reasons)
{
	struct link_rule rule;
	size_t at = 0;

	(void)reasons;
	while (dump_rule(dump, &at, &rule)) {
		if (!is_wanted(only, rule.tenant))
			continue;
		printer_row(printer);
		printer_text(printer, 0, or_empty(rule.tenant));
		printer_text(printer, 1, or_empty(rule.name));
		printer_text(printer, 2, text_verdict(rule.verdict));
		printer_flag(printer, 3, rule.grant);
		printer_flag(printer, 4, rule.log);
		printer_number(printer, 5, rule.hits);
		printer_number(printer, 6, rule.packets);
		printer_number(printer, 7, rule.bytes);
		printer_text(printer, 8, rule.origin);
	}
}

static const struct column flow_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "peer", "PEER", COLUMN_TEXT },
	{ "protocol", "PROTO", COLUMN_TEXT },
	{ "source", "SOURCE", COLUMN_TEXT },
	{ "source_port", "SPORT", COLUMN_NUMBER },
	{ "destination", "DESTINATION", COLUMN_TEXT },
	{ "destination_port", "DPORT", COLUMN_NUMBER },
	{ "state", "STATE", COLUMN_TEXT },
	{ "verdict", "VERDICT", COLUMN_TEXT },
	{ "reason", "REASON", COLUMN_TEXT },
	{ "rule", "RULE", COLUMN_TEXT },
	{ "class", NULL, COLUMN_TEXT },
	{ "timeout", "TIMEOUT", COLUMN_NUMBER },
	{ "original_packets", NULL, COLUMN_NUMBER },
	{ "original_bytes", "BYTES", COLUMN_BYTES },
	{ "reply_packets", NULL, COLUMN_NUMBER },
	{ "reply_bytes", "REPLY-BYTES", COLUMN_BYTES },
	{ "generation", NULL, COLUMN_NUMBER },
};

static void flow_rows(struct printer *printer, const struct dump *dump, const char *only,
		      const struct reasons *reasons)
{
	char source[ADDRESS_TEXT], destination[ADDRESS_TEXT], protocol[PORT_TEXT];
	struct link_flow flow;
	size_t at = 0;

	(void)only;		/* the module left the others out */
	while (dump_flow(dump, &at, &flow)) {
		printer_row(printer);
		printer_text(printer, 0, or_empty(flow.tenant));
		printer_text(printer, 1, flow.peer);
		printer_text(printer, 2, text_protocol(flow.protocol, protocol));
		printer_text(printer, 3, text_address(&flow.source, source));
		printer_number(printer, 4, flow.source_port);
		printer_text(printer, 5, text_address(&flow.destination, destination));
		printer_number(printer, 6, flow.destination_port);
		printer_text(printer, 7, flow.state);
		printer_text(printer, 8, text_verdict(flow.verdict));
		printer_text(printer, 9, reasons_name(reasons, flow.reason));
		printer_text(printer, 10, flow.rule);
		printer_text(printer, 11, text_class(flow.class));
		printer_number(printer, 12, flow.timeout);
		printer_number(printer, 13, flow.original_packets);
		printer_number(printer, 14, flow.original_bytes);
		printer_number(printer, 15, flow.reply_packets);
		printer_number(printer, 16, flow.reply_bytes);
		printer_number(printer, 17, flow.generation);
	}
}

static const struct column counter_columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "counter", "COUNTER", COLUMN_TEXT },
	{ "verdict", "VERDICT", COLUMN_TEXT },
	{ "packets", "PACKETS", COLUMN_NUMBER },
	{ "bytes", "BYTES", COLUMN_BYTES },
	{ "observed_packets", "OBSERVED", COLUMN_NUMBER },
	{ "created", NULL, COLUMN_NUMBER },
};

static void traffic_row(struct printer *printer, const struct link_counter *counter,
			const char *direction, uint64_t packets, uint64_t bytes)
{
	printer_row(printer);
	printer_text(printer, 0, or_empty(counter->tenant));
	printer_text(printer, 1, direction);
	printer_number(printer, 3, packets);
	printer_number(printer, 4, bytes);
	printer_number(printer, 6, counter->created);
}

static void counter_rows(struct printer *printer, const struct dump *dump, const char *only,
			 const struct reasons *reasons)
{
	struct link_reason_count count;
	struct link_counter counter;
	size_t at = 0;

	while (dump_counter(dump, &at, &counter)) {
		if (!is_wanted(only, counter.tenant))
			continue;
		traffic_row(printer, &counter, "up", counter.up_packets, counter.up_bytes);
		traffic_row(printer, &counter, "down", counter.down_packets, counter.down_bytes);
		while (link_next_reason(&counter.reasons, &count)) {
			printer_row(printer);
			printer_text(printer, 0, or_empty(counter.tenant));
			printer_text(printer, 1, reasons_name(reasons, count.reason));
			printer_text(printer, 2,
				     text_verdict(reasons_verdict(reasons, count.reason)));
			printer_number(printer, 3, count.packets);
			printer_number(printer, 4, count.bytes);
			printer_number(printer, 5, count.observed);
			printer_number(printer, 6, counter.created);
		}
	}
}

static const struct column reason_columns[] = {
	{ "reason", "REASON", COLUMN_TEXT },
	{ "verdict", "VERDICT", COLUMN_TEXT },
	{ "noise", "NOISE", COLUMN_FLAG },
	{ "description", "DESCRIPTION", COLUMN_TEXT },
};

static void reason_rows(struct printer *printer, const struct dump *dump, const char *only,
			const struct reasons *reasons)
{
	struct link_reason reason;
	size_t at = 0;

	(void)only;
	(void)reasons;
	while (dump_reason(dump, &at, &reason)) {
		printer_row(printer);
		printer_text(printer, 0, or_empty(reason.name));
		printer_text(printer, 1, text_verdict(reason.verdict));
		printer_flag(printer, 2, reason.noise);
		printer_text(printer, 3, reason.description);
	}
}

/* Longest time to look at, in seconds. */
#define DURING_MAX	86400

#define SHOW(name, command, by_kernel, noun) \
	{ name, TENANTGATE_CMD_##command##_GET, by_kernel, noun##_columns, \
	  COUNT(noun##_columns), noun##_rows }

static const struct show shows[] = {
	SHOW("tenants", TENANT, false, tenant),
	SHOW("sites", SITE, false, site),
	SHOW("services", SERVICE, false, service),
	SHOW("users", USER, false, user),
	SHOW("rules", RULE, true, rule),
	SHOW("flows", FLOW, true, flow),
	SHOW("counters", COUNTER, true, counter),
	SHOW("reasons", REASON, false, reason),
};

static struct fault *tenant_exists(struct link *link, const char *name)
{
	struct link_tenant tenant;
	struct dump dump = { 0 };
	struct fault *fault;
	bool found = false;
	size_t at = 0;

	fault = link_dump(link, TENANTGATE_CMD_TENANT_GET, NULL, &dump);
	while (!fault && !found && dump_tenant(&dump, &at, &tenant))
		found = is_wanted(name, tenant.name);
	dump_free(&dump);
	if (!fault && !found)
		fault = fault_new(FAULT_KERNEL, NULL, "tenant '%s' is not in the running policy",
				  name);
	return fault;
}

static struct fault *show_list(const struct tgctl *tg, struct link *link, const struct show *show,
			       const char *tenant)
{
	struct reasons reasons = { .count = 0 };
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct dump dump = { 0 };

	fault = reasons_read(&reasons, link);
	if (!fault && tenant && !show->by_kernel)
		fault = tenant_exists(link, tenant);
	if (!fault)
		fault = link_dump(link, show->command, show->by_kernel ? tenant : NULL, &dump);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     show->name, show->columns, show->count);
	if (!fault)
		show->rows(printer, &dump, tenant, &reasons);
	closing = printer_close(printer);
	dump_free(&dump);
	reasons_free(&reasons);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

static const struct column status_columns[] = {
	{ "generation", "Policy", COLUMN_NUMBER },
	{ "label", "Label", COLUMN_TEXT },
	{ "mode", "Mode", COLUMN_TEXT },
	{ "confirm_timeout", NULL, COLUMN_NUMBER },
	{ "previous_generation", "Rollback to", COLUMN_NUMBER },
	{ "tenants", "Tenants", COLUMN_NUMBER },
	{ "flows", "Flows", COLUMN_NUMBER },
	{ "pickup", NULL, COLUMN_NUMBER },
	{ "note", "Note", COLUMN_LIST },
	{ "version", "Module", COLUMN_TEXT },
	{ "features", "Features", COLUMN_LIST },
};

static void status_row(struct printer *printer, const struct link_status *status,
		       struct link_status *features)
{
	char note[128];

	printer_row(printer);
	printer_number(printer, 0, status->generation);
	printer_text(printer, 1, status->label);
	if (status->generation)
		printer_text(printer, 2, text_mode(status->mode));
	else
		printer_append(printer, 8, "no policy is running: everything passes");
	printer_number(printer, 3, status->confirm_timeout);
	if (status->has_previous)
		printer_number(printer, 4, status->previous_generation);
	printer_number(printer, 5, status->tenants);
	printer_number(printer, 6, status->flows);
	printer_number(printer, 7, status->pickup);
	if (status->generation && status->mode == TENANTGATE_MODE_OBSERVE)
		printer_append(printer, 8, "nothing is dropped");
	if (status->confirm_timeout) {
		snprintf(note, sizeof(note), "returns to policy %u in %u s unless confirmed",
			 status->previous_generation, status->confirm_timeout);
		printer_append(printer, 8, note);
	}
	if (status->pickup) {
		snprintf(note, sizeof(note), "running connections are adopted for %u s more",
			 status->pickup);
		printer_append(printer, 8, note);
	}
	printer_text(printer, 9, features->version);
	append_names(printer, 10, features->features);
}

static struct fault *show_status(const struct tgctl *tg, struct link *link)
{
	struct link_status status, features = { .version = NULL };
	struct dump reply = { 0 }, feature_reply = { 0 };
	struct printer *printer = NULL;
	struct fault *fault, *closing;

	fault = link_status(link, &reply, &status);
	if (!fault)
		fault = link_features(link, &feature_reply, &features);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_CARD,
				     "status", status_columns, COUNT(status_columns));
	if (!fault)
		status_row(printer, &status, &features);
	closing = printer_close(printer);
	dump_free(&reply);
	dump_free(&feature_reply);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

int cmd_show(struct tgctl *tg, int argc, char **argv)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "during", required_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	struct fault *(*whole)(const struct tgctl *tg, struct link *link) = NULL;
	const char *tenant = NULL, *what = "status";
	const struct show *show = NULL;
	struct link *link = NULL;
	uint32_t seconds = 0;
	struct fault *fault;
	bool bandwidth;
	size_t i;
	int c;

	while ((c = getopt_long(argc, argv, "t:d:", options, NULL)) != -1) {
		if (c == 't')
			tenant = optarg;
		else if (c != 'd')
			return tgctl_usage("show", "this option makes no sense here");
		else if (!parse_time(optarg, DURING_MAX, &seconds))
			return tgctl_usage("show", "\"%s\" is no time", optarg);
	}
	if (optind < argc)
		what = argv[optind++];
	if (optind < argc)
		return tgctl_usage("show", "one thing at a time");
	for (i = 0; i < COUNT(shows); i++)
		if (!strcmp(shows[i].name, what))
			show = &shows[i];
	if (!strcmp(what, "status"))
		whole = show_status;
	else if (!strcmp(what, "links"))
		whole = show_links;
	else if (!strcmp(what, "plans"))
		whole = show_plans;
	else if (!strcmp(what, "windows"))
		whole = show_windows;
	bandwidth = !strcmp(what, "bandwidth");
	if (!show && !whole && !bandwidth)
		return tgctl_usage("show", "there is no \"%s\" to show", what);
	if (seconds && !bandwidth)
		return tgctl_usage("show", "--during is for bandwidth only");
	fault = link_open(&link, false);
	if (!fault && bandwidth)
		fault = show_bandwidth(tg, link, tenant, seconds);
	else if (!fault)
		fault = show ? show_list(tg, link, show, tenant) : whole(tg, link);
	link_close(link);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
