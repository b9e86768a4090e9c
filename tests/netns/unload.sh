#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# unload: stopping and unloading under traffic. Last: afterwards the module is away.

# shellcheck source=tests/lib/netns.sh disable=SC1091
. "${TG_REPO:?}/tests/lib/netns.sh"

standard_servers
gate
gate_settled
streams allowed <<'END'
tcp sato a-files 445
udp suzuki web-meeting 10051
END
"$probe" scan sato web-meeting 3000 pace=1 spread=1 dport=10050 >"$work/fresh" &
fresh=$!
probes <<'END'
tcp sato b-files 443 drop # before
END
check "tgctl stop takes the policy away under traffic" tg stop
probes <<'END'
tcp sato b-files 443 open # after stop everything passes
raw a-files web-meeting dport=10050 src=suzuki seen # as if the module were not there
END
check "no flow is left" test -z "$("$probe" flows)"
apply "$base"
probes -e <<'END'
tcp sato b-files 443 drop/other-tenant # applied again, it is enforced again
END
check "the module is unloaded under traffic with a policy in force" rmmod tenantgate
probes <<'END'
tcp sato b-files 443 open # unloaded, everything passes
END
no_family() { ! "$probe" status; }
check "the netlink family is gone" no_family
check "the module is loaded again under traffic" module_load
apply "$base"
probes -e <<'END'
tcp sato b-files 443 drop/other-tenant # and a policy is enforced again
END
wait $fresh
read -r _ sent _ seen _ <"$work/fresh"
check "none of $sent allowed first packets is lost on the way" test "$seen" = "$sent"
streams_good allowed "running connections outlive stop, unloading and loading" 0

# The guard: fail closed while the module is away, without locking anybody out.
if ! tg stop --guard >"$work/guard.out" 2>&1; then
	skip "the guard keeps devices from forwarding while the module is away" "$(head -n 1 "$work/guard.out")"
else
	rmmod tenantgate
	probes <<-'END'
	tcp sato a-files 445 drop # guard: while the module is away nothing is forwarded, even what would be allowed
	tcp sato b-files 443 drop # guard: nor what would be denied
	tcp operator gw-out 22 open # guard: the operator still reaches the gateway
	tcp sato gw-a 22 open # guard: it concerns forwarding only
	END
	module_load
	apply "$base"
	probes -e <<-'END'
	tcp sato a-files 445 open/rule # guard: the next policy lifts it
	tcp sato b-files 443 drop/other-tenant # guard: and is enforced
	END
fi

# In and out, many times, with packets and commands in flight.
streams allowed <<'END'
tcp sato a-files 445
END
for ((i = 0; i < 5; i++)); do
	rmmod tenantgate || break
	module_load || break
	apply "$base"
done
check "five times in and out under traffic" test $i = 5
streams_good allowed "a running connection outlives it" 0
# A namespace that goes away with its policy.
# shellcheck disable=SC2016 # expanded by the inner shell
check "a network namespace dies with a policy in force" unshare --net bash -c \
	'ip link add eth0 type dummy; "$TGCTL" apply "$0" </dev/null' "$base"
check "and the module can be unloaded after it" within 20 rmmod tenantgate
