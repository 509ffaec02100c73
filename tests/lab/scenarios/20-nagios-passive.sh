#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lbd-nagios on both directors reports to a real Nagios: a real server fails, then a director, and it shows without
# anybody polling, as the interval is an hour and Nagios checks nothing itself. Results wait while Nagios is away.
# And check_lbd asks both directors over the network.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

CHECK_LBD=$LAB_BUILD/check_lbd
# A place that all hosts see, as a monitor's machine has one.
SITE=/srv/lbd-nagios
COMMAND_FILE=$SITE/rw/nagios.cmd

plan 22

site_make() {
	local group
	mkdir -p $SITE
	mount -t tmpfs lab-nagios $SITE
	mkdir $SITE/rw $SITE/results
	chown -R nagios:nagios $SITE
	# what adduser lbd-read nagios does; the file is mounted, so it has to stay the same one
	group=$(sed -E '/^nagios:/{s/$/,lbd-read/;s/:,/:/}' /etc/group)
	echo "$group" >/etc/group
}

# director_conf HOST STATE: the reference file, reporting that VI_1 should be in that state there.
director_conf() {
	cat "$LAB_DIR/reference/$1.conf" - <<-END
		exporters {
		    prometheus {
		        listen ${LAB_ADDRESS[$1]}
		    }
		    nagios {
		        command_file $COMMAND_FILE
		        host_name $1
		        interval 3600
		        service "VRRP VI_1" {
		            mode vrrp
		            instance VI_1
		            expect $2
		        }
		        service "Real servers" {
		            mode real-servers
		            critical 0
		        }
		        service lbd {
		            mode health
		        }
		    }
		}
	END
}

