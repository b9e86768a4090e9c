// SPDX-License-Identifier: GPL-2.0-only
/* Readers for the values of keys: texts, numbers, names, addresses, ports. */
#include <string.h>
#include <strings.h>

#include "diagnostics.h"
#include "reader.h"
#include "tree.h"
#include "values.h"

static void set_text(const struct field *field, void *object, const char *text)
{
	memcpy((char *)object + field->at, &text, sizeof(text));
}

/* A text for people; @field->max is its greatest length in bytes. */
void read_title(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct complaint why = { 0 };

	if (value->type != NODE_SCALAR || node_is_null(value)) {
		reader_wrong_type(r, field, value);
		return;
	}
	if (values_text(value->text, value->len, field->max, &why))
		set_text(field, object, reader_text(r, value->text, value->len));
	else
		reader_complain(r, value, field, &why);
}

/* The name of a network device. */
void read_device(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct complaint why = { 0 };

	if (!reader_wants_text(r, field, value))
		return;
	if (values_device(value->text, &why))
		set_text(field, object, reader_text(r, value->text, value->len));
	else
		reader_complain(r, value, field, &why);
}

/* A number from 1 to @field->max. */
void read_number(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct complaint why = { 0 };
	uint32_t number;

	if (!reader_wants_text(r, field, value))
		return;
	if (values_number(value->text, 1, field->max, &number, &why))
		memcpy((char *)object + field->at, &number, sizeof(number));
	else
		reader_complain(r, value, field, &why);
}

/* observe or enforce. */
void read_mode(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct complaint why = { 0 };
	int mode;

	if (!reader_wants_text(r, field, value))
		return;
	mode = values_choice(value->text, values_mode_names, 2, &why);
	if (mode >= 0)
		*((uint8_t *)object + field->at) = (uint8_t)mode;
	else
		reader_complain(r, value, field, &why);
}

/* true or false. */
void read_flag(struct reader *r, const struct field *field, struct node *value, void *object)
{
	static const char *const words[] = { "false", "true" };
	struct complaint why = { 0 };
	bool flag;
	int word;

	if (!reader_wants_text(r, field, value))
		return;
	word = values_choice(value->text, words, 2, &why);
	if (word >= 0) {
		flag = word;
		memcpy((char *)object + field->at, &flag, sizeof(flag));
		return;
	}
	if (!strcasecmp(value->text, "yes") || !strcasecmp(value->text, "on"))
		snprintf(why.suggestion, sizeof(why.suggestion), "true");
	if (!strcasecmp(value->text, "no") || !strcasecmp(value->text, "off"))
		snprintf(why.suggestion, sizeof(why.suggestion), "false");
	reader_complain(r, value, field, &why);
}

/* A name that refers to something, looked up later. */
void read_name(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct policy_name name = { .origin = reader_origin(r, value) };

	if (!reader_wants_text(r, field, value))
		return;
	name.text = reader_text(r, value->text, value->len);
	memcpy((char *)object + field->at, &name, sizeof(name));
}

static void read_words(struct reader *r, const struct field *field, struct node *value,
		       void *object, bool (*check)(const char *text, struct complaint *why))
{
	uint32_t count, i, good = 0;
	struct policy_name *names;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	names = reader_array(r, count, sizeof(*names));
	for (i = 0; names && i < count; i++, item = item->next) {
		struct complaint why = { 0 };

		if (!reader_wants_text(r, field, item))
			continue;
		if (check && !check(item->text, &why)) {
			reader_complain(r, item, field, &why);
			continue;
		}
		names[good].origin = reader_origin(r, item);
		names[good].text = reader_text(r, item->text, item->len);
		if (!names[good].text)
			return;
		good++;
	}
	reader_set_array(field, object, names, good);
}

/* Names that refer to something, looked up later. */
void read_names(struct reader *r, const struct field *field, struct node *value, void *object)
{
	read_words(r, field, value, object, NULL);
}

