// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a packet.
 *
 *	headers -> flow --hit-> still valid? -> state -> count -> pass
 *	             `--miss-> judge -> make the flow -> count -> pass or drop
 *
 * Every step either goes on or ends with a reason; tg_crossing_end() counts
 * the reason and carries it out. Everything here runs under RCU and meets one
 * policy from beginning to end.
 */

#include <linux/ktime.h>

#include "account.h"
#include "core/reason.h"
#include "crossing.h"
#include "path.h"
#include "tag.h"

static const struct tg_policy *tg_policy_of(const struct tg_crossing *x)
{
	return &x->running->compiled->policy;
}

/* The same packet, seen from the other end. */
static void tg_packet_reverse(struct tg_packet *to, const struct tg_packet *from)
{
	*to = *from;
	to->saddr = from->daddr;
	to->daddr = from->saddr;
	to->sport = from->dport;
	to->dport = from->sport;
	if (from->kind & TG_PACKET_ICMP_ECHO)
		to->icmp = 8 << 8;	/* who gets an answer has asked */
}

/* The packet a flow began with, to be judged again. */
static void tg_packet_of_flow(struct tg_packet *packet, const struct tg_flow *flow)
{
	*packet = (struct tg_packet){
		.saddr = tg_flow_addr(flow, TG_ORIGINAL),
		.daddr = tg_flow_addr(flow, TG_REPLY),
		.sport = flow->port[TG_ORIGINAL],
		.dport = flow->port[TG_REPLY],
		.icmp = flow->icmp,
		.family = flow->flags & TG_FLOW_V6 ? 6 : 4,
		.proto = flow->proto,
	};
}

static struct tg_way tg_way_back(const struct tg_way *way)
{
	return (struct tg_way){
		.in = way->out,
		.out = way->in,
		.in_realm = way->out_realm,
		.out_realm = way->in_realm,
	};
}

static void tg_offer_way(struct tg_flow_offer *offer, const struct tg_crossing *x, bool reversed)
{
	offer->way = reversed ? tg_way_back(&x->way) : x->way;
	offer->generation = x->running->generation;
	offer->epoch = x->running->epoch;
}

/* A judgement that is only observed is remembered too, or replies would look unsolicited. */
static bool tg_is_remembered(const struct tg_crossing *x, const struct tg_judgement *j)
{
	return j->verdict == TENANTGATE_VERDICT_ALLOW ||
	       (j->tenant && tg_running_judged_mode(x->running, j) == TENANTGATE_MODE_OBSERVE);
}

static struct tg_flow *tg_cross_remember(struct tg_crossing *x, struct tg_judgement *j,
					 const struct tg_packet *packet, bool reversed,
					 bool adopted)
{
	struct tg_flow_offer offer __uninitialized;
	struct tg_flow *flow;
	u8 reason;

	offer.packet = packet;
	offer.adopted = adopted;
	offer.judgement = j;
	tg_offer_way(&offer, x, reversed);
	flow = tg_flow_create(x->tgn, &offer, &reason);
	if (!flow && j->verdict == TENANTGATE_VERDICT_ALLOW) {
		j->verdict = TENANTGATE_VERDICT_DENY;
		j->reason = reason;
	}
	return flow;
}

/*
 * A connection that was running before the gate was closed: whoever of the two
 * began it, it goes on when the policy allows it from either side.
 */
static noinline bool tg_judge_as_reply(struct tg_crossing *x, struct tg_packet *reversed,
				       struct tg_judgement *j)
{
	const struct tg_route route = { .in = x->route.out, .out = x->route.in };
	struct tg_judgement other;

	if (!tg_pickup(x->tgn) || x->route.local || tg_proto_is_icmp(x->h.packet.proto))
		return false;
	/* Nothing tells an answer from the internet from a stranger's datagram. */
	if (x->h.packet.proto != TG_PROTO_TCP && x->route.in &&
	    x->route.in->kind == TG_DEVICE_UPLINK)
		return false;
	tg_packet_reverse(reversed, &x->h.packet);
	tg_judge(tg_policy_of(x), &route, reversed, &other);
	if (other.verdict != TENANTGATE_VERDICT_ALLOW)
		return false;
	other.up = !other.up;
	*j = other;
	return true;
}

/* Tell the qdisc whose packet it is. */
static void tg_cross_tag(const struct tg_crossing *x, const struct tg_flow *flow)
{
	if (x->running->shaped)
		x->skb->priority = READ_ONCE(flow->tag);
}

/* A packet that belongs to no flow. */
static unsigned int tg_cross_first(struct tg_crossing *x)
{
	const struct tg_packet *packet = &x->h.packet;
	bool tcp = packet->proto == TG_PROTO_TCP;
	bool begins = !tcp || (packet->tcp_flags & (TG_TCP_SYN | TG_TCP_ACK)) == TG_TCP_SYN;
	bool echo_reply = (packet->kind & TG_PACKET_ICMP_ECHO) && !(packet->icmp >> 8);
	struct tg_packet reversed __uninitialized;
	struct tg_judgement j __uninitialized;
	struct tg_flow *flow;
	bool as_reply = false;

	tg_judge(tg_policy_of(x), &x->route, packet, &j);
	if (echo_reply || (tcp && (packet->tcp_flags & TG_TCP_RST))) {
		/* Neither begins anything. */
		if (j.verdict == TENANTGATE_VERDICT_ALLOW ||
		    j.reason == TENANTGATE_REASON_NO_RULE) {
			j.verdict = TENANTGATE_VERDICT_DENY;
			j.reason = TENANTGATE_REASON_UNSOLICITED;
			j.rule = NULL;
		}
		return tg_crossing_end(x, &j, true);
	}
	if (j.verdict != TENANTGATE_VERDICT_ALLOW) {
		as_reply = (!tcp || !begins) && tg_judge_as_reply(x, &reversed, &j);
		if (!as_reply && !begins && j.reason == TENANTGATE_REASON_NO_RULE)
			j.reason = TENANTGATE_REASON_UNSOLICITED;
	}
	if (as_reply)
		packet = &reversed;
	if (tg_is_remembered(x, &j)) {
		flow = tg_cross_remember(x, &j, packet, as_reply, as_reply || !begins);
		if (flow) {
			tg_flow_count_judged(flow, as_reply ? TG_REPLY : TG_ORIGINAL,
					     tg_packet_segments(x->skb), x->skb->len);
			tg_cross_tag(x, flow);
		}
	}
	if (j.verdict == TENANTGATE_VERDICT_ALLOW && (as_reply || !begins))
		j.reason = TENANTGATE_REASON_ADOPTED;
	return tg_crossing_end(x, &j, true);
}

/* Does a packet take the same way as the flow's others? */
static bool tg_flow_same_way(const struct tg_crossing *x, const struct tg_flow *flow,
			     enum tg_direction direction)
{
	return READ_ONCE(flow->ifindex[direction]) == x->way.in &&
	       READ_ONCE(flow->ifindex[!direction]) == x->way.out;
}

/* Does the judgement of a flow still hold for a packet that takes this way? */
static bool tg_flow_holds(const struct tg_crossing *x, struct tg_flow *flow,
			  enum tg_direction direction)
{
	u32 valid_until;

	/* Pairs with tg_flow_judge(). */
	if (smp_load_acquire(&flow->epoch) != x->running->epoch &&
	    !tg_flow_renew(flow, x->running->since, x->running->epoch))
		return false;
	valid_until = READ_ONCE(flow->valid_until);
	return tg_flow_same_way(x, flow, direction) &&
	       (!valid_until || ktime_get_real_seconds() < valid_until);
}

/*
 * What the gateway itself began stays allowed while one end is the gateway and
 * the other a site. Others may not speak with its address.
 */
static void tg_judge_gateway_flow(const struct tg_crossing *x, const struct tg_flow *flow,
				  enum tg_direction direction, struct tg_judgement *j)
{
	bool ours = direction == TG_REPLY ? x->route.local : !x->way.in;
	const struct tg_device *device = direction == TG_REPLY ? x->route.in : x->route.out;
	const struct tg_addr peer = tg_flow_addr(flow, TG_REPLY);
	const struct tg_site *site = ours && device ?
				     tg_site_of(tg_policy_of(x), device, &peer) : NULL;

	*j = (struct tg_judgement){
		.verdict = site ? TENANTGATE_VERDICT_ALLOW : TENANTGATE_VERDICT_DENY,
		.reason = site ? TENANTGATE_REASON_GATEWAY_ORIGIN :
				 TENANTGATE_REASON_SPOOFED_SOURCE,
		.tenant = site ? tg_site_tenant(tg_policy_of(x), site) : NULL,
		.peer_site = site,
	};
}

/* Judge a flow again, as the one who began it, by the way this packet takes. */
static void tg_cross_rejudge(struct tg_crossing *x, struct tg_flow *flow,
			     enum tg_direction direction, struct tg_judgement *j)
{
	struct tg_route route = x->route;
	struct tg_packet packet;
	struct tg_flow_offer offer = { .packet = &packet, .judgement = j };

	if (direction == TG_REPLY) {
		swap(route.in, route.out);
		route.local = !x->way.in;
	}
	tg_packet_of_flow(&packet, flow);
	if (READ_ONCE(flow->reason) == TENANTGATE_REASON_GATEWAY_ORIGIN)
		tg_judge_gateway_flow(x, flow, direction, j);
	else
		tg_judge(tg_policy_of(x), &route, &packet, j);
	if (!tg_is_remembered(x, j)) {
		/* Who speaks with another's address must not end the other's flow. */
		if (j->reason != TENANTGATE_REASON_SPOOFED_SOURCE)
			tg_flow_kill(flow);
		return;
	}
	tg_offer_way(&offer, x, direction == TG_REPLY);
	tg_flow_rejudge(flow, &offer);
}

/* Count a packet of a flow whose judgement holds. */
static unsigned int tg_cross_established(const struct tg_crossing *x, struct tg_flow *flow,
					 enum tg_direction direction)
{
	tg_flow_count(flow, direction, tg_packet_segments(x->skb), x->skb->len);
	tg_cross_tag(x, flow);
	return NF_ACCEPT;
}

/* A packet that belongs to a flow. */
static unsigned int tg_cross_known(struct tg_crossing *x, struct tg_flow *flow,
				   enum tg_direction direction)
{
	struct tg_judgement j;
	int reason;

	if (!tg_flow_holds(x, flow, direction)) {
		tg_cross_rejudge(x, flow, direction, &j);
		if (!tg_is_remembered(x, &j)) {
			j.up ^= direction == TG_REPLY;
			return tg_crossing_end(x, &j, false);
		}
	}
	reason = tg_flow_track(flow, direction, &x->h.packet);
	if (reason == TG_FLOW_AGAIN) {
		tg_flow_kill(flow);
		return tg_cross_first(x);
	}
	if (reason != TG_FLOW_OK)
		return tg_crossing_end_reason(x, reason);
	return tg_cross_established(x, flow, direction);
}

/*
 * An ICMP error passes when it is about a packet of a flow that is allowed and
 * comes from where that packet went. The inner headers are those of the
 * packet as it was sent, so its direction is the opposite of the error's.
 */
static unsigned int tg_cross_error(struct tg_crossing *x)
{
	const struct tg_way way = tg_way_back(&x->way);
	enum tg_direction direction;
	struct tg_judgement j;
	struct tg_flow *flow;

	flow = tg_flow_find(x->tgn, &x->h.inner, &way, &direction);
	/* An error from elsewhere is not even a reason to judge the flow again. */
	if (!flow || !tg_flow_same_way(x, flow, !direction))
		return tg_crossing_end_reason(x, TENANTGATE_REASON_UNRELATED_ERROR);
	if (!tg_flow_holds(x, flow, !direction)) {
		tg_cross_rejudge(x, flow, !direction, &j);
		if (!tg_is_remembered(x, &j))
			return tg_crossing_end_reason(x, TENANTGATE_REASON_UNRELATED_ERROR);
	}
	tg_cross_tag(x, flow);
	return tg_crossing_end_reason(x, TENANTGATE_REASON_RELATED_ERROR);
}

static bool tg_is_plain(const struct tg_packet *packet)
{
	return !(packet->kind & (TG_PACKET_FRAGMENT | TG_PACKET_LATER_FRAGMENT |
				 TG_PACKET_ICMP_ERROR));
}

/* What nearly all packets are: of a flow whose judgement holds. Counted, if so. */
static bool tg_cross_quickly(struct tg_crossing *x)
{
	enum tg_direction direction;
	struct tg_flow *flow;

	if (!tg_is_plain(&x->h.packet))
		return false;
	flow = tg_flow_find(x->tgn, &x->h.packet, &x->way, &direction);
	if (!flow || !tg_flow_holds(x, flow, direction) ||
	    tg_flow_track(flow, direction, &x->h.packet) != TG_FLOW_OK)
		return false;
	tg_cross_established(x, flow, direction);
	return true;
}

/* Headers are read; find or make the packet's flow. */
static unsigned int tg_cross(struct tg_crossing *x)
{
	enum tg_direction direction;
	struct tg_flow *flow;

	if (x->h.packet.kind & (TG_PACKET_FRAGMENT | TG_PACKET_LATER_FRAGMENT))
		return tg_crossing_end_reason(x, TENANTGATE_REASON_FRAGMENT);
	if (x->h.packet.kind & TG_PACKET_ICMP_ERROR)
		return tg_cross_error(x);
	flow = tg_flow_find(x->tgn, &x->h.packet, &x->way, &direction);
	return flow ? tg_cross_known(x, flow, direction) : tg_cross_first(x);
}

/**
 * tg_path_forward - a packet on its way through
 * @skb: the packet
 * @state: the hook
 * @family: 4 or 6
 *
 * Context: under RCU.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int tg_path_forward(struct sk_buff *skb, const struct nf_hook_state *state, u8 family)
{
	struct tg_crossing x __uninitialized;
	int reason;

	if (!tg_crossing_begin(&x, skb, state, family))
		return NF_ACCEPT;
	/* Until more is known; whatever passes here is somebody's. */
	if (x.running->shaped)
		skb->priority = TG_TAG;
	reason = tg_packet_read(skb, family, &x.h);
	if (reason == TG_PACKET_OK && tg_cross_quickly(&x))
		return NF_ACCEPT;
	tg_crossing_route(&x);
	return reason == TG_PACKET_OK ? tg_cross(&x) : tg_crossing_end_reason(&x, reason);
}

/* The operator's own way in, and errors about the answers it gets. */
static bool tg_belongs_to_management(const struct tg_crossing *x)
{
	struct tg_packet asked;

	if (!(x->h.packet.kind & TG_PACKET_ICMP_ERROR))
		return tg_is_management(tg_policy_of(x), &x->h.packet);
	tg_packet_reverse(&asked, &x->h.inner);
	return tg_is_management(tg_policy_of(x), &asked);
}

/* A router inside a site tells of a packet to the site; the flow decides later. */
static bool tg_is_from_router(const struct tg_crossing *x)
{
	const struct tg_device *in = x->route.in;

	return in->kind == TG_DEVICE_BOUND && (x->h.packet.kind & TG_PACKET_ICMP_ERROR) &&
	       tg_site_of(tg_policy_of(x), in, &x->h.inner.daddr);
}

static bool tg_fragment_is_over(const struct tg_crossing *x)
{
	const struct tg_site *site;

	if (!(x->h.packet.kind & (TG_PACKET_FRAGMENT | TG_PACKET_LATER_FRAGMENT)) ||
	    x->route.in->kind != TG_DEVICE_BOUND)
		return false;
	site = tg_site_of(tg_policy_of(x), x->route.in, &x->h.packet.saddr);
	return site && !tg_account_take_fragment(tg_site_tenant(tg_policy_of(x), site)->account);
}

/* A packet as it comes in that is a fragment, or whose source is not the device's. */
static noinline unsigned int tg_cross_oddly(const struct tg_crossing *x, bool bound)
{
	if (tg_packet_is_link_control(x->skb, &x->h) || tg_belongs_to_management(x))
		return NF_ACCEPT;
	if (!bound && !tg_is_from_router(x))
		return tg_crossing_end_reason(x, TENANTGATE_REASON_SPOOFED_SOURCE);
	if (tg_fragment_is_over(x))
		return tg_crossing_end_reason(x, TENANTGATE_REASON_FRAGMENT_LIMIT);
	return NF_ACCEPT;
}

/* A packet from a site, when some tenant may send only so many. The operator is spared. */
static noinline unsigned int tg_cross_policed(const struct tg_crossing *x)
{
	const struct tg_policy *policy = tg_policy_of(x);
	const struct tg_lpm_range *from = tg_lpm_range_of(&x->route.in->sites,
							  &x->h.packet.saddr);
	struct tg_judgement j = {
		.verdict = TENANTGATE_VERDICT_DENY,
		.reason = TENANTGATE_REASON_PACKET_LIMIT,
		.up = true,
	};

	if (!from)
		return NF_ACCEPT;
	j.tenant = policy->tenants[from->owner];
	if (tg_account_take_packets(j.tenant->account, tg_packet_segments(x->skb)) ||
	    tg_belongs_to_management(x))
		return NF_ACCEPT;
	j.site = policy->sites[from->value];
	return tg_crossing_end(x, &j, true);
}

/**
 * tg_path_pre_routing - a packet as it comes in
 * @skb: the packet
 * @state: the hook
 * @family: 4 or 6
 *
 * A source that does not belong to the device, and what is more than its tenant may
 * send, is dropped before it can cost anything. What passes is counted where it ends.
 *
 * Context: under RCU.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int tg_path_pre_routing(struct sk_buff *skb, const struct nf_hook_state *state,
				 u8 family)
{
	struct tg_crossing x __uninitialized;
	struct tg_memo spare __uninitialized;
	struct tg_memo *memo;
	int reason;
	bool bound;

	if (!tg_crossing_begin(&x, skb, state, family))
		return NF_ACCEPT;
	x.route.in = tg_running_device(x.running, x.way.in);
	x.route.out = NULL;
	x.route.local = false;
	if (!x.route.in)
		return NF_ACCEPT;
	reason = tg_packet_read(skb, family, &x.h);
	if (reason != TG_PACKET_OK)
		/* On an uplink it may be for the host itself, which is not ours to judge. */
		return x.route.in->kind == TG_DEVICE_UPLINK ? NF_ACCEPT :
							      tg_crossing_end_reason(&x, reason);
	/* Where a packet goes on, its flow is wanted next: memory is fetched meanwhile. */
	memo = tg_flow_foresee(x.tgn, &x.h.packet, &spare);
	bound = tg_source_is_bound(tg_policy_of(&x), x.route.in, &x.h.packet.saddr);
	if (x.running->policed && tg_cross_policed(&x) == NF_DROP)
		return NF_DROP;
	if (!bound || (x.h.packet.kind & TG_PACKET_FRAGMENT))
		return tg_cross_oddly(&x, bound);
	tg_flow_fetch(x.tgn, memo);
	return NF_ACCEPT;
}

/**
 * tg_path_local_in - a packet for the gateway itself
 * @skb: the packet
 * @state: the hook
 * @family: 4 or 6
 *
 * What comes in by an uplink or by a device that the policy does not name is
 * the host's own affair.
 *
 * Context: under RCU.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int tg_path_local_in(struct sk_buff *skb, const struct nf_hook_state *state, u8 family)
{
	struct tg_crossing x;
	int reason;

	if (!tg_crossing_begin(&x, skb, state, family))
		return NF_ACCEPT;
	tg_crossing_route(&x);
	if (!x.route.in || x.route.in->kind != TG_DEVICE_BOUND)
		return NF_ACCEPT;
	reason = tg_packet_read(skb, family, &x.h);
	if (reason != TG_PACKET_OK)
		return tg_crossing_end_reason(&x, reason);
	if (tg_packet_is_link_control(skb, &x.h))
		return tg_crossing_end_reason(&x, TENANTGATE_REASON_LINK_CONTROL);
	if (tg_belongs_to_management(&x))
		return tg_crossing_end_reason(&x, TENANTGATE_REASON_MANAGEMENT);
	reason = tg_packet_noise(skb, &x.h.packet);
	if (reason != TG_PACKET_OK)
		return tg_crossing_end_reason(&x, reason);
	return tg_cross(&x);
}

/* Does a packet of the gateway's own begin a flow whose replies must find it? */
static bool tg_begins_outward(const struct tg_crossing *x)
{
	const struct tg_packet *packet = &x->h.packet;

	switch (packet->proto) {
	case TG_PROTO_TCP:
		if (packet->tcp_flags & TG_TCP_RST)
			return false;
		return !(packet->tcp_flags & TG_TCP_ACK) || tg_pickup(x->tgn);
	case TG_PROTO_ICMP:
	case TG_PROTO_ICMPV6:
		return (packet->kind & TG_PACKET_ICMP_ECHO) && packet->icmp >> 8;
	default:
		return true;
	}
}

/* Does a packet of the gateway's own belong to its flow? One that is over makes way. */
static bool tg_flow_goes_on(struct tg_crossing *x, struct tg_flow *flow,
			    enum tg_direction direction)
{
	struct tg_judgement j;
	int reason;

	if (!tg_flow_holds(x, flow, direction)) {
		tg_cross_rejudge(x, flow, direction, &j);
		if (!tg_is_remembered(x, &j))
			return false;
	}
	reason = tg_flow_track(flow, direction, &x->h.packet);
	if (reason == TG_FLOW_AGAIN)
		tg_flow_kill(flow);
	return reason == TG_FLOW_OK;
}

static void tg_cross_outward(struct tg_crossing *x)
{
	struct tg_judgement j = {
		.verdict = TENANTGATE_VERDICT_ALLOW,
		.reason = TENANTGATE_REASON_GATEWAY_ORIGIN,
	};
	enum tg_direction direction;
	struct tg_flow *flow;

	flow = tg_flow_find(x->tgn, &x->h.packet, &x->way, &direction);
	if (flow && tg_flow_goes_on(x, flow, direction)) {
		tg_cross_established(x, flow, direction);
		return;
	}
	j.peer_site = tg_site_of(tg_policy_of(x), x->route.out, &x->h.packet.daddr);
	if (!j.peer_site)
		return;
	j.tenant = tg_site_tenant(tg_policy_of(x), j.peer_site);
	if ((!flow || tg_flow_is_dead(flow)) && tg_begins_outward(x))
		tg_cross_remember(x, &j, &x->h.packet, false, false);
	/* Sent by the gateway itself, whatever became of the flow. */
	j.verdict = TENANTGATE_VERDICT_ALLOW;
	j.reason = TENANTGATE_REASON_GATEWAY_ORIGIN;
	tg_crossing_end(x, &j, true);
}

/**
 * tg_path_local_out - a packet that the gateway itself sends
 * @skb: the packet
 * @state: the hook
 * @family: 4 or 6
 *
 * Never dropped. Towards sites it is counted, and remembered so that the
 * answers pass.
 *
 * Context: under RCU.
 * Return: NF_ACCEPT.
 */
unsigned int tg_path_local_out(struct sk_buff *skb, const struct nf_hook_state *state, u8 family)
{
	struct tg_crossing x;

	if (!tg_crossing_begin(&x, skb, state, family))
		return NF_ACCEPT;
	/* What is inside a tunnel's packet was told of where it was judged. */
	if (skb->priority & TG_TAG)
		skb->priority &= TG_TAG_PRIORITY;
	tg_crossing_route(&x);
	if (!x.route.out || x.route.out->kind != TG_DEVICE_BOUND)
		return NF_ACCEPT;
	if (tg_packet_read(skb, family, &x.h) != TG_PACKET_OK)
		return NF_ACCEPT;
	if (tg_is_plain(&x.h.packet))
		tg_cross_outward(&x);
	return NF_ACCEPT;
}
