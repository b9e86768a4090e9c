#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# torture: every processor judges packets without a pause, and all that can change
# meanwhile changes: policies, single tenants, modes, devices, at last the module.
#
# The kernel's own generator (pktgen) hands packets to the receive path of a
# processor each, so that none waits or is lost in a queue, and nft counts those
# that passed the gate: numbers agree exactly or something is wrong. What the
# kernel's checkers find is the lab's to notice. TG_TORTURE is how long, in seconds.
#
# In a slow guest (TG_SLOW) whatever goes on by itself rests longer, or nothing else
# would ever come to its end.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"
# shellcheck source=tests/lib/generate.sh disable=SC1091
. "$TG_REPO/tests/lib/generate.sh"

seconds=${TG_TORTURE:-10}
slow=${TG_SLOW:-1}
ports=500			# of the flows that must outlive it all

if ! generator_is_there || ! command -v nft >/dev/null; then
	skip "policies change while all processors judge" "pktgen or nft is missing here"
	exit 0
fi

# Devices without anybody behind them: what goes out by them has arrived.
letters="a b c d e f"
for letter in $letters; do
	echo "link add tor-$letter address 02:00:00:00:50:0$letter type dummy"
	echo "link set tor-$letter addrgenmode none up"
done | ip -batch -
tor_f()
{
	ip -batch - <<-END
	link add tor-f address 02:00:00:00:50:0f type dummy
	link set tor-f addrgenmode none up
	END
}
routes()
{
	ip -batch - <<-END
	route replace 10.5$1.$2.0/24 dev $3
	route replace fd00:5$1:$2::/64 dev $3
	END
}
routes 0 1 tor-a
routes 0 2 tor-b
routes 1 1 tor-c
routes 1 2 tor-d
routes 2 1 tor-e
routes 2 2 tor-f

nft -f - <<END
table inet tgtorture {
	counter allowed {}
	counter replies {}
	counter changing {}
	counter limited {}
	counter denied {}
	chain passed {
		type filter hook forward priority 10;
		iifname != "tor-*" accept
		ip saddr 10.51.0.0/16 iifname tor-a counter name denied accept
		ip daddr 10.51.0.0/16 iifname tor-a counter name denied accept
		ip6 daddr fd00:51::/32 iifname tor-a counter name denied accept
		iifname tor-b counter name replies accept
		iifname tor-a udp dport 7000 counter name allowed accept
		iifname tor-a udp dport 7001 counter name changing accept
		iifname tor-e counter name limited
	}
}
END
at_torture_end()
{
	rm -f "$work/running"
	generator_stop
	wait
	generator_forget
	nft delete table inet tgtorture
	for letter in $letters; do
		ip link del "tor-$letter" 2>/dev/null
	done
	at_end
}
trap at_torture_end EXIT

# passed COUNTER: packets that went on behind the gate.
passed() { nft -j list counter inet tgtorture "$1" | sed 's/.*"packets": *\([0-9]*\).*/\1/'; }

# judged TENANT: packets of a tenant that were judged so far, whatever the verdict.
judged() { "$probe" counters "$1" | awk '{ sum += $3 } END { print sum + 0 }'; }

module_load || { fail "the module loads"; exit 1; }
standard_servers
# Three tenants: one that only its neighbours are changed around, one that is
# replaced, one that may have few flows.
more()
{
	cat >>"$1" <<-END
	  torture-a:
	    sites:
	      home: {device: tor-a, prefixes: [10.50.1.0/24, "fd00:50:1::/64"]}
	      office: {device: tor-b, prefixes: [10.50.2.0/24, "fd00:50:2::/64"]}
	    policy: {rules: [{from: home, to: office, allow: [udp/7000${2:+, $2}]}]}
	  torture-b:
	    plan: small
	    sites:
	      home: {device: tor-c, prefixes: [10.51.1.0/24, "fd00:51:1::/64"]}
	      office: {device: tor-d, prefixes: [10.51.2.0/24, "fd00:51:2::/64"]}
	    policy: {rules: [{from: home, to: office, allow: [udp/7000-7400]}]}
	  torture-c:
	    plan: few
	    sites:
	      home: {device: tor-e, prefixes: [10.52.1.0/24, "fd00:52:1::/64"]}
	      office: {device: tor-f, prefixes: [10.52.2.0/24, "fd00:52:2::/64"]}
	    policy: {rules: [{from: home, to: office, allow: [udp/7000]}, {from: home, to: office, reject: true}]}
	END
	sed -i -e 's/^plans:/plans:\n  few: {flows: 500, fragments: 20, rejects: 20, rules: 20}/' \
		-e 's/devices: \[eth0/devices: [spare0, eth0/' "$1"
}
policy base >/dev/null
more "$base" udp/7001
other=$(policy other '/^  npo-c:/,/policy:/d')
more "$other"
apply "$base"

