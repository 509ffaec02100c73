#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 2: the death of any process of lbd, or of all of them, interrupts no connection. 200
# requests a second go through lvs1 meanwhile; one may fail only if an address changed hands
# while it was under way.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 19
cluster_start "$LAB_LOGS"
reference_start lbd
table=$(ipvs_rules lvs1)

child_is_new() {
	local pid
	pid=$(child_pid lvs1 "$1") && [ "$pid" != "$2" ]
}

restart_events() {
	lbctl lvs1 events --json | jq -s '[.[] | select(.cause == "child_restarted")] | length'
}

for child in vrrp director check control; do
	load_start 192.168.1.227 4
	nap 1
	pid=$(child_pid lvs1 "$child") || bail "lbd: $child does not run on lvs1"
	on lvs1 kill -KILL "$pid"
	ok "lbd: $child is started again" wait_until 5 child_is_new "$child" "$pid"
	load_wait
	like "requests were made while lbd: $child was killed" "$(load_number requests)" '^[1-9]'
	# shellcheck disable=SC2046 # one argument for each time
	is "no request failed when lbd: $child was killed" "$(load_failures_outside $(wire_handovers 192.168.1.227))" 0
done
ok "four restarts are in the journal" wait_until 5 gives 4 restart_events
is "the IPVS table is untouched" "$(ipvs_rules lvs1)" "$table"
ok "the addresses are where they belong" wait_until 15 cluster_settled

load_start 192.168.1.227 8
nap 1
director_kill lvs1 || bail "there is nothing to kill on lvs1"
is "the table outlives the death of all of lbd" "$(ipvs_rules lvs1)" "$table"
director_start lvs1 lbd lvs1.conf
ok "lvs1 takes its place again" wait_until 15 cluster_settled
load_wait
# shellcheck disable=SC2046
is "no request failed when all of lbd was killed and started again" \
	"$(load_failures_outside $(wire_handovers 192.168.1.227))" 0
is "the table is adopted, not made again" "$(ipvs_rules lvs1)" "$table"
