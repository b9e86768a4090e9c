/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose packet goes next over a link that is too slow for all.
 *
 * A shaper is one direction of a link. Tenants have shares of it, a share has
 * queues, one for each user in each class, and a queue has parcels: packets as
 * the shaper sees them. shaper.c chooses the tenant, shaper_queue.c the queue;
 * shaper_person.c holds up users who are over their ceiling.
 * Nothing here knows what a packet is, takes a lock, or reads a clock.
 */
#ifndef _TG_CORE_SHAPER_H
#define _TG_CORE_SHAPER_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>

#include "rate.h"
#include "types.h"
#include "wheel.h"

#define TG_WEIGHT_MAX		1000
#define TG_SHAPER_SIZES		16	/* backlogs within a factor of 4 */
#define TG_SHARE_SIZES		12	/* of queues, likewise; those above 4 MB are alike */
#define TG_SHAPER_CLASSES	3	/* enum tenantgate_class */
#define TG_QUEUE_HASH		4096
#define TG_CLASS_SHARE_MAX	100

/* How much time unused by the link, or under a ceiling, is kept when packets come. */
#define TG_SLACK		TG_TICKS_MS

/* And while they wait: less than 1 % of a second. */
#define TG_LATE			(8 * TG_TICKS_MS)

/* Slots of events and of what is owed: 33 us each, 134 ms in all. */
#define TG_EVENT_SHIFT		21
#define TG_EVENT_SLOT		(1ULL << TG_EVENT_SHIFT)

/* A packet counts as so many bytes at least where it is about memory. */
#define TG_PACKET_LEAST		256U

/**
 * struct tg_parcel - a packet in a queue
 * @next: the one behind it
 * @bytes: what is charged for it, at most %TG_CHARGE_MAX
 * @since: when it came, in microseconds or what the owner likes
 */
struct tg_parcel {
	struct tg_parcel *next;
	u32 bytes;
	u32 since;
};

/* Where a queue is. */
enum tg_queue_place {
	TG_QUEUE_IDLE,		/* in tg_shaper.idle: without packets, without a turn */
	TG_QUEUE_FRESH,		/* in tg_class.fresh */
	TG_QUEUE_OLD,		/* in tg_class.old */
	TG_QUEUE_BEHIND,	/* in tg_person.behind: another one of the user stands for it */
	TG_QUEUE_HELD,		/* in no list: the user is over its ceiling */
};

/**
 * struct tg_queue - the packets of one user in one class
 * @head: the first parcel
 * @tail: the last one
 * @share: whose it is
 * @link: in the list that @place tells
 * @hash: in tg_shaper.queues
 * @sibling: in tg_share.queues
 * @fat: among those of about the same backlog
 * @owner: where its packets leave, for the one who uses the shaper
 * @person: the user, when its rate is limited, else NULL
 * @user: whose packets these are
 * @class: enum tenantgate_class
 * @place: enum tg_queue_place
 * @deficit: bytes it may still send in its turn
 * @packets: parcels in it
 * @bytes: what is charged for them
 */
struct tg_queue {
	struct tg_parcel *head;
	struct tg_parcel *tail;
	struct tg_share *share;
	struct list_head link;
	struct hlist_node hash;
	struct list_head sibling;
	struct list_head fat;
	void *owner;
	struct tg_person *person;
	u32 user;
	u8 class;
	u8 place;
	s32 deficit;
	u32 packets;
	u32 bytes;
};

/**
 * struct tg_person - a user whose rate is limited, over all classes and devices
 * @hash: in tg_shaper.persons
 * @share: whose user it is
 * @user: its number, as in its queues
 * @queues: how many queues it has
 * @open_at: it is not over its ceiling from then on
 * @event: in tg_shaper.held while it is over its ceiling
 * @closed: in tg_share.closed, likewise
 * @front: the queue that has the user's turn in each class, NULL for none
 * @behind: its other queues that have or just had packets
 * @packets: backlog by class
 */
struct tg_person {
	struct hlist_node hash;
	struct tg_share *share;
	u32 user;
	u32 queues;
	u64 open_at;
	struct tg_wheel_entry event;
	struct hlist_node closed;
	struct tg_queue *front[TG_SHAPER_CLASSES];
	struct list_head behind[TG_SHAPER_CLASSES];
	u32 packets[TG_SHAPER_CLASSES];
};

/**
 * struct tg_class - what a tenant has waiting in one class
 * @fresh: queues that just began, served before the others once
 * @old: the others
 * @quantum: bytes of a turn, as many as the largest packet had
 * @deficit: bytes the class may still send in its turn
 * @bytes: backlog
 * @packets: backlog
 * @ready: those of them whose users are not over their ceiling
 */
