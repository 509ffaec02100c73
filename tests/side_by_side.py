# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the tests of a program at the same time, since they mostly wait: each in a process of its own."""

import concurrent.futures
import os
import subprocess
import sys
import unittest

AT_ONCE = 6


def alone(name):
    """One test; what it said, and whether it went well."""
    run = subprocess.run([sys.executable, os.path.abspath(sys.argv[0]), name], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return run.returncode == 0, run.stdout


def main():
    """All tests of the program, or those that its arguments name. Does not return."""
    if len(sys.argv) > 1:
        unittest.main(verbosity=2)
    names = [".".join(test.id().split(".")[-2:])
             for suite in unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
             for test in suite]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(alone, names))
    for _, text in results:
        print(text)
    sys.exit(0 if results and all(passed for passed, _ in results) else 1)
