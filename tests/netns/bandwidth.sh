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

read_bandwidth() { tg --json show bandwidth "$@" >"$work/bandwidth"; }

# seen KEY CLASS [TENANT]: what was last read, all classes together where CLASS is all.
seen()
{
	awk -F'": ?' -v key="$1" -v class="$2" -v tenant="${3:-company-a}" '
		{ sub(/^ *"/, ""); sub(/,$/, ""); gsub(/"/, "", $2); row[$1] = $2 }
		/^ *}/ && row["tenant"] == tenant && row["direction"] == "down" &&
		(class == "all" || row["class"] == class) { sum += row[key]; text = row[key] }
		END { print text ~ /[a-z]/ ? text : sum + 0 }' "$work/bandwidth"
}

# took KEY CLASS: what was added to it since it was last read.
took()
{
	local before
	before=$(seen "$@")
	read_bandwidth
	echo $(($(seen "$@") - before))
}

is() { [ "$1" = "$2" ] || { echo "$1, not $2"; cat "$work/bandwidth" "$work/load"; return 1; }; }

empty() { read_bandwidth && [ "$(seen backlog_packets all)" = 0 ]; }

# counted CLASS NAME: every packet that was sent is one that was sent, or dropped.
counted()
{
	is $(($(seen packets "$1") + $(seen drops "$1"))) "$(got "$2" sent)" &&
	is "$(seen drops "$1")" "$(got "$2" lost)" &&
	is "$(seen drops "$1")" $(($(seen drops_tenant "$1") + $(seen drops_link "$1") +
		$(seen drops_delay "$1") + $(seen drops_device "$1") + $(seen drops_memory "$1")))
}

apply "$(shaped "guarantee: 400 kbit/s, realtime: 200 kbit/s")"
for device in wg-a wg0; do
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

# A flood, held up by the link; then by the tenant's ceiling.
load 3 <<'END'
flood sato a-files 9001 1250 400
END
check "a flood ends" within 60 empty
apply "$(shaped "ceiling: 500 kbit/s")"
