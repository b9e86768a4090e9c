// SPDX-License-Identifier: GPL-2.0-only
/*
 * serve: answers in many namespaces. A line of the file is
 *
 *   tcp|udp HOST PORT [PORT...]
 *
 * and everything that comes is sent back. It returns when all sockets are
 * ready, leaving a process behind whose number it prints.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "probe.h"

enum { LISTENER = 1u << 30, DATAGRAM = 1u << 29, FD = DATAGRAM - 1 };

static void add(int poll, int fd, uint32_t kind)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)fd | kind };

	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event))
		die("epoll: %s", strerror(errno));
}

static void open_server(int poll, const char *kind, const struct host *host, const char *address,
			unsigned int port)
{
	bool tcp = !strcmp(kind, "tcp");
	union address local;
	socklen_t len = address_set(&local, address, port);
	int one = 1, size = 1 << 20;
	int fd;

	enter(host->space);
	fd = socket(local.any.sa_family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, &local.any, len) || (tcp && listen(fd, 128)))
		die("%s %s port %u: %s", kind, host->name, port, strerror(errno));
	add(poll, fd, tcp ? LISTENER : DATAGRAM);
}

static void answer(int poll, uint32_t who)
{
	static uint8_t buffer[65536];
	int fd = (int)(who & FD);
	union address from;
	socklen_t len = sizeof(from);
	ssize_t got;

	if (who & LISTENER) {
		int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (client >= 0)
			add(poll, client, 0);
		return;
	}
	if (who & DATAGRAM) {
		got = recvfrom(fd, buffer, sizeof(buffer), 0, &from.any, &len);
		if (got >= 0)
			sendto(fd, buffer, (size_t)got, 0, &from.any, len);
		return;
	}
	got = recv(fd, buffer, sizeof(buffer), 0);
	if (got > 0)
		got = send(fd, buffer, (size_t)got, MSG_NOSIGNAL);
	if (got == 0 || (got < 0 && errno != EAGAIN))
		close(fd);
}

static void __attribute__((noreturn)) serve(int poll)
{
	struct epoll_event event[64];

	for (;;) {
		int count = epoll_wait(poll, event, ARRAY_LEN(event), -1);

		for (int i = 0; i < count; i++)
			answer(poll, event[i].data.u32);
	}
}

int serve_main(int argc, char **argv)
{
	int poll = epoll_create1(EPOLL_CLOEXEC);
	char line[512], *word[64];
	FILE *in;
	pid_t child;

	if (argc != 2)
		die("usage: probe serve FILE");
	in = fopen(argv[1], "re");
	if (!in)
		die("%s: %s", argv[1], strerror(errno));
	while (fgets(line, sizeof(line), in)) {
		int words = split(line, word, ARRAY_LEN(word));
		const struct host *host = words > 2 ? host_find(word[1]) : NULL;

		if (!words || word[0][0] == '#')
			continue;
		if (!host)
			die("%s: no such host: %s", argv[1], words > 1 ? word[1] : "");
		for (int i = 2; i < words; i++)
			for (int family = 0; family < 2; family++)
				if (host->address[family][0])
					open_server(poll, word[0], host, host->address[family],
						    (unsigned int)strtoul(word[i], NULL, 10));
	}
	fclose(in);
	enter(".");
	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child) {
		printf("%d\n", child);
		return 0;
	}
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(open("/dev/null", O_RDWR), fd);
	serve(poll);
}
