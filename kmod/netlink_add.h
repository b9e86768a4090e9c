/* SPDX-License-Identifier: GPL-2.0-only */
/* What all commands that put objects into a candidate have in common. */
#ifndef _TG_NETLINK_ADD_H
#define _TG_NETLINK_ADD_H

#include "netlink.h"
#include "netlink_parse.h"

#define TG_MULTI(attr)	BIT_ULL(attr)

/**
 * struct tg_head - what sites, services, roles and users begin with
 * @name: the name
 * @title: for people, may be NULL
 * @tenant: the tenant
 * @id: the number
 */
struct tg_head {
	const char *name;
	const char *title;
	struct tg_tenant *tenant;
	u32 id;
};

/**
 * struct tg_head_attrs - the attributes that say so
 * @noun: what kind of object
 * @name: number of the attribute with the name
 * @title: likewise, 0 for none
 * @tenant: likewise
 * @id: likewise
 */
struct tg_head_attrs {
	const char *noun;
	int name;
	int title;
	int tenant;
	int id;
};

int tg_add(struct sk_buff *skb, struct genl_info *info, u64 multi,
	   int (*add)(struct tg_request *r, struct tg_candidate *c));
int tg_new_name(struct tg_request *r, int type, const char *noun, const char **name);
int tg_new_id(struct tg_request *r, struct xarray *objects, int type, const char *noun,
	      const char *name, u32 *id);
int tg_number(struct tg_request *r, struct xarray *objects, u32 id, void *object);
int tg_known(struct tg_request *r, struct xarray *objects, int type, const char *noun,
	     const char *name, const char *field, void **object);
int tg_set_zone(struct tg_request *r, struct tg_candidate *c);
int tg_parse_during(struct tg_request *r, struct tg_candidate *c, struct tg_plan *plan,
		    struct tg_plan *terms);
int tg_get_head(struct tg_request *r, struct tg_candidate *c, const struct tg_head_attrs *a,
		struct xarray *objects, struct tg_head *head);

static inline u8 tg_get_u8(const struct tg_request *r, int type, u8 otherwise)
{
	return r->info->attrs[type] ? nla_get_u8(r->info->attrs[type]) : otherwise;
}

static inline u32 tg_get_u32(const struct tg_request *r, int type, u32 otherwise)
{
	return r->info->attrs[type] ? nla_get_u32(r->info->attrs[type]) : otherwise;
}

#endif
