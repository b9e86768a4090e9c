// SPDX-License-Identifier: GPL-2.0-only
/* tgctl shape: put the qdisc on the devices that links give a rate, and take it off. */

#include <getopt.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "printer.h"
#include "shaped.h"
#include "tgctl.h"

/**
 * struct shape - what was asked for
 * @link: of this link only, or NULL
 * @device: this device only, or NULL
 * @replace: also where somebody configured another qdisc
 */
struct shape {
	const char *link;
	const char *device;
	bool replace;
};

enum {
	COLUMN_DEVICE,
	COLUMN_LINK,
	COLUMN_DIRECTION,
	COLUMN_ROOT,
	COLUMN_PRESENT,
	COLUMN_SHAPED,
	COLUMN_RESULT,
	COLUMN_COMMAND,
};

static const struct column columns[] = {
	[COLUMN_DEVICE] = { "device", "DEVICE", COLUMN_TEXT },
	[COLUMN_LINK] = { "link", "LINK", COLUMN_TEXT },
	[COLUMN_DIRECTION] = { "direction", "DIRECTION", COLUMN_TEXT },
	[COLUMN_ROOT] = { "root", "ROOT", COLUMN_TEXT },
	[COLUMN_PRESENT] = { "present", NULL, COLUMN_FLAG },
	[COLUMN_SHAPED] = { "shaped", NULL, COLUMN_FLAG },
	[COLUMN_RESULT] = { "result", "RESULT", COLUMN_TEXT },
	[COLUMN_COMMAND] = { "command", "COMMAND", COLUMN_TEXT },
};

static struct fault *open_table(const struct tgctl *tg, struct printer **printer)
{
	return printer_open(printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE, "shape",
			    columns, sizeof(columns) / sizeof(columns[0]));
}

static void print_root(struct printer *printer, const struct qdisc *root)
{
	if (root->handle)
		printer_format(printer, COLUMN_ROOT, "%s %x:", root->kind,
			       TC_H_MAJ(root->handle) >> 16);
	else
		printer_text(printer, COLUMN_ROOT, root->kind);
}

static void print_device(struct printer *printer, const struct shaped_device *device,
			 const char *result)
{
	printer_row(printer);
	printer_text(printer, COLUMN_DEVICE, device->name);
	printer_text(printer, COLUMN_LINK, device->link);
	printer_text(printer, COLUMN_DIRECTION, device->up ? "up" : "down");
	print_root(printer, &device->root);
	printer_flag(printer, COLUMN_PRESENT, device->state != SHAPED_ABSENT);
	printer_flag(printer, COLUMN_SHAPED, device->state == SHAPED_READY);
	printer_text(printer, COLUMN_RESULT, result);
	if (device->state == SHAPED_BARE || device->state == SHAPED_FOREIGN)
		printer_format(printer, COLUMN_COMMAND, "tgctl shape on --device %s%s",
			       device->name, device->state == SHAPED_BARE ? "" : " --replace");
}

static bool is_wanted(const struct shape *shape, const struct shaped_device *device)
{
	return (!shape->link || !strcmp(shape->link, device->link)) &&
	       (!shape->device || !strcmp(shape->device, device->name));
}

/* Leaves only what was asked for; says so when that is nothing. */
static struct fault *choose(const struct shape *shape, struct shaped *shaped)
{
	struct link_link link;
	size_t from, at = 0, kept = 0;
	bool exists = !shape->link;

	while (!exists && dump_link(&shaped->links, &at, &link))
		exists = link.name && !strcmp(link.name, shape->link);
	if (!exists)
		return fault_new(FAULT_REFUSED, shape->link, "the running policy has no such link");
	for (from = 0; from < shaped->count; from++)
		if (is_wanted(shape, &shaped->list[from]))
			shaped->list[kept++] = shaped->list[from];
	shaped->count = kept;
	if (kept)
		return NULL;
	if (shape->device)
		tgctl_note("%s: nothing to do, as no link with a rate has this device",
			   shape->device);
	else
		tgctl_note("%s%snothing to do, as no rate is given", shape->link ? shape->link : "",
			   shape->link ? ": " : "");
	return NULL;
}

/* Others change roots, too: then it is looked again. */
static struct fault *put_on_one(struct shaped *shaped, struct shaped_device *device,
				const struct shape *shape, const char **result)
{
	enum qdisc_outcome outcome;
	struct fault *fault;

	if (device->state == SHAPED_BARE ||
	    (device->state == SHAPED_FOREIGN && shape->replace)) {
		fault = qdisc_put_on(&shaped->qdiscs, device->ifindex, shape->replace, &outcome);
		if (!fault && outcome == QDISC_TAKEN)
			fault = shaped_again(shaped);
		if (fault)
			return fault;
		if (outcome == QDISC_DONE) {
			*result = device->state == SHAPED_BARE ? "put on" : "replaced";
			device->state = SHAPED_READY;
			return NULL;
		}
		if (outcome == QDISC_GONE)
			device->state = SHAPED_ABSENT;
	}
	*result = device->state == SHAPED_READY ? "is on" :
		  device->state == SHAPED_ABSENT ? "not there" : "refused";
	return NULL;
}

static struct fault *put_on(const struct shape *shape, struct shaped *shaped,
			    struct printer *printer)
{
	struct fault *fault = NULL;
	size_t i, refused = 0;
	const char *result;

	for (i = 0; i < shaped->count && !fault; i++) {
		fault = put_on_one(shaped, &shaped->list[i], shape, &result);
		if (fault)
			break;
		print_device(printer, &shaped->list[i], result);
		refused += shaped->list[i].state == SHAPED_FOREIGN;
	}
	if (fault || !refused)
		return fault;
	return fault_new(FAULT_REFUSED, NULL,
			 "%zu device%s left alone: the root is what somebody configured", refused,
			 refused == 1 ? " is" : "s are");
}

