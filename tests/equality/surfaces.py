# SPDX-License-Identifier: GPL-2.0-or-later
"""The surfaces, each with the real tool: asks it, and compares what it says with the truth. A function returns how
many numbers it compared, and raises Different where one is not the same."""

import json
import math
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree
from decimal import Decimal

import truth as names

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "push")]
import rrdtool  # noqa: E402  pylint: disable=wrong-import-position
from ports import free_port  # noqa: E402  pylint: disable=wrong-import-position
from target import Target  # noqa: E402  pylint: disable=wrong-import-position

PATIENCE = 60
SHOWN = 8  # differences, of many


class Different(Exception):
    """The surface says something else."""


def compare(expected, found, is_own=lambda key: False):
    """Both are {key: number}. `is_own`: what the surface may say besides."""
    problems = ["%s: not there" % (key,) for key in expected if key not in found]
    problems += ["%s: %s, expected %s" % (key, found[key], value) for key, value in expected.items()
                 if key in found and found[key] != value]
    problems += ["%s: nobody knows it" % (key,) for key in found if key not in expected and not is_own(key)]
    if problems or not expected:
        raise Different("%d of %d\n" % (len(problems), len(expected)) + "\n".join(problems[:SHOWN]))
    return len(expected)


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise Different("%s: not within %d s" % (what, PATIENCE))


