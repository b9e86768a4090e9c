#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# limits: one tenant's scan or flood does not take another's share.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
cp "$topo_hosts" "$work/hosts"
echo "ghost-server office-a 10.1.10.77 fd00:a:10::77" >>"$work/hosts"
export TG_HOSTS=$work/hosts
module_load
policy base >/dev/null
tg stop >/dev/null 2>&1			# the flows of earlier themes count too
provider=$(policy limits 's/small: {flows: 20000/small: {flows: 200/')
sed -i 's/^rules:/rules:\n  - {name: home to office, from: home, to: office, allow: [any]}/' \
	"${provider%/*}/tenants/company-a.yaml"
apply "$provider"

streams before <<'END'
tcp tanaka a-files 445
udp tanaka web-meeting 10051
END
for scan in "4 udp" "6 udp" "4 tcp" "6 tcp"; do
	read -r family proto <<<"$scan"
	before=$(counter company-a flow-limit)
	read -r _ sent _ seen _ < <("$probe" scan sato ghost-server 600 "proto=$proto" "family=$family" len=16)
	grown=$(($(counter company-a flow-limit) - before))
	check "a scan ($proto) gets no more flows than the tenant may have ($seen of $sent passed, IPv$family)" \
		test "$seen" -le 200
	check "the rest is counted as flow-limit ($grown, IPv$family)" test $((seen + grown)) -ge "$sent"
	probes -e <<-END
	tcp suzuki b-files 443 family=$family open/rule # another tenant begins flows during the $proto scan
	udp kato web-meeting 10050 family=$family echo/grant # and calls
	END
done
check "the scanning tenant has its limit of flows" test "$("$probe" flows company-a | wc -l)" -le 200
streams_good before "the scanning tenant's running connections go on" 0

flows=$("$probe" flows company-b | wc -l)
"$probe" scan suzuki a-files 500 >/dev/null
check "a scan of what is denied makes no flows" test "$("$probe" flows company-b | wc -l)" -le "$flows"

# All tenants together.
provider=$(policy full 's/^  label:.*/  max-flows: 300/')
sed -i 's/^rules:/rules:\n  - {name: home to office, from: home, to: office, allow: [any]}/' \
	"${provider%/*}/tenants/company-a.yaml"
tg stop >/dev/null 2>&1
apply "$provider"
before=$(counter company-a flow-table-full)
read -r _ sent _ seen _ < <("$probe" scan sato ghost-server 600 len=16)
check "the gateway has no more flows than it may ($seen of $sent passed)" test "$seen" -le 300
check "the rest is counted as flow-table-full" test "$(counter company-a flow-table-full)" -gt "$before"
tg stop >/dev/null 2>&1
apply "$base"
