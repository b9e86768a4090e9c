#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# between: what happens to packets between PRE_ROUTING and FORWARD. Others rewrite
# and hold them there, and the policy or the flow they came for may be gone.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

promise="what others do to packets between the hooks changes no judgement"
if ! nft -f - 2>"$work/nft.err" <<'END'
table inet tgtest {
	counter passed {}
	chain early { type filter hook prerouting priority -350; }
	chain late { type filter hook postrouting priority 300; udp sport 6100-6109 counter name passed; }
}
END
then
	skip "$promise" "nft is missing here"
	exit 0
fi
trap 'nft delete table inet tgtest; at_end' EXIT

rewrite() { nft -f - || fail "nft takes the rule"; }

standard_servers
module_load
policy base >/dev/null
open=$(policy open)
sed -i 's/^rules:/rules:\n  - {name: home to office, from: home, to: office, allow: [any]}/' "${open%/*}/tenants/company-a.yaml"
apply "$open"

probes -e <<'END'
raw sato web-meeting sport=6100 dport=10050 seen # a flow begins
--
raw a-files web-meeting sport=6100 dport=10050 src=sato explain=0 unseen/spoofed-source # its very ports and addresses by another device are spoofed
raw website web-meeting sport=6100 dport=10050 src=sato explain=0 unseen/spoofed-source # and so they are from the internet
raw b-files sato sport=10050 dport=6100 src=web-meeting explain=0 unseen/spoofed-source # nor does its answer come in by another device
raw web-meeting sato sport=10050 dport=6100 seen # but by its own
--
raw sato web-meeting sport=6100 dport=10050 seen # and the flow goes on
END

rewrite <<'END'
add rule inet tgtest early udp sport 6100 ip daddr 10.99.0.10 ip daddr set 10.2.10.10
add rule inet tgtest early udp sport 6100 ip6 daddr fd00:99::10 ip6 daddr set fd00:b:10::10
END
probes -e <<'END'
raw sato web-meeting sport=6100 dport=10050 explain=0 unseen/other-tenant # sent on to another tenant, a packet of a flow is denied
END
rewrite <<'END'
flush chain inet tgtest early
add rule inet tgtest early udp sport 6100 udp dport 10050 udp dport set 9000
END
probes <<'END'
raw sato web-meeting sport=6100 dport=10050 unseen # sent on to a port that nobody granted, too
END
rewrite <<'END'
flush chain inet tgtest early
END
probes <<'END'
raw sato web-meeting sport=6100 dport=10050 seen # left alone it passes again
END

if ! command -v python3 >/dev/null; then
	skip "a packet that is held meets the policy that runs when it goes on" "missing tool: python3"
	exit 0
fi
held() { [ "$(cat "$work/held" 2>/dev/null)" = "$1" ]; }
passed() { nft -j list counter inet tgtest passed | sed 's/.*"packets": *\([0-9]*\).*/\1/'; }
passed_is() { [ "$(passed)" = "$1" ]; }
# One packet of each family, to be held.
hold_two()
{
	rewrite <<-'END'
	add rule inet tgtest early udp sport 6101 queue num 7
	END
	probes <<-'END'
	raw sato a-files sport=6101 dport=9000 unseen
	END
	within 5 held 2 || fail "two packets are held" "$(cat "$work/held" "$work/hold.err")"
	rewrite <<-'END'
	flush chain inet tgtest early
	END
	before=$(passed)
}
release()
{
	kill -USR1 "$holder"
	within 5 held 0 || fail "they are released"
}
python3 "$TG_REPO/tests/netns/hold.py" 7 "$work/held" 2>"$work/hold.err" &
holder=$!
children+=("$holder")
if ! within 20 held 0; then
	skip "a packet that is held meets the policy that runs when it goes on" "no nfqueue here"
	exit 0
fi

probes <<'END'
raw sato a-files sport=6101 dport=9000 seen # another flow begins
END
hold_two
release
check "packets that were held go on with their flow" within 5 passed_is $((before + 2))

hold_two
apply "$base"
denied=$(counter company-a no-rule)
release
check "packets that were held while the policy changed meet the new one" \
	within 5 test "$(counter company-a no-rule)" -ge $((denied + 2))
check "and do not pass" passed_is "$before"

apply "$open"
probes <<'END'
raw sato a-files sport=6101 dport=9000 seen # the flow begins anew
END
hold_two
apply "$base"
probes <<'END'
raw sato a-files sport=6101 dport=9000 unseen # it ends while packets of it are held
END
apply "$open"
"$probe" scan sato a-files 400 spread=1 dport=9001 >/dev/null	# others take its place
release
check "packets that outlive their flow are judged like first ones" within 5 passed_is $((before + 2))
tg stop >/dev/null
