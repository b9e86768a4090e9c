// SPDX-License-Identifier: GPL-2.0-only
/*
 * The devices whose packets the module should send in turn: those of links with a
 * rate up, and the tunnels that links with a rate down carry. Each needs the
 * module's qdisc as its root, which goes with the device when that is deleted.
 */

#include <stdlib.h>
#include <string.h>

#include "shaped.h"
#include "some_names.h"

static int compare_links(const void *a, const void *b)
{
	const struct link_link *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/* The links in order of their names; NULL without a fault when there are none. */
static struct fault *sort_links(const struct dump *dump, struct link_link **links, size_t *count)
{
	struct link_link link, *more;
	size_t at = 0, room = 0;

	*links = NULL;
	*count = 0;
	while (dump_link(dump, &at, &link)) {
		if (!link.name)
			continue;
		if (*count == room) {
			room = room ? 2 * room : 64;
			more = reallocarray(*links, room, sizeof(*more));
			if (!more)
				return fault_memory();
			*links = more;
		}
		(*links)[(*count)++] = link;
	}
	if (*count)
		qsort(*links, *count, sizeof(**links), compare_links);
	return NULL;
}

/* The link whose rate a device gets, or NULL. */
static const struct link_link *link_of(const struct link_device *device,
				       const struct link_link *links, size_t count)
{
	const struct link_link key = { .name = device->link };
	const struct link_link *link;

	if (!device->name || !device->link || !count)
		return NULL;
	link = bsearch(&key, links, count, sizeof(key), compare_links);
	if (!link)
		return NULL;
	return (device->kind == TENANTGATE_DEVICE_KIND_UPLINK ? link->up : link->down) ? link :
										  NULL;
}

static struct fault *collect(struct shaped *shaped, const struct link_link *links, size_t count)
{
	const struct link_link *link;
	struct shaped_device *more;
	struct link_device device;
	size_t at = 0, room = 0;

	while (dump_device(&shaped->devices, &at, &device)) {
		link = link_of(&device, links, count);
		if (!link)
			continue;
		if (shaped->count == room) {
			room = room ? 2 * room : 64;
			more = reallocarray(shaped->list, room, sizeof(*more));
			if (!more)
				return fault_memory();
			shaped->list = more;
		}
		shaped->list[shaped->count++] = (struct shaped_device){
			.name = device.name,
			.link = link->name,
			.up = device.kind == TENANTGATE_DEVICE_KIND_UPLINK,
			.ifindex = device.ifindex,
		};
	}
	return NULL;
}

static void look(const struct qdiscs *qdiscs, struct shaped_device *device)
{
	const struct qdisc *root = qdiscs_find(qdiscs, device->ifindex);

	device->root = root ? *root : (struct qdisc){ .ifindex = device->ifindex };
	if (!device->ifindex)
		device->state = SHAPED_ABSENT;
	else if (qdisc_is_ours(root))
		device->state = SHAPED_READY;
	else
		device->state = qdisc_is_default(root) ? SHAPED_BARE : SHAPED_FOREIGN;
}

/**
 * shaped_again - look again what the roots of the devices are
 * @shaped: the devices
 *
 * Return: NULL or a fault.
 */
struct fault *shaped_again(struct shaped *shaped)
{
	struct fault *fault;
	size_t i;

	qdiscs_free(&shaped->qdiscs);
	fault = qdiscs_read(&shaped->qdiscs);
	for (i = 0; i < shaped->count && !fault; i++)
		look(&shaped->qdiscs, &shaped->list[i]);
	return fault;
}

/**
 * shaped_read - find the devices that the running policy gives a rate
 * @shaped: gets them, for shaped_free(), also when this fails
 * @link: the connection
 *
 * Return: NULL or a fault.
 */
struct fault *shaped_read(struct shaped *shaped, struct link *link)
{
	struct link_link *links = NULL;
	struct fault *fault;
	size_t count;

	memset(shaped, 0, sizeof(*shaped));
	fault = link_dump(link, TENANTGATE_CMD_LINK_GET, NULL, &shaped->links);
	if (!fault)
		fault = link_dump(link, TENANTGATE_CMD_DEVICE_GET, NULL, &shaped->devices);
	if (!fault)
		fault = sort_links(&shaped->links, &links, &count);
	if (!fault)
		fault = collect(shaped, links, count);
	free(links);
	if (!fault && shaped->count)
		fault = shaped_again(shaped);
	return fault;
}

void shaped_free(struct shaped *shaped)
{
	qdiscs_free(&shaped->qdiscs);
	dump_free(&shaped->links);
	dump_free(&shaped->devices);
	free(shaped->list);
	memset(shaped, 0, sizeof(*shaped));
}

/**
 * shaped_tell - say which devices send without being slowed down
 * @shaped: the devices
 */
void shaped_tell(const struct shaped *shaped)
{
	struct some_names bare = { 0 }, foreign = { 0 };
	size_t i;

	for (i = 0; i < shaped->count; i++) {
		const struct shaped_device *device = &shaped->list[i];

		if (device->state == SHAPED_BARE)
			some_names_add(&bare, device->name, device->link);
		else if (device->state == SHAPED_FOREIGN)
			some_names_add(&foreign, device->name, device->root.kind);
	}
	some_names_tell(&bare, "not shaped, as the qdisc is not on (put it on: tgctl shape on)");
	some_names_tell(&foreign,
			"not shaped, as somebody configured another qdisc (see: tgctl shape check)");
}
