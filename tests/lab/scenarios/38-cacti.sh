#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cacti watches two real directors: its command line imports the package, adds both, makes their graphs, and its
# poller fills their RRDs while a virtual server is added above all others. Every RRD then holds what the kernel of its
# own director counted for its own server; none went over to another. A real server that fails is seen, and is back.
#
#   lvs1     asked with SNMP version 2c
#   lvs2     asked with SNMPv3, SHA-256 and AES
#   client   Cacti, MariaDB, its poller, and the traffic

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

[ -n "$LAB_ALL" ] || skip_all "takes some minutes; ./lab check --all has it"

NEW=192.168.1.200
CONNECTIONS=("Virtual server: New connections" "Real server: New connections")
TRAFFIC=("Virtual server: Traffic" "Real server: Traffic")
HEALTH="Real server: Health and weight"

cacti() {
	on client env CACTI_TOP=/var/lib/cacti CACTI=/mnt/build/cacti /mnt/tests/lab/cacti.py "$@" \
		2>>"$LAB_LOGS/cacti.err"
}

# cacti_graphs HOST FAMILY TITLE [PATTERN]
cacti_graphs() {
	cacti graphs "$1" "lbd - $2" "${@:3}" || bail "no graphs '$2: $3' of $1: $(tail -n 5 "$LAB_LOGS/cacti.err")"
}

# An agent that answers by itself.
exporters_conf() {
	cat <<-END
		exporters {
		    snmp {
		        listen udp:0.0.0.0:1161
		        config /run/snmp.conf
		    }
		}
	END
}

# A virtual server with an address of its own; in LBD-MIB, too, its index comes before all others.
new_server_conf() {
	cat <<-END
		virtual_server $NEW 80 {
		    delay_loop 1
		    lb_algo wrr
		    lb_kind DR
		    protocol TCP
		    real_server ${LAB_ADDRESS[web1]} 80 {
		        weight 3
		        TCP_CHECK {
		        }
		    }
		    real_server ${LAB_ADDRESS[web2]} 80 {
		        TCP_CHECK {
		        }
		    }
		}
	END
}

director_watched() {
	cat "$LAB_DIR/reference/$1.conf" <(exporters_conf) >"$LAB_LOGS/watched-$1.conf"
	on "$1" sh -c 'cat >/run/snmp.conf && chmod 644 /run/snmp.conf' <<-END
		rocommunity public
		createUser ops SHA-256 authpassword AES privpassword
		rouser ops priv
	END
	snmp_bare "$1"
	director_start "$1" lbd "$LAB_LOGS/watched-$1.conf"
}

# Above all others in the file.
new_server_add() {
	local host server
	for server in web1 web2; do
		on $server ip address add $NEW/32 dev lo || return
	done
	for host in lvs1 lvs2; do
		{
			new_server_conf
			sed "s/^ *192.168.1.227\$/$NEW\n&/" "$LAB_DIR/reference/$host.conf"
			exporters_conf
		} >"$LAB_LOGS/watched-$host.conf"
		lbctl $host reload || return
	done
}

# traffic ADDRESS PORT RATE: connections until traffic_end, from thirty addresses.
traffic() {
	on client "$LAB_LOAD" --address "$1" --port "$2" --rate "$3" --seconds 1200 --source 192.168.1.11-192.168.1.40 \
		>>"$LAB_LOGS/load-$1.txt" 2>&1 &
	disown $!
}

traffic_end() {
	on client pkill -TERM -x lab-load
	wait_until 10 fails on client pgrep -x lab-load
}

# What Cacti, the kernel and lbctl say of a director's virtual and real servers: a line "INDEX SOURCE VALUE" each.

polled() {
	cacti latest "$1" conns,in_bytes "${CONNECTIONS[@]}" "${TRAFFIC[@]}" | sort
}

counted() {
	on "$1" ipvsadm -Ln --stats --exact | sed 's/:\([0-9]*\)/.\1/g' | awk '
		$1 == "TCP" { above = index_of = "6.1.4." $2 }
		$1 == "->" { index_of = above ".1.4." $2 }
		above && $3 ~ /^[0-9]+$/ { print index_of, "conns", $3; print index_of, "in_bytes", $6 }' | sort
}

stated() {
	lbctl "$1" status --json | jq -r 'def index: "1.4." + sub(":"; ".");
		(.virtual_server[] | . + {at: ("6." + (.virtual_server | index))}),
		(.real_server[] | . + {at: ("6." + (.virtual_server | index) + "." + (.real_server | index))}) |
		"\(.at) conns \(.connections)", "\(.at) in_bytes \(.in_bytes)"' | sort
}

# Every line of Cacti's is one of the kernel's, and no row of the kernel's is without its connections in Cacti.
agree() {
	local polled counted
	polled=$(polled "$1")
	counted=$(counted "$1")
	[ -z "$(comm -23 <(echo "$polled") <(echo "$counted"))" ] &&
		[ "$(grep -c conns <<<"$polled")" -eq "$(grep -c conns <<<"$counted")" ]
}

