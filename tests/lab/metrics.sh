# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Scraping a director as Prometheus does. The judging is in tests/lab/scrape.py.

# shellcheck disable=SC2034 # for the scenarios
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

# metric FILE NAME [LABEL=VALUE...]: the sum of the samples with these labels; fails if there is none.
# As `scrape.py value`, which takes a second to start in the lab; it does not judge the rest of the file.
metric() {
	local file=$1
	shift
	awk -v wanted="$*" '
		BEGIN {
			count = split(wanted, words, " ")
			for (i = 2; i <= count; i++)
				sub("=", "=\"", words[i])
		}
		/^#/ { next }
		{
			name = $0
			labels = ""
			if (match($0, /\{.*\} /)) {
				name = substr($0, 1, RSTART - 1)
				labels = "," substr($0, RSTART + 1, RLENGTH - 3) ","
			} else {
				sub(/ .*/, "", name)
			}
			if (name != words[1])
				next
			for (i = 2; i <= count; i++)
				if (!index(labels, "," words[i] "\","))
					next
			sum += $NF
			found = 1
		}
		END {
			if (!found)
				exit 1
			printf(sum == int(sum) ? "%.0f\n" : "%.9g\n", sum)
		}' "$file"
}

# The gaps between the advertisements of one instance from one sender, longest first.
advert_gaps() {
	wire_adverts "$1" | awk -v sender="$2" -v from="${3:-0}" '
		$2 == sender && $1 >= from {
			if (last) printf "%.3f\n", $1 - last
			last = $1
		}' | sort -rn
}

# events_of HOST CAUSE: how many there were.
events_of() {
	lbctl "$1" events --json | jq -r .cause | grep -cx "$2"
}

# event_explained HOST CAUSE: the story of the last one, in one line.
event_explained() {
	lbctl "$1" explain "$(lbctl "$1" events --json | jq -r "select(.cause == \"$2\") | .number" | tail -n 1)" |
		tr -s ' \n' ' '
}
