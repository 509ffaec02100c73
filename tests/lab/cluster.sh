# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The reference cluster: seven hosts as namespaces (network, mount, UTS, IPC, PID)
# on one bridge, br0. A host's first process is tests/lab/host; when it ends,
# everything on that host ends. Next: tests/lab/director.sh.

LAB_HOSTS=(lvs1 lvs2 web1 web2 mysql1 mysql2 client)
declare -A LAB_ADDRESS=(
	[lvs1]=192.168.1.225 [lvs2]=192.168.1.226 [web1]=192.168.1.232 [web2]=192.168.1.233
	[mysql1]=192.168.1.248 [mysql2]=192.168.1.249 [client]=192.168.1.10
)
declare -A LAB_HOST_PID=()

# shellcheck source=tests/lab/nap.sh
. "$LAB_DIR/nap.sh"

# on HOST COMMAND...
on() {
	local pid=${LAB_HOST_PID[$1]}
	shift
	nsenter --target "$pid" --mount --uts --ipc --net --pid -- "$@"
}

# cluster_start DIRECTORY: brings all hosts up; their logs and the capture go to DIRECTORY.
cluster_start() {
	LAB_LOGS=$1
	local host pid
	mkdir -p "$LAB_LOGS/hosts"
	rm -f "$LAB_LOGS/hosts/"*
	ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for host in "${LAB_HOSTS[@]}"; do
		unshare --mount --uts --ipc --net --pid --fork --mount-proc \
			"$LAB_DIR/host" "$host" "${LAB_ADDRESS[$host]}" "$LAB_LOGS" \
			>"$LAB_LOGS/$host.log" 2>&1 &
		pid=$!
		disown "$pid"
		echo "$pid" >"$LAB_LOGS/hosts/$host"
	done
	for host in "${LAB_HOSTS[@]}"; do
		cluster_first_process "$host"
	done
	for host in "${LAB_HOSTS[@]}"; do
		echo "link add v-$host type veth peer name eth0 netns ${LAB_HOST_PID[$host]}"
		echo "link set v-$host master br0 up"
	done | ip -batch -
	ip link set br0 up promisc on
	for host in "${LAB_HOSTS[@]}"; do
		cluster_wait_for "$host"
	done
	capture_start "$LAB_LOGS/wire.pcap"
}

# The child of unshare is process 1 of the new host.
cluster_first_process() {
	local unshare pid='' tries
	read -r unshare <"$LAB_LOGS/hosts/$1"
	for ((tries = 0; tries < 100; tries++)); do
		# the file has no newline at its end, which read takes for a failure
		read -r pid _ <"/proc/$unshare/task/$unshare/children"
		[ -z "$pid" ] || break
		nap 0.05
	done 2>/dev/null
	[ -n "$pid" ] || bail "host $1 did not start"
	LAB_HOST_PID[$1]=$pid
	echo "$pid" >"$LAB_LOGS/hosts/$1.pid"
}

cluster_wait_for() {
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		[ ! -e "$LAB_LOGS/hosts/$1.up" ] || return 0
		[ -d "/proc/${LAB_HOST_PID[$1]}" ] || break
		nap 0.05
	done
	bail "host $1 did not come up: $(tail -n 3 "$LAB_LOGS/$1.log")"
}

