// SPDX-License-Identifier: GPL-2.0-only
/*
 * stream: connections and calls that go on in the background while something
 * happens to the gateway. A line of the file is
 *
 *   tcp|udp FROM TO PORT [family=4|6]
 *
 * tcp sends a kilobyte every 20 ms (or TG_PERIOD) and reads it back; udp sends a datagram
 * as often, like a telephone call, and counts what comes back. It returns
 * when all of them have had an answer, and prints the process to end with
 * SIGTERM. Then OUT has a line for each:
 *
 *   tcp|udp FROM TO IPV4|IPV6 sent N received N lost N gap MS state ok|broken:WHY
 *
 * SIGUSR1 writes the lines of this moment to OUT; then "lost" ignores what was sent
 * in the last 500 ms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

#define MAX_STREAMS 64
#define SETTLE 500		/* ms in which an answer may still be on its way */
#define HISTORY 25		/* periods in that time, at most */
#define DRAIN 4000		/* ms that the last answers are waited for at the end */

struct stream {
	bool tcp;
	int family, fd;
	const struct host *from, *to;
	uint64_t sent, received;	/* datagrams; kilobytes for TCP */
	uint64_t bytes, sent_bytes;	/* TCP */
	uint64_t old[HISTORY];		/* what "sent" was, slot by slot */
	uint64_t last, gap;		/* last answer; longest silence, ms */
	char broken[48];
};

static struct stream streams[MAX_STREAMS];
static size_t stream_count;
static unsigned int period = SETTLE / HISTORY;	/* ms, $TG_PERIOD for slow machines */
static volatile sig_atomic_t ending, telling;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		telling = 1;
	else
		ending = 1;
}

static void break_stream(struct stream *stream, const char *why)
{
	if (!stream->broken[0])
		snprintf(stream->broken, sizeof(stream->broken), "%s", why);
}

