# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The host's side of the lab: packages, build, and one boot per command. Nothing
# here may write outside $LAB_TREE/build, apart from the packages that root asks
# for and the kernel's memory file, which has no name. What runs inside the
# kernel starts in tests/lab/init and goes on in tests/lab/inside.

LAB_OUT=$LAB_TREE/build/lab
LAB_BUILD=$LAB_TREE/build/lab-tree
LAB_CACTI=$LAB_TREE/build/cacti
LAB_ZABBIX=$LAB_TREE/build/zabbix

lab_die() {
	echo "lab: $*" >&2
	exit 1
}

# --- packages ---

lab_packages_missing() {
	local package
	command -v dpkg-query >/dev/null ||
		lab_die "this machine has no dpkg: install by hand what $LAB_DIR/packages names"
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LAB_DIR/packages" | while read -r package when what; do
		[ "$when" != --all ] || [ -n "${LAB_ALL:-}" ] || continue
		[ "$when" != --unless ] || ! command -v "$what" >/dev/null || continue
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

lab_packages() {
	lab_packages_install
	[ -z "${LAB_ALL:-}" ] || lab_unpacked
}

# Installs with every service kept from starting: policy-rc.d for now, disable for the next boot.
lab_packages_install() {
	local missing policy=/usr/sbin/policy-rc.d made=
	mapfile -t missing < <(lab_packages_missing)
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "lab: these packages are missing; install them with" >&2
		echo "    sudo apt-get install --no-install-recommends ${missing[*]}" >&2
		exit 1
	fi
	echo "installing ${missing[*]}"
	mkdir -p "$LAB_TREE/build"
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
		made=$policy
	fi
	if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends "${missing[@]}"; } >"$LAB_TREE/build/apt.log" 2>&1; then
		[ -z "$made" ] || rm -f "$made"
		tail -n 20 "$LAB_TREE/build/apt.log" >&2
		lab_die "apt-get failed; the whole of it is in build/apt.log"
	fi
	[ -z "$made" ] || rm -f "$made"
	lab_services_disable "${missing[@]}"
}

# A package that the lab brought must not serve port 80 after the next boot either.
lab_services_disable() {
	local package
	command -v systemctl >/dev/null || return 0
	for package; do
		case $package in
		nginx-light) systemctl disable nginx ;;
		nagios4-core) systemctl disable nagios4 ;;
		keepalived | ipvsadm | prometheus | rrdcached | ganglia-monitor | gmetad)
			systemctl disable "$package"
			;;
		esac
	done >>"$LAB_TREE/build/apt.log" 2>&1 || true
}

# Unpacked only: installed, they would want a web server and a database of this machine. With Cacti comes the database
# of a new one, for 38-cacti.
lab_unpacked() {
	lab_unpack "$LAB_CACTI" cacti
	lab_unpack "$LAB_ZABBIX" zabbix-server-mysql zabbix-frontend-php
	[ -d "$LAB_CACTI/database" ] || CACTI=$LAB_CACTI "$LAB_DIR/cacti.py" prepare >"$LAB_TREE/build/cacti-prepare.log" 2>&1 ||
		lab_die "no database for Cacti; the whole of it is in build/cacti-prepare.log"
}

# lab_unpack DIRECTORY PACKAGE...: into DIRECTORY/package.
lab_unpack() {
	local directory=$1 new=$1.new log=$1.log
	shift
	[ ! -d "$directory" ] || return 0
	rm -rf "$new"
	mkdir -p "$new"
	if ! (cd "$new" && { apt-get download "$@" || { apt-get update && apt-get download "$@"; }; } &&
		for file in *.deb; do dpkg-deb -x "$file" package && rm "$file" || exit; done) >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		lab_die "cannot unpack $*; the whole of it is in ${log#"$LAB_TREE"/}"
	fi
	mv "$new" "$directory"
}

# --- build ---

# lab_build NAME TARGETS CONFIGURE-ARGUMENT...: builds in build/NAME, doing again only what changed.
lab_build() {
	local name=$1 targets=$2 dir=$LAB_TREE/build/$1 log=$LAB_TREE/build/$1.log
	shift 2
	mkdir -p "$LAB_TREE/build"
	if ! lab_build_quietly "$dir" "$targets" "$@" >"$log" 2>&1; then
		grep -E -m 20 'error|Error|No rule' "$log" >&2 || true
		tail -n 15 "$log" >&2
		lab_die "the build in build/$name failed; the whole of it is in build/$name.log"
	fi
}