/* Names of network devices. */
void read_devices(struct reader *r, const struct field *field, struct node *value, void *object)
{
	read_words(r, field, value, object, values_device);
	if (value->type == NODE_LIST && !value->count)
		reader_empty_list(r, field, value);
}

static void read_values(struct reader *r, const struct field *field, struct node *value,
			void *object,
			bool (*parse)(const char *, struct policy_prefix *, struct complaint *))
{
	struct policy_prefix *prefixes;
	uint32_t count, i, good = 0;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	if (!count)
		reader_empty_list(r, field, value);
	prefixes = reader_array(r, count, sizeof(*prefixes));
	for (i = 0; prefixes && i < count; i++, item = item->next) {
		struct complaint why = { 0 };

		if (!reader_wants_text(r, field, item))
			continue;
		prefixes[good].origin = reader_origin(r, item);
		if (parse(item->text, &prefixes[good], &why))
			good++;
		else
			reader_complain(r, item, field, &why);
	}
	reader_set_array(field, object, prefixes, good);
}

/* Prefixes or addresses. */
void read_prefixes(struct reader *r, const struct field *field, struct node *value, void *object)
{
	read_values(r, field, value, object, values_prefix);
}

/* Single addresses. */
void read_addresses(struct reader *r, const struct field *field, struct node *value, void *object)
{
	read_values(r, field, value, object, values_address);
}

/* The class behind a port: {tcp/443: interactive}. */
static bool read_class(struct reader *r, const struct node *item, struct policy_port *port)
{
	static const struct field class_field = {
		.name = "the class of a port", .hint = "interactive, realtime or bulk",
	};
	struct complaint why = { 0 };
	struct origin o = reader_origin(r, item);
	int class;

	if (item->count != 1) {
		diagnostics_error(r->diag, &o, "this map has %u entries, which is no port with its class",
				  item->count);
		diagnostics_expected(r->diag, "one port and its class, such as tcp/443: interactive");
		return false;
	}
	if (item->first->type != NODE_SCALAR ||
	    !reader_wants_text(r, &class_field, item->first->value))
		return false;
	class = values_choice(item->first->value->text, values_class_names, 3, &why);
	if (class < 0) {
		reader_complain(r, item->first->value, &class_field, &why);
		return false;
	}
	port->class = (uint8_t)class;
	return true;
}

/* "allow: [80]" is IP protocol 80, which is hardly meant. */
static void doubt_number(struct reader *r, const struct node *item, const struct policy_port *port)
{
	struct origin o = reader_origin(r, item);

	if (item->text[0] < '0' || item->text[0] > '9' || values_is_usual_protocol(port->proto))
		return;
	diagnostics_warning(r->diag, &o, "%u alone is IP protocol number %u, not port %u",
			    port->proto, port->proto, port->proto);
	diagnostics_expected(r->diag, "the protocol in front of a port, such as tcp/%u",
			     port->proto);
}

static bool read_port(struct reader *r, const struct field *field, struct node *item,
		      struct policy_port *port)
{
	struct complaint why = { 0 };

	if (item->type == NODE_MAP) {
		if (!read_class(r, item, port))
			return false;
		item = item->first;
	}
	if (!reader_wants_text(r, field, item))
		return false;
	port->origin = reader_origin(r, item);
	if (!values_port(item->text, port, &why)) {
		reader_complain(r, item, field, &why);
		return false;
	}
	doubt_number(r, item, port);
	return true;
}

/* Ports, each perhaps with a class. */
void read_ports(struct reader *r, const struct field *field, struct node *value, void *object)
{
	uint32_t count, i, good = 0;
	struct policy_port *ports;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	ports = reader_array(r, count, sizeof(*ports));
	for (i = 0; ports && i < count; i++, item = item->next)
		if (read_port(r, field, item, &ports[good]))
			good++;
	reader_set_array(field, object, ports, good);
}
