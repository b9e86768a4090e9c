// SPDX-License-Identifier: GPL-2.0-only
/* Everything the builders write into a policy, in writing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/complain.h"
#include "world.h"

static void dump_prefixes(FILE *out, const char *noun, const struct tg_prefix *p, u32 count)
{
	char text[TG_ADDR_TEXT];
	u32 i;

	fprintf(out, " %s", noun);
	for (i = 0; i < count; i++)
		fprintf(out, " %s", tg_prefix_text(&p[i], text));
}

static void dump_ports(FILE *out, const struct tg_port *p, u32 count)
{
	u32 i;

	fprintf(out, " ports");
	for (i = 0; i < count; i++)
		fprintf(out, " %u/%u-%u(%u-%u):%u", p[i].proto, p[i].min, p[i].max,
			p[i].sport_min, p[i].sport_max, p[i].class);
}

static void dump_selectors(FILE *out, const struct tg_selector *s, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		fprintf(out, " type %u", s[i].type);
		if (s[i].type == TENANTGATE_SELECTOR_TYPE_PREFIX)
			dump_prefixes(out, "prefix", &s[i].prefix, 1);
		else if (s[i].type != TENANTGATE_SELECTOR_TYPE_ANY &&
			 s[i].type != TENANTGATE_SELECTOR_TYPE_OWN_PC)
			fprintf(out, " %p", (void *)s[i].service);
	}
}

static void dump_rules(FILE *out, const char *noun, const struct tg_rule *r)
{
	char text[TENANTGATE_ORIGIN_MAX + 1];

	for (; r; r = r->next) {
		const char *origin = tg_rule_origin(r, text);

		fprintf(out, "  %s %s origin %s verdict %u log %u grant %u from", noun, r->name,
			origin ? origin : "-", r->verdict, r->log, r->grant);
		dump_selectors(out, r->terms->sources, r->terms->nsources);
		fprintf(out, " to");
		dump_selectors(out, r->terms->destinations, r->terms->ndestinations);
		dump_ports(out, r->terms->ports, r->terms->nports);
		fprintf(out, "\n");
	}
}

static void dump_tenant(FILE *out, const struct tg_tenant *t)
{
	const struct tg_service *service;
	const struct tg_site *site;
	const struct tg_role *role;
	const struct tg_user *user;

	fprintf(out, " tenant %s title %s platform %u mode %u limits %u %u %u %u %u %u plan %u numbers %u %u %u %u %u %u\n",
		t->name, t->title ? t->title : "-", t->platform, t->mode, t->limits.max_flows,
		t->limits.max_fragments, t->limits.max_rejects, t->limits.max_rules,
		t->limits.max_packets, t->limits.max_new_flows, t->plan,
		t->nsites, t->nservices, t->nroles, t->nusers, t->nrules, t->ngrants);
	for (site = t->sites; site; site = site->next) {
		fprintf(out, "  site %s of %s title %s kind %u realm %s device %s", site->name,
			site->tenant == t->index ? t->name : "?", site->title ? site->title : "-", site->kind,
			site->realm->name, site->device->name);
		dump_prefixes(out, "prefixes", site->prefixes, site->nprefixes);
		fprintf(out, "\n");
	}
	for (service = t->services; service; service = service->next) {
		fprintf(out, "  service %s of %s title %s kind %u", service->name,
			service->tenant->name, service->title ? service->title : "-",
			service->kind);
		dump_prefixes(out, "addresses", service->prefixes, service->nprefixes);
		dump_ports(out, service->ports, service->nports);
		fprintf(out, "\n");
	}
	for (role = t->roles; role; role = role->next)
		fprintf(out, "  role %s of %s bit %u\n", role->name, role->tenant->name,
			role->bit);
	for (user = t->users; user; user = user->next) {
		fprintf(out, "  user %s of %s title %s roles %llx id %u", user->name,
			user->tenant->name, user->title ? user->title : "-", user->roles,
			user->id);
		dump_prefixes(out, "addresses", user->addrs, user->naddrs);
		dump_prefixes(out, "pcs", user->pcs, user->npcs);
		fprintf(out, "\n");
	}
	dump_rules(out, "rule", t->rules);
	dump_rules(out, "grant", t->grants);
	fprintf(out, "  tails %d %d %d %d %d %d\n", !*t->sites_tail, !*t->services_tail,
		!*t->roles_tail, !*t->users_tail, !*t->rules_tail, !*t->grants_tail);
}

static void dump_rates(FILE *out, const char *noun, const u64 rate[TG_WAYS])
{
	fprintf(out, " %s %llu %llu", noun, rate[TG_UP], rate[TG_DOWN]);
}

static void dump_plan(FILE *out, const struct tg_plan *plan)
{
	fprintf(out, " plan %u %s during %s weight %u", plan->number, plan->name,
		plan->window ? plan->window->name : "-", plan->weight);
	dump_rates(out, "guarantee", plan->guarantee);
	dump_rates(out, "ceiling", plan->ceiling);
	dump_rates(out, "realtime", plan->realtime);
	dump_rates(out, "user ceiling", plan->user_ceiling);
	fprintf(out, " shares %u %u", plan->interactive, plan->bulk);
	fprintf(out, "\n");
}

static void dump_links(FILE *out, const struct tg_policy *p)
{
	const struct tg_device *device;
	const struct tg_window *window;
	const struct tg_link *link;
	const struct tg_plan *plan, *during;
	u32 i;

	fprintf(out, " timezone %s", p->timezone ? p->timezone : "-");
	for (i = 0; i < p->nshifts; i++)
		fprintf(out, " %llu %d", p->shifts[i].since, p->shifts[i].offset);
	fprintf(out, "\n");
	for (window = p->window_list; window; window = window->next) {
		fprintf(out, " window %u %s days %x", window->number, window->name, window->days);
		for (i = 0; i < window->nhours; i++)
			fprintf(out, " %u-%u", window->hours[i].from, window->hours[i].to);
		fprintf(out, "\n");
	}
	for (link = p->link_list; link; link = link->next) {
		fprintf(out, " link %u %s around %u %u %u %u oversubscribe %d", link->number,
			link->name, link->overhead, link->padding, link->framing, link->minimum,
			link->oversubscribe);
		dump_rates(out, "rate", link->rate);
		fprintf(out, "\n");
	}
	for (plan = p->plan_list; plan; plan = plan->next) {
		dump_plan(out, plan);
		for (during = plan->during; during; during = during->next)
			dump_plan(out, during);
	}
	for (device = p->device_list; device; device = device->next)
		fprintf(out, " device %s kind %u index %u found %d link %s tunnel %d\n",
			device->name, device->kind, device->index,
			tg_policy_device(p, device->name) == device,
			device->link ? device->link->name : "-", device->is_tunnel);
}

/**
 * world_dump - everything the builders wrote into a policy, in writing
 * @w: the world
 *
 * Return: the text, to be freed.
 */
