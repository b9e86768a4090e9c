// SPDX-License-Identifier: GPL-2.0-only
/* Refusals that say what is wrong, and the checks that single values need. */

#include <linux/kernel.h>
#include <linux/string.h>

#include "complain.h"

/**
 * tg_complain - refuse something
 * @why: where the reason is written
 * @format: names the object and the field, and says what is wrong
 *
 * Return: -EINVAL, always.
 */
int tg_complain(struct tg_complaint *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return -EINVAL;
}

/**
 * tg_complain_memory - refuse something for want of memory
 * @why: where the reason is written
 *
 * Return: -ENOMEM, always.
 */
int tg_complain_memory(struct tg_complaint *why)
{
	tg_complain(why, "policy needs more memory than there is or than it may take");
	return -ENOMEM;
}

/**
 * tg_prefix_text - a prefix in writing
 * @prefix: the prefix
 * @text: room for it
 *
 * IPv6 is written in full, without shortening zeros.
 *
 * Return: @text.
 */
const char *tg_prefix_text(const struct tg_prefix *prefix, char text[TG_ADDR_TEXT])
{
	const struct tg_addr *a = &prefix->addr;

	if (tg_addr_is_v4(a) && prefix->len >= TG_V4_PREFIX)
		snprintf(text, TG_ADDR_TEXT, "%u.%u.%u.%u/%u",
			 (u8)(a->lo >> 24), (u8)(a->lo >> 16), (u8)(a->lo >> 8), (u8)a->lo,
			 prefix->len - TG_V4_PREFIX);
	else
		snprintf(text, TG_ADDR_TEXT, "%x:%x:%x:%x:%x:%x:%x:%x/%u",
			 (u16)(a->hi >> 48), (u16)(a->hi >> 32), (u16)(a->hi >> 16), (u16)a->hi,
			 (u16)(a->lo >> 48), (u16)(a->lo >> 32), (u16)(a->lo >> 16), (u16)a->lo,
			 prefix->len);
	return text;
}

/**
 * tg_check_name - is a name there, and not too long?
 * @noun: what kind of object has it
 * @name: the name
 * @why: why not
 *
 * Return: 0 or -EINVAL.
 */
int tg_check_name(const char *noun, const char *name, struct tg_complaint *why)
{
	size_t len = name ? strlen(name) : 0;

	if (!len)
		return tg_complain(why, "%s: name is missing", noun);
	if (len > TENANTGATE_NAME_MAX)
		return tg_complain(why, "%s '%.40s...': name is longer than %u bytes", noun, name,
				   TENANTGATE_NAME_MAX);
	return 0;
}

/**
 * tg_prefix_is_host - is a prefix a single address?
 * @prefix: the prefix
 *
 * Return: true when it is.
 */
bool tg_prefix_is_host(const struct tg_prefix *prefix)
{
	return prefix->len == 128;
}

static bool tg_prefix_overlaps(const struct tg_prefix *a, const struct tg_prefix *b)
{
	return a->len <= b->len ? tg_prefix_has(a, &b->addr) : tg_prefix_has(b, &a->addr);
}

/* Addresses that are nobody's: multicast, loopback, link-local, unspecified. */
static const struct tg_prefix tg_nobodys[] = {
	{ { 0xff00000000000000ULL, 0 }, 8 },
	{ { 0xfe80000000000000ULL, 0 }, 10 },
	{ { 0, 1 }, 128 },
	{ { 0, 0 }, 128 },
	{ { TG_V4_HI, TG_V4_LO | 0xe0000000 }, TG_V4_PREFIX + 3 },
	{ { TG_V4_HI, TG_V4_LO | 0x7f000000 }, TG_V4_PREFIX + 8 },
	{ { TG_V4_HI, TG_V4_LO }, TG_V4_PREFIX + 8 },
};

/**
 * tg_check_prefix - may a prefix be bound to something?
 * @noun: what kind of object it is for
 * @name: the object's name
 * @prefix: the prefix
 * @why: why not
 *
 * Return: 0 or -EINVAL.
 */
int tg_check_prefix(const char *noun, const char *name, const struct tg_prefix *prefix,
		    struct tg_complaint *why)
{
	static const struct tg_prefix v4 = { { TG_V4_HI, TG_V4_LO }, TG_V4_PREFIX };
	char text[TG_ADDR_TEXT];
	size_t i;

	if (prefix->len > 128)
		return tg_complain(why, "%s '%s': prefix length is more than the address has bits",
				   noun, name);
	if (!prefix->len || (prefix->len <= TG_V4_PREFIX && tg_prefix_overlaps(prefix, &v4)))
		return tg_complain(why, "%s '%s': prefix %s covers every address", noun, name,
				   tg_prefix_text(prefix, text));
	if (!tg_prefix_is_exact(prefix))
		return tg_complain(why, "%s '%s': prefix %s has bits set behind its length", noun,
				   name, tg_prefix_text(prefix, text));
	for (i = 0; i < ARRAY_SIZE(tg_nobodys); i++)
		if (tg_prefix_overlaps(prefix, &tg_nobodys[i]))
			return tg_complain(why,
					   "%s '%s': prefix %s has multicast, loopback, link-local or unspecified addresses",
					   noun, name, tg_prefix_text(prefix, text));
	return 0;
}

/**
 * tg_check_ports - are ports the right way round?
 * @noun: what kind of object they are for
 * @name: the object's name
 * @ports: the ports
 * @count: their number
 * @why: why not
 *
 * Return: 0 or -EINVAL.
 */
int tg_check_ports(const char *noun, const char *name, const struct tg_port *ports, u32 count,
		   struct tg_complaint *why)
{
	u32 i;

	if (count > TENANTGATE_MAX_PORTS)
		return tg_complain(why, "%s '%s': more than %u ports", noun, name,
				   TENANTGATE_MAX_PORTS);
	for (i = 0; i < count; i++) {
		if (ports[i].min > ports[i].max)
			return tg_complain(why, "%s '%s': ports %u-%u are upside down", noun, name,
					   ports[i].min, ports[i].max);
		if (ports[i].sport_min > ports[i].sport_max)
			return tg_complain(why, "%s '%s': source ports %u-%u are upside down",
					   noun, name, ports[i].sport_min, ports[i].sport_max);
		if (ports[i].class > TENANTGATE_CLASS_BULK)
			return tg_complain(why, "%s '%s': class %u is unknown", noun, name,
					   ports[i].class);
	}
	return 0;
}