class Program:
    """A program that runs while it is asked."""

    def __init__(self, command, **options):
        self.log = tempfile.TemporaryFile(mode="w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stderr=self.log, **options)

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def waits_for(self, pattern):
        def look():
            if self.process.poll() is not None:
                raise Different("it ended: " + self.said())
            return re.search(pattern, self.said())
        return until(look, pattern)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        text = self.said()
        self.log.close()
        if "Sanitizer" in text or "runtime error" in text:
            raise Different(text)


# --- ipvsadm: the kernel's own numbers -----------------------------------------------------------------------------

COUNTERS = ("connections", "in_packets", "out_packets", "in_bytes", "out_bytes")
TABLE = ("weight_effective", "active_connections", "inactive_connections")


def ipvsadm_rows(path):
    """(virtual server, real server or None, the rest of the words)"""
    above = None
    with open(path, encoding="ascii") as file:
        for words in map(str.split, file):
            if words[:1] == ["TCP"]:
                above = words[1]
                yield above, None, words[2:]
            elif words[:1] == ["->"] and above:
                yield above, words[1], words[2:]


def ipvsadm(truth, table, stats):
    """Of the families that the kernel knows; and there was traffic."""
    expected = {}
    for virtual, real, words in ipvsadm_rows(stats):
        expected.update({(virtual, real, name): Decimal(word) for name, word in zip(COUNTERS, words)})
    for virtual, real, words in ipvsadm_rows(table):
        if real:
            expected.update({(virtual, real, name): Decimal(word) for name, word in zip(TABLE, words[1:])})
    found = {}
    for row in truth.of("virtual_server") + truth.of("real_server"):
        at = row.labels["virtual_server"], row.labels.get("real_server")
        found.update({(*at, name): row.get(name) for name in COUNTERS + (TABLE if at[1] else ())})
    if not any(expected.values()):
        raise Different("no traffic")
    return compare(expected, found)


# --- lbctl -------------------------------------------------------------------------------------------------------

def lbctl_rows(status, truth):
    """{(family, labels, metric, part): number}, both ways."""
    expected, found = {}, {}
    for row in truth.rows:
        at = row.family, tuple(row.labels.items())
        said = [each for each in status[row.family] if row.labels.items() <= each.items()]
        if len(said) != 1 or not row.infos.items() <= said[0].items():
            raise Different("%s %s: %d such rows, or another text" % (*at, len(said)))
        expected[at, "since"] = row.since
        found[at, "since"] = said[0]["since"]
        for metric in row.metrics.values():
            lbctl_metric(metric, at, said[0].get(metric.name), expected, found)
        found.update({(at, name): "more" for name in said[0].keys() - row.metrics.keys() -
                      row.labels.keys() - row.infos.keys() - {"since", "fresh"}})
    for family in {row.family for row in truth.rows}:
        expected[family] = len(truth.of(family))
        found[family] = len(status[family])
    return expected, found


def lbctl_metric(metric, at, said, expected, found):
    at = at, metric.name
    if metric.kind == "counters":
        expected.update({(at, member): value for member, value in metric.values.items()})
        found.update({(at, member): value for member, value in said.items()})
    elif metric.kind == "histogram":
        expected.update({(at, "count"): metric.count, (at, "sum"): metric.sum})
        found.update({(at, "count"): said["count"], (at, "sum"): said["sum"]})
        for bound, below in said["buckets"]:
            expected[at, bound] = metric.below(bound)
            found[at, bound] = below
    else:
        expected[at] = metric.members[int(metric.value)] if metric.kind == "state" else metric.value
        found[at] = said


def lbctl(build, run_dir, truth):
    """JSON has no end of digits, and lbctl uses none up."""
    run = subprocess.run([build + "/lbd/lbctl", "--run-dir", run_dir, "status", "--json"], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=PATIENCE)
    if run.returncode not in (0, 2):
        raise Different("exit status %d" % run.returncode)
    status = json.loads(run.stdout, parse_float=Decimal, parse_int=Decimal)
    return compare(*lbctl_rows(status, truth))


# --- Prometheus --------------------------------------------------------------------------------------------------

SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: # .*)?")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?')
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
ACCEPT = {
    "text": "text/plain",
    "openmetrics": "application/openmetrics-text; version=1.0.0",
    "protobuf": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
}


def is_own(at):
    """What lbd-prometheus says of itself, and of the segments."""
    return re.match("lbd_segment_|lbd_build_info$", at[0]) or {
        ("exporter", "prometheus"), ("process", "prometheus")} & set(at[1]) or (
        at[0].startswith("lbd_exporter_") and "exporter" not in dict(at[1]))


def check_buckets(found, metrics):
    """{(name, labels): {bound: cumulative count}} against the histograms. Each bound is one of those of the table;
    and the last is infinite."""
    count = 0
    for at, metric in metrics.items():
        buckets = found.get(at, {})
        if None not in buckets or len(buckets) < 8:
            raise Different("%s: only %d buckets" % (at, len(buckets)))
        count += compare({bound: metric.below(bound) for bound in buckets}, buckets)
    return count


def read_text(body, wanted_names):
    """Samples and buckets of either text format, to the last digit."""
    samples, buckets = {}, {}
    for line in body.splitlines():
        if line.startswith("#"):
            continue
        match = SAMPLE.fullmatch(line)
        labels = {name: re.sub(r"\\.", lambda m: ESCAPES[m[0]], value)
                  for name, value in LABEL.findall(match[2] or "")}
        if match[1].endswith("_bucket"):
            bound = labels.pop("le")
            at = names.key(match[1][:-len("_bucket")], labels)
            buckets.setdefault(at, {})[None if bound == "+Inf" else Decimal(bound)] = Decimal(match[3])
        else:
            samples[names.key(match[1], labels)] = Decimal(match[3])
    return samples, {at: value for at, value in buckets.items() if at in wanted_names}


def text_surface(body, truth, created=False):
    samples, buckets = read_text(body, names.histograms(truth))
    expected = names.series(truth)
    if created:
        expected.update(names.series(truth, created=True))
    return compare(expected, samples, is_own) + check_buckets(buckets, names.histograms(truth))


def messages(proto):
    """The messages by protoc, from a file of the source."""
    directory = tempfile.mkdtemp(prefix="lbd-proto-")
    subprocess.run(["protoc", "--proto_path=" + os.path.dirname(proto), "--python_out=" + directory, proto],
                   check=True)
    scope = {"__name__": "messages"}
    with open(directory + "/" + os.path.basename(proto).replace(".proto", "_pb2.py"), encoding="utf-8") as file:
        code = file.read()
    subprocess.run(["rm", "-r", directory], check=True)
    exec(code, scope)  # pylint: disable=exec-used
    return scope


def delimited(body):
    """Each message after its length, a varint."""
    at = 0
    while at < len(body):
        size = shift = 0
        while True:
            size |= (body[at] & 0x7f) << shift
            shift += 7
            at += 1
            if not body[at - 1] & 0x80:
                break
        yield body[at:at + size]
        at += size


def read_protobuf(body, module):
    samples, buckets, native = {}, {}, {}
    for message in delimited(body):
        family = module["MetricFamily"].FromString(message)
        for metric in family.metric:
            labels = {label.name: label.value for label in metric.label}
            at = names.key(family.name, labels)
            if family.type == module["MetricType"].Value("HISTOGRAM"):
                samples[names.key(family.name + "_count", labels)] = metric.histogram.sample_count
                samples[names.key(family.name + "_sum", labels)] = metric.histogram.sample_sum
                buckets[at] = {None if bucket.upper_bound == float("inf") else Decimal(bucket.upper_bound):
                               Decimal(bucket.cumulative_count) for bucket in metric.histogram.bucket}
                native[at] = metric.histogram
            else:
                value = metric.counter if metric.HasField("counter") else metric.gauge
                samples[at] = value.value
    return samples, buckets, native


def protobuf_surface(body, truth, proto):
    """A double has 53 bits: the expected number is the nearest one."""
    samples, buckets, native = read_protobuf(body, messages(proto))
    expected = {at: float(value) for at, value in names.series(truth).items()}
    count = compare(expected, samples, is_own) + check_buckets(buckets, names.histograms(truth))
    for at, metric in names.histograms(truth).items():
        count += compare(native_buckets(metric), read_native(native[at]))
    return count


def native_buckets(metric):
    """{index: count} of the buckets that are not empty: bucket i ends at 2^(i/4) s, "zero" takes what is not above
    the lowest bound, and the last, which follows that of 2^1024, is the one without a bound."""
    found = {"count": metric.below(None)}
    if metric.buckets[-1]:
        found[4 * 1024 + 1] = metric.buckets[-1]
    for i, (bound, number) in enumerate(zip(metric.bounds, metric.buckets)):
        if number:
            found[round(4 * math.log2(bound / 10 ** 9)) if i > 0 else "zero"] = number
    return found


def read_native(histogram):
    found = {"count": histogram.sample_count}
    if histogram.schema != 2:
        raise Different("schema %d" % histogram.schema)
    if histogram.zero_count:
        found["zero"] = histogram.zero_count
    index = number = 0
    deltas = iter(histogram.positive_delta)
    for span in histogram.positive_span:
        index += span.offset
        for _ in range(span.length):
            number += next(deltas)
            if number:
                found[index] = number
            index += 1
    return found


class Prometheus:
    """lbd-prometheus on a port of its own, asked for each format."""

    def __init__(self, build, run_dir):
        self.command = [build + "/lbd-prometheus", "--run-dir", run_dir, "--listen", "127.0.0.1", "--port", "0", "-n"]

    def __enter__(self):
        self.program = Program(self.command)
        self.port = self.program.waits_for(r"listening on 127.0.0.1 port (\d+)")[1]
        return self

    def __exit__(self, *arguments):
        self.program.__exit__(*arguments)

    def ask(self, what, path="/metrics"):
        request = urllib.request.Request("http://127.0.0.1:%s%s" % (self.port, path),
                                         headers={"Accept": ACCEPT[what]})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()


# --- Ganglia -----------------------------------------------------------------------------------------------------

GMOND = """
globals {
  daemonize = no
  setuid = no
  mute = yes
}
cluster { name = "lbd" }
udp_recv_channel { port = %(port)d bind = 127.0.0.1 }
tcp_accept_channel { port = %(port)d bind = 127.0.0.1 }
"""


def gmond_start():
    """A gmond that answers, and its port."""
    port = free_port()
    with tempfile.NamedTemporaryFile(mode="w", suffix=".conf") as conf:
        conf.write(GMOND % {"port": port})
        conf.flush()
        gmond = Program(["gmond", "-f", "-c", conf.name])
        until(lambda: gmond_values(port) is not None or gmond.process.poll() is not None, "gmond")
    if gmond.process.poll() is not None:
        raise Different("gmond ends: " + gmond.said())
    return gmond, port


def gmond_values(port):
    """{name: number} of what gmond has from lbd; None when it does not answer."""
    text = b""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            while part := connection.recv(1 << 16):
                text += part
    except OSError:
        return None
    return {metric.get("NAME"): Decimal(metric.get("VAL"))
            for metric in xml.etree.ElementTree.fromstring(text).iter("METRIC")}


def ganglia(build, run_dir, truth, table):
    """gmond keeps each value as the text that it was told. Datagrams may be lost, so it is told again and again."""
    with open(table, encoding="utf-8") as file:
        expected = names.ganglia(truth, file.read())
    gmond, port = gmond_start()
    with gmond, Program([build + "/lbd-ganglia", "--run-dir", run_dir, "-n", "--host", "127.0.0.1", "--port", str(port),
                         "--metrics", "all", "--interval", "1", "--send-metadata-interval", "2"]) as exporter:
        def missing():
            return sorted(expected.keys() - (gmond_values(port) or {}).keys())
        try:
            until(lambda: not missing(), "all metrics")
        except Different as different:
            raise Different("%s\n%s%s\nmissing: %s" % (different, gmond.said(), exporter.said(),
                                                      missing()[:SHOWN])) from None
        found = gmond_values(port)
    return compare(expected, found, lambda name: re.search("_per_second$|^lbd_(process|exporter)", name))


# --- push --------------------------------------------------------------------------------------------------------

class Pushed:
    """lbd-push, and the target that it sends to: tests/push/target.py."""

    def __init__(self, build, run_dir, protocol):
        self.target = Target()
        url = "http://127.0.0.1:%d/" % self.target.port
        self.program = Program([build + "/lbd-push", "--run-dir", run_dir, "-n", "--host", "here", "--" + protocol, url,
                                "--interval", "1"])

    def __enter__(self):
        return self.target

    def __exit__(self, *arguments):
        self.program.__exit__(*arguments)
        self.target.close()


def push_is_own(at):
    return is_own(at) or {("exporter", "push"), ("process", "push")} & set(at[1])


def without_empty(at):
    """Prometheus takes a label that is empty for one that is not there."""
    return at[0], tuple(label for label in at[1] if label[1])


def pushed_series(target):
    samples, buckets = {}, {}
    for series in target.samples().values():
        labels = {name: value for name, value in series.labels.items()
                  if name not in ("__name__", "job", "instance")}
        if "le" in labels:
            bound = float(labels.pop("le"))
            at = names.key(series.name[:-len("_bucket")], labels)
            buckets.setdefault(at, {})[None if bound == float("inf") else Decimal(bound)] = Decimal(series.value)
        else:
            samples[names.key(series.name, labels)] = series.value
    return samples, buckets


def remote_write(build, run_dir, truth):
    """Doubles, the nearest."""
    expected = {without_empty(at): float(value) for at, value in names.series(truth).items()}
    metrics = {without_empty(at): metric for at, metric in names.histograms(truth).items()}
    with Pushed(build, run_dir, "remote-write") as target:
        until(lambda: expected.keys() <= pushed_series(target)[0].keys(), "all series")
        samples, buckets = pushed_series(target)
    if target.problems:
        raise Different(target.problems[0])
    return compare(expected, samples, push_is_own) + check_buckets(
        {at: {bound: Decimal(value) for bound, value in found.items()} for at, found in buckets.items()}, metrics)


class Otlp:
    """The data points of all requests: {(name, attributes): number}, of histograms {…: data point}; and when
    the counting began."""

    def __init__(self, module, target):
        self.numbers, self.histograms, self.begun = {}, {}, {}
        for request in list(target.requests):
            message = module["ExportMetricsServiceRequest"].FromString(request.otlp)
            for resource in message.resource_metrics:
                for scope in resource.scope_metrics:
                    for metric in scope.metrics:
                        self.add(metric)

    def add(self, metric):
        kind = metric.WhichOneof("data")
        for point in getattr(metric, kind).data_points:
            at = names.key(metric.name, {each.key: each.value.string_value for each in point.attributes})
            if kind == "histogram":
                self.histograms[at] = point
            else:
                self.numbers[at] = getattr(point, point.WhichOneof("value"))
            if kind != "gauge":
                self.begun[at] = Decimal(point.start_time_unix_nano) / 10 ** 9


def otlp(build, run_dir, truth, proto):
    """Whole numbers are whole, to the last digit; others doubles, the nearest. Of a histogram each bucket has its
    own count."""
    metrics, whole, module = names.histograms(truth), names.whole(truth), messages(proto)
    parts = {(name + part, labels) for name, labels in metrics for part in ("_count", "_sum")}
    expected = {at: int(value) if at[0] in whole or at[0].endswith("_info") else float(value)
                for at, value in names.series(truth).items() if at not in parts}
    with Pushed(build, run_dir, "otlp") as target:
        until(lambda: expected.keys() <= Otlp(module, target).numbers.keys(), "all points")
        found = Otlp(module, target)
    mixed = [at for at, value in expected.items() if not isinstance(found.numbers[at], type(value))]
    if mixed:
        raise Different("a double, or none: %s" % mixed[:SHOWN])
    count = compare(expected, found.numbers, push_is_own)
    since = {(name.replace("_created", ""), labels): value
             for (name, labels), value in names.series(truth, created=True).items()}
    count += compare(since, {(re.sub("_total$", "", name), labels): value
                             for (name, labels), value in found.begun.items()}, push_is_own)
    for at, metric in metrics.items():
        point = found.histograms[at]
        below = [metric.below(Decimal(bound)) for bound in point.explicit_bounds] + [metric.below(None)]
        count += compare({"count": metric.below(None), "sum": float(metric.sum), **{
            i: below[i] - (below[i - 1] if i > 0 else 0) for i in range(len(below))}},
            {"count": point.count, "sum": point.sum, **dict(enumerate(point.bucket_counts))})
    return count


# --- RRD ---------------------------------------------------------------------------------------------------------

def last_values(path):
    """{data source: number} of the last update, exactly as it was written; unknown ones are left out."""
    lines = rrdtool.ask("lastupdate", path).splitlines()
    values = lines[-1].split()[1:]
    return {name: Decimal(value) for name, value in zip(lines[0].split(), values) if value != "U"}


def rrd(build, run_dir, truth):
    """rrdtool keeps the last value of a data source as the text that it was given."""
    with tempfile.TemporaryDirectory(prefix="lbd-rrd-") as directory:
        os.chmod(directory, 0o755)
        paths = {directory + "/" + names.rrd_path(row): row for row in truth.rows
                 if row.family not in names.RRD_NONE}
        command = [build + "/lbd-rrd", "--run-dir", run_dir, "--directory", directory, "--step", "1",
                   "--archives", "1:60", "-n"]
        with Program(command):
            until(lambda: all(os.path.exists(path) and any(last_values(path)) for path in paths), "all files")
        return sum(compare(names.rrd_sources(row), last_values(path)) for path, row in paths.items())


# --- check_lbd ---------------------------------------------------------------------------------------------------

PERFDATUM = re.compile(r"(?:'((?:[^']|'')+)'|(\S+?))=(-?[0-9.]+)(?:s|B|c|%)?(?:;\S*)? ?")
# What it works out from several numbers, or from the time that it is.
WORKED_OUT = re.compile(r"(?:^|.* )(changed|masters|backups|faults|advert_age|since_vrrp_change|virtual_servers|"
                        r"quorums_lost|sorry_servers_active|up|down|unknown|oldest_heartbeat|checked)$")


def service(row):
    return "%(protocol)s %(virtual_server)s" % row.labels


def server(row):
    return "%(protocol)s %(virtual_server)s %(real_server)s" % row.labels


def same(*metrics):
    return {name: (lambda row, name=name: row.get(name)) for name in metrics}


def member(metric, name):
    return lambda row: row.metrics[metric].values[name]


def drops(row):
    return sum(row.metrics["adverts_dropped"].values.values())


def instance(row):
    return row.infos["instance"]


def nothing(_):
    return ""


RATES = {"connections_per_second": lambda row: row.get("connection_rate"),
         "in_bytes_per_second": lambda row: row.get("in_byte_rate"),
         "out_bytes_per_second": lambda row: row.get("out_byte_rate")}
# (mode, family, object, {performance datum: number})
NAGIOS = [
    ("vrrp", "vrrp", instance, {**same("state", "priority", "adverts_sent", "adverts_received"),
                                "to_master": member("transitions", "master"), "adverts_dropped": drops}),
    ("pair", "vrrp", instance, {**same("state", "priority", "master_priority"), "adverts_dropped": drops}),
    ("virtual-server", "virtual_server", service,
     same("active_connections", "connections", "in_bytes", "out_bytes", "real_servers_up")),
    ("quorum", "virtual_server", service,
     {**same("weight_up", "quorum"), "margin": lambda row: row.get("weight_up") - row.get("quorum")}),
    ("real-servers", "real_server", server,
     {**same("active_connections", "connections"), "weight": lambda row: row.get("weight_effective")}),
    ("rates", "virtual_server", service, RATES),
    ("events", "event", nothing,
     {"last_event": lambda row: row.get("last_number"), "journal_errors": lambda row: row.get("journal_errors"),
      **{severity: member("events", severity) for severity in ("info", "warning", "critical")}}),
    ("health", "child", lambda row: row.labels["process"], same("restarts")),
    ("health", "process", lambda row: row.labels["process"], same("resident_memory", "events_lost")),
    ("health", "config", nothing, same("generation")),
    ("health", "ipvs", nothing, same("drifts", "operation_errors")),
]


def perfdata(build, run_dir, mode):
    run = subprocess.run([build + "/check_lbd", mode, "--run-dir", run_dir], stdout=subprocess.PIPE, text=True,
                         check=False, timeout=PATIENCE)
    first = run.stdout.split("\n")[0]
    return {quoted.replace("''", "'") or plain: Decimal(value)
            for quoted, plain, value in PERFDATUM.findall(first.split("| ", 1)[-1])}


def nagios(build, run_dir, truth):
    """Performance data are exact; what check_lbd works out (ages, sums, counts of rows) is the business of its own
    tests, but for the sums of rates."""
    compared = 0
    # rates first: those of long ago are not believed
    for mode in sorted({mode for mode, _, _, _ in NAGIOS}, key=lambda mode: mode != "rates"):
        expected = {}
        for _, family, object_of, numbers in (each for each in NAGIOS if each[0] == mode):
            for row in truth.of(family):
                for name, number in numbers.items():
                    if number(row) is not None:
                        expected[(object_of(row) + " " + name).lstrip()] = number(row)
        if mode == "rates":
            expected.update({name: sum(number(row) for row in truth.of("virtual_server"))
                             for name, number in RATES.items()})
            expected["active_connections"] = sum(row.get("active_connections") for row in truth.of("virtual_server"))
        compared += compare(expected, perfdata(build, run_dir, mode), WORKED_OUT.match)
    return compared
