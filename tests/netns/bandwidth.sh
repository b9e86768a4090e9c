#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bandwidth: what tenants get of a link is counted, every packet once. Company A's
# home sends to its office, which is behind a tunnel.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }

# shaped PLAN-OF-A [SED...]: a policy with a link of 2 Mbit/s, where packets take their own bytes.
shaped()
{
	local a=$1
	shift
	policy shaped "s|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: 2 Mbit/s, tunnel: none, framing: none}|" \
		"s|^plans:|plans:\n  a: {$a}|" "/^  company-a:/,/plan:/s/plan: small/plan: a/" \
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000-9002: bulk, udp/9009: realtime]}|" "$@"
}

# load SECONDS: what the lines on standard input send, and what of it arrives.
load()
{
	cat >"$work/lines"
	"$probe" load "$1" "$work/lines" >"$work/load"
}

# got NAME WHAT: packets that were sent, or lost.
got() { sed -nE "s/^$1 .*\b$2 ([0-9]+).*/\1/p" "$work/load"; }

read_bandwidth() { tg --json show bandwidth >"$work/bandwidth"; }

# seen KEY CLASS [TENANT [FILE]]: what was read last; the sum where CLASS is all.
seen()
{
	awk -F'": ?' -v key="$1" -v class="$2" -v tenant="${3:-company-a}" '
		{ sub(/^ *"/, ""); sub(/,$/, ""); gsub(/"/, "", $2); row[$1] = $2 }
		/^ *}/ && row["tenant"] == tenant && row["direction"] == "down" &&
		(class == "all" || row["class"] == class) { sum += row[key]; text = row[key] }
		/^ *}/ { split("", row) }
		END { print text ~ /[a-z]/ ? text : sum + 0 }' "${4:-$work/bandwidth}"
}

# more KEY CLASS [TENANT]: what was added since it was kept.
keep() { read_bandwidth && cp "$work/bandwidth" "$work/kept"; }
more() { echo $(($(seen "$1" "$2" "${3-}") - $(seen "$1" "$2" "${3-}" "$work/kept"))); }

is() { [ "$1" = "$2" ] || { echo "$1, not $2"; cat "$work/load"; return 1; }; }

empty() { read_bandwidth && [ "$(seen backlog_packets all)" = 0 ]; }
waiting() { read_bandwidth && [ "$(seen backlog_packets all)" -gt 0 ]; }

# counted CLASS NAME: every packet that was sent was let go or dropped, for one reason.
counted()
{
	is $(($(more packets "$1") + $(more drops "$1"))) "$(got "$2" sent)" &&
	is "$(more drops "$1")" "$(got "$2" lost)" &&
	is "$(more drops "$1")" $(($(more drops_tenant "$1") + $(more drops_link "$1") +
		$(more drops_delay "$1") + $(more drops_device "$1") + $(more drops_memory "$1")))
}

apply "$(shaped "guarantee: 400 kbit/s, realtime: 200 kbit/s")"
for device in wg-a wg-b wg0; do
	tc qdisc replace dev $device root tenantgate || fail "the qdisc is put on $device"
done
read_bandwidth
check "nobody has a class before the first packet" is "$(seen weight all)" 0

load 3 <<'END'
bulk sato a-files 9000 1250 40
call tanaka a-files 9009 200 50 6
END
check "what was sent is read" within 60 empty
check "every packet is counted once" is "$(seen packets bulk)" "$(got bulk sent)"
check "and its bytes" is "$(seen bytes bulk)" $(($(got bulk sent) * 1250))
check "each in its class, whatever the family" is "$(seen bytes realtime)" $(($(got call sent) * 200))
check "all of a tenant's is what was sent" \
	is "$(seen bytes all)" $(($(got bulk sent) * 1250 + $(got call sent) * 200))
for class in bulk realtime; do
	check "$class: every byte is guaranteed, borrowed or realtime" is "$(seen bytes $class)" \
		$(($(seen realtime_bytes $class) + $(seen guaranteed_bytes $class) + $(seen borrowed_bytes $class)))
done
check "realtime within its rate goes first" is "$(seen realtime_bytes realtime)" "$(seen bytes realtime)"
check "what is above the guarantee was borrowed" test "$(seen borrowed_bytes bulk)" -gt 0
check "nothing was dropped" is "$(seen drops all)" 0
check "the terms are shown" is "$(seen guarantee realtime) $(seen realtime realtime)" "50000 25000"

# flood WORD...: while more comes than may go, a look at a second of it.
flood()
{
	echo "flood sato a-files 9001 1250 400 $*" >"$work/lines"
	"$probe" load 6 "$work/lines" >"$work/load" &
	within 60 waiting || return
	tg --json show bandwidth --tenant company-a --during 1s >"$work/during"
	wait $!
	within 60 empty
}

