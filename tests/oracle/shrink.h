/* SPDX-License-Identifier: GPL-2.0-only */
/* Smaller policies that show the same difference. */
#ifndef _TG_ORACLE_SHRINK_H
#define _TG_ORACLE_SHRINK_H

#include "oracle.h"

typedef bool (*or_differs_t)(const struct or_policy *policy, const struct or_packet *packet);

void or_shrink(struct or_policy *policy, const struct or_packet *packet, or_differs_t differs);

#endif
