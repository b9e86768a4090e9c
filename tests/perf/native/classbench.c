// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of filters as ClassBench's db_generator writes them (D. E. Taylor and
 * J. S. Turner, "ClassBench: A Packet Classification Benchmark", INFOCOM 2005,
 * IEEE/ACM Transactions on Networking 15(3), 2007):
 *
 *	@source/len  destination/len  sport : sport  dport : dport  proto/mask  flags/mask
 *
 * TCP flags are not read. Files that end in .gz go through gzip.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "set.h"

struct line {
	u32 src[4], src_len, dst[4], dst_len;
	u32 sport[2], dport[2];
	u32 proto, proto_mask;
};

static bool line_scan(const char *text, struct line *l)
{
	u32 *s = l->src, *d = l->dst;
	int i;

	if (sscanf(text, "@%u.%u.%u.%u/%u %u.%u.%u.%u/%u %u : %u %u : %u %x/%x",
		   &s[0], &s[1], &s[2], &s[3], &l->src_len,
		   &d[0], &d[1], &d[2], &d[3], &l->dst_len,
		   &l->sport[0], &l->sport[1], &l->dport[0], &l->dport[1],
		   &l->proto, &l->proto_mask) != 16)
		return false;
	for (i = 0; i < 4; i++)
		if (s[i] > 255 || d[i] > 255)
			return false;
	return l->src_len <= 32 && l->dst_len <= 32 &&
	       l->sport[0] <= l->sport[1] && l->sport[1] <= 65535 &&
	       l->dport[0] <= l->dport[1] && l->dport[1] <= 65535 &&
	       l->proto <= 255 && (l->proto_mask == 0 || l->proto_mask == 255);
}

static u32 host_order(const u32 bytes[4])
{
	return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static void line_add(struct set *set, const struct line *l)
{
	struct tg_match m = set_match();

	set_prefix(&m.src, &m.src_mask, host_order(l->src), l->src_len);
	set_prefix(&m.dst, &m.dst_mask, host_order(l->dst), l->dst_len);
	m.port.proto = l->proto_mask ? l->proto : TG_PROTO_ANY;
	m.port.sport_min = l->sport[0];
	m.port.sport_max = l->sport[1];
	m.port.min = l->dport[0];
	m.port.max = l->dport[1];
	set_add(set, &m);
}

/* The file as text; *child is who writes it, or 0. */
static FILE *text_open(const char *path, pid_t *child)
{
	const char *end = strrchr(path, '.');
	int ends[2];

	*child = 0;
	if (!end || strcmp(end, ".gz"))
		return fopen(path, "r");
	if (access(path, R_OK) || pipe(ends))
		return NULL;
	*child = fork();
	if (*child < 0)
		return NULL;
	if (!*child) {
		int file = open(path, O_RDONLY);

		if (file >= 0 && dup2(file, 0) >= 0 && dup2(ends[1], 1) >= 0) {
			close(ends[0]);
			close(ends[1]);
			execlp("gzip", "gzip", "-dc", (char *)NULL);
		}
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

static void name_set(struct set *set, const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	snprintf(set->name, sizeof(set->name), "%.*s", (int)strcspn(base, "."), base);
}

/**
 * classbench_read - read a set from a file
 * @set: an empty set
 * @path: the file
 *
 * What is wrong is said on stderr.
 *
 * Return: 0, or a negative errno.
 */
int classbench_read(struct set *set, const char *path)
{
	int status = 0, error = 0;
	char text[512];
	struct line line;
	u32 number = 0;
	pid_t child;
	FILE *file;

	name_set(set, path);
	file = text_open(path, &child);
	if (!file) {
		fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
		return -ENOENT;
	}
	while (!error && fgets(text, sizeof(text), file)) {
		number++;
		if (text[strspn(text, " \t\r\n")] == '\0')
			continue;
		if (line_scan(text, &line))
			line_add(set, &line);
		else
			error = -EINVAL;
	}
	fclose(file);
	if (child && (waitpid(child, &status, 0) != child || (!error && status))) {
		fprintf(stderr, "bench: %s: gzip failed\n", path);
		error = -EIO;
	} else if (error) {
		fprintf(stderr, "bench: %s:%u: not a filter of ClassBench\n", path, number);
	} else if (!set->count) {
		fprintf(stderr, "bench: %s: no filter\n", path);
		error = -EINVAL;
	}
	return error;
}