# Every command ends in "|| return": set -e is off inside a condition.
lab_build_quietly() {
	local dir=$1 targets=$2 target
	shift 2
	cd "$LAB_TREE" || return
	[ -x configure ] || autoreconf -fi || return
	# objects do not notice that a directory or a compiler changed
	[ "$(cat "$dir/lab-arguments" 2>/dev/null)" = "$*" ] || rm -rf "$dir"
	mkdir -p "$dir" && cd "$dir" || return
	if [ ! -f Makefile ]; then
		"$LAB_TREE/configure" "$@" || return
		echo "$*" >lab-arguments
	fi
	# One after the other: `all` makes in a make of its own, beside which others would write the same files.
	for target in $targets; do
		make -j"$(nproc)" "$target" || return
	done
}

# With the directories of a distribution's package, which each host of the cluster has for itself.
lab_build_plain() {
	lab_build lab-tree 'all tests/lab/lab-load tests/director/made_up tests/snmp/lbd tests/bench/subagent tests/bench/walk' --prefix=/usr --sysconfdir=/etc \
		--localstatedir=/var --runstatedir=/run 'CFLAGS=-O2 -g'
}

# --- boot ---

# A directory for the kernel's memory file: in memory if there is room, else below build/.
lab_memory_dir() {
	local free
	free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
	if [ -w /dev/shm ] && [ "${free:-0}" -gt $((LAB_MEMORY * 1024)) ] &&
		! grep -q '^[^ ]* /dev/shm .*noexec' /proc/mounts; then
		mktemp -d /dev/shm/lbd-lab.XXXXXX
	else
		mktemp -d "$LAB_OUT/memory.XXXXXX"
	fi
}

# lab_boot NAME SECONDS COMMAND...: runs tests/lab/inside COMMAND... on a kernel with IPVS;
# its output goes to the terminal, its logs and captures to build/lab/NAME.
lab_boot() {
	local name=$1 seconds=${LAB_TIMEOUT:-$2}
	shift 2
	LAB_RUN=$LAB_OUT/$name
	LAB_MEMORY=${LAB_MEMORY:-1024}
	rm -rf "$LAB_RUN"
	mkdir -p "$LAB_RUN"
	local LAB_COMMAND=("$@") LAB_COLOUR=
	[ ! -t 1 ] || LAB_COLOUR=1
	local LAB_SIZE
	LAB_SIZE=$(stty size 2>/dev/null) || LAB_SIZE='24 80'
	declare -p LAB_TREE LAB_DIR LAB_BUILD LAB_RUN LAB_COMMAND LAB_COLOUR LAB_SIZE >"$LAB_RUN/job"
	declare -p LAB_ALL LAB_KERNEL LAB_DIRECTOR LAB_ROUNDS LAB_TRACE LAB_QUEUE TERM >>"$LAB_RUN/job" 2>/dev/null || true
	case ${LAB_KERNEL:-uml} in
	uml) lab_boot_uml "$seconds" ;;
	host) lab_boot_host "$seconds" ;;
	*) lab_die "LAB_KERNEL is '$LAB_KERNEL'; it can be uml or host" ;;
	esac
	[ -s "$LAB_RUN/status" ] ||
		lab_die "the lab ended before its work was done (time limit: $seconds s); see ${LAB_RUN#"$LAB_TREE"/}"
	return "$(<"$LAB_RUN/status")"
}

