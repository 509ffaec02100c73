# SPDX-License-Identifier: GPL-2.0-or-later
"""Managers like to look around: their tests run in a network of their own."""

import os
import subprocess
import sys


def alone(program):
    """Starts the program again in such a network, where the machine allows it."""
    inside = ["unshare", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
    if "LBD_ALONE" not in os.environ and \
            subprocess.run(inside + ["ip", "link", "set", "lo", "up"], check=False).returncode == 0:
        os.environ["LBD_ALONE"] = "1"
        os.execvp("unshare", inside + ["sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable,
                                       os.path.abspath(program)] + sys.argv[1:])
