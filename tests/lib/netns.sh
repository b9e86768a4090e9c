# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# netns: what the end-to-end tests have in common. A test is a line
# "ok - PROMISE" or "not ok - PROMISE"; tests/netns/run numbers and counts them.
#
# From the environment: TG_MODULE, TGCTL, TG_REPO, TG_TEMP (a directory that
# vanishes with the guest). The network namespace is the gateway's.

: "${TG_REPO:?}" "${TG_TEMP:?}" "${TGCTL:?}"
# shellcheck source=tests/lib/topology.sh disable=SC1091
. "$TG_REPO/tests/lib/topology.sh"
probe=$TG_REPO/tests/lib/probe
work=$TG_TEMP/${0##*/}
base=$work/base/provider.yaml		# the shared telework policy, enforced
children=()
export TG_HOSTS=$topo_hosts
mkdir -p "$work"
exec {never}<> <(:)			# nothing ever comes from here: see pause

pass() { echo "ok - $1"; }

# fail PROMISE [DETAIL...]
fail()
{
	local line
	echo "not ok - $1"
	shift
	for line; do
		echo "# ${line//$'\n'/$'\n# '}"
	done
}

skip() { echo "ok - $1 # SKIP $2"; }

# check PROMISE COMMAND...: the promise holds when COMMAND succeeds.
check()
{
	local promise=$1
	shift
	if "$@" >"$work/check.out" 2>&1; then
		pass "$promise"
	else
		fail "$promise" "failed: $*" "$(head -n 8 "$work/check.out")"
	fi
}

# refused PROMISE PATTERN COMMAND...: COMMAND fails, saying something like PATTERN.
refused()
{
	local promise=$1 pattern=$2
	shift 2
	if "$@" >"$work/check.out" 2>&1; then
		fail "$promise" "accepted: $*"
	elif grep -qiE -- "$pattern" "$work/check.out"; then
		pass "$promise"
	else
		fail "$promise" "refused, but not with '$pattern':" "$(head -n 8 "$work/check.out")"
	fi
}

# pause: a moment between two looks at something, without a new process.
pause() { read -rt 0.1 -u "$never" || :; }

# within SECONDS COMMAND...: wait until COMMAND succeeds.
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		pause
	done
}

# probes [-e]: try the lines on standard input; see tests/lib/check.c.
probes() { "$probe" check "$@" - || :; }

# servers: answer as the lines on standard input say, until the theme ends.
servers()
{
	local pid
	cat >"$work/servers"
	pid=$("$probe" serve "$work/servers") || fail "servers start"
	children+=("$pid")
}

# Everything that people in the picture want to reach.
standard_servers()
{
	servers <<-END
	tcp a-files 443 445 9000
	udp a-files 9000
	tcp a-ledger 443
	tcp a-pc1 3389
	tcp a-pc2 3389
	tcp b-files 443
	udp b-files 9000
	tcp c-files 443
	tcp d-files 443 9000
	udp d-files 7777 9000
	tcp web-meeting 443 8080
	udp web-meeting 10050 10051 9000
	udp ip-phone 5060 16400
	tcp messenger 5222
	tcp attendance 443
	tcp help-centre 443
	udp dns 53
	tcp dns 53
	udp sato 5060
	tcp sato 22 5900
	tcp suzuki 22
	tcp website 80
	udp website 9000
	tcp gw-a 22 53 8080
	udp gw-a 53 123 9000
	tcp gw-out 22
	END
}

# streams NAME: keep the lines' connections going, see tests/lib/stream.c.
streams()
{
	local pid
	cat >"$work/streams.$1"
	pid=$("$probe" stream "$work/streams.$1.out" "$work/streams.$1") || return
	echo "$pid" >"$work/streams.$1.pid"
	children+=("$pid")
}

# streams_end NAME: end them; the result is in $work/streams.NAME.out.
streams_end()
{
	rm -f "$work/streams.$1.out"
	kill "$(<"$work/streams.$1.pid")" && within 20 test -e "$work/streams.$1.out"
}

