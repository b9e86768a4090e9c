// SPDX-License-Identifier: GPL-2.0-only
/* What the module tells unasked: multicast groups of the family. */

#include <errno.h>
#include <netlink/genl/ctrl.h>
#include <poll.h>
#include <stdlib.h>

#include "link/internal.h"

/**
 * link_listen - hear what the module tells a group
 * @link: the connection
 * @group: TENANTGATE_MCGRP_*
 *
 * Return: NULL or a fault.
 */
struct fault *link_listen(struct link *link, const char *group)
{
	int number, error;

	number = genl_ctrl_resolve_grp(link->sock, TENANTGATE_FAMILY_NAME, group);
	if (number < 0)
		return link_library(number, "cannot find the module's events");
	error = nl_socket_add_membership(link->sock, number);
	if (error == -NLE_PERM)
		return fault_hint(fault_new(FAULT_KERNEL, NULL, "not permitted"),
				  "tgctl needs CAP_NET_ADMIN: try it as root");
	return error < 0 ? link_library(error, "cannot listen to the module's events") : NULL;
}

/* Keeps what there is to read. */
static struct fault *receive(struct link *link, struct dump *events, bool *lost)
{
	unsigned char *bytes = NULL;
	struct nlmsghdr *message;
	struct fault *fault = NULL;
	struct sockaddr_nl from;
	int got;

	got = nl_recv(link->sock, &from, &bytes, NULL);
	if (got == -NLE_NOMEM) {
		*lost = true;
		return NULL;
	}
	if (got < 0)
		return link_library(got, "cannot read the module's events");
	for (message = (struct nlmsghdr *)bytes; !fault && nlmsg_ok(message, got);
	     message = nlmsg_next(message, &got))
		if (message->nlmsg_type == link->family && genlmsg_valid_hdr(message, 0))
			fault = dump_keep(message, events);
	free(bytes);
	return fault;
}

/**
 * link_wait - wait for events
 * @link: the connection, after link_listen()
 * @wake: a file descriptor that ends the wait when it can be read
 * @events: gets the events, for dump_free()
 * @ended: gets whether @wake ended it
 * @lost: gets whether events came faster than they were read
 *
 * Return: NULL or a fault.
 */
struct fault *link_wait(struct link *link, int wake, struct dump *events, bool *ended, bool *lost)
{
	struct pollfd fds[2] = {
		{ .fd = nl_socket_get_fd(link->sock), .events = POLLIN },
		{ .fd = wake, .events = POLLIN },
	};

	*ended = false;
	*lost = false;
	events->used = 0;
	if (poll(fds, 2, -1) < 0)
		return errno == EINTR ? NULL : fault_errno(errno, NULL, "cannot wait for events");
	if (fds[1].revents) {
		*ended = true;
		return NULL;
	}
	return fds[0].revents ? receive(link, events, lost) : NULL;
}