# What the archives of each row came to, against the kernel's counters: how many differ by more than 1 %, or one.
sums_differ() {
	{
		cacti sums "$1" conns "${CONNECTIONS[@]}"
		counted "$1"
	} | awk 'NF == 2 { sum[$1] = $2 }
		$2 == "conns" { off = sum[$1] - $3; if (off < 0) off = -off; bad += !($1 in sum) || off > 1 + $3 / 100 }
		END { print bad + 0 }'
}

# health SERVER: how it is in the RRDs of lvs1, under each of its virtual servers, all of them: "up", "down", or both.
health() {
	cacti latest lvs1 health "$HEALTH" | grep "\.1\.4\.${LAB_ADDRESS[$1]//./\\.}\." |
		awk '{ print $3 }' | sort -u | sed 's/2/up/; s/3/down/' | tr '\n' ' ' | sed 's/ $//'
}

plan 24
cluster_start "$LAB_LOGS"
begin=$EPOCHSECONDS
director_watched lvs1
director_watched lvs2
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
ok "Cacti imports the package" cacti install || bail "no Cacti: $(tail -n 20 "$LAB_LOGS/cacti.err")"
ok "it adds lvs1, with SNMPv2c" cacti device lvs1 "${LAB_ADDRESS[lvs1]}" 1161 --version=2 --community=public
ok "and lvs2, with SNMPv3" cacti device lvs2 "${LAB_ADDRESS[lvs2]}" 1161 --version=3 --username=ops \
	--authproto=SHA256 --password=authpassword --privproto=AES128 --privpass=privpassword
for family in "Virtual server" "Real server"; do
	cacti_graphs lvs1 "$family" "New connections"
	cacti_graphs lvs1 "$family" Traffic
	cacti_graphs lvs2 "$family" "New connections"
done
cacti_graphs lvs1 "Real server" "Health and weight"
cacti_graphs lvs1 VRRP "State and priority"
cacti_graphs lvs1 Check "Round trips of successful probes"
diag "graphs after $((EPOCHSECONDS - begin)) s"
on client env CACTI_TOP=/var/lib/cacti /mnt/tests/lab/cacti.py poll >>"$LAB_LOGS/cacti.err" 2>&1 &
disown $!
ok "it polls" cacti wait 1
diag "polls after $((EPOCHSECONDS - begin)) s"
traffic 192.168.1.227 80 20
traffic 192.168.1.247 3306 3
traffic 192.168.1.228 80 11
before=$(cacti files lvs1 "${CONNECTIONS[@]}" "${TRAFFIC[@]}")
is "four virtual servers have two graphs each, and eight real servers" "$(wc -l <<<"$before")" 24

ok "a virtual server is added above all others" new_server_add
ok "lvs1 serves it" wait_until 20 holds lvs1 $NEW
for host in lvs1 lvs2; do
	ok "the poller finds it on $host" wait_until 180 cacti knows $host 6.1.4.$NEW.80
done
for family in "Virtual server" "Real server"; do
	cacti_graphs lvs1 "$family" "New connections" "^6[.]1[.]4[.]${NEW//./[.]}[.]"
	cacti_graphs lvs1 "$family" Traffic "^6[.]1[.]4[.]${NEW//./[.]}[.]"
	cacti_graphs lvs2 "$family" "New connections" "^6[.]1[.]4[.]${NEW//./[.]}[.]"
done
cacti wait 1
traffic $NEW 80 5
ok "it polls three times more, with traffic on all" cacti wait 3
traffic_end
diag "the traffic is over after $((EPOCHSECONDS - begin)) s"
is "old rows have the files that they had" \
	"$(cacti files lvs1 "${CONNECTIONS[@]}" "${TRAFFIC[@]}" | grep -xF "$before")" "$before"
for host in lvs1 lvs2; do
	ok "every RRD of $host holds what the kernel counted for its own server" wait_until 120 agree $host
	is "which is what lbctl says" "$(stated $host)" "$(counted $host)"
	diag "$(counted $host)"
done
ok "the new one's are among them" grep -q "^6.1.4.$NEW.80.1.4.192.168.1.232.80 conns [1-9]" <(polled lvs1)
is "an agent says so too" "$(snmp client snmpget -v2c -c public -Oqv "${LAB_ADDRESS[lvs1]}:1161" \
	$SNMP_BASE.1.5.1.1.6.1.4.$NEW.80)" "$(counted lvs1 | awk "/^6.1.4.$NEW.80 conns/ { print \$3 }")"
ok "the rates in the archives of lvs1 come to it, within 1 %" wait_until 60 gives 0 sums_differ lvs1

is "web1 is up" "$(health web1)" up
service_stop web1
ok "it fails, and is down in its RRDs" wait_until 120 gives down health web1
is "web2 is up" "$(health web2)" up
service_start web1
ok "it is back, and up in its RRDs" wait_until 120 gives up health web1

drawn=$(cacti draw "$LAB_LOGS/graphs" $((begin - 30)) "$EPOCHSECONDS" "lvs1 - TCP %")
like "graphs of all its virtual and real servers are drawn" "$drawn" '^[1-9][0-9]+ graphs$'
diag "$drawn in $LAB_LOGS/graphs"
on client cp /var/lib/cacti/log/cacti.log "$LAB_LOGS"
is "Cacti complains of nothing" "$(cacti complaints)" ""
