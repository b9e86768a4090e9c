// SPDX-License-Identifier: GPL-2.0-only
/* tgctl guard: keep devices from forwarding while the module is not there. */

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "link/link.h"
#include "printer.h"
#include "state.h"
#include "tgctl.h"

/* Not when the module is away or cannot be asked. */
static bool policy_runs(void)
{
	struct dump reply = { 0 };
	struct link_status status = { .generation = 0 };
	struct link *link = NULL;
	struct fault *fault;

	fault = link_open(&link, false);
	if (!fault)
		fault = link_status(link, &reply, &status);
	fault_free(fault);
	link_close(link);
	dump_free(&reply);
	return status.generation;
}

static struct fault *arm(const struct tgctl *tg)
{
	struct device_names devices;
	struct fault *fault;

	(void)tg;
	fault = state_read_devices(&devices);
	if (!fault && policy_runs())
		tgctl_note("not armed: a policy is running, and the guard would stop what it allows");
	else if (!fault && devices.count)
		fault = guard_arm(&devices);
	else if (!fault)
		tgctl_note("no confirmed policy enforces anything: there is nothing to guard");
	device_names_free(&devices);
	return fault;
}

static struct fault *disarm(const struct tgctl *tg)
{
	(void)tg;
	return guard_disarm(NULL);
}

static const struct column columns[] = {
	{ "armed", "Armed", COLUMN_FLAG },
	{ "note", "Note", COLUMN_TEXT },
	{ "packets", "Dropped", COLUMN_NUMBER },
	{ "bytes", "Bytes", COLUMN_BYTES },
	{ "devices", "Devices", COLUMN_LIST },
};

static struct fault *show(const struct tgctl *tg)
{
	struct device_names devices = { 0 };
	struct printer *printer = NULL;
	struct guard_status status;
	struct fault *fault, *closing;
	size_t i;

	fault = guard_status(&status);
	if (!fault)
		fault = state_read_devices(&devices);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_CARD,
				     "guard", columns, sizeof(columns) / sizeof(columns[0]));
	if (!fault) {
		printer_row(printer);
		printer_flag(printer, 0, status.armed);
		if (status.armed)
			printer_text(printer, 1, "the devices below forward nothing");
		else if (devices.count)
			printer_text(printer, 1,
				     "not armed; at boot the devices below forward nothing until the policy is back");
		else
			printer_text(printer, 1, "not armed; no confirmed policy enforces anything");
		printer_number(printer, 2, status.packets);
		printer_number(printer, 3, status.bytes);
		for (i = 0; i < devices.count; i++)
			printer_append(printer, 4, devices.names[i]);
	}
	closing = printer_close(printer);
	device_names_free(&devices);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

int cmd_guard(struct tgctl *tg, int argc, char **argv)
{
	struct fault *fault;

	if (argc != 2)
		return tgctl_usage("guard", "one of arm, disarm, status is needed");
	if (!strcmp(argv[1], "arm"))
		fault = arm(tg);
	else if (!strcmp(argv[1], "disarm"))
		fault = disarm(tg);
	else if (!strcmp(argv[1], "status"))
		fault = show(tg);
	else
		return tgctl_usage("guard", "there is no \"%s\"", argv[1]);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
