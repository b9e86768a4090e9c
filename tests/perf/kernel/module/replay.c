// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace, and runs through it. A command has the form
 *
 *	MODE COUNT SEED PORT
 *
 * where PORT is added to source ports, and MODE is one of
 *
 *	setup	every flow once from its first packet to an established one; COUNT
 *		and SEED are not looked at
 *	touch	a packet of every flow, so that none is idle for long; likewise
 *	mixed	COUNT packets of established flows, picked at random, in both directions
 *	first	the first packets of COUNT flows, in the order of the trace
 *	open	COUNT first packets of flows picked at random
 *
 * Packets are built in batches before the clock runs, and are received with
 * bottom halves off as a network card's poll would do it. What forwarding sends
 * is freed when the clock has stopped; what a filter drops is freed while it runs.
 *
 * The median of the batches is told beside the sum: it does not see what the
 * machine did in between, such as letting others run.
 */

#include <linux/ktime.h>
#include <linux/nsproxy.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "tgbench.h"

#define TGB_BATCH	64	/* as NAPI polls them */
#define TGB_MAX_FLOWS	(16u << 20)
#define TGB_MAX_BATCHES	(1u << 20)
#define TGB_STEPS	3	/* to set a flow up: open, answer, send */

enum tgb_mode { TGB_SETUP, TGB_TOUCH, TGB_MIXED, TGB_FIRST, TGB_RANDOM_OPEN, TGB_MODES };

static const char * const tgb_modes[TGB_MODES] = {
	[TGB_SETUP] = "setup",
	[TGB_TOUCH] = "touch",
	[TGB_MIXED] = "mixed",
	[TGB_FIRST] = "first",
	[TGB_RANDOM_OPEN] = "open",
};

/* All of it is guarded by the mutex of main.c. */
static struct tgb_record *tgb_trace;
static size_t tgb_trace_bytes, tgb_trace_room;

/**
 * struct tgb_run - one run
 * @mode: what is sent
 * @count: packets to send
 * @port: added to source ports
 * @random: picks flows
 * @dev: where packets of the original and of the reply direction come in
 * @sent: packets received by the stack so far
 * @delivered: packets that were forwarded
 * @ns: what that took
 * @batches: what each full batch took
 * @full: how many of them there are
 * @median: their median
 */
struct tgb_run {
	enum tgb_mode mode;
	u64 count;
	u16 port;
	struct rnd_state random;
	struct net_device *dev[2];
	u64 sent;
	u64 delivered;
	u64 ns;
	u32 *batches;
	u32 full;
	u32 median;
};

static struct tgb_run tgb_last;

/** tgb_trace_clear - forget the trace */
void tgb_trace_clear(void)
{
	vfree(tgb_trace);
	tgb_trace = NULL;
	tgb_trace_bytes = 0;
	tgb_trace_room = 0;
}

/**
 * tgb_trace_add - add to the trace
 * @buffer: bytes of records
 * @size: their number
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tgb_trace_add(const void __user *buffer, size_t size)
{
	size_t room = tgb_trace_room;
	void *trace;

	if (size > TGB_MAX_FLOWS * sizeof(*tgb_trace) - tgb_trace_bytes)
		return -EFBIG;
	if (tgb_trace_bytes + size > room) {
		room = max(2 * room, tgb_trace_bytes + size);
		trace = vmalloc(room);
		if (!trace)
			return -ENOMEM;
		if (tgb_trace)
			memcpy(trace, tgb_trace, tgb_trace_bytes);
		vfree(tgb_trace);
		tgb_trace = trace;
		tgb_trace_room = room;
	}
	if (copy_from_user((u8 *)tgb_trace + tgb_trace_bytes, buffer, size))
		return -EFAULT;
	tgb_trace_bytes += size;
	return 0;
}

/* The next packet, with the device it comes in by. */
static struct sk_buff *tgb_next(struct tgb_run *run, u64 number)
{
	static const enum tgb_stage steps[TGB_STEPS] = { TGB_OPEN, TGB_ANSWER, TGB_SENT };
	u32 flows = tgb_trace_bytes / sizeof(*tgb_trace);
	enum tgb_stage stage = TGB_OPEN;
	struct sk_buff *skb;
	u32 random, index;

