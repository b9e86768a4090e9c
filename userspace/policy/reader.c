// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine behind the tables: walks a map, finds each key in the table,
 * calls its reader, and says what is unknown, missing or of the wrong kind.
 */
#include <string.h>

#include "diagnostics.h"
#include "names.h"
#include "pool.h"
#include "reader.h"
#include "tree.h"
#include "values.h"

/**
 * reader_origin - where a node is written
 * @r: the reader
 * @node: the node
 *
 * Return: its place in the file being read.
 */
struct origin reader_origin(const struct reader *r, const struct node *node)
{
	return (struct origin){ r->source, node->line, node->column };
}

/**
 * reader_no_memory - report, once, that memory ran out
 * @r: the reader
 *
 * Return: false.
 */
bool reader_no_memory(struct reader *r)
{
	if (!r->no_memory)
		diagnostics_error(r->diag, NULL, "there is not enough memory to read the policy");
	r->no_memory = true;
	return false;
}

/**
 * reader_text - copy a text into the policy
 * @r: the reader
 * @text: the text
 * @len: its length in bytes
 *
 * Return: the copy, or NULL when memory ran out, which is reported.
 */
char *reader_text(struct reader *r, const char *text, size_t len)
{
	char *copy = pool_text(r->policy->pool, text, len);

	if (!copy)
		reader_no_memory(r);
	return copy;
}

/**
 * reader_array - take an array from the policy's pool
 * @r: the reader
 * @count: number of elements
 * @size: size of one
 *
 * Return: zeros, or NULL when memory ran out, which is reported.
 */
void *reader_array(struct reader *r, size_t count, size_t size)
{
	void *items = pool_alloc(r->policy->pool, count, size);

	if (!items)
		reader_no_memory(r);
	return items;
}

/**
 * reader_set_array - store an array and its length in a struct
 * @field: says where
 * @object: the struct
 * @items: the array
 * @count: its length
 */
void reader_set_array(const struct field *field, void *object, void *items, uint32_t count)
{
	memcpy((char *)object + field->at, &items, sizeof(items));
	memcpy((char *)object + field->count_at, &count, sizeof(count));
}

/**
 * reader_complain - report that a value was refused
 * @r: the reader
 * @node: the value
 * @field: says what belongs there; may be NULL
 * @why: the reason
 */
void reader_complain(struct reader *r, const struct node *node, const struct field *field,
		     const struct complaint *why)
{
	struct origin o = reader_origin(r, node);

	diagnostics_error(r->diag, &o, "%s", why->message);
	if (why->expected[0])
		diagnostics_expected(r->diag, "%s", why->expected);
	else if (field)
		diagnostics_expected(r->diag, "%s", field->hint);
	if (why->suggestion[0])
		diagnostics_suggest(r->diag, why->suggestion);
}

static const char *kind_of(const struct node *node)
{
	if (node_is_null(node))
		return "empty";
	switch (node->type) {
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map of keys and values";
	default:
		return "a single value";
	}
}

/**
 * reader_wrong_type - report that a value is of the wrong kind
 * @r: the reader
 * @field: whose value it is
 * @value: the value; nothing is said when an error was reported for it already
 */
void reader_wrong_type(struct reader *r, const struct field *field, const struct node *value)
{
	struct origin o = reader_origin(r, value);

	if (value->type == NODE_BROKEN)
		return;
	diagnostics_error(r->diag, &o, "\"%s\" cannot be %s", field->name, kind_of(value));
	diagnostics_expected(r->diag, "%s", field->hint);
}

/**
 * reader_empty_list - report that a list has nothing in it
 * @r: the reader
 * @field: whose value it is
 * @value: the list
 */
void reader_empty_list(struct reader *r, const struct field *field, const struct node *value)
{
	struct origin o = reader_origin(r, value);

	diagnostics_error(r->diag, &o, "\"%s\" is an empty list", field->name);
	diagnostics_expected(r->diag, "%s", field->hint);
}

/**
 * reader_wants_text - make sure that a value is a text and not empty
 * @r: the reader
 * @field: whose value it is
 * @value: the value
 *
 * Return: true when it is; otherwise an error was reported.
 */
bool reader_wants_text(struct reader *r, const struct field *field, const struct node *value)
{
	struct origin o = reader_origin(r, value);

	if (value->type != NODE_SCALAR || node_is_null(value)) {
		reader_wrong_type(r, field, value);
		return false;
	}
	if (strlen(value->text) != value->len) {
		diagnostics_error(r->diag, &o, "there is a NUL character in this text");
		return false;
	}
	return true;
}

