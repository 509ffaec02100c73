# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # for the scenarios
#
# SNMP in the lab: net-snmp's programs without anything of this machine's, a snmpd, a receiver of notifications, and
# how long a walk takes.

SNMP_BASE=1.3.6.1.4.1.8072.9999.9999
SNMP_REAL_SERVERS=$SNMP_BASE.1.6
SNMP_FLOOR=1.3.6.1.4.1.8072.9999.9998 # of tests/bench/subagent
SNMP_KEEPALIVED_REAL_SERVERS=1.3.6.1.4.1.9586.100.5.3.4
SNMP_SOCKET=/run/agentx/master

# snmp HOST PROGRAM...
snmp() {
	local host=$1
	shift
	on "$host" env MIBS= SNMPCONFPATH=/run/snmp SNMP_PERSISTENT_DIR=/run/snmp "$@"
}

# snmp_bare HOST: net-snmp's library reads the files of TCP wrappers for every datagram, and files are slow here.
snmp_bare() {
	on "$1" mount --bind /dev/null /etc/hosts.allow
	on "$1" mount --bind /dev/null /etc/hosts.deny
}

# snmp_snmpd HOST LINE...: a snmpd on port 161, AgentX master of lbd-snmp, with these lines in its file.
snmp_snmpd() {
	local host=$1
	shift
	on "$host" mkdir -p "${SNMP_SOCKET%/*}"
	printf '%s\n' 'master agentx' "agentxsocket $SNMP_SOCKET" 'agentXPerms 0660 0755 root lbd-read' "$@" |
		on "$host" sh -c 'cat >/run/snmpd.conf'
	snmp "$host" snmpd -f -Le -C -c /run/snmpd.conf -I -smux udp:161 >>"$LAB_LOGS/$host.snmpd.log" 2>&1 &
	disown $!
}

# snmp_master HOST [LINE]: one that answers the community "public".
snmp_master() {
	snmp_snmpd "$1" 'rocommunity public' 'dontLogTCPWrappersConnects yes' "${2:-}"
	wait_until 30 snmp_answers "$1" 161 1.3.6.1.2.1.1 || bail "snmpd on $1 does not answer"
}

# snmp_trapd TRANSPORT [OPTION...]: snmptrapd on the client, port 162; a line with "|" between for each notification
# in $LAB_LOGS/traps.
snmp_trapd() {
	local transport=$1
	shift
	on client sh -c 'echo "disableAuthorization yes" >/run/trapd.conf'
	snmp client snmptrapd -f -Lo -C -c /run/trapd.conf -n -On -Oe "$@" -F '%B %V|%v\n' "$transport:162" \
		>"$LAB_LOGS/traps" 2>&1 &
	disown $!
	wait_until 20 grep -q NET-SNMP "$LAB_LOGS/traps" || bail "snmptrapd does not start"
}

# snmp_traps REGULAR-EXPRESSION: how many notifications have a line like that.
snmp_traps() {
	grep -cE "$1" "$LAB_LOGS/traps"
}

snmp_trap_came() {
	[ "$(snmp_traps "$1")" -gt 0 ]
}

# snmp_answers HOST PORT OID: is there anything below it?
snmp_answers() {
	snmp client snmpgetnext -v2c -c public -t 2 -r 0 -On "${LAB_ADDRESS[$1]}:$2" "$3" 2>/dev/null |
		grep -q "^\.$3\."
}

# snmp_time HOST PORT SECONDS REPETITIONS OID...: a line for each, as tests/bench/walk.c prints them: objects,
# microseconds each, microseconds each in the median, "all" or "part".
snmp_time() {
	local peer=${LAB_ADDRESS[$1]}:$2
	shift 2
	snmp client "$LAB_BUILD/tests/bench/walk" "$peer" "$@" 2>>"$LAB_LOGS/walk.log" || echo 0 0 0 none
}

# snmp_real_servers SERVICES SERVERS: virtual servers with so many real servers each, of nobody's, without checks.
snmp_real_servers() {
	local service server
	for ((service = 1; service <= $1; service++)); do
		printf '%s\n' "virtual_server 192.168.1.227 $((1000 + service)) {" '	lb_algo rr' '	lb_kind NAT' \
			'	protocol TCP'
		for ((server = 0; server < $2; server++)); do
			printf '%s\n' "	real_server 10.$service.$((server / 250)).$((server % 250 + 1)) 80 {" \
				'		weight 1' '	}'
		done
		echo "}"
	done
}
