#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# isolation: tenants, sources, grants, and what is bound but not understood.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

# Somebody on a device that the policy does not name.
ip -batch - <<'END'
netns add stray
link add stray0 address 02:00:00:00:00:01 type veth peer name lan netns stray
link set stray0 addrgenmode none up
addr add fe80::1/64 dev stray0 nodad
addr add 10.88.0.1/24 dev stray0
addr add fd88::1/64 dev stray0 nodad
END
ip -n stray -batch - <<'END'
link set lo up
link set lan addrgenmode none up
addr add fe80::2/64 dev lan nodad
addr add 10.88.0.2/24 dev lan
addr add fd88::2/64 dev lan nodad
route add 0.0.0.0/0 via 10.88.0.1
route add ::/0 via fd88::1
END
cp "$topo_hosts" "$work/hosts"
cat >>"$work/hosts" <<'END'
stray stray 10.88.0.2 fd88::2
gw-stray . 10.88.0.1 fd88::1
nobody office-a 10.77.0.9 fd77::9
END
export TG_HOSTS=$work/hosts
standard_servers
servers <<'END'
tcp stray 443
tcp gw-stray 22
END
gate

probes -e <<'END'
tcp sato a-files 445 open/rule # A's home worker reaches A's files
tcp sato-mobile a-files 443 open/rule # A's mobile worker reaches A's files
tcp suzuki b-files 443 open/rule # B's home worker reaches B's files
tcp c-home c-files 443 open/rule # NPO C's home worker reaches its files
tcp kato d-files 443 open/rule # D's home worker reaches D's files over Ethernet
tcp tanaka a-ledger 443 open/rule # a role reaches what only the role may
tcp sato a-pc1 3389 open/rule # a worker reaches the own computer in the office
tcp sato a-pc2 3389 drop/no-rule # a worker does not reach a colleague's computer
tcp trainee a-files 443 drop/no-rule # default deny inside a tenant
tcp trainee messenger 5222 drop/rule-deny # a tenant's own rule takes a granted service away

tcp sato b-files 443 drop/other-tenant # A's home worker does not reach B's files
ping suzuki a-files drop/other-tenant # B does not even ping A's server
udp c-home b-files 9000 drop/other-tenant # NPO C does not reach B
tcp kato c-files 443 drop/other-tenant # D does not reach NPO C
tcp a-files d-files 443 drop/other-tenant # office to office of another tenant is denied

tcp a-sat a-files 443 open/rule # satellite: A's person reaches A's files
tcp b-sat b-files 443 open/rule # satellite: B's person reaches B's files
udp d-sat d-files 7777 echo/rule # satellite: D's person reaches D's server
udp a-sat web-meeting 10050 echo/grant # satellite: A's person is in the meeting
udp b-sat web-meeting 10050 echo/grant # satellite: B's person is in the meeting
tcp b-sat a-files 443 drop/other-tenant # satellite: B's person does not reach A's files
ping b-sat a-sat drop/other-tenant # satellite: B's person does not reach A's at the next desk
ping a-sat d-sat drop/other-tenant # satellite: A's person does not reach D's at the next desk

tcp sato web-meeting 443 open/grant # a granted service is reached
udp kato web-meeting 10050 echo/grant # a granted service is reached by its media ports
udp c-home dns 53 echo/grant # a granted name server answers
tcp suzuki help-centre 443 drop/service-not-granted # a service that is not listed for the tenant is denied
tcp c-home messenger 5222 drop/service-not-granted # one more
tcp sato web-meeting 8080 drop/no-service # another port of a granted service's server is denied
udp web-meeting sato 9 drop/no-rule # a shared server begins nothing towards tenants by itself
udp ip-phone sato 5060 echo/rule # the phone exchange calls where the tenant allows it
udp ip-phone suzuki 5060 drop/no-rule # and not where the tenant does not
tcp sato website 80 open/grant # the internet is a service, granted to A
tcp suzuki website 80 drop/service-not-granted # the internet is not reached without a grant
tcp website a-files 443 drop/unsolicited # the internet reaches nobody
tcp website web-meeting 443 drop/unsolicited # the internet does not reach the shared tools
END

probes -e <<'END'
raw sato web-meeting dport=10050 src=b-files unseen/spoofed-source # a home that uses another tenant's office address is dropped
raw a-files web-meeting dport=10050 src=suzuki unseen/spoofed-source # an office that uses another tenant's home address is dropped
raw a-files web-meeting dport=10050 src=sato unseen/spoofed-source # an office that uses its own tenant's home address is dropped
raw sato web-meeting dport=10050 src=10.77.0.1 unseen/spoofed-source # a source that is nobody's is dropped
raw sato web-meeting dport=10050 src=fd77::1 unseen/spoofed-source # a source that is nobody's is dropped
raw a-sat web-meeting dport=10050 src=c-home unseen/spoofed-source # satellite: a tenant without people there is not impersonated
raw d-files web-meeting dport=10050 src=web-meeting unseen/spoofed-source # a shared server's address from an office is dropped
raw website web-meeting dport=10050 src=sato unseen/spoofed-source # an inner address from the internet is dropped
raw website sato dport=10050 src=web-meeting unseen/spoofed-source # a shared server's address from the internet is dropped
raw b-files sato proto=tcp flags=SA src=a-files unseen/spoofed-source # a spoofed answer is dropped
raw a-files web-meeting dport=10050 src=suzuki ttl=1 unseen/spoofed-source # a spoofed packet makes the gateway send nothing, even when its time is over
raw a-files web-meeting dport=10050 src=suzuki part=0,40,1 fid=4005 unseen/spoofed-source # a spoofed fragment is dropped before it is kept
raw sato a-files proto=47 unseen/no-rule # a protocol nobody named (GRE) is denied
raw sato a-files proto=132 unseen/no-rule # a protocol nobody named (SCTP) is denied

tcp stray a-files 443 explain=0 drop/unbound-device # an undeclared device does not reach a tenant
tcp stray web-meeting 443 explain=0 drop/unbound-device # an undeclared device does not reach a shared tool
tcp stray website 80 explain=0 drop/unbound-device # an undeclared device does not reach the internet
tcp sato stray 443 explain=0 drop/unbound-device # a tenant does not reach an undeclared device
tcp stray gw-stray 22 open # the host's own traffic on an undeclared device is untouched
END

ip -batch - <<'END'
route add 10.77.0.0/24 dev wg-a
route add fd77::/64 dev wg-a
END
probes -e <<'END'
raw sato nobody dport=445 unseen/unknown-destination # a destination behind a tunnel that is nobody's is denied
END
ip link set wg-b down
probes -e <<'END'
raw suzuki website dst=b-files proto=tcp dport=443 unseen/wrong-device # with the tunnel down nothing leaks to the internet
END
ip -batch "$topo_work/up-wg-b" 2>/dev/null
ip -6 route replace fd00:b:10::/64 dev wg-b

# No rule of a tenant reaches over to another.
provider=$(policy greedy 's/^rules:/rules:\n  - {name: everything, from: any, to: any, allow: [any]}/')
apply "$provider"
probes -e <<'END'
tcp sato b-files 443 drop/other-tenant # a rule that allows everything does not reach another tenant
ping b-sat a-sat drop/other-tenant # nor at the next desk of the satellite
tcp suzuki help-centre 443 drop/service-not-granted # nor a service that is not granted
tcp suzuki website 80 drop/service-not-granted # nor the internet without a grant
tcp trainee a-files 443 open/rule # but everything inside the own tenant
raw sato web-meeting dport=10050 src=b-files unseen/spoofed-source # nor does it lift the check of sources
END
apply "$base"
