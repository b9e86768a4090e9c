#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# adopt: connections that were running before the gate was closed.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
streams allowed <<'END'
tcp sato a-files 445
tcp suzuki web-meeting 443
tcp kato d-files 443
udp suzuki web-meeting 10050
udp kato d-files 7777
END
streams forbidden <<'END'
tcp b-sat a-files 443
udp c-home b-files 9000
udp sato dns 53 family=4
END
module_is_loaded && fail "the module is not loaded before this theme"
check "the module loads under traffic" module_load
streams_moving allowed; streams_moving forbidden
all_moving() { within 5 streams_moving allowed && within 5 streams_moving forbidden; }
check "without a policy everything passes, as before" all_moving

# DNS is taken away from A, so that its running call becomes a forbidden one.
provider=$(policy first '/^  company-a:/,/^  company-b:/s/help-centre, dns,/help-centre,/')
apply "$provider"
check "after the first policy, what it forbids stops although it was running" \
	within 15 streams_all_silent forbidden
check "after the first policy, what it allows goes on" within 5 streams_moving allowed
streams_good allowed "a running connection is adopted and goes on" 5
check "adopted connections are counted as such" test "$(counter company-a adopted)" -gt 0
streams_end forbidden
check "a running connection that is forbidden is not adopted" test "$(counter company-b other-tenant)" -gt 0
