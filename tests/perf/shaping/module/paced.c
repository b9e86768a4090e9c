// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams that send at a pace of their own, from timers, whatever the caller does
 * meanwhile.
 *
 *	stream FIRST COUNT INTERVAL BURST SIZE TOS CLASS RANDOM
 *		BURST packets of SIZE bytes every INTERVAL ns, of COUNT tenants from number
 *		FIRST on, in turn or at random; the first stream is the one that is watched
 *	start MILLISECONDS MAP
 *		all streams begin at once, with a burst each
 *	stop	end all streams before their time
 *	wait	until they are over, and what the watched one sent has come or comes no more
 *
 * Of each stream is counted what was offered and what arrived, and of each
 * millisecond the bytes that arrived: of all, and of the watched stream. Of that one
 * every packet's delay is kept, from when it was due and from when it was sent.
 */

#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/vmalloc.h>

#include "tgload.h"

#define TGL_STREAMS	4
#define TGL_MS_MAX	120000
#define TGL_DELAYS_MAX	BIT(18)
#define TGL_AT_ONCE	64	/* packets of one call of a timer */
#define TGL_QUIET_MS	200	/* nothing came for so long: nothing comes any more */
#define TGL_WAIT_MAX	10	/* times that long */

enum tgl_delay { TGL_FROM_DUE, TGL_FROM_SENT, TGL_FROM };

/**
 * struct tgl_stream - a stream
 * @timer: sends
 * @kind: its packets
 * @first: its first tenant
 * @count: how many tenants it has
 * @interval: ns between bursts
 * @burst: packets at once
 * @random: tenants are picked, and do not take turns
 * @next: when the next burst is due
 * @done: packets of the present burst that were sent
 * @offered: packets sent
 * @delivered: packets that arrived
 * @running: it goes on
 */
struct tgl_stream {
	struct hrtimer timer;
	struct tgl_kind kind;
	u32 first;
	u32 count;
	u64 interval;
	u32 burst;
	bool random;
	u64 next;
	u32 done;
	u64 offered;
	u64 delivered;
	bool running;
};

static struct tgl_stream tgl_streams[TGL_STREAMS];
static u32 tgl_nstreams;

/* The load that runs or ran last. */
static struct net_device *tgl_dev;
static u64 tgl_begin, tgl_end;
static u32 tgl_run;
static struct rnd_state tgl_random;

/* What arrived: bytes by millisecond, and delays of the watched stream in ns. */
static u32 (*tgl_bytes)[2];
static u32 *tgl_delays[TGL_FROM];
static u32 tgl_ndelays;
static struct debugfs_blob_wrapper tgl_bytes_blob, tgl_delays_blob[TGL_FROM];

static void tgl_stream_packet(struct tgl_stream *stream)
{
	struct tgl_stamp stamp = { .due = stream->next, .run = tgl_run };
	u32 index = stream->random ? prandom_u32_state(&tgl_random) : stream->offered;
	struct sk_buff *skb = tgl_packet(&stream->kind, stream->first + index % stream->count,
					 tgl_dev, GFP_ATOMIC);

	if (!skb)
		return;
	stream->offered++;
	stamp.sent = ktime_get_ns();
	tgl_packet_stamp(skb, &stamp);
	dev_queue_xmit(skb);
}

static enum hrtimer_restart tgl_stream_send(struct hrtimer *timer)
{
	struct tgl_stream *stream = container_of(timer, struct tgl_stream, timer);
	u64 now = ktime_get_ns();
	u32 i;

