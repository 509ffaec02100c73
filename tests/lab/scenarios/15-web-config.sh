#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The exporter goes behind TLS and a password by a reload; when it cannot be as protected as its
# file asks, it serves nothing, and the director goes on.

# shellcheck source=tests/lab/scenario.sh
. "$LAB_DIR/scenario.sh"

plan 14
cluster_start "$LAB_LOGS"
conf=$LAB_LOGS/lvs1.conf
cp "$(metrics_conf lvs1.conf)" "$conf"
director_start lvs1 lbd "$conf"
wait_until 20 holds lvs1 "${VI_1[@]}" "${VI_2[@]}" || bail "lvs1 did not become master of both instances"
ok "the exporter answers without TLS" wait_until 10 scrape lvs1 "$LAB_LOGS/plain.prom"

web=/run/web
on lvs1 mkdir "$web"
on lvs1 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$web/key.pem" \
	-out "$web/cert.pem" -days 2 -subj /CN=lvs1 -addext subjectAltName=IP:127.0.0.1 2>"$LAB_LOGS/openssl.log"
on lvs1 chown lbd-read "$web/key.pem"
on lvs1 chmod 400 "$web/key.pem"
# The password is "geheim".
on lvs1 tee "$web/web.yml" >"$LAB_LOGS/web.yml" <<'END'
tls_server_config:
  cert_file: cert.pem
  key_file: key.pem
basic_auth_users:
  lbd: $2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.
END
# The status, 000 when there is no answer.
https() {
	on lvs1 curl -s -m 5 -o "$LAB_LOGS/https" -w '%{http_code}' --cacert "$web/cert.pem" "$@" \
		https://127.0.0.1:9165/metrics || true
}

sed -i "s|listen 127.0.0.1 9165|&\n        web_config web.yml|" "$conf"
like "a path that could be two files is refused" "$(on lvs1 "$LBD" -t -f "$conf" 2>&1)" \
	"$conf:[0-9]+:[0-9]+: error: \"web.yml\" is no whole path"
sed -i "s|web_config web.yml|web_config $web/web.yml|" "$conf"
ok "lbctl reload takes the web configuration" lbctl lvs1 reload
ok "with the password there is an answer" wait_until 10 gives 200 https -u lbd:geheim
ok "of all numbers" metric "$LAB_LOGS/https" lbd_vrrp_state vrid=201
is "promtool has nothing to say of them" "$(promtool check metrics <"$LAB_LOGS/https" 2>&1)" ""
is "with another there is none" "$(https -u lbd:nichts)" 401
is "nor without" "$(https)" 401
ok "nor without TLS" fails scrape lvs1 "$LAB_LOGS/plain.prom"
https -u lbd:geheim -H 'Accept: application/openmetrics-text' >"$LAB_LOGS/code"
ok "OpenMetrics is served too, strictly" "$SCRAPE" strict "$LAB_LOGS/https"

on lvs1 chown root "$web/key.pem"
on lvs1 kill "$(on lvs1 pgrep -o lbd-prometheus)"
ok "a key that the exporter may not read: it ends, and the log says why" \
	wait_until 10 grep -q "$web/key.pem: Permission denied" "$LAB_LOGS/lvs1.lbd.log"
is "nothing is served instead" "$(https -u lbd:geheim)" 000
ok "the director holds its addresses" holds lvs1 "${VI_1[@]}" "${VI_2[@]}"
on lvs1 chown lbd-read "$web/key.pem"
ok "the key is right again, and so is the exporter" wait_until 20 gives 200 https -u lbd:geheim
