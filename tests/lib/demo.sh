# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# demo: the steps of scripts/demo. Each shows a command and what came of it, and
# notes what was expected for the table at the end.

: "${TG_REPO:?}" "${TG_TEMP:?}" "${topo_work:?}"
policy_dir=$TG_REPO/policies/shared-telework
expected=()		# "WHAT|WANTED|SEEN"
demo_children=()
exec {never}<> <(:)	# see pause

if [ -t 1 ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' dim='' green='' red='' plain=''
fi

title() { printf '\n%s== %s%s %s(%d s)%s\n' "$bold" "$*" "$plain" "$dim" "$SECONDS" "$plain"; }
tell() { printf '%s\n' "$*"; }
shown() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }
pause() { read -rt 0.1 -u "$never" || :; }

within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		pause
	done
}

indent() { sed 's/^/    /'; }

# expect WHAT WANTED SEEN
expect() { expected+=("$1|$2|$3"); }

# gate COMMAND...: a command of the operator on the gateway.
gate()
{
	shown "gateway# $*"
	"$@" </dev/null >"$TG_TEMP/out" 2>&1
	local status=$?
	indent <"$TG_TEMP/out"
	return $status
}

# browse WHO NAMESPACE SOURCE URL: what this person's browser gets, in "seen".
browse()
{
	local who=$1 space=$2 source=$3 url=$4
	shown "$who@$space\$ curl $url"
	ip netns exec "$space" curl -sS --cacert "$TG_TEMP/www/cert.pem" --interface "$source" \
		--connect-timeout "$patience" --max-time 30 "$url" >"$TG_TEMP/out" 2>&1 </dev/null
	case $? in
	0)	seen=reached ;;
	7)	seen='refused at once' ;;
	28)	seen='no answer' ;;
	*)	seen='failed' ;;
	esac
	indent <"$TG_TEMP/out"
}

# try WHO EXPECTED PROBE...: one line for the probe (tests/lib/check.c); the outcome in "seen".
try()
{
	local want
	shown "$1\$ probe: ${*:3}"
	want=$(echo "${*:3} $2" | probe check - 2>&1)
	case $want in
	'')	seen=$2 ;;
	*)	seen=${want##*got }; seen=${seen%% *} ;;
	esac
	tell "    $seen"
}

# --- the system -------------------------------------------------------------

demo_certificate()
{
	mkdir -p "$TG_TEMP/www"/{meeting,attendance,files-a,files-b}
	echo '共同Web会議: welcome to the meeting' >"$TG_TEMP/www/meeting/index.html"
	echo '勤務管理: 09:00 work begins' >"$TG_TEMP/www/attendance/index.html"
	echo '株式会社A: plans for the new product' >"$TG_TEMP/www/files-a/index.html"
	echo '株式会社B: offers to customers' >"$TG_TEMP/www/files-b/index.html"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -quiet \
		-subj "/CN=shared telework" -keyout "$TG_TEMP/www/key.pem" -out "$TG_TEMP/www/cert.pem" \
		-addext subjectAltName=DNS:meeting.telework.example,DNS:attendance.telework.example,DNS:files.a.example,DNS:files.b.example \
		2>/dev/null || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-subj "/CN=shared telework" -keyout "$TG_TEMP/www/key.pem" -out "$TG_TEMP/www/cert.pem" \
		-addext subjectAltName=DNS:meeting.telework.example,DNS:attendance.telework.example,DNS:files.a.example,DNS:files.b.example \
		2>"$TG_TEMP/openssl.err"
}

# demo_https SITE ADDRESS:PORT...: an HTTPS server for each address.
demo_https()
{
	local site=$1 address
	shift
	cd "$TG_TEMP/www/$site" || return
	for address; do
		openssl s_server -accept "$address" -cert ../cert.pem -key ../key.pem -WWW -quiet \
			</dev/null >/dev/null 2>&1 &
	done
}

demo_servers()
{
	local echo
	# The meeting's media come back as they were sent; the ledger just answers.
	printf 'udp web-meeting 10050\ntcp a-ledger 443\n' >"$TG_TEMP/echo.list"
	echo=$(probe serve "$TG_TEMP/echo.list") || return
	demo_children+=("$echo")
	export TG_TEMP
	export -f demo_https
	# shellcheck disable=SC2016 # expanded by the inner shell
	ip netns exec svc bash -c '
		demo_https meeting 10.99.0.10:443 "[fd00:99::10]:443"
		demo_https attendance 10.99.0.13:443 "[fd00:99::13]:443"
		exec dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
			--bind-interfaces --listen-address=10.99.0.53,fd00:99::53 --user=root \
			--pid-file= --log-facility=/dev/null \
			--host-record=meeting.telework.example,10.99.0.10,fd00:99::10 \
			--host-record=attendance.telework.example,10.99.0.13,fd00:99::13 \
			--host-record=files.a.example,10.1.10.10,fd00:a:10::10 \
			--host-record=files.b.example,10.2.10.10,fd00:b:10::10' >/dev/null 2>&1 &
	demo_children+=($!)
	ip netns exec office-a bash -c 'demo_https files-a 10.1.10.10:443 "[fd00:a:10::10]:443"; wait' &
	demo_children+=($!)
	ip netns exec office-b bash -c 'demo_https files-b 10.2.10.10:443 "[fd00:b:10::10]:443"; wait' &
	demo_children+=($!)
	within 60 demo_listening svc 5 && within 60 demo_listening office-a 4 && within 60 demo_listening office-b 2
}

