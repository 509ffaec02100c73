# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What every scenario reads first: the cluster, the directors, TAP, and a clean end.

# shellcheck source=tests/lab/tap.sh
. "$LAB_DIR/tap.sh"
# shellcheck source=tests/lab/cluster.sh
. "$LAB_DIR/cluster.sh"
# shellcheck source=tests/lab/director.sh
. "$LAB_DIR/director.sh"

# LAB_TRACE=1: each command with its time, into stderr.log
[ -z "$LAB_TRACE" ] || { PS4='+$EPOCHREALTIME ' && set -x; }
# shellcheck source=tests/lab/metrics.sh
. "$LAB_DIR/metrics.sh"

LAB_NAME=${LAB_NAME:-$(basename "$0" .sh)}
LAB_LOGS=$LAB_RUN/$LAB_NAME
mkdir -p "$LAB_LOGS"

scenario_end() {
	local status=$?
	cluster_stop
	tap_end || [ "$status" -ne 0 ] || status=1
	exit "$status"
}
trap scenario_end EXIT
trap 'exit 143' TERM INT
