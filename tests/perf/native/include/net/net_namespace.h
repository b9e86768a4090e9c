/* SPDX-License-Identifier: GPL-2.0-only */
/* net/net_namespace.h is included beside what the flow table needs, which is nothing of it. */
#ifndef _TG_BENCH_NET_NAMESPACE_H
#define _TG_BENCH_NET_NAMESPACE_H

struct net;

#endif
