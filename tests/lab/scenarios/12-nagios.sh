#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_lbd on real directors, as a user without any privilege: all is well, a real server fails, a director
# fails, and what cannot be read any more is UNKNOWN or, of lbd itself, CRITICAL.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

CHECK_LBD=$LAB_BUILD/check_lbd
MODES=(vrrp virtual-server real-servers quorum rates health pair)

plan $((${#MODES[@]} * 2 + 25))

# nagios HOST MODE...: the line goes to $said; the exit status is the plugin's.
nagios() {
	local host=$1
	shift
	said=$(on "$host" setpriv --reuid 65534 --regid 65534 --clear-groups "$CHECK_LBD" "$@")
}

# gives_status STATUS HOST MODE...
gives_status() {
	local expected=$1
	shift
	nagios "$@"
	[ $? -eq "$expected" ]
}

# checks DESCRIPTION STATUS HOST MODE...: that is the exit status and the word in the line.
checks() {
	local description=$1 status=$2 words=(OK WARNING CRITICAL UNKNOWN)
	shift 2
	gives_status "$status" "$@" && [[ $said == "LBD "*" ${words[status]}: "* ]]
	tap_result $? "$description" && return
	diag "$said"
	return 1
}

# says DESCRIPTION REGULAR-EXPRESSION HOST MODE...
says() {
	local description=$1 expression=$2
	shift 2
	nagios "$@"
	like "$description" "$said" "$expression"
}

cluster_start "$LAB_LOGS"
reference_start lbd
# the rates are there after two samples; the slowest checks of lvs2 come round once in 7 s
for host in lvs1 lvs2; do
	wait_until 10 gives_status 0 $host rates || bail "no rates on $host: $said"
	wait_until 12 gives_status 0 $host real-servers || bail "real servers on $host: $said"
done

for host in lvs1 lvs2; do
	for mode in "${MODES[@]}"; do
		checks "$mode on $host is OK" 0 $host "$mode"
	done
done
checks "VI_1 is where it is expected" 0 lvs1 vrrp --instance VI_1 --expect master
checks "VI_2 is not the master on lvs1" 2 lvs1 vrrp --instance VI_2 --expect master
checks "the start is an event of late" 1 lvs1 events --within 600
says "it names what changed" 'VI_1 became master [0-9.]+ (s|min) ago' lvs1 events --within 600
checks "an instance that is not there is unknown" 3 lvs1 vrrp --instance VI_3
checks "a directory without segments is unknown" 3 lvs1 health --run-dir /nonexistent

for ((i = 0; i < 20; i++)); do
	web_server 192.168.1.227 >/dev/null
done
counters_agree() {
	local counted
	nagios lvs1 virtual-server --virtual-server 192.168.1.227:80
	counted=$(sed -n "s/.*'TCP 192.168.1.227:80 connections'=\([0-9]*\)c.*/\1/p" <<<"$said")
	[ "$counted" = "$(lbctl lvs1 status --json | jq '.virtual_server[] |
		select(.virtual_server == "192.168.1.227:80") | .connections')" ] && [ "$counted" -eq 20 ]
}
ok "perfdata has the connections that lbctl has, and the client made" wait_until 6 counters_agree

service_stop web1
ok "a real server that is down is a warning" wait_until 6 gives_status 1 lvs1 real-servers
says "with the check's reason" '192\.168\.1\.232:80 .* is down: TCP_CHECK says connection refused' \
	lvs1 real-servers
checks "critical with a threshold" 2 lvs1 real-servers --group www -c 0
checks "and OK for the other group" 0 lvs1 real-servers --group mysql
checks "one of two is a warning for the virtual server" 1 lvs1 virtual-server --group www
service_stop web2
ok "no real server left is critical" wait_until 6 gives_status 2 lvs1 quorum --group www
says "with the weight that is missing" 'has lost its quorum: weight 0 is in service, 1 is needed' \
	lvs1 quorum --group www
service_start web1
service_start web2
ok "OK again when they are back" wait_until 8 gives_status 0 lvs1 real-servers

director_kill lvs1 || bail "there is nothing to kill on lvs1"
ok "the other director becomes master, which is critical where it is not expected" \
	wait_until 6 gives_status 2 lvs2 vrrp --instance VI_1 --expect backup
says "in words" 'VI_1 is master, not backup' lvs2 vrrp --instance VI_1 --expect backup
checks "it is an event of late" 1 lvs2 events --within 30
says "which is named" 'VI_1 became master' lvs2 events --within 30
ok "what a dead vrrp process left behind is unknown" wait_until 8 gives_status 3 lvs1 vrrp
says "and how old it is" 'vrrp process of lbd is down or stuck: its numbers are [0-9.]+ s old' lvs1 vrrp
checks "lbd's health is critical" 2 lvs1 health

director_start lvs1 lbd lvs1.conf
wait_until 15 cluster_settled || bail "lvs1 did not take VI_1 again"
ok "health is OK again" wait_until 10 gives_status 0 lvs1 health
ok "VI_1 is where it is expected again" wait_until 10 gives_status 0 lvs1 vrrp --instance VI_1 --expect master
checks "the pair is well: lvs2 hears its master" 0 lvs2 pair --instance VI_1
