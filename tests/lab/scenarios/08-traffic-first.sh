#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 0: neither a frozen exporter nor fifty scrapers delay an advertisement; the gap on the wire
# stays under 1.2 times the interval of 1 s.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 8
cluster_start "$LAB_LOGS"
director_start lvs1 lbd "$(metrics_conf lvs1.conf)"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
ok "the exporter answers" wait_until 10 scrape lvs1 "$LAB_LOGS/first.prom"
exporter=$(on lvs1 pgrep -o lbd-prometheus)

settled=$EPOCHREALTIME
begin=$settled
on lvs1 wrk -t 1 -c 50 -d 10s "$METRICS_URL" >"$LAB_LOGS/wrk.txt" 2>&1
like "fifty scrapers were served" "$(<"$LAB_LOGS/wrk.txt")" '[1-9][0-9]* requests in'
diag "$(grep 'requests in' "$LAB_LOGS/wrk.txt")"
between "no gap between advertisements above 1.2 s meanwhile" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2

begin=$EPOCHREALTIME
on lvs1 kill -STOP "$exporter"
on lvs1 wrk -t 1 -c 50 -d 8s "$METRICS_URL" >"$LAB_LOGS/wrk-stopped.txt" 2>&1
ok "lbctl answers while the exporter is frozen" lbctl lvs1 status
on lvs1 kill -CONT "$exporter"
between "no gap above 1.2 s with a frozen exporter" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
ok "the exporter recovers" wait_until 10 scrape lvs1 "$LAB_LOGS/last.prom"
ok "nothing failed over" cluster_settled
is "lvs2 never claimed VI_1" "$(wire_adverts 201 | awk -v from="$settled" '$1 > from && $2 == "192.168.1.226"' | wc -l)" 0
