// SPDX-License-Identifier: GPL-2.0-only
/* Failures that carry where and why. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

/* What is returned when there is no memory for a fault. */
static struct fault no_memory = {
	.kind = FAULT_REFUSED,
	.error = ENOMEM,
	.why = (char *)"out of memory",
};

static struct fault *fault_make(enum fault_kind kind, int error, const char *where,
				const char *format, va_list args)
{
	struct fault *fault = calloc(1, sizeof(*fault));

	if (!fault)
		return &no_memory;
	fault->kind = kind;
	fault->error = error;
	if (where)
		fault->where = strdup(where);
	if (vasprintf(&fault->why, format, args) < 0)
		fault->why = NULL;
	if (!fault->why || (where && !fault->where)) {
		fault_free(fault);
		return &no_memory;
	}
	return fault;
}

/**
 * fault_new - make a fault
 * @kind: what kind of failure it is
 * @where: what it is about, may be NULL
 * @format: why, for printf
 *
 * Return: a fault, never NULL; fault_free() gives it back.
 */
struct fault *fault_new(enum fault_kind kind, const char *where, const char *format, ...)
{
	struct fault *fault;
	va_list args;

	va_start(args, format);
	fault = fault_make(kind, 0, where, format, args);
	va_end(args);
	return fault;
}

/**
 * fault_errno - make a fault of a system call that failed
 * @error: its errno; the text for it is added to the message
 * @where: what it is about, may be NULL
 * @format: what failed, for printf
 *
 * Return: a fault, never NULL.
 */
struct fault *fault_errno(int error, const char *where, const char *format, ...)
{
	struct fault *fault;
	char *longer;
	va_list args;

	va_start(args, format);
	fault = fault_make(FAULT_REFUSED, error, where, format, args);
	va_end(args);
	if (fault == &no_memory)
		return fault;
	if (asprintf(&longer, "%s: %s", fault->why, strerror(error)) < 0) {
		fault_free(fault);
		return &no_memory;
	}
	free(fault->why);
	fault->why = longer;
	return fault;
}

/**
 * fault_memory - the fault of having no memory
 *
 * Return: a fault, never NULL.
 */
struct fault *fault_memory(void)
{
	return &no_memory;
}

/**
 * fault_hint - say what to do about a fault
 * @fault: the fault
 * @format: the advice, for printf
 *
 * Return: @fault.
 */
struct fault *fault_hint(struct fault *fault, const char *format, ...)
{
	va_list args;

	if (fault == &no_memory)
		return fault;
	free(fault->hint);
	va_start(args, format);
	if (vasprintf(&fault->hint, format, args) < 0)
		fault->hint = NULL;
	va_end(args);
	return fault;
}

/**
 * fault_free - give a fault back
 * @fault: the fault, or NULL
 */
void fault_free(struct fault *fault)
{
	if (!fault || fault == &no_memory)
		return;
	free(fault->where);
	free(fault->why);
	free(fault->hint);
	free(fault);
}

/**
 * fault_status - the exit status for a fault
 * @fault: the fault, or NULL for none
 *
 * Return: 0 to 3, see tgctl.h.
 */
int fault_status(const struct fault *fault)
{
	return fault ? fault->kind & 0xff : 0;
}