nagios_conf() {
	local host name
	echo "cfg_file=/mnt/dashboards/nagios/lbd-nagios.cfg"
	cat <<-END
		cfg_file=$SITE/objects.cfg
		log_file=$SITE/nagios.log
		object_cache_file=$SITE/objects.cache
		status_file=$SITE/status.dat
		status_update_interval=1
		command_file=$COMMAND_FILE
		check_external_commands=1
		accept_passive_service_checks=1
		execute_service_checks=0
		execute_host_checks=0
		log_passive_checks=1
		nagios_user=nagios
		nagios_group=nagios
		lock_file=$SITE/nagios.lock
		temp_file=$SITE/nagios.tmp
		temp_path=$SITE
		check_result_path=$SITE/results
		retain_state_information=1
		state_retention_file=$SITE/retention.dat
		query_socket=$SITE/nagios.qh
		use_syslog=0
		enable_notifications=0
		process_performance_data=1
		illegal_macro_output_chars=\`~\$&|'"<>
	END
	exec 3>$SITE/objects.cfg
	cat >&3 <<-'END'
		define command {
		    command_name    nothing
		    command_line    /bin/true
		}
		define contact {
		    contact_name                    nobody
		    host_notifications_enabled      0
		    service_notifications_enabled   0
		    service_notification_period     lbd-always
		    host_notification_period        lbd-always
		    service_notification_options    n
		    host_notification_options       n
		    service_notification_commands   nothing
		    host_notification_commands      nothing
		}
	END
	for host in lvs1 lvs2; do
		cat >&3 <<-END
			define host {
			    host_name           $host
			    address             ${LAB_ADDRESS[$host]}
			    check_command       nothing
			    max_check_attempts  1
			    check_period        lbd-always
			    contacts            nobody
			    notification_period lbd-always
			}
		END
		for name in "VRRP VI_1" "Real servers" lbd; do
			cat >&3 <<-END
				define service {
				    use                 lbd-passive
				    host_name           $host
				    service_description $name
				    contacts            nobody
				}
			END
		done
	done
	exec 3>&-
}

nagios_start() {
	on client nagios4 $SITE/nagios.cfg >>"$LAB_LOGS/nagios.out" 2>&1 &
	disown $!
}

nagios_stop() {
	on client kill -TERM "$(on client pgrep -o nagios4)"
}

# shown HOST SERVICE MEMBER: what Nagios has of it in its status file.
shown() {
	awk -v host="$1" -v service="$2" -v member="$3" '
		/^servicestatus \{/ { split("", values) }
		/=/ { at = index($0, "="); name = substr($0, 1, at - 1); gsub(/[ \t]/, "", name)
		      values[name] = substr($0, at + 1) }
		/^\t\}/ && values["host_name"] == host && values["service_description"] == service {
			if (values["has_been_checked"] == 1) print values[member]
			split("", values)
		}' $SITE/status.dat
} 2>/dev/null

# shows STATUS HOST SERVICE
shows() {
	[ "$(shown "$2" "$3" current_state)" = "$1" ]
}

# comes STATUS HOST SERVICE DESCRIPTION: Nagios shows that in time.
comes() {
	ok "$4" wait_until 40 shows "$1" "$2" "$3" && return
	diag "Nagios shows $(shown "$2" "$3" current_state): $(shown "$2" "$3" plugin_output)"
}

all_well() {
	local host
	for host in lvs1 lvs2; do
		shows 0 $host "VRRP VI_1" && shows 0 $host "Real servers" && shows 0 $host lbd || return
	done
}

# lines HOST OPTION...: what all modes say there, without how old things are and what changes by itself.
lines() {
	local host=$1
	shift
	# shellcheck disable=SC2016 # the inner shell's
	on "$host" sh -c 'for mode in vrrp virtual-server real-servers quorum rates events health pair; do
		"$0" $mode "$@"
	done' "$CHECK_LBD" "$@" |
		sed -E "s/\\b[0-9.]+ ?(us|ms|s|min|h|d)\\b/AGE/g; s/(resident_memory|adverts_sent|adverts_received)'=[0-9]+/\\1/g"
}

same_lines() {
	here=$(lines lvs1)
	there=$(lines client -H "${LAB_ADDRESS[lvs1]}")
	[ "$here" = "$there" ]
}

own() {
	on lvs1 curl -s -m 5 "http://${LAB_ADDRESS[lvs1]}:9165/metrics?family=exporter" |
		awk -v name="lbd_exporter_$1{exporter=\"nagios\",target=\"$COMMAND_FILE\"}" '
			index($0, name) == 1 { print $NF }'
}

results_wait() {
	[ "$(own queue)" -gt 0 ]
} 2>/dev/null

site_make
cluster_start "$LAB_LOGS"
director_conf lvs1 master >"$LAB_LOGS/passive-lvs1.conf"
director_conf lvs2 backup >"$LAB_LOGS/passive-lvs2.conf"
nagios_conf >$SITE/nagios.cfg
ok "Nagios likes the object definitions" eval "on client nagios4 -v $SITE/nagios.cfg >$LAB_LOGS/nagios.out"
director_start lvs1 lbd "$LAB_LOGS/passive-lvs1.conf"
director_start lvs2 lbd "$LAB_LOGS/passive-lvs2.conf"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table"
ok "without Nagios results wait, and it is said" wait_until 20 grep -q "cannot write to $COMMAND_FILE" "$LAB_LOGS/lvs1.lbd.log"
nagios_start
ok "Nagios has a result of each service of both directors, and all are OK" wait_until 30 all_well
like "with perfdata" "$(shown lvs1 "Real servers" performance_data)" "^up=8 down=0;;0;0;8 "
pid=$(on lvs1 pgrep -o lbd-nagios)
is "lbd-nagios is not root" "$(on lvs1 stat -c %U "/proc/$pid")" lbd-read
like "and has the group of the command file" "$(on lvs1 grep Groups "/proc/$pid/status")" \
	"[[:space:]]$(getent group nagios | cut -d : -f 3)( |$)"
fails on lvs1 grep -qE "[[:space:]]$(getent group nagios | cut -d : -f 3)( |$)" \
	"/proc/$(on lvs1 pgrep -o lbd-prometheus)/status"
tap_result $? "which lbd-prometheus has not"

here='' there=''
wait_until 15 same_lines
is "over the network each of the eight modes says the same" "$there" "$here"
is "which are eight lines" "$(grep -c '^LBD [A-Z-]* [A-Z]*: ' <<<"$there")" 8
like "the pair, seen from both sides" \
	"$(on client "$CHECK_LBD" pair -H "${LAB_ADDRESS[lvs1]}" -H "${LAB_ADDRESS[lvs2]}")" \
	"^LBD PAIR OK: VI_1: ${LAB_ADDRESS[lvs1]} is master, ${LAB_ADDRESS[lvs2]} is backup"

service_stop web1
comes 2 lvs1 "Real servers" "a real server that fails shows as CRITICAL"
like "with its name and the reason" "$(shown lvs1 "Real servers" plugin_output)" \
	'192.168.1.232:80 of TCP 192.168.1.22[78]:80 is down: TCP_CHECK says '
comes 2 lvs2 "Real servers" "on the other director too"
service_start web1
comes 0 lvs1 "Real servers" "and as OK when it is back"

director_kill lvs1 || bail "there is nothing to kill on lvs1"
comes 2 lvs2 "VRRP VI_1" "a director that fails shows as CRITICAL, by the other one"
like "in words" "$(shown lvs2 "VRRP VI_1" plugin_output)" 'VI_1 is master, not backup'
like "the dead one does not answer" "$(on client "$CHECK_LBD" vrrp -H "${LAB_ADDRESS[lvs1]}")" \
	'^LBD VRRP UNKNOWN: http://.*does lbd run there'
nagios_stop
director_start lvs1 lbd "$LAB_LOGS/passive-lvs1.conf"
wait_until 20 cluster_settled || bail "lvs1 did not take VI_1 again"
ok "while Nagios is away results wait" wait_until 20 results_wait
nagios_start
comes 0 lvs2 "VRRP VI_1" "and come when it is back: OK again"
ok "as everything" wait_until 40 all_well
is "none was lost" "$(own losses_total)" 0
fails grep -E 'Warning|Error' "$SITE/nagios.log"
tap_result $? "Nagios found nothing to complain of"
