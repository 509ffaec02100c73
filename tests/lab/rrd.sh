# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the scenarios of faults under RRD files share: lbd-rrd with something to break, and how it takes it.

RRD_DISK=/run/rrd-disk
RRD_DIR=$RRD_DISK/files
FILE=$RRD_DIR/virtual_server/TCP/192.168.1.227+80.rrd
SOCKET=/run/rrdcached.sock
LOG=$LAB_LOGS/lvs1.lbd.log

rrdcached_start() {
	on lvs1 rm -f $SOCKET /run/rrdcached.pid
	on lvs1 rrdcached -g -s lbd-read -m 0660 -l unix:$SOCKET -p /run/rrdcached.pid -b $RRD_DIR \
		-w 2 -z 1 -f 4 >>"$LAB_LOGS/rrdcached.log" 2>&1 &
	disown $!
}

# The exporter's own row, as every reader sees it: own FILTER. It is asked again and again.
own() {
	nap 0.3
	lbctl lvs1 status --json 2>/dev/null | jq -r "[.exporter[] | select(.exporter == \"rrd\")][0] | $1"
}

# Two rounds fail and count these errors; the log has it, and not once a round:
# fault NAME REASON TEXT; what was before is in $before and $lines, see remember
fault() {
	ok "$1: it fails, and counts it as $2" wait_until 40 \
		gives true own ".state == \"failing\" and .errors.\"$2\" >= $before + 2"
	ok "$1: it is in the log" wait_until 20 grep -q "$3" "$LOG"
	between "$1: and not in each round" "$(($(grep -c "$3" "$LOG") - lines))" 0 1
}

# remember REASON TEXT: before a fault
remember() {
	before=$(own ".errors.\"$1\"")
	lines=$(grep -c "$2" "$LOG")
}

# It works again and says so: over NAME TEXT
over() {
	ok "$1: it works again by itself" wait_until 60 gives working own .state
	ok "$1: that is in the log" wait_until 10 grep -q "$2" "$LOG"
}

# Values of after this moment are in a file: fresh FILE
fresh() {
	local now=$EPOCHSECONDS
	wait_until 60 newer "$1" "$now"
}

newer() {
	on lvs1 rrdtool flushcached --daemon unix:$SOCKET "$1"
	[ "$(on lvs1 rrdtool last "$1")" -gt "$2" ]
} 2>/dev/null

resident() {
	on lvs1 ps -o rss= -p "$exporter" | tr -d ' '
}

# Both directors, lbd-rrd on lvs1 through rrdcached on a small disk of its own, until values come; what it
# was then is in $exporter, $memory and $begin.
rrd_start() {
	cluster_start "$LAB_LOGS"
	on lvs1 mkdir -p $RRD_DISK
	on lvs1 mount -t tmpfs -o size=24m none $RRD_DISK
	on lvs1 install -d -o lbd-read -g lbd-read -m 2775 $RRD_DIR
	local file=$LAB_LOGS/rrd-lvs1.conf
	cat "$LAB_DIR/reference/lvs1.conf" - >"$file" <<-END
		exporters {
		    rrd {
		        directory $RRD_DIR
		        step 1
		        archives 1s:10m
		        rrdcached $SOCKET
		    }
		}
	END
	rrdcached_start
	director_start lvs1 lbd "$file"
	director_start lvs2 lbd lvs2.conf
	wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
	ok "values come through rrdcached" fresh $FILE || bail "there is nothing to break"
	ok "and it says so" wait_until 10 gives working own .state
	exporter=$(on lvs1 pgrep -o lbd-rrd)
	memory=$(resident)
	begin=$EPOCHREALTIME
}

# Three tests: neither advertisements nor lbd-rrd's memory have noticed anything (invariant 0).
rrd_end() {
	between "no gap between advertisements above 1.2 s in all this" \
		"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
	is "lbd-rrd is the process that it was" "$(on lvs1 pgrep -o lbd-rrd)" "$exporter"
	between "its memory is what it was, in KiB" "$(resident)" 1 $((memory + 4096))
}
