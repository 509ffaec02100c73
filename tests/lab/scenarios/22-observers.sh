#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 0, all at once: whoever observes the pair is in trouble at the same time, and a thousand scrapers
# ask. No advertisement is late, memory stays bounded, each trouble is a number and a line in the log, and when
# it is over everything goes on by itself.
#
#   lvs1     the disk under its RRD files is full; a thousand scrapers
#   lvs2     its rrdcached stands still
#   client   the gmond and the OTLP collector that both send to stand still

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/ganglia.sh
. "$LAB_DIR/ganglia.sh"

RRD_DIR=/run/lbd-rrd
TROUBLE=7
CLIENT=${LAB_ADDRESS[client]}
MEMORY_MORE=24576 # KiB that all of lbd on one host may take more in trouble than before

# observed_conf HOST MORE-OF-RRD: the reference file with every exporter.
observed_conf() {
	local file=$LAB_LOGS/observed-$1.conf
	cat "$LAB_DIR/reference/$1.conf" - >"$file" <<-END
		exporters {
		    prometheus {
		        listen ${LAB_ADDRESS[$1]} 9165
		    }
		    rrd {
		        directory $RRD_DIR
		        step 1
		        archives 1s:1m
		        $2
		    }
		    ganglia {
		        host $CLIENT
		        interval 1
		        ask $CLIENT
		    }
		    otlp {
		        url http://$CLIENT:4318/v1/metrics
		        interval 1
		        timeout 2
		        queue 1
		    }
		}
	END
	echo "$file"
}

# exporter HOST NAME EXPRESSION: what jq makes of the rows of that exporter, as the other exporters see them.
exporter() {
	lbctl "$1" status --json | jq -r --arg name "$2" "[.exporter[] | select(.exporter == \$name)] | $3"
}

# Every row is in this state.
exporter_is() {
	[ "$(exporter "$1" "$2" '[.[].state] | unique | join(" ")')" = "$3" ]
}

# asked HOST: the state of gmond's answers there.
asked() {
	exporter "$1" ganglia '[.[] | select(.target | endswith(":8649")) | .state] | join(" ")'
}

# memory HOST: KiB that the processes of lbd take there.
memory() {
	local pid pids
	mapfile -t pids < <(director_pids "$1")
	for pid in "${pids[@]}"; do
		on "$1" cat "/proc/$pid/status"
	done | awk '/^VmRSS/ { sum += $2 } END { print sum }'
}

