// SPDX-License-Identifier: GPL-2.0-only
/*
 * Candidates: policies that are being written.
 *
 * A candidate is found by its client's socket, to which it belongs, not by that
 * socket's port id: another socket can take it at once when it is free, before
 * the end of the first one has been told to us.
 *
 *	begin		nothing -> open
 *	add		open -> open, whether refused or not
 *	commit		open -> busy -> gone; a dry run that succeeds -> open
 *	abort		open -> gone
 *	socket closed	open -> gone
 *
 * tgn->candidates_lock guards the list and the open candidates in it. A busy
 * one belongs to the task that compiles it, which takes long: it goes without
 * that lock, under tgn->compiling, and may use all memory that is left.
 */

#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "core/complain.h"
#include "txn.h"

/* What the candidates of one namespace may take together. */
static size_t tg_txn_budget(void)
{
	u64 quarter = (u64)totalram_pages() << PAGE_SHIFT >> 2;

	return min_t(u64, SZ_1G, quarter);
}

static void tg_candidate_free(struct tg_candidate *c)
{
	if (!c)
		return;
	xa_destroy(&c->realms);
	xa_destroy(&c->links);
	xa_destroy(&c->plans);
	xa_destroy(&c->windows);
	xa_destroy(&c->tenants);
	xa_destroy(&c->sites);
	xa_destroy(&c->services);
	xa_destroy(&c->roles);
	xa_destroy(&c->users);
	tg_compiled_put(c->compiled);
	tg_compiled_put(c->from);
	sock_put(c->sk);
	kfree(c);
}

/* What may be named in a candidate from its beginning. */
static int tg_candidate_number(struct tg_candidate *c)
{
	const struct tg_policy *policy = &c->compiled->policy;
	struct tg_service *service;
	int err = 0;

	if (!c->from)
		return xa_err(xa_store(&c->tenants, 0, policy->platform, GFP_KERNEL_ACCOUNT));
	for (service = policy->platform->services; service && !err; service = service->next)
		err = xa_err(xa_store(&c->services, service->number, service,
				      GFP_KERNEL_ACCOUNT));
	return err;
}

/*
 * A candidate: empty but for the platform, which is number 0, or what @from is.
 * Takes over the reference to @from, even when it fails.
 */
static struct tg_candidate *tg_candidate_new(struct sock *sk, struct tg_compiled *from)
{
	struct tg_candidate *c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);

	if (c)
		c->compiled = from ? tg_compiled_fork(from, tg_txn_budget()) :
				     tg_compiled_new(tg_txn_budget());
	if (!c || !c->compiled) {
		tg_compiled_put(from);
		kfree(c);
		return NULL;
	}
	c->from = from;
	sock_hold(sk);
	c->sk = sk;
	xa_init_flags(&c->realms, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->links, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->plans, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->windows, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->tenants, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->sites, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->services, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->roles, XA_FLAGS_ACCOUNT);
	xa_init_flags(&c->users, XA_FLAGS_ACCOUNT);
	if (tg_candidate_number(c)) {
		tg_candidate_free(c);
		return NULL;
	}
	return c;
}

/* Take a candidate off the list; the caller frees it without the lock. */
static void tg_candidate_remove(struct tg_net *tgn, struct tg_candidate *c)
{
	lockdep_assert_held(&tgn->candidates_lock);
	list_del(&c->list);
	WRITE_ONCE(tgn->ncandidates, tgn->ncandidates - 1);
}

/* The client's own candidate, open or not. */
static struct tg_candidate *tg_candidate_of(struct tg_net *tgn, const struct sk_buff *skb)
{
	struct tg_candidate *c;

	lockdep_assert_held(&tgn->candidates_lock);
	list_for_each_entry(c, &tgn->candidates, list)
		if (c->sk == NETLINK_CB(skb).sk)
			return c;
	return NULL;
}

static struct tg_candidate *tg_candidate_open(struct tg_net *tgn, const struct sk_buff *skb,
					      struct tg_complaint *why)
{
	struct tg_candidate *c = tg_candidate_of(tgn, skb);

