// SPDX-License-Identifier: GPL-2.0-only
/* Following flows from their first packet to their last: kmod/core/flow_state.c. */

#include <linux/kernel.h>

#include "core/flow_state.h"

#include "kselftest_harness.h"

#define FIN	TG_TCP_FIN
#define SYN	TG_TCP_SYN
#define RST	TG_TCP_RST
#define ACK	TG_TCP_ACK
#define PSH	0x08
#define URG	0x20
#define ECE_CWR	0xc0

#define OK	TG_FLOW_OK
#define AGAIN	TG_FLOW_AGAIN
#define BAD	TENANTGATE_REASON_TCP_STATE

#define CLIENT	TG_ORIGINAL
#define SERVER	TG_REPLY

FIXTURE(tcp)
{
	struct tg_flow_state state;
};

FIXTURE_SETUP(tcp)
{
}

FIXTURE_TEARDOWN(tcp)
{
}

static struct tg_packet segment(u8 flags)
{
	return (struct tg_packet){ .proto = TG_PROTO_TCP, .tcp_flags = flags, .sport = 40000,
				   .dport = 443, .family = 4 };
}

static void begin(struct tg_flow_state *s, u8 flags, bool adopted)
{
	struct tg_packet k = segment(flags);

	memset(s, 0xff, sizeof(*s));
	tg_flow_state_begin(s, &k, adopted);
}

static int track(struct tg_flow_state *s, int direction, u8 flags)
{
	struct tg_packet k = segment(flags);

	return tg_flow_state_track(s, direction, &k);
}

/* A packet gets an answer, and the flow is in a state afterwards. */
#define STEP(direction, flags, answer, name) do {				\
	u32 _before = self->state.word;						\
										\
	EXPECT_EQ(answer, track(&self->state, direction, flags));		\
	EXPECT_STREQ(name, tg_flow_state_name(&self->state));			\
	if ((answer) != OK)							\
		EXPECT_EQ(_before, self->state.word);				\
} while (0)

static void establish(struct tg_flow_state *s)
{
	begin(s, SYN, false);
	track(s, SERVER, SYN | ACK);
	track(s, CLIENT, ACK);
}

#define SECONDS(seconds) EXPECT_EQ(seconds, tg_flow_state_timeout(&self->state, TG_PROTO_TCP))

TEST_F(tcp, handshake)
{
	begin(&self->state, SYN, false);
	EXPECT_STREQ("syn-sent", tg_flow_state_name(&self->state));
	SECONDS(60);
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	SECONDS(60);
	STEP(CLIENT, ACK, OK, "established");
	SECONDS(7440);
	STEP(CLIENT, ACK | PSH, OK, "established");
	STEP(SERVER, ACK | PSH | URG, OK, "established");
}

TEST_F(tcp, handshake_with_congestion_flags)
{
	begin(&self->state, SYN | ECE_CWR, false);
	STEP(SERVER, SYN | ACK | 0x40, OK, "syn-received");
	STEP(CLIENT, ACK | 0x80, OK, "established");
}

TEST_F(tcp, handshake_with_retransmissions)
{
	begin(&self->state, SYN, false);
	STEP(CLIENT, SYN, OK, "syn-sent");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, SYN, OK, "syn-received");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, ACK, OK, "established");
	STEP(SERVER, SYN | ACK, OK, "established");
	STEP(CLIENT, ACK, OK, "established");
}

TEST_F(tcp, handshake_completed_by_data)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, ACK | PSH, OK, "established");
}

TEST_F(tcp, fast_open_lets_the_server_speak_early)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(SERVER, ACK | PSH, OK, "syn-received");
	STEP(SERVER, ACK | FIN, OK, "syn-received");
	STEP(CLIENT, ACK, OK, "fin-wait");
}

TEST_F(tcp, nobody_speaks_before_the_handshake)
{
	begin(&self->state, SYN, false);
	STEP(CLIENT, ACK, BAD, "syn-sent");
	STEP(CLIENT, ACK | PSH, BAD, "syn-sent");
	STEP(CLIENT, ACK | FIN, BAD, "syn-sent");
	STEP(SERVER, ACK | FIN, BAD, "syn-sent");
	STEP(SERVER, ACK | PSH, BAD, "syn-sent");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
}

