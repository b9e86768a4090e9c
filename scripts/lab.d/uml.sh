# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# User-mode Linux guests: built from the source package with our own list of
# options, booted as a process with the host's files as their root.

# Raised when the way a kernel is built changes.
uml_recipe=1

# uml_options GUEST: the options it is built with, one a line: those of all, then
# those of each word of its name.
uml_options()
{
	local word
	cat "$lab_dir/uml.config"
	for word in ${1//-/ }; do
		[ "$word" = uml ] || cat "$lab_dir/uml-$word.config"
	done
}

# uml_dir GUEST: named after all that decides what comes out.
uml_dir()
{
	local hash
	hash=$({ uml_options "$1"; gcc --version; echo "$uml_recipe"; } | sha256sum)
	echo "$lab_cache/uml/$1-$(source_version)-${hash:0:12}"
}

uml_state()
{
	if [ -e "$source_link/Makefile" ] && [ -e "$(uml_dir "$1")/linux" ]; then
		echo "prepared, $(basename "$(uml_dir "$1")")"
	else
		echo "not prepared (a build of about 12 minutes of processor time)"
	fi
}

uml_kdir()
{
	uml_dir "$1"
}

uml_make_args()
{
	echo ARCH=um
}

# uml_prepare GUEST UPDATE
uml_prepare()
{
	source_prepare "$2"
	if [ ! -e "$(uml_dir "$1")/linux" ]; then
		cache_locked "$1" uml_build "$1"
	fi
}

uml_build()
{
	local guest=$1 dir partial other log

	dir=$(uml_dir "$guest")
	[ ! -e "$dir/linux" ] || return 0 # another lab was faster
	need flex flex
	need bison bison
	need bc bc
	partial=$dir.partial
	log=$partial/build.log
	# What a killed build of another version or configuration left behind.
	for other in "$lab_cache/uml/$guest"-[0-9]*.partial; do
		[ "$other" = "$partial" ] || rm -rf "$other"
	done
	mkdir -p "$partial"
	say "building $guest, about 12 minutes of processor time; log: $log"
	uml_configure "$guest" "$partial"
	if ! uml_make "$partial" -j"$(nproc)" all >"$log" 2>&1 ||
	   ! uml_make "$partial" modules_install \
		INSTALL_MOD_PATH="$partial/install" >>"$log" 2>&1
	then
		tail -n 30 "$log" >&2
		die "building $guest failed; the log is $log"
	fi
	# Modules are built against headers, symbols and scripts only.
	find "$partial" -name '*.[oa]' -not -path '*/scripts/*' -delete
	rm -f "$partial/vmlinux" "$partial/vmlinux.unstripped"
	sed -i "s#$partial#$dir#" "$partial/Makefile"
	cache_publish "$partial" "$dir"
}

# uml_make DIR ARGUMENT...: the kernel's make, building in DIR; nothing of a
# make that may have called us reaches it.
uml_make()
{
	local dir=$1
	shift
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u M -u KBUILD_EXTMOD -u KBUILD_OUTPUT \
		nice make -C "$(source_tree)" O="$dir" ARCH=um "$@"
}

# uml_configure GUEST DIR: write .config, and refuse to build a kernel that
# lacks anything the list names.
uml_configure()
{
	local guest=$1 dir=$2 lost

	uml_options "$guest" >"$dir/options"
	# A partial of the same name has the same options: leave it alone.
	[ ! -e "$dir/.config" ] || return 0
	uml_make "$dir" KCONFIG_ALLCONFIG="$dir/options" allnoconfig \
		>"$dir/build.log" 2>&1 ||
		die "make allnoconfig failed, see $dir/build.log"
	lost=$(grep '^CONFIG_' "$dir/options" | grep -vxFf "$dir/.config" || true)
	if [ -n "$lost" ]; then
		rm "$dir/.config"
		die "these options do not exist or lack what they depend on: $lost"
	fi
}

# uml_boot GUEST MODE: boot and wait. Uses the run's variables (see
# run-inside); descriptors 3 and 4 take standard output and error.
uml_boot()
{
	local guest=$1 mode=$2 terminal=null
	local -a options=()

	[ "$mode" != shell ] || terminal=fd:0,fd:1
	if grep -qx CONFIG_SMP=y "$(uml_dir "$guest")/.config"; then
		# kmemleak frees by RCU on processors that RCU does not watch yet.
		options+=(seccomp=on "ncpus=$LAB_CPUS" kmemleak=off)
	elif grep -qx CONFIG_DEBUG_KMEMLEAK=y "$(uml_dir "$guest")/.config"; then
		# Without per-CPU stacks of free objects, whose stale pointers
		# hide leaks.
		options+=(slab_debug=F)
	fi
	ulimit -c 0
	# Memory and control sockets in the run's own directory. The kernel's
	# log is console 0, on standard error.
	TMPDIR=$run "${limit[@]}" "$(uml_dir "$guest")/linux" \
		"mem=${LAB_MEM}M" "uml_dir=$run/" umid=uml "${options[@]}" \
		root=/dev/root rootfstype=hostfs rootflags=/ ro \
		init="$lab_dir/guest-init-uml" \
		console=tty0 loglevel=5 log_buf_len=4M \
		con=null con0=null,fd:2 ssl=null \
		"ssl0=$terminal" ssl1=null,fd:3 ssl2=null,fd:4 \
		TG_LAB_RUN="$run" TG_LAB_DIR="$lab_dir" 2>>"$run/console"
}
