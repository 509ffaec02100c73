#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cacti, headless, with its real database and poller, over lbd-snmp and made-up segments: its command line imports the
package of dashboards/cacti, adds a director, makes its graphs; it polls while a virtual server is added that comes
before all others; every RRD holds its own server's numbers, and every graph is drawn. Takes two to three minutes, so it
runs under `./lab check --all`. BUILD is the build directory, CACTI where Debian's package is unpacked, GRAPHS where the
pictures go."""

import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TREE, "tests", "snmp")]
PACKAGE_OF_LBD = os.path.join(TREE, "dashboards", "cacti")
BUILD = os.path.abspath(os.environ.get("BUILD", "."))
GRAPHS = os.path.abspath(os.environ.get("GRAPHS", "cacti-graphs"))
os.environ.update(BUILD=BUILD, GRAPHS=GRAPHS,
                  CACTI=os.path.abspath(os.environ.get("CACTI", "build/cacti-package")))
os.chdir(BUILD)
import peer  # noqa: E402
import server  # noqa: E402

# Rows of tests/snmp/lbd.c, as their tables index them, in the order in which they came: row I counts N << I.
SERVICES = ["6.1.4.192.0.2.1.80", "17.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.53", "0.0.0.5"]
ADDED = "6.1.4.10.0.0.1.80"
SERVERS = ["%s.1.4.10.0.0.%d.80" % (service, number) for service in SERVICES for number in (1, 2)]
INSTANCES = ["2.108.111.51.1", "2.108.111.201.1", "2.108.111.52.2"]
EACH = 10        # counted in row 0, each time
INTERVAL = 10    # seconds between two polls, and the step of the RRDs


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
        self.cacti = server.Cacti(server.package(), self.top + "/cacti")
        self.addCleanup(self.cacti.stop)
        self.cacti.start()
        self.cacti.install()

    def tearDown(self):
        self.cacti.stop()
        super().tearDown()

    # --- steps

    def import_package(self):
        for path in glob.glob(PACKAGE_OF_LBD + "/snmp_queries/*.xml"):
            shutil.copy(path, self.cacti.site + "/resource/snmp_queries/")
        return self.cacti.cli("import_template", "--filename=%s/lbd_director.xml" % PACKAGE_OF_LBD, "--profile-id=99")

    def add_device(self):
        template = self.cacti.one("SELECT id FROM host_template WHERE name = 'lbd director'")
        address, port = self.address.split(":")
        self.cacti.cli("add_device", "--description=lvs1", "--ip=" + address, "--port=" + port, "--version=2",
                       "--community=public", "--avail=snmp", "--template=" + template)
        self.device = self.cacti.one("SELECT id FROM host WHERE description = 'lvs1'")
        # In its pages this is a click on the device: look again when the number of rows has changed.
        self.cacti.sql("UPDATE host_snmp_query SET reindex_method = 2")
        self.cacti.cli("poller_reindex_hosts", "--id=" + self.device, "--qid=all")

    def queries(self):
        """{(data query, graph): ids for add_graphs}"""
        return {(query, graph): ids for query, graph, *ids in self.cacti.sql(
            "SELECT q.name, g.name, q.id, g.id, g.graph_template_id FROM snmp_query AS q"
            " JOIN snmp_query_graph AS g ON g.snmp_query_id = q.id WHERE q.name LIKE 'lbd - %'")}

    def add_graphs(self, query, graph, field, pattern):
        query_id, graph_id, template = self.queries()[query, graph]
        said = self.cacti.cli("add_graphs", "--host-id=" + self.device, "--graph-type=ds",
                              "--graph-template-id=" + template, "--snmp-query-id=" + query_id,
                              "--snmp-query-type-id=" + graph_id, "--snmp-field=" + field,
                              "--snmp-value-regex=" + pattern)
        self.assertIn("Graph Added", said)

    def add_all_graphs(self):
        """The main ones of every row, and one of every other kind."""
        everywhere = {("lbd - Virtual server", "New connections"), ("lbd - Real server", "New connections"),
                      ("lbd - Virtual server", "Traffic"), ("lbd - VRRP", "Advertisements"),
                      ("lbd - Check", "Round trips of successful probes")}
        one = {"lbd - Virtual server": SERVICES[0], "lbd - Real server": SERVERS[0], "lbd - VRRP": INSTANCES[0]}
        index = dict(self.cacti.sql("SELECT q.name, h.sort_field FROM host_snmp_query AS h"
                                    " JOIN snmp_query AS q ON q.id = h.snmp_query_id"))

        def add(query, graph):
            wanted = one.get(query) if (query, graph) not in everywhere else None
            self.add_graphs(query, graph, index[query], "^%s$" % wanted if wanted else ".")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(add, *which) for which in self.queries()]:
                future.result()

    def wait_for_polls(self, count):
        """From now on: one more, since the first may be under way."""
        until = self.cacti.polls() + count + 1
        self.until(lambda: self.cacti.polls() >= until, "the poller does not poll\n" + self.cacti.log()[-4000:])

    # --- what is in the files

    def files(self, graph):
        """{index: RRD} of a graph of a data query."""
        rows = self.cacti.sql(
            "SELECT l.snmp_index, d.data_source_path FROM data_local AS l"
            " JOIN data_template_data AS d ON d.local_data_id = l.id"
            " JOIN data_template AS t ON t.id = l.data_template_id WHERE t.name = 'lbd - %s'" % graph)
        return {index: path.replace("<path_rra>", self.cacti.top + "/rra") for index, path in rows}

    def latest(self, path):
        """{data source: what the poller wrote last}"""
        names, _, values = self.tool("rrdtool", "lastupdate", path).partition("\n\n")
        return dict(zip(names.split(), values.split(":")[1].split()))

    def rates(self, path, source, start, end):
        """Of a data source between two moments: the mean, and from when to when it is known."""
        said = self.tool("rrdtool", "fetch", path, "AVERAGE", "-s", str(int(start)), "-e", str(int(end)))
        names, *lines = [line for line in said.splitlines() if line.strip()]
        column = names.split().index(source) + 1
        known = [(int(line.split(":")[0]), float(line.replace(":", "").split()[column])) for line in lines
                 if "nan" not in line.split()[column]]
        known = [(moment, value) for moment, value in known if moment - INTERVAL >= start and moment <= end]
        self.assertGreaterEqual(len(known), 2, path)
        return sum(value for _, value in known) / len(known), known[0][0] - INTERVAL, known[-1][0]

    def compare_rates(self, graph, source, rows, scale, start):
        for number, index in enumerate(rows):
            path = self.files(graph)[index]
            found, begin, end = self.rates(path, source, start, time.time())
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
            self.assertEqual(self.latest(files[index])[source], truth, (graph, index))
            self.compared += 1

    # --- the story

    def test_cacti(self):
        said = self.import_package()
        self.assertEqual(re.findall(r"Unmet|^\[fail", said, re.M), [])
        again = self.import_package()
        self.assertEqual(re.findall(r"Unmet|^\[fail|\[new\]", again, re.M), [])
        self.add_device()
        self.assertIn("unchanged", again)
        self.add_all_graphs()
        self.ticker = Ticker(self.tell)
        self.ticker.start()
        self.addCleanup(self.ticker.stopped.set)
        began = time.time()
        self.cacti.start_polling()
        self.wait_for_polls(1)
        before = {graph: self.files(graph) for graph in ("Virtual server: New connections",
                                                         "Real server: New connections")}
        with self.ticker.lock:
            self.tell("add")
        # The poller sees that there is one more, and asks for all their names.
        self.until(self.is_known, "the new one is not found\n" + self.cacti.log()[-4000:])
        self.add_graphs("lbd - Virtual server", "New connections", "lbdVirtualServerName", "^10[.]0[.]0[.]1:80$")
        self.wait_for_polls(3)
        self.ticker.end()
        # What the last count left has to be in a snapshot of lbd-snmp, which it takes every second.
        self.until(self.settled, "the counters do not settle")
        self.wait_for_polls(1)
        self.compared = 0
        for graph, files in before.items():
            self.assertEqual({index: self.files(graph).get(index) for index in files}, files)
        self.compare(began)
        self.draw(began)
        self.assertEqual(re.findall(r"^(?!.*(?:PHP DEPRECATED|Backtrace)).*(?:ERROR|FATAL|Import Error).*",
                                    self.cacti.log(), re.M), [])
        print("%d values compared" % self.compared)

    def is_known(self):
        return self.cacti.sql("SELECT 1 FROM host_snmp_cache WHERE field_name = 'lbdVirtualServerIndex'"
                              " AND snmp_index = '%s'" % ADDED)

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


def alone():
    """In a network of its own, where the machine allows it: Cacti is one that likes to look around."""
    inside = ["unshare", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
    if "LBD_CACTI_ALONE" not in os.environ and \
            subprocess.run(inside + ["ip", "link", "set", "lo", "up"], check=False).returncode == 0:
        os.environ["LBD_CACTI_ALONE"] = "1"
        os.execvp("unshare", inside + ["sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable,
                                       os.path.abspath(__file__)] + sys.argv[1:])


if __name__ == "__main__":
    if not server.package():
        sys.exit("no unpacked package of Cacti in %s" % os.environ["CACTI"])
    alone()
    unittest.main(verbosity=2)
