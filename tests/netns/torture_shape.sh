#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# torture_shape: every processor sends through several devices of one link without a
# pause, more than the link may carry, and all that can change meanwhile changes:
# qdiscs, devices, policies and tenants, a namespace that ends while packets wait in
# it, at last the module. What leaks or is used too late is for the kernel's checkers
# to say; that nothing waits for ever, nothing is lost and the rate is kept afterwards
# is said here.
#
#   ts-h1 ──┐            ┌── ts-o1, ts-o4  tenant torture-1, behind two tunnels
#   ts-h2 ──┤ homes, to  ├── ts-o2         tenant torture-2, who comes and goes
#   ts-h3 ──┘            ├── ts-o3         tenant torture-3, whose device does, too
#                        └── ts-u1, ts-u2  the internet
#
# In a slow guest (TG_SLOW) whatever goes on by itself rests longer.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"
# shellcheck source=tests/lib/generate.sh disable=SC1091
. "$TG_REPO/tests/lib/generate.sh"

seconds=${TG_TORTURE:-10}
slow=${TG_SLOW:-1}
homes=(ts-h1 ts-h2 ts-h3)
tunnels=(ts-o1 ts-o2 ts-o3 ts-o4)
outs=("${tunnels[@]}" ts-u1 ts-u2)

if ! generator_is_there || ! command -v tc >/dev/null; then
	skip "everything changes while all processors send through a link" "pktgen or tc is missing here"
	exit 0
fi

# device NAME: it has nobody behind it: what goes out by it has arrived.
device()
{
	ip -batch - <<-END
	link add $1 type dummy
	link set $1 addrgenmode none up
	END
}
routes()
{
	ip -batch - <<-END
	route replace 10.61.2.0/24 dev ts-o1
	route replace 10.61.3.0/24 dev ts-o4
	route replace 10.62.3.0/24 dev ts-o4
	route replace 10.63.3.0/24 dev ts-o4
	route replace 10.62.2.0/24 dev ts-o2
	route replace 10.63.2.0/24 dev ts-o3
	route replace 192.0.2.0/24 dev ts-u1
	route replace 198.18.0.0/24 dev ts-u2
	END
}
for device in "${homes[@]}" "${outs[@]}"; do
	device "$device"
done
routes

at_torture_end()
{
	rm -f "$work/running"
	generator_stop
	wait
	generator_forget
	for device in "${homes[@]}" "${outs[@]}"; do
		ip link del "$device" 2>/dev/null
	done
	at_end
}
trap at_torture_end EXIT

module_load || { fail "the module loads"; exit 1; }

# variant NAME LINKS PLAN [SED...]: a policy with these links, that promises this.
variant()
{
	local number file
	file=$(policy "$1" "s|^plans:|plans:\n  shared: {$3}|" "s|^links:|links:\n  $2|")
	for number in 1 2 3; do
		cat >>"$file" <<-END
		  torture-$number:
		    plan: shared
		    services: [internet]
		    sites:
		      home: {device: ts-h$number, prefixes: [10.6$number.1.0/24]}
		      office: {device: ts-o$number, prefixes: [10.6$number.2.0/24]}
		      annex: {device: ts-o4, prefixes: [10.6$number.3.0/24]}
		    policy: {rules: [{from: home, to: [office, annex], allow: [udp/7000, "udp/7001": realtime, "udp/7002": bulk]}]}
		END
	done
	for number in "${@:4}"; do
		sed -i -e "$number" "$file"
	done
	echo "$file"
}
line() { echo "line: {devices: [ts-u1, ts-u2], carries: [ts-o1, ts-o2, ts-o3, ts-o4], tunnel: none, framing: none, rate: $1}"; }
down=250000			# bytes a second, of the first
base=$(variant base "$(line "{up: 3 Mbit/s, down: 2 Mbit/s}")" "guarantee: 100 kbit/s, realtime: 50 kbit/s")
fast=$(variant fast "$(line "1 Gbit/s")" "weight: 3")
variants=("$fast"
	"$(variant ceiling "$(line "2 Mbit/s")" "ceiling: 300 kbit/s")"
	"$(variant fewer "$(line "2 Mbit/s")" "weight: 3" '/^  torture-2:/,/policy:/d' 's/ts-o1, ts-o2,/ts-o1,/')"
	"$(variant moved "line: {devices: [ts-u1], carries: [ts-o1, ts-o2], rate: 1 Mbit/s}\n  other: {devices: [ts-u2], carries: [ts-o3, ts-o4], rate: 2 Mbit/s}" "weight: 3")"
	"$(variant bare "line: {devices: [ts-u1, ts-u2]}" "weight: 3")")