struct tg_class {
	struct list_head fresh;
	struct list_head old;
	u32 quantum;
	s32 deficit;
	u32 bytes;
	u32 packets;
	u32 ready;
};

/**
 * struct tg_terms - what a tenant is promised
 * @guarantee: bytes a second it gets whenever it wants them, 0 for none
 * @ceiling: bytes a second it never exceeds, 0 for the link's rate
 * @realtime: bytes a second that go first, 0 for none
 * @weight: its part of what is left, 1 to %TG_WEIGHT_MAX
 * @limit: bytes that may wait
 * @user_ceiling: bytes a second that none of its users exceeds, 0 for no limit
 * @interactive: part of interactive packets where bulk ones wait too, 1 to %TG_CLASS_SHARE_MAX
 * @bulk: part of bulk ones, likewise
 */
struct tg_terms {
	u64 guarantee;
	u64 ceiling;
	u64 realtime;
	u32 weight;
	u32 limit;
	u64 user_ceiling;
	u8 interactive;
	u8 bulk;
};

/**
 * struct tg_share - a tenant's share of a link
 * @shaper: the link's direction
 * @guarantee: rates, as in struct tg_terms
 * @ceiling: likewise
 * @realtime: likewise
 * @user_ceiling: likewise
 * @weight: likewise
 * @limit: likewise
 * @owed_at: guaranteed bytes are due from then on
 * @open_at: it is not over its ceiling from then on
 * @prompt_at: realtime packets go first from then on
 * @turn_at: when it borrows next, in the link's virtual time
 * @seen_at: the times below are counted up to then, while packets wait
 * @saved: how long guaranteed bytes had been saved up when they began to wait
 * @waited: ticks during which packets waited
 * @held: of these, over its ceiling
 * @behind: of these, not over its ceiling and behind its guarantee; see tg_share_look()
 * @prompt: among those with realtime packets that may go
 * @owed: among those who are owed something
 * @borrow: among those who borrow
 * @event: when any of this changes
 * @fat: among those of about the same backlog
 * @class: what is waiting
 * @interactive: part of interactive packets, as in struct tg_terms
 * @bulk: part of bulk ones, likewise
 * @bulk_turn: it is bulk's turn
 * @contested: interactive or realtime packets and bulk ones were ready when one was chosen
 * @front_contested: likewise interactive and realtime packets
 * @bytes: backlog
 * @packets: backlog
 * @ready: those of them whose users are not over their ceiling
 * @fat_sizes: lists in @fat_queues that are not empty
 * @closed: users who are over their ceiling
 * @fat_queues: queues by backlog
 * @queues: all its queues
 */
struct tg_share {
	struct tg_shaper *shaper;
	struct tg_rate guarantee;
	struct tg_rate ceiling;
	struct tg_rate realtime;
	struct tg_rate user_ceiling;
	u32 weight;
	u32 limit;
	u64 owed_at;
	u64 open_at;
	u64 prompt_at;
	u64 turn_at;
	u64 seen_at;
	u64 saved;
	u64 waited;
	u64 held;
	u64 behind;
	struct tg_wheel_entry prompt;
	struct tg_wheel_entry owed;
	struct tg_wheel_entry borrow;
	struct tg_wheel_entry event;
	struct list_head fat;
	struct tg_class class[TG_SHAPER_CLASSES];
	u8 interactive;
	u8 bulk;
	bool bulk_turn;
	bool contested;
	bool front_contested;
	u32 bytes;
	u32 packets;
	u32 ready;
	u32 fat_sizes;
	struct hlist_head closed;
	struct list_head fat_queues[TG_SHARE_SIZES];
	struct list_head queues;
};

/**
 * struct tg_shaper - one direction of a link
 * @rate: what the link carries
 * @open_at: the link is free from then on
 * @virtual: the link's virtual time: what one who borrows with weight 1 got
 * @prompt: shares whose realtime packets go first, by when they are due
 * @fat_sizes: lists in @fat that are not empty
 * @bytes: backlog of all
 * @packets: backlog of all
 * @limit: bytes that may wait
 * @idle: queues that have nothing to send and no turn, the one that was used last at the end
 * @nidle: their number
 * @seed: nobody can know which queues are in one place of @queues
 * @queues: queues by share, user, class and owner
 * @persons: users whose rate is limited, by share and user
 * @fat: shares by backlog
 * @owed: shares that got less than is guaranteed, by when it is due
 * @borrow: shares by when they borrow
 * @events: shares by when something changes for them
 * @held: users who are over their ceiling, by when they are not any more
 */
