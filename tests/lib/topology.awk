# SPDX-License-Identifier: GPL-2.0-only
#
# Turns topology.conf into files for "ip -batch", "wg setconf" and the probe, all in
# one process: topology.sh runs them in the order below.
#
#   create          the gateway creates namespaces and devices
#   NAME.conf       WireGuard: a device of the gateway, or the tunnel of a namespace
#   up-DEVICE       addresses and routes of one device of the gateway
#   inet            the internet: its addresses, and the far ends of the tunnels
#   inet-move       the far ends go home
#   space-NAME      addresses and routes inside a namespace
#   rules           the satellite's router sends everything into the tunnel
#   hosts spaces tunnels devices     lists for scripts

function out(file, text) { print text > (dir "/" file) }

function address(file, value, device)
{
	out(file, "addr add " value " dev " device (value ~ /:/ ? " nodad" : ""))
}

function space_add(name)
{
	if (name in known || name == ".")
		return
	known[name] = 1
	out("create", "netns add " name)
	out("spaces", name)
	out("space-" name, "link set lo up")
}

# Both families of the way out of a namespace.
function default_route(file, device, v4, v6, table)
{
	out(file, "route add 0.0.0.0/0 " (v4 ? "via " v4 : "dev " device) table)
	# IPv6 routers do not fragment: whoever is on an Ethernet knows of the tunnels.
	out(file, "route add ::/0 " (v6 ? "via " v6 " mtu 1420" : "dev " device) table)
}

function ethernet(device, space, peer)
{
	return "link add " device " address " mac " type veth peer name " peer " netns " space
}

BEGIN { mac = "02:00:00:00:00:01" }	# whom probe sends crafted frames to
/^#/ || !NF { next }
$1 == "key" { private[$2] = $3; public[$2] = $4 }
$1 == "host" {
	hosts++; host_space[hosts] = $3; host4[hosts] = $4; host6[hosts] = $5
	out("hosts", $2 " " $3 " " $4 " " $5)
}
$1 == "device" {
	devices++; device[devices] = $2; port[$2] = $3
	$1 = $2 = $3 = ""; addresses[devices] = $0
}
$1 == "tunnel" {
	tunnels++; tunnel[tunnels] = $2; tunnel_device[tunnels] = $3
	tunnel_port[tunnels] = $4; tunnel_key[tunnels] = $5; allowed[tunnels] = $6
	way_out[$2] = "tun"
}
$1 == "lan" { lans++; lan[lans] = $2; way_out[$2] = $3; lan4[$2] = $4; lan6[$2] = $5 }

END {
	out("create", "link set lo up")
	space_add("inet")
	for (i = 1; i <= tunnels; i++)
		space_add(tunnel[i])
	for (i = 1; i <= lans; i++)
		space_add(lan[i])

	# The gateway's devices.
	out("create", ethernet("eth0", "inet", "eth0"))
	out("create", ethernet("svc0", "svc", "eth0"))
	out("create", ethernet("lan-d", "office-d", "lan"))
	for (i = 1; i <= devices; i++) {
		name = device[i]
		out("devices", name)
		if (port[name]) {
			out("create", "link add " name " type wireguard")
			out(name ".conf", "[Interface]\nPrivateKey = " private["gateway"] "\nListenPort = " port[name])
			for (j = 1; j <= tunnels; j++)
				if (tunnel_device[j] == name)
					out(name ".conf", "[Peer]\nPublicKey = " public[tunnel_key[j]] \
					    "\nAllowedIPs = " allowed[j] "\nEndpoint = 198.51.100.80:" tunnel_port[j] \
					    "\nPersistentKeepalive = 25")
			out("up-" name, "link set " name " up")
		} else {
			out("up-" name, "link set " name " addrgenmode none up")
			address("up-" name, "fe80::1/64", name)
		}
		count = split(addresses[i], list, " ")
		for (j = 1; j <= count; j++)
			address("up-" name, list[j], name)
		if (name == "eth0")
			default_route("up-" name, name, "198.51.100.80", "2001:db8:100::80", "")
	}

	# The internet, and the far ends of the tunnels, whose sockets stay there.
	out("inet", "link set lo up\nlink set eth0 addrgenmode none up")
	address("inet", "fe80::2/64", "eth0")
	address("inet", "198.51.100.80/24", "eth0")
	address("inet", "2001:db8:100::80/64", "eth0")
	out("inet", "route add 10.0.0.0/8 via 198.51.100.1\nroute add fd00::/16 via 2001:db8:100::1")
	for (i = 1; i <= tunnels; i++) {
		name = tunnel[i]
		out("tunnels", name)
		out("inet", "link add " name " type wireguard")
		out("inet-move", "link set " name " name tun netns " name)
		out(name ".conf", "[Interface]\nPrivateKey = " private[tunnel_key[i]] "\nListenPort = " tunnel_port[i] \
		    "\n[Peer]\nPublicKey = " public["gateway"] "\nAllowedIPs = 0.0.0.0/0,::/0\nEndpoint = 198.51.100.1:" \
		    port[tunnel_device[i]])
	}

	# Inside the namespaces.
	for (name in way_out) {
		if (way_out[name] == "tun")
			out("space-" name, "link set tun up")
		else {
			out("space-" name, "link set " way_out[name] " addrgenmode none up")
			address("space-" name, "fe80::2/64", way_out[name])
		}
	}
	for (i = 1; i <= hosts; i++) {
		name = host_space[i]
		if (name == "inet") {
			address("inet", host4[i] "/32", "lo")
			address("inet", host6[i] "/128", "lo")
		} else if (name in lan4) {
			address("space-" name, host4[i] "/24", way_out[name])
			address("space-" name, host6[i] "/64", way_out[name])
		} else if (name != ".") {
			address("space-" name, host4[i] "/32", "tun")
			address("space-" name, host6[i] "/128", "tun")
		}
	}
	for (name in way_out)
		default_route("space-" name, way_out[name], lan4[name], lan6[name], "")

	# The satellite's router: nobody talks to the next desk directly.
	for (i = 1; i <= lans; i++) {
		if (lan[i] !~ /^sat-/)
			continue
		name = lan[i]
		sub(/^sat/, "lan", name)
		out("space-sat", ethernet(name, lan[i], "lan"))
		out("space-sat", "link set " name " addrgenmode none up")
		address("space-sat", "fe80::1/64", name)
		address("space-sat", lan4[lan[i]] "/24", name)
		address("space-sat", lan6[lan[i]] "/64", name)
		out("rules", "rule add iif " name " lookup 100")
	}
	default_route("space-sat", "tun", "", "", " table 100")
}
