// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables with many flows: packets of all flows and of both directions arrive mixed, and
 * some flows are removed and added again.
 */

#include <stdlib.h>

#include <linux/hash.h>

#include "bench.h"
#include "flow_peer.h"

#define HEADERS_QUICK	(1U << 18)
#define HEADERS		(1U << 20)

/* Flows that are removed and added again in a round: a power of two. */
#define CHURN_FEW	1024
#define CHURN		8192

enum { LOOK_UP, ADD, REMOVE, COLUMNS };

/* What a round of adding or removing works on. */
struct churn {
	const struct flow_peer *peer;
	void *index;
	const struct tg_packet *packets;
	const u32 *numbers;
	u32 count;
	u32 failed;
};

/* Packet from the tenant that begins a flow; others for another number. */
static struct tg_packet packet_of(u32 number)
{
	static const u16 ports[] = { 443, 443, 445, 3389, 22, 53, 5060, 8080 };
	u64 bits = rng_mix(number + 1);

	return (struct tg_packet){
		.saddr = tg_addr_v4(10U << 24 | (bits & 0xffffff)),
		.daddr = tg_addr_v4(172U << 24 | 16U << 16 | (bits >> 24 & 0xfffff)),
		.sport = 1024 + (bits >> 44 & 0x7fff),
		.dport = ports[bits >> 61],
		.family = 4,
		.proto = bits >> 60 & 1 ? TG_PROTO_UDP : TG_PROTO_TCP,
		.tcp_flags = TG_TCP_ACK,
	};
}

static struct tg_packet answer_to(const struct tg_packet *packet)
{
	struct tg_packet answer = *packet;

	answer.saddr = packet->daddr;
	answer.daddr = packet->saddr;
	answer.sport = packet->dport;
	answer.dport = packet->sport;
	return answer;
}

/* Packets of flows at random, as many in each direction; whose they are is in @right. */
static void trace_of_flows(struct trace *trace, u32 flows, u32 count, u32 *right)
{
	struct rng r = { rng_mix(flows) };
	u32 i;

	*trace = (struct trace){ .name = "random", .count = count };
	trace->headers = need(aligned_alloc(64, (count * sizeof(struct header) + 63) & ~63UL));
	for (i = 0; i < count; i++) {
		struct header *h = &trace->headers[i];

		right[i] = rng_below(&r, flows);
		*h = (struct header){ .packet = packet_of(right[i]) };
		h->question.packet = &h->packet;
		h->question.src_scope = TG_SCOPE_OWN;
		if (rng_in(&r, 50))
			continue;
		h->packet = answer_to(&h->packet);
		h->question.src_scope = TG_SCOPE_INTERNET;
	}
}

static bool fill(struct built *built, const struct flow_peer *peer, u32 flows)
{
	struct tg_packet packet;
	void *index;
	u32 i;

	built->peer = &peer->peer;
	if (peer->make(&index, flows, built->why))
		return false;
	built->indexes = need(calloc(1, sizeof(*built->indexes)));
	built->indexes[0] = index;
	built->nindexes = 1;
	for (i = 0; i < flows; i++) {
		packet = packet_of(i);
		if (!peer->add(index, &packet, i)) {
			printf("MISMATCH: %s has no place for flow %u\n", peer->peer.name, i);
			return false;
		}
	}
	built->cost.bytes = peer->bytes(index);
	return true;
}

static void check(struct block *block, struct bench *bench, const u32 *right)
{
	const struct trace *trace = &block->traces[LOOK_UP];
	u32 *verdicts = need(calloc(trace->count, sizeof(*verdicts)));
	u32 who, i, wrong;

	for (who = 0; who < block->ncontenders; who++) {
		const struct contender *c = &block->contenders[LOOK_UP][who];

		measure_find(c, trace, 0, trace->count, verdicts);
		for (i = 0, wrong = 0; i < trace->count; i++)
			wrong += peer_match_of(c->peer, verdicts[i]) != right[i];
		if (wrong)
			printf("MISMATCH %s: %s does not find the flows of %u of %u packets\n",
			       block->title, c->way->name, wrong, trace->count);
		bench->mismatches += wrong;
	}
	free(verdicts);
}

