// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtp: watches a running call from outside, at both its ends, whoever carries it.
 *
 *   probe rtp SECONDS ONE OTHER
 *
 * Looks at the RTP packets (RFC 3550) that the two hosts send and get, in their
 * namespaces, over IPv4. A relay between them may change addresses and ports, but not
 * the sequence numbers, by which the packets are known again. Prints for each host
 *
 *   ONE sent N lost N soon N p50 US p99 US max US
 *
 * of what it sent in these seconds: packets that the other one never got, those that
 * took at most 150 ms (what ITU-T G.114 wants of a talk), and how long they took: from
 * the kernel's stamp when they leave to when this program sees them arrive, so rather
 * more than less. A packet is lost when one that was sent after the end has arrived
 * and it has not.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe.h"

#define SOON		150000000u	/* nanoseconds */
#define PATIENCE	30000		/* ms after the end until those sent later must be there */
#define NUMBERS		65536
#define RTP_HEADER	12

/* One end of the call, and the packets it sends, by sequence number. */
struct end {
	const struct host *host;
	struct in_addr address;
	int fd;
	uint64_t sent[NUMBERS], arrived[NUMBERS];	/* ns; 0: not seen */
	int latest;		/* number of the latest that arrived */
};

static struct end ends[2];

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void end_open(struct end *end, const char *name)
{
	int on = 1;

	end->host = host_find(name);
	if (!end->host || inet_pton(AF_INET, end->host->address[0], &end->address) != 1)
		die("rtp: who is '%s'?", name);
	enter(end->host->space);
	end->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));
	if (end->fd < 0 || setsockopt(end->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
		die("rtp: watching %s: %s", end->host->space, strerror(errno));
}

/* Is this an RTP packet from (@out) or to @address? Returns its number, or -1. */
static int rtp_number(const uint8_t *data, size_t len, struct in_addr address, bool out)
{
	const struct iphdr *ip = (const void *)data;
	const struct udphdr *udp;
	const uint8_t *rtp;
	size_t at;

	if (len < sizeof(*ip) || ip->version != 4 || ip->protocol != IPPROTO_UDP)
		return -1;
	at = ip->ihl * 4u;
	if ((out ? ip->saddr : ip->daddr) != address.s_addr || len < at + sizeof(*udp) + RTP_HEADER)
		return -1;
	udp = (const void *)(data + at);
	rtp = data + at + sizeof(*udp);
	/* Version 2; RTCP has the odd ports, SIP is text. */
	if (rtp[0] >> 6 != 2 || ntohs(out ? udp->source : udp->dest) & 1)
		return -1;
	return rtp[2] << 8 | rtp[3];
}

static uint64_t stamp_of(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		struct timespec stamp;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
		return (uint64_t)stamp.tv_sec * 1000000000 + (uint64_t)stamp.tv_nsec;
	}
	return clock_ns();
}

/* Reads what left @end, and what the @other one sent and arrived there. */
static void end_read(struct end *end, struct end *other)
{
	char control[CMSG_SPACE(sizeof(struct timespec))];
	uint8_t data[256] __attribute__((aligned(8)));
	struct iovec part = { .iov_base = data, .iov_len = sizeof(data) };
	struct sockaddr_ll from;
	ssize_t len;

	for (;;) {
		struct msghdr message = {
			.msg_name = &from, .msg_namelen = sizeof(from),
			.msg_iov = &part, .msg_iovlen = 1,
			.msg_control = control, .msg_controllen = sizeof(control),
		};
		int number;
		bool out;

		len = recvmsg(end->fd, &message, 0);
		if (len < 0)
			return;
		out = from.sll_pkttype == PACKET_OUTGOING;
		number = rtp_number(data, (size_t)len, end->address, out);
		if (number < 0)
			continue;
		if (out) {
			end->sent[number] = stamp_of(&message);
		} else if (!other->arrived[number]) {
			other->arrived[number] = clock_ns();
			other->latest = number;
		}
	}
}

/* Has something arrived that was sent later? */
static bool settled(const struct end *end, uint64_t finish)
{
	return end->arrived[end->latest] && end->sent[end->latest] > finish;
}

static int order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void end_report(const struct end *end, uint64_t finish)
{
	static uint64_t delay[NUMBERS];
	size_t sent = 0, got = 0, soon = 0;

	for (size_t i = 0; i < NUMBERS; i++) {
		if (!end->sent[i] || end->sent[i] > finish)
			continue;
		sent++;
		if (!end->arrived[i])
			continue;
		delay[got] = end->arrived[i] > end->sent[i] ? end->arrived[i] - end->sent[i] : 0;
		soon += delay[got++] <= SOON;
	}
	qsort(delay, got, sizeof(*delay), order);
	printf("%s sent %zu lost %zu soon %zu p50 %llu p99 %llu max %llu\n", end->host->name,
	       sent, sent - got, soon, got ? (unsigned long long)delay[got / 2] / 1000 : 0,
	       got ? (unsigned long long)delay[got * 99 / 100] / 1000 : 0,
	       got ? (unsigned long long)delay[got - 1] / 1000 : 0);
}

int rtp_main(int argc, char **argv)
{
	uint64_t finish, limit;
	struct pollfd watched[2];

	if (argc != 4)
		die("usage: probe rtp SECONDS ONE OTHER");
	for (int i = 0; i < 2; i++) {
		end_open(&ends[i], argv[2 + i]);
		watched[i] = (struct pollfd){ .fd = ends[i].fd, .events = POLLIN };
	}
	finish = clock_ns() + strtoul(argv[1], NULL, 10) * 1000000000;
	limit = finish + (uint64_t)PATIENCE * 1000000;
	while (!(settled(&ends[0], finish) && settled(&ends[1], finish)) && clock_ns() < limit) {
		poll(watched, 2, 1000);
		end_read(&ends[0], &ends[1]);
		end_read(&ends[1], &ends[0]);
	}
	end_report(&ends[0], finish);
	end_report(&ends[1], finish);
	return 0;
}
