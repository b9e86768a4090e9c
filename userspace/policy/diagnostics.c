// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors and warnings: collecting them, quoting the user's text under them,
 * printing them. Whatever comes from a file is made harmless for a terminal
 * here: control characters, bytes that are no UTF-8 and characters that
 * reorder text are shown as "?".
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "diagnostics.h"
#include "source.h"
#include "values.h"

#define EXCERPT_COLUMNS	120	/* a longer line is cut to a window of this width */
#define EXCERPT_BEFORE	60	/* columns of it in front of the caret */
#define MESSAGE_SIZE	1024

/**
 * diagnostics_create - begin a list
 *
 * Return: an empty list, or NULL when there is no memory.
 */
struct diagnostics *diagnostics_create(void)
{
	return calloc(1, sizeof(struct diagnostics));
}

/**
 * diagnostics_free - give back a list
 * @diag: the list, or NULL
 */
void diagnostics_free(struct diagnostics *diag)
{
	uint32_t i;

	if (!diag)
		return;
	for (i = 0; i < diag->count; i++) {
		free(diag->list[i].file);
		free(diag->list[i].message);
		free(diag->list[i].excerpt);
		free(diag->list[i].caret);
		free(diag->list[i].expected);
		free(diag->list[i].suggestion);
	}
	free(diag);
}

/* Decodes one character; what a terminal should not see becomes "?". */
static size_t next_character(const char *text, size_t len, ucs4_t *uc)
{
	int n = u8_mbtoucr(uc, (const uint8_t *)text, len);

	if (n <= 0) {
		*uc = '?';
		return 1;
	}
	if (*uc != '\t' && values_is_control(*uc))
		*uc = '?';
	return (size_t)n;
}

/* Copies a text, harmless for a terminal, on one line. */
static char *harmless(const char *text, size_t len)
{
	char *copy = malloc(len + 1), *to = copy;
	size_t n;
	ucs4_t uc;

	if (!copy)
		return NULL;
	for (; len; text += n, len -= n) {
		n = next_character(text, len, &uc);
		if (uc == '\t')
			*to++ = ' ';
		else if (uc == '?')
			*to++ = '?';
		else
			to = mempcpy(to, text, n);
	}
	*to = '\0';
	return copy;
}

static __attribute__((format(printf, 1, 0))) char *format_text(const char *format, va_list args)
{
	char buf[MESSAGE_SIZE];
	int n = vsnprintf(buf, sizeof(buf), format, args);

	if (n < 0)
		return NULL;
	return harmless(buf, strlen(buf));
}

/* Columns a character takes on a terminal. */
static int width_of(ucs4_t uc)
{
	int width = uc == '\t' ? 1 : uc_width(uc, "UTF-8");

	return width < 0 ? 0 : width;
}

/* Skips characters until those that are left before @stop fit into @columns. */
static const char *window_start(const char *line, const char *stop, int columns)
{
	const char *at;
	int total = 0;
	ucs4_t uc;

	for (at = line; at < stop;) {
		at += next_character(at, (size_t)(stop - at), &uc);
		total += width_of(uc);
	}
	for (at = line; at < stop && total > columns;) {
		at += next_character(at, (size_t)(stop - at), &uc);
		total -= width_of(uc);
	}
	return at;
}

/* Quotes the line and makes what stands in front of the caret under it. */
static void make_excerpt(struct diagnostic *d, const char *line, size_t len)
{
	const char *end = line + len, *caret = line, *at;
	size_t room = EXCERPT_COLUMNS * 6 + 16;
	char *text = malloc(room), *under = malloc(room), *t = text, *u = under;
	int columns = 0;
	uint32_t i;
	ucs4_t uc;

	if (!text || !under) {
		free(text);
		free(under);
		return;
	}
	for (i = 1; i < d->column && caret < end; i++)
		caret += next_character(caret, (size_t)(end - caret), &uc);
	at = line;
	if (window_start(line, end, EXCERPT_COLUMNS) > line)
		at = window_start(line, caret, EXCERPT_BEFORE);
	if (at > line) {
		t = stpcpy(t, "...");
		u = stpcpy(u, "   ");
	}
	while (at < end && columns < EXCERPT_COLUMNS && (size_t)(t - text) + 16 < room) {
		size_t n = next_character(at, (size_t)(end - at), &uc);
		int width = width_of(uc);

		t = uc == '?' ? stpcpy(t, "?") : mempcpy(t, at, n);
		if (at < caret) {
			memset(u, uc == '\t' ? '\t' : ' ', (size_t)width);
			u += width;
		}
		columns += width;
		at += n;
	}
	if (at < end)
		t = stpcpy(t, "...");
	*t = '\0';
	*u = '\0';
	d->excerpt = text;
	d->caret = under;
}

static bool is_repeated(const struct diagnostics *diag, const struct diagnostic *d)
{
	const struct diagnostic *old;
	uint32_t i;

	for (i = 0; i < diag->count; i++) {
		old = &diag->list[i];
		if (old->line == d->line && old->column == d->column &&
		    old->file_number == d->file_number && !strcmp(old->message, d->message))
			return true;
	}
	return false;
}

