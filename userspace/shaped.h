/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices whose packets the module should send in turn, and whether it does. */
#ifndef TG_SHAPED_H
#define TG_SHAPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "link/link.h"
#include "qdisc.h"

enum shaped_state {
	SHAPED_ABSENT,		/* the device is not there */
	SHAPED_BARE,		/* its root is what the kernel chose */
	SHAPED_FOREIGN,		/* its root is what somebody configured */
	SHAPED_READY,		/* its root is the module's qdisc */
};

/**
 * struct shaped_device - a device that the running policy gives a rate
 * @name: the device
 * @link: the link that it belongs to, or that carries it
 * @up: it is the link's own, else a tunnel
 * @ifindex: its number, 0 while it is not there
 * @state: how it is
 * @root: its root; all zero where there is none
 */
struct shaped_device {
	const char *name;
	const char *link;
	bool up;
	uint32_t ifindex;
	enum shaped_state state;
	struct qdisc root;
};

/**
 * struct shaped - all such devices
 * @list: in the order of the policy
 * @count: number of them
 * @qdiscs: the roots of all devices
 * @links: where the names are
 * @devices: likewise
 */
struct shaped {
	struct shaped_device *list;
	size_t count;
	struct qdiscs qdiscs;
	struct dump links;
	struct dump devices;
};

struct fault *shaped_read(struct shaped *shaped, struct link *link) FAULT_CHECK;
struct fault *shaped_again(struct shaped *shaped) FAULT_CHECK;
void shaped_free(struct shaped *shaped);
void shaped_tell(const struct shaped *shaped);

#endif