# Do all scenarios of the command measure?
lab_measures() {
	local name
	[ "${LAB_COMMAND[0]}" = run ] && [ ${#LAB_COMMAND[@]} -gt 1 ] || return
	for name in "${LAB_COMMAND[@]:1}"; do
		grep -qs '^# Runs alone' "$LAB_DIR/scenarios/$(basename "$name" .sh)"*.sh || return
	done
}

# The interactive shell needs the terminal's own process group; everything else runs in the group that
# timeout makes, so that an interrupt or the time limit takes the whole kernel down.
lab_boot_uml() {
	local seconds=$1 memory console=null,fd:3 terminal='' pinned=()
	# This kernel has one processor. Where its parts are on several, two of equal programs may take twice as long.
	! lab_measures || pinned=(taskset -c "$(taskset -cp $$ | sed 's/.*[ ,-]//')")
	command -v linux.uml >/dev/null || lab_die "linux.uml is missing (Debian package user-mode-linux)"
	memory=$(lab_memory_dir)
	if [ "${LAB_COMMAND[0]}" = shell ]; then
		console=fd:4,fd:3
		terminal=$(stty -g)
	fi
	local arguments=("mem=${LAB_MEMORY}M" rootfstype=hostfs rootflags=/ ro "init=$LAB_DIR/init"
		"lab_job=$LAB_RUN/job" "uml_dir=$memory" con=null con0=null "con1=$console" panic=-1 quiet)
	# shellcheck disable=SC2317,SC2064 # called by the trap, with the values of now
	trap "[ -z '$terminal' ] || stty '$terminal'; rm -rf '$memory'" EXIT
	if [ -n "$terminal" ]; then
		TMPDIR=$memory linux.uml "${arguments[@]}" 3>&1 4<&0 >"$LAB_RUN/boot.log" 2>&1 </dev/null || true
	else
		TMPDIR=$memory timeout -k 3 "$seconds" "${pinned[@]}" linux.uml "${arguments[@]}" \
			3>&1 >"$LAB_RUN/boot.log" 2>&1 </dev/null &
		lab_boot_wait $!
	fi
	[ -z "$terminal" ] || stty "$terminal"
	rm -rf "$memory"
	trap - EXIT
}

lab_boot_wait() {
	echo "$1" >"$LAB_RUN/boot.pid"
	wait "$1" || true
	rm -f "$LAB_RUN/boot.pid"
}

# An interrupt ends every boot of this ./lab; timeout passes the signal on to the kernel's processes.
lab_interrupted() {
	local file
	for file in "$LAB_OUT"/*/boot.pid; do
		[ ! -f "$file" ] || kill "$(<"$file")" 2>/dev/null || true
	done
	exit 130
}
trap lab_interrupted INT TERM

# The same program on the host's own kernel, in namespaces of its own.
lab_boot_host() {
	local seconds=$1
	[ "$(id -u)" -eq 0 ] || lab_die "LAB_KERNEL=host needs root"
	[ -e /proc/net/ip_vs ] || lab_die "this kernel has no IPVS: modprobe ip_vs (Debian: the module" \
		"comes with linux-image-amd64), or leave LAB_KERNEL unset to boot one that has"
	local command=(unshare --mount --net --uts --ipc --pid --fork --mount-proc
		"$LAB_DIR/inside" "$LAB_RUN/job")
	if [ "${LAB_COMMAND[0]}" = shell ]; then
		"${command[@]}" || true
		return
	fi
	timeout -k 3 "$seconds" "${command[@]}" &
	lab_boot_wait $!
}

# --- commands ---

lab_demo() {
	lab_packages
	lab_build_plain
	lab_boot demo 180 demo
}

lab_shell() {
	[ -t 0 ] || lab_die "shell needs a terminal"
	lab_packages
	lab_build_plain
	lab_boot shell 86400 shell "${1:-client}"
}

lab_bench() {
	lab_packages
	lab_build_plain
	lab_boot bench $((60 + 200 * ${LAB_ROUNDS:-1})) bench
	lab_bench_rrd
}

# What a step costs lbd-rrd with 10,000 files, on this machine and with its own rrdcached.
lab_bench_rrd() {
	local log=$LAB_OUT/bench-rrd.log
	if ! { make -s -C "$LAB_BUILD" tests/director/made_up &&
		cd "$LAB_BUILD" && python3 "$LAB_TREE/tests/unit/test_rrd_live.py" Cached.test_many_files; } \
		>"$log" 2>&1; then
		lab_die "10,000 RRD files: that failed; see build/lab/bench-rrd.log"
	fi
	grep -o '[0-9]* files through rrdcached: .*' "$log"
}

lab_run() {
	lab_packages
	lab_build_plain
	lab_boot run 1200 run "$@"
}
