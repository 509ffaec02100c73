#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The master of VI_1 dies (kill -9 of all of it) and, later, is stopped in order, both under
# traffic. Times are taken from the wire: lvs2 claims the addresses within 3 intervals + skew
# of the last advertisement (RFC 3768, 6.1), or within the skew of a resignation.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

# Seconds. Skew in version 2 is (256 - priority) / 256; lvs2 has priority 110.
SKEW=0.5703
MASTER_DOWN=3.5703
# What a busy one-processor kernel may add between the timer and the packet on the wire.
SLACK=0.25

if [ "$LAB_DIRECTOR" = lbd ]; then
	plan 21
else
	plan 12
fi
cluster_start "$LAB_LOGS"
reference_start "$LAB_DIRECTOR"
lvs2_mac=$(on lvs2 cat /sys/class/net/eth0/address)

# claimed_after TIME ADDRESS: seconds from TIME to lvs2's first gratuitous ARP for ADDRESS.
claimed_after() {
	wire_gratuitous "$2" | awk -v from="$1" -v mac="$lvs2_mac" \
		'$1 >= from && $2 == mac { printf "%.3f\n", $1 - from; exit }'
}

load_start 192.168.1.227 12
nap 2
director_kill lvs1 || bail "there is nothing to kill on lvs1"
ok "all of the daemon on lvs1 is gone" wait_until 2 director_gone lvs1
ok "lvs2 holds the addresses of VI_1" wait_until 5 holds lvs2 "${VI_1[@]}"
ok "lvs2 still holds the addresses of VI_2" holds lvs2 "${VI_2[@]}"
nap 0.5
last=$(wire_adverts 201 | awk '$2 == "192.168.1.225" { last = $1 } END { print last }')
for address in "${VI_1[@]}"; do
	between "lvs2 claimed $address within 3 intervals + skew of the last advertisement" \
		"$(claimed_after "$last" "$address")" 3 "$(awk "BEGIN { print $MASTER_DOWN + $SLACK }")"
done
like "a web server answers through lvs2" "$(web_server 192.168.1.227)" '^web[12]$'
load_wait
between "answers never stopped for longer than the takeover" "$(load_gap)" 0 4.5
# shellcheck disable=SC2046 # one argument for each time
is "no request failed but those under way when the address changed hands" \
	"$(load_failures_outside $(wire_handovers 192.168.1.227))" 0

if [ "$LAB_DIRECTOR" = lbd ]; then
	number=$(lbctl lvs2 events --json | jq -s 'map(select(.object == "VI_1" and .to == "master")) | last | .number')
	explanation=$(lbctl lvs2 explain "$number" | tr -s '\n ' ' ')
	diag "$explanation"
	like "explain names the cause" "$explanation" 'silent'
	like "explain names the sender of the last advertisement" "$explanation" '192\.168\.1\.225'
	like "explain says how old that advertisement was" "$explanation" '3\.[0-9]+ ?s'
	like "explain says when the first gratuitous ARP went out" "$explanation" \
		'gratuitous ARP went out at .*[0-9]+:[0-9]+:[0-9]+'
	event=$(lbctl lvs2 events --json | jq -c "select(.number == $number)")
	is "the event's cause" "$(jq -r .cause <<<"$event")" master_silent
	is "the event is complete" "$(jq -r '[has("number", "time", "object", "from", "to", "cause",
		"evidence", "effect")] | all' <<<"$event")" true
fi

director_start lvs1 "$LAB_DIRECTOR" lvs1.conf
ok "lvs1 comes back and takes VI_1 again" wait_until 15 cluster_settled
# the clients' connections must not depend on which director schedules them
wait_until 5 ipvs_complete lvs1

load_start 192.168.1.227 6
nap 2
begin=$EPOCHREALTIME
if [ "$LAB_DIRECTOR" = lbd ]; then
	ok "SIGTERM ends lbd within a second" director_stop lvs1 1
	is "the IPVS table stays as it is" "$(on lvs1 grep -c -- '->' /proc/net/ip_vs)" 9
else
	director_stop lvs1
fi
ok "lvs2 holds the addresses of VI_1 after the stop" wait_until 3 holds lvs2 "${VI_1[@]}"
ok "lvs1 holds none" holds_none lvs1 "${VI_1[@]}" "${VI_2[@]}"
load_wait
resigned=$(wire_adverts 201 |
	awk -v from="$begin" '$1 > from && $2 == "192.168.1.225" && $3 == 0 { print $1; exit }')
between "lvs2 took over within the skew of the resignation" \
	"$(claimed_after "${resigned:-0}" 192.168.1.227)" 0 "$(awk "BEGIN { print $SKEW + $SLACK }")"
if [ "$LAB_DIRECTOR" = lbd ]; then
	is "the event names the resignation" "$(lbctl lvs2 events --json |
		jq -rs 'map(select(.object == "VI_1" and .to == "master")) | last | .cause')" master_resigned
fi
