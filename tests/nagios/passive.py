#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lbd-nagios over made-up segments: what it writes to a monitor's command file, when, and what becomes of it while
the monitor does not read. Its interval is a day, so what comes, comes of an event."""

import fcntl
import os
import re
import select
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from made_up import BUILD, Case, Events  # noqa: E402

LBD_NAGIOS = BUILD + "/lbd-nagios"
SERVICES = '"VRRP VI_1" vrrp --instance VI_1 --expect master; "Real servers" real-servers -c 0; lbd health'
NAMES = ["VRRP VI_1", "Real servers", "lbd"]
COMMAND = re.compile(r"\[(\d+)\] PROCESS_SERVICE_CHECK_RESULT;lvs1;([^;]+);([0-3]);(LBD [A-Z-]+ ([A-Z]+): .*)\n")
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
PATIENCE = 30


class Reader:
    """The monitor's end of its command file."""

    def __init__(self, path):
        # for writing too, so that it does not end when a writer does
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.text = ""

    def line(self):
        deadline = time.monotonic() + PATIENCE
        while "\n" not in self.text:
            ready = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]
            assert ready, "no line; so far: " + self.text
            self.text += os.read(self.fd, 65536).decode()
        line, self.text = self.text.split("\n", 1)
        return line + "\n"

    def close(self):
        os.close(self.fd)


