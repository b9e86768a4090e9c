// SPDX-License-Identifier: GPL-2.0-only
/*
 * check: tries what the lines of a file say, all at once, and prints a TAP
 * line for each and each address family.
 *
 *   KIND FROM TO [PORT] [KEY=VALUE...] EXPECTED[/REASON] [# promise]
 *
 * tcp   connects and has a line echoed      open rst prohib unreach drop
 * udp   sends a datagram                    echo refused prohib toobig drop
 * ping  sends an echo request               reply prohib drop
 * raw   sends a crafted packet (craft.c)    seen unseen back drop
 *       by proto=tcp|udp|icmp|N, src=HOST, dst=HOST, dev=DEVICE, mac=broadcast,
 *       and looks for it in every namespace: "seen" where TO is, "unseen"
 *       nowhere but perhaps at the sender, "back": something of it came back
 *
 * Keys for all: family=4 or family=6 (both without it); for tcp and udp sport=,
 * len=, df=1. A line "--" waits until everything above it is settled.
 *
 * What should answer is given TG_WAIT ms; what should not must stay silent for
 * TG_QUIET ms after the last answer. With -e a line with a reason is also put
 * to the module: its explanation must name that reason, and its counters must
 * have counted it. With explain=0 only the counters are asked. "explained" as what is
 * expected stands for what the module's explanation promises. A line without a promise
 * is printed only when it fails.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

#define MAX_PROBES 1024
#define MAX_CAPTURES 64

enum kind { TCP, UDP, PING, RAW };

struct probe {
	enum kind kind;
	int family;			/* 0: IPv4, 1: IPv6 */
	const struct host *from, *to;
	unsigned int port;
	char *option[24];
	int options;
	const char *expected, *promise;
	char *reason;
	unsigned int marker;
	int fd;
	bool connected;
	bool seen, back;		/* raw: where it was sent to; at its sender */
	const char *elsewhere;		/* raw: in this other namespace */
	char result[48];		/* empty: nothing yet */
};

static struct probe probes[MAX_PROBES];
static size_t probe_count;
static struct {
	int fd;
	const char *space;
} captures[MAX_CAPTURES];
static size_t capture_count;
static unsigned int wait_ms, quiet_ms, failed, next_marker;
static struct genl *module;

static const char *option(const struct probe *probe, const char *key)
{
	size_t len = strlen(key);

	for (int i = 0; i < probe->options; i++)
		if (!strncmp(probe->option[i], key, len) && probe->option[i][len] == '=')
			return probe->option[i] + len + 1;
	return NULL;
}

static unsigned long number(const struct probe *probe, const char *key, unsigned long otherwise)
{
	const char *text = option(probe, key);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

/* Is silence what this one should get? */
static bool silent(const struct probe *probe)
{
	return !strcmp(probe->expected, "drop") || !strcmp(probe->expected, "unseen");
}

static void result(struct probe *probe, const char *text)
{
	if (!probe->result[0])
		snprintf(probe->result, sizeof(probe->result), "%s", text);
}

static void result_icmp(struct probe *probe, unsigned int type, unsigned int code)
{
	static const struct {
		int family;
		unsigned int type, code;
		const char *name;
	} known[] = {
		{ 0, 3, 13, "prohib" }, { 0, 3, 9, "prohib" }, { 0, 3, 10, "prohib" },
		{ 0, 3, 3, "refused" }, { 0, 3, 4, "toobig" },
		{ 1, 1, 1, "prohib" }, { 1, 1, 4, "refused" }, { 1, 2, 0, "toobig" },
	};
	char text[32];

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].family == probe->family && known[i].type == type &&
		    known[i].code == code) {
			result(probe, known[i].name);
			return;
		}
	snprintf(text, sizeof(text), "icmp:%u/%u", type, code);
	result(probe, text);
}

