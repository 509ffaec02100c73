# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# ./lab check: builds and runs every test there is, cheapest first; prints the time of each step and, as
# its last line, how many tests passed and failed. A step that ran nothing has failed.

CHECK_PASSED=0
CHECK_FAILED=0

lab_check() {
	LAB_ALL=
	case ${1:-} in
	'') ;;
	--all) LAB_ALL=1 ;;
	*) lab_die "check: no option '$1'; there is --all" ;;
	esac
	export LAB_ALL
	lab_packages
	mkdir -p "$LAB_OUT"
	check_host_state >"$LAB_OUT/host-before"
	check_step 'build, gcc, sanitizers' check_sanitized
	check_step 'make check' check_make
	[ -z "$LAB_ALL" ] || check_step 'nagios4 and icinga2' check_nagios
	[ -z "$LAB_ALL" ] || check_step 'Cacti' check_cacti
	[ -z "$LAB_ALL" ] || check_step 'Zabbix' check_zabbix
	check_step 'OTLP, with the decoder of OpenTelemetry' check_otlp
	check_step 'SNMP, with a manager in JavaScript' check_javascript
	check_step 'build, clang' check_clang
	check_step 'shellcheck' check_shell
	check_step 'build, for the lab' check_plain
	check_step 'make distcheck' check_dist
	check_step 'lab' check_lab
	check_step 'nothing is left on this machine' check_host
	echo "$CHECK_PASSED passed, $CHECK_FAILED failed"
	[ "$CHECK_FAILED" -eq 0 ] && [ "$CHECK_PASSED" -gt 0 ]
}

