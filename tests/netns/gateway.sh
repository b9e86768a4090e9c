#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gateway: the gateway's own traffic, and what keeps its network alive.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
gate_settled || fail "the pickup period ends"

probes -e <<'END'
udp sato gw-a 53 echo/gateway-service # the gateway's name server answers a tenant
tcp sato gw-a 53 open/gateway-service # by TCP as well
udp sato gw-a 123 echo/gateway-service # the gateway's clock answers a tenant
ping sato gw-a reply/gateway-service # a tenant pings the gateway
tcp sato gw-a 22 drop/gateway-closed # a tenant does not reach the gateway's ssh
udp sato gw-a 9000 drop/gateway-closed # nor any other port
tcp operator gw-out 22 open # the operator reaches the gateway by the uplink
ping operator gw-out reply # and pings it
tcp operator gw-a 22 open # also by an inner address
tcp gw-svc web-meeting 443 open # the gateway itself reaches a shared server
tcp gw-a sato 22 open # the gateway itself reaches a worker
ping gw-a sato reply # and pings one
udp gw-a sato 5060 echo # and has datagrams answered
tcp gw-out website 80 open # the gateway itself reaches the internet
raw sato a-files ttl=1 dport=445 proto=tcp back # an expired TTL is told to the sender (traceroute)
END

probes <<'END'
udp ip-phone sato 5060 len=1430 df=1 toobig # path MTU: a datagram too big for the tunnel is told to its sender
END

# Neighbour discovery and ARP start from nothing.
ip neigh flush dev svc0
ip neigh flush dev lan-d
ip -6 neigh flush dev svc0
ip -6 neigh flush dev lan-d
ip -n svc neigh flush dev eth0
ip -n svc -6 neigh flush dev eth0
ip -n office-d neigh flush dev lan
ip -n office-d -6 neigh flush dev lan
before=$(($(counter gateway link-control) + $(counter company-d link-control))) spoofed=$(counter company-d spoofed-source)
probes -e <<'END'
udp kato d-files 7777 echo/rule # neighbours are found again on both sides
udp kato web-meeting 10050 echo/grant # and on the servers' side
END
# Router solicitation from an address not yet configured, DHCP discover, DHCPv6 solicit.
probes <<'END'
raw d-files gw-d-lan family=6 src=fe80::2 dst=ff02::2 mac=33:33:00:00:00:02 proto=icmp type=133 ttl=255 len=0 drop
raw d-files gw-d-lan family=6 src=:: dst=ff02::1:ff00:99 mac=33:33:ff:00:00:99 proto=icmp type=135 ttl=255 len=16 drop
raw d-files gw-d-lan family=4 src=0.0.0.0 dst=255.255.255.255 mac=broadcast proto=udp sport=68 dport=67 drop
END
# They are counted for the tenant of the device, or for the gateway.
after=$(($(counter gateway link-control) + $(counter company-d link-control)))
check "neighbour and router discovery and DHCP pass as link-control" test "$after" -gt "$before"
check "none of it is taken for spoofing" test "$(counter company-d spoofed-source)" = "$spoofed"

before=$(("$(counter gateway multicast)" + "$(counter company-d multicast)"))
noise=$(("$(counter gateway discovery)" + "$(counter company-d discovery)"))
probes <<'END'
raw d-files gw-d-lan family=4 dst=224.0.0.1 mac=01:00:5e:00:00:01 proto=udp sport=4000 dport=4000 ttl=1 drop
raw d-files gw-d-lan family=4 dst=255.255.255.255 mac=broadcast proto=udp sport=137 dport=137 drop
END
check "multicast noise has a reason of its own" test \
	$(($(counter gateway multicast) + $(counter company-d multicast))) -gt "$before"
check "discovery noise has a reason of its own" test \
	$(($(counter gateway discovery) + $(counter company-d discovery))) -gt "$noise"

# The management list on a tenant's device.
provider=$(policy managed 's/^  from: \[203.0.113.0\/28,/  from: [203.0.113.0\/28, 10.1.1.3, "fd00:a:1::3",/')
apply "$provider"
probes -e <<'END'
tcp tanaka gw-a 22 open/management # who is on the management list reaches the gateway from a tenant's device
tcp sato gw-a 22 drop/gateway-closed # who is not, does not
END
provider=$(policy closed 's/^  label:.*/  allow: [icmp\/echo]/')
apply "$provider"
probes -e <<'END'
udp sato gw-a 53 drop/gateway-closed # what the gateway offers is what the policy says
ping sato gw-a reply/gateway-service # and no less
tcp operator gw-out 22 open # the operator is not concerned
udp kato d-files 7777 echo/rule # neither is neighbour discovery
END
apply "$base"

# NAT between the gate and the internet does not confuse it.
if nft -f - 2>"$work/nft.err" <<'END'
table ip tgtest { chain post { type nat hook postrouting priority 100; oifname eth0 masquerade; }; }
END
then
	probes -e <<-'END'
	tcp sato website 80 family=4 open/grant # masquerading towards the internet works beside the gate
	udp sato website 9000 family=4 echo/grant # for datagrams too
	tcp suzuki website 80 family=4 drop/service-not-granted # and lets nobody out who may not
	END
	nft delete table ip tgtest
else
	skip "masquerading towards the internet works beside the gate" "nft or NAT is missing here"
fi
