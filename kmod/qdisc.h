/* SPDX-License-Identifier: GPL-2.0-only */
/* The queueing discipline "tenantgate". */
#ifndef _TG_QDISC_H
#define _TG_QDISC_H

#include <net/sch_generic.h>

#include "net.h"

extern const struct Qdisc_class_ops tg_class_ops;

void tg_qdiscs_init(struct tg_net *tgn);
void tg_qdiscs_exit(struct tg_net *tgn);
void tg_qdiscs_bind(struct tg_net *tgn);
void tg_qdiscs_follow(struct tg_net *tgn);

int tg_qdisc_module_init(void);
void tg_qdisc_module_exit(void);

#endif
