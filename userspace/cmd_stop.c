// SPDX-License-Identifier: GPL-2.0-only
/* tgctl stop: take the policy out of the packet path. */

#include <getopt.h>
#include <stdio.h>

#include "follow.h"
#include "guard.h"
#include "link/link.h"
#include "tgctl.h"

/* Armed before the policy goes: there is no moment at which nothing guards. */
static struct fault *arm(bool *armed)
{
	struct device_names devices;
	struct fault *fault;

	fault = state_read_devices(&devices);
	*armed = !fault && devices.count;
	if (*armed)
		fault = guard_arm(&devices);
	device_names_free(&devices);
	return fault;
}

int cmd_stop(struct tgctl *tg, int argc, char **argv)
{
	static const struct option options[] = {
		{ "guard", no_argument, NULL, 'g' },
		{ NULL, 0, NULL, 0 },
	};
	bool guard = false, armed = false;
	struct link *link = NULL;
	struct fault *fault;
	int c;

	(void)tg;
	while ((c = getopt_long(argc, argv, "g", options, NULL)) != -1) {
		if (c != 'g')
			return tgctl_usage("stop", "this option makes no sense here");
		guard = true;
	}
	if (optind < argc)
		return tgctl_usage("stop", "it takes no arguments");
	fault = guard ? arm(&armed) : NULL;
	if (!fault)
		fault = link_open(&link, false);
	if (!fault)
		fault = link_stop(link);
	link_close(link);
	if (fault && fault->kind == FAULT_ABSENT) {
		/* There is no policy in the packet path, which is what was wanted. */
		tgctl_note("%s", fault->why);
		fault_free(fault);
		fault = NULL;
	}
	if (!fault && !guard)
		fault = follow_disarm();
	if (fault)
		return tgctl_fail(fault);
	if (armed)
		tgctl_note("stopped; the guard keeps the policy's devices from forwarding");
	else if (guard)
		tgctl_note("stopped; nothing was enforced, so the guard is not armed");
	else
		tgctl_note("stopped; everything passes until the next policy");
	return STATUS_OK;
}
