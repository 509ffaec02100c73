#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every file of the project is named in a fragment of the Makefile, so that a release is complete."""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

# automake ships these unasked, or they mean something in a checkout only.
UNASKED = re.compile(r"\.am$|^configure\.ac$|(^|/)\.git|^\.ci/|^build-aux/|^m4/|^INSTALL$|^compile$"
                     r"|^(ar-lib|config\.guess|config\.sub|depcomp|install-sh|missing|test-driver)$")


def named(texts):
    """Every word of the fragments that could be a path."""
    words = set()
    for text in texts:
        for word in re.split(r"[\s=:;\"'`]+", text.replace("\\\n", " ")):
            words.add(re.sub(r"^\$[({](abs_)?(top_)?srcdir[)}]/", "", word).rstrip("/"))
    return words


def is_named(path, words):
    """The file itself, or a directory above it, but no top one (EXTRA_DIST takes whole directories)."""
    parts = path.split("/")
    return path in words or any("/".join(parts[:n]) in words for n in range(2, len(parts)))


def main():
    tap = project.Tap()
    every = project.files()
    fragments = [f for f in every if f.endswith(".am")]
    words = named(project.read(f) for f in fragments + ["configure.ac"])
    included = " ".join(project.read(f) for f in fragments)
    tap.rule("every file is in the release",
             ["%s is in no fragment" % f for f in every
              if not UNASKED.search(f) and not is_named(f, words)], every)
    tap.rule("every fragment is included",
             [f for f in fragments if f != "Makefile.am" and "include " + f not in included], fragments)
    missing = [w for w in sorted(words)
               if re.search(r"^(lbd|exporters|tests|man)/[\w./-]*\.(c|h|def|sh|py|proto)$", w)
               and not os.path.exists(os.path.join(project.ROOT, w)) and not os.path.exists(w)
               and ".pb-c." not in w]
    tap.rule("every file that is named exists", missing, words)
    tap.end()


main()