# Flows that begin before all this, in both directions and families.
spread=("udp_src_min 1024" "udp_src_max $((1023 + ports))" "udp_dst_min 7000" "udp_dst_max 7000")
back=("udp_src_min 7000" "udp_src_max 7000" "udp_dst_min 1024" "udp_dst_max $((1023 + ports))")
generator allowed4 tor-a 'src_min 10.50.1.10' 'dst 10.50.2.10' "${spread[@]}"
generator allowed6 tor-a 'src6 fd00:50:1::10' 'dst6 fd00:50:2::10' "${spread[@]}"
each $((ports + 1))		# it may begin anywhere
generate
check "the flows that will live through it begin" test "$(passed allowed)" = "$(sent '*')"
judged_before=$(judged torture-a) passed_before=$(passed allowed)

# To what nobody grants, and from what is not its own.
generator replies4 tor-b 'src_min 10.50.2.10' 'dst 10.50.1.10' "${back[@]}"
generator replies6 tor-b 'src6 fd00:50:2::10' 'dst6 fd00:50:1::10' "${back[@]}"
generator denied4 tor-a 'src_min 10.50.1.10' 'dst 10.51.2.10' "${spread[@]}"
generator denied6 tor-a 'src6 fd00:50:1::10' 'dst6 fd00:51:2::10' "${spread[@]}"
generator spoofed4 tor-a 'src_min 10.51.1.10' 'dst 10.50.2.10' "${spread[@]}"
generator spoofed6 tor-a 'src6 fd00:51:1::10' 'dst6 fd00:51:2::10' "${spread[@]}"
# What one policy allows and the other does not: its flows end and begin with each.
generator changing4 tor-a 'src_min 10.50.1.11' 'dst 10.50.2.10' "${spread[@]}" \
	'udp_dst_min 7001' 'udp_dst_max 7001'
generator changing6 tor-a 'src6 fd00:50:1::11' 'dst6 fd00:50:2::10' "${spread[@]}" \
	'udp_dst_min 7001' 'udp_dst_max 7001'
# First packets, nearly all of them: of the tenant that is replaced, and of one that
# has all the flows it may have.
generator fresh4 tor-c 'src_min 10.51.1.1' 'src_max 10.51.1.250' 'dst 10.51.2.10' 'flag IPSRC_RND' \
	'flag UDPDST_RND' 'udp_src_min 1024' 'udp_src_max 1024' 'udp_dst_min 6900' 'udp_dst_max 7500'
generator fresh6 tor-c 'src6 fd00:51:1::1' 'dst6 fd00:51:2::10' 'flag UDPSRC_RND' \
	'udp_src_min 1024' 'udp_src_max 9000' 'udp_dst_min 7100' 'udp_dst_max 7100'
generator limited4 tor-e 'src_min 10.52.1.1' 'src_max 10.52.1.250' 'dst 10.52.2.10' 'flag IPSRC_RND' \
	'flag UDPSRC_RND' 'udp_src_min 1024' 'udp_src_max 60000' 'udp_dst_min 6999' 'udp_dst_max 7000'
generator limited6 tor-e 'src6 fd00:52:1::1' 'dst6 fd00:52:2::10' 'flag UDPSRC_RND' \
	'udp_src_min 1024' 'udp_src_max 60000' 'udp_dst_min 6999' 'udp_dst_max 7000'

[ "$slow" = 1 ] || export TG_PERIOD=$((40 * slow))
streams allowed <<'END'
tcp sato a-files 445
udp suzuki web-meeting 10051
tcp c-home c-files 443
END
judged_b_before=$(judged torture-b)
generation=$(status 1)
: >"$work/running"
each 0
delay "$slow"
generate_on

read_all()
{
	local what
	for what in status counters rules flows; do
		"$probe" $what >/dev/null || return
	done
}
ask_why()
{
	tg explain --from 10.1.1.2 --to 10.1.10.10 --proto tcp --port 445 &&
		tg explain --from fd00:50:1::10 --to fd00:50:2::10 --proto udp --port 7000 &&
		tg --json show flows --tenant torture-b >/dev/null
}
# With a directory of its own, or it and apply would wait for each other.
flip_mode()
{
	TENANTGATE_STATE_DIR=$work/state tg mode observe --tenant torture-c &&
		TENANTGATE_STATE_DIR=$work/state tg mode enforce --tenant torture-c
}
flap_devices()
{
	ip link add spare0 type dummy && ip link del spare0 &&
		ip link del tor-f && tor_f && routes 2 2 tor-f && topology_recreate wg-c
}
give_up() { "$probe" hostile abandon && tg apply --dry-run "$other"; }
for job in read_all ask_why flip_mode flap_devices give_up; do
	go_on $job $job &
