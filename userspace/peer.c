// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where does the person who runs tgctl sit? sshd tells its children in
 * SSH_CONNECTION. sudo takes that away, so the environments of the parent
 * processes are asked, too.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer.h"
#include "route.h"
#include "text.h"

#define ENVIRONMENT_MAX	(256 * 1024)
#define PARENTS_MAX	64
#define SSH_PORT	22

/* The value of a variable in /proc/PID/environ, for free(); NULL when it is not there. */
static char *environment_of(pid_t pid, const char *name)
{
	size_t len, at, name_len = strlen(name);
	char path[64], *bytes, *value = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	file = fopen(path, "re");
	bytes = malloc(ENVIRONMENT_MAX + 1);
	if (!file || !bytes)
		goto out;
	len = fread(bytes, 1, ENVIRONMENT_MAX, file);
	bytes[len] = '\0';
	for (at = 0; at < len && !value; at += strlen(bytes + at) + 1)
		if (!strncmp(bytes + at, name, name_len) && bytes[at + name_len] == '=')
			value = strdup(bytes + at + name_len + 1);
out:
	if (file)
		fclose(file);
	free(bytes);
	return value;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512], *close;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* The name in parentheses may contain anything, parentheses too. */
	close = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	if (close && sscanf(close + 1, " %*c %d", &parent) != 1)
		parent = 0;
	fclose(file);
	return parent;
}

static char *ssh_connection(void)
{
	const char *own = getenv("SSH_CONNECTION");
	pid_t pid = getpid();
	char *value = NULL;
	int i;

	if (!own)
		own = getenv("SSH_CLIENT");
	if (own)
		return strdup(own);
	for (i = 0; i < PARENTS_MAX && pid > 1 && !value; i++) {
		pid = parent_of(pid);
		value = pid > 1 ? environment_of(pid, "SSH_CONNECTION") : NULL;
	}
	return value;
}

/* An IPv4 address may be written as ::ffff:192.0.2.1, with or without %device. */
static bool parse_ssh_address(char *text, struct link_address *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	text[strcspn(text, "%")] = '\0';
	if (!parse_address(text, address))
		return false;
	if (address->size == 16 && !memcmp(address->bytes, mapped, sizeof(mapped))) {
		memmove(address->bytes, address->bytes + 12, 4);
		memset(address->bytes + 4, 0, 12);
		address->size = 4;
		address->length = 32;
	}
	return true;
}

/* "CLIENT CLIENT-PORT SERVER SERVER-PORT", or SSH_CLIENT's "CLIENT CLIENT-PORT SERVER-PORT" */
static void parse_connection(char *value, struct peer *peer)
{
	char *words[4] = { NULL }, *save = NULL;
	uint32_t port;
	int i;

	for (i = 0; i < 4; i++)
		words[i] = strtok_r(i ? NULL : value, " ", &save);
	if (!words[0] || !parse_ssh_address(words[0], &peer->address))
		return;
	peer->known = true;
	if (words[3]) {
		parse_ssh_address(words[2], &peer->server);
		if (parse_number(words[3], 65535, &port))
			peer->port = port;
	} else if (words[2] && parse_number(words[2], 65535, &port)) {
		peer->port = port;
	}
}

/**
 * peer_find - find the connection that tgctl is run through
 * @given: the other end's address when it was given, else NULL
 * @peer: gets the connection; not known when tgctl is run on a console
 *
 * Return: NULL or a fault.
 */
struct fault *peer_find(const char *given, struct peer *peer)
{
	char *value;

	memset(peer, 0, sizeof(*peer));
	peer->port = SSH_PORT;
	if (given) {
		if (!parse_address(given, &peer->address))
			return fault_new(FAULT_USAGE, given, "this is no address");
		peer->known = true;
	} else {
		value = ssh_connection();
		if (!value)
			return NULL;
		parse_connection(value, peer);
		free(value);
	}
	return peer->known ? route_device(&peer->address, peer->device) : NULL;
}
