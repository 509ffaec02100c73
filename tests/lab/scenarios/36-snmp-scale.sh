#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SNMP of a large site: ten thousand real servers in the kernel's table, every column of them, in one boot beside
# keepalived's own subagent and beside the least that a subagent can be. Times are compared, none is judged by itself.
# Runs alone, since it measures.
#
#   lvs1   a snmpd; keepalived as its subagent, then lbd in both roles
#   lvs2   made-up segments of 100 to 50,000 real servers, and an lbd-snmp that answers by itself

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

[ -n "$LAB_ALL" ] || skip_all "takes some minutes; ./lab check --all has it"

SERVICES=200
EACH=50
SERVERS=$((SERVICES * EACH + 8)) # and those of the reference file
COLUMNS=24
DATAGRAM=400 # objects: what each datagram costs is not the agent's

destinations() {
	on lvs1 grep -c -- '->' /proc/net/ip_vs
}

# ratio A B
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'
}

# is_between NUMBER LOW HIGH
is_between() {
	awk -v n="${1:-0}" -v low="$2" -v high="$3" 'BEGIN { exit !(n > 0 && n >= low && n <= high) }'
}

real_servers() {
	snmp client snmpget -v2c -c public -Oqv "${LAB_ADDRESS[$1]}:1161" $SNMP_BASE.1.100.30.0
}

keepalived_columns() {
	local number columns=() last
	last=$(grep -c '^OBJECT(REAL_SERVER,' "$LAB_DIR/../../exporters/snmp/keepalived_mib.def")
	for ((number = 2; number <= last; number++)); do
		columns+=("$SNMP_KEEPALIVED_REAL_SERVERS.1.$number")
	done
	snmp_time lvs1 161 60 20 "${columns[@]}" | awk '$1 > 0 {
			objects += $1; sum += $3; columns++
			if (!least || $3 < least) least = $3
			if ($3 > most) most = $3
		} END { print objects + 0, columns + 0, least + 0, most + 0, columns ? sum / columns : 0 }'
}

may_ask() {
	on "$1" sh -c 'echo "rocommunity public" >/run/snmp.conf && chmod 644 /run/snmp.conf'
}

plan 11
cluster_start "$LAB_LOGS"
snmp_bare lvs1
snmp_bare lvs2
snmp_master lvs1
{
	cat "$LAB_DIR/reference/lvs1.conf"
	snmp_real_servers $SERVICES $EACH
} >"$LAB_LOGS/servers.conf"

# --- keepalived's own subagent

{
	printf '%s\n' 'global_defs {' '	enable_snmp_checker' "	snmp_socket unix:$SNMP_SOCKET" '}'
	cat "$LAB_LOGS/servers.conf"
} >"$LAB_LOGS/keepalived.conf"
director_start lvs1 keepalived "$LAB_LOGS/keepalived.conf"
ok "keepalived has ten thousand real servers" wait_until 120 gives $((SERVERS + 1)) destinations
wait_until 60 snmp_answers lvs1 161 $SNMP_KEEPALIVED_REAL_SERVERS || bail "keepalived does not answer for them"
# All of it would take five minutes: some rows of each column, and the mean of their medians.
read -r objects columns cheapest dearest theirs < <(keepalived_columns)
diag "keepalived: in a minute $objects objects of $columns columns, $cheapest to $dearest us each, $theirs in the mean"
director_kill lvs1
on lvs1 ipvsadm -C

# --- lbd, answering by itself

{
	cat "$LAB_LOGS/servers.conf"
	printf '%s\n' 'exporters {' '	snmp {' '		listen udp:0.0.0.0:1161' '		config /run/snmp.conf' '	}' '}'
} >"$LAB_LOGS/lbd.conf"
may_ask lvs1
director_start lvs1 lbd "$LAB_LOGS/lbd.conf"
ok "lbd has them too" wait_until 120 gives $((SERVERS + 1)) destinations
wait_until 20 holds lvs1 "${VI_1[@]}" || bail "lvs1 is not the master"
begin=$EPOCHREALTIME
ok "and its agent" wait_until 60 gives $SERVERS real_servers lvs1
# Rates are there when the kernel has been read twice, which it is every two seconds.
nap 10
read -r objects _ ours what < <(snmp_time lvs1 1161 200 $DATAGRAM $SNMP_REAL_SERVERS)
diag "lbd by itself: $what of its table, $objects objects, $ours us each in the median"
ok "every real server has every column ($objects objects)" \
	is_between "$objects" $((COLUMNS * SERVERS)) $((COLUMNS * SERVERS + 100))
