// SPDX-License-Identifier: GPL-2.0-only
/* Which way does the kernel send packets to an address? By libnl-route. */

#include <netlink/netlink.h>
#include <netlink/addr.h>
#include <netlink/msg.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "route.h"

/* Takes the device out of the kernel's answer; 0 when it is no route. */
static int answer_device(struct nlmsghdr *message)
{
	struct rtnl_nexthop *nexthop;
	struct rtnl_route *route = NULL;
	int ifindex = 0;

	if (message->nlmsg_type != RTM_NEWROUTE || rtnl_route_parse(message, &route) < 0)
		return 0;
	nexthop = rtnl_route_nexthop_n(route, 0);
	if (nexthop)
		ifindex = rtnl_route_nh_get_ifindex(nexthop);
	rtnl_route_put(route);
	return ifindex;
}

static struct nl_msg *make_question(const struct link_address *address)
{
	int family = address->size == 4 ? AF_INET : AF_INET6;
	struct rtmsg rtm = {
		.rtm_family = family,
		.rtm_dst_len = address->size * 8,
	};
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);

	if (message && (nlmsg_append(message, &rtm, sizeof(rtm), NLMSG_ALIGNTO) < 0 ||
			nla_put(message, RTA_DST, address->size, address->bytes) < 0)) {
		nlmsg_free(message);
		message = NULL;
	}
	return message;
}

/**
 * route_device - the device by which packets to an address leave
 * @address: the address
 * @device: gets its name; empty when there is no route
 *
 * The default routing tables and rules are asked, those of no VRF.
 *
 * Return: NULL or a fault.
 */
struct fault *route_device(const struct link_address *address, char device[IFNAMSIZ])
{
	struct nl_msg *message = make_question(address);
	struct nl_sock *sock = nl_socket_alloc();
	struct fault *fault = NULL;
	unsigned char *answer = NULL;
	struct sockaddr_nl from;
	struct nlmsghdr *header;
	int error, ifindex = 0;

	device[0] = '\0';
	if (!message || !sock) {
		fault = fault_memory();
		goto free;
	}
	error = nl_connect(sock, NETLINK_ROUTE);
	if (error >= 0)
		error = nl_send_auto(sock, message);
	if (error >= 0)
		error = nl_recv(sock, &from, &answer, NULL);
	if (error < 0) {
		fault = fault_new(FAULT_REFUSED, NULL, "cannot ask for a route: %s",
				  nl_geterror(error));
		goto free;
	}
	header = (struct nlmsghdr *)answer;
	if (nlmsg_ok(header, error))
		ifindex = answer_device(header);
	if (ifindex)
		if_indextoname(ifindex, device);
free:
	free(answer);
	if (sock)
		nl_socket_free(sock);
	if (message)
		nlmsg_free(message);
	return fault;
}