/* Reads what ICMP said about this probe; false: nothing. */
static bool read_error(struct probe *probe)
{
	uint8_t data[2048], control[512];
	struct iovec part = { data, sizeof(data) };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	if (recvmsg(probe->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
		const struct sock_extended_err *error = (const void *)CMSG_DATA(at);

		if (!(at->cmsg_level == SOL_IP && at->cmsg_type == IP_RECVERR) &&
		    !(at->cmsg_level == SOL_IPV6 && at->cmsg_type == IPV6_RECVERR))
			continue;
		if (error->ee_origin == SO_EE_ORIGIN_LOCAL) {
			result(probe, error->ee_errno == EMSGSIZE ? "toobig" : strerror((int)error->ee_errno));
			return true;
		}
		result_icmp(probe, error->ee_type, error->ee_code);
		return true;
	}
	return false;
}

static void fill(const struct probe *probe, char *data, size_t len)
{
	char text[9];

	marker_text(text, probe->marker);
	for (size_t i = 0; i < len; i++)
		data[i] = text[i % 8];
}

static void send_data(struct probe *probe)
{
	static char data[65536];
	size_t len = number(probe, "len", 64);

	if (len > sizeof(data))
		len = sizeof(data);
	fill(probe, data, len);
	if (send(probe->fd, data, len, MSG_NOSIGNAL) < 0 && !read_error(probe))
		result(probe, errno == EMSGSIZE ? "toobig" : strerror(errno));
}

static void send_ping(struct probe *probe)
{
	struct {
		uint8_t type, code;
		uint16_t sum, id, sequence;
		char data[56];
	} packet = { .type = probe->family ? ICMP6_ECHO_REQUEST : ICMP_ECHO, .id = htons((uint16_t)probe->marker) };
	uint32_t sum = 0;

	fill(probe, packet.data, sizeof(packet.data));
	for (size_t i = 0; !probe->family && i < sizeof(packet) / 2; i++)
		sum += ((const uint16_t *)&packet)[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	packet.sum = (uint16_t)~sum;
	if (probe->family)
		packet.sum = 0;		/* the kernel's work */
	if (send(probe->fd, &packet, sizeof(packet), 0) < 0)
		result(probe, strerror(errno));
}

static void start_socket(struct probe *probe)
{
	union address local, remote;
	socklen_t len = address_set(&local, probe->from->address[probe->family],
				    probe->kind == PING ? 0 : (unsigned int)number(probe, "sport", 0));
	int type = probe->kind == TCP ? SOCK_STREAM : probe->kind == UDP ? SOCK_DGRAM : SOCK_RAW;
	int protocol = probe->kind != PING ? 0 : probe->family ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int one = 1, exact = probe->family ? IPV6_PMTUDISC_PROBE : IP_PMTUDISC_PROBE;
	int level = probe->family ? SOL_IPV6 : SOL_IP;

	enter(probe->from->space);
	probe->fd = socket(local.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (probe->fd < 0)
		die("socket in %s: %s", probe->from->space, strerror(errno));
	setsockopt(probe->fd, level, probe->family ? IPV6_RECVERR : IP_RECVERR, &one, sizeof(one));
	setsockopt(probe->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (option(probe, "df"))
		setsockopt(probe->fd, level, probe->family ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
			   &exact, sizeof(exact));
	if (bind(probe->fd, &local.any, len)) {
		result(probe, strerror(errno));
		return;
	}
	address_set(&remote, probe->to->address[probe->family], probe->kind == PING ? 0 : probe->port);
	if (connect(probe->fd, &remote.any, len) && errno != EINPROGRESS) {
		result(probe, strerror(errno));
		return;
	}
	if (probe->kind == UDP)
		send_data(probe);
	else if (probe->kind == PING)
		send_ping(probe);
}

static uint8_t raw_protocol(const struct probe *probe)
{
	const char *name = option(probe, "proto");

	if (!name || !strcmp(name, "udp"))
		return IPPROTO_UDP;
	if (!strcmp(name, "tcp"))
		return IPPROTO_TCP;
	if (!strcmp(name, "icmp"))
		return probe->family ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	return (uint8_t)strtoul(name, NULL, 0);
}

/* The address that src= or dst= names, or else the host's own; NULL: none in this family. */
static const char *raw_address(const struct probe *probe, const char *key, const struct host *own)
{
	const char *name = option(probe, key);
	const struct host *host = name ? host_find(name) : own;
	const char *address = host ? host->address[probe->family] : name;

	return address[0] && (family_of(address) == AF_INET6) == probe->family ? address : NULL;
}

static void start_raw(struct probe *probe)
{
	static struct packet packet;
	char device[IFNAMSIZ];
	struct craft how = {
		.source = raw_address(probe, "src", probe->from),
		.destination = raw_address(probe, "dst", probe->to),
		.protocol = raw_protocol(probe),
		.marker = probe->marker,
		.option = probe->option,
		.options = probe->options,
	};
	int error;

	craft(&packet, &how);
	probe->fd = raw_open(probe->from->space, device, option(probe, "dev"));
	error = raw_send(probe->fd, device, &packet, option(probe, "mac"));
	if (error)
		result(probe, strerror(-error));
	close(probe->fd);
	probe->fd = -1;
}

/* Listens in every namespace with people or servers, except the gateway. */
static void open_captures(void)
{
	const struct host *host;
	int size = 1 << 20;

	for (size_t i = 0; (host = host_at(i)); i++) {
		bool known = !strcmp(host->space, ".");

		for (size_t j = 0; j < capture_count; j++)
			known = known || !strcmp(captures[j].space, host->space);
		if (known)
			continue;
		enter(host->space);
		int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));

		if (fd < 0 || capture_count == MAX_CAPTURES)
			die("listening in %s: %s", host->space, strerror(errno));
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
		captures[capture_count].fd = fd;
		captures[capture_count++].space = host->space;
	}
}

static bool read_capture(size_t index)
{
	uint8_t data[65536];
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t got;
	bool news = false;

	while ((got = recvfrom(captures[index].fd, data, sizeof(data), 0,
			       (struct sockaddr *)&from, &len)) >= 0) {
		unsigned int marker = marker_find(data, (size_t)got);

		len = sizeof(from);
		if (!marker || from.sll_pkttype == PACKET_OUTGOING)
			continue;
		for (size_t i = 0; i < probe_count; i++) {
			struct probe *probe = &probes[i];

			if (probe->marker != marker || probe->kind != RAW)
				continue;
			news = true;
			if (!strcmp(captures[index].space, probe->from->space)) {
				probe->back = true;
				continue;
			}
			if (!strcmp(captures[index].space, probe->to->space))
				probe->seen = true;
			else
				probe->elsewhere = captures[index].space;
		}
	}
	return news;
}

static void read_ping(struct probe *probe)
{
	uint8_t data[2048];
	ssize_t got;

	while ((got = recv(probe->fd, data, sizeof(data), MSG_DONTWAIT)) >= 0) {
		size_t at = probe->family ? 0 : (size_t)(data[0] & 15) * 4;
		uint8_t type = probe->family ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;

		if ((size_t)got >= at + 8 && data[at] == type &&
		    marker_find(data + at, (size_t)got - at) == probe->marker)
			result(probe, "reply");
	}
}

static void read_answer(struct probe *probe)
{
	char data[65536];
	ssize_t got;

	if (probe->kind == PING) {
		read_ping(probe);
		return;
	}
	got = recv(probe->fd, data, sizeof(data), MSG_DONTWAIT);
	if (got > 0)
		result(probe, marker_find((uint8_t *)data, (size_t)got) != probe->marker ? "garbage" :
			      probe->kind == TCP ? "open" : "echo");
	else if (got == 0 && probe->kind == TCP)
		result(probe, "closed");
	else if (got < 0 && errno != EAGAIN && !read_error(probe))
		result(probe, errno == ECONNREFUSED ? "refused" : strerror(errno));
}

static void advance(struct probe *probe, short events)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (events & POLLERR && read_error(probe))
		return;
	if (probe->kind == TCP && !probe->connected && events & (POLLOUT | POLLERR | POLLHUP)) {
		getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error) {
			result(probe, error == ECONNREFUSED ? "rst" :
				      error == EHOSTUNREACH || error == EACCES ? "prohib" :
				      strerror(error));
			return;
		}
		probe->connected = true;
		send_data(probe);
		return;
	}
	if (events & (POLLIN | POLLERR | POLLHUP))
		read_answer(probe);
}

