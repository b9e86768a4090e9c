// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tenant's file: people, roles, servers, rules and tests. What only the
 * operator may say is refused here by name, so that the tenant's admin learns
 * whom to ask.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "pool.h"
#include "reader.h"
#include "source.h"
#include "tree.h"
#include "values.h"

/* A test as it is read, before protocol and port come together. */
struct test_text {
	struct policy_test test;
	struct node *proto;
	struct node *port;
	struct node *expect;
};

static const char title_hint[] = "a text for people";
static const char address_hint[] = "an address such as 10.1.1.2, or a list of them";
static const char verdict_hint[] = "a list of ports such as [tcp/443], or true for all of them";
static const char from_hint[] = "a role, user, site, server or service, or a prefix";
static const char to_hint[] =
	"a server, service, site, user or role, a prefix, own-pc, internet or any";

static void refuse_operator_key(struct reader *r, const struct field *field, struct node *value,
				void *object)
{
	struct origin o = reader_origin(r, value);

	(void)object;
	diagnostics_error(r->diag, &o,
			  "only the operator can write \"%s\", in the provider's file",
			  field->name);
	diagnostics_expected(r->diag, "users, roles, servers, rules and tests in a tenant's file");
}

static bool read_selector(struct reader *r, const struct field *field, struct node *item,
			  struct policy_selector *selector)
{
	struct complaint why = { 0 };

	if (!reader_wants_text(r, field, item))
		return false;
	selector->origin = reader_origin(r, item);
	selector->text = reader_text(r, item->text, item->len);
	if (!selector->text)
		return false;
	selector->type = TENANTGATE_SELECTOR_TYPE_ANY;
	if (!values_looks_like_address(item->text))
		return true;
	selector->type = TENANTGATE_SELECTOR_TYPE_PREFIX;
	selector->prefix.origin = selector->origin;
	if (values_prefix(item->text, &selector->prefix, &why))
		return true;
	if (!strcmp(item->text, "0.0.0.0/0") || !strcmp(item->text, "::/0"))
		snprintf(why.suggestion, sizeof(why.suggestion), "%s",
			 strcmp(field->name, "to") ? "any" : "internet");
	reader_complain(r, item, field, &why);
	return false;
}

static void read_selectors(struct reader *r, const struct field *field, struct node *value,
			   void *object)
{
	struct policy_selector *selectors;
	uint32_t count, i, good = 0;
	struct node *item;

	if (!reader_wants_list(r, field, value))
		return;
	if (value->type == NODE_LIST && !value->count) {
		reader_empty_list(r, field, value);
		return;
	}
	item = reader_items(value, &count);
	selectors = reader_array(r, count, sizeof(*selectors));
	for (i = 0; selectors && i < count; i++, item = item->next)
		if (read_selector(r, field, item, &selectors[good]))
			good++;
	reader_set_array(field, object, selectors, good);
}

/* The ports of "allow", "deny" or "reject". */
static void read_verdict(struct reader *r, const struct field *field, struct node *value,
			 void *object)
{
	struct policy_rule *rule = object;
	struct complaint why = { 0 };
	int verdict = values_choice(field->name, values_verdict_names, 3, &why);

	rule->verdict = (uint8_t)verdict;
	if (value->type == NODE_SCALAR && value->plain && !strcmp(value->text, "true"))
		return;
	if (value->type == NODE_LIST && !value->count) {
		reader_empty_list(r, field, value);
		return;
	}
	read_ports(r, field, value, object);
}

/* The name under which a rule is counted. */
static void read_rule_name(struct reader *r, const struct field *field, struct node *value,
			   void *object)
{
	struct policy_rule *rule = object;
	struct origin o = reader_origin(r, value);

	rule->named = true;
	if (value->type == NODE_SCALAR && !node_is_null(value) && !value->len) {
		diagnostics_error(r->diag, &o, "the name of this rule is empty");
		diagnostics_expected(r->diag, "a text, or no name at all");
		return;
	}
	if (value->type == NODE_SCALAR && !strncmp(value->text, "grant ", 6)) {
		diagnostics_error(r->diag, &o, "the name of a rule cannot begin with \"grant \"");
		diagnostics_expected(r->diag,
			"another name; what the operator grants is counted under such names");
		return;
	}
	read_title(r, field, value, object);
}

static void finish_rule(struct reader *r, struct node *map, void *object)
{
	struct origin o = reader_origin(r, map);
	const struct node *key;
	unsigned int verdicts = 0;

	(void)object;
	for (key = map->first; key; key = key->next) {
		if (strcmp(key->text, "allow") && strcmp(key->text, "deny") &&
		    strcmp(key->text, "reject"))
			continue;
		if (++verdicts < 2)
			continue;
		o = reader_origin(r, key);
		diagnostics_error(r->diag, &o, "a rule cannot do two of allow, deny and reject");
		diagnostics_expected(r->diag, "two rules, the one that shall win first");
	}
}

