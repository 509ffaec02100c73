#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What can go wrong under RRD files: each fault is a number and a line of the log at its beginning and
# at its end, it ends by itself when its cause does, and neither advertisements nor lbd-rrd's memory
# notice (invariant 0).

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

DISK=/run/rrd-disk
RRD_DIR=$DISK/files
SOCKET=/run/rrdcached.sock
FILE=$RRD_DIR/virtual_server/TCP/192.168.1.227+80.rrd
OTHER=$RRD_DIR/virtual_server/TCP/192.168.1.247+3306.rrd
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

plan 33
cluster_start "$LAB_LOGS"
on lvs1 mkdir -p $DISK
on lvs1 mount -t tmpfs -o size=24m none $DISK
on lvs1 install -d -o lbd-read -g lbd-read -m 2775 $RRD_DIR
file=$LAB_LOGS/rrd-lvs1.conf
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

text="no answer within a second from $SOCKET"
remember timeout "$text"
on lvs1 kill -STOP "$(on lvs1 pgrep -o rrdcached)"
fault "rrdcached stands still" timeout "$text"
on lvs1 kill -CONT "$(on lvs1 pgrep -o rrdcached)"
over "rrdcached stands still" "rrdcached takes our values again"

text="cannot connect to $SOCKET"
remember connect "$text"
on lvs1 kill -KILL "$(on lvs1 pgrep -o rrdcached)"
fault "rrdcached is killed" connect "$text"
between "rrdcached is killed: what was lost is counted" "$(own .losses)" 1 1e6
rrdcached_start
over "rrdcached is killed" "rrdcached takes our values again"

text="cannot write to $RRD_DIR as user lbd-read"
remember permission "$text"
on lvs1 chmod 0555 $RRD_DIR
fault "the directory is not ours to write" permission "$text"
ok "the directory is not ours to write: files that are there get their values" fresh $FILE
on lvs1 chmod 2775 $RRD_DIR
over "the directory is not ours to write" "the directory can be written to again"

text="cannot create $OTHER"
remember no-space "$text"
on lvs1 dd if=/dev/zero of=$DISK/filler bs=64k 2>"$LAB_LOGS/dd.log"
on lvs1 rm $OTHER
on lvs1 dd if=/dev/zero of=$DISK/filler2 bs=4k 2>"$LAB_LOGS/dd2.log"
fault "the disk is full" no-space "$text"
ok "the disk is full: files that are there get their values" fresh $FILE
on lvs1 rm $DISK/filler $DISK/filler2
over "the disk is full" "files can be created again"
ok "a file that was deleted under rrdcached is made anew, and written" fresh $OTHER
is "nothing unfinished is left behind" "$(on lvs1 find $RRD_DIR -type f ! -name '*.rrd' ! -name lbd-rrd.prom)" ''

text="$OTHER is left as it is"
remember permission "$text"
on lvs1 rrdtool create $OTHER.new -s 300 DS:conns:GAUGE:600:U:U RRA:AVERAGE:0.5:1:10
on lvs1 mv $OTHER.new $OTHER
ok "a file of another shape: counted" wait_until 60 gives true own ".errors.permission > $before"
is "a file of another shape: it is in the log" "$(grep -c "$text" "$LOG")" $((lines + 1))
on lvs1 rm $OTHER
ok "a file of another shape: when it is moved away there is a new one" fresh $OTHER

between "no gap between advertisements above 1.2 s in all this" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
is "lbd-rrd is the process that it was" "$(on lvs1 pgrep -o lbd-rrd)" "$exporter"
between "its memory is what it was, in KiB" "$(resident)" 1 $((memory + 4096))
