#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# swap: policies change under traffic. Nothing that both deny passes, nothing
# that both allow is lost.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
# The other policy: rules, tenants, services and titles differ.
other=$(policy other '/^  npo-c:/,/policy:/d' 's/{title: 自宅, device: wg0/{title: 在宅, device: wg0/')
sed -i 's/^rules:/rules:\n  - {from: trainees, to: files, deny: true}\n  - {from: home, to: office, allow: [tcp\/22]}/' \
	"${other%/*}/tenants/company-a.yaml"

streams allowed <<'END'
tcp sato a-files 445
tcp kato d-files 443
udp suzuki web-meeting 10051
udp kato d-files 7777
END
# First packets without end: denied by both, and allowed by both.
"$probe" scan sato b-files 4000 pace=1 >"$work/denied" &
denied=$!
"$probe" scan suzuki web-meeting 3000 pace=1 spread=1 dport=10050 family=6 >"$work/fresh" &
fresh=$!
swaps=0
denials=$(denials company-b company-d) drops=$(backlog_drops)
begin=$EPOCHREALTIME
while kill -0 $denied 2>/dev/null || [ $swaps -lt 6 ]; do
	apply "$other"
	apply "$base"
	swaps=$((swaps + 2))
done
took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
wait $denied $fresh
echo "# $swaps policies in $took ms"
read -r _ sent _ seen _ <"$work/denied"
check "during $swaps commits none of $sent packets that both policies deny passes" test "$seen" = 0
drops=$(($(backlog_drops) - drops))
[ $drops = 0 ] || echo "# this machine itself dropped $drops packets"
read -r _ sent _ seen _ <"$work/fresh"
check "during $swaps commits none of $sent first packets that both allow is dropped" test $((seen + drops)) -ge "$sent"
check "nor does the gate count any" test "$(denials company-b company-d)" = "$denials"
streams_good allowed "running connections that both policies allow lose nothing during $swaps commits" $drops

streams cut <<'END'
tcp sato a-files 445
END
streams_look cut
closed=$(policy closed)
sed -i '/{from: staff, to: files}/d' "${closed%/*}/tenants/company-a.yaml"
apply "$closed"
check "a running connection stops when its rule is taken away" within 15 streams_all_silent cut
apply "$base"
check "and goes on when the rule comes back in time" within 60 streams_moving cut
streams_end cut