char *world_dump(const struct world *w)
{
	const struct tg_policy *p = &w->policy;
	const struct tg_management *m;
	const struct tg_realm *realm;
	const struct tg_tenant *t;
	char *text = NULL;
	size_t size = 0;
	u32 i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "gateway label %s mode %u max-flows %u", p->label ? p->label : "-", p->mode,
		p->max_flows);
	dump_ports(out, p->gateway_ports, p->ngateway_ports);
	fprintf(out, "\nnumbers %u %u %u %u %u %u %u %u\n", p->ntenants, p->nrealms,
		p->ndevices, p->nmanagement, p->nsites, p->nlinks, p->nplans, p->nwindows);
	for (realm = p->realms; realm; realm = realm->next)
		fprintf(out, " realm %s device %s\n", realm->name,
			realm->device ? realm->device : "-");
	dump_links(out, p);
	for (m = p->management; m; m = m->next) {
		dump_prefixes(out, "management", m->from, m->nfrom);
		dump_ports(out, m->ports, m->nports);
		fprintf(out, "\n");
	}
	for (t = p->tenant_list; t && !p->tenants; t = t->next)
		dump_tenant(out, t);
	for (i = 0; i < p->ntenants && p->tenants; i++)
		dump_tenant(out, p->tenants[i]);
	fprintf(out, "tails %d %d %d %d %d %d %d\n", !*p->realms_tail, !*p->management_tail,
		!*p->tenant_tail, !*p->device_tail, !*p->link_tail, !*p->plan_tail,
		!*p->window_tail);
	fclose(out);
	return text;
}

/**
 * first_difference - compare two dumps
 * @before: one
 * @after: the other
 *
 * Return: the first line of @after that is different, which stays valid until
 * the next call, or "" when there is none.
 */
const char *first_difference(const char *before, const char *after)
{
	static char line[256];
	size_t i, begin = 0;

	for (i = 0; before[i] == after[i]; i++) {
		if (!before[i])
			return "";
		if (before[i] == '\n')
			begin = i + 1;
	}
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(after + begin, "\n"), after + begin);
	return line;
}
