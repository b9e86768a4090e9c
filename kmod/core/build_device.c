// SPDX-License-Identifier: GPL-2.0-only
/* Building a policy: devices. */

#include <linux/kernel.h>
#include <linux/string.h>

#include "build.h"
#include "complain.h"

static u32 tg_name_hash(const char *name)
{
	u32 hash = 2166136261U;

	for (; *name; name++)	/* FNV-1a */
		hash = (hash ^ (u8)*name) * 16777619U;
	return hash;
}

/**
 * tg_policy_device - the device of a name
 * @policy: the policy
 * @name: the name
 *
 * Context: any.
 * Return: the device, or NULL when the policy does not name it.
 */
struct tg_device *tg_policy_device(const struct tg_policy *policy, const char *name)
{
	struct tg_device *device;

	device = policy->device_hash[tg_name_hash(name) % TG_DEVICE_BUCKETS];
	while (device && strcmp(device->name, name))
		device = device->hash_next;
	return device;
}

/**
 * tg_check_device - may a device be of a kind?
 * @policy: the policy
 * @noun: what names the device
 * @owner: name of what names it, may be NULL
 * @name: the device's name
 * @kind: enum tg_device_kind
 * @why: why not
 *
 * Says so before anything is made.
 *
 * Return: 0 or -EINVAL.
 */
int tg_check_device(const struct tg_policy *policy, const char *noun, const char *owner,
		    const char *name, u8 kind, struct tg_complaint *why)
{
	const struct tg_device *device;

	if (!name || !*name || strlen(name) > TENANTGATE_DEVICE_MAX)
		return tg_complain(why, "%s '%s': device is missing or longer than %u bytes", noun,
				   owner ? owner : "", TENANTGATE_DEVICE_MAX);
	device = tg_policy_device(policy, name);
	if (device && device->kind != kind)
		return tg_complain(why, "%s '%s': device '%s' cannot be an uplink and have sites too",
				   noun, owner, name);
	if (!device && policy->ndevices >= TENANTGATE_MAX_DEVICES)
		return tg_complain(why, "%s '%s': device '%s' is one more than %u", noun, owner,
				   name, TENANTGATE_MAX_DEVICES);
	return 0;
}

/**
 * tg_device_named - the device of a name that is fine, made when it is new
 * @policy: the policy
 * @name: the name
 * @kind: enum tg_device_kind
 *
 * Context: may sleep.
 * Return: the device, or NULL when there is no memory.
 */
struct tg_device *tg_device_named(struct tg_policy *policy, const char *name, u8 kind)
{
	struct tg_device **bucket, *device;

	device = tg_policy_device(policy, name);
	if (device)
		return device;
	device = tg_arena_alloc(&policy->arena, 1, sizeof(*device));
	if (!device || !(device->name = tg_copy_string(&policy->arena, name)))
		return NULL;
	device->kind = kind;
	device->sole = TG_NO_TENANT;
	device->index = policy->ndevices++;
	bucket = &policy->device_hash[tg_name_hash(name) % TG_DEVICE_BUCKETS];
	device->hash_next = *bucket;
	*bucket = device;
	tg_append(policy->device_tail, device);
	return device;
}

/* Add a device that is part of a link, or carried by one. */
static int tg_add_device_of(struct tg_policy *policy, const char *noun, const char *name, u8 kind,
			    struct tg_link *link, struct tg_complaint *why)
{
	struct tg_device *device;
	int err;

	err = tg_check_device(policy, noun, name, name, kind, why);
	if (err)
		return err;
	device = tg_policy_device(policy, name);
	if (device && device->link && link && device->link != link)
		return tg_complain(why, "%s '%s': the device belongs to link '%s', not to '%s' too",
				   noun, name, device->link->name, link->name);
	device = tg_device_named(policy, name, kind);
	if (!device)
		return tg_complain_memory(why);
	if (link)
		device->link = link;
	device->is_tunnel = kind == TG_DEVICE_BOUND;
	return 0;
}

/**
 * tg_policy_add_uplink - declare a device that leads to the internet
 * @policy: the policy
 * @name: its name
 * @link: the link it is a device of, or NULL
 * @why: why it was refused
 *
 * Naming a device twice is no mistake, as long as it belongs to one link.
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_add_uplink(struct tg_policy *policy, const char *name, struct tg_link *link,
			 struct tg_complaint *why)
{
	return tg_add_device_of(policy, "uplink", name, TG_DEVICE_UPLINK, link, why);
}

/**
 * tg_policy_add_tunnel - say that a link carries a device that sites are bound to
 * @policy: the policy
 * @name: the device's name; its sites may come later, but must come
 * @link: the link
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_policy_add_tunnel(struct tg_policy *policy, const char *name, struct tg_link *link,
			 struct tg_complaint *why)
{
	return tg_add_device_of(policy, "tunnel", name, TG_DEVICE_BOUND, link, why);
}