TEST_F(tcp, the_client_does_not_answer_its_own_syn)
{
	begin(&self->state, SYN, false);
	STEP(CLIENT, SYN | ACK, BAD, "syn-sent");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, SYN | ACK, BAD, "syn-received");
	STEP(CLIENT, ACK, OK, "established");
	STEP(CLIENT, SYN | ACK, BAD, "established");
}

TEST_F(tcp, the_server_does_not_begin_a_connection_that_is_open)
{
	establish(&self->state);
	STEP(SERVER, SYN, BAD, "established");
}

TEST_F(tcp, flags_that_make_no_sense_are_dropped)
{
	static const u8 senseless[] = { 0, FIN, PSH, URG, FIN | PSH | URG };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(senseless); i++) {
		begin(&self->state, SYN, false);
		STEP(CLIENT, senseless[i], BAD, "syn-sent");
		STEP(SERVER, senseless[i], BAD, "syn-sent");
		establish(&self->state);
		STEP(CLIENT, senseless[i], BAD, "established");
		STEP(SERVER, senseless[i], BAD, "established");
	}
}

TEST_F(tcp, an_older_connections_challenge_passes)
{
	struct tg_packet k = segment(ACK);

	begin(&self->state, SYN, false);
	k.kind = TG_PACKET_NO_DATA;
	EXPECT_EQ(OK, tg_flow_state_track(&self->state, TG_REPLY, &k));
	EXPECT_EQ(BAD, tg_flow_state_track(&self->state, TG_ORIGINAL, &k));
	EXPECT_STREQ("syn-sent", tg_flow_state_name(&self->state));
	k.tcp_flags = ACK | FIN;
	EXPECT_EQ(BAD, tg_flow_state_track(&self->state, TG_REPLY, &k));
}

TEST_F(tcp, teardown_by_the_client)
{
	establish(&self->state);
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	SECONDS(240);
	STEP(SERVER, ACK, OK, "fin-wait");
	STEP(SERVER, ACK | PSH, OK, "fin-wait");
	STEP(CLIENT, ACK, OK, "fin-wait");
	STEP(SERVER, FIN | ACK, OK, "time-wait");
	SECONDS(60);
	STEP(CLIENT, ACK, OK, "time-wait");
}

TEST_F(tcp, teardown_by_the_server)
{
	establish(&self->state);
	STEP(SERVER, FIN | ACK, OK, "fin-wait");
	STEP(CLIENT, ACK | PSH, OK, "fin-wait");
	STEP(CLIENT, FIN | ACK, OK, "time-wait");
	STEP(SERVER, ACK, OK, "time-wait");
}

TEST_F(tcp, teardown_by_both_at_once_with_retransmissions)
{
	establish(&self->state);
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	STEP(SERVER, FIN | ACK, OK, "time-wait");
	STEP(SERVER, FIN | ACK, OK, "time-wait");
	STEP(CLIENT, FIN | ACK, OK, "time-wait");
	STEP(CLIENT, ACK, OK, "time-wait");
	STEP(SERVER, ACK, OK, "time-wait");
}

TEST_F(tcp, a_closed_port_refuses)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, RST | ACK, OK, "closed");
	SECONDS(10);
	STEP(CLIENT, SYN, AGAIN, "closed");
	STEP(CLIENT, ACK, BAD, "closed");
	STEP(SERVER, ACK, BAD, "closed");
}

TEST_F(tcp, a_refusal_acknowledges_the_syn)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, RST, BAD, "syn-sent");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
}

TEST_F(tcp, the_client_may_give_up)
{
	begin(&self->state, SYN, false);
	STEP(CLIENT, RST, OK, "closed");
	STEP(SERVER, ACK | PSH, BAD, "closed");
}

