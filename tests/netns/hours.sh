#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hours: what plans say within windows holds while they are open. The clock of the
# guest is set, and never far back: WireGuard refuses handshakes that seem old.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }

zone=UTC there=UTC0
if [ -e "${TZDIR:-/usr/share/zoneinfo}/Asia/Tokyo" ]; then
	zone=Asia/Tokyo there=JST-9
fi

# now: seconds since 1970, by the clock that is set.
now() { printf '%(%s)T\n' -1; }

set_clock() { date -s "@$1" >/dev/null; }

# clock SECONDS: what clocks show there.
clock() { TZ=$there date -d "@$1" +%H:%M; }

# A window that opens in five minutes, for an hour.
edge=$((($(now) / 60 + 5) * 60))
night=$(clock $edge)-$(clock $((edge + 3600)))

# nights HOURS [SED...]: a policy where companies may have more within these hours.
nights()
{
	local hours=$1
	shift
	policy nights \
		"s|^gateway:|gateway:\n  timezone: $zone|" \
		"s|^links:|windows: {never: {days: mon, hours: [00:00-00:01]}, night: {hours: \"$hours\"}}\nlinks:|" \
		"s|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: 2 Mbit/s, tunnel: none, framing: none}|" \
		"s|^plans:|plans:\n  a: {ceiling: 400 kbit/s, during: {night: {ceiling: 1200 kbit/s, weight: 5}}}\n  b: {guarantee: 500 kbit/s, ceiling: 1 Mbit/s, during: {night: {ceiling: 900 kbit/s}}}|" \
		"/^  company-a:/,/plan:/s/plan: small/plan: a/" \
		"/^  company-b:/,/plan:/s/plan: small/plan: b/" \
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000: bulk]}|" "$@"
}

# shows WHAT TEXT: is that shown, as JSON on one line?
shows() { tg show "$1" --json | tr -d ' \n' | grep -qF -e "$2"; }

is_open() { shows windows "\"name\":\"night\",\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"],\"hours\":[\"$night\"],\"timezone\":\"$zone\",\"open\":true"; }

is_closed() { shows windows "\"timezone\":\"$zone\",\"open\":false}]"; }

# holds CEILING: does the first company's plan say so now, in bytes a second?
holds() { tg show plans --json | tr -d ' \n' | tr '}' '\n' | grep -F '"name":"a"' | grep -F "\"ceiling_up\":$1," | grep -qF '"now":true'; }

# load SECONDS: one company wants more than it may have, the other less.
load()
{
	cat >"$work/lines" <<-END
	a sato a-files 9000 1250 200
	b suzuki b-files 9000 1000 10
	END
	"$probe" load "$1" "$work/lines" >"$work/load"
}

# got NAME WHAT: what "probe load" says of it.
got() { sed -nE "s/^$1 .*\b$2 ([0-9]+).*/\1/p" "$work/load"; }

loses_nothing() { [ "$(got b lost) $(got b behind) $(got a behind)" = "0 0 0" ] || { cat "$work/load"; return 1; }; }

apply "$(nights "$night")"
for device in wg-a wg-b wg0 eth0; do
	tc qdisc replace dev $device root tenantgate
done
check "a window that is not open is shown so" is_closed
check "and the plan's own rates hold" holds 50000
load 4
day=$(got a bytes)
check "before it opens the plan's own ceiling holds" test "$day" -le 55000

# The edge, with packets on their way.
load 9 &
running=$!
pause
set_clock $((edge - 3))
early=no
until is_open; do
	[ "$(now)" -lt $((edge + 60)) ] || break
	pause
done
[ "$(now)" -ge $edge ] || early=yes
check "it opens at its time" test $early = no
check "and soon: within a second, and what looking takes" test "$(now)" -le $((edge + 4 + 4 * TG_SLOW))
check "then it is shown what holds instead" holds 150000
wait $running
check "while rates change nothing is lost or overtaken" loses_nothing
load 4
check "then what the plan says there holds" test "$(got a bytes)" -ge $((2 * day))
check "who stays below loses nothing" loses_nothing

# Whoever sets the clock does not have to tell anybody.
set_clock $((edge - 20))
check "when the clock is set back it closes" within 10 is_closed
check "and the plan's own rates hold again" holds 50000
set_clock $((edge + 1))
check "when the clock is put forward it opens" within 10 is_open

# A policy that comes within a window begins there.
apply "$(nights "$night" "s|ceiling: 1200 kbit/s|ceiling: 1100 kbit/s|")"
check "a policy begins with the windows that are open" holds 137500
apply "$(nights "$(clock $((edge + 1800)))-$(clock $((edge + 3600)))")"
check "and without those that are not" holds 50000
tg rollback >/dev/null
check "so does one that is returned to" holds 137500
tg mode observe >/dev/null
check "a change of mode leaves them as they are" holds 137500

# What is not written stays, and the largest guarantees must fit.
shows plans '"weight":5,"during":"night"' && shows plans '"guarantee_up":62500,"guarantee_down":62500,"ceiling_up":112500'
check "what is not written stays as it is" test $? = 0
refused "what is guaranteed at night must fit into the link, too" "has only 2 Mbit/s" \
	tg apply "$(nights "$night" "s|night: {ceiling: 900 kbit/s}|night: {guarantee: 3 Mbit/s, ceiling: 3 Mbit/s}|")"
refused "a window that is not there is refused" "there is no window" \
	tg apply "$(nights "$night" "s|during: {night: {ceiling: 900|during: {nigth: {ceiling: 900|")"

for device in wg-a wg-b wg0 eth0; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
check "without a policy there are no windows" shows windows '"windows":[]'
