# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# spaces: each contender of a bench has a network namespace of its name.

# inside CONTENDER COMMAND...: in its network namespace, with the guest's files.
inside()
{
	local contender=$1
	shift
	nsenter --net="/run/netns/$contender" -- "$@"
}

contender_down() { ip netns del "$1" 2>/dev/null; }

# memory_free: kilobytes
memory_free()
{
	local name value
	while read -r name value _; do
		[ "$name" != MemFree: ] || echo "$value"
	done </proc/meminfo
}

# settle: namespaces die in the background; wait until memory comes back no more.
settle()
{
	local before after quiet=0
	after=$(memory_free)
	while [ $quiet -lt 4 ]; do
		sleep 0.25
		before=$after
		after=$(memory_free)
		quiet=$((after - before > 200 ? 0 : quiet + 1))
	done
}
