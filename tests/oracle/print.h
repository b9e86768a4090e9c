/* SPDX-License-Identifier: GPL-2.0-only */
/* The oracle's policies, packets and answers in writing. */
#ifndef _TG_ORACLE_PRINT_H
#define _TG_ORACLE_PRINT_H

#include "oracle.h"

void or_print_policy(const struct or_policy *policy);
void or_print_packet(const struct or_packet *packet);
void or_print_answer(const char *who, const struct or_answer *answer);

#endif
