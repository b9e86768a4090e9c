// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of rules. The kernel counts hits under a rule's name, across commits,
 * so a name must not depend on where in the file a rule stands: it is made
 * from what the rule says, "staff to files". A second rule that says the same
 * is "staff to files #2".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "names.h"
#include "pool.h"
#include "reader.h"
#include "values.h"

/* A name being written; what does not fit is left out. */
struct text {
	char buf[TENANTGATE_NAME_MAX + 1];
	size_t len;
};

static void append(struct text *text, const char *part)
{
	size_t len = strlen(part), room = TENANTGATE_NAME_MAX - text->len;

	if (len > room) {
		len = room;
		while (len && ((unsigned char)part[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(text->buf + text->len, part, len);
	text->len += len;
	text->buf[text->len] = '\0';
}

static void append_list(struct text *text, const struct policy_selector *list, uint32_t count)
{
	uint32_t i;

	if (!count)
		append(text, "any");
	for (i = 0; i < count; i++) {
		append(text, i ? "," : "");
		append(text, list[i].text);
	}
}

static void describe(const struct policy_rule *rule, struct text *text)
{
	text->len = 0;
	if (rule->verdict != TENANTGATE_VERDICT_ALLOW) {
		append(text, values_verdict_names[rule->verdict]);
		append(text, " ");
	}
	append_list(text, rule->from, rule->nfrom);
	append(text, " to ");
	append_list(text, rule->to, rule->nto);
}

/* How often a description came up; the next number to try for it. */
struct repeat {
	const char *name;
	unsigned int next;
};

/* "staff to files" becomes "staff to files #2", cut so that the number fits. */
static void number(struct text *text, const char *name, unsigned int n)
{
	char suffix[16];
	size_t room;

	snprintf(suffix, sizeof(suffix), " #%u", n);
	room = TENANTGATE_NAME_MAX - strlen(suffix);
	text->len = 0;
	append(text, name);
	if (text->len > room) {
		text->len = room;
		while (text->len && ((unsigned char)text->buf[text->len] & 0xc0) == 0x80)
			text->len--;
	}
	append(text, suffix);
}

static bool make_name(struct policy_rule *rule, struct pool *pool, struct name_index *taken,
		      struct name_index *repeats, struct repeat *fresh)
{
	struct repeat *repeat;
	struct text text;

	describe(rule, &text);
	repeat = name_index_find(repeats, text.buf);
	if (!repeat) {
		repeat = fresh;
		repeat->name = pool_text(pool, text.buf, text.len);
		repeat->next = 2;
		if (!repeat->name)
			return false;
		name_index_add(repeats, repeat->name, repeat);
	}
	while (name_index_find(taken, text.buf))
		number(&text, repeat->name, repeat->next++);
	rule->name = pool_text(pool, text.buf, text.len);
	if (rule->name)
		name_index_add(taken, rule->name, rule);
	return rule->name;
}

static void take_written_names(struct policy_tenant *tenant, struct name_index *taken,
			       struct diagnostics *diag)
{
	const struct policy_rule *old;
	uint32_t i;

	for (i = 0; i < tenant->nrules; i++) {
		struct policy_rule *rule = &tenant->rules[i];

		if (!rule->named || !rule->name)
			continue;
		old = name_index_add(taken, rule->name, rule);
		if (!old)
			continue;
		diagnostics_error(diag, &rule->origin,
				  "the name %s is already that of the rule in line %u",
				  QUOTE(rule->name), old->origin.line);
		diagnostics_expected(diag, "another name, since rules are counted by name");
	}
}

/**
 * resolve_rule_names - give names to the rules that have none
 * @tenant: whose rules
 * @pool: names are taken from here
 * @diag: names that were written twice are reported here
 *
 * Return: false when there is no memory.
 */
bool resolve_rule_names(struct policy_tenant *tenant, struct pool *pool, struct diagnostics *diag)
{
	struct repeat *repeats = calloc((size_t)tenant->nrules + 1, sizeof(*repeats));
	struct name_index taken = { 0 }, described = { 0 };
	bool fine;
	uint32_t i;

	fine = repeats && name_index_init(&taken, tenant->nrules) &&
	       name_index_init(&described, tenant->nrules);
	if (fine)
		take_written_names(tenant, &taken, diag);
	for (i = 0; fine && i < tenant->nrules; i++)
		if (!tenant->rules[i].named)
			fine = make_name(&tenant->rules[i], pool, &taken, &described, &repeats[i]);
	name_index_free(&taken);
	name_index_free(&described);
	free(repeats);
	return fine;
}