TEST_F(tcp, a_reset_ends_a_connection)
{
	int direction;

	for (direction = CLIENT; direction <= SERVER; direction++) {
		establish(&self->state);
		STEP(direction, RST, OK, "closed");
		SECONDS(10);
		STEP(direction, RST | ACK, OK, "closed");
		establish(&self->state);
		STEP(direction, RST | ACK, OK, "closed");
		establish(&self->state);
		STEP(CLIENT, FIN | ACK, OK, "fin-wait");
		STEP(direction, RST, OK, "closed");
	}
}

TEST_F(tcp, a_forged_reset_does_not_end_a_connection_that_goes_on)
{
	establish(&self->state);
	STEP(SERVER, RST, OK, "closed");
	STEP(CLIENT, ACK | PSH, OK, "closed");
	STEP(CLIENT, ACK | PSH, OK, "closed");
	STEP(SERVER, ACK, OK, "established");
	SECONDS(7440);
	/* And once more: what was seen before the second one does not count. */
	STEP(SERVER, RST, OK, "closed");
	STEP(SERVER, ACK, OK, "closed");
	STEP(CLIENT, ACK, OK, "established");
}

TEST_F(tcp, a_forged_reset_while_closing_leaves_it_closing)
{
	establish(&self->state);
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	STEP(CLIENT, RST, OK, "closed");
	STEP(SERVER, ACK, OK, "closed");
	STEP(CLIENT, ACK, OK, "fin-wait");
}

TEST_F(tcp, a_half_open_connection_does_not_come_back_after_a_reset)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, RST, OK, "closed");
	STEP(CLIENT, ACK, BAD, "closed");
	STEP(SERVER, ACK, BAD, "closed");
}

TEST_F(tcp, ports_may_be_used_again_after_the_end)
{
	establish(&self->state);
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	STEP(SERVER, FIN | ACK, OK, "time-wait");
	STEP(CLIENT, SYN, AGAIN, "time-wait");
	STEP(SERVER, SYN, AGAIN, "time-wait");
	establish(&self->state);
	STEP(SERVER, RST, OK, "closed");
	STEP(CLIENT, SYN, AGAIN, "closed");
	STEP(SERVER, SYN, AGAIN, "closed");
}

TEST_F(tcp, who_has_closed_may_begin_anew)
{
	establish(&self->state);
	STEP(CLIENT, FIN | ACK, OK, "fin-wait");
	STEP(CLIENT, SYN, AGAIN, "fin-wait");
	establish(&self->state);
	STEP(SERVER, FIN | ACK, OK, "fin-wait");
	STEP(SERVER, SYN, AGAIN, "fin-wait");
	STEP(CLIENT, SYN, OK, "fin-wait");
}

TEST_F(tcp, a_client_that_lost_its_connection_is_heard_by_the_server)
{
	establish(&self->state);
	STEP(CLIENT, SYN, OK, "established");
	STEP(SERVER, ACK, OK, "established");
	STEP(CLIENT, RST, OK, "closed");
	STEP(CLIENT, SYN, AGAIN, "closed");
}

TEST_F(tcp, simultaneous_open)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, SYN, OK, "syn-received");
	STEP(CLIENT, SYN | ACK, OK, "syn-received");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(CLIENT, ACK, OK, "established");
	STEP(SERVER, ACK, OK, "established");
}

TEST_F(tcp, simultaneous_open_with_retransmissions)
{
	begin(&self->state, SYN, false);
	STEP(SERVER, SYN, OK, "syn-received");
	STEP(SERVER, SYN, OK, "syn-received");
	STEP(CLIENT, SYN, OK, "syn-received");
	STEP(SERVER, SYN | ACK, OK, "syn-received");
	STEP(SERVER, ACK, OK, "established");
}

TEST_F(tcp, adopted_in_the_middle)
{
	begin(&self->state, ACK | PSH, false);
	EXPECT_STREQ("established", tg_flow_state_name(&self->state));
	EXPECT_TRUE(self->state.flags & TG_STATE_ADOPTED);
	SECONDS(300);
	STEP(CLIENT, ACK, OK, "established");
	SECONDS(300);
	STEP(SERVER, ACK, OK, "established");
	SECONDS(7440);
	STEP(SERVER, FIN | ACK, OK, "fin-wait");
	STEP(CLIENT, FIN | ACK, OK, "time-wait");
}

