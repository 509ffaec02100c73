# SPDX-License-Identifier: GPL-2.0-or-later
"""What the segments hold, as tests/director/show.c reads them from the files, and what each surface is to make of
it: names, labels and exact numbers. The rules of naming are written here once more, from the manual pages and not
from the code, so that a change of them is noticed."""

import json
import re
from decimal import Decimal

# Whole numbers in the segment → base units.
SCALE = {"none": 1, "bytes": 1, "per_second": 1000, "ratio": 1000, "seconds": 10 ** 9, "timestamp": 10 ** 9}
SUFFIX = {"none": "", "bytes": "_bytes", "per_second": "_per_second", "seconds": "_seconds",
          "timestamp": "_timestamp_seconds", "ratio": "_ratio"}


class Metric:
    def __init__(self, line):
        self.name, self.kind, self.unit = line["name"], line["kind"], line["unit"]
        self.set_label, self.members, self.sources = line["set_label"], line["members"], line["sources"]
        self.bounds = [int(bound) for bound in line["bounds"]]
        self.raw = line["value"]

    def number(self, text):
        return Decimal(text) / SCALE[self.unit]

    @property
    def value(self):
        """Of a counter, a gauge or a state."""
        return self.number(self.raw)

    @property
    def values(self):
        """Of counters: {member: number}."""
        return {member: self.number(text) for member, text in self.raw.items()}

    @property
    def count(self):
        return Decimal(self.raw["count"])

    @property
    def sum(self):
        return self.number(self.raw["sum"])

    @property
    def buckets(self):
        """How many observations each has that are not in the one before; the last has no bound."""
        return [int(text) for text in self.raw["buckets"]]

    def below(self, bound):
        """Observations up to a bound in seconds, which must be one of the histogram's, whose bounds are in whole
        nanoseconds; None: all."""
        if bound is None:
            return Decimal(sum(self.buckets))
        index, = [i for i, mine in enumerate(self.bounds) if abs(mine - bound * 10 ** 9) < 1]
        return Decimal(sum(self.buckets[:index + 1]))


class Row:
    def __init__(self, line):
        self.family, self.process = line["family"], line["process"]
        self.labels, self.infos = line["labels"], line["infos"]
        self.since = Decimal(line["since"]) / 10 ** 9
        self.metrics = {metric["name"]: Metric(metric) for metric in line["metrics"]}

    def get(self, name):
        """A number, or None where there is none."""
        return self.metrics[name].value if name in self.metrics else None


class Truth:
    def __init__(self, lines):
        self.rows = [Row(json.loads(line)) for line in lines]

    def without(self, process):
        """Without what a process says of itself: an exporter that is asked says that better."""
        other = Truth([])
        other.rows = [row for row in self.rows if row.labels.get("process") != process or row.family != "process"]
        other.rows = [row for row in other.rows if row.labels.get("exporter") != process]
        return other

    def of(self, family):
        return [row for row in self.rows if row.family == family]


# --- Prometheus, and what is named like it -----------------------------------------------------------------------

def prometheus_name(family, metric):
    suffix = SUFFIX[metric.unit]
    name = "lbd_%s_%s" % (family, metric.name)
    if not name.endswith(suffix):
        name += suffix
    return name + ("_total" if metric.kind in ("counter", "counters") else "")


def prometheus_label(family, name):
    return family + "_" + name if name in ("instance", "job") else name


def key(name, labels):
    return name, tuple(sorted(labels.items()))


def labels_of(row, texts):
    return {prometheus_label(row.family, name): value for name, value in texts.items()}


def series(truth, created=False):
    """{(name, labels): number} of all but the buckets of histograms; `created`: of the instants at which counters
    began instead."""
    found = {}
    for row in truth.rows:
        labels = labels_of(row, row.labels)
        if row.infos and not created:
            found[key("lbd_%s_info" % row.family, {**labels, **labels_of(row, row.infos)})] = Decimal(1)
        for metric in row.metrics.values():
            name = prometheus_name(row.family, metric)
            if metric.kind == "counters":
                parts = {("", (metric.set_label, member)): value for member, value in metric.values.items()}
            elif metric.kind == "histogram":
                parts = {("_count", None): metric.count, ("_sum", None): metric.sum}
                if created:
                    parts = {("", None): 0}
            else:
                parts = {("", None): metric.value}
            for (suffix, more), value in parts.items():
                if not created:
                    found[key(name + suffix, {**labels, **(dict([more]) if more else {})})] = value
                elif metric.kind in ("counter", "counters", "histogram"):
                    base = name[:-len("_total")] if name.endswith("_total") else name
                    found[key(base + "_created", {**labels, **(dict([more]) if more else {})})] = row.since
    return found


