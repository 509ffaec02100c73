#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ganglia as it is: gmond and gmetad on the client. lvs1 tells them by multicast, with the real servers as hosts of
# their own; lvs2 by unicast. What gmetad keeps is what ipvsadm counts. A gmond that is frozen, killed, or out of
# reach is missed by nobody on the wire, and knows everything again when it is back.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/ganglia.sh
. "$LAB_DIR/ganglia.sh"

RRDS=/run/rrds/lbd
VIRTUAL=192.168.1.227:80

# The hosts know each other by name, as they would on a site.
hosts_write() {
	local host
	{
		echo "127.0.0.1 localhost"
		for host in "${LAB_HOSTS[@]}"; do
			echo "${LAB_ADDRESS[$host]} $host"
		done
	} >"$LAB_LOGS/etc-hosts"
	for host in lvs1 lvs2 client; do
		on "$host" mount --bind "$LAB_LOGS/etc-hosts" /etc/hosts
	done
}

gmond_write() {
	gmond_conf 'mcast_join = 239.2.11.71 mcast_if = eth0 port = 8649 bind = 239.2.11.71' 'port = 8650'
	cat >"$LAB_LOGS/gmetad.conf" <<-END
		data_source "lbd" 2 127.0.0.1:8649
		RRAs "RRA:AVERAGE:0.5:1:600"
		setuid off
		rrd_rootdir /run/rrds
		gridname "lab"
	END
}

gmond_signal() {
	on client pkill "-$1" -x gmond
}

gmond_xml() {
	# shellcheck disable=SC2016 # the inner shell's
	on client timeout 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8649 && cat <&3'
}

# gmond_value HOST METRIC
gmond_value() {
	gmond_xml | awk -v host="$1" -v metric="$2" -F '"' '
		/<HOST / { here = $2 == host }
		/<METRIC / && here && $2 == metric { print $4 }'
}

# ganglia_conf FILE LINE...: a reference file with the exporter; prints the new file's path.
ganglia_conf() {
	local file=$LAB_LOGS/ganglia-$1
	{
		cat "$LAB_DIR/reference/$1"
		echo "exporters { ganglia {"
		printf '%s\n' "interval 2" "send_metadata_interval 4" "${@:2}"
		echo "} }"
	} | sed 's/ { ganglia {/ {\nganglia {/; s/^} }/}\n}/' >"$file"
	echo "$file"
}

# "HOST METRIC VALUE" for the five counters of the virtual server and its real servers, as ipvsadm has them.
counted() {
	on lvs1 ipvsadm -Ln --stats --exact | awk -v virtual=$VIRTUAL '
		function tell(host, name) {
			split("connections in_packets out_packets in_bytes out_bytes", what, " ")
			for (i = 1; i <= 5; i++)
				print host, name what[i], $(i + 2)
		}
		/^[A-Z]/ { here = $2 == virtual }
		here && $1 == "TCP" { tell("lvs1", "lbd_TCP_192.168.1.227_80_") }
		here && $1 == "->" {
			host = $2 == "192.168.1.232:80" ? "web1" : "web2"
			tell(host, "lbd_lvs1_TCP_192.168.1.227_80_port_80_")
		}' | sort
}

# The same, of the last values in gmetad's files.
kept() {
	awk -v rrds=$RRDS '{ print "lastupdate " rrds "/" $1 "/" $2 ".rrd" }' "$LAB_LOGS/counted" |
		on client rrdtool - >"$LAB_LOGS/lastupdate"
	awk 'NR == FNR { name[++n] = $1 " " $2; next }
		/^[0-9]+: / { printf "%s %.0f\n", name[++m], $2 }' "$LAB_LOGS/counted" "$LAB_LOGS/lastupdate"
}

kept_is_counted() {
	counted >"$LAB_LOGS/counted"
	kept >"$LAB_LOGS/kept"
	[ -s "$LAB_LOGS/counted" ] && cmp "$LAB_LOGS/counted" "$LAB_LOGS/kept"
}

# When gmetad last wrote a metric, and which value: "TIME: VALUE".
last() {
	on client rrdtool lastupdate "$RRDS/$1/$2.rrd" | tail -n 1
}

written_since() {
	local line
	line=$(last "$1" "$2") && [ "${line%%:*}" -gt "$3" ]
}

summary_is() {
	[ "$(last __SummaryInfo__ "$1" | awk '{ printf "%.0f/%d", $2, $3 }')" = "$2" ]
}

logged() {
	grep -c "lbd-ganglia.*$2" "$LAB_LOGS/$1.lbd.log"
}

# How often lvs2 missed gmond, and how often it found it again.
logged_both() {
	echo "$(logged lvs2 "Connection refused") $(logged lvs2 "works again")"
}

# --- the web front end ---

# A copy of it that shows gmetad's files, with what dashboards/README.md says that Debian's needs.
web_make() {
	on client cp -r /usr/share/ganglia-webfrontend /run/web
	# shellcheck disable=SC2016 # the $ are PHP's
	on client sed -i 's/\$context)/$context = NULL)/' /run/web/lib/common_api.php
	on client mkdir -p /run/web-state
	# shellcheck disable=SC2153 # LAB_TREE comes with the environment
	cat >"$LAB_LOGS/conf.php" <<-END
		<?php
		\$conf["rrds"] = "/run/rrds";
		\$conf["graphdir"] = "$LAB_TREE/dashboards/ganglia/graph.d";
		\$conf["views_dir"] = \$conf["conf_dir"] = "$LAB_TREE/dashboards/ganglia/conf";
		\$conf["dwoo_compiled_dir"] = \$conf["dwoo_cache_dir"] = "/run/web-state";
		\$conf["cachefile"] = "/run/web-state/cache";
		\$conf["cachetime"] = 3600;
		\$conf["overlay_events_file"] = "/run/web-state/events";
		\$conf["overlay_events_color_map_file"] = "/run/web-state/colors";
	END
	on client cp "$LAB_LOGS/conf.php" /run/web/conf.php
	on client env -C /run/web php-cgi -q -C "$LAB_DIR/ganglia.php" >"$LAB_LOGS/view" 2>>"$LAB_LOGS/php.log"
}

