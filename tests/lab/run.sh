#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [SCENARIO...]: runs scenarios one after the other, each in a cluster of its own, and
# judges their TAP. A scenario without a plan, with another number of tests than planned, or
# with an exit status other than 0 has failed, whatever else it printed.

set -u
passed=0
failed=0
skipped=0

# judge NAME FILE STATUS: counts the results in a TAP file; $verdict is what they come to. A line of results for
# each scenario: its name, and how many tests passed and failed.
judge() {
	local line planned='' done=0 bad=0 good skips=0 reason='' name=$1
	shift
	while IFS= read -r line; do
		case $line in
		1..0\ *SKIP*) reason=${line#*SKIP } ;;
		1..[0-9]*) planned=${line#1..} ;;
		ok\ [0-9]*\#\ SKIP*) done=$((done + 1)) skips=$((skips + 1)) ;;
		ok\ [0-9]*) done=$((done + 1)) ;;
		not\ ok\ [0-9]*) done=$((done + 1)) bad=$((bad + 1)) ;;
		esac
	done <"$1"
	if [ -n "$reason" ] && [ "$2" -eq 0 ]; then
		skipped=$((skipped + 1))
		verdict="skipped: $reason"
		echo "$name 0 0" >>"$LAB_RUN/results"
		return 0
	fi
	if [ -z "$planned" ] || [ "$done" -ne "${planned:-0}" ] ||
		{ [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		bad=$((bad + 1))
		verdict="failed: $done of ${planned:-no} planned tests ran, exit status $2"
	elif [ "$bad" -gt 0 ]; then
		verdict="failed: $bad of $done"
	else
		verdict="ok, $((done - skips)) tests"
		[ "$skips" -eq 0 ] || verdict+=", $skips skipped"
	fi
	skipped=$((skipped + (skips > 0)))
	good=$((done - skips - (bad < done - skips ? bad : done - skips)))
	echo "$name $good $bad" >>"$LAB_RUN/results"
	passed=$((passed + good))
	failed=$((failed + bad))
}

run_one() {
	local file=$1 name logs status start=$SECONDS
	name=$(basename "$file" .sh)
	logs=$LAB_RUN/$name
	mkdir -p "$logs"
	if [ ${#scenarios[@]} -eq 1 ]; then
		timeout -k 5 "$limit" bash "$file" 2>"$logs/stderr.log" | tee "$logs/tap"
		status=${PIPESTATUS[0]}
	else
		timeout -k 5 "$limit" bash "$file" >"$logs/tap" 2>"$logs/stderr.log"
		status=$?
	fi
	[ "$status" -ne 124 ] || echo "# ended by the time limit of $limit s" >>"$logs/tap"
	judge "$name" "$logs/tap" "$status"
	# in one go, since a second boot may write to the same terminal
	printf '%s\n' "$(printf '%-18s %s (%d s)' "$name" "$verdict" $((SECONDS - start))
		[[ $verdict != failed* ]] || complain "$logs")"
}

complain() {
	echo
	grep -E -A 12 '^(not ok|Bail out)' "$1/tap" | grep -v '^ok' | sed 's/^/    /'
	tail -n 5 "$1/stderr.log" | sed 's/^/    stderr: /'
	echo "    logs and wire.pcap: ${1#"$LAB_TREE"/}"
}

# The slowest takes about a minute on an idle machine, with --all nine.
limit=240
[ -z "$LAB_ALL" ] || limit=900
scenarios=()
for name; do
	# the number alone will do
	files=("$LAB_DIR/scenarios/$(basename "$name" .sh)"*.sh)
	file=${files[0]}
	if [ ! -f "$file" ]; then
		echo "no scenario '$name'; there are: $(cd "$LAB_DIR/scenarios" && echo *.sh)"
		exit 2
	fi
	scenarios+=("$file")
done
[ ${#scenarios[@]} -gt 0 ] || scenarios=("$LAB_DIR"/scenarios/*.sh)

# Several boots may share a queue: whoever makes the directory first has the scenario.
for scenario in "${scenarios[@]}"; do
	[ -z "$LAB_QUEUE" ] || mkdir "$LAB_QUEUE/$(basename "$scenario")" 2>/dev/null || continue
	run_one "$scenario"
done
echo "lab: $passed passed, $failed failed, $skipped scenarios skipped"
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
