#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tdc: the kernel's own runner for tests of traffic control (linux-source,
# tools/testing/selftests/tc-testing) tries the qdisc's life cycle, as
# tests/tdc/tenantgate.json describes it.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

promise="the kernel's runner finds the qdisc's life cycle in order"
cases=$TG_REPO/tests/tdc/tenantgate.json
source=${TG_KERNEL_SOURCE:-$("$TG_REPO/scripts/lab" source 2>/dev/null)}
runner=$source/tools/testing/selftests/tc-testing

for tool in python3 tc unshare; do
	if ! command -v $tool >/dev/null; then
		skip "$promise" "missing tool: $tool"
		exit 0
	fi
done
if ! [ -e "$runner/tdc.py" ]; then
	skip "$promise" "missing tool: tdc (linux-source)"
	exit 0
fi
# The runner makes one for each test, whether it needs it or not.
if ! ip link add tdc-ifb type ifb 2>"$work/ifb"; then
	skip "$promise" "this kernel has no ifb: $(tail -n 1 "$work/ifb")"
	exit 0
fi
ip link del tdc-ifb

module_load || { fail "the module loads"; exit 1; }

# It asks for ethtool, which none of these tests uses, and gives a command 24 s.
cat >"$work/tdc_config_local.py" <<END
EXTRA_NAMES = {
    'TC': '$(type -P tc)',
    'IP': '$(type -P ip)',
    'ETHTOOL': '$(type -P true)',
    'TIMEOUT': 240,
}
END

# At its end it deletes all namespaces that have a name: it gets names of its own.
run_all()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --net --mount --propagation private -- bash -c '
		mount -t tmpfs tmpfs /run/netns && mount -t sysfs sysfs /sys && cd "$1" || exit
		PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$2 python3 ./tdc.py --file "$3" --outfile "$2/tap"' \
		tdc "$runner" "$work" "$cases" >"$work/said" 2>&1
}

# It makes namespaces beside running tests, and a slow guest may enter one that is not
# there yet, after which it skips all others: that says nothing of us.
for ((try = 0; try < 3; try++)); do
	run_all
	grep -q 'setting the network namespace' "$work/tap" "$work/said" || break
done
if [ $try = 3 ]; then
	skip "$promise" "the runner enters namespaces before they are there, three times of three"
	exit 0
fi

# Its lines are "ok 3 7e03 - NAME", "# skipped" where it skips, and what was wrong below.
count=0
while IFS= read -r line; do
	promised=${line#*ok }
	promised="tdc: ${promised#* }"
	case $line in
	'ok '*'# skipped'*)	skip "${promised% # skipped*}" "${line##*# skipped - }" ;;
	'ok '*)			pass "$promised" ;;
	'not ok '*)		fail "$promised" ;;
	1..*|'')		continue ;;
	*)			echo "# $line"; continue ;;
	esac
	count=$((count + 1))
done < <(cat "$work/tap" 2>/dev/null)
if [ $count = 0 ] || [ $count != "$(grep -c '"id":' "$cases")" ]; then
	fail "$promise" "$(tail -n 12 "$work/said")"
fi
check "and no qdisc is left: the module goes" rmmod tenantgate
module_load
