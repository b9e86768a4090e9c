# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's stock kernels: image, modules and headers, unpacked into the cache
# and never installed. How they boot is in qemu.sh.

# Raised when the way a kernel is unpacked changes.
stock_recipe=1

# stock_image GUEST: a regular expression for the image's package.
stock_image()
{
	case $1 in
	stock-6.1)	echo 'linux-image-6[.]1[.]0-[0-9]+-amd64' ;;
	stock-6.12)	echo 'linux-image-6[.]12[.][0-9]+[+]deb12-amd64' ;;
	stock-7.2)	echo 'linux-image-7[.]2[.][0-9]+[+]deb13-amd64' ;;
	esac
}

stock_dir()
{
	readlink -f "$lab_cache/stock/$1"
}

stock_prepared()
{
	[ "$(cat "$lab_cache/stock/$1/recipe" 2>/dev/null)" = "$stock_recipe" ]
}

stock_release()
{
	cat "$lab_cache/stock/$1/release"
}

stock_state()
{
	if stock_prepared "$1"; then
		echo "prepared, Linux $(stock_release "$1"), $(basename "$(stock_dir "$1")")"
	else
		echo "not prepared (download of about 100 MB)"
	fi
}

stock_kdir()
{
	echo "$(stock_dir "$1")/usr/src/linux-headers-$(stock_release "$1")"
}

stock_make_args()
{
	cat "$(stock_dir "$1")/make-args"
}

# stock_prepare GUEST UPDATE
stock_prepare()
{
	if [ -n "$2" ] || ! stock_prepared "$1"; then
		cache_locked "$1" stock_fetch "$1" "$2"
	fi
}

stock_fetch()
{
	local guest=$1 image version dir partial

	if [ -z "$2" ] && stock_prepared "$guest"; then
		return # another lab was faster
	fi
	need depmod kmod
	archive_update
	read -r image version < <(archive_newest "$(stock_image "$guest")") ||
		die "the archive has no kernel for $guest"
	dir=$lab_cache/stock/$guest-$(cache_name "$version")-r$stock_recipe
	partial=$dir.partial
	if [ ! -e "$dir/recipe" ]; then
		rm -rf "$partial"
		mkdir -p "$partial"
		stock_unpack "$image" "$version" "$partial"
		stock_relocate "$partial" "$dir"
		stock_toolchain "$partial" "$dir"
		echo "$stock_recipe" >"$partial/recipe"
		cache_publish "$partial" "$dir"
	fi
	ln -sfnr "$dir" "$lab_cache/stock/$guest"
}

# stock_unpack IMAGE VERSION DIR: the packages of one kernel.
stock_unpack()
{
	local image=$1 version=$2 dir=$3 release=${1#linux-image-}
	local headers=linux-headers-$release kbuild parts

	kbuild=$(archive_depends "$headers" "$version" | grep '^linux-kbuild-') ||
		die "$headers names no linux-kbuild package"
	# Newer packaging splits the image.
	parts=$(archive_depends "$image" "$version" |
		grep -E '^linux-(base-[0-9]|binary|modules)' || true)
	# shellcheck disable=SC2086 # a list of names
	set -- "$image" "$headers" "${headers%-amd64}-common" "$kbuild" $parts
	archive_unpack "$dir" "${@/%/=$version}"
	echo "$release" >"$dir/release"
}

# stock_relocate DIR FINAL: make what was unpacked in DIR usable at FINAL.
stock_relocate()
{
	local dir=$1 final=$2 release kdir
	release=$(cat "$dir/release")
	kdir=usr/src/linux-headers-$release

	# Merged /usr: some packages still ship /lib.
	if [ -d "$dir/lib" ]; then
		cp -al "$dir/lib/." "$dir/usr/lib/"
		rm -rf "${dir:?}/lib"
	fi
	ln -sfn usr/lib "$dir/lib"
	if [ -e "$dir/lib/modules/$release/vmlinuz" ]; then
		mkdir -p "$dir/boot"
		ln -f "$dir/lib/modules/$release/vmlinuz" "$dir/boot/vmlinuz-$release"
	fi
	grep -rlIE --include=Makefile --include='.kernelvariables' \
		'/usr/(src/linux-headers|lib/linux-kbuild)' "$dir/$kdir" |
		xargs -r sed -i -E \
		"s#(^|[^.[:alnum:]])/usr/(src/linux-headers|lib/linux-kbuild)#\1$final/usr/\2#g"
	ln -sfn "$final/$kdir" "$dir/usr/lib/modules/$release/build"
	ln -sfn "$final/${kdir%-amd64}-common" "$dir/usr/lib/modules/$release/source"
	depmod -b "$dir" "$release"
}

# stock_toolchain DIR FINAL: write the make arguments that the headers need.
stock_toolchain()
{
	local compiler

	: >"$1/make-args"
	compiler=$(toolchain_missing "$1")
	if [ -n "$compiler" ]; then
		toolchain_unpack "$1" "$2" "$compiler"
		echo "CC=$2/toolchain/usr/bin/x86_64-linux-gnu-$compiler" >"$1/make-args"
	fi
}
