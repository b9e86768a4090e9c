/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the tree into structs by tables: one table for each kind of map,
 * one line in it for each key.
 */
#ifndef TG_POLICY_READER_H
#define TG_POLICY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct complaint;
struct node;

/**
 * struct reader - what is needed to read a file
 * @policy: gets what is read
 * @diag: errors are added here
 * @source: the file being read
 * @sources: number of the file opened last
 * @tail: where the next file is linked in
 * @bytes: bytes of all files so far
 * @files: other files may be opened
 * @no_memory: memory ran out, which was reported
 */
struct reader {
	struct tg_policy_file *policy;
	struct diagnostics *diag;
	struct source *source;
	uint32_t sources;
	struct source **tail;
	size_t bytes;
	bool files;
	bool no_memory;
};

struct field;
typedef void (*read_function)(struct reader *r, const struct field *field, struct node *value,
			      void *object);

/**
 * struct field - a key of a map
 * @name: the key
 * @hint: what belongs there, follows the word "expected"
 * @read: reads the value
 * @at: where in the struct the value goes
 * @count_at: where in the struct the number of elements goes
 * @max: greatest number, or most elements
 * @shape: for a map of named objects: what the objects are
 * @required: the key must be there
 * @single: one map may stand for a list of one
 * @hidden: the key exists only to be refused with words of its own; @read gets
 *	the key instead of its value
 */
struct field {
	const char *name;
	const char *hint;
	read_function read;
	size_t at;
	size_t count_at;
	uint32_t max;
	const struct shape *shape;
	bool required;
	bool single;
	bool hidden;
};

/**
 * struct shape - a kind of map
 * @what: what it describes, as in "a site"
 * @fields: its keys
 * @nfields: their number
 * @size: of the struct that it is read into
 * @name_at: where the name of a named object goes
 * @origin_at: where the struct keeps its origin
 * @finish: called when the keys are read, may be NULL
 */
struct shape {
	const char *what;
	const struct field *fields;
	size_t nfields;
	size_t size;
	size_t name_at;
	size_t origin_at;
	void (*finish)(struct reader *r, struct node *map, void *object);
};

#define FIELDS(table)	.fields = (table), .nfields = sizeof(table) / sizeof((table)[0])
#define VALUE(type, member)	.at = offsetof(struct type, member)
#define ARRAY(type, member)	.at = offsetof(struct type, member), \
				.count_at = offsetof(struct type, n##member)

struct origin reader_origin(const struct reader *r, const struct node *node);
bool reader_no_memory(struct reader *r);
char *reader_text(struct reader *r, const char *text, size_t len);
void *reader_array(struct reader *r, size_t count, size_t size);
void reader_set_array(const struct field *field, void *object, void *items, uint32_t count);
void reader_wrong_type(struct reader *r, const struct field *field, const struct node *value);
void reader_empty_list(struct reader *r, const struct field *field, const struct node *value);
bool reader_wants_text(struct reader *r, const struct field *field, const struct node *value);
bool reader_wants_list(struct reader *r, const struct field *field, const struct node *value);
bool reader_has_key(const struct node *map, const char *name);
struct node *reader_items(struct node *value, uint32_t *count);
void reader_refuse_empty(struct reader *r, const struct node *map, const char *name,
			 const char *expected);
void reader_complain(struct reader *r, const struct node *node, const struct field *field,
		     const struct complaint *why);

void read_map(struct reader *r, const struct shape *shape, struct node *map, void *object);
void read_named(struct reader *r, const struct field *field, struct node *value, void *object);
void read_maps(struct reader *r, const struct field *field, struct node *value, void *object);
void read_one_map(struct reader *r, const struct field *field, struct node *value, void *object);

void read_title(struct reader *r, const struct field *field, struct node *value, void *object);
void read_device(struct reader *r, const struct field *field, struct node *value, void *object);
void read_number(struct reader *r, const struct field *field, struct node *value, void *object);
void read_mode(struct reader *r, const struct field *field, struct node *value, void *object);
void read_flag(struct reader *r, const struct field *field, struct node *value, void *object);
void read_name(struct reader *r, const struct field *field, struct node *value, void *object);
void read_names(struct reader *r, const struct field *field, struct node *value, void *object);
void read_devices(struct reader *r, const struct field *field, struct node *value, void *object);
void read_prefixes(struct reader *r, const struct field *field, struct node *value, void *object);
void read_addresses(struct reader *r, const struct field *field, struct node *value,
		    void *object);
void read_timezone(struct reader *r, const struct field *field, struct node *value, void *object);
void read_ports(struct reader *r, const struct field *field, struct node *value, void *object);

void load_tenant_policy(struct reader *r, const struct field *field, struct node *value,
			void *object);
extern const struct shape link_shape;
extern const struct shape plan_shape;
extern const struct shape window_shape;
extern const struct shape rule_shape;

bool resolve_policy(struct tg_policy_file *policy, struct diagnostics *diag);
bool resolve_rule_names(struct policy_tenant *tenant, struct pool *pool,
			struct diagnostics *diag);
void check_policy(struct tg_policy_file *policy, struct diagnostics *diag);
void check_links(struct tg_policy_file *policy, struct diagnostics *diag);
void check_places(const struct tg_policy_file *policy, struct diagnostics *diag);
void check_rules(const struct tg_policy_file *policy, const struct policy_tenant *tenant,
		 struct diagnostics *diag);

#endif
