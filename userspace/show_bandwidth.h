/* SPDX-License-Identifier: GPL-2.0-only */
/* What "tgctl show bandwidth" prints. */
#ifndef TG_SHOW_BANDWIDTH_H
#define TG_SHOW_BANDWIDTH_H

#include <stdint.h>

#include "fault.h"

struct link;
struct tgctl;

struct fault *show_bandwidth(const struct tgctl *tg, struct link *link, const char *tenant,
			     uint32_t seconds) FAULT_CHECK;

#endif
