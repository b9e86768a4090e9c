// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links and plans: the tables of their keys.
 *
 * What a tunnel puts around a packet, in bytes:
 *
 *	wireguard	IPv4 20, UDP 8, header 16, tag 16; padded to 16
 *	wireguard6	the same with IPv6 40
 *	esp		AES-GCM in tunnel mode over IPv4: IPv4 20, SPI and sequence
 *			number 8, IV 8, pad length and next header 2, ICV 16; padded
 *			to 4 with the last two of the trailer, which comes to 54 to 57
 *			for a packet of any size. 56 and packets padded to 4 is
 *			never less than that.
 *	esp-udp		UDP 8 more
 *	openvpn		AES-GCM over UDP and IPv4: IPv4 20, UDP 8, opcode and peer 4,
 *			packet number 4, tag 16
 *
 * and what the link itself puts around it:
 *
 *	ethernet	header 14, FCS 4, preamble 8, gap 12; at least 84
 *	vlan		a tag of 4 more
 *	pppoe		PPPoE and PPP headers of 8 more
 */
#include <string.h>

#include "diagnostics.h"
#include "reader.h"
#include "tree.h"
#include "values.h"

#define PADDING_NONE		1
#define WEIGHT_DEFAULT		10
#define INTERACTIVE_DEFAULT	4
#define BULK_DEFAULT		1
#define REALTIME_DEFAULT	30	/* hundredths of the guarantee */

static const struct tunnel {
	const char *name;
	uint16_t overhead;
	uint16_t padding;
} tunnels[] = {
	{ "wireguard", 60, 16 }, { "wireguard6", 80, 16 }, { "esp", 56, 4 }, { "esp-udp", 64, 4 },
	{ "openvpn", 52, PADDING_NONE }, { "none", 0, PADDING_NONE },
};

