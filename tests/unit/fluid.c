// SPDX-License-Identifier: GPL-2.0-only
/* What an ideal link does. */

#include "fluid.h"

#define NOTHING	1e-6	/* bytes */

static double least(double a, double b)
{
	return a < b ? a : b;
}

/**
 * fluid_rates - who gets how much as things are
 * @tenants: the tenants; gets their rates
 * @count: their number
 * @link: bytes a second
 *
 * First guarantees, in proportion where they are more than the link has; then
 * what is left by weight, until ceilings are reached, again and again.
 */
void fluid_rates(struct fluid_tenant *tenants, unsigned int count, double link)
{
	double promised = 0, weights, left, level, shrink;
	unsigned int i, full;

	for (i = 0; i < count; i++)
		if (tenants[i].backlog > NOTHING)
			promised += least(tenants[i].guarantee, tenants[i].ceiling);
	shrink = promised > link ? link / promised : 1;
	left = link;
	for (i = 0; i < count; i++) {
		tenants[i].rate = 0;
		if (tenants[i].backlog > NOTHING)
			tenants[i].rate = shrink * least(tenants[i].guarantee, tenants[i].ceiling);
		left -= tenants[i].rate;
	}
	do {
		for (i = 0, weights = 0; i < count; i++)
			if (tenants[i].backlog > NOTHING && tenants[i].rate < tenants[i].ceiling)
				weights += tenants[i].weight;
		if (weights <= 0 || left <= NOTHING)
			break;
		level = left / weights;
		for (i = 0, full = 0; i < count; i++) {
			struct fluid_tenant *t = &tenants[i];

			if (t->backlog > NOTHING && t->rate < t->ceiling &&
			    t->rate + level * t->weight >= t->ceiling) {
				left -= t->ceiling - t->rate;
				t->rate = t->ceiling;
				full++;
			}
		}
		if (full)
			continue;
		for (i = 0; i < count; i++)
			if (tenants[i].backlog > NOTHING && tenants[i].rate < tenants[i].ceiling)
				tenants[i].rate += level * tenants[i].weight;
	} while (full);
}

/**
 * fluid_run - let time pass without arrivals
 * @tenants: the tenants
 * @count: their number
 * @link: bytes a second
 * @seconds: how long
 */
void fluid_run(struct fluid_tenant *tenants, unsigned int count, double link, double seconds)
{
	unsigned int i;
	double step;

	while (seconds > 0) {
		fluid_rates(tenants, count, link);
		step = seconds;
		for (i = 0; i < count; i++)
			if (tenants[i].rate > 0)
				step = least(step, tenants[i].backlog / tenants[i].rate);
		if (step < 1e-12)
			step = 1e-12;
		for (i = 0; i < count; i++) {
			double bytes = least(tenants[i].rate * step, tenants[i].backlog);

			tenants[i].backlog -= bytes;
			tenants[i].sent += bytes;
			if (tenants[i].backlog <= NOTHING)
				tenants[i].backlog = 0;
		}
		seconds -= step;
	}
}