	if (!c) {
		tg_complain(why, "this socket has no candidate: begin comes first");
		return ERR_PTR(-ENOENT);
	}
	if (c->busy) {
		tg_complain(why, "this socket's candidate is being committed");
		return ERR_PTR(-EBUSY);
	}
	return c;
}

/* Is a candidate the first one that keeps what it began with? */
static bool tg_candidate_is_first(struct tg_net *tgn, const struct tg_candidate *of)
{
	struct tg_candidate *c;

	list_for_each_entry(c, &tgn->candidates, list)
		if (c->from == of->from)
			return c == of;
	return false;
}

/* What a candidate keeps of policies that do not run any more. */
static size_t tg_candidate_kept(struct tg_net *tgn, const struct tg_candidate *c, u32 running)
{
	const struct tg_compiled *from = c->from;
	size_t kept;

	if (!from || c->base_generation == running || !tg_candidate_is_first(tgn, c))
		return 0;
	kept = from->policy.arena.bytes;
	return from->root ? kept + from->root->policy.arena.bytes : kept;
}

/* What all candidates have taken, but for one. */
static size_t tg_txn_taken(struct tg_net *tgn, const struct tg_candidate *but)
{
	const u32 running = tg_running_generation(tgn);
	struct tg_candidate *c;
	size_t taken = 0;

	lockdep_assert_held(&tgn->candidates_lock);
	list_for_each_entry(c, &tgn->candidates, list) {
		if (c != but)
			taken += READ_ONCE(c->compiled->policy.arena.bytes);
		taken += tg_candidate_kept(tgn, c, running);
	}
	return taken;
}

/* Let a candidate grow into what the others have left. */
static void tg_candidate_set_limit(struct tg_net *tgn, struct tg_candidate *c)
{
	struct tg_arena *arena = &c->compiled->policy.arena;
	size_t budget = tg_txn_budget(), taken = tg_txn_taken(tgn, c);

	arena->limit = max(arena->bytes, budget > taken ? budget - taken : 0);
}

/**
 * tg_txn_lock - take hold of a client's candidate
 * @tgn: the namespace
 * @skb: what the client sent
 * @why: why there is none
 *
 * Context: may sleep; on success tg_txn_unlock() must follow.
 * Return: the candidate, or an error pointer with the lock not held.
 */
struct tg_candidate *tg_txn_lock(struct tg_net *tgn, const struct sk_buff *skb,
				 struct tg_complaint *why)
{
	struct tg_candidate *c;

	mutex_lock(&tgn->candidates_lock);
	c = tg_candidate_open(tgn, skb, why);
	if (IS_ERR(c))
		mutex_unlock(&tgn->candidates_lock);
	else
		tg_candidate_set_limit(tgn, c);
	return c;
}

/**
 * tg_txn_unlock - let go of a candidate
 * @tgn: the namespace
 */
void tg_txn_unlock(struct tg_net *tgn)
{
	mutex_unlock(&tgn->candidates_lock);
}

/* What a candidate begins with; NULL for nothing. */
static int tg_txn_from(struct tg_net *tgn, const struct tg_txn_begin *how,
		       struct tg_compiled **from, u32 *generation, struct tg_complaint *why)
{
	int err;

	*from = tg_running_hold(tgn, generation);
	err = tg_check_generation(how->expected_generation, *generation, why);
	if (!err && how->from_running && !*from) {
		tg_complain(why, "no policy is running");
		err = -ENOENT;
	}
	if (err || !how->from_running) {
		tg_compiled_put(*from);
		*from = NULL;
	}
	return err;
}

/**
 * tg_txn_begin - open a candidate
 * @tgn: the namespace
 * @skb: what the client sent
 * @how: how
 * @generation: number of the running policy
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0, -ESTALE when another policy is running, -ENOENT when none is that
 * could be begun with, -EBUSY, -EUSERS when there are too many candidates, or
 * -ENOMEM.
 */
