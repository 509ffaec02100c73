#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# keepalived as the other director, both ways round: election, failover by kill -9 and by a stop in
# order, and the way back.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 16

# round KIND1 KIND2: KIND1 on lvs1 (which VI_1 prefers), KIND2 on lvs2.
round() {
	local title="$1 on lvs1, $2 on lvs2:"
	cluster_start "$LAB_RUN/$LAB_NAME/$1-$2"
	director_start lvs1 "$1" lvs1.conf
	director_start lvs2 "$2" lvs2.conf
	ok "$title each takes its own instance" wait_until 15 cluster_settled
	wait_until 10 ipvs_complete lvs2
	director_kill lvs1
	ok "$title lvs2 takes over from a dead lvs1" wait_until 6 holds lvs2 "${VI_1[@]}" "${VI_2[@]}"
	like "$title lvs2 serves" "$(web_server 192.168.1.227)" '^web[12]$'
	director_start lvs1 "$1" lvs1.conf
	ok "$title lvs1 comes back" wait_until 15 cluster_settled
	wait_until 10 ipvs_complete lvs1
	director_stop lvs2
	ok "$title lvs1 takes over when lvs2 resigns" wait_until 3 holds lvs1 "${VI_1[@]}" "${VI_2[@]}"
	ok "$title lvs2 gave its addresses up" holds_none lvs2 "${VI_1[@]}" "${VI_2[@]}"
	like "$title lvs1 serves" "$(web_server 192.168.1.228)" '^web[12]$'
	director_start lvs2 "$2" lvs2.conf
	ok "$title lvs2 comes back" wait_until 15 cluster_settled
	cluster_stop
}

round "$LAB_DIRECTOR" keepalived
round keepalived "$LAB_DIRECTOR"
