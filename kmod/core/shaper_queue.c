// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose packet goes next: the queues of one tenant.
 *
 * Realtime goes before the rest as long as the tenant's realtime rate lasts; what
 * is beyond it shares the turn of interactive packets, which get a multiple of the
 * turn of bulk ones. Within a class users take turns, and one who just began
 * comes first once (Hoeiland-Joergensen et al., FQ-CoDel, RFC 8290). Packets of
 * one user in one class never overtake each other. What is said here of packets
 * that wait is meant of those whose users are not over their ceiling.
 *
 * Who has the largest backlog is known without searching: queues and tenants
 * are in lists by the highest bits of their backlog.
 */

#include <linux/bitops.h>
#include <linux/kernel.h>

#include "shaper.h"

/* Bytes of a turn when no packet was larger. */
#define TG_QUANTUM		1514

/* Queues that are put to rest at once. */
#define TG_REST_AT_ONCE		64

/**
 * tg_share_queues_init - a share without queues
 * @share: the share
 */
void tg_share_queues_init(struct tg_share *share)
{
	u32 i;

	share->bulk_turn = false;
	share->contested = false;
	share->front_contested = false;
	share->interactive = 1;
	share->bulk = 1;
	share->fat_sizes = 0;
	for (i = 0; i < TG_SHAPER_CLASSES; i++) {
		struct tg_class *class = &share->class[i];

		*class = (struct tg_class){ .quantum = TG_QUANTUM };
		INIT_LIST_HEAD(&class->fresh);
		INIT_LIST_HEAD(&class->old);
	}
	for (i = 0; i < TG_SHARE_SIZES; i++)
		INIT_LIST_HEAD(&share->fat_queues[i]);
	INIT_LIST_HEAD(&share->queues);
}

/**
 * tg_share_set_classes - change what classes get of what a tenant gets
 * @share: the share, whatever waits in it
 * @interactive: part of interactive packets, 1 to %TG_CLASS_SHARE_MAX
 * @bulk: part of bulk ones, likewise
 */
void tg_share_set_classes(struct tg_share *share, u8 interactive, u8 bulk)
{
	if (share->interactive == interactive && share->bulk == bulk)
		return;
	share->interactive = interactive;
	share->bulk = bulk;
	/* A turn of the old kind may be long. */
	share->class[TENANTGATE_CLASS_INTERACTIVE].deficit = 0;
	share->class[TENANTGATE_CLASS_BULK].deficit = 0;
}

static struct hlist_head *tg_share_bucket(struct tg_share *share, u32 user, u8 class, void *owner)
{
	u64 hash = ((u64)user << 2 | class) ^ (unsigned long)share ^ (u64)(unsigned long)owner << 20;

	hash *= share->shaper->seed;
	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ULL;
	return &share->shaper->queues[(hash >> 40) % TG_QUEUE_HASH];
}

/**
 * tg_share_find - a user's queue
 * @share: the tenant
 * @user: the user
 * @class: enum tenantgate_class
 * @owner: where its packets leave
 *
 * Return: the queue, or NULL when there is none yet.
 */
struct tg_queue *tg_share_find(struct tg_share *share, u32 user, u8 class, void *owner)
{
	struct tg_queue *queue;

	hlist_for_each_entry(queue, tg_share_bucket(share, user, class, owner), hash)
		if (queue->user == user && queue->share == share && queue->class == class &&
		    queue->owner == owner)
			return queue;
	return NULL;
}

static void tg_queue_rest(struct tg_queue *queue)
{
	struct tg_shaper *shaper = queue->share->shaper;

	tg_queue_move(queue, TG_QUEUE_IDLE, &shaper->idle);
	shaper->nidle++;
	if (queue->person)
		tg_person_next(queue->person, queue->class);
}

/* The turn is over: the next one is at the end, of the user's other queues if there are any. */
static void tg_queue_yield(struct tg_queue *queue)
{
	struct tg_person *person = queue->person;

	if (person && !list_empty(&person->behind[queue->class])) {
		tg_queue_move(queue, TG_QUEUE_BEHIND, &person->behind[queue->class]);
		queue = tg_person_next(person, queue->class);
	}
	tg_queue_move(queue, TG_QUEUE_OLD, &queue->share->class[queue->class].old);
}

