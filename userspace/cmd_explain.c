// SPDX-License-Identifier: GPL-2.0-only
/* tgctl explain: how would the running policy judge a packet, and why? */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "directory.h"
#include "link/link.h"
#include "printer.h"
#include "reasons.h"
#include "text.h"
#include "tgctl.h"

#define PROTOCOL_ICMP	1
#define PROTOCOL_TCP	6

/**
 * struct explain - what was asked for
 * @from: who sends
 * @to: to whom or what
 * @tenant: the sender's tenant, or NULL
 * @device: the device the packet comes in by, or NULL
 * @has_protocol: @protocol is given
 * @has_port: @port is given
 * @protocol: IP protocol
 * @port: destination port; ICMP type
 */
struct explain {
	const char *from;
	const char *to;
	const char *tenant;
	const char *device;
	bool has_protocol;
	bool has_port;
	uint8_t protocol;
	uint16_t port;
};

/* What a text belongs to, gathered before anything is printed. */
struct answer {
	struct dump reply;
	struct link_judgement judgement;
	struct reasons reasons;
	struct directory directory;
	char *advice;
};

enum {
	COLUMN_VERDICT, COLUMN_PASSES, COLUMN_MODE, COLUMN_REASON, COLUMN_DESCRIPTION,
	COLUMN_TENANT, COLUMN_SITE, COLUMN_USER, COLUMN_ROLES, COLUMN_SOURCE, COLUMN_DEVICE,
	COLUMN_PEER, COLUMN_PEER_SITE, COLUMN_SERVICE, COLUMN_DESTINATION, COLUMN_OUT_DEVICE,
	COLUMN_LOCAL, COLUMN_PORT, COLUMN_CLASS, COLUMN_RULE, COLUMN_ORIGIN, COLUMN_LIMITED,
	COLUMN_ADVICE, COLUMN_GENERATION, COLUMN_COUNT,
};

static const struct column columns[COLUMN_COUNT] = {
	[COLUMN_VERDICT] = { "verdict", "Verdict", COLUMN_TEXT },
	[COLUMN_PASSES] = { "passes", NULL, COLUMN_FLAG },
	[COLUMN_MODE] = { "mode", "Mode", COLUMN_TEXT },
	[COLUMN_REASON] = { "reason", "Reason", COLUMN_TEXT },
	[COLUMN_DESCRIPTION] = { "description", "Meaning", COLUMN_TEXT },
	[COLUMN_TENANT] = { "tenant", "Tenant", COLUMN_TEXT },
	[COLUMN_SITE] = { "site", "Site", COLUMN_TEXT },
	[COLUMN_USER] = { "user", "User", COLUMN_TEXT },
	[COLUMN_ROLES] = { "roles", "Roles", COLUMN_LIST },
	[COLUMN_SOURCE] = { "source", "From", COLUMN_TEXT },
	[COLUMN_DEVICE] = { "device", "Comes in by", COLUMN_TEXT },
	[COLUMN_PEER] = { "peer", "Other end", COLUMN_TEXT },
	[COLUMN_PEER_SITE] = { "peer_site", "Other site", COLUMN_TEXT },
	[COLUMN_SERVICE] = { "service", "Service", COLUMN_TEXT },
	[COLUMN_DESTINATION] = { "destination", "To", COLUMN_TEXT },
	[COLUMN_OUT_DEVICE] = { "out_device", "Leaves by", COLUMN_TEXT },
	[COLUMN_LOCAL] = { "local", NULL, COLUMN_FLAG },
	[COLUMN_PORT] = { "port", "Port", COLUMN_TEXT },
	[COLUMN_CLASS] = { "class", NULL, COLUMN_TEXT },
	[COLUMN_RULE] = { "rule", "Rule", COLUMN_TEXT },
	[COLUMN_ORIGIN] = { "origin", "Written at", COLUMN_TEXT },
	[COLUMN_LIMITED] = { "limited_by", "At its limit", COLUMN_TEXT },
	[COLUMN_ADVICE] = { "would_allow", NULL, COLUMN_TEXT },
	[COLUMN_GENERATION] = { "generation", "Policy", COLUMN_NUMBER },
};

