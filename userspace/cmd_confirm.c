// SPDX-License-Identifier: GPL-2.0-only
/* tgctl confirm and rollback: keep the running policy, or the one before. */

#include <stdio.h>

#include "follow.h"
#include "link/link.h"
#include "printer.h"
#include "state.h"
#include "tgctl.h"

static const struct column columns[] = {
	{ "generation", "Policy", COLUMN_NUMBER },
	{ "note", "Note", COLUMN_TEXT },
};

static struct fault *report(const struct tgctl *tg, const char *what, uint32_t generation,
			    const char *note)
{
	struct printer *printer;
	struct fault *fault;

	fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_CARD, what,
			     columns, sizeof(columns) / sizeof(columns[0]));
	if (fault)
		return fault;
	printer_row(printer);
	printer_number(printer, 0, generation);
	printer_text(printer, 1, note);
	return printer_close(printer);
}

static struct fault *confirm(const struct tgctl *tg, struct link *link, struct state *state)
{
	uint32_t generation;
	struct fault *fault;
	bool kept = false;

	fault = link_confirm(link, &generation);
	if (!fault)
		fault = state_confirm(state, generation, &kept);
	if (!fault && kept)
		fault = follow_confirmed(state);
	if (fault)
		return fault;
	return report(tg, "confirm", generation, kept ? "it stays, also after a reboot" :
		      "it stays, but tgctl did not apply it: it will not be there after a reboot");
}

static struct fault *rollback(const struct tgctl *tg, struct link *link, struct state *state)
{
	struct link_status status;
	struct dump reply = { 0 };
	struct fault *fault;
	uint32_t generation;
	bool pending, kept = true;

	fault = link_status(link, &reply, &status);
	pending = !fault && status.confirm_timeout;
	dump_free(&reply);
	if (!fault)
		fault = link_rollback(link, &generation);
	if (fault)
		return fault;
	/* A policy that still waited was never kept for the next boot. */
	state_forget_pending(state);
	if (!pending)
		fault = state_rollback(state, &kept);
	if (!fault)
		fault = follow_confirmed(state);
	if (fault)
		return fault;
	if (!generation)
		return report(tg, "rollback", generation,
			      "there was no policy before: everything passes");
	return report(tg, "rollback", generation, kept ? "the previous policy runs again" :
		      "the previous policy runs again, but will not after a reboot");
}

static int run(struct tgctl *tg,
	       struct fault *(*what)(const struct tgctl *tg, struct link *link,
				     struct state *state))
{
	struct state state = { .dir = -1, .lock = -1 };
	struct link *link = NULL;
	struct fault *fault;

	fault = link_open(&link, false);
	if (!fault)
		fault = state_open(&state);
	if (!fault)
		fault = what(tg, link, &state);
	state_close(&state);
	link_close(link);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}

int cmd_confirm(struct tgctl *tg, int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return tgctl_usage("confirm", "it takes no arguments");
	return run(tg, confirm);
}

int cmd_rollback(struct tgctl *tg, int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return tgctl_usage("rollback", "it takes no arguments");
	return run(tg, rollback);
}
