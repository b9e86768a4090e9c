// SPDX-License-Identifier: GPL-2.0-only
/*
 * load: datagrams at even paces between many hosts at once, and what of them
 * arrived when.
 *
 *   probe load SECONDS FILE	lines: NAME FROM TO PORT BYTES PACKETS-A-SECOND [6] [ecn]
 *
 * BYTES is of a whole IP packet. Prints for each line "NAME lost N got N bytes N p50
 * US p99 US sent N behind N": packets that did not arrive, in all; packets and bytes that
 * arrived a second, and how long they took, without the first tenth of the time; packets
 * that were sent, in all, and that arrived behind one that was sent later. With ecn packets
 * say that they can be marked (ECN).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define SENDERS_MAX	64
#define DELAYS_MAX	65536
#define AT_ONCE		64
#define BYTES_MAX	1424
#define DRAIN		500000000	/* nanoseconds */

struct sender {
	char name[32];
	int from, to;
	unsigned int bytes, headers;
	uint64_t gap;		/* nanoseconds */
	uint64_t due;
	uint64_t sent, heard, got;
	uint64_t latest, behind;
	uint32_t *delay;	/* microseconds */
};

static struct sender senders[SENDERS_MAX];
static size_t nsenders;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int open_at(const char *space, int family)
{
	int fd, size = 1 << 22;

	enter(space);
	fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket in %s: %s", space, strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return fd;
}

static void sender_read(char *line)
{
	char *word[9];
	int words = split(line, word, 9);
	const struct host *from, *to;
	struct sender *s = &senders[nsenders];
	union address address, source;
	int v6 = words > 6 && !strcmp(word[6], "6");
	int capable = 2;	/* of being marked */
	socklen_t len;

	if (!words)
		return;
	if (words < 6 || nsenders == SENDERS_MAX || !(from = host_find(word[1])) ||
	    !(to = host_find(word[2])))
		die("load: what is '%s'?", word[0]);
	nsenders++;
	snprintf(s->name, sizeof(s->name), "%s", word[0]);
	s->headers = v6 ? 48 : 28;
	s->bytes = (unsigned int)atoi(word[4]);
	s->gap = 1000000000 / strtoul(word[5], NULL, 10);
	s->delay = calloc(DELAYS_MAX, sizeof(*s->delay));
	s->to = open_at(to->space, v6 ? AF_INET6 : AF_INET);
	len = address_set(&address, to->address[v6], (unsigned int)atoi(word[3]));
	if (bind(s->to, &address.any, len))
		die("load: %s port %s: %s", word[2], word[3], strerror(errno));
	s->from = open_at(from->space, v6 ? AF_INET6 : AF_INET);
	if (bind(s->from, &source.any, address_set(&source, from->address[v6], 0)) ||
	    connect(s->from, &address.any, len))
		die("load: %s to %s: %s", word[1], word[2], strerror(errno));
	if (words > 6 + v6 && setsockopt(s->from, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
					 v6 ? IPV6_TCLASS : IP_TOS, &capable, sizeof(capable)))
		die("load: %s: %s", word[6 + v6], strerror(errno));
	if (!s->delay || s->bytes < s->headers + sizeof(uint64_t) || s->bytes > BYTES_MAX)
		die("load: %s: %u bytes", s->name, s->bytes);
}

static void sender_send(struct sender *s, uint64_t now)
{
	uint64_t data[BYTES_MAX / sizeof(uint64_t)] = { now };
	int i;

	for (i = 0; i < AT_ONCE && s->due <= now; i++, s->due += s->gap)
		if (send(s->from, data, s->bytes - s->headers, 0) > 0)
			s->sent++;
	/* Who cannot keep the pace does not make up for it. */
	if (s->due + s->gap * AT_ONCE < now)
		s->due = now;
}

static void sender_hear(struct sender *s, bool counts)
{
	uint64_t data[BYTES_MAX / sizeof(uint64_t)], now;
	int i;

	for (i = 0; i < AT_ONCE && recv(s->to, data, sizeof(data), 0) > 0; i++) {
		s->heard++;
		s->behind += data[0] < s->latest;
		if (data[0] > s->latest)
			s->latest = data[0];
		if (!counts)
			continue;
		now = now_ns();
		if (s->got < DELAYS_MAX)
			s->delay[s->got] = (uint32_t)((now - data[0]) / 1000);
		s->got++;
	}
}

static int order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void sender_report(struct sender *s, double seconds)
{
	size_t n = s->got < DELAYS_MAX ? s->got : DELAYS_MAX;

	qsort(s->delay, n, sizeof(*s->delay), order);
	printf("%s lost %llu got %.0f bytes %.0f p50 %u p99 %u sent %llu behind %llu\n", s->name,
	       (unsigned long long)(s->sent - s->heard), (double)s->got / seconds,
	       (double)s->got * s->bytes / seconds, n ? s->delay[n / 2] : 0,
	       n ? s->delay[n * 99 / 100] : 0, (unsigned long long)s->sent,
	       (unsigned long long)s->behind);
}

int load_main(int argc, char **argv)
{
	uint64_t begin, count_from, end, now;
	char line[256];
	FILE *file;
	size_t i;

	if (argc != 3 || !(file = fopen(argv[2], "r")))
		die("usage: probe load SECONDS FILE");
	while (fgets(line, sizeof(line), file))
		sender_read(line);
	fclose(file);
	begin = now = now_ns();
	end = begin + strtoul(argv[1], NULL, 10) * 1000000000;
	count_from = begin + (end - begin) / 10;
	for (i = 0; i < nsenders; i++)
		senders[i].due = begin + senders[i].gap * i / nsenders;
	while (now < end) {
		for (i = 0; i < nsenders; i++) {
			sender_send(&senders[i], now);
			sender_hear(&senders[i], now >= count_from);
		}
		now = now_ns();
	}
	while (now < end + DRAIN) {
		for (i = 0; i < nsenders; i++)
			sender_hear(&senders[i], false);
		now = now_ns();
	}
	for (i = 0; i < nsenders; i++)
		sender_report(&senders[i], (double)(end - count_from) / 1e9);
	return 0;
}
