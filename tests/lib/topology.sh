# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# topology: builds the shared telework system from network namespaces, with
# real WireGuard tunnels. The caller's own network namespace is the gateway.
#
#   home-a ──┐ wg0                                  ┌─ wg-a ── office-a    files ledger pc
#   home-b ──┤ (one device, a peer a home)          ├─ wg-b ── office-b    files
#   home-c ──┤                                      ├─ wg-c ── office-c    files
#   home-d ──┘                       ┌─────────┐    ├─ lan-d ─ office-d    files (Ethernet)
#   mobile-a ┐ wg-mobile ────────────┤ gateway ├────┤
#   mobile-b ┘                       └────┬────┘    └─ svc0 ── svc         web-meeting ip-phone
#   sat-a ─┐                              │ eth0                           messenger attendance
#   sat-b ─┼─ sat (router) ── wg-sat     inet  internet, operator          help-centre dns
#   sat-d ─┘  one tunnel, people of three companies
#
# Who is where is written in topology.conf. The tunnels' far ends are created in
# "inet" and keep their sockets there when they move to their namespaces, so
# "inet" is what carries every tunnel.
#
# Everything lives under a private /run/netns (topology_private) and is gone
# when the caller's processes are.

topo_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
topo_work=${topo_work:-/tmp/tg-topology}
# shellcheck disable=SC2034 # for the callers
topo_hosts=$topo_work/hosts

# topology_private COMMAND...: run COMMAND in a network namespace of its own,
# the future gateway, and with a private /run/netns.
topology_private()
{
	# A processor of an emulated guest may be away for seconds: packets wait.
	echo 100000 >/proc/sys/net/core/netdev_max_backlog 2>/dev/null
	# shellcheck disable=SC2016 # expanded by the inner shell
	exec unshare --net --mount --propagation private -- bash -c '
		mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns &&
		mount -t sysfs sysfs /sys 2>/dev/null
		exec "$@"' topology "$@"
}

# topology_up: build everything. Needs a network namespace with nothing in it.
topology_up()
{
	local name forwarding='echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
		echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
		echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'

	rm -rf "$topo_work"
	mkdir -p "$topo_work"
	(umask 077; awk -v dir="$topo_work" -f "$topo_lib/topology.awk" "$topo_lib/topology.conf") || return

	eval "$forwarding"
	ip -batch "$topo_work/create" || return
	while read -r name; do
		[ ! -e "$topo_work/$name.conf" ] || wg setconf "$name" "$topo_work/$name.conf" &
	done <"$topo_work/devices"
	wait
	cat "$topo_work"/up-* | ip -batch - || return
	# shellcheck disable=SC2016 # expanded by the inner shell
	ip netns exec inet bash -c '
		cd "$1" && ip -batch inet || exit
		while read -r name; do
			wg setconf "$name" "$name.conf" &
		done <tunnels
		wait
		ip -batch inet-move' inet "$topo_work" || return
	# shellcheck disable=SC2016
	ip netns exec sat bash -c '
		eval "$2" && cd "$1" && ip -batch space-sat && ip -batch rules &&
		ip -6 -batch rules' sat "$topo_work" "$forwarding" || return
	topology_each_space && topology_shake_hands
}

# topology_shake_hands: wait for the far ends' first handshakes. WireGuard asks again
# only after 5 seconds when the first question is lost.
topology_shake_hands()
{
	local end=$((SECONDS + 30))

	while wg show all latest-handshakes | grep -qP '\t0$'; do
		[ $SECONDS -lt $end ] || return
		sleep 0.1
	done
}

# topology_each_space: the insides of the namespaces, a few at a time.
topology_each_space()
{
	local name pids=() pid failed=0

	while read -r name; do
		case $name in
		inet|sat) continue ;;
		esac
		ip -n "$name" -batch "$topo_work/space-$name" &
		pids+=($!)
	done <"$topo_work/spaces"
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	return $failed
}

# topology_recreate DEVICE: delete a tunnel device of the gateway and make it anew.
topology_recreate()
{
	ip link del "$1" 2>/dev/null
	ip link add "$1" type wireguard && wg setconf "$1" "$topo_work/$1.conf" &&
		ip -batch "$topo_work/up-$1"
}
