#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SNMP of real directors: what a manager on another host gets is what ipvsadm and lbctl say, in both roles; the
# failure of a real server and of a director reach it as notifications, each once.
#
#   lvs1   a subagent of Debian's snmpd, asked with SNMPv3
#   lvs2   answers by itself, with SNMPv3 users of its own

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

BASE=.1.3.6.1.4.1.8072.9999.9999
# shellcheck disable=SC2054 # no commas are meant
V3=(-v3 -u ops -l authPriv -a SHA-256 -A authpassword -x AES -X privpassword)
USERS='createUser ops SHA-256 authpassword AES privpassword
rouser ops priv'
WEB1=6.1.4.192.168.1.227.80.1.4.192.168.1.232.80 # TCP 192.168.1.227:80 -> 192.168.1.232:80
WEB2=6.1.4.192.168.1.227.80.1.4.192.168.1.233.80
INSTANCE=4.101.116.104.48.201.1 # eth0, 201, ipv4

port_of() {
	[ "$1" = lvs1 ] && echo 161 || echo 1161
}

# snmp_get HOST OID-BELOW-THE-ROOT: asked by the client.
snmp_get() {
	snmp client snmpget "${V3[@]}" -On -Oqv -Oe -t 2 "${LAB_ADDRESS[$1]}:$(port_of "$1")" "$BASE.$2" 2>/dev/null |
		tr -d '"'
}

snmp_walk() {
	snmp client snmpbulkwalk "${V3[@]}" -On -Oe -t 5 "${LAB_ADDRESS[$1]}:$(port_of "$1")" "$BASE.$2" 2>/dev/null
}

plan 19
cluster_start "$LAB_LOGS"
snmp_trapd udp -OQ
for host in lvs1 lvs2; do
	cat "$LAB_DIR/reference/$host.conf" - >"$LAB_LOGS/snmp-$host.conf" <<-END
		exporters {
		    snmp {
		        $([ $host = lvs1 ] && echo agentx /run/agentx/master || echo listen udp:0.0.0.0:1161)
		        $([ $host = lvs1 ] || echo config /run/snmp.conf)
		    }
		}
	END
done
on lvs2 sh -c "cat >/run/snmp.conf" <<-END
	$USERS
	trap2sink 192.168.1.10 public
END
on lvs2 chown root:lbd-read /run/snmp.conf
on lvs2 chmod 640 /run/snmp.conf
director_start lvs1 lbd "$LAB_LOGS/snmp-lvs1.conf"
director_start lvs2 lbd "$LAB_LOGS/snmp-lvs2.conf"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
like "a subagent says that there is no master yet" "$(cat "$LAB_LOGS/lvs1.lbd.log")" \
	"no AgentX master at /run/agentx/master yet"
snmp_snmpd lvs1 "$USERS" "trap2sink 192.168.1.10 public"
ok "and finds it when it is there" wait_until 15 gives 3 snmp_get lvs1 "1.4.1.1.$INSTANCE"
is "neither is root" "$(for host in lvs1 lvs2; do
	on $host stat -c %U "/proc/$(on $host pgrep -o lbd-snmp)"
done | sort -u)" lbd-read
ok "lvs2 answers by itself that it is the backup" wait_until 15 gives 2 snmp_get lvs2 "1.4.1.1.$INSTANCE"
echo 'lbd-snmp: 192.168.1.0/255.255.255.0' >"$LAB_LOGS/hosts.deny"
on lvs2 mount --bind "$LAB_LOGS/hosts.deny" /etc/hosts.deny
ok "and nothing to whom hosts.deny names" wait_until 10 fails snmp client snmpget "${V3[@]}" -t 2 -r 0 \
	"${LAB_ADDRESS[lvs2]}:$(port_of lvs2)" "$BASE.1.4.1.1.$INSTANCE"
on lvs2 umount /etc/hosts.deny
ok "until it does not any more" wait_until 10 gives 2 snmp_get lvs2 "1.4.1.1.$INSTANCE"

load_start 192.168.1.227 3
load_wait
nap 4
counted=$(on lvs1 ipvsadm -Ln --stats --exact |
	awk '$2 == "192.168.1.227:80" { on = 1 } on && $2 == "192.168.1.232:80" { print $3; exit }')
wait_until 5 gives "$counted" snmp_get lvs1 "1.6.1.1.$WEB1"
is "connections are those of ipvsadm" "$(snmp_get lvs1 "1.6.1.1.$WEB1")" "$counted"
ok "which is traffic" test "$counted" -gt 0
is "and of lbctl" "$(lbctl lvs1 status --json | jq '.real_server[] | select(.virtual_server == "192.168.1.227:80" and
	.real_server == "192.168.1.232:80") | .connections')" "$counted"
is "there is a row for each real server under each virtual service" "$(snmp_walk lvs1 1.6.1.1 | wc -l)" \
	"$(on lvs1 ipvsadm -Ln | grep -c '^  ->.*[0-9]:')"
is "both roles have the same rows" "$(snmp_walk lvs1 1.6.1.12 | sort)" "$(snmp_walk lvs2 1.6.1.12 | sort)"

service_stop web1
ok "a real server that fails is a notification" wait_until 15 snmp_trap_came \
	"104\.1\.7\.[0-9]+ = \"?.*192\.168\.1\.232:80"
ok "and in the table of events, with its evidence" \
	grep -qE 'Connection refused|refused' <(snmp_walk lvs1 1.104.1.11)
ok "and the first of the worst" wait_until 10 gives 192.168.1.232:80 snmp_get lvs1 1.102.1.3.1
is "the other one is up" "$(snmp_get lvs1 "1.6.1.14.$WEB2")" 2
service_start web1

on lvs1 kill -KILL "$(on lvs1 pgrep -o lbd-snmp)"
ok "an agent that was killed is back" wait_until 20 gives 3 snmp_get lvs1 "1.4.1.1.$INSTANCE"

director_kill lvs1
ok "a director that dies is a notification of the other one" wait_until 15 snmp_trap_came \
	'192\.168\.1\.226.*9999\.0\.1\|.*104\.1\.5\.[0-9]+ = 3\|'
outage=$(grep -E '192\.168\.1\.226.*9999\.0\.1\|.*104\.1\.5\.[0-9]+ = 3\|' "$LAB_LOGS/traps" |
	sed -nE 's/.*104\.1\.10\.[0-9]+ = ([0-9]+).*/\1/p' | head -n 1)
between "with how long clients were cut off, in milliseconds" "$outage" 500 15000
# shellcheck disable=SC2016 # the $ are awk's
is "no notification came twice" "$(grep -oE '^UDP: \[[0-9.]+\]|104\.1\.1\.[0-9]+ = [0-9]+' "$LAB_LOGS/traps" |
	awk '/^104/ { print host, $0; next } { host = $2 }' | sort | uniq -d)" ""
