# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests share that run programs beside each other: a directory, a made-up lbd, processes that end with the test,
and waiting for what comes when it comes. The programs are in the build directory, where the tests run."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

PATIENCE = 120
MADE_UP = os.path.abspath("tests/director/made_up")


def until(condition, patience=PATIENCE):
    """Waits for something true and returns it; what it was last when the patience is at an end."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.05)


class LiveCase(unittest.TestCase):
    name = "live"
    complaint = "Sanitizer"  # in the log, is a failure

    def setUp(self):
        # A socket's path is short.
        self.top = tempfile.mkdtemp(prefix="lbd-%s-" % self.name)
        self.log = self.top + "/log"
        os.makedirs(self.top + "/run/stat")
        self.processes = []
        with open(self.log, "w", encoding="utf-8"):
            pass
        # Also when a test's own setUp() fails.
        self.addCleanup(self.finish)

    def finish(self):
        for process in reversed(self.processes):
            self.stop(process)
        text = self.logged()
        shutil.rmtree(self.top)
        self.assertNotIn(self.complaint, text)
        self.assertNotIn("runtime error", text)

    def start(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def start_logged(self, command):
        """What it says comes into the log, which is looked through for sanitizers' reports in the end."""
        with open(self.log, "a", encoding="utf-8") as log:
            return self.start(command, stderr=log)

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(60)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        return process.returncode

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def until(self, condition, what):
        return until(condition) or self.fail(what + "\n" + self.logged())

    def lbd(self, *arguments, program=MADE_UP):
        """The made-up one, whose standard input tell() writes to."""
        self.segments = self.start([program, *arguments], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(self.segments.stdout.readline(), "ready\n")

    def tell(self, line):
        self.segments.stdin.write(line + "\n")
        self.segments.stdin.flush()
        self.assertEqual(self.segments.stdout.readline(), "done\n")
