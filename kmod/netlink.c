// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: requests, and the commands that control the policy as a
 * whole. Objects of a policy are in netlink_frame.c and netlink_own.c, reading
 * in dump*.c and explain.c.
 *
 * Handlers run in parallel. Each either does what it is asked and returns 0,
 * or changes nothing and says why: the reason travels in the extended
 * acknowledgment, with the attribute that is to blame where there is one.
 */

#include <linux/module.h>

#include "flow.h"
#include "netlink.h"
#include "netlink_parse.h"
#include "netlink_put.h"
#include "running.h"

/* The generated groups, but only for who may read the policy's traffic. */
static const struct genl_multicast_group tg_groups[] = {
	[TENANTGATE_NLGRP_EVENTS] = {
		.name = TENANTGATE_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
	[TENANTGATE_NLGRP_CHANGES] = {
		.name = TENANTGATE_MCGRP_CHANGES,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

/**
 * tg_netlink_init - register the family
 *
 * Requests may arrive before this returns, so it comes last in the module's
 * beginning.
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int __init tg_netlink_init(void)
{
	tenantgate_nl_family.mcgrps = tg_groups;
	tenantgate_nl_family.n_mcgrps = ARRAY_SIZE(tg_groups);
	return genl_register_family(&tenantgate_nl_family);
}

/**
 * tg_netlink_exit - withdraw the family
 *
 * Context: may sleep; waits until the last handler has returned.
 */
void tg_netlink_exit(void)
{
	genl_unregister_family(&tenantgate_nl_family);
}

/**
 * tg_netlink_complain - answer a message with an error and a text
 * @skb: what the client sent
 * @nlh: the message in it
 * @err: the negative error
 * @extack: blames an attribute, perhaps
 * @text: names the object and the field, and says what is wrong
 *
 * The kernel keeps 80 bytes of formatted text with an acknowledgment, older
 * ones none at all, and a constant cannot name an object. So the
 * acknowledgment is sent from here while the text is still on the stack; the
 * handler then returns -EINTR, which tells the core that one was sent.
 *
 * Context: may sleep.
 */
void tg_netlink_complain(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
			 struct netlink_ext_ack *extack, const char *text)
{
	do_trace_netlink_extack(text);
	extack->_msg = text;
	netlink_ack(skb, (struct nlmsghdr *)nlh, err, extack);
	extack->_msg = NULL;
}

/**
 * tg_request_begin - look at a request before its handler does
 * @r: the request, to be filled
 * @skb: what the client sent
 * @info: the message
 * @multi: attributes that may be there several times, one bit for each number
 *
 * tg_request_end() must follow whatever this returns.
 *
 * Return: 0 or a negative error.
 */
int tg_request_begin(struct tg_request *r, struct sk_buff *skb, struct genl_info *info,
		     u64 multi)
{
	r->skb = skb;
	r->info = info;
	r->tgn = tg_net(genl_info_net(info));
	r->err = 0;
	r->why.text[0] = '\0';
	return tg_check_repeated(r, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
				 nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), multi);
}

/**
 * tg_request_end - turn a handler's result into its return value
 * @r: the request
 * @err: 0 or a negative error
 *
 * Context: may sleep.
 * Return: what the handler returns.
 */
int tg_request_end(struct tg_request *r, int err)
{
	if (!err || !r->why.text[0])
		return err;
	tg_cut_text(r->why.text);
	tg_netlink_complain(r->skb, r->info->nlhdr, err, r->info->extack, r->why.text);
	return -EINTR;
}

/**
 * tg_refuse - refuse a request
 * @r: the request
 * @attr: the attribute that is to blame, or NULL
 * @err: the negative error
 * @format: names the object and the field, and says what is wrong
 *
 * Return: @err.
 */
int tg_refuse(struct tg_request *r, const struct nlattr *attr, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->why.text, sizeof(r->why.text), format, args);
	va_end(args);
	NL_SET_BAD_ATTR(r->info->extack, attr);
	r->err = err;
	return err;
}

/**
 * tg_refuse_missing - refuse a request that lacks an attribute
 * @r: the request
 * @nest: the nest that lacks it, NULL for the message itself
 * @type: its number
 * @noun: what kind of object it is about
 * @name: the object's name, NULL while it is not known
 * @field: the attribute's name
 *
 * Return: -EINVAL, always.
 */
int tg_refuse_missing(struct tg_request *r, const struct nlattr *nest, u16 type,
		      const char *noun, const char *name, const char *field)
{
	NL_SET_ERR_ATTR_MISS(r->info->extack, nest, type);
	if (!name)
		return tg_refuse(r, NULL, -EINVAL, "%s: %s is missing", noun, field);
	return tg_refuse(r, NULL, -EINVAL, "%s '%s': %s is missing", noun, name, field);
}

/**
 * tg_reply_begin - begin an answer
 * @info: what is answered
 * @header: for tg_reply_send()
 *
 * Context: may sleep.
 * Return: the answer, to be sent or freed; NULL when there is no memory.
 */
struct sk_buff *tg_reply_begin(struct genl_info *info, void **header)
{
	struct sk_buff *reply = genlmsg_new(TG_REPLY_SIZE, GFP_KERNEL);

	if (!reply)
		return NULL;
	*header = genlmsg_put(reply, info->snd_portid, info->snd_seq, &tenantgate_nl_family, 0,
			      info->genlhdr->cmd);
	if (*header)
		return reply;
	nlmsg_free(reply);
	return NULL;
}

/**
 * tg_reply_send - send an answer
 * @reply: the answer
 * @info: what is answered
 * @header: from tg_reply_begin()
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int tg_reply_send(struct sk_buff *reply, struct genl_info *info, void *header)
{
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

/*
 * Do one step that ends with a generation, and answer with it. The answer's
 * memory is there before the step is taken: what has happened is always told.
 */
static int tg_do_and_reply(struct sk_buff *skb, struct genl_info *info,
			   int (*step)(struct tg_request *r, u32 *generation))
{
	struct tg_request r;
	struct sk_buff *reply;
	u32 generation = 0;
	void *header;
	int err;

	err = tg_request_begin(&r, skb, info, 0);
	if (err)
		return tg_request_end(&r, err);
	reply = tg_reply_begin(info, &header);
	if (!reply)
		return -ENOMEM;
	err = step(&r, &generation);
	if (err) {
		nlmsg_free(reply);
		return tg_request_end(&r, err);
	}
	/* A new answer has room for a number. */
	WARN_ON_ONCE(nla_put_u32(reply, TENANTGATE_A_STATUS_GENERATION, generation));
	return tg_reply_send(reply, info, header);
}

static const u32 *tg_expected(struct genl_info *info, u32 *value)
{
	const struct nlattr *attr = info->attrs[TENANTGATE_A_STATUS_EXPECTED_GENERATION];

	if (!attr)
		return NULL;
	*value = nla_get_u32(attr);
	return value;
}

/* A generation that is not the expected one is the attribute's fault. */
static int tg_blame_expected(struct tg_request *r, int err)
{
	if (err == -ESTALE)
		NL_SET_BAD_ATTR(r->info->extack,
				r->info->attrs[TENANTGATE_A_STATUS_EXPECTED_GENERATION]);
	return err;
}

static int tg_begin(struct tg_request *r, u32 *generation)
{
	struct tg_txn_begin how = {
		.from_running = nla_get_flag(r->info->attrs[TENANTGATE_A_STATUS_FROM_RUNNING]),
	};
	u32 value;

	how.expected_generation = tg_expected(r->info, &value);
	return tg_blame_expected(r, tg_txn_begin(r->tgn, r->skb, &how, generation, &r->why));
}

int tenantgate_nl_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_do_and_reply(skb, info, tg_begin);
}

