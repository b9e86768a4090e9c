// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family: the time zone, windows, and what plans say within them.
 */

#include "netlink_add.h"

/* A nest of a known set, in which everything is there at most once. */
#define tg_parse_nest(r, nest, policy, tb) ({						\
	int _err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest, policy,		\
				    (r)->info->extack);					\
											\
	_err ? _err : tg_check_repeated(r, nla_data(nest), nla_len(nest), 0);		\
})

static int tg_parse_shift(struct tg_request *r, const struct nlattr *nest, struct tg_shift *shift)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_shift_nl_policy)];
	int err = tg_parse_nest(r, nest, tenantgate_shift_nl_policy, tb);

	if (err)
		return err;
	if (!tb[TENANTGATE_A_SHIFT_SINCE])
		return tg_refuse_missing(r, nest, TENANTGATE_A_SHIFT_SINCE, "gateway", NULL,
					 "since");
	if (!tb[TENANTGATE_A_SHIFT_OFFSET])
		return tg_refuse_missing(r, nest, TENANTGATE_A_SHIFT_OFFSET, "gateway", NULL,
					 "offset");
	shift->since = nla_get_u64(tb[TENANTGATE_A_SHIFT_SINCE]);
	shift->offset = nla_get_s32(tb[TENANTGATE_A_SHIFT_OFFSET]);
	return 0;
}

/**
 * tg_set_zone - take over the time zone that a message about the gateway says
 * @r: the request
 * @c: the candidate
 *
 * Return: 0 or a negative error.
 */
int tg_set_zone(struct tg_request *r, struct tg_candidate *c)
{
	u32 n = 0, count = tg_count_attrs(r, TENANTGATE_A_GATEWAY_SHIFT);
	struct tg_shift *shifts = NULL;
	const struct nlattr *attr;
	const char *name;
	int err, rem;

	err = tg_parse_text(r, r->info->attrs[TENANTGATE_A_GATEWAY_TIMEZONE], "gateway",
			    "timezone", &name);
	if (!err && count > TENANTGATE_MAX_SHIFTS)
		err = tg_refuse(r, NULL, -E2BIG, "gateway: %u shifts are more than %u", count,
				TENANTGATE_MAX_SHIFTS);
	if (err)
		return err;
	shifts = kcalloc(count, sizeof(*shifts), GFP_KERNEL_ACCOUNT);
	if (!shifts)
		return tg_refuse(r, NULL, -ENOMEM, "gateway: no memory for %u shifts", count);
	nlmsg_for_each_attr_type(attr, TENANTGATE_A_GATEWAY_SHIFT, r->info->nlhdr, GENL_HDRLEN,
				 rem) {
		err = tg_parse_shift(r, attr, &shifts[n++]);
		if (err)
			break;
	}
	if (!err)
		err = tg_policy_set_zone(&c->compiled->policy, name, shifts, count, &r->why);
	kfree(shifts);
	return err;
}

static int tg_parse_hours(struct tg_request *r, const struct nlattr *nest, const char *name,
			  struct tg_hours *hours)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_hours_nl_policy)];
	int err = tg_parse_nest(r, nest, tenantgate_hours_nl_policy, tb);

	if (err)
		return err;
	if (!tb[TENANTGATE_A_HOURS_FROM])
		return tg_refuse_missing(r, nest, TENANTGATE_A_HOURS_FROM, "window", name, "from");
	if (!tb[TENANTGATE_A_HOURS_TO])
		return tg_refuse_missing(r, nest, TENANTGATE_A_HOURS_TO, "window", name, "to");
	hours->from = nla_get_u16(tb[TENANTGATE_A_HOURS_FROM]);
	hours->to = nla_get_u16(tb[TENANTGATE_A_HOURS_TO]);
	return 0;
}

static int tg_add_window(struct tg_request *r, struct tg_candidate *c)
{
	struct tg_window window = {
		.days = tg_get_u8(r, TENANTGATE_A_WINDOW_DAYS, TG_EVERY_DAY),
	};
	u32 id, count = tg_count_attrs(r, TENANTGATE_A_WINDOW_HOURS);
	const struct nlattr *attr;
	int err, rem;

	err = tg_new_name(r, TENANTGATE_A_WINDOW_NAME, "window", &window.name);
	if (!err && count > TENANTGATE_MAX_HOURS)
		err = tg_refuse(r, NULL, -E2BIG, "window '%s': %u hours are more than %u",
				window.name, count, TENANTGATE_MAX_HOURS);
	if (err)
		return err;
	nlmsg_for_each_attr_type(attr, TENANTGATE_A_WINDOW_HOURS, r->info->nlhdr, GENL_HDRLEN,
				 rem) {
		err = tg_parse_hours(r, attr, window.name, &window.hours[window.nhours++]);
		if (err)
			return err;
	}
	err = tg_new_id(r, &c->windows, TENANTGATE_A_WINDOW_ID, "window", window.name, &id);
	if (err)
		return err;
	return tg_number(r, &c->windows, id,
			 tg_policy_add_window(&c->compiled->policy, &window, &r->why));
}

