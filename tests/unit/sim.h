/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulation of a link in virtual time: packets arrive, the shaper says who sends
 * and when, and what everybody got is counted.
 */
#ifndef _TG_TEST_SIM_H
#define _TG_TEST_SIM_H

#include "core/shaper.h"

#define MTU		1514
#define NOBODY		(~0U)
#define GBIT		125000000ULL	/* bytes a second */
#define MBIT		125000ULL
#define SIM_USERS	16		/* those with smaller numbers are counted */

/* A tenant, and what is known of it. */
struct sim_tenant {
	struct tg_share share;
	struct tg_terms terms;
	u64 sent;
	u64 packets;
	u64 window;		/* sent when a window began */
	u64 delay;		/* most ticks a packet waited */
	u64 user[SIM_USERS];	/* bytes sent by user since a window began */
	u64 class[3];		/* by class */
};

struct sim {
	struct tg_shaper shaper;
	struct sim_tenant *tenants;
	u32 ntenants;
	u64 now;
	u64 sent;
	u32 number;
	u32 reordered;		/* packets that overtook one of the same queue */
	u32 persons;		/* users who have a state */
	bool at_once;		/* packets need not wait where nothing does */
};

struct sim *sim_new(u64 rate, u32 ntenants);
void sim_free(struct sim *sim);
void sim_promise(struct sim *sim, u32 tenant, u64 guarantee, u64 ceiling, u64 realtime,
		 u32 weight);
void sim_limit_users(struct sim *sim, u32 tenant, u64 ceiling);
struct tg_queue *sim_queue(struct sim *sim, u32 tenant, u32 user, u8 class, u32 outlet);
void sim_put_at(struct sim *sim, struct tg_queue *queue, u32 bytes);
void sim_put(struct sim *sim, u32 tenant, u32 user, u8 class, u32 bytes);
struct tg_queue *sim_send(struct sim *sim, u64 *wake);
void sim_run(struct sim *sim, u64 until, u32 greedy);
void sim_drop(struct tg_queue *queue, u64 now);
void sim_remove(struct sim *sim, struct tg_queue *queue);
const char *sim_check(const struct sim *sim);
void sim_begin_window(struct sim *sim);
u64 sim_got(const struct sim *sim, u32 tenant);
double jain(const double *x, u32 count);

#endif
