// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows open and close.
 *
 * While the running policy has windows, it is asked once a second which of them are
 * open. A timer for the next edge would be rung less often, but modules are not told
 * when somebody sets the clock back over an edge behind it.
 */

#include <linux/rtnetlink.h>
#include <linux/timekeeping.h>

#include "clock.h"
#include "publication.h"

/**
 * tg_clock_windows - the windows of a publication that are open now
 * @running: the publication
 *
 * Context: any.
 * Return: a bit for each, at its number.
 */
u64 tg_clock_windows(const struct tg_running *running)
{
	const time64_t now = ktime_get_real_seconds();

	return tg_windows_open(&running->compiled->policy, now < 0 ? 0 : now);
}

static void tg_clock_tick(struct work_struct *work)
{
	struct tg_net *tgn = container_of(to_delayed_work(work), struct tg_net, clock);
	const struct tg_running *running;
	bool windows, moved;

	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	windows = running && running->compiled->policy.nwindows;
	moved = windows && tg_clock_windows(running) != running->open;
	rcu_read_unlock();
	if (moved && !tg_running_follow_clock(tgn))
		net_err_ratelimited("tenantgate: no memory for the rates of another window; tried again\n");
	if (windows)
		queue_delayed_work(tg_running_workqueue, &tgn->clock, HZ);
}

/**
 * tg_clock_start - another policy runs
 * @tgn: the namespace
 *
 * A policy without windows needs no clock, which stops by itself then.
 *
 * Context: RTNL held.
 */
void tg_clock_start(struct tg_net *tgn)
{
	const struct tg_running *running = rtnl_dereference(tgn->running);

	if (running && running->compiled->policy.nwindows)
		queue_delayed_work(tg_running_workqueue, &tgn->clock, HZ);
}

/**
 * tg_clock_init - begin without windows
 * @tgn: the namespace
 */
void tg_clock_init(struct tg_net *tgn)
{
	INIT_DELAYED_WORK(&tgn->clock, tg_clock_tick);
}

/**
 * tg_clock_exit - windows do not open any more
 * @tgn: the namespace, where no policy is published any more
 *
 * Context: may sleep, without the RTNL.
 */
void tg_clock_exit(struct tg_net *tgn)
{
	cancel_delayed_work_sync(&tgn->clock);
}
