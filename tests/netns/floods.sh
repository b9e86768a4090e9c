#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# floods: so many packets and new flows a second, of one tenant, and what that
# means for others.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
cp "$topo_hosts" "$work/hosts"
echo "ghost-server office-a 10.1.10.77 fd00:a:10::77" >>"$work/hosts"
export TG_HOSTS=$work/hosts
module_load || { fail "the module loads"; exit 1; }

# limited LIMITS [SED...]: a policy with these limits for company A, whose people may
# send what they like to its office, and what others' people send to theirs.
limited()
{
	local limits=$1
	shift
	policy floods "s|^plans:|plans:\n  a: {$limits}|" \
		"/^  company-a:/,/plan:/s/plan: small/plan: a/" \
		"s|^rules:|rules:\n  - {from: any, to: [office, any], allow: [udp/9000-9002]}|" "$@" >/dev/null
	sed -i 's/^rules:/rules:\n  - {name: home to office, from: home, to: office, allow: [any]}/' \
		"$work/floods/tenants/company-a.yaml"
	echo "$work/floods/provider.yaml"
}

# load SECONDS: what the lines on standard input send, and what of it arrives; "dropped"
# are those that this machine was too slow for.
load()
{
	cat >"$work/lines"
	dropped=$(backlog_drops)
	"$probe" load "$1" "$work/lines" >"$work/load"
	dropped=$(($(backlog_drops) - dropped))
}

# got NAME WHAT: packets that arrived a second (got), or did not at all (lost).
got() { sed -nE "s/^$1 .*\b$2 ([0-9]+).*/\1/p" "$work/load"; }

# scan FROM TO N...: how many "arrived", how many seconds it "took", and "dropped" as above.
scan()
{
	local started=$EPOCHREALTIME
	dropped=$(backlog_drops)
	read -r _ _ _ arrived _ < <("$probe" scan "$@")
	dropped=$(($(backlog_drops) - dropped))
	took=$(((${EPOCHREALTIME/./} - ${started/./}) / 1000000 + 1))
}

# flood SECONDS: the line on standard input, in the background.
flood()
{
	sed 's/^/flood /' >"$work/flood"
	"$probe" load "$1" "$work/flood" >/dev/null &
	flooding=$!
	children+=("$flooding")
}

flood_end() { kill "$flooding"; wait "$flooding" 2>/dev/null; }

# between LOW VALUE HIGH
between()
{
	[ "$2" -ge "$1" ] && [ "$2" -le "$3" ] && return
	echo "$2, not from $1 to $3"
	cat "$work/load"
	return 1
}

: >"$work/load"
tg stop >/dev/null 2>&1			# the flows of earlier themes count too
refused "no packets at all are no limit: the line is named" 'provider.yaml:[0-9]+:[0-9]+: error: 0 is too small' \
	tg apply "$(limited "packets: 0")"
refused "nor are no new flows" 'provider.yaml:[0-9]+:[0-9]+: error: 0 is too small' \
	tg apply "$(limited "new-flows: 0")"
refused "nor more than there can be" 'provider.yaml:[0-9]+:[0-9]+: error: .*100000001.* is too large' \
	tg apply "$(limited "packets: 100000001")"

# Packets.
apply "$(limited "packets: 2000")"
load 4 <<'END'
a sato a-files 9002 200 50
END
check "who stays below the limit loses nothing" test "$(got a lost)" = 0

apply "$(limited "packets: 100")"
streams before <<'END'
udp suzuki web-meeting 10051
tcp suzuki b-files 443
END
before=$(counter company-a packet-limit)
load 6 <<'END'
flood4 sato a-files 9001 60 200
flood6 sato a-files 9002 60 200 6
call suzuki b-files 9001 200 50
END
grown=$(($(counter company-a packet-limit) - before))
check "a flood is held to the limit, both families together" \
	between 25 $(($(got flood4 got) + $(got flood6 got))) 130
check "what is over is counted as packet-limit" \
	test "$grown" -ge $(($(got flood4 lost) + $(got flood6 lost) - dropped))
check "another tenant's call loses nothing" test "$(got call lost)" = 0
streams_good before "nor do its streams" 0
check "tgctl shows it" sh -c "'$TGCTL' show counters --tenant company-a | grep -q packet-limit"
check "and what the limit is" sh -c "'$TGCTL' --json show tenants | tr -d ' \n' | grep -q '\"max_packets\":100[,}]'"

