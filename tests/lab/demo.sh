#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ./lab demo: a failover as a newcomer should see it once, with what lbd has to say about it.

set -u
LAB_NAME=demo
# shellcheck source=tests/lab/parts.sh
. "$LAB_DIR/parts.sh"
trap cluster_stop EXIT

bold='' normal=''
[ -z "$LAB_COLOUR" ] || bold=$'\e[1m' normal=$'\e[0m'

title() {
	printf '\n%s%s%s\n\n' "$bold" "$*" "$normal"
}

# show HOST COMMAND...: what one would type there, and what it prints.
show() {
	local host=$1
	shift
	printf '%s%s# %s%s\n' "$bold" "$host" "${*/#$LBCTL/lbctl}" "$normal"
	if [ -n "$LAB_COLOUR" ]; then
		on "$host" "$@"
	else
		on "$host" "$@" | cat
	fi
	echo
}

last_takeover() {
	lbctl lvs2 events --json |
		jq -s 'map(select(.object == "VI_1" and .to == "master")) | last | .number'
}

title "A cluster of seven hosts starts, on a kernel of its own ..."
cluster_start "$LAB_LOGS"
director_start lvs1 lbd "$(metrics_conf lvs1.conf)"
director_start lvs2 lbd "$(metrics_conf lvs2.conf)"
wait_until 20 cluster_settled || bail "the directors did not settle; see $LAB_LOGS"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table; see $LAB_LOGS"
cat <<'END'
  client .10 ──┬── lvs1 .225   director, holds .227 (web) and .247 (mysql)
               ├── lvs2 .226   director, holds .228 (web) and .246 (mysql)
               ├── web1 .232  web2 .233       nginx
               └── mysql1 .248  mysql2 .249   MariaDB          all in 192.168.1.0/24

Clients know only the addresses .227, .228, .247 and .246. The director that holds one spreads its
connections over the servers, and says once a second that it is alive (VRRP). If it falls
silent for more than three seconds, the other director takes its addresses over.
END

title "1. Clients are served: 200 new connections a second to http://192.168.1.227/"
load_start 192.168.1.227 20
nap 4
show lvs1 "$LBCTL" status

title "2. lvs1 dies: kill -9 of every lbd process on it, and its network cable is pulled"
director_kill lvs1
ip link set v-lvs1 down
date '+%H:%M:%S.%3N: lvs1 is dead.'
wait_until 10 holds lvs2 "${VI_1[@]}" || bail "lvs2 did not take over; see $LAB_LOGS"
date '+%H:%M:%S.%3N: lvs2 holds 192.168.1.227 and .247 as well.'
load_wait

title "3. What the clients noticed"
printf '  %s requests, %s answered, %s failed; no answer for %s s at most\n' \
	"$(load_number requests)" "$(load_number answered)" "$(load_number failed)" "$(load_gap)"
echo "  (a request that was under way through lvs1 may fail; every later one is served by lvs2)"

title "4. What happened, and why? Ask lvs2"
show lvs2 "$LBCTL" status
show lvs2 "$LBCTL" events
show lvs2 "$LBCTL" explain "$(last_takeover)"

title "5. lvs1 is repaired and takes its place again"
ip link set v-lvs1 up
director_start lvs1 lbd "$LAB_LOGS/metrics-lvs1.conf"
wait_until 15 cluster_settled || bail "lvs1 did not come back; see $LAB_LOGS"
show lvs2 "$LBCTL" explain "$(lbctl lvs2 events --json |
	jq -s 'map(select(.object == "VI_1")) | last | .number')"

title "Look further"
cat <<END
  ./lab shell lvs1        this cluster with a prompt on lvs1: lbctl status, lbctl events --follow,
                          curl $METRICS_URL, ipvsadm -Ln, ip address
  ./lab check             every test; tests/lab/scenarios/ has one file for each promise
  ./lab bench             the same failover by lbd and by keepalived
  logs and the wire of this demo: ${LAB_LOGS#"$LAB_TREE"/}
END
