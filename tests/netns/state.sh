#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# state: flows. Answers pass, what nobody asked for does not.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
# People and servers whose kernels do not answer, so that every packet is ours.
cp "$topo_hosts" "$work/hosts"
cat >>"$work/hosts" <<'END'
ghost home-a 10.1.1.77 fd00:a:1::77
ghost-server office-a 10.1.10.77 fd00:a:10::77
router office-a 172.16.5.5 fd16::5
END
export TG_HOSTS=$work/hosts
module_load
policy base >/dev/null
provider=$(policy state)
sed -i 's/^rules:/rules:\n  - {name: home to office, from: home, to: office, allow: [any]}/' "${provider%/*}/tenants/company-a.yaml"
apply "$provider"
gate_settled || fail "the pickup period ends"

probes -e <<'END'
tcp sato a-pc1 3389 open/rule # answers of an allowed TCP connection pass
udp sato web-meeting 10050 echo/grant # answers of an allowed call pass
ping sato a-files reply/rule # answers of an allowed echo request pass
tcp a-files sato 22 drop/no-rule # the other side begins nothing by itself
udp a-files sato 5060 drop/no-rule # nor with datagrams
ping a-files sato drop/no-rule # nor with echo requests
udp sato web-meeting 10001 refused # an ICMP error that belongs to a flow passes
END

probes <<'END'
raw ghost-server ghost proto=udp sport=445 dport=5100 unseen # unsolicited: a datagram
raw ghost-server ghost proto=tcp flags=SA sport=445 dport=5101 unseen # unsolicited: a SYN-ACK
raw ghost-server ghost proto=tcp flags=A sport=445 dport=5102 unseen # unsolicited: TCP data
raw ghost-server ghost proto=tcp flags=R sport=445 dport=5103 unseen # unsolicited: a reset
raw ghost-server ghost proto=icmp type=0 family=4 unseen # unsolicited: an echo reply
raw ghost-server ghost proto=icmp type=129 family=6 unseen # unsolicited: an echo reply
raw ghost ghost-server proto=tcp flags=R sport=5104 dport=445 unseen # a reset begins no flow, even where the rule allows
raw ghost-server ghost proto=icmp type=3 code=1 error=1 isrc=10.1.1.77 idst=10.1.10.77 isport=5105 idport=9 family=4 unseen # an ICMP error about no flow
raw ghost-server ghost proto=icmp type=1 code=0 error=1 isrc=fd00:a:1::77 idst=fd00:a:10::77 isport=5105 idport=9 family=6 unseen # an ICMP error about no flow
END

probes <<'END'
raw ghost ghost-server proto=udp sport=5200 dport=5201 seen # a datagram makes a flow
--
raw ghost-server ghost proto=udp sport=5201 dport=5200 seen # the answer passes
raw ghost-server ghost proto=udp sport=5202 dport=5200 unseen # from another port it is no answer
raw router ghost proto=icmp type=3 code=1 error=1 isrc=10.1.1.77 idst=10.1.10.77 isport=5200 idport=5201 family=4 seen # an error from a router inside the site passes
raw router ghost proto=icmp type=1 code=0 error=1 isrc=fd00:a:1::77 idst=fd00:a:10::77 isport=5200 idport=5201 family=6 seen # an error from a router inside the site passes
raw b-files ghost proto=icmp type=3 code=1 error=1 isrc=10.1.1.77 idst=10.1.10.77 isport=5200 idport=5201 family=4 unseen # the same error from another tenant's office does not
raw b-files ghost proto=icmp type=1 code=0 error=1 isrc=fd00:a:1::77 idst=fd00:a:10::77 isport=5200 idport=5201 family=6 unseen # the same error from another tenant's office does not
raw ghost ghost-server proto=icmp id=7 seen # an echo request makes a flow
--
raw ghost-server ghost proto=icmp type=0 id=7 family=4 seen # its reply passes
raw ghost-server ghost proto=icmp type=129 id=7 family=6 seen # its reply passes
raw ghost-server ghost proto=icmp type=0 id=8 family=4 unseen # a reply with another identifier does not
raw ghost-server ghost proto=icmp type=129 id=8 family=6 unseen # a reply with another identifier does not
END

