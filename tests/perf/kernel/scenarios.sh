# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are for the caller, or from it
#
# scenarios: what is measured.

# scenario_of NAME: sets options (of the generator), flows, mode and count (of the
# injector), port_step (between the source ports of rounds), verdict (pass or drop)
# and without (contenders that stay away).
scenario_of()
{
	flows=1000 mode=mixed count=$packets port_step=0 verdict=pass
	without='' options=(tenants=100 rules=20)
	case $1 in
	established-4k)		flows=4000 ;;
	established-100k)	flows=100000 ;;
	established-1m)		flows=1000000 ;;
	established-tcp-100k)	flows=100000; options+=(proto=6) ;;
	established-ipv6-100k)	flows=100000; options+=(family=6) ;;
	# New flows; five-tuples of another round are no longer or not yet known.
	first)			flows=10000 mode=first count=10000 port_step=200
				without=nft-flowtable ;;
	denied-*)		denied "${1#denied-}" ;;
	*)			return 1 ;;
	esac
}

# Nothing matches: the price of deciding alone.
denied()
{
	flows=100000 mode=open verdict=drop without=nft-flowtable
	case $1 in
	1x10)		options=(tenants=1 rules=10) ;;
	1x100)		options=(tenants=1 rules=100) ;;
	100x20)		options=(tenants=100 rules=20) ;;
	1000x50)	options=(tenants=1000 rules=50) ;;
	# A million rules: nft does not load them in 6 GB.
	10000x100)	options=(tenants=10000 rules=100) flows=1000000
			without='nft-flowtable nft nft-ct nft-set' ;;
	10000x100-skew)	options=(tenants=10000 rules=100 skew=1) flows=1000000
			without='nft-flowtable nft nft-ct nft-set' ;;
	esac
	options+=(deny=1)
}
