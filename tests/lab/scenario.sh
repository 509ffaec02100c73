# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What every scenario reads first: the parts, TAP, and a clean end.

LAB_NAME=$(basename "$0" .sh)
# shellcheck source=tests/lab/parts.sh
. "$LAB_DIR/parts.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_DIR/tap.sh"

scenario_end() {
	local status=$?
	cluster_stop
	tap_end || [ "$status" -ne 0 ] || status=1
	exit "$status"
}
trap scenario_end EXIT
trap 'exit 143' TERM INT