apply "$base"
if ! tg shape on >"$work/shape"; then
	fail "the qdisc is put on"
	exit 1
fi

for number in 1 2 3; do
	for to in office:2.10 annex:3.10; do
		generator "${to%:*}" ts-h$number "src_min 10.6$number.1.10" "src_max 10.6$number.1.90" \
			"flag IPSRC_RND" "dst 10.6$number.${to#*:}" "udp_src_min 1024" "udp_src_max 1024" \
			"flag UDPDST_RND" "udp_dst_min 7000" "udp_dst_max 7003" "pkt_size 500"
	done
	for to in first:192.0.2.10 second:198.18.0.10; do
		generator "${to%:*}" ts-h$number "src_min 10.6$number.1.10" "src_max 10.6$number.1.90" \
			"flag IPSRC_RND" "dst ${to#*:}" "udp_src_min 1024" "udp_src_max 1024" \
			"udp_dst_min 53" "udp_dst_max 53" "pkt_size 500"
	done
done

flip_roots()
{
	tc qdisc replace dev ts-o1 root pfifo limit 10 && tc qdisc replace dev ts-o1 root tenantgate &&
		tc qdisc replace dev ts-o2 root handle 5: tenantgate && tc qdisc replace dev ts-o2 root handle 6: tenantgate &&
		tc qdisc del dev ts-u1 root && tc qdisc add dev ts-u1 root tenantgate &&
		tc qdisc replace dev ts-o1 root fq_codel && tg shape on --device ts-o1 --replace
}
flap_devices()
{
	ip link del ts-o3 && device ts-o3 && tc qdisc replace dev ts-o3 root tenantgate &&
		ip link set ts-o4 down && ip link set ts-o4 up && ip link set ts-u2 txqueuelen 3 &&
		ip link set ts-u2 mtu 1400 && ip link set ts-u2 down && ip link set ts-u2 up &&
		ip link set ts-u2 txqueuelen 1000 && routes
}
read_all()
{
	tg show links --json && { tg shape check --json || [ $? = 1 ]; } && "$probe" flows &&
		tc -s qdisc show
}
mkdir "$work/space"
cat >"$work/space/policy.yaml" <<END
gateway: {mode: enforce}
links: {line: {devices: [u1], carries: [o1, o2], rate: 8 kbit/s}}
tenants:
  waiting:
    sites:
      one: {device: o1, prefixes: [10.60.1.0/24]}
      two: {device: o2, prefixes: [10.60.2.0/24]}
    policy: {rules: []}
END
# shellcheck disable=SC2016 # expanded by the inner shell
end_space()
{
	TENANTGATE_STATE_DIR=$work/space unshare --net bash -c '
		for device in 1 2; do
			ip link add o$device type dummy && ip link set o$device up &&
				ip addr add 10.60.$device.1/24 dev o$device || exit
		done
		"$TGCTL" apply "$1/policy.yaml" && "$TGCTL" shape on || exit
		for i in {1..30}; do
			echo waits >/dev/udp/10.60.1.2/7
			echo waits >/dev/udp/10.60.2.2/7
		done
		tc -s qdisc show dev o1 | grep "backlog [1-9]"' space "$work/space"
}

jobs="flip_roots flap_devices read_all end_space"
: >"$work/running"
each 0
delay "$slow"
generate_on
for job in $jobs; do
	go_on "$job" "$job" &