# demo_listening NAMESPACE N: do N sockets wait for connections there?
demo_listening()
{
	local count
	count=$(ip netns exec "$1" ss -Hltn | wc -l)
	[ "$count" -ge "$2" ]
}

# The workers' computers ask the shared name server.
demo_names()
{
	local space
	# A dangling link would keep "ip netns exec" from putting a file in its place.
	[ ! -L /etc/resolv.conf ] || rm /etc/resolv.conf
	: >>/etc/resolv.conf
	for space in home-a mobile-a home-b sat-a sat-b; do
		mkdir -p "/etc/netns/$space"
		echo "nameserver 10.99.0.53" >"/etc/netns/$space/resolv.conf"
	done
}

demo_end()
{
	local pid
	for pid in "${demo_children[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$TG_TEMP"
}

demo_begin()
{
	local name tool missing=
	for tool in curl openssl dnsmasq wg ip awk tc perl iperf3; do
		command -v $tool >/dev/null || missing+=" $tool"
	done
	[ -z "$missing" ] || { tell "demo: missing tools:$missing"; return 2; }
	trap demo_end EXIT

	title "A shared telework system: one gateway, three companies and an NPO"
	sed -n 's/^#   /    /p' "$TG_REPO/tests/lib/topology.sh" | head -n 10
	tell "    Building it from network namespaces and real WireGuard tunnels ..."
	topology_up || { tell "demo: the system could not be built"; return 1; }
	demo_certificate
	demo_names
	demo_servers || { tell "demo: the servers do not start"; return 1; }
	tell "    Servers: HTTPS for the meeting, attendance and the companies' files; UDP media; DNS."
	for name in $(modinfo -F depends "$TG_MODULE" | tr , ' '); do
		modprobe -q "$name"
	done
	patience=15
	gate insmod "$TG_MODULE" || return
}

# --- the tour ---------------------------------------------------------------

# In the background: a telephone call of A, and a download of D, which must
# survive everything that follows.
demo_call_begin()
{
	local pid
	echo "udp sato web-meeting 10050" >"$TG_TEMP/call.list"
	pid=$(probe stream "$TG_TEMP/call" "$TG_TEMP/call.list") || return
	call=$pid
	demo_children+=("$pid")
}

demo_observe()
{
	demo_call_begin
	title "Observe: judge and count, drop nothing"
	cp -r "$policy_dir" "$TG_TEMP/policy"
	cd "$TG_TEMP/policy" || return
	gate tgctl apply provider.yaml || expect "the policy is applied" yes no
	tell "B's person at the satellite office opens A's file server. Nobody is hindered yet ..."
	browse b-sat sat-b 10.2.7.2 https://files.a.example/index.html
	expect "observe: B's person opens A's files" reached "$seen"
	tell "... but the gate knows what it would have done:"
	gate tgctl explain --from 10.2.7.2 --to 10.1.10.10 --proto tcp --port 443
}

demo_enforce()
{
	title "Enforce"
	gate tgctl mode enforce || expect "the mode is switched" yes no
	tgctl watch >"$TG_TEMP/watch" 2>&1 </dev/null &
	demo_children+=($!)
	tell "Sato of company A works at home:"
	browse sato home-a 10.1.1.2 https://files.a.example/index.html
	expect "A's home worker opens A's files" reached "$seen"
	browse sato home-a 10.1.1.2 https://meeting.telework.example/index.html
	expect "A's home worker joins the meeting" reached "$seen"
	browse sato home-a fd00:a:1::2 https://attendance.telework.example/index.html
	expect "A's home worker clocks in (IPv6)" reached "$seen"
	tell "Suzuki of company B, at home too:"
	browse suzuki home-b 10.2.1.2 https://files.b.example/index.html
	expect "B's home worker opens B's files" reached "$seen"
}

