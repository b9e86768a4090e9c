# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The run as the caller sees it: options, the cage, signals. All that a run
# makes (processes, mounts, temporary files) lives in a process and mount
# namespace that dies with this process, even when it is killed outright.

# run_parse MODE [OPTION...] GUEST [-- COMMAND...]
run_parse()
{
	local mode=$1 guest kind time_limit=600 cpus=2 mem=2048 out='' log=''
	shift
	[ "$mode" = command ] || time_limit=0

	while [ $# -gt 0 ]; do
		case $1 in
		--time-limit|--cpus|--mem|--out|--log)
			[ $# -ge 2 ] || die "$1 needs a value" ;;&
		--time-limit|--cpus|--mem)
			[[ $2 =~ ^[0-9]+$ ]] || die "$1 takes a whole number, not '$2'" ;;&
		--time-limit)	time_limit=$2; shift 2 ;;
		--cpus)		cpus=$2; shift 2 ;;
		--mem)		mem=$2; shift 2 ;;
		--out)		out=$2; shift 2 ;;
		--log)		log=$2; shift 2 ;;
		-*)		die "no option '$1'; see scripts/lab help" ;;
		*)		break ;;
		esac
	done
	[ $# -gt 0 ] || die "name a guest: ${lab_guests[*]}"
	guest=$1
	shift
	kind=$(guest_kind "$guest")
	if [ "$mode" = shell ]; then
		[ -t 0 ] || die "shell needs a terminal"
		[ $# -gt 0 ] || set -- -- bash -l
	fi
	if [ "${1-}" != -- ] || [ $# -lt 2 ]; then
		die "after the guest comes -- and a command"
	fi
	shift
	if [ -n "$out" ]; then
		[ -d "$out" ] || die "--out: no directory '$out'"
		out=$(cd "$out" && pwd -P)
	fi
	[ -z "$log" ] || log=$(realpath -- "$log")

	need busybox busybox-static
	[ "$kind" != stock ] || need qemu-system-x86_64 qemu-system-x86
	"${kind}_prepare" "$guest" ''
	export LAB_KIND=$kind LAB_GUEST=$guest LAB_MODE=$mode LAB_OUT=$out LAB_LOG=$log
	export LAB_TIME_LIMIT=$time_limit LAB_CPUS=$cpus LAB_MEM=$mem
	run_caged "$@"
}

# run_caged COMMAND...: run lab.d/run-inside in its own namespaces.
run_caged()
{
	local status=0
	local -a user=()

	[ "$EUID" -eq 0 ] || user=(--map-root-user)
	mkdir -p "$lab_cache/run"
	run_terminal=
	[ "$LAB_MODE" != shell ] || run_terminal=$(stty -g)
	# If this shell is killed, setpriv has unshare killed with it, and
	# unshare process 1 of the namespace, which takes all the others along.
	# (unshare complains senselessly when its child is killed: hence the
	# filter, which run-inside bypasses through descriptor 5.)
	setpriv --pdeathsig KILL \
		unshare "${user[@]}" --mount --pid --fork --kill-child --mount-proc \
		"$lab_dir/run-inside" "$@" <&0 5>&2 \
		2> >(grep -v 'sigprocmask unblock failed' >&2) &
	run_cage=$!
	trap 'run_end 129' HUP
	trap 'run_end 130' INT
	trap 'run_end 143' TERM
	wait "$run_cage" || status=$?
	run_end "$status"
}

run_end()
{
	trap '' HUP INT TERM
	# Process 1 of the namespace first, so that unshare is there to reap it.
	pkill -KILL -P "$run_cage" || kill -KILL "$run_cage" 2>/dev/null || true
	wait "$run_cage" 2>/dev/null || true
	[ -z "$run_terminal" ] || stty "$run_terminal"
	exit "$1"
}