keep
check "a flood comes" flood
check "every packet of it is counted once" counted bulk flood
check "dropped by the tenant's limit or for its delay" \
	test "$(($(more drops_tenant bulk) + $(more drops_delay bulk)))" = "$(more drops bulk)"
check "too many waited" test "$(more drops_tenant bulk)" -gt 0
check "without ECN nothing is marked" is "$(more marks bulk)" 0
check "the link held it up" is "$(seen held_by bulk "" "$work/during")" link
check "no faster than the link" test "$(seen rate bulk "" "$work/during")" -le 260000
check "half of what went had waited" test "$(seen delay_p50 bulk "" "$work/during")" -ge 1600000

apply "$(shaped "ceiling: 1600 kbit/s")"
keep
check "under a new policy counters stay" is "$(more packets all) $(more drops all)" "0 0"
check "and the new terms are shown" is "$(seen ceiling bulk) $(seen guarantee realtime)" "200000 0"
check "a flood comes that can be marked" flood ecn
check "every packet of it is counted once, too" counted bulk flood
check "packets are marked" test "$(more marks bulk)" -gt 0
check "and not dropped for their delay" is "$(more drops_delay bulk)" 0
check "its own ceiling held it up" is "$(seen held_by bulk "" "$work/during")" "own ceiling"
check "nothing of it was guaranteed" is "$(more guaranteed_bytes bulk)" 0

# The same by tc, which counts all classes of a tenant as one.
minor=$(printf %x "$(seen minor bulk)")
tc -s class show dev wg-a >"$work/classes"
check "tc shows a class of the tenant" grep -q "^class tenantgate [0-9a-f]*:$minor root" "$work/classes"
check "with what was sent and dropped" is \
	"$(sed -nE "/:$minor root/{n;s/.*Sent ([0-9]+) bytes ([0-9]+) pkt \(dropped ([0-9]+).*/\1 \2 \3/p}" "$work/classes")" \
	"$(seen bytes all) $(seen packets all) $(seen drops all)"
check "of the same pool on another device" sh -c "tc class show dev wg0 | grep -q ':$minor root'"
handle=$(sed -nE "s/^class tenantgate ([0-9a-f]+):$minor .*/\1/p" "$work/classes")
check "one class can be asked for" sh -c "tc class show dev wg-a classid $handle:$minor | grep -q ':$minor root'"
refused "a class is not taken away" "made by its policy" tc class del dev wg-a classid "$handle:$minor"
refused "and has no children" "not supported|no such|cannot|invalid" \
	tc qdisc add dev wg-a parent "$handle:$minor" pfifo
refused "an unknown tenant is refused" "no-such" tg show bandwidth --tenant no-such

# Devices lose their qdiscs, and a tenant is gone for a while.
load 1 <<'END'
b suzuki b-files 9000 1250 40
END
within 60 empty
keep
check "another tenant is counted for itself" is "$(seen packets bulk company-b)" "$(got b sent)"
for device in wg-a wg-b wg0; do
	tc qdisc del dev $device root
done
apply "$(shaped "weight: 3" '/^  company-b:/,/policy:/d')"
read_bandwidth
check "a tenant that is gone is not shown" is "$(seen packets all company-b)" 0
apply "$(shaped "weight: 3")"
for device in wg-a wg-b wg0; do
	tc qdisc replace dev $device root tenantgate
done
read_bandwidth
check "counters stay when devices and tenants come and go" \
	is "$(more packets all) $(more drops all) $(more packets all company-b)" "0 0 0"

# The exporter's page.
for tool in curl promtool; do
	if ! command -v $tool >/dev/null; then
		skip "promtool accepts the exporter's page" "missing tool: $tool"
		missing=yes
	fi
done
if [ -z "${missing-}" ]; then
	"$TGCTL" exporter >"$work/exporter.out" 2>&1 </dev/null &
	children+=($!)
	page() { curl -sf --max-time 20 -o "$work/page" http://127.0.0.1:9469/metrics; }
	metric() { sed -nE "s/^tenantgate_bandwidth_$1\{link=\"uplink\",direction=\"down\",tenant=\"company-a\",class=\"bulk\"$2\} //p" "$work/page"; }
	check "the exporter serves its page" within 60 page
	check "promtool accepts the exporter's page" promtool check metrics <"$work/page"
	check "it has the bytes" is "$(metric bytes_total "")" "$(seen bytes bulk)"
	check "the histogram has every packet" is "$(metric delay_seconds_count "") $(metric delay_seconds_bucket ",le=\"\+Inf\"")" \
		"$(seen packets bulk) $(seen packets bulk)"
	check "and the drops their reason" is "$(metric drops_total ",reason=\"tenant-limit\"")" "$(seen drops_tenant bulk)"
fi

for device in wg-a wg-b wg0; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
read_bandwidth
check "without a policy there is nothing to show" is "$(grep -c tenant "$work/bandwidth")" 0
