#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VRRP-MIB and VRRPV3-MIB of a real director, a subagent of Debian's snmpd: what they say of its instances is what
# the kernel, the file and lbctl say; each fault in an advertisement is counted where the RFCs count it; a new master
# and a refused advertisement are notifications, each once. And nobody reads the password there.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"
# shellcheck source=tests/lab/snmp.sh
. "$LAB_DIR/snmp.sh"

V2=.1.3.6.1.2.1.68
V3=.1.3.6.1.2.1.207

# snmp_get OID...: of lvs1, asked by the client; in one line.
snmp_get() {
	snmp client snmpget -v2c -c public -On -Oqvte -t 2 192.168.1.225 "$@" 2>/dev/null |
		tr -d '"' | sed 's/ *$//' | paste -sd ' '
}

# rows SUBTREE: the values below, in one line.
rows() {
	snmp client snmpwalk -v2c -c public -On -Oqve -t 5 192.168.1.225 "$1" 2>/dev/null | tr -d '"' | paste -sd ' '
}

plan 20
cluster_start "$LAB_LOGS"
snmp_trapd udp -OQ
snmp_master lvs1 "trap2sink 192.168.1.10 public"
cat "$LAB_DIR/reference/lvs1.conf" - >"$LAB_LOGS/mibs-lvs1.conf" <<-END
	exporters {
	    snmp {
	        agentx $SNMP_SOCKET
	        notifications vrrp_mib vrrpv3_mib
	    }
	}
END
director_start lvs2 lbd lvs2.conf
wait_until 20 holds lvs2 "${VI_1[@]}" "${VI_2[@]}" || bail "lvs2 is not master"
director_start lvs1 lbd "$LAB_LOGS/mibs-lvs1.conf"
wait_until 20 cluster_settled || bail "VI_1 and VI_2 are not where they belong"
index=$(on lvs1 cat /sys/class/net/eth0/ifindex)
ok "the master has VRRP-MIB: VI_1 is master here" wait_until 15 gives 3 snmp_get "$V2.1.3.1.3.$index.201"
is "and VI_2 backup, in VRRPV3-MIB too" "$(snmp_get "$V2.1.3.1.3.$index.93" "$V3.1.1.1.1.6.$index.93.1")" "2 2"
is "each knows its master" "$(rows "$V2.1.3.1.7.$index")" "192.168.1.226 192.168.1.225"
is "and what it would speak from" "$(rows "$V2.1.3.1.8.$index")" "192.168.1.225 192.168.1.225"
is "the hardware address is the kernel's" "$(snmp_get "$V3.1.1.1.1.5.$index.201.1" | tr ' ' :)" \
	"$(on lvs1 cat /sys/class/net/eth0/address | tr a-f A-F)"
is "priorities are the file's" "$(rows "$V3.1.1.1.1.7.$index")" "110 150"
is "there is a row for each address" "$(rows "$V3.1.1.2.1.2.$index")" "1 1 1 1"
is "by itself" "$(snmp_get "$V2.1.4.1.2.$index.201.192.168.1.247" "$V3.1.1.2.1.2.$index.93.1.4.192.168.1.228")" "1 1"
is "it took over from a master of lower priority" "$(snmp_get "$V3.1.2.5.1.2.$index.201.1")" 2
ok "and said so" wait_until 10 snmp_trap_came "$V3\\.0\\.1\\|.*$V3\\.1\\.2\\.5\\.1\\.2\\.$index\\.201\\.1 = 2"
# sysUpTime - vrrpOperVirtualRouterUpTime - vrrpv3OperationsUpTime: the second counts from when the first says.
between "it began when sysUpTime says that it did, in hundredths" "$(snmp_get .1.3.6.1.2.1.1.3.0 \
	"$V2.1.3.1.13.$index.93" "$V3.1.1.1.1.12.$index.93.1" | awk '{ print $1 - $2 - $3 }')" -500 500
is "its password is nowhere to be read" "$(on lvs1 grep -c 1111 /run/lbd/stat/configuration)" 0

sent=0
for fault in ttl version type checksum length authentication authentication-type authentication-unknown address-list; do
	sent=$((sent + 1))
	on client python3 "$LAB_DIR/advert.py" eth0 93 192.168.1.77 $fault $sent 192.168.1.228 192.168.1.246
done
counted() {
	local oids=() column
	for column in 4 5 8 9 10 11 12; do
		oids+=("$V2.2.4.1.$column.$index.93")
	done
	snmp_get "${oids[@]}"
}
# password, time to live, type, addresses, unknown type, other type, length
ok "each fault is counted where RFC 2787 has it" wait_until 10 gives "6 1 3 9 8 7 5" counted
is "checksums and versions for the whole router" "$(rows "$V2.2.1") $(rows "$V2.2.2")" "4 2"
is "in VRRPV3-MIB too" "$(rows "$V3.1.2.1") $(rows "$V3.1.2.2")" "4 2"
is "with the last of them as the reason" "$(snmp_get "$V3.1.2.5.1.6.$index.93.1")" 3
ok "a wrong password is a notification, with its sender" wait_until 10 snmp_trap_came \
	"$V2\\.0\\.2\\|.*$V2\\.1\\.5\\.0 = 192\\.168\\.1\\.77.*$V2\\.1\\.6\\.0 = 3"
is "and comes once, however many there were" "$(snmp_traps "$V2\\.0\\.2\\|.*$V2\\.1\\.6\\.0 = 3")" 1

director_stop lvs2
ok "a new master is a notification of both" wait_until 15 snmp_trap_came \
	"$V2\\.0\\.1\\|.*$V2\\.1\\.3\\.1\\.7\\.$index\\.93 ="
ok "with the reason that the other one resigned" wait_until 10 snmp_trap_came \
	"$V3\\.0\\.1\\|.*$V3\\.1\\.2\\.5\\.1\\.2\\.$index\\.93\\.1 = 1"
