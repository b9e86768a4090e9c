/* SPDX-License-Identifier: GPL-2.0-only */
/* What the builders of a policy have in common. */
#ifndef _TG_CORE_BUILD_H
#define _TG_CORE_BUILD_H

#include <linux/string.h>

#include "policy.h"

#define TG_DEVICE_BUCKETS	4096

/* Append to one of the policy's lists. */
#define tg_append(tail, object) do {		\
	*(tail) = (object);			\
	(tail) = &(object)->next;		\
} while (0)

static inline char *tg_copy_string(struct tg_arena *arena, const char *text)
{
	return tg_arena_string(arena, text, strlen(text));
}

/* An optional text; an absent one is no failure. */
static inline bool tg_copy_optional(struct tg_arena *arena, const char *text, const char **copy)
{
	*copy = text ? tg_copy_string(arena, text) : NULL;
	return *copy || !text;
}

int tg_check_device(const struct tg_policy *policy, const char *noun, const char *owner,
		    const char *name, u8 kind, struct tg_complaint *why);
struct tg_device *tg_device_named(struct tg_policy *policy, const char *name, u8 kind);

#endif