probes <<'END'
raw ghost ghost-server proto=tcp flags=S sport=5300 dport=80 seq=100 seen # TCP: SYN
--
raw ghost-server ghost proto=tcp flags=SA sport=80 dport=5300 seq=900 ack=101 seen # TCP: SYN-ACK
--
raw ghost ghost-server proto=tcp flags=PA sport=5300 dport=80 seq=101 ack=901 seen # TCP: data
raw ghost-server ghost proto=tcp flags=PA sport=80 dport=5300 seq=901 ack=165 seen # TCP: data back
--
raw ghost ghost-server proto=tcp flags=FA sport=5300 dport=80 seq=165 ack=965 seen # TCP: FIN
--
raw ghost-server ghost proto=tcp flags=FA sport=80 dport=5300 seq=965 ack=166 seen # TCP: FIN back
--
raw ghost ghost-server proto=tcp flags=A sport=5300 dport=80 seq=166 ack=966 seen # TCP: the last ACK
--
raw ghost ghost-server proto=tcp flags=S sport=5300 dport=80 seq=5000 seen # TCP: the same ports begin anew
--
raw ghost-server ghost proto=tcp flags=RA sport=80 dport=5300 seq=0 ack=5001 seen # TCP: a refusal passes
--
raw ghost-server ghost proto=tcp flags=PA sport=80 dport=5300 seq=1 ack=5001 unseen # TCP: nothing comes after a reset
END

# Timeouts, as the flows themselves tell them: SECONDS LEFT by kind.
left() { "$probe" flows company-a | awk -F'\t' -v proto="$1" -v port="$2" '$2 == proto && ($4 == port || $6 == port) { print $10; exit }'; }
probes <<'END'
raw ghost ghost-server proto=udp sport=5400 dport=5401 family=4 seen
raw ghost ghost-server proto=tcp flags=S sport=5402 dport=5403 family=4 seen
END
unanswered=$(left 17 5401)
check "an unanswered datagram's flow is forgotten soon (${unanswered:-none} s)" \
	test "${unanswered:-0}" -ge 1 -a "${unanswered:-0}" -le 150
handshake=$(left 6 5403)
check "a half-open connection is forgotten soon (${handshake:-none} s)" \
	test "${handshake:-0}" -ge 1 -a "${handshake:-0}" -le 180
probes <<'END'
raw ghost-server ghost proto=udp sport=5401 dport=5400 family=4 seen
END
# Not together with the answer: two tunnels keep no order.
probes <<'END'
raw ghost ghost-server proto=udp sport=5400 dport=5401 family=4 seen
END
answered=$(left 17 5401)
check "an answered one is kept longer (${answered:-none} s)" test "${answered:-0}" -gt "${unanswered:-0}"
streams long <<'END'
tcp sato a-files 445 family=4
END
kept=$("$probe" flows company-a | awk -F'\t' '$2 == 6 && $6 == 445 && $7 == "established" { print $10; exit }')
check "an idle established connection is kept for hours (${kept:-none} s)" test "${kept:-0}" -ge 3600
streams_end long
gone() { [ -z "$(left "$1" "$2")" ]; }
# A connection that was reset is the first to go.
probes <<'END'
raw ghost ghost-server proto=tcp flags=S sport=5500 dport=5501 family=4 seen
--
raw ghost-server ghost proto=tcp flags=RA sport=5501 dport=5500 ack=2 family=4 seen
END
check "a flow is really forgotten when its time is over" within 60 gone 6 5501
probes <<'END'
raw ghost-server ghost proto=tcp flags=A sport=5501 dport=5500 family=4 unseen # and what comes later is unsolicited
END
apply "$base"
