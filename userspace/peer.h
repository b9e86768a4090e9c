/* SPDX-License-Identifier: GPL-2.0-only */
/* Where does the person who runs tgctl sit? */
#ifndef TG_PEER_H
#define TG_PEER_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "link/link.h"

/**
 * struct peer - the connection that tgctl is run through
 * @known: there is one
 * @address: the other end
 * @server: this end; its size is 0 when unknown
 * @port: TCP port of this end
 * @device: the device that leads to the other end; empty when there is no route
 */
struct peer {
	bool known;
	struct link_address address;
	struct link_address server;
	uint16_t port;
	char device[IFNAMSIZ];
};

struct fault *peer_find(const char *given, struct peer *peer) FAULT_CHECK;

#endif
