// SPDX-License-Identifier: GPL-2.0-only
/* tgctl show links, show plans, show windows: who shares what, and when. */

#include <stdio.h>
#include <string.h>

#include "link/link.h"
#include "policy/values.h"
#include "printer.h"
#include "shaped.h"
#include "show_links.h"
#include "tgctl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct column plan_columns[] = {
	{ "name", "PLAN", COLUMN_TEXT },
	{ "guarantee_up", "GUARANTEE-UP", COLUMN_RATE },
	{ "guarantee_down", "DOWN", COLUMN_RATE },
	{ "ceiling_up", "CEILING-UP", COLUMN_RATE },
	{ "ceiling_down", "DOWN", COLUMN_RATE },
	{ "realtime_up", "REALTIME-UP", COLUMN_RATE },
	{ "realtime_down", "DOWN", COLUMN_RATE },
	{ "weight", "WEIGHT", COLUMN_NUMBER },
	{ "during", "DURING", COLUMN_TEXT },
	{ "now", "NOW", COLUMN_FLAG },
	{ "user_ceiling_up", "USER-CEILING-UP", COLUMN_RATE },
	{ "user_ceiling_down", "DOWN", COLUMN_RATE },
	{ "interactive", NULL, COLUMN_NUMBER },
	{ "bulk", NULL, COLUMN_NUMBER },
};

static void plan_row(struct printer *printer, const struct link_plan *plan)
{
	printer_row(printer);
	printer_text(printer, 0, plan->name ? plan->name : "");
	printer_number(printer, 1, plan->guarantee_up);
	printer_number(printer, 2, plan->guarantee_down);
	printer_number(printer, 3, plan->ceiling_up);
	printer_number(printer, 4, plan->ceiling_down);
	printer_number(printer, 5, plan->realtime_up);
	printer_number(printer, 6, plan->realtime_down);
	printer_number(printer, 7, plan->weight);
	if (plan->window)
		printer_text(printer, 8, plan->window);
	printer_flag(printer, 9, plan->in_force);
	printer_number(printer, 10, plan->user_ceiling_up);
	printer_number(printer, 11, plan->user_ceiling_down);
	printer_number(printer, 12, plan->interactive);
	printer_number(printer, 13, plan->bulk);
}