done
swaps=0 round=0 until_over=$((SECONDS + seconds))
while [ $SECONDS -lt $until_over ] || [ $round -lt 3 ]; do
	for file in "${variants[@]}"; do
		apply "$file"
		apply "$base"
		swaps=$((swaps + 2))
	done
	tg stop 2>"$work/stop.out" || fail "tgctl stop"
	apply "$base"
	"$probe" replace torture-3 20 10 >"$work/replaced" || { fail "a tenant is replaced"; break; }
	apply "$fast"
	round=$((round + 1))
	echo "# round $round ends after $SECONDS s"
done
rm "$work/running"
for job in $jobs; do
	within $((120 * slow)) test -e "$work/$job.count" || fail "$job comes to its end"
done
echo "# $swaps policies, $(count_of flip_roots) times roots, $(count_of flap_devices) times devices," \
	"$(count_of end_space) namespaces, $(sent '*') packets in $seconds s and more"
for job in $jobs; do
	if [ -e "$work/$job.failed" ]; then
		fail "meanwhile $job never failed" "$(head -n 8 "$work/$job.failed")"
	else
		pass "meanwhile $job never failed"
	fi
done

# bytes_of DEVICE...: what has left by them.
bytes_of()
{
	local device sum=0
	for device; do
		sum=$((sum + $(<"/sys/class/net/$device/statistics/tx_bytes")))
	done
	echo $sum
}
packets_of()
{
	local device sum=0
	for device; do
		sum=$((sum + $(<"/sys/class/net/$device/statistics/tx_packets")))
	done
	echo $sum
}

# The rate of the direction, whatever happened to it: bytes of Ethernet are not counted.
apply "$base"
tg shape on >"$work/shape"
began=${EPOCHREALTIME/./} bytes=$(bytes_of "${tunnels[@]}") packets=$(packets_of "${tunnels[@]}")
more_sent() { [ "$(packets_of "${tunnels[@]}")" -gt $((packets + 1000)) ]; }
check "afterwards packets go on" within 60 more_sent
packets=$(($(packets_of "${tunnels[@]}") - packets))
bytes=$(($(bytes_of "${tunnels[@]}") - bytes - 14 * packets))
took=$((${EPOCHREALTIME/./} - began))
check "no faster than the link ($bytes bytes in $took us)" \
	test $bytes -le $((took * down * 102 / 100000000 + 20000))

# waiting: what is said to wait, on any device.
waiting() { tc -s qdisc show | awk '/backlog/ { sum += $2 + $3 } END { print sum + 0 }'; }
nothing_waits() { [ "$(waiting)" = 0 ] || { tc -s qdisc show | grep -B2 'backlog [^0]\|b [^0]'; return 1; }; }
check "something waits where too much is sent" test "$(waiting)" -gt 0
generate_end
check "and nothing where nothing is" within 60 nothing_waits

# dropped: what the qdiscs say they dropped.
dropped() { tc -s qdisc show | sed -n 's/.*dropped \([0-9]*\),.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'; }
# Everything that was sent has left, or is said to be dropped.
accounted() { test $(($(packets_of "${outs[@]}") - packets + $(dropped) - lost)) = "$(sent '*')"; }

apply "$fast"
packets=$(packets_of "${outs[@]}") lost=$(dropped)
each 500
generate
check "every packet leaves or is counted as dropped" within 60 accounted
echo "# of $(sent '*') $(($(dropped) - lost)) dropped"
apply "$base"
packets=$(packets_of "${outs[@]}") lost=$(dropped)
generate
check "also where too much is sent" within 120 accounted
echo "# of $(sent '*') $(($(dropped) - lost)) dropped"

# The module goes and comes while packets never stop.
each 0
generate_on
for ((i = 0; i < 4; i++)); do
	tg shape off >"$work/shape" || break
	rmmod tenantgate || break
	module_load
	apply "$base"
	tg shape on >"$work/shape" || break
done
check "four times in and out while all processors send" test $i = 4
packets=$(packets_of "${tunnels[@]}")
check "and packets go on" within 60 more_sent
tg shape off >/dev/null