static bool settled(const struct probe *probe)
{
	if (probe->kind != RAW)
		return probe->result[0];
	if (!strcmp(probe->expected, "back"))
		return probe->back || probe->result[0];
	return probe->seen || probe->result[0] || (silent(probe) && probe->elsewhere);
}

/* Waits until what should answer has, and what should not has been silent. */
static void settle(void)
{
	static struct pollfd poll_fd[MAX_PROBES + MAX_CAPTURES];
	static struct probe *owner[MAX_PROBES];
	uint64_t start = now_ms(), last = start;

	for (;;) {
		size_t waiting = 0, count = 0, i;
		uint64_t now = now_ms();
		bool listening = false;

		for (i = 0; i < probe_count; i++) {
			struct probe *probe = &probes[i];

			if (settled(probe))
				continue;
			waiting += !silent(probe);
			listening = true;
			if (probe->fd < 0)
				continue;
			owner[count] = probe;
			poll_fd[count].fd = probe->fd;
			poll_fd[count].events = POLLIN;
			if (probe->kind == TCP && !probe->connected)
				poll_fd[count].events = POLLOUT;
			count++;
		}
		if (!listening || (waiting ? now >= start + wait_ms : now >= last + quiet_ms))
			return;
		for (i = 0; i < capture_count; i++) {
			poll_fd[count + i].fd = captures[i].fd;
			poll_fd[count + i].events = POLLIN;
		}
		if (poll(poll_fd, count + capture_count, 20) <= 0)
			continue;
		for (i = 0; i < count; i++) {
			if (!poll_fd[i].revents)
				continue;
			advance(owner[i], poll_fd[i].revents);
			last = now_ms();
		}
		for (i = 0; i < capture_count; i++)
			if (poll_fd[count + i].revents && read_capture(i))
				last = now_ms();
	}
}