TEST_F(tcp, adopted_in_its_handshake)
{
	begin(&self->state, SYN | ACK, true);
	EXPECT_STREQ("established", tg_flow_state_name(&self->state));
	STEP(CLIENT, SYN | ACK, OK, "established");
	STEP(SERVER, SYN | ACK, OK, "established");
	STEP(CLIENT, ACK, OK, "established");
}

TEST_F(tcp, adopted_on_somebodys_word)
{
	begin(&self->state, SYN, true);
	EXPECT_STREQ("established", tg_flow_state_name(&self->state));
	SECONDS(300);
}

TEST_F(tcp, the_other_side_of_an_adopted_one_may_begin_anew)
{
	begin(&self->state, ACK, true);
	STEP(SERVER, SYN, AGAIN, "established");
	STEP(CLIENT, SYN, OK, "established");
}

/* Whatever comes, the state stays one that has a name and a time, and words hold. */
TEST_F(tcp, any_sequence_keeps_the_state_sound)
{
	u64 r = 88172645463325252ULL;
	u32 before;
	int round, step, answer;

	for (round = 0; round < 20000; round++) {
		begin(&self->state, round & 1 ? SYN : ACK, round & 2);
		for (step = 0; step < 20; step++) {
			r ^= r << 13;
			r ^= r >> 7;
			r ^= r << 17;
			before = self->state.word;
			answer = track(&self->state, r & 1, r >> 8 & 0x17);
			ASSERT_TRUE(answer == OK || answer == AGAIN || answer == BAD);
			if (answer != OK)
				ASSERT_EQ(before, self->state.word);
			ASSERT_LT(self->state.phase, TG_PHASES);
			ASSERT_GE(self->state.phase, TG_PHASE_SYN_SENT);
			ASSERT_STRNE("unknown", tg_flow_state_name(&self->state));
			ASSERT_GE(tg_flow_state_timeout(&self->state, TG_PROTO_TCP), 10);
			ASSERT_LE(tg_flow_state_timeout(&self->state, TG_PROTO_TCP), 7440);
		}
	}
}

FIXTURE(other)
{
	struct tg_flow_state state;
};

FIXTURE_SETUP(other)
{
}

FIXTURE_TEARDOWN(other)
{
}

static struct tg_packet datagram(u8 proto, u16 dport)
{
	return (struct tg_packet){ .proto = proto, .sport = 40000, .dport = dport,
				   .family = 4 };
}

/* Begin a flow, then let packets go there and back. */
#define BEGIN(proto, dport, adopted) do {					\
	struct tg_packet _k = datagram(proto, dport);				\
										\
	memset(&self->state, 0xff, sizeof(self->state));			\
	tg_flow_state_begin(&self->state, &_k, adopted);			\
} while (0)

#define THEN(proto, direction, name, seconds) do {				\
	struct tg_packet _k = datagram(proto, 5000);				\
										\
	EXPECT_EQ(OK, tg_flow_state_track(&self->state, direction, &_k));	\
	EXPECT_STREQ(name, tg_flow_state_name(&self->state));			\
	EXPECT_EQ(seconds, tg_flow_state_timeout(&self->state, proto));		\
} while (0)

TEST_F(other, udp_conversation)
{
	BEGIN(TG_PROTO_UDP, 5000, false);
	EXPECT_STREQ("unreplied", tg_flow_state_name(&self->state));
	EXPECT_EQ(120, tg_flow_state_timeout(&self->state, TG_PROTO_UDP));
	THEN(TG_PROTO_UDP, CLIENT, "unreplied", 120);
	THEN(TG_PROTO_UDP, SERVER, "replied", 120);
	THEN(TG_PROTO_UDP, SERVER, "replied", 120);
	THEN(TG_PROTO_UDP, CLIENT, "assured", 180);
	THEN(TG_PROTO_UDP, SERVER, "assured", 180);
}

