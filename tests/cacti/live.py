#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cacti, headless, with its real database and poller, over lbd-snmp and made-up segments: its command line imports the
package of dashboards/cacti, adds a director, makes its graphs; it polls while a virtual server is added that comes
before all others; every RRD holds its own server's numbers, and every graph is drawn. Takes two to three minutes, so it
runs under `./lab check --all`. BUILD is the build directory, CACTI what lab_unpacked (tests/lab/outside.sh) left, GRAPHS
where the pictures go."""

import concurrent.futures
import os
import re
import shutil
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TREE, "tests", "snmp"), os.path.join(TREE, "tests")]
BUILD = os.path.abspath(os.environ.get("BUILD", "."))
GRAPHS = os.path.abspath(os.environ.get("GRAPHS", "cacti-graphs"))
os.environ.update(BUILD=BUILD, GRAPHS=GRAPHS, CACTI=os.path.abspath(os.environ.get("CACTI", "build/cacti")))
os.chdir(BUILD)
import alone  # noqa: E402
import manager  # noqa: E402
import peer  # noqa: E402
import server  # noqa: E402
from peer import ADDED, INSTANCES, SERVERS, SERVICES  # noqa: E402

EACH = 10   # counted in row 0, each time


class Ticker(threading.Thread):
    """Lets the made-up director count, five times a second, until it is told to stop."""

    def __init__(self, tell):
        super().__init__(daemon=True)
        self.tell, self.stopped, self.times = tell, threading.Event(), []
        self.lock = threading.Lock()

    def run(self):
        while not self.stopped.wait(0.2):
            with self.lock:
                self.tell("count %d" % EACH)
                self.times.append(time.time())

    def end(self):
        self.stopped.set()
        self.join()

    def rate(self, start, end):
        """What row 0 counted a second between two moments."""
        return EACH * sum(start <= moment < end for moment in self.times) / (end - start)


class Live(peer.Peer):
    def setUp(self):
        super().setUp()
        self.lbd()
        self.alone(config="rocommunity public 127.0.0.1\n")
        self.cacti = manager.Manager(self.top + "/cacti")
        self.addCleanup(self.cacti.stop)
        self.cacti.unpack(server.package())
        self.cacti.start()
        self.cacti.install()

    # --- steps

    def add_all_graphs(self):
        """The main ones of every row, and one of every other kind."""
        everywhere = {("lbd - Virtual server", "New connections"), ("lbd - Real server", "New connections"),
                      ("lbd - Virtual server", "Traffic"), ("lbd - VRRP", "Advertisements"),
                      ("lbd - Check", "Round trips of successful probes")}
        one = {"lbd - Virtual server": SERVICES[0], "lbd - Real server": SERVERS[0], "lbd - VRRP": INSTANCES[0]}

        def add(query, graph):
            wanted = one.get(query) if (query, graph) not in everywhere else None
            self.cacti.add_graphs("lvs1", query, graph, "^%s$" % wanted if wanted else ".")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(add, *which) for which in self.cacti.queries()]:
                future.result()

    # --- what is in the files

    def files(self, graph):
        return self.cacti.files("lvs1", graph)

    def mean(self, path, source, start, end):
        """Of a data source between two moments, and from when to when it is known."""
        known = [(moment, value) for moment, value in self.cacti.rates(path, source, start, end)
                 if moment - server.INTERVAL >= start and moment <= end]
        self.assertGreaterEqual(len(known), 2, path)
        return sum(value for _, value in known) / len(known), known[0][0] - server.INTERVAL, known[-1][0]

    def compare_rates(self, graph, source, rows, scale, start):
        for number, index in enumerate(rows):
            path = self.files(graph)[index]
            found, begin, end = self.mean(path, source, start, time.time())
            expected = self.ticker.rate(begin, end) * (1 << number) * scale
            # The poller's clock ticks in seconds. A neighbour has half or twice as much.
            self.assertLess(abs(found - expected), 0.3 * expected, (graph, index, found, expected))
            self.compared += 1

    def compare_exactly(self, graph, column, source, rows):
        """What the poller wrote last, and what stands in lbd's row now, when nothing counts any more."""
        files = self.files(graph)
        for index in rows:
            truth = self.get("%s.1.%s.%s" % (peer.BASE, column, index))
            self.assertRegex(truth, r"^\d+$", index)
            self.assertEqual(self.cacti.latest(files[index])[source], truth, (graph, index))
            self.compared += 1

    # --- the story

    def test_cacti(self):
        said = self.cacti.import_package()
        self.assertEqual(re.findall(r"Unmet|^\[fail", said, re.M), [])
        again = self.cacti.import_package()
        self.assertEqual(re.findall(r"Unmet|^\[fail|\[new\]", again, re.M), [])
        self.cacti.add_device("lvs1", *self.address.split(":"), "--version=2", "--community=public")
        self.assertIn("unchanged", again)
        self.add_all_graphs()
        self.ticker = Ticker(self.tell)
        self.ticker.start()
        self.addCleanup(self.ticker.stopped.set)
        began = time.time()
        self.cacti.start_polling()
        self.cacti.wait_for_polls(1)
        before = {graph: self.files(graph) for graph in ("Virtual server: New connections",
                                                         "Real server: New connections")}
        with self.ticker.lock:
            self.tell("add")
        # The poller sees that there is one more, and asks for all their names.
        self.cacti.until(lambda: self.cacti.knows("lvs1", ADDED), "the new one is not found")
        self.cacti.add_graphs("lvs1", "lbd - Virtual server", "New connections", "^10[.]0[.]0[.]1:80$",
                              "lbdVirtualServerName")
        self.cacti.wait_for_polls(3)
        self.ticker.end()
        # What the last count left has to be in a snapshot of lbd-snmp, which it takes every second.
        self.until(self.settled, "the counters do not settle")
        self.cacti.wait_for_polls(1)
        self.compared = 0
        for graph, files in before.items():
            self.assertEqual({index: self.files(graph).get(index) for index in files}, files)
        self.compare(began)
        self.draw(began)
        self.assertEqual(self.cacti.complaints(), [])
        print("%d values compared" % self.compared)

    def settled(self):
        oid = "%s.1.5.1.1.%s" % (peer.BASE, SERVICES[0])
        first = self.get(oid)
        time.sleep(2.5)
        return first == self.get(oid)

    def compare(self, began):
        services = SERVICES + [ADDED]
        self.compare_rates("Virtual server: New connections", "conns", services, 1, began)
        self.compare_rates("Virtual server: Traffic", "in_bytes", SERVICES, 1000, began)
        self.compare_rates("Real server: New connections", "conns", SERVERS, 1, began)
        self.compare_rates("VRRP: Advertisements", "adv_sent", INSTANCES, 1, began)
        self.compare_exactly("Virtual server: New connections", "5.1.1", "conns", services)
        self.compare_exactly("Virtual server: Traffic", "5.1.4", "in_bytes", SERVICES)
        self.compare_exactly("Real server: New connections", "6.1.1", "conns", SERVERS)
        self.compare_exactly("Real server: Health and weight", "6.1.14", "health", SERVERS[:1])
        self.compare_exactly("VRRP: Advertisements", "4.1.4", "adv_sent", INSTANCES)
        self.compare_exactly("VRRP: State and priority", "4.1.2", "priority", INSTANCES[:1])

    def draw(self, began):
        shutil.rmtree(GRAPHS, ignore_errors=True)
        os.makedirs(GRAPHS)
        drawn = self.cacti.draw(GRAPHS, int(began) - 30, int(time.time()), "Round trips")
        kinds = int(self.cacti.one("SELECT COUNT(*) FROM graph_templates WHERE name LIKE 'lbd - %'"))
        used = int(self.cacti.one("SELECT COUNT(DISTINCT graph_template_id) FROM graph_local"))
        self.assertEqual(used, kinds)
        self.assertGreater(kinds, 60)
        for graph in drawn:
            self.assertEqual(graph["complaint"], "", graph["title"])
            self.assertGreater(os.path.getsize("%s/%03d.png" % (GRAPHS, graph["id"])), 10000, graph["title"])
        # Sum by count, which Cacti knows by letters alone: the check of row 0 takes a millisecond.
        trips = [graph for graph in drawn if graph["values"]]
        self.assertEqual(len(trips), 1)
        column = [name for name, legend in trips[0]["values"]["meta"]["legend"].items() if legend == "mean"]
        means = [float(row[column[0]]) for row in trips[0]["values"]["data"].values() if row[column[0]] != "NaN"]
        self.assertGreaterEqual(len(means), 2)
        for mean in means:
            self.assertAlmostEqual(mean, 0.001, 6)
        print("%d graphs of %d kinds in %s" % (len(drawn), kinds, GRAPHS))


if __name__ == "__main__":
    if not server.package():
        sys.exit("no Cacti in %s" % os.environ["CACTI"])
    alone.alone(__file__)
    unittest.main(verbosity=2)
