#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules and dashboards name only metrics, labels' values and records that there are (invariant 1); every alert
is tested and explained; the dashboards are what their description makes."""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tree"))
import project  # noqa: E402

RULES = "dashboards/prometheus/lbd.rules.yml"
ROUTES = "dashboards/prometheus/alertmanager.yml"
SITUATIONS = "tests/rules/alerts.test.yml"
DASHBOARDS = sorted(os.path.relpath(path, project.ROOT)
                    for path in glob.glob(os.path.join(project.ROOT, "dashboards/grafana/*.json")))
METRIC = re.compile(r"(?<![\w:./-])lbd_[a-z0-9_]+(?![\w:])")
RECORD = re.compile(r"(?<![\w:])[a-z]+:lbd_\w+:\w+")
CLOSED = re.compile(r'\b(reason|state|result|severity|process|cause|exporter)(?:=~|!~|!=|=)\\*"([\w|-]+)\\*"')


def metrics():
    """Every name that a scrape can hold."""
    names = set()
    for line in project.read("tests/golden/prometheus-names.txt").splitlines():
        name, kind = line.split()[:2]
        names |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else set()
        # A native histogram has no suffix.
        names.add(name)
    for path in project.files():
        if re.match(r"lbd/stat/\w+\.def$", path) and re.search(r"^INFO\(", project.read(path), re.M):
            names.add("lbd_%s_info" % os.path.basename(path)[:-len(".def")])
    return names


def values():
    """Every text of a closed set, every process and every cause."""
    return (set(re.findall(r"^CAUSE\(\w+, (\w+),", project.read("lbd/base/cause.def"), re.M)) | set(re.findall(r'^VALUE\(\w+, \w+, "([^"]+)"', project.read("lbd/base/set.def"), re.M))
            | set(re.findall(r"^PROCESS\(\w+, (\w+),", project.read("lbd/base/process.def"), re.M)))


def without_yaml_comments(text):
    return re.sub(r"^\s*#.*$", "", text, flags=re.M)


def texts():
    return {path: without_yaml_comments(project.read(path)) for path in [RULES, SITUATIONS] + DASHBOARDS}


def unknown(pattern, known, where):
    return ["%s: %s" % (path, name) for path, text in where.items()
            for name in sorted(set(pattern.findall(text)) - known)]


def alerts():
    """(name, its lines) of each alert."""
    parts = re.split(r"^      - (alert|record): ", project.read(RULES), flags=re.M)
    return [(body.split("\n", 1)[0], body) for kind, body in zip(parts[1::2], parts[2::2]) if kind == "alert"]


def unexplained(name, body):
    if not re.search(r"^          severity: (critical|warning)$", body, re.M):
        yield "%s: severity is neither critical nor warning" % name
    for word in ("summary", "description"):
        if not re.search(r"^          %s: *\S" % word, body, re.M):
            yield "%s has no %s" % (name, word)


def panels(path):
    return [shape for shape in json.loads(project.read(path))["panels"] if shape["type"] != "row"]


def incomplete(path):
    for shape in panels(path):
        name = "%s: %s" % (path, shape["title"])
        if len(shape["description"]) < 10:
            yield name + " has no description"
        if shape["type"] in ("timeseries", "state-timeline"):
            for target in shape["targets"]:
                if "{{" not in target["legendFormat"]:
                    yield name + ": a line without a legend"
    for place, group in places(path).items():
        if len(group) > 1:
            yield "%s: %s stand at %s" % (path, " and ".join(group), place)


def places(path):
    """{(x, y): titles}, cell by cell."""
    cells = {}
    for shape in json.loads(project.read(path))["panels"]:
        at = shape["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                cells.setdefault((x, y), []).append(shape["title"] or "a row")
    return cells


def outdated():
    """Dashboards that differ from what make.py writes."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, os.path.join(project.ROOT, "dashboards/grafana/make.py"), directory],
                       check=True)
        made = sorted(os.listdir(directory))
        if made != [os.path.basename(path) for path in DASHBOARDS]:
            yield "make.py writes " + ", ".join(made)
        for path in DASHBOARDS:
            again = os.path.join(directory, os.path.basename(path))
            with open(again, encoding="utf-8") if os.path.exists(again) else open(os.devnull) as file:
                if file.read() != project.read(path):
                    yield path + ": run dashboards/grafana/make.py and look at the difference"


def main():
    tap = project.Tap()
    where = texts()
    recorded = set(re.findall(r"^      - record: (\S+)", where[RULES], re.M))
    tap.rule("every metric exists", unknown(METRIC, metrics(), where), METRIC.findall(where[RULES]))
    tap.rule("every record is made by a rule", unknown(RECORD, recorded, where), recorded)
    closed = [(path, value) for path, text in where.items() for _, group in CLOSED.findall(text)
              for value in group.split("|")]
    tap.rule("every state, reason, result, cause and process exists",
             ["%s: %s" % pair for pair in closed if pair[1] not in values()], closed)
    every = alerts()
    tap.rule("every alert stands in a situation that is tested",
             [name for name, _ in every if 'alertname="%s",alertstate="firing"' % name not in where[SITUATIONS]],
             every)
    tap.rule("every alert says how bad it is and what to do",
             [problem for name, body in every for problem in unexplained(name, body)], every)
    routed = re.findall(r"\bLbd\w+", project.read(ROUTES))
    tap.rule("every alert that Alertmanager is told about exists",
             [name for name in routed if name not in [alert for alert, _ in every] + ["Lbd"]], routed)
    tap.rule("every panel is explained, its lines are named, and none covers another",
             [problem for path in DASHBOARDS for problem in incomplete(path)], DASHBOARDS)
    tap.rule("the dashboards are what make.py makes", outdated(), DASHBOARDS)
    tap.end()


main()
