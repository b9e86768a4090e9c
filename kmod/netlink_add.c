// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: what all commands that put objects into a candidate
 * have in common.
 *
 * Each names its object first, so that whatever is refused later can be said
 * of it by name; then reads the rest, and leaves the sense of it to the core.
 */

#include "netlink_add.h"

/* What may be added to a candidate that began with the running policy. */
static bool tg_is_of_tenants(u8 cmd)
{
	switch (cmd) {
	case TENANTGATE_CMD_TENANT_ADD:
	case TENANTGATE_CMD_SERVICE_ADD:
	case TENANTGATE_CMD_ROLE_ADD:
	case TENANTGATE_CMD_USER_ADD:
	case TENANTGATE_CMD_RULE_ADD:
	case TENANTGATE_CMD_GRANT_ADD:
		return true;
	default:
		return false;
	}
}

/**
 * tg_add - do something in the client's candidate
 * @skb: what the client sent
 * @info: the message
 * @multi: attributes that may be there several times, one bit for each number
 * @add: what to do, with the candidate locked
 *
 * Return: what the handler returns.
 */
int tg_add(struct sk_buff *skb, struct genl_info *info, u64 multi,
	   int (*add)(struct tg_request *r, struct tg_candidate *c))
{
	struct tg_candidate *c;
	struct tg_request r;
	int err;

	err = tg_request_begin(&r, skb, info, multi);
	if (err)
		return tg_request_end(&r, err);
	c = tg_txn_lock(r.tgn, skb, &r.why);
	if (IS_ERR(c))
		return tg_request_end(&r, PTR_ERR(c));
	if (c->from && !tg_is_of_tenants(info->genlhdr->cmd))
		err = tg_refuse(&r, NULL, -EOPNOTSUPP,
				"a candidate that began with the running policy takes only tenants and what is theirs");
	else
		err = add(&r, c);
	tg_txn_unlock(r.tgn);
	return tg_request_end(&r, err);
}

/**
 * tg_new_name - the name of a new object, which must be there
 * @r: the request
 * @type: number of the attribute
 * @noun: what kind of object
 * @name: gets the name
 *
 * Return: 0 or a negative error.
 */
int tg_new_name(struct tg_request *r, int type, const char *noun, const char **name)
{
	int err = tg_parse_name(r, r->info->attrs[type], noun, name);

	if (!err && !*name)
		err = tg_refuse_missing(r, NULL, type, noun, NULL, "name");
	return err;
}

/**
 * tg_new_id - the number of a new object
 * @r: the request
 * @objects: where objects of its kind are; room is reserved there
 * @type: number of the attribute
 * @noun: what kind of object
 * @name: its name
 * @id: gets the number
 *
 * Return: 0 or a negative error.
 */
int tg_new_id(struct tg_request *r, struct xarray *objects, int type, const char *noun,
	      const char *name, u32 *id)
{
	const struct nlattr *attr = r->info->attrs[type];

	if (!attr)
		return tg_refuse_missing(r, NULL, type, noun, name, "id");
	*id = nla_get_u32(attr);
	if (xa_load(objects, *id))
		return tg_refuse(r, attr, -EEXIST, "%s '%s': id %u is taken", noun, name, *id);
	return xa_reserve(objects, *id, GFP_KERNEL_ACCOUNT);
}

/**
 * tg_number - number an object that was made, or give the number back
 * @r: the request
 * @objects: where objects of its kind are
 * @id: the number
 * @object: the object, or NULL when it was refused
 *
 * Return: 0 or a negative error.
 */
int tg_number(struct tg_request *r, struct xarray *objects, u32 id, void *object)
{
	if (!object) {
		xa_release(objects, id);
		return r->err ? r->err : -EINVAL;
	}
	return xa_err(xa_store(objects, id, object, GFP_KERNEL_ACCOUNT));
}

/**
 * tg_known - an object that is there already
 * @r: the request
 * @objects: where objects of its kind are
 * @type: number of the attribute that has its number
 * @noun: what kind of object names it
 * @name: that object's name, or NULL
 * @field: what the attribute is called
 * @object: gets the object
 *
 * Return: 0 or a negative error.
 */
int tg_known(struct tg_request *r, struct xarray *objects, int type, const char *noun,
	     const char *name, const char *field, void **object)
{
	const struct nlattr *attr = r->info->attrs[type];

	if (!attr)
		return tg_refuse_missing(r, NULL, type, noun, name, field);
	*object = xa_load(objects, nla_get_u32(attr));
	if (*object)
		return 0;
	return tg_refuse(r, attr, -ENOENT, "%s '%s': there is no %s with number %u", noun,
			 name ? name : "", field, nla_get_u32(attr));
}

/**
 * tg_get_head - what an object of a tenant begins with
 * @r: the request
 * @c: the candidate
 * @a: numbers of the attributes
 * @objects: where objects of its kind are
 * @head: gets it
 *
 * Return: 0 or a negative error.
 */
int tg_get_head(struct tg_request *r, struct tg_candidate *c, const struct tg_head_attrs *a,
		struct xarray *objects, struct tg_head *head)
{
	int err;

	head->title = NULL;
	err = tg_new_name(r, a->name, a->noun, &head->name);
	if (!err && a->title)
		err = tg_parse_text(r, r->info->attrs[a->title], a->noun, "title", &head->title);
	if (!err)
		err = tg_known(r, &c->tenants, a->tenant, a->noun, head->name, "tenant",
			       (void **)&head->tenant);
	if (!err)
		err = tg_new_id(r, objects, a->id, a->noun, head->name, &head->id);
	return err;
}