static const struct field rule_fields[] = {
	{ "name", "a text", read_rule_name, VALUE(policy_rule, name),
	  .max = TENANTGATE_NAME_MAX },
	{ "from", from_hint, read_selectors, ARRAY(policy_rule, from),
	  .max = TENANTGATE_MAX_SELECTORS },
	{ "to", to_hint, read_selectors, ARRAY(policy_rule, to),
	  .max = TENANTGATE_MAX_SELECTORS, .required = true },
	{ "allow", verdict_hint, read_verdict, ARRAY(policy_rule, ports),
	  .max = TENANTGATE_MAX_PORTS },
	{ "deny", verdict_hint, read_verdict, ARRAY(policy_rule, ports),
	  .max = TENANTGATE_MAX_PORTS },
	{ "reject", verdict_hint, read_verdict, ARRAY(policy_rule, ports),
	  .max = TENANTGATE_MAX_PORTS },
	{ "log", "true or false", read_flag, VALUE(policy_rule, log) },
};

const struct shape rule_shape = {
	.what = "a rule", FIELDS(rule_fields), .size = sizeof(struct policy_rule),
	.origin_at = offsetof(struct policy_rule, origin), .finish = finish_rule,
};

static void keep_node(struct reader *r, const struct field *field, struct node *value,
		      void *object)
{
	if (reader_wants_text(r, field, value))
		memcpy((char *)object + field->at, &value, sizeof(value));
}

static void read_reason(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	struct policy_test *test = object;
	struct complaint why = { 0 };
	int reason;

	if (!reader_wants_text(r, field, value))
		return;
	reason = values_choice(value->text, values_reason_names, values_reasons, &why);
	if (reason < 0) {
		reader_complain(r, value, field, &why);
		return;
	}
	test->has_reason = true;
	test->reason = (uint8_t)reason;
}

/* "proto: tcp, port: 443" and "port: tcp/443" come to the same. */
static void read_test_port(struct reader *r, struct test_text *text)
{
	struct node *last = text->port ? text->port : text->proto;
	bool joined = text->port && strchr(text->port->text, '/');
	struct complaint why = { 0 };
	char both[80];

	if (!last)
		return;
	if (text->port && !text->proto && !joined && strcmp(text->port->text, "any"))
		snprintf(both, sizeof(both), "tcp/%.40s", text->port->text);
	else if (text->port && text->proto)
		snprintf(both, sizeof(both), "%.30s/%.40s", text->proto->text, text->port->text);
	else
		snprintf(both, sizeof(both), "%.70s", last->text);
	if (!values_port(both, &text->test.port, &why)) {
		reader_complain(r, last, NULL, &why);
		return;
	}
	text->test.port.origin = reader_origin(r, last);
	text->test.has_port = true;
}

static void finish_test(struct reader *r, struct node *map, void *object)
{
	struct test_text *text = object;
	struct complaint why = { 0 };
	int verdict;

	(void)map;
	read_test_port(r, text);
	if (!text->expect)
		return;
	verdict = values_choice(text->expect->text, values_verdict_names, 3, &why);
	if (verdict < 0)
		reader_complain(r, text->expect, NULL, &why);
	else
		text->test.expect = (uint8_t)verdict;
}

static const struct field test_fields[] = {
	{ "who", "a user or an address", read_name, VALUE(test_text, test.who),
	  .required = true },
	{ "from", "the name of one of your sites", read_name, VALUE(test_text, test.from) },
	{ "to", "a server, service or address, or any-other-tenant", read_name,
	  VALUE(test_text, test.to), .required = true },
	{ "proto", "a protocol such as tcp", keep_node, VALUE(test_text, proto) },
	{ "port", "a port such as 443 or tcp/443", keep_node, VALUE(test_text, port) },
	{ "expect", "allow, deny or reject", keep_node, VALUE(test_text, expect),
	  .required = true },
	{ "reason", "a reason, such as rule or no-rule; \"tgctl show reasons\" lists them",
	  read_reason, VALUE(test_text, test.reason) },
};

static const struct shape test_shape = {
	.what = "a test", FIELDS(test_fields), .finish = finish_test,
};

