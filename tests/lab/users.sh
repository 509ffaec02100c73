# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The accounts that lbd's package makes (lbd, lbd-read, group lbd), in copies of
# passwd and group that are mounted over the machine's own.

users_make() {
	local file
	mount --make-rprivate / 2>/dev/null
	for file in passwd group; do
		cp "/etc/$file" "$LAB_RUN/$file"
	done
	users_add passwd lbd 'lbd:x:64801:64801:lbd:/nonexistent:/usr/sbin/nologin'
	users_add passwd lbd-read 'lbd-read:x:64802:64802:lbd readers:/nonexistent:/usr/sbin/nologin'
	users_add group lbd 'lbd:x:64801:'
	users_add group lbd-read 'lbd-read:x:64802:'
	for file in passwd group; do
		mount --bind "$LAB_RUN/$file" "/etc/$file"
	done
}

users_add() {
	grep -q "^$2:" "$LAB_RUN/$1" || echo "$3" >>"$LAB_RUN/$1"
}
