# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# generate: what torture has in common. The kernel's own generator (pktgen) hands
# packets to the receive path of every processor; beside it jobs go on and on.
#
# The caller has sourced netns.sh, and set "slow" to how slow the guest is.

pktgen=/proc/net/pktgen

generator_is_there()
{
	modprobe -q pktgen 2>/dev/null
	[ -e $pktgen/pgctrl ]
}

# generator NAME DEVICE [SETTING...]: another source of packets, on each processor.
generators=()
generator()
{
	local name=$1 device=$2 thread setting entry
	shift 2
	for thread in "$pktgen"/kpktgend_*; do
		entry=$device@$name-${thread##*_}
		echo "add_device $entry" >"$thread"
		# One millisecond between two packets, or as fast as it can.
		for setting in 'xmit_mode netif_receive' 'pkt_size 100' 'delay 1000000' \
			       "dst_mac $(cat "/sys/class/net/$device/address")" "$@"; do
			echo "$setting" >"$pktgen/$entry" || fail "pktgen takes '$setting'"
		done
		generators+=("$entry")
	done
}
generator_stop() { echo stop >$pktgen/pgctrl; }
generator_forget()
{
	local thread
	for thread in "$pktgen"/kpktgend_*; do
		echo rem_device_all >"$thread"
	done
}
# sent PATTERN: packets from the generators with such names so far.
sent()
{
	local entry sum=0
	for entry in "${generators[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $entry != $1 ]] ||
			sum=$((sum + $(sed -n 's/.*pkts-sofar: *\([0-9]*\).*/\1/p' "$pktgen/$entry")))
	done
	echo $sum
}
# each COUNT: how many packets each generator sends; 0: until it is stopped.
each()
{
	local entry
	for entry in "${generators[@]}"; do
		echo "count $1" >"$pktgen/$entry"
	done
}
# generate: all send; ends when they have sent what they should.
generate() { echo start >$pktgen/pgctrl; }
# delay MS: how long each generator rests after a packet, in milliseconds.
delay()
{
	local entry
	for entry in "${generators[@]}"; do
		echo "delay $(($1 * 1000000))" >"$pktgen/$entry"
	done
}
# generate_on, generate_end: all send, until they are told to end.
generate_on()
{
	generate &
	generating=$!
}
generate_end()
{
	generator_stop
	wait $generating
}

# go_on NAME COMMAND...: again and again until the time is over, then how often.
go_on()
{
	local name=$1 count=0
	shift
	while [ -e "$work/running" ]; do
		if ! "$@" >"$work/$name.said" 2>&1; then
			cp "$work/$name.said" "$work/$name.failed"
			break
		fi
		count=$((count + 1))
		[ "$slow" = 1 ] || read -rt "$slow" -u "$never"
	done
	echo $count >"$work/$name.count"
}
count_of() { cat "$work/$1.count"; }
