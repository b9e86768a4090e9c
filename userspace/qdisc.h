/* SPDX-License-Identifier: GPL-2.0-only */
/* The queueing disciplines that are roots of devices, by libnl-route. */
#ifndef TG_QDISC_H
#define TG_QDISC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/* The one that the module brings. */
#define QDISC_OURS	"tenantgate"
#define QDISC_KIND	16

/**
 * struct qdisc - the root of a device
 * @ifindex: the device
 * @handle: number that an administrator or the kernel gave it, as in TC_H_MAJ(); 0 for what
 *	the kernel puts on devices that nobody configured
 * @kind: what it is
 */
struct qdisc {
	uint32_t ifindex;
	uint32_t handle;
	char kind[QDISC_KIND];
};

/**
 * struct qdiscs - the roots of all devices of the network namespace
 * @list: by ifindex
 * @count: number of them
 * @socket: for changes
 */
struct qdiscs {
	struct qdisc *list;
	size_t count;
	struct nl_sock *socket;
};

/* What came of a change. Others change devices, too, after the roots were read. */
enum qdisc_outcome {
	QDISC_DONE,
	QDISC_GONE,	/* the device, or what should be removed from it */
	QDISC_TAKEN,	/* somebody put another one on */
};

struct fault *qdiscs_read(struct qdiscs *qdiscs) FAULT_CHECK;
void qdiscs_free(struct qdiscs *qdiscs);
const struct qdisc *qdiscs_find(const struct qdiscs *qdiscs, uint32_t ifindex);
bool qdisc_is_ours(const struct qdisc *qdisc);
bool qdisc_is_default(const struct qdisc *qdisc);
struct fault *qdisc_put_on(const struct qdiscs *qdiscs, uint32_t ifindex, bool replace,
			   enum qdisc_outcome *outcome) FAULT_CHECK;
struct fault *qdisc_take_off(const struct qdiscs *qdiscs, uint32_t ifindex,
			     enum qdisc_outcome *outcome) FAULT_CHECK;

#endif
