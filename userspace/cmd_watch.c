// SPDX-License-Identifier: GPL-2.0-only
/* tgctl watch: denials as they happen. */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "link/link.h"
#include "printer.h"
#include "reasons.h"
#include "text.h"
#include "tgctl.h"

/**
 * struct watch - what is watched
 * @all: also noise
 * @tenant: only this tenant's, or NULL
 * @limit: end after so many events, 0 for never
 * @shown: events shown
 * @noise: events not shown because they are noise
 * @suppressed: events the module did not send because of its rate limit
 * @printer: for JSON
 * @reasons: what the reasons are called
 */
struct watch {
	bool all;
	const char *tenant;
	uint32_t limit;
	uint32_t shown;
	uint64_t noise;
	uint64_t suppressed;
	struct printer *printer;
	struct reasons reasons;
};

static const struct column columns[] = {
	{ "time", NULL, COLUMN_TEXT },
	{ "verdict", NULL, COLUMN_TEXT },
	{ "dropped", NULL, COLUMN_FLAG },
	{ "reason", NULL, COLUMN_TEXT },
	{ "tenant", NULL, COLUMN_TEXT },
	{ "site", NULL, COLUMN_TEXT },
	{ "user", NULL, COLUMN_TEXT },
	{ "peer", NULL, COLUMN_TEXT },
	{ "source", NULL, COLUMN_TEXT },
	{ "source_port", NULL, COLUMN_NUMBER },
	{ "destination", NULL, COLUMN_TEXT },
	{ "port", NULL, COLUMN_TEXT },
	{ "device", NULL, COLUMN_TEXT },
	{ "out_device", NULL, COLUMN_TEXT },
	{ "rule", NULL, COLUMN_TEXT },
	{ "origin", NULL, COLUMN_TEXT },
	{ "generation", NULL, COLUMN_NUMBER },
	{ "suppressed", NULL, COLUMN_NUMBER },
};

static void time_text(const char *format, char *buf, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	buf[0] = '\0';
	if (localtime_r(&now, &tm))
		strftime(buf, size, format, &tm);
}

static bool is_dropped(const struct link_judgement *event)
{
	return event->verdict != TENANTGATE_VERDICT_ALLOW &&
	       event->mode == TENANTGATE_MODE_ENFORCE;
}

static void print_json(struct watch *watch, const struct link_judgement *event)
{
	char now[64], address[ADDRESS_TEXT], port[PORT_TEXT];
	struct printer *printer = watch->printer;

	time_text("%Y-%m-%dT%H:%M:%S%z", now, sizeof(now));
	printer_row(printer);
	printer_text(printer, 0, now);
	printer_text(printer, 1, text_verdict(event->verdict));
	printer_flag(printer, 2, is_dropped(event));
	printer_text(printer, 3, reasons_name(&watch->reasons, event->reason));
	printer_text(printer, 4, event->tenant);
	printer_text(printer, 5, event->site);
	printer_text(printer, 6, event->user);
	printer_text(printer, 7, event->peer);
	printer_text(printer, 8, text_address(&event->source, address));
	if (event->has_source_port)
		printer_number(printer, 9, event->source_port);
	printer_text(printer, 10, text_address(&event->destination, address));
	printer_text(printer, 11, text_packet(event->protocol, event->has_destination_port,
					      event->destination_port, port));
	printer_text(printer, 12, event->device);
	printer_text(printer, 13, event->out_device);
	printer_text(printer, 14, event->rule);
	printer_text(printer, 15, event->origin);
	printer_number(printer, 16, event->generation);
	printer_number(printer, 17, event->dropped_events);
	printer_flush(printer);
}

