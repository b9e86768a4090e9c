/* SPDX-License-Identifier: GPL-2.0-only */
/* Random policies and packets near their edges. */
#ifndef _TG_ORACLE_GENERATE_H
#define _TG_ORACLE_GENERATE_H

#include "oracle.h"

struct or_random {
	uint64_t state;
};

uint64_t or_random(struct or_random *r);
int or_below(struct or_random *r, int n);
bool or_chance(struct or_random *r, int percent);
void or_step(struct or_addr *a, int by);
int or_bytes(const struct or_addr *a);

void or_generate_policy(struct or_random *r, struct or_policy *policy);
void or_generate_packet(struct or_random *r, const struct or_policy *policy,
			struct or_packet *packet);

#endif
