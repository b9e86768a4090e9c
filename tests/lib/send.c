// SPDX-License-Identifier: GPL-2.0-only
/*
 * send: puts crafted packets on a device of a namespace, past its own routing
 * and its own opinion of source addresses.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe.h"

/* Where Ethernet devices of the topology send to, see topology.sh. */
static const uint8_t gateway_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };

/*
 * Opens a packet socket in @space and writes the device people there send by
 * into @device: @want_device, or the first of tun, lan and eth0 that exists.
 */
int raw_open(const char *space, char *device, const char *want_device)
{
	static const char *const usual[] = { "tun", "lan", "eth0" };
	int fd;

	enter(space);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("packet socket in %s: %s", space, strerror(errno));
	if (want_device)
		snprintf(device, IFNAMSIZ, "%s", want_device);
	for (size_t i = 0; !want_device && i < ARRAY_LEN(usual); i++) {
		snprintf(device, IFNAMSIZ, "%s", usual[i]);
		if (if_nametoindex(usual[i]))
			break;
	}
	return fd;
}

/* Sends; @mac is "broadcast", or NULL for the gateway's. Returns 0 or -errno. */
int raw_send(int fd, const char *device, const struct packet *packet, const char *mac)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(packet->family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP),
		.sll_halen = ETH_ALEN,
	};
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, SIOCGIFINDEX, &request))
		die("device %s: %s", device, strerror(errno));
	to.sll_ifindex = request.ifr_ifindex;
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		die("device %s: %s", device, strerror(errno));
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		to.sll_halen = 0;
	memcpy(to.sll_addr, gateway_mac, ETH_ALEN);
	if (mac && !strcmp(mac, "broadcast"))
		memset(to.sll_addr, 0xff, ETH_ALEN);
	else if (mac && sscanf(mac, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &to.sll_addr[0],
			       &to.sll_addr[1], &to.sll_addr[2], &to.sll_addr[3],
			       &to.sll_addr[4], &to.sll_addr[5]) != 6)
		die("not a MAC address: %s", mac);
	if (sendto(fd, packet->data, packet->len, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}
