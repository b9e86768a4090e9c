/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe: sends and receives in many network namespaces from one process.
 * See probe.c for what it is and how it is called.
 */
#ifndef PROBE_H
#define PROBE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* hosts.c: people and servers by name, and the namespaces they are in */

struct host {
	char name[32];
	char space[IFNAMSIZ * 2];
	char address[2][INET6_ADDRSTRLEN];	/* IPv4, IPv6; empty: none */
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
uint64_t now_ms(void);
int split(char *line, char **word, int max);

void hosts_read(const char *file);
const struct host *host_find(const char *name);
const struct host *host_at(size_t index);
void enter(const char *space);
int family_of(const char *address);
socklen_t address_set(union address *to, const char *address, unsigned int port);

/* craft.c: packets built from words */

struct packet {
	uint8_t data[65536];
	size_t len;
	int family;
};

struct craft {
	const char *source, *destination;	/* addresses */
	uint8_t protocol;
	unsigned int marker;			/* repeated in the payload */
	char *const *option;			/* key=value */
	int options;
};

void craft(struct packet *packet, const struct craft *how);
void marker_text(char text[9], unsigned int marker);
unsigned int marker_find(const uint8_t *data, size_t len);

/* send.c */

int raw_open(const char *space, char *device, const char *want_device);
int raw_send(int fd, const char *device, const struct packet *packet, const char *mac);

/* check.c, serve.c, stream.c, scan.c, load.c, rtp.c: what the commands do */

int check_main(int argc, char **argv);
int serve_main(int argc, char **argv);
int stream_main(int argc, char **argv);
int scan_main(int argc, char **argv);
int load_main(int argc, char **argv);
int rtp_main(int argc, char **argv);

/* genl.c: the module's family, by hand */

struct genl;
struct judgement {
	char verdict[16], reason[32], tenant[64], rule[64];
};

struct reason_count {
	char tenant[64], reason[32];
	uint64_t packets, observed;
};

struct genl *genl_open(void);
int genl_explain(struct genl *genl, const char *from, const char *to, unsigned int protocol,
		 unsigned int port, struct judgement *answer);
size_t genl_counts(struct genl *genl, struct reason_count *count, size_t max);
int genl_main(int argc, char **argv);
int hostile_main(int argc, char **argv);
int replace_main(int argc, char **argv);

#endif
