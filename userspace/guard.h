/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guard: an nftables table that keeps devices from forwarding while the
 * module is not there to judge.
 */
#ifndef TG_GUARD_H
#define TG_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "state.h"

/**
 * struct guard_status - what the guard is doing
 * @armed: the table is there
 * @packets: packets it dropped
 * @bytes: bytes of them
 */
struct guard_status {
	bool armed;
	uint64_t packets;
	uint64_t bytes;
};

struct fault *guard_arm(const struct device_names *devices) FAULT_CHECK;
struct fault *guard_disarm(bool *was_armed) FAULT_CHECK;
struct fault *guard_status(struct guard_status *status) FAULT_CHECK;

#endif
