/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands of tgctl have in common. */
#ifndef TGCTL_H
#define TGCTL_H

#include <stdbool.h>

#include "fault.h"

#define TGCTL_VERSION	"0.1.0"

/* Exit statuses; tgctl(8) documents them. */
enum status {
	STATUS_OK = 0,
	STATUS_REFUSED = 1,	/* the policy has errors, or tgctl refuses or fails */
	STATUS_USAGE = 2,	/* the command line makes no sense */
	STATUS_KERNEL = 3,	/* the module is not loaded, cannot be reached or refused */
	STATUS_DENIED = 4,	/* explain: the packet would be denied or rejected */
};

/**
 * struct tgctl - the options that every command has
 * @json: print JSON instead of tables
 */
struct tgctl {
	bool json;
};

int tgctl_fail(struct fault *fault);
void tgctl_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
int tgctl_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One file each. argv[0] is the command's name; the result is an exit status. */
int cmd_apply(struct tgctl *tg, int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_confirm(struct tgctl *tg, int argc, char **argv);
int cmd_explain(struct tgctl *tg, int argc, char **argv);
int cmd_exporter(struct tgctl *tg, int argc, char **argv);
int cmd_guard(struct tgctl *tg, int argc, char **argv);
int cmd_mode(struct tgctl *tg, int argc, char **argv);
int cmd_restore(struct tgctl *tg, int argc, char **argv);
int cmd_rollback(struct tgctl *tg, int argc, char **argv);
int cmd_shape(struct tgctl *tg, int argc, char **argv);
int cmd_show(struct tgctl *tg, int argc, char **argv);
int cmd_stop(struct tgctl *tg, int argc, char **argv);
int cmd_watch(struct tgctl *tg, int argc, char **argv);

#endif
