#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A real Prometheus watches both directors with the rules as they are shipped, through a failover and the
# failure of a real server: every rule and every expression of the dashboards has data, and the right alerts
# fire, no others. An Alertmanager with the file that is shipped sends the mails.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
[ -n "$LAB_ALL" ] || skip_all "takes three minutes; ./lab check --all has it"

ASK=/mnt/tests/lab/prometheus.py
DASHBOARDS=(/mnt/dashboards/grafana/{lbd-overview,lbd-virtual-server,lbd-vrrp,lbd-checks,lbd-itself}.json)

# director_scraped HOST: with its exporter on an address that others reach.
director_scraped() {
	local file
	file=$(metrics_conf "$1.conf")
	sed -i "s/listen 127.0.0.1/listen ${LAB_ADDRESS[$1]}/" "$file"
	director_start "$1" lbd "$file"
}

prometheus_start() {
	cat >"$LAB_LOGS/prometheus.yml" <<-END
		global:
		  scrape_interval: 2s
		  evaluation_interval: 2s
		rule_files:
		  - /mnt/dashboards/prometheus/lbd.rules.yml
		alerting:
		  alertmanagers:
		    - static_configs:
		        - targets: ['127.0.0.1:9093']
		scrape_configs:
		  - job_name: lbd
		    static_configs:
		      - targets: ['${LAB_ADDRESS[lvs1]}:9165']
		        labels: {instance: lvs1}
		      - targets: ['${LAB_ADDRESS[lvs2]}:9165']
		        labels: {instance: lvs2}
	END
	on client prometheus --config.file="$LAB_LOGS/prometheus.yml" --storage.tsdb.path=/var/lib/prometheus \
		--web.listen-address=127.0.0.1:9090 --log.level=warn >"$LAB_LOGS/prometheus.log" 2>&1 &
	disown $!
}

alertmanager_start() {
	on client "$LAB_DIR/mail.py" 127.0.0.1 25 "$LAB_LOGS/mails" >"$LAB_LOGS/mail.log" 2>&1 &
	disown $!
	on client prometheus-alertmanager --config.file=/mnt/dashboards/prometheus/alertmanager.yml \
		--storage.path=/var/lib/alertmanager --cluster.listen-address= \
		--web.listen-address=127.0.0.1:9093 --log.level=warn >"$LAB_LOGS/alertmanager.log" 2>&1 &
	disown $!
}

# mailed TO SUBJECT: a mail to this address whose subject matches.
mailed() {
	grep -A 1 "^To: <$1@example.net>" "$LAB_LOGS/mails" | grep -qE "^Subject: $2"
}

ask() {
	on client "$ASK" "$@"
}

# The alerts that fire now, sorted, on one line.
firing() {
	ask firing | sort | tr '\n' ',' | sed 's/,$//'
}

fires() {
	[[ ,$(firing), == *,"$1",* ]]
}

plan 19
cluster_start "$LAB_LOGS"
director_scraped lvs1
director_scraped lvs2
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
alertmanager_start
prometheus_start
ok "Prometheus scrapes both directors" wait_until 40 gives 2 ask value 'sum(up{job="lbd"})'
load_start 192.168.1.227 150
# the windows of rates, and until the election is out of that of the annotations
nap 35
ok "every rule evaluates" ask rules
ok "every expression of the dashboards has data" ask panels "${DASHBOARDS[@]}"
is "each VRID has one master" "$(ask value 'count(cluster:lbd_vrrp_masters:sum == 1)')" 2
is "no alert fires" "$(firing)" ""

director_kill lvs1
ok "lvs2 holds the addresses of VI_1" wait_until 6 holds lvs2 "${VI_1[@]}"
ok "LbdFailover fires for VI_1 on lvs2" wait_until 15 fires "LbdFailover lvs2 201"
like "the takeover is marked in the dashboards" "$(ask quiet "${DASHBOARDS[@]}")" 'lbd-vrrp: Failovers'
ok "LbdDirectorDown fires for lvs1" wait_until 50 fires "LbdDirectorDown lvs1"
is "and no other alert" "$(firing)" "LbdDirectorDown lvs1,LbdFailover lvs2 201"
ok "the person on call has a mail that says so" wait_until 30 mailed on-call 'Director lvs1 does not answer'
ok "and one that says who took over" wait_until 10 mailed on-call 'lvs2 became master of VRID 201'

service_stop web1
is "every process works by the configuration in force" "$(ask value \
	'count(lbd_segment_config_generation == on (instance) group_left () lbd_config_generation)')" 5
ok "LbdRealServerDown fires for web1" wait_until 50 fires "LbdRealServerDown lvs2 192.168.1.232:80"
like "its failures and the alerts are in the dashboards" "$(ask quiet "${DASHBOARDS[@]}")" \
	'lbd-overview: Alerts.*lbd-checks: Failures by server'
service_start web1
director_scraped lvs1
ok "web1 and lvs1 are back, and their alerts are gone" wait_until 40 fails eval \
	'fires "LbdDirectorDown lvs1" || fires "LbdRealServerDown lvs2 192.168.1.232:80"'
ok "the person on call hears that it is over" wait_until 70 mailed on-call 'OVER: Director lvs1 does not answer'
ok "every rule still evaluates" ask rules
ok "Prometheus found nothing to complain of" fails grep -iE 'level=(warn|error)' "$LAB_LOGS/prometheus.log"
