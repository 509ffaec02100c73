# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# All that runs inside shares: the cluster, its directors and their numbers. The reader
# sets LAB_NAME first; logs and captures go to $LAB_RUN/$LAB_NAME.

bail() {
	echo "lab: $*" >&2
	exit 1
}

# shellcheck source=tests/lab/cluster.sh
. "$LAB_DIR/cluster.sh"
# shellcheck source=tests/lab/director.sh
. "$LAB_DIR/director.sh"
# shellcheck source=tests/lab/metrics.sh
. "$LAB_DIR/metrics.sh"

# LAB_TRACE=1: each command with its time, into stderr.log
[ -z "$LAB_TRACE" ] || { PS4='+$EPOCHREALTIME ' && set -x; }
LAB_LOGS=$LAB_RUN/$LAB_NAME
mkdir -p "$LAB_LOGS"
