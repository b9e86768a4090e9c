/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a function that can fail returns: NULL when it did not, else a fault
 * that says where and why. Faults are printed in one place, tgctl.c.
 */
#ifndef TG_FAULT_H
#define TG_FAULT_H

#include <stdarg.h>

/* What kind of failure it is; the number is tgctl's exit status. */
enum fault_kind {
	FAULT_REFUSED = 1,	/* tgctl refuses, or a file or a system call failed */
	FAULT_USAGE = 2,	/* the command line makes no sense */
	FAULT_KERNEL = 3,	/* the module refused */
	FAULT_ABSENT = 259,	/* the module is not there: 3, but told apart inside tgctl */
};

/**
 * struct fault - a failure
 * @kind: enum fault_kind
 * @error: errno, 0 when there is none
 * @where: the object, file or operation it is about; may be NULL
 * @why: what is wrong, may be several lines
 * @hint: what to do about it, may be NULL
 */
struct fault {
	enum fault_kind kind;
	int error;
	char *where;
	char *why;
	char *hint;
};

#define FAULT_CHECK __attribute__((warn_unused_result))

struct fault *fault_new(enum fault_kind kind, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4), warn_unused_result));
struct fault *fault_errno(int error, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4), warn_unused_result));
struct fault *fault_memory(void) FAULT_CHECK;
struct fault *fault_hint(struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void fault_free(struct fault *fault);
int fault_status(const struct fault *fault);

#endif
