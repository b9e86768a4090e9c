// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose packet goes next: users who are limited.
 *
 * A user's ceiling holds over all classes and all devices of a direction, and what it
 * sends is charged to it as to a tenant's ceiling: open_at is when all of it is paid.
 * As soon as that is ahead of the time the user is closed: its queues leave the turns of
 * their classes and what is in them is not ready, so that others have the tenant's turn,
 * or the tenant none when nothing else is ready. A wheel opens it again.
 *
 * In each class one queue stands for all of a user's, and the others are behind it until
 * its turn is over. So to close and to open a user is to move three queues, however many
 * devices it sends to.
 *
 *	class.old	A's queue, B's queue, ...
 *	                    |
 *	behind			another of A's, another of A's
 *
 * Users have a state only where there is a ceiling for them, as long as they have queues.
 */

#include <linux/kernel.h>

#include "shaper.h"

static struct hlist_head *tg_person_bucket(const struct tg_share *share, u32 user)
{
	u64 hash = ((u64)user << 48) ^ (unsigned long)share;

	hash *= share->shaper->seed;
	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ULL;
	return &share->shaper->persons[(hash >> 40) % TG_QUEUE_HASH];
}

/**
 * tg_person_find - a user whose rate is limited
 * @share: the tenant
 * @user: the user
 *
 * Return: the user, or NULL when it has no state yet.
 */
struct tg_person *tg_person_find(const struct tg_share *share, u32 user)
{
	struct tg_person *person;

	hlist_for_each_entry(person, tg_person_bucket(share, user), hash)
		if (person->user == user && person->share == share)
			return person;
	return NULL;
}

/**
 * tg_person_init - a user without queues
 * @person: the user
 * @share: the tenant
 * @user: its number, for which tg_person_find() finds nobody
 * @now: the time in ticks
 */
void tg_person_init(struct tg_person *person, struct tg_share *share, u32 user, u64 now)
{
	u32 i;

	*person = (struct tg_person){ .share = share, .user = user, .open_at = now };
	tg_wheel_entry_init(&person->event);
	for (i = 0; i < TG_SHAPER_CLASSES; i++)
		INIT_LIST_HEAD(&person->behind[i]);
	hlist_add_head(&person->hash, tg_person_bucket(share, user));
}

/* Its packets of a class are ready, or are not any more; @sign is 1 or -1. */
static void tg_person_count(const struct tg_person *person, u8 class, s32 sign)
{
	struct tg_share *share = person->share;

	share->class[class].ready += sign * person->packets[class];
	share->ready += sign * person->packets[class];
}

/* Not before it is due: at the end of its slot. */
static void tg_person_set_event(struct tg_person *person)
{
	tg_wheel_add(&person->share->shaper->held, &person->event,
		     person->open_at + TG_EVENT_SLOT - 1);
}

/* It is not over its ceiling any more. */
static void tg_person_forget_event(struct tg_person *person)
{
	tg_wheel_remove(&person->share->shaper->held, &person->event);
	hlist_del(&person->closed);
}

/* A queue stands for the user in its class. */
static void tg_person_stand(struct tg_person *person, struct tg_queue *queue)
{
	person->front[queue->class] = queue;
	if (!tg_person_is_over(person)) {
		tg_queue_move(queue, TG_QUEUE_OLD, &person->share->class[queue->class].old);
		return;
	}
	queue->place = TG_QUEUE_HELD;
	list_del_init(&queue->link);
}

/**
 * tg_person_next - another queue stands for the user
 * @person: the user, whose queue that stood is somewhere else already
 * @class: in which class
 *
 * Return: the queue, which is in its place, or NULL when there is none behind.
 */
struct tg_queue *tg_person_next(struct tg_person *person, u8 class)
{
	struct tg_queue *next = list_first_entry_or_null(&person->behind[class],
							 struct tg_queue, link);

	person->front[class] = NULL;
	if (next)
		tg_person_stand(person, next);
	return next;
}

/**
 * tg_person_wait - packets come for a user who may have had none
 * @person: the user, for whom they are counted
 * @now: the time in ticks
 */
void tg_person_wait(struct tg_person *person, u64 now)
{
	if (person->packets[0] + person->packets[1] + person->packets[2] == 1)
		person->open_at = tg_not_before(person->open_at, now, TG_SLACK);
}

/**
 * tg_person_begin - a queue that was at rest has packets
 * @person: its user, for whom they are counted
 * @queue: the queue
 *
 * Return: true when it stands for the user, and is to be put into its class.
 */
