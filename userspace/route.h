/* SPDX-License-Identifier: GPL-2.0-only */
/* Which way does the kernel send packets to an address? */
#ifndef TG_ROUTE_H
#define TG_ROUTE_H

#include <net/if.h>

#include "fault.h"
#include "link/link.h"

struct fault *route_device(const struct link_address *address, char device[IFNAMSIZ]) FAULT_CHECK;

#endif
