#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A thousand real servers behind twenty virtual servers, checked each second: they come into the table,
# fail together, are told one by one, are repaired and adopted, and no advertisement is late for it.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 14
cluster_start "$LAB_LOGS"
conf=$LAB_LOGS/thousand.conf

# Real servers are addresses of lvs1's own loopback; one listener stands for all of them.
thousand_conf() {
	local server number
	sed -n '/^vrrp_instance VI_1/,/^}/p' "$LAB_DIR/reference/lvs1.conf"
	for ((server = 1; server <= 20; server++)); do
		echo "virtual_server 192.168.1.227 $((1000 + server)) {"
		printf '\t%s\n' 'delay_loop 1' 'lb_algo rr' 'lb_kind NAT' 'protocol TCP'
		for ((number = 1; number <= 50; number++)); do
			echo "	real_server 127.1.$server.$number 80 {"
			echo "		TCP_CHECK { "
			echo "			connect_port 8000"
			echo "			retry 0"
			echo "		}"
			echo "	}"
		done
		echo "}"
	done
}

destinations() {
	on lvs1 grep -c -- '->' /proc/net/ip_vs
}

causes() {
	lbctl lvs1 events --json | jq -s "[.[] | select(.cause == \"$1\")] | length"
}

listener_start() {
	on lvs1 "$LAB_DIR/listener.py" 8000 >>"$LAB_LOGS/listener.log" 2>&1 &
	wait_until 10 on lvs1 pgrep -f listener.py >/dev/null
}

thousand_conf >"$conf"
like "the file is read" "$(on lvs1 "$LBD" -t -f "$conf" 2>&1)" '20 virtual services, 1000 real servers'
listener_start || bail "no listener"
director_start lvs1 lbd "$conf"
ok "all of them are in the table" wait_until 20 gives 1001 destinations
ok "lvs1 is the master" wait_until 15 holds lvs1 "${VI_1[@]}"
nap 3
begin=$EPOCHREALTIME

on lvs1 ipvsadm -C
since=$EPOCHREALTIME
ok "the table is back after ipvsadm -C" wait_until 5 gives 1001 destinations
between "it took no more than 2 s" "$(awk "BEGIN { print $EPOCHREALTIME - $since }")" 0 2
is "one event for a thousand and twenty entries" \
	"$(lbctl lvs1 events --json | jq -r 'select(.cause == "drift_repaired") | .evidence.missing')" 1020

on lvs1 kill -KILL "$(child_pid lvs1 director)" "$(child_pid lvs1 check)"
nap 3
is "director and check may die: nothing leaves the table" "$(destinations)" 1001

scrape lvs1 "$LAB_LOGS/thousand.prom"
is "each has its numbers" "$(grep -c '^lbd_real_server_weight{' "$LAB_LOGS/thousand.prom")" 1000

on lvs1 pkill -KILL -f listener.py
ok "all of them leave when all of them fail" wait_until 20 gives 1 destinations
ok "each failure is an event" wait_until 10 gives 1000 causes check_failed
is "and none was lost" "$(scrape lvs1 "$LAB_LOGS/failed.prom" &&
	metric "$LAB_LOGS/failed.prom" lbd_process_events_lost_total)" 0
is "each virtual server lost its quorum once" "$(causes quorum_lost)" 20
listener_start
ok "all of them come back" wait_until 20 gives 1001 destinations
between "no advertisement was late for any of it" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
