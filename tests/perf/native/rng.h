/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that are the same on every machine: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef _TG_PERF_RNG_H
#define _TG_PERF_RNG_H

#include <linux/types.h>

struct rng {
	u64 state;
};

static inline u64 rng_mix(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline u64 rng_next(struct rng *r)
{
	r->state += 0x9e3779b97f4a7c15ULL;
	return rng_mix(r->state);
}

/* A number from 0 to @limit - 1; @limit is above 0 and at most 2^32. */
static inline u32 rng_below(struct rng *r, u64 limit)
{
	return ((rng_next(r) >> 32) * limit) >> 32;
}

/* A number from @first to @last, both included. */
static inline u32 rng_between(struct rng *r, u32 first, u32 last)
{
	return first + rng_below(r, (u64)last - first + 1);
}

/* True in @percent of 100 cases. */
static inline bool rng_in(struct rng *r, u32 percent)
{
	return rng_below(r, 100) < percent;
}

#endif
