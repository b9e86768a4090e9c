/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The classifier: the first of a tenant's matches that fits a packet.
 *
 * A classifier is built once from matches in their order of priority, is one
 * piece of memory, and never changes. The matches are not needed afterwards.
 */
#ifndef _TG_CORE_CLASSIFIER_H
#define _TG_CORE_CLASSIFIER_H

#include "match.h"

struct tg_classifier;
struct tg_complaint;

#define TG_NO_MATCH	0xffffffffU

/**
 * struct tg_classifier_facts - what a classifier costs
 * @bytes: memory it takes
 * @steps: comparisons of a match or so that building it made
 * @worst: the most matches a look-up compares, whatever the packet
 * @groups: the most groups a look-up visits
 */
struct tg_classifier_facts {
	size_t bytes;
	u64 steps;
	u32 worst;
	u32 groups;
};

int tg_classifier_build(struct tg_classifier **classifier, const struct tg_match *matches,
			u32 count, size_t limit, struct tg_complaint *why);
void tg_classifier_free(struct tg_classifier *classifier);
u32 tg_classifier_find(const struct tg_classifier *classifier, const struct tg_question *q);
void tg_classifier_facts(const struct tg_classifier *classifier,
			 struct tg_classifier_facts *facts);

#endif
