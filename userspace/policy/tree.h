/* SPDX-License-Identifier: GPL-2.0-only */
/* A YAML document as a tree of nodes that know where they are written. */
#ifndef TG_POLICY_TREE_H
#define TG_POLICY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diagnostics;
struct pool;
struct source;

/* Deeper nesting than this is refused; the language needs 9 levels. */
#define TREE_DEPTH_MAX	16
/* A document with more nodes than this is refused. */
#define TREE_NODES_MAX	(8 * 1024 * 1024)

enum node_type {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
	NODE_BROKEN,	/* an error was reported here, say nothing more about it */
};

/**
 * struct node - a node of the document
 * @type: enum node_type
 * @plain: a scalar without quotation marks
 * @line: counts from 1
 * @column: counts characters from 1
 * @count: items of a list, pairs of a map
 * @len: bytes of a scalar's text
 * @text: of a scalar, ends in NUL, may also contain one
 * @first: first item of a list, first key of a map
 * @next: next item of the list, next key of the map
 * @value: when this is a key of a map: what belongs to it
 */
struct node {
	uint8_t type;
	bool plain;
	uint32_t line;
	uint32_t column;
	uint32_t count;
	uint32_t len;
	const char *text;
	struct node *first;
	struct node *next;
	struct node *value;
};

struct node *tree_parse(struct source *source, struct pool *pool, struct diagnostics *diag);
bool node_is_null(const struct node *node);

#endif
