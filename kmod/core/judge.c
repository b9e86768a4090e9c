// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judgement of a first packet.
 *
 *	1 source	whose address is it, and may it come in by this device?
 *	2 destination	whose address is it, by the device the route leads to?
 *	3 isolation	never between two tenants, never in from the internet
 *	4 rules		the tenant's own, then what the provider lists for it
 *
 * Each step either passes on or ends with a reason.
 */

#include <linux/prefetch.h>
#include <linux/string.h>

#include "classifier.h"
#include "judge.h"

/* One end of a packet. */
struct tg_end {
	struct tg_tenant *tenant;	/* NULL for the internet and the gateway itself */
	const struct tg_site *site;
	u32 site_number;		/* of a match: its index + 1 */
	u8 scope;			/* TG_SCOPE_*, OWN for any site */
};

/*
 * The end behind a bound device; false when no site there has the address. Neither
 * site nor tenant is read: what is read next is on its way together with the tenant.
 */
static bool tg_end_find(const struct tg_policy *policy, const struct tg_device *device,
			const struct tg_addr *addr, struct tg_end *end)
{
	const struct tg_lpm_range *range = tg_lpm_range_of(&device->sites, addr);

	end->scope = TG_SCOPE_OWN;
	if (!range)
		return false;
	prefetch(policy->classifiers[range->owner]);
	end->tenant = policy->tenants[range->owner];
	prefetch(end->tenant);
	end->site = policy->sites[range->value];
	end->site_number = range->value + 1;
	return true;
}

/**
 * tg_site_of - the site that an address on a device belongs to
 * @policy: the policy
 * @device: the device
 * @addr: the address
 *
 * Context: any.
 * Return: the site, or NULL.
 */
const struct tg_site *tg_site_of(const struct tg_policy *policy, const struct tg_device *device,
				 const struct tg_addr *addr)
{
	u32 index = tg_lpm_find(&device->sites, addr);

	return index == TG_LPM_NONE ? NULL : policy->sites[index];
}

/**
 * tg_source_is_bound - may a packet with this source come in by this device?
 * @policy: the policy
 * @in: the device, named by the policy
 * @source: the source address
 *
 * Context: any.
 * Return: on a bound device, whether the address is in a site there; on an
 * uplink, whether it is in no site of the default realm. Addresses of other
 * realms may well be used behind an uplink by others.
 */
bool tg_source_is_bound(const struct tg_policy *policy, const struct tg_device *in,
			const struct tg_addr *source)
{
	if (in->kind == TG_DEVICE_UPLINK)
		return tg_lpm_find(&policy->native, source) == TG_LPM_NONE;
	return tg_lpm_find(&in->sites, source) != TG_LPM_NONE;
}

static bool tg_ports_have(const struct tg_port *ports, u32 count, const struct tg_packet *packet)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (tg_port_has(&ports[i], packet))
			return true;
	return false;
}

/**
 * tg_is_management - is a packet the operator's own way in?
 * @policy: the policy
 * @packet: a packet for the gateway itself
 *
 * Context: any.
 * Return: true when the management list has it.
 */
bool tg_is_management(const struct tg_policy *policy, const struct tg_packet *packet)
{
	const struct tg_management *m;
	u32 i;

	for (m = policy->management; m; m = m->next) {
		if (m->nports && !tg_ports_have(m->ports, m->nports, packet))
			continue;
		for (i = 0; i < m->nfrom; i++)
			if (tg_prefix_has(&m->from[i], &packet->saddr))
				return true;
	}
	return false;
}

static void tg_judge_end(struct tg_judgement *j, u8 verdict, u8 reason)
{
	j->verdict = verdict;
	j->reason = reason;
}

static bool tg_judge_source(const struct tg_policy *policy, const struct tg_device *in,
			    const struct tg_packet *packet, struct tg_end *src,
			    struct tg_judgement *j)
{
	if (!in) {
		tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_UNBOUND_DEVICE);
		return false;
	}
	if (in->kind == TG_DEVICE_UPLINK) {
		src->scope = TG_SCOPE_INTERNET;
		if (tg_source_is_bound(policy, in, &packet->saddr))
			return true;
	} else if (tg_end_find(policy, in, &packet->saddr, src)) {
		j->site = src->site;
		j->tenant = src->tenant;
		j->user = tg_tenant_user_at(src->tenant, &packet->saddr);
		j->up = true;
		return true;
	}
	j->tenant = in->sole == TG_NO_TENANT ? NULL : policy->tenants[in->sole];
	j->up = true;
	tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_SPOOFED_SOURCE);
	return false;
}

static bool tg_judge_destination(const struct tg_policy *policy, const struct tg_device *out,
				 const struct tg_packet *packet, struct tg_end *dst,
				 struct tg_judgement *j)
{
	u8 reason;

	if (!out) {
		reason = TENANTGATE_REASON_UNBOUND_DEVICE;
	} else if (out->kind == TG_DEVICE_UPLINK) {
		dst->scope = TG_SCOPE_INTERNET;
		if (tg_lpm_find(&policy->everywhere, &packet->daddr) == TG_LPM_NONE)
			return true;
		reason = TENANTGATE_REASON_WRONG_DEVICE;
	} else {
		if (tg_end_find(policy, out, &packet->daddr, dst)) {
			j->peer_site = dst->site;
			return true;
		}
		reason = TENANTGATE_REASON_UNKNOWN_DESTINATION;
	}
	tg_judge_end(j, TENANTGATE_VERDICT_DENY, reason);
	return false;
}

