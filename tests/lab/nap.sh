# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Waiting. nap SECONDS sleeps without starting a process, which costs tens of milliseconds in a
# user-mode kernel. It waits for a pipe that nobody writes to.

exec {LAB_NAP}<> <(:)

nap() {
	read -r -t "$1" -u "$LAB_NAP" || true
}

# wait_until SECONDS COMMAND...: tries ten times a second.
wait_until() {
	local end=$((${EPOCHREALTIME/./} + ${1%.*} * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
		nap 0.1
	done
}