demo_refusals()
{
	patience=2
	title "What is refused, and why"
	tell "Sato tries company B's files:"
	browse sato home-a 10.1.1.2 https://files.b.example/index.html
	expect "A's home worker opens B's files" 'no answer' "$seen"
	gate tgctl explain --from company-a/sato --to company-b/files
	[ $? = 4 ] && seen=denied || seen='not denied'
	expect "explain says so" denied "$seen"
	tell "In the satellite office people of A, B and D share one tunnel. B's tries A's files,"
	browse b-sat sat-b 10.2.7.2 https://files.a.example/index.html
	expect "B's person at the satellite opens A's files" 'no answer' "$seen"
	tell "and A's computer at the next desk:"
	try b-sat@sat-b drop ping b-sat a-sat
	expect "B's person at the satellite pings A's" drop "$seen"
	tell "A computer in A's office sends datagrams that pretend to come from B's file server:"
	try a-files@office-a unseen raw a-files web-meeting src=b-files dport=10050
	expect "a spoofed source reaches the meeting" unseen "$seen"
	tell "Sato tries the accountants' ledger. The company's rule says reject, so that nobody waits:"
	try sato@home-a rst tcp sato a-ledger 443 family=4
	expect "A's worker opens the ledger" rst "$seen"
	tell "The gate told us of all this while it happened:"
	shown "gateway# tgctl watch"
	within 5 grep -q spoofed-source "$TG_TEMP/watch"
	head -n 12 "$TG_TEMP/watch" | indent
}

demo_confirmed() { [ "$(probe status | cut -f3)" = - ]; }

demo_rollback()
{
	title "A bad policy that rolls back by itself"
	tell "Somebody forgets a word, and company A loses the attendance service:"
	sed -e '/^  company-a:/,/^  company-b:/s/messenger, attendance,/messenger,/' \
		-e 's/mode: observe/mode: enforce/' provider.yaml >bad.yaml
	gate tgctl apply --confirm 6s bad.yaml
	try sato@home-a drop tcp sato attendance 443 family=4
	expect "unconfirmed: A's worker clocks in" drop "$seen"
	tell "Nobody confirms. Six seconds later:"
	within 30 demo_confirmed
	patience=10
	browse sato home-a 10.1.1.2 https://attendance.telework.example/index.html
	expect "rolled back: A's worker clocks in" reached "$seen"
	gate tgctl show status
}

demo_counters()
{
	local lost exporter
	title "Counters"
	gate tgctl show counters
	gate tgctl show rules --tenant company-a
	tgctl exporter --listen 127.0.0.1:9469 >"$TG_TEMP/exporter" 2>&1 </dev/null &
	exporter=$!
	demo_children+=("$exporter")
	within 20 demo_scrape
	shown "gateway# curl http://127.0.0.1:9469/metrics"
	grep -v '^#' "$TG_TEMP/metrics" | head -n 12 | indent
	seen=$(grep -c '^tenantgate_' "$TG_TEMP/metrics")
	tell "    ($seen series)"
	[ "$seen" -gt 0 ] && seen=served || seen='no metrics'
	expect "the exporter's page" served "$seen"

	title "The telephone call that went on all the while"
	kill "$call"
	within 10 test -e "$TG_TEMP/call"
	indent <"$TG_TEMP/call"
	lost=$(awk '{ lost += $10 } END { print lost + 0 }' "$TG_TEMP/call")
	[ "$lost" = 0 ] && seen='none' || seen="$lost"
	expect "datagrams the running call lost through all of it" none "$seen"
}

demo_scrape()
{
	curl -sS http://127.0.0.1:9469/metrics >"$TG_TEMP/metrics" 2>/dev/null </dev/null
}

demo_table()
{
	local line what wanted got mark wrong=0
	title "Expected and seen"
	for line in "${expected[@]}"; do
		IFS='|' read -r what wanted got <<<"$line"
		if [ "$wanted" = "$got" ]; then
			mark="${green}as expected$plain"
		else
			mark="${red}DIFFERENT$plain"
			wrong=$((wrong + 1))
		fi
		printf '    %-52s %-16s %-16s %s\n' "$what" "$wanted" "$got" "$mark"
	done
	tell
	if [ $wrong = 0 ]; then
		tell "All ${#expected[@]} as expected, in $SECONDS s."
		return 0
	fi
	tell "$wrong of ${#expected[@]} not as expected."
	return 1
}

# --- to play with -----------------------------------------------------------

demo_shell()
{
	cp -r "$policy_dir" "$TG_TEMP/policy"
	cd "$TG_TEMP/policy" || return
	gate tgctl apply provider.yaml
	gate tgctl mode enforce
	cat <<-END

	You are on the gateway; the policy is in $PWD.
	    tgctl show tenants                        who is there
	    tgctl explain --from sato --to company-b/files
	    tgctl watch &                             what is denied, as it happens
	    ip netns exec home-a curl --cacert \$CERT https://files.a.example/index.html
	    ip netns exec sat-b ping 10.1.7.3         B's person to A's at the next desk
	    echo 'tcp sato b-files 443 drop' | probe check -
	    vi tenants/company-a.yaml; tgctl apply provider.yaml
	People and servers: \$TG_HOSTS. "exit" ends the guest.

	END
	CERT=$TG_TEMP/www/cert.pem PS1='gateway# ' bash --norc -i || :
}
