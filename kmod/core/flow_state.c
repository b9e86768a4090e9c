// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following a flow from its first packet to its last.
 *
 * TCP is followed by its flags (RFC 9293, figure 5), not by its sequence
 * numbers: both ends are bound to their devices, so what is kept out here is a
 * conversation that nobody opened, not a stranger's forged segment.
 *
 *	SYN		SYN+ACK		   ACK		     FIN	    FIN, other side
 *	 `-> SYN_SENT -----> SYN_RECEIVED ----> ESTABLISHED ----> FIN_WAIT ----> TIME_WAIT
 *
 * A reset leads to CLOSED from anywhere. Should both sides go on as if nothing
 * had happened, the reset was a stranger's after all, and the flow is where it
 * was before.
 *
 * Everything else only shows whether there are answers: UNREPLIED, REPLIED,
 * and ASSURED once the one who asked goes on after an answer.
 *
 * An idle flow is forgotten after a time that suits its phase:
 *
 *	TCP	established	2 h 4 min, the least that RFC 5382 (REQ-5) grants
 *		half closed	4 min, likewise
 *		opening		1 min: a SYN that is sent again begins again
 *		closed by both	1 min, as long as Linux waits in TIME_WAIT
 *		adopted		5 min until both sides were seen
 *	UDP	assured		3 min
 *		else		2 min, the least that RFC 4787 (REQ-5) grants; 30 s
 *				towards a well-known port, as it also grants: one
 *				question and one answer need no more
 *	ICMP			1 min, the least that RFC 5508 (REQ-2) grants
 *	others	replied		10 min
 *		else		2 min
 */

#include "flow_state.h"

#define TG_SYN_TIMEOUT			60
#define TG_ADOPTED_TIMEOUT		300
#define TG_FIN_TIMEOUT			240
#define TG_TIME_WAIT_TIMEOUT		60
#define TG_CLOSED_TIMEOUT		10
#define TG_UDP_TIMEOUT			120
#define TG_UDP_BRIEF_TIMEOUT		30
#define TG_ICMP_TIMEOUT			60
#define TG_OTHER_TIMEOUT		120
#define TG_OTHER_REPLIED_TIMEOUT	600

#define TG_WELL_KNOWN_PORTS		1024

#define TG_BOTH				0x03

static u8 tg_bit(enum tg_direction direction)
{
	return 1 << direction;
}

/**
 * tg_flow_state_begin - the state of a new flow
 * @state: filled in
 * @packet: the packet that begins it, in the original direction
 * @adopted: it was running before it was seen
 *
 * A TCP flow that does not begin with a SYN was running already, whatever
 * @adopted says.
 *
 * Context: any.
 */
void tg_flow_state_begin(struct tg_flow_state *state, const struct tg_packet *packet,
			 bool adopted)
{
	state->word = 0;
	if (packet->proto != TG_PROTO_TCP) {
		state->phase = TG_PHASE_UNREPLIED;
		if (adopted)
			state->flags = TG_STATE_ADOPTED;
		else if (packet->proto == TG_PROTO_UDP && packet->dport < TG_WELL_KNOWN_PORTS)
			state->flags = TG_STATE_BRIEF;
	} else if (!adopted && (packet->tcp_flags & (TG_TCP_SYN | TG_TCP_ACK)) == TG_TCP_SYN) {
		state->phase = TG_PHASE_SYN_SENT;
	} else {
		state->phase = TG_PHASE_ESTABLISHED;
		state->flags = TG_STATE_OPEN | TG_STATE_ADOPTED;
	}
}

/* The phase of an open connection follows from who has closed. */
static void tg_tcp_settle(struct tg_flow_state *state)
{
	if (state->fin == TG_BOTH)
		state->phase = TG_PHASE_TIME_WAIT;
	else
		state->phase = state->fin ? TG_PHASE_FIN_WAIT : TG_PHASE_ESTABLISHED;
}

static int tg_tcp_reset(struct tg_flow_state *state, enum tg_direction direction, u8 flags)
{
	/* A refusal answers the SYN, or nobody would believe it (RFC 9293, 3.10.7.3). */
	if (state->phase == TG_PHASE_SYN_SENT && direction == TG_REPLY &&
	    !(flags & TG_TCP_ACK))
		return TENANTGATE_REASON_TCP_STATE;
	state->phase = TG_PHASE_CLOSED;
	state->seen = 0;
	return TG_FLOW_OK;
}

static int tg_tcp_syn(struct tg_flow_state *state, enum tg_direction direction)
{
	switch (state->phase) {
	case TG_PHASE_SYN_SENT:
		if (direction == TG_REPLY) {
			state->flags |= TG_STATE_SIMULTANEOUS;
			state->phase = TG_PHASE_SYN_RECEIVED;
		}
		return TG_FLOW_OK;
	case TG_PHASE_TIME_WAIT:
	case TG_PHASE_CLOSED:
		return TG_FLOW_AGAIN;
	}
	/* Who has closed, or is not known to have begun, may begin anew. */
	if (state->fin & tg_bit(direction) ||
	    (direction == TG_REPLY && state->flags & TG_STATE_ADOPTED))
		return TG_FLOW_AGAIN;
	/* Sent again, or by one who lost an older connection; the other end will say. */
	if (direction == TG_ORIGINAL || state->flags & TG_STATE_SIMULTANEOUS)
		return TG_FLOW_OK;
	return TENANTGATE_REASON_TCP_STATE;
}

static int tg_tcp_syn_ack(struct tg_flow_state *state, enum tg_direction direction)
{
	if (direction == TG_ORIGINAL &&
	    !(state->flags & (TG_STATE_SIMULTANEOUS | TG_STATE_ADOPTED)))
		return TENANTGATE_REASON_TCP_STATE;
	if (state->phase == TG_PHASE_SYN_SENT)
		state->phase = TG_PHASE_SYN_RECEIVED;
	return TG_FLOW_OK;
}

/* Neither SYN nor RST: data, acknowledgements, and the end of either. */
static int tg_tcp_segment(struct tg_flow_state *state, enum tg_direction direction,
			  const struct tg_packet *packet)
{
	bool fin = packet->tcp_flags & TG_TCP_FIN;

	switch (state->phase) {
	case TG_PHASE_SYN_SENT:
		/*
		 * An end that still has an older connection with these ports
		 * answers the SYN with a mere acknowledgement and is reset
		 * for it (RFC 9293, 3.5.1). Nothing else comes before a SYN+ACK.
		 */
		if (direction == TG_REPLY && !fin && packet->kind & TG_PACKET_NO_DATA)
			return TG_FLOW_OK;
		return TENANTGATE_REASON_TCP_STATE;
	case TG_PHASE_SYN_RECEIVED:
		if (fin)
			state->fin |= tg_bit(direction);
		/* With TCP Fast Open the server may send before (RFC 7413). */
		if (direction == TG_REPLY && !(state->flags & TG_STATE_SIMULTANEOUS))
			return TG_FLOW_OK;
		state->flags |= TG_STATE_OPEN;
		tg_tcp_settle(state);
		return TG_FLOW_OK;
	case TG_PHASE_CLOSED:
		if (!(state->flags & TG_STATE_OPEN))
			return TENANTGATE_REASON_TCP_STATE;
		state->seen |= tg_bit(direction);
		if (state->seen != TG_BOTH)
			return TG_FLOW_OK;
		break;
	default:
		if (state->flags & TG_STATE_ADOPTED)
			state->seen |= tg_bit(direction);
		break;
	}
	if (fin)
		state->fin |= tg_bit(direction);
	tg_tcp_settle(state);
	return TG_FLOW_OK;
}

static int tg_tcp_track(struct tg_flow_state *state, enum tg_direction direction,
			const struct tg_packet *packet)
{
	if (packet->tcp_flags & TG_TCP_RST)
		return tg_tcp_reset(state, direction, packet->tcp_flags);
	switch (packet->tcp_flags & (TG_TCP_SYN | TG_TCP_ACK)) {
	case TG_TCP_SYN:
		return tg_tcp_syn(state, direction);
	case TG_TCP_SYN | TG_TCP_ACK:
		return tg_tcp_syn_ack(state, direction);
	case TG_TCP_ACK:
		return tg_tcp_segment(state, direction, packet);
	}
	return TENANTGATE_REASON_TCP_STATE;
}

/**
 * tg_flow_state_track - let a packet of a flow change its state
 * @state: the state
 * @direction: the packet's
 * @packet: the packet
 *
 * The state is unchanged when the packet does not fit, and for most packets
 * that do. Whether an ICMP packet is a request or an answer is not looked at:
 * that is in the keys of the flow.
 *
 * Context: any; the caller keeps others from changing @state.
 * Return: %TG_FLOW_OK, %TG_FLOW_AGAIN, or the reason to drop the packet, enum
 * tenantgate_reason.
 */
int tg_flow_state_track(struct tg_flow_state *state, enum tg_direction direction,
			const struct tg_packet *packet)
{
	if (packet->proto == TG_PROTO_TCP)
		return tg_tcp_track(state, direction, packet);
	if (direction == TG_REPLY && state->phase == TG_PHASE_UNREPLIED)
		state->phase = TG_PHASE_REPLIED;
	else if (direction == TG_ORIGINAL && state->phase == TG_PHASE_REPLIED)
		state->phase = TG_PHASE_ASSURED;
	return TG_FLOW_OK;
}

static u32 tg_tcp_timeout(const struct tg_flow_state *state)
{
	switch (state->phase) {
	case TG_PHASE_SYN_SENT:
	case TG_PHASE_SYN_RECEIVED:
		return TG_SYN_TIMEOUT;
	case TG_PHASE_FIN_WAIT:
		return TG_FIN_TIMEOUT;
	case TG_PHASE_TIME_WAIT:
		return TG_TIME_WAIT_TIMEOUT;
	case TG_PHASE_CLOSED:
		return TG_CLOSED_TIMEOUT;
	}
	if (state->flags & TG_STATE_ADOPTED && state->seen != TG_BOTH)
		return TG_ADOPTED_TIMEOUT;
	return TG_ESTABLISHED_TIMEOUT;
}

/**
 * tg_flow_state_timeout - how long an idle flow is remembered
 * @state: its state
 * @proto: its IP protocol
 *
 * Context: any.
 * Return: seconds.
 */
u32 tg_flow_state_timeout(const struct tg_flow_state *state, u8 proto)
{
	switch (proto) {
	case TG_PROTO_TCP:
		return tg_tcp_timeout(state);
	case TG_PROTO_UDP:
	case TG_PROTO_UDPLITE:
		if (state->phase == TG_PHASE_ASSURED)
			return TG_UDP_ASSURED_TIMEOUT;
		return state->flags & TG_STATE_BRIEF ? TG_UDP_BRIEF_TIMEOUT : TG_UDP_TIMEOUT;
	case TG_PROTO_ICMP:
	case TG_PROTO_ICMPV6:
		return TG_ICMP_TIMEOUT;
	}
	return state->phase == TG_PHASE_UNREPLIED ? TG_OTHER_TIMEOUT : TG_OTHER_REPLIED_TIMEOUT;
}

/**
 * tg_flow_state_name - what people call a state
 * @state: the state
 *
 * Context: any.
 * Return: a name that lives as long as the module.
 */
const char *tg_flow_state_name(const struct tg_flow_state *state)
{
	static const char * const names[TG_PHASES] = {
		[TG_PHASE_UNREPLIED] = "unreplied",
		[TG_PHASE_REPLIED] = "replied",
		[TG_PHASE_ASSURED] = "assured",
		[TG_PHASE_SYN_SENT] = "syn-sent",
		[TG_PHASE_SYN_RECEIVED] = "syn-received",
		[TG_PHASE_ESTABLISHED] = "established",
		[TG_PHASE_FIN_WAIT] = "fin-wait",
		[TG_PHASE_TIME_WAIT] = "time-wait",
		[TG_PHASE_CLOSED] = "closed",
	};

	return state->phase < TG_PHASES ? names[state->phase] : "unknown";
}
