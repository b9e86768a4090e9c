#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# confirm: a policy that is not confirmed rolls back by itself.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
bad=$(policy bad '/^  company-a:/,/^  company-b:/s/messenger, attendance,/messenger,/')
generation=$(status 1)
apply "$base"

apply --confirm 5s "$bad"
probes -e <<'END'
tcp sato attendance 443 drop/service-not-granted # the unconfirmed policy is in force
END
check "the kernel says how long it waits" test "$(status 3)" -le 5
check "the previous policy returns by itself" within 30 status_is 3 -
probes -e <<'END'
tcp sato attendance 443 open/grant # after the time has passed the old policy judges
udp sato web-meeting 10050 echo/grant # for everything else, too
END

apply --confirm 60s "$bad"
check "tgctl confirm keeps the policy" tg confirm
check "nothing is pending then" status_is 3 -
probes -e <<'END'
tcp sato attendance 443 drop/service-not-granted # a confirmed policy stays
END
check "tgctl rollback returns to the one before" tg rollback
probes -e <<'END'
tcp sato attendance 443 open/grant # and it judges
END
apply --confirm 60s "$bad"
check "rollback also ends the waiting" tg rollback
check "nothing is pending then either" status_is 3 -
refused "confirming when nothing waits is refused" 'nothing|no .*confirm|not.*pending|wait' tg confirm
apply --confirm 60s "$bad"
check "an unconfirmed policy can be replaced" tg apply --confirm 5s "$bad"
check "and the confirmed one returns, not the unconfirmed" within 30 status_is 3 -
probes -e <<'END'
tcp sato attendance 443 open/grant # it judges
END
check "generations only grow" test "$(status 1)" -gt "$generation"

# A policy with an error changes nothing.
broken=$(policy broken 's/company-b:/company-b: [/')
generation=$(status 1)
refused "a policy that cannot be read is refused" 'provider.yaml:[0-9]+' tg apply "$broken"
check "and nothing has changed" status_is 1 "$generation"
apply "$base"

# Nobody locks himself out: a tenant's site does not reach the gateway's ssh.
generation=$(status 1)
refused "a policy that would cut the operator's connection is refused" 'cut|reach' \
	env SSH_CONNECTION='10.1.1.2 50000 10.1.1.1 22' "$TGCTL" apply "$base"
refused "also when the peer is named" 'cut|reach' tg apply --peer 10.1.1.2 "$base"
check "and nothing has changed" status_is 1 "$generation"
check "unless it is forced" tg apply --force --peer 10.1.1.2 "$base"
check "one that leaves the connection alone is not" tg apply --peer 203.0.113.2 "$base"
