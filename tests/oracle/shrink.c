// SPDX-License-Identifier: GPL-2.0-only
/*
 * Smaller policies that show the same difference: drop one thing after the
 * other, and keep it dropped when the difference is still there, until
 * nothing more can go.
 */

#include <string.h>

#include "shrink.h"

#define or_remove(array, count, i) do {						\
	memmove(&(array)[i], &(array)[(i) + 1],					\
		((count) - (i) - 1) * sizeof((array)[0]));			\
	(count)--;								\
} while (0)

/* Objects are numbered by their place: those behind a dropped one move up. */
static bool or_forget(struct or_selector *s, int count, enum or_selector_type type, int gone)
{
	int i;

	for (i = 0; i < count; i++) {
		if (s[i].type != type || s[i].which < gone)
			continue;
		if (s[i].which == gone)
			return false;
		s[i].which--;
	}
	return true;
}

static bool or_forget_in_rules(struct or_policy *p, enum or_selector_type type, int gone)
{
	int i;

	for (i = 0; i < p->nrules; i++)
		if (!or_forget(p->rule[i].source, p->rule[i].nsources, type, gone) ||
		    !or_forget(p->rule[i].destination, p->rule[i].ndestinations, type, gone))
			return false;
	return true;
}

static bool or_drop_service(struct or_policy *p, int s)
{
	int i;

	for (i = 0; i < p->ngrants; i++) {
		if (p->grant[i].service == s)
			return false;
		if (p->grant[i].service > s)
			p->grant[i].service--;
	}
	or_remove(p->service, p->nservices, s);
	return or_forget_in_rules(p, OR_SERVICE, s);
}

static bool or_drop_role(struct or_policy *p, int role)
{
	int u;

	for (u = 0; u < p->nusers; u++)
		memmove(&p->user[u].role[role], &p->user[u].role[role + 1], OR_ROLES - role - 1);
	or_remove(p->role, p->nroles, role);
	return or_forget_in_rules(p, OR_ROLE, role);
}

/* The n-th thing of a list inside an object; true when there was one. */
#define or_drop_from(n, array, count, least) ({					\
	bool _mine = *(n) >= 0 && *(n) < (count);				\
	int _at = *(n);								\
										\
	*(n) -= (count);							\
	if (_mine && (count) > (least))						\
		or_remove(array, count, _at);					\
	_mine;									\
})

static bool or_drop_part(struct or_policy *p, int n)
{
	int i;

	for (i = 0; i < p->nrules; i++)
		if (or_drop_from(&n, p->rule[i].source, p->rule[i].nsources, 0) ||
		    or_drop_from(&n, p->rule[i].destination, p->rule[i].ndestinations, 0) ||
		    or_drop_from(&n, p->rule[i].port, p->rule[i].nports, 0))
			return true;
	for (i = 0; i < p->nservices; i++)
		if (or_drop_from(&n, p->service[i].addr, p->service[i].naddrs, 1) ||
		    or_drop_from(&n, p->service[i].port, p->service[i].nports, 0))
			return true;
	for (i = 0; i < p->nusers; i++)
		if (or_drop_from(&n, p->user[i].addr, p->user[i].naddrs, 0) ||
		    or_drop_from(&n, p->user[i].pc, p->user[i].npcs, 0))
			return true;
	for (i = 0; i < p->nsites; i++)
		if (or_drop_from(&n, p->site[i].prefix, p->site[i].nprefixes, 1))
			return true;
	return or_drop_from(&n, p->gateway_port, p->ngateway_ports, 0);
}

/* Drop the n-th thing; false when there are not so many. @usable: it could be dropped. */
static bool or_drop(struct or_policy *p, int n, bool *usable)
{
	*usable = true;
	if (or_drop_from(&n, p->rule, p->nrules, 0) ||
	    or_drop_from(&n, p->grant, p->ngrants, 0) ||
	    or_drop_from(&n, p->management, p->nmanagement, 0))
		return true;
	if (n < p->nservices) {
		*usable = or_drop_service(p, n);
		return true;
	}
	n -= p->nservices;
	if (n < p->nusers) {
		or_remove(p->user, p->nusers, n);
		*usable = or_forget_in_rules(p, OR_USER, n);
		return true;
	}
	n -= p->nusers;
	if (n < p->nroles) {
		*usable = or_drop_role(p, n);
		return true;
	}
	n -= p->nroles;
	if (n < p->nsites) {
		or_remove(p->site, p->nsites, n);
		*usable = or_forget_in_rules(p, OR_SITE, n);
		return true;
	}
	return or_drop_part(p, n - p->nsites);
}

/**
 * or_shrink - find a smaller policy that shows the same difference
 * @policy: the policy, made smaller
 * @packet: the packet, or NULL when the difference is in the policy itself
 * @differs: is the difference there?
 */
void or_shrink(struct or_policy *policy, const struct or_packet *packet, or_differs_t differs)
{
	struct or_policy smaller;
	bool again = true, usable;
	int n;

	while (again) {
		again = false;
		for (n = 0;; n++) {
			smaller = *policy;
			if (!or_drop(&smaller, n, &usable))
				break;
			if (!usable || !memcmp(&smaller, policy, sizeof(smaller)) ||
			    !differs(&smaller, packet))
				continue;
			*policy = smaller;
			again = true;
			n--;
		}
	}
}
