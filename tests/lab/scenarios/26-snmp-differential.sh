#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# keepalived and lbd on the same files, at the same time and in the same places: KEEPALIVED-MIB, VRRP-MIB and
# VRRPV3-MIB of both say the same, but for what differential/exceptions.txt lists. The reference file; with --all a
# rich one, too.
#
#   lvs1     keepalived, under Debian's snmpd
#   lvs2     lbd, under Debian's snmpd
#   client   keepalived, VRRP alone: of the instances that it prefers, both others are the backup
#
# lvs1 and lvs2 do not hear each other: each is the director as if it were alone.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

SUBTREES=(.1.3.6.1.4.1.9586.100.5 .1.3.6.1.2.1.68 .1.3.6.1.2.1.207)
MIBS=/usr/share/snmp/mibs
cases=()

snmp_get() {
	snmp "$1" snmpget -v2c -c public -On -Oqv -Oe -t 2 127.0.0.1 ".1.3.6.1.4.1.9586.100.5.$2" 2>/dev/null
}

# More interfaces and addresses for the rich file; hardware addresses that snmpwalk never takes for a text.
network() {
	on "$1" ip -batch - <<-END
		link set eth0 address 02:00:00:00:00:0${1#lvs}
		link add dum0 address 02:00:00:00:01:00 type dummy
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
	done | sed -e 's/02 00 00 00 00 02/02 00 00 00 00 01/' -e 's/C0 A8 01 E2/C0 A8 01 E1/' \
		-e 's/192\.168\.1\.226/192.168.1.225/'
}

# notified HOST: what HOST told of the ninth virtual server and its real servers since it failed, and of the first
# instance becoming master; without the time. A line each.
notified() {
	grep -F "${LAB_ADDRESS[$1]}" "$LAB_LOGS/traps" |
		grep -E '9586\.100\.5\.(3\.5\.0\..*C0 A8 01 E3|2\.10\.0\..*"FIRST".*2\.3\.1\.4 = INTEGER: 2)' |
		sed -e 's/.*6\.3\.1\.1\.4\.1\.0 = //' | grep -v '3\.3\.1\.23 = INTEGER: 1' | sort
}

# All of it, and the same.
notified_alike() {
	[ "$(notified lvs1 | grep -c .)" -ge 3 ] && [ "$(notified lvs1)" = "$(notified lvs2)" ]
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

# The file that the exceptions are mostly about; a failure, and what both notify of it.
rich() {
	start "$LAB_DIR/differential/rich.conf"
	ok "a rich file: both are master of the first instance" wait_until 20 both_give 2 2.3.1.4.1
	ok "and know that no server of the eighth virtual server is up" wait_until 20 both_give 0 3.3.1.21.8
	visit 192.168.1.227 3
	ok "and count its connections" wait_until 20 both_give 3 3.3.1.38.9
	service_stop web1
	ok "a real server that fails is dead to both" wait_until 20 both_give 2 3.4.1.6.9.2
	ok "and a check with retries elsewhere fails, too" wait_until 20 both_give 2 3.4.1.13.8.1
	ok "and both notify the same of it" wait_until 20 notified_alike
	record rich
	service_start web1
}

# The virtual servers in the other order: nothing that lbd does changes, but their places do.
reorder() {
	local block
	for block in vrrp_instance 'virtual_server group mysql' 'virtual_server group www' virtual_server_group exporters; do
		sed -n "/^$block/,/^}/p" "$LAB_LOGS/lbd.conf"
	done >"$LAB_LOGS/other.conf"
	cat "$LAB_LOGS/other.conf" >"$LAB_LOGS/lbd.conf"
	director_reload lvs2
}

plan $((5 + 6 * ${LAB_ALL:-0}))
cluster_start "$LAB_LOGS"
# VI_2 as lvs2 has it. Some seconds ahead, it is master before the others are there.
sed -n '/^vrrp_instance VI_2/,/^}/p' "$LAB_DIR/reference/lvs2.conf" >"$LAB_LOGS/client.conf"
on client "$KEEPALIVED" -n -l -D -P -f "$LAB_LOGS/client.conf" >"$LAB_LOGS/client.keepalived.log" 2>&1 &
disown $!
snmp_trapd tcp
for host in lvs1 lvs2; do
	bridge link set dev v-$host isolated on
	network $host
	snmp_snmpd $host "rocommunity public" "trapsess -v2c -c public tcp:192.168.1.10:162"
done
# What began before snmpd did has no time of its own: both would say 0.
for host in lvs1 lvs2; do
	wait_until 30 snmp_answers $host 161 1.3.6.1.2.1.1 || bail "snmpd on $host does not answer"
done

start "$LAB_DIR/reference/lvs1.conf"
ok "the reference file: both are master of VI_1" wait_until 20 both_give 2 2.3.1.4.1
ok "and backup of VI_2" wait_until 20 both_give 1 2.3.1.4.2
visit 192.168.1.227 3
ok "and count its connections" wait_until 20 both_give 3 3.3.1.38.1
record reference
reorder
ok "rows of lbd follow their place in the file" wait_until 10 gives '"mysql"' snmp_get lvs2 3.3.1.3.1
if [ -n "$LAB_ALL" ]; then
	stop
	rich
fi
output=$("$LAB_DIR/differential/compare.py" "$LAB_DIR/differential/exceptions.txt" $MIBS "${cases[@]}")
ok "both say the same, but for the listed exceptions" test $? -eq 0
diag "$output"
