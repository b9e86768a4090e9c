/* SPDX-License-Identifier: GPL-2.0-only */
/* Publications: what running.c makes the running policy of. */
#ifndef _TG_PUBLICATION_H
#define _TG_PUBLICATION_H

#include "running.h"

extern struct workqueue_struct *tg_running_workqueue;

struct tg_running *tg_running_new(struct tg_compiled *compiled);
struct tg_running *tg_running_clone(const struct tg_running *from, struct tg_compiled *compiled);
void tg_running_free(struct tg_running *running);
void tg_running_retire(struct tg_running *running);
struct tg_running *tg_running_swap(struct tg_net *tgn, struct tg_running *running,
				   const char *cause);
struct tg_running *tg_running_publish(struct tg_net *tgn, struct tg_running *running,
				      const char *cause);
struct tg_running *tg_running_publish_fork(struct tg_net *tgn, struct tg_running *running,
					   const char *cause);

#endif
