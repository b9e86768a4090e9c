// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the bytes of a YAML file to a tree of nodes.
 *
 * libfyaml's event parser is used rather than its documents: the tree here is
 * small, knows the line and column of everything, and refuses on the way what
 * a policy has no use for and an attacker has: anchors and aliases (a few of
 * them make gigabytes), tags, deep nesting, several documents, keys that are
 * no text, the same key twice.
 */
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "diagnostics.h"
#include "names.h"
#include "pool.h"
#include "source.h"
#include "tree.h"
#include "values.h"

/* In maps of more keys than this, keys are found by hash. */
#define SMALL_MAP	8

/* A list or map that is still open. */
struct frame {
	struct node *node;
	struct node *last;	/* item or key added last */
	bool is_map;
	bool want_value;	/* the next node belongs to the key @last */
	bool flow;		/* written with brackets */
};

/* Line and column of a byte, found by walking on from the last one asked for. */
struct cursor {
	size_t offset;
	size_t line_start;
	uint32_t line;
	uint32_t column;
};

struct builder {
	struct source *source;
	struct pool *pool;
	struct diagnostics *diag;
	struct fy_parser *parser;
	struct cursor cursor;
	struct node *root;
	struct frame stack[TREE_DEPTH_MAX];
	unsigned int depth;
	unsigned int nodes;
	unsigned int documents;
	bool stop;
};

