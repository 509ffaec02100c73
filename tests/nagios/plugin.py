#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_lbd as a monitor sees it, over made-up segments: exit status, one line, and nothing that is OK by mistake."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

CHECK_LBD = os.path.abspath("check_lbd")
SEGMENTS = os.path.abspath("tests/director/made_up")
MODES = ["vrrp", "pair", "virtual-server", "quorum", "real-servers", "rates", "events", "health"]
WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
PERFDATUM = re.compile(r"(?:'(?:[^'=|]|'')+'|[^'=| ]+)=-?[0-9.]+(?:s|B|c|%)?(?:;[-0-9.:~@]*){0,4}(?: |$)")


class Plugin(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="test_plugin-", dir=os.getcwd())
        os.mkdir(self.dir + "/stat")
        self.lbd = subprocess.Popen([SEGMENTS, self.dir + "/stat", "2"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.lbd.stdout.readline(), "ready\n")

    def tearDown(self):
        self.lbd.stdin.close()
        self.assertEqual(self.lbd.wait(timeout=20), 0)
        self.lbd.stdout.close()
        shutil.rmtree(self.dir)

    def tell(self, line):
        self.lbd.stdin.write(line + "\n")
        self.lbd.stdin.flush()
        self.assertEqual(self.lbd.stdout.readline(), "done\n")

    def ask(self, *arguments):
        """The exit status and the text. A sanitizer's report would be on standard error."""
        run = subprocess.run([CHECK_LBD, *arguments, "--run-dir", self.dir], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual(run.stderr, "")
        first = run.stdout.split("\n")[0]
        self.assertRegex(first, "^LBD ([A-Z-]+ )?%s: " % WORDS[run.returncode])
        return run.returncode, run.stdout

    def all_are(self, status):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.assertEqual(self.ask(mode)[0], status)

    def test_well(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                status, text = self.ask(mode)
                # the made-up objects all changed a moment ago
                self.assertEqual(status, 1 if mode == "events" else 0, text)
                self.assertEqual(text.count("\n"), 1)
                self.assertEqual(text.count("|"), 1)
                self.assertEqual(PERFDATUM.sub("", text.split("| ")[1].rstrip("\n")), "")

    def test_failure(self):
        self.tell("fail")
        self.assertEqual(self.ask("vrrp", "--expect", "master")[0], 2)
        self.assertEqual(self.ask("vrrp", "--expect", "backup")[0], 0)
        self.assertEqual(self.ask("real-servers")[0], 1)
        self.assertEqual(self.ask("real-servers", "-c", "0")[0], 2)
        self.assertEqual(self.ask("real-servers", "-w", "1")[0], 0)
        self.assertEqual(self.ask("quorum", "-w", "100:")[0], 1)
        self.tell("recover")
        self.assertEqual(self.ask("vrrp", "--expect", "master")[0], 0)
        self.assertEqual(self.ask("real-servers")[0], 0)

    def test_verbose(self):
        status, text = self.ask("real-servers", "-v")
        self.assertEqual(status, 0)
        self.assertEqual(text.count("|"), 1)
        self.assertIn("\n10.0.0.1:80 of TCP 192.0.2.0:80 is up\n", text)

    def test_stale(self):
        self.tell("stop")
        for mode in MODES:
            with self.subTest(mode=mode):
                self.assertEqual(self.ask(mode)[0], 2 if mode == "health" else 3)
        self.tell("start")
        self.assertEqual(self.ask("health")[0], 0)

    def test_torn(self):
        """A writer that was killed in the middle of a row."""
        self.tell("tear")
        for mode in ("vrrp", "pair"):
            status, text = self.ask(mode)
            self.assertEqual(status, 3)
            self.assertIn("changed at every try", text)
        self.tell("mend")
        self.assertEqual(self.ask("vrrp")[0], 0)

    def test_timeout(self):
        """Stopped while it tries to read a torn row, for longer than -t; it is caught there sooner or later."""
        self.tell("tear")
        for attempt in range(30):
            run = subprocess.Popen([CHECK_LBD, "vrrp", "-t", "1", "--run-dir", self.dir],
                                   stdout=subprocess.PIPE, text=True)
            time.sleep(0.01 * attempt)
            run.send_signal(signal.SIGSTOP)
            time.sleep(1.2)
            run.send_signal(signal.SIGCONT)
            text = run.communicate(timeout=60)[0]
            self.assertEqual(run.returncode, 3)
            if text == "LBD VRRP UNKNOWN: no result within 1 s\n":
                break
        else:
            self.fail("the alarm never rang; last: " + text)
        self.tell("mend")

    def test_other_version(self):
        """The layout hash is what follows the magic number: of another table, nothing can be believed."""
        for name in os.listdir(self.dir + "/stat"):
            with open(self.dir + "/stat/" + name, "r+b") as file:
                head = bytearray(file.read(64))
                for i in range(8, 16):
                    head[i] ^= 0xff
                file.seek(0)
                file.write(head)
        self.all_are(3)
        self.assertIn("written by an lbd of another version", self.ask("health")[1])

    def test_damaged(self):
        for name in os.listdir(self.dir + "/stat"):
            path = self.dir + "/stat/" + name
            with open(path, "rb") as file:
                head = file.read(100)
            os.unlink(path)
            with open(path, "wb") as file:
                file.write(head)
        self.all_are(3)

    def test_absent(self):
        shutil.rmtree(self.dir + "/stat")
        self.all_are(3)
        self.assertIn("No such file or directory", self.ask("vrrp")[1])

    def test_usage(self):
        for arguments in ([], ["nonsense"], ["vrrp", "-w", "x"], ["health", "--instance", "VI_1"]):
            self.assertEqual(self.ask(*arguments)[0], 3)

    def test_no_reader(self):
        """A result that could not be written is not OK either."""
        with open("/dev/full", "w", encoding="utf-8") as full:
            run = subprocess.run([CHECK_LBD, "vrrp", "--run-dir", self.dir], stdout=full, check=False)
        self.assertEqual(run.returncode, 3)


if __name__ == "__main__":
    unittest.main()
