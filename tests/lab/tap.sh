# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# TAP for scenarios: plan, ok, is, like, between, diag, skip_all, bail; gives and fails for use in
# them and in wait_until. A check always prints one numbered line; what was seen instead goes
# to "#" lines below it.

TAP_DONE=0
TAP_PLAN=0
TAP_FAILED=0
TAP_SKIPPED=

plan() {
	TAP_PLAN=$1
	echo "1..$1"
}

diag() {
	local line
	while IFS= read -r line; do
		echo "# $line"
	done <<<"$*"
}

bail() {
	echo "Bail out! $*"
	exit 99
}

tap_result() {
	TAP_DONE=$((TAP_DONE + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $TAP_DONE - $2"
	else
		TAP_FAILED=$((TAP_FAILED + 1))
		echo "not ok $TAP_DONE - $2"
	fi
	return "$1"
}

# ok DESCRIPTION COMMAND...: the command succeeds; its output is shown if it does not.
ok() {
	local description=$1 output status
	shift
	output=$("$@" 2>&1)
	status=$?
	tap_result $((status != 0)) "$description" && return
	diag "'$*' returned $status"
	[ -z "$output" ] || diag "$output"
	return 1
}

# is DESCRIPTION GOT EXPECTED
is() {
	[ "$2" = "$3" ]
	tap_result $? "$1" && return
	diag "got:      $2"
	diag "expected: $3"
	return 1
}

# like DESCRIPTION TEXT REGULAR-EXPRESSION
like() {
	[[ $2 =~ $3 ]]
	tap_result $? "$1" && return
	diag "got:               $2"
	diag "expected to match: $3"
	return 1
}

# between DESCRIPTION NUMBER LOW HIGH: for measured times, which are decimal fractions.
between() {
	awk -v n="${2:-x}" -v low="$3" -v high="$4" \
		'BEGIN { exit !(n ~ /^-?[0-9.]+$/ && n >= low && n <= high) }'
	tap_result $? "$1 (${2:-nothing})" && return
	diag "got '$2', expected $3 to $4"
	return 1
}

# gives EXPECTED COMMAND...: the command's output is this. For wait_until.
gives() {
	local expected=$1
	shift
	[ "$("$@")" = "$expected" ]
}

# fails COMMAND...
fails() {
	! "$@"
}

# skip_all REASON: the scenario cannot run here at all, and says so.
skip_all() {
	TAP_SKIPPED=1
	echo "1..0 # SKIP $*"
	exit 0
}

# A scenario that ends early must not look like one that passed.
tap_end() {
	[ -z "$TAP_SKIPPED" ] || return 0
	[ "$TAP_DONE" -eq "$TAP_PLAN" ] || diag "planned $TAP_PLAN tests, ran $TAP_DONE"
	[ "$TAP_PLAN" -gt 0 ] && [ "$TAP_DONE" -eq "$TAP_PLAN" ] && [ "$TAP_FAILED" -eq 0 ]
}
