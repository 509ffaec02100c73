#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The cluster itself, before any director: every host is there, the real servers answer under
# their own addresses and hold their virtual addresses in silence.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 8
cluster_start "$LAB_LOGS"

for host in web1 web2; do
	is "nginx on $host answers with its name" \
		"$(on client curl -s -m 5 "http://${LAB_ADDRESS[$host]}/")" "$host"
done
for host in mysql1 mysql2; do
	like "MariaDB on $host greets" "$(mysql_greeting "${LAB_ADDRESS[$host]}")" "10.11-$host"
done
ok "web1 has its virtual address on lo" on web1 ip -4 -o address show dev lo to 192.168.1.227
is "nobody answers ARP for a virtual address" \
	"$(on client bash -c 'ping -q -c 1 -W 1 192.168.1.227 >/dev/null; ip neigh show 192.168.1.227' |
		grep -c lladdr)" 0
is "the hosts have their own names" "$(on lvs1 hostname) $(on client hostname)" "lvs1 client"
ok "the directors have IPVS, and it is empty" on lvs1 ipvsadm -Ln