static int tg_commit(struct tg_request *r, u32 *generation)
{
	const struct nlattr *timeout = r->info->attrs[TENANTGATE_A_STATUS_CONFIRM_TIMEOUT];
	struct tg_txn_commit how = {
		.dry_run = nla_get_flag(r->info->attrs[TENANTGATE_A_STATUS_DRY_RUN]),
		.confirm_timeout = timeout ? nla_get_u32(timeout) : 0,
	};
	u32 value;

	if (how.dry_run && timeout)
		return tg_refuse(r, timeout, -EINVAL,
				 "commit: confirm-timeout has no meaning in a dry run");
	how.expected_generation = tg_expected(r->info, &value);
	return tg_blame_expected(r, tg_txn_commit(r->tgn, r->skb, &how, generation, &r->why));
}

int tenantgate_nl_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_do_and_reply(skb, info, tg_commit);
}

int tenantgate_nl_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tg_request r;
	int err = tg_request_begin(&r, skb, info, 0);

	if (!err)
		err = tg_txn_abort(r.tgn, skb, &r.why);
	return tg_request_end(&r, err);
}

static int tg_confirm(struct tg_request *r, u32 *generation)
{
	return tg_running_confirm(r->tgn, generation, &r->why);
}

int tenantgate_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_do_and_reply(skb, info, tg_confirm);
}

