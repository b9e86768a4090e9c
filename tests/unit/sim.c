// SPDX-License-Identifier: GPL-2.0-only
/* A simulation of a link in virtual time. */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "sim.h"

#define PACKETS_MAX	20000000	/* a link that sends for ever ends the test */

struct sim_packet {
	struct tg_parcel parcel;
	u64 came;
	u32 number;
};

/* A queue, and the number of the last packet that it sent. */
struct sim_queue {
	struct tg_queue queue;
	u32 last;
};

/**
 * sim_new - a link
 * @rate: bytes a second
 * @ntenants: tenants, each of which needs sim_promise()
 *
 * Return: the simulation.
 */
struct sim *sim_new(u64 rate, u32 ntenants)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	sim->now = 7 * TG_TICKS_S + 12345;
	sim->ntenants = ntenants;
	sim->tenants = calloc(ntenants, sizeof(*sim->tenants));
	tg_shaper_init(&sim->shaper, rate, 1ULL << 40, 12345, sim->now);
	return sim;
}

/**
 * sim_promise - make a tenant
 * @sim: the simulation
 * @tenant: its number
 * @guarantee: bytes a second
 * @ceiling: bytes a second
 * @realtime: bytes a second
 * @weight: of what is left
 */
void sim_promise(struct sim *sim, u32 tenant, u64 guarantee, u64 ceiling, u64 realtime,
		 u32 weight)
{
	struct sim_tenant *t = &sim->tenants[tenant];

	t->terms = (struct tg_terms){
		.guarantee = guarantee, .ceiling = ceiling, .realtime = realtime,
		.weight = weight, .limit = 1U << 30, .interactive = 4, .bulk = 1,
	};
	tg_share_init(&t->share, &sim->shaper, &t->terms, sim->now);
}

/**
 * sim_limit_users - change the ceiling of a tenant's users
 * @sim: the simulation
 * @tenant: the tenant, whatever waits
 * @ceiling: bytes a second, 0 for none
 */
void sim_limit_users(struct sim *sim, u32 tenant, u64 ceiling)
{
	struct sim_tenant *t = &sim->tenants[tenant];

	t->terms.user_ceiling = ceiling;
	tg_share_set(&t->share, &t->terms, sim->now);
}

/* Tell whose a queue is, as soon as that is asked. */
static void sim_join(struct sim *sim, struct tg_queue *queue)
{
	struct tg_person *person;

	if (!tg_queue_lacks_person(queue))
		return;
	person = tg_person_find(queue->share, queue->user);
	if (!person) {
		person = malloc(sizeof(*person));
		tg_person_init(person, queue->share, queue->user, sim->now);
		sim->persons++;
	}
	tg_person_join(person, queue, sim->now);
}

/**
 * sim_queue - a queue, made when there is none
 * @sim: the simulation
 * @tenant: the tenant
 * @user: its user
 * @class: enum tenantgate_class
 * @outlet: number of the device
 *
 * Return: the queue.
 */
struct tg_queue *sim_queue(struct sim *sim, u32 tenant, u32 user, u8 class, u32 outlet)
{
	struct tg_share *share = &sim->tenants[tenant].share;
	void *owner = (void *)(unsigned long)outlet;
	struct tg_queue *queue = tg_share_find(share, user, class, owner);

	if (!queue) {
		queue = calloc(1, sizeof(struct sim_queue));
		tg_queue_init(queue, share, user, class, owner);
	}
	return queue;
}

/**
 * sim_put_at - a packet arrives
 * @sim: the simulation
 * @queue: its queue
 * @bytes: its bytes
 */
void sim_put_at(struct sim *sim, struct tg_queue *queue, u32 bytes)
{
	struct sim_packet *packet = calloc(1, sizeof(*packet));

	if (sim->number > PACKETS_MAX)
		abort();
	packet->parcel.bytes = bytes;
	packet->came = sim->now;
	packet->number = sim->number++;
	sim_join(sim, queue);
	tg_queue_put(queue, &packet->parcel, sim->now);
}