/**
 * tg_queue_init - a queue without packets
 * @queue: the queue
 * @share: the tenant
 * @user: whose packets it will have
 * @class: enum tenantgate_class
 * @owner: where its packets leave
 */
void tg_queue_init(struct tg_queue *queue, struct tg_share *share, u32 user, u8 class,
		   void *owner)
{
	*queue = (struct tg_queue){
		.share = share,
		.owner = owner,
		.user = user,
		.class = class,
	};
	INIT_LIST_HEAD(&queue->link);
	INIT_LIST_HEAD(&queue->fat);
	list_add(&queue->sibling, &share->queues);
	hlist_add_head(&queue->hash, tg_share_bucket(share, user, class, owner));
	tg_queue_rest(queue);
}

/**
 * tg_queue_remove - take a queue without packets out of its share
 * @queue: the queue
 *
 * Return: its user, when this was the last queue of one whose rate is limited and nobody
 * has it any more; else NULL.
 */
struct tg_person *tg_queue_remove(struct tg_queue *queue)
{
	struct tg_person *person = queue->person;

	if (queue->place == TG_QUEUE_IDLE)
		queue->share->shaper->nidle--;
	list_del_init(&queue->link);
	list_del_init(&queue->sibling);
	hlist_del(&queue->hash);
	return person && tg_person_leave(person, queue) ? person : NULL;
}

/* Move to the list of its size, if that has changed. */
static void tg_fat_move(struct list_head *lists, int count, u32 *sizes, struct list_head *link,
			u32 before, u32 now)
{
	const int from = min((fls(before) + 1) / 2, count) - 1;
	const int to = min((fls(now) + 1) / 2, count) - 1;

	if (from == to)
		return;
	list_del_init(link);
	if (from >= 0 && list_empty(&lists[from]))
		*sizes &= ~(1U << from);
	if (to < 0)
		return;
	list_add_tail(link, &lists[to]);
	*sizes |= 1U << to;
}

/* How much a backlog is: small packets take more memory than they have bytes. */
static u32 tg_size(u32 bytes, u32 packets)
{
	return max(bytes, packets * TG_PACKET_LEAST);
}

/* Add to the backlogs of a queue and of all above it; @packets is 1 or -1. */
static void tg_queue_count(struct tg_queue *queue, s32 packets, s32 bytes)
{
	struct tg_share *share = queue->share;
	struct tg_shaper *shaper = share->shaper;
	struct tg_person *person = queue->person;

	tg_fat_move(share->fat_queues, TG_SHARE_SIZES, &share->fat_sizes, &queue->fat,
		    tg_size(queue->bytes, queue->packets),
		    tg_size(queue->bytes + bytes, queue->packets + packets));
	tg_fat_move(shaper->fat, TG_SHAPER_SIZES, &shaper->fat_sizes, &share->fat,
		    tg_size(share->bytes, share->packets),
		    tg_size(share->bytes + bytes, share->packets + packets));
	queue->packets += packets;
	queue->bytes += bytes;
	share->class[queue->class].packets += packets;
	share->class[queue->class].bytes += bytes;
	share->packets += packets;
	share->bytes += bytes;
	shaper->packets += packets;
	shaper->bytes += bytes;
	if (person)
		person->packets[queue->class] += packets;
	if (!person || !tg_person_is_over(person)) {
		share->class[queue->class].ready += packets;
		share->ready += packets;
	}
}

/**
 * tg_queue_put - a packet comes
 * @queue: the queue
 * @parcel: the packet; its bytes are at least 1
 * @now: the time in ticks
 */