static void print_line(struct watch *watch, const struct link_judgement *event)
{
	char now[64], from[ADDRESS_TEXT], to[ADDRESS_TEXT], port[PORT_TEXT];

	time_text("%H:%M:%S", now, sizeof(now));
	printf("%s %s%s %s  %s%s%s  %s > %s %s", now, text_verdict(event->verdict),
	       event->verdict != TENANTGATE_VERDICT_ALLOW && !is_dropped(event) ?
	       " (observed)" : "",
	       reasons_name(&watch->reasons, event->reason),
	       event->tenant ? event->tenant : "-", event->user ? "/" : "",
	       event->user ? event->user : "", text_address(&event->source, from),
	       text_address(&event->destination, to),
	       text_packet(event->protocol, event->has_destination_port,
			   event->destination_port, port));
	if (event->peer)
		printf(" of %s", event->peer);
	printf("  %s%s%s", event->device ? event->device : "-", event->out_device ? " > " : "",
	       event->out_device ? event->out_device : "");
	if (event->rule)
		printf("  rule \"%s\"", event->rule);
	if (event->origin)
		printf(" (%s)", event->origin);
	if (event->dropped_events)
		printf("  [%u events before it were not sent]", event->dropped_events);
	putchar('\n');
}

static bool take_event(struct watch *watch, const struct link_judgement *event)
{
	watch->suppressed += event->dropped_events;
	if (watch->tenant && (!event->tenant || strcmp(watch->tenant, event->tenant)) &&
	    (!event->peer || strcmp(watch->tenant, event->peer)))
		return true;
	if (!watch->all && reasons_is_noise(&watch->reasons, event->reason)) {
		watch->noise++;
		return true;
	}
	if (watch->printer)
		print_json(watch, event);
	else
		print_line(watch, event);
	watch->shown++;
	return !watch->limit || watch->shown < watch->limit;
}

static struct fault *watch_events(struct watch *watch, struct link *link, int wake)
{
	struct link_judgement event;
	struct dump events = { 0 };
	struct fault *fault = NULL;
	bool ended = false, lost;
	size_t at;

	while (!fault && !ended) {
		fault = link_wait(link, wake, &events, &ended, &lost);
		if (fault || ended)
			break;
		if (lost)
			tgctl_note("events came faster than they could be read; some are lost");
		for (at = 0; !ended && dump_judgement(&events, &at, &event);)
			ended = !take_event(watch, &event);
		if (fflush(stdout))
			break;		/* whoever read it is gone */
	}
	dump_free(&events);
	return fault;
}

/* SIGINT and SIGTERM end the watch in order. */
static struct fault *block_signals(int *fd)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return fault_errno(errno, NULL, "cannot block signals");
	*fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return *fd < 0 ? fault_errno(errno, NULL, "cannot wait for signals") : NULL;
}

static int parse_options(int argc, char **argv, struct watch *watch)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "tenant", required_argument, NULL, 't' },
		{ "count", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "at:c:", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			watch->all = true;
			break;
		case 't':
			watch->tenant = optarg;
			break;
		case 'c':
			if (parse_number(optarg, UINT32_MAX, &watch->limit) && watch->limit)
				break;
			return tgctl_usage("watch", "\"%s\" is no number of events", optarg);
		default:
			return tgctl_usage("watch", "this option makes no sense here");
		}
	}
	return optind < argc ? tgctl_usage("watch", "it takes no arguments") : STATUS_OK;
}

int cmd_watch(struct tgctl *tg, int argc, char **argv)
{
	struct watch watch = { .all = false };
	struct link *link = NULL;
	struct fault *fault, *closing;
	int status, wake = -1;

	status = parse_options(argc, argv, &watch);
	if (status)
		return status;
	fault = link_open(&link, false);
	if (!fault)
		fault = reasons_read(&watch.reasons, link);
	if (!fault)
		fault = block_signals(&wake);
	if (!fault)
		fault = link_listen(link, TENANTGATE_MCGRP_EVENTS);
	if (!fault && tg->json)
		fault = printer_open(&watch.printer, stdout, PRINTER_JSON_LINE, "events", columns,
				     sizeof(columns) / sizeof(columns[0]));
	if (!fault)
		fault = watch_events(&watch, link, wake);
	closing = printer_close(watch.printer);
	if (wake >= 0)
		close(wake);
	reasons_free(&watch.reasons);
	link_close(link);
	if (fault)
		fault_free(closing);
	else
		fault = closing;
	if (fault)
		return tgctl_fail(fault);
	if (watch.suppressed || watch.noise)
		tgctl_note("%u events shown, %llu hidden as noise (--all shows them), %llu not sent by the module's rate limit",
			   watch.shown, (unsigned long long)watch.noise,
			   (unsigned long long)watch.suppressed);
	return STATUS_OK;
}
