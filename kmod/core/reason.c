// SPDX-License-Identifier: GPL-2.0-only
/* What each reason is called, does to a packet, and means to people. */

#include "reason.h"

#define TG_PASS(id, name, text) \
	[TENANTGATE_REASON_##id] = { name, TENANTGATE_VERDICT_ALLOW, false, text }
#define TG_DROP(id, name, text) \
	[TENANTGATE_REASON_##id] = { name, TENANTGATE_VERDICT_DENY, false, text }
#define TG_NOISE(id, name, text) \
	[TENANTGATE_REASON_##id] = { name, TENANTGATE_VERDICT_DENY, true, text }

const struct tg_reason_info tg_reasons[TG_REASONS] = {
	TG_PASS(RULE, "rule", "A rule of the tenant allows it."),
	TG_PASS(GRANT, "grant", "The provider lists the service for the tenant."),
	TG_PASS(ESTABLISHED, "established", "It belongs to a flow that was allowed."),
	TG_PASS(ADOPTED, "adopted",
		"It belongs to a connection that was running before the gate was closed."),
	TG_PASS(RELATED_ERROR, "related-error", "An ICMP error about a flow that was allowed."),
	TG_PASS(MANAGEMENT, "management", "The operator's own way in to the gateway."),
	TG_PASS(GATEWAY_SERVICE, "gateway-service", "The gateway itself offers this to tenants."),
	TG_PASS(GATEWAY_ORIGIN, "gateway-origin", "The gateway itself sent it."),
	TG_PASS(LINK_CONTROL, "link-control",
		"Neighbour discovery, router discovery, multicast groups or DHCP."),
	TG_DROP(SPOOFED_SOURCE, "spoofed-source",
		"The source address does not belong to a site on the device it came in by."),
	TG_DROP(UNBOUND_DEVICE, "unbound-device",
		"It came in or would leave by a device that the policy does not name."),
	TG_DROP(WRONG_DEVICE, "wrong-device",
		"The destination is at a site, but the route leads to the internet."),
	TG_DROP(UNKNOWN_DESTINATION, "unknown-destination",
		"The destination is at no site on the device it would leave by."),
	TG_DROP(OTHER_TENANT, "other-tenant", "The destination belongs to another tenant."),
	TG_DROP(NO_RULE, "no-rule", "No rule of the tenant allows it."),
	TG_DROP(RULE_DENY, "rule-deny", "A rule of the tenant denies it."),
	[TENANTGATE_REASON_RULE_REJECT] = {
		"rule-reject", TENANTGATE_VERDICT_REJECT, false,
		"A rule of the tenant rejects it, and the sender is told." },
	TG_DROP(SERVICE_NOT_GRANTED, "service-not-granted",
		"The provider does not list this service for the tenant."),
	TG_DROP(NO_SERVICE, "no-service",
		"The platform offers no service at this address, protocol and port."),
	TG_DROP(GATEWAY_CLOSED, "gateway-closed",
		"The gateway itself does not offer this to tenants."),
	TG_DROP(UNSOLICITED, "unsolicited",
		"It belongs to no flow, and nobody may begin one from there or in this way."),
	TG_DROP(UNRELATED_ERROR, "unrelated-error", "An ICMP error about no flow that is known."),
	TG_DROP(TCP_STATE, "tcp-state", "It does not fit the state of its TCP connection."),
	TG_DROP(FLOW_LIMIT, "flow-limit", "The tenant has as many flows as it may have."),
	TG_DROP(FLOW_TABLE_FULL, "flow-table-full",
		"All tenants together have as many flows as the gateway may have."),
	TG_DROP(NO_MEMORY, "no-memory", "The kernel has no memory for the flow."),
	TG_DROP(MALFORMED, "malformed", "A header is cut short or contradicts itself."),
	TG_DROP(EXTENSION_HEADER, "extension-header",
		"Too many or unknown IPv6 extension headers."),
	TG_DROP(SOURCE_ROUTE, "source-route", "The sender prescribes the route."),
	TG_DROP(FRAGMENT, "fragment", "A fragment that hides its headers or stands alone."),
	TG_DROP(FRAGMENT_LIMIT, "fragment-limit",
		"The tenant sends more fragments a second than it may."),
	TG_NOISE(MULTICAST, "multicast", "Multicast, which the gateway does not forward."),
	TG_NOISE(BROADCAST, "broadcast", "Broadcast, which the gateway does not forward."),
	TG_NOISE(DISCOVERY, "discovery",
		"A computer looks for neighbours by mDNS, LLMNR, NetBIOS, SSDP or WS-Discovery."),
	TG_DROP(PACKET_LIMIT, "packet-limit",
		"The tenant sends more packets a second than it may."),
	TG_DROP(NEW_FLOW_LIMIT, "new-flow-limit",
		"The tenant begins more flows a second than it may."),
};
