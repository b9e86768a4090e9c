/* SPDX-License-Identifier: GPL-2.0-only */
/* linux/netdevice.h is included beside what the flow table needs, which is nothing of it. */
#ifndef _TG_BENCH_NETDEVICE_H
#define _TG_BENCH_NETDEVICE_H

struct net;

#endif