/**
 * sim_put - a packet arrives for the only device
 * @sim: the simulation
 * @tenant: the tenant
 * @user: its user
 * @class: enum tenantgate_class
 * @bytes: its bytes
 */
void sim_put(struct sim *sim, u32 tenant, u32 user, u8 class, u32 bytes)
{
	struct sim_tenant *t = &sim->tenants[tenant];
	enum tg_tier tier;

	if (!sim->at_once || !tg_share_at_once(&t->share, class, bytes, &tier, sim->now)) {
		sim_put_at(sim, sim_queue(sim, tenant, user, class, 0), bytes);
		return;
	}
	t->sent += bytes;
	t->packets++;
	sim->sent += bytes;
}

/**
 * sim_send - send one packet now
 * @sim: the simulation
 * @wake: gets when to ask again, when none may go
 *
 * Return: the queue it was in, or NULL.
 */
struct tg_queue *sim_send(struct sim *sim, u64 *wake)
{
	struct sim_packet *packet;
	struct sim_queue *queue;
	struct sim_tenant *t;
	struct tg_turn turn;

	if (!tg_shaper_next(&sim->shaper, sim->now, &turn, wake))
		return NULL;
	queue = container_of(turn.queue, struct sim_queue, queue);
	packet = container_of(tg_queue_get(turn.queue), struct sim_packet, parcel);
	sim->reordered += packet->number < queue->last;
	queue->last = packet->number;
	t = container_of(turn.queue->share, struct sim_tenant, share);
	t->sent += packet->parcel.bytes;
	t->packets++;
	t->delay = max(t->delay, sim->now - packet->came);
	if (turn.queue->user < SIM_USERS)
		t->user[turn.queue->user] += packet->parcel.bytes;
	t->class[turn.queue->class] += packet->parcel.bytes;
	sim->sent += packet->parcel.bytes;
	sim_join(sim, turn.queue);
	tg_shaper_sent(&turn, packet->parcel.bytes, sim->now);
	free(packet);
	return turn.queue;
}

/**
 * sim_run - send what may go until a moment
 * @sim: the simulation
 * @until: the moment
 * @greedy: queues of tenants from this one on never run dry
 */
void sim_run(struct sim *sim, u64 until, u32 greedy)
{
	struct tg_queue *queue;
	u32 tenant;
	u64 wake;

	while (sim->now < until) {
		queue = sim_send(sim, &wake);
		if (!queue) {
			sim->now = min(until, max(wake, sim->now + 1));
			continue;
		}
		tenant = container_of(queue->share, struct sim_tenant, share) - sim->tenants;
		if (tenant >= greedy && queue->packets < 2)
			sim_put_at(sim, queue, MTU);
	}
}

/**
 * sim_drop - the first packet of a queue is not sent
 * @queue: the queue, which has one
 * @now: the time in ticks
 */
void sim_drop(struct tg_queue *queue, u64 now)
{
	free(container_of(tg_queue_drop(queue, now), struct sim_packet, parcel));
}

/**
 * sim_remove - a queue goes
 * @sim: the simulation
 * @queue: the queue, without packets
 */
void sim_remove(struct sim *sim, struct tg_queue *queue)
{
	struct tg_person *person = tg_queue_remove(queue);

	sim->persons -= !!person;
	free(person);
	free(container_of(queue, struct sim_queue, queue));
}

/* Is the state of a queue's user right? Only one queue of a class may stand for it. */
static const char *sim_check_person(const struct tg_queue *queue)
{
	const struct tg_person *person = queue->person;
	const bool front = person->front[queue->class] == queue;
	const struct tg_person *closed;
	const struct tg_queue *other;
	bool is_closed = false;
	u32 packets = 0;

	list_for_each_entry(other, &queue->share->queues, sibling)
		if (other->person == person && other->class == queue->class)
			packets += other->packets;
	if (packets != person->packets[queue->class])
		return "a user's packets";
	hlist_for_each_entry(closed, &person->share->closed, closed)
		is_closed |= closed == person;
	if (tg_person_is_over(person) != is_closed)
		return "a user is over its ceiling for some";
	switch (queue->place) {
	case TG_QUEUE_IDLE:
		return front ? "a queue at rest stands for the user" : "";
	case TG_QUEUE_BEHIND:
		return front || !person->front[queue->class] ? "nobody is in front" : "";
	case TG_QUEUE_HELD:
		return !front || !tg_person_is_over(person) ? "held for nothing" : "";
	default:
		return !front || tg_person_is_over(person) ? "has a turn" : "";
	}
}