def whole(truth):
    """Names of metrics that are counted in whole numbers."""
    return {prometheus_name(row.family, metric) for row in truth.rows for metric in row.metrics.values()
            if SCALE[metric.unit] == 1}


def histograms(truth):
    """{(name, labels): Metric}"""
    return {key(prometheus_name(row.family, metric), labels_of(row, row.labels)): metric
            for row in truth.rows for metric in row.metrics.values() if metric.kind == "histogram"}


# --- Ganglia -----------------------------------------------------------------------------------------------------

GANGLIA = re.compile(r'^GANGLIA\((\w+), "(\w+)", \w+, (\w+), (\w+), (\w+), (\w+), "', re.M)
# lbd-ganglia has a row in these itself; how much of a sum that is, nobody else knows.
GANGLIA_OWN = {"process", "exporter"}


def ganglia_label(label):
    """":" before a port is "_"; what else is awkward, "-" or "_"."""
    address, colon, port = label.rpartition(":")
    text = address.replace(":", "-").replace("[", "").replace("]", "") + ("_" if colon else "") + port
    return re.sub("[^A-Za-z0-9_.-]", "_", text)


def ganglia_object(scope, row):
    """What stands before the metric's name."""
    if scope == "SUMMARY":
        return "lbd_"
    parts = [ganglia_label(label) for label in row.labels.values()]
    if scope == "VRRP":
        parts.insert(0, "vrrp")
    elif scope == "REAL_SERVER":
        parts.insert(2, "to")
    return "lbd_" + "_".join(parts) + "_"


def ganglia_number(metric, how, part):
    """Of one row."""
    if how == "ROWS":
        return Decimal(1)
    if how == "IS":
        wanted = [i for i, member in enumerate(metric.members)
                  if part.endswith("_" + member.upper().replace("-", "_"))] or [int(part)]
        return Decimal(metric.value == wanted[0])
    if metric.kind == "counters":
        return sum(value for member, value in metric.values.items()
                   if part == "ALL" or part.endswith("_" + member.upper().replace("-", "_")))
    return metric.value


def ganglia(truth, table):
    """{name: number} by exporters/ganglia/metric.def, without rates: of what stands still they are 0."""
    found = {}
    for scope, name, family, metric, how, part in GANGLIA.findall(table):
        if how == "RATE" or family in GANGLIA_OWN:
            continue
        for row in truth.of(family):
            if metric not in row.metrics:
                continue
            at = ganglia_object(scope, row) + name
            number = ganglia_number(row.metrics[metric], how, part)
            if at not in found:
                found[at] = number
            else:
                found[at] = max(found[at], number) if how == "MOST" else found[at] + number
    return found


# --- RRD ---------------------------------------------------------------------------------------------------------

PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def rrd_part(label):
    def one(index, byte):
        character = chr(byte)
        if character == ":":
            return "+"
        if character in PLAIN and not (character == "." and index == 0):
            return character
        return "%%%02X" % byte
    return "".join(one(i, byte) for i, byte in enumerate(label.encode())) or "%"


# What happened once has no history.
RRD_NONE = {"last_event"}


def rrd_path(row):
    return "/".join([row.family] + [rrd_part(value) for value in row.labels.values()]) + ".rrd"


def rrd_sources(row):
    """{data source: number}"""
    found = {}
    for metric in row.metrics.values():
        if metric.kind == "counters":
            values = list(metric.values.values())
        elif metric.kind == "histogram":
            values = [metric.count, metric.sum]
        else:
            values = [metric.value]
        found.update(zip(metric.sources, values))
    return found
