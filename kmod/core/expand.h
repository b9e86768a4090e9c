/* SPDX-License-Identifier: GPL-2.0-only */
/* What rules and services come to; the compiler's second half. */
#ifndef _TG_CORE_EXPAND_H
#define _TG_CORE_EXPAND_H

#include "match.h"
#include "policy.h"

int tg_expand_rules(struct tg_arena *arena, struct tg_tenant *tenant,
		    struct tg_match **matches, struct tg_complaint *why);
int tg_compile_shared(struct tg_policy *policy, struct tg_complaint *why);

#endif
