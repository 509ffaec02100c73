#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rest of the model against who else knows: ipvsadm, procfs, the wire, the journal. And the
# exporters' own numbers, which are absent when an exporter is stuck, while lbd is well.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

RRD_DIR=/run/lbd-rrd
NOW=$LAB_LOGS/now.prom

# now NAME [LABEL=VALUE...]: the metric of a fresh scrape of lvs1; nothing when it is absent.
now() {
	scrape lvs1 "$NOW" && metric "$NOW" "$@"
}

# above LEAST NAME...: for wait_until.
above() {
	local least=$1 value
	shift
	value=$(now "$@") && awk "BEGIN { exit !($value > $least) }"
}

# calc EXPRESSION
calc() {
	awk "BEGIN { printf \"%.4f\\n\", $1 }"
}

# of_service FILE: connections of the service, of its first and second real server, by ipvsadm.
of_service() {
	awk '$2 == "192.168.1.227:80" && $1 == "TCP" { mine = 1; printf "%s", $3; next }
		$1 == "TCP" { mine = 0 }
		mine && $1 == "->" { printf " %s", $3 }
		END { print "" }' "$1"
}

plan 35
cluster_start "$LAB_LOGS"
on lvs1 install -d -o lbd-read -g lbd-read -m 2775 $RRD_DIR
file=$LAB_LOGS/model-lvs1.conf
cat "$LAB_DIR/reference/lvs1.conf" - >"$file" <<-END
	exporters {
	    rrd {
	        directory $RRD_DIR
	        step 1
	        archives 1s:1m
	    }
	}
END
director_start lvs1 lbd "$file"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"

# --- the exporters
ok "lbd-rrd's rounds are in lbd-prometheus's scrapes" wait_until 15 above 2 \
	lbd_exporter_rounds_total exporter=rrd target=$RRD_DIR
ok "it wrote something, and without errors" test "$(now lbd_exporter_bytes_total exporter=rrd)" -gt 0 -a \
	"$(now lbd_exporter_errors_total exporter=rrd)" -eq 0
ok "lbd-prometheus's are" wait_until 10 above 2 lbd_exporter_rounds_total exporter=prometheus target=127.0.0.1:9165
pid=$(on lvs1 pgrep -o lbd-rrd)
# shellcheck disable=SC2016 # the $ are awk's
resident=$(on lvs1 awk '/^VmRSS/ { print $2 * 1024 }' "/proc/$pid/status")
between "its memory is what procfs says" "$(now lbd_process_resident_memory_bytes process=rrd)" \
	"$(calc "$resident * 0.8")" "$(calc "$resident * 1.2")"
is "it holds no descriptor of its segment" \
	"$(on lvs1 find "/proc/$pid/fd" -lname '*/stat/*' | wc -l)" 0
rounds=$(now lbd_exporter_rounds_total exporter=rrd)
on lvs1 kill -STOP "$pid"

# --- load, and meanwhile what does not touch it
on lvs1 ipvsadm -Ln --stats --exact >"$LAB_LOGS/stats-before"
load_start 192.168.1.227 16
on lvs1 ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 7 >"$LAB_LOGS/daemon" 2>&1
ok "the synchronisation daemon is seen" wait_until 10 above 0 lbd_sync_running role=backup
like "as ipvsadm sees it" "$(on lvs1 ipvsadm -L --daemon)" 'backup sync daemon \(mcast=eth0, syncid=7'
is "with its id" "$(now lbd_sync_sync_id role=backup)" 7
is "and its interface" "$(now lbd_sync_info role=backup interface=eth0)" 1
is "in the one role" "$(now lbd_sync_running role=master)" 0
on lvs1 ipvsadm --stop-daemon backup
ok "and gone when it is" wait_until 10 gives 0 now lbd_sync_running role=backup

is "VI_2's master is known by its address" "$(now lbd_vrrp_info vrid=93 master=192.168.1.226)" 1
is "ours is ourselves" "$(now lbd_vrrp_info vrid=201 master=192.168.1.225)" 1
settled=$EPOCHREALTIME
vrrp=$(child_pid lvs2 vrrp)
on lvs2 kill -STOP "$vrrp"
nap 1.6
on lvs2 kill -CONT "$vrrp"
ok "a late advertisement leaves a gap" wait_until 10 above 1.55 lbd_vrrp_longest_gap_seconds vrid=93
gap=$(metric "$NOW" lbd_vrrp_longest_gap_seconds vrid=93)
between "as long as on the wire" "$(calc "$gap - $(advert_gaps 93 192.168.1.226 "$(calc "$settled - 2")" |
	head -n 1)")" -0.2 0.2
# 3 x 1 s and a skew of (256 - 110) / 256 s
between "and a margin to match" "$(calc "$(metric "$NOW" lbd_vrrp_failover_margin_ratio vrid=93) - \
	(1 - $gap / 3.5703)")" -0.002 0.002
