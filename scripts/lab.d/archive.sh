# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's archive, through apt with lists of our own: the machine's apt
# configuration lends its addresses and keys and is never changed.

archive_suites=(bookworm trixie trixie-backports)
archive_security_suites=(bookworm-security trixie-security)

archive_dir=$lab_cache/archive
archive_options=(
	-o "Dir::Etc::sourcelist=$archive_dir/sources.list"
	-o "Dir::Etc::sourceparts=$archive_dir/empty"
	-o "Dir::Etc::preferences=/dev/null"
	-o "Dir::Etc::preferencesparts=$archive_dir/empty"
	-o "Dir::State::lists=$archive_dir/lists"
	-o "Dir::Cache=$archive_dir"
	-o "Dir::Cache::archives=$archive_dir/archives"
	-o "APT::Sandbox::User="
	-o "APT::Architecture=amd64"
	-o "Acquire::Languages=none"
	-o "Acquire::Retries=3"
)

# The machine's own sources of Debian, one "label|address" a line.
archive_addresses()
{
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' \
		'Created-By: Packages' | sed -n 's/^Debian|//p' | sort -u
}

archive_write_sources()
{
	local label address suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	local options="arch=amd64"

	[ ! -e $keyring ] || options+=" signed-by=$keyring"
	while IFS='|' read -r label address; do
		case $label in
		Debian)
			for suite in "${archive_suites[@]}"; do
				echo "deb [$options] $address $suite main"
			done ;;
		Debian-Security)
			for suite in "${archive_security_suites[@]}"; do
				echo "deb [$options] $address $suite main"
			done ;;
		esac
	done < <(archive_addresses)
}

# archive_update: fetch the lists of packages unless they are under an hour old.
archive_update()
{
	archive_fresh || cache_locked archive archive_fetch_lists
}

archive_fresh()
{
	[ -n "$(find "$archive_dir/updated" -mmin -60 2>/dev/null)" ]
}

archive_fetch_lists()
{
	! archive_fresh || return 0 # another lab was faster
	mkdir -p "$archive_dir"/{empty,lists/partial,archives/partial}
	archive_write_sources >"$archive_dir/sources.list"
	[ -s "$archive_dir/sources.list" ] ||
		die "apt knows no Debian archive here; run 'apt-get update' first"
	say "fetching the archive's lists of packages"
	apt-get "${archive_options[@]}" -qq update >&2 || die "apt-get update failed"
	touch "$archive_dir/updated"
}

# archive_newest REGEX: "NAME VERSION" of the highest version among the
# packages whose whole name matches.
archive_newest()
{
	local name version best_name='' best_version=''

	while read -r name version; do
		if [ -z "$best_version" ] ||
		   dpkg --compare-versions "$version" gt "$best_version"; then
			best_name=$name
			best_version=$version
		fi
	done < <(apt-cache "${archive_options[@]}" dumpavail |
		 awk -v regex="^($1)\$" '
			/^Package: / { name = $2 }
			/^Version: / && name ~ regex { print name, $2 }')
	[ -n "$best_name" ] || return 1
	echo "$best_name $best_version"
}

# archive_depends NAME VERSION: the names NAME depends on, first alternatives.
archive_depends()
{
	apt-cache "${archive_options[@]}" show "$1=$2" |
		sed -n 's/^\(Pre-\)\?Depends: //p' | tr ',' '\n' |
		sed -e 's/^ *//' -e 's/[ (|:].*//' | sort -u
}

# archive_unpack DIR PACKAGE[=VERSION]...: download packages and unpack them
# into DIR, without installing anything.
archive_unpack()
{
	local dir=$1 debs deb
	shift
	debs=$dir/debs
	mkdir -p "$debs"
	say "downloading $*"
	(cd "$debs" && apt-get "${archive_options[@]}" -qq download "$@" >&2) ||
		die "could not download $*"
	for deb in "$debs"/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$debs"
}
