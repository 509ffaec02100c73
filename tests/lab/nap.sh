# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# nap SECONDS: sleeps without starting a process, which costs tens of milliseconds in a
# user-mode kernel. It waits for a pipe that nobody writes to.

exec {LAB_NAP}<> <(:)

nap() {
	read -r -t "$1" -u "$LAB_NAP" || true
}