cluster_stop() {
	local host
	capture_stop
	for host in "${!LAB_HOST_PID[@]}"; do
		kill -KILL "${LAB_HOST_PID[$host]}" 2>/dev/null
	done
	# A dead host's links linger until the kernel gets round to its namespace.
	{
		[ ${#LAB_HOST_PID[@]} -eq 0 ] || printf 'link delete v-%s\n' "${!LAB_HOST_PID[@]}"
		echo "link delete br0"
	} | ip -force -batch - 2>/dev/null
	LAB_HOST_PID=()
	return 0
}

# --- services of the real servers ---

service_start() {
	on "$1" "$LAB_DIR/host" service-start "$1"
}

service_stop() {
	on "$1" "$LAB_DIR/host" service-stop "$1"
}

# --- the wire ---

# What elections and failovers are made of, and the first and last packet of each connection.
LAB_FILTER='vrrp or arp or icmp or (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)'

capture_start() {
	: >"$LAB_LOGS/tcpdump.log"
	# written through the shell: tcpdump wants to change the owner of a file that it opens
	tcpdump -i br0 -n -s 128 -U -Z root -w - "$LAB_FILTER" >"$1" 2>"$LAB_LOGS/tcpdump.log" &
	LAB_CAPTURE=$!
	until grep -q 'listening on' "$LAB_LOGS/tcpdump.log"; do
		kill -0 "$LAB_CAPTURE" 2>/dev/null || bail "tcpdump: $(<"$LAB_LOGS/tcpdump.log")"
		nap 0.05
	done
}

capture_stop() {
	[ -n "${LAB_CAPTURE:-}" ] || return 0
	kill "$LAB_CAPTURE" 2>/dev/null
	wait "$LAB_CAPTURE" 2>/dev/null
	LAB_CAPTURE=
}

# wire_adverts VRID: a line "TIME SENDER PRIORITY" for each advertisement seen so far.
wire_adverts() {
	tcpdump -r "$LAB_LOGS/wire.pcap" -n -tt vrrp 2>/dev/null |
		awk -v vrid="$1," '{
			for (i = 1; i < NF; i++) {
				if ($i == "vrid" && $(i + 1) == vrid) mine = 1
				if ($i == "prio") priority = $(i + 1) + 0
			}
			if (mine) print $1, $3, priority
			mine = 0
		}'
}

# wire_gratuitous ADDRESS: a line "TIME MAC" for each gratuitous ARP that claims ADDRESS.
wire_gratuitous() {
	tcpdump -r "$LAB_LOGS/wire.pcap" -n -tt -e \
		"arp and arp[14:4] == arp[24:4] and arp[24:4] == $(address_number "$1")" 2>/dev/null |
		awk '{ print $1, $2 }'
}

# wire_handovers ADDRESS: the times at which another host than the last one claimed ADDRESS. A director
# that repeats its claim hands nothing over.
wire_handovers() {
	wire_gratuitous "$1" | awk '{ if (last && $2 != last) print $1; last = $2 }' | tr '\n' ' '
}

address_number() {
	local a b c d
	IFS=. read -r a b c d <<<"$1"
	echo $(((a << 24) + (b << 16) + (c << 8) + d))
}

# --- what the client sees ---

# web_server ADDRESS [SOURCE]: the name of the server that answered.
web_server() {
	on client curl -s -m 5 ${2:+--interface "$2"} "http://$1/"
}

# mysql_greeting ADDRESS: the version in a MySQL server's first packet.
mysql_greeting() {
	# shellcheck disable=SC2016 # the inner shell's variables
	on client timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/3306" && head -c 40 <&3 | tr -c "[:print:]" " "' \
		mysql "$1"
}

LAB_LOAD=$LAB_BUILD/tests/lab/lab-load

# load_start ADDRESS SECONDS [ARGUMENT...]: 200 new connections a second from thirty addresses, in
# the background; what it says goes to load.txt.
load_start() {
	local address=$1 seconds=$2
	shift 2
	on client "$LAB_LOAD" --address "$address" --port 80 --rate 200 --seconds "$seconds" \
		--source 192.168.1.11-192.168.1.40 "$@" >"$LAB_LOGS/load.txt" 2>&1 &
	LAB_LOAD_JOB=$!
}

load_wait() {
	wait "$LAB_LOAD_JOB"
}

# load_number WORD: the number after WORD in the last line (requests, answered, failed, slowest).
load_number() {
	awk -v word="$1" '/^requests/ { for (i = 1; i < NF; i++) if ($i == word) print $(i + 1) }' \
		"$LAB_LOGS/load.txt"
}

# The longest time without any answer.
load_gap() {
	awk '/^requests/ { for (i = 1; i < NF; i++) if ($i == "gap") print $(i + 1) }' "$LAB_LOGS/load.txt"
}

# load_failures_outside TIME...: how many requests failed that no TIME falls into: every other one
# was under way when an address changed hands.
load_failures_outside() {
	awk -v times="$*" '
		BEGIN { n = split(times, moment, " ") }
		/^start/ { start = $2 }
		/^failure/ {
			begin = start + $3
			end = begin + $6
			excused = 0
			for (i = 1; i <= n; i++)
				if (moment[i] >= begin - 0.05 && moment[i] <= end + 0.05)
					excused = 1
			count += !excused
		}
		END { print count + 0 }' "$LAB_LOGS/load.txt"
}