struct tg_shaper {
	struct tg_rate rate;
	u64 open_at;
	u64 virtual;
	struct tg_wheel prompt;
	u32 fat_sizes;
	u32 packets;
	u64 bytes;
	u64 limit;
	struct list_head idle;
	u32 nidle;
	u64 seed;
	struct hlist_head queues[TG_QUEUE_HASH];
	struct hlist_head persons[TG_QUEUE_HASH];
	struct list_head fat[TG_SHAPER_SIZES];
	struct tg_wheel owed;
	struct tg_wheel borrow;
	struct tg_wheel events;
	struct tg_wheel held;
};

/* Why a share sends now. */
enum tg_tier {
	TG_TIER_PROMPT,		/* realtime, within its limit */
	TG_TIER_OWED,		/* guaranteed */
	TG_TIER_BORROW,
	TG_TIERS,
};

/**
 * struct tg_turn - who sends now
 * @queue: from which queue
 * @tier: on which account
 */
struct tg_turn {
	struct tg_queue *queue;
	enum tg_tier tier;
};

void tg_shaper_init(struct tg_shaper *shaper, u64 bytes, u64 limit, u64 seed, u64 now);
void tg_shaper_set_rate(struct tg_shaper *shaper, u64 bytes, u64 now);
bool tg_shaper_next(struct tg_shaper *shaper, u64 now, struct tg_turn *turn, u64 *wake);
void tg_shaper_sent(struct tg_turn *turn, u32 bytes, u64 now);
struct tg_queue *tg_shaper_fattest(struct tg_shaper *shaper);

void tg_share_init(struct tg_share *share, struct tg_shaper *shaper,
		   const struct tg_terms *terms, u64 now);
bool tg_share_at_once(struct tg_share *share, u8 class, u32 bytes, enum tg_tier *tier, u64 now);
void tg_share_set(struct tg_share *share, const struct tg_terms *terms, u64 now);
void tg_share_place(struct tg_share *share, u64 now);
void tg_share_wait(struct tg_share *share, bool begins, bool realtime, u64 now);
void tg_share_look(struct tg_share *share, u64 now);
struct tg_queue *tg_share_find(struct tg_share *share, u32 user, u8 class, void *owner);
struct tg_queue *tg_share_fattest(struct tg_share *share);
struct tg_queue *tg_share_choose(struct tg_share *share, enum tg_tier tier);
void tg_share_charge(struct tg_queue *queue, enum tg_tier tier, u32 bytes);
void tg_share_queues_init(struct tg_share *share);
void tg_share_set_classes(struct tg_share *share, u8 interactive, u8 bulk);

void tg_queue_init(struct tg_queue *queue, struct tg_share *share, u32 user, u8 class,
		   void *owner);
struct tg_person *tg_queue_remove(struct tg_queue *queue);
void tg_queue_put(struct tg_queue *queue, struct tg_parcel *parcel, u64 now);
struct tg_parcel *tg_queue_get(struct tg_queue *queue);
struct tg_parcel *tg_queue_drop(struct tg_queue *queue, u64 now);

struct tg_person *tg_person_find(const struct tg_share *share, u32 user);
void tg_person_init(struct tg_person *person, struct tg_share *share, u32 user, u64 now);
void tg_person_join(struct tg_person *person, struct tg_queue *queue, u64 now);
bool tg_person_leave(struct tg_person *person, struct tg_queue *queue);
void tg_person_wait(struct tg_person *person, u64 now);
bool tg_person_begin(struct tg_person *person, struct tg_queue *queue);
struct tg_queue *tg_person_next(struct tg_person *person, u8 class);
void tg_person_charge(struct tg_person *person, u32 bytes, u64 now);
void tg_person_open(struct tg_person *person, u64 now);
void tg_share_set_closed(struct tg_share *share, u64 now);

/* A time that is not more than so much in the past. */
static inline u64 tg_not_before(u64 at, u64 now, u64 past)
{
	return max(at, now > past ? now - past : 0);
}

static inline bool tg_person_is_over(const struct tg_person *person)
{
	return tg_wheel_has(&person->event);
}

/* Does its tenant's plan limit users, and nobody has told yet who this queue's is? */
static inline bool tg_queue_lacks_person(const struct tg_queue *queue)
{
	return queue->share->user_ceiling.bytes && !queue->person;
}

static inline void tg_queue_move(struct tg_queue *queue, enum tg_queue_place place,
				 struct list_head *list)
{
	queue->place = place;
	list_move_tail(&queue->link, list);
}

#endif