class Passive(Case):
    def setUp(self):
        super().setUp()
        self.lbd = self.director()
        self.path = self.lbd.dir + "/command file"
        os.mkfifo(self.path)
        self.events = Events(self.lbd)
        self.log = []
        self.reader = None

    def tearDown(self):
        self.events.end()
        if self.reader:
            self.reader.close()
        super().tearDown()

    def begin(self, *options):
        process = self.start([LBD_NAGIOS, "--run-dir", self.lbd.dir, "--command-file", self.path, "--host", "lvs1",
                              "--interval", "86400", "--services", SERVICES, "-n", *options],
                             stderr=subprocess.PIPE, text=True)
        reading = threading.Thread(target=lambda: self.log.extend(process.stderr), daemon=True)
        reading.start()
        self.addCleanup(reading.join, 20)
        return process

    def logged(self, pattern):
        for _ in range(PATIENCE * 20):
            if any(re.search(pattern, line) for line in list(self.log)):
                return
            time.sleep(0.05)
        self.fail("'%s' is not in the log: %s" % (pattern, self.log))

    def result(self):
        """(service, state) of the next line."""
        line = self.reader.line()
        found = COMMAND.fullmatch(line)
        self.assertIsNotNone(found, line)
        self.assertLess(abs(int(found[1]) - time.time()), PATIENCE)
        self.assertEqual(STATES[int(found[3])], found[5])
        if found[5] in ("OK", "CRITICAL"):
            self.assertEqual(line.count("|"), 1)
        return found[2], found[5]

    def results(self, expected):
        """The newest result of each service, until they are those."""
        seen = {}
        while seen != expected:
            service, state = self.result()
            seen[service] = state

    def well(self):
        self.results({name: "OK" for name in NAMES})

    def begin_well(self):
        self.reader = Reader(self.path)
        self.begin()
        self.well()
        self.events.accept()

    # --- when ----------------------------------------------------------------------------------------

    def test_event(self):
        """At the event, and of what it concerns."""
        self.begin_well()
        self.lbd.tell("fail")
        self.events.tell("vrrp")
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})
        self.lbd.tell("recover")
        self.events.tell("vrrp")
        self.results({"VRRP VI_1": "OK", "Real servers": "OK"})
        # nothing has changed, but it concerns this service and no other
        self.events.tell("real_server")
        self.assertEqual(self.result(), ("Real servers", "OK"))
        self.events.tell("config")
        self.assertEqual([self.result()[0] for _ in NAMES], NAMES)
        self.events.tell("something new")
        self.assertEqual([self.result()[0] for _ in NAMES], NAMES)

    def test_before_the_numbers(self):
        """The event is faster than the rows that it tells of."""
        self.begin_well()
        self.events.tell("vrrp")
        self.assertEqual(self.result(), ("VRRP VI_1", "OK"))
        self.lbd.tell("fail")
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})

    def test_lost(self):
        """Reply.lost { count: 5 }"""
        self.begin_well()
        self.lbd.tell("fail")
        self.events.send(b"\x22\x02\x08\x05")
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})

    def test_control_dies(self):
        self.begin_well()
        self.lbd.tell("fail")
        self.events.end()
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})
        self.logged("cannot follow the events of lbd")
        self.events = Events(self.lbd)
        self.events.accept()
        self.logged("following the events of lbd in .* again")
        self.events.send(b"\xff\xff\xff")
        self.events.accept()
        self.events.tell("real_server")
        self.assertEqual(self.result(), ("Real servers", "CRITICAL"))

    def test_lbd_dies(self):
        """Nobody is left to tell of it, but the connection ends, and the numbers grow old."""
        self.begin_well()
        self.lbd.tell("stop")
        self.events.end()
        self.results({"VRRP VI_1": "UNKNOWN", "Real servers": "UNKNOWN", "lbd": "CRITICAL"})
        self.events = Events(self.lbd)
        self.lbd.tell("start")
        self.events.accept()
        self.well()

    def test_interval(self):
        self.reader = Reader(self.path)
        self.begin("--interval", "1")
        for _ in range(3):
            self.assertEqual([self.result() for _ in NAMES], [(name, "OK") for name in NAMES])

    def test_default_services(self):
        self.reader = Reader(self.path)
        self.start([LBD_NAGIOS, "--run-dir", self.lbd.dir, "--command-file", self.path, "--host", "lvs1", "-n"],
                   stderr=subprocess.DEVNULL)
        self.assertEqual([self.result()[0] for _ in range(4)], ["lbd", "VRRP", "Virtual servers", "Real servers"])

    def test_starting(self):
        """A result that is UNKNOWN because lbd is just starting waits until lbd has started."""
        self.reader = Reader(self.path)
        self.lbd.tell("stop")
        self.begin()
        self.assertEqual(self.result(), ("lbd", "CRITICAL"))
        self.lbd.tell("start")
        self.well()

    # --- whereto -------------------------------------------------------------------------------------

    def test_no_reader(self):
        """What is said while nobody reads is said when somebody does, in order, with its time."""
        self.begin()
        self.events.accept()
        self.logged("cannot write to .*nobody reads it")
        self.lbd.tell("fail")
        self.events.tell("vrrp")
        time.sleep(1)
        self.lbd.tell("recover")
        self.events.tell("vrrp")
        time.sleep(1)
        self.reader = Reader(self.path)
        self.well()
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})
        self.results({"VRRP VI_1": "OK", "Real servers": "OK"})
        self.logged("takes results again")
        self.assertEqual(sum("cannot write" in line for line in self.log), 1)

    def test_monitor_restarts(self):
        """It removes its command file and makes another."""
        self.begin_well()
        self.reader.close()
        os.unlink(self.path)
        self.lbd.tell("fail")
        self.events.tell("vrrp")
        self.logged("cannot write to .*does the monitor run")
        os.mkfifo(self.path)
        self.reader = Reader(self.path)
        self.results({"VRRP VI_1": "CRITICAL", "Real servers": "CRITICAL"})
        self.logged("takes results again")

    def test_reader_stands_still(self):
        """Lines are whole however full it is, and none is lost."""
        self.reader = Reader(self.path)
        fcntl.fcntl(self.reader.fd, fcntl.F_SETPIPE_SZ, 4096)
        self.begin()
        self.events.accept()
        while not any("it is full" in line for line in list(self.log)):
            self.events.tell("config")
            time.sleep(0.25)
        while not any("takes results again" in line for line in list(self.log)):
            self.events.tell("real_server")
            self.result()

    def test_no_fifo(self):
        os.unlink(self.path)
        self.begin()
        self.logged("No such file or directory")
        with open(self.path, "w", encoding="ascii"):
            pass
        self.logged("it is no FIFO")
        self.assertEqual(os.stat(self.path).st_size, 0)
        os.unlink(self.path)
        os.mkfifo(self.path)
        self.reader = Reader(self.path)
        self.well()

    def test_nsca(self):
        """To a pipe, as for send_nsca."""
        process = self.start([LBD_NAGIOS, "--run-dir", self.lbd.dir, "--command-file", "/dev/stdout", "--host", "lvs1",
                              "--format", "nsca", "-n"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.assertRegex(process.stdout.readline(), "^lvs1\tlbd\t0\tLBD HEALTH OK: [^\t]*[|][^\t]*\n$")
        self.assertRegex(process.stdout.readline(), "^lvs1\tVRRP\t0\tLBD VRRP OK: ")

    def test_usage(self):
        right = ["--command-file", self.path]
        for wrong in ([], ["--command-file", "x"], right + ["--format", "x"], right + ["--interval", "0"],
                      right + ["--host", "a;b"], right + ["--services", ""], right + ["--services", "a nonsense"],
                      right + ["--services", '"a vrrp'], right + ["--services", "a vrrp; a health"],
                      right + ["--services", "a vrrp -H b"], right + ["--services", "a health --expect master"],
                      right + ["x"]):
            run = subprocess.run([LBD_NAGIOS, *wrong], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 check=False, timeout=60)
            self.assertEqual(run.returncode, 2, wrong)
            self.assertRegex(run.stderr, "^lbd-nagios: ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
