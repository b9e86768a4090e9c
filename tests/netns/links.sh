#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# links: links and plans as they come from a policy into the module.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

# shaped NAME SED...: the base policy with rates, and changed.
shaped()
{
	policy "$1" >/dev/null
	sed -i -e 's|uplink: {devices: \[eth0\]}|uplink: {devices: [eth0], rate: {up: 1 Gbit/s, down: 400 Mbit/s}}|' \
		-e 's|small: {|small: {guarantee: 5 Mbit/s, ceiling: 100 Mbit/s, |' "${@:2}" \
		"$work/$1/provider.yaml"
	echo "$work/$1/provider.yaml"
}

# shown WHAT: as JSON on one line.
shown() { tg show "$1" --json 2>/dev/null | tr -d ' \n'; }

shows() { shown "$1" | grep -qF -e "$2"; }

# in_link KEY: what is in the first link's list.
in_link() { shown links | grep -o "\"$1\":\[[^]]*\]" | head -n 1; }

check "a policy without rates has its link" shows links '"name":"uplink","rate_up":0,"rate_down":0'
tunnels=$(grep -o 'device: wg[^,}]*' "$base" | cut -d' ' -f2 | sort -u)
with_rates=$(shaped with-rates)
apply "$with_rates"
check "rates are shown in bytes a second" shows links '"rate_up":125000000,"rate_down":50000000'
tg show links >"$work/table"
check "and to people as they are written" grep -q "400 Mbit/s" "$work/table"
small=$(shown tenants | grep -o '"plan":"small"' | wc -l)
check "tenants are shown with their plans" test "$small" -gt 1
check "the link shows what all of them are guaranteed" \
	shows links "\"guaranteed_up\":$((small * 625000)),\"guaranteed_down\":$((small * 625000))"
check "plans are shown" shows plans '"name":"small","guarantee_up":625000,"guarantee_down":625000,"ceiling_up":12500000'
check "the device of the link is shown" test "$(in_link devices)" = '"devices":["eth0"]'
in_link carries >"$work/carries"
for tunnel in $tunnels; do
	check "the only link carries $tunnel" grep -qF "\"$tunnel\"" "$work/carries"
done
check "and not what the platform's servers are behind" test "$(grep -c svc0 "$work/carries")" = 0

first=$(echo "$tunnels" | head -n 1)
apply "$(shaped carries -e "s|eth0\], rate|eth0], carries: [$first], rate|")"
check "a link that says so carries just that" test "$(in_link carries)" = "\"carries\":[\"$first\"]"

# Less than what is guaranteed is refused before anything changes.
apply "$with_rates"
before=$(shown links)
tg apply "$(shaped slow -e 's|down: 400 Mbit/s|down: 8 kbit/s|')" 2>"$work/refused"
check "what guarantees are too much for is refused" grep -q 'has only 8 kbit/s' "$work/refused"
check "and changes nothing" test "$(shown links)" = "$before"

# Rates are part of the frame: another rate is another policy, for everybody.
apply "$(shaped faster -e 's|down: 400 Mbit/s|down: 401 Mbit/s|')"
check "another rate is applied" shows links '"rate_down":50125000'
apply "$(shaped heavier -e 's|ceiling: 100 Mbit/s|ceiling: 101 Mbit/s|')"
check "another plan is applied" shows plans '"ceiling_up":12625000'

# One tenant alone is replaced, and keeps its plan.
policy one >/dev/null
changed=$(shaped one -e 's|ceiling: 100 Mbit/s|ceiling: 101 Mbit/s|')
sed -i 's/^rules:/rules:\n  - {name: learning, from: trainees, to: files}/' "${changed%/*}/tenants/company-a.yaml"
plans=$(shown tenants | grep -o '"plan":"[a-z]*"')
links=$(shown links)
apply "$changed"
check "replaced tenants keep their plans" test "$(shown tenants | grep -o '"plan":"[a-z]*"')" = "$plans"
check "and links what they promise" test "$(shown links)" = "$links"
