#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SETs over SNMP (KEEPALIVED-MIB): a weight is in the kernel at once, a priority moves a master, each is an event
# with who asked for it; all of a request or nothing; and nothing at all without snmp_writable.
#
#   lvs1   a subagent of Debian's snmpd, asked with SNMPv3
#   lvs2   answers by itself, with SNMPv3 users of its own; read-only at first

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

K=.1.3.6.1.4.1.9586.100.5
PRIORITY=$K.2.3.1.7
PREEMPT=$K.2.3.1.13
ACCEPT=$K.2.3.1.27
WEIGHT=$K.3.4.1.7
# shellcheck disable=SC2054 # no commas are meant
V3=(-v3 -u ops -l authPriv -a SHA-256 -A authpassword -x AES -X privpassword)
USERS='createUser ops SHA-256 authpassword AES privpassword
rwuser ops priv'

address_of() {
	[ "$1" = lvs1 ] && echo "${LAB_ADDRESS[lvs1]}:161" || echo "${LAB_ADDRESS[lvs2]}:1161"
}

# set_on HOST OID TYPE VALUE...: "ok", or the reason that it was refused for.
set_on() {
	local host=$1 answer
	shift
	answer=$(snmp client snmpset "${V3[@]}" -On -Oqe -t 6 -r 0 "$(address_of "$host")" "$@" 2>&1) && echo ok ||
		sed -n 's/^Reason: \([A-Za-z]*\).*/\1/p' <<<"$answer" | grep . || echo "$answer"
}

get_of() {
	snmp client snmpget "${V3[@]}" -On -Oqve -t 2 "$(address_of "$1")" "$2" 2>/dev/null
}

# "300 100": the weights that the kernel has for web1 under .227 and .228.
weights_of() {
	on "$1" ipvsadm -Sn | awk '/-r 192.168.1.232:80/ { printf "%s%s", n++ ? " " : "", $NF }'
}

# conf_of HOST [LINE]
conf_of() {
	cat "$LAB_DIR/reference/$1.conf" - >"$LAB_LOGS/set-$1.conf" <<-END
		exporters {
		    snmp {
		        $([ "$1" = lvs1 ] && echo agentx /run/agentx/master || echo listen udp:0.0.0.0:1161)
		        $([ "$1" = lvs1 ] || echo config /run/snmp.conf)
		        keepalived_mib yes
		        ${2:-}
		    }
		}
	END
}

plan 29
cluster_start "$LAB_LOGS"
snmp_snmpd lvs1 "$USERS"
on lvs2 sh -c "printf '%s\n' '$USERS' 'rwcommunity openandshut' >/run/snmp.conf"
on lvs2 chown root:lbd-read /run/snmp.conf
conf_of lvs1 "snmp_writable yes"
conf_of lvs2
director_start lvs1 lbd "$LAB_LOGS/set-lvs1.conf"
director_start lvs2 lbd "$LAB_LOGS/set-lvs2.conf"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
wait_until 15 gives 100 get_of lvs1 $WEIGHT.1.1 || bail "the subagent does not answer"
wait_until 15 gives 110 get_of lvs2 $PRIORITY.1 || bail "the agent does not answer"

is "without snmp_writable nothing can be set" "$(set_on lvs2 $PRIORITY.1 i 200)" notWritable
is "and is not" "$(get_of lvs2 $PRIORITY.1) $(events_of lvs2 priority_set)" "110 0"

is "a subagent sets a weight" "$(set_on lvs1 $WEIGHT.1.1 i 65535)" ok
is "which the kernel has at once, in every service of the group" "$(weights_of lvs1)" "65535 65535"
is "and is answered from then on" "$(get_of lvs1 $WEIGHT.1.1)" 65535
story=$(event_explained lvs1 weight_set)
like "the event says who asked" "$story" "weight 65535, instead of 100, by snmpd"
diag "$story"
is "a weight below 0 is a wrong value" "$(set_on lvs1 $WEIGHT.1.1 i -1)" wrongValue
is "and so is one that is too large" "$(set_on lvs1 $WEIGHT.1.1 i 65536)" wrongValue
is "a text is of the wrong type" "$(set_on lvs1 $WEIGHT.1.1 s 5)" wrongType
is "a server that is not there is not made" "$(set_on lvs1 $WEIGHT.1.9 i 5)" noCreation
is "what means nothing in version 2 is not writable" "$(set_on lvs1 $ACCEPT.1 i 1)" notWritable
is "of two, of which one is wrong, none is set" "$(set_on lvs1 $WEIGHT.1.2 i 7 $PRIORITY.1 i 256)" wrongValue
is "the first is as it was" "$(get_of lvs1 $WEIGHT.1.2)" 100
is "both, if they are right" "$(set_on lvs1 $WEIGHT.1.1 i 0 $PREEMPT.1 i 2)" ok
is "they are so" "$(get_of lvs1 $WEIGHT.1.1) $(get_of lvs1 $PREEMPT.1) $(weights_of lvs1)" "0 2 0 0"

on lvs1 kill -STOP "$(child_pid lvs1 director)"
is "of two, of which one cannot be had, none is set" "$(set_on lvs1 $PRIORITY.1 i 77 $WEIGHT.1.1 i 9)" commitFailed
is "the other was undone" "$(lbctl lvs1 status --json | jq '.vrrp[] | select(.instance == "VI_1") | .priority')" 150
like "and says so" "$(event_explained lvs1 priority_set)" "priority 150, instead of 77, by undone"
on lvs1 kill -CONT "$(child_pid lvs1 director)"
wait_until 10 gives 0 get_of lvs1 $WEIGHT.1.1
is "nor is it done later" "$(weights_of lvs1)" "0 0"

conf_of lvs2 "snmp_writable yes"
director_reload lvs2
ok "after a reload an agent that answers by itself sets a priority" wait_until 15 gives ok set_on lvs2 $PRIORITY.1 i 200
ok "so that it becomes master" wait_until 15 holds lvs2 "${VI_1[@]}"
like "the event says who asked" "$(event_explained lvs2 priority_set)" \
	"priority 200, instead of 110, by SNMPv3 user ops at UDP: \[192\.168\.1\.10\]"
diag "$(event_explained lvs2 priority_set)"
snmp client snmpset -v2c -c openandshut -On "$(address_of lvs2)" $PREEMPT.2 i 2 >/dev/null 2>&1
like "of SNMPv2c it says where from" "$(event_explained lvs2 preempt_set)" \
	"nopreempt, instead of preempt, by an SNMPv2c community at UDP: \[192\.168\.1\.10\]"
is "and tells the community to nobody" \
	"$(grep -c openandshut "$LAB_LOGS/lvs2.lbd.log") $(lbctl lvs2 events --json | grep -c openandshut)" "0 0"
on lvs2 kill -KILL "$(child_pid lvs2 vrrp)"
ok "a vrrp process that was killed keeps the priority" wait_until 15 gives 200 get_of lvs2 $PRIORITY.1
wait_until 15 holds lvs2 "${VI_1[@]}"
is "and set back" "$(set_on lvs2 $PRIORITY.1 i 110) $(set_on lvs1 $PREEMPT.1 i 1)" "ok ok"
ok "it gives way to one that preempts again" wait_until 15 cluster_settled
is "what was refused is counted by reason" "$(lbctl lvs1 status --json | jq -c '[.exporter[] |
	select(.target == "set") | .errors | .protocol, .permission, .unavailable]')" "[5,1,1]"
is "no process died but that one" "$(events_of lvs1 child_died) $(events_of lvs2 child_died)" "0 1"
