# SPDX-License-Identifier: GPL-2.0-or-later
"""A Cacti with lbd's package, as an administrator has it: what he does with its command line, and what is in its files
then. How it runs is in server.py; live.py shows it made-up directors, tests/lab/cacti.py real ones."""

import glob
import os
import shutil
import time

import server

PACKAGE_OF_LBD = os.path.join(os.path.dirname(os.path.dirname(server.HERE)), "dashboards", "cacti")
PATIENCE = 300   # seconds: a poll takes one or two


class Manager(server.Cacti):
    def import_package(self):
        """What import_template.php said."""
        for path in glob.glob(PACKAGE_OF_LBD + "/snmp_queries/*.xml"):
            shutil.copy(path, self.site + "/resource/snmp_queries/")
        return self.cli("import_template", "--filename=%s/lbd_director.xml" % PACKAGE_OF_LBD, "--profile-id=99")

    def add_device(self, name, address, port, *access):
        template = self.one("SELECT id FROM host_template WHERE name = 'lbd director'")
        self.cli("add_device", "--description=" + name, "--ip=" + address, "--port=" + port, "--avail=snmp",
                 "--template=" + template, *access)
        # In its pages this is a click on the device: look again when the number of rows has changed.
        device = self.device(name)
        self.sql("UPDATE host_snmp_query SET reindex_method = 2 WHERE host_id = " + device)
        self.cli("poller_reindex_hosts", "--id=" + device, "--qid=all")

    def device(self, name):
        return self.one("SELECT id FROM host WHERE description = '%s'" % name)

    def queries(self):
        """{(data query, graph): ids for add_graphs}"""
        return {(query, graph): ids for query, graph, *ids in self.sql(
            "SELECT q.name, g.name, q.id, g.id, g.graph_template_id FROM snmp_query AS q"
            " JOIN snmp_query_graph AS g ON g.snmp_query_id = q.id WHERE q.name LIKE 'lbd - %'")}

    def add_graphs(self, name, query, graph, pattern=".", field=None):
        """Of the rows of a device whose field (the index, if not another) is like the pattern."""
        device = self.device(name)
        query_id, graph_id, template = self.queries()[query, graph]
        field = field or self.one("SELECT sort_field FROM host_snmp_query WHERE host_id = %s AND snmp_query_id = %s" %
                                  (device, query_id))
        said = self.cli("add_graphs", "--host-id=" + device, "--graph-type=ds", "--graph-template-id=" + template,
                        "--snmp-query-id=" + query_id, "--snmp-query-type-id=" + graph_id, "--snmp-field=" + field,
                        "--snmp-value-regex=" + pattern)
        if "Graph Added" not in said:
            raise server.Failed("%s, %s of %s: %s" % (query, graph, name, said[-4000:]))

    def knows(self, name, index):
        """Has the poller asked this device for the names of this virtual server?"""
        return bool(self.sql("SELECT 1 FROM host_snmp_cache WHERE field_name = 'lbdVirtualServerIndex'"
                             " AND snmp_index = '%s' AND host_id = %s" % (index, self.device(name))))

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise server.Failed("%s\n%s" % (what, self.log()[-4000:]))
            time.sleep(0.2)

    def wait_for_polls(self, count):
        """From now on: one more, since the first may be under way."""
        enough = self.polls() + count + 1
        self.until(lambda: self.polls() >= enough, "the poller does not poll")

    def files(self, name, graph):
        """{index: RRD} of a device, for a graph of a data query."""
        rows = self.sql(
            "SELECT l.snmp_index, d.data_source_path FROM data_local AS l"
            " JOIN data_template_data AS d ON d.local_data_id = l.id"
            " JOIN data_template AS t ON t.id = l.data_template_id"
            " WHERE t.name = 'lbd - %s' AND l.host_id = %s" % (graph, self.device(name)))
        return {index: path.replace("<path_rra>", self.top + "/rra") for index, path in rows}

    def latest(self, path):
        """{data source: what the poller wrote last}"""
        names, _, values = self.run("rrdtool", "lastupdate", path).partition("\n\n")
        return dict(zip(names.split(), values.split(":")[1].split()))

    def rates(self, path, source, start, end):
        """[(end of a step, mean of a data source in it)], where it is known."""
        said = self.run("rrdtool", "fetch", path, "AVERAGE", "-s", str(int(start)), "-e", str(int(end)))
        names, *lines = [line for line in said.splitlines() if line.strip()]
        column = names.split().index(source) + 1
        return [(int(line.split(":")[0]), float(line.replace(":", "").split()[column])) for line in lines
                if "nan" not in line.split()[column]]