static bool is_character_start(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static void cursor_move(struct cursor *c, const struct source *source, size_t offset)
{
	const char *text = source->text;

	if (offset > source->len)
		offset = source->len;
	while (offset < c->line_start) {
		c->line--;
		for (c->line_start--; c->line_start && text[c->line_start - 1] != '\n';)
			c->line_start--;
		c->offset = c->line_start;
		c->column = 1;
	}
	if (offset < c->offset) {
		c->offset = c->line_start;
		c->column = 1;
	}
	for (; c->offset < offset; c->offset++) {
		if (text[c->offset] == '\n') {
			c->line++;
			c->line_start = c->offset + 1;
			c->column = 1;
		} else if (c->offset + 1 == source->len || is_character_start(text[c->offset + 1])) {
			c->column++;
		}
	}
}

static struct origin node_origin(const struct builder *b, const struct node *node)
{
	return (struct origin){ b->source, node->line, node->column };
}

static struct origin here(const struct builder *b)
{
	return (struct origin){ b->source, b->cursor.line, b->cursor.column };
}

static void out_of_memory(struct builder *b)
{
	diagnostics_error(b->diag, NULL, "there is not enough memory to read the policy");
	b->stop = true;
}

/**
 * node_is_null - is nothing written here?
 * @node: a node
 *
 * Return: true for an empty value, "~" and "null".
 */
bool node_is_null(const struct node *node)
{
	if (node->type != NODE_SCALAR || !node->plain)
		return false;
	return !node->len || !strcmp(node->text, "~") || !strcmp(node->text, "null");
}

/* Looks at the raw bytes: what is no text is refused before it is parsed. */
static bool check_bytes(struct builder *b)
{
	const char *text = b->source->text;
	size_t len = b->source->len, at, n;
	struct origin o;
	ucs4_t uc;

	for (at = 0; at < len; at += n) {
		int got;

		n = 1;
		if (text[at] >= ' ' && text[at] <= '~')
			continue;
		got = u8_mbtoucr(&uc, (const uint8_t *)text + at, len - at);
		if (got > 0)
			n = (size_t)got;
		if (got > 0 && (uc == '\t' || uc == '\n'))
			continue;
		if (got > 0 && uc == '\r' && at + 1 < len && text[at + 1] == '\n')
			continue;
		if (got > 0 && !values_is_control(uc))
			continue;
		cursor_move(&b->cursor, b->source, at);
		o = here(b);
		if (got > 0) {
			diagnostics_error(b->diag, &o,
				"there is an invisible control character here (U+%04X)", uc);
			diagnostics_expected(b->diag, "text without such characters");
		} else {
			diagnostics_error(b->diag, &o, "this is not UTF-8 text (byte 0x%02x)",
					  (unsigned char)text[at]);
			diagnostics_expected(b->diag, "a text file saved as UTF-8");
		}
		return false;
	}
	return true;
}

static struct node *new_node(struct builder *b, enum node_type type, const struct fy_mark *mark)
{
	struct node *node;

	if (++b->nodes > TREE_NODES_MAX) {
		diagnostics_error(b->diag, &(struct origin){ .source = b->source },
				  "the file has more than %u entries", TREE_NODES_MAX);
		b->stop = true;
		return NULL;
	}
	node = pool_alloc(b->pool, 1, sizeof(*node));
	if (!node) {
		out_of_memory(b);
		return NULL;
	}
	if (mark)
		cursor_move(&b->cursor, b->source, mark->input_pos);
	node->type = (uint8_t)type;
	node->line = b->cursor.line;
	node->column = b->cursor.column;
	return node;
}

/* Puts a node where it belongs: into the map or list that is open. */
static void place(struct builder *b, struct node *node)
{
	struct frame *f = b->depth ? &b->stack[b->depth - 1] : NULL;
	struct origin o = node_origin(b, node);

	if (!f) {
		if (!b->root)
			b->root = node;
		return;
	}
	if (f->is_map && f->want_value) {
		f->last->value = node;
		f->want_value = false;
		return;
	}
	if (f->is_map && node->type != NODE_SCALAR) {
		if (node->type != NODE_BROKEN)
			diagnostics_error(b->diag, &o, "a key must be a word, not a %s",
					  node->type == NODE_MAP ? "map" : "list");
		node->type = NODE_BROKEN;
	}
	if (f->last)
		f->last->next = node;
	else
		f->node->first = node;
	/* "[tcp/443: bulk]": the parser only learns at the colon that a map began. */
	if (!f->last && node->line == f->node->line && node->column < f->node->column)
		f->node->column = node->column;
	f->last = node;
	f->want_value = f->is_map;
	f->node->count++;
}

static void refuse_decoration(struct builder *b, struct node *node, struct fy_token *anchor,
			      struct fy_token *tag)
{
	const struct fy_mark *mark = fy_token_start_mark(anchor ? anchor : tag);
	struct origin o = node_origin(b, node);
	size_t at;

	if (!anchor && !tag)
		return;
	if (mark) {
		at = mark->input_pos;
		if (at && at <= b->source->len && b->source->text[at - 1] == '&')
			at--;
		cursor_move(&b->cursor, b->source, at);
		o = here(b);
	}
	if (anchor)
		diagnostics_error(b->diag, &o, "anchors (&name) are not accepted in a policy");
	else
		diagnostics_error(b->diag, &o, "tags (!name) are not accepted in a policy");
	diagnostics_expected(b->diag, "the value alone");
	node->type = NODE_BROKEN;
}

static void add_scalar(struct builder *b, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct node *node = new_node(b, NODE_SCALAR, mark);
	const char *text = NULL;
	size_t len = 0;

	if (!node)
		return;
	if (token)
		text = fy_token_get_text(token, &len);
	node->plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
	if (mark && !node->plain && node->column > 1)
		node->column--;		/* the quotation mark in front of it */
	node->text = pool_text(b->pool, text ? text : "", text ? len : 0);
	node->len = (uint32_t)len;
	if (!node->text) {
		out_of_memory(b);
		return;
	}
	refuse_decoration(b, node, event->scalar.anchor, event->scalar.tag);
	place(b, node);
}

static void add_alias(struct builder *b, struct fy_event *event)
{
	struct node *node = new_node(b, NODE_BROKEN, fy_event_start_mark(event));
	struct origin o;

	if (!node)
		return;
	if (node->column > 1)
		node->column--;		/* the asterisk in front of the name */
	o = node_origin(b, node);
	diagnostics_error(b->diag, &o, "aliases (*name) are not accepted in a policy");
	diagnostics_expected(b->diag, "the value itself; a text that begins with * needs quotes");
	node->text = "";
	place(b, node);
}

static void open_collection(struct builder *b, enum node_type type, struct fy_event *event,
			    struct fy_token *anchor, struct fy_token *tag)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct node *node = new_node(b, type, mark);
	struct origin o;
	char c;

	if (!node)
		return;
	node->text = "";
	o = node_origin(b, node);
	if (b->depth == TREE_DEPTH_MAX) {
		diagnostics_error(b->diag, &o, "lists and maps are nested more than %d deep",
				  TREE_DEPTH_MAX);
		b->stop = true;
		return;
	}
	c = mark && mark->input_pos < b->source->len ? b->source->text[mark->input_pos] : '\0';
	b->stack[b->depth].node = node;
	b->stack[b->depth].last = NULL;
	b->stack[b->depth].is_map = type == NODE_MAP;
	b->stack[b->depth].want_value = false;
	b->stack[b->depth].flow = c == '[' || c == '{';
	b->depth++;
	if (anchor || tag)
		refuse_decoration(b, node, anchor, tag);
}

