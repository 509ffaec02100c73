#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two real Prometheus, one of them with native histograms, watch both directors with the rules as they are
# shipped, for more than two minutes, through a failover and the failure of a real server: every rule and every
# expression of the dashboards has data in both, the right alerts fire, no others, and exemplars name the event.
# An Alertmanager with the file that is shipped sends the mails.

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

NATIVE=127.0.0.1:9091

# prometheus_start NAME ADDRESS FEATURES ALERTMANAGERS EVALUATION-INTERVAL
prometheus_start() {
	cat >"$LAB_LOGS/$1.yml" <<-END
		global:
		  scrape_interval: 2s
		  evaluation_interval: $5
		rule_files:
		  - /mnt/dashboards/prometheus/lbd.rules.yml
		alerting:
		  alertmanagers:
		    - static_configs:
		        - targets: [$4]
		scrape_configs:
		  - job_name: lbd
		    static_configs:
		      - targets: ['${LAB_ADDRESS[lvs1]}:9165']
		        labels: {instance: lvs1}
		      - targets: ['${LAB_ADDRESS[lvs2]}:9165']
		        labels: {instance: lvs2}
	END
	on client prometheus --config.file="$LAB_LOGS/$1.yml" --storage.tsdb.path="/var/lib/$1" \
		--web.listen-address="$2" --enable-feature="$3" --log.level=warn >"$LAB_LOGS/$1.log" 2>&1 &
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

# The same of the one with native histograms.
ask_native() {
	on client env PROMETHEUS="$NATIVE" "$ASK" "$@"
}

# both VERB...: of both.
both() {
	ask "$@" && ask_native "$@"
}

# The exemplar of the takeover of VI_1 by lvs2, and the event that it must name.
taken_over() {
	"$1" exemplars 'lbd_vrrp_transitions_total{state="master",vrid="201",instance="lvs2"}' | tail -n 1
}

event_of_takeover() {
	lbctl lvs2 events --json |
		jq -rs 'map(select(.object == "VI_1" and .to == "master")) | last | "lvs2 \(.number) \(.cause)"'
}

# The alert for the takeover says all that the event does.
explained() {
	local number
	number=$(event_of_takeover | cut -d ' ' -f 2)
	[[ $(ask says LbdFailover) =~ "Clients were cut off for up to "[0-9.]+m?s\.\ .lbctl\ explain\ $number.\ there ]]
}

# The alerts that fire now, sorted, on one line.
firing() {
	ask firing | sort | tr '\n' ',' | sed 's/,$//'
}

fires() {
	[[ ,$(firing), == *,"$1",* ]]
}

scrapes_both() {
	[ "$("$1" value 'sum(up{job="lbd"})')" = 2 ]
}

plan 24
cluster_start "$LAB_LOGS"
director_scraped lvs1
director_scraped lvs2
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
alertmanager_start
prometheus_start prometheus 127.0.0.1:9090 exemplar-storage "'127.0.0.1:9093'" 2s
prometheus_start native "$NATIVE" exemplar-storage,native-histograms "" 5s
ok "Prometheus scrapes both directors" wait_until 40 scrapes_both ask
ok "and so does one with native histograms" wait_until 40 scrapes_both ask_native
load_start 192.168.1.227 150
# the windows of rates, and until the election is out of that of the annotations
nap 35
ok "every rule evaluates in both" both rules
ok "every expression of the dashboards has data in both" both panels "${DASHBOARDS[@]}"
like "classic and native histograms come to the same" "$(ask histograms "$NATIVE")" '^classic, native, [0-9]+ compared$'
is "each VRID has one master" "$(both value 'count(cluster:lbd_vrrp_masters:sum == 1)' | tr '\n' ' ')" "2 2 "
is "no alert fires" "$(both firing)" ""

director_kill lvs1
ok "lvs2 holds the addresses of VI_1" wait_until 6 holds lvs2 "${VI_1[@]}"
ok "LbdFailover fires for VI_1 on lvs2" wait_until 15 fires "LbdFailover lvs2 201"
ok "and says for how long clients were cut off, and what to ask" wait_until 10 explained
like "the takeover is marked in the dashboards, with its cause" "$(ask marks "${DASHBOARDS[@]}")" \
	'lbd-vrrp: Failovers: VI_1 on lvs2: master_silent'
is "its exemplar names the event" "$(taken_over ask)" "$(event_of_takeover)"
is "in protobuf too" "$(taken_over ask_native)" "$(taken_over ask)"
ok "LbdDirectorDown fires for lvs1" wait_until 50 fires "LbdDirectorDown lvs1"
is "and no other alert" "$(firing)" "LbdDirectorDown lvs1,LbdFailover lvs2 201"
ok "the person on call has a mail that says so" wait_until 30 mailed on-call 'Director lvs1 does not answer'
ok "and one that says who took over, and why" wait_until 10 \
	mailed on-call 'lvs2 became master of VRID 201: master_silent'

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
ok "every rule still evaluates in both" both rules
ok "neither Prometheus found anything to complain of" fails \
	grep -iE 'level=(warn|error)' "$LAB_LOGS/prometheus.log" "$LAB_LOGS/native.log"
