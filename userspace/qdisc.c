// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queueing disciplines that are roots of devices, by libnl-route.
 *
 * What the kernel chooses for a device itself has the handle 0, whatever its kind
 * (noqueue, mq, or what net.core.default_qdisc says); what somebody configured
 * never has. A device that is down has none, which is told as a default without a
 * kind.
 */

#include <netlink/netlink.h>
#include <netlink/cache.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/tc.h>
#include <linux/pkt_sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qdisc.h"

static int compare_qdiscs(const void *a, const void *b)
{
	const struct qdisc *one = a, *other = b;

	return one->ifindex < other->ifindex ? -1 : one->ifindex > other->ifindex;
}

/* Copies the roots out of what libnl has. */
static struct fault *take_roots(struct qdiscs *qdiscs, struct nl_cache *cache)
{
	int items = nl_cache_nitems(cache);
	struct nl_object *object;

	qdiscs->list = calloc(items > 0 ? items : 1, sizeof(*qdiscs->list));
	if (!qdiscs->list)
		return fault_memory();
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
		struct rtnl_tc *tc = TC_CAST(object);
		const char *kind = rtnl_tc_get_kind(tc);
		struct qdisc *qdisc;

		if (rtnl_tc_get_parent(tc) != TC_H_ROOT || !kind)
			continue;
		qdisc = &qdiscs->list[qdiscs->count++];
		qdisc->ifindex = rtnl_tc_get_ifindex(tc);
		qdisc->handle = rtnl_tc_get_handle(tc);
		snprintf(qdisc->kind, sizeof(qdisc->kind), "%s", kind);
	}
	qsort(qdiscs->list, qdiscs->count, sizeof(*qdiscs->list), compare_qdiscs);
	return NULL;
}

/**
 * qdiscs_read - read the roots of all devices
 * @qdiscs: gets them, for qdiscs_free(), also when this fails
 *
 * Return: NULL or a fault.
 */
struct fault *qdiscs_read(struct qdiscs *qdiscs)
{
	struct nl_cache *cache = NULL;
	struct fault *fault;
	int error;

	memset(qdiscs, 0, sizeof(*qdiscs));
	qdiscs->socket = nl_socket_alloc();
	if (!qdiscs->socket)
		return fault_memory();
	error = nl_connect(qdiscs->socket, NETLINK_ROUTE);
	if (error >= 0)
		error = rtnl_qdisc_alloc_cache(qdiscs->socket, &cache);
	if (error < 0)
		return fault_new(FAULT_REFUSED, NULL, "cannot list queueing disciplines: %s",
				 nl_geterror(error));
	fault = take_roots(qdiscs, cache);
	nl_cache_free(cache);
	return fault;
}

void qdiscs_free(struct qdiscs *qdiscs)
{
	if (qdiscs->socket)
		nl_socket_free(qdiscs->socket);
	free(qdiscs->list);
	memset(qdiscs, 0, sizeof(*qdiscs));
}

/**
 * qdiscs_find - the root of a device
 * @qdiscs: the roots
 * @ifindex: the device
 *
 * Return: the root; NULL where there is none, as on a device that never was up.
 */
const struct qdisc *qdiscs_find(const struct qdiscs *qdiscs, uint32_t ifindex)
{
	const struct qdisc key = { .ifindex = ifindex };

	return qdiscs->count ? bsearch(&key, qdiscs->list, qdiscs->count, sizeof(key),
				       compare_qdiscs) : NULL;
}

/**
 * qdisc_is_ours - is it the module's?
 * @qdisc: the root of a device, or NULL
 */
bool qdisc_is_ours(const struct qdisc *qdisc)
{
	return qdisc && !strcmp(qdisc->kind, QDISC_OURS);
}

/**
 * qdisc_is_default - is it what the kernel chose, which nobody will miss?
 * @qdisc: the root of a device, or NULL
 */
bool qdisc_is_default(const struct qdisc *qdisc)
{
	return !qdisc || !qdisc->handle;
}

static struct rtnl_qdisc *our_root(uint32_t ifindex)
{
	struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();

	if (!qdisc)
		return NULL;
	rtnl_tc_set_ifindex(TC_CAST(qdisc), ifindex);
	rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
	if (!rtnl_tc_set_kind(TC_CAST(qdisc), QDISC_OURS))
		return qdisc;
	rtnl_qdisc_put(qdisc);
	return NULL;
}

/**
 * qdisc_put_on - make the module's qdisc the root of a device
 * @qdiscs: the roots
 * @ifindex: the device
 * @replace: also where somebody configured another one
 * @outcome: gets what came of it
 *
 * Return: NULL or a fault.
 */
struct fault *qdisc_put_on(const struct qdiscs *qdiscs, uint32_t ifindex, bool replace,
			   enum qdisc_outcome *outcome)
{
	struct rtnl_qdisc *qdisc = our_root(ifindex);
	int error;

	if (!qdisc)
		return fault_memory();
	error = rtnl_qdisc_add(qdiscs->socket, qdisc,
			       NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL));
	rtnl_qdisc_put(qdisc);
	*outcome = error == -NLE_NODEV ? QDISC_GONE : error == -NLE_EXIST ? QDISC_TAKEN :
		   QDISC_DONE;
	if (error >= 0 || *outcome != QDISC_DONE)
		return NULL;
	if (error == -NLE_OBJ_NOTFOUND)
		return fault_new(FAULT_KERNEL, NULL, "the kernel knows no qdisc " QDISC_OURS);
	return fault_new(FAULT_REFUSED, NULL, "cannot put the qdisc " QDISC_OURS " on: %s",
			 nl_geterror(error));
}

/**
 * qdisc_take_off - remove the module's qdisc from a device; the kernel's default returns
 * @qdiscs: the roots
 * @ifindex: the device
 * @outcome: gets what came of it
 *
 * Return: NULL or a fault.
 */
struct fault *qdisc_take_off(const struct qdiscs *qdiscs, uint32_t ifindex,
			     enum qdisc_outcome *outcome)
{
	struct rtnl_qdisc *qdisc = our_root(ifindex);
	int error;

	if (!qdisc)
		return fault_memory();
	error = rtnl_qdisc_delete(qdiscs->socket, qdisc);
	rtnl_qdisc_put(qdisc);
	/* What is invalid is the kind: another one is there. */
	*outcome = error == -NLE_INVAL ? QDISC_TAKEN :
		   error == -NLE_NODEV || error == -NLE_OBJ_NOTFOUND ? QDISC_GONE : QDISC_DONE;
	if (error >= 0 || *outcome != QDISC_DONE)
		return NULL;
	return fault_new(FAULT_REFUSED, NULL, "cannot take the qdisc " QDISC_OURS " off: %s",
			 nl_geterror(error));
}
