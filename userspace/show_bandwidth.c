// SPDX-License-Identifier: GPL-2.0-only
/*
 * tgctl show bandwidth: what tenants get of links, and who or what holds them up.
 *
 * Either all that was counted, or, between two readings, what happens now.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "link/link.h"
#include "printer.h"
#include "show_bandwidth.h"
#include "text.h"
#include "tgctl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NS		1000000000ULL
#define KBIT		125		/* bytes a second */

enum {
	LINK, DIRECTION, TENANT, CLASS, MINOR, RATE, GUARANTEE, CEILING, REALTIME, WEIGHT, LIMIT,
	BYTES, PACKETS, REALTIME_BYTES, GUARANTEED_BYTES, BORROWED_BYTES, DELAY, P50, P99, DROPS,
	DROPS_TENANT, DROPS_LINK, DROPS_DELAY, DROPS_DEVICE, DROPS_MEMORY, MARKS, BACKLOG_PACKETS,
	BACKLOG_BYTES, WAITED, HELD, HELD_BY, BEHIND,
};

static const struct column columns[] = {
	[LINK] = { "link", "LINK", COLUMN_TEXT },
	[DIRECTION] = { "direction", "WAY", COLUMN_TEXT },
	[TENANT] = { "tenant", "TENANT", COLUMN_TEXT },
	[CLASS] = { "class", "CLASS", COLUMN_TEXT },
	[MINOR] = { "minor", NULL, COLUMN_NUMBER },
	[RATE] = { "rate", "RATE", COLUMN_RATE },
	[GUARANTEE] = { "guarantee", "GUARANTEE", COLUMN_RATE },
	[CEILING] = { "ceiling", "CEILING", COLUMN_RATE },
	[REALTIME] = { "realtime", NULL, COLUMN_RATE },
	[WEIGHT] = { "weight", NULL, COLUMN_NUMBER },
	[LIMIT] = { "limit", NULL, COLUMN_BYTES },
	[BYTES] = { "bytes", "BYTES", COLUMN_BYTES },
	[PACKETS] = { "packets", NULL, COLUMN_NUMBER },
	[REALTIME_BYTES] = { "realtime_bytes", NULL, COLUMN_BYTES },
	[GUARANTEED_BYTES] = { "guaranteed_bytes", NULL, COLUMN_BYTES },
	[BORROWED_BYTES] = { "borrowed_bytes", "BORROWED", COLUMN_BYTES },
	[DELAY] = { "delay", NULL, COLUMN_TIME },
	[P50] = { "delay_p50", "P50-WITHIN", COLUMN_TIME },
	[P99] = { "delay_p99", "P99-WITHIN", COLUMN_TIME },
	[DROPS] = { "drops", "DROPS", COLUMN_NUMBER },
	[DROPS_TENANT] = { "drops_tenant", NULL, COLUMN_NUMBER },
	[DROPS_LINK] = { "drops_link", NULL, COLUMN_NUMBER },
	[DROPS_DELAY] = { "drops_delay", NULL, COLUMN_NUMBER },
	[DROPS_DEVICE] = { "drops_device", NULL, COLUMN_NUMBER },
	[DROPS_MEMORY] = { "drops_memory", NULL, COLUMN_NUMBER },
	[MARKS] = { "marks", "MARKS", COLUMN_NUMBER },
	[BACKLOG_PACKETS] = { "backlog_packets", NULL, COLUMN_NUMBER },
	[BACKLOG_BYTES] = { "backlog_bytes", "BACKLOG", COLUMN_BYTES },
	[WAITED] = { "waited", NULL, COLUMN_TIME },
	[HELD] = { "held", NULL, COLUMN_TIME },
	[HELD_BY] = { "held_by", "HELD-BY", COLUMN_TEXT },
	[BEHIND] = { "behind", "BEHIND", COLUMN_TIME },
};

/**
 * struct reading - what the module counted at one time
 * @dump: its answer
 * @at: where to look for the next tenant
 * @time: ns
 */
struct reading {
	struct dump dump;
	size_t at;
	uint64_t time;
};

static struct fault *reading_take(struct reading *reading, struct link *link, const char *tenant)
{
	struct timespec now;
	struct fault *fault;

	fault = link_dump(link, TENANTGATE_CMD_BANDWIDTH_GET, tenant, &reading->dump);
	clock_gettime(CLOCK_MONOTONIC, &now);
	reading->time = now.tv_sec * NS + now.tv_nsec;
	return fault;
}

static bool is_same(const struct link_bandwidth *a, const struct link_bandwidth *b)
{
	return a->direction == b->direction && a->minor == b->minor && a->link && b->link &&
	       a->tenant && b->tenant && !strcmp(a->link, b->link) &&
	       !strcmp(a->tenant, b->tenant);
}

/* Readings have the same order: what is looked for is most often the next one. */
static bool reading_find(struct reading *reading, const struct link_bandwidth *wanted,
			 struct link_bandwidth *found)
{
	size_t at = reading->at;

	while (dump_bandwidth(&reading->dump, &at, found)) {
		if (is_same(wanted, found)) {
			reading->at = at;
			return true;
		}
	}
	return false;
}

/* Counters begin again when a policy without the link has run in between. */
static uint64_t since(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : now;
}

