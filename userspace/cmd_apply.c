// SPDX-License-Identifier: GPL-2.0-only
/* tgctl apply and restore: make a policy the running one. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "follow.h"
#include "link/link.h"
#include "lockout.h"
#include "policy/diagnostics.h"
#include "policy/model.h"
#include "printer.h"
#include "shaped.h"
#include "state.h"
#include "text.h"
#include "tgctl.h"

/**
 * struct apply - what was asked for
 * @path: the policy's file
 * @peer: where the operator works from, NULL to find it
 * @force: even if it cuts the operator's connection
 * @commit: how to commit
 */
struct apply {
	const char *path;
	const char *peer;
	bool force;
	struct commit_options commit;
};

static const struct column columns[] = {
	{ "generation", "Policy", COLUMN_NUMBER },
	{ "mode", "Mode", COLUMN_TEXT },
	{ "tenants", "Tenants", COLUMN_NUMBER },
	{ "dry_run", NULL, COLUMN_FLAG },
	{ "confirm_timeout", NULL, COLUMN_NUMBER },
	{ "note", "Note", COLUMN_TEXT },
};

static struct fault *report(const struct tgctl *tg, const struct tg_policy_file *policy,
			    const struct commit_options *commit, uint32_t generation)
{
	struct printer *printer;
	struct fault *fault;

	fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_CARD, "apply",
			     columns, sizeof(columns) / sizeof(columns[0]));
	if (fault)
		return fault;
	printer_row(printer);
	if (!commit->dry_run)
		printer_number(printer, 0, generation);
	printer_text(printer, 1, text_mode(policy->gateway.mode));
	printer_number(printer, 2, policy->ntenants - 1);
	printer_flag(printer, 3, commit->dry_run);
	printer_number(printer, 4, commit->confirm_timeout);
	if (commit->dry_run)
		printer_text(printer, 5, "the kernel would take it; nothing was changed");
	else if (commit->confirm_timeout)
		printer_format(printer, 5,
			       "the previous policy returns in %u s unless: tgctl confirm",
			       commit->confirm_timeout);
	else if (policy->gateway.mode == TENANTGATE_MODE_OBSERVE)
		printer_text(printer, 5, "it judges and counts, and drops nothing");
	return printer_close(printer);
}

/* The policy runs: what is kept for the next boot follows. */
static struct fault *keep(struct state *state, const struct tg_policy_file *policy,
			  const struct commit_options *commit, uint32_t generation)
{
	struct fault *fault;

	if (commit->confirm_timeout)
		fault = state_hold(state, generation);
	else
		fault = state_keep(state);
	if (!fault && !commit->confirm_timeout)
		fault = follow_policy(state, policy);
	if (fault)
		fault_hint(fault, "The policy runs (number %u), but would not after a reboot.",
			   generation);
	return fault;
}

static struct fault *check_lockout(const struct tg_policy_file *policy, const struct apply *apply)
{
	struct fault *fault;
	struct peer peer;

	fault = peer_find(apply->peer, &peer);
	if (!fault)
		fault = lockout_check(policy, &peer);
	if (fault && apply->force && fault->kind == FAULT_REFUSED) {
		tgctl_note("warning: %s", fault->why);
		fault_free(fault);
		fault = NULL;
	}
	return fault;
}

/* Rates are kept on devices that have the qdisc; some have lost it, or never had it. */
static struct fault *tell_shaped(struct link *link)
{
	struct shaped shaped;
	struct fault *fault = shaped_read(&shaped, link);

	if (!fault)
		shaped_tell(&shaped);
	shaped_free(&shaped);
	return fault;
}