static __attribute__((format(printf, 4, 0)))
void add(struct diagnostics *diag, enum diagnostic_severity severity,
	 const struct origin *at, const char *format, va_list args)
{
	struct diagnostic *d;
	const char *line;
	size_t len;

	diag->last = NULL;
	if (diag->count < DIAGNOSTICS_MAX) {
		d = &diag->list[diag->count];
		memset(d, 0, sizeof(*d));
		d->severity = severity;
		d->sequence = diag->count;
		d->message = format_text(format, args);
		if (at && at->source) {
			d->file = harmless(at->source->name, strlen(at->source->name));
			d->file_number = at->source->number;
			d->line = at->line;
			d->column = at->column;
		}
		if (d->message && is_repeated(diag, d)) {
			free(d->message);
			free(d->file);
			return;
		}
		line = d->line ? source_line(at->source, d->line, &len) : NULL;
		if (line)
			make_excerpt(d, line, len);
		diag->count++;
		diag->last = d;
	}
	if (severity == DIAGNOSTIC_ERROR)
		diag->errors++;
	else
		diag->warnings++;
}

/**
 * diagnostics_error - add an error
 * @diag: the list
 * @at: where; NULL or an origin without a line when it is about no place
 * @format: one sentence that says what is wrong, as for printf
 */
void diagnostics_error(struct diagnostics *diag, const struct origin *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(diag, DIAGNOSTIC_ERROR, at, format, args);
	va_end(args);
}

/**
 * diagnostics_warning - add a warning
 * @diag: the list
 * @at: where, as for diagnostics_error()
 * @format: one sentence that says what is doubtful, as for printf
 */
void diagnostics_warning(struct diagnostics *diag, const struct origin *at,
			 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(diag, DIAGNOSTIC_WARNING, at, format, args);
	va_end(args);
}

/**
 * diagnostics_expected - say what should be in the place of the last error
 * @diag: the list
 * @format: what follows the word "expected", as for printf
 */
void diagnostics_expected(struct diagnostics *diag, const char *format, ...)
{
	va_list args;

	if (!diag->last || diag->last->expected)
		return;
	va_start(args, format);
	diag->last->expected = format_text(format, args);
	va_end(args);
}

/**
 * diagnostics_suggest - say what was perhaps meant by the text of the last error
 * @diag: the list
 * @suggestion: what follows "did you mean"; nothing happens when it is NULL
 */
void diagnostics_suggest(struct diagnostics *diag, const char *suggestion)
{
	if (!suggestion || !diag->last || diag->last->suggestion)
		return;
	diag->last->suggestion = harmless(suggestion, strlen(suggestion));
}

static int compare(const void *pa, const void *pb)
{
	const struct diagnostic *a = pa, *b = pb;

	if (a->file_number != b->file_number)
		return a->file_number < b->file_number ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->sequence < b->sequence ? -1 : 1;
}

static void sort(struct diagnostics *diag)
{
	qsort(diag->list, diag->count, sizeof(diag->list[0]), compare);
	diag->last = NULL;
}

static const char *severity_name(const struct diagnostic *d)
{
	return d->severity == DIAGNOSTIC_ERROR ? "error" : "warning";
}

/**
 * diagnostics_print - show all errors and warnings to a person
 * @diag: the list
 * @out: where to
 */
void diagnostics_print(struct diagnostics *diag, FILE *out)
{
	const struct diagnostic *d;
	uint32_t more = diag->errors + diag->warnings - diag->count;

	sort(diag);
	for (d = diag->list; d < diag->list + diag->count; d++) {
		if (d->file && d->line)
			fprintf(out, "%s:%u:%u: ", d->file, d->line, d->column);
		else if (d->file)
			fprintf(out, "%s: ", d->file);
		fprintf(out, "%s: %s\n", severity_name(d),
			d->message ? d->message : "not enough memory to say what is wrong");
		if (d->excerpt)
			fprintf(out, "    %s\n    %s^\n", d->excerpt, d->caret);
		if (d->expected)
			fprintf(out, "expected %s\n", d->expected);
		if (d->suggestion)
			fprintf(out, "did you mean %s?\n", d->suggestion);
	}
	if (more)
		fprintf(out, "and %u more errors and warnings\n", more);
}

static void json_text(FILE *out, const char *key, const char *text)
{
	const unsigned char *c;

	if (!text)
		return;
	fprintf(out, ", \"%s\": \"", key);
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(out, "\\u%04x", *c);
		else
			putc(*c, out);
	}
	putc('"', out);
}

/**
 * diagnostics_print_json - show all errors and warnings to a program
 * @diag: the list
 * @out: gets one JSON array
 */
void diagnostics_print_json(struct diagnostics *diag, FILE *out)
{
	const struct diagnostic *d;

	sort(diag);
	fputs("[", out);
	for (d = diag->list; d < diag->list + diag->count; d++) {
		fprintf(out, "%s\n    {\"severity\": \"%s\"", d == diag->list ? "" : ",",
			severity_name(d));
		json_text(out, "file", d->file);
		if (d->line)
			fprintf(out, ", \"line\": %u, \"column\": %u", d->line, d->column);
		json_text(out, "message", d->message);
		json_text(out, "expected", d->expected);
		json_text(out, "suggestion", d->suggestion);
		fputs("}", out);
	}
	fputs(diag->count ? "\n  ]" : "]", out);
}

/**
 * quote - put a text of the user in quotation marks
 * @text: the text
 *
 * Return: the text, cut when it is long.
 */
struct quote quote(const char *text)
{
	struct quote q;
	size_t len = strlen(text), room = sizeof(q.text) - 8;

	if (len <= room) {
		snprintf(q.text, sizeof(q.text), "\"%s\"", text);
		return q;
	}
	len = room;
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	snprintf(q.text, sizeof(q.text), "\"%.*s...\"", (int)len, text);
	return q;
}