static void print_row(struct printer *printer, const struct answer *answer)
{
	const struct link_judgement *j = &answer->judgement;
	bool allowed = j->verdict == TENANTGATE_VERDICT_ALLOW;
	bool observed = !allowed && j->mode == TENANTGATE_MODE_OBSERVE;
	struct link_list roles = j->roles;
	char buf[ADDRESS_TEXT], port[PORT_TEXT];
	const char *role;

	printer_row(printer);
	printer_text(printer, COLUMN_VERDICT, text_verdict(j->verdict));
	printer_flag(printer, COLUMN_PASSES, allowed || observed);
	printer_text(printer, COLUMN_MODE, text_mode(j->mode));
	printer_text(printer, COLUMN_REASON, reasons_name(&answer->reasons, j->reason));
	printer_text(printer, COLUMN_DESCRIPTION,
		     reasons_description(&answer->reasons, j->reason));
	printer_text(printer, COLUMN_TENANT, j->tenant);
	printer_text(printer, COLUMN_SITE, j->site);
	printer_text(printer, COLUMN_USER, j->user);
	while ((role = link_next_name(&roles)))
		printer_append(printer, COLUMN_ROLES, role);
	printer_text(printer, COLUMN_SOURCE, text_address(&j->source, buf));
	printer_text(printer, COLUMN_DEVICE, j->device);
	printer_text(printer, COLUMN_PEER, j->peer);
	printer_text(printer, COLUMN_PEER_SITE, j->peer_site);
	printer_text(printer, COLUMN_SERVICE, j->service);
	printer_text(printer, COLUMN_DESTINATION, text_address(&j->destination, buf));
	printer_text(printer, COLUMN_OUT_DEVICE, j->local ? "(the gateway itself)" :
		     j->out_device);
	printer_flag(printer, COLUMN_LOCAL, j->local);
	printer_text(printer, COLUMN_PORT, text_packet(j->protocol, j->has_destination_port,
						       j->destination_port, port));
	printer_text(printer, COLUMN_CLASS, text_class(j->class));
	printer_text(printer, COLUMN_RULE, j->rule);
	printer_text(printer, COLUMN_ORIGIN, j->origin);
	if (j->is_limited)
		printer_text(printer, COLUMN_LIMITED, reasons_name(&answer->reasons, j->limited));
	printer_text(printer, COLUMN_ADVICE, answer->advice);
	printer_number(printer, COLUMN_GENERATION, j->generation);
}

static struct fault *print_answer(const struct tgctl *tg, const struct answer *answer)
{
	const struct link_judgement *j = &answer->judgement;
	struct printer *printer;
	struct fault *fault;

	fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_CARD, "explain",
			     columns, COLUMN_COUNT);
	if (fault)
		return fault;
	print_row(printer, answer);
	fault = printer_close(printer);
	if (fault || tg->json)
		return fault;
	if (j->verdict != TENANTGATE_VERDICT_ALLOW && j->mode == TENANTGATE_MODE_OBSERVE)
		puts("\nIt passes all the same, because the mode is observe.");
	if (j->is_limited && j->mode == TENANTGATE_MODE_ENFORCE)
		printf("\nJust now it is dropped, whatever else there is. %s\n",
		       reasons_description(&answer->reasons, j->limited));
	if (answer->advice)
		printf("\nWhat would allow it:\n%s\n", answer->advice);
	return NULL;
}

/* A pair of addresses of one family; the source in a site on the device asked for. */
static bool choose_addresses(const struct explain *explain, const struct directory *directory,
			     const struct endpoint *from, const struct endpoint *to,
			     struct link_judgement *question)
{
	struct link_site site;
	unsigned int i, k;
	int strict;

	for (strict = explain->device && from->name; strict >= 0; strict--) {
		for (i = 0; i < from->count; i++) {
			if (strict && !directory_site_at(directory, explain->device,
							 &from->addresses[i], &site))
				continue;
			for (k = 0; k < to->count; k++) {
				if (from->addresses[i].size != to->addresses[k].size)
					continue;
				question->source = from->addresses[i];
				question->destination = to->addresses[k];
				return true;
			}
		}
	}
	return false;
}

/* What was not said comes from the first port of the service. */
static void choose_port(const struct explain *explain, const struct directory *directory,
			const struct endpoint *to, struct link_judgement *question)
{
	struct link_list ports = to->ports;
	struct link_service service;
	struct link_port port;
	bool has_default;

	if (!to->name && directory_service_at(directory, &question->destination, &service))
		ports = service.ports;
	do
		has_default = link_next_port(&ports, &port) && !port.any;
	while (has_default && explain->has_protocol && port.protocol != explain->protocol);

	if (explain->has_protocol)
		question->protocol = explain->protocol;
	else if (explain->has_port)
		question->protocol = has_default && port.has_ports ? port.protocol : PROTOCOL_TCP;
	else
		question->protocol = has_default ? port.protocol : PROTOCOL_ICMP;
	if (!explain->has_protocol && !explain->has_port && !has_default)
		tgctl_note("asking about icmp/echo; say --proto and --port to ask about something else");
	if (explain->has_port) {
		question->has_destination_port = true;
		question->destination_port = explain->port;
		if (question->protocol == PROTOCOL_ICMP || question->protocol == 58)
			question->destination_port = explain->port << 8;
	} else if (has_default && port.has_ports) {
		question->has_destination_port = true;
		question->destination_port = port.min;
	} else if (has_default && port.has_type) {
		question->has_destination_port = true;
		question->destination_port = port.type << 8 | port.code;
	}
}

