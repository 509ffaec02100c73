#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""rrdtool, with patience: while lbd-rrd writes a file, nobody else can open it. As a program, too."""

import subprocess
import sys
import time

PATIENCE = 60


def ask(*arguments):
    """What `rrdtool ARGUMENTS` prints."""
    deadline = time.monotonic() + PATIENCE
    while True:
        run = subprocess.run(["rrdtool", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             check=False)
        if run.returncode == 0:
            return run.stdout
        if "could not lock RRD" not in run.stderr or time.monotonic() > deadline:
            raise OSError("rrdtool %s: %s" % (" ".join(arguments), run.stderr.strip()))
        time.sleep(0.1)


if __name__ == "__main__":
    print(ask(*sys.argv[1:]), end="")
