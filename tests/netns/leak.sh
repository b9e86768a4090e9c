#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# leak: a hundred commits, aborted candidates and flows leave nothing behind.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
commits=${TG_COMMITS:-100}

# Kilobytes of unreclaimable slab, per-CPU and vmalloc memory.
memory() { awk '/^(SUnreclaim|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo; }
work_through()
{
	local i
	for ((i = 0; i < $1; i += 2)); do
		apply "$other"
		apply "$base"
		[ $((i % 10)) != 0 ] || "$probe" scan suzuki web-meeting 200 dport=10000 len=8 >/dev/null
		[ $((i % 10)) != 4 ] || "$probe" hostile abandon
	done
}
other=$(policy other '/^  npo-c:/,/policy:/d')
work_through 10
tg stop >/dev/null
before=$(memory)
apply "$base"
work_through "$commits"
tg stop >/dev/null
settled() { after=$(memory); [ $((after - before)) -lt 4096 ]; }
within 30 settled
check "$commits commits, abandoned candidates and their flows leave no memory behind ($before to $after kB)" settled

objects() { awk '/^(tenantgate|tg_)/ { sum += $2 } END { print sum + 0 }' /proc/slabinfo 2>/dev/null; }
none_left()
{
	# What is freed may wait in the processors' caches, or in KASAN's quarantine.
	for cache in /sys/kernel/slab/tg_*/shrink; do
		echo 1 >"$cache" 2>/dev/null
	done
	[ "$(objects)" = 0 ]
}
if grep -qE '^(tenantgate|tg_)' /proc/slabinfo 2>/dev/null; then
	check "no flow is left after stop" within 30 none_left
else
	skip "no flow is left after stop" "the flow cache is merged with another, or slabinfo is off"
fi

leaks=/sys/kernel/debug/kmemleak
[ -e $leaks ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
if [ -e $leaks ] && echo scan >$leaks 2>/dev/null; then
	# An object counts only when it is old enough in a later scan.
	sleep 6
	echo scan >$leaks
	if grep -qE 'tg_|tenantgate' $leaks; then
		fail "kmemleak finds nothing of ours" "$(grep -B2 -A14 -m3 -E 'tg_|tenantgate' $leaks)"
	else
		pass "kmemleak finds nothing of ours"
	fi
else
	skip "kmemleak finds nothing of ours" "this kernel has no kmemleak"
fi
apply "$base"
