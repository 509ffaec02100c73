#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A snmpd in trouble while a hundred real servers fail and come back: it stands still for a whole minute, then is
# killed and started again ten times. Every notification arrives once it is back, and nobody else notices.
# The trap sink is reached over TCP: of a burst over UDP a receiver may miss some.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

[ -n "$LAB_ALL" ] || skip_all "takes two and a half minutes; ./lab check --all has it"

SERVERS=100
KILLS=10
SINK="trap2sink tcp:${LAB_ADDRESS[client]}:162 public"

# Real servers are addresses of lvs1's own loopback; one listener stands for all of them. Their checks are spread over
# ten seconds, and so is the storm.
storm_conf() {
	local server
	cat "$LAB_DIR/reference/lvs1.conf"
	echo 'virtual_server 192.168.1.227 1001 {'
	printf '\t%s\n' 'delay_loop 10' 'lb_algo rr' 'lb_kind NAT' 'protocol TCP'
	for ((server = 1; server <= SERVERS; server++)); do
		printf '%s\n' "	real_server 127.1.1.$server 80 {" '		TCP_CHECK {' \
			'			connect_port 8000' '			retry 0' '		}' '	}'
	done
	cat <<-END
		}
		exporters {
		    snmp {
		        agentx $SNMP_SOCKET
		    }
		    prometheus {
		        listen 127.0.0.1 9165
		    }
		}
	END
}

listener_start() {
	on lvs1 "$LAB_DIR/listener.py" 8000 >>"$LAB_LOGS/listener.log" 2>&1 &
	wait_until 10 on lvs1 pgrep -f listener.py >/dev/null
}

snmpd_pid() {
	on lvs1 pgrep -o -x snmpd
}

# The numbers of the events that were notified, in the order of their arrival.
notified() {
	grep -oE '9999\.9999\.1\.104\.1\.1\.[0-9]+ = [0-9]+' "$LAB_LOGS/traps" | sed 's/.* = //'
}

# The numbers of the events of lvs1 that a notification is for, from FIRST on: all of the kinds below.
happened() {
	lbctl lvs1 events --json | jq -r "select(.number >= $1) | select(.cause |
		test(\"^(check_failed|check_passed|quorum_lost|quorum_reached)$\")) | .number" | sort -n
}

# missing FIRST: how many events since then were not notified yet.
missing() {
	comm -23 <(happened "$1" | sort) <(notified | sort -u) | wc -l
}

last_event() {
	lbctl lvs1 events --json | jq -s '[.[].number] | max // 0'
}

# in_service COUNT: so many of the hundred are in service.
in_service() {
	[ "$(on lvs1 grep -c -e '-> 7F0101' /proc/net/ip_vs)" -eq "$1" ]
}

plan 15
cluster_start "$LAB_LOGS"
snmp_trapd tcp -OQ
snmp_master lvs1 "$SINK"
storm_conf >"$LAB_LOGS/storm.conf"
listener_start || bail "no listener"
director_start lvs1 lbd "$LAB_LOGS/storm.conf"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
ok "a hundred real servers are in service" wait_until 30 in_service $SERVERS
ok "snmpd has lbd's subagent" wait_until 20 snmp_answers lvs1 161 $SNMP_REAL_SERVERS
agent=$(on lvs1 pgrep -o lbd-snmp)
begin=$EPOCHREALTIME

# --- it stands still for a minute

first=$(($(last_event) + 1))
on lvs1 kill -STOP "$(snmpd_pid)"
frozen=$EPOCHSECONDS
on lvs1 pkill -KILL -f listener.py
ok "all of them fail while snmpd stands still" wait_until 40 in_service 0
ok "other exporters answer" scrape lvs1 "$LAB_LOGS/frozen.prom"
is "and know of it" "$(metric "$LAB_LOGS/frozen.prom" lbd_virtual_server_real_servers_up virtual_server=192.168.1.227:1001)" 0
nap $((60 - (EPOCHSECONDS - frozen)))
ok "notifications wait" test "$(missing "$first")" -ge $SERVERS
on lvs1 kill -CONT "$(snmpd_pid)"
ok "when it goes on, every one of them arrives" wait_until 60 gives 0 missing "$first"
is "once" "$(notified | sort | uniq -d)" ""
is "and in order" "$(notified)" "$(notified | sort -n)"
diag "$(notified | wc -l) notifications for $(happened "$first" | wc -l) events"

# --- it is killed, again and again

first=$(($(last_event) + 1))
listener_start || bail "no listener"
for ((i = 0; i < KILLS; i++)); do
	on lvs1 kill -KILL "$(snmpd_pid)"
	nap 0.5
	snmp_master lvs1 "$SINK"
	nap 1
done
ok "all of them come back while snmpd is killed $KILLS times" wait_until 30 in_service $SERVERS
ok "every notification arrives" wait_until 60 gives 0 missing "$first"
between "what was on its way to a dead snmpd may have come twice, no more" \
	"$(notified | sort | uniq -d | wc -l)" 0 $KILLS
diag "$(happened "$first" | wc -l) events"

# --- nobody else noticed

between "no advertisement was late" "$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
is "the agent is the one of the beginning" "$(on lvs1 pgrep -o lbd-snmp)" "$agent"
scrape lvs1 "$LAB_LOGS/last.prom"
is "and gave nothing up" "$(metric "$LAB_LOGS/last.prom" lbd_exporter_losses_total exporter=snmp)" 0
