#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scale: ten thousand tenants.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
tenants=${TG_TENANTS:-10000}
awk -v n="$tenants" '
	{ print }
	END {
		for (i = 0; i < n; i++) {
			a = int(i / 200) + 10; b = i % 200
			printf "  many-%05d:\n    title: 会社%d\n    services: [web-meeting, dns]\n", i, i
			printf "    sites: {home: {device: wg0, prefixes: [10.%d.%d.0/25]}, office: {device: wg-a, prefixes: [10.%d.%d.128/25]}}\n", a, b, a, b
			printf "    policy: {servers: {files: {address: 10.%d.%d.130, allow: [tcp/445]}}, rules: [{from: home, to: files}]}\n", a, b
		}
	}' "$base" >"${base%/*}/many.yaml"
cp "$topo_hosts" "$work/hosts"
cat >>"$work/hosts" <<'END'
many-home home-a 10.11.7.2 -
many-files office-a 10.11.7.130 -
many-next office-a 10.11.8.130 -
END
export TG_HOSTS=$work/hosts
ip route add 10.0.0.0/9 dev wg-a
ip -n office-a addr add 10.11.7.130/32 dev tun
ip -n home-a addr add 10.11.7.2/32 dev tun
ip route add 10.11.7.2/32 dev wg0
servers <<'END'
tcp many-files 445
END
streams allowed <<'END'
udp suzuki web-meeting 10050
tcp sato a-files 445
END
begin=$EPOCHREALTIME
if tg apply "${base%/*}/many.yaml" >"$work/apply.out" 2>&1; then
	took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	pass "$tenants tenants load ($took ms from file to enforced)"
else
	fail "$tenants tenants load" "$(head -n 12 "$work/apply.out")"
	exit 1
fi
check "they are all there" test "$(status 6)" -ge "$tenants"
probes -e <<'END'
tcp many-home many-files 445 open/rule # one of the many reaches its files
tcp many-home many-next 445 drop/other-tenant # and not its neighbour's
tcp sato a-files 445 open/rule # the first ones are judged as before
tcp sato b-files 443 drop/other-tenant # as before
END
begin=$EPOCHREALTIME
lines=$("$probe" rules | wc -l)
took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
check "all $lines rules can be read ($took ms)" test "$lines" -ge $((tenants * 3))
streams_good allowed "traffic goes on while $tenants tenants are loaded" 0
if took=$("$probe" replace many-00007 500 5); then
	read -r begun sent committed slowest <<<"$took"
	pass "one of $tenants tenants is replaced, 500 rules (begin $begun us, rules $sent us, commit $committed us, at most $slowest us)"
else
	fail "one of $tenants tenants is replaced"
fi
sed -i '/^  many-00009:/,/policy:/s/445/446/' "${base%/*}/many.yaml"
begin=$EPOCHREALTIME
apply "${base%/*}/many.yaml"
took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
check "a change of one of them is applied ($took ms)" test "$("$probe" rules many-00009 | grep -c files)" = 1
begin=$EPOCHREALTIME
apply "$base"
echo "# and away again: $(((${EPOCHREALTIME/./} - ${begin/./}) / 1000)) ms"
ip route del 10.11.7.2/32 dev wg0
ip route del 10.0.0.0/9 dev wg-a
