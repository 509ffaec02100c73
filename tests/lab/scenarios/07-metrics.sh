#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The numbers: a scrape that promtool has nothing to say about, equal to ipvsadm's, and counters
# that never go back, whatever happens to the kernel's (invariant 3).

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

seconds=20
[ -z "$LAB_ALL" ] || seconds=60

plan 17
cluster_start "$LAB_LOGS"
director_start lvs1 lbd "$(metrics_conf lvs1.conf)"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
ok "the exporter answers" wait_until 10 scrape lvs1 "$LAB_LOGS/first.prom"
is "/healthz says so too" \
	"$(on lvs1 curl -s -o /dev/null -w '%{http_code}' -m 5 http://127.0.0.1:9165/healthz)" 200
lint=$(promtool check metrics <"$LAB_LOGS/first.prom" 2>&1)
is "promtool check metrics is content" $? 0
is "and silent" "$lint" ""
on lvs1 curl -s -m 5 --compressed -H 'Accept-Encoding: gzip' -D "$LAB_LOGS/headers" \
	-o "$LAB_LOGS/gzip.prom" "$METRICS_URL"
like "gzip is served to who asks" "$(tr -d '\r' <"$LAB_LOGS/headers")" '[Cc]ontent-[Ee]ncoding: gzip'
ok "and unpacks to metrics" metric "$LAB_LOGS/gzip.prom" lbd_vrrp_state vrid=201
on lvs1 curl -s -m 5 -H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5' \
	-D "$LAB_LOGS/headers" -o "$LAB_LOGS/openmetrics.prom" "$METRICS_URL"
like "OpenMetrics is served to who prefers it" "$(tr -d '\r' <"$LAB_LOGS/headers")" \
	'[Cc]ontent-[Tt]ype: application/openmetrics-text; version=1.0.0; charset=utf-8'
ok "a strict parser finds the series of the text in it" "$SCRAPE" same "$LAB_LOGS/openmetrics.prom" \
	"$LAB_LOGS/first.prom"
like "a filter with a wrong name says what is right" \
	"$(on lvs1 curl -s -m 5 "$METRICS_URL?virtual_server=192.168.1.227")" \
	'^virtual_server=192.168.1.227: .* there are .*192.168.1.227:80'
is "the exporter is not root" "$(on lvs1 stat -c %U "/proc/$(on lvs1 pgrep -o lbd-prometheus)")" lbd-read

load_start 192.168.1.227 5
load_wait
# The kernel's own figures change every 2 s, and lbd reads them every 2 s.
nap 6
on lvs1 ipvsadm -Ln --stats --exact >"$LAB_LOGS/stats"
scrape lvs1 "$LAB_LOGS/equal.prom"
ok "counters equal ipvsadm's" "$SCRAPE" equal "$LAB_LOGS/equal.prom" "$LAB_LOGS/stats"
is "VI_1 is master, VI_2 is not, by the same gauge" "$(for vrid in 201 93; do
	metric "$LAB_LOGS/equal.prom" lbd_vrrp_state vrid=$vrid
done | tr '\n' ' ')" "2 1 "

load_start 192.168.1.227 "$seconds"
end=$((SECONDS + seconds + 4))
count=0
# On a slow machine scrapes are few; the story needs that many.
while [ "$SECONDS" -lt $end ] || [ $count -lt 13 ]; do
	count=$((count + 1))
	scrape lvs1 "$(printf '%s/scrape-%03d.prom' "$LAB_LOGS" $count)"
	case $count in
	4) on lvs1 ipvsadm -Z ;;
	6) service_stop web1 ;;
	11) service_start web1 ;;
	esac
	nap 0.8
done
load_wait
ok "web1 is back" wait_until 10 ipvs_complete lvs1
like "web1 was out for a while" "$(metric "$LAB_LOGS/scrape-010.prom" lbd_real_server_in_service \
	real_server=192.168.1.232:80)" '^0$'
ok "no counter went back through ipvsadm -Z and a flap" "$SCRAPE" monotone "$LAB_LOGS"/scrape-*.prom

before=$(metric "$LAB_LOGS/scrape-$(printf %03d $count).prom" lbd_virtual_server_connections_total \
	virtual_server=192.168.1.227:80)
director_kill lvs1
director_start lvs1 lbd "$LAB_LOGS/metrics-lvs1.conf"
wait_until 15 scrape lvs1 "$LAB_LOGS/restart.prom"
nap 3
scrape lvs1 "$LAB_LOGS/restart.prom"
between "nor through the death of all of lbd" "$(metric "$LAB_LOGS/restart.prom" \
	lbd_virtual_server_connections_total virtual_server=192.168.1.227:80)" "$before" 1e12
is "promtool is still silent" "$(promtool check metrics <"$LAB_LOGS/restart.prom" 2>&1)" ""
