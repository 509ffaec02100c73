# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Scraping a director as Prometheus does. The judging is in tests/lab/scrape.py.

SCRAPE=$LAB_DIR/scrape.py
METRICS_URL=http://127.0.0.1:9165/metrics

# metrics_conf FILE: a reference file with the exporter switched on; prints the new file's path.
metrics_conf() {
	local file=$LAB_LOGS/metrics-$1
	cat "$LAB_DIR/reference/$1" - >"$file" <<-'END'

		exporters {
		    prometheus {
		        listen 127.0.0.1 9165
		    }
		}
	END
	echo "$file"
}

# scrape HOST FILE
scrape() {
	on "$1" curl -s -f -m 5 -o "$2" "$METRICS_URL"
}

# metric FILE NAME [LABEL=VALUE...]
metric() {
	"$SCRAPE" value "$@"
}

# The gaps between the advertisements of one instance from one sender, longest first.
advert_gaps() {
	wire_adverts "$1" | awk -v sender="$2" -v from="${3:-0}" '
		$2 == sender && $1 >= from {
			if (last) printf "%.3f\n", $1 - last
			last = $1
		}' | sort -rn
}
