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
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000-9002: bulk, udp/9009: realtime]}|" "$@"
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

# nothing_waits DEVICE...
nothing_waits()
{
	local device
	for device; do
		! tc -s qdisc show dev "$device" | grep -q 'backlog [0-9]*b [1-9]' || return 1
	done
}

# near VALUE OF PERCENT
near()
{
	local off=$((($1 - $2) * 100))
	[ $((off < 0 ? -off : off)) -le $(($2 * $3)) ] || { echo "$1, not $2"; cat "$work/load"; return 1; }
}

# filled VALUE RATE: not above it by more than 2 %, and not far below: where the guest
# stands still for longer than the shaper forgives, that time is lost.
filled()
{
	if [ "$1" -gt $(($2 * 102 / 100)) ] || [ "$1" -lt $(($2 / 2)) ]; then
		echo "$1, not $2"
		cat "$work/load"
		return 1
	fi
}

apply "$(shaped "400 kbit/s" "weight: 10" "weight: 10")"
load 4 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 50
END
check "without our qdisc nothing is slowed down" near $(($(got a bytes) + $(got b bytes))) 125000 5

for device in wg-a wg-b wg0 eth0; do
	check "the qdisc can be the root of $device" qdisc replace $device
done
refused "it takes no options" "no options|illegal|unknown|what is" tc qdisc replace dev wg-c root tenantgate limit 5
refused "it is not for children" "only be the root" \
	sh -c 'tc qdisc add dev wg-c root handle 1: prio && tc qdisc add dev wg-c parent 1:1 tenantgate'
tc qdisc del dev wg-c root 2>/dev/null

load 6 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 50
END
check "what waits leaves, though nobody sends any more" within 20 nothing_waits wg-a wg-b
check "two tunnels together get what the link has" filled $(($(got a bytes) + $(got b bytes))) 50000
check "equal tenants get the same" near "$(got a bytes)" "$(got b bytes)" 6

load 6 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 10
END
check "who wants less than its part gets all of it" near "$(got b bytes)" 12500 4
check "and what it leaves another one gets" filled "$(got a bytes)" 37500

load 6 <<'END'
a sato a-files 9000 1250 50 6
b1 suzuki b-files 9000 1250 35
b2 suzuki b-files 9009 1250 15
END
check "whatever family and ports are used" \
	near "$(got a bytes)" $(($(got b1 bytes) + $(got b2 bytes))) 8

load 6 <<'END'
a1 sato a-files 9000 1250 75
a2 tanaka a-files 9002 1250 40
END
check "people of one tenant get the same" near "$(got a1 bytes)" "$(got a2 bytes)" 6

# New terms under load: what stays below them is not lost. Where the guest stands still,
# CoDel drops some of what has waited meanwhile, of 150 packets.
(
	for i in 1 2 3 4 5 6; do
		apply "$(shaped "400 kbit/s" "guarantee: $((i % 3 + 1))0 kbit/s, ceiling: 340 kbit/s" "ceiling: 100 kbit/s, weight: $i")"
		pause
	done
) &
changes=$!
load 6 <<'END'
a sato a-files 9000 1250 15
b suzuki b-files 9000 625 10
END
wait $changes
check "while terms change what stays below them passes" test $(($(got a lost) + $(got b lost))) -le 30

load 6 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 50
END
check "one who has a ceiling reaches it, and no more" filled "$(got b bytes)" 12500
check "the other one gets the rest" filled "$(got a bytes)" 37500

apply "$(shaped "400 kbit/s" "guarantee: 240 kbit/s, realtime: 200 kbit/s, weight: 1" "weight: 1000")"
load 8 <<'END'
call sato a-files 9009 200 50
a tanaka a-files 9000 1250 50
b1 suzuki b-files 9000 1250 50
b2 suzuki b-files 9009 1250 25
END
check "a guarantee holds against a thousand times the weight" \
	test $((5 * ($(got a bytes) + $(got call bytes)))) -ge $((7 * ($(got b1 bytes) + $(got b2 bytes))))
check "a call loses nothing among floods" test "$(got call lost)" = 0
check "and is not held up" test $(($(got call p50) * 4)) -le "$(got a p50)"

check "tc shows what was sent and dropped" sh -c "tc -s qdisc show dev wg-b | grep -q 'dropped [1-9]'"

# Coming and going under load.
(
	for i in 1 2 3 4; do
		qdisc replace wg-a
		tc qdisc del dev wg-b root
		pause
		qdisc replace wg-b
		tg stop
		apply "$(shaped "400 kbit/s" "weight: 10" "weight: 10")"
	done
) >/dev/null 2>&1 &
changes=$!
load 6 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 50
END
wait $changes
load 6 <<'END'
a sato a-files 9000 1250 50
b suzuki b-files 9000 1250 50
END
check "after all of it came and went under load it works as before" \
	filled $(($(got a bytes) + $(got b bytes))) 50000

ip link add gone0 type dummy
ip link set gone0 up
check "a device may go with its qdisc" sh -c 'tc qdisc add dev gone0 root tenantgate && ip link del gone0'
refused "the module is not unloaded under its qdiscs" "in use" rmmod tenantgate
for device in wg-a wg-b wg0 eth0; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
check "and is without them" rmmod tenantgate
