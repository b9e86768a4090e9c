/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module says about its reasons: names, verdicts, descriptions. */
#ifndef TG_REASONS_H
#define TG_REASONS_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "link/link.h"

/**
 * struct reasons - all reasons of the module that runs
 * @dump: where the texts are
 * @list: by number; name is NULL when the module does not have it
 * @count: number of reasons the module has
 */
struct reasons {
	struct dump dump;
	struct link_reason list[256];
	unsigned int count;
};

struct fault *reasons_read(struct reasons *reasons, struct link *link) FAULT_CHECK;
void reasons_free(struct reasons *reasons);
const char *reasons_name(const struct reasons *reasons, uint8_t reason);
const char *reasons_description(const struct reasons *reasons, uint8_t reason);
uint8_t reasons_verdict(const struct reasons *reasons, uint8_t reason);
bool reasons_is_noise(const struct reasons *reasons, uint8_t reason);

#endif
