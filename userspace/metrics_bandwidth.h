/* SPDX-License-Identifier: GPL-2.0-only */
/* What tenants get of links, in Prometheus' text format. */
#ifndef TG_METRICS_BANDWIDTH_H
#define TG_METRICS_BANDWIDTH_H

#include "buffer.h"
#include "link/link.h"

void metrics_bandwidth(struct buffer *buffer, const struct dump *bandwidth);

#endif