# logged HOST EXPRESSION: how many lines the log has since the trouble began.
logged() {
	tail -n +$((lines_before[${1#lvs}] + 1)) "$LAB_LOGS/$1.lbd.log" | grep -cE "$2"
}

rrdcached_start() {
	on lvs2 rrdcached -g -U lbd-read -G lbd-read -m 0666 -l unix:/run/rrdcached.sock \
		-p /run/rrdcached.pid -b $RRD_DIR -B >"$LAB_LOGS/rrdcached.log" 2>&1 &
	disown $!
	wait_until 10 on lvs2 test -S /run/rrdcached.sock || bail "rrdcached: $(<"$LAB_LOGS/rrdcached.log")"
	rrdcached=$(on lvs2 pgrep -o rrdcached)
}

# Both listen on the client; frozen and continued together.
watchers_start() {
	gmond_conf 'port = 8649'
	gmond_start
	on client /mnt/tests/push/take.py "$CLIENT" 4318 "$LAB_LOGS/otlp.json" >"$LAB_LOGS/otlp.log" 2>&1 &
	disown $!
	wait_until 10 on client pgrep -f take.py >/dev/null || bail "take.py: $(<"$LAB_LOGS/otlp.log")"
	mapfile -t watchers < <(on client pgrep -x gmond && on client pgrep -f take.py)
}

# gmond has heard of lbd on this many hosts in the last seconds.
gmond_hears() {
	# shellcheck disable=SC2016 # the inner shell's
	[ "$(on client timeout 5 bash -c 'cat <"/dev/tcp/127.0.0.1/8649"' |
		grep -cE 'NAME="lbd_vrrp_instances".* TN="[0-4]"')" -eq "$1" ]
}

plan 34
cluster_start "$LAB_LOGS"
for host in lvs1 lvs2; do
	on $host install -d -o lbd-read -g lbd-read -m 2775 $RRD_DIR
done
on lvs1 mount -t tmpfs -o size=32m,uid=lbd-read,gid=lbd-read,mode=2775 tmpfs $RRD_DIR
rrdcached_start
watchers_start
director_start lvs1 lbd "$(observed_conf lvs1)"
director_start lvs2 lbd "$(observed_conf lvs2 'rrdcached /run/rrdcached.sock')"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
for host in lvs1 lvs2; do
	ok "lbd-rrd on $host works" wait_until 20 exporter_is $host rrd working
	ok "lbd-push on $host works" wait_until 20 exporter_is $host push working
	memory_before[${host#lvs}]=$(memory $host)
done
ok "gmond hears both" wait_until 20 gmond_hears 2
for host in lvs1 lvs2; do
	ok "and answers $host" wait_until 20 gives working asked $host
done

begin=$EPOCHREALTIME
for host in lvs1 lvs2; do
	lines_before[${host#lvs}]=$(wc -l <"$LAB_LOGS/$host.lbd.log")
done
on lvs2 kill -STOP "$rrdcached"
on client kill -STOP "${watchers[@]}"
on lvs1 rm -r $RRD_DIR/check
on lvs1 dd if=/dev/zero of=$RRD_DIR/filler bs=64k 2>"$LAB_LOGS/dd.txt"
# shellcheck disable=SC2016 # the inner shell's parameters
on client bash -c 'ulimit -n 4096 && exec wrk -t 2 -c 1000 -d "$1" "$2"' wrk ${TROUBLE}s \
	"http://${LAB_ADDRESS[lvs1]}:9165/metrics" >"$LAB_LOGS/wrk.txt" 2>&1
for host in lvs1 lvs2; do
	ok "lbd-rrd on $host says that it fails" exporter_is $host rrd failing
	ok "lbd-push on $host says that it fails" exporter_is $host push failing
	is "in one line" "$(logged $host 'lbd-push.*otlp.*imed out')" 1
	is "lbd-ganglia on $host says that gmond does not answer" "$(asked $host)" failing
	is "in one line" "$(logged $host 'lbd-ganglia.*gmond at .*: no answer')" 1
	now=$(memory $host)
	between "memory on $host: $now KiB, ${memory_before[${host#lvs}]} KiB before" "$now" 1000 \
		$((memory_before[${host#lvs}] + MEMORY_MORE))
done
is "in one line for the full disk" "$(logged lvs1 'lbd-rrd.*No space left on device')" 1
is "in one line for rrdcached" "$(logged lvs2 'lbd-rrd.*no answer within a second')" 1
like "scrapers were served" "$(<"$LAB_LOGS/wrk.txt")" '[1-9][0-9]* requests in'
diag "$(grep -E 'requests in|Socket' "$LAB_LOGS/wrk.txt")"
is "in one line for those who were refused" "$(logged lvs1 'lbd-prometheus.*connections are taken')" 1

on lvs2 kill -CONT "$rrdcached"
on client kill -CONT "${watchers[@]}"
on lvs1 rm $RRD_DIR/filler
for host in lvs1 lvs2; do
	ok "lbd-rrd on $host works again" wait_until 20 exporter_is $host rrd working
	ok "lbd-push on $host works again" wait_until 30 exporter_is $host push working
	between "its errors stay counted" "$(exporter $host rrd '[.[].errors[]] | add')" 2 1000
done
ok "gmond hears both again" wait_until 20 gmond_hears 2
for host in lvs1 lvs2; do
	ok "and answers $host again" wait_until 20 gives working asked $host
done
between "no gap between advertisements of VI_1 above 1.2 s" \
	"$(advert_gaps 201 192.168.1.225 "$begin" | head -n 1)" 0.5 1.2
between "nor of VI_2" "$(advert_gaps 93 192.168.1.226 "$begin" | head -n 1)" 0.5 1.2
