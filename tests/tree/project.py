# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the tree share: the project's files, C without comments, TAP. Standard library only."""

import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What autotools and make leave in a source tree that is no checkout (an unpacked release).
GENERATED = re.compile(
    r"^(build[^/]*|_build|_inst|autom4te\.cache|lbd-[0-9][^/]*|\.git)/|^\.git$"
    r"|(^|/)(Makefile\.in|Makefile|aclocal\.m4|configure~?|config\.(h|h\.in|h\.in~|log|status)"
    r"|stamp-h1|\.dirstamp|\.deps/.*|__pycache__/.*|[^/]*\.(o|a|log|trs))$")


def checkout():
    """What git knows of, and what is new and not ignored; None where there is no checkout, or no git."""
    if not os.path.exists(os.path.join(ROOT, ".git")):
        return None
    command = ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", "--cached", "--others",
               "--exclude-standard"]
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in run.stdout.decode().split("\0") if name]


def walk():
    for directory, _, names in os.walk(ROOT):
        for name in names:
            yield os.path.relpath(os.path.join(directory, name), ROOT)


def files():
    """Paths of all files of the project, relative to ROOT."""
    found = checkout()
    return sorted({f for f in (walk() if found is None else found)
                   if not GENERATED.search(f) and os.path.isfile(os.path.join(ROOT, f))})


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def c_files():
    return [f for f in files() if re.match(r"(lbd|exporters|tests|man)/.*\.[ch]$", f)]


def includes(path):
    """(line, name) of each #include "name" or <name>; the latter keep their brackets."""
    for number, line in enumerate(read(path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+>))', line)
        if match:
            yield number, match.group(1) or match.group(2)


def without_comments(text):
    """C text with comments and the contents of literals blanked, line for line."""
    pattern = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.S)

    def blank(match):
        kept = "\n" * match.group(0).count("\n")
        return kept if match.group(0)[0] == "/" else '""' + kept
    return pattern.sub(blank, text)


class Tap:
    """Collects one result per rule: the list of what breaks it."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def rule(self, name, problems, looked_at):
        """A rule that looked at nothing is broken itself."""
        problems = list(problems)
        if not looked_at:
            problems.append("the rule found nothing to look at")
        self.number += 1
        self.failed += bool(problems)
        print("%sok %d - %s" % ("not " if problems else "", self.number, name))
        for problem in problems:
            print("#   " + problem)

    def end(self):
        print("1..%d" % self.number)
        sys.exit(1 if self.failed or not self.number else 0)
