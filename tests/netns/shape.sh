#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# shape: tenants share a link. Two companies' homes send to their offices, which
# are behind two tunnels: two devices, one link.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }

# shaped RATE PLAN-OF-A PLAN-OF-B [SED...]: a policy with a link of that rate.
shaped()
{
	local rate=$1 a=$2 b=$3
	shift 3
	policy shaped "s|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: $rate, tunnel: none, framing: none}|" \
		"s|^plans:|plans:\n  a: {$a}\n  b: {$b}|" \
		"/^  company-a:/,/plan:/s/plan: small/plan: a/" \
		"/^  company-b:/,/plan:/s/plan: small/plan: b/" \
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000: bulk, udp/9001: realtime]}|" "$@"
}

qdisc() { tc qdisc "$1" dev "$2" root tenantgate; }

# load SECONDS: what the lines on standard input send, and what of it arrives.
load()
{
	cat >"$work/lines"
	"$probe" load "$1" "$work/lines" >"$work/load"
}

# got NAME WHAT: packets (got) or bytes that arrived a second, or a delay (p50, p99; us).
got() { sed -nE "s/^$1 .*\b$2 ([0-9]+).*/\1/p" "$work/load"; }

# near VALUE OF PERCENT
near()
{
	local off=$((($1 - $2) * 100))
	[ $((off < 0 ? -off : off)) -le $(($2 * $3)) ] || { echo "$1, not $2"; cat "$work/load"; return 1; }
}

apply "$(shaped "8 Mbit/s" "weight: 10" "weight: 10")"
load 4 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 1000
END
check "without our qdisc nothing is slowed down" near $(($(got a bytes) + $(got b bytes))) 2500000 5

for device in wg-a wg-b wg0 eth0; do
	check "the qdisc can be the root of $device" qdisc replace $device
done
refused "it takes no options" "no options|illegal|unknown|what is" tc qdisc replace dev wg-c root tenantgate limit 5
refused "it is not for children" "only be the root" \
	sh -c 'tc qdisc add dev wg-c root handle 1: prio && tc qdisc add dev wg-c parent 1:1 tenantgate'
tc qdisc del dev wg-c root 2>/dev/null

load 6 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 1000
END
check "two tunnels together get what the link has" near $(($(got a bytes) + $(got b bytes))) 1000000 3
check "equal tenants get the same" near "$(got a bytes)" "$(got b bytes)" 3

load 6 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 300
END
check "who wants less than its part gets all of it" near "$(got b bytes)" 375000 2
check "and what it leaves another one gets" near "$(got a bytes)" 625000 3

load 6 <<'END'
a sato a-files 9000 1250 1000 6
b1 suzuki b-files 9000 1250 700
b2 suzuki b-files 9001 1250 300
END
check "whatever family and ports are used" near $(($(got b1 bytes) + $(got b2 bytes))) 500000 4

load 6 <<'END'
a1 sato a-files 9000 1250 1500
a2 tanaka a-files 9000 1250 300
END
check "people of one tenant get the same" near "$(got a1 bytes)" $((1000000 - $(got a2 bytes))) 4
check "and one who wants little gets it" near "$(got a2 bytes)" 375000 3

# A new policy under load: what is sent below the new rate is not lost.
(
	for i in 1 2 3 4 5 6; do
		apply "$(shaped "8 Mbit/s" "guarantee: $((i % 3 + 1)) Mbit/s, ceiling: 6 Mbit/s" "ceiling: 2 Mbit/s, weight: $i")"
		pause
	done
) &
load 6 <<'END'
a sato a-files 9000 1250 300
b suzuki b-files 9000 625 200
END
wait $!
check "while rates change nothing is lost" test "$(got a got) $(got b got)" = "$(got a sent) $(got b sent)"

load 6 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 1000
END
check "nobody exceeds a ceiling" near "$(got b bytes)" 250000 2
check "nor misses it" near "$(got a bytes)" 750000 2

apply "$(shaped "8 Mbit/s" "guarantee: 5 Mbit/s, realtime: 1 Mbit/s, weight: 1" "weight: 1000")"
load 8 <<'END'
call sato a-files 9001 200 50
a tanaka a-files 9000 1250 1000
b1 suzuki b-files 9000 1250 1000
b2 suzuki b-files 9001 1250 500
END
check "a guarantee holds against a thousand times the weight" \
	test $(($(got a bytes) + $(got call bytes))) -ge 612500
check "a call loses nothing among floods" test "$(got call got)" = "$(got call sent)"
check "and is not held up" test "$(got call p99)" -le 20000

check "tc shows what was sent and dropped" sh -c "tc -s qdisc show dev wg-b | grep -q 'dropped [1-9]'"

# Coming and going under load.
(
	for i in 1 2 3 4; do
		qdisc replace wg-a
		tc qdisc del dev wg-b root
		pause
		qdisc replace wg-b
		tg stop
		apply "$(shaped "8 Mbit/s" "weight: 10" "weight: 10")"
	done
) >/dev/null 2>&1 &
load 6 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 1000
END
wait $!
load 6 <<'END'
a sato a-files 9000 1250 1000
b suzuki b-files 9000 1250 1000
END
check "after all of it came and went under load it works as before" \
	near $(($(got a bytes) + $(got b bytes))) 1000000 3

ip link add gone0 type dummy
ip link set gone0 up
check "a device may go with its qdisc" sh -c 'tc qdisc add dev gone0 root tenantgate && ip link del gone0'
refused "the module is not unloaded under its qdiscs" "in use" rmmod tenantgate
for device in wg-a wg-b wg0 eth0; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
check "and is without them" rmmod tenantgate
