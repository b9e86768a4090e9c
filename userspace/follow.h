/* SPDX-License-Identifier: GPL-2.0-only */
/* The guard's list follows the policy that is applied at boot. */
#ifndef TG_FOLLOW_H
#define TG_FOLLOW_H

#include "fault.h"
#include "state.h"

struct tg_policy_file;

/**
 * struct mode_change - a mode that was changed in the running policy
 * @mode: enum tenantgate_mode
 * @tenant: whose, the gateway's when NULL
 * @before: number of the running policy before
 * @after: number of the running policy afterwards
 */
struct mode_change {
	uint8_t mode;
	const char *tenant;
	uint32_t before;
	uint32_t after;
};

struct fault *follow_policy(struct state *state, const struct tg_policy_file *policy) FAULT_CHECK;
struct fault *follow_load(const char *path, struct tg_policy_file **policy) FAULT_CHECK;
struct fault *follow_confirmed(struct state *state) FAULT_CHECK;
struct fault *follow_mode(struct state *state, const struct mode_change *change) FAULT_CHECK;
struct fault *follow_disarm(void) FAULT_CHECK;

#endif
