// SPDX-License-Identifier: GPL-2.0-only
/* Windows and the time zone that they are in: the tables of their keys. */

#include "diagnostics.h"
#include "reader.h"
#include "tree.h"
#include "values.h"
#include "zone.h"

/* The name of a time zone; what its clocks do is looked up at once. */
void read_timezone(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct policy_gateway *gateway = (struct policy_gateway *)((char *)object + field->at);
	struct origin o = reader_origin(r, value);

	gateway->timezone.origin = o;
	if (!reader_wants_text(r, field, value))
		return;
	if (value->len > TENANTGATE_NAME_MAX || !zone_is_known(value->text)) {
		diagnostics_error(r->diag, &o, "%s is no time zone that this system knows",
				  QUOTE(value->text));
		diagnostics_expected(r->diag, "%s", field->hint);
		return;
	}
	gateway->timezone.text = reader_text(r, value->text, value->len);
	gateway->shifts = reader_array(r, TENANTGATE_MAX_SHIFTS, sizeof(*gateway->shifts));
	if (gateway->timezone.text && gateway->shifts)
		gateway->nshifts = zone_shifts(value->text, gateway->shifts,
					       TENANTGATE_MAX_SHIFTS);
}

/* A map of which something must be written. */
void reader_refuse_empty(struct reader *r, const struct node *map, const char *name,
			 const char *expected)
{
	struct origin o = reader_origin(r, map);

	diagnostics_error(r->diag, &o, "%s cannot be empty", QUOTE(name));
	diagnostics_expected(r->diag, "%s", expected);
}

static void read_days(struct reader *r, const struct field *field, struct node *value,
		      void *object)
{
	struct policy_window *window = object;
	uint32_t count, i;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	if (!count)
		reader_empty_list(r, field, value);
	for (i = 0; i < count; i++, item = item->next) {
		struct complaint why = { 0 };

		if (reader_wants_text(r, field, item) &&
		    !values_days(item->text, &window->days, &why))
			reader_complain(r, item, field, &why);
	}
}

static void read_hours(struct reader *r, const struct field *field, struct node *value,
		       void *object)
{
	struct policy_window *window = object;
	uint32_t count, i;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	if (!count)
		reader_empty_list(r, field, value);
	for (i = 0; i < count; i++, item = item->next) {
		struct complaint why = { 0 };

		if (!reader_wants_text(r, field, item))
			continue;
		if (values_hours(item->text, &window->hours[window->nhours], &why))
			window->nhours++;
		else
			reader_complain(r, item, field, &why);
	}
}

static void finish_window(struct reader *r, struct node *map, void *object)
{
	struct policy_window *window = object;

	if (!map->first)
		reader_refuse_empty(r, map, window->name, "days, hours, or both");
	if (!reader_has_key(map, "days"))
		window->days = POLICY_EVERY_DAY;
}

static const struct field window_fields[] = {
	{ "days", "a list of days, such as [mon-fri, sun]", read_days, .at = 0, .max = 7 },
	{ "hours", "a list of times of the day, such as [08:00-12:00, 13:00-17:00]", read_hours,
	  .at = 0, .max = TENANTGATE_MAX_HOURS },
};

const struct shape window_shape = {
	.what = "a window", FIELDS(window_fields), .size = sizeof(struct policy_window),
	.name_at = offsetof(struct policy_window, name),
	.origin_at = offsetof(struct policy_window, origin), .finish = finish_window,
};