static int tg_rollback(struct tg_request *r, u32 *generation)
{
	return tg_running_rollback(r->tgn, generation, &r->why);
}

int tenantgate_nl_rollback_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_do_and_reply(skb, info, tg_rollback);
}

static int tg_mode_set(struct tg_request *r, u32 *generation)
{
	const struct nlattr *mode = r->info->attrs[TENANTGATE_A_STATUS_MODE];
	const struct nlattr *name = r->info->attrs[TENANTGATE_A_STATUS_TENANT_NAME];
	const char *tenant = NULL;
	int err;

	if (!mode)
		return tg_refuse_missing(r, NULL, TENANTGATE_A_STATUS_MODE, "mode-set", NULL,
					 "mode");
	err = tg_parse_name(r, name, "mode-set", &tenant);
	if (err)
		return err;
	err = tg_running_set_mode(r->tgn, tenant, nla_get_u8(mode), generation, &r->why);
	if (err == -ENOENT)
		NL_SET_BAD_ATTR(r->info->extack, name);
	return err;
}

int tenantgate_nl_mode_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_do_and_reply(skb, info, tg_mode_set);
}

int tenantgate_nl_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tg_request r;
	int err = tg_request_begin(&r, skb, info, 0);

	if (!err)
		tg_running_stop(r.tgn);
	return tg_request_end(&r, err);
}

int tenantgate_nl_features_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;

	reply = tg_reply_begin(info, &header);
	if (!reply)
		return -ENOMEM;
	if (nla_put_string(reply, TENANTGATE_A_STATUS_VERSION, TG_VERSION) ||
	    nla_put_string(reply, TENANTGATE_A_STATUS_FEATURE, "replace-tenant")) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	return tg_reply_send(reply, info, header);
}

/* Whole seconds until @when, at least 1 while it has not come. */
static u32 tg_seconds_until(unsigned long when)
{
	return time_after(when, jiffies) ? DIV_ROUND_UP(when - jiffies, HZ) : 0;
}

static int tg_put_running(struct sk_buff *reply, struct tg_net *tgn,
			  const struct tg_running *running)
{
	const struct tg_policy *policy = &running->compiled->policy;
	u64 now = get_jiffies_64(), until = READ_ONCE(tgn->pickup_until);
	u32 pickup = time_before64(now, until) ? div_u64(until - now + HZ - 1, HZ) : 0;

	if (nla_put_u8(reply, TENANTGATE_A_STATUS_MODE, running->mode) ||
	    nla_put_u32(reply, TENANTGATE_A_STATUS_TENANTS, policy->ntenants - 1) ||
	    (policy->label && nla_put_string(reply, TENANTGATE_A_STATUS_LABEL, policy->label)) ||
	    tg_put_revision(reply, TENANTGATE_A_STATUS_REVISION, &policy->revision) ||
	    (pickup && nla_put_u32(reply, TENANTGATE_A_STATUS_PICKUP, pickup)))
		return -EMSGSIZE;
	return 0;
}

static int tg_put_status(struct sk_buff *reply, struct tg_net *tgn)
{
	const struct tg_running *running;
	int err;

	lockdep_assert_held(&tgn->lock);
	rcu_read_lock();
	running = rcu_dereference(tgn->running);
	err = nla_put_u32(reply, TENANTGATE_A_STATUS_GENERATION,
			  running ? running->generation : 0);
	if (!err && running)
		err = tg_put_running(reply, tgn, running);
	rcu_read_unlock();
	if (err)
		return err;
	if (nla_put_u32(reply, TENANTGATE_A_STATUS_FLOWS, atomic_read(&tgn->flows.count)))
		return -EMSGSIZE;
	if (tgn->previous && nla_put_u32(reply, TENANTGATE_A_STATUS_PREVIOUS_GENERATION,
					 tgn->previous->generation))
		return -EMSGSIZE;
	if (tgn->confirm_deadline &&
	    nla_put_u32(reply, TENANTGATE_A_STATUS_CONFIRM_TIMEOUT,
			tg_seconds_until(tgn->confirm_deadline)))
		return -EMSGSIZE;
	return 0;
}

int tenantgate_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tg_net *tgn = tg_net(genl_info_net(info));
	struct sk_buff *reply;
	void *header;
	int err;

	reply = tg_reply_begin(info, &header);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tgn->lock);
	err = tg_put_status(reply, tgn);
	mutex_unlock(&tgn->lock);
	if (!err)
		return tg_reply_send(reply, info, header);
	nlmsg_free(reply);
	return err;
}

MODULE_ALIAS_GENL_FAMILY(TENANTGATE_FAMILY_NAME);
