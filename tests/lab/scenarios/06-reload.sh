#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 6: a configuration with five distinct mistakes gives five messages with positions, and
# reloading it changes nothing in the running daemon; the corrected one is applied.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 19
cluster_start "$LAB_LOGS"
# a file that the host can see and this scenario can change
conf=$LAB_LOGS/lvs1.conf
bad=$LAB_LOGS/bad.conf
cp "$LAB_DIR/reference/lvs1.conf" "$conf"
# priority out of range; VRID used twice on this interface; a port that is none; a group that
# does not exist; an unknown word
sed -e '11s/150/300/' -e '26s/93/201/' -e '45s/3306/70000/' -e '49s/www/wwww/' \
	-e '51s/lb_algo/lb_alog/' "$conf" >"$bad"
is "the five mistakes are in the file" "$(diff "$conf" "$bad" | grep -c '^>')" 5
director_start lvs1 lbd "$conf"
wait_until 20 holds lvs1 "${VI_1[@]}" "${VI_2[@]}" || bail "lvs1 did not become master of both instances"
wait_until 10 ipvs_complete lvs1

output=$(on lvs1 "$LBD" -t -f "$conf" 2>&1)
is "lbd -t accepts the reference file" $? 0
output=$(on lvs1 "$LBD" -t -f "$bad" 2>&1)
is "lbd -t refuses the one with mistakes" $? 1
diag "$output"
is "with five messages that name file, line and column" \
	"$(grep -c -E "^$bad:[0-9]+:[0-9]+: error: " <<<"$output")" 5
while read -r line word; do
	like "line $line: the message speaks of $word" \
		"$(grep -E "bad\.conf:$line:[0-9]+: error" <<<"$output")" "$word"
done <<'END'
11 priority
26 201
45 70000
49 wwww
51 lb_algo
END

rules=$(ipvs_rules lvs1)
grep_rules() {
	ipvs_rules lvs1 | grep -q -- "$1"
}
generation() {
	lbctl lvs1 status --json | jq '.. | .generation? // empty' | head -n 1
}
refused() {
	lbctl lvs1 events --json | jq -s '[.[] | select(.cause == "reload_refused")] | length'
}
before=$(generation)
like "the configuration has a generation" "$before" '^[0-9]+$'
cp "$conf" "$LAB_LOGS/good.conf"
cp "$bad" "$conf"
ok "lbctl reload says no" fails lbctl lvs1 reload
is "the refusal is an event" "$(refused)" 1
director_reload lvs1
ok "SIGHUP is refused as well" wait_until 5 gives 2 refused
is "the generation is the same" "$(generation)" "$before"
is "the IPVS table is the same" "$(ipvs_rules lvs1)" "$rules"
ok "the addresses are the same" holds lvs1 "${VI_1[@]}" "${VI_2[@]}"

sed -e '0,/weight 100/s//weight 50/' "$LAB_LOGS/good.conf" >"$conf"
like "lbctl diff shows what would change" "$(lbctl lvs1 diff "$conf")" '192\.168\.1\.232.*50'
ok "lbctl reload takes the corrected file" lbctl lvs1 reload
ok "the new weight is in force" wait_until 5 grep_rules '192.168.1.232:80 -g -w 50'
