#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# devices: bound by name; they are renamed, go, come back and come late.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

streams allowed <<'END'
tcp suzuki b-files 443
tcp kato d-files 443
udp kato d-files 7777
END
"$probe" scan sato b-files 3000 pace=1 >"$work/denied" &
denied=$!

ip link set wg-b down
ip link set wg-b name wg-other
ip link set wg-other up
ip -batch - <<'END'
route replace 10.2.10.0/24 dev wg-other
route replace fd00:b:10::/64 dev wg-other
END
probes -e <<'END'
tcp suzuki b-files 443 explain=0 drop/unbound-device # a renamed device is no longer the bound one
tcp kato d-files 443 open/rule # other devices are not concerned
END
ip link set wg-other down
ip link set wg-other name wg-b
ip link set wg-b up
ip -batch - <<'END'
route replace 10.2.10.0/24 dev wg-b
route replace fd00:b:10::/64 dev wg-b
END
probes -e <<'END'
tcp suzuki b-files 443 open/rule # renamed back, it is bound again
END
check "a connection outlives the renaming" within 60 streams_moving allowed

topology_recreate wg-b
probes -e <<'END'
tcp suzuki b-files 443 open/rule # a device that was deleted and made anew is bound again
tcp sato b-files 443 drop/other-tenant # and guarded as before
END
check "a connection outlives its device" within 60 streams_moving allowed
topology_recreate wg0
probes -e <<'END'
tcp sato a-files 445 open/rule # the homes' tunnel made anew: allowed traffic passes
tcp sato b-files 443 drop/other-tenant # denied traffic does not
END
check "connections outlive the homes' tunnel" within 60 streams_moving allowed
wait $denied
read -r _ sent _ seen _ <"$work/denied"
check "none of $sent denied packets passed while devices came and went" test "$seen" = 0
streams_good allowed "connections outlive it all" 1000000

# A device that comes after the policy.
late=$(policy late 's/device: lan-d,/device: lan-late,/')
apply "$late"
probes <<'END'
tcp kato d-files 443 drop # a policy may name a device that is not there yet
END
ip link set lan-d down
ip link set lan-d name lan-late
ip -batch - <<'END'
link set lan-late up
addr replace fe80::1/64 dev lan-late nodad
addr replace fd00:d:10::1/64 dev lan-late nodad
END
probes -e <<'END'
tcp kato d-files 443 open/rule # when it comes, it is bound
END
ip link set lan-late down
ip link set lan-late name lan-d
ip -batch - <<'END'
link set lan-d up
addr replace fe80::1/64 dev lan-d nodad
addr replace fd00:d:10::1/64 dev lan-d nodad
END
apply "$base"
probes -e <<'END'
tcp kato d-files 443 open/rule # and everything is as before
END

# Modes change while devices come and go: whoever publishes last publishes both.
flap=$(policy flap 's/devices: \[eth0\]/devices: [eth0, flap0]/')
apply "$flap"
"$probe" scan sato b-files 2000 pace=1 >"$work/denied" &
denied=$!
for ((i = 0; i < 40; i++)); do
	ip link add flap0 type dummy
	ip link del flap0
done >"$work/flaps" 2>&1 &
flaps=$!
for ((i = 0; i < 10; i++)); do
	tg mode observe --tenant npo-c || break
	tg mode enforce --tenant npo-c || break
done >"$work/modes" 2>&1
check "modes change while devices come and go" test $i = 10
wait $flaps $denied
check "and devices while modes change" test ! -s "$work/flaps"
read -r _ sent _ seen _ <"$work/denied"
check "none of $sent denied packets passed meanwhile" test "$seen" = 0
probes -e <<'END'
tcp c-home c-files 443 open/rule # the last mode and the last devices are in force
tcp c-home b-files 443 drop/other-tenant # of the tenant whose mode changed as well
END
apply "$base"
