// SPDX-License-Identifier: GPL-2.0-only
/*
 * How would the running policy judge a first packet?
 *
 * The judgement is the one that packets get. What a packet would bring along,
 * the devices it comes in and leaves by, is asked for or found here: the
 * device that a site with the address is bound to, or else an uplink.
 */

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "account.h"
#include "core/judge.h"
#include "core/reason.h"
#include "netlink.h"
#include "netlink_parse.h"
#include "netlink_put.h"

/**
 * struct tg_explain - a question and its answer
 * @r: the request
 * @running: the running policy
 * @policy: what is in it
 * @packet: the packet
 * @route: its way
 * @tenant: the source is this tenant's, NULL for anyone's
 * @judgement: what was found
 */
struct tg_explain {
	struct tg_request *r;
	const struct tg_running *running;
	const struct tg_policy *policy;
	struct tg_packet packet;
	struct tg_route route;
	const struct tg_tenant *tenant;
	struct tg_judgement judgement;
};

static int tg_explain_addresses(struct tg_explain *x)
{
	struct nlattr **attrs = x->r->info->attrs;
	u8 family;
	int err;

	if (!attrs[TENANTGATE_A_EXPLAIN_SOURCE])
		return tg_refuse_missing(x->r, NULL, TENANTGATE_A_EXPLAIN_SOURCE, "explain",
					 NULL, "source");
	if (!attrs[TENANTGATE_A_EXPLAIN_DESTINATION])
		return tg_refuse_missing(x->r, NULL, TENANTGATE_A_EXPLAIN_DESTINATION, "explain",
					 NULL, "destination");
	err = tg_parse_address(x->r, attrs[TENANTGATE_A_EXPLAIN_SOURCE], "explain", "source",
			       &x->packet.saddr, &x->packet.family);
	if (!err)
		err = tg_parse_address(x->r, attrs[TENANTGATE_A_EXPLAIN_DESTINATION], "explain",
				       "destination", &x->packet.daddr, &family);
	if (!err && family != x->packet.family)
		err = tg_refuse(x->r, attrs[TENANTGATE_A_EXPLAIN_DESTINATION], -EINVAL,
				"explain: source is IPv%u and destination is IPv%u",
				x->packet.family, family);
	return err;
}

static int tg_explain_ports(struct tg_explain *x)
{
	struct nlattr **attrs = x->r->info->attrs;
	const struct nlattr *sport = attrs[TENANTGATE_A_EXPLAIN_SOURCE_PORT];
	const struct nlattr *dport = attrs[TENANTGATE_A_EXPLAIN_DESTINATION_PORT];
	struct tg_packet *packet = &x->packet;
	u16 icmp;

	if (!attrs[TENANTGATE_A_EXPLAIN_PROTOCOL])
		return tg_refuse_missing(x->r, NULL, TENANTGATE_A_EXPLAIN_PROTOCOL, "explain",
					 NULL, "protocol");
	packet->proto = nla_get_u8(attrs[TENANTGATE_A_EXPLAIN_PROTOCOL]);
	if (packet->proto == TG_PROTO_ICMP && packet->family == 6)
		packet->proto = TG_PROTO_ICMPV6;
	if (packet->proto == TG_PROTO_ICMPV6 && packet->family == 4)
		packet->proto = TG_PROTO_ICMP;
	if (packet->proto == TG_PROTO_TCP)
		packet->tcp_flags = TG_TCP_SYN;
	if (tg_proto_is_icmp(packet->proto)) {
		icmp = dport ? nla_get_u16(dport) : 8 << 8;
		packet->icmp = tg_icmp_from_wire(icmp >> 8, icmp & 0xff);
		if (packet->icmp >> 8 == 8)
			packet->kind = TG_PACKET_ICMP_ECHO;
		return sport ? tg_refuse(x->r, sport, -EINVAL, "explain: ICMP has no source port") :
			       0;
	}
	if ((sport || dport) && !tg_proto_has_ports(packet->proto))
		return tg_refuse(x->r, sport ? sport : dport, -EINVAL,
				 "explain: protocol %u has no ports", packet->proto);
	packet->sport = sport ? nla_get_u16(sport) : 0;
	packet->dport = dport ? nla_get_u16(dport) : 0;
	return 0;
}

/* Is an address the gateway's own, seen from where @in is? */
static bool tg_is_gateway(const struct net *net, const struct tg_device *in,
			  const struct tg_addr *addr)
{
	const struct net_device *dev = in ? dev_get_by_name_rcu((struct net *)net, in->name) : NULL;
	struct in6_addr v6;

	if (tg_addr_is_v4(addr)) {
		__be32 v4 = htonl((u32)addr->lo);

		if (!dev)
			return inet_addr_type((struct net *)net, v4) == RTN_LOCAL;
		return inet_addr_type_dev_table((struct net *)net, dev, v4) == RTN_LOCAL;
	}
	v6.s6_addr32[0] = htonl((u32)(addr->hi >> 32));
	v6.s6_addr32[1] = htonl((u32)addr->hi);
	v6.s6_addr32[2] = htonl((u32)(addr->lo >> 32));
	v6.s6_addr32[3] = htonl((u32)addr->lo);
	return ipv6_chk_addr((struct net *)net, &v6, dev, 0);
}

