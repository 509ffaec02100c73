# SPDX-License-Identifier: GPL-2.0-or-later
"""A director that stands still, and the truth about it."""

import os
import shutil
import subprocess
import tempfile

from truth import Truth

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD", "."))
SERVERS = 13


class Director:
    """tests/director/made_up over a run directory of its own."""

    def __init__(self, copy_of=None):
        self.run_dir = tempfile.mkdtemp(prefix="lbd-equality-")
        os.chmod(self.run_dir, 0o755)
        stat = self.run_dir + "/stat"
        command = [BUILD + "/tests/director/made_up"]
        if copy_of:
            shutil.copytree(copy_of, stat)
            command += ["--keep", stat]
        else:
            os.mkdir(stat)
            command += [stat, str(SERVERS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer("ready")
        if not copy_of:
            self.tell("fill")
        self.truth = Truth(self.tell("show"))

    def answer(self, last):
        lines = []
        for line in self.process.stdout:
            if line == last + "\n":
                return lines
            lines.append(line)
        raise SystemExit("the made-up director ended")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer("done")

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        shutil.rmtree(self.run_dir)
        return self.process.returncode == 0
