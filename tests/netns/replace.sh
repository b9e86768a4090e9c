#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replace: a policy in which only some tenants changed is applied by replacing
# those; what the others have is neither sent nor judged again.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
streams mine <<'END'
tcp sato a-files 445
END
streams others <<'END'
udp kato d-files 7777
udp suzuki web-meeting 10051
END
streams_look mine
streams_look others

# judged TENANT: policies that the tenant's flows were judged under, each once.
judged()
{
	tg show flows --tenant "$1" --json | grep -o '"generation": *[0-9]*' | grep -o '[0-9]*$' |
		sort -un | tr '\n' ' '
}

# judged_anew TENANT BEFORE: other policies than before.
judged_anew() { [ "$(judged "$1")" != "$2" ]; }

# as_read: everything that can be read of the policy, but counters and its number.
as_read()
{
	local what
	for what in tenants sites services rules; do
		tg show "$what" --json
	done | sed -E 's/"(hits|packets|bytes|flows|generation)": *[0-9]+/"\1": 0/g'
}

# in_a SED...: the base policy with company-a's own file changed.
in_a()
{
	policy "$1" >/dev/null
	sed -i "${@:2}" "$work/$1/tenants/company-a.yaml"
	echo "$work/$1/provider.yaml"
}

before=$(status 1)
mine=$(judged company-a) others=$(judged company-d)
changed=$(in_a changed 's/^rules:/rules:\n  - {name: learning, from: trainees, to: files}/')
# The same files at the same place, so that rules come from where they came from.
cp "${changed%/*}/tenants/company-a.yaml" "${base%/*}/tenants/company-a.yaml"
apply "$base"
check "one tenant's change is a new policy" test "$(status 1)" = $((before + 1))
probes -e <<'END'
tcp trainee a-files 445 open/rule # the new rule holds at once
tcp kato d-files 22 drop/no-rule # and for nobody else
END
streams_look mine
streams_look others
check "its own flows are judged again" within 15 judged_anew company-a "$mine"
check "the flows of others are not" test "$(judged company-d)" = "$others"
as_read >"$work/replaced"
tg stop >/dev/null
apply "$base"
as_read >"$work/whole"
check "what can be read is the same as after applying the whole" cmp "$work/replaced" "$work/whole"

# What is not the tenants' own goes another way, with the same command.
policy base >/dev/null
apply "$base"
others=$(judged company-d)
sed -i 's/title: 株式会社A/title: 株式会社Ａ/' "$base"
apply "$base"
check "a change of the provider's judges all flows again" within 15 judged_anew company-d "$others"
tg mode observe --tenant company-d >/dev/null
apply "$base"
mode_of_d=$(tg show tenants --json | tr -d ' \n' | grep -o '"name":"company-d"[^}]*"mode":"[a-z]*"')
check "a mode that was changed by hand is the policy's again" test "${mode_of_d##*:}" = '"enforce"'

# What a tenant loses, it loses at once.
streams cut <<'END'
tcp sato a-files 445
END
streams_look cut
sed -i '/{from: staff, to: files}/d' "${base%/*}/tenants/company-a.yaml"
apply --confirm 10m "$base"
check "a running connection stops when its tenant takes the rule away" within 15 streams_all_silent cut
tg rollback >/dev/null
check "and goes on when the tenant is rolled back" within 60 streams_moving cut
streams_end cut

# Both again and again under traffic.
policy base >/dev/null
apply "$base"
other=$(in_a other 's/^rules:/rules:\n  - {from: trainees, to: files, deny: true}/')
drops=$(backlog_drops) denials=$(denials company-b company-d)
"$probe" scan suzuki web-meeting 3000 pace=1 spread=1 dport=10050 family=6 >"$work/fresh" &
fresh=$! swaps=0
while kill -0 $fresh 2>/dev/null || [ $swaps -lt 6 ]; do
	cp "${other%/*}/tenants/company-a.yaml" "${base%/*}/tenants/company-a.yaml"
	apply "$base"
	policy base >/dev/null
	apply "$base"
	swaps=$((swaps + 2))
done
wait $fresh
drops=$(($(backlog_drops) - drops))
read -r _ sent _ seen _ <"$work/fresh"
check "while one tenant is replaced $swaps times none of $sent first packets of others is lost" \
	test $((seen + drops)) -ge "$sent"
check "nor does the gate count any denial" test "$(denials company-b company-d)" = "$denials"
streams_good others "nor do running connections of others lose anything" $drops
streams_good mine "nor those of its own that both policies allow" $drops

# Devices come and go meanwhile.
policy base >/dev/null
sed -i 's/devices: \[eth0/devices: [spare0, eth0/' "$base"
apply "$base"
: >"$work/flapping"
while [ -e "$work/flapping" ]; do
	ip link add spare0 type dummy && ip link del spare0
done &
flaps=$!
check "a tenant is replaced 50 times while devices come and go" "$probe" replace company-a 20 50
rm "$work/flapping"
wait $flaps
policy base >/dev/null
apply "$base"