/* An earlier key of the same name among the few of a small map. */
static struct node *find_key(const struct node *map, const struct node *before)
{
	struct node *key;

	for (key = map->first; key != before; key = key->next)
		if (key->type == NODE_SCALAR && key->len == before->len &&
		    !strcmp(key->text, before->text))
			return key;
	return NULL;
}

/* The same key twice in one map: the second one is an error. */
static void check_keys(struct builder *b, struct node *map)
{
	struct name_index index = {};
	struct node *key, *old;
	struct origin o;

	if (map->count > SMALL_MAP && !name_index_init(&index, map->count)) {
		out_of_memory(b);
		return;
	}
	for (key = map->first; key; key = key->next) {
		if (key->type != NODE_SCALAR)
			continue;
		old = index.slots ? name_index_add(&index, key->text, key) : find_key(map, key);
		if (!old)
			continue;
		o = node_origin(b, key);
		diagnostics_error(b->diag, &o, "%s is written twice here, first in line %u",
				  QUOTE(key->text), old->line);
		diagnostics_expected(b->diag, "one entry with everything that belongs to it");
		key->type = NODE_BROKEN;
	}
	name_index_free(&index);
}

static void close_collection(struct builder *b)
{
	struct node *node;

	if (!b->depth)
		return;
	node = b->stack[--b->depth].node;
	if (node->type == NODE_MAP)
		check_keys(b, node);
	place(b, node);
}

static void open_document(struct builder *b, struct fy_event *event)
{
	const struct fy_mark *mark;
	struct origin o;

	if (++b->documents == 1)
		return;
	mark = event->document_start.document_start ?
		fy_token_start_mark(event->document_start.document_start) : NULL;
	if (mark)
		cursor_move(&b->cursor, b->source, mark->input_pos);
	o = here(b);
	diagnostics_error(b->diag, &o, "a second document begins here (---)");
	diagnostics_expected(b->diag, "one document in a file");
	b->stop = true;
}

static void take_event(struct builder *b, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		open_document(b, event);
		break;
	case FYET_SCALAR:
		add_scalar(b, event);
		break;
	case FYET_ALIAS:
		add_alias(b, event);
		break;
	case FYET_SEQUENCE_START:
		open_collection(b, NODE_LIST, event, event->sequence_start.anchor,
				event->sequence_start.tag);
		break;
	case FYET_MAPPING_START:
		open_collection(b, NODE_MAP, event, event->mapping_start.anchor,
				event->mapping_start.tag);
		break;
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		close_collection(b);
		break;
	default:
		break;
	}
}

