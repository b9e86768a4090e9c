/* SPDX-License-Identifier: GPL-2.0-only */
/* What "tgctl show" prints of links and plans. */
#ifndef TG_SHOW_LINKS_H
#define TG_SHOW_LINKS_H

#include "fault.h"

struct link;
struct tgctl;

struct fault *show_links(const struct tgctl *tg, struct link *link) FAULT_CHECK;
struct fault *show_plans(const struct tgctl *tg, struct link *link) FAULT_CHECK;
struct fault *show_windows(const struct tgctl *tg, struct link *link) FAULT_CHECK;

#endif
