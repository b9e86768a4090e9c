#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# attach: tgctl puts the qdisc on the devices that links give a rate, takes it off,
# and says where it is missing.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

module_load || { fail "the module loads"; exit 1; }
if ! command -v tc >/dev/null; then
	skip "the qdisc is put on devices" "missing tool: tc"
	exit 0
fi

# shaped NAME LINK [SED...]: a policy with one link: what is behind "uplink:".
shaped() { policy "$1" "s|uplink: {devices: .eth0.}|uplink: {$2}|" "${@:3}"; }

# root DEVICE: what it is, with the handle.
root() { tc qdisc show dev "$1" root | awk '{ print $2, $3 }'; }
kind() { root "$1" | cut -d' ' -f1; }

# all_are KIND DEVICE...
all_are()
{
	local kind=$1 device
	shift
	for device; do
		[ "$(kind "$device")" = "$kind" ] || { echo "$device: $(root "$device")"; return 1; }
	done
}

# row JSON-FILE DEVICE: the device's object, on one line.
row() { tr -d '\n' <"$1" | grep -o "{[^{}]*\"device\": *\"$2\"[^{}]*}" | tr -s ' ' ; }
# in_row DEVICE KEY VALUE: what the last command said in $work/json.
in_row() { row "$work/json" "$1" | grep -qF "\"$2\": $3" || { cat "$work/json"; return 1; }; }
shape_json() { tg shape --json "$@" >"$work/json" 2>"$work/said"; }

# says PATTERN COMMAND...: the command succeeds and says something like it.
says() { tells 0 "$@"; }

# tells STATUS PATTERN COMMAND...: the command ends with this status and says something like it.
tells()
{
	"${@:3}" >"$work/said" 2>&1
	if [ $? != "$1" ] || ! grep -qE -- "$2" "$work/said"; then
		cat "$work/said"
		return 1
	fi
}

tunnels=(wg0 wg-mobile wg-sat wg-a wg-b wg-c lan-d)
default=$(root wg-a)

check "without a policy there is nothing to do" says "no rate" tg shape on
check "and nothing is missing" tg shape check
apply "$(shaped none "devices: [eth0]")"
check "nor with a policy without rates" says "no rate" tg shape on
check "the devices are as they were" all_are noqueue eth0 "${tunnels[@]}"

two=$(shaped two "devices: [eth0], rate: {up: 1 Gbit/s, down: 400 Mbit/s}")
check "apply says which devices lack the qdisc, and the command" \
	says "not shaped.*tgctl shape on.*: .*eth0 \(uplink\)" tg apply "$two"
check "show links says so, too" says "not shaped.*tgctl shape on" tg show links
tg show links --json 2>/dev/null | tr -d ' \n' >"$work/links"
check "and lists them" grep -qE '"unshaped":\[[^]]*"wg0"[^]]*\]' "$work/links"
check "check fails with a command for each" tells 1 "^wg-a +uplink +down +noqueue.*tgctl shape on --device wg-a$" \
	tg shape check
check "one device can be named" says "^wg-a +uplink +down +noqueue +put on" tg shape on --device wg-a
check "and is the only one that gets it" all_are noqueue eth0 wg0 wg-b
check "which it has" all_are tenantgate wg-a
was=$(root wg-a)
check "on puts it on all of them" shape_json on
check "those of the link" in_row eth0 result '"put on"'
check "and those it carries" in_row wg-b result '"put on"'
check "each has it" all_are tenantgate eth0 "${tunnels[@]}"
check "who had it keeps it" test "$(root wg-a)" = "$was"
check "and is said to" in_row wg-a result '"is on"'
check "what the platform is behind has not" all_are noqueue svc0
check "a second time changes nothing" shape_json on uplink
check "and says so" in_row eth0 result '"is on"'
check "check is content" tg shape check
tg apply "$two" >"$work/said" 2>&1
check "and so is apply" sh -c "! grep -q 'not shaped' $work/said"
refused "a link that is not there is refused" "no such link" tg shape on downlink
check "a device of no link is left alone" says "svc0: nothing to do" tg shape on --device svc0

# Devices go and come back without it.
topology_recreate wg-a || fail "wg-a is made anew"
check "a device that came back lacks it" tells 1 "^wg-a .*tgctl shape on --device wg-a" tg shape check
check "apply says so" says "not shaped.*: wg-a \(uplink\)$" tg apply "$two"
check "and on mends it" tg shape on
check "it has it again" all_are tenantgate wg-a
ip link del wg-b
check "a device that is not there is no fault" tg shape check
shape_json check
check "but told" in_row wg-b present false
check "nor does it keep others from theirs" tg shape on
topology_recreate wg-b && tg shape on >/dev/null
check "a device may be down" sh -c "ip link set wg-c down && $TGCTL shape off --device wg-c && $TGCTL shape on"
check "and has it when it is up" sh -c "ip link set wg-c up && $TGCTL shape check"
topology_recreate wg-c && tg shape on >/dev/null

# What somebody configured is not ours to take.
tc qdisc replace dev wg-a root handle 7: pfifo
theirs=$(root wg-a)
check "somebody's root is left alone, with the command that replaces it" \
	tells 1 "^wg-a .*refused +tgctl shape on --device wg-a --replace$" tg shape on
check "as it was" test "$(root wg-a)" = "$theirs"
check "check tells it" tells 1 "^wg-a .*another one.*--replace$" tg shape check
check "and apply, too" says "somebody configured.*: wg-a \(pfifo\)$" tg apply "$two"
check "off does not take it either" tg shape off --device wg-a
check "it is still as it was" test "$(root wg-a)" = "$theirs"
check "on with --replace takes it" says "replaced" tg shape on --device wg-a --replace
check "and it has ours" all_are tenantgate wg-a

# Off.
refused "off with --replace makes no sense" "goes with on" tg shape off --replace
check "off takes it from one" says "^wg-a .*taken off" tg shape off --device wg-a
check "where the kernel's default returns" test "$(root wg-a)" = "$default"
check "off takes it from a link" tg shape off uplink
check "all of it" all_are noqueue eth0 "${tunnels[@]}"
check "a second time there is nothing to do" says "nothing to do" tg shape off
tg shape on >/dev/null

# Only the direction that has a rate.
tg shape off >/dev/null
apply "$(shaped up "devices: [eth0], rate: {up: 1 Gbit/s}")"
tg shape on >/dev/null
check "a rate up alone needs the link's own devices" all_are tenantgate eth0
check "and no tunnels" all_are noqueue "${tunnels[@]}"
check "which check knows" tg shape check
apply "$(shaped carries "devices: [eth0], carries: [wg-a], rate: {up: 1 Gbit/s, down: 400 Mbit/s}")"
check "what a link does not carry needs none" shape_json on
check "what it carries does" all_are tenantgate eth0 wg-a
check "the others are as they were" all_are noqueue wg0 wg-b

# A policy that goes leaves the qdisc, which passes packets on.
refused "the module stays while a device has the qdisc" "in use" rmmod tenantgate
tg stop 2>/dev/null
check "without a policy off still finds all" tg shape off
check "then the module goes" rmmod tenantgate
module_load
