#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# LBD-MIB before two parsers. smilint always exits 0: any word of it is an error.
set -e
mibs=$(echo /usr/lib/erlang/lib/snmp-*/mibs)
if ! command -v smilint >/dev/null || ! command -v snmptranslate >/dev/null || [ ! -d "$mibs" ]; then
	echo "smitools, snmp or erlang-snmp is not installed"
	exit 77
fi
mib=${srcdir:-.}/mibs/LBD-MIB.txt
said=$(SMIPATH=$mibs smilint -l 6 -s -m "$mib" 2>&1)
[ -z "$said" ] || {
	echo "smilint -l 6:" "$said"
	exit 1
}
state=$PWD/tests/snmp/state
SNMPCONFPATH=$state SNMP_PERSISTENT_DIR=$state snmptranslate -M "$mibs" -m "$mib" -Tz >snmptranslate.out 2>&1
sed -n 's/^\([a-z][A-Za-z0-9]*\) \(OBJECT-TYPE\|NOTIFICATION-TYPE\|OBJECT IDENTIFIER\).*/\1/p' "$mib" >names.out
objects=0
while read -r name; do
	grep -q "^\"$name\".*\"1\.3\.6\.1\.4\.1\.8072[.\"]" snmptranslate.out || {
		echo "snmptranslate does not know $name"
		exit 1
	}
	objects=$((objects + 1))
done <names.out
rm snmptranslate.out names.out
echo "smilint is silent; snmptranslate knows $objects names"
[ "$objects" -gt 300 ]
