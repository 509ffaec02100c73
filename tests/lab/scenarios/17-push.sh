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
		        interval 2
		        timeout 3
		        queue 1
		        labels {
		            instance $1
		            site lab
		        }
		    }
		    otlp {
		        url $OTLP_URL
		        interval 2
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

# account HOST FILTER: what jq makes of lbd-push's row about Prometheus.
account() {
	lbctl "$1" status --json |
		jq -r --arg url "$WRITE_URL" "[.exporter[] | select(.target == \$url)][0] | $2"
}

account_is() {
	[ "$(account "$1" .state)" = "$2" ]
}

# Between two scrapes of lvs1, what Prometheus and the collector have.
same_numbers() {
	scrape lvs1 "$LAB_LOGS/before.prom" && nap 4 &&
		on client curl -s -f -m 5 -o "$LAB_LOGS/query.json" -G http://127.0.0.1:9090/api/v1/query \
			--data-urlencode 'query={site="lab",instance="lvs1"}' &&
		cp "$LAB_LOGS/otlp.json" "$LAB_LOGS/otlp-then.json" && scrape lvs1 "$LAB_LOGS/after.prom" &&
		"$TAKE" --same "$LAB_LOGS/before.prom" "$LAB_LOGS/after.prom" "$LAB_LOGS/query.json" lvs1 \
			>"$LAB_LOGS/same-query.txt" &&
		"$TAKE" --same "$LAB_LOGS/before.prom" "$LAB_LOGS/after.prom" "$LAB_LOGS/otlp-then.json" lvs1 \
			>"$LAB_LOGS/same-otlp.txt"
}

timed_out() {
	[ "$(account lvs1 .errors.timeout)" -gt "$said" ]
}

lost_more() {
	[ "$(account lvs1 .losses)" -gt "$lost" ]
}

# otlp_goes_on HOST REQUESTS
otlp_goes_on() {
	[ "$(otlp_requests "$1")" -gt $(($2 + 1)) ]
}

otlp_requests() {
	jq -r --arg host "$1" '.[$host].requests' "$LAB_LOGS/otlp.json"
}

counted() {
	on lvs1 ipvsadm -Ln --stats --exact | awk '$2 == "192.168.1.227:80" { print $3 }'
}

plan 22
cluster_start "$LAB_LOGS"
director_pushing lvs1
director_pushing lvs2
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
ok "that nobody listens yet is an error" wait_until 10 account_is lvs1 failing
like "and a line that says what" "$(grep 'remote_write.*trying again' "$LAB_LOGS/lvs1.lbd.log")" \
	"$WRITE_URL: cannot connect: Connection refused"
prometheus_start
on client "$TAKE" "$CLIENT" 4318 "$LAB_LOGS/otlp.json" >"$LAB_LOGS/otlp.log" 2>&1 &
disown $!
ok "both directors' series arrive" wait_until 40 gives 4 ask value 'count(lbd_vrrp_state{site="lab"})'
ok "Prometheus knows who is master of both" wait_until 10 gives 2 ask value 'count(lbd_vrrp_state == 2)'
ok "lbd says that it delivers" wait_until 10 account_is lvs1 working
is "lbd-push is not root" "$(on lvs1 stat -c %U "/proc/$(on lvs1 pgrep -o lbd-push)")" lbd-read

load_start 192.168.1.227 3
load_wait
nap 5
ok "there was traffic" test "$(counted)" -gt 100
is "Prometheus has the connections that ipvsadm counted" "$(ask value \
	'lbd_virtual_server_connections_total{instance="lvs1",virtual_server="192.168.1.227:80"}')" "$(counted)"
ok "it and the collector have every series of /metrics" wait_until 20 same_numbers
diag "$(cat "$LAB_LOGS/same-query.txt" "$LAB_LOGS/same-otlp.txt")"
is "the collector was shown the token" "$(jq -r .lvs1.authorization "$LAB_LOGS/otlp.json")" \
	"Bearer not-to-be-seen"
is "which nobody else was" "$(cat "$LAB_LOGS/"lvs?.lbd.log <(on lvs1 sh -c 'cat /proc/[0-9]*/cmdline') |
	grep -c not-to-be-seen)" 0

said=$(account lvs1 .errors.timeout)
lines=$(grep -c 'remote_write.*imed out' "$LAB_LOGS/lvs1.lbd.log")
prometheus=$(on client pgrep -o -x prometheus)
begin=$EPOCHREALTIME
on client kill -STOP "$prometheus"
ok "a frozen Prometheus is a timeout" wait_until 20 timed_out
is "and one line" "$(($(grep -c 'remote_write.*imed out' "$LAB_LOGS/lvs1.lbd.log") - lines))" 1
between "what is to be sent waits" "$(account lvs1 .queue)" 1000 1e6
ok "the collector goes on" wait_until 10 otlp_goes_on lvs1 "$(otlp_requests lvs1)"
between "no gap between advertisements above 1.2 s meanwhile" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
lost=$(account lvs1 .losses)
on lvs1 kill -TERM "$(on lvs1 pgrep -o lbd-push)"
ok "what a lbd-push that ends could not send is counted as lost" wait_until 20 lost_more
failover=${EPOCHREALTIME%.*}
director_kill lvs1
ok "lvs2 takes over" wait_until 8 holds lvs2 "${VI_1[@]}"
nap 2
on client kill -CONT "$prometheus"
ok "lvs2 delivers when Prometheus is back" wait_until 60 account_is lvs2 working
is "and has lost nothing" "$(account lvs2 .losses)" 0
between "the takeover is there, at the second when it was" "$(ask value "min_over_time(timestamp(
	lbd_vrrp_state{instance=\"lvs2\",vrid=\"201\"} == 2)[90s:1s]) - $failover")" 0 8

# lbd ends within a second, and gives lbd-push four tenths of it: where two kernels share two processors, that may
# once be too little. Then lbd-push says so, and only then is it worth another try.
delivers() {
	account_is lvs2 working && [ "$(account lvs2 .queue)" = 0 ]
}
untaken() {
	grep -cE 'remote_write.*has not taken|push did not end in time' "$LAB_LOGS/lvs2.lbd.log"
}
ends() {
	local try before
	for try in 1 2 3; do
		[ "$try" = 1 ] || director_pushing lvs2
		wait_until 40 delivers && wait_until 20 gives 2 ask value 'count(lbd_vrrp_state{instance="lvs2"})' ||
			return
		before=$(untaken)
		director_stop lvs2
		! wait_until 10 fails ask value 'count(lbd_vrrp_state{instance="lvs2"})' || return 0
		[ "$(untaken)" -gt "$before" ] || return
		diag "lbd-push could not say in time that the series end"
	done
	return 1
}
ok "a director that stops says that its series end" ends
