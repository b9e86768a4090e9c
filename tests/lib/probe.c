// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe: one small program that sends and receives in many network namespaces.
 *
 * Starting a program for every packet is too slow in an emulated guest, so this
 * one enters the namespaces itself and works through a list. People and servers
 * are named in the file that $TG_HOSTS points to: NAME NAMESPACE IPV4 IPV6, where
 * the namespace "." is the caller's own (the gateway).
 *
 *   probe serve FILE       answer: one line a server, see serve.c. Returns when
 *                          all of them listen; prints the process to end
 *   probe check [-e] FILE  try what the lines say, all at once, and print a TAP
 *                          line for each, see check.c; -e: ask the module too
 *   probe stream OUT FILE  keep connections and calls going in the background
 *                          until ended, then write what was lost to OUT
 *   probe scan FROM TO N [KEY=VALUE...]   N packets to as many ports, at once
 *   probe load SECONDS FILE   datagrams at even paces, and what of them arrived when
 *   probe rtp SECONDS ONE OTHER   what a running call loses, and how late it is
 *   probe counters|rules|flows|status [TENANT]   read the module, in plain words
 *   probe hostile TEST     what a broken or hostile netlink client would send
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe.h"

void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("probe: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Cuts @line into words in place; returns how many. */
int split(char *line, char **word, int max)
{
	int count = 0;
	char *save = NULL;

	for (char *at = strtok_r(line, " \t\n", &save); at; at = strtok_r(NULL, " \t\n", &save)) {
		if (count == max)
			die("more than %d words in a line", max);
		word[count++] = at;
	}
	return count;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "check", check_main },
	{ "serve", serve_main },
	{ "stream", stream_main },
	{ "scan", scan_main },
	{ "load", load_main },
	{ "rtp", rtp_main },
	{ "counters", genl_main },
	{ "rules", genl_main },
	{ "flows", genl_main },
	{ "status", genl_main },
	{ "hostile", hostile_main },
	{ "replace", replace_main },
};

int main(int argc, char **argv)
{
	const char *hosts = getenv("TG_HOSTS");

	if (hosts)
		hosts_read(hosts);
	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	die("usage: probe check|serve|stream|scan|counters|rules|flows|status|hostile ...");
}
