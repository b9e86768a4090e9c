# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# contenders: who takes part, each in a network namespace of its name.
#
#   noqueue     nothing
#   htb         HTB with a class and an fq_codel for each tenant
#   hfsc        HFSC likewise
#   cake        CAKE, besteffort, fair among hosts, which here are the tenants; it knows
#               no guarantees and no ceilings
#   cake-ds4    CAKE with diffserv4, which believes what senders write into their packets
#   tenantgate  TenantGate
#
# HTB and HFSC find a packet's class by its priority, so that nobody pays for filters;
# TenantGate finds its tenant there, too.
#
# shellcheck disable=SC2154 # the variables are from the caller
: "${work=}" "${debug=}" "${failed=}" "${tenants=}" "${rate=}" "${guarantee=}" "${ceiling=}"
: "${guarantee_first=}" "${realtime_first=}" "${ceiling_first=}" "${oversubscribed=}" "${mbit=}"

# contenders_find: sets contenders to all, or to those that TG_CONTENDERS names.
contenders_find()
{
	read -r -a contenders <<<"${TG_CONTENDERS:-noqueue htb hfsc cake cake-ds4 tenantgate}"
}

# map_of CONTENDER: how it learns a packet's tenant.
map_of()
{
	case $1 in
	htb|hfsc)	echo class ;;
	tenantgate)	echo tag ;;
	*)		echo none ;;
	esac
}

# tell CONTENDER COMMAND: see module/main.c.
tell()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	inside "$1" bash -c 'echo "$2" >"$1/run"' tell "$debug" "$2"
}

space_up()
{
	ip netns add "$1" || return
	inside "$1" ip -batch - <<-END
		link add tgl0 type tgload
		link add tgl-home type tgload
		link set tgl0 addrgenmode none
		link set tgl-home addrgenmode none
		link set tgl0 up
		link set tgl-home up
	END
}

# contender_up CONTENDER: a namespace and a device with its discipline.
contender_up()
{
	space_up "$1" && discipline_write "$1" add && discipline_load "$1"
}

# discipline_write CONTENDER add|change: what sets all tenants up, or changes all their
# rates by a tenth.
discipline_write()
{
	local guarantee=$guarantee guarantee_first=$guarantee_first
	if [ "$2" = change ]; then
		guarantee=$((guarantee * 9 / 10))
		guarantee_first=$((guarantee_first * 9 / 10))
	fi
	case $1 in
	noqueue)	: ;;
	cake)		cake besteffort ;;
	cake-ds4)	cake diffserv4 ;;
	tenantgate)	tenantgate_policy >"$work/provider.yaml"
			[ "$2" = change ] || echo "qdisc replace dev tgl0 root tenantgate" ;;
	*)		classes "$2" "$1" ;;
	esac >"$work/$1.batch"
}

cake() { echo "qdisc replace dev tgl0 root cake bandwidth ${rate}bit $1 dual-dsthost raw"; }

# discipline_load CONTENDER: do it.
discipline_load()
{
	[ "$1" != tenantgate ] || tenantgate_apply || return
	[ ! -s "$work/$1.batch" ] || inside "$1" tc -batch "$work/$1.batch"
}

# classes add|change htb|hfsc: what tc is to do.
classes()
{
	awk -v verb="$1" -v kind="$2" -v tenants="$tenants" -v rate="$rate" \
		-v first="$guarantee_first" -v rest="$guarantee" -v realtime="$realtime_first" \
		-v ceiling_first="$ceiling_first" -v ceiling="$ceiling" '
	function class(parent, id, terms) {
		print "class " verb " dev tgl0 parent 1:" parent " classid 1:" id " " kind " " terms
	}
	function htb(guarantee, ceiling, prompt) {
		return "rate " guarantee "bit ceil " ceiling "bit quantum 1514 prio " !prompt
	}
	function hfsc(guarantee, ceiling, prompt) {
		return "rt " (prompt ? "umax 1514b dmax 1ms rate " : "m2 ") \
		       guarantee "bit ls m2 " guarantee \
		       "bit ul m2 " ceiling "bit"
	}
	BEGIN {
		if (verb == "add") {
			print "qdisc replace dev tgl0 root handle 1: " kind
			class("", "1", kind == "htb" ? htb(rate, rate, 1) : \
			      "ls m2 " rate "bit ul m2 " rate "bit")
		}
		for (i = 0; i < tenants; i++) {
			id = sprintf("%x", 16 + i)
			guarantee = i ? rest : first
			most = i ? ceiling : ceiling_first
			class("1", id, kind == "htb" ? htb(guarantee, most, !i && realtime) : \
			      hfsc(guarantee, most, !i && realtime))
			if (verb == "add")
				print "qdisc add dev tgl0 parent 1:" id " fq_codel limit 1000"
		}
	}'
}

# plan NAME GUARANTEE REALTIME CEILING: TenantGate knows no rates below 8 kbit/s.
plan()
{
	local terms="ceiling: $4 bit/s"
	[ "$2" -lt 8000 ] || terms+=", guarantee: $2 bit/s"
	[ "$3" -lt 8000 ] || terms+=", realtime: $3 bit/s"
	echo "  $1: {$terms}"
}

# tenantgate_policy: the provider's file. Prefixes are as in module/packet.c.
tenantgate_policy()
{
	local shared=false
	[ "$oversubscribed" = 0 ] || shared=true
	echo "gateway: {mode: enforce}"
	echo "links: {uplink: {devices: [tgl0], rate: {up: $rate bit/s}, tunnel: none, framing: none, oversubscribe: $shared}}"
	echo "plans:"
	plan first "$guarantee_first" "$realtime_first" "$ceiling_first"
	plan other "$guarantee" 0 "$ceiling"
	echo "tenants:"
	awk -v tenants="$tenants" 'BEGIN {
		for (i = 0; i < tenants; i++)
			printf "  t%05d:\n    plan: %s\n    sites: {home: {device: tgl-home, prefixes: [10.%d.%d.0/24]}}\n",
			       i, i ? "other" : "first", i / 256, i % 256
	}'
}

tenantgate_apply()
{
	if ! inside tenantgate "$TGCTL" apply "$work/provider.yaml" >"$work/apply.out" 2>&1 </dev/null
	then
		head -n 12 "$work/apply.out"
		return 1
	fi
}

# empty CONTENDER: what waits is dropped, and classes stay.
empty()
{
	inside "$1" ip -batch - <<-END
		link set tgl0 down
		link set tgl0 up
	END
}
