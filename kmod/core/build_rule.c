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

static int tg_check_selector(const struct tg_tenant *tenant, const struct tg_rule *rule,
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

static int tg_check_rule(const struct tg_tenant *tenant, const struct tg_rule *rule,
			 struct tg_complaint *why)
{
	u32 i;
	int err;

	err = tg_check_name("rule", rule->name, why);
	if (!err && !strncmp(rule->name, TG_GRANT, strlen(TG_GRANT)))
		err = tg_complain(why, "rule '%s': names that begin with '%s' are the provider's",
				  rule->name, TG_GRANT);
	if (!err)
		err = tg_check_ports("rule", rule->name, rule->ports, rule->nports, why);
	if (err)
		return err;
	if (rule->verdict > TENANTGATE_VERDICT_REJECT)
		return tg_complain(why, "rule '%s': verdict %u is unknown", rule->name,
				   rule->verdict);
	if (rule->nsources > TENANTGATE_MAX_SELECTORS ||
	    rule->ndestinations > TENANTGATE_MAX_SELECTORS)
		return tg_complain(why, "rule '%s': more than %u sources or destinations",
				   rule->name, TENANTGATE_MAX_SELECTORS);
	for (i = 0; i < rule->nsources && !err; i++)
		err = tg_check_selector(tenant, rule, &rule->sources[i], true, why);
	for (i = 0; i < rule->ndestinations && !err; i++)
		err = tg_check_selector(tenant, rule, &rule->destinations[i], false, why);
	return err;
}

static struct tg_rule *tg_copy_rule(struct tg_arena *arena, const struct tg_rule *rule)
{
	struct tg_rule *copy = tg_arena_alloc(arena, 1, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *rule;
	copy->next = NULL;
	copy->stat = NULL;
	copy->name = tg_arena_string(arena, rule->name, strlen(rule->name));
	if (rule->origin)
		copy->origin = tg_arena_string(arena, rule->origin, strlen(rule->origin));
	copy->sources = tg_arena_alloc(arena, rule->nsources, sizeof(*rule->sources));
	copy->destinations = tg_arena_alloc(arena, rule->ndestinations,
					    sizeof(*rule->destinations));
	copy->ports = tg_arena_alloc(arena, rule->nports, sizeof(*rule->ports));
	if (!copy->name || (rule->origin && !copy->origin) || !copy->sources ||
	    !copy->destinations || !copy->ports)
		return NULL;
	if (rule->nsources)
		memcpy(copy->sources, rule->sources, rule->nsources * sizeof(*rule->sources));
	if (rule->ndestinations)
		memcpy(copy->destinations, rule->destinations,
		       rule->ndestinations * sizeof(*rule->destinations));
	if (rule->nports)
		memcpy(copy->ports, rule->ports, rule->nports * sizeof(*rule->ports));
	return copy;
}

/**
 * tg_policy_add_rule - add a rule behind the tenant's other rules
 * @policy: the policy
 * @tenant: whose rule it is
 * @rule: name, origin, verdict, log, sources, destinations and ports
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: the rule or NULL.
 */
struct tg_rule *tg_policy_add_rule(struct tg_policy *policy, struct tg_tenant *tenant,
				   const struct tg_rule *rule, struct tg_complaint *why)
{
	struct tg_rule *copy;

	if (tg_check_rule(tenant, rule, why))
		return NULL;
	if (tenant->nrules >= tenant->limits.max_rules) {
		tg_complain(why, "rule '%s': tenant '%s' may have %u rules", rule->name,
			    tenant->name, tenant->limits.max_rules);
		return NULL;
	}
	copy = tg_copy_rule(tg_tenant_arena(policy, tenant), rule);
	if (!copy) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->tenant = tenant;
	copy->grant = false;
	copy->index = tenant->nrules++;
	*tenant->rules_tail = copy;
	tenant->rules_tail = &copy->next;
	return copy;
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
	struct tg_rule grant = {
		.name = name,
		.origin = origin,
		.verdict = TENANTGATE_VERDICT_ALLOW,
		.grant = true,
		.destinations = &destination,
		.ndestinations = 1,
	};
	struct tg_rule *copy;

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
	copy = tg_copy_rule(tg_tenant_arena(policy, tenant), &grant);
	if (!copy) {
		tg_complain_memory(why);
		return NULL;
	}
	copy->tenant = tenant;
	copy->index = tenant->ngrants++;
	*tenant->grants_tail = copy;
	tenant->grants_tail = &copy->next;
	return copy;
}
