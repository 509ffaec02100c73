#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web1's nginx stops and starts again. The reference files check every 1 s on lvs1 and every 7 s on
# lvs2, and try once more after 1 s before they believe a failure.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 12
cluster_start "$LAB_LOGS"
reference_start lbd

web1_out() {
	[ "$(on "$1" ipvsadm -Sn | grep -c '192\.168\.1\.232:80')" -eq 0 ]
}

web1_events() {
	lbctl "$1" events --json | jq -c --arg cause "$2" \
		'select(.cause == $cause and (.object | contains("192.168.1.232")))'
}

begin=$EPOCHREALTIME
service_stop web1
ok "web1 leaves both services of lvs1" wait_until 6 web1_out lvs1
between "within its delay of 1 s, one retry after 1 s and a moment" \
	"$(awk "BEGIN { print $EPOCHREALTIME - $begin }")" 0 3.5
ok "web1 leaves both services of lvs2" wait_until 12 web1_out lvs2
between "within its delay of 7 s, one retry after 1 s and a moment" \
	"$(awk "BEGIN { print $EPOCHREALTIME - $begin }")" 0 9.5
is "the others stay" "$(on lvs1 ipvsadm -Sn | grep -c -- '^-a')" 6
for host in lvs1 lvs2; do
	event=$(web1_events $host check_failed | tail -n 1)
	like "$host has an event with the system's words" "$event" 'Connection refused'
done
is "requests go to web2" "$(web_server 192.168.1.227)" web2

service_start web1
ok "web1 comes back on lvs1" wait_until 6 ipvs_complete lvs1
ok "web1 comes back on lvs2" wait_until 12 ipvs_complete lvs2
for host in lvs1 lvs2; do
	like "$host has an event for that" "$(web1_events $host check_passed | tail -n 1)" '"number"'
done
