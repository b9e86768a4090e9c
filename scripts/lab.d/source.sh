# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The Linux source tree (Debian's linux-source package): what user-mode Linux
# is built from, and where checkpatch, the YNL generator and the kselftest
# harness are found. It is kept pristine; builds go elsewhere.

source_package=linux-source-7.2
source_link=$lab_cache/source/$source_package

# source_tree: where the tree is, once prepared.
source_tree()
{
	readlink -f "$source_link"
}

# source_version: the package's version, in the cache's spelling.
source_version()
{
	basename "$(dirname "$(source_tree)")"
}

# source_prepare UPDATE
source_prepare()
{
	if [ -n "$1" ] || [ ! -e "$source_link/Makefile" ]; then
		cache_locked source source_fetch "$1"
	fi
}

source_fetch()
{
	local version dir

	if [ -z "$1" ] && [ -e "$source_link/Makefile" ]; then
		return # another lab was faster
	fi
	need xz xz-utils
	archive_update
	read -r _ version < <(archive_newest "$source_package") ||
		die "the archive has no $source_package"
	dir=$lab_cache/source/$(cache_name "$version")
	if [ ! -e "$dir/linux/Makefile" ]; then
		rm -rf "$dir.partial"
		mkdir -p "$dir.partial/linux"
		archive_unpack "$dir.partial" "$source_package=$version"
		say "unpacking $source_package"
		tar -xf "$dir.partial/usr/src/$source_package.tar.xz" \
			-C "$dir.partial/linux" --strip-components=1
		rm -rf "$dir.partial/usr"
		cache_publish "$dir.partial" "$dir"
	fi
	ln -sfnr "$dir/linux" "$source_link"
}
