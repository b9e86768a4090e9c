# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How a stock kernel boots: QEMU, an initramfs of busybox and a dozen modules,
# the host's root over 9p, one virtio-serial port each for standard output and
# standard error.

qemu_modules=(virtio_pci virtio_console 9pnet_virtio 9p overlay)

# qemu_module_files GUEST: the files of those modules and of what they need,
# in the order in which they can be inserted.
qemu_module_files()
{
	local module

	for module in "${qemu_modules[@]}"; do
		modprobe --dirname "$(stock_dir "$1")" \
			--set-version "$(stock_release "$1")" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# qemu_initramfs GUEST FILE
qemu_initramfs()
{
	local file name root=$2.d

	mkdir -p "$root"/{bin,dev,proc,modules,host,layer,new}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$lab_dir/guest-init-qemu" "$root/init"
	cp "$lab_dir/guest-agent" "$root/agent"
	while read -r file; do
		name=$(basename "${file%%.ko*}")
		case $file in
		*.xz) xz -dc "$file" ;;
		*) cat "$file" ;;
		esac >"$root/modules/$name.ko"
		echo "$name" >>"$root/modules/list"
	done < <(qemu_module_files "$1")
	(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$2"
	rm -rf "$root"
}

# qemu_accelerator GUEST INITRAMFS: kvm if a guest really boots under it.
# A /dev/kvm under which guests hang is common, so one boot is tried, once
# for each version of the host's kernel.
qemu_accelerator()
{
	local known

	if [ -n "${TG_LAB_ACCEL-}" ]; then
		echo "$TG_LAB_ACCEL"
		return
	fi
	if [ ! -w /dev/kvm ]; then
		echo tcg
		return
	fi
	known=$lab_cache/accelerator-$(cache_name "$(uname -r)")
	if [ ! -e "$known" ]; then
		say "trying whether guests boot under KVM (once)"
		if timeout -k 1 15 qemu-system-x86_64 -accel kvm -cpu host -m 512 \
			-nodefaults -no-user-config -display none -no-reboot \
			-kernel "$(qemu_kernel "$1")" -initrd "$2" \
			-append "console=ttyS0 quiet panic=-1 TG_LAB_PROBE=yes" \
			-serial stdio </dev/null 2>/dev/null | grep -q 'lab: it boots'
		then
			echo kvm >"$known.$$"
		else
			say "they do not: emulating from now on, about 20 times slower"
			echo tcg >"$known.$$"
		fi
		mv "$known.$$" "$known"
	fi
	cat "$known"
}

# qemu_kernel GUEST: the kernel without its compression. QEMU starts that as
# it is (PVH), which saves half of the time an emulated guest takes to boot.
qemu_kernel()
{
	echo "$(stock_dir "$1")/boot/vmlinux-$(stock_release "$1")"
}

# qemu_extract GUEST: take that kernel out of its bzImage. Where it lies is
# said in Documentation/arch/x86/boot.rst: setup_sects, payload_offset,
# payload_length.
qemu_extract()
{
	local vmlinux image sectors offset length unpack

	vmlinux=$(qemu_kernel "$1")
	[ ! -e "$vmlinux" ] || return 0 # another lab was faster
	image=$(stock_dir "$1")/boot/vmlinuz-$(stock_release "$1")
	sectors=$(od -An -j $((0x1f1)) -N 1 -t u1 "$image")
	offset=$(od -An -j $((0x248)) -N 4 -t u4 "$image")
	length=$(od -An -j $((0x24c)) -N 4 -t u4 "$image")
	# Behind the payload stand four bytes with its unpacked size.
	dd if="$image" of="$vmlinux.payload" bs=64K status=none \
		iflag=skip_bytes,count_bytes \
		skip=$(((sectors + 1) * 512 + offset)) count=$((length - 4))
	case $(od -An -N 4 -t x1 "$vmlinux.payload") in
	' fd 37 7a 58') need xz xz-utils; unpack='xz -dc' ;;
	' 28 b5 2f fd') need zstd zstd; unpack='zstd -dcq' ;;
	' 1f 8b '*) unpack='gzip -dc' ;;
	*) die "$image is compressed in a way this lab does not know" ;;
	esac
	$unpack <"$vmlinux.payload" >"$vmlinux.partial"
	rm "$vmlinux.payload"
	mv "$vmlinux.partial" "$vmlinux"
}

# qemu_plan GUEST: get ready what qemu_boot needs.
qemu_plan()
{
	local accel

	[ -e "$(qemu_kernel "$1")" ] || cache_locked "$1" qemu_extract "$1"
	qemu_initramfs "$1" "$run/initramfs"
	accel=$(qemu_accelerator "$1" "$run/initramfs")
	case $accel in
	kvm)	qemu_acceleration=(-accel kvm -cpu host) ;;
	tcg)	qemu_acceleration=(-accel "tcg,thread=multi" -cpu max) ;;
	*)	die "TG_LAB_ACCEL is kvm or tcg, not '$accel'" ;;
	esac
}

# qemu_boot GUEST MODE: boot and wait. Uses the run's variables (see
# run-inside); descriptors 3 and 4 take standard output and error.
qemu_boot()
{
	local guest=$1 mode=$2
	local -a options=("${qemu_acceleration[@]}")

	if [ "$mode" = shell ]; then
		options+=(-chardev "stdio,id=tty,signal=off"
			-device "virtconsole,chardev=tty,nr=0")
	fi
	if [ -n "$LAB_OUT" ]; then
		options+=(-fsdev "local,id=out,path=$LAB_OUT,security_model=none,multidevs=remap"
			-device "virtio-9p-pci,fsdev=out,mount_tag=out")
	fi
	"${limit[@]}" qemu-system-x86_64 \
		-nodefaults -no-user-config -display none -no-reboot \
		-smp "$LAB_CPUS" -m "$LAB_MEM" \
		-kernel "$(qemu_kernel "$guest")" -initrd "$run/initramfs" \
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 log_buf_len=4M TG_LAB_RUN=$run" \
		-chardev "file,id=log,path=$run/console" -serial chardev:log \
		-device virtio-serial-pci \
		-chardev file,id=stdout,path=/proc/self/fd/3 \
		-device virtserialport,chardev=stdout,nr=1,name=stdout \
		-chardev file,id=stderr,path=/proc/self/fd/4 \
		-device virtserialport,chardev=stderr,nr=2,name=stderr \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev "local,id=share,path=$run/share,security_model=none" \
		-device virtio-9p-pci,fsdev=share,mount_tag=share \
		"${options[@]}"
}
