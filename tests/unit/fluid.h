/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an ideal link does, where every tenant's bytes flow at the same time in any
 * fraction (generalised processor sharing, Parekh and Gallager 1993), with
 * guarantees and ceilings. It knows nothing of the shaper.
 */
#ifndef _TG_TEST_FLUID_H
#define _TG_TEST_FLUID_H

#include <stdbool.h>

/**
 * struct fluid_tenant - a tenant of an ideal link
 * @guarantee: bytes a second, 0 for none
 * @ceiling: bytes a second
 * @weight: of what is left
 * @backlog: bytes that wait
 * @sent: bytes sent so far
 * @rate: bytes a second now
 */
struct fluid_tenant {
	double guarantee;
	double ceiling;
	double weight;
	double backlog;
	double sent;
	double rate;
};

void fluid_rates(struct fluid_tenant *tenants, unsigned int count, double link);
void fluid_run(struct fluid_tenant *tenants, unsigned int count, double link, double seconds);

#endif