static void add_some(void *context)
{
	struct churn *churn = context;
	u32 i;

	for (i = 0; i < churn->count; i++)
		churn->failed += !churn->peer->add(churn->index, &churn->packets[i],
						   churn->numbers[i]);
}

static void remove_some(void *context)
{
	struct churn *churn = context;
	u32 i;

	for (i = 0; i < churn->count; i++)
		churn->peer->remove(churn->index, &churn->packets[i]);
}

/* The contender that stands for a peer where it is not about look-ups: its first way. */
static struct contender *first_of(struct block *block, u32 column, const struct flow_peer *peer)
{
	u32 i;

	for (i = 0; i < block->ncontenders; i++)
		if (block->contenders[column][i].peer == &peer->peer)
			return &block->contenders[column][i];
	return NULL;
}

static void churn(struct block *block, struct bench *bench,
		  const struct flow_peer *const *peers, u32 npeers, u32 flows)
{
	u32 count = flows < 4 * CHURN ? CHURN_FEW : CHURN;
	struct tg_packet *packets = need(calloc(count, sizeof(*packets)));
	u32 *numbers = need(calloc(count, sizeof(*numbers)));
	struct rng r = { rng_mix(flows + 1) };
	u32 round, i, first, step;

	for (round = 0; round < bench->rounds; round++) {
		/* All different, and in no order that a table could have. */
		first = rng_below(&r, flows);
		step = flows / count;
		for (i = 0; i < count; i++) {
			numbers[i] = (first + i * GOLDEN_RATIO_32 % count * step) % flows;
			packets[i] = packet_of(numbers[i]);
		}
		for (i = 0; i < npeers; i++) {
			const struct flow_peer *peer = peers[(i + round) % npeers];
			struct contender *c = first_of(block, REMOVE, peer);
			struct churn some = { peer, c->indexes[0], packets, numbers, count, 0 };

			measure_once(c, round, count, remove_some, &some);
			measure_once(first_of(block, ADD, peer), round, count, add_some, &some);
			bench->mismatches += some.failed;
		}
	}
	free(packets);
	free(numbers);
}

/**
 * bench_flows - measure tables of flows
 * @bench: the run
 * @peers: who takes part
 * @npeers: their number
 * @flows: how many flows there are
 */
void bench_flows(struct bench *bench, const struct flow_peer *const *peers, u32 npeers,
		 u32 flows)
{
	struct block *block = need(calloc(1, sizeof(*block)));
	u32 headers = bench->quick ? HEADERS_QUICK : HEADERS;
	u32 *right = need(calloc(headers, sizeof(*right)));
	struct bench own = *bench;
	char title[48];
	u32 i;

	snprintf(title, sizeof(title), "%u_flows", flows);
	block->title = title;
	block->unit = "flow";
	block->yardstick = "rte_hash";
	block->rules = flows;
	block->tenants = 1;
	own.npeers = npeers;
	for (i = 0; i < npeers; i++) {
		own.peers[i] = &peers[i]->peer;
		own.mismatches += !fill(&block->built[i], peers[i], flows);
	}
	trace_of_flows(&block->traces[LOOK_UP], flows, headers, right);
	block->traces[ADD].name = "add";
	block->traces[REMOVE].name = "remove";
	block->ntraces = COLUMNS;
	block_enter(block, &own, false);
	check(block, &own, right);
	block_run(block, &own);
	churn(block, &own, peers, npeers, flows);
	check(block, &own, right);
	report_block(&own, block);
	bench->mismatches = own.mismatches;
	block_free(block, &own);
	free(right);
	free(block);
}
