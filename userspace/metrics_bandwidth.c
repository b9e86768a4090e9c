// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tenants get of links, in Prometheus' text format 0.0.4. Only tenants that have
 * sent, and classes they sent in, have series.
 */

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "metrics.h"
#include "metrics_bandwidth.h"
#include "text.h"

#define NAME	"tenantgate_bandwidth_"
#define NS	((uint64_t)1000000000)

/* The labels that all samples have, without the bracket that ends them. */
static void begin(struct buffer *b, const char *name, const struct link_bandwidth *tenant)
{
	buffer_text(b, NAME);
	buffer_text(b, name);
	buffer_text(b, "{link=");
	buffer_label(b, tenant->link ? tenant->link : "");
	buffer_text(b, ",direction=");
	buffer_label(b, text_direction(tenant->direction));
	buffer_text(b, ",tenant=");
	buffer_label(b, tenant->tenant ? tenant->tenant : "");
}

static void label(struct buffer *b, const char *name, const char *value)
{
	buffer_text(b, ",");
	buffer_text(b, name);
	buffer_text(b, "=");
	buffer_label(b, value);
}

static void end(struct buffer *b, uint64_t value)
{
	buffer_text(b, "} ");
	buffer_number(b, value);
	buffer_text(b, "\n");
}

static void end_seconds(struct buffer *b, uint64_t ns)
{
	char text[48];

	snprintf(text, sizeof(text), "} %" PRIu64 ".%09" PRIu64 "\n", ns / NS, ns % NS);
	buffer_text(b, text);
}

static const struct {
	const char *name;
	const char *type;
	const char *help;
	size_t offset;
	bool seconds;
} shares[] = {
	{ "guarantee_bytes_per_second", "gauge",
	  "What the tenant gets of the link whenever it wants it, where it has a guarantee.",
	  offsetof(struct link_bandwidth, guarantee), false },
	{ "ceiling_bytes_per_second", "gauge",
	  "What the tenant never exceeds, where it has a ceiling.",
	  offsetof(struct link_bandwidth, ceiling), false },
	{ "waited_seconds_total", "counter", "Time during which packets of the tenant waited.",
	  offsetof(struct link_bandwidth, waited), true },
	{ "held_seconds_total", "counter",
	  "Of the time during which packets waited, what the tenant was over its ceiling.",
	  offsetof(struct link_bandwidth, held), true },
	{ "behind_seconds_total", "counter",
	  "Time during which packets waited though the tenant got less than its guarantee.",
	  offsetof(struct link_bandwidth, behind), true },
};

static void share_samples(struct buffer *b, const struct dump *dump, unsigned int i)
{
	struct link_bandwidth tenant;
	size_t at = 0;

	metrics_head(b, NAME, shares[i].name, shares[i].type, shares[i].help);
	while (dump_bandwidth(dump, &at, &tenant)) {
		uint64_t value;

		memcpy(&value, (const char *)&tenant + shares[i].offset, sizeof(value));
		if (!shares[i].seconds && !value)
			continue;
		begin(b, shares[i].name, &tenant);
		if (shares[i].seconds)
			end_seconds(b, value);
		else
			end(b, value);
	}
}

/* A metric of classes is walked by one of these. */
typedef void (*class_samples)(struct buffer *b, const char *name,
			      const struct link_bandwidth *tenant,
			      const struct link_bandwidth_class *class);

static void begin_class(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
			const struct link_bandwidth_class *class)
{
	begin(b, name, tenant);
	label(b, "class", text_class(class->class));
}

static void packets(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		    const struct link_bandwidth_class *class)
{
	begin_class(b, name, tenant, class);
	end(b, class->packets);
}

static void bytes(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		  const struct link_bandwidth_class *class)
{
	begin_class(b, name, tenant, class);
	end(b, class->bytes);
}

