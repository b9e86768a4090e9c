// SPDX-License-Identifier: GPL-2.0-only
/*
 * As fast as it goes, each packet of a tenant picked at random.
 *
 *	cost COUNT TENANTS SEED MAP SIZE HASHED
 *		COUNT packets in batches, each built before the clock runs and freed when
 *		it has stopped; the queues are to be empty
 *	overload MILLISECONDS TENANTS SEED MAP SIZE HASHED
 *		as many as can be offered in that time, with building and freeing
 *	once COUNT TENANTS SEED MAP SIZE HASHED
 *		one packet of each of the first COUNT tenants
 *
 * The median of the batches is told beside the sum: it does not see what the
 * machine did in between, such as letting others run.
 */

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "tgload.h"

#define TGL_BATCH	64	/* as NAPI polls them */
#define TGL_COUNT_MAX	(16u << 20)

enum tgl_mode { TGL_COST, TGL_OVERLOAD, TGL_ONCE, TGL_MODES };

/**
 * struct tgl_run - a run
 * @mode: how it goes on
 * @kind: its packets
 * @dev: where they leave
 * @tenants: how many
 * @count: packets, or milliseconds
 * @random: picks tenants
 * @sent: packets offered
 * @delivered: packets that left by the device, counted in %TGL_COST alone
 * @ns: what that took
 * @truesize: memory of one packet
 * @batches: what each full batch took
 * @full: how many of them there are
 * @median: their median
 */
struct tgl_run {
	enum tgl_mode mode;
	struct tgl_kind kind;
	struct net_device *dev;
	u32 tenants;
	u64 count;
	struct rnd_state random;
	u64 sent;
	u64 delivered;
	u64 ns;
	u32 truesize;
	u32 *batches;
	u32 full;
	u32 median;
};

static struct tgl_run tgl_last;

static int tgl_batch(struct tgl_run *run, struct sk_buff **batch, u32 count)
{
	u32 i, tenant;

	for (i = 0; i < count; i++) {
		tenant = run->mode == TGL_ONCE ? (run->sent + i) % run->tenants :
			 prandom_u32_state(&run->random) % run->tenants;
		batch[i] = tgl_packet(&run->kind, tenant, run->dev, GFP_KERNEL);
		if (!batch[i])
			goto free_batch;
		run->truesize = batch[i]->truesize;
	}
	return 0;

free_batch:
	while (i--)
		kfree_skb(batch[i]);
	return -ENOMEM;
}

static int tgl_run_count(struct tgl_run *run)
{
	struct sk_buff *batch[TGL_BATCH];
	u64 begin, took;
	u32 i, count;
	int err;

	while (run->sent < run->count) {
		count = min_t(u64, TGL_BATCH, run->count - run->sent);
		err = tgl_batch(run, batch, count);
		if (err)
			return err;
		local_bh_disable();
		begin = ktime_get_ns();
		for (i = 0; i < count; i++)
			dev_queue_xmit(batch[i]);
		took = ktime_get_ns() - begin;
		run->ns += took;
		if (count == TGL_BATCH)
			run->batches[run->full++] = min_t(u64, took, U32_MAX);
		run->delivered += tgl_device_collect();
		local_bh_enable();
		run->sent += count;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static int tgl_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

static int tgl_run_timed(struct tgl_run *run)
{
	int err;

	run->batches = kvmalloc_array(div_u64(run->count, TGL_BATCH) + 1, sizeof(*run->batches),
				      GFP_KERNEL);
	if (!run->batches)
		return -ENOMEM;
	err = tgl_run_count(run);
	sort(run->batches, run->full, sizeof(*run->batches), tgl_compare, NULL);
	if (run->full)
		run->median = run->batches[run->full / 2];
	kvfree(run->batches);
	run->batches = NULL;
	return err;
}

static int tgl_run_overload(struct tgl_run *run)
{
	const u64 begin = ktime_get_ns(), end = begin + run->count * NSEC_PER_MSEC;
	struct sk_buff *batch[TGL_BATCH];
	u32 i;
	int err;

	while (ktime_get_ns() < end) {
		err = tgl_batch(run, batch, TGL_BATCH);
		if (err)
			return err;
		local_bh_disable();
		for (i = 0; i < TGL_BATCH; i++)
			dev_queue_xmit(batch[i]);
		local_bh_enable();
		run->sent += TGL_BATCH;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	run->ns = ktime_get_ns() - begin;
	return 0;
}

static int tgl_run_read(struct tgl_run *run, const char *command)
{
	static const char * const modes[TGL_MODES] = {
		[TGL_COST] = "cost",
		[TGL_OVERLOAD] = "overload",
		[TGL_ONCE] = "once",
	};
	char mode[9], map[6];
	unsigned int hashed;
	u64 seed;
	int i;

	if (sscanf(command, "%8s %llu %u %llu %5s %hu %u", mode, &run->count, &run->tenants,
		   &seed, map, &run->kind.size, &hashed) != 7)
		return -EINVAL;
	i = match_string(modes, TGL_MODES, mode);
	if (i < 0 || !run->tenants || run->kind.size < 64 || run->count > TGL_COUNT_MAX)
		return -EINVAL;
	run->mode = i;
	i = tgl_map_of(map);
	if (i < 0)
		return i;
	run->kind.map = i;
	run->kind.hashed = hashed;
	run->kind.mark = run->mode == TGL_COST ? TGL_MARK_KEEP : TGL_MARK_STREAM;
	prandom_seed_state(&run->random, seed);
	return 0;
}

/**
 * tgl_flat - carry a command out
 * @dev: the device to send by
 * @command: the command, see above
 *
 * Context: may sleep; one caller at a time.
 * Return: 0 or a negative error.
 */
int tgl_flat(struct net_device *dev, const char *command)
{
	struct tgl_run run = { .dev = dev };
	int err = tgl_run_read(&run, command);

	if (!err)
		err = run.mode == TGL_OVERLOAD ? tgl_run_overload(&run) : tgl_run_timed(&run);
	run.dev = NULL;
	tgl_last = run;
	return err;
}

/**
 * tgl_flat_result - what the last run came to
 * @text: filled in: packets offered, packets delivered, nanoseconds of all of them,
 *	picoseconds a packet in the median batch, bytes of memory of a packet
 * @size: room in @text
 *
 * Return: its length.
 */
int tgl_flat_result(char *text, size_t size)
{
	return scnprintf(text, size, "%llu %llu %llu %llu %u\n", tgl_last.sent,
			 tgl_last.delivered, tgl_last.ns,
			 div_u64(tgl_last.median * 1000ULL, TGL_BATCH), tgl_last.truesize);
}
