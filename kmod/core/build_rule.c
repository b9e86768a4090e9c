// SPDX-License-Identifier: GPL-2.0-only
/* Building a policy: rules and grants. */

#include <linux/kernel.h>
#include <linux/string.h>

#include "complain.h"

/* What the name of a grant begins with; the service's name follows. */
#define TG_GRANT	"grant "

/* Does what a selector names belong to the tenant, or may it be named by all? */
static bool tg_selector_is_of(const struct tg_selector *s, const struct tg_tenant *tenant)
{
	switch (s->type) {
	case TENANTGATE_SELECTOR_TYPE_ROLE:
		return s->role->tenant == tenant;
	case TENANTGATE_SELECTOR_TYPE_USER:
		return s->user->tenant == tenant;
	case TENANTGATE_SELECTOR_TYPE_SITE:
		return s->site->tenant == tenant->index;
	case TENANTGATE_SELECTOR_TYPE_SERVICE:
		return s->service->tenant == tenant || s->service->tenant->platform;
	default:
		return true;
	}
}

static int tg_check_selector(const struct tg_tenant *tenant, const struct tg_rule_draft *rule,
			     const struct tg_selector *s, bool source, struct tg_complaint *why)
{
	const char *side = source ? "source" : "destination";

	if (s->type > TENANTGATE_SELECTOR_TYPE_OWN_PC)
		return tg_complain(why, "rule '%s': %s has unknown type %u", rule->name, side,
				   s->type);
	if (source && s->type == TENANTGATE_SELECTOR_TYPE_OWN_PC)
		return tg_complain(why, "rule '%s': own-pc can only be a destination", rule->name);
	if (s->type == TENANTGATE_SELECTOR_TYPE_PREFIX)
		return tg_check_prefix("rule", rule->name, &s->prefix, why);
	if (s->type == TENANTGATE_SELECTOR_TYPE_SERVICE &&
	    s->service->kind == TENANTGATE_SERVICE_KIND_INTERNET && source)
		return tg_complain(why, "rule '%s': the internet can only be a destination",
				   rule->name);
	if (!tg_selector_is_of(s, tenant))
		return tg_complain(why, "rule '%s': %s belongs to another tenant", rule->name,
				   side);
	return 0;
}

static int tg_check_rule(const struct tg_tenant *tenant, const struct tg_rule_draft *rule,
			 struct tg_complaint *why)
{
	u32 i;
	int err;

	err = tg_check_name("rule", rule->name, why);
	if (!err && !strncmp(rule->name, TG_GRANT, strlen(TG_GRANT)))
		err = tg_complain(why, "rule '%s': names that begin with '%s' are the provider's",
				  rule->name, TG_GRANT);
	if (!err)
		err = tg_check_ports("rule", rule->name, rule->terms.ports, rule->terms.nports, why);
	if (err)
		return err;
	if (rule->verdict > TENANTGATE_VERDICT_REJECT)
		return tg_complain(why, "rule '%s': verdict %u is unknown", rule->name,
				   rule->verdict);
	if (rule->terms.nsources > TENANTGATE_MAX_SELECTORS ||
	    rule->terms.ndestinations > TENANTGATE_MAX_SELECTORS)
		return tg_complain(why, "rule '%s': more than %u sources or destinations",
				   rule->name, TENANTGATE_MAX_SELECTORS);
	for (i = 0; i < rule->terms.nsources && !err; i++)
		err = tg_check_selector(tenant, rule, &rule->terms.sources[i], true, why);
	for (i = 0; i < rule->terms.ndestinations && !err; i++)
		err = tg_check_selector(tenant, rule, &rule->terms.destinations[i], false, why);
	return err;
}

