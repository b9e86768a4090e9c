/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with a policy, collected while it is read and shown at the
 * end, all of it in one run:
 *
 *	provider.yaml:12:17: error: there is no service "web-meting"
 *	    services: [web-meting]
 *	               ^
 *	expected one of the services in provider.yaml
 *	did you mean web-meeting?
 */
#ifndef TG_POLICY_DIAGNOSTICS_H
#define TG_POLICY_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model.h"

/* More errors and warnings than this are counted, not kept. */
#define DIAGNOSTICS_MAX		100

enum diagnostic_severity {
	DIAGNOSTIC_ERROR,
	DIAGNOSTIC_WARNING,
};

/**
 * struct diagnostic - one error or warning
 * @severity: which
 * @file: name of the file, NULL when it is about no file
 * @file_number: files are shown in this order
 * @line: counts from 1, 0 when it is about the file as a whole
 * @column: counts characters from 1
 * @sequence: order in which it was found
 * @message: one line
 * @excerpt: the line of the file, or a window of it; may be NULL
 * @caret: what to print under @excerpt, in front of the caret
 * @expected: what should be there instead, may be NULL
 * @suggestion: what may have been meant, may be NULL
 */
struct diagnostic {
	enum diagnostic_severity severity;
	char *file;
	uint32_t file_number;
	uint32_t line;
	uint32_t column;
	uint32_t sequence;
	char *message;
	char *excerpt;
	char *caret;
	char *expected;
	char *suggestion;
};

/**
 * struct diagnostics - all of them
 * @list: the first DIAGNOSTICS_MAX of them
 * @count: number in @list
 * @errors: number of errors, also of those not kept
 * @warnings: number of warnings, likewise
 * @last: the one that was added last, NULL when it was not kept
 */
struct diagnostics {
	struct diagnostic list[DIAGNOSTICS_MAX];
	uint32_t count;
	uint32_t errors;
	uint32_t warnings;
	struct diagnostic *last;
};

/**
 * struct quote - a text as it is shown inside a message
 * @text: cut to a sensible length
 */
struct quote {
	char text[100];
};

struct diagnostics *diagnostics_create(void);
void diagnostics_free(struct diagnostics *diag);

void diagnostics_error(struct diagnostics *diag, const struct origin *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diagnostics_warning(struct diagnostics *diag, const struct origin *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diagnostics_expected(struct diagnostics *diag, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diagnostics_suggest(struct diagnostics *diag, const char *suggestion);

void diagnostics_print(struct diagnostics *diag, FILE *out);
void diagnostics_print_json(struct diagnostics *diag, FILE *out);

struct quote quote(const char *text);
/* For printf arguments: a text of the user, in quotation marks. */
#define QUOTE(string)	(quote(string).text)

#endif