# One a second: sixteen at once, and then nothing for long.
apply "$(limited "packets: 1" "s|^  from: .203|  from: [10.1.1.2, \"fd00:a:1::2\", 203|")"
scan sato ghost-server 200 copies=1
check "sixteen go at once, whatever the rate" between 1 "$arrived" $((16 + took))
before=$(counter company-a packet-limit)
scan sato ghost-server 100 copies=1 family=6
check "of either family" between 0 "$arrived" "$((took + 2))"
scan sato b-files 100
check "what would be denied counts, too" \
	test "$(counter company-a packet-limit)" -ge $((before + 200 - 3 * took - 10))

# Explained while it lasts: nothing is said of a packet that would pass.
check "nothing is said of a limit nobody is at" \
	sh -c "! '$TGCTL' explain --from suzuki --to 10.2.10.10 --proto udp --port 9000 | grep -q 'At its limit'"
"$TGCTL" --json watch >"$work/watch" 2>/dev/null </dev/null &
children+=($!)
flood 20 <<'END'
sato a-files 9001 60 100
END
explained() { tg explain --from sato --to 10.1.10.10 --proto udp --port 9000 2>&1 | grep -q 'packet-limit'; }
check "tgctl explain says that the tenant is at its limit" within 20 explained
check "tgctl watch tells of it" within 20 grep -q '"reason": *"packet-limit"' "$work/watch"
probes <<-END
tcp sato gw-a 22 open # the operator's own way in is spared, though he sits with the flood
tcp suzuki b-files 443 open # another tenant begins flows
END
flood_end

# Replies: the flow is there, the limit is used up, and all of them arrive.
apply "$(limited "packets: 2000")"
scan sato web-meeting 1 copies=1 dport=10050
check "a call begins" test "$arrived" = 1
apply "$(limited "packets: 1")"
scan sato ghost-server 200 copies=1
scan web-meeting sato 300 copies=1 sport=10050 dport=40000
check "what the platform's servers reply does not count ($arrived arrived)" \
	test $((arrived + dropped)) -ge 300

# Changes while it runs.
scan sato ghost-server 200 copies=1
started=$SECONDS
apply "$(limited "packets: 2")"
scan sato ghost-server 200 copies=1
check "a changed limit keeps what was used" between 0 "$arrived" $((2 * (SECONDS - started + 2)))
apply "$(limited "packets: 2, flows: 300")"
printf '# another\n' >>"$work/floods/tenants/company-a.yaml"
sed -i 's/^roles:/roles:\n  bosses: [sato]/' "$work/floods/tenants/company-a.yaml"
apply "$work/floods/provider.yaml"
scan sato ghost-server 200 copies=1
check "and so does a tenant that is replaced" between 0 "$arrived" $((2 * (SECONDS - started + 2)))
apply "$(limited "flows: 20000")"
before=$(counter company-a packet-limit)
scan sato ghost-server 200 copies=1
check "without a limit nothing is limited" test "$(counter company-a packet-limit)" = "$before"

# Observed, all of it passes.
apply "$(limited "packets: 1")"
check "tgctl switches the tenant to observe" tg mode observe --tenant company-a
before=$(counter company-a packet-limit)
scan sato ghost-server 200 copies=1
check "a limit that is observed is counted" \
	test "$(counter company-a packet-limit)" -ge $((before + 200 - 16 - took - 2))
check "and lets all pass ($arrived arrived)" test $((arrived + dropped)) -ge 200

# New flows.
apply "$(limited "new-flows: 20")"
check "the limit of packets is gone" \
	sh -c "! '$TGCTL' --json show tenants | tr -d ' \n' | grep -q '\"max_packets\":1[,}]'"
streams during <<'END'
udp sato web-meeting 10051
tcp sato a-files 443
udp suzuki web-meeting 10051
END
for scan in "4 udp" "6 udp" "4 tcp"; do
	read -r family proto <<<"$scan"
	before=$(counter company-a new-flow-limit)
	scan sato ghost-server 300 "proto=$proto" "family=$family" len=16
	grown=$(($(counter company-a new-flow-limit) - before))
	check "a scan ($proto) begins no more flows than it may ($arrived of 300 passed, IPv$family)" \
		between 1 "$arrived" $((20 + 20 * took))
	check "the rest is counted as new-flow-limit ($grown, IPv$family)" \
		test $((arrived + grown + dropped)) -ge 300
	probes -e <<-END
	tcp suzuki b-files 443 family=$family open/rule # another tenant begins flows during the $proto scan
	END
done
streams_good during "what was running goes on" 0
before=$(counter company-a new-flow-limit)
scan sato b-files 200
check "what is denied begins no flow" test "$(counter company-a new-flow-limit)" = "$before"
apply "$(limited "new-flows: 100000")"
before=$(counter company-a new-flow-limit)
scan sato ghost-server 300 dport=20000
check "a higher limit holds at once" test "$(counter company-a new-flow-limit)" = "$before"

tg stop >/dev/null 2>&1
policy base >/dev/null
apply "$base"