/* What helps against the mistakes that people make most. */
static const char *syntax_hint(const char *message)
{
	static const struct {
		const char *part;
		const char *hint;
	} hints[] = {
		{ "tab character", "spaces in front of the line" },
		{ "without closing quote", "the same quotation mark at the end of the text" },
		{ "nested block mapping", "quotes around a text that has a colon and a space in it" },
		{ "invalid indentation", "as many spaces in front as the lines above it have" },
		{ "multiline plain key", "a colon behind every key, and quotes around a long text" },
	};
	size_t i;

	for (i = 0; message && i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strstr(message, hints[i].part))
			return hints[i].hint;
	return NULL;
}

/* Says what libfyaml found, and which bracket is still open. */
static void report_syntax(struct builder *b, struct fy_diag *fy)
{
	const struct fy_diag_error *error;
	struct origin o = { .source = b->source };
	const struct frame *f;
	const char *hint;
	void *iterator = NULL;

	error = fy_diag_errors_iterate(fy, &iterator);
	if (error && error->line > 0) {
		o.line = (uint32_t)error->line;
		o.column = error->column > 0 ? (uint32_t)error->column : 1;
	}
	diagnostics_error(b->diag, &o, "this is not valid YAML: %s",
			  error && error->msg ? error->msg : "it cannot be parsed");
	hint = error ? syntax_hint(error->msg) : NULL;
	if (hint) {
		diagnostics_expected(b->diag, "%s", hint);
		return;
	}
	f = b->depth ? &b->stack[b->depth - 1] : NULL;
	if (f && f->flow)
		diagnostics_expected(b->diag, "a comma, or \"%s\" to close the %s of line %u",
				     f->is_map ? "}" : "]", f->is_map ? "map" : "list",
				     f->node->line);
}

static bool run_parser(struct builder *b, struct fy_diag *fy)
{
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
			 FYPCF_JSON_NONE,
		.diag = fy,
	};
	struct fy_event *event;
	bool failed;

	b->parser = fy_parser_create(&cfg);
	if (!b->parser || fy_parser_set_string(b->parser, b->source->text, b->source->len)) {
		fy_parser_destroy(b->parser);
		out_of_memory(b);
		return false;
	}
	while (!b->stop) {
		event = fy_parser_parse(b->parser);
		if (!event)
			break;
		take_event(b, event);
		fy_parser_event_free(b->parser, event);
	}
	failed = !b->stop && fy_parser_get_stream_error(b->parser);
	if (failed)
		report_syntax(b, fy);
	fy_parser_destroy(b->parser);
	return !failed && !b->stop;
}

/**
 * tree_parse - parse a file
 * @source: the file
 * @pool: nodes and texts are taken from here
 * @diag: errors are added here
 *
 * Return: the root node, or NULL when the file cannot be read as a whole. Smaller
 * errors are in @diag, too, and the nodes concerned are NODE_BROKEN.
 */
struct node *tree_parse(struct source *source, struct pool *pool, struct diagnostics *diag)
{
	struct builder b = {
		.source = source,
		.pool = pool,
		.diag = diag,
		.cursor = { .line = 1, .column = 1 },
	};
	struct fy_diag_cfg cfg;
	struct fy_diag *fy;
	bool fine;

	/* A byte order mark, as some editors write it, says nothing more than UTF-8. */
	if (source->len >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3)) {
		source->len -= 3;
		memmove(source->text, source->text + 3, source->len);
	}
	if (!check_bytes(&b))
		return NULL;
	fy_diag_cfg_default(&cfg);
	cfg.fp = NULL;
	cfg.level = FYET_ERROR;
	fy = fy_diag_create(&cfg);
	if (!fy) {
		out_of_memory(&b);
		return NULL;
	}
	fy_diag_set_collect_errors(fy, true);
	fine = run_parser(&b, fy);
	fy_diag_destroy(fy);
	return fine ? b.root : NULL;
}