static const char *sim_check_share(const struct tg_share *share)
{
	u32 packets = 0, ready[3] = {}, class;
	const struct tg_queue *queue;
	const char *wrong;

	list_for_each_entry(queue, &share->queues, sibling) {
		packets += queue->packets;
		if (!queue->person || !tg_person_is_over(queue->person))
			ready[queue->class] += queue->packets;
		wrong = queue->person ? sim_check_person(queue) : "";
		if (*wrong)
			return wrong;
	}
	if (packets != share->packets || !share->packets != !share->bytes)
		return "a tenant's backlog";
	for (class = 0; class < 3; class++)
		if (ready[class] != share->class[class].ready)
			return "what is ready in a class";
	if (ready[0] + ready[1] + ready[2] != share->ready)
		return "what is ready in a tenant";
	return "";
}

/* How much a backlog is. */
static u64 size(const struct tg_share *share)
{
	return max(share->bytes, share->packets * TG_PACKET_LEAST);
}

/**
 * sim_check - is everything in its place?
 * @sim: the simulation
 *
 * Return: what is wrong, or "".
 */
const char *sim_check(const struct sim *sim)
{
	const struct tg_queue *queue = tg_shaper_fattest((struct tg_shaper *)&sim->shaper);
	u64 bytes = 0, fattest = 0;
	const char *wrong;
	u32 packets = 0, i;

	for (i = 0; i < sim->ntenants; i++) {
		const struct tg_share *share = &sim->tenants[i].share;

		wrong = sim_check_share(share);
		if (*wrong)
			return wrong;
		packets += share->packets;
		bytes += share->bytes;
		fattest = max(fattest, size(share));
	}
	if (packets != sim->shaper.packets || bytes != sim->shaper.bytes)
		return "the backlog";
	if (!queue != !packets || (queue && 4 * size(queue->share) < fattest))
		return "who is the fattest";
	return "";
}

/**
 * sim_begin_window - count from now on
 * @sim: the simulation
 */
void sim_begin_window(struct sim *sim)
{
	u32 i;

	for (i = 0; i < sim->ntenants; i++) {
		sim->tenants[i].window = sim->tenants[i].sent;
		memset(sim->tenants[i].user, 0, sizeof(sim->tenants[i].user));
		memset(sim->tenants[i].class, 0, sizeof(sim->tenants[i].class));
	}
}

/**
 * sim_got - what a tenant has sent since the window began
 * @sim: the simulation
 * @tenant: the tenant
 *
 * Return: bytes.
 */
u64 sim_got(const struct sim *sim, u32 tenant)
{
	return sim->tenants[tenant].sent - sim->tenants[tenant].window;
}

/**
 * sim_free - the end, whatever waits
 * @sim: the simulation
 */
void sim_free(struct sim *sim)
{
	struct tg_queue *queue;
	u32 i;

	for (i = 0; i < sim->ntenants; i++)
		while (!list_empty(&sim->tenants[i].share.queues)) {
			queue = list_first_entry(&sim->tenants[i].share.queues, struct tg_queue,
						 sibling);
			while (queue->packets)
				free(container_of(tg_queue_get(queue), struct sim_packet, parcel));
			sim_remove(sim, queue);
		}
	free(sim->tenants);
	free(sim);
}

/**
 * jain - Jain's index of fairness
 * @x: what each has
 * @count: how many they are
 *
 * Return: 1 when all have the same.
 */
double jain(const double *x, u32 count)
{
	double sum = 0, squares = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		sum += x[i];
		squares += x[i] * x[i];
	}
	return sum * sum / (count * squares);
}
