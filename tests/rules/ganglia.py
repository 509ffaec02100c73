#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ganglia's reports and view name only metrics that lbd-ganglia sends, each report is installed, and the manual page
lists every metric (invariant 1)."""

import glob
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tree"))
import project  # noqa: E402

DIRECTORY = "dashboards/ganglia"
PREFIXES = {"vrrp": "lbd_vrrp_eth0_51_ipv4_", "virtual_servers": "lbd_TCP_192.0.2.1_80_",
            "real_servers": "lbd_TCP_192.0.2.1_80_to_10.0.0.1_8080_"}


def rows():
    """(scope, name, units, title) of each metric, objects with the names of the unit test."""
    for line in project.read("tests/golden/ganglia-names.txt").splitlines():
        yield line.split(" | ")[:4]


def reports():
    return sorted(os.path.relpath(path, project.ROOT)
                  for path in glob.glob(os.path.join(project.ROOT, DIRECTORY, "graph.d/*.json")))


def wrong_in_report(path, names):
    report = json.loads(project.read(path))
    name = os.path.basename(path)[:-len(".json")]
    if report["report_name"] != name or not name.endswith("_report"):
        yield "%s: called %s" % (path, report["report_name"])
    if not report["series"]:
        yield path + ": no series"
    for series in report["series"]:
        if series["metric"] not in names:
            yield "%s: %s" % (path, series["metric"])
        if series["type"] not in ("line", "stack") or not re.fullmatch("[0-9a-f]{6}", series["color"]):
            yield "%s: %s %s" % (path, series["type"], series["color"])


def wrong_in_view(view, names):
    for item in view["items"]:
        for regex in (entry["regex"] for entry in item["metric_regex"]):
            if not any(re.search(regex, name) for name in names):
                yield regex
        # The front end escapes these until nobody can read them.
        if re.search(r"['\"&<>]", item["title"] + item["vertical_label"]):
            yield item["title"]


def missing_in_manual(manual):
    for scope, name, units, title in rows():
        short = name[len(PREFIXES[scope]):] if scope in PREFIXES else name
        if scope == "summary":
            wanted = r"^\.It Li %s Ta %s Ta %s$" % (name, re.escape(units or r"\&"), re.escape(title))
        else:
            wanted = r"^\.Li %s [,.]$" % short
        if not re.search(wanted, manual, re.M):
            yield "%s: %s" % (scope, name)


def main():
    tap = project.Tap()
    names = {name for _, name, _, _ in rows()}
    fragment = project.read("dashboards/fragment.am")
    view = json.loads(project.read(DIRECTORY + "/conf/view_lbd.json"))
    tap.rule("reports name metrics that there are", [p for path in reports() for p in wrong_in_report(path, names)],
             reports())
    tap.rule("so does the view", list(wrong_in_view(view, names)), view["items"])
    tap.rule("all are installed", [path for path in reports() + [DIRECTORY + "/conf/view_lbd.json"]
                                   if path not in fragment], reports())
    tap.rule("lbd-ganglia(8) lists every metric", list(missing_in_manual(project.read("man/lbd-ganglia.8"))), names)
    tap.end()


main()