/* The terms of a rule, for as long as the compiler needs them. */
static struct tg_rule_terms *tg_copy_terms(struct tg_arena *arena,
					   const struct tg_rule_terms *terms)
{
	struct tg_rule_terms *copy = tg_arena_copy(arena, terms, 1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->sources = tg_arena_copy(arena, terms->sources, terms->nsources,
				     sizeof(*copy->sources));
	copy->destinations = tg_arena_copy(arena, terms->destinations, terms->ndestinations,
					  sizeof(*copy->destinations));
	copy->ports = tg_arena_copy(arena, terms->ports, terms->nports, sizeof(*copy->ports));
	return copy->sources && copy->destinations && copy->ports ? copy : NULL;
}

/* The line at the end of "file:line", and where the file ends; 0 when there is none. */
static u32 tg_origin_line(const char *origin, size_t *len)
{
	size_t end = strlen(origin), i = end;
	u32 line = 0, digit, factor;

	*len = end;
	for (factor = 1; i && end - i < 9; factor *= 10) {
		digit = origin[i - 1] - '0';
		if (digit > 9)
			break;
		line += digit * factor;
		i--;
	}
	/* What tg_rule_origin() would not write again the same way stays as it is. */
	if (!i || i == end || origin[i - 1] != ':' || origin[i] == '0')
		return 0;
	*len = i - 1;
	return line;
}

/* Most rules come from the file that the one before came from. */
static bool tg_keep_origin(struct tg_arena *arena, struct tg_tenant *tenant,
			   struct tg_rule *rule, const char *origin)
{
	size_t len;

	if (!origin)
		return true;
	rule->line = tg_origin_line(origin, &len);
	if (!tenant->file || strlen(tenant->file) != len || memcmp(tenant->file, origin, len)) {
		tenant->file = tg_arena_string(arena, origin, len);
		if (!tenant->file)
			return false;
	}
	rule->file = tenant->file;
	return true;
}

/**
 * tg_rule_origin - where a rule is written
 * @rule: the rule
 * @text: room for %TENANTGATE_ORIGIN_MAX bytes and the end
 *
 * Return: @text, or NULL when it was not said.
 */
char *tg_rule_origin(const struct tg_rule *rule, char *text)
{
	if (!rule->file)
		return NULL;
	if (rule->line)
		snprintf(text, TENANTGATE_ORIGIN_MAX + 1, "%s:%u", rule->file, rule->line);
	else
		snprintf(text, TENANTGATE_ORIGIN_MAX + 1, "%s", rule->file);
	return text;
}

static struct tg_rule *tg_copy_rule(struct tg_policy *policy, struct tg_tenant *tenant,
				    const struct tg_rule_draft *draft)
{
	struct tg_arena *arena = tg_tenant_arena(policy, tenant);
	struct tg_rule *rule = tg_arena_alloc(arena, 1, sizeof(*rule));

	if (!rule || !tg_keep_origin(arena, tenant, rule, draft->origin))
		return NULL;
	rule->verdict = draft->verdict;
	rule->log = draft->log;
	rule->name = tg_arena_string(&policy->scratch, draft->name, strlen(draft->name));
	rule->terms = tg_copy_terms(&policy->scratch, &draft->terms);
	return rule->name && rule->terms ? rule : NULL;
}

/**
 * tg_policy_add_rule - add a rule behind the tenant's other rules
 * @policy: the policy
 * @tenant: whose rule it is
 * @draft: the rule
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the rule or NULL.
 */
struct tg_rule *tg_policy_add_rule(struct tg_policy *policy, struct tg_tenant *tenant,
				   const struct tg_rule_draft *draft, struct tg_complaint *why)
{
	struct tg_rule *rule;

	if (tg_check_rule(tenant, draft, why))
		return NULL;
	if (tenant->nrules >= tenant->limits.max_rules) {
		tg_complain(why, "rule '%s': tenant '%s' may have %u rules", draft->name,
			    tenant->name, tenant->limits.max_rules);
		return NULL;
	}
	rule = tg_copy_rule(policy, tenant, draft);
	if (!rule) {
		tg_complain_memory(why);
		return NULL;
	}
	tenant->nrules++;
	*tenant->rules_tail = rule;
	tenant->rules_tail = &rule->next;
	return rule;
}

/**
 * tg_policy_add_grant - list a service of the platform for a tenant
 * @policy: the policy
 * @tenant: the tenant
 * @service: the service
 * @origin: file and line, or NULL
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the grant, a rule behind all the tenant's own, or NULL.
 */
struct tg_rule *tg_policy_add_grant(struct tg_policy *policy, struct tg_tenant *tenant,
				    struct tg_service *service, const char *origin,
				    struct tg_complaint *why)
{
	struct tg_selector destination = {
		.type = TENANTGATE_SELECTOR_TYPE_SERVICE,
		.service = service,
	};
	char name[TG_RULE_NAME_MAX + 1];
	const struct tg_rule_draft draft = {
		.name = name,
		.origin = origin,
		.verdict = TENANTGATE_VERDICT_ALLOW,
		.terms = { .destinations = &destination, .ndestinations = 1 },
	};
	struct tg_rule *grant;

	if (!service->tenant->platform || tenant->platform) {
		tg_complain(why, "grant of service '%s' to tenant '%s': only the platform's services are granted, and only to others",
			    service->name, tenant->name);
		return NULL;
	}
	if (tenant->ngrants >= TENANTGATE_MAX_SERVICES) {
		tg_complain(why, "grant of service '%s': tenant '%s' has more than %u",
			    service->name, tenant->name, TENANTGATE_MAX_SERVICES);
		return NULL;
	}
	snprintf(name, sizeof(name), "%s%s", TG_GRANT, service->name);
	grant = tg_copy_rule(policy, tenant, &draft);
	if (!grant) {
		tg_complain_memory(why);
		return NULL;
	}
	grant->grant = true;
	tenant->ngrants++;
	*tenant->grants_tail = grant;
	tenant->grants_tail = &grant->next;
	return grant;
}