static struct fault *check(struct shaped *shaped, bool all, struct printer *printer)
{
	static const char *const results[] = {
		[SHAPED_ABSENT] = "not there",
		[SHAPED_BARE] = "not on",
		[SHAPED_FOREIGN] = "another one is on",
		[SHAPED_READY] = "is on",
	};
	size_t i, count = 0;

	for (i = 0; i < shaped->count; i++) {
		const struct shaped_device *device = &shaped->list[i];
		bool wrong = device->state == SHAPED_BARE || device->state == SHAPED_FOREIGN;

		if (wrong || all)
			print_device(printer, device, results[device->state]);
		count += wrong;
	}
	if (!count)
		return NULL;
	return fault_new(FAULT_REFUSED, NULL, "%zu of %zu devices with a rate %s not shaped", count,
			 shaped->count, count == 1 ? "is" : "are");
}

static struct fault *take_off_one(const struct qdiscs *qdiscs, struct shaped_device *device,
				  struct printer *printer, size_t *count)
{
	enum qdisc_outcome outcome;
	struct fault *fault;

	if (device->state != SHAPED_READY)
		return NULL;
	++*count;
	fault = qdisc_take_off(qdiscs, device->ifindex, &outcome);
	if (fault)
		return fault;
	printer_row(printer);
	printer_text(printer, COLUMN_DEVICE, device->name);
	printer_text(printer, COLUMN_LINK, device->link);
	if (device->link)
		printer_text(printer, COLUMN_DIRECTION, device->up ? "up" : "down");
	print_root(printer, &device->root);
	printer_flag(printer, COLUMN_PRESENT, outcome != QDISC_GONE);
	printer_text(printer, COLUMN_RESULT, outcome == QDISC_DONE ? "taken off" : "was gone");
	return NULL;
}

/* Of a link, as the running policy has it. */
static struct fault *take_off_link(const struct tgctl *tg, const struct shape *shape)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct link *link = NULL;
	struct shaped shaped = { .count = 0 };
	size_t i, count = 0;

	fault = link_open(&link, false);
	if (!fault)
		fault = shaped_read(&shaped, link);
	if (!fault)
		fault = choose(shape, &shaped);
	if (!fault)
		fault = open_table(tg, &printer);
	for (i = 0; i < shaped.count && !fault; i++)
		fault = take_off_one(&shaped.qdiscs, &shaped.list[i], printer, &count);
	closing = printer_close(printer);
	if (!fault && shaped.count && !count)
		tgctl_note("nothing to do: the qdisc is not on");
	shaped_free(&shaped);
	link_close(link);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

/* Wherever it is, whatever runs: the module can be unloaded then. */
static struct fault *take_off_all(const struct tgctl *tg, const struct shape *shape)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct qdiscs qdiscs;
	char name[IF_NAMESIZE];
	size_t i, count = 0;

	fault = qdiscs_read(&qdiscs);
	if (!fault)
		fault = open_table(tg, &printer);
	for (i = 0; i < qdiscs.count && !fault; i++) {
		struct shaped_device device = {
			.name = name,
			.ifindex = qdiscs.list[i].ifindex,
			.state = SHAPED_READY,
			.root = qdiscs.list[i],
		};

		if (qdisc_is_ours(&device.root) && if_indextoname(device.ifindex, name) &&
		    (!shape->device || !strcmp(shape->device, name)))
			fault = take_off_one(&qdiscs, &device, printer, &count);
	}
	closing = printer_close(printer);
	if (!fault && !count)
		tgctl_note("nothing to do: the qdisc is not on");
	qdiscs_free(&qdiscs);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

static struct fault *off(const struct tgctl *tg, const struct shape *shape)
{
	return shape->link ? take_off_link(tg, shape) : take_off_all(tg, shape);
}

static struct fault *visit(const struct tgctl *tg, const struct shape *shape, bool change)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct link *link = NULL;
	struct shaped shaped = { .count = 0 };

	fault = link_open(&link, false);
	if (!fault)
		fault = shaped_read(&shaped, link);
	if (!fault)
		fault = choose(shape, &shaped);
	if (!fault)
		fault = open_table(tg, &printer);
	if (!fault)
		fault = change ? put_on(shape, &shaped, printer) :
				 check(&shaped, tg->json, printer);
	closing = printer_close(printer);
	shaped_free(&shaped);
	link_close(link);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

int cmd_shape(struct tgctl *tg, int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "replace", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct shape shape = { .link = NULL };
	struct fault *fault;
	const char *what;
	int c;

	while ((c = getopt_long(argc, argv, "d:r", options, NULL)) != -1) {
		switch (c) {
		case 'd':
			shape.device = optarg;
			break;
		case 'r':
			shape.replace = true;
			break;
		default:
			return tgctl_usage("shape", "this option makes no sense here");
		}
	}
	if (optind == argc)
		return tgctl_usage("shape", "one of on, off, check is needed");
	what = argv[optind++];
	if (optind < argc)
		shape.link = argv[optind++];
	if (optind < argc)
		return tgctl_usage("shape", "one LINK at a time");
	if (shape.replace && strcmp(what, "on"))
		return tgctl_usage("shape", "--replace goes with on only");
	if (!strcmp(what, "on"))
		fault = visit(tg, &shape, true);
	else if (!strcmp(what, "off"))
		fault = off(tg, &shape);
	else if (!strcmp(what, "check"))
		fault = visit(tg, &shape, false);
	else
		return tgctl_usage("shape", "there is no \"%s\"", what);
	return fault ? tgctl_fail(fault) : STATUS_OK;
}