/**
 * reader_wants_list - make sure that a value is a list, or one thing instead of it
 * @r: the reader
 * @field: whose value it is; its @max is the most items
 * @value: the value
 *
 * Return: true when it is; otherwise an error was reported, except for an
 * empty value, which counts as no list.
 */
bool reader_wants_list(struct reader *r, const struct field *field, const struct node *value)
{
	struct origin o = reader_origin(r, value);

	if (value->type == NODE_BROKEN)
		return false;
	if (node_is_null(value)) {
		reader_wrong_type(r, field, value);
		return false;
	}
	if (value->type == NODE_LIST && value->count > field->max) {
		diagnostics_error(r->diag, &o, "\"%s\" has %u items", field->name, value->count);
		diagnostics_expected(r->diag, "at most %u", field->max);
		return false;
	}
	return true;
}

/**
 * reader_items - items of a list, or one thing that stands for a list of one
 * @value: the value
 * @count: gets the number of items
 *
 * Return: the first item; the others follow by @next, for @count items.
 */
struct node *reader_items(struct node *value, uint32_t *count)
{
	*count = value->type == NODE_LIST ? value->count : 1;
	return value->type == NODE_LIST ? value->first : value;
}

static const struct field *find_field(const struct shape *shape, const char *name)
{
	size_t i;

	for (i = 0; i < shape->nfields; i++)
		if (!strcmp(shape->fields[i].name, name))
			return &shape->fields[i];
	return NULL;
}

static void list_fields(const struct shape *shape, char *buf, size_t room)
{
	size_t i, used = 0;

	buf[0] = '\0';
	for (i = 0; i < shape->nfields && used < room; i++)
		if (!shape->fields[i].hidden)
			used += (size_t)snprintf(buf + used, room - used, "%s%s",
						 used ? ", " : "", shape->fields[i].name);
}

static void unknown_key(struct reader *r, const struct shape *shape, const struct node *key)
{
	struct nearest nearest = nearest_begin(key->text);
	struct origin o = reader_origin(r, key);
	char keys[300];
	size_t i;

	for (i = 0; i < shape->nfields; i++)
		if (!shape->fields[i].hidden)
			nearest_offer(&nearest, shape->fields[i].name);
	list_fields(shape, keys, sizeof(keys));
	diagnostics_error(r->diag, &o, "%s is not a key that %s can have", QUOTE(key->text),
			  shape->what);
	diagnostics_expected(r->diag, "%s%s", strchr(keys, ',') ? "one of " : "", keys);
	diagnostics_suggest(r->diag, nearest.best);
}

/**
 * reader_has_key - is a key there?
 * @map: the map
 * @name: the key
 *
 * Return: true when it is.
 */
bool reader_has_key(const struct node *map, const char *name)
{
	const struct node *key;

	for (key = map->first; key; key = key->next)
		if (key->text && !strcmp(key->text, name))
			return true;
	return false;
}

/* Was the key perhaps written, but misspelt? Then that error says enough. */
static bool has_misspelt_key(const struct shape *shape, const struct node *map, const char *name)
{
	const struct node *key;
	struct nearest nearest;

	for (key = map->first; key; key = key->next) {
		if (!key->text || find_field(shape, key->text))
			continue;
		nearest = nearest_begin(key->text);
		nearest_offer(&nearest, name);
		if (nearest.best)
			return true;
	}
	return false;
}

static void missing_keys(struct reader *r, const struct shape *shape, const struct node *map)
{
	struct origin o = reader_origin(r, map);
	size_t i;

	for (i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (!field->required || reader_has_key(map, field->name) ||
		    has_misspelt_key(shape, map, field->name))
			continue;
		diagnostics_error(r->diag, &o, "%s needs the key \"%s\", which is missing",
				  shape->what, field->name);
		diagnostics_expected(r->diag, "%s: %s", field->name, field->hint);
	}
}

/**
 * read_map - read a map by its table
 * @r: the reader
 * @shape: the table
 * @map: the map; an empty value counts as a map without keys
 * @object: the struct it is read into
 */
