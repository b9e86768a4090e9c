/* SPDX-License-Identifier: GPL-2.0-only */
/* Look-ups of several packets at once in the core's classifiers. */
#ifndef _TG_PERF_BATCH_H
#define _TG_PERF_BATCH_H

#include "peer.h"

void batch_find(const struct lookups *l);
void batch_find_of_tenants(const struct lookups *l);

#endif
