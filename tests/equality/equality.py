#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every surface says the same: the numbers stand still at one tick, each surface is asked with its real tool, and
each must have every number of every family, to the last digit that its format holds.

equality.py                     a made-up director, in which every metric has a value that no other has
equality.py STAT TABLE STATS    a copy of a real director's segments, and what `ipvsadm -Ln` and `ipvsadm -Ln
                                --stats --exact` said when it was made: the numbers must be the kernel's, too

Run in the build directory, or with BUILD naming it. Prints TAP; a surface whose tool is not there is skipped, and
the exit status is then 77. What a format holds:

  lbctl --json, text, OpenMetrics     all digits
  protobuf                            doubles, the nearest; counts of histograms are whole
  gmond                               all digits, of what lbd-ganglia sends
  remote write                        doubles, the nearest
  OTLP                                doubles, the nearest; whole numbers have all digits
  RRD                                 all digits, in the last value of a data source
  check_lbd                           all digits, of what its modes show
  SNMP                                all digits; instants in tenths of a second; in both roles of lbd-snmp
"""

import concurrent.futures
import os
import shutil
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import snmp  # noqa: E402
import surfaces  # noqa: E402
from director import BUILD, TREE, Director  # noqa: E402
from truth import Truth  # noqa: E402

try:
    from prometheus_client.openmetrics import parser
    STRICT = []
except ImportError:
    STRICT = ["python3-prometheus-client"]
try:
    import google.protobuf  # noqa: F401
    PROTOC = ["protoc"]
except ImportError:
    PROTOC = ["protoc", "python3-protobuf"]

MIBS = [] if snmp.mib_directories() else ["erlang-snmp"]


class Tap:
    def __init__(self):
        self.number = self.failed = self.skipped = 0

    def line(self, good, text, detail=""):
        self.number += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.number, text))
        for line in detail.splitlines():
            print("#   " + line)
        sys.stdout.flush()

    def surface(self, name, needs, function, *arguments):
        """Asks one now; see surfaces()."""
        self.surfaces([(name, needs, function, *arguments)])

    def surfaces(self, asks):
        """Asks several side by side, since they mostly wait for each other's ticks. Each is a name, the programs
        without which it cannot be asked (which is no success and is said), a function and its arguments."""
        with concurrent.futures.ThreadPoolExecutor(len(asks)) as pool:
            for good, text, detail, skipped in pool.map(ask, asks):
                self.skipped += skipped
                self.line(good, text, detail)


def ask(what):
    name, needs, function, *arguments = what
    missing = [program for program in needs if not shutil.which(program)]
    if missing:
        return True, "%s # SKIP without %s" % (name, ", ".join(missing)), "", True
    try:
        numbers = function(*arguments)
        return numbers > 0, "%s: %d numbers" % (name, numbers), "", False
    except surfaces.Different as different:
        return False, name, str(different), False
    except Exception:  # pylint: disable=broad-exception-caught
        # That surface has failed, and not the others.
        return False, name, traceback.format_exc(), False


def openmetrics(prometheus, truth):
    body = prometheus.ask("openmetrics", "/metrics?created=1").decode()
    try:
        if not list(parser.text_string_to_metric_families(body)):
            raise ValueError("nothing")
    except ValueError as error:
        raise surfaces.Different("the strict parser: %s" % error) from error
    return surfaces.text_surface(body, truth, created=True)


def ask_all(tap, director):
    build, run_dir, truth = BUILD, director.run_dir, director.truth
    exporter, push = build + "/lbd-prometheus", build + "/lbd-push"
    # the first, since it believes no rates of long ago
    tap.surface("check_lbd", [], surfaces.nagios, build, run_dir, truth)
    mib, walker = TREE + "/mibs/LBD-MIB.txt", [build + "/lbd-snmp", "snmpbulkwalk", "snmpd"] + MIBS
    asks = [("SNMP, answering by itself", walker, snmp.surface, build, run_dir, truth.without("snmp"), mib),
            ("SNMP, through snmpd", walker, snmp.surface, build, run_dir, truth.without("snmp"), mib, True),
            ("lbctl status --json", [], surfaces.lbctl, build, run_dir, truth),
            ("gmond", [build + "/lbd-ganglia", "gmond"], surfaces.ganglia, build, run_dir, truth,
             TREE + "/exporters/ganglia/metric.def"),
            ("remote write", [push], surfaces.remote_write, build, run_dir, truth.without("push")),
            ("OTLP", [push] + PROTOC, surfaces.otlp, build, run_dir, truth.without("push"),
             TREE + "/exporters/push/otlp.proto"),
            ("RRD", [build + "/lbd-rrd", "rrdtool"], surfaces.rrd, build, run_dir, truth.without("rrd"))]
    if not os.access(exporter, os.X_OK):
        tap.surfaces(asks + [("text, OpenMetrics, protobuf", [exporter], None)])
        return
    with surfaces.Prometheus(build, run_dir) as prometheus:
        truth = truth.without("prometheus")
        tap.surfaces(asks + [
            ("text 0.0.4", [], lambda: surfaces.text_surface(prometheus.ask("text").decode(), truth)),
            ("OpenMetrics 1.0", STRICT, openmetrics, prometheus, truth),
            ("protobuf", PROTOC, lambda: surfaces.protobuf_surface(
                prometheus.ask("protobuf"), truth, TREE + "/exporters/prometheus/metrics.proto"))])


def main():
    tap = Tap()
    director = Director(sys.argv[1] if len(sys.argv) > 1 else None)
    metrics = sum(len(row.metrics) for row in director.truth.rows)
    tap.line(metrics > 0, "%d rows with %d metrics stand still" % (len(director.truth.rows), metrics))
    if len(sys.argv) > 2:
        tap.surface("ipvsadm", [], surfaces.ipvsadm, director.truth, *sys.argv[2:])
    ask_all(tap, director)
    before = director.truth
    tap.line([vars(row.metrics[name]) for row in before.rows for name in row.metrics] ==
             [vars(row.metrics[name]) for row in Truth(director.tell("show")).rows for name in row.metrics],
             "they stood still")
    tap.line(director.end(), "the made-up director ended well")
    print("1..%d" % tap.number)
    sys.exit(1 if tap.failed else 77 if tap.skipped else 0)


main()
