#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-rrd with rrdtool and rrdcached as they are, over made-up segments."""
import math
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import rrdtool  # noqa: E402
import side_by_side  # noqa: E402
from live_case import LiveCase  # noqa: E402

EXPORTER = os.path.abspath("lbd-rrd")
TINY = "1:60"
MANY = 10000


def path_of(row):
    """As tests/director/labels.c names its servers, and exporters/rrd/name.c its files."""
    return "real_server/TCP/192.0.2.%d+80/10.%d.%d.%d+80.rrd" % (
        row // 10 % 250, row // 65536, row // 256 % 256, row % 256)


class Live(LiveCase):
    name = "rrd"

    def setUp(self):
        super().setUp()
        self.directory = self.top + "/rrd files"
        os.mkdir(self.directory)

    def lbd(self, rows):
        super().lbd(self.top + "/run/stat", str(rows), "real_server")

    def exporter(self, *options):
        return self.start_logged([EXPORTER, "--run-dir", self.top + "/run", "--directory", self.directory,
                                  "--step", "1", "-n", *options])

    def rrdcached(self):
        socket = self.top + "/rrdcached.sock"
        process = self.start(["rrdcached", "-g", "-l", "unix:" + socket, "-p", self.top + "/pid",
                              "-b", self.directory, "-B"], stdout=subprocess.DEVNULL)
        self.until(lambda: os.path.exists(socket), "rrdcached does not listen")
        return process, socket

    def own(self, name):
        """A number of the exporter's own; -1 when it has not written any yet."""
        try:
            with open(self.directory + "/lbd-rrd.prom", encoding="utf-8") as file:
                for line in file:
                    if line.startswith(name + " "):
                        return float(line.split()[1])
        except FileNotFoundError:
            pass
        return -1

    def ticks(self, count):
        """Waits until so many more ticks are over."""
        before = self.own("lbd_rrd_ticks_total")
        self.until(lambda: self.own("lbd_rrd_ticks_total") >= before + count, "no ticks")

    def file(self, row=0):
        return self.directory + "/" + path_of(row)

    def info(self, path):
        return dict(line.split(" = ", 1) for line in rrdtool.ask("info", path).splitlines())

    def fetch(self, row=0, begin="end-600"):
        """[{source: value}] of the values at one second each that are known in any source."""
        lines = rrdtool.ask("fetch", self.file(row), "AVERAGE", "-s", begin).splitlines()
        names = lines[0].split()
        values = [dict(zip(names, map(float, line.split(":")[1].split()))) for line in lines[2:]]
        return [v for v in values if not all(map(math.isnan, v.values()))]

    def known(self, source, row=0):
        return [v[source] for v in self.fetch(row) if not math.isnan(v[source])]

    def count_for(self, ticks, each):
        """Counts while so many ticks go by; returns how much."""
        total, end = 0, self.own("lbd_rrd_ticks_total") + ticks
        while self.own("lbd_rrd_ticks_total") < end:
            self.tell("count %d" % each)
            total += each
            time.sleep(0.05)
        return total

    def test_values(self):
        self.lbd(3)
        exporter = self.exporter("--archives", "1:3600 10:36000")
        self.until(lambda: self.own("lbd_rrd_files") == 3, "no files")
        self.ticks(2)
        total = self.count_for(5, 7)
        self.ticks(2)
        self.assertAlmostEqual(sum(self.known("conns")), total, delta=total / 100)
        self.assertAlmostEqual(sum(self.known("in_bytes")), 1000 * total, delta=10 * total)
        self.assertEqual(set(self.known("active", 2)), {2.0})
        self.assertEqual(set(self.known("weight")), {100.0})
        self.assertEqual(set(self.known("conn_rate")), {1.5})
        # Absent is unknown, and not 0.
        self.assertEqual(self.known("weight_eff"), [])
        info = self.info(self.file())
        self.assertEqual(info["step"], "1")
        self.assertEqual(info["ds[conns].type"], '"DERIVE"')
        self.assertEqual(float(info["ds[conns].min"]), 0)
        self.assertEqual(info["ds[conns].minimal_heartbeat"], "2")
        self.assertEqual([info["rra[%d].cf" % i] for i in range(3)], ['"AVERAGE"', '"AVERAGE"', '"MAX"'])
        self.assertEqual(self.stop(exporter), 0)
        self.assertEqual(self.own("lbd_rrd_update_errors_total"), 0)

    def test_restart_and_reset_leave_no_peak(self):
        self.lbd(1)
        self.tell("count 1000000000")
        exporter = self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= 2, "no updates")
        self.count_for(2, 5)
        self.tell("zero")
        self.count_for(3, 5)
        self.tell("count 300000")
        self.stop(exporter)
        self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_ticks_total") <= 2, "no second life")
        self.count_for(4, 5)
        self.tell("stop director")
        self.ticks(7)
        self.tell("zero")
        self.tell("start director")
        self.ticks(2)
        self.count_for(2, 5)
        rates = self.known("conns")
        self.assertGreater(len(rates), 5)
        # What was counted over the restart is spread over it; a peak would be 1e9.
        self.assertLessEqual(max(rates), 310000)
        self.assertGreaterEqual(min(rates), 0)
        self.assertEqual(self.own("lbd_rrd_files_refused"), 0)

    def create(self, row, *definitions, step="1"):
        os.makedirs(os.path.dirname(self.file(row)), exist_ok=True)
        rrdtool.ask("create", self.file(row), "-s", step, *definitions, "RRA:AVERAGE:0.5:1:60")

    def bytes_of(self, row):
        with open(self.file(row), "rb") as file:
            return file.read()

    def test_another_shape_is_left_alone(self):
        self.create(0, "DS:conns:GAUGE:20:U:U")
        self.create(1, "DS:conns:DERIVE:20:0:U", step="300")
        with open(self.file(2), "wb") as file:
            file.write(b"precious")
        before = [self.bytes_of(row) for row in range(3)]
        self.lbd(4)
        self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= 4, "no updates")
        self.assertEqual([self.bytes_of(row) for row in range(3)], before)
        self.assertEqual(self.own("lbd_rrd_files_refused"), 3)
        self.assertEqual(self.own("lbd_rrd_files"), 1)
        self.assertEqual(self.logged().count("is left as it is and not written to"), 3)
        self.assertEqual(self.logged().count("its data source conns is a GAUGE and not a DERIVE"), 1)
        self.assertEqual(self.logged().count("its step is 300 s and not 1 s"), 1)

    def extended(self, *options):
        self.create(0, "DS:mine:GAUGE:20:U:U", "DS:weight:GAUGE:20:U:U", "DS:conns:DERIVE:20:0:U")
        rrdtool.ask("update", self.file(), "-t", "mine", "N:5")
        self.lbd(1)
        self.exporter("--archives", TINY, *options)
        self.until(lambda: self.own("lbd_rrd_files_extended_total") == 1, "not extended")
        self.ticks(3)

    def test_a_new_metric_joins_an_old_file(self):
        self.extended()
        self.assertEqual(self.known("weight")[-1], 100.0)
        self.assertEqual(self.known("conn_rate")[-1], 1.5)
        self.assertIn("ds[mine].index", self.info(self.file()))
        self.assertEqual(self.own("lbd_rrd_update_errors_total"), 0)

    def test_a_file_that_was_removed_comes_back(self):
        self.lbd(1)
        self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_files") == 1, "no file")
        shutil.rmtree(self.directory + "/real_server")
        self.until(lambda: self.own("lbd_rrd_files_created_total") == 2, "not created again")

    def test_the_directory_is_missing_for_a_while(self):
        os.rmdir(self.directory)
        self.lbd(1)
        self.exporter("--archives", TINY)
        self.until(lambda: self.logged().count("cannot write to") == 1, "nothing said")
        time.sleep(2.2)
        self.assertEqual(self.logged().count("cannot write to"), 1)
        self.assertEqual(self.logged().count("install -d -o"), 1)
        os.mkdir(self.directory)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= 2, "no updates")
        self.assertEqual(self.logged().count("the directory can be written to again"), 1)

    def test_wrong_use(self):
        with open(self.log, "w", encoding="utf-8") as log:
            for options in ((), ("--directory", "here"), ("--directory", "/", "--step", "0"),
                            ("--directory", "/", "--archives", "x"), ("--directory", "/", "more")):
                run = subprocess.run([EXPORTER, *options], stderr=log, check=False, timeout=20)
                self.assertEqual(run.returncode, 2)


