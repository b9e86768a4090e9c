# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# demo_call: the demo's scene about bandwidth. Two people of A have a SIP call through
# the platform's relay while B floods the gateway's line, without and with isolation.

: "${TG_REPO:?}" "${TG_TEMP:?}" "${topo_work:?}"
call_dir=$TG_REPO/tests/lib/call
flood=()		# processes of B's flood
declare -A call_seen	# "PHASE HOST WHAT": what the probe measured

# --- the line ---------------------------------------------------------------

# line_up: what the gateway sends over the internet goes through a slow line with a
# queue that holds three seconds of it. It counts as Ethernet does: 24 bytes for each
# packet are not in it (preamble, checksum, gap).
line_up()
{
	ip -n inet link add line type ifb && ip -n inet link set line up &&
	tc -n inet qdisc add dev line root netem rate 1mbit 24 limit 300 &&
	tc -n inet qdisc add dev eth0 ingress &&
	tc -n inet filter add dev eth0 ingress matchall action mirred egress redirect dev line
}

# dropped QDISC [TC-ARGUMENT...]: what all queues of that kind dropped so far.
dropped()
{
	tc "${@:2}" -s qdisc show | awk -v kind="$1" '$1 == "qdisc" { ours = $2 == kind }
		ours && /dropped/ { sub(/.*dropped /, ""); sum += $0 } END { print sum + 0 }'
}

drops_more() { [ "$(dropped "${@:2}")" -gt "$1" ]; }
line_empty() { tc -n inet -s qdisc show dev line | grep -q 'backlog [^ ]* 0p'; }

# --- the call ---------------------------------------------------------------

# call_listens NAMESPACE PORT: does somebody wait for datagrams there?
call_listens() { [ -n "$(ip netns exec "$1" ss -Hlun "sport = :$2")" ]; }

# call_talks NAMESPACE: does the phone there have a process that talks?
call_talks()
{
	local pids
	pids=$(ip netns pids "$1" | wc -l)
	[ "$pids" -gt 1 ]
}

# call_program NAMESPACE PROGRAM [ARGUMENT...]: in the background, its process in "child".
call_program()
{
	ip netns exec "$1" perl "$call_dir/$2.pl" "${@:3}" >"$TG_TEMP/$2-$1" 2>&1 </dev/null &
	child=$!
	demo_children+=("$child")
}

call_begin()
{
	call_program svc relay 10.99.0.11:5060 10.99.0.11:5061
	call_program mobile-a phone 10.1.3.2
	callee=$child
	within 60 call_listens svc 5061 && within 60 call_listens mobile-a 5060 || return
	call_program home-a phone 10.1.1.3 10.99.0.11 10.1.3.2
	caller=$child
	within 60 call_talks home-a && within 60 call_talks mobile-a
}

# call_end: tanaka hangs up, and the phones take leave of each other.
call_end()
{
	kill "$caller"
	within 60 call_over
	wait "$caller" && wait "$callee"
}

call_over() { ! kill -0 "$caller" 2>/dev/null && ! kill -0 "$callee" 2>/dev/null; }