	for (i = 0; i < TGL_AT_ONCE && stream->next <= now; i++) {
		tgl_stream_packet(stream);
		if (++stream->done < stream->burst)
			continue;
		stream->done = 0;
		stream->next += stream->interval;
	}
	stream->running = now < tgl_end && stream->next < tgl_end;
	hrtimer_set_expires(timer, ns_to_ktime(stream->next));
	return stream->running ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

/**
 * tgl_paced_arrived - a packet left by the device
 * @skb: the packet
 *
 * Context: bottom halves off.
 */
void tgl_paced_arrived(const struct sk_buff *skb)
{
	const u32 number = skb->mark & TGL_MARK_STREAM;
	const u64 now = ktime_get_ns();
	struct tgl_stamp stamp;
	u32 ms;

	if (number >= tgl_nstreams)
		return;
	tgl_packet_read(skb, &stamp);
	if (stamp.run != tgl_run)
		return;
	tgl_streams[number].delivered++;
	if (!number && tgl_ndelays < TGL_DELAYS_MAX) {
		tgl_delays[TGL_FROM_DUE][tgl_ndelays] = min_t(u64, now - stamp.due, U32_MAX);
		tgl_delays[TGL_FROM_SENT][tgl_ndelays] = min_t(u64, now - stamp.sent, U32_MAX);
		tgl_ndelays++;
	}
	if (now >= tgl_end)
		return;
	ms = div_u64(now - tgl_begin, NSEC_PER_MSEC);
	tgl_bytes[ms][0] += skb->len;
	if (!number)
		tgl_bytes[ms][1] += skb->len;
}

static void tgl_paced_stop(void)
{
	u32 i;

	for (i = 0; i < tgl_nstreams; i++)
		hrtimer_cancel(&tgl_streams[i].timer);
	dev_put(tgl_dev);
	tgl_dev = NULL;
}

/** tgl_paced_clear - stop and forget all streams */
void tgl_paced_clear(void)
{
	tgl_paced_stop();
	tgl_nstreams = 0;
}

/**
 * tgl_paced_add - one more stream
 * @command: as above
 *
 * Return: 0 or a negative error.
 */
int tgl_paced_add(const char *command)
{
	struct tgl_stream *stream = &tgl_streams[tgl_nstreams];
	unsigned int random;

	if (tgl_nstreams == TGL_STREAMS)
		return -ENOSPC;
	memset(stream, 0, sizeof(*stream));
	if (sscanf(command, "stream %u %u %llu %u %hu %hhu %hhu %u", &stream->first,
		   &stream->count, &stream->interval, &stream->burst, &stream->kind.size,
		   &stream->kind.tos, &stream->kind.class, &random) != 8)
		return -EINVAL;
	if (!stream->count || !stream->interval || !stream->burst || stream->kind.size < 64)
		return -EINVAL;
	stream->random = random;
	stream->kind.hashed = true;
	stream->kind.mark = tgl_nstreams;
	hrtimer_setup(&stream->timer, tgl_stream_send, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	tgl_nstreams++;
	return 0;
}

/**
 * tgl_paced_start - let all streams begin
 * @dev: the device to send by, until tgl_paced_wait() or tgl_paced_clear()
 * @command: as above
 *
 * Return: 0 or a negative error.
 */
int tgl_paced_start(struct net_device *dev, const char *command)
{
	char name[6];
	u32 i, ms;
	int map;

	if (tgl_dev)
		return -EBUSY;
	if (sscanf(command, "start %u %5s", &ms, name) != 2 || ms > TGL_MS_MAX)
		return -EINVAL;
	map = tgl_map_of(name);
	if (map < 0)
		return map;
	memset(tgl_bytes, 0, TGL_MS_MAX * sizeof(*tgl_bytes));
	tgl_bytes_blob.size = ms * sizeof(*tgl_bytes);
	tgl_ndelays = 0;
	tgl_run++;
	dev_hold(dev);
	tgl_dev = dev;
	prandom_seed_state(&tgl_random, tgl_run);
	tgl_begin = ktime_get_ns();
	tgl_end = tgl_begin + ms * NSEC_PER_MSEC;
	for (i = 0; i < tgl_nstreams; i++) {
		struct tgl_stream *stream = &tgl_streams[i];

		stream->kind.map = map;
		stream->offered = 0;
		stream->delivered = 0;
		stream->done = 0;
		stream->running = true;
		stream->next = tgl_begin;
		hrtimer_start(&stream->timer, ns_to_ktime(stream->next), HRTIMER_MODE_ABS_SOFT);
	}
	return 0;
}

/** tgl_paced_end - no stream sends any more */
void tgl_paced_end(void)
{
	local_bh_disable();
	tgl_end = min(tgl_end, ktime_get_ns());
	local_bh_enable();
}

/**
 * tgl_paced_wait - wait until all is over
 *
 * Context: may sleep.
 * Return: 0 or -EINTR.
 */
int tgl_paced_wait(void)
{
	const struct tgl_stream *watched = &tgl_streams[0];
	u32 i, tries = 0;
	u64 before;

	for (i = 0; i < tgl_nstreams; i++)
		while (tgl_streams[i].running)
			if (msleep_interruptible(10))
				return -EINTR;
	do {
		before = watched->delivered;
		if (before < watched->offered && msleep_interruptible(TGL_QUIET_MS))
			return -EINTR;
	} while (watched->delivered > before && ++tries < TGL_WAIT_MAX);
	for (i = 0; i < TGL_FROM; i++)
		tgl_delays_blob[i].size = tgl_ndelays * sizeof(u32);
	tgl_paced_stop();
	return 0;
}

/**
 * tgl_paced_result - what the last load came to
 * @text: filled in, a line for each stream: packets offered, packets delivered
 * @size: room in @text
 *
 * Return: its length.
 */
int tgl_paced_result(char *text, size_t size)
{
	int length = 0;
	u32 i;

	for (i = 0; i < tgl_nstreams; i++)
		length += scnprintf(text + length, size - length, "%llu %llu\n",
				    tgl_streams[i].offered, tgl_streams[i].delivered);
	return length;
}

/**
 * tgl_paced_init - be ready
 * @dir: gets the files with bytes and delays, numbers of 32 bits
 *
 * Return: 0 or a negative error.
 */
int tgl_paced_init(struct dentry *dir)
{
	static const char * const names[TGL_FROM] = {
		[TGL_FROM_DUE] = "delays-from-due",
		[TGL_FROM_SENT] = "delays-from-sent",
	};
	u32 i;

	tgl_bytes = vzalloc(TGL_MS_MAX * sizeof(*tgl_bytes));
	for (i = 0; i < TGL_FROM; i++)
		tgl_delays[i] = vmalloc_array(TGL_DELAYS_MAX, sizeof(u32));
	if (!tgl_bytes || !tgl_delays[TGL_FROM_DUE] || !tgl_delays[TGL_FROM_SENT]) {
		tgl_paced_exit();
		return -ENOMEM;
	}
	tgl_bytes_blob.data = tgl_bytes;
	debugfs_create_blob("bytes", 0400, dir, &tgl_bytes_blob);
	for (i = 0; i < TGL_FROM; i++) {
		tgl_delays_blob[i].data = tgl_delays[i];
		debugfs_create_blob(names[i], 0400, dir, &tgl_delays_blob[i]);
	}
	return 0;
}

/** tgl_paced_exit - stop all streams, and forget what they came to */
void tgl_paced_exit(void)
{
	u32 i;

	tgl_paced_clear();
	vfree(tgl_bytes);
	for (i = 0; i < TGL_FROM; i++)
		vfree(tgl_delays[i]);
}
