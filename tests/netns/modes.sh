#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# modes: observe and enforce, of the gateway and of one tenant.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

dir=$(dirname "$(policy observing)")
sed -i 's/^  mode: enforce/  mode: observe/' "$dir/provider.yaml"
sed 's/^  mode: enforce.*//' "$base" >"$dir/silent.yaml"
apply "$dir/silent.yaml"
check "a gateway that says nothing about it observes" status_is 2 0

observed=$("$probe" counters | awk '{ sum += $4 } END { print sum + 0 }')
TG_OBSERVE=1 probes -e <<'END'
tcp sato b-files 443 open/other-tenant # observe: what enforce would deny passes and is counted
tcp trainee messenger 5222 open/rule-deny # observe: what a rule denies passes and is counted
tcp sato a-ledger 443 open/rule-reject # observe: what a rule rejects passes and nobody is told
raw a-files web-meeting dport=10050 src=suzuki seen/spoofed-source # observe: a spoofed source passes and is counted
tcp sato a-files 445 open/rule # observe: what is allowed passes
tcp sato gw-a 8080 open/gateway-closed # observe: the gateway's closed port is reached and counted
END
check "observe: what passed only because of it is counted apart" test \
	"$("$probe" counters | awk '{ sum += $4 } END { print sum + 0 }')" -gt "$observed"

streams allowed <<'END'
tcp sato a-files 445
udp suzuki web-meeting 10050
END
streams forbidden <<'END'
tcp b-sat a-files 443
udp c-home b-files 9000
END
check "tgctl switches the gateway to enforce" tg mode enforce
check "enforce: a connection that was only observed is cut" within 15 streams_all_silent forbidden
streams_good allowed "enforce: a connection that is allowed goes on through the switch"
streams_end forbidden
probes -e <<'END'
tcp sato b-files 443 drop/other-tenant # enforce: the same is dropped
tcp trainee messenger 5222 drop/rule-deny # enforce: what a rule denies is dropped
END

check "tgctl switches one tenant to observe" tg mode observe --tenant company-a
TG_OBSERVE=1 probes -e <<'END'
tcp trainee messenger 5222 open/rule-deny # a tenant that observes is not held up by its own rules
END
probes -e <<'END'
tcp suzuki help-centre 443 drop/service-not-granted # while other tenants are enforced
END
check "tgctl switches the tenant back to enforce" tg mode enforce --tenant company-a
probes -e <<'END'
tcp trainee messenger 5222 drop/rule-deny # and then it is dropped again
END
refused "a tenant that does not exist has no mode" 'no.*tenant|unknown|company-z' tg mode observe --tenant company-z
apply "$base"
