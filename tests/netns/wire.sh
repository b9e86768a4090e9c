#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# wire: what a link is charged for packets is what they take of it. Company A's home
# and office are behind tunnels, whose outer packets leave by the uplink.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }

# shaped RATE: a policy with a link of which packets take their outer ones' bytes.
shaped()
{
	policy shaped "s|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: $1, tunnel: wireguard, framing: none}|" \
		"s|^rules:|rules:\n  - {from: any, to: files, allow: [udp/9000: bulk, tcp/9000: bulk]}|"
}

for device in wg-a wg0; do
	tc qdisc replace dev $device root tenantgate
done

# outer: bytes of IP packets that have left by the uplink.
outer()
{
	local bytes packets
	bytes=$(cat /sys/class/net/eth0/statistics/tx_bytes)
	packets=$(cat /sys/class/net/eth0/statistics/tx_packets)
	echo $((bytes - 14 * packets))
}

# charged: bytes that the link was charged for all that was sent down.
charged()
{
	tg --json show bandwidth | awk -F': ?' '
		/"(realtime|guaranteed|borrowed)_bytes"/ { sum += $2 } END { print sum + 0 }'
}

empty() { ! tg --json show bandwidth | grep -q '"backlog_packets": [1-9]'; }

# agree BYTES PROMISE COMMAND...: while it runs as many bytes are charged as leave, to 1 %
# and what tunnels say to each other, and at least BYTES.
agree()
{
	local least=$1 promise=$2 before_outer before_charged sent paid off
	shift 2
	before_outer=$(outer)
	before_charged=$(charged)
	if ! "$@" >"$work/agree.out" 2>&1 || ! within 20 empty; then
		fail "$promise" "failed: $*" "$(cat "$work/agree.out")"
		return
	fi
	sent=$(($(outer) - before_outer))
	paid=$(($(charged) - before_charged))
	off=$(((paid - sent) * 100))
	if [ "$sent" -ge "$least" ] && [ $((off < 0 ? -off : off)) -le $((sent + 100 * 1000)) ]; then
		pass "$promise"
	else
		fail "$promise" "$sent bytes left, $paid were charged"
	fi
}

# datagrams BYTES [6]: of that size as IP packets, 100 a second.
datagrams()
{
	echo "a sato a-files 9000 $1 100 ${2-}" >"$work/lines"
	"$probe" load 3 "$work/lines"
}

# stream BYTES: that many over TCP.
stream()
{
	ip netns exec office-a python3 -c '
import socket
server = socket.create_server(("10.1.10.10", 9000))
print("ready", flush=True)
peer, _ = server.accept()
while peer.recv(1 << 16):
    pass' >"$work/server" &
	children+=($!)
	within 30 grep -q ready "$work/server" || return
	ip netns exec home-a python3 -c '
import socket, sys
peer = socket.create_connection(("10.1.10.10", 9000))
peer.sendall(bytes(int(sys.argv[1])))
peer.shutdown(socket.SHUT_WR)
peer.recv(1)' "$1" && wait "${children[-1]}"
}

apply "$(shaped "400 Mbit/s")"
for bytes in 64 300 1420; do
	agree $((bytes * 100)) "packets of $bytes bytes are charged as they leave" datagrams $bytes
	agree $((bytes * 100)) "of IPv6, too ($bytes bytes)" datagrams $bytes 6
done
agree 1000000 "so are large packets, which the tunnel cuts" stream 1000000
ip link set wg0 gro_max_size 1400
agree 1000000 "and those that were never large" stream 1000000
ip link set wg0 gro_max_size 65536
apply "$(shaped "4 Mbit/s")"
agree 200000 "and those that a slow link has cut" stream 200000

for device in wg-a wg0; do
	tc qdisc del dev $device root
done
tg stop >/dev/null
check "what was counted goes with the module" rmmod tenantgate
