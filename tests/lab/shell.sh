#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shell.sh HOST: the cluster with both directors running, and a prompt on HOST.

set -u
LAB_NAME=shell
# shellcheck source=tests/lab/parts.sh
. "$LAB_DIR/parts.sh"

host=$1
[ -n "${LAB_ADDRESS[$host]:-}" ] || bail "no host '$host'; there are ${LAB_HOSTS[*]}"

mkdir -p "$LAB_LOGS/bin"
for program in "$LAB_DIR/on" "$LBD" "$LBCTL" "$LAB_LOAD"; do
	ln -sf "$program" "$LAB_LOGS/bin/"
done
export LAB_LOGS PATH="$LAB_LOGS/bin:$PATH"

echo "starting the cluster ..."
cluster_start "$LAB_LOGS"
for director in lvs1 lvs2; do
	file=$director.conf
	[ "$LAB_DIRECTOR" != lbd ] || file=$(metrics_conf "$file")
	director_start "$director" "$LAB_DIRECTOR" "$file"
done
wait_until 20 cluster_settled || echo "VI_1 and VI_2 are not where they belong yet"

cat <<END

  VI_1 (192.168.1.227, .247) is on lvs1, VI_2 (192.168.1.228, .246) on lvs2; you are on $host.

    curl http://192.168.1.227/        from client: served by web1 or web2
    on lvs1 lbctl status              a command on another host
    on lvs1 ipvsadm -Ln               what the kernel holds
    on lvs1 pkill -9 lbd              let it die; then: on lvs2 lbctl events
    on lvs2                           a prompt there; exit brings you back
    on lvs1 curl $METRICS_URL

  Logs and a capture of the wire are in ${LAB_LOGS#"$LAB_TREE"/}. Ctrl-D ends all of it.

END
script -q -e -c "on $host" /dev/null
cluster_stop
exit 0