int tg_txn_begin(struct tg_net *tgn, const struct sk_buff *skb, const struct tg_txn_begin *how,
		 u32 *generation, struct tg_complaint *why)
{
	struct tg_compiled *from;
	struct tg_candidate *c;
	int err;

	err = tg_txn_from(tgn, how, &from, generation, why);
	if (err)
		return err;
	c = tg_candidate_new(NETLINK_CB(skb).sk, from);
	if (!c)
		return -ENOMEM;
	c->base_generation = *generation;
	c->pinned = how->expected_generation || how->from_running;
	mutex_lock(&tgn->candidates_lock);
	if (tg_candidate_of(tgn, skb)) {
		tg_complain(why, "this socket has a candidate already: commit or abort it");
		err = -EBUSY;
	} else if (tgn->ncandidates >= TG_MAX_CANDIDATES) {
		tg_complain(why, "there are %u candidates already", tgn->ncandidates);
		err = -EUSERS;
	} else {
		list_add_tail(&c->list, &tgn->candidates);
		WRITE_ONCE(tgn->ncandidates, tgn->ncandidates + 1);
	}
	mutex_unlock(&tgn->candidates_lock);
	if (err)
		tg_candidate_free(c);
	return err;
}

/**
 * tg_txn_replace_tenant - begin a tenant anew
 * @c: a candidate that began with the running policy, open, with the lock held
 * @name: the tenant's name
 * @why: why it was refused
 *
 * Its sites can be named by their numbers from now on.
 *
 * Context: may sleep.
 * Return: the tenant or NULL.
 */
struct tg_tenant *tg_txn_replace_tenant(struct tg_candidate *c, const char *name,
					struct tg_complaint *why)
{
	struct tg_tenant *old = tg_policy_tenant(&c->compiled->policy, name);
	struct tg_site *site;

	/* First what may fail: a tenant that is replaced stays so. */
	for (site = old ? old->sites : NULL; site; site = site->next)
		if (xa_err(xa_store(&c->sites, site->number, site, GFP_KERNEL_ACCOUNT))) {
			tg_complain_memory(why);
			return NULL;
		}
	return tg_policy_replace_tenant(&c->compiled->policy, name, why);
}

/**
 * tg_txn_abort - throw a client's candidate away
 * @tgn: the namespace
 * @skb: what the client sent
 * @why: why it was refused
 *
 * Context: may sleep.
 * Return: 0, -ENOENT or -EBUSY.
 */
int tg_txn_abort(struct tg_net *tgn, const struct sk_buff *skb, struct tg_complaint *why)
{
	struct tg_candidate *c;

	mutex_lock(&tgn->candidates_lock);
	c = tg_candidate_open(tgn, skb, why);
	if (!IS_ERR(c))
		tg_candidate_remove(tgn, c);
	mutex_unlock(&tgn->candidates_lock);
	if (IS_ERR(c))
		return PTR_ERR(c);
	tg_candidate_free(c);
	return 0;
}

/* Make the candidate this task's own until tg_txn_done(). */
static struct tg_candidate *tg_txn_take(struct tg_net *tgn, const struct sk_buff *skb,
					struct tg_complaint *why)
{
	struct tg_candidate *c = tg_txn_lock(tgn, skb, why);

	if (!IS_ERR(c)) {
		c->busy = true;
		tg_txn_unlock(tgn);
	}
	return c;
}

/* Open the candidate again, or end it. */
static void tg_txn_done(struct tg_net *tgn, struct tg_candidate *c, bool keep)
{
	mutex_lock(&tgn->candidates_lock);
	c->busy = false;
	keep = keep && !sock_flag(c->sk, SOCK_DEAD);
	if (!keep)
		tg_candidate_remove(tgn, c);
	mutex_unlock(&tgn->candidates_lock);
	if (!keep)
		tg_candidate_free(c);
}

