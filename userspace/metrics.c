// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's state and counters in Prometheus' text format 0.0.4.
 *
 * A metric's samples must follow each other, while a dump has a tenant's
 * counters together: the dump is read once and walked once for each metric.
 * Series that are zero are left out.
 */

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "link/link.h"
#include "metrics.h"
#include "metrics_bandwidth.h"
#include "reasons.h"
#include "text.h"
#include "tgctl.h"

#define GRANT	"grant "

/**
 * metrics_head - begin a metric
 * @b: gets it
 * @prefix: how its name begins
 * @name: the rest of its name
 * @type: gauge, counter or histogram
 * @help: what it is
 */
void metrics_head(struct buffer *b, const char *prefix, const char *name, const char *type,
		  const char *help)
{
	buffer_text(b, "# HELP ");
	buffer_text(b, prefix);
	buffer_text(b, name);
	buffer_text(b, " ");
	buffer_text(b, help);
	buffer_text(b, "\n# TYPE ");
	buffer_text(b, prefix);
	buffer_text(b, name);
	buffer_text(b, " ");
	buffer_text(b, type);
	buffer_text(b, "\n");
}

static void head(struct buffer *b, const char *name, const char *type, const char *help)
{
	metrics_head(b, "", name, type, help);
}

static void gauge(struct buffer *b, const char *name, const char *help, uint64_t value)
{
	head(b, name, "gauge", help);
	buffer_text(b, name);
	buffer_text(b, " ");
	buffer_number(b, value);
	buffer_text(b, "\n");
}

static void sample(struct buffer *b, const char *name, const char *tenant, const char *more,
		   uint64_t value)
{
	buffer_text(b, name);
	buffer_text(b, "{tenant=");
	buffer_label(b, tenant);
	buffer_text(b, more);
	buffer_text(b, "} ");
	buffer_number(b, value);
	buffer_text(b, "\n");
}

static void sample_unless_zero(struct buffer *b, const char *name, const char *tenant,
			       const char *more, uint64_t value)
{
	if (value)
		sample(b, name, tenant, more, value);
}

enum traffic { PACKETS, BYTES };

static void traffic(struct buffer *b, const struct dump *counters, const char *name,
		    const char *help, enum traffic what)
{
	struct link_counter c;
	size_t at = 0;

	head(b, name, "counter", help);
	while (dump_counter(counters, &at, &c)) {
		if (!c.tenant)
			continue;
		sample_unless_zero(b, name, c.tenant, ",direction=\"up\"",
				   what == PACKETS ? c.up_packets : c.up_bytes);
		sample_unless_zero(b, name, c.tenant, ",direction=\"down\"",
				   what == PACKETS ? c.down_packets : c.down_bytes);
	}
}

static void judged_sample(struct buffer *b, const char *name, const char *tenant,
			  const char *reason, const char *verdict, uint64_t value)
{
	if (!value)
		return;
	buffer_text(b, name);
	buffer_text(b, "{tenant=");
	buffer_label(b, tenant);
	buffer_text(b, ",reason=");
	buffer_label(b, reason);
	buffer_text(b, ",verdict=");
	buffer_label(b, verdict);
	buffer_text(b, "} ");
	buffer_number(b, value);
	buffer_text(b, "\n");
}

/* Packets that passed only because their tenant is observed have a verdict of their own. */
static void judged(struct buffer *b, const struct dump *counters, const struct reasons *reasons)
{
	static const char name[] = "tenantgate_judged_packets_total";
	struct link_reason_count r;
	struct link_counter c;
	size_t at = 0;

	head(b, name, "counter",
	     "Packets by the one reason counted for them. Verdict observed: to be denied, but passed in observe mode.");
	while (dump_counter(counters, &at, &c)) {
		while (c.tenant && link_next_reason(&c.reasons, &r)) {
			const char *reason = reasons_name(reasons, r.reason);

			judged_sample(b, name, c.tenant, reason,
				      text_verdict(reasons_verdict(reasons, r.reason)),
				      r.packets - r.observed);
			judged_sample(b, name, c.tenant, reason, "observed", r.observed);
		}
	}
}

enum flow_number { FLOWS, FLOWS_CREATED, FLOW_LIMIT, STARTED };

static void flow_numbers(struct buffer *b, const struct dump *counters, const char *name,
			 const char *type, const char *help, enum flow_number which)
{
	struct link_counter c;
	size_t at = 0;

	head(b, name, type, help);
	while (dump_counter(counters, &at, &c)) {
		uint64_t values[] = {
			[FLOWS] = c.flows,
			[FLOWS_CREATED] = c.flows_created,
			[FLOW_LIMIT] = c.max_flows,
			[STARTED] = c.created,
		};

		if (c.tenant)
			sample_unless_zero(b, name, c.tenant, "", values[which]);
	}
}

/* What all tenants together had from one service. */
struct service_bytes {
	const char *name;
	uint64_t bytes;
};

static int compare_services(const void *a, const void *b)
{
	return strcmp(((const struct service_bytes *)a)->name,
		      ((const struct service_bytes *)b)->name);
}

