#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Both directors send to a real Prometheus by remote write and to a collector by OTLP: what arrives is what
# ipvsadm and /metrics say, a failover that happens while Prometheus is frozen is there afterwards, and
# nobody in the cluster notices that it was.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

CLIENT=${LAB_ADDRESS[client]}
WRITE_URL=http://$CLIENT:9090/api/v1/write
OTLP_URL=http://$CLIENT:4318/v1/metrics
TAKE=/mnt/tests/push/take.py
ASK=/mnt/tests/lab/prometheus.py

# director_pushing HOST
director_pushing() {
	local file=$LAB_LOGS/push-$1.conf
	cat "$LAB_DIR/reference/$1.conf" - >"$file" <<-END

		exporters {
		    remote_write {
		        url $WRITE_URL
		        interval 1
		        timeout 2
		        queue 1
		        labels {
		            instance $1
		            site lab
		        }
		    }
		    otlp {
		        url $OTLP_URL
		        interval 1
		        token_file /run/push-token
		        attributes {
		            service.instance.id $1
		        }
		    }
		}
	END
	on "$1" install -m 640 -g lbd-read /dev/null /run/push-token
	on "$1" sh -c 'echo not-to-be-seen >/run/push-token'
	director_start "$1" lbd "$file"
}

prometheus_start() {
	echo 'global: {scrape_interval: 1h}' >"$LAB_LOGS/prometheus.yml"
	on client prometheus --config.file="$LAB_LOGS/prometheus.yml" --storage.tsdb.path=/var/lib/prometheus \
		--web.listen-address=0.0.0.0:9090 --web.enable-remote-write-receiver --log.level=warn \
		>"$LAB_LOGS/prometheus.log" 2>&1 &
	disown $!
}

ask() {
	on client "$ASK" "$@"
}

# pushed NAME [LABEL...]: of lvs1's own account of the target Prometheus
account() {
	scrape lvs1 "$LAB_LOGS/account.prom" && metric "$LAB_LOGS/account.prom" "$@"
}

resident() {
	on lvs1 awk '$1 == "VmRSS:" { print $2 }' "/proc/$(on lvs1 pgrep -o lbd-push)/status"
}

counted() {
	on lvs1 ipvsadm -Ln --stats --exact | awk '$2 == "192.168.1.227:80" { print $3 }'
}

plan 24
cluster_start "$LAB_LOGS"
director_pushing lvs1
director_pushing lvs2
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
like "it says that nobody listens yet" "$(wait_until 10 grep -m 1 'cannot connect: Connection refused' \
	"$LAB_LOGS/lvs1.lbd.log" >/dev/null; grep -m 1 'remote_write.*cannot connect' "$LAB_LOGS/lvs1.lbd.log")" \
	"$WRITE_URL: cannot connect: Connection refused; trying again"
prometheus_start
on client "$TAKE" "$CLIENT" 4318 "$LAB_LOGS/otlp.json" >"$LAB_LOGS/otlp.log" 2>&1 &
disown $!
ok "both directors' series arrive" wait_until 40 gives 4 ask value 'count(lbd_vrrp_state{site="lab"})'
is "each VRID has one master" "$(ask value 'count(sum by (vrid) (lbd_vrrp_state == bool 3) == 1)')" 2
ok "and it says that it delivers" wait_until 10 grep -q 'remote_write.*delivers again' "$LAB_LOGS/lvs1.lbd.log"
is "the exporter is not root" "$(on lvs1 stat -c %U "/proc/$(on lvs1 pgrep -o lbd-push)")" lbd-read

load_start 192.168.1.227 3
load_wait
nap 6
ok "there was traffic" test "$(counted)" -gt 100
is "Prometheus has what ipvsadm counted" \
	"$(ask value 'lbd_virtual_server_connections_total{instance="lvs1",virtual_server="192.168.1.227:80"}')" \
	"$(counted)"
ok "and every series of /metrics, with its value" wait_until 15 on client "$TAKE" --compare \
	"$LAB_LOGS/same.prom" http://127.0.0.1:9090 lvs1 "$LAB_LOGS/otlp.json"

# Prometheus frozen; the master of VI_1 lost; lvs2 tells of it when Prometheus is back.
prometheus=$(on client pgrep -o -x prometheus)
on client kill -STOP "$prometheus"
begin=$EPOCHREALTIME
frozen=$(date +%s)
before=$(resident)
ok "a frozen target is counted" wait_until 20 eval \
	'[ "$(account lbd_exporter_errors_total target=$WRITE_URL reason=timeout)" -ge 2 ] 2>/dev/null'
ok "what is to be sent waits" test "$(account lbd_exporter_queue "target=$WRITE_URL")" -gt 1000
like "and it is said once" "$(grep -c 'remote_write.*imed out' "$LAB_LOGS/lvs1.lbd.log")" '^1$'
between "no gap between advertisements above 1.2 s meanwhile" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
received=$(wc -l <"$LAB_LOGS/otlp.json")
director_kill lvs1
ok "lvs2 takes over while Prometheus is frozen" wait_until 8 holds lvs2 "${VI_1[@]}"
nap 3
on client kill -CONT "$prometheus"
ok "lvs2 delivers again" wait_until 40 grep -q 'remote_write.*delivers again.* 0 samples were lost' \
	<(tail -n 3 "$LAB_LOGS/lvs2.lbd.log")