/* Settles whose rules apply: the one end's that is not the platform. */
static bool tg_judge_isolation(struct tg_end *src, struct tg_end *dst, struct tg_judgement *j)
{
	if (src->scope == TG_SCOPE_INTERNET) {
		j->tenant = dst->tenant;
		j->up = false;
		tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_UNSOLICITED);
		return false;
	}
	if (!dst->tenant || dst->tenant == src->tenant)
		return true;
	j->peer = dst->tenant;
	if (dst->tenant->platform) {
		dst->scope = TG_SCOPE_PLATFORM;
		return true;
	}
	if (src->tenant->platform) {
		src->scope = TG_SCOPE_PLATFORM;
		j->tenant = dst->tenant;
		j->peer = src->tenant;
		j->up = false;
		return true;
	}
	tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_OTHER_TENANT);
	return false;
}

/* Why nothing in the tenant's rules has the packet. */
static u8 tg_judge_why_not(const struct tg_policy *policy, const struct tg_tenant *tenant,
			   const struct tg_end *dst, const struct tg_packet *packet)
{
	const struct tg_shared *at;
	u32 i, index;

	if (tenant->platform)
		return TENANTGATE_REASON_NO_RULE;
	if (dst->scope == TG_SCOPE_INTERNET)
		return TENANTGATE_REASON_SERVICE_NOT_GRANTED;
	if (dst->scope != TG_SCOPE_PLATFORM)
		return TENANTGATE_REASON_NO_RULE;
	index = tg_lpm_find(&policy->shared, &packet->daddr);
	if (index == TG_LPM_NONE)
		return TENANTGATE_REASON_NO_SERVICE;
	for (at = &policy->shared_at[index]; at; at = at->outer)
		for (i = 0; i < at->count; i++) {
			const struct tg_service *s = at->services[i];

			if (s->nports && !tg_ports_have(s->ports, s->nports, packet))
				continue;
			if (!tg_tenant_is_granted(tenant, s))
				return TENANTGATE_REASON_SERVICE_NOT_GRANTED;
		}
	return TENANTGATE_REASON_NO_SERVICE;
}

static bool tg_judge_rules(const struct tg_end *src, const struct tg_end *dst,
			   const struct tg_packet *packet, struct tg_judgement *j)
{
	const struct tg_tenant *tenant = j->tenant;
	struct tg_question q = {
		.packet = packet,
		.src_site = src->site_number,
		.dst_site = dst->site_number,
		.src_scope = src->scope,
		.dst_scope = dst->scope,
	};
	u32 index;

	if (j->user && src->tenant == tenant) {
		q.user = j->user->id;
		q.roles = j->user->roles;
	}
	index = tg_classifier_find(tenant->classifier, &q);
	if (index == TG_NO_MATCH)
		return false;
	j->rule = tg_outcome_rule(tenant->outcomes[index]);
	j->class = tg_outcome_class(tenant->outcomes[index]);
	switch (j->rule->verdict) {
	case TENANTGATE_VERDICT_ALLOW:
		tg_judge_end(j, TENANTGATE_VERDICT_ALLOW,
			     j->rule->grant ? TENANTGATE_REASON_GRANT : TENANTGATE_REASON_RULE);
		break;
	case TENANTGATE_VERDICT_REJECT:
		tg_judge_end(j, TENANTGATE_VERDICT_REJECT, TENANTGATE_REASON_RULE_REJECT);
		break;
	default:
		tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_RULE_DENY);
		break;
	}
	return true;
}

/* A packet for the gateway itself. */
static void tg_judge_local(const struct tg_policy *policy, const struct tg_end *src,
			   const struct tg_packet *packet, struct tg_judgement *j)
{
	struct tg_end dst = { .scope = TG_SCOPE_GATEWAY };

	if (src->scope == TG_SCOPE_INTERNET) {
		tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_UNSOLICITED);
		return;
	}
	if (tg_judge_rules(src, &dst, packet, j))
		return;
	if (tg_ports_have(policy->gateway_ports, policy->ngateway_ports, packet))
		tg_judge_end(j, TENANTGATE_VERDICT_ALLOW, TENANTGATE_REASON_GATEWAY_SERVICE);
	else
		tg_judge_end(j, TENANTGATE_VERDICT_DENY, TENANTGATE_REASON_GATEWAY_CLOSED);
}

/* Whose packet it is inside the tenant: who sent it, else who gets it. */
static u32 tg_judge_person(const struct tg_end *src, const struct tg_end *dst,
			   const struct tg_packet *packet, const struct tg_judgement *j)
{
	const struct tg_user *user = NULL;

	if (src->tenant == j->tenant)
		user = j->user;
	if (!user && dst->tenant == j->tenant)
		user = tg_tenant_user_at(dst->tenant, &packet->daddr);
	return user ? user->id : 0;
}

/**
 * tg_judge - judge a first packet
 * @policy: a compiled policy
 * @route: the way the packet takes
 * @packet: its headers
 * @j: what was found
 *
 * The mode is not looked at: whether a denial is carried out is for the caller
 * to decide.
 *
 * Context: any; @j points into the policy.
 */
void tg_judge(const struct tg_policy *policy, const struct tg_route *route,
	      const struct tg_packet *packet, struct tg_judgement *j)
{
	struct tg_end src = {}, dst = {};

	memset(j, 0, sizeof(*j));
	if (!tg_judge_source(policy, route->in, packet, &src, j))
		return;
	if (route->local) {
		tg_judge_local(policy, &src, packet, j);
		return;
	}
	if (!tg_judge_destination(policy, route->out, packet, &dst, j))
		return;
	if (!tg_judge_isolation(&src, &dst, j))
		return;
	j->person = tg_judge_person(&src, &dst, packet, j);
	if (!tg_judge_rules(&src, &dst, packet, j))
		tg_judge_end(j, TENANTGATE_VERDICT_DENY,
			     tg_judge_why_not(policy, j->tenant, &dst, packet));
}
