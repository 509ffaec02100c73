#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every number everywhere: a director under traffic is stopped at one tick, and every surface, asked with its
# real tool, must say of that tick what the kernel says, to the last digit (tests/equality).

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

COPY=$LAB_LOGS/stat

# One tick of HOST: nobody of lbd writes while the segments are copied and the kernel is asked. Adverts are not
# missed: that takes some hundredths of a second.
freeze() {
	local pids
	mapfile -t pids < <(director_pids "$1")
	on "$1" kill -STOP "${pids[@]}"
	cp -r "/proc/${LAB_HOST_PID[$1]}/root/run/lbd/stat" "$COPY"
	on "$1" ipvsadm -Ln >"$LAB_LOGS/table"
	on "$1" ipvsadm -Ln --stats --exact >"$LAB_LOGS/stats"
	on "$1" kill -CONT "${pids[@]}"
}

plan 4
cluster_start "$LAB_LOGS"
director_start lvs1 lbd lvs1.conf
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
load_start 192.168.1.227 3
load_wait
# The kernel's own figures change every 2 s, and lbd reads them every 2 s.
nap 6
freeze lvs1
on lvs1 env "BUILD=$LAB_BUILD" /mnt/tests/equality/equality.py "$COPY" "$LAB_LOGS/table" \
	"$LAB_LOGS/stats" >"$LAB_LOGS/equality" 2>&1
is "all surfaces say the same" $? 0
diag "$(<"$LAB_LOGS/equality")"
like "and what ipvsadm says" "$(<"$LAB_LOGS/equality")" 'ok [0-9]+ - ipvsadm: [1-9][0-9]* numbers'
is "none was left out" "$(grep -c '# SKIP' "$LAB_LOGS/equality")" 0
ok "nothing failed over" cluster_settled