static void link_bytes(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		       const struct link_bandwidth_class *class)
{
	static const char *const accounts[] = { "realtime", "guaranteed", "borrowed" };
	const uint64_t values[] = { class->realtime, class->guaranteed, class->borrowed };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (!values[i])
			continue;
		begin_class(b, name, tenant, class);
		label(b, "account", accounts[i]);
		end(b, values[i]);
	}
}

static void drops(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		  const struct link_bandwidth_class *class)
{
	static const char *const reasons[LINK_DROPS] = {
		[LINK_DROP_TENANT] = "tenant-limit",
		[LINK_DROP_LINK] = "link-limit",
		[LINK_DROP_DELAY] = "delay",
		[LINK_DROP_DEVICE] = "device",
		[LINK_DROP_MEMORY] = "memory",
	};
	unsigned int i;

	for (i = 0; i < LINK_DROPS; i++) {
		if (!class->drops[i])
			continue;
		begin_class(b, name, tenant, class);
		label(b, "reason", reasons[i]);
		end(b, class->drops[i]);
	}
}

static void marks(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		  const struct link_bandwidth_class *class)
{
	if (!class->marks)
		return;
	begin_class(b, name, tenant, class);
	end(b, class->marks);
}

static void backlog(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		    const struct link_bandwidth_class *class)
{
	begin_class(b, name, tenant, class);
	end(b, class->backlog_packets);
}

static void backlog_bytes(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
			  const struct link_bandwidth_class *class)
{
	begin_class(b, name, tenant, class);
	end(b, class->backlog_bytes);
}

static void delays(struct buffer *b, const char *name, const struct link_bandwidth *tenant,
		   const struct link_bandwidth_class *class)
{
	uint64_t bound = TENANTGATE_DELAY_FIRST, sum = 0;
	char text[32];
	unsigned int i;

	(void)name;
	for (i = 0; i < TENANTGATE_DELAY_BUCKETS; i++, bound *= 4) {
		sum += class->delays[i];
		begin_class(b, "delay_seconds_bucket", tenant, class);
		if (i < TENANTGATE_DELAY_BUCKETS - 1)
			snprintf(text, sizeof(text), "%g", (double)bound / 1e6);
		else
			snprintf(text, sizeof(text), "+Inf");
		label(b, "le", text);
		end(b, sum);
	}
	begin_class(b, "delay_seconds_sum", tenant, class);
	end_seconds(b, class->delay);
	begin_class(b, "delay_seconds_count", tenant, class);
	end(b, sum);
}

static const struct {
	const char *name;
	const char *type;
	const char *help;
	class_samples samples;
} classes[] = {
	{ "packets_total", "counter", "Packets that were sent, segments of large ones one by one.",
	  packets },
	{ "bytes_total", "counter", "Bytes of IP packets that were sent.", bytes },
	{ "link_bytes_total", "counter",
	  "Bytes of the link that packets took, with all that is around them, by what they were charged to.",
	  link_bytes },
	{ "drops_total", "counter", "Packets that were dropped.", drops },
	{ "marks_total", "counter", "Packets marked for their delay instead of being dropped (ECN).",
	  marks },
	{ "backlog_packets", "gauge", "Packets that wait.", backlog },
	{ "backlog_bytes", "gauge", "Bytes of the link that waiting packets will take.",
	  backlog_bytes },
	{ "delay_seconds", "histogram", "How long packets that were sent waited.", delays },
};

/**
 * metrics_bandwidth - write what tenants get of links
 * @buffer: gets it
 * @bandwidth: what the module counted
 */
void metrics_bandwidth(struct buffer *buffer, const struct dump *bandwidth)
{
	struct link_bandwidth_class class;
	struct link_bandwidth tenant;
	unsigned int i;

	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		share_samples(buffer, bandwidth, i);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		size_t at = 0;

		metrics_head(buffer, NAME, classes[i].name, classes[i].type, classes[i].help);
		while (dump_bandwidth(bandwidth, &at, &tenant))
			while (link_next_bandwidth_class(&tenant.classes, &class))
				classes[i].samples(buffer, classes[i].name, &tenant, &class);
	}
}
