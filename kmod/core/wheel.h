/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A wheel: entries in the order of a number that only grows, in constant time.
 *
 * Numbers are cut into slots of equal width. Slots that have entries are found
 * by two levels of bitmaps and the processor's instruction for the first bit
 * set, as in Eiffel (Saeed et al., NSDI 2019). Within a slot entries leave in
 * the order in which they came; what is further ahead than the wheel reaches
 * waits in the last slot and is put in again from there. Numbers may wrap, where
 * entries are less than half of all numbers apart.
 */
#ifndef _TG_CORE_WHEEL_H
#define _TG_CORE_WHEEL_H

#include <linux/list.h>
#include <linux/types.h>

#define TG_WHEEL_WORDS	64
#define TG_WHEEL_SLOTS	(64 * TG_WHEEL_WORDS)
#define TG_WHEEL_ANY	(~0ULL)		/* behind all numbers */

/**
 * struct tg_wheel_entry - what can be in a wheel
 * @link: in its slot
 * @at: its number
 * @slot: where it is, %TG_WHEEL_SLOTS when in no wheel
 */
struct tg_wheel_entry {
	struct list_head link;
	u64 at;
	u16 slot;
};

/**
 * struct tg_wheel - a wheel
 * @begin: all before the slot of this number is over; a multiple of the width
 * @shift: a slot is 2^@shift wide
 * @summary: words of @full that are not 0
 * @full: slots that have entries
 * @slot: entries by number modulo the wheel's reach
 */
struct tg_wheel {
	u64 begin;
	u8 shift;
	u64 summary;
	u64 full[TG_WHEEL_WORDS];
	struct list_head slot[TG_WHEEL_SLOTS];
};

void tg_wheel_init(struct tg_wheel *wheel, u8 shift, u64 now);
void tg_wheel_entry_init(struct tg_wheel_entry *entry);
void tg_wheel_add(struct tg_wheel *wheel, struct tg_wheel_entry *entry, u64 at);
void tg_wheel_skip(struct tg_wheel *wheel, u64 number);
void tg_wheel_remove(struct tg_wheel *wheel, struct tg_wheel_entry *entry);
struct tg_wheel_entry *tg_wheel_first(const struct tg_wheel *wheel);
struct tg_wheel_entry *tg_wheel_due(struct tg_wheel *wheel, u64 until);
u64 tg_wheel_next(const struct tg_wheel *wheel);

static inline bool tg_wheel_has(const struct tg_wheel_entry *entry)
{
	return entry->slot != TG_WHEEL_SLOTS;
}

#endif
