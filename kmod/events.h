/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling whoever listens what was denied, and that the policy changed. */
#ifndef _TG_EVENTS_H
#define _TG_EVENTS_H

#include "core/judge.h"
#include "net.h"
#include "running.h"

/**
 * struct tg_event - a judgement worth telling
 * @packet: the packet's headers
 * @judgement: what was found
 * @mode: enum tenantgate_mode it was found under
 * @generation: policy it was judged under
 * @in: device it came in by, may be NULL
 * @out: device it leaves by, may be NULL
 */
struct tg_event {
	const struct tg_packet *packet;
	const struct tg_judgement *judgement;
	u8 mode;
	u32 generation;
	const char *in;
	const char *out;
};

void tg_events_init(struct tg_net *tgn);
void tg_event_judged(struct tg_net *tgn, const struct tg_event *event);
void tg_event_changed(struct tg_net *tgn, const struct tg_running *running, const char *cause);

#endif
