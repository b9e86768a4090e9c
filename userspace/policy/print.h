/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy as YAML again. */
#ifndef TG_POLICY_PRINT_H
#define TG_POLICY_PRINT_H

#include <stdio.h>

#include "model.h"

void policy_print(const struct tg_policy_file *policy, FILE *out);

#endif
