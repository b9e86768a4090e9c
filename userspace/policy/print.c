// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy as YAML again: one file, tenants' files in place, every default
 * written out, always in the same order. What is printed here loads to the
 * same policy, and prints the same.
 */
#include <stdarg.h>
#include <string.h>

#include "print.h"
#include "values.h"

/* A line at some depth; @format ends without a newline. */
static void line(FILE *out, int depth, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void line(FILE *out, int depth, const char *format, ...)
{
	va_list args;

	fprintf(out, "%*s", depth * 2, "");
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	putc('\n', out);
}

/* A text in double quotes; control characters cannot be in it. */
static void text_value(FILE *out, int depth, const char *key, const char *text)
{
	if (!text)
		return;
	fprintf(out, "%*s%s: \"", depth * 2, "", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	fputs("\"\n", out);
}

static void number_value(FILE *out, int depth, const char *key, uint32_t number)
{
	if (number)
		line(out, depth, "%s: %u", key, number);
}

/* Names and addresses go without quotes, but for those that YAML takes for something else. */
static void plain(FILE *out, const char *text)
{
	static const char *const words[] = { "true", "false", "null", "yes", "no", "on", "off",
					     "y", "n", "inf", "nan" };
	bool quotes = text[strspn(text, "0123456789.eE_xob-")] == '\0' ||
		      strpbrk(text, " #:{}[],&*!|>'\"%@`\\?");
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(text, words[i]))
			quotes = true;
	fprintf(out, quotes ? "\"%s\"" : "%s", text);
}

static void key_line(FILE *out, int depth, const char *name)
{
	fprintf(out, "%*s", depth * 2, "");
	plain(out, name);
	fputs(":\n", out);
}

static void prefixes(FILE *out, int depth, const char *key, const struct policy_prefix *list,
		     uint32_t count)
{
	char buf[VALUES_TEXT_MAX];
	uint32_t i;

	fprintf(out, "%*s%s: [", depth * 2, "", key);
	for (i = 0; i < count; i++)
		fprintf(out, strchr(values_prefix_text(&list[i], buf), ':') ? "%s\"%s\"" : "%s%s",
			i ? ", " : "", buf);
	fputs("]\n", out);
}

static void ports(FILE *out, int depth, const char *key, const struct policy_port *list,
		  uint32_t count)
{
	char buf[VALUES_TEXT_MAX];
	uint32_t i;

	fprintf(out, "%*s%s: [", depth * 2, "", key);
	for (i = 0; i < count; i++) {
		values_port_text(&list[i], buf);
		fputs(i ? ", " : "", out);
		if (list[i].class != TENANTGATE_CLASS_INTERACTIVE)
			fprintf(out, "{%s: %s}", buf, values_class_names[list[i].class]);
		else
			fputs(buf, out);
	}
	fputs("]\n", out);
}

static void gateway(FILE *out, const struct policy_gateway *g)
{
	line(out, 0, "gateway:");
	line(out, 1, "mode: %s", values_mode_names[g->mode]);
	text_value(out, 1, "label", g->label);
	ports(out, 1, "allow", g->allow, g->nallow);
	number_value(out, 1, "max-flows", g->max_flows);
	if (g->timezone.text)
		line(out, 1, "timezone: %s", g->timezone.text);
}

static void management(FILE *out, const struct tg_policy_file *policy)
{
	uint32_t i;

	if (policy->nmanagement)
		line(out, 0, "management:");
	for (i = 0; i < policy->nmanagement; i++) {
		const struct policy_management *m = &policy->management[i];

		line(out, 1, "-");
		prefixes(out, 2, "from", m->from, m->nfrom);
		if (m->nto)
			ports(out, 2, "to", m->to, m->nto);
	}
}

static void rates_value(FILE *out, int depth, const char *key, const struct policy_rates *rates)
{
	char up[VALUES_TEXT_MAX], down[VALUES_TEXT_MAX];

	values_rate_text(rates->way[POLICY_UP], up);
	values_rate_text(rates->way[POLICY_DOWN], down);
	if (rates->way[POLICY_UP] && rates->way[POLICY_UP] == rates->way[POLICY_DOWN])
		line(out, depth, "%s: %s", key, up);
	else if (rates->way[POLICY_UP] && rates->way[POLICY_DOWN])
		line(out, depth, "%s: {up: %s, down: %s}", key, up, down);
	else if (rates->way[POLICY_UP])
		line(out, depth, "%s: {up: %s}", key, up);
	else if (rates->way[POLICY_DOWN])
		line(out, depth, "%s: {down: %s}", key, down);
}

/* A word, or a number of bytes where there is none. */
static void bytes_value(FILE *out, int depth, const char *key, const char *word, uint16_t bytes)
{
	if (word)
		line(out, depth, "%s: %s", key, word);
	else
		line(out, depth, "%s: %u", key, bytes);
}

static void names_value(FILE *out, int depth, const char *key, const struct policy_name *list,
			uint32_t count)
{
	uint32_t i;

	fprintf(out, "%*s%s: [", depth * 2, "", key);
	for (i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		plain(out, list[i].text);
	}
	fputs("]\n", out);
}

static void links(FILE *out, const struct tg_policy_file *policy)
{
	uint32_t i;

	if (policy->nlinks)
		line(out, 0, "links:");
	for (i = 0; i < policy->nlinks; i++) {
		const struct policy_link *link = &policy->links[i];

		key_line(out, 1, link->name);
		names_value(out, 2, "devices", link->devices, link->ndevices);
		rates_value(out, 2, "rate", &link->rate);
		if (link->ncarries)
			names_value(out, 2, "carries", link->carries, link->ncarries);
		bytes_value(out, 2, "tunnel", link->tunnel, link->overhead);
		bytes_value(out, 2, "framing", link->framing_name, link->framing);
		if (link->oversubscribe)
			line(out, 2, "oversubscribe: true");
	}
}

static void device_value(FILE *out, int depth, const char *device)
{
	fprintf(out, "%*sdevice: ", depth * 2, "");
	plain(out, device);
	putc('\n', out);
}

static void windows(FILE *out, const struct tg_policy_file *policy)
{
	char buf[VALUES_TEXT_MAX];
	const char *gap;
	uint32_t i, n;

	if (policy->nwindows)
		line(out, 0, "windows:");
	for (i = 0; i < policy->nwindows; i++) {
		const struct policy_window *window = &policy->windows[i];

		key_line(out, 1, window->name);
		fputs("    days: [", out);
		for (n = 0, gap = ""; n < 7; n++) {
			if (!(window->days >> n & 1))
				continue;
			fprintf(out, "%s%s", gap, values_day_names[n]);
			gap = ", ";
		}
		fputs("]\n", out);
		if (!window->nhours)
			continue;
		fputs("    hours: [", out);
		for (n = 0; n < window->nhours; n++)
			fprintf(out, "%s\"%s\"", n ? ", " : "",
				values_hours_text(&window->hours[n], buf));
		fputs("]\n", out);
	}
}

static void terms(FILE *out, int depth, const struct policy_plan *plan)
{
	rates_value(out, depth, "guarantee", &plan->guarantee);
	rates_value(out, depth, "ceiling", &plan->ceiling);
	rates_value(out, depth, "realtime", &plan->realtime);
	rates_value(out, depth, "user-ceiling", &plan->user_ceiling);
	line(out, depth, "shares: {interactive: %u, bulk: %u}", plan->interactive, plan->bulk);
	number_value(out, depth, "weight", plan->weight);
}

static void during(FILE *out, const struct policy_plan *plan)
{
	uint32_t i;

	if (plan->nduring)
		line(out, 2, "during:");
	for (i = 0; i < plan->nduring; i++) {
		key_line(out, 3, plan->during[i].window_name.text);
		terms(out, 4, &plan->during[i]);
	}
}

static void realms_and_plans(FILE *out, const struct tg_policy_file *policy)
{
	uint32_t i;

	if (policy->nrealms > 1)
		line(out, 0, "realms:");
	for (i = 1; i < policy->nrealms; i++) {
		key_line(out, 1, policy->realms[i].name);
		device_value(out, 2, policy->realms[i].device);
	}
	if (policy->nplans)
		line(out, 0, "plans:");
	for (i = 0; i < policy->nplans; i++) {
		const struct policy_plan *plan = &policy->plans[i];

		key_line(out, 1, plan->name);
		terms(out, 2, plan);
		during(out, plan);
		number_value(out, 2, "flows", plan->flows);
		number_value(out, 2, "new-flows", plan->new_flows);
		number_value(out, 2, "packets", plan->packets);
		number_value(out, 2, "fragments", plan->fragments);
		number_value(out, 2, "rejects", plan->rejects);
		number_value(out, 2, "rules", plan->rules);
	}
}

static void services(FILE *out, int depth, const char *key, const struct policy_service *list,
		     uint32_t count)
{
	uint32_t i;

	if (count)
		line(out, depth, "%s:", key);
	for (i = 0; i < count; i++) {
		key_line(out, depth + 1, list[i].name);
		text_value(out, depth + 2, "title", list[i].title);
		prefixes(out, depth + 2, "addresses", list[i].addresses, list[i].naddresses);
		if (list[i].nports)
			ports(out, depth + 2, "allow", list[i].ports, list[i].nports);
	}
}

static void sites(FILE *out, int depth, const struct policy_tenant *tenant)
{
	uint32_t i;

	line(out, depth, tenant->nsites ? "sites:" : "sites: {}");
	for (i = 0; i < tenant->nsites; i++) {
		const struct policy_site *site = &tenant->sites[i];

		key_line(out, depth + 1, site->name);
		text_value(out, depth + 2, "title", site->title);
		if (site->kind != TENANTGATE_SITE_KIND_PLATFORM)
			line(out, depth + 2, "kind: %s", values_site_kind_names[site->kind]);
		device_value(out, depth + 2, site->device);
		if (site->realm->id) {
			fprintf(out, "%*srealm: ", (depth + 2) * 2, "");
			plain(out, site->realm->name);
			putc('\n', out);
		}
		prefixes(out, depth + 2, "prefixes", site->prefixes, site->nprefixes);
	}
}

static void selectors(FILE *out, int depth, const char *key, const struct policy_selector *list,
		      uint32_t count)
{
	char buf[VALUES_TEXT_MAX];
	uint32_t i;

	if (!count)
		return;
	fprintf(out, "%*s%s: [", depth * 2, "", key);
	for (i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		plain(out, list[i].type == TENANTGATE_SELECTOR_TYPE_PREFIX ?
		      values_prefix_text(&list[i].prefix, buf) : list[i].text);
	}
	fputs("]\n", out);
}

static void rules(FILE *out, int depth, const struct policy_tenant *tenant)
{
	uint32_t i;

	if (tenant->nrules)
		line(out, depth, "rules:");
	for (i = 0; i < tenant->nrules; i++) {
		const struct policy_rule *rule = &tenant->rules[i];
		const char *verdict = values_verdict_names[rule->verdict];

		line(out, depth + 1, "-");
		if (rule->named)
			text_value(out, depth + 2, "name", rule->name);
		selectors(out, depth + 2, "from", rule->from, rule->nfrom);
		selectors(out, depth + 2, "to", rule->to, rule->nto);
		if (rule->nports)
			ports(out, depth + 2, verdict, rule->ports, rule->nports);
		else
			line(out, depth + 2, "%s: true", verdict);
		if (rule->log)
			line(out, depth + 2, "log: true");
	}
}

static void users(FILE *out, int depth, const struct policy_tenant *tenant)
{
	uint32_t i, k;

	if (tenant->nusers)
		line(out, depth, "users:");
	for (i = 0; i < tenant->nusers; i++) {
		const struct policy_user *user = &tenant->users[i];

		key_line(out, depth + 1, user->name);
		text_value(out, depth + 2, "title", user->title);
		prefixes(out, depth + 2, "address", user->addresses, user->naddresses);
		if (user->npcs)
			prefixes(out, depth + 2, "pc", user->pcs, user->npcs);
	}
	if (tenant->nroles)
		line(out, depth, "roles:");
	for (i = 0; i < tenant->nroles; i++) {
		const struct policy_role *role = &tenant->roles[i];

		fprintf(out, "%*s", (depth + 1) * 2, "");
		plain(out, role->name);
		fputs(": [", out);
		for (k = 0; k < role->nusers; k++) {
			fputs(k ? ", " : "", out);
			plain(out, role->users[k]->name);
		}
		fputs("]\n", out);
	}
}

static void name_value(FILE *out, int depth, const char *key, const struct policy_name *name)
{
	if (!name->text)
		return;
	fprintf(out, "%*s%s: ", depth * 2, "", key);
	plain(out, name->text);
	putc('\n', out);
}

static void tests(FILE *out, int depth, const struct policy_tenant *tenant)
{
	char buf[VALUES_TEXT_MAX];
	uint32_t i;

	if (tenant->ntests)
		line(out, depth, "tests:");
	for (i = 0; i < tenant->ntests; i++) {
		const struct policy_test *test = &tenant->tests[i];

		line(out, depth + 1, "-");
		name_value(out, depth + 2, "who", &test->who);
		name_value(out, depth + 2, "from", &test->from);
		name_value(out, depth + 2, "to", &test->to);
		if (test->has_port) {
			values_port_text(&test->port, buf);
			line(out, depth + 2, strchr(buf, '/') ? "port: %s" : "proto: %s", buf);
		}
		line(out, depth + 2, "expect: %s", values_verdict_names[test->expect]);
		if (test->has_reason)
			line(out, depth + 2, "reason: %s", values_reason_names[test->reason]);
	}
}

static void tenant_value(FILE *out, const struct policy_tenant *tenant)
{
	uint32_t i;

	key_line(out, 1, tenant->name);
	text_value(out, 2, "title", tenant->title);
	if (tenant->plan)
		name_value(out, 2, "plan", &tenant->plan_name);
	line(out, 2, "mode: %s", values_mode_names[tenant->mode]);
	if (tenant->ngrants) {
		fputs("    services: [", out);
		for (i = 0; i < tenant->ngrants; i++) {
			fputs(i ? ", " : "", out);
			plain(out, tenant->grants[i].service->name);
		}
		fputs("]\n", out);
	}
	sites(out, 2, tenant);
	if (!tenant->nusers && !tenant->nroles && !tenant->nservices && !tenant->nrules &&
	    !tenant->ntests)
		return;
	line(out, 2, "policy:");
	users(out, 3, tenant);
	services(out, 3, "servers", tenant->services, tenant->nservices);
	rules(out, 3, tenant);
	tests(out, 3, tenant);
}

/**
 * policy_print - write a policy as YAML
 * @policy: a policy without errors
 * @out: where to; the caller looks at ferror()
 */
void policy_print(const struct tg_policy_file *policy, FILE *out)
{
	const struct policy_tenant *platform = policy->tenants;
	uint32_t i;

	gateway(out, &policy->gateway);
	management(out, policy);
	links(out, policy);
	windows(out, policy);
	realms_and_plans(out, policy);
	services(out, 0, "services", platform->services + 1, platform->nservices - 1);
	if (platform->nsites || platform->nrules || platform->title || platform->plan) {
		line(out, 0, "platform:");
		text_value(out, 1, "title", platform->title);
		name_value(out, 1, "plan", &platform->plan_name);
		sites(out, 1, platform);
		rules(out, 1, platform);
	}
	if (policy->ntenants > 1)
		line(out, 0, "tenants:");
	for (i = 1; i < policy->ntenants; i++)
		tenant_value(out, &policy->tenants[i]);
}
