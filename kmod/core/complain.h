/* SPDX-License-Identifier: GPL-2.0-only */
/* Refusals that say what is wrong; shared by the builders and the compiler. */
#ifndef _TG_CORE_COMPLAIN_H
#define _TG_CORE_COMPLAIN_H

#include <linux/compiler.h>
#include <linux/errno.h>

#include "policy.h"

#define TG_ADDR_TEXT	48

__printf(2, 3) int tg_complain(struct tg_complaint *why, const char *format, ...);
int tg_complain_memory(struct tg_complaint *why);
const char *tg_prefix_text(const struct tg_prefix *prefix, char text[TG_ADDR_TEXT]);
int tg_check_name(const char *noun, const char *name, struct tg_complaint *why);
int tg_check_prefix(const char *noun, const char *name, const struct tg_prefix *prefix,
		    struct tg_complaint *why);
int tg_check_ports(const char *noun, const char *name, const struct tg_port *ports, u32 count,
		   struct tg_complaint *why);
bool tg_prefix_is_host(const struct tg_prefix *prefix);

#endif
