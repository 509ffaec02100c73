#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two masters, because one of them no longer hears the other; and the kernel's defences. Each is an event when
# it begins and one when it is over, with its story, its number, and a notification.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

row() {
	lbctl "$1" status --json | jq -r "$2"
}

plan 14
cluster_start "$LAB_LOGS"
snmp_trapd udp -OQ
cat "$LAB_DIR/reference/lvs1.conf" - >"$LAB_LOGS/contested-lvs1.conf" <<-END
	exporters {
	    snmp {
	        listen udp:127.0.0.1:1161
	        config /run/snmp.conf
	        notifications dual_master defence
	    }
	}
END
on lvs1 sh -c 'echo "trap2sink 192.168.1.10 public" >/run/snmp.conf'
on lvs1 chown root:lbd-read /run/snmp.conf
director_start lvs1 lbd "$LAB_LOGS/contested-lvs1.conf"
director_start lvs2 lbd lvs2.conf
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"

on lvs1 sysctl -qw net.ipv4.vs.drop_entry=3
ok "a defence that is active is an event" wait_until 10 gives 1 events_of lvs1 defence_on

on lvs2 tc qdisc add dev eth0 handle ffff: ingress
on lvs2 tc filter add dev eth0 parent ffff: protocol ip u32 match ip protocol 112 0xff action drop
ok "one that hears nothing becomes master as well" wait_until 15 holds lvs2 "${VI_1[@]}"
on lvs1 sysctl -qw net.ipv4.vs.drop_entry=0
ok "the other one hears it, and tells" wait_until 15 gives 1 events_of lvs1 dual_master
is "and shows it" "$(row lvs1 '.vrrp[] | select(.instance == "VI_1") | .dual_master')" 1
is "which the one that hears nothing cannot know" "$(events_of lvs2 dual_master)" 0
story=$(event_explained lvs1 dual_master)
like "the story names the other" "$story" "192.168.1.226 \(priority 110"
diag "$story"
on lvs2 tc qdisc del dev eth0 ingress
ok "it is over once" wait_until 15 gives 1 events_of lvs1 dual_master_over
ok "and shown no longer" wait_until 5 gives 0 row lvs1 '.vrrp[] | select(.instance == "VI_1") | .dual_master'
is "having begun once" "$(events_of lvs1 dual_master)" 1
ok "each director has its own addresses again" wait_until 10 cluster_settled
diag "$(event_explained lvs1 dual_master_over)"

ok "so is the defence, after ten quiet seconds" wait_until 20 gives 1 events_of lvs1 defence_off
like "which names the switch" "$(event_explained lvs1 defence_on)" "drop_entry always"
diag "$(event_explained lvs1 defence_off)"
ok "two masters are a notification" wait_until 10 snmp_trap_came '9999\.0\.8\|'
ok "and so is the defence" wait_until 10 snmp_trap_came '9999\.0\.9\|'