static const struct tg_device *tg_first_uplink(const struct tg_policy *policy)
{
	const struct tg_device *device;

	for (device = policy->device_list; device; device = device->next)
		if (device->kind == TG_DEVICE_UPLINK)
			return device;
	return NULL;
}

/* The device that a source address comes in by. */
static int tg_find_in(struct tg_explain *x)
{
	const struct tg_device *device;
	const struct tg_site *site;

	for (device = x->policy->device_list; device; device = device->next) {
		site = device->kind == TG_DEVICE_BOUND ?
		       tg_site_of(x->policy, device, &x->packet.saddr) : NULL;
		if (site && (!x->tenant || site->tenant == x->tenant->index)) {
			x->route.in = device;
			return 0;
		}
	}
	if (x->tenant)
		return tg_refuse(x->r, x->r->info->attrs[TENANTGATE_A_EXPLAIN_SOURCE], -ENOENT,
				 "explain: tenant '%s' has no site with the source's address",
				 x->tenant->name);
	if (tg_lpm_find(&x->policy->everywhere, &x->packet.saddr) == TG_LPM_NONE)
		x->route.in = tg_first_uplink(x->policy);
	return 0;
}

/*
 * The device that a packet to the destination leaves by. The same address may
 * be in several realms: the source's own is asked first, then its tenant's
 * other sites, then the platform's.
 */
static const struct tg_device *tg_find_out(const struct tg_explain *x)
{
	const struct tg_site *from = NULL, *site;
	const struct tg_device *device, *best = NULL;
	int score, best_score = 0;

	if (x->route.in && x->route.in->kind == TG_DEVICE_BOUND)
		from = tg_site_of(x->policy, x->route.in, &x->packet.saddr);
	for (device = x->policy->device_list; device; device = device->next) {
		site = device->kind == TG_DEVICE_BOUND ?
		       tg_site_of(x->policy, device, &x->packet.daddr) : NULL;
		if (!site)
			continue;
		score = 1 + tg_site_tenant(x->policy, site)->platform;
		if (from)
			score += 4 * (site->tenant == from->tenant) +
				 8 * (site->realm == from->realm);
		if (score > best_score) {
			best_score = score;
			best = device;
		}
	}
	return best ? best : tg_first_uplink(x->policy);
}

static int tg_explain_device(struct tg_explain *x, int type, const struct tg_device **device,
			     bool *given)
{
	const char *name;
	int err = tg_parse_device(x->r, x->r->info->attrs[type], "explain", &name);

	*given = name;
	if (!err && name)
		*device = tg_policy_device(x->policy, name);
	return err;
}

static int tg_explain_tenant(struct tg_explain *x)
{
	const struct nlattr *attr = x->r->info->attrs[TENANTGATE_A_EXPLAIN_TENANT_NAME];
	const char *name;
	int err = tg_parse_name(x->r, attr, "explain", &name);

	if (err || !name)
		return err;
	x->tenant = tg_policy_tenant(x->policy, name);
	if (x->tenant)
		return 0;
	return tg_refuse(x->r, attr, -ENOENT, "tenant '%s' is not in the running policy", name);
}

/* The way the packet takes, as far as it is not given. */
static int tg_explain_route(struct tg_explain *x)
{
	const struct net *net = genl_info_net(x->r->info);
	bool in_given, out_given;
	int err;

	err = tg_explain_tenant(x);
	if (!err)
		err = tg_explain_device(x, TENANTGATE_A_EXPLAIN_DEVICE, &x->route.in, &in_given);
	if (!err)
		err = tg_explain_device(x, TENANTGATE_A_EXPLAIN_OUT_DEVICE, &x->route.out,
					&out_given);
	if (!err && !in_given)
		err = tg_find_in(x);
	if (err || out_given)
		return err;
	x->route.local = tg_is_gateway(net, x->route.in, &x->packet.daddr);
	if (!x->route.local)
		x->route.out = tg_find_out(x);
	/* As in tg_path_local_in(). */
	if (x->route.local && (!x->route.in || x->route.in->kind != TG_DEVICE_BOUND))
		return tg_refuse(x->r, x->r->info->attrs[TENANTGATE_A_EXPLAIN_DESTINATION],
				 -EOPNOTSUPP, "explain: the destination is the gateway, and what comes from outside the sites for the gateway itself is not judged: it is left to the host's own firewall");
	return 0;
}

static bool tg_service_has(const struct tg_service *service, const struct tg_packet *packet,
			   bool with_port)
{
	bool address = false, port = !with_port || !service->nports;
	u32 i;

	for (i = 0; i < service->nprefixes && !address; i++)
		address = tg_prefix_has(&service->prefixes[i], &packet->daddr);
	for (i = 0; i < service->nports && !port; i++)
		port = tg_port_has(&service->ports[i], packet);
	return address && port;
}