static void open_stream(struct stream *stream, unsigned int port)
{
	union address local, remote;
	socklen_t len = address_set(&local, stream->from->address[stream->family], 0);
	struct linger abrupt = { .l_onoff = 1 };

	address_set(&remote, stream->to->address[stream->family], port);
	enter(stream->from->space);
	stream->fd = socket(local.any.sa_family, (stream->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (stream->fd < 0 || bind(stream->fd, &local.any, len) || connect(stream->fd, &remote.any, len))
		die("stream from %s to %s: %s", stream->from->name, stream->to->name, strerror(errno));
	/* At the end a reset instead of a farewell that may be repeated for minutes. */
	setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
	fcntl(stream->fd, F_SETFL, O_NONBLOCK);
	stream->last = now_ms();
}

static void send_one(struct stream *stream, uint64_t slot)
{
	char data[1024];
	ssize_t sent;

	stream->old[slot % (SETTLE / period + 1) % HISTORY] = stream->sent;
	if (stream->broken[0])
		return;
	memset(data, 'x', sizeof(data));
	if (!stream->tcp)
		memcpy(data, &stream->sent, sizeof(stream->sent));
	sent = send(stream->fd, data, stream->tcp ? sizeof(data) : 200, MSG_NOSIGNAL);
	if (!stream->tcp) {
		stream->sent += sent > 0 || errno != EAGAIN;
	} else if (sent > 0) {
		stream->sent_bytes += (uint64_t)sent;
		stream->sent = stream->sent_bytes / 1024;
	} else if (errno != EAGAIN) {
		break_stream(stream, strerror(errno));
	}
}

static void receive(struct stream *stream)
{
	char data[65536];
	ssize_t got;

	while ((got = recv(stream->fd, data, sizeof(data), 0)) > 0) {
		uint64_t now = now_ms();

		if (now - stream->last > stream->gap)
			stream->gap = now - stream->last;
		stream->last = now;
		stream->bytes += (uint64_t)got;
		stream->received = stream->tcp ? stream->bytes / 1024 : stream->received + 1;
	}
	if (got == 0 && stream->tcp)
		break_stream(stream, "closed");
	else if (got < 0 && errno != EAGAIN && stream->tcp)
		break_stream(stream, strerror(errno));
}

static void tell(const char *file)
{
	char partial[512];
	uint64_t now = now_ms();
	FILE *out;

	snprintf(partial, sizeof(partial), "%s.partial", file);
	out = fopen(partial, "we");
	if (!out)
		die("%s: %s", partial, strerror(errno));
	for (size_t i = 0; i < stream_count; i++) {
		struct stream *stream = &streams[i];
		uint64_t due = ~0ull, gap = now - stream->last;

		for (size_t j = 0; j < SETTLE / period + 1 && j < HISTORY; j++)
			if (stream->old[j] < due)
				due = stream->old[j];
		if (stream->gap > gap)
			gap = stream->gap;
		fprintf(out, "%s %s %s IPv%d sent %llu received %llu lost %llu gap %llu state %s%s\n",
			stream->tcp ? "tcp" : "udp", stream->from->name, stream->to->name,
			stream->family ? 6 : 4, (unsigned long long)stream->sent,
			(unsigned long long)stream->received,
			(unsigned long long)(due > stream->received ? due - stream->received : 0),
			(unsigned long long)gap, stream->broken[0] ? "broken:" : "ok", stream->broken);
	}
	fclose(out);
	rename(partial, file);
}

static bool all_answered(void)
{
	for (size_t i = 0; i < stream_count; i++)
		if (!streams[i].received)
			return false;
	return true;
}

/*
 * What was lost before the first answer came is the business of servers and
 * tunnels that were still starting.
 */
static void count_from_here(void)
{
	uint64_t end = now_ms() + SETTLE;

	while (now_ms() < end) {
		for (size_t i = 0; i < stream_count; i++)
			receive(&streams[i]);
		poll(NULL, 0, (int)period);
	}
	for (size_t i = 0; i < stream_count; i++) {
		struct stream *stream = &streams[i];

		if (!stream->tcp)
			stream->sent = stream->received = 0;
		stream->last = now_ms();
		stream->gap = 0;
		for (size_t j = 0; j < HISTORY; j++)
			stream->old[j] = stream->sent;
	}
}

static bool all_received(void)
{
	for (size_t i = 0; i < stream_count; i++)
		if (!streams[i].tcp && streams[i].received < streams[i].sent)
			return false;
	return true;
}

/* Gives what is still on its way the time to come. */
static void drain(void)
{
	uint64_t end = now_ms() + DRAIN;

	while (!all_received() && now_ms() < end) {
		for (size_t i = 0; i < stream_count; i++)
			receive(&streams[i]);
		poll(NULL, 0, (int)period);
	}
	for (size_t i = 0; i < stream_count; i++)
		for (size_t j = 0; j < HISTORY; j++)
			streams[i].old[j] = streams[i].sent;
}

/* Goes on until a signal, or with @start until everybody has had an answer. */
static void go_on(const char *file, bool start)
{
	static struct pollfd poll_fd[MAX_STREAMS];
	uint64_t begin = now_ms(), next = begin;

	for (uint64_t slot = 0; !ending; ) {
		uint64_t now = now_ms();

		if (telling && !start) {
			telling = 0;
			tell(file);
		}
		if (start && all_answered())
			break;
		if (start && now > begin + 20000)
			die("streams do not start");
		if (now >= next) {
			for (size_t i = 0; i < stream_count; i++)
				send_one(&streams[i], slot);
			slot++;
			next += period;
			if (next < now)		/* a slow machine: do not try to catch up */
				next = now + period;
		}
		for (size_t i = 0; i < stream_count; i++) {
			poll_fd[i].fd = streams[i].broken[0] ? -1 : streams[i].fd;
			poll_fd[i].events = POLLIN;
		}
		now = now_ms();
		if (poll(poll_fd, stream_count, next > now ? (int)(next - now) : 0) <= 0)
			continue;
		for (size_t i = 0; i < stream_count; i++)
			if (poll_fd[i].revents)
				receive(&streams[i]);
	}
	if (start)
		count_from_here();
}

int stream_main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	char line[512], *word[8];
	FILE *in;
	pid_t child;

	if (argc != 3)
		die("usage: probe stream OUT FILE");
	if (getenv("TG_PERIOD") && atoi(getenv("TG_PERIOD")) >= SETTLE / HISTORY)
		period = (unsigned int)atoi(getenv("TG_PERIOD"));
	in = !strcmp(argv[2], "-") ? stdin : fopen(argv[2], "re");
	if (!in)
		die("%s: %s", argv[2], strerror(errno));
	while (fgets(line, sizeof(line), in)) {
		int words = split(line, word, ARRAY_LEN(word));

		if (!words)
			continue;
		for (int family = 0; family < 2; family++) {
			struct stream *stream = &streams[stream_count];

			if (words > 4 && (word[4][7] == '6') != family)
				continue;
			if (words < 4 || stream_count == MAX_STREAMS || !host_find(word[1]) || !host_find(word[2]))
				die("cannot use the line about %s", word[0]);
			stream->tcp = !strcmp(word[0], "tcp");
			stream->family = family;
			stream->from = host_find(word[1]);
			stream->to = host_find(word[2]);
			open_stream(stream, (unsigned int)strtoul(word[3], NULL, 10));
			stream_count++;
		}
	}
	go_on(argv[1], true);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child) {
		printf("%d\n", child);
		return 0;
	}
	setsid();
	for (int fd = 0; fd < 2; fd++)
		dup2(open("/dev/null", O_RDWR), fd);
	go_on(argv[1], false);
	drain();
	tell(argv[1]);
	return 0;
}
