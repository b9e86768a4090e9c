/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tgbench: replay packets through the forward path and take the time.
 *
 *	trace ---> packet ---> netif_receive_skb(tgb-in) ... forwarding ... tgb-out
 *	(record.h)  built before     the time that is measured             kept, freed
 *	            the clock runs                                         afterwards
 *
 * Packets of the reply direction go in by tgb-out and leave by tgb-in.
 */
#ifndef _TGBENCH_H
#define _TGBENCH_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "record.h"

/* Says which packets on our devices are ours, and not the kernel's own. */
#define TGB_MARK	0x7467u

/* A packet's place in the life of its flow. */
enum tgb_stage {
	TGB_OPEN,	/* first: for TCP a SYN */
	TGB_ANSWER,	/* first of the replies: SYN and ACK */
	TGB_SENT,	/* data in the original direction */
	TGB_REPLIED,	/* data in the reply direction */
};

static inline bool tgb_is_reply(enum tgb_stage stage)
{
	return stage == TGB_ANSWER || stage == TGB_REPLIED;
}

struct sk_buff *tgb_packet(const struct tgb_record *record, enum tgb_stage stage, u16 port);

int tgb_device_init(void);
void tgb_device_exit(void);
u64 tgb_device_collect(void);

int tgb_drop_init(void);
void tgb_drop_exit(void);
int tgb_drop_begin(struct net *net);

int tgb_trace_add(const void __user *buffer, size_t size);
void tgb_trace_clear(void);
int tgb_replay(char *command);
int tgb_replay_result(char *text, size_t size);

#endif
