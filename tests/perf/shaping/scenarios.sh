# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for the caller
#
# scenarios: what is measured.
#
#   cost-N           ns that a packet of N tenants takes through a link that is never full
#   cost-unhashed-N  the same where nobody knows the flows' hashes before
#   overload-N       packets a second that can be offered to a link of 40 Mbit/s
#   quiet            a call alone on 40 Mbit/s: 333 packets of 160 bytes a second
#   probe-N          the call while N others offer 140 % of the link
#   probe-ef-N       the same where the others mark their packets as calls
#   probe-calls-N    and where their rules let TenantGate take these for calls, too
#   probe-line-N     and where the line behind the device takes its time for each packet
#   rate-N           how exactly the link's rate is kept while N tenants offer 140 %
#   leave-idle-N     and when N tenants begin with two packets each at the same time
#   oversubscribed   and when ten guarantees of 8 Mbit/s are behind 40 Mbit/s
#   ceiling          how exactly a ceiling of 10 Mbit/s is kept beside two other tenants
#   guarantee-N      how often a tenant is short of its guarantee of 4 Mbit/s
#   setup-N          until N tenants are set up, and until all their rates are changed
#   memory-N         what N tenants take that wait for packets, or have one waiting

mbit=1000000
link=$((40 * mbit))
mtu=1400

# scenario_of NAME: sets kind; tenants; rate (of the link, bit/s); guarantee, realtime and
# ceiling of the first tenant and of each other one (guarantee_first, guarantee, and so on);
# oversubscribed; streams (of the load, see module/paced.c); without (contenders
# that stay away).
scenario_of()
{
	tenants=${1##*-} rate=$link guarantee_first=0 realtime_first=0 ceiling_first=$link
	ceiling=$link oversubscribed=0 hashed=1 line=0 streams=() without=noqueue
	case $1 in
	cost-unhashed-*)	kind=cost hashed=0 ;;
	cost-*)			kind=cost ;;
	overload-*)		kind=overload without='' ;;
	quiet)			kind=probe tenants=10 without='' ;;
	probe-*)		kind=probe ;;
	rate-*|leave-idle-*)	kind=rate ;;
	oversubscribed)		kind=rate tenants=10 without='noqueue cake cake-ds4' ;;
	ceiling)		kind=ceiling tenants=3 without='noqueue cake cake-ds4' ;;
	guarantee-*)		kind=guarantee ;;
	setup-*)		kind=setup without='noqueue cake cake-ds4' ;;
	memory-*)		kind=memory without='noqueue cake cake-ds4' ;;
	*)			return 1 ;;
	esac
	[ "$tenants" -gt 0 ] 2>/dev/null || return
	guarantee=$((rate * 8 / 10 / tenants))
	"${kind}_scenario" "$1"
}

cost_scenario()
{
	without=''
	rate=$((20000 * mbit)) ceiling=$((10000 * mbit)) ceiling_first=$((10000 * mbit))
	guarantee=$((rate * 8 / 10 / tenants))
	guarantee_first=$guarantee realtime_first=0
}

overload_scenario()
{
	guarantee_first=$guarantee
}

# flood CLASS TOS: all tenants but the first offer 140 % of the link, in packets of
# picked tenants.
flood()
{
	streams+=("1 $((tenants - 1)) $((mtu * 8 * 1000 * 10 / 14 / (rate / mbit))) 1 $mtu $2 $1 1")
}

realtime_class=1 interactive_class=0

probe_scenario()
{
	local class=$interactive_class tos=0
	tenants=$((tenants + 1))
	guarantee_first=$((2 * mbit)) realtime_first=$((2 * mbit))
	streams=("0 1 3003003 1 160 184 $realtime_class 0")
	case $1 in
	probe-line-*)	line=$((rate / 8)) ;;
	probe-ef-*)	tos=184 ;;
	probe-calls-*)	class=$realtime_class tos=184 ;;
	quiet)		return ;;
	esac
	flood $class $tos
}

rate_scenario()
{
	guarantee_first=$guarantee
	flood $interactive_class 0
	# The first stream is the one that is watched, and here nobody is.
	streams=("0 1 10000000 1 $mtu 0 $interactive_class 0" "${streams[@]}")
	case $1 in
	leave-idle-*)
		streams+=("0 $tenants 100000000000 $((2 * tenants)) $mtu 0 $interactive_class 0") ;;
	oversubscribed)
		guarantee=$((8 * mbit)) guarantee_first=$((8 * mbit)) oversubscribed=1 ;;
	esac
}

ceiling_scenario()
{
	guarantee_first=$((5 * mbit)) ceiling_first=$((10 * mbit))
	streams=("0 1 $((mtu * 8 * 1000 / 15)) 1 $mtu 0 $interactive_class 0")
	flood $interactive_class 0
}

guarantee_scenario()
{
	guarantee_first=$((4 * mbit))
	streams=("0 1 $((mtu * 8 * 1000 / 6)) 1 $mtu 0 $interactive_class 0")
	flood $interactive_class 0
}

# All tenants send together a fifth of the link, so that nothing has to be lost.
setup_scenario()
{
	guarantee_first=$guarantee
	streams=("0 $tenants 200000 1 200 0 $interactive_class 0")
}

memory_scenario()
{
	rate=$((1000 * mbit)) ceiling=$((1000 * mbit)) ceiling_first=$((1000 * mbit))
	guarantee=$((rate * 8 / 10 / tenants)) guarantee_first=$((rate * 8 / 10 / tenants))
}
