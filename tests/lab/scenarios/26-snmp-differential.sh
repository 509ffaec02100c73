#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# keepalived and lbd on the same files, at the same time and in the same places: KEEPALIVED-MIB, VRRP-MIB and
# VRRPV3-MIB of both say the same, but for what differential/exceptions.txt lists.
#
#   lvs1     keepalived, under Debian's snmpd
#   lvs2     lbd, under Debian's snmpd
#   client   keepalived, VRRP alone: of the instances that it prefers, both others are the backup
#
# lvs1 and lvs2 do not hear each other: each is the director as if it were alone.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

SUBTREES=(.1.3.6.1.4.1.9586.100.5)
MIBS=/usr/share/snmp/mibs
cases=()

# Nothing of the machine's own configuration and MIBs.
snmp() {
	local host=$1
	shift
	on "$host" env MIBS= SNMPCONFPATH=/run/snmp SNMP_PERSISTENT_DIR=/run/snmp "$@"
}

snmpd_start() {
	on "$1" mkdir -p /run/agentx
	on "$1" sh -c "cat >/run/snmpd.conf" <<-END
		master agentx
		agentxsocket /run/agentx/master
		agentXPerms 0660 0755 root lbd-read
		rocommunity public
	END
	snmp "$1" snmpd -f -Le -C -c /run/snmpd.conf -I -smux udp:161 >>"$LAB_LOGS/$1.snmpd.log" 2>&1 &
	disown $!
}

snmp_get() {
	snmp "$1" snmpget -v2c -c public -On -Oqv -Oe -t 2 127.0.0.1 ".1.3.6.1.4.1.9586.100.5.$2" 2>/dev/null
}

# More interfaces and addresses for the rich file.
network() {
	on "$1" ip -batch - <<-END
		link add dum0 type dummy
		address add 10.9.0.1/24 dev dum0
		address add fd00:1::225/64 dev eth0 nodad
		link set dum0 up multicast on arp on
	END
}

# start FILE: both directors.
start() {
	cat "$1" - >"$LAB_LOGS/lbd.conf" <<-END
		exporters {
		    snmp {
		        agentx /run/agentx/master
		        keepalived_mib yes
		    }
		}
	END
	on lvs1 sh -c 'rm -f /run/keepalived*.pid; exec "$@"' sh "$KEEPALIVED" -n -l -D -x -A unix:/run/agentx/master \
		-f "$1" >>"$LAB_LOGS/lvs1.keepalived.log" 2>&1 &
	disown $!
	LAB_DIRECTOR_KIND[lvs1]=keepalived
	director_start lvs2 lbd "$LAB_LOGS/lbd.conf"
}

stop() {
	director_stop lvs1
	director_stop lvs2
	for host in lvs1 lvs2; do
		on $host ipvsadm -C
	done
	# lbd's counters outlive a restart.
	on lvs2 sh -c 'rm -rf /run/lbd/*'
}

# visit ADDRESS COUNT: the client's connections to ADDRESS, as many through each director.
visit() {
	local host i
	for host in lvs1 lvs2; do
		on client ip neigh replace "$1" lladdr "$(on $host cat /sys/class/net/eth0/address)" dev eth0 nud permanent
		for ((i = 0; i < $2; i++)); do
			on client curl -s -o /dev/null -m 5 --interface 192.168.1.11 "http://$1/"
		done
	done
}

# What is the same in its place: their own addresses.
walk() {
	local subtree
	for subtree in "${SUBTREES[@]}"; do
		snmp "$1" snmpbulkwalk -v2c -c public -On -Oe -t 10 127.0.0.1 "$subtree" 2>&1
	done | sed -e "s/$(mac "$1" eth0)/OWN eth0/" -e "s/$(mac "$1" dum0)/OWN dum0/" \
		-e 's/C0 A8 01 E2/C0 A8 01 E1/' -e 's/192\.168\.1\.226/192.168.1.225/'
}

mac() {
	on "$1" cat "/sys/class/net/$2/address" | tr 'a-f:' 'A-F '
}

# record CASE: walks of both at the same time.
record() {
	walk lvs1 >"$LAB_LOGS/$1.keepalived.walk" &
	walk lvs2 >"$LAB_LOGS/$1.lbd.walk"
	wait $!
	cases+=("$1" "$LAB_LOGS/$1.keepalived.walk" "$LAB_LOGS/$1.lbd.walk")
}

both_give() {
	gives "$1" snmp_get lvs1 "$2" && gives "$1" snmp_get lvs2 "$2"
}

plan $((5 + 2 * ${LAB_ALL:-0}))
cluster_start "$LAB_LOGS"
for host in lvs1 lvs2; do
	bridge link set dev v-$host isolated on
	network $host
	snmpd_start $host
done
# VI_2 as lvs2 has it.
sed -n '/^vrrp_instance VI_2/,/^}/p' "$LAB_DIR/reference/lvs2.conf" >"$LAB_LOGS/client.conf"
on client "$KEEPALIVED" -n -l -D -P -f "$LAB_LOGS/client.conf" >"$LAB_LOGS/client.keepalived.log" 2>&1 &
disown $!

start "$LAB_DIR/differential/rich.conf"
ok "both are master of the first instance" wait_until 20 both_give 2 2.3.1.4.1
ok "and know that no server of the eighth virtual server is up" wait_until 20 both_give 0 3.3.1.21.8
visit 192.168.1.227 3
ok "and count its connections" wait_until 20 both_give 3 3.3.1.38.9
service_stop web1
ok "a real server that fails is dead to both" wait_until 20 both_give 2 3.4.1.6.9.2
nap 1
record rich
service_start web1
if [ -n "$LAB_ALL" ]; then
	stop
	start "$LAB_DIR/reference/lvs1.conf"
	ok "the reference file: both are master of VI_1" wait_until 20 both_give 2 2.3.1.4.1
	ok "and backup of VI_2" both_give 1 2.3.1.4.2
	visit 192.168.1.227 3
	wait_until 20 both_give 3 3.3.1.38.1
	record reference
fi
output=$("$LAB_DIR/differential/compare.py" "$LAB_DIR/differential/exceptions.txt" $MIBS "${cases[@]}")
ok "both say the same, but for the listed exceptions" test $? -eq 0
diag "$output"