	switch (run->mode) {
	case TGB_SETUP:
		index = div_u64(number, TGB_STEPS);
		stage = steps[number - (u64)index * TGB_STEPS];
		break;
	case TGB_TOUCH:
		index = number;
		stage = TGB_SENT;
		break;
	case TGB_FIRST:
		index = number % flows;
		break;
	default:
		random = prandom_u32_state(&run->random);
		index = ((u64)random * flows) >> 32;
		if (run->mode == TGB_MIXED)
			stage = prandom_u32_state(&run->random) & 1 ? TGB_SENT : TGB_REPLIED;
	}
	skb = tgb_packet(&tgb_trace[index], stage, run->port);
	if (skb)
		skb->dev = run->dev[tgb_is_reply(stage)];
	return skb;
}

static int tgb_batch(struct tgb_run *run, struct sk_buff **batch, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		batch[i] = tgb_next(run, run->sent + i);
		if (!batch[i])
			goto free_batch;
	}
	return 0;

free_batch:
	while (i--)
		kfree_skb(batch[i]);
	return -ENOMEM;
}

static int tgb_run_batches(struct tgb_run *run)
{
	struct sk_buff *batch[TGB_BATCH];
	u32 i, count;
	u64 begin, took;
	int err;

	while (run->sent < run->count) {
		count = min_t(u64, TGB_BATCH, run->count - run->sent);
		err = tgb_batch(run, batch, count);
		if (err)
			return err;
		local_bh_disable();
		begin = ktime_get_ns();
		for (i = 0; i < count; i++)
			netif_receive_skb(batch[i]);
		took = ktime_get_ns() - begin;
		run->ns += took;
		if (count == TGB_BATCH && run->full < TGB_MAX_BATCHES)
			run->batches[run->full++] = min_t(u64, took, U32_MAX);
		run->delivered += tgb_device_collect();
		local_bh_enable();
		run->sent += count;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static int tgb_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

static int tgb_run_timed(struct tgb_run *run)
{
	u32 room = min_t(u64, run->count / TGB_BATCH, TGB_MAX_BATCHES);
	int err;

	run->batches = kvmalloc_array(room + 1, sizeof(*run->batches), GFP_KERNEL);
	if (!run->batches)
		return -ENOMEM;
	err = tgb_run_batches(run);
	sort(run->batches, run->full, sizeof(*run->batches), tgb_compare, NULL);
	if (run->full)
		run->median = run->batches[run->full / 2];
	kvfree(run->batches);
	run->batches = NULL;
	return err;
}

static int tgb_run_read(struct tgb_run *run, char *command)
{
	size_t flows = tgb_trace_bytes / sizeof(*tgb_trace);
	char mode[8];
	u64 seed;
	int i;

	if (sscanf(command, "%7s %llu %llu %hu", mode, &run->count, &seed, &run->port) != 4)
		return -EINVAL;
	i = match_string(tgb_modes, TGB_MODES, mode);
	if (i < 0)
		return i;
	run->mode = i;
	if (!flows || tgb_trace_bytes % sizeof(*tgb_trace))
		return -ENODATA;
	if (run->mode == TGB_SETUP)
		run->count = TGB_STEPS * (u64)flows;
	else if (run->mode == TGB_TOUCH)
		run->count = flows;
	prandom_seed_state(&run->random, seed);
	return 0;
}

/**
 * tgb_replay - carry a command out
 * @command: the command, see above
 *
 * In the caller's network namespace, by its devices tgb-in and tgb-out.
 *
 * Context: may sleep; one caller at a time.
 * Return: 0 or a negative error.
 */
int tgb_replay(char *command)
{
	struct net *net = current->nsproxy->net_ns;
	struct tgb_run run = {};
	int err;

	if (sysfs_streq(command, "drop"))
		return tgb_drop_begin(net);
	err = tgb_run_read(&run, command);
	if (err)
		return err;
	err = -ENODEV;
	run.dev[0] = dev_get_by_name(net, "tgb-in");
	run.dev[1] = dev_get_by_name(net, "tgb-out");
	if (run.dev[0] && run.dev[1])
		err = tgb_run_timed(&run);
	dev_put(run.dev[0]);
	dev_put(run.dev[1]);
	tgb_last = run;
	return err;
}

/**
 * tgb_replay_result - what the last run came to
 * @text: filled in: packets sent, packets forwarded, nanoseconds of all of them,
 *	picoseconds a packet in the median batch
 * @size: room in @text
 *
 * Return: its length.
 */
int tgb_replay_result(char *text, size_t size)
{
	return scnprintf(text, size, "%llu %llu %llu %llu\n", tgb_last.sent, tgb_last.delivered,
			 tgb_last.ns, div_u64(tgb_last.median * 1000ULL, TGB_BATCH));
}
