/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes, and their policies as the generator writes them for the newest kernel. */
#ifndef _TG_COMPAT_NET_NETLINK_H
#define _TG_COMPAT_NET_NETLINK_H

#include_next <net/netlink.h>

#include <tg_features.h>

#ifndef NLA_POLICY_MAX_LEN
#define NLA_POLICY_MAX_LEN(_len)	{ .type = NLA_BINARY, .len = (_len) }
#endif

#ifndef nlmsg_for_each_attr_type
#define nlmsg_for_each_attr_type(pos, type, nlh, hdrlen, rem)			\
	nlmsg_for_each_attr(pos, nlh, hdrlen, rem)				\
		if (nla_type(pos) == (type))
#endif

#ifndef TG_HAVE_NLA_CONST_RANGE
/* Ranges are only read here too; older kernels did not say so. */
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {					\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),				\
	.validation_type = NLA_VALIDATE_RANGE_PTR,				\
	.range = (struct netlink_range_validation *)(_range),			\
}
#endif

#endif
