#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ynl: the kernel's own YNL client drives the family.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

gate
source=${TG_KERNEL_SOURCE:-$("$TG_REPO/scripts/lab" source 2>/dev/null)}
client=$source/tools/net/ynl
if ! command -v python3 >/dev/null; then
	skip "the kernel's YNL client drives the family" "missing tool: python3"
	exit 0
fi
if ! [ -d "$client/pyynl" ]; then
	skip "the kernel's YNL client drives the family" "missing tool: ynl (linux-source)"
	exit 0
fi
if ! python3 -c 'import yaml' 2>/dev/null; then
	skip "the kernel's YNL client drives the family" "missing tool: python3-yaml"
	exit 0
fi
# Its strings are ASCII, ours are UTF-8: a policy it can read.
tg stop >/dev/null 2>&1	# flows still name rules in UTF-8
ascii=$(policy ascii)
LC_ALL=C sed -i 's/[\x80-\xff]/?/g' "$ascii" "${ascii%/*}"/tenants/*.yaml
apply "$ascii"
python3 "$TG_REPO/tests/netns/ynl_client.py" "$client" \
	"$TG_REPO/Documentation/netlink/specs/tenantgate.yaml" ||
	fail "the YNL client comes to its end"