static struct fault *apply_policy(const struct tgctl *tg, const struct tg_policy_file *policy,
				  const struct apply *apply)
{
	struct state state = { .dir = -1, .lock = -1 };
	struct snapshot before = { .tenants = { 0 } }, after = { .tenants = { 0 } };
	struct link *link = NULL;
	uint32_t generation = 0;
	struct fault *fault;

	fault = check_lockout(policy, apply);
	if (!fault)
		fault = link_open(&link, true);
	if (!fault)
		fault = snapshot_take(&before, link);
	if (!fault && !apply->commit.dry_run) {
		fault = state_open(&state);
		if (!fault)
			fault = state_stage(&state, policy);
	}
	if (!fault)
		fault = link_commit(link, policy, &apply->commit, &generation);
	if (fault && state.dir >= 0)
		state_discard(&state);
	if (!fault && !apply->commit.dry_run) {
		fault = keep(&state, policy, &apply->commit, generation);
		if (!fault)
			fault = follow_disarm();
		if (!fault)
			fault = snapshot_take(&after, link);
		if (!fault)
			changes_tell(&before, &after);
	}
	if (!fault)
		missing_tell(policy);
	if (!fault && !apply->commit.dry_run)
		fault = tell_shaped(link);
	if (!fault)
		fault = report(tg, policy, &apply->commit, generation);
	snapshot_free(&before);
	snapshot_free(&after);
	state_close(&state);
	link_close(link);
	return fault;
}

/* Loads a file of the operator's; NULL after saying what is wrong with it. */
static struct tg_policy_file *load(const struct tgctl *tg, const char *path)
{
	struct diagnostics *diag = diagnostics_create();
	struct tg_policy_file *policy;

	if (!diag) {
		tgctl_fail(fault_memory());
		return NULL;
	}
	policy = policy_load(path, diag);
	if (!policy && tg->json) {
		fputs("{\"messages\": ", stdout);
		diagnostics_print_json(diag, stdout);
		fputs("}\n", stdout);
	} else {
		diagnostics_print(diag, stderr);
	}
	if (!policy)
		tgctl_note("%s: %u error%s; nothing was applied", path, diag->errors,
			   diag->errors == 1 ? "" : "s");
	diagnostics_free(diag);
	return policy;
}

static int parse_options(int argc, char **argv, struct apply *apply)
{
	static const struct option options[] = {
		{ "confirm", required_argument, NULL, 'c' },
		{ "force", no_argument, NULL, 'f' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "peer", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:fnp:", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			if (parse_time(optarg, TENANTGATE_MAX_CONFIRM_TIMEOUT,
				       &apply->commit.confirm_timeout))
				break;
			return tgctl_usage("apply", "\"%s\" is no time between 1s and 24h",
					   optarg);
		case 'f':
			apply->force = true;
			break;
		case 'n':
			apply->commit.dry_run = true;
			break;
		case 'p':
			apply->peer = optarg;
			break;
		default:
			return tgctl_usage("apply", "this option makes no sense here");
		}
	}
	if (argc - optind != 1)
		return tgctl_usage("apply", "one FILE is needed");
	apply->path = argv[optind];
	return STATUS_OK;
}

int cmd_apply(struct tgctl *tg, int argc, char **argv)
{
	struct apply apply = { .path = NULL };
	struct tg_policy_file *policy;
	struct fault *fault;
	int status;

	status = parse_options(argc, argv, &apply);
	if (status)
		return status;
	policy = load(tg, apply.path);
	if (!policy)
		return STATUS_REFUSED;
	fault = apply_policy(tg, policy, &apply);
	policy_free(policy);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}

static struct fault *restore_policy(const struct tgctl *tg, const struct tg_policy_file *policy)
{
	const struct commit_options commit = { .dry_run = false };
	struct link *link = NULL;
	uint32_t generation = 0;
	struct fault *fault;

	fault = link_open(&link, true);
	if (!fault)
		fault = link_commit(link, policy, &commit, &generation);
	if (!fault)
		fault = follow_disarm();
	if (!fault)
		fault = report(tg, policy, &commit, generation);
	link_close(link);
	return fault;
}

int cmd_restore(struct tgctl *tg, int argc, char **argv)
{
	struct state state = { .dir = -1, .lock = -1 };
	struct tg_policy_file *policy = NULL;
	struct fault *fault;
	char *path = NULL;

	(void)argv;
	if (argc > 1)
		return tgctl_usage("restore", "it takes no arguments");
	fault = state_open(&state);
	if (!fault)
		fault = state_file(&state, false, &path);
	if (!fault && path)
		fault = follow_load(path, &policy);
	/* Whatever waited to be confirmed does not any more. */
	if (!fault)
		state_forget_pending(&state);
	if (!fault && path)
		fault = restore_policy(tg, policy);
	else if (!fault)
		tgctl_note("%s: no policy was confirmed yet, there is nothing to restore",
			   state.path);
	policy_free(policy);
	free(path);
	state_close(&state);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
