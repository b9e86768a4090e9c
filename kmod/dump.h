/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading state, piece by piece. */
#ifndef _TG_DUMP_H
#define _TG_DUMP_H

#include "netlink.h"
#include "running.h"

#define TG_CURSOR_END	U32_MAX

/**
 * struct tg_cursor - where a dump is, kept in the callback between two calls
 * @compiled: the policy it was in; compared, never looked into
 * @next: the next object in it, NULL when that is not known
 * @generation: number of the policy it was in
 * @tenant: index of the tenant it is at; %TG_CURSOR_END behind the last
 * @index: number of the next object, of the tenant or of all
 * @moved: the policy is another than at the last call
 */
struct tg_cursor {
	const struct tg_compiled *compiled;
	const void *next;
	u32 generation;
	u32 tenant;
	u32 index;
	bool moved;
};

/**
 * struct tg_dump - one call of a dump
 * @skb: where messages are put
 * @cb: the dump
 * @tgn: the namespace
 * @running: the running policy, or NULL
 */
struct tg_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct tg_net *tgn;
	const struct tg_running *running;
};

typedef int (*tg_fill_fn)(const struct tg_dump *d, const void *object);

static inline struct tg_cursor *tg_cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct tg_cursor) > sizeof(cb->ctx));
	return (struct tg_cursor *)cb->ctx;
}

void tg_dump_begin(struct tg_dump *d, struct sk_buff *skb, struct netlink_callback *cb);
int tg_dump_end(struct tg_dump *d, int err);
int tg_dump_message(const struct tg_dump *d, const void *object, tg_fill_fn fill);
int tg_dump_array(const struct tg_dump *d, void *const *objects, u32 count, tg_fill_fn fill);
int tg_dump_check_tenant(struct netlink_callback *cb, const struct nlattr *attr, bool gateway);

#endif
