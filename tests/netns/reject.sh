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

# Plan "small" gives D 20 answers a second. (Of ICMP the kernel itself sends few.)
for how in "4 tcp 443" "6 tcp 443" "4 udp 7777" "6 udp 7777"; do
	read -r family proto port <<<"$how"
	before=$(counter company-d rule-reject) begin=$EPOCHREALTIME
	read -r _ sent _ seen _ back < <("$probe" scan d-guest d-files 400 "proto=$proto" "dport=$port" \
		spread=1 "family=$family")
	grown=$(($(counter company-d rule-reject) - before))
	most=$((40 + 20 * (${EPOCHREALTIME/./} - ${begin/./}) / 1000000))
	check "of rejected packets none arrives ($proto, IPv$family)" test "$seen" = 0
	check "rejected packets are all counted, answered or not ($proto, IPv$family)" test "$grown" = "$sent"
	check "answers are limited: $back of $sent, up to $most in this time ($proto, IPv$family)" \
		test "$back" -ge 1 -a "$back" -le $most
	probes <<-END
	tcp sato a-ledger 443 family=$family rst # another tenant's answers are not used up by it
	END
done
