#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-graph over made-up files of every family; its commands for rrdtool by rrdtool itself."""
import fcntl
import html.parser
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

GRAPH = os.path.abspath("lbd-graph")
LBCTL = os.path.abspath("lbd/lbctl")
FILES = os.path.abspath("tests/graph/files")
HOURS = 3


def quiet(leaks=False):
    """librrd and fontconfig keep memory until the end: a picture is no place to look for leaks."""
    return dict(os.environ, ASAN_OPTIONS="detect_leaks=%d" % leaks, LC_ALL="C.UTF-8", TZ="UTC",
                LBD_EXPORTER_DIR=os.path.dirname(GRAPH))


class Page(html.parser.HTMLParser):
    """Addresses of pictures, and of places in the page and their names."""

    def __init__(self, text):
        super().__init__()
        self.pictures, self.links, self.places = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "img":
            self.pictures.append(urllib.parse.unquote(attrs["src"]))
        if tag == "a":
            self.links.append(urllib.parse.unquote(attrs["href"]))
        if "id" in attrs:
            self.places.append("#" + attrs["id"])


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp(prefix="lbd-graph-")
        os.makedirs(cls.top + "/run/stat")
        os.mkdir(cls.top + "/rrd")
        cls.end = int(time.time()) // 10 * 10
        subprocess.run([FILES, cls.top, str(cls.end), str(HOURS)], check=True)
        with open(cls.top + "/events", "w", encoding="utf-8") as events:
            for number, cause in ((17, "master_silent"), (18, "preempted_master")):
                print(json.dumps({"number": number, "time_ns": (cls.end - 3000 + number) * 10 ** 9,
                                  "kind": "vrrp", "object": "VI_1", "from": "backup", "to": "master",
                                  "cause": cause, "severity": "critical"}), file=events)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.top)

    def run_graph(self, *options, status=0, leaks=False, program=(GRAPH,)):
        run = subprocess.run([*program, "--run-dir", self.top + "/run", "--directory", self.top + "/rrd",
                              *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=quiet(leaks), check=False, timeout=300, cwd=self.top)
        self.assertEqual(run.returncode, status, run.stderr.decode())
        return run.stdout, run.stderr.decode()

    def size_of(self, png):
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(png[-8:-4], b"IEND")
        return struct.unpack(">II", png[16:24])

    def listed(self):
        out, _ = self.run_graph("--list", leaks=True)
        return [line.split("\t") for line in out.decode().splitlines()]

    def test_a_picture(self):
        out, _ = self.run_graph("VI_1", "--since", "2h", "--width", "400", "--height", "100")
        width, height = self.size_of(out)
        self.assertGreater(width, 400)
        self.assertGreater(height, 100)

    def test_a_picture_in_a_file(self):
        out, _ = self.run_graph("192.168.1.227:80", "-o", "x.png")
        self.assertEqual(out, b"")
        with open(self.top + "/x.png", "rb") as file:
            self.size_of(file.read())

    def test_lines_of_events(self):
        self.run_graph("VI_1", "--events", self.top + "/events", "-o", "x.svg")
        with open(self.top + "/x.svg", encoding="utf-8") as file:
            self.assertIn("<svg", file.read())
        # SVG has letters as shapes; the arguments are what can be read.
        out, _ = self.run_graph("VI_1", "--events", self.top + "/events", "--print-arguments", leaks=True)
        self.assertIn("VRULE:%d#D55E00:event 17 " % (self.end - 3000 + 17), out.decode())
        plain, _ = self.run_graph("VI_1", "--since", "2h")
        marked, _ = self.run_graph("VI_1", "--since", "2h", "--events", self.top + "/events")
        self.assertGreater(self.size_of(marked)[1], self.size_of(plain)[1])

    def test_every_family_is_listed(self):
        families = {line[2][len(self.top + "/rrd/"):].split("/")[0] for line in self.listed()}
        self.assertEqual(families, set(os.listdir(self.top + "/rrd")))
        self.assertGreaterEqual(len(families), 10)

    def test_rrdtool_draws_what_is_listed(self):
        """Every graph of every object, from the list alone, by rrdtool alone."""
        out, _ = self.run_graph("--list", "--json", "--since", "2h", leaks=True)
        drawn = 0
        for line in out.decode().splitlines():
            graph = json.loads(line)
            run = subprocess.run(["rrdtool", "graph", "-", *graph["arguments"]], stdout=subprocess.PIPE,
                                 check=True, env=quiet())
            self.size_of(run.stdout)
            drawn += 1
        self.assertEqual(drawn, len(self.listed()))

    def test_a_command_for_the_shell(self):
        out, _ = self.run_graph("VI_1", "--graph", "adverts", "--print-arguments", "-o", "it's.png",
                                leaks=True)
        subprocess.run(["sh", "-c", out.decode()], check=True, stdout=subprocess.DEVNULL, cwd=self.top)
        with open(self.top + "/it's.png", "rb") as file:
            self.size_of(file.read())

    def test_a_page(self):
        self.run_graph("--html", self.top + "/www", "--all", "--since", "2h",
                       "--events", self.top + "/events")
        with open(self.top + "/www/index.html", encoding="utf-8") as file:
            page = Page(file.read())
        self.assertEqual(len(page.pictures), len(self.listed()))
        for picture in page.pictures:
            with open(self.top + "/www/" + picture, "rb") as file:
                self.size_of(file.read())
        self.assertEqual(sorted(page.links), sorted(page.places))
        self.assertEqual(len(page.links), len({line[2] for line in self.listed()}))

    def test_a_file_that_is_being_written(self):
        """lbd-rrd holds its lock for a moment, and librrd does not wait."""
        for options in (("--print-arguments",), ("-o", self.top + "/busy.png")):
            with open(self.top + "/rrd/vrrp/eth0/201/ipv4.rrd", "r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                timer = threading.Timer(0.3, fcntl.lockf, (file, fcntl.LOCK_UN))
                timer.start()
                self.run_graph("VI_1", *options)
                timer.join()

    def test_slips(self):
        for status, words, *options in (
                (1, "did you mean VI_1", "VI-1"), (1, "write which", "192.168.1.53:53"),
                (1, "but state, adverts", "VI_1", "--graph", "x"),
                (64, "is no time", "VI_1", "--since", "soon"), (64, "is not before", "VI_1", "--until", "2d"),
                (64, "neither in .png", "VI_1", "-o", "x.gif"), (64, "pixels from", "VI_1", "--width", "1"),
                (64, "name an object",), (64, "what is", "VI_1", "VI_2"),
                (1, "cannot write", "VI_1", "-o", self.top + "/no/x.png")):
            _, problem = self.run_graph(*options, status=status)
            self.assertIn(words, problem)
            self.assertEqual(problem.count("\n"), 1)

    def test_times_of_rrdtool(self):
        for since in ("end-3h", "-2h", str(self.end - 3600), time.strftime("%Y-%m-%d")):
            out, _ = self.run_graph("ipvs", "--since", since)
            self.size_of(out)

    def test_a_file_that_is_none(self):
        path = self.top + "/rrd/process/broken.rrd"
        with open(path, "wb") as file:
            file.write(b"not one")
        try:
            _, problem = self.run_graph("process/broken", status=1)
        finally:
            os.unlink(path)
        self.assertIn("broken.rrd", problem)

    def test_rrdcached_does_not_answer(self):
        out, problem = self.run_graph("VI_1", "--rrdcached", self.top + "/none.sock")
        self.size_of(out)
        self.assertIn("the newest values are missing", problem)

    def test_lbctl_hands_it_on(self):
        out, problem = self.run_graph("graph", "VI_1", "--since", "2h", program=(LBCTL,))
        self.size_of(out)
        self.assertIn("no lines for events", problem)
        out, _ = self.run_graph("graph", "--list", "VI_1", program=(LBCTL,))
        self.assertEqual([line.split("\t") for line in out.decode().splitlines()],
                         [line for line in self.listed() if line[0] == "VI_1"])
        _, problem = self.run_graph("status", status=64, program=(LBCTL,))
        self.assertIn("does not take that option", problem)


if __name__ == "__main__":
    if not all(os.access(program, os.X_OK) for program in (GRAPH, FILES)) or not shutil.which("rrdtool"):
        print("lbd-graph is not built, or rrdtool is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