/* What came of a probe, in the words of "expected". */
static const char *outcome(const struct probe *probe)
{
	static char text[48];

	if (probe->result[0])
		return probe->result;
	if (probe->kind != RAW)
		return "drop";
	if (!strcmp(probe->expected, "back") && probe->back)
		return "back";
	if (probe->seen)
		return "seen";
	if (probe->elsewhere) {
		snprintf(text, sizeof(text), "seen@%s", probe->elsewhere);
		return text;
	}
	if (!strcmp(probe->expected, "drop"))
		return probe->back ? "back" : "drop";
	return "unseen";
}

static int explain(const struct probe *probe, struct judgement *answer)
{
	static const uint8_t protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
	uint8_t protocol = protocols[probe->kind];
	unsigned int port = probe->port;

	if (probe->kind == PING) {
		protocol = probe->family ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		port = (probe->family ? ICMP6_ECHO_REQUEST : ICMP_ECHO) << 8;
	}
	return genl_explain(module, probe->from->address[probe->family],
			    probe->to->address[probe->family], protocol, port, answer);
}

/* Expect what the module promises. */
static void expect_explained(struct probe *probe)
{
	static const char *const good[] = { "open", "echo", "reply" };
	static const char *const bad[] = { "rst", "prohib", "prohib" };
	struct judgement answer;
	int error = explain(probe, &answer);

	if (error)
		die("explain from %s to %s: %s", probe->from->name, probe->to->name, strerror(-error));
	probe->expected = !strcmp(answer.verdict, "allow") ? good[probe->kind] :
			  !strcmp(answer.verdict, "reject") ? bad[probe->kind] : "drop";
	probe->reason = strdup(answer.reason);
}