TEST_F(other, udp_question_and_answer)
{
	BEGIN(TG_PROTO_UDP, 53, false);
	EXPECT_EQ(30, tg_flow_state_timeout(&self->state, TG_PROTO_UDP));
	THEN(TG_PROTO_UDP, SERVER, "replied", 30);
	THEN(TG_PROTO_UDP, CLIENT, "assured", 180);
	BEGIN(TG_PROTO_UDP, 1023, false);
	EXPECT_EQ(30, tg_flow_state_timeout(&self->state, TG_PROTO_UDP));
	BEGIN(TG_PROTO_UDP, 1024, false);
	EXPECT_EQ(120, tg_flow_state_timeout(&self->state, TG_PROTO_UDP));
	BEGIN(TG_PROTO_UDP, 53, true);
	EXPECT_EQ(120, tg_flow_state_timeout(&self->state, TG_PROTO_UDP));
	EXPECT_TRUE(self->state.flags & TG_STATE_ADOPTED);
}

TEST_F(other, icmp)
{
	BEGIN(TG_PROTO_ICMP, 77, false);
	EXPECT_EQ(60, tg_flow_state_timeout(&self->state, TG_PROTO_ICMP));
	THEN(TG_PROTO_ICMP, CLIENT, "unreplied", 60);
	THEN(TG_PROTO_ICMP, SERVER, "replied", 60);
	THEN(TG_PROTO_ICMPV6, CLIENT, "assured", 60);
}

TEST_F(other, protocols_nobody_knows)
{
	BEGIN(47, 0, false);
	EXPECT_EQ(120, tg_flow_state_timeout(&self->state, 47));
	THEN(47, SERVER, "replied", 600);
	THEN(47, CLIENT, "assured", 600);
}

TEST_F(other, udplite_is_timed_like_udp)
{
	BEGIN(TG_PROTO_UDPLITE, 5000, false);
	EXPECT_EQ(120, tg_flow_state_timeout(&self->state, TG_PROTO_UDPLITE));
	THEN(TG_PROTO_UDPLITE, SERVER, "replied", 120);
	THEN(TG_PROTO_UDPLITE, CLIENT, "assured", 180);
}

TEST_F(other, only_the_one_who_asked_makes_a_flow_assured)
{
	BEGIN(TG_PROTO_UDP, 5000, false);
	THEN(TG_PROTO_UDP, CLIENT, "unreplied", 120);
	THEN(TG_PROTO_UDP, CLIENT, "unreplied", 120);
	THEN(TG_PROTO_UDP, SERVER, "replied", 120);
	THEN(TG_PROTO_UDP, SERVER, "replied", 120);
}

/* Whatever the state and the packet, the short way says what the long way says. */
TEST(what_is_settled_changes_nothing)
{
	static const u8 protos[] = { TG_PROTO_TCP, TG_PROTO_UDP, TG_PROTO_UDPLITE, TG_PROTO_ICMP, 47 };
	u32 i, phase, flags, closed, tcp_flags, settled = 0;
	struct tg_flow_state state;

	for (i = 0; i < ARRAY_SIZE(protos); i++)
	for (phase = 0; phase < TG_PHASES; phase++)
	for (flags = 0; flags < 16; flags++)
	for (closed = 0; closed < 16; closed++)
	for (tcp_flags = 0; tcp_flags < 512; tcp_flags++) {
		struct tg_packet k = { .proto = protos[i], .tcp_flags = tcp_flags };
		u32 timeout, before;

		state = (struct tg_flow_state){ { .phase = phase, .flags = flags,
						  .fin = closed & 3, .seen = closed >> 2 } };
		before = state.word;
		timeout = tg_flow_state_settled(&state, &k);
		if (!timeout)
			continue;
		settled++;
		ASSERT_EQ(OK, tg_flow_state_track(&state, tcp_flags >> 8, &k));
		ASSERT_EQ(before, state.word);
		ASSERT_EQ(tg_flow_state_timeout(&state, k.proto), timeout);
	}
	EXPECT_LT(0, settled);
}

TEST_F(other, a_state_nobody_knows_has_a_name_too)
{
	self->state.phase = TG_PHASES;
	EXPECT_STREQ("unknown", tg_flow_state_name(&self->state));
}

TEST_HARNESS_MAIN