# streams_good NAME PROMISE [LOST [GAP]]: end them; nothing broke, no more than LOST
# datagrams were lost and no silence was longer than GAP ms.
streams_good()
{
	local name=$1 promise=$2 lost=${3:-0} gap=${4:-1000000000} line field
	streams_end "$name" || { fail "$promise" "the streams do not end"; return; }
	while read -r line; do
		read -ra field <<<"$line"
		if [ "${field[13]}" = ok ] && [ "${field[11]}" -le "$gap" ] &&
		   { [ "${field[0]}" = tcp ] || [ "${field[9]}" -le "$lost" ]; }; then
			pass "$promise (${field[0]}, ${field[3]})"
		else
			fail "$promise (${field[0]}, ${field[3]})" "$line"
		fi
	done <"$work/streams.$name.out"
}

# streams_look NAME: what the streams have received since the last look, in
# "received", one number a stream.
streams_look()
{
	local out=$work/streams.$1.out line field count=0
	local -n last=streams_last_$1
	received=()
	rm -f "$out"
	kill -USR1 "$(<"$work/streams.$1.pid")" && within 5 test -e "$out" || return
	while read -r line; do
		read -ra field <<<"$line"
		received+=($((field[7] - ${last[count]:-0})))
		last[count]=${field[7]}
		count=$((count + 1))
	done <"$out"
}

# streams_moving NAME: have all of them received something since the last look?
streams_moving()
{
	local some
	streams_look "$1" || return
	for some in "${received[@]}"; do
		[ "$some" -gt 0 ] || return
	done
}

# streams_all_silent NAME: has none of them, for half a second?
streams_all_silent()
{
	local some
	streams_look "$1" && pause && pause && pause && pause && pause &&
		streams_look "$1" || return
	for some in "${received[@]}"; do
		[ "$some" = 0 ] || return
	done
}

# counter TENANT REASON: packets counted so far.
counter()
{
	local tenant reason packets rest
	while IFS=$'\t' read -r tenant reason packets rest; do
		if [ "$tenant" = "$1" ] && [ "$reason" = "$2" ]; then
			echo "$packets"
			return
		fi
	done < <("$probe" counters)
	echo 0
}

# denials TENANT...: packets of these tenants that were dropped so far, whatever the reason.
denials()
{
	local tenant reason packets observed sum=0
	while IFS=$'\t' read -r tenant reason packets observed; do
		case " $* " in
		*" $tenant "*) ;;
		*) continue ;;
		esac
		case $reason in
		rule|grant|established|adopted|related-error|management|gateway-*|link-control) ;;
		*) sum=$((sum + packets - observed)) ;;
		esac
	done < <("$probe" counters)
	echo $sum
}

# backlog_drops: packets this machine dropped because a processor did not keep up,
# which is no fault of the gate.
backlog_drops()
{
	local dropped sum=0
	while read -r _ dropped _; do
		sum=$((sum + 16#$dropped))
	done </proc/net/softnet_stat
	echo $sum
}

# status FIELD: generation 1, mode 2, confirm 3, previous 4, flows 5, tenants 6, pickup 7
status()
{
	"$probe" status | cut -f"$1"
}

status_is() { [ "$(status "$1")" = "$2" ]; }

tg() { "$TGCTL" "$@" </dev/null; }

# policy NAME [SED EXPRESSION...]: a copy of the shared telework policy, enforced and
# changed; prints its provider file.
policy()
{
	local dir=$work/$1
	shift
	rm -rf "$dir"
	cp -r "$TG_REPO/policies/shared-telework" "$dir"
	sed -i -e 's/^  mode: observe/  mode: enforce/' "${@/#/-e}" "$dir"/*.yaml "$dir"/tenants/*.yaml
	echo "$dir/provider.yaml"
}

# apply FILE...: apply a policy or stop the theme.
apply()
{
	if ! tg apply "$@" >"$work/apply.out" 2>&1; then
		fail "tgctl apply $*" "$(head -n 12 "$work/apply.out")"
		exit 1
	fi
}

module_is_loaded() { [ -d /sys/module/tenantgate ]; }

module_load()
{
	local name
	module_is_loaded && return
	for name in $(modinfo -F depends "$TG_MODULE" | tr , ' '); do
		modprobe -q "$name" || :
	done
	insmod "$TG_MODULE"
}

# gate: the module is there and the shared telework policy is enforced.
gate()
{
	module_load || { fail "the module loads"; exit 1; }
	policy base >/dev/null
	apply "$base"
}

# gate_settled: running connections are no longer adopted from either side.
gate_settled() { within 90 status_is 7 -; }

at_end()
{
	local pid
	for pid in "${children[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$work"
}
trap at_end EXIT
