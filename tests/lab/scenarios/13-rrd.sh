#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# RRD files of real traffic: what rrdtool gets out of them is what ipvsadm counted, no reset of a
# counter leaves a peak, and lbctl draws them.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

RRD_DIR=/run/lbd-rrd
VIRTUAL_FILE=$RRD_DIR/virtual_server/TCP/192.168.1.227+80.rrd
REAL_FILES=("$RRD_DIR"/real_server/TCP/192.168.1.227+80/192.168.1.23{2,3}+80.rrd)
STEP=2

# How many connections the files have seen (the rates, each for one step), and the greatest rate:
# rrd_connections FILE...
rrd_connections() {
	local file
	for file; do
		on lvs1 "$LAB_DIR/../rrdtool.py" fetch "$file" AVERAGE -s end-600
	done | awk -v step=$STEP '
		!/:/ && NF { for (i = 1; i <= NF; i++) if ($i == "conns") column = i + 1 }
		/:/ && column && $column ~ /^[0-9]/ {
			sum += $column * step
			if ($column > most) most = $column
		}
		END { printf "%.1f %.1f\n", sum, most }'
}

# counted_by DESCRIPTION FILE...: within 1 % of what ipvsadm counted, and no rate above the clients'.
counted_by() {
	local description=$1 sum most
	shift
	read -r sum most < <(rrd_connections "$@")
	between "$description" "$sum" "$(awk "BEGIN { print $counted * 0.99 }")" \
		"$(awk "BEGIN { print $counted * 1.01 }")"
	between "$description: no peak" "$most" 1 250
}

rrd_own() {
	# shellcheck disable=SC2016 # the $ are awk's
	on lvs1 awk -v name="lbd_rrd_$1" '$1 == name { print $2 }' $RRD_DIR/lbd-rrd.prom
}

rrd_updated() {
	[ "$(rrd_own ticks_total)" -ge "$1" ] && on lvs1 test -e "$VIRTUAL_FILE"
} 2>/dev/null

plan 24
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
ok "there was traffic" test "$counted" -gt 100
counted_by "what rrdtool has is what ipvsadm counted" "$VIRTUAL_FILE"
counted_by "so it is for the real servers" "${REAL_FILES[@]}"

service_stop web1
wait_until 20 ipvs_has lvs1 6
nap 3
service_start web1
ok "a server was out of service and is back" wait_until 20 ipvs_complete lvs1
nap 5
counted_by "after a server's failure" "${REAL_FILES[@]}"

on lvs1 ipvsadm -Z
nap 5
director_kill lvs1
ticks=$(rrd_own ticks_total)
director_start lvs1 lbd "$file"
wait_until 20 cluster_settled
wait_until 20 ipvs_complete lvs1
nap 5
counted_by "after ipvsadm -Z and the death of lbd" "$VIRTUAL_FILE"
between "there were ticks before" "$ticks" 5 1e6
is "no update failed" "$(rrd_own update_errors_total)" 0
diag "the last tick took $(rrd_own tick_duration_seconds) s for $(rrd_own files) files"

# --- pictures ---

# graph ARGUMENT...: what lbctl graph prints
graph() {
	lbctl lvs1 graph "$@"
}

is_picture() {
	[ "$(head -c 8 "$1" | tr -dc '[:upper:]')" = PNG ] && [ "$(wc -c <"$1")" -gt 5000 ]
}

ok "lbctl graph draws a virtual server" graph 192.168.1.227:80 --since 10min -o "$LAB_LOGS/service.png"
ok "which is a picture" is_picture "$LAB_LOGS/service.png"
ok "and a real server" graph 192.168.1.227:80/192.168.1.232:80 --graph weight -o "$LAB_LOGS/server.png"
down=$(lbctl lvs1 events --json | jq -r 'select(.cause == "check_failed") | "VRULE:\(.time_ns / 1e9 | floor)"' | head -n 1)
like "the server's failure is a line in it" \
	"$(graph 192.168.1.227:80/192.168.1.232:80 --print-arguments)" "${down:-none}#D55E00:event"
like "failovers are lines in that of the instance" "$(graph VI_1 --print-arguments)" "VRULE:[0-9]+#.*VI_1"
like "a slip gets a suggestion" "$(graph VI_3 2>&1)" "did you mean VI_1"
ok "all of an instance are drawn for a web server" graph VI_1 --since 10min --html "$LAB_LOGS/www"
is "and shown" "$(grep -c '<img ' "$LAB_LOGS/www/index.html")" "$(graph --list VI_1 | wc -l)"
ok "each is a picture" is_picture "$LAB_LOGS/www/vrrp/eth0/201/ipv4.adverts.png"
