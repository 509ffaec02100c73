# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Directors: lbd and keepalived behind the same few functions, so that a scenario can put either
# on either host and compare them.

LBD=$LAB_BUILD/lbd/lbd
LBCTL=$LAB_BUILD/lbd/lbctl
export LBD_EXPORTER_DIR=$LAB_BUILD
KEEPALIVED=/usr/sbin/keepalived
declare -A LAB_DIRECTOR_KIND=()

# A file of the reference cluster by its name, any other by its path.
director_file() {
	if [[ $1 == /* ]]; then
		echo "$1"
	else
		echo "$LAB_DIR/reference/$1"
	fi
}

# director_start HOST lbd|keepalived FILE
director_start() {
	local host=$1 kind=$2 file
	file=$(director_file "$3")
	case $kind in
	lbd)
		[ -x "$LBD" ] || bail "$LBD is not built"
		on "$host" "$LBD" -n -f "$file" >>"$LAB_LOGS/$host.lbd.log" 2>&1 &
		;;
	keepalived)
		# after kill -9 it takes the file that is left for a daemon that is running
		on "$host" sh -c 'rm -f /run/keepalived*.pid; exec "$@"' sh \
			$KEEPALIVED -n -l -D -f "$file" >>"$LAB_LOGS/$host.keepalived.log" 2>&1 &
		;;
	*) bail "director_start: no daemon called '$kind'" ;;
	esac
	disown $!
	LAB_DIRECTOR_KIND[$host]=$kind
}

# director_pids HOST [PROGRAM]: the processes of the daemon, oldest first, as that host numbers them; of lbd with its
# exporters, or of one program alone.
director_pids() {
	local name=$KEEPALIVED
	[ "${LAB_DIRECTOR_KIND[$1]:-lbd}" = keepalived ] || name=${2:-"$LAB_BUILD/*"}
	on "$1" find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$name" 2>/dev/null |
		cut -d / -f 3 | sort -n
}

director_gone() {
	[ -z "$(director_pids "$1")" ]
}

# The first process of the daemon gets SIGTERM; true if all of it ends within the given time.
director_stop() {
	local first
	first=$(director_pids "$1" | head -n 1)
	[ -n "$first" ] || return 1
	on "$1" kill -TERM "$first"
	wait_until "${2:-10}" director_gone "$1"
}

# Every process at once: stopped first, so that none sees another die and says goodbye on the wire.
director_kill() {
	local pids
	mapfile -t pids < <(director_pids "$1")
	[ ${#pids[@]} -gt 0 ] || return 1
	on "$1" kill -STOP "${pids[@]}"
	on "$1" kill -KILL "${pids[@]}"
}

director_reload() {
	on "$1" kill -HUP "$(director_pids "$1" | head -n 1)"
}

# child_pid HOST ROLE: the process that lbd calls "lbd: ROLE" (vrrp, director, check, control).
child_pid() {
	on "$1" pgrep -o -f "^lbd: $2( |\$)"
}

lbctl() {
	local host=$1
	shift
	on "$host" "$LBCTL" "$@"
}

# --- what a director did ---

# holds HOST ADDRESS...: every one of these addresses is on the host's eth0.
holds() {
	local host=$1 have address
	shift
	have=" $(on "$host" ip -4 -o address show dev eth0 | tr '\n' ' ')"
	for address; do
		[[ $have == *" $address/"* ]] || return 1
	done
}

holds_none() {
	local host=$1 have address
	shift
	have=" $(on "$host" ip -4 -o address show dev eth0 | tr '\n' ' ')"
	for address; do
		[[ $have != *" $address/"* ]] || return 1
	done
}

# The table as keepalived and lbd have to agree on it: without connections, in one order.
ipvs_table() {
	on "$1" ipvsadm -Ln --sort
}

ipvs_rules() {
	on "$1" ipvsadm -Sn | sort
}

VI_1=(192.168.1.227 192.168.1.247)
VI_2=(192.168.1.228 192.168.1.246)

# Both directors as section "reference cluster" has them: VI_1 on lvs1, VI_2 on lvs2.
cluster_settled() {
	holds lvs1 "${VI_1[@]}" && holds_none lvs1 "${VI_2[@]}" &&
		holds lvs2 "${VI_2[@]}" && holds_none lvs2 "${VI_1[@]}"
}

# ipvs_has HOST COUNT: COUNT real servers are in service (two services of two servers each: 8).
ipvs_has() {
	[ "$(on "$1" grep -c -- '->' /proc/net/ip_vs)" -eq $(($2 + 1)) ]
}

ipvs_complete() {
	ipvs_has "$1" 8
}

# reference_start [KIND1 [KIND2]]: both directors on the reference files, until they are settled.
reference_start() {
	director_start lvs1 "${1:-$LAB_DIRECTOR}" lvs1.conf
	director_start lvs2 "${2:-${1:-$LAB_DIRECTOR}}" lvs2.conf
	wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong after 20 s"
	wait_until 10 ipvs_complete lvs1 || bail "lvs1 has no complete IPVS table after 10 s"
	wait_until 10 ipvs_complete lvs2 || bail "lvs2 has no complete IPVS table after 10 s"
}
