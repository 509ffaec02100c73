# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Ganglia in the lab: a gmond that only receives.

# gmond_conf [CHANNEL...]: its file, with what it hears by; it tells what it knows on port 8649.
gmond_conf() {
	cat >"$LAB_LOGS/gmond.conf" <<-END
		globals {
		  daemonize = no
		  setuid = no
		  mute = yes
		  allow_extra_data = yes
		}
		cluster { name = "lbd" }
		$(printf 'udp_recv_channel { %s }\n' "$@")
		tcp_accept_channel { port = 8649 }
	END
}

# On the client.
gmond_start() {
	on client gmond -f -c "$LAB_LOGS/gmond.conf" >>"$LAB_LOGS/gmond.log" 2>&1 &
	disown $!
	wait_until 10 on client pgrep -x gmond >/dev/null || bail "gmond: $(<"$LAB_LOGS/gmond.log")"
}
