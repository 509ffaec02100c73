#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of lbd-prometheus, judged by others: Debian's strict OpenMetrics parser, and a Prometheus that
scrapes text and protobuf and must come to the same series and numbers, to the last digit."""
import math
import os
import re
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prometheus_live import ROWS, LiveTest, main  # noqa: E402

try:
    from prometheus_client import parser as text_parser  # noqa: E402
    from prometheus_client.openmetrics import parser as strict_parser  # noqa: E402
except ImportError as error:
    print(f"Debian's python3-prometheus-client is needed: {error}")
    sys.exit(77)

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROTOBUF = ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
            "encoding=delimited")
# What Prometheus 2.42 says by itself, and with --enable-feature=native-histograms.
ACCEPT = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
ACCEPT_NATIVE = ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                 "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
                 "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
LATENESS = "lbd_process_loop_lateness_seconds"
VRRP = '{process="vrrp"}'
HISTOGRAM = re.compile("_(bucket|count|sum)$")
# Nanoseconds: how often. 2^-9 s and 2^-4 s, the latter rounded down, are ends of octaves.
OBSERVED = {0: 1, 7629: 2, 7630: 1, 900000: 6, 1953125: 10, 30000000: 20, 62500000: 30, 130000000: 15,
            1000000000: 13, 40000000000: 2}
# These move from one scrape to the next, and so does what the exporter says of its own process.
MOVING = re.compile("lbd_exporter_|lbd_segment_age|lbd_ipvs_last_sample")


def still(samples):
    """{(name, labels): value} of what two scrapes must agree on."""
    return {(name, tuple(sorted(labels.items()))): float(value) for name, labels, value in samples
            if name.startswith("lbd_") and not MOVING.match(name) and labels.get("process") != "prometheus"}


class Formats(LiveTest):
    def openmetrics(self, path="/metrics"):
        status, headers, body = self.ask(path, headers={"Accept": ACCEPT})
        self.assertEqual((status, headers["Content-Type"]), (200, OPENMETRICS))
        self.assertTrue((b"\n" + body).endswith(b"\n# EOF\n"))
        return list(strict_parser.text_string_to_metric_families(body.decode()))

    def text(self):
        families = text_parser.text_string_to_metric_families(self.ask()[2].decode())
        return still(sample[:3] for family in families for sample in family.samples)

    def test_openmetrics(self):
        families = {family.name: family for family in self.openmetrics()}
        self.assertEqual(families["lbd_real_server_connections"].type, "counter")
        self.assertEqual(families["lbd_real_server"].type, "info")
        self.assertEqual(families["lbd_build"].type, "info")
        self.assertEqual(families["lbd_real_server_health"].type, "gauge")
        self.assertEqual(families["lbd_real_server_in_bytes"].unit, "bytes")
        self.assertEqual(families["lbd_exporter_render_duration_seconds"].unit, "seconds")
        self.assertEqual(len(families["lbd_real_server_weight"].samples), ROWS)
        samples = [sample for family in families.values() for sample in family.samples]
        self.assertEqual(still(sample[:3] for sample in samples), self.text())
        self.assertFalse([s for s in samples if s.name.endswith("_created")])

    def test_exemplars(self):
        self.assertFalse([s for family in self.openmetrics() for s in family.samples if s.exemplar])
        self.tell("event 123")
        told = time.time()
        for _ in range(100):
            families = {family.name: family for family in self.openmetrics()}
            found = [s for family in families.values() for s in family.samples if s.exemplar]
            if found:
                break
            time.sleep(0.1)
        self.assertEqual([s.name for s in found], ["lbd_real_server_failures_total", "lbd_event_events_total"])
        self.assertEqual(found[0].labels["real_server"], "10.0.0.0:80")
        self.assertEqual(found[0].exemplar.labels, {"event": "123", "cause": "check_failed"})
        self.assertEqual(found[0].exemplar.value, 1)
        self.assertLess(abs(float(found[0].exemplar.timestamp) - told), 5)
        self.assertEqual([(s.name, s.value) for s in families["lbd_last_event_number"].samples],
                         [("lbd_last_event_number", 123)])

    def exemplars(self, ask):
        """Those that a Prometheus has kept, of the newest event."""
        found = ask('{__name__=~"lbd_.+"}', "query_exemplars", start=time.time() - 600, end=time.time() + 60)
        self.assertEqual([series["seriesLabels"]["__name__"] for series in found],
                         ["lbd_event_events_total", "lbd_real_server_failures_total"])
        self.assertEqual(found[1]["seriesLabels"]["real_server"], "10.0.0.0:80")
        return [(e["labels"], e["value"]) for e in found[1]["exemplars"]]

    def test_created(self):
        families = {family.name: family for family in self.openmetrics("/metrics?created=1")}
        samples = families["lbd_real_server_connections"].samples
        created = [s.value for s in samples if s.name == "lbd_real_server_connections_created"]
        self.assertEqual(len(created), ROWS)
        self.assertTrue(all(0 <= time.time() - value < 3600 for value in created), created[:3])

    def test_nothing_is_valid_too(self):
        self.tell("stop vrrp")
        self.ask_until(lambda status, _: status == 503, "/healthz")
        self.assertEqual(self.openmetrics("/metrics?family=vrrp"), [])

    def test_protobuf(self):
        status, headers, body = self.ask(headers={"Accept": ACCEPT_NATIVE})
        self.assertEqual((status, headers["Content-Type"]), (200, PROTOBUF))
        self.assertGreater(body.count(b"lbd_real_server_weight"), 0)

    def scraped(self, name, ask):
        """Waits until a Prometheus has the numbers of now, in this format."""
        for _ in range(300):
            if ask(f'lbd_exporter_scrapes_total{{format="{name}"}} > 1'):
                return
            time.sleep(0.2)
        self.fail(f"Prometheus never scraped {name}")

    def found(self, ask):
        """What a Prometheus has: {(name, labels): value}, {(name, labels): native histogram}."""
        numbers, natives = {}, {}
        for series in ask('{__name__=~"lbd_.+"}'):
            labels = {k: v for k, v in series["metric"].items() if v and k not in ("__name__", "instance", "job")}
            key = series["metric"]["__name__"], tuple(sorted(labels.items()))
            if "histogram" in series:
                natives[key] = series["histogram"][1]
            else:
                numbers[key] = series["value"][1]
        return still((name, dict(labels), value) for (name, labels), value in numbers.items()), natives

    def same_counts(self, native, classic, labels):
        """Each classic bucket is a sum of native ones, bounds and all."""
        buckets = [(float(low), float(high), int(count)) for _, low, high, count in native.get("buckets", ())]
        bounds = [dict(found)["le"] for name, found in classic
                  if name == LATENESS + "_bucket" and labels <= set(found)]
        self.assertEqual(len(bounds), 24)
        for bound in bounds:
            here = sum(count for _, high, count in buckets if high <= float(bound))
            key = LATENESS + "_bucket", tuple(sorted(labels | {("le", bound)}))
            self.assertEqual(here, classic[key], bound)
            self.assertFalse([1 for low, high, _ in buckets if low < float(bound) < high], bound)
        for part in "count", "sum":
            self.assertEqual(float(native[part]), classic[LATENESS + "_" + part, tuple(sorted(labels))])

    def test_real_prometheus(self):
        if not shutil.which("prometheus"):
            self.skipTest("there is no prometheus")
        # all stands still, and the histograms are those of OBSERVED
        self.tell("fill")
        self.tell("recover")
        self.tell("zero")
        self.tell("count 18446744073709")
        self.tell("event 123")
        for value, number in OBSERVED.items():
            self.tell(f"observe {value} {number}")
        expected = {(name, tuple(label for label in labels if label[1])): value
                    for (name, labels), value in self.text().items()}
        self.assertGreater(len(expected), ROWS * 5)
        asks = {"openmetrics": self.prometheus("plain", ["--enable-feature=exemplar-storage"]),
                "protobuf": self.prometheus("native", ["--enable-feature=exemplar-storage,native-histograms"])}
        for name, ask in asks.items():
            self.scraped(name, ask)
            self.assertEqual(ask("up")[0]["value"][1], "1")
            self.assertEqual(self.exemplars(ask), [({"event": "123", "cause": "check_failed"}, "1")])
        numbers, natives = self.found(asks["openmetrics"])
        self.assertEqual((numbers, natives), (expected, {}))
        numbers, natives = self.found(asks["protobuf"])
        self.assertEqual(numbers, {key: value for key, value in expected.items() if not HISTOGRAM.search(key[0])})
        labels = {("process", "vrrp")}
        self.same_counts(natives[LATENESS, tuple(labels)], expected, labels)
        self.quantiles(asks)

    def test_declined(self):
        """native=0: a Prometheus that takes native histograms, and nothing else of those who offer them."""
        if not shutil.which("prometheus"):
            self.skipTest("there is no prometheus")
        for text in ("fill", "recover", "zero"):
            self.tell(text)
        expected = {(name, tuple(label for label in labels if label[1])): value
                    for (name, labels), value in self.text().items()}
        ask = self.prometheus("declined", ["--enable-feature=native-histograms"], "  params: {native: ['0']}\n")
        self.scraped("protobuf", ask)
        self.assertEqual(self.found(ask), (expected, {}))

    def quantiles(self, asks):
        """Where a quantile is at the end of an octave, both kinds give the same; else in the same octave."""
        for share in (0.1, 0.2, 0.5, 0.7, 0.9):
            classic, native = (float(asks[name](f"histogram_quantile({share}, {series})")[0]["value"][1])
                               for name, series in (("openmetrics", LATENESS + "_bucket" + VRRP),
                                                    ("protobuf", LATENESS + VRRP)))
            octave = -int(-math.log2(classic) // 1)
            self.assertLessEqual(native, 2.0 ** octave, share)
            self.assertGreaterEqual(native, 2.0 ** (octave - 1), share)
            if share in (0.2, 0.7):
                self.assertEqual(native, classic)
        self.assertEqual(asks["protobuf"](f"histogram_count({LATENESS}{VRRP})")[0]["value"][1],
                         asks["openmetrics"](f"{LATENESS}_count{VRRP}")[0]["value"][1])


main()