static void class_since(struct link_bandwidth_class *now, struct link_list before)
{
	struct link_bandwidth_class old;
	unsigned int i;

	while (link_next_bandwidth_class(&before, &old)) {
		if (old.class != now->class)
			continue;
		now->packets = since(now->packets, old.packets);
		now->bytes = since(now->bytes, old.bytes);
		now->realtime = since(now->realtime, old.realtime);
		now->guaranteed = since(now->guaranteed, old.guaranteed);
		now->borrowed = since(now->borrowed, old.borrowed);
		now->marks = since(now->marks, old.marks);
		now->delay = since(now->delay, old.delay);
		for (i = 0; i < LINK_DROPS; i++)
			now->drops[i] = since(now->drops[i], old.drops[i]);
		for (i = 0; i < TENANTGATE_DELAY_BUCKETS; i++)
			now->delays[i] = since(now->delays[i], old.delays[i]);
	}
}

/*
 * So many of a hundred packets waited no longer than this, ns; the end of a bucket.
 * The last one has none: four times the last end is given for it.
 */
static uint64_t quantile(const struct link_bandwidth_class *class, unsigned int percent)
{
	uint64_t bound = TENANTGATE_DELAY_FIRST * 1000ULL, all = 0, packets = 0;
	unsigned int i;

	for (i = 0; i < TENANTGATE_DELAY_BUCKETS; i++)
		all += class->delays[i];
	for (i = 0; i < TENANTGATE_DELAY_BUCKETS - 1; i++, bound *= 4) {
		packets += class->delays[i];
		if (packets * 100 >= all * percent)
			break;
	}
	return all ? bound : 0;
}

/* What most of the waiting was for. */
static const char *held_by(const struct link_bandwidth *b)
{
	if (!b->waited)
		return NULL;
	return b->held >= b->waited - b->held ? "own ceiling" : "link";
}

static void class_row(struct printer *printer, const struct link_bandwidth *b,
		      const struct link_bandwidth_class *c, uint64_t elapsed)
{
	const uint64_t charged = c->realtime + c->guaranteed + c->borrowed;
	uint64_t drops = 0;
	unsigned int i;

	printer_row(printer);
	printer_text(printer, LINK, b->link ? b->link : "");
	printer_text(printer, DIRECTION, text_direction(b->direction));
	printer_text(printer, TENANT, b->tenant ? b->tenant : "");
	printer_text(printer, CLASS, text_class(c->class));
	printer_number(printer, MINOR, b->minor);
	if (elapsed)
		printer_number(printer, RATE,
			       (uint64_t)((double)charged * NS / elapsed / KBIT + 0.5) * KBIT);
	printer_number(printer, GUARANTEE, b->guarantee);
	printer_number(printer, CEILING, b->ceiling);
	printer_number(printer, REALTIME, b->realtime);
	printer_number(printer, WEIGHT, b->weight);
	printer_number(printer, LIMIT, b->limit);
	printer_number(printer, BYTES, c->bytes);
	printer_number(printer, PACKETS, c->packets);
	printer_number(printer, REALTIME_BYTES, c->realtime);
	printer_number(printer, GUARANTEED_BYTES, c->guaranteed);
	printer_number(printer, BORROWED_BYTES, c->borrowed);
	printer_number(printer, DELAY, c->delay);
	printer_number(printer, P50, quantile(c, 50));
	printer_number(printer, P99, quantile(c, 99));
	for (i = 0; i < LINK_DROPS; i++) {
		drops += c->drops[i];
		printer_number(printer, DROPS_TENANT + i, c->drops[i]);
	}
	printer_number(printer, DROPS, drops);
	printer_number(printer, MARKS, c->marks);
	printer_number(printer, BACKLOG_PACKETS, c->backlog_packets);
	printer_number(printer, BACKLOG_BYTES, c->backlog_bytes);
	printer_number(printer, WAITED, b->waited);
	printer_number(printer, HELD, b->held);
	printer_text(printer, HELD_BY, held_by(b));
	printer_number(printer, BEHIND, b->behind);
}

static void rows(struct printer *printer, const struct reading *now, struct reading *before)
{
	uint64_t elapsed = before ? now->time - before->time : 0;
	struct link_bandwidth b, old;
	struct link_bandwidth_class class;
	size_t at = 0;

	while (dump_bandwidth(&now->dump, &at, &b)) {
		const bool counted = before && reading_find(before, &b, &old);

		if (counted) {
			b.waited = since(b.waited, old.waited);
			b.held = since(b.held, old.held);
			b.behind = since(b.behind, old.behind);
		}
		while (link_next_bandwidth_class(&b.classes, &class)) {
			if (counted)
				class_since(&class, old.classes);
			class_row(printer, &b, &class, elapsed);
		}
	}
}

/**
 * show_bandwidth - print what tenants get of links
 * @tg: how to print it
 * @link: the connection
 * @tenant: only of this tenant; of all when NULL
 * @seconds: how long to look; 0 for all that was counted so far
 *
 * Return: NULL or a fault.
 */
struct fault *show_bandwidth(const struct tgctl *tg, struct link *link, const char *tenant,
			     uint32_t seconds)
{
	struct timespec left = { .tv_sec = seconds };
	struct reading before = { .at = 0 }, now = { .at = 0 };
	struct printer *printer = NULL;
	struct fault *fault, *closing;

	fault = seconds ? reading_take(&before, link, tenant) : NULL;
	if (!fault) {
		nanosleep(&left, NULL);
		fault = reading_take(&now, link, tenant);
	}
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     "bandwidth", columns, COUNT(columns));
	if (!fault)
		rows(printer, &now, seconds ? &before : NULL);
	closing = printer_close(printer);
	dump_free(&before.dump);
	dump_free(&now.dump);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}