/**
 * show_plans - print what tenants are promised
 * @tg: how to print it
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *show_plans(const struct tgctl *tg, struct link *link)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct dump dump = { 0 };
	struct link_plan plan;
	size_t at = 0;

	fault = link_dump(link, TENANTGATE_CMD_PLAN_GET, NULL, &dump);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     "plans", plan_columns, COUNT(plan_columns));
	while (!fault && dump_plan(&dump, &at, &plan)) {
		plan_row(printer, &plan);
		while (link_next_terms(&plan.during, &plan))
			plan_row(printer, &plan);
	}
	closing = printer_close(printer);
	dump_free(&dump);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

static const struct column window_columns[] = {
	{ "name", "WINDOW", COLUMN_TEXT },
	{ "days", "DAYS", COLUMN_LIST },
	{ "hours", "HOURS", COLUMN_LIST },
	{ "timezone", "TIMEZONE", COLUMN_TEXT },
	{ "open", "OPEN", COLUMN_FLAG },
};

static void window_row(struct printer *printer, struct link_window *window)
{
	struct policy_hours hours;
	char buf[VALUES_TEXT_MAX];
	int day;

	printer_row(printer);
	printer_text(printer, 0, window->name ? window->name : "");
	for (day = 0; day < 7; day++)
		if (window->days >> day & 1)
			printer_append(printer, 1, values_day_names[day]);
	while (link_next_hours(&window->hours, &hours.from, &hours.to))
		printer_append(printer, 2, values_hours_text(&hours, buf));
	printer_text(printer, 3, window->timezone ? window->timezone : "UTC");
	printer_flag(printer, 4, window->open);
}

/**
 * show_windows - print the times of the week that plans have rates for
 * @tg: how to print it
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *show_windows(const struct tgctl *tg, struct link *link)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct link_window window;
	struct dump dump = { 0 };
	size_t at = 0;

	fault = link_dump(link, TENANTGATE_CMD_WINDOW_GET, NULL, &dump);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     "windows", window_columns, COUNT(window_columns));
	while (!fault && dump_window(&dump, &at, &window))
		window_row(printer, &window);
	closing = printer_close(printer);
	dump_free(&dump);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}

static const struct column link_columns[] = {
	{ "name", "LINK", COLUMN_TEXT },
	{ "rate_up", "RATE-UP", COLUMN_RATE },
	{ "rate_down", "DOWN", COLUMN_RATE },
	{ "guaranteed_up", "GUARANTEED-UP", COLUMN_RATE },
	{ "guaranteed_down", "DOWN", COLUMN_RATE },
	{ "realtime_up", NULL, COLUMN_RATE },
	{ "realtime_down", NULL, COLUMN_RATE },
	{ "oversubscribe", "OVERSUBSCRIBED", COLUMN_FLAG },
	{ "overhead", NULL, COLUMN_NUMBER },
	{ "padding", NULL, COLUMN_NUMBER },
	{ "framing", NULL, COLUMN_NUMBER },
	{ "minimum", NULL, COLUMN_NUMBER },
	{ "devices", "DEVICES", COLUMN_LIST },
	{ "carries", "CARRIES", COLUMN_LIST },
	{ "unshaped", "UNSHAPED", COLUMN_LIST },
};

static void link_row(struct printer *printer, const struct link_link *link,
		     const struct shaped *shaped)
{
	struct link_device device;
	size_t i, at = 0;

	printer_row(printer);
	printer_text(printer, 0, link->name ? link->name : "");
	printer_number(printer, 1, link->up);
	printer_number(printer, 2, link->down);
	printer_number(printer, 3, link->guaranteed_up);
	printer_number(printer, 4, link->guaranteed_down);
	printer_number(printer, 5, link->realtime_up);
	printer_number(printer, 6, link->realtime_down);
	printer_flag(printer, 7, link->oversubscribe);
	printer_number(printer, 8, link->overhead);
	printer_number(printer, 9, link->padding);
	printer_number(printer, 10, link->framing);
	printer_number(printer, 11, link->minimum);
	while (dump_device(&shaped->devices, &at, &device))
		if (device.name && device.link && link->name && !strcmp(device.link, link->name))
			printer_append(printer,
				       device.kind == TENANTGATE_DEVICE_KIND_UPLINK ? 12 : 13,
				       device.name);
	for (i = 0; i < shaped->count; i++)
		if ((shaped->list[i].state == SHAPED_BARE ||
		     shaped->list[i].state == SHAPED_FOREIGN) &&
		    link->name && !strcmp(shaped->list[i].link, link->name))
			printer_append(printer, 14, shaped->list[i].name);
}

/**
 * show_links - print the links that tenants share
 * @tg: how to print it
 * @link: the connection
 *
 * It is also said which devices have no qdisc to keep the rate with.
 *
 * Return: NULL or a fault.
 */
struct fault *show_links(const struct tgctl *tg, struct link *link)
{
	struct printer *printer = NULL;
	struct fault *fault, *closing;
	struct link_link row;
	struct shaped shaped;
	size_t at = 0;

	fault = shaped_read(&shaped, link);
	if (!fault)
		fault = printer_open(&printer, stdout, tg->json ? PRINTER_JSON : PRINTER_TABLE,
				     "links", link_columns, COUNT(link_columns));
	while (!fault && dump_link(&shaped.links, &at, &row))
		link_row(printer, &row, &shaped);
	closing = printer_close(printer);
	if (!fault)
		shaped_tell(&shaped);
	shaped_free(&shaped);
	if (fault)
		fault_free(closing);
	return fault ? fault : closing;
}