static bool service_add(void **tree, const char *name, uint64_t bytes)
{
	struct service_bytes *made = malloc(sizeof(*made)), **found;

	if (!made)
		return false;
	*made = (struct service_bytes){ .name = name };
	found = tsearch(made, tree, compare_services);
	if (!found || *found != made)
		free(made);
	if (found)
		(*found)->bytes += bytes;
	return found;
}

static void service_print(const void *node, VISIT visit, void *context)
{
	const struct service_bytes *service = *(struct service_bytes *const *)node;
	struct buffer *b = context;

	if (visit != postorder && visit != leaf)
		return;
	buffer_text(b, "tenantgate_service_bytes_total{service=");
	buffer_label(b, service->name);
	buffer_text(b, "} ");
	buffer_number(b, service->bytes);
	buffer_text(b, "\n");
}

static void services(struct buffer *b, const struct dump *rules)
{
	struct link_rule rule;
	void *tree = NULL;
	size_t at = 0;

	head(b, "tenantgate_service_bytes_total", "counter",
	     "Bytes of the flows to and from a shared service that a grant allowed, of all tenants.");
	while (dump_rule(rules, &at, &rule))
		if (rule.grant && rule.bytes && rule.name &&
		    !strncmp(rule.name, GRANT, strlen(GRANT)) &&
		    !service_add(&tree, rule.name + strlen(GRANT), rule.bytes))
			b->failed = true;
	twalk_r(tree, service_print, b);
	tdestroy(tree, free);
}

static void build_info(struct buffer *b, const char *module)
{
	head(b, "tenantgate_build_info", "gauge", "Versions of tgctl and of the module.");
	buffer_text(b, "tenantgate_build_info{module=");
	buffer_label(b, module ? module : "");
	buffer_text(b, ",version=");
	buffer_label(b, TGCTL_VERSION);
	buffer_text(b, "} 1\n");
}

static void gateway(struct buffer *b, const struct link_status *status)
{
	gauge(b, "tenantgate_policy_generation",
	      "Number of the running policy, 0 when there is none.", status->generation);
	gauge(b, "tenantgate_gateway_mode", "Mode of the gateway: 0 observes, 1 enforces.",
	      status->mode);
	gauge(b, "tenantgate_confirm_pending_seconds",
	      "Time until the previous policy returns unless the running one is confirmed.",
	      status->confirm_timeout);
	gauge(b, "tenantgate_tenants", "Tenants of the running policy.", status->tenants);
}

static void tenants(struct buffer *b, const struct dump *counters, const struct reasons *reasons)
{
	traffic(b, counters, "tenantgate_packets_total",
		"Packets that passed, from (up) and to (down) the tenant.", PACKETS);
	traffic(b, counters, "tenantgate_bytes_total",
		"Bytes that passed, from (up) and to (down) the tenant.", BYTES);
	judged(b, counters, reasons);
	flow_numbers(b, counters, "tenantgate_flows", "gauge", "Flows the tenant has now.", FLOWS);
	flow_numbers(b, counters, "tenantgate_flows_created_total", "counter",
		     "Flows the tenant has begun.", FLOWS_CREATED);
	flow_numbers(b, counters, "tenantgate_flow_limit", "gauge",
		     "Flows the tenant may have at once.", FLOW_LIMIT);
	flow_numbers(b, counters, "tenantgate_counters_start_time_seconds", "gauge",
		     "When counting of the tenant began, in seconds since the epoch.", STARTED);
}

static struct fault *read_all(struct buffer *b, struct link *link)
{
	struct dump status_reply = { 0 }, feature_reply = { 0 }, counters = { 0 }, rules = { 0 },
		    bandwidth = { 0 };
	struct link_status status, features;
	struct reasons reasons = { .count = 0 };
	struct fault *fault;

	fault = link_status(link, &status_reply, &status);
	if (!fault)
		fault = link_features(link, &feature_reply, &features);
	if (!fault)
		fault = reasons_read(&reasons, link);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_COUNTER_GET, NULL, &counters);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_RULE_GET, NULL, &rules);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_BANDWIDTH_GET, NULL, &bandwidth);
	if (!fault) {
		gauge(b, "tenantgate_up", "Whether the module could be asked.", 1);
		build_info(b, features.version);
		gateway(b, &status);
		tenants(b, &counters, &reasons);
		services(b, &rules);
		metrics_bandwidth(b, &bandwidth);
	}
	dump_free(&status_reply);
	dump_free(&feature_reply);
	dump_free(&counters);
	dump_free(&rules);
	dump_free(&bandwidth);
	reasons_free(&reasons);
	return fault;
}

/**
 * metrics_build - write the whole page
 * @buffer: gets it, for buffer_free()
 *
 * Without the module, or when it cannot be asked, the page says so by
 * tenantgate_up 0.
 */
void metrics_build(struct buffer *buffer)
{
	struct link *link = NULL;
	struct fault *fault;

	fault = link_open(&link, false);
	if (!fault)
		fault = read_all(buffer, link);
	link_close(link);
	if (!fault)
		return;
	if (fault->kind != FAULT_ABSENT)
		tgctl_note("exporter: %s", fault->why);
	fault_free(fault);
	buffer->len = 0;
	gauge(buffer, "tenantgate_up", "Whether the module could be asked.", 0);
	build_info(buffer, NULL);
}
