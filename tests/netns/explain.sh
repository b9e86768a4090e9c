#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# explain: what the module says would happen is what happens.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

for from in sato a-sat trainee suzuki b-sat c-home kato d-guest; do
	for to in 'tcp X a-files 443' 'tcp X b-files 443' 'tcp X c-files 443' 'tcp X d-files 443' \
		  'udp X web-meeting 10050' 'tcp X messenger 5222' 'tcp X attendance 443' \
		  'tcp X help-centre 443' 'tcp X website 80' 'udp X gw-a 53' 'ping X a-files' \
		  'ping X d-files'; do
		echo "${to/X/$from} explained"
	done
done >"$work/pairs"
# Four parts, so that the first packets of all do not come in one burst.
split -n l/4 "$work/pairs" "$work/part."
for part in "$work"/part.*; do
	"$probe" check -e "$part"
done >"$work/explained"
pairs=$(($(wc -l <"$work/pairs") * 2))
if grep -q '^not ok' "$work/explained"; then
	fail "what explain says is what happens ($pairs pairs)" "$(grep -v '^ok' "$work/explained" | head -n 20)"
else
	pass "what explain says is what happens ($pairs pairs)"
fi

says() { local pattern=$1; shift; "$@" >"$work/said" 2>&1; status=$?; grep -qE -- "$pattern" "$work/said"; }
check "tgctl explain names the rule with its file and line" says 'company-a\.yaml:[0-9]+' \
	tg explain --from sato --to 10.1.10.10 --proto tcp --port 445
check "tgctl explain succeeds for what is allowed" test "$status" = 0
check "tgctl explain names the reason of a refusal" says 'other-tenant|another tenant' \
	tg explain --from 10.1.1.2 --to 10.2.10.10 --proto tcp --port 443
check "tgctl explain says by its exit status that it is denied" test "$status" = 4
check "tgctl explain takes IPv6" says 'service-not-granted' \
	tg explain --from fd00:b:1::2 --to fd00:99::14 --proto tcp --port 443
check "tgctl explain says what would allow it" grep -qiE 'help-centre' "$work/said"
check "tgctl explain answers for the internet" says '^Verdict: +allow' \
	tg explain --from sato --to internet --proto tcp --port 443
check "tgctl explain finds a name in the tenant of the sender's address" says '^Verdict: +allow' \
	tg explain --from 10.1.1.2 --to files
# The uplink's own address.
gateway=$(ip -4 -o addr show dev eth0 | awk '{ sub("/.*", "", $4); print $4; exit }')
check "tgctl explain does not pretend to judge what is left to the host" says 'own firewall' \
	tg explain --from 203.0.113.80 --to "$gateway" --proto tcp --port 22

# What a change brings that nobody may have meant.
lost=$(policy lost 's/devices: \[eth0\]/devices: [eth0, eth7]/')
check "tgctl apply names devices that are not there" says 'not there now.*eth7' tg apply "$lost"
check "tgctl apply says whom it no longer enforces" says 'only observed now.*company-a' \
	tg apply "$TG_REPO/policies/shared-telework/provider.yaml"
check "tgctl mode says that the whole gateway observes" says 'no effect yet' \
	tg mode enforce --tenant company-a
apply "$base"
check "the guard stays away while a policy runs" says 'not armed' tg guard arm
probes -e <<'END'
tcp sato a-files 445 open/rule # and what it allows goes on
END