int tenantgate_nl_window_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tg_add(skb, info, TG_MULTI(TENANTGATE_A_WINDOW_HOURS), tg_add_window);
}

/* What is there takes the place of what the plan says. */
static void tg_parse_rate(struct nlattr *const *tb, int up, int down, u64 rate[TG_WAYS])
{
	if (tb[up])
		rate[TG_UP] = nla_get_u64(tb[up]);
	if (tb[down])
		rate[TG_DOWN] = nla_get_u64(tb[down]);
}

static int tg_parse_terms(struct tg_request *r, struct tg_candidate *c, const struct nlattr *nest,
			  struct tg_plan *terms)
{
	struct nlattr *tb[ARRAY_SIZE(tenantgate_terms_nl_policy)];
	const struct nlattr *wrong, *id;
	int err = tg_parse_nest(r, nest, tenantgate_terms_nl_policy, tb);

	if (err)
		return err;
	wrong = tb[TENANTGATE_A_TERMS_WINDOW_NAME] ?: tb[TENANTGATE_A_TERMS_IN_FORCE];
	if (wrong)
		return tg_refuse(r, wrong, -EINVAL, "plan '%s': this can only be read",
				 terms->name);
	id = tb[TENANTGATE_A_TERMS_WINDOW];
	if (!id)
		return tg_refuse_missing(r, nest, TENANTGATE_A_TERMS_WINDOW, "plan", terms->name,
					 "window");
	terms->window = xa_load(&c->windows, nla_get_u32(id));
	if (!terms->window)
		return tg_refuse(r, id, -ENOENT, "plan '%s': there is no window with number %u",
				 terms->name, nla_get_u32(id));
	tg_parse_rate(tb, TENANTGATE_A_TERMS_GUARANTEE_UP, TENANTGATE_A_TERMS_GUARANTEE_DOWN,
		      terms->guarantee);
	tg_parse_rate(tb, TENANTGATE_A_TERMS_CEILING_UP, TENANTGATE_A_TERMS_CEILING_DOWN,
		      terms->ceiling);
	tg_parse_rate(tb, TENANTGATE_A_TERMS_REALTIME_UP, TENANTGATE_A_TERMS_REALTIME_DOWN,
		      terms->realtime);
	tg_parse_rate(tb, TENANTGATE_A_TERMS_USER_CEILING_UP, TENANTGATE_A_TERMS_USER_CEILING_DOWN,
		      terms->user_ceiling);
	if (tb[TENANTGATE_A_TERMS_SHARE_INTERACTIVE])
		terms->interactive = nla_get_u8(tb[TENANTGATE_A_TERMS_SHARE_INTERACTIVE]);
	if (tb[TENANTGATE_A_TERMS_SHARE_BULK])
		terms->bulk = nla_get_u8(tb[TENANTGATE_A_TERMS_SHARE_BULK]);
	if (tb[TENANTGATE_A_TERMS_WEIGHT])
		terms->weight = nla_get_u32(tb[TENANTGATE_A_TERMS_WEIGHT]);
	return 0;
}

/**
 * tg_parse_during - what a plan says within windows
 * @r: the request
 * @c: the candidate
 * @plan: the plan, with all that it says elsewhere; what this says is linked to it
 * @terms: room for it, of %TENANTGATE_MAX_DURING
 *
 * Return: 0 or a negative error.
 */
int tg_parse_during(struct tg_request *r, struct tg_candidate *c, struct tg_plan *plan,
		    struct tg_plan *terms)
{
	u32 count = tg_count_attrs(r, TENANTGATE_A_PLAN_DURING);
	struct tg_plan **tail = &plan->during, *next = terms;
	const struct nlattr *attr;
	int err, rem;

	if (count > TENANTGATE_MAX_DURING)
		return tg_refuse(r, NULL, -E2BIG, "plan '%s': %u windows are more than %u",
				 plan->name, count, TENANTGATE_MAX_DURING);
	nlmsg_for_each_attr_type(attr, TENANTGATE_A_PLAN_DURING, r->info->nlhdr, GENL_HDRLEN,
				 rem) {
		*next = *plan;
		next->during = NULL;
		err = tg_parse_terms(r, c, attr, next);
		if (err)
			return err;
		*tail = next;
		tail = &next->next;
		next++;
	}
	return 0;
}
