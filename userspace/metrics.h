/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's state and counters in Prometheus' text format 0.0.4. */
#ifndef TG_METRICS_H
#define TG_METRICS_H

#include "buffer.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

void metrics_build(struct buffer *buffer);
void metrics_head(struct buffer *b, const char *prefix, const char *name, const char *type,
		  const char *help);

#endif