void tg_queue_put(struct tg_queue *queue, struct tg_parcel *parcel, u64 now)
{
	struct tg_share *share = queue->share;
	struct tg_class *class = &share->class[queue->class];
	const bool begins = !share->ready, of_new_kind = !class->ready;

	if (!share->packets)
		share->seen_at = now;
	else if (begins)
		tg_share_look(share, now);
	parcel->next = NULL;
	if (queue->head)
		queue->tail->next = parcel;
	else
		queue->head = parcel;
	queue->tail = parcel;
	tg_queue_count(queue, 1, parcel->bytes);
	if (queue->person)
		tg_person_wait(queue->person, now);
	class->quantum = max(class->quantum, parcel->bytes);
	if (queue->place == TG_QUEUE_IDLE) {
		share->shaper->nidle--;
		queue->deficit = class->quantum;
		if (!queue->person || tg_person_begin(queue->person, queue))
			tg_queue_move(queue, TG_QUEUE_FRESH, &class->fresh);
	}
	if (class->ready && (begins || of_new_kind))
		tg_share_wait(share, begins, of_new_kind &&
			      queue->class == TENANTGATE_CLASS_REALTIME, now);
}

/**
 * tg_queue_get - take the first packet
 * @queue: the queue
 *
 * Return: the packet, or NULL.
 */
struct tg_parcel *tg_queue_get(struct tg_queue *queue)
{
	struct tg_parcel *parcel = queue->head;

	if (!parcel)
		return NULL;
	queue->head = parcel->next;
	tg_queue_count(queue, -1, -(s32)parcel->bytes);
	return parcel;
}

/**
 * tg_queue_drop - take the first packet, which is not sent
 * @queue: the queue
 * @now: the time in ticks
 *
 * Return: the packet, or NULL.
 */
struct tg_parcel *tg_queue_drop(struct tg_queue *queue, u64 now)
{
	struct tg_parcel *parcel;

	if (queue->packets)
		tg_share_look(queue->share, now);
	parcel = tg_queue_get(queue);
	if (parcel && !queue->share->class[queue->class].ready)
		tg_share_place(queue->share, now);
	return parcel;
}

/**
 * tg_share_fattest - the queue of a tenant with the most waiting, within a factor of 4
 * @share: the tenant
 *
 * Return: the queue, or NULL when nothing waits.
 */
struct tg_queue *tg_share_fattest(struct tg_share *share)
{
	if (!share->fat_sizes)
		return NULL;
	return list_first_entry(&share->fat_queues[fls(share->fat_sizes) - 1],
				struct tg_queue, fat);
}

/**
 * tg_shaper_fattest - the queue with the most waiting of the tenant with the most
 * @shaper: the link's direction
 *
 * Return: the queue, or NULL when nothing waits.
 */
struct tg_queue *tg_shaper_fattest(struct tg_shaper *shaper)
{
	if (!shaper->fat_sizes)
		return NULL;
	return tg_share_fattest(list_first_entry(&shaper->fat[fls(shaper->fat_sizes) - 1],
						 struct tg_share, fat));
}

/* Whose turn it is in a class that has packets; each queue comes at most twice. */
static struct tg_queue *tg_class_choose(struct tg_class *class)
{
	for (;;) {
		struct list_head *list = list_empty(&class->fresh) ? &class->old : &class->fresh;
		struct tg_queue *queue = list_first_entry(list, struct tg_queue, link);

		if (!queue->packets) {
			/* One that just began and is empty already does not begin again at once. */
			if (queue->place == TG_QUEUE_FRESH && !list_empty(&class->old))
				tg_queue_yield(queue);
			else
				tg_queue_rest(queue);
		} else if (queue->deficit <= 0) {
			queue->deficit += class->quantum;
			tg_queue_yield(queue);
		} else {
			return queue;
		}
	}
}

/* Where nothing waits, nobody is unfair: queues need no turns. */
static void tg_class_rest(struct tg_share *share, struct tg_class *class)
{
	u32 i;

	for (i = 0; i < TG_REST_AT_ONCE && !class->ready; i++) {
		struct list_head *list = list_empty(&class->fresh) ? &class->old : &class->fresh;

		if (list_empty(list))
			break;
		tg_queue_rest(list_first_entry(list, struct tg_queue, link));
	}
	/* What was sent in large turns is paid in large turns, however long that takes. */
	if (list_empty(&class->fresh) && list_empty(&class->old) && !share->closed.first)
		class->quantum = TG_QUANTUM;
}