static const struct tg_service *tg_find_service_of(const struct tg_tenant *tenant,
						   const struct tg_packet *packet,
						   bool with_port)
{
	const struct tg_service *service;

	for (service = tenant ? tenant->services : NULL; service; service = service->next)
		if (tg_service_has(service, packet, with_port))
			return service;
	return NULL;
}

/* The service at the destination: one that answers on the port before one that does not. */
static const struct tg_service *tg_find_service(const struct tg_explain *x)
{
	const struct tg_site *to = x->judgement.peer_site;
	const struct tg_tenant *owner = to ? tg_site_tenant(x->policy, to) :
					     x->policy->platform;
	const struct tg_service *service;

	if (x->route.out && x->route.out->kind == TG_DEVICE_UPLINK) {
		for (service = x->policy->platform->services; service; service = service->next)
			if (service->kind == TENANTGATE_SERVICE_KIND_INTERNET)
				return service;
		return NULL;
	}
	service = tg_find_service_of(owner, &x->packet, true);
	return service ? service : tg_find_service_of(owner, &x->packet, false);
}

static void tg_explain_judge(struct tg_explain *x)
{
	struct tg_judgement *j = &x->judgement;

	tg_judge(x->policy, &x->route, &x->packet, j);
	if (x->route.local && tg_is_management(x->policy, &x->packet)) {
		j->verdict = TENANTGATE_VERDICT_ALLOW;
		j->reason = TENANTGATE_REASON_MANAGEMENT;
		j->rule = NULL;
	}
}

static int tg_put_roles(struct sk_buff *reply, const struct tg_user *user)
{
	const struct tg_role *role;

	for (role = user ? user->tenant->roles : NULL; role; role = role->next)
		if ((user->roles & BIT_ULL(role->bit)) &&
		    nla_put_string(reply, TENANTGATE_A_EXPLAIN_ROLE, role->name))
			return -EMSGSIZE;
	return 0;
}

/* A limit that the sender's tenant is at. */
static int tg_put_limited(struct sk_buff *reply, const struct tg_judgement *j)
{
	u8 reason = TG_REASONS;

	if (j->tenant && j->up)
		reason = tg_account_limited(j->tenant->account,
					    j->verdict == TENANTGATE_VERDICT_ALLOW);
	return reason == TG_REASONS ? 0 :
				      nla_put_u8(reply, TENANTGATE_A_EXPLAIN_LIMITED, reason);
}

static int tg_put_explanation(struct sk_buff *reply, const struct tg_explain *x)
{
	const struct tg_judgement *j = &x->judgement;
	const struct tg_service *service = tg_find_service(x);
	struct tg_event event = {
		.packet = &x->packet,
		.judgement = j,
		.mode = tg_running_judged_mode(x->running, j),
		.generation = x->running->generation,
		.in = x->route.in ? x->route.in->name : NULL,
		.out = x->route.out ? x->route.out->name : NULL,
	};

	if (tg_put_event(reply, &event) || tg_put_roles(reply, j->user) ||
	    (x->route.local && nla_put_flag(reply, TENANTGATE_A_EXPLAIN_LOCAL)) ||
	    nla_put_u8(reply, TENANTGATE_A_EXPLAIN_CLASS, j->class) || tg_put_limited(reply, j))
		return -EMSGSIZE;
	if (j->peer_site &&
	    nla_put_string(reply, TENANTGATE_A_EXPLAIN_PEER_SITE, j->peer_site->name))
		return -EMSGSIZE;
	return service ? nla_put_string(reply, TENANTGATE_A_EXPLAIN_SERVICE, service->name) : 0;
}

static int tg_explain(struct tg_request *r, struct sk_buff *reply)
{
	struct tg_explain x = { .r = r };
	int err;

	err = tg_explain_addresses(&x);
	if (!err)
		err = tg_explain_ports(&x);
	if (err)
		return err;
	rcu_read_lock();
	x.running = rcu_dereference(r->tgn->running);
	if (!x.running) {
		err = tg_refuse(r, NULL, -ENOENT, "no policy is running");
	} else {
		x.policy = &x.running->compiled->policy;
		err = tg_explain_route(&x);
	}
	if (!err) {
		tg_explain_judge(&x);
		err = tg_put_explanation(reply, &x);
	}
	rcu_read_unlock();
	return err;
}

int tenantgate_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tg_request r;
	struct sk_buff *reply;
	void *header;
	int err;

	err = tg_request_begin(&r, skb, info, 0);
	if (err)
		return tg_request_end(&r, err);
	reply = tg_reply_begin(info, &header);
	if (!reply)
		return -ENOMEM;
	err = tg_explain(&r, reply);
	if (!err)
		return tg_reply_send(reply, info, header);
	nlmsg_free(reply);
	return tg_request_end(&r, err);
}