bool tg_person_begin(struct tg_person *person, struct tg_queue *queue)
{
	const u8 class = queue->class;

	if (person->front[class]) {
		tg_queue_move(queue, TG_QUEUE_BEHIND, &person->behind[class]);
		return false;
	}
	if (tg_person_is_over(person)) {
		tg_person_stand(person, queue);
		return false;
	}
	person->front[class] = queue;
	return true;
}

/**
 * tg_person_join - a queue is a limited user's
 * @person: the user
 * @queue: the queue, wherever it is, and whatever waits in it
 * @now: the time in ticks
 */
void tg_person_join(struct tg_person *person, struct tg_queue *queue, u64 now)
{
	struct tg_share *share = person->share;

	queue->person = person;
	person->queues++;
	person->packets[queue->class] += queue->packets;
	if (queue->place == TG_QUEUE_IDLE)
		return;
	if (tg_person_is_over(person)) {
		if (queue->packets)
			tg_share_look(share, now);
		share->class[queue->class].ready -= queue->packets;
		share->ready -= queue->packets;
	}
	if (person->front[queue->class])
		tg_queue_move(queue, TG_QUEUE_BEHIND, &person->behind[queue->class]);
	else if (tg_person_is_over(person))
		tg_person_stand(person, queue);
	else
		person->front[queue->class] = queue;
	tg_share_place(share, now);
}

/**
 * tg_person_leave - a queue goes
 * @person: its user
 * @queue: the queue, without packets, and in no list any more
 *
 * Return: true when it was the last one, and the user is known no more.
 */
bool tg_person_leave(struct tg_person *person, struct tg_queue *queue)
{
	if (person->front[queue->class] == queue)
		tg_person_next(person, queue->class);
	if (--person->queues)
		return false;
	if (tg_person_is_over(person))
		tg_person_forget_event(person);
	hlist_del(&person->hash);
	return true;
}

static void tg_person_close(struct tg_person *person)
{
	u8 i;

	tg_person_set_event(person);
	hlist_add_head(&person->closed, &person->share->closed);
	for (i = 0; i < TG_SHAPER_CLASSES; i++) {
		tg_person_count(person, i, -1);
		if (person->front[i])
			tg_person_stand(person, person->front[i]);
	}
}

/**
 * tg_person_open - a user is not over its ceiling any more
 * @person: the user
 * @now: the time in ticks
 */
void tg_person_open(struct tg_person *person, u64 now)
{
	struct tg_share *share = person->share;
	const struct tg_class *realtime = &share->class[TENANTGATE_CLASS_REALTIME];
	const bool begins = !share->ready, quiet = !realtime->ready;
	u8 i;

	if (begins && share->packets)
		tg_share_look(share, now);
	tg_person_forget_event(person);
	for (i = 0; i < TG_SHAPER_CLASSES; i++) {
		tg_person_count(person, i, 1);
		if (person->front[i])
			tg_person_stand(person, person->front[i]);
	}
	if (share->ready)
		tg_share_wait(share, begins, quiet && realtime->ready, now);
}

/**
 * tg_person_charge - a user has sent
 * @person: the user
 * @bytes: what is charged for it
 * @now: the time in ticks
 *
 * Its tenant is to be put in its place afterwards.
 */
void tg_person_charge(struct tg_person *person, u32 bytes, u64 now)
{
	const struct tg_rate *ceiling = &person->share->user_ceiling;

	if (!ceiling->bytes)
		return;
	person->open_at = tg_not_before(person->open_at, now, TG_LATE);
	person->open_at += tg_rate_ticks(ceiling, bytes);
	if (tg_person_is_over(person)) {
		tg_wheel_remove(&person->share->shaper->held, &person->event);
		tg_person_set_event(person);
	} else if (person->open_at > now) {
		tg_person_close(person);
	}
}

/**
 * tg_share_set_closed - the ceiling of users has changed
 * @share: the tenant
 * @now: the time in ticks
 *
 * Context: takes time in proportion to the users who are over the old one.
 */
void tg_share_set_closed(struct tg_share *share, u64 now)
{
	struct tg_person *person;
	struct hlist_node *next;

	hlist_for_each_entry_safe(person, next, &share->closed, closed) {
		if (!share->user_ceiling.bytes) {
			tg_person_open(person, now);
		} else if (person->open_at > now + TG_TICKS_MS) {
			/* A debt of an old, slow rate would last for long. */
			tg_wheel_remove(&share->shaper->held, &person->event);
			person->open_at = now + TG_TICKS_MS;
			tg_person_set_event(person);
		}
	}
}