@unittest.skipUnless(shutil.which("rrdcached"), "rrdcached is not installed")
class Cached(Live):
    """What the daemon makes a difference for, once more, through rrdcached."""

    test_another_shape_is_left_alone = None
    test_a_file_that_was_removed_comes_back = None
    test_the_directory_is_missing_for_a_while = None
    test_wrong_use = None

    def exporter(self, *options):
        if "rrdcached.sock" not in os.listdir(self.top):
            self.daemon, self.socket = self.rrdcached()
        return super().exporter("--rrdcached", self.socket, *options)

    def fetch(self, row=0, begin="end-600"):
        subprocess.run(["rrdtool", "flushcached", "--daemon", "unix:" + self.socket, self.file(row)],
                       check=True, stdout=subprocess.DEVNULL)
        return super().fetch(row, begin)

    def test_rrdcached_stands_still(self):
        self.lbd(2)
        self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= 4, "no updates")
        self.daemon.send_signal(signal.SIGSTOP)
        self.until(lambda: self.own("lbd_rrd_rrdcached_errors_total") >= 2, "no error")
        self.assertEqual(self.logged().count("no answer within a second from"), 1)
        updates = self.own("lbd_rrd_updates_total")
        self.daemon.send_signal(signal.SIGCONT)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= updates + 4, "no recovery")
        self.assertEqual(self.logged().count("rrdcached takes our values again"), 1)

    def test_rrdcached_is_restarted(self):
        self.lbd(2)
        self.exporter("--archives", TINY)
        self.until(lambda: self.own("lbd_rrd_updates_total") >= 4, "no updates")
        self.stop(self.daemon)
        self.until(lambda: self.own("lbd_rrd_rrdcached_errors_total") >= 2, "no error")
        updates = self.own("lbd_rrd_updates_total")
        self.daemon, _ = self.rrdcached()
        self.until(lambda: self.own("lbd_rrd_updates_total") >= updates + 4, "no recovery")

    def test_many_files(self):
        self.lbd(1)
        exporter = self.exporter("--archives", "2:20", "--step", "2")
        self.until(lambda: self.own("lbd_rrd_files") == 1, "no file")
        self.stop(exporter)
        self.stop(self.segments)
        for row in range(1, MANY):
            os.makedirs(os.path.dirname(self.file(row)), exist_ok=True)
            shutil.copyfile(self.file(), self.file(row))
        self.lbd(MANY)
        super().exporter("--rrdcached", self.socket, "--archives", "2:20", "--step", "2")
        self.until(lambda: self.own("lbd_rrd_files") == MANY, "not all files")
        durations = []
        for _ in range(5):
            self.ticks(1)
            durations.append(1000 * self.own("lbd_rrd_tick_duration_seconds"))
        print("%d files through rrdcached: %.1f ms a tick, %.1f ms the best of %d" %
              (MANY, sum(durations) / len(durations), min(durations), len(durations)), flush=True)
        self.assertEqual(self.own("lbd_rrd_update_errors_total"), 0)
        self.assertEqual(self.own("lbd_rrd_rrdcached_errors_total"), 0)


if __name__ == "__main__":
    if not os.access(EXPORTER, os.X_OK) or not shutil.which("rrdtool"):
        print("lbd-rrd is not built, or rrdtool is not installed")
        sys.exit(77)
    side_by_side.main()
