// SPDX-License-Identifier: GPL-2.0-only
/* A wheel: entries in the order of a number that only grows, in constant time. */

#include <linux/bitops.h>
#include <linux/kernel.h>

#include "wheel.h"

#define TG_WHEEL_NONE	TG_WHEEL_SLOTS

/* Entries that were out of reach and are put in again in one call. */
#define TG_WHEEL_MOVES	512

/**
 * tg_wheel_init - make an empty wheel
 * @wheel: the wheel
 * @shift: slots are 2^@shift wide
 * @now: no entry comes before
 */
void tg_wheel_init(struct tg_wheel *wheel, u8 shift, u64 now)
{
	u32 i;

	wheel->begin = now >> shift << shift;
	wheel->shift = shift;
	wheel->summary = 0;
	for (i = 0; i < TG_WHEEL_WORDS; i++)
		wheel->full[i] = 0;
	for (i = 0; i < TG_WHEEL_SLOTS; i++)
		INIT_LIST_HEAD(&wheel->slot[i]);
}

/**
 * tg_wheel_entry_init - an entry that is in no wheel
 * @entry: the entry
 */
void tg_wheel_entry_init(struct tg_wheel_entry *entry)
{
	INIT_LIST_HEAD(&entry->link);
	entry->at = 0;
	entry->slot = TG_WHEEL_NONE;
}

static u32 tg_wheel_place(const struct tg_wheel *wheel, u64 number)
{
	return number >> wheel->shift & (TG_WHEEL_SLOTS - 1);
}

/**
 * tg_wheel_add - put an entry in
 * @wheel: the wheel
 * @entry: an entry that is in no wheel
 * @at: its number; one that is over counts as the present
 */
void tg_wheel_add(struct tg_wheel *wheel, struct tg_wheel_entry *entry, u64 at)
{
	const u64 reach = (u64)(TG_WHEEL_SLOTS - 1) << wheel->shift;
	u64 number = (s64)(at - wheel->begin) > 0 ? at : wheel->begin;

	if (number - wheel->begin > reach)
		number = wheel->begin + reach;
	entry->at = at;
	entry->slot = tg_wheel_place(wheel, number);
	list_add_tail(&entry->link, &wheel->slot[entry->slot]);
	wheel->full[entry->slot / 64] |= BIT_ULL(entry->slot % 64);
	wheel->summary |= BIT_ULL(entry->slot / 64);
}

/**
 * tg_wheel_skip - let a wheel go on from a number, when it has no entries
 * @wheel: the wheel
 * @number: no entry comes before
 */
void tg_wheel_skip(struct tg_wheel *wheel, u64 number)
{
	if (!wheel->summary)
		wheel->begin = number >> wheel->shift << wheel->shift;
}

/**
 * tg_wheel_remove - take an entry out
 * @wheel: the wheel
 * @entry: an entry, in this wheel or in none
 */
void tg_wheel_remove(struct tg_wheel *wheel, struct tg_wheel_entry *entry)
{
	const u32 slot = entry->slot;

	if (!tg_wheel_has(entry))
		return;
	list_del_init(&entry->link);
	entry->slot = TG_WHEEL_NONE;
	if (!list_empty(&wheel->slot[slot]))
		return;
	wheel->full[slot / 64] &= ~BIT_ULL(slot % 64);
	if (!wheel->full[slot / 64])
		wheel->summary &= ~BIT_ULL(slot / 64);
}

/* The first slot with entries, beginning with the present one; it may be behind the turn. */
static u32 tg_wheel_find(const struct tg_wheel *wheel)
{
	const u32 now = tg_wheel_place(wheel, wheel->begin), word = now / 64;
	u64 bits = wheel->full[word] >> now % 64 << now % 64;

	if (bits)
		return word * 64 + __ffs64(bits);
	bits = wheel->summary & ~(BIT_ULL(word) | (BIT_ULL(word) - 1));
	if (!bits)
		bits = wheel->summary;
	if (!bits)
		return TG_WHEEL_NONE;
	return __ffs64(bits) * 64 + __ffs64(wheel->full[__ffs64(bits)]);
}

/* Where a slot of the present turn begins. */
static u64 tg_wheel_begin(const struct tg_wheel *wheel, u32 slot)
{
	u32 ahead = (slot - tg_wheel_place(wheel, wheel->begin)) & (TG_WHEEL_SLOTS - 1);

	return wheel->begin + ((u64)ahead << wheel->shift);
}

/**
 * tg_wheel_next - where the next entries are
 * @wheel: the wheel
 *
 * Return: the beginning of their slot, or %TG_WHEEL_ANY when there are none.
 */
u64 tg_wheel_next(const struct tg_wheel *wheel)
{
	u32 slot = tg_wheel_find(wheel);

	return slot == TG_WHEEL_NONE ? TG_WHEEL_ANY : tg_wheel_begin(wheel, slot);
}

/**
 * tg_wheel_first - the first entry
 * @wheel: the wheel
 *
 * Entries that are out of reach are taken for the last ones within.
 *
 * Return: an entry, which stays in the wheel, or NULL when there is none.
 */
struct tg_wheel_entry *tg_wheel_first(const struct tg_wheel *wheel)
{
	u32 slot = tg_wheel_find(wheel);

	if (slot == TG_WHEEL_NONE)
		return NULL;
	return list_first_entry(&wheel->slot[slot], struct tg_wheel_entry, link);
}

/**
 * tg_wheel_due - the first entry whose slot has begun
 * @wheel: the wheel; what comes before the entry, or before @until, is over
 * @until: slots that begin later are left; %TG_WHEEL_ANY for none
 *
 * Return: an entry, which stays in the wheel, or NULL; so also when so many were out of
 * reach that the next call is to look further.
 */
struct tg_wheel_entry *tg_wheel_due(struct tg_wheel *wheel, u64 until)
{
	struct tg_wheel_entry *entry;
	u32 slot, i;
	u64 begin;

	for (i = 0; i < TG_WHEEL_MOVES; i++) {
		slot = tg_wheel_find(wheel);
		begin = slot == TG_WHEEL_NONE ? TG_WHEEL_ANY : tg_wheel_begin(wheel, slot);
		if (begin > until || begin == TG_WHEEL_ANY) {
			if (until != TG_WHEEL_ANY)
				wheel->begin = max(wheel->begin,
						   until >> wheel->shift << wheel->shift);
			return NULL;
		}
		wheel->begin = begin;
		entry = list_first_entry(&wheel->slot[slot], struct tg_wheel_entry, link);
		if ((s64)(entry->at - begin) < (s64)BIT_ULL(wheel->shift))
			return entry;
		/* It was out of reach, and is nearer now. */
		tg_wheel_remove(wheel, entry);
		tg_wheel_add(wheel, entry, entry->at);
	}
	return NULL;
}
