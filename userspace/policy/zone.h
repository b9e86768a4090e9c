/* SPDX-License-Identifier: GPL-2.0-only */
/* Time zones: how far the clocks of a place are from UTC, and when that changes. */
#ifndef TG_POLICY_ZONE_H
#define TG_POLICY_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"

bool zone_is_known(const char *name);
uint32_t zone_shifts(const char *name, struct policy_shift *shifts, uint32_t max);

#endif