/**
 * tg_txn_commit - compile a client's candidate and make it the running policy
 * @tgn: the namespace
 * @skb: what the client sent
 * @how: how
 * @generation: number of the running policy afterwards
 * @why: why it was refused
 *
 * A candidate that is refused because of the running policy's generation stays
 * open, unless it began with a running policy: it will never be of use. Every
 * other refusal ends it, in a dry run too: what cannot be compiled cannot be
 * mended either, as objects are only ever added.
 *
 * Context: may sleep, and takes time in proportion to the policy. Nobody but
 * other clients that commit is kept waiting.
 * Return: 0 or a negative error, the running policy untouched.
 */
int tg_txn_commit(struct tg_net *tgn, const struct sk_buff *skb,
		  const struct tg_txn_commit *how, u32 *generation, struct tg_complaint *why)
{
	const u32 *expected = how->expected_generation;
	struct tg_candidate *c;
	int err;

	mutex_lock(&tgn->compiling);
	c = tg_txn_take(tgn, skb, why);
	err = PTR_ERR_OR_ZERO(c);
	if (err)
		goto unlock;
	if (c->pinned) {
		err = tg_check_generation(expected, c->base_generation, why);
		expected = &c->base_generation;
	}
	*generation = tg_running_generation(tgn);
	if (!err)
		err = tg_check_generation(expected, *generation, why);
	if (!err)
		err = tg_policy_compile(&c->compiled->policy, why);
	if (!err && !how->dry_run)
		err = tg_running_commit(tgn, c->compiled, expected, how->confirm_timeout,
					generation, why);
	tg_txn_done(tgn, c, err ? err == -ESTALE && !c->from : how->dry_run);
unlock:
	mutex_unlock(&tgn->compiling);
	return err;
}

/* The kernel tells of every netlink socket that is closed. */
static int tg_txn_released(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *n = data;
	struct tg_candidate *c, *next;
	LIST_HEAD(dead);
	struct tg_net *tgn;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC || !n->portid)
		return NOTIFY_DONE;
	tgn = tg_net(n->net);
	if (!tgn || !READ_ONCE(tgn->ncandidates))
		return NOTIFY_DONE;
	mutex_lock(&tgn->candidates_lock);
	list_for_each_entry_safe(c, next, &tgn->candidates, list) {
		if (c->busy || !sock_flag(c->sk, SOCK_DEAD))
			continue;
		tg_candidate_remove(tgn, c);
		list_add(&c->list, &dead);
	}
	mutex_unlock(&tgn->candidates_lock);
	list_for_each_entry_safe(c, next, &dead, list)
		tg_candidate_free(c);
	return NOTIFY_DONE;
}

static struct notifier_block tg_txn_notifier = {
	.notifier_call = tg_txn_released,
};

/**
 * tg_txn_init - begin without candidates
 * @tgn: the namespace
 */
void tg_txn_init(struct tg_net *tgn)
{
	INIT_LIST_HEAD(&tgn->candidates);
	mutex_init(&tgn->candidates_lock);
	mutex_init(&tgn->compiling);
	tgn->ncandidates = 0;
}

/**
 * tg_txn_exit - free the candidates of clients that are still there
 * @tgn: the namespace, which no request can reach any more
 *
 * Context: may sleep.
 */
void tg_txn_exit(struct tg_net *tgn)
{
	struct tg_candidate *c, *next;

	list_for_each_entry_safe(c, next, &tgn->candidates, list)
		tg_candidate_free(c);
	mutex_destroy(&tgn->candidates_lock);
	mutex_destroy(&tgn->compiling);
}

/**
 * tg_txn_module_init - listen for sockets that are closed
 *
 * Return: 0 or a negative error.
 */
int tg_txn_module_init(void)
{
	return netlink_register_notifier(&tg_txn_notifier);
}

/**
 * tg_txn_module_exit - listen no more
 *
 * Context: may sleep; waits until the last notification is dealt with.
 */
void tg_txn_module_exit(void)
{
	netlink_unregister_notifier(&tg_txn_notifier);
}