static void read_tests(struct reader *r, const struct field *field, struct node *value,
		       void *object)
{
	struct policy_tenant *tenant = object;
	struct policy_test *tests;
	struct node *item;
	uint32_t count, i;

	if (node_is_null(value))
		return;
	if (value->type == NODE_SCALAR || value->type == NODE_MAP) {
		reader_wrong_type(r, field, value);
		return;
	}
	if (!reader_wants_list(r, field, value))
		return;
	item = reader_items(value, &count);
	tests = reader_array(r, count, sizeof(*tests));
	for (i = 0; tests && i < count && !r->no_memory; i++, item = item->next) {
		struct test_text text = { 0 };

		text.test.origin = reader_origin(r, item);
		read_map(r, &test_shape, item, &text);
		tests[i] = text.test;
	}
	tenant->tests = tests;
	tenant->ntests = tests ? count : 0;
}

static const struct field user_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_user, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "address", address_hint, read_addresses, .at = offsetof(struct policy_user, addresses),
	  .count_at = offsetof(struct policy_user, naddresses), .max = TENANTGATE_MAX_PREFIXES,
	  .required = true },
	{ "pc", address_hint, read_addresses, .at = offsetof(struct policy_user, pcs),
	  .count_at = offsetof(struct policy_user, npcs), .max = TENANTGATE_MAX_PREFIXES },
};

static const struct shape user_shape = {
	.what = "a user", FIELDS(user_fields), .size = sizeof(struct policy_user),
	.name_at = offsetof(struct policy_user, name),
	.origin_at = offsetof(struct policy_user, origin),
};

static void read_server_addresses(struct reader *r, const struct field *field,
				  struct node *value, void *object)
{
	struct policy_service *server = object;
	struct origin o = reader_origin(r, value);

	if (server->naddresses) {
		diagnostics_error(r->diag, &o, "this server has both \"address\" and \"addresses\"");
		diagnostics_expected(r->diag, "one of them, with all addresses in a list");
		return;
	}
	read_prefixes(r, field, value, object);
}

static void finish_server(struct reader *r, struct node *map, void *object)
{
	struct origin o = reader_origin(r, map);

	(void)object;
	if (reader_has_key(map, "address") || reader_has_key(map, "addresses") ||
	    map->type == NODE_BROKEN)
		return;
	diagnostics_error(r->diag, &o, "a server needs the key \"address\", which is missing");
	diagnostics_expected(r->diag, "address: %s", address_hint);
}

static const struct field server_fields[] = {
	{ "title", title_hint, read_title, VALUE(policy_service, title),
	  .max = TENANTGATE_TITLE_MAX },
	{ "address", address_hint, read_server_addresses, ARRAY(policy_service, addresses),
	  .max = TENANTGATE_MAX_PREFIXES },
	{ "addresses", address_hint, read_server_addresses, ARRAY(policy_service, addresses),
	  .max = TENANTGATE_MAX_PREFIXES },
	{ "allow", "a list of ports, such as [tcp/445]", read_ports,
	  ARRAY(policy_service, ports), .max = TENANTGATE_MAX_PORTS },
};

static const struct shape server_shape = {
	.what = "a server", FIELDS(server_fields), .size = sizeof(struct policy_service),
	.name_at = offsetof(struct policy_service, name),
	.origin_at = offsetof(struct policy_service, origin), .finish = finish_server,
};

static const struct field role_field = {
	"members", "a list of users, such as [sato, tanaka]", read_names,
	ARRAY(policy_role, members), .max = TENANTGATE_MAX_USERS
};

/* Roles are lists where users and servers are maps, so they have a loop of their own. */
static void read_roles(struct reader *r, const struct field *field, struct node *value,
		       void *object)
{
	struct policy_tenant *tenant = object;
	struct origin o = reader_origin(r, value);
	struct policy_role *role;
	struct node *key;

	if (value->type == NODE_BROKEN || node_is_null(value))
		return;
	if (value->type != NODE_MAP) {
		reader_wrong_type(r, field, value);
		return;
	}
	if (value->count > field->max) {
		diagnostics_error(r->diag, &o, "there are %u roles", value->count);
		diagnostics_expected(r->diag, "at most %u", field->max);
		return;
	}
	tenant->roles = reader_array(r, value->count, sizeof(*tenant->roles));
	for (key = value->first; tenant->roles && key; key = key->next) {
		struct complaint why = { 0 };

		if (key->type != NODE_SCALAR)
			continue;
		if (!values_name(key->text, &why)) {
			reader_complain(r, key, NULL, &why);
			continue;
		}
		role = &tenant->roles[tenant->nroles++];
		role->origin = reader_origin(r, key);
		role->name = reader_text(r, key->text, key->len);
		if (!node_is_null(key->value))
			read_names(r, &role_field, key->value, role);
	}
}

