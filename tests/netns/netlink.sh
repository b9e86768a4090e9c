#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netlink: what a malformed, hostile, confused or dying client gets.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
generation=$(status 1)
"$probe" hostile refuse
check "the running policy is untouched by all of it" status_is 1 "$generation"
"$probe" hostile clients
check "and by clients that die or mix" status_is 1 "$generation"
probes -e <<'END'
tcp sato a-files 445 open/rule # it still judges
tcp sato b-files 443 drop/other-tenant # as before
END
"$probe" hostile dumps
"$probe" hostile users
