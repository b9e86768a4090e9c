/* SPDX-License-Identifier: GPL-2.0-only */
/* Cutting large packets, which an older kernel has among its devices. */
#ifndef _TG_COMPAT_NET_GSO_H
#define _TG_COMPAT_NET_GSO_H

#include <tg_features.h>

#ifdef TG_HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif
