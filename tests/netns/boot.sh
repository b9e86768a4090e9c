#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# boot: the installed units, under a real systemd that boots in the gateway's
# network namespace: the policy is there before the tunnels rise, and the guard
# stays where the policy cannot come back.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

# This lays files into the system and boots it: only where that vanishes afterwards.
if [ -z "${TG_LAB_GUEST-}" ]; then
	skip "the units do what they promise" "not in a guest"
	exit
fi
for tool in /lib/systemd/systemd systemctl curl nsenter depmod pgrep; do
	if ! command -v "$tool" >/dev/null; then
		skip "the units do what they promise" "missing tool: $tool"
		exit
	fi
done

standard_servers
gate
apply "$(policy rates 's|uplink: {devices: .eth0.}|uplink: {devices: [eth0], rate: 1 Gbit/s}|')"
root=$work/root
units=$root/etc/systemd/system
state=/var/lib/tenantgate

# install_units: what make install lays down and an operator enables, the targets
# of the system, and one that rises like a tunnel and notes what it finds.
install_units()
{
	make -s -C "$TG_REPO/userspace" install DESTDIR="$root" &&
		install "$root/usr/sbin/tgctl" /usr/sbin/tgctl || return
	mkdir -p "$units"
	cp /lib/systemd/system/*.target "$units"
	cat >"$units/tunnels.service" <<-UNIT
	[Unit]
	DefaultDependencies=no
	Wants=network-pre.target
	After=network-pre.target
	[Service]
	Type=oneshot
	RemainAfterExit=yes
	ExecStart=/bin/sh -c '"$TG_REPO/tests/lib/probe" status >"$work/tunnels.status"; /usr/sbin/tgctl guard status >"$work/tunnels.guard"'
	[Install]
	WantedBy=sysinit.target
	UNIT
	systemctl --root="$root" enable \
		tunnels tenantgate-guard tenantgate tenantgate-exporter
}

# inside COMMAND...: where systemd runs.
inside() { nsenter --target "$init" --mount --pid "$@"; }

init_is_there() { init=$(pgrep -P "$machine"); }

has_settled()
{
	case $(inside systemctl is-system-running 2>/dev/null) in
	running|degraded) ;;
	*) return 1 ;;
	esac
}

power_on()
{
	if [ -d "/lib/modules/$(uname -r)" ]; then
		install -D "$TG_MODULE" "/lib/modules/$(uname -r)/updates/tenantgate.ko"
		depmod -a
	else
		module_load
	fi
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
	rm -f "$work"/tunnels.*.out
	SYSTEMD_UNIT_PATH=$units:$root/lib/systemd/system:$root/usr/lib/systemd/system \
		container=tenantgate unshare --mount --pid --fork --mount-proc --kill-child bash -c '
			mount -t tmpfs tmpfs /run
			exec /lib/systemd/systemd --unit=multi-user.target --log-target=kmsg' \
		</dev/null >"$work/systemd.out" 2>&1 &
	machine=$!
	trap 'kill -9 $machine 2>/dev/null; at_end' EXIT
	within 20 init_is_there || return
	within 60 inside test -S /run/systemd/private && within 120 has_settled
}

# Nobody says goodbye: neither the module nor the guard is left.
power_off()
{
	kill -9 "$machine"
	wait "$machine" 2>/dev/null
	tg shape off >/dev/null 2>&1
	! module_is_loaded || within 20 rmmod tenantgate
	tg guard disarm >/dev/null 2>&1
}

boots()
{
	power_on && return
	fail "systemd boots" "$(tail -n 5 "$work/systemd.out")" "$(dmesg | tail -n 30)" \
		"$(inside systemctl is-system-running 2>&1)" "$(inside systemctl list-jobs 2>&1)"
	exit 1
}

# finds PATTERN FILE: or shows what there is.
finds() { grep -qP -- "$1" "$2" || { cat "$2"; return 1; }; }

unit_is() { [ "$(inside systemctl is-active "$1")" = "$2" ]; }

no_qdisc() { ! tc qdisc show | grep tenantgate; }

# shellcheck disable=SC2016 # expanded by the inner shell
exporter_is_root()
{
	inside sh -c 'grep -q "^Uid:.0" "/proc/$(systemctl show -p MainPID --value tenantgate-exporter)/status"'
}
exporter_is_nobody() { ! exporter_is_root; }

check "the units are installed and enabled" install_units
check "the module is away" within 20 rmmod tenantgate

boots
check "boot: the policy is restored" unit_is tenantgate active
check "boot: it was there before the tunnels rose" finds '^1\t1\t' "$work/tunnels.status"
check "boot: and the guard had gone" finds 'not armed' "$work/tunnels.guard"
check "boot: devices with a rate have the qdisc" tg shape check
probes -e <<'END'
tcp sato a-files 445 open/rule # boot: what the policy allows passes
tcp sato b-files 443 drop/other-tenant # boot: and nothing else
END
check "boot: the exporter serves" within 60 \
	curl -sf --max-time 10 -o "$work/page" http://127.0.0.1:9469/metrics
check "boot: the tenants' counters" grep -q '^tenantgate_.*company-a' "$work/page"
check "boot: and is not root" exporter_is_nobody

check "systemctl stop hands over to the guard" inside systemctl stop tenantgate
probes <<'END'
tcp sato a-files 445 drop # stopped: nothing is forwarded
tcp operator gw-out 22 open # stopped: the operator reaches the gateway
END
check "and leaves no device with the qdisc" no_qdisc
check "systemctl start takes the policy up again" inside systemctl start tenantgate
check "and shapes again" tg shape check
probes -e <<'END'
tcp sato a-files 445 open/rule # started: what the policy allows passes
tcp sato b-files 443 drop/other-tenant # started: and nothing else
END
check "so does systemctl restart" inside systemctl restart tenantgate
probes -e <<'END'
tcp sato a-files 445 open/rule # restarted: what the policy allows passes
tcp sato b-files 443 drop/other-tenant # restarted: and nothing else
END
power_off

# A policy that cannot come back.
cp "$state/confirmed.yaml" "$work/confirmed.yaml"
echo 'tenants: [' >"$state/confirmed.yaml"
boots
check "damaged: the unit says so" unit_is tenantgate failed
check "damaged: the guard was armed when the tunnels rose" finds '^Armed:? +yes' "$work/tunnels.guard"
probes <<'END'
tcp sato a-files 445 drop # damaged: nothing is forwarded
tcp operator gw-out 22 open # damaged: the operator reaches the gateway
END
cp "$work/confirmed.yaml" "$state/confirmed.yaml"
check "mended: systemctl start brings the policy back" inside systemctl start tenantgate
probes -e <<'END'
tcp sato a-files 445 open/rule # mended: what the policy allows passes
tcp sato b-files 443 drop/other-tenant # mended: and nothing else
END
power_off
rm -f "/lib/modules/$(uname -r)/updates/tenantgate.ko" /usr/sbin/tgctl
