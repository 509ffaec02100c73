#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ./lab bench: keepalived and lbd on the same files in the same boot: how long a failover takes, and
# what the daemon costs when nothing happens. One keepalived round, one lbd round, and so on,
# so that both meet the same machine.

set -u
LAB_NAME=bench
# shellcheck source=tests/lab/parts.sh
. "$LAB_DIR/parts.sh"
trap cluster_stop EXIT

ROUNDS=${LAB_ROUNDS:-1}
IDLE=10
KINDS=(keepalived lbd)
declare -A RESULT=()

# note KIND MEASUREMENT VALUE: keeps the values of all rounds.
note() {
	RESULT[$1.$2]+="${3:-nan} "
}

# The takeover on the wire: from the last advertisement of lvs1 after FROM (with priority 0 if
# STOPPED) to lvs2's first gratuitous ARP for .227 after it.
takeover() {
	local last
	last=$(wire_adverts 201 | awk -v from="$1" -v before="$2" \
		'$1 >= from && $1 < before && $2 == "192.168.1.225" { last = $1 } END { print last }')
	wire_gratuitous 192.168.1.227 | awk -v last="${last:-nan}" -v mac="$lvs2_mac" \
		'$2 == mac && $1 >= last { printf "%.3f", $1 - last; exit }'
}

# measure KIND MEASUREMENT COMMAND...: COMMAND ends lvs1's mastership while requests come in.
measure() {
	local kind=$1 name=$2 begin=$EPOCHREALTIME
	shift 2
	load_start 192.168.1.227 8
	nap 2
	"$@"
	wait_until 8 holds lvs2 "${VI_1[@]}" || bail "lvs2 did not take over from $kind ($name)"
	load_wait
	note "$kind" "$name, on the wire" "$(takeover "$(awk "BEGIN { printf \"%.6f\", $begin - 2 }")" "$EPOCHREALTIME")"
	note "$kind" "$name, clients without answer" "$(load_gap)"
}

restore() {
	ip link set v-lvs1 up
	[ -n "$(director_pids lvs1)" ] || director_start lvs1 "$1" lvs1.conf
	wait_until 20 cluster_settled || bail "lvs1 with $1 did not come back"
	wait_until 10 ipvs_complete lvs1 || bail "lvs1 with $1 has no complete IPVS table"
}

cable_out() {
	ip link set v-lvs1 down
}

# Processor time (ms a second) and memory (PSS, KiB) of all processes of the daemon on lvs1.
ticks() {
	local pid
	for pid in $(director_pids lvs1); do
		on lvs1 cat "/proc/$pid/stat"
	done | sed 's/.*) //' | awk '{ sum += $12 + $13 } END { print sum + 0 }'
}

idle() {
	local before after pid
	before=$(ticks)
	nap $IDLE
	after=$(ticks)
	note "$1" "idle, processor (ms/s)" "$(awk "BEGIN { print ($after - $before) * 10 / $IDLE }")"
	note "$1" "idle, memory (KiB, PSS)" "$(for pid in $(director_pids lvs1); do
		on lvs1 cat "/proc/$pid/smaps_rollup"
	done | awk '/^Pss:/ { sum += $2 } END { print sum }')"
}

round() {
	cluster_start "$LAB_RUN/$1-$2"
	lvs2_mac=$(on lvs2 cat /sys/class/net/eth0/address)
	director_start lvs1 "$1" lvs1.conf
	director_start lvs2 "$1" lvs2.conf
	restore "$1"
	[ "$2" -gt 1 ] || idle "$1"
	measure "$1" "kill -9" director_kill lvs1
	restore "$1"
	measure "$1" "graceful stop" director_stop lvs1
	restore "$1"
	measure "$1" "cable pulled" cable_out
	cluster_stop
}

report() {
	local name
	printf '\n%-44s %12s %12s %8s\n' "median of $ROUNDS; seconds unless said" keepalived lbd ratio
	for name in "kill -9, on the wire" "kill -9, clients without answer" \
		"graceful stop, on the wire" "graceful stop, clients without answer" \
		"cable pulled, on the wire" "cable pulled, clients without answer" \
		"idle, processor (ms/s)" "idle, memory (KiB, PSS)"; do
		awk -v name="$name" -v theirs="${RESULT[keepalived.$name]:-nan}" -v ours="${RESULT[lbd.$name]:-nan}" '
			function median(text, values, n, i, j, t) {
				n = split(text, values, " ")
				for (i = 1; i <= n; i++)
					for (j = i + 1; j <= n; j++)
						if (values[j] + 0 < values[i] + 0) { t = values[i]; values[i] = values[j]; values[j] = t }
				return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
			}
			BEGIN {
				a = median(theirs); b = median(ours)
				printf "%-44s %12s %12s %8s\n", name, a, b, (a > 0 ? sprintf("%.2f", b / a) : "-")
			}'
	done
}

for ((i = 1; i <= ROUNDS; i++)); do
	for kind in "${KINDS[@]}"; do
		echo "round $i of $ROUNDS: $kind"
		round "$kind" "$i"
	done
done
report | tee "$LAB_RUN/report.txt"
