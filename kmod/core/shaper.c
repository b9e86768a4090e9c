// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose packet goes next: the tenants of a link.
 *
 *	prompt	realtime packets within their limit, the most urgent first
 *	owed	tenants that got less than is guaranteed, the most urgent first
 *	borrow	all others, in proportion to their weights
 *
 * Each tier comes before those below it, and a packet of any tier is charged to
 * the tenant's ceiling and to the link, so that guarantees never make the link
 * faster than it is. What realtime packets take counts as guaranteed; what is
 * borrowed does not, so a tenant gets its guarantee and its part of the rest.
 * Since the sums of guarantees and of realtime rates stay below the link's
 * rate, the upper tiers are empty most of the time, and whom they serve waits
 * for a packet or two.
 *
 * What is owed is due when the guarantee would have carried one more packet, and
 * goes in the order of that (Zhang, "VirtualClock", SIGCOMM 1990): a thousand
 * small guarantees that begin at once do not hold up a large one. A prompt packet is due
 * when the realtime rate alone would have carried one such packet from now on: a thousand
 * tenants whose floods are realtime do not hold up one whose calls have a higher rate.
 *
 * Borrowing is fair queueing by start times (Goyal et al., "Start-time Fair
 * Queueing", IEEE/ACM Transactions on Networking 1997), where equal times are
 * those in the same slot of a wheel: a sender's turn is later by what it sent
 * over its weight. Whoever is over its ceiling waits in another wheel, as does
 * whoever borrows until it is owed something. A tenant whose users with packets are
 * all over the ceiling for users has nothing to send. All of it takes constant time.
 *
 * Bounds forgive that no timer is exact. While packets wait, link and ceilings
 * may be behind by %TG_LATE and catch up; who begins has saved up %TG_SLACK. Prompt
 * and owed packets may go when the link will be free within %TG_OVERDRAFT, so that
 * they need not wait for a timer; what is owed within half of it, which leaves prompt ones
 * the rest.
 */

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/math64.h>

#include "shaper.h"

/* How far ahead of the link's rate prompt and owed packets may go. */
#define TG_OVERDRAFT		TG_TICKS_MS
#define TG_OVERDRAFT_OWED	(TG_OVERDRAFT / 2)

/* And of what is owed or prompt: what a link that stood still could not give is not made up for. */
#define TG_OWED_LATE		(128 * TG_TICKS_MS)

/* Guaranteed bytes that a tenant may have saved up when it begins to send. */
#define TG_BEGIN_BYTES		3028

/* What is owed is due when so many bytes would have gone. */
#define TG_URGENT_BYTES		1514

/* Who got less than its guarantee by more than this is behind it. */
#define TG_BEHIND_BYTES		3028

/* Virtual time of a byte of weight 1; slots of it are 16 bytes: 64 KB are within reach. */
#define TG_VIRTUAL_SHIFT	10
#define TG_BORROW_SHIFT		14

/* It wraps after 16 KB of weight 1, so that what wrapping would break is seen at once. */
#define TG_VIRTUAL_BEGIN	(0ULL - (16 << 10 << TG_VIRTUAL_SHIFT))

/* The longest turn, of weight 1. */
#define TG_TURN_MAX		((u64)TG_CHARGE_MAX << TG_VIRTUAL_SHIFT)

/* Most tenants, and users, for whom time is looked at in one call. */
#define TG_EVENTS_AT_ONCE	64

/* A debt of an old, slow rate would last for long; that of a rate that stays is due. */
static void tg_rate_change(struct tg_rate *rate, u64 bytes, u64 *at, u64 now)
{
	if (rate->bytes == bytes)
		return;
	tg_rate_set(rate, bytes);
	*at = min(*at, now + TG_TICKS_MS);
}

/**
 * tg_shaper_init - a link without tenants
 * @shaper: one direction of the link
 * @bytes: its rate in bytes a second
 * @limit: bytes that may wait for it
 * @seed: a number that nobody knows
 * @now: the time in ticks
 */
void tg_shaper_init(struct tg_shaper *shaper, u64 bytes, u64 limit, u64 seed, u64 now)
{
	u32 i;

	tg_rate_set(&shaper->rate, bytes);
	shaper->open_at = now;
	shaper->virtual = TG_VIRTUAL_BEGIN;
	shaper->bytes = 0;
	shaper->packets = 0;
	shaper->limit = limit;
	shaper->fat_sizes = 0;
	INIT_LIST_HEAD(&shaper->idle);
	shaper->nidle = 0;
	shaper->seed = seed | 1;
	for (i = 0; i < TG_QUEUE_HASH; i++) {
		shaper->queues[i].first = NULL;
		shaper->persons[i].first = NULL;
	}
	for (i = 0; i < TG_SHAPER_SIZES; i++)
		INIT_LIST_HEAD(&shaper->fat[i]);
	tg_wheel_init(&shaper->prompt, TG_EVENT_SHIFT, now);
	tg_wheel_init(&shaper->owed, TG_EVENT_SHIFT, now);
	tg_wheel_init(&shaper->borrow, TG_BORROW_SHIFT, shaper->virtual);
	tg_wheel_init(&shaper->events, TG_EVENT_SHIFT, now);
	tg_wheel_init(&shaper->held, TG_EVENT_SHIFT, now);
}

/**
 * tg_shaper_set_rate - change the rate of a link
 * @shaper: one direction of the link
 * @bytes: bytes a second
 * @now: the time in ticks
 */
void tg_shaper_set_rate(struct tg_shaper *shaper, u64 bytes, u64 now)
{
	tg_rate_change(&shaper->rate, bytes, &shaper->open_at, now);
}

/* Virtual time wraps; who waits is not far from it. */
static void tg_share_take_turn(struct tg_share *share)
{
	if (share->turn_at - share->shaper->virtual > TG_TURN_MAX)
		share->turn_at = share->shaper->virtual;
}

/* A turn to borrow is over. */
static void tg_share_end_turn(struct tg_share *share)
{
	struct tg_shaper *shaper = share->shaper;

	if ((s64)(share->turn_at - shaper->virtual) > 0)
		shaper->virtual = share->turn_at;
}

/* Bytes of a packet that waits, of a class that has some. */
static u32 tg_class_average(const struct tg_class *class)
{
	return class->bytes / class->packets;
}

/**
 * tg_share_place - put a share where it stands now
 * @share: the share, wherever it stood
 * @now: the time in ticks
 */
void tg_share_place(struct tg_share *share, u64 now)
{
	struct tg_shaper *shaper = share->shaper;
	const struct tg_class *realtime = &share->class[TENANTGATE_CLASS_REALTIME];
	const bool prompt = realtime->ready && share->realtime.bytes;
	const bool owed = share->guarantee.bytes && share->owed_at <= now;
	u64 event = TG_WHEEL_ANY;

	tg_wheel_remove(&shaper->events, &share->event);
	if (!share->ready || share->open_at > now) {
		tg_wheel_remove(&shaper->prompt, &share->prompt);
		tg_wheel_remove(&shaper->owed, &share->owed);
		tg_wheel_remove(&shaper->borrow, &share->borrow);
		if (share->ready)
			event = share->open_at;
	} else {
		if (!prompt || share->prompt_at > now)
			tg_wheel_remove(&shaper->prompt, &share->prompt);
		else if (!tg_wheel_has(&share->prompt))
			tg_wheel_add(&shaper->prompt, &share->prompt, now +
				     tg_rate_ticks(&share->realtime, tg_class_average(realtime)));
		if (prompt && share->prompt_at > now)
			event = share->prompt_at;
		if (owed) {
			tg_wheel_remove(&shaper->borrow, &share->borrow);
			if (!tg_wheel_has(&share->owed))
				tg_wheel_add(&shaper->owed, &share->owed, share->owed_at +
					     tg_rate_ticks(&share->guarantee, TG_URGENT_BYTES));
		} else {
			tg_wheel_remove(&shaper->owed, &share->owed);
			if (!tg_wheel_has(&share->borrow)) {
				tg_share_take_turn(share);
				tg_wheel_add(&shaper->borrow, &share->borrow, share->turn_at);
			}
			if (share->guarantee.bytes)
				event = min(event, share->owed_at);
		}
	}
	/* Not before it is due: at the end of its slot. */
	if (event != TG_WHEEL_ANY)
		tg_wheel_add(&shaper->events, &share->event, event + TG_EVENT_SLOT - 1);
}

static void tg_shaper_pass(struct tg_shaper *shaper, u64 now)
{
	struct tg_wheel_entry *entry;
	u32 i;

	for (i = 0; i < TG_EVENTS_AT_ONCE; i++) {
		entry = tg_wheel_due(&shaper->held, now);
		if (!entry)
			break;
		tg_person_open(container_of(entry, struct tg_person, event), now);
	}
	for (i = 0; i < TG_EVENTS_AT_ONCE; i++) {
		entry = tg_wheel_due(&shaper->events, now);
		if (!entry)
			break;
		tg_share_place(container_of(entry, struct tg_share, event), now);
	}
}

/* When something changes next for a tenant or a user. */
static u64 tg_shaper_event(const struct tg_shaper *shaper)
{
	return min(tg_wheel_next(&shaper->events), tg_wheel_next(&shaper->held));
}

/* Overdue or not: the first one is the most urgent. */
static struct tg_wheel_entry *tg_wheel_urgent(struct tg_wheel *wheel, u64 now)
{
	return tg_wheel_due(wheel, now) ?: tg_wheel_first(wheel);
}

/**
 * tg_shaper_next - who sends now
 * @shaper: one direction of the link
 * @now: the time in ticks, never less than before
 * @turn: gets who sends; tg_shaper_sent() must be told
 * @wake: gets the time to ask again, %TG_WHEEL_ANY when nothing waits
 *
 * Context: constant time.
 * Return: false when nobody may send now.
 */
bool tg_shaper_next(struct tg_shaper *shaper, u64 now, struct tg_turn *turn, u64 *wake)
{
	struct tg_wheel_entry *prompt, *owed, *borrow;
	struct tg_share *share;
	u64 event;

	tg_shaper_pass(shaper, now);
	prompt = tg_wheel_urgent(&shaper->prompt, now);
	owed = tg_wheel_urgent(&shaper->owed, now);
	shaper->open_at = tg_not_before(shaper->open_at, now, TG_LATE);
	if (prompt && shaper->open_at <= now + TG_OVERDRAFT) {
		share = container_of(prompt, struct tg_share, prompt);
		turn->tier = TG_TIER_PROMPT;
	} else if (owed && shaper->open_at <= now + TG_OVERDRAFT_OWED) {
		share = container_of(owed, struct tg_share, owed);
		turn->tier = TG_TIER_OWED;
	} else if (shaper->open_at <= now) {
		borrow = tg_wheel_due(&shaper->borrow, TG_WHEEL_ANY);
		if (!borrow) {
			*wake = tg_wheel_next(&shaper->borrow) == TG_WHEEL_ANY ?
				tg_shaper_event(shaper) : now;
			return false;
		}
		share = container_of(borrow, struct tg_share, borrow);
		tg_share_end_turn(share);
		turn->tier = TG_TIER_BORROW;
	} else {
		*wake = TG_WHEEL_ANY;
		if (prompt)
			*wake = shaper->open_at - TG_OVERDRAFT;
		else if (owed)
			*wake = shaper->open_at - TG_OVERDRAFT_OWED;
		else if (tg_wheel_next(&shaper->borrow) != TG_WHEEL_ANY)
			*wake = shaper->open_at;
		event = tg_shaper_event(shaper);
		*wake = min(*wake, max(event, now));
		return false;
	}
	turn->queue = tg_share_choose(share, turn->tier);
	return true;
}

/* Packets have gone that were prompt or owed. */
static void tg_share_pay(const struct tg_rate *rate, u64 *at, u32 bytes, u64 now)
{
	*at = tg_not_before(*at, now, TG_OWED_LATE + tg_rate_ticks(rate, TG_BEGIN_BYTES)) +
	      tg_rate_ticks(rate, bytes);
}

static void tg_share_spend(struct tg_share *share, enum tg_tier tier, u32 bytes, u64 now)
{
	struct tg_shaper *shaper = share->shaper;

	shaper->open_at += tg_rate_ticks(&shaper->rate, bytes);
	if (share->ceiling.bytes) {
		share->open_at = tg_not_before(share->open_at, now, TG_LATE);
		share->open_at += tg_rate_ticks(&share->ceiling, bytes);
	}
	if (tier == TG_TIER_PROMPT)
		tg_share_pay(&share->realtime, &share->prompt_at, bytes, now);
	if (tier == TG_TIER_BORROW)
		share->turn_at += (bytes << TG_VIRTUAL_SHIFT) / share->weight;
	else if (share->guarantee.bytes)
		tg_share_pay(&share->guarantee, &share->owed_at, bytes, now);
}

/**
 * tg_shaper_sent - what was sent in a turn
 * @turn: as from tg_shaper_next(); its queue may be empty by now
 * @bytes: what is charged for it; 0 when all packets of the queue were dropped
 * @now: the time in ticks
 */
void tg_shaper_sent(struct tg_turn *turn, u32 bytes, u64 now)
{
	struct tg_share *share = turn->queue->share;
	struct tg_shaper *shaper = share->shaper;

	tg_share_look(share, now);
	tg_share_spend(share, turn->tier, bytes, now);
	if (turn->tier == TG_TIER_PROMPT)
		tg_wheel_remove(&shaper->prompt, &share->prompt);
	tg_wheel_remove(&shaper->owed, &share->owed);
	if (turn->tier == TG_TIER_BORROW)
		tg_wheel_remove(&shaper->borrow, &share->borrow);
	if (turn->queue->person)
		tg_person_charge(turn->queue->person, bytes, now);
	tg_share_charge(turn->queue, turn->tier, bytes);
	tg_share_place(share, now);
}

/**
 * tg_share_look - count how long packets waited, and for what, up to now
 * @share: the share, whose packets waited until now
 * @now: the time in ticks, never less than before
 *
 * While it has packets and is not over its ceiling, a tenant is behind its guarantee
 * when it got less of it, since they began to wait, than two packets of 1514 bytes
 * below what the guarantee carries in that time. What it borrowed is not part of it;
 * what was overdue for so long that it is not made up for counts as got. Where the users
 * of all its packets are over theirs, the tenant counts as over its ceiling, too.
 *
 * Context: constant time. Called before anything changes that this depends on.
 */
void tg_share_look(struct tg_share *share, u64 now)
{
	const u64 open = share->ready ? clamp(share->open_at, share->seen_at, now) : now;
	const u64 late = share->owed_at + share->saved +
			 tg_rate_ticks(&share->guarantee, TG_BEHIND_BYTES);

	share->waited += now - share->seen_at;
	share->held += open - share->seen_at;
	if (share->guarantee.bytes && now > max(open, late))
		share->behind += now - max(open, late);
	share->seen_at = now;
}

/* What is saved up while there is nothing to send is little. */
static u64 tg_saved(const struct tg_rate *rate, u64 at, u64 now)
{
	return tg_not_before(at, now, tg_rate_ticks(rate, TG_BEGIN_BYTES));
}

/* What a tenant without packets, and a link without any, may have saved up. */
static void tg_share_begin(struct tg_share *share, u64 now)
{
	struct tg_shaper *shaper = share->shaper;

	share->owed_at = tg_saved(&share->guarantee, share->owed_at, now);
	share->open_at = tg_not_before(share->open_at, now, TG_SLACK);
	if (shaper->packets <= 1)
		shaper->open_at = tg_not_before(shaper->open_at, now, TG_SLACK);
}

/**
 * tg_share_wait - packets are ready in a share that had none, or of a new kind
 * @share: the share
 * @begins: none were ready before
 * @realtime: realtime ones are, and were not before
 * @now: the time in ticks
 */
void tg_share_wait(struct tg_share *share, bool begins, bool realtime, u64 now)
{
	struct tg_shaper *shaper = share->shaper;

	if (share->packets == 1)
		tg_share_begin(share, now);
	else if (begins)
		share->owed_at = tg_saved(&share->guarantee, share->owed_at, now);
	if (begins)
		share->saved = now - min(share->owed_at, now);
	if (shaper->packets == 1) {
		tg_wheel_skip(&shaper->prompt, now);
		tg_wheel_skip(&shaper->owed, now);
		tg_wheel_skip(&shaper->events, now);
		tg_wheel_skip(&shaper->held, now);
		tg_wheel_skip(&shaper->borrow, shaper->virtual);
	}
	if (realtime)
		share->prompt_at = tg_saved(&share->realtime, share->prompt_at, now);
	tg_share_place(share, now);
}

/**
 * tg_share_at_once - a packet goes without waiting, as one can when nothing waits
 * @share: whose it is
 * @class: enum tenantgate_class
 * @bytes: what is charged for it
 * @tier: gets the account it goes on
 * @now: the time in ticks
 *
 * It is what a packet comes to that is put in a queue and sent by the next turn.
 *
 * Context: constant time.
 * Return: false when it has to wait; then nothing is charged.
 */
bool tg_share_at_once(struct tg_share *share, u8 class, u32 bytes, enum tg_tier *tier, u64 now)
{
	struct tg_shaper *shaper = share->shaper;
	u64 ahead = TG_OVERDRAFT_OWED;

	if (shaper->packets || share->user_ceiling.bytes)
		return false;
	tg_share_begin(share, now);
	*tier = TG_TIER_BORROW;
	if (share->guarantee.bytes && share->owed_at <= now)
		*tier = TG_TIER_OWED;
	if (class == TENANTGATE_CLASS_REALTIME) {
		share->prompt_at = tg_saved(&share->realtime, share->prompt_at, now);
		if (share->realtime.bytes && share->prompt_at <= now)
			*tier = TG_TIER_PROMPT;
	}
	if (*tier == TG_TIER_PROMPT)
		ahead = TG_OVERDRAFT;
	else if (*tier == TG_TIER_BORROW)
		ahead = 0;
	if (share->open_at > now || shaper->open_at > now + ahead)
		return false;
	if (*tier == TG_TIER_BORROW) {
		tg_share_take_turn(share);
		tg_share_end_turn(share);
	}
	tg_share_spend(share, *tier, bytes, now);
	return true;
}

/**
 * tg_share_init - a tenant without packets
 * @share: the share
 * @shaper: the link's direction
 * @terms: what is promised
 * @now: the time in ticks
 */
void tg_share_init(struct tg_share *share, struct tg_shaper *shaper,
		   const struct tg_terms *terms, u64 now)
{
	share->shaper = shaper;
	share->owed_at = share->open_at = share->prompt_at = now;
	share->turn_at = shaper->virtual;
	share->seen_at = now;
	share->saved = share->waited = share->held = share->behind = 0;
	tg_rate_set(&share->guarantee, 0);
	tg_rate_set(&share->ceiling, 0);
	tg_rate_set(&share->realtime, 0);
	tg_rate_set(&share->user_ceiling, 0);
	share->bytes = 0;
	share->packets = 0;
	share->ready = 0;
	share->closed.first = NULL;
	tg_wheel_entry_init(&share->prompt);
	INIT_LIST_HEAD(&share->fat);
	tg_wheel_entry_init(&share->owed);
	tg_wheel_entry_init(&share->borrow);
	tg_wheel_entry_init(&share->event);
	tg_share_queues_init(share);
	tg_share_set(share, terms, now);
}

/**
 * tg_share_set - change what a tenant is promised
 * @share: the share, whatever waits in it
 * @terms: what is promised
 * @now: the time in ticks
 *
 * What was sent under the old terms stays paid: nothing is lost, nothing
 * reordered, and the new terms hold from the next packet on. The same terms again
 * change nothing.
 */
void tg_share_set(struct tg_share *share, const struct tg_terms *terms, u64 now)
{
	if (share->packets)
		tg_share_look(share, now);
	/* A promise holds from now on. */
	if (!share->guarantee.bytes)
		share->owed_at = now;
	if (!share->realtime.bytes)
		share->prompt_at = now;
	tg_rate_change(&share->guarantee, terms->guarantee, &share->owed_at, now);
	tg_rate_change(&share->ceiling, terms->ceiling, &share->open_at, now);
	tg_rate_change(&share->realtime, terms->realtime, &share->prompt_at, now);
	if (share->user_ceiling.bytes != terms->user_ceiling) {
		tg_rate_set(&share->user_ceiling, terms->user_ceiling);
		tg_share_set_closed(share, now);
	}
	share->weight = terms->weight;
	share->limit = terms->limit;
	tg_share_set_classes(share, terms->interactive, terms->bulk);
	if (!terms->ceiling)
		share->open_at = now;
	share->saved = min(share->saved, tg_rate_ticks(&share->guarantee, TG_BEGIN_BYTES));
	tg_share_place(share, now);
}