# call_watch PHASE SECONDS: how the call is, into call_seen.
call_watch()
{
	local host word words
	probe rtp "$2" tanaka sato-mobile >"$TG_TEMP/rtp" || return
	while read -r host words; do
		# shellcheck disable=SC2086 # pairs of words
		set -- "$1" $words
		for ((word = 2; word < $#; word += 2)); do
			call_seen["$1 $host ${!word}"]=${*:word + 1:1}
		done
	done <"$TG_TEMP/rtp"
}

# --- the flood --------------------------------------------------------------

flood_waits() { [ "$(ip netns exec office-b ss -Hltn | grep -c ':520[12]\b')" = 2 ]; }

# B's home and office send each other all they can, marked as if it were telephony
# (0xb8 is EF).
flood_begin()
{
	local port
	for port in 5201 5202; do
		ip netns exec office-b iperf3 -s -B 10.2.10.10 -p $port >/dev/null 2>&1 </dev/null &
		flood+=($!)
	done
	within 60 flood_waits || return
	ip netns exec home-b iperf3 -c 10.2.10.10 -B 10.2.1.2 -p 5201 --bidir -S 0xb8 -t 600 \
		-u -b 750K -l 1350 --pacing-timer 10000 >"$TG_TEMP/flood-udp" 2>&1 </dev/null &
	flood+=($!)
	ip netns exec home-b iperf3 -c 10.2.10.10 -B 10.2.1.2 -p 5202 --bidir -S 0xb8 -t 600 \
		>"$TG_TEMP/flood-tcp" 2>&1 </dev/null &
	flood+=($!)
	demo_children+=("${flood[@]}")
}

flood_end()
{
	kill "${flood[@]}" 2>/dev/null
	wait "${flood[@]}" 2>/dev/null
	flood=()
	within 60 line_empty
}

# --- the scene --------------------------------------------------------------

# The policy of this scene: the line's rate, and plans. B may send what it likes.
call_policy()
{
	sed -i 's/mode: observe .*/mode: enforce/' provider.yaml
	sed -e 's/uplink: {devices: \[eth0\]}/uplink: {devices: [eth0], rate: 950 kbit\/s}/' \
		-e 's|^plans:|&\n  telephony: {guarantee: 400 kbit/s, realtime: 300 kbit/s}|' \
		-e '/^  company-a:/,/plan:/s/plan: small/plan: telephony/' provider.yaml >line.yaml &&
	sed -i 's|^rules:|&\n  - {from: staff, to: files, allow: [tcp/5201-5202, udp/5201-5202]}|' \
		tenants/company-b.yaml
}

# call_time MICROSECONDS
call_time()
{
	if [ "$1" -ge 1000000 ]; then
		printf '%d.%d s' $(($1 / 1000000)) $(($1 / 100000 % 10))
	else
		printf '%d ms' $((($1 + 500) / 1000))
	fi
}

# call_row PHASE HOST TEXT
call_row()
{
	local sent=${call_seen["$1 $2 sent"]:-0} lost=${call_seen["$1 $2 lost"]:-0} bar='' signs i
	local soon=${call_seen["$1 $2 soon"]:-0}
	[ "$sent" -gt 0 ] || { tell "      $3: nothing was heard"; return; }
	signs=$(((20 * soon + sent / 2) / sent))
	for ((i = 0; i < 20; i++)); do
		[ $i -lt $signs ] && bar+='█' || bar+='·'
	done
	printf '      %-26s %3d.%d %% %8s %8s %8s   %s\n' "$3" $((100 * lost / sent)) \
		$((1000 * lost / sent % 10)) "$(call_time "${call_seen["$1 $2 p50"]}")" \
		"$(call_time "${call_seen["$1 $2 p99"]}")" "$(call_time "${call_seen["$1 $2 max"]}")" "$bar"
}

call_table()
{
	local host between
	tell "    What became of the voice, a packet each 20 ms:"
	printf '      %-26s %7s %8s %8s %8s   %s\n' '' lost median 'p99' worst 'there within 150 ms'
	for host in tanaka sato-mobile; do
		between="from Tanaka at home to Sato's mobile"
		[ $host = tanaka ] || between="from Sato's mobile to Tanaka at home"
		tell "    $between"
		call_row quiet $host 'B is quiet'
		call_row off $host 'B floods, no isolation'
		call_row on $host 'B floods, isolation'
	done
}

# call_spoiled HOST: does nobody understand anything? Half a second, or each 20th packet.
call_spoiled()
{
	[ "${call_seen["off $1 p50"]:-0}" -ge 500000 ] ||
		[ $((20 * ${call_seen["off $1 lost"]:-0})) -ge "${call_seen["off $1 sent"]:-1}" ]
}

# call_carried HOST: does the guest carry a call at all, while nobody floods?
call_carried()
{
	[ "${call_seen["quiet $1 sent"]:-0}" -gt 0 ] &&
		[ $((100 * ${call_seen["quiet $1 lost"]:-0})) -le "${call_seen["quiet $1 sent"]}" ]
}

# call_clear HOST: two packets of a hundred are lost at most, and half of them take a fifth at
# most of what they took before. A slow guest has delays of its own, which come on top.
call_clear()
{
	[ "${call_seen["on $1 sent"]:-0}" -gt 0 ] &&
		[ $((50 * ${call_seen["on $1 lost"]:-0})) -le "${call_seen["on $1 sent"]}" ] &&
		[ $((5 * ${call_seen["on $1 p50"]})) -le "${call_seen["off $1 p50"]:-0}" ]
}

call_expect()
{
	local host
	for host in tanaka sato-mobile; do
		if ! call_carried $host; then
			tell "    This guest is too slow for $host's voice even when B is quiet: not judged."
			continue
		fi
		call_spoiled $host && seen=spoiled || seen=fine
		expect "flood, no isolation: $host's voice" spoiled "$seen"
		call_clear $host && seen=clear || seen="not clear"
		expect "flood, isolation: $host's voice" clear "$seen"
	done
}

# call_flooded PHASE QDISC [TC-ARGUMENT...]: the call from when that queue overflows.
call_flooded()
{
	local before
	before=$(dropped "${@:2}")
	if ! flood_begin || ! within 90 drops_more "$before" "${@:2}"; then
		expect "the flood fills the line ($1)" yes no
	fi
	call_watch "$1" 6
}

demo_call()
{
	title "A neighbour floods the line, and people talk on"
	if ! cd "$TG_TEMP/policy" || ! line_up || ! call_policy; then
		expect "the line is there" yes no
		return
	fi
	tell "The gateway's line to the internet now carries 1 Mbit/s. The policy is told of 95 % of it,"
	tell "and what A gets of it for its calls; B has no such plan:"
	shown "gateway# diff provider.yaml line.yaml"
	diff provider.yaml line.yaml | grep '^[<>]' | indent
	gate tgctl apply line.yaml || expect "the line's policy is applied" yes no
	gate tgctl show links
	gate tgctl show plans
	tell "Tanaka of A calls Sato's mobile: SIP and RTP through the platform's relay ..."
	call_begin || { expect "the phones talk" yes no; return; }
	cd "$TG_TEMP/policy" || return
	call_watch quiet 3

	tell "B's home and office send each other all they can, UDP and TCP, both ways, marked as"
	tell "telephony (EF). Nothing isolates yet: no device has our queueing discipline ..."
	call_flooded off netem -n inet
	flood_end

	tell "The same again with it:"
	gate tgctl shape on || expect "the discipline is on all devices" yes no
	call_flooded on tenantgate
	gate tgctl show bandwidth
	flood_end
	call_table
	call_end && seen=ended || seen='broken off'
	expect "the phones say goodbye at the end" ended "$seen"
	call_expect
}
