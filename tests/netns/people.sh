#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# people: what a company's people, and its classes of packets, get of a link. Two
# people send to their office, from several addresses of both families.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }

# shared PLAN-OF-A: a policy with a link of 400 kbit/s, where packets take their own bytes.
shared()
{
	policy shared "s|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: 400 kbit/s, tunnel: none, framing: none}|" \
		"s|^plans:|plans:\n  a: {$1}|" "/^  company-a:/,/plan:/s/plan: small/plan: a/" \
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000-9002: bulk, udp/9005: interactive, udp/9009: realtime]}\n  - {from: office, to: any, allow: [udp/9000: bulk]}|"
}

# load SECONDS: what the lines on standard input send, and what of it arrives.
load()
{
	cat >"$work/lines"
	"$probe" load "$1" "$work/lines" >"$work/load"
}

# got NAME WHAT: packets that were lost, or bytes that arrived a second.
got() { sed -nE "s/^$1 .*\b$2 ([0-9]+).*/\1/p" "$work/load"; }

# both NAME...: bytes that arrived a second, of several.
both()
{
	local name sum=0
	for name; do
		sum=$((sum + $(got "$name" bytes)))
	done
	echo $sum
}

# between LEAST VALUE MOST
between()
{
	if [ "$2" -lt "$1" ] || [ "$2" -gt "$3" ]; then
		echo "$2, not from $1 to $3"
		cat "$work/load"
		return 1
	fi
}

# ceiling VALUE: 80 kbit/s; much less where the guest stands still, never more.
ceiling() { between 5000 "$1" 10300; }

apply "$(shared "weight: 10")"
for device in wg-a wg0 wg-mobile; do
	tc qdisc replace dev $device root tenantgate
done
load 6 <<'END'
s4 sato a-files 9000 1250 40
s6 sato a-files 9000 1250 40 6
sm sato-mobile a-files 9001 1250 40
t tanaka a-files 9002 1250 40
END
check "one with three addresses gets as much as one with one" \
	between $(($(got t bytes) * 80 / 100)) "$(both s4 s6 sm)" $(($(got t bytes) * 125 / 100))

apply "$(shared "user-ceiling: 80 kbit/s")"
load 6 <<'END'
s4 sato a-files 9000 1250 40
s6 sato a-files 9000 1250 40 6
t tanaka a-files 9002 500 12
END
check "a user's ceiling holds for IPv4 and IPv6 together" ceiling "$(both s4 s6)"
check "and takes nothing from another user" test "$(got t lost)" = 0

load 6 <<'END'
s1 sato a-files 9000 1250 20
s2 sato a-files 9005 1250 20
s3 sato a-files 9009 1250 20
t tanaka a-files 9002 1250 20
END
check "it holds for all classes together" ceiling "$(both s1 s2 s3)"
check "and for each user" ceiling "$(got t bytes)"

load 6 <<'END'
home a-files sato 9000 1250 30
mobile a-files sato-mobile 9000 1250 30
END
check "it holds for two devices together, and towards the user" ceiling "$(both home mobile)"

# The ceiling comes, changes and goes while packets wait: what is below it is not lost.
(
	for rate in 120 60 0 90 0; do
		apply "$(shared "weight: 10$([ $rate = 0 ] || echo ", user-ceiling: $rate kbit/s")")"
		pause
	done
) &
changes=$!
load 6 <<'END'
s sato a-files 9000 1250 40
t tanaka a-files 9002 500 12
END
wait $changes
check "while it changes nothing is lost that is below it" test "$(got t lost)" = 0

load 6 <<'END'
s sato a-files 9000 1250 60
END
check "without a ceiling one user has the whole link" between 25000 "$(got s bytes)" 51500

apply "$(shared "shares: {interactive: 1, bulk: 1}")"
load 6 <<'END'
i sato a-files 9005 1250 40
b tanaka a-files 9000 1250 40
END
check "classes with equal shares get the same" \
	between $(($(got b bytes) * 85 / 100)) "$(got i bytes)" $(($(got b bytes) * 115 / 100))

apply "$(shared "shares: {bulk: 12}")"
load 6 <<'END'
i sato a-files 9005 1250 40
b tanaka a-files 9000 1250 40
END
check "three times the share is three times as much" \
	between $(($(got i bytes) * 250 / 100)) "$(got b bytes)" $(($(got i bytes) * 350 / 100))

check "what a plan says is read back" \
	sh -c "'$TGCTL' --json show plans | grep -q '\"bulk\": *12'"

for device in wg-a wg0 wg-mobile; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
check "and nothing of it stays" rmmod tenantgate