# web_graph QUERY: what graph.php answers, without the header.
web_graph() {
	on client env -C /run/web REDIRECT_STATUS=1 REQUEST_METHOD=GET QUERY_STRING="$1" \
		SCRIPT_FILENAME=/run/web/graph.php php-cgi 2>>"$LAB_LOGS/php.log" | LC_ALL=C sed '1,/^\r*$/d'
}

# How many series of this graph have numbers, of how many. The front end gives up where gmetad writes a file just then
# ("could not lock RRD"), and answers nothing.
web_series() {
	local try series=''
	for try in 1 2 3; do
		[ "$try" = 1 ] || nap 1
		series=$(web_graph "$1&r=hour&json=1" | jq -r '
			[.[] | [.datapoints[] | select(.[0] | type == "number")] | length] |
			"\(map(select(. > 0)) | length)/\(length)"')
		[ -z "$series" ] || break
	done
	echo "$series"
}

# "QUERY SERIES" of each of our reports, and of each graph of our view.
web_graphs() {
	local file query
	{
		for file in "$LAB_TREE"/dashboards/ganglia/graph.d/*.json; do
			echo "c=lbd&h=lvs1&m=none&g=$(basename "$file" .json)"
		done
		cat "$LAB_LOGS/view"
	} | while read -r query; do
		echo "$query $(web_series "$query")"
	done
}

# web_picture NAME QUERY: goes to the logs.
web_picture() {
	web_graph "$2&r=hour&z=large" >"$LAB_LOGS/$1.png"
	grep -q -a -m 1 '^.PNG' "$LAB_LOGS/$1.png"
}

plan $((LAB_ALL ? 19 : 15))
cluster_start "$LAB_LOGS"
hosts_write
gmond_write
on client mkdir -p $RRDS
gmond_start || bail "gmond does not run: $(tail -n 3 "$LAB_LOGS/gmond.log")"
on client gmetad -d 1 -c "$LAB_LOGS/gmetad.conf" >"$LAB_LOGS/gmetad.log" 2>&1 &
disown $!
director_start lvs1 lbd "$(ganglia_conf lvs1.conf "interface eth0" "metrics all" spoof)"
director_start lvs2 lbd "$(ganglia_conf lvs2.conf "host client 8650" "metrics virtual_servers")"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
began=$EPOCHSECONDS
load_start 192.168.1.227 3
load_wait

ok "gmetad writes what lvs1 tells by multicast" wait_until 20 on client test -s $RRDS/lvs1/lbd_connections.rrd
ok "and what lvs2 tells by unicast, to a name" wait_until 20 on client test -s $RRDS/lvs2/lbd_connections.rrd
ok "the real servers are hosts of their own" wait_until 20 on client test -d $RRDS/web1 -a -d $RRDS/mysql2
like "with their own addresses" "$(gmond_xml | grep '<HOST NAME="web1"')" ' IP="192\.168\.1\.232" '
ok "gmetad's files hold what ipvsadm counts, for the service and each real server" \
	wait_until 30 kept_is_counted
between "which is traffic: connections" "$(awk '$1 == "lvs1" { print $3; exit }' "$LAB_LOGS/counted")" 100 1e6
ok "the cluster's sum of masters is two, from two hosts" wait_until 20 summary_is lbd_vrrp_masters 2/2
is "the exporter is not root" "$(on lvs1 stat -c %U "/proc/$(on lvs1 pgrep -o lbd-ganglia)")" lbd-read

gmond_signal STOP
nap 2
gmond_signal CONT
gmond_signal KILL
ok "that gmond is gone is said" wait_until 20 logged lvs2 "Connection refused"
back=$EPOCHSECONDS
gmond_start
ok "a new gmond knows lvs2 at once" wait_until 20 written_since lvs2 lbd_connections "$back"
ok "and lvs1 when it describes its metrics again" wait_until 20 written_since lvs1 lbd_connections "$back"
ok "said once, and taken back" wait_until 10 gives "1 1" \
	logged_both

on lvs2 ip route add prohibit 192.168.1.10
ok "a refusal of our own kernel is said" wait_until 20 logged lvs2 "Permission denied"
on lvs2 ip route delete prohibit 192.168.1.10
ok "and is over by itself" wait_until 20 gives 2 logged lvs2 "works again"
between "meanwhile no advertisement was late: the longest gap" "$(advert_gaps 201 192.168.1.225 "$began" | head -n 1)" \
	0.9 1.2

[ -n "$LAB_ALL" ] || exit 0
web_make
web_graphs >"$LAB_LOGS/graphs"
is "the front end draws six reports and the eight graphs of the view" "$(wc -l <"$LAB_LOGS/graphs")" 14
is "each series of each has numbers" \
	"$(awk '{ split($NF, n, "/"); if (n[2] == 0 || n[1] != n[2]) print }' "$LAB_LOGS/graphs")" ""
ok "a report is a picture" web_picture report "c=lbd&h=lvs1&m=none&g=lbd_servers_report"
ok "and so is a graph of the view" web_picture view "$(head -n 1 "$LAB_LOGS/view")"