/* The reason the module gives for this probe, if it is another than expected. */
static const char *disagrees(const struct probe *probe)
{
	static char text[160];
	bool allowed = !strcmp(probe->expected, "open") || !strcmp(probe->expected, "echo") ||
		       !strcmp(probe->expected, "reply");
	bool rejected = !strcmp(probe->expected, "rst") || !strcmp(probe->expected, "prohib");
	const char *verdict = allowed ? "allow" : rejected ? "reject" : "deny";
	struct judgement answer;
	int error;

	if (!module || !probe->reason || probe->kind == RAW || option(probe, "explain"))
		return NULL;
	error = explain(probe, &answer);
	if (error) {
		snprintf(text, sizeof(text), "explain fails: %s", strerror(-error));
		return text;
	}
	if (!strcmp(answer.reason, probe->reason) &&
	    (getenv("TG_OBSERVE") || !strcmp(answer.verdict, verdict)))
		return NULL;
	snprintf(text, sizeof(text), "explain says %s, %s%s%s", answer.verdict, answer.reason,
		 answer.rule[0] ? ", rule " : "", answer.rule);
	return text;
}

static void report(const struct probe *probe)
{
	static const char *const kinds[] = { "tcp", "udp", "ping", "raw" };
	const char *got = outcome(probe), *other = disagrees(probe);
	bool good = !strcmp(got, probe->expected) && !other;

	if (!good)
		failed++;
	if (good && !probe->promise)
		return;
	printf("%s - %s (IPv%d)\n", good ? "ok" : "not ok",
	       probe->promise ? probe->promise : "preparation", probe->family ? 6 : 4);
	if (good)
		return;
	printf("# %s %s to %s port %u: expected %s, got %s\n", kinds[probe->kind],
	       probe->from->name, probe->to->name, probe->port, probe->expected, got);
	if (other)
		printf("# %s; expected %s\n", other, probe->reason);
}

static uint64_t count_of(const struct reason_count *count, size_t len, const char *reason)
{
	uint64_t total = 0;

	for (size_t i = 0; i < len; i++)
		if (!strcmp(count[i].reason, reason))
			total += count[i].packets;
	return total;
}

/* Did the counters grow by what was probed, reason by reason? */
static void report_counts(const struct reason_count *before, size_t before_len,
			  const struct reason_count *after, size_t after_len)
{
	bool good = true, any = false;
	char seen[256] = "";

	for (size_t i = 0; i < probe_count; i++) {
		const char *reason = probes[i].reason;
		uint64_t grown, sent = 0;
		bool first = true;

		for (size_t j = 0; reason && j < probe_count; j++)
			if (probes[j].reason && !strcmp(probes[j].reason, reason)) {
				first = first && j >= i;
				sent++;
			}
		if (!reason || !first)
			continue;
		any = true;
		grown = count_of(after, after_len, reason) - count_of(before, before_len, reason);
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), " %s %llu", reason,
			 (unsigned long long)grown);
		if (grown >= sent)
			continue;
		good = false;
		printf("# %s: %llu probes, counter grew by %llu\n", reason, (unsigned long long)sent,
		       (unsigned long long)grown);
	}
	if (!any)
		return;
	printf("%s - counted under its reason:%s\n", good ? "ok" : "not ok", seen);
	failed += !good;
}

