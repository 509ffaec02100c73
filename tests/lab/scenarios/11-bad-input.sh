#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bad input gets a clear error and changes nothing: files, arguments, and an environment that
# is not what lbd needs.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 34
cluster_start "$LAB_LOGS"
reference=$LAB_DIR/reference/lvs1.conf

# refused TITLE FILE REGULAR-EXPRESSION: lbd -t does not accept FILE and says why and where.
refused() {
	local output status
	output=$(on lvs1 "$LBD" -t -f "$2" 2>&1)
	status=$?
	is "$1: lbd -t says no" $status 1
	like "$1: with a position and a reason" "$output" "[a-z0-9.-]+:[0-9]+:[0-9]+: .*$3"
}

# variant NAME SED-EXPRESSION: a changed copy of the reference file; prints its path.
variant() {
	sed -E "$2" "$reference" >"$LAB_LOGS/$1.conf"
	echo "$LAB_LOGS/$1.conf"
}

refused "unknown interface" "$(variant interface '0,/eth0/s//eth7/')" eth7
refused "duplicate VRID" "$(variant vrid 's/virtual_router_id 93/virtual_router_id 201/')" 201
refused "port 70000" "$(variant port '0,/227 80/s//227 70000/')" 70000
refused "weight out of range" "$(variant weight '0,/weight 100/s//weight 70000/')" 70000
refused "a group that does not exist" "$(variant group 's/virtual_server group www/virtual_server group wwx/')" wwx
echo "include $LAB_LOGS/cycle-b.conf" >"$LAB_LOGS/cycle-a.conf"
echo "include $LAB_LOGS/cycle-a.conf" >"$LAB_LOGS/cycle-b.conf"
refused "cyclic include" "$LAB_LOGS/cycle-a.conf" '[Ii]nclude'
echo "include $LAB_LOGS/nowhere.conf" >"$LAB_LOGS/unreadable.conf"
refused "unreadable include" "$LAB_LOGS/unreadable.conf" 'nowhere\.conf.*No such file'
is "nothing of that came near the kernel" "$(on lvs1 ipvsadm -Sn)$(on lvs1 ip -4 -o address show dev eth0 | wc -l)" 1
output=$(on lvs1 "$LBD" -t -f "$LAB_LOGS/no-such-file.conf" 2>&1)
like "a file that is not there is named" "$? $output" '^1 .*no-such-file\.conf.*No such file'

# foreground TITLE REGULAR-EXPRESSION COMMAND...: ends by itself, not with 0, and says why.
foreground() {
	local output status title=$1 expression=$2
	shift 2
	output=$(on lvs1 timeout 10 "$@" 2>&1)
	status=$?
	like "$title: ends with an error" "$status" '^[1-9][0-9]?$'
	like "$title: says why" "$output" "$expression"
}

foreground "run directory that cannot be made" '/proc/lbd.*(No such file|[Pp]ermission|not writable|cannot)' \
	"$LBD" -n -f "$reference" --run-dir /proc/lbd

# Without the permission no address can be held, so none may be claimed either.
foreground "no permission for netlink" 'CAP_NET_ADMIN' \
	setpriv --bounding-set -net_admin --inh-caps -net_admin "$LBD" -n -f "$reference"
is "no permission for netlink: nobody is told to be the master" "$(wire_adverts 201)" ""

on lvs1 mkdir -p /run/lbd
on lvs1 touch /run/lbd/lbctl.sock
foreground "something else in the control socket's place" 'lbctl\.sock' "$LBD" -n -f "$reference"
on lvs1 rm /run/lbd/lbctl.sock

# The exporter is not worth a director: VRRP and IPVS run without it, and it is told once.
exporter_deaths() {
	lbctl lvs1 events --json | jq -s '[.[] | select(.cause == "exporter_died")] | length'
}
on lvs1 timeout 60 /usr/bin/python3 -m http.server --bind 127.0.0.1 9165 >"$LAB_LOGS/squatter.log" 2>&1 &
ok "the exporter's port is taken" wait_until 10 on lvs1 curl -s -o /dev/null http://127.0.0.1:9165/
director_start lvs1 lbd lvs1.conf
wait_until 15 holds lvs1 "${VI_1[@]}" "${VI_2[@]}" || bail "lbd does not become master"
is "the exporter's port in use: one event, however often it is tried" "$(exporter_deaths)" 1
wait_until 10 ipvs_complete lvs1
# Without the exporter, which comes and goes: its port is taken.
running=$(director_pids lvs1 "$LBD")
rules=$(ipvs_rules lvs1)
foreground "second lbd in the same run directory" '(already|in use|running)' \
	"$LBD" -n -f "$reference"
is "the first lbd goes on" "$(director_pids lvs1 "$LBD")" "$running"
is "its table is untouched" "$(ipvs_rules lvs1)" "$rules"
ok "its addresses are in place" holds lvs1 "${VI_1[@]}" "${VI_2[@]}"
director_stop lvs1
on lvs1 ipvsadm -C

# A kernel without IPVS can only be had where the lab owns the kernel.
without="a kernel without ip_vs"
if [ "$LAB_KERNEL" = host ]; then
	for _ in 1 2 3 4; do
		ok "$without # SKIP this kernel is not the lab's" true
	done
else
	echo /bin/false >/proc/sys/kernel/modprobe
	mapfile -t modules < <(awk '$1 ~ /^ip_vs_/ { print $1 }' /proc/modules)
	rmmod "${modules[@]}" ip_vs || diag "ip_vs cannot be unloaded"
	ok "$without: it is gone" test ! -e /proc/net/ip_vs
	director_start lvs1 lbd lvs1.conf
	ok "$without: VRRP runs all the same" wait_until 15 holds lvs1 "${VI_1[@]}" "${VI_2[@]}"
	like "$without: the log names the module" "$(<"$LAB_LOGS/lvs1.lbd.log")" 'modprobe ip_vs|ip_vs'
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
	modprobe -a ip_vs ip_vs_wlc
	ok "$without: the table comes with the module" wait_until 15 ipvs_complete lvs1
fi
