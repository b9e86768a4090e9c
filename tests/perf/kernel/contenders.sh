# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# contenders: who takes part, each in a network namespace of its name.
#
#   base           no filter; where packets are denied, a hook that drops them all
#   nft            nftables, stateless: a map from the tenant's addresses to a chain
#                  of the tenant's rules, and another one for replies
#   nft-ct         the same with conntrack, established packets accepted first
#   nft-set        all rules in one concatenated interval set (pipapo)
#   nft-flowtable  nft-ct with established flows in a flowtable
#   tenantgate     TenantGate, enforcing
#
# shellcheck disable=SC2034,SC2154 # the variables are for the caller, or from it
: "${work=}" "${debug=}" "${verdict=}" "${failed=}"

# contenders_find: sets contenders to those that can be run here, or to those that
# TG_CONTENDERS names.
contenders_find()
{
	if [ -n "${TG_CONTENDERS-}" ]; then
		read -r -a contenders <<<"$TG_CONTENDERS"
		return
	fi
	contenders=(base tenantgate)
	if command -v nft >/dev/null; then
		contenders=(base nft nft-ct nft-set nft-flowtable tenantgate)
	else
		echo "# SKIP nft, nft-ct, nft-set, nft-flowtable: missing tool: nft"
	fi
}

# inject CONTENDER COMMAND: see module/replay.c.
inject()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	inside "$1" bash -c 'echo "$2" >"$1/run"' inject "$debug" "$2"
}

# conntrack_room FLOWS: for each of the two that track as many buckets as flows, but
# no fewer than most machines have.
conntrack_room()
{
	local room=$(($1 < 65536 ? 65536 : $1))
	echo $((room * 2)) >/sys/module/nf_conntrack/parameters/hashsize
	echo $((room * 16)) >/proc/sys/net/netfilter/nf_conntrack_max
}

space_up()
{
	ip netns add "$1" || return
	# shellcheck disable=SC2016 # expanded by the inner shell
	inside "$1" bash -c '
		cd /proc/sys/net
		echo 1 >ipv4/ip_forward
		echo 1 >ipv6/conf/all/forwarding
		echo 0 >ipv4/conf/all/rp_filter
		echo 0 >ipv4/conf/default/rp_filter
		ip -batch - <<-END
		link add tgb-in type tgbench
		link add tgb-out type tgbench
		link set tgb-in addrgenmode none
		link set tgb-out addrgenmode none
		link set tgb-in up
		link set tgb-out up
		route add 10.0.0.0/8 dev tgb-in
		route add 20.0.0.0/8 dev tgb-out
		route add fd10::/32 via fe80::1 dev tgb-in
		route add fd20::/32 via fe80::1 dev tgb-out
		END'
}

# Flows stay for as long as the bench takes.
timeouts_long()
{
	local name
	for name in nf_conntrack_udp_timeout nf_conntrack_udp_timeout_stream \
		    nf_flowtable_udp_timeout nf_flowtable_tcp_timeout; do
		# shellcheck disable=SC2016 # expanded by the inner shell
		inside "$1" bash -c 'echo 3600 >"/proc/sys/net/netfilter/$1"' - $name || return
	done
}

# contender_up CONTENDER SCENARIO: a namespace with its rules.
contender_up()
{
	local begin=$EPOCHREALTIME
	space_up "$1" || return
	case $1 in
	base)		[ "$verdict" = pass ] || inject base drop ;;
	tenantgate)	tenantgate_up ;;
	*)		nft_up "$1" ;;
	esac || { echo "not ok - $2: the rules of $1 load"; failed=1; return 1; }
	begin=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	printf '# %s, %s: rules are up after %d ms\n' "$2" "$1" $begin
}

nft_up()
{
	timeouts_long "$1" &&
	"$TG_GENERATE" "$1" "${options[@]}" >"$work/rules" &&
	inside "$1" nft -f "$work/rules"
}

tenantgate_up()
{
	rm -rf "$work/policy"
	mkdir "$work/policy" &&
	(cd "$work/policy" && "$TG_GENERATE" policy "${options[@]}") || return
	if ! inside tenantgate "$TGCTL" apply "$work/policy/provider.yaml" \
		>"$work/apply.out" 2>&1 </dev/null
	then
		head -n 12 "$work/apply.out"
		return 1
	fi
}
