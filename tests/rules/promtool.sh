#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What Prometheus itself thinks of the rules, and what they make of the situations in alerts.test.yml.
set -e
command -v promtool >/dev/null || {
	echo "promtool is missing (Debian package prometheus)"
	exit 77
}
cd "${srcdir:-.}"
promtool check rules dashboards/prometheus/lbd.rules.yml
promtool test rules tests/rules/alerts.test.yml
if command -v amtool >/dev/null; then
	amtool check-config dashboards/prometheus/alertmanager.yml
fi
