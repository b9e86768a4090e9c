/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Candidates: policies that are being written. A candidate belongs to the
 * netlink socket that began it and goes with it.
 */
#ifndef _TG_TXN_H
#define _TG_TXN_H

#include <linux/xarray.h>

#include "running.h"

#define TG_MAX_CANDIDATES	16

/**
 * struct tg_candidate - a policy that is being written
 * @list: in struct tg_net.candidates
 * @sk: the socket it belongs to; holds a reference
 * @compiled: the policy
 * @from: what it was forked from, or NULL; holds a reference
 * @base_generation: running policy when it was begun
 * @pinned: nothing but @base_generation may be replaced by it
 * @busy: it is being compiled, without the lock; nobody else may touch it
 * @realms: objects by the number the client gave them
 * @links: likewise
 * @plans: likewise
 * @tenants: likewise
 * @sites: likewise
 * @services: likewise
 * @roles: likewise
 * @users: likewise
 */
struct tg_candidate {
	struct list_head list;
	struct sock *sk;
	struct tg_compiled *compiled;
	struct tg_compiled *from;
	u32 base_generation;
	bool pinned;
	bool busy;
	struct xarray realms;
	struct xarray links;
	struct xarray plans;
	struct xarray windows;
	struct xarray tenants;
	struct xarray sites;
	struct xarray services;
	struct xarray roles;
	struct xarray users;
};

/**
 * struct tg_txn_commit - how to commit
 * @expected_generation: refuse unless this one is running, or NULL
 * @confirm_timeout: seconds to wait for a confirmation, 0 for no need of one
 * @dry_run: compile and check, publish nothing, keep the candidate
 */
struct tg_txn_commit {
	const u32 *expected_generation;
	u32 confirm_timeout;
	bool dry_run;
};

void tg_txn_init(struct tg_net *tgn);
void tg_txn_exit(struct tg_net *tgn);
int tg_txn_module_init(void);
void tg_txn_module_exit(void);

/**
 * struct tg_txn_begin - how to begin
 * @expected_generation: refuse unless this policy is running, and then let the
 *	commit replace no other one; or NULL
 * @from_running: begin with the running policy, to replace tenants in it; the
 *	commit replaces no other one
 */
struct tg_txn_begin {
	const u32 *expected_generation;
	bool from_running;
};

int tg_txn_begin(struct tg_net *tgn, const struct sk_buff *skb, const struct tg_txn_begin *how,
		 u32 *generation, struct tg_complaint *why);
struct tg_tenant *tg_txn_replace_tenant(struct tg_candidate *c, const char *name,
					struct tg_complaint *why);
struct tg_candidate *tg_txn_lock(struct tg_net *tgn, const struct sk_buff *skb,
				 struct tg_complaint *why);
void tg_txn_unlock(struct tg_net *tgn);
int tg_txn_abort(struct tg_net *tgn, const struct sk_buff *skb, struct tg_complaint *why);
int tg_txn_commit(struct tg_net *tgn, const struct sk_buff *skb,
		  const struct tg_txn_commit *how, u32 *generation, struct tg_complaint *why);

#endif