# check_step TITLE FUNCTION: the function leaves "PASSED FAILED" in $LAB_OUT/counts; without that the
# step itself is the test.
check_step() {
	local begin=$SECONDS status=0 passed=0 failed=0
	printf '== %s\n' "$1"
	rm -f "$LAB_OUT/counts"
	"$2" || status=$?
	if [ -s "$LAB_OUT/counts" ]; then
		read -r passed failed _ <"$LAB_OUT/counts"
	elif [ $status -eq 0 ]; then
		passed=1
	fi
	[ $status -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
	[ $((passed + failed)) -gt 0 ] || failed=1
	CHECK_PASSED=$((CHECK_PASSED + passed))
	CHECK_FAILED=$((CHECK_FAILED + failed))
	printf '   %d passed, %d failed, %d s\n' "$passed" "$failed" $((SECONDS - begin))
}

# In a shell of its own, like every step that may give up: the others are to run all the same.
check_sanitized() (
	lab_build sanitized all --enable-sanitizers
)

# Tests wait half of their time.
check_jobs() {
	echo $((2 * $(nproc)))
}

# Automake's summary has a line for each outcome: "# PASS:  12".
check_make() {
	local log=$LAB_TREE/build/check.log status=0
	# Random advertisements through the codec: 200,000 take no time, ten million a quarter of a minute.
	# Some dozens of requests of SNMP in each input: a million inputs take a minute and a half.
	[ -z "$LAB_ALL" ] || export LBD_FUZZ_ADVERTS=10000000 LBD_FUZZ_SNMP=1000000
	VERBOSE=1 make -C "$LAB_TREE/build/sanitized" -j"$(check_jobs)" check >"$log" 2>&1 || status=$?
	# The summary comes twice when something failed.
	awk '/^# [A-Z]+: / { count[$2] = $3 }
		END { print count["PASS:"] + count["XFAIL:"], count["FAIL:"] + count["ERROR:"] + count["XPASS:"] }' \
		"$log" >"$LAB_OUT/counts"
	# What was left out is said; automake counts it apart from what passed.
	grep '^SKIP: ' "$log" | sed 's/^/   /'
	[ $status -eq 0 ] && return
	check_make_failed "$log"
	return $status
}

# What failed, and why: where this runs unattended, its output is all that is left.
check_make_failed() {
	grep -E '^(FAIL|ERROR|XPASS)|error:|ERROR:' "$1" || tail -n 20 "$1"
	grep -E -A 12 '^(FAIL: test_|Traceback|AssertionError|not ok|  *[0-9]+\. .*:[0-9]+  - )|SUMMARY: ' "$1" | head -n 100
	echo "   the whole of it: ${1#"$LAB_TREE/"}"
}

# Real monitors over made-up segments: what check_lbd says has to arrive in their own files.
check_nagios() {
	local log=$LAB_TREE/build/nagios.log
	BUILD=$LAB_TREE/build/sanitized "$LAB_TREE/tests/nagios/tools.py" >"$log" 2>&1 && return
	tail -n 20 "$log"
	echo "   the whole of it: build/nagios.log"
	return 1
}

# Cacti, its database and its poller over made-up segments; 38-cacti shows it a real director.
check_cacti() {
	CACTI=$LAB_CACTI GRAPHS=$LAB_TREE/build/cacti-graphs check_manager cacti
}

check_zabbix() {
	ZABBIX=$LAB_ZABBIX check_manager zabbix
}

# check_manager NAME: tests/NAME/live.py.
check_manager() {
	local log=$LAB_TREE/build/$1-live.log
	if BUILD=$LAB_TREE/build/sanitized "$LAB_TREE/tests/$1/live.py" >"$log" 2>&1; then
		grep -oE '[0-9]+ (values|graphs|items).*' "$log" | sed "s,$LAB_TREE/,," | sed 's/^/   /'
		return 0
	fi
	tail -n 20 "$log"
	echo "   the whole of it: build/$1-live.log"
	return 1
}

# check_npm NAME DIRECTORY SCRIPT: tests/DIRECTORY/SCRIPT with the packages that are named there. They are pinned
# by their hashes, and none of their scripts is run.
check_npm() {
	local log=$LAB_TREE/build/$1.log packages=$LAB_TREE/build/$1 from=$LAB_TREE/tests/$2
	mkdir -p "$packages" && cp "$from/package.json" "$from/package-lock.json" "$packages" || return
	(cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 &&
		(cd "$LAB_TREE/build/sanitized" && "$from/$3" "$packages") >>"$log" 2>&1 && return
	tail -n 20 "$log"
	echo "   the whole of it: build/$1.log"
	return 1
}

check_otlp() {
	check_npm otlp-peer push otlp.py && sed -n 's/^\([0-9]* series\)/   \1/p' "$LAB_TREE/build/otlp-peer.log"
}

check_javascript() {
	check_npm snmp-manager snmp javascript.py &&
		sed -n 's/^\([0-9]* walks\)/   \1/p' "$LAB_TREE/build/snmp-manager.log"
}

check_clang() (
	lab_build clang all CC=clang
)

check_plain() (
	lab_build_plain
)

# What those who build by hand rely on: a release that builds, is checked, installs and cleans up.
check_dist() {
	local log=$LAB_TREE/build/distcheck.log
	VERBOSE=1 make -C "$LAB_TREE/build/lab-tree" -j"$(check_jobs)" distcheck >"$log" 2>&1 && return
	check_make_failed "$log"
	return 1
}

check_shell() (
	local file files=()
	cd "$LAB_TREE" || return
	while read -r file; do
		! head -n 3 "$file" | grep -qE '^#!.*\b(ba)?sh|^# shellcheck shell' || files+=("$file")
	done < <(find lab .ci tests -type f ! -name '*.c' ! -name '*.h')
	shellcheck -x "${files[@]}" || return
	echo "   ${#files[@]} files"
)

# Scenarios mostly wait: a kernel more than there are processors, each of which takes the next one that is left, from
# the last, since the first are the shortest. Those that measure come after them, and have the machine for themselves.
check_lab() {
	local scenarios=() alone=() job jobs=1 pids=()
	mapfile -t scenarios < <(check_scenarios -L)
	mapfile -t alone < <(check_scenarios -l)
	# They are long, too: without --all they only say that they are left out.
	if [ -z "$LAB_ALL" ]; then
		scenarios+=("${alone[@]}")
		alone=()
	fi
	if [ "${LAB_KERNEL:-uml}" = uml ] && [ "$(nproc)" -ge 2 ]; then
		jobs=$(($(nproc) + 1))
	fi
	LAB_QUEUE=$LAB_OUT/check-queue
	rm -rf "$LAB_OUT"/check-*
	mkdir -p "$LAB_QUEUE" || return
	for ((job = 0; job < jobs; job++)); do
		check_lab_boot "$job" "${scenarios[@]}" &
		pids+=($!)
	done
	wait "${pids[@]}"
	[ ${#alone[@]} -eq 0 ] || check_lab_boot alone "${alone[@]}"
	check_lab_again
	check_lab_count "${scenarios[@]}" "${alone[@]}"
}

# One that failed beside others may have failed by them: what is promised within a time needs a processor. So a few
# get another chance, by themselves, which is said. More than that are no accident.
check_lab_again() {
	local failed=() name
	mapfile -t failed < <(cat "$LAB_OUT"/check-*/results | awk '$3 > 0 { print $1 }')
	[ ${#failed[@]} -gt 0 ] && [ ${#failed[@]} -le 2 ] || return 0
	echo "   again, by themselves: ${failed[*]}"
	LAB_QUEUE='' check_lab_boot again "${failed[@]}"
	for name in "${failed[@]}"; do
		! grep -q "^$name [0-9]* 0$" "$LAB_OUT/check-again/results" ||
			echo "   $name failed beside others and passed by itself"
	done
}

# check_lab_count SCENARIO...: the last result of each counts; one without any has never ended, and failed.
check_lab_count() {
	cat "$LAB_OUT"/check-[0-9]*/results "$LAB_OUT/check-alone/results" "$LAB_OUT/check-again/results" 2>/dev/null |
		awk -v names="$*" '{ passed[$1] = $2; failed[$1] = $3 }
			END {
				count = split(names, list)
				for (i = 1; i <= count; i++) {
					sub(/\.sh$/, "", list[i])
					ended = list[i] in passed
					if (!ended)
						print "   " list[i] " never ended" >"/dev/stderr"
					good += ended ? passed[list[i]] : 0
					bad += ended ? failed[list[i]] : 1
				}
				print good + 0, bad + 0
			}' >"$LAB_OUT/counts"
	grep -q ' 0$' "$LAB_OUT/counts"
}

# check_scenarios -l|-L: those that say that they run alone, or the others.
check_scenarios() {
	(cd "$LAB_DIR/scenarios" && grep "$1" '^# Runs alone' -- *.sh | sort -r)
}

check_lab_boot() {
	local job=$1 seconds=1500
	[ -z "$LAB_ALL" ] || seconds=3600
	shift
	lab_boot "check-$job" "$seconds" run "$@" | grep --line-buffered -v '^lab: [0-9]* passed'
	return "${PIPESTATUS[0]}"
}

# What the lab could leak: interfaces, addresses, mounts.
check_host_state() {
	ip -o link | cut -d ' ' -f 2
	ip -o address | awk '{ print $2, $4 }'
	cut -d ' ' -f 2 /proc/self/mounts
}

# … and files of the daemons that run in it, where daemons keep theirs, newer than the beginning.
check_host() {
	local status=0
	check_host_state | diff "$LAB_OUT/host-before" - || status=1
	find /etc /run /usr /var -xdev -path "$LAB_TREE" -prune -o -newer "$LAB_OUT/host-before" -type f \
		\( -path '*lbd*' -o -path '*keepalived*' -o -path '*nginx*' -o -path '*mysql*' \) -print \
		2>/dev/null >"$LAB_OUT/host-files"
	[ ! -s "$LAB_OUT/host-files" ] || { cat "$LAB_OUT/host-files" && status=1; }
	return $status
}
