# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of check_lbd and lbd-nagios share: a made-up lbd, its exporter, and questions to the plugin."""

import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest

BUILD = os.path.abspath(os.environ.get("BUILD", "."))
CHECK_LBD = BUILD + "/check_lbd"
EXPORTER = BUILD + "/lbd-prometheus"
MADE_UP = BUILD + "/tests/director/made_up"
MODES = ["vrrp", "pair", "virtual-server", "quorum", "real-servers", "rates", "events", "health"]
WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]


class MadeUp:
    """All processes of one lbd, as far as their segments go."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="test_nagios-", dir="/tmp")
        os.mkdir(self.dir + "/stat")
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen([MADE_UP, self.dir + "/stat", "2"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        shutil.rmtree(self.dir)
        assert status == 0, status


class Case(unittest.TestCase):
    """Made-up directors, exporters on loopback ports, and whatever else a test starts: all of it ends with it."""

    def setUp(self):
        self.directors = []
        self.processes = []

    def director(self):
        director = MadeUp()
        self.directors.append(director)
        return director

    def start(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def exporter(self, director, *options):
        """The port of an lbd-prometheus that serves this director."""
        process = self.start([EXPORTER, "--run-dir", director.dir, "--listen", "127.0.0.1", "--port", "0", "-n",
                              *options], stderr=subprocess.PIPE, text=True)
        return re.search(r"listening on 127.0.0.1 port (\d+)", process.stderr.readline()).group(1)

    def tearDown(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        for director in self.directors:
            director.end()
        # A sanitizer's report, or a crash, is a failure whatever was answered.
        for process in self.processes:
            if process.args[0].startswith(BUILD):
                self.assertEqual(process.returncode, 0, process.args)

    def ask(self, *arguments):
        """The exit status and the text. A sanitizer's report would be on standard error."""
        run = subprocess.run([CHECK_LBD, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             check=False, timeout=60)
        self.assertEqual(run.stderr, "")
        self.assertRegex(run.stdout.split("\n")[0], "^LBD ([A-Z-]+ )?%s: " % WORDS[run.returncode])
        return run.returncode, run.stdout


class Events:
    """Stands in for lbd's control process on its socket for exporters: takes followers, tells what it is told to.
    The messages are those of lbd/control/lbd.proto, written by hand."""

    def __init__(self, director):
        self.path = director.dir + "/events.sock"
        self.follower = None
        self.listen()

    def listen(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen()
        self.socket.settimeout(60)

    def accept(self):
        """Waits for the exporter, and for its request."""
        if self.follower:
            self.follower.close()
        self.follower = self.socket.accept()[0]
        self.follower.settimeout(60)
        length = struct.unpack(">I", self.follower.recv(4))[0]
        # Request.events { last: 1, follow: true }
        assert self.follower.recv(length) == b"\x12\x04\x10\x01\x20\x01"

    def send(self, reply):
        self.follower.sendall(struct.pack(">I", len(reply)) + reply)

    def tell(self, kind):
        """An event about an object of that kind: Reply.event { kind }."""
        event = b"\x2a" + bytes([len(kind)]) + kind.encode()
        self.send(b"\x1a" + bytes([len(event)]) + event)

    def end(self):
        if self.follower:
            self.follower.close()
        self.socket.close()
        os.unlink(self.path)
