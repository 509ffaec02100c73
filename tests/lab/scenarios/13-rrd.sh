#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# RRD files of real traffic: what rrdtool gets out of them is what ipvsadm counted, and no reset of
# a counter leaves a peak.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

RRD_DIR=/run/lbd-rrd
VIRTUAL_FILE=$RRD_DIR/virtual_server/TCP/192.168.1.227+80.rrd
STEP=2

# How many connections the file has seen: the rates, each for one step.
rrd_connections() {
	on lvs1 rrdtool fetch "$VIRTUAL_FILE" AVERAGE -s end-600 | awk -v step=$STEP '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "conns") column = i + 1 }
		NR > 1 && column && $column ~ /^[0-9]/ { sum += $column * step }
		END { printf "%.1f\n", sum }'
}

rrd_own() {
	# shellcheck disable=SC2016 # the $ are awk's
	on lvs1 awk -v name="lbd_rrd_$1" '$1 == name { print $2 }' $RRD_DIR/lbd-rrd.prom
}

rrd_updated() {
	[ "$(rrd_own ticks_total)" -ge "$1" ] && on lvs1 test -e "$VIRTUAL_FILE"
} 2>/dev/null

plan 8
cluster_start "$LAB_LOGS"
file=$LAB_LOGS/rrd-lvs1.conf
cat "$LAB_DIR/reference/lvs1.conf" - >"$file" <<-END
	exporters {
	    rrd {
	        directory $RRD_DIR
	        step $STEP
	        archives 1s:1h
	    }
	}
END
director_start lvs1 lbd "$file"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
like "it says what to do about a directory that is not there" \
	"$(wait_until 10 grep -m 1 "cannot write to $RRD_DIR" "$LAB_LOGS/lvs1.lbd.log" >/dev/null
	grep -m 1 "cannot write to $RRD_DIR" "$LAB_LOGS/lvs1.lbd.log")" "install -d -o lbd-read"
on lvs1 install -d -o lbd-read -g lbd-read -m 2775 $RRD_DIR
ok "and goes on when it is" wait_until 15 rrd_updated 3
is "the exporter is not root" "$(on lvs1 stat -c %U "/proc/$(on lvs1 pgrep -o lbd-rrd)")" lbd-read
nap 5

load_start 192.168.1.227 5
load_wait
nap 8
counted=$(on lvs1 ipvsadm -Ln --stats --exact | awk '$2 == "192.168.1.227:80" { print $3 }')
between "what rrdtool has is what ipvsadm counted" "$(rrd_connections)" \
	"$(awk "BEGIN { print $counted * 0.99 }")" "$(awk "BEGIN { print $counted * 1.01 }")"
ok "which is traffic" test "$counted" -gt 100

on lvs1 ipvsadm -Z
nap 5
director_kill lvs1
ticks=$(rrd_own ticks_total)
director_start lvs1 lbd "$file"
wait_until 20 cluster_settled
wait_until 20 ipvs_complete lvs1
nap 5
between "neither ipvsadm -Z nor the death of lbd leaves a peak" "$(rrd_connections)" \
	"$(awk "BEGIN { print $counted * 0.99 }")" "$(awk "BEGIN { print $counted * 1.01 }")"
between "there were ticks before" "$ticks" 5 1e6
is "no update failed" "$(rrd_own update_errors_total)" 0
