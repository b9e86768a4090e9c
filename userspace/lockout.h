/* SPDX-License-Identifier: GPL-2.0-only */
/* Would a policy cut the connection that it is applied through? */
#ifndef TG_LOCKOUT_H
#define TG_LOCKOUT_H

#include "fault.h"
#include "peer.h"

struct tg_policy_file;

struct fault *lockout_check(const struct tg_policy_file *policy,
			    const struct peer *peer) FAULT_CHECK;
struct fault *lockout_ask(struct link *link, const struct peer *peer) FAULT_CHECK;

#endif