between "jitter has been measured" "$(calc "$(metric "$NOW" lbd_vrrp_jitter_seconds_count vrid=93) / \
	$(metric "$NOW" lbd_vrrp_adverts_received_total vrid=93)")" 0.5 1
ok "a master measures none" fails metric "$NOW" lbd_vrrp_longest_gap_seconds vrid=201
ok "nothing failed over" cluster_settled

ok "the stuck exporter is seen to be" wait_until 10 gives 0 now lbd_segment_up process=rrd
ok "its numbers are absent" fails metric "$NOW" lbd_exporter_rounds_total exporter=rrd
is "lbd is well" "$(on lvs1 curl -s -o /dev/null -w '%{http_code}' -m 5 http://127.0.0.1:9165/healthz)" 200
on lvs1 kill -KILL "$pid"
ok "another one goes on counting where it was" wait_until 15 above "$rounds" \
	lbd_exporter_rounds_total exporter=rrd

# --- what the load did
ok "a window had enough connections for an imbalance" wait_until 20 now lbd_virtual_server_imbalance_ratio \
	virtual_server=192.168.1.227:80
cp "$NOW" "$LAB_LOGS/share.prom"
load_wait
nap 5
on lvs1 ipvsadm -Ln --stats --exact >"$LAB_LOGS/stats-after"
read -r before before1 _ < <(of_service "$LAB_LOGS/stats-before")
read -r after after1 _ < <(of_service "$LAB_LOGS/stats-after")
first=$(awk '$2 == "192.168.1.227:80" { mine = 1; next } mine { print $2; exit }' "$LAB_LOGS/stats-after")
between "a server's share is what ipvsadm counted" \
	"$(calc "$(metric "$LAB_LOGS/share.prom" lbd_real_server_share_ratio virtual_server=192.168.1.227:80 \
		real_server="$first") - ($after1 - $before1) / ($after - $before)")" -0.15 0.15
is "its weight asks for half" "$(metric "$LAB_LOGS/share.prom" lbd_real_server_share_ideal_ratio \
	virtual_server=192.168.1.227:80 real_server="$first")" 0.5
between "the imbalance is the distance of the two" \
	"$(calc "$(metric "$LAB_LOGS/share.prom" lbd_virtual_server_imbalance_ratio \
		virtual_server=192.168.1.227:80) - sqrt(($(metric "$LAB_LOGS/share.prom" \
		lbd_real_server_share_ratio virtual_server=192.168.1.227:80 real_server="$first") - 0.5) ^ 2)")" \
	-0.0011 0.0011
is "the connection table holds what procfs lists" "$(now lbd_ipvs_connection_table_entries)" \
	"$(on lvs1 tail -n +2 /proc/net/ip_vs_conn | wc -l)"
between "and is as full" "$(calc "$(metric "$NOW" lbd_ipvs_connection_table_load_ratio) - \
	$(metric "$NOW" lbd_ipvs_connection_table_entries) / $(on lvs1 ipvsadm -Ln |
		sed -n 's/.*size=\([0-9]*\).*/\1/p')")" -0.001 0.001
on lvs1 cat /proc/net/ip_vs_stats_percpu >"$LAB_LOGS/percpu"
is "the host's totals are those of its processors" \
	"$(now lbd_ipvs_connections_total) $(metric "$NOW" lbd_ipvs_in_packets_total)" \
	"$(python3 -c '
import sys
rows = [line.split() for line in open(sys.argv[1])][2:]
rows = rows[:[row[:1] for row in rows].index(["~"])]
print(*(sum(int(row[i], 16) for row in rows) for i in (1, 2)))' "$LAB_LOGS/percpu")"
threshold=$(($(on lvs1 cat /proc/sys/net/ipv4/vs/amemthresh) * $(getconf PAGESIZE)))
is "the defences' threshold is the kernel's" "$(metric "$NOW" lbd_ipvs_defence_threshold_bytes)" "$threshold"

# --- frozen counters
on lvs1 sysctl -q -w net.ipv4.vs.run_estimation=0
load_start 192.168.1.227 7
ok "counters that stand still while packets flow are noticed" wait_until 15 above 4 lbd_ipvs_estimator_lag_seconds
load_wait
on lvs1 sysctl -q -w net.ipv4.vs.run_estimation=1

# --- checks and causes, at the end of all that
between "the last probes' lateness is known" "$(now lbd_check_last_lateness_seconds)" 0 60
between "phases add up to round trips" "$(calc "$(metric "$NOW" lbd_check_phase_time_seconds_total) / \
	$(metric "$NOW" lbd_check_round_trip_seconds_sum)")" 0.999 1.001
director_kill lvs2
ok "a failover is counted under its cause" wait_until 15 gives 1 now lbd_vrrp_changes_total vrid=93 \
	cause=master_silent
