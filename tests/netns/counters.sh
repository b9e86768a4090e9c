#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# counters: by name, exact, and kept across commits.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

hits() { "$probe" rules company-a | awk -F'\t' -v rule="$1" '$2 == rule { print $3 }'; }

for family in 4 6; do
	before=$(counter npo-c other-tenant)
	"$probe" scan c-home a-files 50 family=$family >/dev/null
	check "50 denied packets are counted as 50 (IPv$family)" \
		test $(($(counter npo-c other-tenant) - before)) = 50
	before=$(hits "staff to files")
	probes <<-END
	tcp sato a-files 443 family=$family open
	tcp tanaka a-files 445 family=$family open
	tcp sato-mobile a-files 443 family=$family open
	END
	check "three connections are three hits of their rule (IPv$family)" \
		test $(($(hits "staff to files") - before)) = 3
done

# Another order of rules, a tenant less, and back.
other=$(counter company-b other-tenant) staff=$(hits "staff to files") generation=$(status 1)
provider=$(policy other '/^  npo-c:/,/policy:/d')
sed -i -e '/{from: staff, to: files}/d' \
	-e 's/^rules:/rules:\n  - {from: trainees, to: files, deny: true}\n  - {from: staff, to: files}/' \
	"${provider%/*}/tenants/company-a.yaml"
apply "$provider"
check "a commit has a new generation" test "$(status 1)" -gt "$generation"
check "a tenant's counters survive a commit" test "$(counter company-b other-tenant)" = "$other"
check "a rule's hits survive a commit that moves it" test "$(hits "staff to files")" = "$staff"
check "a new rule begins at zero" test "$(hits "deny trainees to files")" = 0
probes -e <<'END'
tcp trainee a-files 443 drop/rule-deny # the new rule decides
END
check "and counts" test "$(hits "deny trainees to files")" -gt 0
npo=$(counter npo-c other-tenant)
apply "$base"
probes -e <<'END'
udp c-home b-files 9000 drop/other-tenant # a tenant that was gone for a while is judged again
END
check "and its counters go on from where they were" test "$(counter npo-c other-tenant)" -gt "$npo"

shows() { tg "${@:2}" 2>&1 | grep -q -- "$1"; }
for tenant in company-a company-b npo-c company-d; do
	check "tgctl shows the counters of $tenant" shows "$tenant" show counters
done
check "tgctl shows them as JSON" shows '"other-tenant"' --json show counters

# The exporter's page, judged by those who will read it.
for tool in curl promtool; do
	if ! command -v $tool >/dev/null; then
		skip "promtool accepts the exporter's page" "missing tool: $tool"
		exit
	fi
done
"$TGCTL" exporter >"$work/exporter.out" 2>&1 </dev/null &
children+=($!)
page() { curl -sf --max-time 20 -o "$work/page" http://127.0.0.1:9469/metrics; }
check "the exporter serves its page" within 60 page
check "promtool accepts the exporter's page" promtool check metrics <"$work/page"
up=$(awk -F'[{} ]' '/^tenantgate_packets_total.*company-a.*up/ { print $NF }' "$work/page")
check "it counts what the module counts" test "$up" -gt 0
series=$(grep -c 'tenant="company-a"' "$work/page")
check "with few series a tenant ($series)" test "$series" -le 30
