/* SPDX-License-Identifier: GPL-2.0-only */
/* A flow of the trace, as the generator writes it and the injector reads it. */
#ifndef _TGB_RECORD_H
#define _TGB_RECORD_H

#include <linux/types.h>

/**
 * struct tgb_record - a flow
 * @family: 4 or 6
 * @proto: 17 (UDP) or 6 (TCP)
 * @sport: source port, in the order of the machine
 * @dport: destination port
 * @pad: zero
 * @saddr: source address, as in a packet; IPv4 in the first four bytes
 * @daddr: destination address
 */
struct tgb_record {
	__u8 family;
	__u8 proto;
	__u16 sport;
	__u16 dport;
	__u16 pad;
	__u8 saddr[16];
	__u8 daddr[16];
};

#endif