done

# Policies, one after the other, so that each commit is known.
swaps=0
swap() { apply "$@"; swaps=$((swaps + 1)); }
until_over=$((SECONDS + seconds)) round=0
while [ $SECONDS -lt $until_over ] || [ $round -lt 3 ]; do
	swap "$other"
	swap "$base"
	# Of one tenant only, by its own file and by the client that knows nothing else.
	sed -i 's/^rules:/rules:\n  - {name: learning, from: trainees, to: files}/' \
		"${base%/*}/tenants/company-a.yaml"
	swap "$base"
	cp "$TG_REPO/policies/shared-telework/tenants/company-a.yaml" "${base%/*}/tenants/"
	swap "$base"
	"$probe" replace torture-b 20 10 >"$work/replaced" || { fail "a tenant is replaced"; break; }
	swaps=$((swaps + 10))
	case $((round % 3)) in
	0)
		swap --confirm 1s "$other"
		within 60 status_is 3 - || { fail "the unconfirmed policy goes"; break; } ;;
	1)
		swap --confirm 600s "$other"
		tg rollback >/dev/null || { fail "the policy is rolled back"; break; } ;;
	2)
		swap --confirm 600s "$other"
		tg confirm >/dev/null || { fail "the policy is confirmed"; break; }
		tg rollback >/dev/null || { fail "the confirmed policy is rolled back"; break; } ;;
	esac
	swaps=$((swaps + 1))
	round=$((round + 1))
	echo "# round $round ends after $SECONDS s"
done
rm "$work/running"
for job in read_all ask_why flip_mode flap_devices give_up; do
	within $((120 * slow)) test -e "$work/$job.count" || fail "$job comes to its end"
done
generate_end
apply "$base"
swaps=$((swaps + 1))

flips=$(($(count_of flip_mode) * 2))
echo "# $swaps policies, $flips modes, $(count_of flap_devices) times devices," \
	"$(count_of read_all) times everything read, $(sent '*') packets in $seconds s and more"
for job in read_all ask_why flip_mode flap_devices give_up; do
	if [ -e "$work/$job.failed" ]; then
		fail "meanwhile $job never failed" "$(head -n 8 "$work/$job.failed")"
	else
		pass "meanwhile $job never failed"
	fi
done
check "each change is a generation" test "$(status 1)" = $((generation + swaps + flips))
allowed=$(sent '*allowed*')
check "none of $allowed packets that all policies allow is lost" \
	test $(($(passed allowed) - passed_before)) = "$allowed"
allowed=$(sent '*replies*')
check "nor one of $allowed replies to them" test "$(passed replies)" = "$allowed"
check "none of $(sent '*denied*') to another tenant or $(sent '*spoofed*') spoofed ones passes" \
	test "$(passed denied)" = 0
check "of those that only one policy allows some pass" test "$(passed changing)" -gt 0
check "and some do not" test "$(passed changing)" -lt "$(sent '*changing*')"
judged_a=$(sent 'tor-[ab]@*')
check "every packet is counted just once" test $(($(judged torture-a) - judged_before)) = "$judged_a"
judged_b=$(sent 'tor-c@*')
check "also of the tenant that is replaced" \
	test $(($(judged torture-b) - judged_b_before)) = "$judged_b"
check "a tenant has no more flows than it may" test "$("$probe" flows torture-c | wc -l)" -le 500
streams_good allowed "real connections go on" 1000000
probes -e <<'END'
tcp sato a-files 445 open/rule # afterwards what is allowed passes
tcp sato b-files 443 drop/other-tenant # and what is denied does not
tcp kato d-files 443 open/rule # for everybody
END

# The module goes and comes while packets never stop.
generate_on
for ((i = 0; i < 4; i++)); do
	[ $((i % 2)) = 0 ] || tg stop 2>"$work/stop.out" || break
	rmmod tenantgate || break
	module_load || break
	apply "$base"
done
check "four times in and out while all processors judge" test $i = 4
before=$(passed denied) sent_before=$(sent '*denied*')
more_sent() { [ "$(sent '*denied*')" -gt $((sent_before + 2000 / slow)) ]; }
within 60 more_sent || fail "packets are still sent"
check "and what is denied does not pass afterwards" test "$(passed denied)" = "$before"
