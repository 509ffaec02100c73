# SPDX-License-Identifier: GPL-2.0-or-later
"""A MariaDB in a directory, on a socket in it, for programs that want a database."""

import os
import pwd
import subprocess
import time

# Small, since it may be in the memory of a kernel that is a process, too; by itself InnoDB would reserve address space
# for 8 TB there.
SETTINGS = """[mariadbd]
user = {user}
datadir = {top}/data
socket = {top}/mysql.sock
pid-file = {top}/mysql.pid
skip-networking
performance-schema = off
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
innodb-buffer-pool-size = 64M
innodb-buffer-pool-size-max = 64M
innodb-log-file-size = 16M
innodb-flush-log-at-trx-commit = 0
log-bin-trust-function-creators = 1
default-time-zone = +00:00
"""


class MariaDB:
    """top: a directory with a short name. What is in it already is gone on with."""

    def __init__(self, top):
        self.top, self.process = top, None
        self.socket = top + "/mysql.sock"

    def start(self):
        settings = self.top + "/my.cnf"
        with open(settings, "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(top=self.top, user=pwd.getpwuid(os.getuid()).pw_name))
        with open(self.top + "/mysql.log", "w", encoding="utf-8") as log:
            if not os.path.exists(self.top + "/data"):
                subprocess.run(["mariadb-install-db", "--defaults-file=" + settings, "--skip-test-db",
                                "--auth-root-authentication-method=normal"], stdout=log, stderr=log, timeout=600,
                               check=True)
            self.process = subprocess.Popen(["mariadbd", "--defaults-file=" + settings], stdout=log, stderr=log)
        for _ in range(600):
            if os.path.exists(self.socket):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise OSError("MariaDB does not start\n" + self.said())

    def said(self):
        with open(self.top + "/mysql.log", encoding="utf-8", errors="replace") as log:
            return log.read()[-4000:]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(120)

    def run(self, text, *database):
        """[row]: the values as text."""
        run = subprocess.run(["mariadb", "--no-defaults", "-u", "root", "-S", self.socket, "-N", "-B", *database],
                             input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600,
                             check=False)
        if run.returncode != 0:
            raise OSError("%s: %s" % (text[:1000], run.stderr))
        return [line.split("\t") for line in run.stdout.splitlines()]
