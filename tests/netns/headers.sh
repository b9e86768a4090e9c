#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# headers: fragments, options, extension headers, and what is malformed.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate

probes -e <<'END'
udp sato web-meeting 10050 len=3000 echo/grant # a datagram in fragments passes, and so does its answer
udp kato d-files 7777 len=3000 echo/rule # from a tunnel to an Ethernet
udp b-sat web-meeting 10050 len=9000 echo/grant # more fragments
udp c-home b-files 9000 len=3000 drop/other-tenant # fragments of what is denied are dropped
END

probes <<'END'
raw sato web-meeting dport=10050 part=40,24,0 fid=4001 unseen # a later fragment alone goes nowhere
raw sato a-files proto=tcp flags=S dport=445 part=0,16,1 fid=4002 unseen # a first fragment that hides the TCP flags is dropped
raw sato a-files proto=tcp flags=S dport=445 part=8,24,0 fid=4003 unseen # a fragment that would overwrite the TCP flags is dropped
raw sato web-meeting dport=10050 opt=01010101 family=4 seen # harmless IPv4 options pass
raw sato web-meeting dport=10050 opt=830704c0a8010101 family=4 unseen # loose source routing is dropped
raw sato web-meeting dport=10050 opt=890704c0a8010101 family=4 unseen # strict source routing is dropped
raw sato web-meeting dport=10050 ext=dst family=6 seen # a destination options header passes
raw sato web-meeting dport=10050 ext=hbh,dst family=6 seen # hop-by-hop and destination options pass
raw sato a-files proto=tcp flags=S dport=445 ext=dst family=6 seen # the port behind extension headers is found
raw sato a-files proto=tcp flags=S dport=9000 ext=dst family=6 unseen # and judged
raw sato b-files proto=tcp flags=S dport=443 ext=hbh,dst family=6 unseen # extension headers do not hide another tenant
raw sato web-meeting dport=10050 ext=rh0 family=6 unseen # a type 0 routing header is dropped
raw sato web-meeting dport=10050 ext=dst*20 family=6 unseen # an endless chain of headers is dropped
raw sato web-meeting dport=10050 ext=none family=6 unseen # no next header is no way around the ports
raw d-files web-meeting dport=10050 version=5 unseen # a wrong version goes nowhere
raw d-files web-meeting dport=10050 ihl=3 family=4 unseen # a header shorter than a header goes nowhere
raw d-files web-meeting dport=10050 total=9999 unseen # a length longer than the packet goes nowhere
raw sato web-meeting dport=10050 family=4 cut=24 total=24 unseen # a datagram cut inside its header goes nowhere
raw sato a-files proto=tcp flags=S dport=445 family=4 cut=30 total=30 unseen # a TCP header cut short goes nowhere
raw sato a-files proto=tcp flags=S dport=445 family=6 cut=50 total=10 unseen # a TCP header cut short goes nowhere
raw sato a-files proto=icmp family=4 cut=22 total=22 unseen # an ICMP header cut short goes nowhere
raw d-files web-meeting hex=45 family=4 unseen # one byte goes nowhere
raw d-files web-meeting hex=6000000000003b40 family=6 unseen # eight bytes go nowhere
END
check "source routing is counted" test $(($(counter company-a source-route) + $(counter gateway source-route))) -gt 0
check "malformed headers are counted" test $(($(counter company-a malformed) + $(counter gateway malformed))) -gt 0

# Plan "npo" gives C 50 fragments a second.
for family in 4 6; do
	before=$(counter npo-c fragment-limit)
	"$probe" scan c-home web-meeting 400 copies=1 dport=10050 part=0,40,1 family=$family >/dev/null
	check "fragments beyond a tenant's share are dropped (IPv$family)" \
		test "$(counter npo-c fragment-limit)" -gt "$before"
	probes <<-END
	udp sato web-meeting 10050 len=3000 family=$family echo # another tenant's fragments pass all the while
	END
done
