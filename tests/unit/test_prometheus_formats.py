#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of lbd-prometheus, judged by others: Debian's strict OpenMetrics parser, and a Prometheus that
scrapes text and protobuf and must come to the same series and numbers, to the last digit."""
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
# These move from one scrape to the next.
MOVING = re.compile("lbd_exporter_|lbd_process_|lbd_segment_age")


def still(samples):
    """{(name, labels): value} of what two scrapes must agree on."""
    return {(name, tuple(sorted(labels.items()))): float(value) for name, labels, value in samples
            if name.startswith("lbd_") and not MOVING.match(name)}


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

    def test_created(self):
        families = {family.name: family for family in self.openmetrics("/metrics?created=1")}
        samples = families["lbd_real_server_connections"].samples
        created = [s.value for s in samples if s.name == "lbd_real_server_connections_created"]
        self.assertEqual(len(created), ROWS)
        self.assertTrue(all(0 <= time.time() - value < 3600 for value in created), created[:3])

    def test_nothing_is_valid_too(self):
        self.assertEqual(self.openmetrics("/metrics?family=vrrp"), [])

    def test_protobuf(self):
        status, headers, body = self.ask(headers={"Accept": ACCEPT_NATIVE})
        self.assertEqual((status, headers["Content-Type"]), (200, PROTOBUF))
        self.assertGreater(body.count(b"lbd_real_server_weight"), 0)

    def test_real_prometheus(self):
        if not shutil.which("prometheus"):
            self.skipTest("there is no prometheus")
        self.tell("count 18446744073709")
        expected = self.text()
        self.assertGreater(len(expected), ROWS * 5)
        native = ["--enable-feature=native-histograms"]
        for name, ask in {"openmetrics": self.prometheus("plain", []),
                          "protobuf": self.prometheus("native", native)}.items():
            for _ in range(300):
                if ask(f'lbd_exporter_scrapes_total{{format="{name}"}} > 1'):
                    break
                time.sleep(0.2)
            else:
                self.fail(f"Prometheus never scraped {name}")
            found = {}
            for series in ask('{__name__=~"lbd_.+"}'):
                labels = {k: v for k, v in series["metric"].items()
                          if v and k not in ("__name__", "instance", "job")}
                found[series["metric"]["__name__"], tuple(sorted(labels.items()))] = series["value"][1]
            found = still((metric, dict(labels), value) for (metric, labels), value in found.items())
            self.assertEqual(found, {(metric, tuple(label for label in labels if label[1])): value
                                     for (metric, labels), value in expected.items()})
            self.assertEqual(ask("up")[0]["value"][1], "1")


main()