/*
 * Realtime packets beyond their limit take turns with interactive ones: first while
 * they have not sent more, which the deficit of their class tells.
 */
static struct tg_class *tg_share_front(struct tg_share *share)
{
	struct tg_class *realtime = &share->class[TENANTGATE_CLASS_REALTIME];
	struct tg_class *interactive = &share->class[TENANTGATE_CLASS_INTERACTIVE];

	if (!realtime->ready)
		return interactive;
	return interactive->ready && realtime->deficit < 0 ? interactive : realtime;
}

/**
 * tg_share_choose - whose turn it is in a tenant that has packets
 * @share: the tenant
 * @tier: on which account
 *
 * Return: a queue with packets.
 */
struct tg_queue *tg_share_choose(struct tg_share *share, enum tg_tier tier)
{
	struct tg_class *front = &share->class[TENANTGATE_CLASS_INTERACTIVE];
	struct tg_class *bulk = &share->class[TENANTGATE_CLASS_BULK];

	if (tier == TG_TIER_PROMPT)
		return tg_class_choose(&share->class[TENANTGATE_CLASS_REALTIME]);
	share->contested = bulk->ready && tg_share_front(share)->ready;
	share->front_contested = front->ready && share->class[TENANTGATE_CLASS_REALTIME].ready;
	if (!share->contested)
		return tg_class_choose(bulk->ready ? bulk : tg_share_front(share));
	for (;;) {
		struct tg_class *class = share->bulk_turn ? bulk : front;
		u32 part = share->bulk_turn ? share->bulk : share->interactive;

		if (class->deficit > 0)
			return tg_class_choose(share->bulk_turn ? bulk : tg_share_front(share));
		/* The smaller part is one turn. */
		class->deficit += part * max(front->quantum, bulk->quantum) /
				  min(share->interactive, share->bulk);
		share->bulk_turn = !share->bulk_turn;
	}
}

/*
 * Who has nothing left has had its turn, and keeps its debt: a class whose next packet
 * comes just when the last one has gone gets no more than one whose packets wait.
 */
static void tg_share_end_turns(struct tg_share *share)
{
	struct tg_class *front = &share->class[TENANTGATE_CLASS_INTERACTIVE];
	struct tg_class *bulk = &share->class[TENANTGATE_CLASS_BULK];

	if (share->packets == bulk->packets) {
		front->deficit = min(front->deficit, 0);
		share->bulk_turn = true;
	}
	if (!bulk->packets) {
		bulk->deficit = min(bulk->deficit, 0);
		share->bulk_turn = false;
	}
	if (!share->packets)
		front->deficit = bulk->deficit = 0;
}

/**
 * tg_share_charge - a queue has sent
 * @queue: the queue, which may be empty
 * @tier: on which account
 * @bytes: what it sent
 */
void tg_share_charge(struct tg_queue *queue, enum tg_tier tier, u32 bytes)
{
	struct tg_share *share = queue->share;
	struct tg_class *realtime = &share->class[TENANTGATE_CLASS_REALTIME];
	struct tg_class *front = &share->class[TENANTGATE_CLASS_INTERACTIVE];
	struct tg_class *bulk = &share->class[TENANTGATE_CLASS_BULK];

	queue->deficit -= bytes;
	tg_class_rest(share, &share->class[queue->class]);
	if (tier == TG_TIER_PROMPT)
		return;
	if (!realtime->packets && !front->packets)
		realtime->deficit = 0;
	else if (share->front_contested && queue->class == TENANTGATE_CLASS_REALTIME)
		realtime->deficit -= bytes;
	else if (share->front_contested && queue->class == TENANTGATE_CLASS_INTERACTIVE)
		realtime->deficit += bytes;
	if (share->contested && queue->class == TENANTGATE_CLASS_BULK)
		bulk->deficit -= bytes;
	else if (share->contested)
		front->deficit -= bytes;
	tg_share_end_turns(share);
}
