// SPDX-License-Identifier: GPL-2.0-only
/* tgctl mode: are denials carried out? */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "follow.h"
#include "link/link.h"
#include "lockout.h"
#include "printer.h"
#include "state.h"
#include "text.h"
#include "tgctl.h"

static const struct column columns[] = {
	{ "tenant", "TENANT", COLUMN_TEXT },
	{ "mode", "MODE", COLUMN_TEXT },
	{ "effective_mode", "EFFECTIVE", COLUMN_TEXT },
};

static void print_modes(struct printer *printer, const struct link_status *status,
			const struct dump *tenants, const char *only)
{
	struct link_tenant tenant;
	size_t at = 0;

	if (!only) {
		printer_row(printer);
		printer_text(printer, 0, "gateway");
		printer_text(printer, 1, text_mode(status->mode));
		printer_text(printer, 2, text_mode(status->mode));
	}
	while (dump_tenant(tenants, &at, &tenant)) {
		if (!tenant.name || (only && strcmp(only, tenant.name)))
			continue;
		printer_row(printer);
		printer_text(printer, 0, tenant.name);
		printer_text(printer, 1, text_mode(tenant.mode));
		printer_text(printer, 2, text_mode(tenant.effective_mode));
	}
}

static struct fault *show(const struct tgctl *tg, struct link *link, const char *tenant)
{
	struct dump reply = { 0 }, tenants = { 0 };
	struct fault *fault, *closing;
	struct printer *printer = NULL;
	struct link_status status;

	fault = link_status(link, &reply, &status);
	if (!fault && !status.generation)
		fault = fault_new(FAULT_KERNEL, NULL, "no policy is running");
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_TENANT_GET, NULL, &tenants);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     "modes", columns, sizeof(columns) / sizeof(columns[0]));
	if (!fault)
		print_modes(printer, &status, &tenants, tenant);
	closing = printer_close(printer);
	dump_free(&reply);
	dump_free(&tenants);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

/* What people may not expect of a change. */
static struct fault *remark(struct link *link, const struct mode_change *change)
{
	struct dump reply = { 0 };
	struct link_status status;
	struct fault *fault = link_status(link, &reply, &status);

	if (!fault && change->tenant && change->mode == TENANTGATE_MODE_ENFORCE &&
	    status.mode == TENANTGATE_MODE_OBSERVE)
		tgctl_note("no effect yet, the whole gateway observes; see: tgctl mode enforce");
	if (!fault)
		tgctl_note("the next apply brings back what the policy's file says: change it there, too");
	dump_free(&reply);
	return fault;
}

/* Whatever is dropped from now on must not be the operator's connection. */
static struct fault *check_lockout(struct link *link, const char *given, bool force)
{
	struct fault *fault;
	struct peer peer;

	fault = peer_find(given, &peer);
	if (!fault)
		fault = lockout_ask(link, &peer);
	if (fault && force && fault->kind == FAULT_REFUSED) {
		tgctl_note("warning: %s", fault->why);
		fault_free(fault);
		fault = NULL;
	}
	return fault;
}

static struct fault *change(struct link *link, struct mode_change *change)
{
	struct state state = { .dir = -1, .lock = -1 };
	struct dump reply = { 0 };
	struct link_status status;
	struct fault *fault;

	fault = link_status(link, &reply, &status);
	change->before = fault ? 0 : status.generation;
	dump_free(&reply);
	if (!fault)
		fault = state_open(&state);
	if (!fault)
		fault = link_mode(link, change->mode, change->tenant, &change->after);
	if (!fault) {
		fault = follow_mode(&state, change);
		if (fault)
			fault_hint(fault, "The mode is changed, but not for the next boot.");
	}
	state_close(&state);
	return fault;
}

int cmd_mode(struct tgctl *tg, int argc, char **argv)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "force", no_argument, NULL, 'f' },
		{ "peer", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct mode_change wanted = { .tenant = NULL };
	const char *peer = NULL;
	struct link *link = NULL;
	struct fault *fault;
	bool force = false;
	int c;

	while ((c = getopt_long(argc, argv, "t:fp:", options, NULL)) != -1) {
		switch (c) {
		case 't':
			wanted.tenant = optarg;
			break;
		case 'f':
			force = true;
			break;
		case 'p':
			peer = optarg;
			break;
		default:
			return tgctl_usage("mode", "this option makes no sense here");
		}
	}
	if (argc - optind > 1)
		return tgctl_usage("mode", "one mode at a time");
	if (argc > optind && !parse_mode(argv[optind], &wanted.mode))
		return tgctl_usage("mode", "there is no mode \"%s\"", argv[optind]);
	fault = link_open(&link, false);
	if (!fault && argc > optind) {
		if (wanted.mode == TENANTGATE_MODE_ENFORCE)
			fault = check_lockout(link, peer, force);
		if (!fault)
			fault = change(link, &wanted);
		if (!fault)
			fault = remark(link, &wanted);
	}
	if (!fault)
		fault = show(tg, link, wanted.tenant);
	link_close(link);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
