#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks a Prometheus that watches lbd, over its HTTP API. It is at $PROMETHEUS, or 127.0.0.1:9090.

prometheus.py rules                   every rule evaluates
prometheus.py panels DASHBOARD...     every expression of these dashboards has data, with the labels that its
                                      legend names; those of QUIET have none
prometheus.py quiet DASHBOARD...      prints those of QUIET that have data
prometheus.py marks DASHBOARD...      prints what the annotations say, one a line
prometheus.py firing                  prints the alerts that fire, one a line: NAME INSTANCE VRID REAL-SERVER
prometheus.py says ALERT              prints the descriptions of this alert where it fires
prometheus.py value EXPRESSION        prints the one value; fails if there is none
prometheus.py exemplars METRIC        prints the exemplars of the last ten minutes, one a line: INSTANCE EVENT CAUSE
prometheus.py histograms OTHER        says which kinds of histograms there are, here and in the Prometheus at OTHER;
                                      fails unless both have the same ones and come to the same quantiles
"""

import functools
import http.client
import json
import math
import os
import re
import sys
import time
import urllib.parse

HERE = os.environ.get("PROMETHEUS", "127.0.0.1:9090")

# What has data only when something is, or just was, wrong: (dashboard, panel or annotation).
QUIET = {
    ("lbd-overview", "Alerts"),
    ("lbd-vrrp", "Not accepted"),
    ("lbd-vrrp", "Changes of state"),
    ("lbd-checks", "Failures by server"),
    ("lbd-itself", "What went wrong"),
}
# The same of single expressions: metrics that are absent until it happens.
QUIET_METRICS = re.compile("lbd_last_event_outage_seconds")
# The label of classic buckets; native histograms have none.
BUCKET = {"le"}
QUIET_ANNOTATION = "Troubles"

VARIABLES = {
    "$__rate_interval": "20s",
    "$__range": "60s",
    "$instance": ".*",
    "$virtual_server": "192.168.1.227:80",
}


@functools.lru_cache(maxsize=None)
def connection(where):
    return http.client.HTTPConnection(where, timeout=30)


def ask(path, where=HERE, **parameters):
    connection(where).request("GET", "/api/v1/%s?%s" % (path, urllib.parse.urlencode(parameters)))
    answer = connection(where).getresponse()
    said = json.load(answer)
    if answer.status != 200:
        sys.exit("%s: %s" % (parameters, said["error"]))
    return said["data"]


def number(sample):
    """Its value; of a native histogram how many observations there are."""
    return float(sample["value"][1] if "value" in sample else sample["histogram"][1]["count"])


def query(expr, where=HERE):
    """[(labels, value)] of what is a number."""
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value)
    if "$" in expr:
        sys.exit("a variable is left in " + expr)
    found = [(each["metric"], number(each)) for each in ask("query", where, query=expr)["result"]]
    return [(labels, value) for labels, value in found if not math.isnan(value)]


def rules():
    every = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
    bad = [rule for rule in every if rule["health"] != "ok"]
    for rule in bad:
        print("%s: %s %s" % (rule["name"], rule["health"], rule.get("lastError", "")))
    print("%d rules, %d not well" % (len(every), len(bad)))
    return bool(every) and not bad


def expressions(path):
    """(dashboard, title, expression, labels of the legend, is it to be empty) of all in a file."""
    with open(path, encoding="utf-8") as file:
        shape = json.load(file)
    for panel in shape["panels"]:
        for target in panel.get("targets", ()):
            yield (shape["uid"], panel["title"], target["expr"],
                   set(re.findall(r"{{(\w+)}}", target["legendFormat"])) - BUCKET,
                   (shape["uid"], panel["title"]) in QUIET or bool(QUIET_METRICS.search(target["expr"])))
    for note in shape["annotations"]["list"]:
        yield (shape["uid"], note["name"], note["expr"], set(re.findall(r"{{(\w+)}}", note["titleFormat"])),
               note["name"] == QUIET_ANNOTATION)


def variables(path):
    """Choices that a dashboard offers: (name, values)."""
    with open(path, encoding="utf-8") as file:
        shape = json.load(file)
    for variable in shape["templating"]["list"]:
        match = re.fullmatch(r"label_values\((\w+), (\w+)\)", str(variable.get("definition")))
        if match:
            yield variable["name"], ask("label/%s/values" % match[2], **{"match[]": match[1]})


def panels(paths):
    count = quiet = bad = 0
    for path in paths:
        for name, values in variables(path):
            if not values:
                bad += 1
                print("%s: nothing to choose for %s" % (path, name))
        for uid, title, expr, labels, is_quiet in expressions(path):
            found = query(expr)
            missing = [label for label in labels if found and not all(have.get(label) for have, _ in found)]
            count += 1
            quiet += is_quiet
            if bool(found) == is_quiet or missing:
                bad += 1
                print("%s: %s: %s%s: %s" % (uid, title, "%d series" % len(found) if found else "no data",
                                            ", without " + ", ".join(missing) if missing else "", expr))
    print("%d expressions, %d of them to be empty, %d wrong" % (count, quiet, bad))
    return count > quiet > 0 and bad == 0


def quiet_with_data(paths):
    for path in paths:
        for uid, title, expr, _, is_quiet in expressions(path):
            if is_quiet and query(expr):
                print("%s: %s" % (uid, title))
    return True


def marks(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            shape = json.load(file)
        for note in shape["annotations"]["list"]:
            for labels, _ in query(note["expr"]):
                print("%s: %s: %s" % (shape["uid"], note["name"],
                                      re.sub(r"{{(\w+)}}", lambda name: labels[name[1]], note["titleFormat"])))
    return True


def firing():
    for alert in ask("alerts")["alerts"]:
        if alert["state"] == "firing":
            labels = alert["labels"]
            print(" ".join([labels["alertname"]] + [labels[name] for name in ("instance", "vrid", "real_server")
                                                    if name in labels]))
    return True


def says(name):
    for alert in ask("alerts")["alerts"]:
        if alert["labels"]["alertname"] == name:
            print(alert["annotations"]["description"])
    return True


def value(expr):
    found = query(expr)
    for _, number in found:
        print("%g" % number)
    return len(found) == 1


def exemplars(metric):
    now = time.time()
    for series in ask("query_exemplars", query=metric, start=now - 600, end=now + 60):
        for exemplar in series["exemplars"]:
            print(series["seriesLabels"]["instance"], exemplar["labels"]["event"], exemplar["labels"]["cause"])
    return True


def kinds(where):
    """{name: "classic" or "native"} of the histograms that a Prometheus has."""
    found = {}
    for labels, _ in query('count by (__name__) ({__name__=~"lbd_.+_bucket"})', where):
        found[labels["__name__"][:-len("_bucket")]] = "classic"
    for sample in ask("query", where, query='{__name__=~"lbd_.+"}')["result"]:
        if "histogram" in sample:
            found[sample["metric"]["__name__"]] = "native"
    return found


def median(name, kind, where):
    series = name + "_bucket" if kind == "classic" else name
    by = "by (le) " if kind == "classic" else ""
    return query("histogram_quantile(0.5, sum %s(increase(%s[1m])))" % (by, series), where)


def histograms(other):
    mine, others = kinds(HERE), kinds(other)
    bad = set(mine) ^ set(others)
    compared = 0
    for name in set(mine) & set(others):
        pair = median(name, mine[name], HERE), median(name, others[name], other)
        # They scrape at different moments; a classic bucket ends at twice its beginning.
        if pair[0] and pair[1]:
            compared += 1
            if not 0.5 <= (pair[0][0][1] + 1e-6) / (pair[1][0][1] + 1e-6) <= 2:
                bad.add("%s: %g, %g" % (name, pair[0][0][1], pair[1][0][1]))
    print("%s, %s, %d compared" % (" ".join(sorted(set(mine.values()))), " ".join(sorted(set(others.values()))),
                                   compared))
    for each in sorted(bad):
        print("differs: " + each)
    return compared > 2 and not bad


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "rules":
        return rules()
    if verb == "panels":
        return panels(arguments)
    if verb == "quiet":
        return quiet_with_data(arguments)
    if verb == "marks":
        return marks(arguments)
    if verb == "firing":
        return firing()
    if verb == "says":
        return says(*arguments)
    if verb == "value":
        return value(*arguments)
    if verb == "exemplars":
        return exemplars(*arguments)
    if verb == "histograms":
        return histograms(*arguments)
    sys.exit(__doc__)


sys.exit(0 if main() else 1)
