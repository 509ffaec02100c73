#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Both directors on the reference files: the kernel holds what keepalived would put there, line
# by line; each virtual address is on its director and serves; a client stays on its server.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 13
cluster_start "$LAB_LOGS"

reference_start keepalived
for host in lvs1 lvs2; do
	on "$host" ipvsadm -Ln >"$LAB_LOGS/$host.table.keepalived"
done
for host in lvs1 lvs2; do
	director_stop "$host" || bail "keepalived on $host does not end"
	on "$host" ipvsadm -C
done

reference_start "$LAB_DIRECTOR"
for host in lvs1 lvs2; do
	on "$host" ipvsadm -Ln >"$LAB_LOGS/$host.table"
	ok "ipvsadm -Ln on $host is what keepalived makes of the same file" \
		diff -u "$LAB_LOGS/$host.table.keepalived" "$LAB_LOGS/$host.table"
done
ok "lvs1 holds the addresses of VI_1" holds lvs1 "${VI_1[@]}"
ok "lvs1 holds none of VI_2" holds_none lvs1 "${VI_2[@]}"
ok "lvs2 holds the addresses of VI_2" holds lvs2 "${VI_2[@]}"
ok "lvs2 holds none of VI_1" holds_none lvs2 "${VI_1[@]}"

for address in 192.168.1.227 192.168.1.228; do
	first=$(web_server $address)
	like "curl through $address is served" "$first" '^web[12]$'
	again=
	for _ in 1 2 3 4; do
		again+="$(web_server $address) "
	done
	is "the same client stays on its server" "$again" "$first $first $first $first "
done
for address in 192.168.1.247 192.168.1.246; do
	like "MySQL greets through $address" "$(mysql_greeting $address)" '10.11-mysql[12]'
done
is "thirty clients are spread over both web servers" \
	"$(for source in {11..40}; do web_server 192.168.1.227 "192.168.1.$source"; done |
		sort | uniq -c | awk '$1 >= 10 { print $2 }' | tr '\n' ' ')" "web1 web2 "
