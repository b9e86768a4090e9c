/* SPDX-License-Identifier: GPL-2.0-only */
/* Policy files as bytes: opened safely, read whole, quoted in messages. */
#ifndef TG_POLICY_SOURCE_H
#define TG_POLICY_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"

/* A policy file is refused when it is larger than this, in bytes. */
#define POLICY_FILE_MAX		((size_t)64 * 1024 * 1024)
/* All files of a policy together are refused when larger, in bytes. */
#define POLICY_TOTAL_MAX	((size_t)256 * 1024 * 1024)

/**
 * struct source - one file of a policy
 * @next: next file, in the order they were opened
 * @number: place in that order
 * @name: as shown in messages
 * @text: what is in it; NULL once the policy is loaded
 * @len: bytes of @text
 */
struct source {
	struct source *next;
	uint32_t number;
	char *name;
	char *text;
	size_t len;
};

const char *source_name(const struct source *source);
struct source *source_create(const char *name, char *text, size_t len);
void source_free_all(struct source *sources);
void source_forget(struct source *sources);

int source_read(const char *path, size_t limit, char **text, size_t *len);
int source_read_below(const char *provider, const char *path, size_t limit,
		      char **text, size_t *len);
const char *source_error(int error);

const char *source_line(const struct source *source, uint32_t line, size_t *len);

#endif
