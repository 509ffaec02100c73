#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# rrdcached stands still, or is killed: each is a number and a line of the log at its beginning and at
# its end, it ends by itself when its cause does, and neither advertisements nor lbd-rrd's memory
# notice (invariant 0).

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/rrd.sh
. "$LAB_DIR/rrd.sh"

plan 16
rrd_start

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

rrd_end
