# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The cache: finished things under names that say what they are, made in a
# neighbouring NAME.partial under a lock and renamed when complete. A killed
# run leaves a partial that the next one removes or goes on with; nobody ever
# sees half a kernel.

lab_cache=${TG_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tenantgate-lab}

# cache_locked NAME COMMAND...: run COMMAND while no other lab holds NAME.
# Children inherit the lock, so it outlives a killed lab until they are gone.
cache_locked()
{
	local name=$1
	shift
	mkdir -p "$lab_cache/locks"
	(
		if ! flock -n 9; then
			say "waiting for another lab that prepares $name"
			flock 9
		fi
		"$@"
	) 9>"$lab_cache/locks/$name"
}

# cache_publish PARTIAL FINAL
cache_publish()
{
	rm -rf "$2"
	mv -T "$1" "$2"
}

# cache_name VERSION: VERSION without the characters that make and shells dislike.
cache_name()
{
	printf '%s\n' "${1//[^A-Za-z0-9._-]/-}"
}
