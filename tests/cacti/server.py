# SPDX-License-Identifier: GPL-2.0-or-later
"""Cacti as Debian packages it, in a directory: unpacked, with a MariaDB of its own on a socket, installed by its own
command line. Nothing of it is outside that directory, and it listens nowhere."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(HERE))
import mariadb  # noqa: E402  pylint: disable=wrong-import-position

# Cacti's time is the machine's and MariaDB's; graphs are to say the same.
ENVIRONMENT = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", MIBS="")

CONFIG = """<?php
$database_type     = 'mysql';
$database_default  = 'cacti';
$database_hostname = '{top}/mysql.sock';
$database_username = 'root';
$database_password = '';
$database_port     = '3306';
$poller_id         = 1;
$url_path          = '/cacti/';
$path_csrf_secret  = '{top}/csrf.php';
"""

INTERVAL = 10   # seconds between two polls, and the step of the RRDs
# As an administrator sets them: cron starts the poller every minute, and that polls six times.
SETTINGS = {"path_cactilog": "{top}/log/cacti.log", "path_stderrlog": "{top}/log/stderr.log", "cron_interval": "60",
            "poller_interval": str(INTERVAL), "log_verbosity": "2"}
# For three hours: as long as a test has.
PROFILE = """
INSERT INTO data_source_profiles (id, hash, name, step, heartbeat, x_files_factor, `default`)
    VALUES (99, MD5('test'), 'Test', %d, 120, 0.5, '');
INSERT INTO data_source_profiles_cf VALUES (99, 1), (99, 2), (99, 3), (99, 4);
INSERT INTO data_source_profiles_rra (data_source_profile_id, name, steps, `rows`, timespan)
    VALUES (99, 'Test', 1, 1080, 10800);
""" % INTERVAL
# Cacti lifts PHP's limit of memory, and errs at times.
MEMORY = 2 << 30
# The installer leaves Cacti on the look-out for devices: it would ping a whole network.
QUIET = "DELETE FROM automation_networks; UPDATE settings SET value = '' WHERE name LIKE 'automation%enabled';"


class Failed(Exception):
    pass


def limited():
    """In a child, before it becomes another program."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Cacti:
    """top: a directory with a short name, since a socket is in it; empty, or where another one has unpacked Cacti."""

    def __init__(self, top):
        self.top = top
        self.root = top + "/root"
        self.site = self.root + "/usr/share/cacti/site"
        self.commands = self.root + "/usr/share/cacti/cli"
        self.database, self.cron, self.over = mariadb.MariaDB(top), None, threading.Event()

    def unpack(self, package):
        """package: the directory that Debian's package was unpacked into."""
        top = self.top
        shutil.copytree(package, self.root, symlinks=True)
        # What Cacti shares with others of Debian's packages.
        os.symlink("/usr/share/php", self.root + "/usr/share/php")
        for name in ("log", "rra", "cache"):
            os.makedirs(top + "/" + name)
            os.remove(self.site + "/" + name)
            os.symlink(top + "/" + name, self.site + "/" + name)
        for name in ("boost", "mibcache", "realtime", "spikekill"):
            os.makedirs(top + "/cache/" + name)
        os.remove(self.site + "/include/config.php")
        self.write(self.site + "/include/config.php", CONFIG.format(top=top))
        self.write(top + "/log/cacti.log", "")

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *command):
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace", env=ENVIRONMENT, timeout=600, check=False, preexec_fn=limited)
        if run.returncode != 0:
            raise Failed("%s: %d\n%s" % (" ".join(command), run.returncode, run.stdout[-4000:]))
        return run.stdout

    def php(self, script, *arguments):
        """One of Cacti's programs; PHP says of its own errors what they are, and goes on."""
        said = self.run("php", "-d", "display_errors=1", script, *arguments)
        if re.search(r"^PHP (Fatal|Warning)|^ERROR", said, re.M):
            raise Failed("%s %s:\n%s" % (script, " ".join(arguments), said[-4000:]))
        return said

    def cli(self, name, *arguments):
        return self.php("%s/%s.php" % (self.commands, name), *arguments)

    # --- the database

    def start(self):
        self.database.start()

    def stop(self):
        self.over.set()
        if self.cron:
            self.cron.join()
        self.database.stop()

    def sql(self, text):
        """[row]: the values as text."""
        return self.database.run(text, "cacti")

    def one(self, text):
        rows = self.sql(text)
        if len(rows) != 1:
            raise Failed("%s: %d rows" % (text, len(rows)))
        return rows[0][0]

    # --- Cacti

    def install(self):
        """The way of README: tables, then Cacti's own installer."""
        self.database.run("CREATE DATABASE cacti")
        with open(self.root + "/usr/share/cacti/conf_templates/cacti.sql", encoding="utf-8") as file:
            self.sql(file.read())
        self.settle()
        # Its checks of the machine ask for more than the command line needs: memory of PHP, time zones of MariaDB.
        self.php(self.commands + "/install_cacti.php", "--accept-eula", "--install", "--force",
                 "--automationmode=0")
        self.sql(QUIET)
        self.settle()
        self.sql(PROFILE)
        # The installer's own complaints are nobody's business here.
        self.write(self.top + "/log/cacti.log", "")

    def settle(self):
        for name, value in SETTINGS.items():
            self.sql("REPLACE INTO settings (name, value) VALUES ('%s', '%s')" % (name, value.format(top=self.top)))

    def start_polling(self):
        """In place of cron."""
        def run():
            while not self.over.is_set():
                poller = subprocess.Popen(["php", self.site + "/poller.php"], stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL, env=ENVIRONMENT, preexec_fn=limited)
                while poller.poll() is None:
                    if self.over.wait(0.2):
                        poller.terminate()
                        poller.wait(60)
        self.cron = threading.Thread(target=run, daemon=True)
        self.cron.start()

    def polls(self):
        """How many there were that wrote anything."""
        return len(re.findall(r"SYSTEM STATS: .*RRDsProcessed:[1-9]", self.log()))

    def log(self):
        with open(self.top + "/log/cacti.log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def complaints(self):
        """What its log says that is no news."""
        return re.findall(r"^(?!.*(?:PHP DEPRECATED|Backtrace)).*(?:ERROR|FATAL|Import Error).*", self.log(), re.M)

    def draw(self, directory, start, end, asked, like="%"):
        """[{id, title, complaint, values}] of the graphs whose title is like that, the values of those that have `asked`
        in it; the pictures go into the directory."""
        said = self.run("php", HERE + "/draw.php", self.site, directory, str(start), str(end), asked, like)
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def package():
    """Where Debian's package is unpacked (by lab_unpacked in tests/lab/outside.sh); None: nowhere."""
    found = os.path.join(os.environ.get("CACTI", "build/cacti"), "package")
    return found if os.path.exists(found + "/usr/share/cacti") else None
