#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Broken advertisements on the wire, some hundreds a second: no process dies, the mastership stays
# where it is, and every one that was not accepted is counted with a reason (invariant 7).

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

seconds=10
[ -z "$LAB_ALL" ] || seconds=60

plan 6
cluster_start "$LAB_LOGS"
director_start lvs1 lbd "$(metrics_conf lvs1.conf)"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 scrape lvs1 "$LAB_LOGS/before.prom" || bail "the exporter does not answer"
running="$(director_pids lvs1) $(director_pids lvs2)"

seed=$RANDOM
sent=$(on client "$LAB_DIR/mutate.py" eth0 $seconds $seed)
diag "seed $seed, $sent sent in $seconds s"
between "advertisements were sent" "$sent" $((seconds * 100)) 1e9
is "the same processes run" "$(director_pids lvs1) $(director_pids lvs2)" "$running"
ok "VI_1 and VI_2 are where they were" cluster_settled
# the broken ones bear lvs1's address as well, and the kernel that sent them may lag behind
nap 2
from=$EPOCHREALTIME
nap 5
scrape lvs1 "$LAB_LOGS/after.prom"
grep '^lbd_vrrp_adverts_dropped_total.*[^0]$' "$LAB_LOGS/after.prom" >"$LAB_LOGS/drops"
reasons=$(sed 's/.*reason="\([a-z_-]*\)".*/\1/' "$LAB_LOGS/drops" | sort -u | wc -l)
between "at least six different reasons were counted" "$reasons" 6 100
dropped=$(metric "$LAB_LOGS/after.prom" lbd_vrrp_adverts_dropped_total)
between "most of what was sent was dropped, and counted" "$dropped" $((${sent:-0} / 4)) 1e9
between "lvs1 still advertises" "$(wire_adverts 201 | awk -v from="$from" \
	'$1 > from && $1 < from + 4 && $2 == "192.168.1.225"' | wc -l)" 3 5
