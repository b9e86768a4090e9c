# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A compiler for headers whose kernel was built by a newer Debian than the
# machine's: gcc and the C library of that Debian, unpacked beside the
# headers. Programs of it start through small scripts that name that C
# library, so they find it without anything being installed.

# toolchain_missing DIR: the gcc-N that the headers in DIR ask for, if the
# machine does not have it.
toolchain_missing()
{
	local compiler
	compiler=$(sed -n 's/^CC *=.*)\(gcc-[0-9]*\)$/\1/p' \
		"$1"/usr/src/linux-headers-*/.kernelvariables)
	if [ -n "$compiler" ] && ! command -v "x86_64-linux-gnu-$compiler" >/dev/null; then
		echo "$compiler"
	fi
}

# toolchain_unpack DIR FINAL GCC-N: fetch it into DIR/toolchain, to be used as
# FINAL/toolchain, for the headers' own tools too.
toolchain_unpack()
{
	local dir=$1 final=$2 compiler=$3 name version program
	local -a packages=()

	for name in "$compiler-x86-64-linux-gnu" "cpp-${compiler#gcc-}-x86-64-linux-gnu" \
		"libgcc-${compiler#gcc-}-dev" libc6 libgmp10 libmpfr6 libmpc3 \
		libisl23 libzstd1 zlib1g libelf1t64; do
		read -r _ version < <(archive_newest "$name") ||
			die "the archive has no $name"
		packages+=("$name=$version")
	done
	archive_unpack "$dir/toolchain" "${packages[@]}"
	# The machine's pahole would be too old as well: modules go without type
	# information, as they do where the headers come without vmlinux.
	rm -f "$dir"/usr/src/linux-headers-*/vmlinux
	while read -r program; do
		toolchain_wrap "$program" "${program/#"$dir"/"$final"}" "$final/toolchain"
	done < <(find "$dir/toolchain/usr/bin/x86_64-linux-gnu-$compiler" \
		"$dir/toolchain/usr/libexec" "$dir"/usr/lib/linux-kbuild-* \
		-type f -executable -exec sh -c '
		[ "$(head -c 4 "$1" | tail -c 3)" = ELF ] && echo "$1"' sh {} ';')
}

# toolchain_wrap FILE FINAL TOOLCHAIN: put a script in FILE's place that
# starts it (as FINAL) with TOOLCHAIN's C library.
toolchain_wrap()
{
	local libraries=$3/usr/lib/x86_64-linux-gnu

	mv "$1" "$1.program"
	cat >"$1" <<-END
		#!/bin/sh
		exec '$libraries/ld-linux-x86-64.so.2' --library-path '$libraries' \\
			--argv0 '$2' '$2.program' "\$@"
	END
	chmod +x "$1"
}
