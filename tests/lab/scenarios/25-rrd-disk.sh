#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What can go wrong with RRD files and the disk under them: a directory that is not ours to write, no
# space, a file that is deleted or replaced. As in 18-rrd-faults.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/rrd.sh
. "$LAB_DIR/rrd.sh"

OTHER=$RRD_DIR/virtual_server/TCP/192.168.1.247+3306.rrd

plan 22
rrd_start

text="cannot write to $RRD_DIR as user lbd-read"
remember permission "$text"
on lvs1 chmod 0555 $RRD_DIR
fault "the directory is not ours to write" permission "$text"
ok "the directory is not ours to write: files that are there get their values" fresh $FILE
on lvs1 chmod 2775 $RRD_DIR
over "the directory is not ours to write" "the directory can be written to again"

text="cannot create $OTHER"
remember no-space "$text"
on lvs1 dd if=/dev/zero of=$RRD_DISK/filler bs=64k 2>"$LAB_LOGS/dd.log"
on lvs1 rm $OTHER
on lvs1 dd if=/dev/zero of=$RRD_DISK/filler2 bs=4k 2>"$LAB_LOGS/dd2.log"
fault "the disk is full" no-space "$text"
ok "the disk is full: files that are there get their values" fresh $FILE
on lvs1 rm $RRD_DISK/filler $RRD_DISK/filler2
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

rrd_end
