#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# reject: people get an error instead of a hang.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

probes -e <<'END'
tcp sato a-ledger 443 rst/rule-reject # a rejected TCP connection is reset at once
udp d-guest d-files 7777 prohib/rule-reject # a rejected datagram is answered administratively prohibited
ping d-guest d-files prohib/rule-reject # a rejected echo request is answered administratively prohibited
tcp tanaka a-ledger 443 open/rule # an allowed role is not rejected
END

# Plan "small" gives D 20 answers a second.
for family in 4 6; do
	before=$(counter company-d rule-reject)
	read -r _ sent _ seen _ back < <("$probe" scan d-guest d-files 400 copies=1 dport=7777 family=$family)
	grown=$(($(counter company-d rule-reject) - before))
	check "of rejected packets none arrives (IPv$family)" test "$seen" = 0
	check "rejected packets are all counted, answered or not (IPv$family)" test "$grown" = "$sent"
	check "answers are limited: $back of $sent (IPv$family)" test "$back" -ge 1 -a "$back" -lt 200
	probes <<-END
	tcp sato a-ledger 443 family=$family rst # another tenant's answers are not used up by it
	END
done