void read_map(struct reader *r, const struct shape *shape, struct node *map, void *object)
{
	struct origin o = reader_origin(r, map);
	const struct field *field;
	struct node *key;
	char keys[300];

	if (map->type == NODE_BROKEN)
		return;
	if (map->type != NODE_MAP && !node_is_null(map)) {
		list_fields(shape, keys, sizeof(keys));
		diagnostics_error(r->diag, &o, "%s cannot be %s", shape->what, kind_of(map));
		diagnostics_expected(r->diag, "a map with the keys %s", keys);
		return;
	}
	for (key = map->first; key && !r->no_memory; key = key->next) {
		if (key->type != NODE_SCALAR)
			continue;
		field = find_field(shape, key->text);
		if (field)
			field->read(r, field, field->hidden ? key : key->value, object);
		else
			unknown_key(r, shape, key);
	}
	missing_keys(r, shape, map);
	if (shape->finish)
		shape->finish(r, map, object);
}

/* A key whose value is missing points at the value's empty place: name the key instead. */
static void take_place_of_key(const struct node *key)
{
	if (node_is_null(key->value)) {
		key->value->line = key->line;
		key->value->column = key->column;
	}
}

/* Makes one named object; returns false when its name cannot be one. */
static bool read_object(struct reader *r, const struct shape *shape, const struct node *key,
			void *object)
{
	struct origin o = reader_origin(r, key);
	struct complaint why = { 0 };
	const char *name;

	if (key->type != NODE_SCALAR)
		return false;
	if (!values_name(key->text, &why)) {
		reader_complain(r, key, NULL, &why);
		return false;
	}
	name = reader_text(r, key->text, key->len);
	if (!name)
		return false;
	memcpy((char *)object + shape->name_at, &name, sizeof(name));
	memcpy((char *)object + shape->origin_at, &o, sizeof(o));
	return true;
}

/**
 * read_named - read a map whose keys are names and whose values are objects
 * @r: the reader
 * @field: its @shape says what the objects are, its @max how many there may be
 * @value: the map
 * @object: the struct that gets the array of objects
 *
 * The array and its length are stored while its objects are read, so that an
 * object can be found by those behind it.
 */
void read_named(struct reader *r, const struct field *field, struct node *value, void *object)
{
	const struct shape *shape = field->shape;
	struct origin o = reader_origin(r, value);
	uint32_t count = 0;
	struct node *key;
	char *items;

	if (value->type == NODE_BROKEN || node_is_null(value))
		return;
	if (value->type != NODE_MAP) {
		reader_wrong_type(r, field, value);
		return;
	}
	if (value->count > field->max) {
		diagnostics_error(r->diag, &o, "there are %u entries under \"%s\"", value->count,
				  field->name);
		diagnostics_expected(r->diag, "at most %u", field->max);
		return;
	}
	items = reader_array(r, (size_t)value->count, shape->size);
	if (!items)
		return;
	for (key = value->first; key && !r->no_memory; key = key->next) {
		char *item = items + (size_t)count * shape->size;

		if (!read_object(r, shape, key, item))
			continue;
		count++;
		reader_set_array(field, object, items, count);
		take_place_of_key(key);
		read_map(r, shape, key->value, item);
	}
}

/**
 * read_maps - read a list of maps, or one map where @field->single allows it
 * @r: the reader
 * @field: its @shape says what the maps are, its @max how many there may be
 * @value: the list
 * @object: the struct that gets the array
 */
void read_maps(struct reader *r, const struct field *field, struct node *value, void *object)
{
	const struct shape *shape = field->shape;
	uint32_t count, i;
	struct node *item;
	char *items;

	if (node_is_null(value))
		return;
	if (value->type == NODE_SCALAR || (value->type == NODE_MAP && !field->single)) {
		reader_wrong_type(r, field, value);
		return;
	}
	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	items = reader_array(r, count, shape->size);
	if (!items)
		return;
	reader_set_array(field, object, items, count);
	for (i = 0; i < count && !r->no_memory; i++, item = item->next) {
		struct origin o = reader_origin(r, item);

		memcpy(items + i * shape->size + shape->origin_at, &o, sizeof(o));
		read_map(r, shape, item, items + i * shape->size);
	}
}

/**
 * read_one_map - read a map into a part of a struct
 * @r: the reader
 * @field: its @shape says what the map is
 * @value: the map
 * @object: the struct
 */
void read_one_map(struct reader *r, const struct field *field, struct node *value, void *object)
{
	struct origin o = reader_origin(r, value);
	char *part = (char *)object + field->at;

	memcpy(part + field->shape->origin_at, &o, sizeof(o));
	read_map(r, field->shape, value, part);
}