static const struct framing {
	const char *name;
	uint16_t bytes;
	uint16_t minimum;
} framings[] = {
	{ "ethernet", 38, 84 }, { "pppoe", 46, 84 }, { "vlan", 42, 84 }, { "none", 0, 0 },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* A rate of one direction. */
static void read_rate(struct reader *r, const struct field *field, struct node *value,
		      void *object)
{
	struct complaint why = { 0 };
	uint64_t rate;

	if (!reader_wants_text(r, field, value))
		return;
	if (values_rate(value->text, &rate, &why))
		memcpy((char *)object + field->at, &rate, sizeof(rate));
	else
		reader_complain(r, value, field, &why);
}

static const char rates_hint[] = "a rate such as 100 Mbit/s, or {up: 1 Gbit/s, down: 400 Mbit/s}";

static const struct field rates_fields[] = {
	{ "up", "a rate such as 5 Mbit/s", read_rate, VALUE(policy_rates, way[POLICY_UP]) },
	{ "down", "a rate such as 5 Mbit/s", read_rate, VALUE(policy_rates, way[POLICY_DOWN]) },
};

static const struct shape rates_shape = {
	.what = "a rate", FIELDS(rates_fields),
};

/* One rate for both directions, or a map of them. */
static void read_rates(struct reader *r, const struct field *field, struct node *value,
		       void *object)
{
	struct policy_rates *rates = (struct policy_rates *)((char *)object + field->at);

	rates->origin = reader_origin(r, value);
	if (value->type == NODE_MAP && value->count) {
		read_map(r, &rates_shape, value, rates);
	} else if (value->type == NODE_MAP) {
		reader_wrong_type(r, field, value);
	} else {
		read_rate(r, &(struct field){ .name = field->name, .hint = field->hint },
			  value, &rates->way[POLICY_UP]);
		rates->way[POLICY_DOWN] = rates->way[POLICY_UP];
	}
}

/* The place of a word in a list, or -1 when @bytes has a number instead, or -2. */
static int read_word_or_bytes(struct reader *r, const struct field *field, struct node *value,
			      const char *const *words, unsigned int count, uint16_t *bytes)
{
	struct complaint why = { 0 };
	uint32_t number;
	int word;

	if (!reader_wants_text(r, field, value))
		return -2;
	if (value->text[0] >= '0' && value->text[0] <= '9') {
		if (values_number(value->text, 0, TENANTGATE_MAX_OVERHEAD, &number, &why)) {
			*bytes = (uint16_t)number;
			return -1;
		}
	} else {
		word = values_choice(value->text, words, count, &why);
		if (word >= 0)
			return word;
		/* The hint says that numbers are fine, too. */
		why.expected[0] = '\0';
	}
	reader_complain(r, value, field, &why);
	return -2;
}

static void set_tunnel(struct policy_link *link, const struct tunnel *tunnel)
{
	link->tunnel = tunnel->name;
	link->overhead = tunnel->overhead;
	link->padding = tunnel->padding;
}

static void read_tunnel(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	const char *words[COUNT(tunnels)];
	struct policy_link *link = object;
	size_t i;
	int word;

	for (i = 0; i < COUNT(tunnels); i++)
		words[i] = tunnels[i].name;
	link->padding = PADDING_NONE;
	word = read_word_or_bytes(r, field, value, words, COUNT(tunnels), &link->overhead);
	if (word >= 0)
		set_tunnel(link, &tunnels[word]);
}

static void set_framing(struct policy_link *link, const struct framing *framing)
{
	link->framing_name = framing->name;
	link->framing = framing->bytes;
	link->minimum = framing->minimum;
}

static void read_framing(struct reader *r, const struct field *field, struct node *value,
			 void *object)
{
	const char *words[COUNT(framings)];
	struct policy_link *link = object;
	size_t i;
	int word;

	for (i = 0; i < COUNT(framings); i++)
		words[i] = framings[i].name;
	word = read_word_or_bytes(r, field, value, words, COUNT(framings), &link->framing);
	if (word >= 0)
		set_framing(link, &framings[word]);
}

static void finish_link(struct reader *r, struct node *map, void *object)
{
	struct policy_link *link = object;

	(void)r;
	if (!reader_has_key(map, "tunnel"))
		set_tunnel(link, &tunnels[0]);
	if (!reader_has_key(map, "framing"))
		set_framing(link, &framings[0]);
}

static const struct field link_fields[] = {
	{ "devices", "a list of network devices, such as [eth0]", read_devices,
	  ARRAY(policy_link, devices), .max = TENANTGATE_MAX_DEVICES, .required = true },
	{ "rate", rates_hint, read_rates, VALUE(policy_link, rate) },
	{ "carries", "a list of tunnels that sites are on, such as [wg0]", read_devices,
	  ARRAY(policy_link, carries), .max = TENANTGATE_MAX_DEVICES },
	{ "tunnel", "wireguard, wireguard6, esp, esp-udp, openvpn, none or a number of bytes",
	  read_tunnel, .at = 0 },
	{ "framing", "ethernet, pppoe, vlan, none or a number of bytes", read_framing, .at = 0 },
	{ "oversubscribe", "true or false", read_flag, VALUE(policy_link, oversubscribe) },
};

const struct shape link_shape = {
	.what = "a link", FIELDS(link_fields), .size = sizeof(struct policy_link),
	.name_at = offsetof(struct policy_link, name),
	.origin_at = offsetof(struct policy_link, origin), .finish = finish_link,
};

static const struct field shares_fields[] = {
	{ "interactive", "a number from 1 to 100", read_number, VALUE(policy_plan, interactive),
	  .max = TENANTGATE_MAX_CLASS_SHARE },
	{ "bulk", "a number from 1 to 100", read_number, VALUE(policy_plan, bulk),
	  .max = TENANTGATE_MAX_CLASS_SHARE },
};

static const struct shape shares_shape = {
	.what = "shares", FIELDS(shares_fields),
};

/* What classes get, of a tenant's packets that do not go first. */
static void read_shares(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	if (value->type == NODE_MAP)
		read_map(r, &shares_shape, value, object);
	else
		reader_wrong_type(r, field, value);
}

/* What goes first is part of the guarantee, unless it is written. */
static uint64_t default_realtime(uint64_t guarantee)
{
	uint64_t realtime = guarantee * REALTIME_DEFAULT / 100;

	return guarantee && realtime < VALUES_RATE_MIN ? VALUES_RATE_MIN : realtime;
}

/* Directions that are not written are as elsewhere. */
static void take_rates(struct policy_rates *rates, const struct policy_rates *elsewhere,
		       const struct origin *origin)
{
	int way;

	for (way = 0; way < POLICY_WAYS; way++)
		if (!rates->way[way])
			rates->way[way] = elsewhere->way[way];
	if (!rates->origin.line)
		rates->origin = *origin;
}

/* Users have no more than the tenant may have within a window. */
static void take_user_ceiling(struct policy_rates *rates, const struct policy_plan *plan,
			      const struct policy_rates *ceiling, const struct origin *origin)
{
	struct policy_rates most = plan->user_ceiling;
	int way;

	for (way = 0; way < POLICY_WAYS; way++)
		if (ceiling->way[way] && most.way[way] > ceiling->way[way])
			most.way[way] = ceiling->way[way];
	take_rates(rates, &most, origin);
}

/* What holds within a window is what is written there, and else what the plan says. */
static void finish_during(const struct policy_plan *plan, bool has_realtime,
			  struct policy_plan *during)
{
	const struct origin *origin = &during->window_name.origin;
	struct policy_plan all = *plan;
	int way;

	all.guarantee = during->guarantee;
	all.ceiling = during->ceiling;
	all.realtime = during->realtime;
	all.user_ceiling = during->user_ceiling;
	take_rates(&all.guarantee, &plan->guarantee, origin);
	take_rates(&all.ceiling, &plan->ceiling, origin);
	for (way = 0; way < POLICY_WAYS && !has_realtime; way++)
		if (!all.realtime.way[way])
			all.realtime.way[way] = default_realtime(all.guarantee.way[way]);
	take_rates(&all.realtime, &plan->realtime, origin);
	take_user_ceiling(&all.user_ceiling, plan, &all.ceiling, origin);
	if (during->interactive)
		all.interactive = during->interactive;
	if (during->bulk)
		all.bulk = during->bulk;
	if (during->weight)
		all.weight = during->weight;
	all.window_name = during->window_name;
	all.origin = *origin;
	all.during = NULL;
	all.nduring = 0;
	*during = all;
}

static void finish_plan(struct reader *r, struct node *map, void *object)
{
	bool has_realtime = reader_has_key(map, "realtime");
	struct policy_plan *plan = object;
	uint32_t i;
	int way;

	(void)r;
	if (!reader_has_key(map, "weight"))
		plan->weight = WEIGHT_DEFAULT;
	if (!plan->interactive)
		plan->interactive = INTERACTIVE_DEFAULT;
	if (!plan->bulk)
		plan->bulk = BULK_DEFAULT;
	for (way = 0; way < POLICY_WAYS && !has_realtime; way++)
		plan->realtime.way[way] = default_realtime(plan->guarantee.way[way]);
	for (i = 0; i < plan->nduring; i++)
		finish_during(plan, has_realtime, &plan->during[i]);
}

static void require_terms(struct reader *r, struct node *map, void *object)
{
	struct policy_plan *during = object;

	if (!map->first)
		reader_refuse_empty(r, map, during->window_name.text,
				    "a guarantee, a ceiling, realtime, shares or a weight");
}

static const char during_hint[] = "a map of windows, such as night: {ceiling: 200 Mbit/s}";

static void read_during(struct reader *r, const struct field *field, struct node *value,
			void *object)
{
	if (node_is_null(value) || (value->type == NODE_MAP && !value->count))
		reader_refuse_empty(r, value, field->name, field->hint);
	else
		read_named(r, field, value, object);
}

/* What can be different within a window. */
#define TERMS_FIELDS									\
	{ "guarantee", rates_hint, read_rates, VALUE(policy_plan, guarantee) },	\
	{ "ceiling", rates_hint, read_rates, VALUE(policy_plan, ceiling) },		\
	{ "realtime", rates_hint, read_rates, VALUE(policy_plan, realtime) },		\
	{ "user-ceiling", rates_hint, read_rates, VALUE(policy_plan, user_ceiling) },	\
	{ "shares", "a map such as {interactive: 4, bulk: 1}", read_shares, .at = 0 },	\
	{ "weight", "a number from 1 to 1000", read_number, VALUE(policy_plan, weight),	\
	  .max = TENANTGATE_MAX_WEIGHT }

static const struct field during_fields[] = {
	TERMS_FIELDS,
};

static const struct shape during_shape = {
	.what = "a plan within a window", FIELDS(during_fields),
	.size = sizeof(struct policy_plan),
	.name_at = offsetof(struct policy_plan, window_name.text),
	.origin_at = offsetof(struct policy_plan, window_name.origin), .finish = require_terms,
};

static const struct field plan_fields[] = {
	TERMS_FIELDS,
	{ "during", during_hint, read_during, ARRAY(policy_plan, during),
	  .max = TENANTGATE_MAX_DURING, .shape = &during_shape },
	{ "flows", "a number of flows", read_number, VALUE(policy_plan, flows),
	  .max = UINT32_MAX },
	{ "new-flows", "a number of flows a second", read_number, VALUE(policy_plan, new_flows),
	  .max = TENANTGATE_MAX_PER_SECOND },
	{ "packets", "a number of packets a second", read_number, VALUE(policy_plan, packets),
	  .max = TENANTGATE_MAX_PER_SECOND },
	{ "fragments", "a number of fragments a second", read_number,
	  VALUE(policy_plan, fragments), .max = UINT32_MAX },
	{ "rejects", "a number of answers a second", read_number, VALUE(policy_plan, rejects),
	  .max = UINT32_MAX },
	{ "rules", "a number of rules", read_number, VALUE(policy_plan, rules),
	  .max = TENANTGATE_MAX_RULES },
};

const struct shape plan_shape = {
	.what = "a plan", FIELDS(plan_fields), .size = sizeof(struct policy_plan),
	.name_at = offsetof(struct policy_plan, name),
	.origin_at = offsetof(struct policy_plan, origin), .finish = finish_plan,
};
