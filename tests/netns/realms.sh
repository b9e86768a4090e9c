#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# realms: two companies with the same addresses, each in a VRF of its own.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

if [ "${1-}" != inside ]; then
	ip link add tgvrf type vrf table 999 2>/dev/null || {
		skip "realms keep equal addresses apart" "this kernel has no VRF"
		exit 0
	}
	ip link del tgvrf
	module_load
	# A gateway of its own: the namespace of this one stays as it is.
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --net --mount --propagation private -- bash -c \
		'mount -t tmpfs tmpfs /run/netns && exec bash "$0" inside' "$0"
	exit
fi

{
	echo 'link set lo up'
	for company in a b; do
		[ $company = a ] && table=101 || table=102
		echo "link add vrf-$company type vrf table $table"
		echo "link set vrf-$company up"
		for place in home office; do
			echo "netns add $place-$company"
			echo "link add $place-$company address 02:00:00:00:00:01 type veth peer name lan netns $place-$company"
			echo "link set $place-$company addrgenmode none"
			echo "link set $place-$company master vrf-$company up"
			echo "addr add fe80::1/64 dev $place-$company nodad"
		done
		echo "addr add 10.5.0.1/24 dev home-$company"
		echo "addr add fd05::1/64 dev home-$company nodad"
		echo "addr add 192.168.1.1/24 dev office-$company"
		echo "addr add fdc0::1/64 dev office-$company nodad"
	done
} | ip -batch - || fail "the two realms are built"
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
for company in a b; do
	ip -n home-$company -batch - <<-'END'
	link set lo up
	link set lan addrgenmode none up
	addr add fe80::2/64 dev lan nodad
	addr add 10.5.0.2/24 dev lan
	addr add fd05::2/64 dev lan nodad
	addr add 10.5.0.66/24 dev lan
	addr add fd05::66/64 dev lan nodad
	route add 0.0.0.0/0 via 10.5.0.1
	route add ::/0 via fd05::1
	END
	ip -n office-$company -batch - <<-'END'
	link set lo up
	link set lan addrgenmode none up
	addr add fe80::2/64 dev lan nodad
	addr add 192.168.1.10/24 dev lan
	addr add fdc0::10/64 dev lan nodad
	route add 0.0.0.0/0 via 192.168.1.1
	route add ::/0 via fdc0::1
	END
done
export TG_HOSTS=$work/hosts
cat >"$TG_HOSTS" <<'END'
a-home home-a 10.5.0.2 fd05::2
a-other home-a 10.5.0.66 fd05::66
a-files office-a 192.168.1.10 fdc0::10
b-home home-b 10.5.0.2 fd05::2
b-other home-b 10.5.0.66 fd05::66
b-files office-b 192.168.1.10 fdc0::10
END
servers <<'END'
tcp a-files 443 445
udp a-files 9000
tcp b-files 443 445
udp b-files 9000
END
cat >"$work/provider.yaml" <<'END'
gateway: {mode: enforce}
realms: {red: {device: vrf-a}, blue: {device: vrf-b}}
tenants:
  company-a:
    sites:
      home: {device: home-a, realm: red, prefixes: [10.5.0.0/26, "fd05::/122"]}
      office: {device: office-a, realm: red, prefixes: [192.168.1.0/24, "fdc0::/64"]}
    policy:
      servers: {files: {address: [192.168.1.10, "fdc0::10"], allow: [tcp/443, udp/9000]}}
      rules: [{from: home, to: files}]
  company-b:
    sites:
      home: {device: home-b, realm: blue, prefixes: [10.5.0.0/24, "fd05::/64"]}
      office: {device: office-b, realm: blue, prefixes: [192.168.1.0/24, "fdc0::/64"]}
    policy:
      servers: {files: {address: [192.168.1.10, "fdc0::10"], allow: [tcp/445]}}
      rules: [{from: home, to: files}]
END
apply "$work/provider.yaml"
probes -e <<'END'
tcp a-home a-files 443 explain=0 open/rule # A's rule judges in A's realm
tcp b-home b-files 445 explain=0 open/rule # B's rule judges in B's, the addresses being the same
tcp a-home a-files 445 explain=0 drop/no-rule # B's rule does not judge in A's realm
tcp b-home b-files 443 explain=0 drop/no-rule # A's rule does not judge in B's
raw a-other a-files proto=tcp flags=S dport=443 unseen/spoofed-source # an address that is only B's is spoofed in A's realm
tcp b-other b-files 445 explain=0 open/rule # and B's own in B's
END
# The very same five words in both realms, at the same time.
probes <<'END'
udp a-home a-files 9000 sport=6000 echo # A's datagram with the very addresses and ports of B's passes
udp b-home b-files 9000 sport=6000 drop # B's, which no rule allows, does not pass on A's flow
END
# And many of them, in turns: what is known of one packet is not taken for the other's.
drops=$(backlog_drops)
"$probe" scan a-home a-files 400 copies=1 sport=6000 dport=9000 pace=1 >"$work/scan-a" &
"$probe" scan b-home b-files 400 copies=1 sport=6000 dport=9000 pace=1 >"$work/scan-b"
wait $!
drops=$(($(backlog_drops) - drops))
read -r _ sent _ seen _ <"$work/scan-a"
check "of both sent in turns all of A's pass" test $((seen + drops)) -ge "$sent"
read -r _ sent _ seen _ <"$work/scan-b"
check "and none of B's $sent" test "$seen" = 0
check "each tenant is counted for itself: A" test "$(counter company-a rule)" -gt 0
check "each tenant is counted for itself: B" test "$(counter company-b no-rule)" -gt 0
tg stop >/dev/null
