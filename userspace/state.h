/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What survives a reboot, in one directory (TENANTGATE_STATE_DIR, else
 * /var/lib/tenantgate):
 *
 *	confirmed.yaml		the policy that is applied at boot
 *	previous.yaml		the one before, for tgctl rollback
 *	pending.yaml		one that waits for tgctl confirm
 *	pending.generation	the number it runs under
 *	guard.devices		what the guard keeps from forwarding at boot; it
 *				is there only when the confirmed policy enforces
 *	staged.yaml		one that is being applied
 *	lock			held by the tgctl that changes any of it
 */
#ifndef TG_STATE_H
#define TG_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

struct tg_policy_file;

/**
 * struct state - the directory, locked
 * @path: its name
 * @dir: it
 * @lock: the lock file
 */
struct state {
	const char *path;
	int dir;
	int lock;
};

/**
 * struct device_names - names of devices, each once
 * @names: the names
 * @count: number of them
 */
struct device_names {
	char **names;
	size_t count;
};

void device_names_free(struct device_names *devices);

struct fault *state_open(struct state *state) FAULT_CHECK;
void state_close(struct state *state);
struct fault *state_stage(struct state *state, const struct tg_policy_file *policy) FAULT_CHECK;
void state_discard(struct state *state);
struct fault *state_keep(struct state *state) FAULT_CHECK;
struct fault *state_amend(struct state *state) FAULT_CHECK;
struct fault *state_rollback(struct state *state, bool *kept) FAULT_CHECK;
bool state_is_pending(struct state *state, uint32_t generation);
struct fault *state_hold(struct state *state, uint32_t generation) FAULT_CHECK;
struct fault *state_confirm(struct state *state, uint32_t generation, bool *kept) FAULT_CHECK;
void state_forget_pending(struct state *state);
struct fault *state_file(struct state *state, bool pending, char **path) FAULT_CHECK;
struct fault *state_write_devices(struct state *state,
				  const struct device_names *devices) FAULT_CHECK;
struct fault *state_read_devices(struct device_names *devices) FAULT_CHECK;

#endif
