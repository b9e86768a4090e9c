// SPDX-License-Identifier: GPL-2.0-only
/*
 * hosts: people and servers by name, and the network namespaces they are in.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define MAX_HOSTS 512

static struct host hosts[MAX_HOSTS];
static size_t host_count;

void hosts_read(const char *file)
{
	FILE *in = fopen(file, "re");
	char line[256], v4[INET6_ADDRSTRLEN], v6[INET6_ADDRSTRLEN];

	if (!in)
		die("%s: %s", file, strerror(errno));
	while (fgets(line, sizeof(line), in)) {
		struct host *host = &hosts[host_count];

		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (host_count == MAX_HOSTS ||
		    sscanf(line, "%31s %31s %45s %45s", host->name, host->space, v4, v6) != 4)
			die("%s: cannot use the line: %s", file, line);
		if (strcmp(v4, "-"))
			strcpy(host->address[0], v4);
		if (strcmp(v6, "-"))
			strcpy(host->address[1], v6);
		host_count++;
	}
	fclose(in);
}

const struct host *host_at(size_t index)
{
	return index < host_count ? &hosts[index] : NULL;
}

const struct host *host_find(const char *name)
{
	for (size_t i = 0; i < host_count; i++)
		if (!strcmp(hosts[i].name, name))
			return &hosts[i];
	return NULL;
}

/* Makes @space the namespace in which this process opens sockets; "." returns to its own. */
void enter(const char *space)
{
	static struct {
		char name[IFNAMSIZ * 2];
		int fd;
	} known[64];
	static size_t count;
	static const char *current;
	char path[64];
	size_t i;

	if (!count) {
		strcpy(known[0].name, ".");
		known[0].fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		count = 1;
		current = known[0].name;
	}
	if (!strcmp(space, current))
		return;
	for (i = 0; i < count; i++)
		if (!strcmp(space, known[i].name))
			break;
	if (i == count) {
		if (count == ARRAY_LEN(known))
			die("too many namespaces");
		snprintf(known[i].name, sizeof(known[i].name), "%s", space);
		snprintf(path, sizeof(path), "/run/netns/%s", space);
		known[i].fd = open(path, O_RDONLY | O_CLOEXEC);
		if (known[i].fd < 0)
			die("namespace %s: %s", space, strerror(errno));
		count++;
	}
	if (setns(known[i].fd, CLONE_NEWNET))
		die("entering %s: %s", space, strerror(errno));
	current = known[i].name;
}

int family_of(const char *address)
{
	return strchr(address, ':') ? AF_INET6 : AF_INET;
}

socklen_t address_set(union address *to, const char *address, unsigned int port)
{
	memset(to, 0, sizeof(*to));
	if (family_of(address) == AF_INET6) {
		to->v6.sin6_family = AF_INET6;
		to->v6.sin6_port = htons((uint16_t)port);
		if (inet_pton(AF_INET6, address, &to->v6.sin6_addr) != 1)
			die("not an address: %s", address);
		return sizeof(to->v6);
	}
	to->v4.sin_family = AF_INET;
	to->v4.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, address, &to->v4.sin_addr) != 1)
		die("not an address: %s", address);
	return sizeof(to->v4);
}