ok "answering by itself it is a hundred times as fast as keepalived ($(ratio "$theirs" "$ours"))" \
	is_between "$(ratio "$theirs" "$ours")" 100 1e9

# --- lbd as a subagent, and the floor

on lvs1 "$LAB_BUILD/lbd-snmp" --run-dir /run/lbd --agentx $SNMP_SOCKET -n >>"$LAB_LOGS/subagent.log" 2>&1 &
disown $!
on lvs1 "$LAB_BUILD/tests/bench/subagent" $SNMP_SOCKET $COLUMNS $SERVERS >>"$LAB_LOGS/floor.log" 2>&1 &
disown $!
ok "a subagent answers for them" wait_until 30 snmp_answers lvs1 161 $SNMP_REAL_SERVERS
wait_until 30 snmp_answers lvs1 161 $SNMP_FLOOR || bail "no floor"
{
	read -r objects floor floor_median _
	read -r also subagent subagent_median _
} < <(snmp_time lvs1 161 90 40 $SNMP_FLOOR $SNMP_REAL_SERVERS)
diag "through snmpd: lbd $also objects, $subagent us each, $subagent_median in the median" \
	"the floor: $objects objects, $floor us each, $floor_median in the median"
ok "a subagent costs no more than 1.3 of the floor ($(ratio "$subagent_median" "$floor_median"))" \
	is_between "$(ratio "$subagent_median" "$floor_median")" 0 1.3

gap=$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)
between "no advertisement was late for any of it" "$gap" 0.5 1.2
status=$(lbctl lvs1 status --json)
diag "the checks: the latest timer $(jq '[.process[] | select(.process == "check") | .loop_lateness_max][0]' <<<"$status") \
s, the last probes $(jq '[.check[].last_lateness] | max' <<<"$status") s late"
is "no check changed its mind" \
	"$(lbctl lvs1 events --json | jq -s '[.[] | select(.cause == "check_failed")] | length')" 0
director_kill lvs1

# --- many and more

on lvs2 mkdir -p /run/made-up/stat
may_ask lvs2
on lvs2 mkfifo /run/made-up/ask
on lvs2 sh -c "exec $LAB_BUILD/tests/snmp/lbd /run/made-up <>/run/made-up/ask" >"$LAB_LOGS/made-up" 2>&1 &
disown $!
wait_until 20 grep -q ready "$LAB_LOGS/made-up" || bail "no made-up segments"
on lvs2 "$LAB_BUILD/lbd-snmp" --run-dir /run/made-up --listen udp:0.0.0.0:1161 --config /run/snmp.conf -n \
	>"$LAB_LOGS/made-up.log" 2>&1 &
disown $!
each=() whole=0
for count in 100 1000 10000 50000; do
	on lvs2 sh -c "echo 'servers $((count - 6))' >/run/made-up/ask"
	wait_until 60 gives $count real_servers lvs2 || bail "no $count real servers"
	read -r objects time _ what < <(snmp_time lvs2 1161 200 $DATAGRAM $SNMP_REAL_SERVERS)
	diag "$count real servers: $what, $objects objects, $time us each"
	[ "$what" = all ] && [ $((objects % count)) -eq 0 ] && whole=$((whole + 1))
	each+=("$time")
done
is "a hundred to fifty thousand real servers are walked to the end" $whole 4
ok "it is linear: each object takes as long among fifty thousand as among a thousand (us: ${each[*]})" \
	is_between "$(ratio "${each[3]}" "${each[1]}")" 0 1.5
