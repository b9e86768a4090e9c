/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a flow is in its life, as far as its packets tell: is a reply due, may
 * data pass, when may it be forgotten?
 */
#ifndef _TG_CORE_FLOW_STATE_H
#define _TG_CORE_FLOW_STATE_H

#include "types.h"

enum tg_direction {
	TG_ORIGINAL,		/* from the one who began */
	TG_REPLY,
	TG_DIRECTIONS,
};

/* What tracking says of a packet, besides a reason to drop it. */
#define TG_FLOW_OK	(-1)	/* it fits */
#define TG_FLOW_AGAIN	(-2)	/* it begins anew on a flow that is over: judge it as a first one */

enum tg_flow_phase {
	TG_PHASE_UNREPLIED,	/* not TCP: packets in one direction only */
	TG_PHASE_REPLIED,	/* not TCP: and an answer */
	TG_PHASE_ASSURED,	/* not TCP: and more after the answer */
	TG_PHASE_SYN_SENT,
	TG_PHASE_SYN_RECEIVED,
	TG_PHASE_ESTABLISHED,
	TG_PHASE_FIN_WAIT,	/* one side has closed */
	TG_PHASE_TIME_WAIT,	/* both have */
	TG_PHASE_CLOSED,	/* reset */
	TG_PHASES,
};

/* What struct tg_flow_state.flags says of a flow. */
#define TG_STATE_OPEN		0x01	/* TCP: the handshake was completed, or is taken for it */
#define TG_STATE_ADOPTED	0x02	/* it was running before it was seen */
#define TG_STATE_SIMULTANEOUS	0x04	/* TCP: both sides have sent a SYN */
#define TG_STATE_BRIEF		0x08	/* asks a well-known UDP port */

/**
 * struct tg_flow_state - where a flow is in its life
 * @phase: enum tg_flow_phase
 * @flags: TG_STATE_*
 * @fin: one bit for each direction, TCP: it has sent a FIN
 * @seen: one bit for each direction: packets came since the flow was adopted or reset
 * @word: all of it, so that readers without a lock see it whole
 */
struct tg_flow_state {
	union {
		struct {
			u8 phase;
			u8 flags;
			u8 fin;
			u8 seen;
		};
		u32 word;
	};
};

#define TG_ESTABLISHED_TIMEOUT		7440
#define TG_UDP_ASSURED_TIMEOUT		180

/**
 * tg_flow_state_settled - is it plain that a packet fits and changes nothing?
 * @state: the state
 * @packet: a packet of the flow
 *
 * What nearly all packets are: tg_flow_state_track() would say the same.
 *
 * Context: any.
 * Return: what tg_flow_state_timeout() would say, or 0 when it is not plain.
 */
static inline u32 tg_flow_state_settled(const struct tg_flow_state *state,
					const struct tg_packet *packet)
{
	const u8 special = TG_TCP_SYN | TG_TCP_RST | TG_TCP_FIN | TG_TCP_ACK;

	if (packet->proto == TG_PROTO_TCP)
		return state->phase == TG_PHASE_ESTABLISHED && state->flags == TG_STATE_OPEN &&
		       !state->fin && (packet->tcp_flags & special) == TG_TCP_ACK ?
			       TG_ESTABLISHED_TIMEOUT : 0;
	if (packet->proto == TG_PROTO_UDP)
		return state->phase == TG_PHASE_ASSURED ? TG_UDP_ASSURED_TIMEOUT : 0;
	return 0;
}

void tg_flow_state_begin(struct tg_flow_state *state, const struct tg_packet *packet,
			 bool adopted);
int tg_flow_state_track(struct tg_flow_state *state, enum tg_direction direction,
			const struct tg_packet *packet);
u32 tg_flow_state_timeout(const struct tg_flow_state *state, u8 proto);
const char *tg_flow_state_name(const struct tg_flow_state *state);

#endif