/* A judgement that ends before the rules does not say who the sender is. */
static void complete_user(struct link_judgement *judgement, const struct directory *directory)
{
	struct link_user user;

	if (judgement->user || !judgement->tenant || !judgement->site ||
	    !directory_user_at(directory, judgement->tenant, &judgement->source, &user))
		return;
	judgement->user = user.name;
	judgement->roles = user.roles;
}

static struct fault *ask(const struct explain *explain, struct link *link, struct answer *answer)
{
	struct link_judgement question = { .device = explain->device };
	struct dump reply = { 0 };
	struct link_status status;
	struct endpoint from, to;
	struct fault *fault;

	fault = link_status(link, &reply, &status);
	dump_free(&reply);
	if (!fault && !status.generation)
		fault = fault_new(FAULT_KERNEL, NULL, "no policy is running: everything passes");
	if (!fault)
		fault = directory_read(&answer->directory, link);
	if (!fault)
		fault = directory_source(&answer->directory, explain->from, explain->tenant,
					 &from);
	if (!fault)
		fault = directory_destination(&answer->directory, explain->to, &from,
					      explain->tenant, &to);
	if (fault)
		return fault;
	if (!choose_addresses(explain, &answer->directory, &from, &to, &question))
		return fault_new(FAULT_USAGE, NULL,
				 "\"%s\" and \"%s\" have no addresses of the same family",
				 explain->from, explain->to);
	choose_port(explain, &answer->directory, &to, &question);
	question.tenant = explain->tenant ? explain->tenant : from.tenant;
	fault = reasons_read(&answer->reasons, link);
	if (!fault)
		fault = link_explain(link, &question, &answer->reply, &answer->judgement);
	if (!fault)
		complete_user(&answer->judgement, &answer->directory);
	if (!fault)
		fault = advice_for(&answer->judgement, &answer->directory, &answer->advice);
	return fault;
}

static int parse_options(int argc, char **argv, struct explain *explain)
{
	static const struct option options[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "proto", required_argument, NULL, 'p' },
		{ "port", required_argument, NULL, 'o' },
		{ "device", required_argument, NULL, 'd' },
		{ "tenant", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	uint32_t number;
	int c;

	while ((c = getopt_long(argc, argv, "f:t:p:o:d:n:", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			explain->from = optarg;
			break;
		case 't':
			explain->to = optarg;
			break;
		case 'p':
			explain->has_protocol = parse_protocol(optarg, &explain->protocol);
			if (!explain->has_protocol)
				return tgctl_usage("explain", "\"%s\" is no protocol", optarg);
			break;
		case 'o':
			explain->has_port = parse_number(optarg, 65535, &number);
			if (!explain->has_port)
				return tgctl_usage("explain", "\"%s\" is no port", optarg);
			explain->port = number;
			break;
		case 'd':
			explain->device = optarg;
			break;
		case 'n':
			explain->tenant = optarg;
			break;
		default:
			return tgctl_usage("explain", "this option makes no sense here");
		}
	}
	if (optind < argc || !explain->from || !explain->to)
		return tgctl_usage("explain", "--from and --to are needed");
	return STATUS_OK;
}

int cmd_explain(struct tgctl *tg, int argc, char **argv)
{
	struct explain explain = { .from = NULL };
	struct answer answer = { .advice = NULL };
	struct link *link = NULL;
	struct fault *fault;
	bool allowed;
	int status;

	status = parse_options(argc, argv, &explain);
	if (status)
		return status;
	fault = link_open(&link, false);
	if (!fault)
		fault = ask(&explain, link, &answer);
	if (!fault)
		fault = print_answer(tg, &answer);
	allowed = answer.judgement.verdict == TENANTGATE_VERDICT_ALLOW;
	free(answer.advice);
	dump_free(&answer.reply);
	reasons_free(&answer.reasons);
	directory_free(&answer.directory);
	link_close(link);
	if (fault)
		return tgctl_fail(fault);
	return allowed ? STATUS_OK : STATUS_DENIED;
}
