// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan: what a virus does. Sends N first packets to N ports (or, with
 * spread=1, from N source ports to one port; or, with copies=1, N times the
 * same packet), as fast as it can or one every pace=MS.
 *
 *   probe scan FROM TO N [family=4|6] [proto=udp|tcp|icmp] [dport=FIRST]
 *              [spread=1|copies=1] [pace=MS] [KEY=VALUE of craft.c...]
 *
 * It listens where TO is, and at the end prints "sent N seen M back K": how many
 * arrived there, and how many resets or answers that quote them came back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

#define FIRST_MARKER 900000u
#define MARKERS 90000u

static unsigned long seen, back;
static uint64_t last_seen;

static int listen_at(const char *space)
{
	int fd, size = 1 << 22;

	if (!strcmp(space, "."))
		return -1;
	enter(space);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));
	if (fd < 0)
		die("cannot listen in %s", space);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

/* An ICMP error quotes a packet, so it holds the marker too. */
static bool is_error(const uint8_t *data, size_t len)
{
	if (len >= 41 && data[0] >> 4 == 6)
		return data[6] == IPPROTO_ICMPV6 && data[40] < 128;
	return len >= 21 && data[9] == IPPROTO_ICMP && data[20] != 0 && data[20] != 8;
}

static bool is_reset(const uint8_t *data, size_t len)
{
	if (len >= 60 && data[0] >> 4 == 6)
		return data[6] == IPPROTO_TCP && data[53] & 4;
	return len >= 40 && data[0] >> 4 == 4 && data[9] == IPPROTO_TCP && data[33] & 4;
}

static void hear(int fd, unsigned long *count)
{
	uint8_t data[4096];
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t got;

	while ((got = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &len)) >= 0) {
		len = sizeof(from);
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		if (marker_find(data, (size_t)got) < FIRST_MARKER ?
		    count == &seen || !is_reset(data, (size_t)got) :
		    count == &seen && is_error(data, (size_t)got))
			continue;
		(*count)++;
		last_seen = now_ms();
	}
}

static void hear_for(int to, int from, int ms)
{
	struct pollfd poll_fd[2] = { { .fd = to, .events = POLLIN }, { .fd = from, .events = POLLIN } };

	if (poll(poll_fd, 2, ms) <= 0)
		return;
	hear(to, &seen);
	hear(from, &back);
}

int scan_main(int argc, char **argv)
{
	static struct packet packet;
	const char *quiet = getenv("TG_QUIET");
	char device[IFNAMSIZ], sport[24], dport[24], *option[32];
	unsigned long count, first = 1;
	const struct host *from, *to;
	struct craft how = { .protocol = IPPROTO_UDP, .option = option };
	bool spread = false, copies = false;
	int family = 0, pace = 0, fd, at_to, at_from;
	unsigned int quiet_ms = quiet ? (unsigned int)atoi(quiet) : 400;

	if (argc < 4 || argc > 24 || !(from = host_find(argv[1])) || !(to = host_find(argv[2])))
		die("usage: probe scan FROM TO N [KEY=VALUE...]");
	count = strtoul(argv[3], NULL, 10);
	for (int i = 4; i < argc; i++) {
		if (!strncmp(argv[i], "family=", 7))
			family = argv[i][7] == '6';
		else if (!strcmp(argv[i], "proto=tcp"))
			how.protocol = IPPROTO_TCP;
		else if (!strcmp(argv[i], "proto=icmp"))
			how.protocol = 0;	/* the family's, below */
		else if (!strncmp(argv[i], "dport=", 6))
			first = strtoul(argv[i] + 6, NULL, 10);
		else if (!strncmp(argv[i], "pace=", 5))
			pace = atoi(argv[i] + 5);
		else if (!strcmp(argv[i], "spread=1"))
			spread = true;
		else if (!strcmp(argv[i], "copies=1"))
			copies = true;
		else
			option[how.options++] = argv[i];
	}
	if (!how.protocol)
		how.protocol = family ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	how.source = from->address[family];
	how.destination = to->address[family];
	option[how.options++] = sport;
	option[how.options++] = dport;
	at_to = listen_at(to->space);
	at_from = listen_at(from->space);
	fd = raw_open(from->space, device, NULL);
	for (unsigned long i = 0; i < count; i++) {
		how.marker = FIRST_MARKER + (unsigned int)(i % MARKERS);
		snprintf(sport, sizeof(sport), "sport=%lu", spread ? 20000 + i % 40000 : 40000);
		snprintf(dport, sizeof(dport), "dport=%lu",
			 spread || copies ? first : first + i % 60000);
		craft(&packet, &how);
		/* A full queue of the sender is not what this is about. */
		while (raw_send(fd, device, &packet, NULL))
			hear_for(at_to, at_from, 1);
		hear_for(at_to, at_from, pace);
	}
	for (last_seen = now_ms(); now_ms() < last_seen + quiet_ms; )
		hear_for(at_to, at_from, 20);
	printf("sent %lu seen %lu back %lu\n", count, seen, back);
	return 0;
}
