#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody's ipvsadm -C is repaired within 2 s and reported once, with the list of what was missing;
# a service that the configuration does not name is left alone.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 9
cluster_start "$LAB_LOGS"
reference_start lbd

drift_events() {
	lbctl lvs1 events --json | jq -c 'select(.cause == "drift_repaired")'
}

drift_count() {
	drift_events | wc -l
}

table=$(ipvs_rules lvs1)
is "no drift so far" "$(drift_count)" 0
begin=$EPOCHREALTIME
on lvs1 ipvsadm -C
ok "the table is back" wait_until 4 ipvs_complete lvs1
between "it took no more than 2 s" "$(awk "BEGIN { print $EPOCHREALTIME - $begin }")" 0 2
is "it holds what it held" "$(ipvs_rules lvs1)" "$table"
ok "the drift is in the journal" wait_until 5 gives 1 drift_count
nap 3
is "as one event, and stays one" "$(drift_count)" 1
event=$(drift_events)
is "which counts four services and eight real servers" \
	"$(jq -r .evidence.missing <<<"$event")" 12
missing=0
for item in 192.168.1.{227,228}:80 192.168.1.{246,247}:3306 192.168.1.{232,233}:80 192.168.1.{248,249}:3306; do
	[[ $event == *"$item"* ]] || { missing=$((missing + 1)) && diag "not in the event: $item"; }
done
is "and lists each of them" $missing 0

on lvs1 ipvsadm -A -t 192.168.1.227:8080 -s rr
nap 4
ok "a service of somebody else's is left alone" on lvs1 ipvsadm -Ln -t 192.168.1.227:8080