#define OPERATOR_KEY(word) { word, "", refuse_operator_key, .hidden = true }

static const struct field policy_fields[] = {
	{ "users", "a map of users, such as sato: {address: 10.1.1.2}", read_named,
	  ARRAY(policy_tenant, users), .max = TENANTGATE_MAX_USERS, .shape = &user_shape },
	{ "roles", "a map of roles, such as staff: [sato, tanaka]", read_roles,
	  .max = TENANTGATE_MAX_ROLES },
	{ "servers", "a map of servers, such as files: {address: 192.168.1.10}", read_named,
	  ARRAY(policy_tenant, services), .max = TENANTGATE_MAX_SERVICES,
	  .shape = &server_shape },
	{ "rules", "a list of rules, such as [{from: staff, to: files}]", read_maps,
	  ARRAY(policy_tenant, rules), .max = TENANTGATE_MAX_RULES, .shape = &rule_shape },
	{ "tests", "a list of tests, such as [{who: sato, to: files, expect: allow}]",
	  read_tests, .max = TENANTGATE_MAX_RULES },
	OPERATOR_KEY("title"), OPERATOR_KEY("plan"), OPERATOR_KEY("plans"), OPERATOR_KEY("mode"),
	OPERATOR_KEY("services"), OPERATOR_KEY("sites"), OPERATOR_KEY("policy"),
	OPERATOR_KEY("device"), OPERATOR_KEY("devices"), OPERATOR_KEY("prefixes"),
	OPERATOR_KEY("addresses"), OPERATOR_KEY("realm"), OPERATOR_KEY("realms"),
	OPERATOR_KEY("gateway"), OPERATOR_KEY("management"), OPERATOR_KEY("links"),
	OPERATOR_KEY("platform"), OPERATOR_KEY("tenant"), OPERATOR_KEY("tenants"),
};

static const struct shape policy_shape = {
	.what = "a tenant's file", FIELDS(policy_fields),
};

/* "dir/provider.yaml" names "a.yaml", which is shown as "dir/a.yaml". */
static char *shown_name(const char *provider, const char *path)
{
	const char *slash = strrchr(provider, '/');
	char *name = NULL;

	if (asprintf(&name, "%.*s%s", slash ? (int)(slash - provider) + 1 : 0, provider, path) < 0)
		return NULL;
	return name;
}

/* Opens a tenant's file and makes it the source being read; says what is wrong. */
static struct source *open_tenant_file(struct reader *r, const struct node *value)
{
	size_t limit = POLICY_FILE_MAX, len = 0;
	struct origin o = reader_origin(r, value);
	struct source *source;
	char *text = NULL, *name;
	int error;

	if (limit > POLICY_TOTAL_MAX - r->bytes)
		limit = POLICY_TOTAL_MAX - r->bytes;
	error = r->files ? source_read_below(r->policy->path, value->text, limit, &text, &len) :
			   -EACCES;
	if (error) {
		diagnostics_error(r->diag, &o, "cannot read %s: %s", QUOTE(value->text),
				  source_error(error));
		if (error == -EFBIG)
			diagnostics_expected(r->diag, "at most %zu MiB a file, %zu MiB for all files",
					     POLICY_FILE_MAX >> 20, POLICY_TOTAL_MAX >> 20);
		else
			diagnostics_expected(r->diag,
				"a file in the folder of the provider's file, or below it");
		return NULL;
	}
	name = shown_name(r->policy->path, value->text);
	source = name ? source_create(name, text, len) : NULL;
	if (!name)
		free(text);
	free(name);
	if (!source) {
		reader_no_memory(r);
		return NULL;
	}
	source->number = ++r->sources;
	r->bytes += len;
	return source;
}

/**
 * load_tenant_policy - read what a tenant's admin wrote, in a file or in place
 * @r: the reader
 * @field: the key "policy"
 * @value: the file's name, or the map that would be in it
 * @object: the tenant
 */
void load_tenant_policy(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	struct source *outer = r->source, *source;
	struct pool *pool;
	struct node *root;

	if (value->type == NODE_MAP) {
		read_map(r, &policy_shape, value, object);
		return;
	}
	if (node_is_null(value) || !reader_wants_text(r, field, value))
		return;
	source = open_tenant_file(r, value);
	if (!source)
		return;
	*r->tail = source;
	r->tail = &source->next;
	r->source = source;
	pool = pool_create();
	root = pool ? tree_parse(source, pool, r->diag) : NULL;
	if (!pool)
		reader_no_memory(r);
	if (root)
		read_map(r, &policy_shape, root, object);
	pool_destroy(pool);
	r->source = outer;
}