/* Sends everything collected so far, waits, and reports. */
static void run(void)
{
	static struct reason_count before[8192], after[8192];
	size_t before_len = 0;
	bool raw = false;

	if (module)
		before_len = genl_counts(module, before, ARRAY_LEN(before));
	for (size_t i = 0; i < probe_count; i++)
		raw = raw || probes[i].kind == RAW;
	if (raw)
		open_captures();
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].kind == RAW)
			start_raw(&probes[i]);
		else
			start_socket(&probes[i]);
	settle();
	for (size_t i = 0; i < probe_count; i++)
		report(&probes[i]);
	if (module)
		report_counts(before, before_len, after,
			      genl_counts(module, after, ARRAY_LEN(after)));
	for (size_t i = 0; i < probe_count; i++)
		if (probes[i].fd >= 0)
			close(probes[i].fd);
	while (capture_count)
		close(captures[--capture_count].fd);
	probe_count = 0;
	fflush(stdout);
}

static const struct host *host_or_die(const char *name)
{
	const struct host *host = host_find(name);

	if (!host)
		die("no such host: %s", name);
	return host;
}

/* One line becomes a probe in each family it can be sent in. */
static void add(char *line)
{
	static const char *const kinds[] = { "tcp", "udp", "ping", "raw" };
	struct probe one = { .fd = -1 };
	char *word[32], *hash = strchr(line, '#');
	int words, next = 3;

	if (hash) {
		*hash++ = 0;
		while (*hash == ' ')
			hash++;
		hash[strcspn(hash, "\n")] = 0;
		one.promise = hash;
	}
	words = split(line, word, ARRAY_LEN(word));
	if (!words)
		return;
	if (words < 4)
		die("a line needs more words: %s", word[0]);
	while (one.kind < ARRAY_LEN(kinds) && strcmp(word[0], kinds[one.kind]))
		one.kind++;
	if (one.kind == ARRAY_LEN(kinds))
		die("unknown kind of probe: %s", word[0]);
	one.from = host_or_die(word[1]);
	one.to = host_or_die(word[2]);
	if (one.kind == TCP || one.kind == UDP)
		one.port = (unsigned int)strtoul(word[next++], NULL, 10);
	while (next < words - 1 && one.options < (int)ARRAY_LEN(one.option))
		one.option[one.options++] = word[next++];
	one.expected = word[words - 1];
	one.reason = strchr(word[words - 1], '/');
	if (one.reason)
		*one.reason++ = 0;
	for (one.family = 0; one.family < 2; one.family++) {
		unsigned long only = number(&one, "family", 0);

		if ((only && only != (one.family ? 6 : 4)) || !raw_address(&one, "src", one.from) ||
		    !raw_address(&one, "dst", one.to))
			continue;
		if (probe_count == MAX_PROBES)
			die("too many lines; put -- between some");
		one.marker = ++next_marker;
		probes[probe_count] = one;
		if (module && !strcmp(one.expected, "explained"))
			expect_explained(&probes[probe_count]);
		probe_count++;
	}
}

int check_main(int argc, char **argv)
{
	const char *wait = getenv("TG_WAIT"), *quiet = getenv("TG_QUIET");
	bool explain = argc == 3 && !strcmp(argv[1], "-e");
	char *line = NULL;
	size_t size = 0;
	FILE *in;

	if (argc != 2 + explain)
		die("usage: probe check [-e] FILE");
	in = !strcmp(argv[argc - 1], "-") ? stdin : fopen(argv[argc - 1], "re");
	if (!in)
		die("%s: %s", argv[argc - 1], strerror(errno));
	wait_ms = wait ? (unsigned int)atoi(wait) : 10000;
	quiet_ms = quiet ? (unsigned int)atoi(quiet) : 400;
	next_marker = (unsigned int)getpid() % 900 * 1000;
	if (explain) {
		module = genl_open();
		if (!module)
			die("the module's netlink family is not there");
	}
	while (getline(&line, &size, in) > 0) {
		if (line[0] == '-')
			run();
		else
			add(strdup(line));	/* the probes keep pointers into it */
	}
	run();
	free(line);
	fclose(in);
	return failed != 0;
}
